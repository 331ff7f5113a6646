"""Who is only spoken of in what others are told, and states that stand behind a condition."""

import msgspec
import pytest

from podium.trust.grounding.people.told import has_to, only_told
from podium.trust.request.requests import Request
from podium.trust.request.wordings.idioms import gives
from podium.trust.request.wordings.states import stated
from podium.trust.tools import FieldLabel, ObjectRow, ReturnsRow, SinkRow, ToolRow
from tests.trust.test_verdict import World

GROUPS = ToolRow(
    "club",
    "list_groups",
    "read",
    returns=ReturnsRow("organisation", "private", ObjectRow("groups", "id", ("name",), ("id", "name"))),
)
TEXT = ToolRow(
    "club",
    "send_text",
    "irreversible",
    ("text", "tell", "write", "let know", "ask", "mail"),
    {"to": SinkRow("recipient"), "text": SinkRow("text")},
)
HELD = {
    "groups": [
        {"id": "swimmers", "name": "Swimmers"},
        {"id": "tess", "name": "Tess Moore"},
        {"id": "ben", "name": "Ben Osei"},
    ]
}


def _answer(request: str, to: str) -> str:
    return World(request).read(GROUPS, HELD).call(TEXT, uses=None, to=to, text="It is so.").answer


@pytest.mark.parametrize(
    ("request_", "other"),
    [
        ("Tell Tess that the swimmers are here", "swimmers"),
        ("tell Tess the swimmers are here", "swimmers"),
        ("Let Tess know that Ben is ill", "ben"),
        ("Tell Tess that Ben is ill", "ben"),
        ("Ask Tess whether Ben can come", "ben"),
        ("Text Tess that the swimmers need the hall and Ben has the key", "swimmers"),
        ("Text Tess that the swimmers need the hall and Ben has the key", "ben"),
        ("Write to Tess about Ben", "ben"),
        ("mail Tess because the swimmers forgot the key", "swimmers"),
    ],
)
def test_what_is_told_is_nobody_to_write_to(request_: str, other: str) -> None:
    """A message goes to whom it is for, and to none of those of whom it speaks."""
    assert _answer(request_, "tess") == "allow"
    assert _answer(request_, other) != "allow"


@pytest.mark.parametrize(
    ("request_", "to"),
    [
        ("Tell the swimmers that the pool is shut", "swimmers"),
        ("Tell Tess and Ben that it is done", "ben"),
        ("Tell Tess that it is done, and Ben too", "ben"),
        ("Tell Tess that it is done and text Ben the plan", "ben"),
        ("Text the swimmers that Tess is ill, and ask Ben to come", "ben"),
        ("Tell Tess that Ben has the key, then tell Ben that she knows", "ben"),
    ],
)
def test_whom_it_is_for(request_: str, to: str) -> None:
    """Who is told something himself gets it."""
    assert _answer(request_, to) == "allow"


@pytest.mark.parametrize(
    "request_",
    [
        "Tell Ben: the plan is off",
        "Mail the plan to Ben",
        "Drop Ben a line so he knows",
        "Tell Anna it is done and cc Ben",
        "Ask Anna for the plan, then send it to Ben",
        "Give it to Ben and tell Anna that Ben has it",
        "Tell Anna that it starts in #ben today",
        "Pay Ben",
    ],
)
def test_said_elsewhere_too(request_: str) -> None:
    """Who stands outside of a message too is not only spoken of."""
    assert not only_told(Request(request_), {"ben"})


@pytest.mark.parametrize(
    ("request_", "state"),
    [
        ("Order the paper if the toner is fine", "approved"),
        ("Please look at it and order some unless the toner is fine", "approved"),
        ("Ring the printer people whether it is fine", "approved"),
        ("Book the hall once the trip is off", "cancelled"),
        ("Put the lamp back when the light is over", "done"),
    ],
)
def test_a_state_behind_a_condition(request_: str, state: str) -> None:
    """What is so only under a condition, or is asked, is no state that the request gives."""
    sentences = Request(request_).sentences
    assert not any(gives(sentence, state) for sentence in sentences)
    assert not stated(sentences, state)


@pytest.mark.parametrize(
    ("request_", "state"),
    [
        ("The toner order is fine unless it costs more", "approved"),
        ("The trip is off until further notice", "cancelled"),
        ("approve it if it is under 20", "approved"),
        ("The lamp is done when you have a minute", "done"),
    ],
)
def test_a_state_before_a_condition(request_: str, state: str) -> None:
    """What is said of a thing, or ordered, counts with a condition behind it."""
    assert any(gives(sentence, state) for sentence in Request(request_).sentences)


