"""Sums of the ledger over a range: of aggregates by day, by hour at both ends, and of rows within an hour."""

import bisect
from collections.abc import Iterator, Sequence
from typing import Any, Final, Literal

import msgspec
from sqlalchemy import Connection, Integer, Select, and_, case, func, literal, or_, select
from sqlalchemy.sql import ColumnElement, FromClause

from podium.kernel.errors import InvalidRequest
from podium.ports.aggregates import (
    CELL,
    HOUR_NS,
    HOURS_A_DAY,
    MEASURES,
    TASK_MEASURES,
    cells,
    recounted,
    usage_days,
    usage_hours,
    usage_tasks,
)
from podium.ports.database import tasks
from podium.spend.journal import WENT_WELL
from podium.views.ledger import below

DAY_NS: Final = HOUR_NS * HOURS_A_DAY

Group = Literal["department", "agent", "route", "model", "provider", "outcome", "task"]
GROUPS: Final[tuple[Group, ...]] = ("department", "agent", "route", "model", "provider", "outcome", "task")
OF_ATTEMPTS: Final = frozenset({"model", "provider"})
"""What only attempts have: grouped or filtered by these, there is no number of calls."""


class UsageFilters(msgspec.Struct, frozen=True, kw_only=True):
    """Which cells; ``department`` takes in those below."""

    department: str | None = None
    agent: str | None = None
    route: str | None = None
    model: str | None = None
    provider: str | None = None
    outcome: str | None = None


class Usage(msgspec.Struct, frozen=True):
    """Sums of a group. A number without a denominator is None, and so is what the group cannot have.

    ``calls`` counts clients' calls, refused ones included, ``charges`` attempts at providers. Corrections are
    in the cost and the tokens. ``unreported``: charges whose tokens are not known, and so not in the sums.
    """

    calls: int | None
    ok_calls: int | None
    charges: int
    cost_nano_usd: int
    estimated: int
    estimated_nano_usd: int
    overruns: int
    corrections: int
    corrected_nano_usd: int
    unreported: int
    input_tokens: int
    output_tokens: int
    cache_read_tokens: int
    cache_write_tokens: int
    reasoning_tokens: int
    cost_per_call_nano_usd: int | None
    """Rounded down."""
    cost_per_ok_call_nano_usd: int | None
    """What one call that was answered costs, with all that failed on the way; rounded down."""
    mean_first_token_us: int | None
    mean_call_us: int | None


_SUMMED: Final = (
    "charges", "calls", "cost_nano_usd", "estimated", "estimated_nano_usd", "overruns", "corrections",
    "corrected_nano_usd", "unreported", "input_tokens", "output_tokens", "cache_read_tokens",
    "cache_write_tokens", "reasoning_tokens", "first_token_us", "first_tokens", "call_duration_us",
)  # fmt: skip
_TASK_SUMMED: Final = tuple(name for name in _SUMMED if name in TASK_MEASURES)
_PLAIN: Final = tuple(name for name in Usage.__struct_fields__ if name in _SUMMED and name != "calls")
_Sums = dict[str, dict[str, int]]


def usage(
    connection: Connection,
    since_ns: int,
    until_ns: int,
    by: Group | None = None,
    filters: UsageFilters | None = None,
) -> tuple[dict[str, Usage], Usage | None]:
    """Return sums by a dimension, and of all, of what was admitted in a range (end exclusive). Exact.

    Raises InvalidRequest for tasks filtered by what their aggregate does not know.
    """
    chosen = filters or UsageFilters()
    sums: _Sums = {}
    queries = (
        _of_tasks(since_ns, until_ns, chosen)
        if by == "task"
        else (_by_cell(source, by, chosen) for source in _sources(*split(since_ns, until_ns)))
    )
    for query in queries:
        _add(sums, connection, query)
    whole: dict[str, int] = {}
    for values in sums.values():
        for name, value in values.items():
            whole[name] = whole.get(name, 0) + value
    counted = chosen.model is None and chosen.provider is None
    found = {
        # Calls are in the group that has no name, when attempts are grouped.
        key: _usage(values, counted=counted and by not in OF_ATTEMPTS)
        for key, values in sums.items()
        if key or by not in OF_ATTEMPTS
    }
    return found, _usage(whole, counted=counted) if whole else None


