"""Keeps the aggregates of the ledger: what a transaction adds to it is added to its sums in the same one.

A batch is summed in memory first, so that the database is told once an hour and cell, not once a call.
"""

from collections.abc import Iterable, Sequence
from operator import add
from typing import Any, Final

from sqlalchemy import Connection, Engine, Table, delete, func, insert, select
from sqlalchemy.dialects import postgresql, sqlite

from podium.ports.aggregates import (
    CELL,
    HOUR_NS,
    HOURS_A_DAY,
    MEASURES,
    TASK_MEASURES,
    TOKENS,
    Grain,
    cells,
    recounted,
    usage_days,
    usage_hours,
    usage_tasks,
)
from podium.ports.database import call_rows, calls, charge_rows, charges
from podium.ports.packing import TASK_ID

Row = tuple[Any, ...]
Cell = tuple[str, ...]
Sums = dict[tuple[Any, ...], list[int]]
"""Measures by key: hour and cell, day and cell, hour and task, or hour, cell and task."""
_UPSERTS: Final[dict[str, Any]] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
"""ON CONFLICT as each database has it."""

_AT: Final = {name: place for place, name in enumerate(MEASURES)}
_CHARGES, _CALLS, _COST = _AT["charges"], _AT["calls"], _AT["cost_nano_usd"]
_ESTIMATED, _ESTIMATED_COST = _AT["estimated"], _AT["estimated_nano_usd"]
_OVERRUNS, _OVERRUN_COST, _UNREPORTED = _AT["overruns"], _AT["overrun_nano_usd"], _AT["unreported"]
_DURATION, _FIRST_TOKEN, _FIRST_TOKENS = _AT["duration_us"], _AT["first_token_us"], _AT["first_tokens"]
_CALL_DURATION, _OVERHEAD, _OVERHEADS = _AT["call_duration_us"], _AT["overhead_us"], _AT["overheads"]
_CORRECTIONS, _CORRECTED = _AT["corrections"], _AT["corrected_nano_usd"]
_TASK_PLACES: Final = tuple(_AT[name] for name in TASK_MEASURES)
_pack_task: Final = TASK_ID.packing()
_NOTHING: Final = [0] * len(MEASURES)
_CHARGE: Final = {column.name: place for place, column in enumerate(charges.columns)}
_CALL: Final = {column.name: place for place, column in enumerate(calls.columns)}
_TOKENS: Final = tuple((_CHARGE[name], _AT[name]) for name in TOKENS)


