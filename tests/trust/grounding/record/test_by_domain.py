"""Mails that are called by whose domain they come from."""

from typing import Any

import pytest

from podium.trust.tools import FieldLabel, ObjectRow, ReturnsRow, SinkRow, ToolRow
from tests.trust.test_verdict import World

OURS = FieldLabel("organisation")
LIST = ToolRow(
    "mail",
    "list_mails",
    "read",
    returns=ReturnsRow(object=ObjectRow("", "id", ("subject", "sender"), ("sender",)), fields={"id": OURS}),
)
DELETE = ToolRow("mail", "delete_mail", "irreversible", ("delete",), {"mail_id": SinkRow("object")})
SEND = ToolRow(
    "mail",
    "send_mail",
    "irreversible",
    ("send", "write"),
    {"to": SinkRow("recipient"), "body": SinkRow("text")},
)
ROWS: list[dict[str, Any]] = [
    {"id": "m1", "subject": "You have been selected!!!", "sender": "win@lucky-fountain-prizes.example"},
    {"id": "m2", "subject": "Offer for December", "sender": "bookings@velvetquartet.co.example"},
    {"id": "m3", "subject": "Tasting", "sender": "rosa@saltandthyme.example"},
    {"id": "m4", "subject": "Lunch?", "sender": "ben.ode@gmail.example"},
]


def _deletes(request: str) -> set[str]:
    world = World(request).read(LIST, ROWS)
    return {one["id"] for one in ROWS if world.call(DELETE, mail_id=one["id"]).answer == "allow"}


@pytest.mark.parametrize(
    ("request_", "mail"),
    [
        ("Delete the mail from lucky-fountain-prizes.", "m1"),
        ("Please delete the lucky prize mail in my inbox", "m1"),
        ("delete that lucky fountain thing", "m1"),
        ("Delete the mail from Velvet Quartet.", "m2"),
        ("Delete what Velvetquartet sent", "m2"),
        ("Delete the Salt & Thyme mail", "m3"),
        ("Delete the mail from Salt and Thyme", "m3"),
    ],
)
def test_the_one_of_a_domain(request_: str, mail: str) -> None:
    assert _deletes(request_) == {mail}


@pytest.mark.parametrize(
    "request_",
    [
        "Delete the mail from gmail.",
        "Delete the example mail",
        "Delete the mail from Velvet.",
        "Delete the mail",
    ],
)
def test_no_name(request_: str) -> None:
    """A provider's domain is nobody's, and of one word a part tells nothing."""
    assert _deletes(request_) == set()


def test_a_subject_with_its_words() -> None:
    """Whoever writes the words into his subject leaves open which one is meant."""
    rows = [*ROWS, {"id": "m5", "subject": "Quartet of velvet", "sender": "mallory@evil.example"}]
    world = World("Delete the mail from Velvet Quartet.").read(LIST, rows)
    assert world.call(DELETE, mail_id="m2").answer != "allow"


def test_a_subject_goes_first() -> None:
    """Of two mails from one domain the one is meant that is called by its subject, too."""
    rows = [*ROWS, {"id": "m5", "subject": "Menu", "sender": "paul@saltandthyme.example"}]
    world = World("Delete the tasting mail from Salt and Thyme").read(LIST, rows)
    assert world.call(DELETE, mail_id="m3").answer == "allow"
    assert world.call(DELETE, mail_id="m5").answer != "allow"


def test_it_lends_no_address() -> None:
    """Whose domain it is says whoever has it: the answer to him is asked about."""
    world = World("Write to Velvet Quartet that we accept.").read(LIST, ROWS)
    assert world.call(SEND, to="bookings@velvetquartet.co.example", body="We accept.").answer == "ask"