def split(
    since_ns: int, until_ns: int
) -> tuple[tuple[int, int] | None, list[tuple[int, int]], list[tuple[int, int]]]:
    """Return how a range is composed: whole days, ranges of whole hours, ranges of nanoseconds."""
    first, last = -(-since_ns // HOUR_NS), until_ns // HOUR_NS
    if first >= last:
        return None, [], [(since_ns, until_ns)] if since_ns < until_ns else []
    rows = [(since_ns, first * HOUR_NS), (last * HOUR_NS, until_ns)]
    first_day, last_day = -(-first // HOURS_A_DAY), last // HOURS_A_DAY
    days = (first_day, last_day) if first_day < last_day else None
    hours = [(first, first_day * HOURS_A_DAY), (last_day * HOURS_A_DAY, last)] if days else [(first, last)]
    return days, [part for part in hours if part[0] < part[1]], [part for part in rows if part[0] < part[1]]


def _sources(
    days: tuple[int, int] | None, hours: list[tuple[int, int]], rows: list[tuple[int, int]]
) -> list[FromClause]:
    """Return the sums by cell of each part, with the cell's names."""
    found: list[FromClause] = []
    if days is not None:
        found.append(_named(usage_days, _between(usage_days.c.day, [days])))
    if hours:
        found.append(_named(usage_hours, _between(usage_hours.c.hour, hours)))
    if rows:
        found.append(recounted("hour", rows).subquery("rows_within_an_hour"))
    return found


def _between(column: ColumnElement[int], ranges: Sequence[tuple[int, int]]) -> ColumnElement[bool]:
    return or_(*(and_(column >= first, column < last) for first, last in ranges))


def _named(table: Any, where: ColumnElement[bool]) -> FromClause:
    """Return sums by cell: the names are looked up after the sums are made, once a cell."""
    summed = (func.sum(table.c[name]).label(name) for name in _SUMMED)
    of_each = select(cells.c.id, *summed).where(cells.c.id == table.c.cell, where).group_by(cells.c.id)
    inner = of_each.subquery("by_cell")
    named = select(*(cells.c[name] for name in CELL), *(inner.c[name] for name in _SUMMED))
    return named.where(cells.c.id == inner.c.id).subquery("named")


def _by_cell(source: FromClause, by: Group | None, filters: UsageFilters) -> Select[Any]:
    key = source.c[by] if by is not None else literal("all")
    ok_calls = case((source.c.outcome.in_(WENT_WELL), source.c.calls), else_=literal(0, Integer))
    sums = (func.sum(source.c[name]).label(name) for name in _SUMMED)
    query = select(key.label("key"), *sums, func.sum(ok_calls).label("ok_calls"))
    for name in ("agent", "route", "model", "provider", "outcome"):
        value = getattr(filters, name)
        if value is not None:
            query = query.where(source.c[name] == value)
    if filters.department is not None:
        query = query.where(below(source.c.department, filters.department))
    return query.group_by(key) if by is not None else query


def _of_tasks(since_ns: int, until_ns: int, filters: UsageFilters) -> Iterator[Select[Any]]:
    known = UsageFilters(department=filters.department, agent=filters.agent)
    if known != filters:
        raise InvalidRequest(
            "Tasks are known by department and agent alone.",
            fix="Leave the other filters away, or use `podium ledger --by task`.",
            field="by",
        )
    first, last = -(-since_ns // HOUR_NS), until_ns // HOUR_NS
    sources: list[FromClause] = []
    if first < last:
        sources.append(
            select(usage_tasks).where(_between(usage_tasks.c.hour, [(first, last)])).subquery("of_tasks")
        )
    _, _, rows = split(since_ns, until_ns)
    if rows:
        sources.append(recounted("task", rows).subquery("rows_within_an_hour"))
    for source in sources:
        query = select(
            source.c.task_id.label("key"), *(func.sum(source.c[name]).label(name) for name in _TASK_SUMMED)
        ).group_by(source.c.task_id)
        if known != UsageFilters():
            query = query.where(source.c.task_id == tasks.c.task_id)
        if known.agent is not None:
            query = query.where(tasks.c.agent == known.agent)
        if known.department is not None:
            query = query.where(below(tasks.c.department, known.department))
        yield query


def _add(sums: _Sums, connection: Connection, query: Select[Any]) -> None:
    for row in connection.execute(query).mappings():
        if row["charges"] is None:
            continue
        values = sums.setdefault(str(row["key"]), {})
        for name, value in row.items():
            if name != "key":
                values[name] = values.get(name, 0) + int(value)


def _usage(sums: dict[str, int], *, counted: bool) -> Usage:
    calls = sums["calls"] if counted else None
    ok_calls = sums.get("ok_calls") if counted else None
    cost = sums["cost_nano_usd"]
    return Usage(
        calls=calls,
        ok_calls=ok_calls,
        cost_per_call_nano_usd=_over(cost, calls),
        cost_per_ok_call_nano_usd=_over(cost, ok_calls),
        mean_first_token_us=_over(sums.get("first_token_us", 0), sums.get("first_tokens", 0)),
        mean_call_us=_over(sums["call_duration_us"], calls),
        **{name: sums[name] for name in _PLAIN},
    )


def _over(value: int, count: int | None) -> int | None:
    return value // count if count else None


def cost_by_day(
    connection: Connection, starts_ns: Sequence[int], by: Group | None, filters: UsageFilters
) -> dict[str, list[int]]:
    """Return the cost in nano-USD by a dimension of each day between the moments where days begin.

    Read from days where these are those of UTC, else from hours; an hour counts to the day that it begins in.
    """
    if by == "task" or len(starts_ns) < 2:
        return {}
    number = len(starts_ns) - 1
    whole = all(start % DAY_NS == 0 for start in starts_ns)
    table, period, length = (
        (usage_days, usage_days.c.day, DAY_NS) if whole else (usage_hours, usage_hours.c.hour, HOUR_NS)
    )
    first, last = -(-starts_ns[0] // length), -(-starts_ns[-1] // length)
    key: ColumnElement[Any] = cells.c[by] if by is not None else literal("all")
    query = (
        select(key, period, func.sum(table.c.cost_nano_usd))
        .where(cells.c.id == table.c.cell, period >= first, period < last)
        .group_by(key, period)
    )
    for name in CELL:
        value = getattr(filters, name)
        if value is not None:
            named = cells.c[name]
            query = query.where(below(named, value) if name == "department" else named == value)
    found: dict[str, list[int]] = {}
    for name, at, cost in connection.execute(query):
        costs = found.setdefault(str(name), [0] * number)
        place = bisect.bisect_right(starts_ns, int(at) * length) - 1
        costs[place] += int(cost)
    return found


def first_hour_ns(connection: Connection) -> int | None:
    """Return when the first hour of the ledger began, None while it is empty."""
    hour = connection.execute(select(func.min(usage_hours.c.hour))).scalar()
    return None if hour is None else int(hour) * HOUR_NS


assert set(_SUMMED) <= set(MEASURES)  # noqa: S101 - a name that no aggregate has would fail at the first report
