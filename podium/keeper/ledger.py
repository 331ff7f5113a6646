"""What one transaction adds to the ledger, and the statements that add it.

Rows are plain tuples in the order of the columns of `charges` and `calls`, and each statement is compiled
once, because every journal record of every worker passes here. What is on the disk is made of them last.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import msgspec
from sqlalchemy import (
    ClauseElement,
    Connection,
    Engine,
    FromClause,
    Table,
    bindparam,
    delete,
    func,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.exc import DataError, IntegrityError

from podium.keeper.aggregates import Aggregates
from podium.keeper.facets import Facets
from podium.kernel.call import Usage
from podium.ports.database import (
    FACETS,
    call_rows,
    calls,
    charge_rows,
    charges,
    holds,
    incarnations,
    meta,
)
from podium.ports.packing import TASK_ID, Packed
from podium.spend.journal import Done, Hold, Settle, ToolCall

Row = tuple[Any, ...]

CHARGE_COLUMNS: Final = tuple(column.name for column in charges.columns)
CALL_COLUMNS: Final = tuple(column.name for column in calls.columns)
_NO_USAGE: Final[Row] = (None,) * len(Usage.__struct_fields__)
_DRAWS: Final = CHARGE_COLUMNS.index("draws")
_HOLD_COLUMNS: Final = CHARGE_COLUMNS.index("request_digest")
"""How many of a hold's fields come first in a row; what was added to it later stands at the row's end."""
UNTAKEABLE: Final = (IntegrityError, DataError, OverflowError)
"""What is raised for a row that the database can never take, as opposed to one that it cannot take now."""
LOG_LENGTH: Final = "log_bytes"
"""Key in `meta`: how many bytes of the log of calls belong to what is in the ledger."""

_ADD_TASK: Final = text(
    "INSERT INTO tasks (task_id, agent, department, session, kind, first_ns, last_ns) "
    "VALUES (:task_id, :agent, :department, :session, 'implicit', :first_ns, :last_ns) "
    "ON CONFLICT (task_id) DO UPDATE SET "
    "first_ns = CASE WHEN excluded.first_ns < tasks.first_ns THEN excluded.first_ns ELSE tasks.first_ns END, "
    "last_ns = CASE WHEN excluded.last_ns > tasks.last_ns THEN excluded.last_ns ELSE tasks.last_ns END"
)
_TASK_FIELDS: Final = ("agent", "department", "session", "first_ns", "last_ns")
_pack_task: Final = TASK_ID.packing()
_TOOL_FIELDS: Final = (*ToolCall.__struct_fields__, "incarnation")
_ADD_TOOL_CALL: Final = text(
    f"INSERT INTO tool_calls ({', '.join(_TOOL_FIELDS)}) "  # noqa: S608 - our own names
    f"VALUES ({', '.join(f':{name}' for name in _TOOL_FIELDS)}) "
    # A process that died between the end of a call and its note of it tells of the call again.
    "ON CONFLICT (call_id) DO NOTHING"
)


def _usage_columns(usage: Usage) -> Row:
    *tokens, tools = msgspec.structs.astuple(usage)
    return (*tokens, msgspec.json.encode(dict(tools)).decode() if tools else None)


class Form:
    """How a row as it is read becomes one as it is kept: some columns packed, others said by their facets."""

    def __init__(self, read: FromClause, kept: Table) -> None:
        place = {name: number for number, name in enumerate(read.columns.keys())}
        self._packing = [
            (place[column.name], column.type.packing())
            for column in kept.columns
            if isinstance(column.type, Packed)
        ]
        self._kept = [place[column.name] for column in kept.columns if column.name != "facet"]
        self._facets = [place.get(name) for name in FACETS]

    def facets(self, rows: Sequence[Row]) -> list[Row]:
        """Return the facets of rows, of which there is one at least."""
        columns, none = list(zip(*rows, strict=True)), (None,) * len(rows)
        return list(zip(*(none if at is None else columns[at] for at in self._facets), strict=True))

    def pack(self, rows: Sequence[Row], facets: Sequence[int]) -> list[Row]:
        """Return rows, of which there is one at least, in the order of the table's columns."""
        columns: list[Sequence[Any]] = list(zip(*rows, strict=True))
        for at, packing in self._packing:
            columns[at] = [None if value is None else packing(value) for value in columns[at]]
        return list(zip(*(columns[at] for at in self._kept), facets, strict=True))


