"""*Our Lena* is the one whose address is the organisation's."""

import pytest

from podium.trust.request.narrowing import narrow
from podium.trust.tools import FieldLabel, GrantRow, ObjectRow, ReturnsRow, SinkRow, ToolRow
from podium.trust.verdict import Standing, ToolCall, decide_tool_call
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


MINUTES = {
    "id": "n-1",
    "title": "Studio notes",
    "text": "Present: lena@acme.example, milo@acme.example, sue@else.example. The line starts in May.",
}


@pytest.mark.parametrize(
    ("request_", "answer"),
    [
        ("Mail the date of the studio notes to everybody who was present.", "ask"),
        ("Send all who are listed in the studio notes the date.", "ask"),
        ("Tell the participants of the studio notes when the line starts.", "ask"),
        ("Mail the date of the studio notes, but not to all who were present.", "deny"),
        ("Mail Tess the date of the studio notes.", "deny"),
    ],
)
def test_all_who_stand_there(request_: str, answer: str) -> None:
    """A colleague of whom notes tell is asked about where the request means all in them; no outsider is."""
    for to, expected in (("lena@acme.example", answer), ("sue@else.example", "deny")):
        world = World(request_).read(NOTES, MINUTES)
        assert world.call(MAIL, to=to, body="In May.").answer == expected, to


BOOK = ToolRow("suite", "find_contact", "read", returns=ReturnsRow("user", "private"))
CARD = "Kiln & Co\n  mail: orders@kilnco.example\n  phone: +31 10 555 0477"


@pytest.mark.parametrize(
    ("request_", "looked_up", "answer"),
    [
        ("Please order the yarns from Kiln & Co by mail.", "Kiln", "ask"),
        ("Please order the yarns by mail.", "Kiln", "deny"),
        ("Please order the yarns from Kiln & Co by mail.", "dyes", "deny"),
    ],
)
def test_who_was_looked_up_by_a_name_of_the_request(request_: str, looked_up: str, answer: str) -> None:
    """Where the request may mean the tool, it says whom that takes by the name that found him."""
    world = World(request_).read(BOOK, {"result": CARD}, name=looked_up)
    task = narrow([GrantRow(MAIL.id)], {MAIL.id: MAIL}, request_)
    verdict = decide_tool_call(
        ToolCall("agent", MAIL.client_name, MAIL, {"to": "orders@kilnco.example", "body": "Two of each."}),
        Standing(world.readings, task.grant(MAIL.id), refusal=task.refusal(MAIL.id)),
    )
    assert verdict.answer == answer
