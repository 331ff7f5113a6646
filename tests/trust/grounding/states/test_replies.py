"""Yes, no and maybe to an invitation, as a request says them."""

import json
from datetime import date
from typing import Any

import pytest

from podium.trust.grounding.record.readings import Read, Readings
from podium.trust.request.narrowing import narrow
from podium.trust.tools import FieldLabel, GrantRow, ObjectRow, ReturnsRow, SinkRow, ToolRow
from podium.trust.verdict import Standing, ToolCall, Verdict, decide_tool_call

EVENTS = ToolRow(
    "diary",
    "list_events",
    "read",
    returns=ReturnsRow(
        "organisation",
        "private",
        ObjectRow("events", "id", ("title",), ("answer",)),
        {"events[].note": FieldLabel("public")},
    ),
)
INTENTS = ("answer", "accept", "decline", "turn down", "say yes", "say no", "reject", "respond", "confirm")
ANSWER = ToolRow(
    "diary",
    "answer_invitation",
    "write",
    INTENTS,
    {"id": SinkRow("object"), "answer": SinkRow("value"), "comment": SinkRow("text")},
)
TOOLS = {tool.id: tool for tool in (EVENTS, ANSWER)}
PLAIN = {"pattern": "^(yes|no|maybe)$"}
LISTS = [
    PLAIN,
    {"enum": ["yes", "no", "maybe"]},
    {"anyOf": [{"enum": ["no", "maybe"]}, {"pattern": "^yes$"}]},
]
STATES = {"pattern": "^(accepted|declined|tentative)$"}


def decide(request: str, answer: str, event: str = "E-1", schema: dict[str, Any] | None = None) -> Verdict:
    readings = Readings(request, date(2026, 11, 26))
    events = [
        {"id": "E-1", "title": "Round table", "answer": "open"},
        {"id": "E-2", "title": "Wine evening", "answer": "yes"},
        {"id": "E-3", "title": "Budget talk", "answer": "no"},
    ]
    readings.apply(Read(EVENTS.id, EVENTS.returns, {}, {"events": events}, 1))
    properties = {"type": "object", "properties": {"answer": schema or PLAIN}}
    grants = [GrantRow(EVENTS.id, None, 9), GrantRow(ANSWER.id, json.dumps(properties), 9)]
    found = narrow(grants, TOOLS, request)
    task = Standing(readings, found.grant(ANSWER.id), refusal=found.refusal(ANSWER.id))
    return decide_tool_call(
        ToolCall("agent", ANSWER.client_name, ANSWER, {"id": event, "answer": answer}), task
    )


SAID = [
    ("Accept the round table.", "yes"),
    ("I'd like to go to the round table. Accept that one, no comment needed.", "yes"),
    ("Say yes to the round table, please.", "yes"),
    ("Please confirm the round table.", "yes"),
    ("Decline the round table.", "no"),
    ("I can't make the round table, so please decline.", "no"),
    ("Turn the round table down, thanks.", "no"),
    ("Say no to the round table.", "no"),
    ("Tentatively accept the round table.", "maybe"),
    ("Answer the round table with maybe.", "maybe"),
]


@pytest.mark.parametrize(("request_", "meant"), SAID)
@pytest.mark.parametrize("schema", LISTS)
def test_the_answer_that_is_said_goes_and_no_other(request_: str, meant: str, schema: dict[str, Any]) -> None:
    verdicts = {it: decide(request_, it, schema=schema) for it in ("yes", "no", "maybe")}
    assert {it for it, verdict in verdicts.items() if verdict.answer == "allow"} == {meant}, verdicts


@pytest.mark.parametrize(
    ("request_", "meant"),
    [
        ("Accept the round table.", "accepted"),
        ("Say yes to the round table.", "accepted"),
        ("Decline the round table.", "declined"),
        ("Say no to the round table.", "declined"),
        ("Tentatively accept the round table.", "tentative"),
    ],
)
def test_it_is_so_however_a_server_calls_them(request_: str, meant: str) -> None:
    verdicts = {it: decide(request_, it, schema=STATES) for it in ("accepted", "declined", "tentative")}
    assert {it for it, verdict in verdicts.items() if verdict.answer == "allow"} == {meant}, verdicts


@pytest.mark.parametrize("schema", LISTS)
@pytest.mark.parametrize(
    "request_",
    [
        "Accept the round table and decline the wine evening.",
        "Yes to the round table. The wine evening I can't do, too much on, say no to it.",
        "Say no to the wine evening. I'd like to go to the round table, accept that.",
        "Decline the wine evening, but accept the round table and the budget talk.",
    ],
)
def test_each_of_two_has_its_own(request_: str, schema: dict[str, Any]) -> None:
    """What one is answered is not what the other is, whoever asks for that."""
    assert decide(request_, "yes", "E-1", schema).answer == "allow"
    assert decide(request_, "no", "E-2", schema).answer == "allow"
    assert decide(request_, "no", "E-1", schema).answer == "ask"
    assert decide(request_, "yes", "E-2", schema).answer == "ask"


@pytest.mark.parametrize(
    "request_",
    [
        "Don't accept the round table, answer it.",
        "Accept the round table if Jonas goes.",
        "Jonas can't come to the round table. Answer the invitation.",
        "Answer the round table, no comment needed.",
        "Reply to the round table and tell them that I can not come.",
    ],
)
@pytest.mark.parametrize("answer", ["yes", "no"])
def test_an_answer_that_is_not_plainly_given_is_asked_about(request_: str, answer: str) -> None:
    assert decide(request_, answer).answer != "allow"