CHARGE_FORM: Final = Form(charges, charge_rows)
CALL_FORM: Final = Form(calls, call_rows)


@dataclass(slots=True)
class Ending:
    """The last word on an incarnation: how it ended, and when (Unix nanoseconds)."""

    incarnation: str
    end: str
    at_ns: int
    lost: bool = False
    """Its journal cannot show everything that it did: the host crashed, or the journal is damaged."""


@dataclass(slots=True)
class Batch:
    """What one transaction adds."""

    first_seq: int
    """`charges.seq` of the first ledger row in it."""
    holds: dict[str, tuple[str, Hold]] = field(default_factory=dict)
    """By charge: its incarnation and hold, if the attempt is still under way when the transaction ends."""
    settled: list[str] = field(default_factory=list)
    """Charges whose hold an earlier transaction has stored."""
    charges: list[Row] = field(default_factory=list)
    draws: list[tuple[Hold, Settle, str]] = field(default_factory=list)
    """Of the charges, those that drew on slices, and their incarnation."""
    calls: list[Row] = field(default_factory=list)
    tool_calls: list[tuple[ToolCall, str]] = field(default_factory=list)
    """And the incarnation whose journal tells of them."""
    tasks: dict[str, dict[str, Any]] = field(default_factory=dict)
    cursors: dict[str, tuple[int, int]] = field(default_factory=dict)
    """Incarnation -> segment and offset behind the last record taken in."""
    endings: list[Ending] = field(default_factory=list)
    log: list[bytes] = field(default_factory=list)
    read_through: list[Path] = field(default_factory=list)
    """Segments to delete when it is in the ledger."""

    def __bool__(self) -> bool:
        """Whether there is anything to write."""
        return bool(self.cursors or self.endings)

    def add_charge(self, hold: Hold, settle: Settle, incarnation: str, *, unattributed: bool = False) -> Row:
        """Add the ledger row of a hold and its settlement, and return it."""
        usage, draws = settle.usage, hold.draws
        row = (
            self.first_seq + len(self.charges),
            *msgspec.structs.astuple(hold)[:_HOLD_COLUMNS],
            settle.cost_nano_usd,
            settle.outcome,
            settle.estimated,
            settle.overrun,
            settle.reason,
            *(_usage_columns(usage) if usage is not None else _NO_USAGE),
            settle.http_status,
            settle.error_code,
            settle.upstream_id,
            settle.upstream_model,
            settle.upstream_request_id,
            settle.reply_digest,
            settle.finish_reason,
            settle.sent_us,
            settle.first_byte_us,
            settle.first_token_us,
            settle.end_us,
            incarnation,
            _draws_text(draws),
            hold.degraded_from,
            hold.degraded_reason,
            unattributed,
            hold.step,
            " ".join(map(str, settle.window)) if settle.window else None,
        )
        if draws:
            self.draws.append((hold, settle, incarnation))
        self.charges.append(row)
        return row

    def redraw(self, charge_id: str, draws: Mapping[int, int]) -> None:
        """Have a charge's row say what was taken of what it drew, where that was less."""
        text, at = _draws_text(tuple(part for pair in draws.items() for part in pair)), _DRAWS
        for place, row in enumerate(self.charges):
            if row[1] == charge_id:
                self.charges[place] = (*row[:at], text, *row[at + 1 :])

    def add_call(self, done: Done) -> None:
        """Add the row of a call that ended, and see that its task is known."""
        self.calls.append(msgspec.structs.astuple(done))
        task = self.tasks.get(done.task_id)
        if task is None:
            self.tasks[done.task_id] = {
                "task_id": done.task_id,
                "agent": done.agent,
                "department": done.department,
                "session": done.session,
                "first_ns": done.admitted_ns,
                "last_ns": done.admitted_ns,
            }
        elif done.admitted_ns > task["last_ns"]:
            task["last_ns"] = done.admitted_ns
        elif done.admitted_ns < task["first_ns"]:
            task["first_ns"] = done.admitted_ns


