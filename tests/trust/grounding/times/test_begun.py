"""Things of a kind are told apart by when they begin, as the request says it of them."""

from datetime import date
from typing import Any

import pytest

from podium.trust.grounding.record.readings import Read, Readings
from podium.trust.tools import FieldLabel, GrantRow, ObjectRow, ReturnsRow, SinkRow, ToolRow
from podium.trust.verdict import Standing, ToolCall, decide_tool_call

BOOK = ToolRow("air", "book_flight", "irreversible", ("book", "reserve"), {"flight": SinkRow("object")})
MOVE = ToolRow(
    "air", "move_flight", "write", ("move",), {"flight": SinkRow("object"), "departs": SinkRow("date")}
)
OURS = ReturnsRow(
    "organisation", "public", ObjectRow("flights", "flight", ("flight", "airline"), ("departs", "arrives"))
)
MORNING = {"flight": "TR 214", "airline": "Tramontana", "to": "Porto"}
LATE = {"flight": "NV 880", "airline": "Nordvia", "to": "Porto"}
STAMPED = [
    {**MORNING, "departs": "2026-12-11 09:40", "arrives": "2026-12-11 17:05"},
    {**LATE, "departs": "2026-12-11 17:05", "arrives": "2026-12-11 23:50"},
]
APART = [
    {**MORNING, "day": "2026-12-11", "time": "09:40"},
    {**LATE, "day": "2026-12-11", "time": "17:05"},
]


def _answers(
    request: str,
    flights: list[dict[str, Any]],
    *,
    returns: ReturnsRow = OURS,
    tool: ToolRow = BOOK,
    city: str = "Porto",
    **more: Any,
) -> list[str]:
    readings = Readings(request, date(2026, 11, 28))
    readings.apply(Read("air/search_flights", returns, {"city": city}, {"flights": flights}, 1))
    task = Standing(readings, GrantRow(tool.id, None, 5))
    calls = [ToolCall("a", tool.client_name, tool, {"flight": it["flight"], **more}) for it in flights]
    return [decide_tool_call(call, task).answer for call in calls]


@pytest.mark.parametrize("flights", [STAMPED, APART])
@pytest.mark.parametrize(
    ("request_", "which"),
    [
        ("Book the morning flight to Porto on 11 December", 0),
        ("Book the flight to Porto on the morning of 11 December", 0),
        ("Book the flight to Porto at 9:40 on 11 December, please", 0),
        ("Book the 9:40 flight to Porto", 0),
        ("Book the flight to Porto that leaves at 17:05", 1),
        ("Book the evening flight to Porto on 11 December", 1),
        ("Book the 5:05 pm flight to Porto", 1),
    ],
)
def test_when_it_begins_tells_which(request_: str, which: int, flights: list[dict[str, Any]]) -> None:
    """The part of the day or the time, also of a field that has the day with it; when it ends does not."""
    answers = _answers(request_, flights)
    assert answers[which] == "allow"
    assert answers[1 - which] != "allow"


@pytest.mark.parametrize(
    "request_",
    [
        "Book a flight to Porto on 11 December and remind me in the morning",
        "This morning Tess called. Book the flight to Porto on 11 December",
        "Book a flight to Porto on 11 December, not the morning flight",
        "Book the flight to Porto on 11 December, but never the evening flight",
        "Book the flight to Porto, I want to arrive in the evening",
        "Book the flight to Porto at noon",
        "Book the morning flight or the evening flight to Porto",
    ],
)
def test_a_time_of_something_else(request_: str) -> None:
    """Of another act, of what is not meant, of the arrival; of two, or when none begins."""
    assert "allow" not in _answers(request_, STAMPED)


def test_what_a_thing_becomes_tells_none_apart() -> None:
    """*To 11 December at 9:40* says when it shall be."""
    request = "Move the flight to Porto to 12 December at 9:40"
    answers = _answers(request, STAMPED, tool=MOVE, departs="2026-12-12 09:40")
    assert "allow" not in answers


def test_a_time_that_a_stranger_fills() -> None:
    """Nor does it where only one of them tells it, or where the agent has chosen the list."""
    returns = ReturnsRow(
        "public",
        "public",
        ObjectRow("flights", "flight", ("flight", "airline")),
        {f"flights[].{name}": FieldLabel("organisation") for name in ("flight", "airline", "to")},
    )
    request = "Book the morning flight to Porto on 11 December"
    assert "allow" not in _answers(request, STAMPED, returns=returns)
    assert "allow" not in _answers(request, [STAMPED[0], LATE])
    assert "allow" not in _answers(request, STAMPED, city="Faro")
