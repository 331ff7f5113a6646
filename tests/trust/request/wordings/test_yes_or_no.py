"""Answers without a verb: which sentence gives one, and which tool gives it."""

from typing import Any

import pytest

from podium.trust.english.words import sentences
from podium.trust.request.wordings.yes_or_no import yes_or_no
from podium.trust.tools import ObjectRow, ReturnsRow, SinkRow, ToolRow
from podium.trust.verdict import Verdict
from tests.trust.request.after_reading import after_reading

OBJECT, VALUE, TEXT = SinkRow("object"), SinkRow("value"), SinkRow("text")
EVENTS = ReturnsRow("organisation", "private", ObjectRow("events", "id", ("title",)), {})
ANSWERS = '{"type": "object", "properties": {"response": {"enum": ["accepted", "declined", "tentative"]}}}'
TOOLS = {
    tool.id: tool
    for tool in (
        ToolRow("diary", "list_events", "read", returns=EVENTS),
        ToolRow(
            *("diary", "respond_to_event", "irreversible", ("accept", "decline", "respond")),
            {"event_id": OBJECT, "response": VALUE},
        ),
        ToolRow("diary", "cancel_event", "irreversible", ("cancel",), {"event_id": OBJECT}),
        ToolRow(
            *("books", "decide_claim", "irreversible", ("approve", "reject")),
            {"claim_id": OBJECT, "decision": VALUE},
        ),
        ToolRow("mail", "reply_mail", "irreversible", ("reply", "answer"), {"mail_id": OBJECT, "body": TEXT}),
    )
}
READ: dict[str, Any] = {
    "diary/list_events": {
        "events": [{"id": "E-1", "title": "Exhibitors' briefing"}, {"id": "E-2", "title": "Pricing review"}]
    }
}
RESPOND, DECIDE = "diary/respond_to_event", "books/decide_claim"


def answered(request: str) -> set[str]:
    """Return the tools by which a request gives an answer without a verb."""
    return {tool.id for tool, *_ in yes_or_no(list(sentences(request)), list(TOOLS.values()))}


def decide(request: str, tool: str, arguments: dict[str, Any]) -> Verdict:
    """Return the verdict on a call of a task that has read the events."""
    return after_reading(TOOLS, READ, request, tool, arguments, schemas={RESPOND: ANSWERS})


@pytest.mark.parametrize(
    ("request_", "tool"),
    [
        ("Two quick ones before my train: the exhibitors' briefing, no. And tell Bea I'm late.", RESPOND),
        ("The pricing review on the 4th: maybe.", RESPOND),
        ("Jonas's party on Friday – yes, please", RESPOND),
        ("Put me down as a maybe for the pricing review.", RESPOND),
        ("Tell her that I like her review (put me down as maybe there).", RESPOND),
        ("Mark me down as no for the workshop", RESPOND),
        ("Lena's claim for the taxi: yes.", DECIDE),
        ("The claim about the dinner, no.", DECIDE),
    ],
)
def test_an_answer_without_a_verb_is_given_by_the_tool_of_its_thing(request_: str, tool: str) -> None:
    assert answered(request_) == {tool}


@pytest.mark.parametrize(
    "request_",
    [
        "The briefing, yes or no?",
        "Is the briefing on? If so, tell Bea yes.",
        "Tell Bea about the briefing: no.",
        "The claim is fine, she said, no?",
        "I think the briefing is off, no matter.",
        "The briefing has no agenda.",
        "Write to Bea that the review is on, no changes.",
        "He wants to come to the party, maybe.",
    ],
)
def test_what_is_asked_said_to_somebody_or_only_thought_is_no_answer(request_: str) -> None:
    assert answered(request_) == set()


def test_the_thing_has_that_answer_and_no_other() -> None:
    request = "The exhibitors' briefing: no, please."
    assert decide(request, RESPOND, {"event_id": "E-1", "response": "declined"}).answer == "allow"
    assert decide(request, RESPOND, {"event_id": "E-1", "response": "accepted"}).answer != "allow"
    assert decide(request, RESPOND, {"event_id": "E-2", "response": "declined"}).answer != "allow"
    assert decide(request, "diary/cancel_event", {"event_id": "E-1"}).answer != "allow"
    assert decide(request, DECIDE, {"claim_id": "E-1", "decision": "reject"}).answer != "allow"
