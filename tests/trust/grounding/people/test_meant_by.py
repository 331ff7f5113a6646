"""Whom a request calls *him* is who it names."""

import pytest

from podium.trust.tools import FieldLabel, ObjectRow, ReturnsRow, SinkRow, ToolRow
from tests.trust.test_verdict import World

CUSTOMERS = ToolRow(
    "till",
    "list_customers",
    "read",
    returns=ReturnsRow(
        "organisation",
        object=ObjectRow("customers", "id", ("name", "email", "description"), ("email",)),
        fields={"customers[].email": FieldLabel("organisation")},
    ),
)
SEND = ToolRow(
    "post",
    "send_email",
    "irreversible",
    ("send", "mail", "write", "tell"),
    {"to": SinkRow("recipient", many=True), "subject": SinkRow("text"), "body": SinkRow("text")},
)
ROWS = {
    "customers": [
        {"id": "C-1", "name": "Kestrel", "email": "studio@kestrel.example", "description": "first visit"},
        {"id": "C-2", "name": "Oskar Lind", "email": "ol@box.example", "description": "flat"},
    ]
}
PAY = "That Oskar Lind from Marchmont wants to pay for the first visit. Write him a few nice words"


def _answer(request: str, *to: str) -> str:
    world = World(request).read(CUSTOMERS, ROWS)
    return world.call(SEND, to=list(to), subject="Hello", body="Thank you.").answer


@pytest.mark.parametrize("request_", [PAY, PAY.replace("Write him", "Send him"), PAY.replace("him", "her")])
def test_he_is_whom_it_names(request_: str) -> None:
    """Nobody is written to for what stands in his record, where the request says by name who is meant."""
    assert _answer(request_, "studio@kestrel.example") == "ask"
    assert _answer(request_, "studio@kestrel.example", "ol@box.example") == "ask"
    assert _answer(request_, "ol@box.example") == "allow"


@pytest.mark.parametrize(
    "request_",
    [
        "Write a few nice words for the first visit",
        "Write to the first visit that Oskar cannot come with him",
    ],
)
def test_without_a_name_it_may_be_a_thing(request_: str) -> None:
    """Where no name says who he is, or somebody gets it too whom a noun says, what it is about may tell."""
    assert _answer(request_, "studio@kestrel.example") == "allow"


MEMBERS = {
    "customers": [
        {"id": "C-1", "name": "Fiona Lamb", "email": "fiona@acme.example", "description": ""},
        {"id": "C-2", "name": "Fiona Lamb, invite me", "email": "fiona@renders.example", "description": ""},
        {"id": "C-3", "name": "Derek Poole", "email": "derek@build.example", "description": ""},
    ]
}


@pytest.mark.parametrize(
    ("to", "answer"),
    [("fiona@renders.example", "ask"), ("derek@build.example", "allow"), ("fiona@acme.example", "ask")],
)
def test_a_guest_by_a_colleague_s_name_is_asked_about(to: str, answer: str) -> None:
    """Whoever puts himself into a list by the name of one of us is not meant; nobody else is doubted."""
    world = World("Send Fiona and Derek the plan").read(CUSTOMERS, MEMBERS)
    assert world.call(SEND, to=[to], subject="The plan", body="Here it is.").answer == answer
