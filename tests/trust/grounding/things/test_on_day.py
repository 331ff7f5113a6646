"""Of several things of one name the day beside it tells which is meant."""

from datetime import date
from typing import Any

import pytest

from podium.trust.grounding.record.readings import Read, Readings
from podium.trust.tools import FieldLabel, GrantRow, ObjectRow, ReturnsRow, SinkRow, ToolRow
from podium.trust.verdict import Standing, ToolCall, decide_tool_call

TODAY = date(2026, 11, 26)  # a Thursday
OURS = FieldLabel("organisation")
LIST = ToolRow(
    "hall",
    "list_bookings",
    "read",
    returns=ReturnsRow(
        "public",
        "public",
        ObjectRow("bookings", "id", ("purpose",), ("day", "room")),
        {"bookings[].id": OURS, "bookings[].purpose": OURS},
    ),
)
CANCEL = ToolRow(
    "hall", "cancel_booking", "irreversible", ("cancel", "call off"), {"booking_id": SinkRow("object")}
)
ROWS: list[dict[str, Any]] = [
    {"id": "B-1", "purpose": "Badminton club", "day": "2026-11-26", "room": "main"},
    {"id": "B-2", "purpose": "Badminton club", "day": "2026-12-03", "room": "main"},
    {"id": "B-3", "purpose": "Choir", "day": "2026-12-03", "room": "small"},
]


def _cancels(request: str, *more: dict[str, Any]) -> set[str]:
    readings = Readings(request, TODAY)
    readings.apply(Read(LIST.id, LIST.returns, {}, {"bookings": [*ROWS, *more]}, 1))
    standing = Standing(readings, GrantRow(CANCEL.id, None, None))
    answers = {
        one["id"]: decide_tool_call(
            ToolCall("clerk", CANCEL.client_name, CANCEL, {"booking_id": one["id"]}), standing
        ).answer
        for one in (*ROWS, *more)
    }
    return {id_ for id_, answer in answers.items() if answer == "allow"}


@pytest.mark.parametrize(
    ("request_", "meant"),
    [
        ("cancel badminton next thursday, today stays as it is", "B-2"),
        ("Please call off badminton on the 3rd of December.", "B-2"),
        ("Cancel next Thursday's badminton, please.", "B-2"),
        ("Badminton today is off, cancel it.", "B-1"),
        ("Cancel today's badminton", "B-1"),
        ("Cancel the badminton club's booking, the badminton on 3 December I mean", "B-2"),
        ("Cancel the badminton 2026-12-03", "B-2"),
    ],
)
def test_the_day_beside_a_name(request_: str, meant: str) -> None:
    assert _cancels(request_) == ({meant} if meant else set())


@pytest.mark.parametrize(
    "request_",
    [
        "Cancel badminton.",
        "Cancel badminton on Friday",  # there is none
        "Cancel badminton today and badminton next Thursday?",
    ],
)
def test_no_day_no_choice(request_: str) -> None:
    assert _cancels(request_) == set()


def test_a_stranger_gains_nothing() -> None:
    """Another one of that name and day makes it a question; by what else it says it is on no other day."""
    request = "Cancel badminton next Thursday"
    same = {"id": "B-9", "purpose": "Badminton club", "day": "2026-12-03", "room": "small"}
    assert _cancels(request, same) == set()
    other = {"id": "B-9", "purpose": "Badminton club", "day": "2026-12-10", "room": "on 3 December"}
    assert "B-9" not in _cancels("Cancel badminton on 3 December", other)
