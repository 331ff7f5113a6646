"""What somebody else may do is asked, not ordered; and a word of a value alone shares nothing."""

import pytest

from podium.trust.grounding.record.readings import Read, Readings
from podium.trust.request.guesses import shortens
from podium.trust.request.narrowing import narrow
from podium.trust.tools import GrantRow, ObjectRow, ReturnsRow, SinkRow, ToolRow
from podium.trust.verdict import Standing, ToolCall, decide_tool_call

PEOPLE = ToolRow(
    "people",
    "find_people",
    "read",
    returns=ReturnsRow("organisation", object=ObjectRow("people", "email", ("name",), ("email",))),
)
FOUND = {"people": [{"name": "Rupert Hall", "email": "rupert@acme.example"}]}
WHOM, RIGHTS = SinkRow("recipient"), SinkRow("value")
WORDS = ("share my calendar", "edit my calendar", "look at my calendar")
MINE = ToolRow("diary", "share_calendar", "irreversible", WORDS, {"email": WHOM, "rights": RIGHTS})
ANY = ToolRow(
    "diary",
    "share_calendar",
    "irreversible",
    WORDS,
    {"email": WHOM, "rights": RIGHTS, "calendar": SinkRow("object")},
)
MAIL = ToolRow("post", "send_mail", "irreversible", ("send",), {"to": WHOM, "body": SinkRow("text")})
LISTED = (
    '{"properties": {"rights": {"type": "string", "pattern": "^(free_busy|see|edit)$"}}}',
    '{"properties": {"rights": {"enum": ["free_busy", "see", "edit"]}}}',
)


def _answer(request: str, tool: ToolRow = MINE, schema: str = LISTED[0], rights: str = "see") -> str:
    tools = {it.id: it for it in (PEOPLE, tool, MAIL)}
    effective = narrow([GrantRow(it, schema if it == tool.id else None) for it in tools], tools, request)
    readings = Readings(request)
    readings.apply(Read(PEOPLE.id, PEOPLE.returns, {}, FOUND, 1))
    task = Standing(
        readings,
        effective.grant(tool.id),
        refusal=effective.refusal(tool.id),
        domains=frozenset({"acme.example"}),
    )
    arguments = {"email": "rupert@acme.example", "rights": rights}
    return decide_tool_call(ToolCall("agent", tool.client_name, tool, arguments), task).answer


@pytest.mark.parametrize(
    "request_",
    [
        "Can Rupert edit my calendar?",
        "May Rupert look at my calendar?",
        "Should Rupert edit my calendar?",
        "Will Rupert Hall edit my calendar?",
        "Can Rupert and Devika edit my calendar?",
        "Can our bookkeeper Rupert edit my calendar?",
        "Can Rupert edit my calendar",
    ],
)
def test_a_question_of_somebody_else(request_: str) -> None:
    assert _answer(request_, rights="edit") != "allow"


@pytest.mark.parametrize(
    "request_",
    [
        "Can you share my calendar with Rupert, to see?",
        "Could we share my calendar with Rupert? To see.",
        "Could you let Rupert look at my calendar? He should see it.",
    ],
)
def test_an_order_put_as_a_question(request_: str) -> None:
    assert _answer(request_) == "allow"


@pytest.mark.parametrize("schema", LISTED)
@pytest.mark.parametrize("tool", [MINE, ANY])
@pytest.mark.parametrize(
    "request_",
    [
        "Rupert should see the quote Q-883, send it to him",
        "Let Rupert see the Old School project",
        "Rupert may see it",
    ],
)
def test_a_word_of_a_value_alone(request_: str, tool: ToolRow, schema: str) -> None:
    """Another thing that he is to see lets nobody see the calendar; nor where the call says no thing."""
    assert _answer(request_, tool, schema) != "allow"


@pytest.mark.parametrize("schema", LISTED)
def test_a_word_of_a_value_beside_the_thing(schema: str) -> None:
    assert _answer("Rupert should see my calendar", schema=schema) == "allow"


def test_the_beginning_of_a_word() -> None:
    """A word of its own is no short form of another: *call off the meal* speaks of no office."""
    assert shortens("ack", "acknowledged")
    assert not any(shortens(one, other) for one, other in (("off", "office"), ("mark", "marketing")))
