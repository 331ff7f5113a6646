"""Limits: windows of the calendar, bands, and what counts."""

from datetime import UTC, datetime
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from podium.kernel.call import Usage
from podium.spend.limits import (
    NS,
    Band,
    Limit,
    counts,
    decide_window,
    limit_id,
    need_of,
    organisation_limit,
    used_of,
)

KINDS = ("minute", "hour", "day", "week", "month", "quarter")
ZONES = (
    "UTC",
    "Europe/Berlin",
    "America/Havana",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "America/New_York",
)
instants = st.integers(
    int(datetime(2001, 1, 1, tzinfo=UTC).timestamp()), int(datetime(2036, 1, 1, tzinfo=UTC).timestamp())
)


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp()) * NS


@given(st.sampled_from(KINDS), st.sampled_from(ZONES), instants)
@settings(max_examples=400)
def test_windows_follow_each_other_without_a_gap(kind, zone, second):
    """Every instant lies in one window, whose ends lie in the windows before and behind, under other keys."""
    window = decide_window(kind, zone, second * NS)
    assert window.starts_ns <= second * NS < window.ends_ns
    assert decide_window(kind, zone, window.starts_ns) == window
    assert decide_window(kind, zone, window.ends_ns - NS) == window
    behind, before = (
        decide_window(kind, zone, window.ends_ns),
        decide_window(kind, zone, window.starts_ns - NS),
    )
    assert behind.starts_ns == window.ends_ns
    assert before.ends_ns == window.starts_ns
    assert len({window.key, behind.key, before.key}) == 3


@pytest.mark.parametrize(
    ("kind", "instant", "key", "hours"),
    [
        ("day", "2026-03-29T12:00+02:00", "2026-03-29T00:00+01:00", 23),
        ("day", "2026-10-25T12:00+01:00", "2026-10-25T00:00+02:00", 25),
        ("hour", "2026-10-25T02:30+02:00", "2026-10-25T02:00+02:00", 1),
        ("hour", "2026-10-25T02:30+01:00", "2026-10-25T02:00+01:00", 1),
        ("week", "2026-03-29T23:59+02:00", "2026-03-23T00:00+01:00", 167),
        ("month", "2026-10-31T23:59+01:00", "2026-10-01T00:00+02:00", 745),
        ("quarter", "2026-11-25T18:00+01:00", "2026-10-01T00:00+02:00", 2209),
    ],
)
def test_daylight_saving_time(kind, instant, key, hours):
    """A day of the change of clocks has 23 or 25 hours; the hour that comes twice is two windows."""
    window = decide_window(kind, "Europe/Berlin", at(instant))
    assert window.key == key
    assert window.ends_ns - window.starts_ns == hours * 3600 * NS


def test_a_day_whose_midnight_is_skipped_begins_at_the_change():
    """In Havana the clock goes from 23:59 to 01:00: the day begins at 01:00."""
    window = decide_window("day", "America/Havana", at("2026-03-08T12:00-04:00"))
    assert window.starts_ns == at("2026-03-08T01:00-04:00")


def test_a_task_is_a_window_without_an_end():
    """A limit of tasks has one window for each of them."""
    assert decide_window("task", "UTC", 1, "task_a") != decide_window("task", "UTC", 1, "task_b")
    assert decide_window("task", "UTC", 1, "task_a").ends_ns is None
    assert decide_window("always", "UTC", 1) == decide_window("always", "UTC", 2**60)


def limit(**changes):
    fields = {
        "id": "department/acme/usd/day",
        "owner": "department/acme",
        "unit": "usd",
        "amount": 1000,
        "window": "day",
    }
    return Limit(**{**fields, **changes})


@pytest.mark.parametrize(
    ("rung", "rungs", "band"), [(0, 1, 3), (0, 3, 1), (1, 3, 2), (2, 3, 3), (0, 2, 1), (1, 2, 3)]
)
def test_which_rung_may_draw_from_which_band(rung, rungs, band):
    """The first rung ends at `smaller`, the others at `cheapest`; the last one has everything."""
    assert limit().last_band(rung, rungs) == band
    assert limit(hard=False).last_band(rung, rungs) == 3
    assert limit(bands=()).last_band(rung, rungs) == 0


def test_edges_of_bands():
    """The bands divide the amount, the open one first."""
    assert limit().edges(1000) == (800, 900, 970, 1000)
    assert limit(bands=(Band(50, "warn"),)).edges(3) == (1, 3)
    assert [limit().action(band) for band in range(4)] == ["open", "warn", "smaller", "cheapest"]


def test_what_an_attempt_needs_and_uses():
    """Any output may be reasoning before it is known; what nobody knows is all that was drawn."""
    bound = {"hold_nano_usd": 70, "input_tokens": 5, "output_tokens": 9}
    assert [need_of(unit, **bound) for unit in ("usd", "tokens", "reasoning_tokens")] == [70, 14, 9]
    known = {"cost_nano_usd": 40, "usage": Usage(4, 6, reasoning_tokens=2), "estimated": False}
    assert [used_of(unit, 99, **known) for unit in ("usd", "tokens", "reasoning_tokens")] == [40, 10, 2]
    unknown = {"cost_nano_usd": 70, "usage": None, "estimated": True}
    assert [used_of(unit, 99, **unknown) for unit in ("usd", "tokens", "reasoning_tokens")] == [70, 99, 99]
    unsent = {"cost_nano_usd": 0, "usage": None, "estimated": False}
    assert [used_of(unit, 99, **unsent) for unit in ("usd", "tokens", "reasoning_tokens")] == [0, 0, 0]


def test_what_a_limit_counts():
    """One of a tier counts its models alone; one of reasoning does not count models that do not reason."""
    assert counts(limit(tier="frontier"), "frontier", reasons=True)
    assert not counts(limit(tier="frontier"), "small", reasons=True)
    assert not counts(limit(unit="reasoning_tokens"), None, reasons=False)
    assert counts(limit(), None, reasons=False)


def test_names_and_words():
    """A limit's name stays when its amount changes, and its amounts are told in its unit."""
    assert limit_id("agent/triage", "tokens", "day", "frontier") == "agent/triage/tokens.frontier/day"
    assert organisation_limit("acme").amount is None
    assert limit().text(1_500_000_000) == "1.50 USD"
    assert (
        limit(unit="reasoning_tokens", tier="frontier").text(2_000)
        == "2,000 reasoning tokens of tier frontier"
    )


def test_windows_of_a_year_cover_it():
    """The months of a year are twelve, and they meet."""
    month, found = decide_window("month", "Europe/Berlin", at("2026-01-15T00:00+01:00")), []
    for _ in range(12):
        found.append(month)
        month = decide_window("month", "Europe/Berlin", month.ends_ns)
    assert all(one.ends_ns == other.starts_ns for one, other in pairwise(found))
    assert month.key == "2027-01-01T00:00+01:00"
