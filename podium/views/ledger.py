"""The ledger: charges one by one, and totals by whatever a person asks for."""

from datetime import UTC, datetime
from typing import Any, Final, Literal

import msgspec
from sqlalchemy import Connection, Select, Text, and_, case, cast, desc, func, or_, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql import ColumnElement, FromClause
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from podium.ports.aggregates import corrections
from podium.ports.database import call_rows, charges

Dimension = Literal[
    "organisation", "department", "agent", "model", "provider", "route", "task", "outcome", "day", "hour"
]
DIMENSIONS: Final = (
    "organisation", "department", "agent", "model", "provider", "route", "task", "outcome", "day", "hour",
)  # fmt: skip
_SUMMED: Final = (
    "input_tokens",
    "output_tokens",
    "cache_read_tokens",
    "cache_write_tokens",
    "reasoning_tokens",
)
_DAY_NS: Final = 86_400_000_000_000
_HOUR_NS: Final = 3_600_000_000_000


class LedgerFilters(msgspec.Struct, frozen=True, kw_only=True):
    """Which charges. Unix nanoseconds, ``until_ns`` exclusive; ``department`` takes in those below."""

    since_ns: int | None = None
    until_ns: int | None = None
    department: str | None = None
    agent: str | None = None
    route: str | None = None
    model: str | None = None
    provider: str | None = None
    task: str | None = None
    trace: str | None = None
    outcome: str | None = None
    estimated: bool | None = None
    overrun: bool | None = None


class ChargeRow(msgspec.Struct, frozen=True):
    """One row of the ledger: one attempt at a provider. Tokens are None where the provider did not say."""

    charge_id: str
    call_id: str
    trace_id: str
    span_id: str
    attempt: int
    task_id: str
    session: str | None
    agent: str
    department: str
    route: str
    model: str
    upstream_model: str
    provider: str
    region: str | None
    operation: str
    streamed: bool
    snapshot_version: int
    admitted_ns: int
    hold_nano_usd: int
    input_bound_tokens: int
    output_bound_tokens: int
    cost_nano_usd: int
    outcome: str
    estimated: bool
    overrun: bool
    reason: str | None
    input_tokens: int | None
    output_tokens: int | None
    cache_read_tokens: int | None
    cache_write_tokens: int | None
    cache_write_1h_tokens: int | None
    reasoning_tokens: int | None
    input_audio_tokens: int | None
    output_audio_tokens: int | None
    cache_audio_read_tokens: int | None
    tool_uses: str | None
    """How often the provider's own tools ran: ``{"web_search":3}``."""
    http_status: int | None
    error_code: str | None
    upstream_id: str | None
    reported_model: str | None
    upstream_request_id: str | None
    finish_reason: str | None
    request_digest: str
    reply_digest: str | None
    sent_us: int | None
    first_byte_us: int | None
    first_token_us: int | None
    end_us: int
    draws: str | None
    """What was drawn: SLICE:AMOUNT, with blanks between."""
    degraded_from: str | None
    """The model that a limit kept from serving."""
    degraded_reason: str | None
    unattributed: bool


CHARGE_COLUMNS: Final = [charges.c[name] for name in ChargeRow.__struct_fields__]


class TotalRow(msgspec.Struct, frozen=True):
    """Sums of a group. ``cost_per_call_nano_usd`` is rounded down, None without calls."""

    key: str
    calls: int
    charges: int
    input_tokens: int
    output_tokens: int
    cache_read_tokens: int
    cache_write_tokens: int
    reasoning_tokens: int
    cost_nano_usd: int
    estimated_nano_usd: int
    cost_per_call_nano_usd: int | None


def conditions(filters: LedgerFilters) -> list[ColumnElement[bool]]:
    """Return the SQL conditions of filters."""
    found: list[ColumnElement[bool]] = []
    for name in ("agent", "route", "model", "provider", "outcome", "estimated", "overrun"):
        value = getattr(filters, name)
        if value is not None:
            found.append(charges.c[name] == value)
    if filters.since_ns is not None:
        found.append(charges.c.admitted_ns >= filters.since_ns)
    if filters.until_ns is not None:
        found.append(charges.c.admitted_ns < filters.until_ns)
    if filters.task is not None:
        found.append(of_task(filters.task))
    if filters.trace is not None:
        found.append(of_calls(call_rows.c.trace_id == filters.trace))
    if filters.department is not None:
        found.append(below(charges.c.department, filters.department))
    return found


def of_task(task_id: str) -> ColumnElement[bool]:
    """Return the condition for the charges of a task, those of calls that have not ended left out."""
    return of_calls(call_rows.c.task_id == task_id)