class Ledger:
    """The statements, compiled for one database."""

    def __init__(self, engine: Engine) -> None:
        self.aggregates = Aggregates(engine)
        self._facets = Facets()

        def compiled(statement: ClauseElement) -> str:
            return str(statement.compile(dialect=engine.dialect))

        self._add_charge = compiled(insert(charge_rows))
        self._add_call = compiled(insert(call_rows))
        self._add_hold = compiled(insert(holds))
        self._drop_hold = compiled(delete(holds).where(holds.c.charge_id == bindparam("of")))
        self._add_task = compiled(_ADD_TASK)
        move = update(incarnations).where(incarnations.c.id == bindparam("of"))
        self._move = compiled(move.values(segment=bindparam("to"), offset=bindparam("at")))
        note = update(meta).where(meta.c.key == bindparam("of"))
        self._note_log = compiled(note.values(value=bindparam("to")))

    def open(self, connection: Connection) -> None:
        """Read what is in memory of it, at a start and after a failure."""
        self._facets.open(connection)
        self.aggregates.open(connection)

    def committed(self) -> None:
        """Take note that what was written is in the database."""
        self._facets.committed()
        self.aggregates.committed()

    def write(self, connection: Connection, batch: Batch) -> None:
        """Add a batch within the caller's transaction; `committed` follows, or `open` after a failure."""
        self._facets.begin()
        if batch.holds:
            rows = [_hold_row(incarnation, hold) for incarnation, hold in batch.holds.values()]
            connection.exec_driver_sql(self._add_hold, rows)
        if batch.settled:
            connection.exec_driver_sql(self._drop_hold, [(charge_id,) for charge_id in batch.settled])
        if batch.charges:
            connection.exec_driver_sql(self._add_charge, self._packed(connection, CHARGE_FORM, batch.charges))
        if batch.calls:
            connection.exec_driver_sql(self._add_call, self._packed(connection, CALL_FORM, batch.calls))
        if batch.tasks:
            connection.exec_driver_sql(self._add_task, list(map(_task_row, batch.tasks.values())))
        if batch.tool_calls:
            rows = [(*msgspec.structs.astuple(it), owner) for it, owner in batch.tool_calls]
            named = [dict(zip(_TOOL_FIELDS, without_nul(row), strict=True)) for row in rows]
            connection.execute(_ADD_TOOL_CALL, named)
        self.aggregates.add(connection, batch.charges, batch.calls)
        for incarnation, (segment, offset) in batch.cursors.items():
            connection.exec_driver_sql(self._move, (segment, offset, incarnation))
        for ending in batch.endings:
            connection.execute(
                update(incarnations)
                .where(incarnations.c.id == ending.incarnation)
                .values(ended_ns=ending.at_ns, end=ending.end)
            )

    def note_log(self, connection: Connection, length: int) -> None:
        """Note how much of the log of calls belongs to the ledger, where something is noted already."""
        connection.exec_driver_sql(self._note_log, (str(length), LOG_LENGTH))

    def _packed(self, connection: Connection, form: Form, rows: Sequence[Row]) -> list[Row]:
        return form.pack(rows, [self._facets.number(connection, it) for it in form.facets(rows)])

    def takes_task(self, connection: Connection, task: dict[str, Any]) -> bool:
        """Try a task, within a transaction that the caller rolls back."""
        try:
            with connection.begin_nested():
                connection.exec_driver_sql(self._add_task, _task_row(task))
        except UNTAKEABLE:
            return False
        return True

    def takes_charge(self, connection: Connection, row: Row) -> bool:
        """Try a row, within a transaction that the caller rolls back."""
        return self._takes_row(connection, self._add_charge, CHARGE_FORM, row)

    def takes_call(self, connection: Connection, row: Row) -> bool:
        """Try a row, within a transaction that the caller rolls back."""
        return self._takes_row(connection, self._add_call, CALL_FORM, row)

    def takes_hold(self, connection: Connection, incarnation: str, hold: Hold) -> bool:
        """Try a hold, within a transaction that the caller rolls back."""
        return self._takes(connection, self._add_hold, _hold_row(incarnation, hold))

    def _takes_row(self, connection: Connection, statement: str, form: Form, row: Row) -> bool:
        self._facets.forget()
        try:
            with connection.begin_nested():
                connection.exec_driver_sql(statement, self._packed(connection, form, [row])[0])
        except UNTAKEABLE:
            return False
        return True

    def _takes(self, connection: Connection, statement: str, row: Row) -> bool:
        try:
            with connection.begin_nested():
                connection.exec_driver_sql(statement, row)
        except UNTAKEABLE:
            return False
        return True


