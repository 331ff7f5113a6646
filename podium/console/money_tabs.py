"""What the views of Money share."""

from typing import Final

from markupsafe import Markup

from podium.console import figures
from podium.console.frame import segments
from podium.console.markup import element
from podium.insight.forecast import Forecast

VIEWS: Final = (
    ("/money", "Ledger"),
    ("/money/report", "Report"),
    ("/money/budgets", "Budgets"),
    ("/money/breakers", "Breakers"),
    ("/money/economics", "Economics"),
)


def money_tabs(here: str) -> Markup:
    """Return the links between the views of Money; ``here`` is the path of the one that is shown."""
    return segments("View", VIEWS, here, str)


def interval(forecast: Forecast) -> Markup:
    """Return the interval of a forecast, set back under its figure."""
    return element(
        "small",
        f"{figures.about_usd(forecast.low_nano_usd)} to {figures.about_usd(forecast.high_nano_usd)}",
        title=f"{forecast.level:.0%} interval, from {forecast.weeks} weeks",
        class_="below",
    )
