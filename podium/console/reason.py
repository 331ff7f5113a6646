"""The field in which somebody says why they do something."""

from typing import Final

from markupsafe import Markup

from podium.console.markup import Child, element, join

MOST_CHARS: Final = 2_000
WHY: Final = "Why, in a sentence. It is kept for ever."


def reason_field(hint: str = WHY) -> Markup:
    """Return the field and its label; a form is not sent without it."""
    return join(
        element("label", "Reason", for_="reason"),
        element(
            "textarea",
            id="reason",
            name="reason",
            required=True,
            rows=3,
            maxlength=MOST_CHARS,
            placeholder=hint,
        ),
    )


def submit_row(label: str, *beside: Child, keys: bool = False) -> Markup:
    """Return the row that ends a form: the button that sends it, and what stands beside it.

    ``keys``: says that Ctrl Enter sends it, too.
    """
    return element(
        "div",
        element("button", label, type="submit", class_="button primary"),
        element("span", "Ctrl Enter", class_="muted") if keys else None,
        *beside,
        class_="row",
    )
