"""Was it worth it: what each success has cost, and what it was worth, by agent or department.

A unit is a task of which somebody has said what became of it, or a call of a task of which nobody has.
Whatever neither covers is unknown, a column of its own, and in none of the means. The cost of a task is that
of all its attempts. A number without a denominator is None. Times are Unix nanoseconds, money nano-USD.
"""

from typing import Any, Final, Literal

import msgspec
from sqlalchemy import Connection, func, select

from podium.ports.aggregates import HOUR_NS, cells, usage_hours, usage_tasks
from podium.ports.database import calls, outcomes, tasks
from podium.ports.fleet_tables import task_runs

By = Literal["agent", "department"]
_IDS: Final = 500
_DAY_HOURS: Final = 24


class Worth(msgspec.Struct):
    """One agent or department."""

    key: str
    succeeded: int = 0
    failed: int = 0
    unknown_tasks: int = 0
    """Tasks of which nothing was said, neither of them nor of their calls."""
    cost_succeeded_nano_usd: int = 0
    cost_failed_nano_usd: int = 0
    cost_unknown_nano_usd: int = 0
    valued: int = 0
    """Units of which somebody has said what they were worth."""
    value_nano_usd: int = 0
    cost_valued_nano_usd: int = 0
    output_tokens: int = 0
    duration_us: int = 0
    """Of attempts, one beside the other."""
    cpu_ms: int = 0
    """Of programs that Podium has run and that have ended, as far as it was measured."""
    unmeasured_programs: int = 0
    cost_per_success_nano_usd: int | None = None
    """What successes and failures have cost, by success, rounded down."""
    margin_nano_usd: int | None = None
    """What was worth, less what that has cost."""
    margin_per_unit_nano_usd: int | None = None
    """The margin by unit that has a value, rounded down."""
    output_tokens_per_second: float | None = None

    def close(self) -> "Worth":
        """Work out the means."""
        if self.succeeded:
            spent = self.cost_succeeded_nano_usd + self.cost_failed_nano_usd
            self.cost_per_success_nano_usd = spent // self.succeeded
        if self.valued:
            self.margin_nano_usd = self.value_nano_usd - self.cost_valued_nano_usd
            self.margin_per_unit_nano_usd = self.margin_nano_usd // self.valued
        if self.duration_us:
            self.output_tokens_per_second = self.output_tokens * 1e6 / self.duration_us
        return self


class Day(msgspec.Struct, frozen=True):
    """A day in UTC: the units that were at work in it for the last time."""

    start_ns: int
    worth: Worth
    """Without tokens and time, which belong to hours and not to units."""


class Economics(msgspec.Struct, frozen=True):
    """Every agent or department that has spent, the most expensive first, and all together.

    ``trend`` has every day of the period, the empty ones too.
    """

    since_ns: int
    until_ns: int
    by: By
    rows: list[Worth]
    total: Worth
    trend: list[Day] = []


