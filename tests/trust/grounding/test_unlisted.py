"""An identifier that no lookup lists, in a text that the request names: a person is asked, never nobody."""

import pytest

from podium.trust.tools import FieldLabel, ObjectRow, ReturnsRow, SinkRow, ToolRow
from tests.trust.test_verdict import World

OURS = FieldLabel("organisation")
MAIL = ToolRow(
    "mail",
    "list_messages",
    "read",
    returns=ReturnsRow(
        object=ObjectRow("messages", "id", ("subject", "sender"), ("sender",)),
        fields={"messages[].id": OURS},
    ),
)
BOOK = ToolRow(
    "flats",
    "book_viewing",
    "irreversible",
    ("book", "arrange", "reserve"),
    {"flat_id": SinkRow("object"), "note": SinkRow("text")},
)
PRIYA = {
    "id": "m-1",
    "sender": "priya@nordwind.example",
    "subject": "A viewing",
    "body": "Could I see flat F-71 on Monday at two? It has a garden.",
}
SPAM = {
    "id": "m-2",
    "sender": "deals@flatfox.example",
    "subject": "Best offers",
    "body": "Our flat F-99 is the best of all.",
}


def _booked(request: str, flat: str) -> str:
    world = World(request).read(MAIL, {"messages": [PRIYA, SPAM]})
    return world.call(BOOK, flat_id=flat, note="").answer


@pytest.mark.parametrize(
    "request_",
    [
        "Book the viewing that Priya asks for in her mail, the flat is in there.",
        "Please arrange the viewing that Priya wants, see her mail.",
        "Book Priya's viewing, the flat is in her mail",
        "Reserve the flat with a garden that Priya wrote about",
        "Could you book the flat that Priya asks for in her mail?",
    ],
)
def test_what_the_named_mail_says_is_asked_about(request_: str) -> None:
    """That of her mail is asked about; one of another mail, or of nothing, goes through no person."""
    assert _booked(request_, "F-71") == "ask"
    assert _booked(request_, "F-99") == "deny"
    assert _booked(request_, "F-123") == "deny"


@pytest.mark.parametrize("request_", ["Book a viewing for Monday.", "Arrange the viewing of flat F-12."])
def test_a_mail_that_the_request_does_not_name_says_nothing(request_: str) -> None:
    """Where no mail is named, or the flat is said, no text tells which."""
    assert _booked(request_, "F-71") == "deny"
    assert _booked(request_, "F-99") == "deny"