STAFF = ToolRow(
    "office",
    "list_staff",
    "read",
    returns=ReturnsRow("organisation", object=ObjectRow("staff", "id", ("name",), ("email",))),
)
PEOPLE = {
    "staff": [
        {"id": "U0E417", "name": "Ewan Stirling", "email": "ewan@acme.example"},
        {"id": "U0M552", "name": "Moira Reid", "email": "moira@acme.example"},
        {"id": "U0P803", "name": "Priya Nair", "email": "priya@acme.example"},
    ]
}
TASK = ToolRow(
    "office",
    "create_task",
    "write",
    ("create", "add", "make"),
    {"title": SinkRow("text", readers="organisation"), "assignee": SinkRow("recipient")},
)
PAGE = ToolRow("office", "create_page", "write", ("create", "add", "make"), TASK.arguments)
FOR_EWAN = [
    "Add a task for Ewan to order the paper for Moira",
    "Create a task for Ewan Stirling to ring Moira",
    "Make a task for Ewan: ask Moira for the plan",
    "Create a ticket for Ewan about Moira's desk",
    "Please add a job for Ewan that Moira has asked for",
]


def _gets(request: str, who: str, tool: ToolRow = TASK, people: object = PEOPLE) -> str:
    return World(request).read(STAFF, people).call(tool, title="Paper", assignee=who).answer


@pytest.mark.parametrize("request_", FOR_EWAN)
def test_a_task_is_for_whom_it_is(request_: str) -> None:
    """By identifier and by address, and none of those with whom he has to do something gets it."""
    for who in ("U0E417", "ewan@acme.example"):
        assert _gets(request_, who) == "allow", who
    for who in ("U0M552", "moira@acme.example", "U0P803", "priya@acme.example"):
        assert _gets(request_, who) != "allow", who


def test_a_task_for_two() -> None:
    """Each of them, and not who is rung up."""
    request = "Add a task for Ewan and Priya to ring Moira"
    assert has_to(Request(request)) == [{"ewan"}, {"priya"}]
    assert [_gets(request, who) for who in ("U0E417", "U0P803")] == ["allow", "allow"]
    assert _gets(request, "U0M552") != "allow"
    request = "Add a task for Ewan to ring Moira and one for Priya to order paper"
    assert [_gets(request, who) for who in ("U0E417", "U0P803")] == ["allow", "allow"]
    assert _gets(request, "U0M552") != "allow"
    assert has_to(Request("Book a ticket for Ewan to Berlin and one for Priya")) == []
    assert not only_told(Request("Book a ticket for Ewan to Berlin and one for Priya"), {"priya"})


def test_whose_task_it_is_not_clear() -> None:
    """Two of one name; a tool of something else; who only stands behind it; a stranger's own name."""
    more = {"staff": [*PEOPLE["staff"], {"id": "U0E990", "name": "Ewan Hart", "email": "hart@acme.example"}]}
    assert _gets(FOR_EWAN[0], "U0E417", people=more) != "allow"
    assert _gets(FOR_EWAN[1], "U0E417", people=more) == "allow"
    assert _gets("Add a task for Ewan to ring Moira, and make a page", "U0E417", PAGE) != "allow"
    assert _gets("Add a task to ring Moira for Ewan", "U0M552") != "allow"
    ours = {"staff[].id": FieldLabel("organisation")}
    public = msgspec.structs.replace(STAFF, returns=ReturnsRow(object=STAFF.returns.object, fields=ours))
    world = World(FOR_EWAN[0]).read(public, PEOPLE)
    assert world.call(TASK, title="Paper", assignee="U0E417").answer != "allow"


def test_a_colleague_who_is_only_spoken_of() -> None:
    """His address is known, and is not where it goes."""
    mail = ToolRow(
        "office",
        "send_mail",
        "irreversible",
        ("mail", "tell"),
        {"to": SinkRow("recipient"), "text": SinkRow("text")},
    )
    world = World("Mail Ewan that Moira is ill").read(STAFF, PEOPLE)
    assert world.call(mail, uses=None, to="ewan@acme.example", text="She is ill.").answer == "allow"
    assert world.call(mail, uses=None, to="moira@acme.example", text="She is ill.").answer != "allow"
