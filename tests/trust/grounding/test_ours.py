"""*Our Lena* is the one whose address is the organisation's."""

import pytest

from podium.trust.tools import FieldLabel, ObjectRow, ReturnsRow, SinkRow, ToolRow
from tests.trust.test_verdict import World

OURS = FieldLabel("organisation")
PEOPLE = ToolRow(
    "suite",
    "search_people",
    "read",
    returns=ReturnsRow(
        object=ObjectRow("people", "id", ("name", "role"), ("email",)), fields={"people[].id": OURS}
    ),
)
MAIL = ToolRow(
    "suite",
    "send_mail",
    "irreversible",
    ("mail", "send", "write", "tell"),
    {"to": SinkRow("recipient"), "body": SinkRow("text")},
)
LIST = [
    {"id": "p-06", "name": "Lena Brandl", "email": "lena@acme.example", "role": "marketing"},
    {"id": "p-09", "name": "Lena Hoffmann", "email": "lena.hoffmann@recht.example", "role": "lawyer"},
]


def _sent(request: str, to: str, rows: list[dict[str, str]] | None = None) -> str:
    world = World(request).read(PEOPLE, {"people": LIST if rows is None else rows})
    return world.call(MAIL, to=to, body="The office is closed.").answer


@pytest.mark.parametrize(
    "request_",
    [
        "Mail our Lena that the office is closed.",
        "Write to Lena that the office is closed - our Lena, not the lawyer.",
        "Tell our own Lena that the office is closed.",
        "Mail Lena that the office is closed, I mean our Lena.",
    ],
)
def test_who_is_ours(request_: str) -> None:
    """The one whose address is ours gets it, nobody else of that name, and not one of two of them."""
    assert _sent(request_, "lena@acme.example") == "allow"
    assert _sent(request_, "lena.hoffmann@recht.example") != "allow"
    second = {"id": "p-10", "name": "Lena Voss", "email": "lena.voss@acme.example", "role": "sales"}
    assert _sent(request_, "lena@acme.example", [*LIST, second]) != "allow"


def test_one_of_two_whom_a_request_may_mean() -> None:
    """Of a name that two have, a person is asked about the colleague."""
    assert _sent("Mail Lena that the office is closed.", "lena@acme.example") == "ask"


@pytest.mark.parametrize(
    "request_",
    [
        "Mail our Lena's lawyer that the office is closed.",
        "Mail Clara that our Lena is ill.",
        "Mail Clara that the office is closed.",
        "Mail our Lena Hoffmann that the office is closed.",
    ],
)
def test_who_is_not_meant(request_: str) -> None:
    """Nothing goes to a colleague whom the request does not name, or only speaks of."""
    assert _sent(request_, "lena@acme.example") != "allow"


NOTES = ToolRow(
    "suite",
    "read_notes",
    "read",
    returns=ReturnsRow(object=ObjectRow("", "id", ("title",)), fields={"id": OURS}),
)
BODY = "The spring line starts in February, and two looms are replaced in March."


@pytest.mark.parametrize(
    ("to", "answer"),
    [("lena@acme.example", "ask"), ("lena@recht.example", "deny"), ("eve@acme.example", "deny")],
)
def test_a_colleague_of_notes_that_are_summed_up(to: str, answer: str) -> None:
    """Her address and words of the notes are asked about together; anybody else's are denied."""
    text = f"Present: {to}. {BODY} Samir visits the shops in Antwerp, and Odile asks three mills for linen."
    world = World("Send Lena a summary of the studio notes.")
    world.read(NOTES, {"id": "n-1", "title": "Studio notes", "text": text})
    assert world.call(MAIL, to=to, body=BODY).answer == answer
