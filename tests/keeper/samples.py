"""Records of made-up calls, a journal that is written by hand, and a clock that is set by hand."""

import fcntl
import os
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, Table, select

from podium.keeper.ledger import CHARGE_COLUMNS, Row
from podium.kernel.call import Usage
from podium.ports.link import PROTOCOL, Hello
from podium.spend.journal import Done, Header, Hold, Record, Roll, Settle, encode, preamble

NOW_NS = 1_790_000_000_000_000_000


class HandClock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.now_ns = NOW_NS

    def wall_ns(self) -> int:
        return self.now_ns

    def monotonic_ns(self) -> int:
        return self.now_ns


def incarnation(number: int = 1) -> str:
    return f"inc_01TEST{number:020d}"


def hello(number: int = 1) -> Hello:
    return Hello(PROTOCOL, f"gateway-{number}", incarnation(number), 4000 + number, "boot")


def hold(number: int = 1, *, attempt: int = 1, call: int | None = None, **changes) -> Hold:
    call = number if call is None else call
    fields = {
        "charge_id": f"chg_{number}",
        "call_id": f"call_{call}",
        "trace_id": f"{call:032x}",
        "span_id": f"{number:016x}",
        "parent_span_id": None,
        "attempt": attempt,
        "task_id": f"task_{call % 3}",
        "session": None,
        "agent": "reviewer",
        "department": "acme/engineering",
        "route": "fast",
        "model": "small",
        "upstream_model": "gpt-5-mini",
        "provider": "simulated",
        "region": "eu-west-1",
        "dialect": "openai",
        "operation": "chat",
        "streamed": True,
        "snapshot_version": 3,
        "admitted_ns": NOW_NS + call,
        "hold_nano_usd": 5_000,
        "input_bound_tokens": 20,
        "output_bound_tokens": 30,
        "request_digest": "ab" * 16,
    }
    return Hold(**{**fields, **changes})


def done(number: int = 1, *, cost: int = 3_000, attempts: int = 1, **changes) -> Done:
    of = hold(number)
    fields = {
        "call_id": of.call_id,
        "trace_id": of.trace_id,
        "task_id": of.task_id,
        "session": of.session,
        "agent": of.agent,
        "department": of.department,
        "route": of.route,
        "operation": of.operation,
        "streamed": of.streamed,
        "snapshot_version": of.snapshot_version,
        "admitted_ns": of.admitted_ns,
        "outcome": "ok",
        "http_status": 200,
        "error_code": None,
        "attempts": attempts,
        "cost_nano_usd": cost,
        "duration_us": 1_000,
        "overhead_us": 80,
    }
    return Done(**{**fields, **changes})


def settle(number: int = 1, *, end: Done | None = None, **changes) -> Settle:
    fields = {
        "charge_id": f"chg_{number}",
        "outcome": "ok",
        "cost_nano_usd": 3_000,
        "usage": Usage(12, 7, 4),
        "http_status": 200,
        "upstream_id": f"chatcmpl-{number}",
        "upstream_model": "gpt-5-mini-2026",
        "finish_reason": "stop",
        "sent_us": 100,
        "first_byte_us": 400,
        "first_token_us": 500,
        "end_us": 1_000,
        "done": end,
    }
    return Settle(**{**fields, **changes})


def call(number: int) -> tuple[Hold, Settle]:
    """A call of one attempt."""
    return hold(number), settle(number, end=done(number))


class Pen:
    """Writes a journal as a worker does, and holds its lock until it is `killed`."""

    def __init__(self, state: Path, number: int = 1, *, header: bool = True) -> None:
        self.name = incarnation(number)
        self.folder = state / "journals" / self.name
        self.folder.mkdir(parents=True)
        self._lock = os.open(self.folder / "lock", os.O_CREAT | os.O_RDWR, 0o600)
        fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        self.segment = 0
        self._number = number
        if header:
            self.begin()

    def begin(self) -> None:
        self.segment += 1
        header = Header(
            self.name, f"gateway-{self._number}", 4000 + self._number, "boot", self.segment, NOW_NS
        )
        self.write_bytes(preamble() + encode(header))

    @property
    def path(self) -> Path:
        return self.folder / f"{self.segment:06d}.journal"

    def write_bytes(self, data: bytes) -> None:
        with self.path.open("ab") as file:
            file.write(data)

    def write(self, *records: Record) -> None:
        self.write_bytes(b"".join(encode(record) for record in records))

    def roll(self) -> None:
        self.write(Roll(self.segment + 1))
        self.begin()

    def end(self) -> None:
        self.write(Roll(None))

    def killed(self) -> None:
        os.close(self._lock)


def rows(engine: Engine, table: Table) -> list[dict[str, object]]:
    """Return a table by its key: PostgreSQL gives what was updated in any order."""
    with engine.connect().execution_options(read_only=True) as connection:
        found = connection.execute(select(table).order_by(*table.primary_key))
        return [dict(row) for row in found.mappings()]


def as_mapping(row: Row) -> dict[str, Any]:
    """Return a ledger row by column."""
    return dict(zip(CHARGE_COLUMNS, row, strict=True))
