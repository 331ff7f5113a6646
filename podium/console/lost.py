"""What a wrong address and a page's own failure look like."""

from podium.console.fragment import Fragment
from podium.console.frame import Page, empty
from podium.console.markup import element, join, link


class LostPage(Page):
    """No page has this address."""

    title = "Not found"

    def build(self) -> None:
        """Make the page's elements."""
        Fragment(
            join(
                element("div", element("h1", "Not found", tabindex="-1"), class_="page-head"),
                element(
                    "section",
                    empty(
                        "No page has this address",
                        join(
                            "The console has six places: choose one on the left, or go to ",
                            link("/now", "Now", class_="plain"),
                            ".",
                        ),
                    ),
                    class_="panel",
                ),
            )
        )


class FailedPage(Page):
    """A page could not be built."""

    title = "This page failed"

    def build(self) -> None:
        """Make the page's elements."""
        Fragment(
            join(
                element("div", element("h1", self.title, tabindex="-1"), class_="page-head"),
                element(
                    "section",
                    empty(
                        "This page could not be built",
                        join(
                            "The cause stands in the log of the control process. Other places work on; ",
                            link("/now", "go to Now", class_="plain"),
                            ".",
                        ),
                    ),
                    class_="panel",
                ),
            )
        )