def sum_charges(hours: Sums, tasks: Sums, rows: Iterable[Row]) -> None:
    """Add rows of `charges` (by its columns) to sums by (hour, cell) and by (hour, task)."""
    of = _CHARGE
    admitted, task_id, cost_at, end_at = of["admitted_ns"], of["task_id"], of["cost_nano_usd"], of["end_us"]
    department, agent, route, model = of["department"], of["agent"], of["route"], of["model"]
    provider, outcome, first_token = of["provider"], of["outcome"], of["first_token_us"]
    estimated, overrun, known = of["estimated"], of["overrun"], of[TOKENS[0]]
    together: Sums = {}
    for row in rows:
        cost = row[cost_at]
        cell = row[department], row[agent], row[route], row[model], row[provider], row[outcome]
        sums = _of(together, (row[admitted] // HOUR_NS, cell, row[task_id]))
        sums[_CHARGES] += 1
        sums[_COST] += cost
        if row[estimated]:
            sums[_ESTIMATED] += 1
            sums[_ESTIMATED_COST] += cost
        if row[overrun]:
            sums[_OVERRUNS] += 1
            sums[_OVERRUN_COST] += cost
        if row[known] is None:
            sums[_UNREPORTED] += 1
        else:
            for place, at in _TOKENS:
                if row[place]:
                    sums[at] += row[place]
        sums[_DURATION] += row[end_at]
        if row[first_token] is not None:
            sums[_FIRST_TOKEN] += row[first_token]
            sums[_FIRST_TOKENS] += 1
    _spread(hours, tasks, together)


def sum_calls(hours: Sums, tasks: Sums, rows: Iterable[Row]) -> None:
    """Add rows of `calls` (by its columns) likewise: a call has neither model nor provider."""
    of = _CALL
    admitted, task_id, duration, overhead = (
        of["admitted_ns"],
        of["task_id"],
        of["duration_us"],
        of["overhead_us"],
    )
    department, agent, route, outcome = of["department"], of["agent"], of["route"], of["outcome"]
    together: Sums = {}
    for row in rows:
        cell = row[department], row[agent], row[route], "", "", row[outcome]
        sums = _of(together, (row[admitted] // HOUR_NS, cell, row[task_id]))
        sums[_CALLS] += 1
        sums[_CALL_DURATION] += row[duration]
        if row[overhead] is not None:
            sums[_OVERHEAD] += row[overhead]
            sums[_OVERHEADS] += 1
    _spread(hours, tasks, together)


def _spread(hours: Sums, tasks: Sums, together: Sums) -> None:
    """Add sums by (hour, cell, task) to both."""
    for (hour, cell, task_id), sums in together.items():
        for into, key in ((hours, (hour, cell)), (tasks, (hour, task_id))):
            earlier = into.get(key)
            into[key] = sums.copy() if earlier is None else list(map(add, earlier, sums))


def sum_corrections(hours: Sums, tasks: Sums, rows: Iterable[tuple[int, str, Cell, dict[str, int]]]) -> None:
    """Add corrections: the hour, task and cell of their charges, and the measures that they change."""
    for hour, task_id, cell, changed in rows:
        for sums in (_of(hours, (hour, cell)), _of(tasks, (hour, task_id))):
            for name, value in changed.items():
                sums[_AT[name]] += value
            sums[_CORRECTIONS] += 1
            sums[_CORRECTED] += changed.get("cost_nano_usd", 0)


def _of(sums: Sums, key: tuple[Any, ...]) -> list[int]:
    found = sums.get(key)
    if found is None:
        found = sums[key] = _NOTHING.copy()
    return found


class Aggregates:
    """The sums in the database. Used within the transactions of the ledger, in their one thread."""

    def __init__(self, engine: Engine) -> None:
        self._add_hours = _adding(engine.dialect, usage_hours, MEASURES)
        self._add_days = _adding(engine.dialect, usage_days, MEASURES)
        self._add_tasks = _adding(engine.dialect, usage_tasks, TASK_MEASURES)
        self._known: dict[Cell, int] = {}
        self._new: dict[Cell, int] = {}
        """Cells of a transaction that may yet fail."""

    def open(self, connection: Connection) -> None:
        """Read which cells there are. A ledger that has rows and no aggregates yet is counted first."""
        if not _any(connection, usage_hours) and (
            _any(connection, charge_rows) or _any(connection, call_rows)
        ):
            self.recount(connection)
        self._known = {tuple(row)[1:]: row.id for row in connection.execute(select(cells))}
        self._new = {}

    def add(self, connection: Connection, charge_rows: Sequence[Row], call_rows: Sequence[Row]) -> None:
        """Add a batch's rows within its transaction; `committed` follows, or `open` after a failure."""
        hours: Sums = {}
        tasks: Sums = {}
        sum_charges(hours, tasks, charge_rows)
        sum_calls(hours, tasks, call_rows)
        self.put(connection, hours, tasks)

    def put(self, connection: Connection, hours: Sums, tasks: Sums) -> None:
        """Add sums that were made in memory."""
        self._new = {}
        by_hour: list[Row] = []
        by_day: Sums = {}
        for (hour, cell), sums in hours.items():
            number = self._known.get(cell) or self._new.get(cell) or self._name(connection, cell)
            by_hour.append((hour, number, *sums))
            day = (number, hour // HOURS_A_DAY)
            earlier = by_day.get(day)
            by_day[day] = sums if earlier is None else list(map(add, earlier, sums))
        if by_hour:
            connection.exec_driver_sql(self._add_hours, by_hour)
            connection.exec_driver_sql(self._add_days, [(*key, *sums) for key, sums in by_day.items()])
        if tasks:
            by_task = [
                (hour, _pack_task(task_id), *[sums[place] for place in _TASK_PLACES])
                for (hour, task_id), sums in tasks.items()
            ]
            connection.exec_driver_sql(self._add_tasks, by_task)

    def committed(self) -> None:
        """Take note that the transaction is in the database."""
        self._known.update(self._new)
        self._new = {}

    def _name(self, connection: Connection, cell: Cell) -> int:
        number = len(self._known) + len(self._new) + 1
        connection.execute(insert(cells).values(id=number, **dict(zip(CELL, cell, strict=True))))
        self._new[cell] = number
        return number

    def recount(self, connection: Connection) -> None:
        """Make every aggregate anew from the rows, within the caller's transaction."""
        for table in (usage_hours, usage_days, usage_tasks, cells):
            connection.execute(delete(table))
        counted = recounted("hour").subquery("counted")
        distinct = select(*(counted.c[name] for name in CELL)).distinct().subquery("distinct_cells")
        number = func.row_number().over(order_by=[distinct.c[name] for name in CELL])
        connection.execute(insert(cells).from_select(["id", *CELL], select(number, *distinct.c)))
        grains: tuple[tuple[Grain, Table], ...] = (("hour", usage_hours), ("day", usage_days))
        for grain, table in grains:
            counted = recounted(grain).subquery("counted")
            of = select(counted.c[grain], cells.c.id, *(counted.c[name] for name in MEASURES))
            for name in CELL:
                of = of.where(counted.c[name] == cells.c[name])
            connection.execute(insert(table).from_select([grain, "cell", *MEASURES], of))
        of_tasks = recounted("task")
        connection.execute(insert(usage_tasks).from_select(["hour", "task_id", *TASK_MEASURES], of_tasks))


def _any(connection: Connection, table: Table) -> bool:
    return connection.execute(select(1).select_from(table).limit(1)).first() is not None


def _adding(dialect: Any, table: Table, measures: Sequence[str]) -> str:
    """Return the statement that adds a row's measures to what is there under its key."""
    statement: sqlite.Insert | postgresql.Insert = _UPSERTS[dialect.name](table)
    added = {name: table.c[name] + statement.excluded[name] for name in measures}
    keys = list(table.primary_key)
    return str(statement.on_conflict_do_update(index_elements=keys, set_=added).compile(dialect=dialect))
