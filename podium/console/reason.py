"""The field in which somebody says why they do something."""

from typing import Final

from markupsafe import Markup

from podium.console.markup import element, join

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
