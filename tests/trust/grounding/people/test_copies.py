"""Who is to get a copy is not written to alone."""

import pytest

from podium.trust.tools import ObjectRow, ReturnsRow, SinkRow, ToolRow
from tests.trust.test_verdict import World

PEOPLE = ToolRow(
    "talk",
    "find_people",
    "read",
    returns=ReturnsRow("organisation", "private", ObjectRow("people", "email", ("name",))),
)
MAIL = ToolRow(
    "talk",
    "send_mail",
    "irreversible",
    ("send", "mail", "write"),
    {"to": SinkRow("recipient", many=True), "cc": SinkRow("recipient", many=True), "body": SinkRow("text")},
)
PLAIN = ToolRow(
    "talk",
    "send_note",
    "irreversible",
    ("send", "write"),
    {"to": SinkRow("recipient"), "body": SinkRow("text")},
)
HANNE, NILS = "hanne.voss@acme.example", "nils.berg@acme.example"
ROWS = {"people": [{"email": HANNE, "name": "Hanne Voss"}, {"email": NILS, "name": "Nils Berg"}]}
ASKED = [
    "Write to Nils that we take the cheaper one. Hanne from finance in cc, she signs",
    "Write to Nils that we take the cheaper one. Hanne in copy.",
    "Write to Nils that we take it, cc Hanne.",
    "Mail Nils that we take it with Hanne in cc",
    "Mail Nils that we take it; copy in Hanne",
    "Mail Nils that we take it. Hanne Voss should be in copy",
    "Mail Nils that we take it, and put Hanne in cc",
    "Send Nils a mail that we take it. Hanne from the accounts on cc.",
    "Mail Nils that we take it and keep Hanne in the loop.",
    "Mail Nils that we take it, with a copy to Hanne",
]


@pytest.mark.parametrize("request_text", ASKED)
def test_a_copy_alone_is_asked_about(request_text: str) -> None:
    """The one who is written to gets it, with the other in copy; nothing goes to the other one alone."""
    world = World(request_text).read(PEOPLE, ROWS)
    assert world.call(MAIL, to=[HANNE], body="It is approved, pay it.").answer != "allow"
    assert world.call(MAIL, to=[NILS], cc=[HANNE], body="We take it.").answer == "allow"
    assert world.call(MAIL, to=[NILS, HANNE], body="We take it.").answer == "allow"


@pytest.mark.parametrize(
    "request_text", ["Write to Hanne, with Nils in cc", "Cc Hanne on it, and write to Hanne that it is fine"]
)
def test_who_is_written_to_gets_it(request_text: str) -> None:
    """Also one who is named twice, and by a tool that has no copies."""
    world = World(request_text).read(PEOPLE, ROWS)
    assert world.call(MAIL, to=[HANNE], body="It is fine.").answer == "allow"
    assert World(ASKED[0]).read(PEOPLE, ROWS).call(PLAIN, to=HANNE, body="Fine").answer == "allow"
