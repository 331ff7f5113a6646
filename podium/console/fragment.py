"""A piece of HTML in a page, renewed from here."""

from markupsafe import Markup
from nicegui.element import Element


class Fragment(Element, component="fragment.js"):
    """Shows markup; a renewal touches only what differs and keeps focus and selection."""

    def __init__(self, html: Markup = Markup(), *, tag: str = "div") -> None:  # noqa: B008 - immutable
        super().__init__()
        self._props["html"] = str(html)
        self._props["tag"] = tag

    def show(self, html: Markup) -> None:
        """Renew the markup; what is shown already is not sent again."""
        if self._props["html"] != html:
            self._props["html"] = str(html)
            self.update()
