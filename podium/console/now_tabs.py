"""What the views of Now share."""

from typing import Final

from markupsafe import Markup

from podium.console.frame import segments

VIEWS: Final = (("/now", "Calls"), ("/now/agents", "Agents"))


def now_tabs(here: str) -> Markup:
    """Return the links between the views of Now; ``here`` is the path of the one that is shown."""
    return segments("View", VIEWS, here, str)
