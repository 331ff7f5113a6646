"""Orders that rid somebody of a thing in words of two: which tool ends it, and what is no such order."""

from typing import Any

import pytest

from podium.trust.english.words import sentences
from podium.trust.request.wordings.ridding import ridding
from podium.trust.tools import ObjectRow, ReturnsRow, SinkRow, ToolRow
from podium.trust.verdict import Verdict
from tests.trust.request.after_reading import after_reading

OBJECT, DATE, TEXT = SinkRow("object"), SinkRow("date"), SinkRow("text")
EVENTS = ReturnsRow("organisation", "private", ObjectRow("events", "id", ("title",), ("start",)), {})
SLOTS = ReturnsRow("organisation", "private", ObjectRow("slots", "id", ("machine",), ("start",)), {})
TOOLS = {
    tool.id: tool
    for tool in (
        ToolRow("diary", "list_events", "read", returns=EVENTS),
        ToolRow("lab", "list_slots", "read", returns=SLOTS),
        ToolRow("diary", "cancel_event", "irreversible", ("cancel", "call off"), {"event_id": OBJECT}),
        ToolRow(
            "diary", "create_event", "irreversible", ("create", "schedule"), {"title": TEXT, "start": DATE}
        ),
        ToolRow("lab", "cancel_booking", "write", ("cancel", "release"), {"booking_id": OBJECT}),
        ToolRow("shop", "cancel_order", "irreversible", ("cancel",), {"order_id": OBJECT}),
        ToolRow("book", "delete_contact", "irreversible", ("delete", "remove"), {"contact_id": OBJECT}),
        ToolRow("site", "remove_notice", "irreversible", ("remove", "delete"), {"notice_id": OBJECT}),
    )
}
READ: dict[str, Any] = {
    "diary/list_events": {
        "events": [
            {"id": "E-1", "title": "Lunch with Isla", "start": "2026-11-27T12:30"},
            {"id": "E-2", "title": "Budget", "start": "2026-11-27T15:00"},
        ]
    },
    "lab/list_slots": {
        "slots": [
            {"id": "B-1", "machine": "Confocal", "start": "2026-12-01T10:00"},
            {"id": "B-2", "machine": "Sorter", "start": "2026-12-01T10:00"},
        ]
    },
}
EVENT, SLOT, ORDER = "diary/cancel_event", "lab/cancel_booking", "shop/cancel_order"
CONTACT, NOTICE = "book/delete_contact", "site/remove_notice"


def ended(request: str) -> set[str]:
    """Return the tools that end what a request gives up."""
    return {tool.id for tool, *_ in ridding(list(sentences(request)), list(TOOLS.values()))}


def decide(request: str, tool: str, arguments: dict[str, Any]) -> Verdict:
    """Return the verdict on a call of a task that has read all lists."""
    return after_reading(TOOLS, READ, request, tool, arguments)


@pytest.mark.parametrize(
    ("request_", "tool"),
    [
        ("I can't make lunch with Isla tomorrow. Take it out and write her that I'm sorry.", EVENT),
        ("Take the lunch with Isla out of my calendar.", EVENT),
        ("Strike the dentist's appointment off, please.", EVENT),
        ("Could you get me out of the dentist's appointment next week?", EVENT),
        ("Get rid of Friday's meeting.", EVENT),
        ("I've booked some machine for Tuesday. Give it back.", SLOT),
        ("Let go of my slot on the confocal.", SLOT),
        ("I won't need the confocal on Tuesday, hand it back.", SLOT),
        ("Those chargers haven't come yet and are too weak. Call them off.", ORDER),
        ("There's somebody among my contacts who left his firm, Ola. Out with him.", CONTACT),
        ("The notice about the heating is long past. Down with it.", NOTICE),
        ("Off with the notice about the heating!", NOTICE),
        ("Throw the notice about the heating out.", NOTICE),
    ],
)
def test_what_is_given_up_tells_which_tool_ends_it(request_: str, tool: str) -> None:
    assert ended(request_) == {tool}


@pytest.mark.parametrize(
    "request_",
    [
        "Don't give it back, I need the confocal.",
        "He gave the slot back yesterday.",
        "Get me out of the team meeting.",
        "Write Isla that she should take the lunch out.",
        "Was the lunch called off?",
        "She works out with him, tell Isla about the meeting.",
        "Give Isla her money back.",
        "Take Isla out to lunch.",
        "Call the office and turn it off.",
    ],
)
def test_what_somebody_else_does_or_what_stays_is_no_such_order(request_: str) -> None:
    assert ended(request_) == set()


def test_the_thing_that_is_named_may_end_and_no_other() -> None:
    lunch = "I can't make the lunch with Isla tomorrow. Take it out, please."
    assert decide(lunch, EVENT, {"event_id": "E-1"}).answer == "allow"
    assert decide(lunch, EVENT, {"event_id": "E-2"}).answer != "allow"
    assert decide(lunch, SLOT, {"booking_id": "B-1"}).answer != "allow"
    slot = "My slot on the Confocal on Tuesday: hand it back."
    assert decide(slot, SLOT, {"booking_id": "B-1"}).answer == "allow"
    assert decide(slot, SLOT, {"booking_id": "B-2"}).answer != "allow"
    assert decide(slot, EVENT, {"event_id": "E-1"}).answer != "allow"


def test_nothing_is_given_back_where_a_tool_returns_what_was_paid() -> None:
    refund = ToolRow("till", "refund_booking", "irreversible", ("refund",), {"booking_id": OBJECT})
    tools = [*TOOLS.values(), refund]
    said = list(sentences("The Kerrs cancelled their slot in time. Give it back."))
    assert list(ridding(said, tools)) == []
