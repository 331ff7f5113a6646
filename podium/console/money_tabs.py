"""What the views of Money share."""

from typing import Final

from markupsafe import Markup

from podium.console import figures
from podium.console.frame import segments
from podium.console.markup import element
from podium.console.tables import Column
from podium.insight.forecast import Forecast

VIEWS: Final = (
    ("/money", "Ledger"),
    ("/money/report", "Report"),
    ("/money/budgets", "Budgets"),
    ("/money/breakers", "Breakers"),
    ("/money/economics", "Economics"),
)
HELD_WORDS: Final = (
    "What workers hold is not spent: it is the most that calls under way may cost, and what each worker sets "
    "aside for its next calls, so that none waits and none passes a limit. What is not used comes back by "
    "itself."
)
CHARGED_CALLS: Final = Column(
    "Charged calls", number=True, hint="Calls with an attempt at a provider; what is refused before has none"
)
"""Of the ledger, which has attempts; a call that two models have tried is one of each."""


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