def economics(connection: Connection, *, since_ns: int, until_ns: int, by: By = "agent") -> Economics:
    """Return what successes have cost in whole hours (UTC); the hours of both ends count in full."""
    first, last = since_ns // HOUR_NS, until_ns // HOUR_NS
    found: dict[str, Worth] = {}
    total = Worth("")
    days = {day: Worth("") for day in range(first // _DAY_HOURS, last // _DAY_HOURS + 1)}
    for task, agent, department, cost, hour in _tasks(connection, first, last):
        key = agent if by == "agent" else department
        row = found.setdefault(key, Worth(key))
        for worth in (row, total, days[hour // _DAY_HOURS]):
            _count(worth, task, cost)
    query = (
        select(cells.c[by], func.sum(usage_hours.c.output_tokens), func.sum(usage_hours.c.duration_us))
        .where(usage_hours.c.hour.between(first, last), usage_hours.c.cell == cells.c.id)
        .group_by(cells.c[by])
    )
    for key, tokens, duration in connection.execute(query):
        for worth in (found.setdefault(key, Worth(key)), total):
            worth.output_tokens += int(tokens)
            worth.duration_us += int(duration)
    for key, cpu_ms, unmeasured in _programs(connection, first, last, by):
        for worth in (found.setdefault(key, Worth(key)), total):
            worth.cpu_ms += cpu_ms
            worth.unmeasured_programs += unmeasured
    rows = sorted((row.close() for row in found.values()), key=lambda row: (-_spent(row), row.key))
    trend = [Day(day * _DAY_HOURS * HOUR_NS, worth.close()) for day, worth in days.items()]
    return Economics(since_ns, until_ns, by, rows, total.close(), trend)


def _programs(connection: Connection, first: int, last: int, by: By) -> list[tuple[str, int, int]]:
    """Return the CPU time of programs that ended in hours, by agent or department, and how many have none."""
    of = task_runs.c
    query = (
        select(of[by], func.coalesce(func.sum(of.cpu_ms), 0), func.count() - func.count(of.cpu_ms))
        .where(
            of.ended_ns >= first * HOUR_NS,
            of.ended_ns < (last + 1) * HOUR_NS,
            of.started_ns.is_not(None),
            of.kind.in_(["agent", "command"]),
            of.agent != "",
        )
        .group_by(of[by])
    )
    return [(key, int(cpu_ms), int(unmeasured)) for key, cpu_ms, unmeasured in connection.execute(query)]


def _spent(row: Worth) -> int:
    return row.cost_succeeded_nano_usd + row.cost_failed_nano_usd + row.cost_unknown_nano_usd


class _Reported(msgspec.Struct):
    """What was said of one task: of itself, or of its calls with the cost of each."""

    own: tuple[str, int | None] | None = None
    calls: list[tuple[str, int | None, int]] = []


def _tasks(connection: Connection, first: int, last: int) -> list[tuple[_Reported, str, str, int, int]]:
    """Return what was said of each task, its agent and department, its cost, and its last hour."""
    costs = (
        select(
            usage_tasks.c.task_id,
            func.sum(usage_tasks.c.cost_nano_usd).label("cost"),
            func.max(usage_tasks.c.hour).label("hour"),
        )
        .where(usage_tasks.c.hour.between(first, last))
        .group_by(usage_tasks.c.task_id)
        .subquery()
    )
    query = select(costs.c.task_id, costs.c.cost, costs.c.hour, tasks.c.agent, tasks.c.department).where(
        tasks.c.task_id == costs.c.task_id
    )
    rows = connection.execute(query).all()
    said: dict[str, _Reported] = {row.task_id: _Reported() for row in rows}
    ids = list(said)
    for start in range(0, len(ids), _IDS):
        part = ids[start : start + _IDS]
        found = connection.execute(select(outcomes).where(outcomes.c.task_id.in_(part))).all()
        for one in found:
            if one.subject == one.task_id:
                said[one.task_id].own = (one.outcome, one.value_nano_usd)
        _of_calls(connection, [one for one in found if one.subject != one.task_id], said)
    return [(said[row.task_id], row.agent, row.department, int(row.cost), row.hour) for row in rows]


def _of_calls(connection: Connection, found: list[Any], said: dict[str, _Reported]) -> None:
    costs: dict[str, int] = {}
    for start in range(0, len(found), _IDS):
        part = [one.subject for one in found[start : start + _IDS]]
        query = select(calls.c.call_id, calls.c.cost_nano_usd).where(calls.c.call_id.in_(part))
        costs |= {row.call_id: row.cost_nano_usd for row in connection.execute(query)}
    for one in found:
        said[one.task_id].calls.append((one.outcome, one.value_nano_usd, costs.get(one.subject, 0)))


def _count(worth: Worth, task: _Reported, cost: int) -> None:
    units = [(*task.own, cost)] if task.own is not None else task.calls
    for outcome, value, spent in units:
        if outcome == "success":
            worth.succeeded += 1
            worth.cost_succeeded_nano_usd += spent
        else:
            worth.failed += 1
            worth.cost_failed_nano_usd += spent
        if value is not None:
            worth.valued += 1
            worth.value_nano_usd += value
            worth.cost_valued_nano_usd += spent
    worth.cost_unknown_nano_usd += max(0, cost - sum(spent for _, _, spent in units))
    worth.unknown_tasks += not units
