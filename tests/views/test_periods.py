"""Periods that a person names."""

from datetime import UTC, datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podium.kernel.errors import InvalidRequest
from podium.views.periods import NAMES, Period, day_starts, decide_before, decide_period, decide_same_part


def ns(text: str, zone: str = "UTC") -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).timestamp()) * 1_000_000_000


NOW_NS = ns("2026-11-25T17:30")


@pytest.mark.parametrize(
    ("name", "since", "end"),
    [
        ("today", "2026-11-25", "2026-11-26"),
        ("yesterday", "2026-11-24", "2026-11-25"),
        ("this-week", "2026-11-23", "2026-11-30"),
        ("last-week", "2026-11-16", "2026-11-23"),
        ("this-month", "2026-11-01", "2026-12-01"),
        ("last-month", "2026-10-01", "2026-11-01"),
        ("this-quarter", "2026-10-01", "2027-01-01"),
        ("last-quarter", "2026-07-01", "2026-10-01"),
        ("this-year", "2026-01-01", "2027-01-01"),
        ("last-year", "2025-01-01", "2026-01-01"),
        ("30d", "2026-10-27", "2026-11-26"),
        ("2026-02-01..2026-03-01T12:00", "2026-02-01", "2026-03-01T12:00"),
    ],
)
@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin", "Asia/Kolkata"])
def test_names(name: str, since: str, end: str, zone: str) -> None:
    """A name means midnights in its zone, on whichever side of a change of clocks they lie."""
    found = decide_period(name, NOW_NS, zone)
    assert (found.since_ns, found.end_ns) == (ns(since, zone), ns(end, zone))


@pytest.mark.parametrize(
    "name", ["", "month", "0d", "2026-10-01..", "2026-10-01..2026-09-01", "this-century"]
)
def test_what_is_no_period(name: str) -> None:
    """Anything else is refused with what can be written."""
    with pytest.raises(InvalidRequest):
        decide_period(name, NOW_NS)


def test_no_zone() -> None:
    """A zone that does not exist is named."""
    with pytest.raises(InvalidRequest, match="Mars/Olympus"):
        decide_period("today", NOW_NS, "Mars/Olympus")


def test_the_same_part_of_the_month_before() -> None:
    """A month that has come to the 25th at 18:30 is held against the one before up to then, DST or not."""
    zone = "Europe/Berlin"
    month = decide_period("this-month", NOW_NS, zone)
    before = decide_before(month)
    assert (before.since_ns, before.end_ns) == (ns("2026-10-01", zone), ns("2026-11-01", zone))
    part = decide_same_part(month, NOW_NS, before)
    assert part.end_ns == ns("2026-10-25T18:30", zone)
    assert decide_same_part(month, month.end_ns, before) == before


def test_the_31st_has_no_day_in_a_shorter_month() -> None:
    """The same part of a shorter month is at the most the whole of it."""
    now_ns = ns("2026-03-31T12:00")
    march = decide_period("this-month", now_ns)
    assert decide_same_part(march, now_ns, decide_before(march)).end_ns == ns("2026-03-01")


def test_days_of_23_and_25_hours() -> None:
    """Days begin at midnight where clocks are changed too."""
    spring = day_starts(ns("2026-03-28", "Europe/Berlin"), ns("2026-03-31", "Europe/Berlin"), "Europe/Berlin")
    assert [(later - earlier) // 3_600_000_000_000 for earlier, later in pairwise(spring)] == [24, 23]
    autumn = day_starts(ns("2026-10-25", "Europe/Berlin"), ns("2026-10-27", "Europe/Berlin"), "Europe/Berlin")
    assert (autumn[1] - autumn[0]) // 3_600_000_000_000 == 25


@given(
    now=st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)),
    name=st.sampled_from(NAMES),
    zone=st.sampled_from(["UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Pacific/Apia"]),
)
def test_periods_follow_each_other(now: datetime, name: str, zone: str) -> None:
    """The period before one ends where it begins, and the current ones hold the present moment."""
    now_ns = int(now.replace(tzinfo=UTC).timestamp()) * 1_000_000_000
    period: Period = decide_period(name, now_ns, zone)
    before = decide_before(period)
    assert before.since_ns < before.end_ns == period.since_ns
    part = decide_same_part(period, now_ns, before)
    assert before.since_ns <= part.end_ns <= before.end_ns
    if name.startswith("this-") or name == "today":
        assert period.since_ns <= now_ns < period.end_ns
