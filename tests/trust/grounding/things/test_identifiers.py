"""A text that is an identifier: of which thread an answer goes to, though its author took it for words."""

from datetime import date
from typing import Any, Final

import pytest

from podium.trust.grounding.record.readings import Read, Readings
from podium.trust.request.narrowing import narrow
from podium.trust.tools import FieldLabel, GrantRow, ObjectRow, ReturnsRow, SinkRow, ToolRow
from podium.trust.verdict import Standing, ToolCall, Verdict, decide_tool_call

OURS: Final = FieldLabel("organisation")
ROOM: Final = ToolRow(
    "chat",
    "get_messages",
    "read",
    (),
    {"channel": SinkRow("query")},
    ReturnsRow(
        "public",
        "private",
        ObjectRow("messages", "ts", ("user",)),
        {"messages[].ts": OURS, "messages[].user": OURS},
    ),
)
REPLY: Final = ToolRow(
    "chat",
    "reply_to_thread",
    "irreversible",
    ("reply", "answer"),
    {"channel": SinkRow("recipient"), "thread": SinkRow("text"), "text": SinkRow("text")},
    ReturnsRow(),
)
TOOLS: Final = {row.id: row for row in (ROOM, REPLY)}
WHEN: Final = {"ts": "1795520880.030156", "user": "U20", "text": "When does the migration guide come out?"}
SALAD: Final = {"ts": "1795186800.029712", "user": "U21", "text": "There is salad in the kitchen!"}
AGAIN: Final = {"ts": "1795560880.030156", "user": "U66", "text": "The migration guide, this one counts."}
REQUEST: Final = "Somebody in #help asks about the migration guide. Answer in their thread that it is out."


def _reply(request: str, thread: str, *messages: dict[str, str], tool: ToolRow = REPLY) -> Verdict:
    readings = Readings(request, date(2026, 11, 27))
    readings.apply(Read(ROOM.id, ROOM.returns, {"channel": "#help"}, {"messages": list(messages)}, 1))
    effective = narrow([GrantRow(ROOM.id), GrantRow(tool.id)], {**TOOLS, tool.id: tool}, request)
    standing = Standing(readings, effective.grant(tool.id), refusal=effective.refusal(tool.id))
    arguments: dict[str, Any] = {"channel": "#help", "thread": thread, "text": "Hi, it is out."}
    return decide_tool_call(ToolCall("a", tool.client_name, tool, arguments), standing)


def test_the_thread_that_the_request_describes() -> None:
    """No other message has any word of it: no question."""
    assert _reply(REQUEST, WHEN["ts"], WHEN, SALAD).answer == "allow"


@pytest.mark.parametrize(
    ("thread", "messages"),
    [(SALAD["ts"], (WHEN, SALAD)), (AGAIN["ts"], (WHEN, AGAIN)), (WHEN["ts"], (WHEN, AGAIN))],
)
def test_another_thread_is_asked_about(thread: str, messages: tuple[dict[str, str], ...]) -> None:
    """One of which the request says nothing, and either of two that speak of the same."""
    verdict = _reply(REQUEST, thread, *messages)
    assert (verdict.answer, verdict.rule) == ("ask", "labels.object")
    assert [one.path for one in verdict.findings if not one.trusted] == ["thread"]


@pytest.mark.parametrize("thread", ["th-99", "1795186800.029712 and so on", "kitchen", "12"])
def test_what_is_no_identifier_that_was_read(thread: str) -> None:
    """Words, and what no lookup has, are texts as the author says."""
    salad = {**SALAD, "user": "kitchen"}
    assert _reply(REQUEST, thread, WHEN, salad).answer == "allow"


def test_it_gives_no_ground() -> None:
    """An identifier in a text that the request says is no more than a text."""
    verdict = _reply(f"Answer thread {WHEN['ts']} in #help that it is out.", WHEN["ts"], WHEN, AGAIN)
    assert verdict.answer == "allow"
    assert not [one for one in verdict.findings if one.path == "thread"]


def test_the_only_one_that_was_listed() -> None:
    """Where there is no other of its kind, none else can be meant."""
    assert _reply("Answer in #help that it is out.", SALAD["ts"], SALAD).answer == "allow"
    assert _reply("Answer in #help that it is out.", SALAD["ts"], SALAD, WHEN).answer == "ask"
