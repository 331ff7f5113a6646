"""When a trigger starts a run: schedules and conditions, decided over what they remember.

What they remember is written before they act on it, and what they start has a key that follows from it alone:
after a crash the same question is asked again, and starts nothing a second time.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

import msgspec
from cronsim import CronSim

from podium.evidence.occurrences import Occurrence, cloud_event

NS: Final = 1_000_000_000
ON_TIME_S: Final = 60
"""A time of a schedule that is older when it is looked at was missed."""


class ScheduleMemory(msgspec.Struct, frozen=True):
    """Up to when a schedule has been looked at, in Unix nanoseconds; None: never."""

    seen_ns: int | None = None


class Fired(msgspec.Struct, frozen=True):
    """A run is to be started. ``key``: of what has happened."""

    key: str
    told: Mapping[str, Any] = {}


def decide_schedule(
    trigger: str, spec: Mapping[str, Any], memory: ScheduleMemory, now_ns: int
) -> tuple[ScheduleMemory, Fired | None]:
    """Return what a schedule remembers from now on, and whether it starts a run.

    A time that clocks skip over (summer time begins) is due when they have; one that they show twice is due
    once; `*` in hours goes by time that has passed. Source: Debian's cron, as `cronsim` keeps to it.
    A schedule that was never looked at has missed nothing.
    """
    after = ScheduleMemory(now_ns)
    if memory.seen_ns is None or memory.seen_ns >= now_ns:
        return (after if memory.seen_ns is None else memory), None
    due = None
    at = max(memory.seen_ns, now_ns - ON_TIME_S * NS)
    while (following := next_ns(spec, at)) is not None and following <= now_ns:
        due = at = following
    if due is None and spec.get("missed") == "one":
        first = next_ns(spec, memory.seen_ns)
        due = first if first is not None and first <= now_ns else None
    if due is None:
        return after, None
    words = moment(due)
    return after, Fired(f"{trigger}:{words}", {"due": words})


def next_ns(spec: Mapping[str, Any], after_ns: int) -> int | None:
    """Return the first time of a schedule after another (Unix nanoseconds), None where there is none."""
    zone = ZoneInfo(spec.get("time_zone", "UTC"))
    # A whole second, rounded down: schedules are of whole minutes.
    at = datetime.fromtimestamp(after_ns // NS, tz=UTC).astimezone(zone)
    found = next(CronSim(spec["cron"], at), None)
    if found is None or found - at > timedelta(days=365 * 30):
        return None
    return int(found.astimezone(UTC).timestamp()) * NS


def moment(at_ns: int) -> str:
    """Return a time in UTC, ISO 8601, to the second."""
    return datetime.fromtimestamp(at_ns // NS, tz=UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


class OccurrenceMemory(msgspec.Struct, frozen=True):
    """Up to which occurrence it has been looked at; None: never. ``fired_ns``: Unix nanoseconds."""

    seen: int | None = None
    fired_ns: int | None = None


def decide_occurrence(
    trigger: str,
    spec: Mapping[str, Any],
    memory: OccurrenceMemory,
    newest: int,
    found: Sequence[tuple[int, Occurrence]],
    now_ns: int,
) -> tuple[OccurrenceMemory, Fired | None]:
    """Return what a trigger remembers from now on, and whether it starts a run: one a look at the most.

    ``found``: what has occurred since, each with its place. A trigger that was never looked at begins with
    the ``newest``.
    """
    if memory.seen is None:
        return OccurrenceMemory(newest), None
    rested = memory.fired_ns is None or now_ns - memory.fired_ns >= spec["cooldown"] * 1_000_000
    for place, it in found:
        if rested and _is_meant(spec, it):
            told = {"event": cloud_event(it, "")}
            return OccurrenceMemory(place, now_ns), Fired(f"{trigger}:{it.id}", told)
    return OccurrenceMemory(max([memory.seen, *(place for place, _ in found)]), memory.fired_ns), None


def _is_meant(spec: Mapping[str, Any], it: Occurrence) -> bool:
    department = spec.get("department")
    return (
        it.type == spec["type"]
        and spec.get("agent") in {None, it.agent}
        and (department is None or f"{it.department}/".startswith(f"{department}/"))
        and all(spec.get(name) in {None, it.data.get(name)} for name in ("audit", "rule", "tool"))
    )


class ConditionMemory(msgspec.Struct, frozen=True):
    """Times are Unix nanoseconds."""

    since_ns: int | None = None
    """Since when it has held without a break; None: it does not."""
    armed: bool = True
    """Whether it may start a run: not between one and the figure's return."""
    fired_ns: int | None = None


def decide_condition(
    trigger: str, spec: Mapping[str, Any], memory: ConditionMemory, figure: float | None, now_ns: int
) -> tuple[ConditionMemory, Fired | None]:
    """Return what a condition remembers from now on, and whether it starts a run.

    ``figure``: None where it has no denominator; it does not hold then, and is not clear either. It starts a
    run only once it is remembered since when it holds, so that a crash cannot make two of one.
    """
    above, below = spec.get("above"), spec.get("below")
    holds = figure is not None and (figure > above if above is not None else figure < (below or 0))
    clear = spec.get("clear", above if above is not None else below)
    cleared = figure is not None and (figure <= clear if above is not None else figure >= clear)
    armed = memory.armed or cleared
    if not holds:
        return ConditionMemory(None, armed, memory.fired_ns), None
    since_ns = memory.since_ns
    if since_ns is None:
        return ConditionMemory(now_ns, armed, memory.fired_ns), None
    held = now_ns - since_ns >= spec.get("hold", 0) * 1_000_000
    rested = memory.fired_ns is None or now_ns - memory.fired_ns >= spec["cooldown"] * 1_000_000
    if not (armed and held and rested and now_ns > since_ns):
        return ConditionMemory(since_ns, armed, memory.fired_ns), None
    told = {"figure": figure, "name": spec["figure"], "since": moment(since_ns)}
    return ConditionMemory(since_ns, armed=False, fired_ns=now_ns), Fired(f"{trigger}:{since_ns}", told)
