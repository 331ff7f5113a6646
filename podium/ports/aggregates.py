"""Aggregates of the ledger: sums that the keeper adds to in the transaction of the rows themselves.

A cell is one combination of what a report groups by. `usage_hours` and `usage_days` (UTC) have a row for each
cell in which something happened, `usage_tasks` one a task and hour. A charge counts in the cell of its
attempt. A call counts in a cell without model and provider, because only attempts have those; calls that
were refused before an attempt count too. A correction counts where its charge does.

What the tables must hold is said by `recounted`: the same sums made from the rows.
"""

from collections.abc import Sequence
from typing import Any, Final, Literal

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    Select,
    String,
    Table,
    Text,
    UniqueConstraint,
    and_,
    case,
    func,
    literal,
    literal_column,
    or_,
    select,
    union_all,
)
from sqlalchemy.sql import ColumnElement, FromClause

from podium.kernel.call import TOKEN_FIELDS
from podium.ports.database import calls, charges, metadata
from podium.ports.packing import CHARGE_ID, TASK_ID

HOUR_NS: Final = 3_600_000_000_000
HOURS_A_DAY: Final = 24
CELL: Final = ("department", "agent", "route", "model", "provider", "outcome")
"""What a cell is a combination of. Empty texts stand for model and provider of a call."""
TOKENS: Final = TOKEN_FIELDS
MEASURES: Final = (
    "charges",
    "calls",
    "cost_nano_usd",
    "estimated",  # charges that are estimates and have not been settled by a provider's bill
    "estimated_nano_usd",
    "overruns",
    "overrun_nano_usd",
    "unreported",  # charges of which no token count is known
    *TOKENS,
    "duration_us",  # of the charges, from admission to their end
    "first_token_us",  # of those charges that `first_tokens` counts
    "first_tokens",
    "call_duration_us",
    "overhead_us",  # of those calls that `overheads` counts
    "overheads",
    "corrections",
    "corrected_nano_usd",  # signed; it is in cost_nano_usd already
)
TASK_MEASURES: Final = (
    "charges", "calls", "cost_nano_usd", "estimated", "estimated_nano_usd", "overruns", "unreported",
    "input_tokens", "output_tokens", "cache_read_tokens", "cache_write_tokens", "reasoning_tokens",
    "call_duration_us", "corrections", "corrected_nano_usd",
)  # fmt: skip
CORRECTED: Final = ("cost_nano_usd", "estimated", "estimated_nano_usd", "unreported", *TOKENS)
"""Measures that a correction changes, under the same names in its row."""


def _sums(names: tuple[str, ...]) -> list[Column[Any]]:
    return [Column(name, BigInteger, nullable=False) for name in names]


cells = Table(
    "cells",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    *(Column(name, String, nullable=False) for name in CELL),
    UniqueConstraint(*CELL, name="cells_once"),
)

usage_hours = Table(
    "usage_hours",
    metadata,
    Column("hour", Integer, primary_key=True, autoincrement=False),  # whole hours since 1970, UTC
    Column("cell", Integer, primary_key=True, autoincrement=False),
    *_sums(MEASURES),
    sqlite_with_rowid=False,
)

usage_days = Table(
    "usage_days",
    metadata,
    # The cell first: a long range is read cell by cell, in the order in which it is summed up.
    Column("cell", Integer, primary_key=True, autoincrement=False),
    Column("day", Integer, primary_key=True, autoincrement=False),  # whole days since 1970, UTC
    *_sums(MEASURES),
    sqlite_with_rowid=False,
)

usage_tasks = Table(
    "usage_tasks",
    metadata,
    Column("hour", Integer, primary_key=True, autoincrement=False),
    Column("task_id", TASK_ID, primary_key=True),
    *_sums(TASK_MEASURES),
    sqlite_with_rowid=False,
)

corrections = Table(  # what a provider's bill changed: the charge stays as it is, this is added to it
    "corrections",
    metadata,
    Column("correction_id", String, primary_key=True),
    Column("charge_id", CHARGE_ID, nullable=False),
    Column("at_ns", BigInteger, nullable=False),
    Column("provider", String, nullable=False),
    Column("export_sha256", String, nullable=False),
    Column("line", Integer, nullable=False),
    Column("actor", String, nullable=False),
    Column("reason", String, nullable=False),
    Column("settled", Integer, nullable=False),  # 1: the charge is exact now; 0: its share of a sum is not
    *_sums(CORRECTED),  # signed
    Column("windows", Text),  # by how much limits were changed, as SLICE:AMOUNT with blanks between; signed
    Column("explained_nano_usd", BigInteger),  # of an unattributed charge: what the bill shows of its time
    Column("complete", Boolean),  # and whether the bill has all of it; null for every other charge
    UniqueConstraint("export_sha256", "line", "charge_id", name="corrections_once"),
    Index("corrections_charge", "charge_id"),
)