def _draws_text(draws: tuple[int, ...]) -> str | None:
    return " ".join([f"{it}:{amount}" for it, amount in zip(draws[::2], draws[1::2], strict=True)]) or None


def hold_of(row: Row) -> Hold:
    """Return the hold that a ledger row was made of, without what it has drawn."""
    return Hold(*row[1 : 1 + _HOLD_COLUMNS])


def _task_row(task: Mapping[str, Any]) -> Row:
    return (_pack_task(task["task_id"]), *[task[name] for name in _TASK_FIELDS])


def _hold_row(incarnation: str, hold: Hold) -> Row:
    return hold.charge_id, incarnation, hold.admitted_ns, hold.hold_nano_usd, msgspec.msgpack.encode(hold)


def without_nul(row: Row) -> Row:
    """Return a row whose texts have no NUL, which PostgreSQL cannot store; U+FFFD stands in its place."""
    return tuple(value.replace("\0", "\ufffd") if isinstance(value, str) else value for value in row)


def add_rows(
    connection: Connection, attempts: Iterable[Mapping[str, Any]], ended: Iterable[Mapping[str, Any]] = ()
) -> None:
    """Add charges and calls by hand, without their sums; a charge without ``seq`` gets the next one."""
    numbers = Facets()
    numbers.open(connection)
    seq = last_seq(connection)
    charged = [
        tuple(map({"seq": seq + place, "unattributed": False, **row}.get, CHARGE_COLUMNS))
        for place, row in enumerate(attempts, 1)
    ]
    called = [tuple(map(row.get, CALL_COLUMNS)) for row in ended]
    for table, form, rows in ((charge_rows, CHARGE_FORM, charged), (call_rows, CALL_FORM, called)):
        if rows:
            statement = str(insert(table).compile(dialect=connection.dialect))
            packed = form.pack(rows, [numbers.number(connection, it) for it in form.facets(rows)])
            connection.exec_driver_sql(statement, packed)


def last_seq(connection: Connection) -> int:
    """Return the ledger's last commit number, 0 for an empty ledger."""
    return connection.execute(select(func.max(charge_rows.c.seq))).scalar() or 0


def read_meta(connection: Connection, key: str, default: int) -> int:
    """Return a number kept in `meta`."""
    found = connection.execute(select(meta.c.value).where(meta.c.key == key)).scalar()
    return default if found is None else int(found)


def write_meta(connection: Connection, key: str, value: int) -> None:
    """Keep a number in `meta`."""
    done = connection.execute(update(meta).where(meta.c.key == key).values(value=str(value)))
    if not done.rowcount:
        connection.execute(insert(meta).values(key=key, value=str(value)))
