"""What begins at the day and time that a request says, of the kind that an act is on, is what it names."""

from datetime import date
from typing import Any

import pytest

from podium.trust.grounding.record.readings import Read, Readings
from podium.trust.request.narrowing import narrow
from podium.trust.tools import FieldLabel, GrantRow, ObjectRow, ReturnsRow, SinkRow, ToolRow
from podium.trust.verdict import Standing, ToolCall, decide_tool_call

OURS = FieldLabel("organisation")
LIST = ToolRow(
    "diary",
    "list_events",
    "read",
    returns=ReturnsRow(
        object=ObjectRow("events", "id", ("title", "start"), ("start", "end")),
        fields={"events[].id": OURS, "events[].start": OURS, "events[].end": OURS},
    ),
)
CANCEL = ToolRow(
    "diary", "cancel_event", "irreversible", ("cancel", "call off"), {"event_id": SinkRow("object")}
)
MOVE = ToolRow(
    "diary",
    "move_event",
    "write",
    ("move", "shift", "postpone"),
    {"event_id": SinkRow("object"), "start": SinkRow("date")},
)
EVENTS = [
    {"id": "e1", "title": "Budget review", "start": "2026-12-03T14:00", "end": "2026-12-03T15:00"},
    {"id": "e2", "title": "Dentist", "start": "2026-12-04T09:00", "end": "2026-12-04T09:30"},
    {"id": "e3", "title": "Standup", "start": "2026-12-03T09:00", "end": "2026-12-03T09:15"},
    {"id": "e4", "title": "Lunch with Anna", "start": "2026-12-04T12:00", "end": "2026-12-04T13:00"},
]


def _answer(request: str, tool: ToolRow, events: list[dict[str, str]], **arguments: Any) -> str:
    readings = Readings(request, date(2026, 12, 1))  # a Tuesday
    readings.apply(Read(LIST.id, LIST.returns, {}, {"events": events}, 1))
    said = narrow([GrantRow(tool.id)], {tool.id: tool}, request)
    task = Standing(readings, said.grant(tool.id), refusal=said.refusal(tool.id))
    return decide_tool_call(ToolCall("agent", tool.name, tool, arguments), task).answer


@pytest.mark.parametrize(
    ("request_", "event"),
    [
        ("Cancel my 9 o'clock on Friday.", "e2"),
        ("cancel friday's 12 o'clock", "e4"),
        ("Please cancel the meeting on Thursday at 14:00", "e1"),
        ("Call off the event at 9 am on 3 December", "e3"),
        ("Can you cancel my appointment the day after tomorrow at two?", "e1"),
        ("Cancel the 2 pm on Thursday, I'm ill", "e1"),
        ("Cancel lunch on Friday at noon", "e4"),
    ],
)
def test_day_and_time_name_it(request_: str, event: str) -> None:
    """The one that begins then, and none beside it."""
    for one in EVENTS:
        assert (_answer(request_, CANCEL, EVENTS, event_id=one["id"]) == "allow") == (one["id"] == event)


@pytest.mark.parametrize(
    ("request_", "event", "start"),
    [
        ("Move my 9 o'clock on Friday to 11", "e2", "2026-12-04T11:00"),
        ("Shift Thursday's 14:00 to Friday", "e1", "2026-12-04T14:00"),
        ("Move the meeting on Friday at 12 to Friday the 11th", "e4", "2026-12-11T12:00"),
        ("Postpone the event at 9 on Thursday to 10:30", "e3", "2026-12-03T10:30"),
    ],
)
def test_what_it_becomes_names_nothing(request_: str, event: str, start: str) -> None:
    """Behind `to` stands when it is to be, also where something else begins then."""
    for one in EVENTS:
        got = _answer(request_, MOVE, EVENTS, event_id=one["id"], start=start)
        assert (got == "allow") == (one["id"] == event)


@pytest.mark.parametrize(
    "request_",
    [
        "Cancel my haircut on Friday at 9.",  # the dentist is then
        "Cancel something on Friday",
        "Cancel the one at 9",
        "I fly to Oslo on Friday at 9. Cancel the taxi.",
        "Cancel everything but the 9 o'clock on Friday",
        "Don't cancel my 9 o'clock on Friday",
    ],
)
def test_what_is_called_otherwise_is_not_meant(request_: str) -> None:
    """Another name, no day, no time, what stays: a person is asked, or it is denied."""
    assert _answer(request_, CANCEL, EVENTS, event_id="e2") != "allow"


def test_two_that_begin_then() -> None:
    """Whoever adds one at the same time makes it open which is meant."""
    more = [*EVENTS, {"id": "e9", "title": "Urgent", "start": "2026-12-04T09:00", "end": "2026-12-04T10:00"}]
    for event in ("e2", "e9"):
        assert _answer("Cancel my 9 o'clock on Friday.", CANCEL, more, event_id=event) == "ask"


@pytest.mark.parametrize(
    ("request_", "event"),
    [
        ("I can't make 2 pm on Thursday. Cancel that meeting.", "e1"),
        ("Anna can't do Friday at noon, so please cancel it.", "e4"),
        ("The dentist can't see me at 9 on Friday. Cancel that appointment.", "e2"),
        ("I can't do 9 o'clock on Friday. Cancel that.", "e2"),
    ],
)
def test_the_time_stands_right_before_the_order(request_: str, event: str) -> None:
    """What begins then and has every word of that is meant, and nothing beside it."""
    for one in EVENTS:
        assert (_answer(request_, CANCEL, EVENTS, event_id=one["id"]) == "allow") == (one["id"] == event)


@pytest.mark.parametrize(
    "request_",
    [
        "I fly to Oslo on Friday at 9. Cancel that.",  # nothing that begins then is called so
        "I fly to Oslo on Friday at 9. Cancel the taxi.",
        "The plumber can't come on Friday at 9. Cancel that visit.",
        "I can't make 9 o'clock on Friday. It is too early. Cancel that.",
        "I can't make Friday. Cancel that meeting.",
        "I can't do 9 o'clock or 12 o'clock on Friday. Cancel that.",
    ],
)
def test_what_stands_there_names_nothing_else(request_: str) -> None:
    for one in EVENTS:
        assert _answer(request_, CANCEL, EVENTS, event_id=one["id"]) != "allow"


def test_another_one_at_that_time_leaves_it_open() -> None:
    """Whoever sends an invitation for the same time makes nobody's event the one that is cancelled."""
    theirs = {"id": "e9", "title": "Sales call", "start": "2026-12-03T14:00", "end": "2026-12-03T15:00"}
    for one in ("e1", "e9"):
        said = "I can't make 2 pm on Thursday. Cancel that meeting."
        assert _answer(said, CANCEL, [*EVENTS, theirs], event_id=one) != "allow"
