"""The designed empty state of a place that waits for its features."""

from markupsafe import Markup

from podium.console.fragment import Fragment
from podium.console.frame import Page
from podium.console.icons import icon
from podium.console.markup import element, join


class Unfilled(Page):
    """A place that says what it will hold, and where to look meanwhile."""

    lead = ""
    holds: tuple[tuple[str, str, str], ...] = ()
    """Icon, name, what it is."""
    meanwhile: Markup | str = ""

    def build(self) -> None:
        """Make the page's elements: nothing here changes."""
        rows = join(
            *(
                element("li", icon(name), element("b", title), element("span", text))
                for name, title, text in self.holds
            )
        )
        Fragment(
            join(
                element(
                    "div",
                    element("h1", self.title, tabindex="-1"),
                    element("span", "Nothing here yet", class_="sub"),
                    class_="page-head",
                ),
                element(
                    "div",
                    element("p", self.lead, class_="lead"),
                    element("ul", rows, class_="sketch", aria_label=f"What {self.title} will hold"),
                    element("p", self.meanwhile, class_="meanwhile"),
                    class_="place",
                ),
            )
        )
