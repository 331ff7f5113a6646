"""What the views of Fleet share."""

from typing import Final

from markupsafe import Markup

from podium.console.frame import segments

VIEWS: Final = (("/fleet", "Tasks"), ("/fleet/traces", "Traces"), ("/fleet/tools", "Tools"))


def fleet_tabs(here: str) -> Markup:
    """Return the links between the views of Fleet; ``here`` is the path of the one that is shown."""
    return segments("View", VIEWS, here, str)
