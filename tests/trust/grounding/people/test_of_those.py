"""*Everyone at the stand-up*: who is in its list, and nobody else of the address book."""

import pytest

from podium.trust.tools import FieldLabel, ObjectRow, ReturnsRow, SinkRow, ToolRow
from tests.trust.test_verdict import World

OURS = FieldLabel("organisation")
EVENTS = ToolRow(
    "office",
    "list_events",
    "read",
    returns=ReturnsRow(
        object=ObjectRow("", "id", ("title", "start"), ("start", "participants")),
        fields={"id": OURS, "start": OURS},
    ),
)
PEOPLE = ToolRow(
    "office", "find_contacts", "read", returns=ReturnsRow("user", object=ObjectRow("", "email", ("name",)))
)
SEND = ToolRow(
    "office",
    "send_mail",
    "irreversible",
    ("send", "mail", "tell", "write"),
    {"to": SinkRow("recipient", many=True), "body": SinkRow("text")},
)
PETRA, TOMASZ, DELIA, IDRIS = (
    "petra@acme.example",
    "tomasz@acme.example",
    "delia@fernhollow.example",
    "idris@acme.example",
)


def _mails(request: str, to: str) -> str:
    world = World(request)
    rows = [
        {"id": "e1", "title": "Stand-up", "start": "2026-11-30 09:00", "participants": [PETRA, TOMASZ]},
        {"id": "e2", "title": "Budget review", "start": "2026-12-01 11:00", "participants": [IDRIS]},
    ]
    names = {PETRA: "Petra Novak", TOMASZ: "Tomasz Wilk", DELIA: "Delia Marlow", IDRIS: "Idris Okoro"}
    world.read(EVENTS, rows).read(PEOPLE, [{"name": it, "email": at} for at, it in names.items()])
    return world.call(SEND, uses=None, to=[to], body="It is off.").answer


@pytest.mark.parametrize(
    "request_",
    [
        "Everyone who's at the stand-up should know that it's off. Mail them.",
        "Mail everybody in the stand-up that it's off.",
        "Tell all who are invited to the stand-up that it's off, please",
        "Write the participants of the stand-up that it is off",
        "mail all the people at the stand-up: it's off",
    ],
)
def test_those_in_the_list(request_: str) -> None:
    """Others are asked about, though they are contacts of ours."""
    assert _mails(request_, PETRA) == _mails(request_, TOMASZ) == "allow"
    assert _mails(request_, DELIA) != "allow"
    assert _mails(request_, IDRIS) != "allow"


def test_who_is_named_besides() -> None:
    assert _mails("Mail everybody in the stand-up, and Delia, that it's off.", DELIA) == "allow"