def of_calls(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """Return the condition for the charges of calls.

    They are found by their admission, which is their call's: so the one index by time serves, and no other.
    """
    of = call_rows.c
    return and_(
        charges.c.admitted_ns.in_(select(of.admitted_ns).where(condition)),
        charges.c.call_id.in_(select(of.call_id).where(condition)),
    )


def below(column: ColumnElement[str], department: str) -> ColumnElement[bool]:
    """Return the condition for a department or one below it, by full path or by its last name."""
    if "/" in department:
        return or_(column == department, column.startswith(department + "/", autoescape=True))
    return or_(
        column == department,
        column.startswith(department + "/", autoescape=True),
        column.endswith("/" + department, autoescape=True),
        column.contains("/" + department + "/", autoescape=True),
    )


def ledger_rows(
    connection: Connection,
    filters: LedgerFilters,
    *,
    limit: int = 100,
    before: tuple[int, str] | None = None,
) -> list[ChargeRow]:
    """Return charges, newest first. ``before``: (admitted_ns, charge_id) of the last row seen."""
    query = select(*CHARGE_COLUMNS).where(*conditions(filters))
    if before is not None:
        query = query.where(
            or_(
                charges.c.admitted_ns < before[0],
                and_(charges.c.admitted_ns == before[0], charges.c.charge_id < before[1]),
            )
        )
    query = query.order_by(charges.c.admitted_ns.desc(), charges.c.charge_id.desc()).limit(limit)
    return [ChargeRow(*row) for row in connection.execute(query)]


def totals(
    connection: Connection, filters: LedgerFilters, by: Dimension | None = None, *, limit: int = 1000
) -> list[TotalRow]:
    """Return sums by a dimension, dearest first (days and hours in order of time), or one row for all.

    Amounts and tokens are as they stand, corrections by providers' bills included.
    """
    key = _key(by)
    source, amounts = _standing(connection)
    cost = func.coalesce(func.sum(amounts["cost_nano_usd"]), 0)
    query: Select[*tuple[Any, ...]] = (
        select(
            key.label("key"),
            func.count(charges.c.call_id.distinct()),
            func.count(),
            *(func.coalesce(func.sum(amounts[name]), 0) for name in _SUMMED),
            cost.label("cost"),
            func.coalesce(func.sum(amounts["estimated_nano_usd"]), 0),
        )
        .select_from(source)
        .where(*conditions(filters))
    )
    if by is not None:
        # By name: PostgreSQL takes two expressions with parameters for different ones.
        query = query.group_by("key")
    if by not in {"day", "hour"}:
        query = query.order_by(desc("cost"))
    query = query.order_by("key").limit(limit)
    return [_total(by, tuple(row)) for row in connection.execute(query)]


def _standing(connection: Connection) -> tuple[FromClause, dict[str, ColumnElement[int]]]:
    """Return charges and their amounts as they stand: with what bills have corrected, where they have."""
    names = ("cost_nano_usd", "estimated_nano_usd", *_SUMMED)
    estimated = case((charges.c.estimated, charges.c.cost_nano_usd), else_=0)
    amounts: dict[str, ColumnElement[int]] = {
        name: estimated if name == "estimated_nano_usd" else charges.c[name] for name in names
    }
    if connection.execute(select(corrections.c.charge_id).limit(1)).first() is None:
        return charges, amounts
    changes = (
        select(corrections.c.charge_id, *(func.sum(corrections.c[name]).label(name) for name in names))
        .group_by(corrections.c.charge_id)
        .subquery("changes")
    )
    return charges.outerjoin(changes, changes.c.charge_id == charges.c.charge_id), {
        name: func.coalesce(amount, 0) + func.coalesce(changes.c[name], 0) for name, amount in amounts.items()
    }


class _Root(FunctionElement[str]):
    """The first part of a path."""

    type = Text()
    inherit_cache = True


@compiles(_Root)
def _root(element: _Root, compiler: SQLCompiler, **options: Any) -> str:
    path = compiler.process(element.clauses, **options)
    return f"substr({path}, 1, instr({path} || '/', '/') - 1)"


@compiles(_Root, "postgresql")
def _root_in_postgres(element: _Root, compiler: SQLCompiler, **options: Any) -> str:
    return f"split_part({compiler.process(element.clauses, **options)}, '/', 1)"


def _key(by: Dimension | None) -> ColumnElement[str]:
    if by is None:
        return cast(func.min("all"), Text)
    if by == "organisation":
        return _Root(charges.c.department)
    if by in {"day", "hour"}:
        length = _DAY_NS if by == "day" else _HOUR_NS
        return cast(charges.c.admitted_ns - charges.c.admitted_ns % length, Text)
    column: ColumnElement[str] = charges.c["task_id" if by == "task" else by]
    return column


def _total(by: Dimension | None, row: tuple[object, ...]) -> TotalRow:
    key = "all" if by is None else str(row[0])
    numbers = [int(str(value)) for value in row[1:9]]
    if by in {"day", "hour"}:
        key = time_key(int(key), by)
    calls, count, tokens_in, tokens_out, read, written, reasoned, cost = numbers
    per_call = cost // calls if calls else None
    estimated = int(str(row[9]))
    return TotalRow(
        key, calls, count, tokens_in, tokens_out, read, written, reasoned, cost, estimated, per_call
    )


def time_key(start_ns: int, by: str) -> str:
    """Return the UTC name of a day (2026-11-23) or hour (2026-11-23T14)."""
    moment = datetime.fromtimestamp(start_ns // 1_000_000_000, UTC)
    return moment.strftime("%Y-%m-%d" if by == "day" else "%Y-%m-%dT%H")
