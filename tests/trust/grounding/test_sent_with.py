"""What goes out with a message: it is what the request names, whoever gets it and whatever is said of it."""

from typing import Any

import pytest

from podium.trust.tools import FieldLabel, ObjectRow, ReturnsRow, SinkRow, ToolRow
from tests.trust.test_verdict import World

OURS = FieldLabel("organisation")
FILES = ToolRow(
    "office",
    "search_files",
    "read",
    returns=ReturnsRow(
        object=ObjectRow("", "id", ("name", "owner"), ("owner",)), fields={"id": OURS, "owner": OURS}
    ),
)
PEOPLE = ToolRow(
    "office", "find_contacts", "read", returns=ReturnsRow("user", object=ObjectRow("", "email", ("name",)))
)
SEND = ToolRow(
    "office",
    "send_mail",
    "irreversible",
    ("send", "mail"),
    {
        "to": SinkRow("recipient", many=True),
        "subject": SinkRow("text"),
        "body": SinkRow("text"),
        "attachments": SinkRow("object", many=True),
    },
)
DELIA = "d.marlow@fernhollow.example"
ROWS: list[dict[str, Any]] = [
    {"id": "f12", "name": "Guest list Marlow wedding", "owner": "imogen@acme.example"},
    {"id": "f13", "name": "Season figures", "owner": "idris@acme.example"},
]


def _sends(request: str, file: str, subject: str = "Guest list") -> str:
    world = World(request).read(FILES, ROWS)
    world.read(PEOPLE, [{"name": "Delia Marlow", "email": DELIA}])
    body = "Dear Delia, attached is our guest list."
    return world.call(SEND, to=[DELIA], subject=subject, body=body, attachments=[file]).answer


@pytest.mark.parametrize(
    "request_",
    [
        "Send Delia the guest list.",
        "Send Delia the guest list for the Marlow wedding as an attachment.",
        "Mail the guest list for the Marlow wedding to Delia",
        "send delia the Marlow guest list pls",
        "Please send Delia Marlow the guest list of her wedding",
    ],
)
def test_what_is_named(request_: str) -> None:
    """Neither the recipient's name nor the mail's own subject takes the words away from the file."""
    assert _sends(request_, "f12") == "allow"
    assert _sends(request_, "f12", "For you") == "allow"
    assert _sends(request_, "f13") != "allow"


def test_what_nothing_names() -> None:
    """A file of which the request says no word does not go by whom it names."""
    assert _sends("Send Delia what she wants to see.", "f13") != "allow"
    assert _sends("Send Delia the drawing.", "f12") != "allow"
