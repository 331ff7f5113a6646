"""The day that a clock or the request tells, from which the request's days are seen."""

from datetime import date
from typing import Any

import pytest

from podium.trust.grounding.record.readings import Read, Readings
from podium.trust.grounding.record.todays import said_today, tells_today
from podium.trust.tools import GrantRow, ReturnsRow, SinkRow, ToolRow
from podium.trust.verdict import Standing, ToolCall, decide_tool_call

OURS = ReturnsRow("organisation", "public")
BOOK = ToolRow("hall", "book_hall", "irreversible", ("book",), {"day": SinkRow("date")})
BEGAN = date(2026, 11, 28)


def _answer(readings: Readings, day: str) -> str:
    task = Standing(readings, GrantRow(BOOK.id, None, 1))
    return decide_tool_call(ToolCall("agent", BOOK.client_name, BOOK, {"day": day}), task).answer


def _read(readings: Readings, tool: str, content: Any, returns: ReturnsRow = OURS, **more: Any) -> Readings:
    readings.apply(Read(tool, returns, more.pop("arguments", {}), content, 1, **more))
    return readings


@pytest.mark.parametrize(
    ("request_text", "day"),
    [
        ("Book the hall for tomorrow.", "2026-06-04"),
        ("Book the hall on the 20th, please.", "2026-06-20"),
        ("Could you book the hall for 12 June?", "2026-06-12"),
        ("book the hall, Friday next week", "2026-06-12"),
        ("Book the hall in three days.", "2026-06-06"),
    ],
)
@pytest.mark.parametrize(
    ("tool", "content"),
    [
        ("hall/get_today", "Wednesday, 2026-06-03"),
        ("clock/current_day", {"result": "2026-06-03"}),
        ("clock/getCurrentDate", {"date": "2026-06-03", "weekday": "Wednesday"}),
        ("clock/get_current_time", "2026-06-03T09:15:00+02:00"),
        ("clock/now", "3 June 2026, 9:15"),
    ],
)
def test_a_clock_of_ours(request_text: str, day: str, tool: str, content: Any) -> None:
    """Days that the request says in words are seen from the day that a trusted clock has told."""
    readings = Readings(request_text, BEGAN)
    assert _answer(readings, day) != "allow"
    assert _answer(_read(readings, tool, content), day) == "allow"


@pytest.mark.parametrize(
    ("tool", "content", "more"),
    [
        ("hall/get_today", "2026-06-03", {"returns": ReturnsRow("public", "public")}),
        ("hall/get_today", "2026-06-03", {"arguments": {"zone": "Pacific/Auckland"}}),
        ("hall/get_today", "2026-06-03", {"failed": True}),
        ("hall/set_today", "2026-06-03", {"wrote": True}),
        ("hall/get_today", "2026-06-03 to 2026-06-09", {}),
        ("hall/get_today", "3 June", {}),
        ("hall/get_current_booking", "2026-06-03", {}),
        ("hall/get_date", "2026-06-03", {}),
        ("hall/read_note", "Today is 2026-06-03.", {}),
    ],
)
def test_no_clock_of_ours(tool: str, content: Any, more: dict[str, Any]) -> None:
    """What anybody may have written, the agent has chosen or no clock says is not the request's day."""
    readings = _read(Readings("Book the hall for tomorrow.", BEGAN), tool, content, **more)
    assert readings.request.today == BEGAN.isoformat()
    assert _answer(readings, "2026-06-04") != "allow"
    assert _answer(readings, "2026-11-29") == "allow"


def test_the_first_one_holds() -> None:
    """A second clock moves nothing: an agent does not choose between two days."""
    readings = _read(Readings("Book the hall for tomorrow.", BEGAN), "hall/get_today", "2026-06-03")
    _read(readings, "clock/now", "2026-07-20")
    assert _answer(readings, "2026-06-04") == "allow"
    assert "allow" not in [_answer(readings, day) for day in ("2026-07-21", "2026-11-29")]


@pytest.mark.parametrize(
    "told",
    [
        "Today is Wednesday, 3 June 2026.",
        "Today's date is 2026-06-03.",
        "(It is now June 3, 2026.)",
        "Today: 2026-06-03\n",
        "As today is the 3rd of June 2026:",
    ],
)
def test_the_request_tells(told: str) -> None:
    """Who asks may say which day it is; no clock says otherwise then."""
    readings = Readings(f"{told} Book the hall for tomorrow.", BEGAN)
    assert _answer(readings, "2026-06-04") == "allow"
    assert _answer(_read(readings, "clock/now", "2026-07-20"), "2026-06-04") == "allow"


@pytest.mark.parametrize(
    "text",
    [
        "Today, move it to 4 June 2026.",
        "Is today 3 June 2026?",
        "His mail says today is 4 May 2026.",
        "Move the meeting of today to 3 June 2026.",
        "Today is fine, or 4 June 2026.",
        "Today is the 3rd. Book it for 12 June 2026.",
    ],
)
def test_the_request_tells_nothing(text: str) -> None:
    """A day beside the word is not therefore the day that it is."""
    assert said_today(text) is None


def test_names_of_clocks() -> None:
    """All of a clock's name says so."""
    assert all(map(tells_today, ("a/today", "a/what_is_the_date_today", "a/get_todays_date", "a/readClock")))
    assert not any(map(tells_today, ("a/day_sheet", "a/current", "a/current_user", "a/todays_orders")))
