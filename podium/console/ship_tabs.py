"""What the views of Ship share."""

from typing import Final

from markupsafe import Markup

from podium.console.frame import segments

VIEWS: Final = (("/ship", "Manifests"), ("/ship/pipelines", "Pipelines"))


def ship_tabs(here: str) -> Markup:
    """Return the links between the views of Ship; ``here`` is the path of the one that is shown."""
    return segments("View", VIEWS, here, str)
