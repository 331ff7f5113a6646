"""Calls: one row a call of a client, refused ones included, and one call with its attempts."""

from collections.abc import Iterator, Sequence
from typing import Final

import msgspec
from sqlalchemy import Connection, and_, or_, select
from sqlalchemy.sql import ColumnElement

from podium.kernel.errors import NotFound
from podium.ports.database import calls, charges
from podium.ports.packing import ulids_from
from podium.spend.journal import WENT_WELL
from podium.views.ledger import CHARGE_COLUMNS, ChargeRow, below


class CallFilters(msgspec.Struct, frozen=True, kw_only=True):
    """Which calls. ``text`` is looked for in messages, error codes and names, or is an id or how one begins.

    ``failed``: all but ok.
    """

    since_ns: int | None = None
    until_ns: int | None = None
    department: str | None = None
    agent: str | None = None
    route: str | None = None
    model: str | None = None
    task: str | None = None
    trace: str | None = None
    outcome: str | None = None
    failed: bool | None = None
    text: str | None = None


class CallRow(msgspec.Struct, frozen=True):
    """One call. ``overhead_us``: what Podium itself took before the first byte went upstream, or None."""

    call_id: str
    trace_id: str
    task_id: str
    session: str | None
    agent: str
    department: str
    route: str
    operation: str
    streamed: bool
    snapshot_version: int
    admitted_ns: int
    outcome: str
    http_status: int
    error_code: str | None
    attempts: int
    cost_nano_usd: int
    duration_us: int
    overhead_us: int | None
    message: str | None


class CallListRow(msgspec.Struct, frozen=True):
    """A call and what its last attempt says of it."""

    call: CallRow
    model: str | None
    provider: str | None
    input_tokens: int | None
    output_tokens: int | None
    first_token_us: int | None
    estimated: bool


class Moment(msgspec.Struct, frozen=True):
    """One point of a call's timeline, in microseconds since its admission."""

    at_us: int
    name: str
    charge_id: str | None = None


class CallDetail(msgspec.Struct, frozen=True):
    """One call, its attempts in order, and its timeline."""

    call: CallRow
    attempts: list[ChargeRow]
    timeline: list[Moment]


CALL_COLUMNS: Final = [calls.c[name] for name in CallRow.__struct_fields__]


def _conditions(filters: CallFilters) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    for name in ("agent", "route", "outcome"):
        value = getattr(filters, name)
        if value is not None:
            found.append(calls.c[name] == value)
    if filters.since_ns is not None:
        found.append(calls.c.admitted_ns >= filters.since_ns)
    if filters.until_ns is not None:
        found.append(calls.c.admitted_ns < filters.until_ns)
    if filters.task is not None:
        found.append(calls.c.task_id == filters.task)
    if filters.trace is not None:
        found.append(calls.c.trace_id == filters.trace)
    if filters.department is not None:
        found.append(below(calls.c.department, filters.department))
    if filters.failed is not None:
        well = calls.c.outcome.in_(WENT_WELL)
        found.append(~well if filters.failed else well)
    if filters.model is not None:
        of_model = select(charges.c.call_id).where(charges.c.model == filters.model)
        found.append(calls.c.call_id.in_(of_model))
    if filters.text:
        fields = (calls.c.error_code, calls.c.message, calls.c.agent, calls.c.route, calls.c.session)
        looked_into = [column.icontains(filters.text, autoescape=True) for column in fields]
        found.append(or_(*looked_into, *_with_id(filters.text)))
    return found


def _with_id(text: str) -> Iterator[ColumnElement[bool]]:
    """Yield the conditions for the ids that a text is, or begins: they are packed, so not looked into."""
    for column, prefix in ((calls.c.call_id, "call_"), (calls.c.task_id, "task_")):
        ends = ulids_from(text, prefix)
        if ends is not None:
            yield column.between(*ends)
        yield column == text
    yield calls.c.trace_id == text.lower()


def call_rows(
    connection: Connection,
    filters: CallFilters,
    *,
    limit: int = 100,
    before: tuple[int, str] | None = None,
    after: tuple[int, str] | None = None,
) -> list[CallListRow]:
    """Return calls, newest first.

    ``before`` pages back from the (admitted_ns, call_id) of a row; ``after`` gives the calls behind one.
    """
    query = select(*CALL_COLUMNS).where(*_conditions(filters))
    place = (calls.c.admitted_ns, calls.c.call_id)
    if before is not None:
        query = query.where(or_(place[0] < before[0], and_(place[0] == before[0], place[1] < before[1])))
    if after is not None:
        query = query.where(or_(place[0] > after[0], and_(place[0] == after[0], place[1] > after[1])))
    query = query.order_by(place[0].desc(), place[1].desc()).limit(limit)
    rows = [CallRow(*row) for row in connection.execute(query)]
    last = _last_attempts(connection, rows)
    return [_with_attempt(row, last.get(row.call_id)) for row in rows]


def calls_of_tasks(connection: Connection, task_ids: Sequence[str], *, limit: int) -> list[CallListRow]:
    """Return the calls of tasks, newest first."""
    query = select(*CALL_COLUMNS).where(calls.c.task_id.in_(task_ids))
    query = query.order_by(calls.c.admitted_ns.desc(), calls.c.call_id.desc()).limit(limit)
    rows = [CallRow(*row) for row in connection.execute(query)]
    last = _last_attempts(connection, rows)
    return [_with_attempt(row, last.get(row.call_id)) for row in rows]


def _last_attempts(connection: Connection, rows: list[CallRow]) -> dict[str, ChargeRow]:
    found: dict[str, ChargeRow] = {}
    for start in range(0, len(rows), 500):
        for charge in _attempts(connection, rows[start : start + 500]):
            found[charge.call_id] = charge
    return found


def _attempts(connection: Connection, rows: list[CallRow]) -> list[ChargeRow]:
    """Return the attempts of calls, in their order. Each was admitted when its call was: see `of_task`."""
    query = select(*CHARGE_COLUMNS).where(
        charges.c.admitted_ns.in_([row.admitted_ns for row in rows]),
        charges.c.call_id.in_([row.call_id for row in rows]),
    )
    return [ChargeRow(*row) for row in connection.execute(query.order_by(charges.c.attempt))]


def _with_attempt(call: CallRow, charge: ChargeRow | None) -> CallListRow:
    if charge is None:
        return CallListRow(call, None, None, None, None, None, estimated=False)
    return CallListRow(
        call,
        charge.model,
        charge.provider,
        charge.input_tokens,
        charge.output_tokens,
        charge.first_token_us,
        charge.estimated,
    )


def call_detail(connection: Connection, call_id: str) -> CallDetail:
    """Return one call. Raises NotFound."""
    row = connection.execute(select(*CALL_COLUMNS).where(calls.c.call_id == call_id)).one_or_none()
    if row is None:
        raise NotFound(
            f"There is no call {call_id}.",
            fix="List calls with `podium calls`; a call in flight is not there yet.",
        )
    call = CallRow(*row)
    attempts = _attempts(connection, [call])
    return CallDetail(call, attempts, _timeline(call, attempts))


def _timeline(call: CallRow, attempts: list[ChargeRow]) -> list[Moment]:
    moments = [Moment(0, "admitted")]
    for charge in attempts:
        for name, at_us in (
            ("sent", charge.sent_us),
            ("first byte", charge.first_byte_us),
            ("first token", charge.first_token_us),
            ("settled", charge.end_us),
        ):
            if at_us is not None:
                moments.append(Moment(at_us, name, charge.charge_id))
    moments.append(Moment(call.duration_us, "done"))
    return moments