Grain = Literal["hour", "day", "task"]
TABLES: Final[dict[Grain, tuple[Table, tuple[str, ...]]]] = {
    "hour": (usage_hours, MEASURES),
    "day": (usage_days, MEASURES),
    "task": (usage_tasks, TASK_MEASURES),
}


def recounted(grain: Grain, between: Sequence[tuple[int, int]] = ()) -> Select[Any]:
    """Return what an aggregate must hold, made from the rows: keys, then its measures.

    The keys are hour or day and the columns of `CELL`, or hour and ``task_id``. ``between``: only what was
    admitted in one of these ranges (Unix nanoseconds, the end exclusive).
    """
    measures = TABLES[grain][1]
    selects = []
    for of, part in ((charges, _of_charges), (calls, _of_calls), (charges, _of_corrections)):
        query = part(grain, measures)
        if between:
            admitted = of.c.admitted_ns
            query = query.where(or_(*(and_(admitted >= since, admitted < end) for since, end in between)))
        selects.append(query)
    parts = union_all(*selects)
    rows = parts.subquery("parts")
    keys = [rows.c[name] for name in _keys(grain)]
    return select(*keys, *(func.sum(rows.c[name]).label(name) for name in measures)).group_by(*keys)


def _keys(grain: Grain) -> tuple[str, ...]:
    return ("hour", "task_id") if grain == "task" else (grain, *CELL)


def _grouped(
    grain: Grain, of: FromClause, sums: dict[str, ColumnElement[int]], measures: tuple[str, ...]
) -> Select[Any]:
    length = HOUR_NS * (HOURS_A_DAY if grain == "day" else 1)
    # Not a parameter: PostgreSQL takes the one in SELECT and the one in GROUP BY for two.
    keys: list[ColumnElement[Any]] = [of.c.admitted_ns // literal_column(str(length), BigInteger)]
    keys += [
        of.c[name] if name in of.c else literal("", String)
        for name in (("task_id",) if grain == "task" else CELL)
    ]
    named = [key.label(name) for name, key in zip(_keys(grain), keys, strict=True)]
    zero = literal(0, BigInteger)
    summed = [func.sum(sums.get(name, zero)).label(name) for name in measures]
    return select(*named, *summed).group_by(*named)


def _whether(condition: ColumnElement[bool], value: ColumnElement[int] | int = 1) -> ColumnElement[int]:
    return case((condition, value), else_=0)


def _of_charges(grain: Grain, measures: tuple[str, ...]) -> Select[Any]:
    row = charges.c
    known = row.first_token_us.is_not(None)
    sums = {
        "charges": literal(1, BigInteger),
        "cost_nano_usd": row.cost_nano_usd,
        "estimated": _whether(row.estimated),
        "estimated_nano_usd": _whether(row.estimated, row.cost_nano_usd),
        "overruns": _whether(row.overrun),
        "overrun_nano_usd": _whether(row.overrun, row.cost_nano_usd),
        "unreported": _whether(row.input_tokens.is_(None)),
        "duration_us": row.end_us,
        "first_token_us": _whether(known, row.first_token_us),
        "first_tokens": _whether(known),
        **{name: func.coalesce(row[name], 0) for name in TOKENS},
    }
    return _grouped(grain, charges, sums, measures)


def _of_calls(grain: Grain, measures: tuple[str, ...]) -> Select[Any]:
    row = calls.c
    known = row.overhead_us.is_not(None)
    sums = {
        "calls": literal(1, BigInteger),
        "call_duration_us": row.duration_us,
        "overhead_us": _whether(known, row.overhead_us),
        "overheads": _whether(known),
    }
    return _grouped(grain, calls, sums, measures)


def _of_corrections(grain: Grain, measures: tuple[str, ...]) -> Select[Any]:
    row = corrections.c
    sums: dict[str, ColumnElement[int]] = {
        "corrections": literal(1, BigInteger),
        "corrected_nano_usd": row.cost_nano_usd,
        **{name: row[name] for name in CORRECTED},
    }
    return _grouped(grain, charges, sums, measures).where(row.charge_id == charges.c.charge_id)


def stored(grain: Grain) -> Select[Any]:
    """Return what an aggregate holds, in the columns of `recounted`."""
    table, measures = TABLES[grain]
    if grain == "task":
        return select(table.c.hour, table.c.task_id, *(table.c[name] for name in measures))
    named = (cells.c[name] for name in CELL)
    return select(table.c[grain], *named, *(table.c[name] for name in measures)).where(
        table.c.cell == cells.c.id
    )
