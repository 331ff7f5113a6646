"""Schedules over changes of clocks and downtimes; conditions that start one run each time."""

import itertools
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podium.evidence.occurrences import Occurrence
from podium.fleet.triggers import (
    NS,
    ConditionMemory,
    OccurrenceMemory,
    ScheduleMemory,
    decide_condition,
    decide_occurrence,
    decide_schedule,
    next_ns,
)

BERLIN = {"cron": "30 2 * * *", "time_zone": "Europe/Berlin", "missed": "skip"}


def ns(text: str, zone: str = "UTC", fold: int = 0) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold).timestamp()) * NS


def times(spec: dict[str, Any], first: str, last: str) -> list[str]:
    found, at, end = [], ns(first), ns(last)
    while (following := next_ns(spec, at)) is not None and following <= end:
        found.append(datetime.fromtimestamp(following // NS, ZoneInfo("UTC")).strftime("%d %H:%M"))
        at = following
    return found


def test_a_time_that_clocks_skip_is_due_when_they_have() -> None:
    """29 March 2026, Berlin: 02:30 does not exist; the run is at 03:00, 01:00 UTC."""
    assert times(BERLIN, "2026-03-28T00:00", "2026-03-30T12:00") == ["28 01:30", "29 01:00", "30 00:30"]


def test_a_time_that_clocks_show_twice_is_due_once() -> None:
    """25 October 2026, Berlin: 02:30 comes twice; the run is at one of them."""
    found = times(BERLIN, "2026-10-24T12:00", "2026-10-26T12:00")
    assert [text[:2] for text in found] == ["25", "26"]


def test_every_hour_is_every_hour_that_passes() -> None:
    """With `*` for hours there are 23 runs on the short day, and 25 on the long one."""
    hourly = {"cron": "0 * * * *", "time_zone": "Europe/Berlin"}
    begin, end = ns("2026-03-29T00:00", "Europe/Berlin"), ns("2026-03-30T00:00", "Europe/Berlin")
    assert (end - begin) // NS == 23 * 3600
    assert count(hourly, begin, end) == 23
    begin, end = ns("2026-10-25T00:00", "Europe/Berlin"), ns("2026-10-26T00:00", "Europe/Berlin")
    assert count(hourly, begin, end) == 25


def count(spec: dict[str, Any], begin: int, end: int) -> int:
    found = 0
    while (begin := next_ns(spec, begin) or end + 1) <= end:
        found += 1
    return found


def test_what_was_missed() -> None:
    """`skip` starts nothing late; `one` starts one for all that was missed, once it has been looked at."""
    before, after = ns("2026-05-01T00:00"), ns("2026-05-04T12:00")
    assert decide_schedule("s", BERLIN, ScheduleMemory(), after) == (ScheduleMemory(after), None)
    assert decide_schedule("s", BERLIN, ScheduleMemory(before), after) == (ScheduleMemory(after), None)
    once = {**BERLIN, "missed": "one"}
    memory, fired = decide_schedule("s", once, ScheduleMemory(before), after)
    assert fired is not None
    assert fired.key == "s:2026-05-01T00:30:00Z"
    assert decide_schedule("s", once, memory, after + NS) == (ScheduleMemory(after + NS), None)
    # Before it is remembered, the same question has the same answer: its key starts nothing twice.
    assert decide_schedule("s", once, ScheduleMemory(before), after + 5 * NS)[1] == fired


@given(st.lists(st.integers(1, 7200), min_size=1, max_size=60), st.sampled_from(["skip", "one"]))
def test_every_time_is_due_at_most_once(pauses: list[int], missed: str) -> None:
    """However often it is looked at, no key comes twice, and what is seen within a minute is not missed."""
    spec = {"cron": "*/7 * * * *", "missed": missed}
    now = ns("2026-01-01T00:00")
    memory, keys = ScheduleMemory(now), []
    for pause in pauses:
        expected = pause <= 60 and (next_ns(spec, now) or 0) <= now + pause * NS
        now += pause * NS
        memory, fired = decide_schedule("s", spec, memory, now)
        if fired is not None:
            keys.append(fired.key)
        assert not expected or fired is not None
    assert len(set(keys)) == len(keys)


CONDITION: dict[str, Any] = {
    "figure": "error_rate",
    "above": 0.2,
    "clear": 0.1,
    "hold": 5_000,
    "cooldown": 60_000,
}


def play(spec: dict[str, Any], figures: list[float | None]) -> list[int]:
    """Return the seconds at which a condition starts a run."""
    memory, found = ConditionMemory(), []
    for second, figure in enumerate(figures):
        memory, fired = decide_condition("c", spec, memory, figure, second * NS)
        if fired is not None:
            found.append(second)
    return found


@pytest.mark.parametrize(
    ("figures", "seconds"),
    [
        ([0.3] * 200, [5]),  # it never came back
        ([0.3] * 4 + [0.1] + [0.3] * 10, [10]),  # a break begins the time anew
        ([0.3] * 4 + [None] + [0.3] * 10, [10]),  # what is not known does not hold
        ([0.3] * 10 + [0.15] * 5 + [0.3] * 200, [5]),  # below the bound, but not clear
        ([0.3] * 10 + [0.05] * 5 + [0.3] * 200, [5, 65]),  # clear, and the pause is over
        ([0.2] * 50, []),  # not above
    ],
)
def test_a_condition_starts_one_run_each_time(figures: list[float | None], seconds: list[int]) -> None:
    """It must hold without a break, be clear again, and rest between two runs."""
    assert play(CONDITION, figures) == seconds


@given(st.lists(st.one_of(st.none(), st.floats(0, 1)), max_size=120))
def test_between_two_runs_it_was_clear_and_has_rested(figures: list[float | None]) -> None:
    """No sequence of figures makes two runs without a return below the bound, or within the pause."""
    found = play(CONDITION, figures)
    for first, second in itertools.pairwise(found):
        assert second - first >= 60
        assert any(figure is not None and figure <= 0.1 for figure in figures[first:second])


def test_below_is_the_other_way_round() -> None:
    """A figure that is too low holds too."""
    spec = {"figure": "success_rate", "below": 0.5, "cooldown": 0, "window": 1}
    assert play(spec, [0.6, 0.4, 0.4, 0.4, 0.7, 0.3, 0.3]) == [2, 6]


def failed(place: int, **changes: Any) -> tuple[int, Occurrence]:
    data = {"audit": "payments", "rule": "few"} | changes.pop("data", {})
    said = {"type": "audit.failed", "agent": "triage", "department": "acme/support"} | changes
    return place, Occurrence(
        id=f"o{place}", subject="task_1", link="/inbox/case_1", data=data, at_ns=place, **said
    )


def test_what_has_occurred_starts_one_run_and_rests() -> None:
    """It begins with what occurs from now on; one that is meant starts a run, the next after the cooldown."""
    spec = {"type": "audit.failed", "audit": "payments", "department": "acme", "cooldown": 60_000}
    memory, fired = decide_occurrence("on", spec, OccurrenceMemory(), 4, [], 5 * NS)
    assert (memory, fired) == (OccurrenceMemory(4), None)
    others = [
        failed(5, type="tool.changed"),
        failed(6, department="other"),
        failed(7, data={"audit": "mail"}),
    ]
    memory, fired = decide_occurrence("on", spec, memory, 9, others, 6 * NS)
    assert (memory, fired) == (OccurrenceMemory(7), None)
    memory, fired = decide_occurrence("on", spec, memory, 9, [failed(8), failed(9)], 7 * NS)
    assert memory == OccurrenceMemory(8, 7 * NS)
    assert fired is not None
    assert (fired.key, fired.told["event"]["data"]["rule"]) == ("on:o8", "few")
    memory, fired = decide_occurrence("on", spec, memory, 9, [failed(9)], 8 * NS)
    assert (memory, fired) == (OccurrenceMemory(9, 7 * NS), None)
    assert decide_occurrence("on", spec | {"agent": "other"}, memory, 10, [failed(10)], 99 * NS)[1] is None
    assert decide_occurrence("on", spec, memory, 10, [failed(10)], 99 * NS)[1] is not None
