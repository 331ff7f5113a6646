"""One incarnation of a worker as its journal tells it: where reading has come to, what is still open."""

import fcntl
import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

import msgspec

from podium.keeper.ledger import CHARGE_COLUMNS, Batch, Row
from podium.keeper.loglines import decide_line
from podium.kernel.errors import JournalError
from podium.ports.machines import Died
from podium.spend.journal import (
    MAX_RECORD_BYTES,
    PREAMBLE_BYTES,
    Done,
    Header,
    Hold,
    Roll,
    Settle,
    ToolCall,
    check_preamble,
    check_tail,
    decode,
)

READ_BYTES: Final = MAX_RECORD_BYTES + (1 << 16)
"""So much of a journal is read at a time; the largest frame fits."""
_INCARNATION: Final = re.compile(r"inc_[0-9A-HJKMNP-TV-Z]{26}")

_END_US: Final = CHARGE_COLUMNS.index("end_us")

StrayHandler = Callable[[Settle, "Life"], None]


def is_incarnation(name: str) -> bool:
    """Whether a name can be an incarnation's, and so a folder's under ``journals``."""
    return _INCARNATION.fullmatch(name) is not None


class Unfinished(msgspec.Struct):
    """A call whose attempts so far are settled and whose end has not been read."""

    hold: Hold
    row: Row
    cost_nano_usd: int


class Life:
    """One incarnation's journal, read on from a cursor. What it holds in memory mirrors the database."""

    def __init__(
        self, folder: Path, incarnation: str, *, worker: str, pid: int, gateway: str | None = None
    ) -> None:
        self.folder = folder
        self.incarnation = incarnation
        self.worker = worker
        self.pid = pid
        self.gateway = gateway
        """The machine that ships this journal, None for one of the keeper's own."""
        self.committed = (1, 0)
        """How far the ledger has it for good."""
        self.dead: Died | None = None
        """The word of the machine that ships it that nothing follows."""
        self.boot_id = ""
        self.strict = False
        """It waits for the disk before it sends."""
        self.segment = 1
        self.offset = 0
        self.pending: dict[str, Hold] = {}
        self.unfinished: dict[str, Unfinished] = {}
        self.complete = False
        """The final Roll has been read: nothing can follow."""
        self.damage: str | None = None
        self.resumed = False
        """An earlier keeper has read a part of it: `unfinished` does not know that part's calls."""
        self._fd = -1
        self._open_segment = 0

    def path(self, segment: int) -> Path:
        """Return where a segment is kept."""
        return self.folder / f"{segment:06d}.journal"

    def behind(self, segment: int, offset: int) -> bool:
        """Whether the journal reaches further than it has been read."""
        return (segment, offset) > (self.segment, self.offset)

    def lag_bytes(self) -> int:
        """Return how many bytes of the journal are not in the ledger yet."""
        lag = -self.offset
        segment = self.segment
        while True:
            try:
                lag += self.path(segment).stat().st_size
            except FileNotFoundError:
                return max(0, lag)
            segment += 1

    def last_sign_ns(self) -> int | None:
        """Return when the journal was last written to (Unix nanoseconds), None where it is gone."""
        if self.dead is not None:
            return self.dead.last_sign_ns
        try:
            return self.path(self.segment).stat().st_mtime_ns
        except FileNotFoundError:
            return None

    def take(self, batch: Batch, stray: StrayHandler, *, last: bool = False) -> int:
        """Read on, add what is found to a batch, and return how many bytes were taken in.

        A damaged journal sets `damage`. With ``last`` (the writer is dead) a missing or shortened file and
        records behind a torn frame are damage too.
        """
        taken = 0
        try:
            data = self._read(last=last)
            if data:
                for taken in self._take(data, batch, stray):  # noqa: B007 - the last one is the result
                    pass
            if last and not taken and not self.complete:
                check_tail(data)
        except JournalError as error:
            self.damage = error.message
        if taken:
            batch.cursors[self.incarnation] = (self.segment, self.offset)
        return taken

    def _read(self, *, last: bool) -> bytes:
        if self._open_segment != self.segment:
            self.close()
            try:
                self._fd = os.open(self.path(self.segment), os.O_RDONLY | os.O_CLOEXEC)
            except FileNotFoundError:
                if self.offset or (last and self.segment == 1 and not self.folder.exists()):
                    raise JournalError(f"{self.path(self.segment).name} is gone") from None
                return b""
            self._open_segment = self.segment
        size = os.fstat(self._fd).st_size
        if size < self.offset:
            raise JournalError(f"{self.path(self.segment).name} is shorter than it was")
        return (
            os.pread(self._fd, min(READ_BYTES, size - self.offset), self.offset)
            if size > self.offset
            else b""
        )

    def _take(self, data: bytes, batch: Batch, stray: StrayHandler) -> Iterator[int]:
        """Take in whole records, and yield behind each how many bytes that were."""
        base, start = self.offset, 0
        if base == 0:
            if len(data) < PREAMBLE_BYTES:
                return
            start = check_preamble(data)
        for record, stop in decode(data, start):
            kind = type(record)
            if kind is Settle:
                self._settle(record, batch, stray)  # type: ignore[arg-type] # the exact type was compared
            elif kind is Hold:
                self.pending[record.charge_id] = record  # type: ignore[union-attr,assignment] # likewise
                batch.holds[record.charge_id] = (self.incarnation, record)  # type: ignore[union-attr,assignment] # likewise
            elif kind is Done:
                self.end_call(record, batch)  # type: ignore[arg-type] # likewise
            elif kind is ToolCall:
                batch.tool_calls.append((record, self.incarnation))  # type: ignore[arg-type] # likewise
            elif kind is Header and record.incarnation != self.incarnation:  # type: ignore[union-attr] # likewise
                raise JournalError(f"the journal belongs to {record.incarnation}")  # type: ignore[union-attr] # likewise
            self.offset = base + stop
            if isinstance(record, Roll):
                self._roll(record, batch)
                yield stop
                return
            yield stop

    def _roll(self, roll: Roll, batch: Batch) -> None:
        self.close()
        if roll.next_segment is None:
            self.complete = True
            return
        batch.read_through.append(self.path(self.segment))
        self.segment, self.offset = roll.next_segment, 0

    def _settle(self, settle: Settle, batch: Batch, stray: StrayHandler) -> None:
        hold = self.pending.pop(settle.charge_id, None)
        if hold is None:
            stray(settle, self)
            return
        if batch.holds.pop(settle.charge_id, None) is None:
            batch.settled.append(settle.charge_id)
        row = batch.add_charge(hold, settle, self.incarnation)
        if settle.done is not None:
            self.end_call(settle.done, batch, row)
            return
        earlier = self.unfinished.get(hold.call_id)
        cost = settle.cost_nano_usd + (earlier.cost_nano_usd if earlier is not None else 0)
        self.unfinished[hold.call_id] = Unfinished(hold, row, cost)

    def end_call(self, done: Done, batch: Batch, row: Row | None = None) -> None:
        """Add a call that ended, with its log line."""
        earlier = self.unfinished.pop(done.call_id, None)
        if row is None and earlier is not None:
            row = earlier.row
        batch.add_call(done)
        batch.log.append(decide_line(done, row))

    def bury(self, batch: Batch, *, reason: str) -> None:
        """Charge every hold that is left in full, and end the calls that have no end.

        The attempt is said to have ended at the last sign of life in the journal.
        """
        sign_ns = self.last_sign_ns()
        for hold in list(self.pending.values()):
            end_us = max(0, (sign_ns or hold.admitted_ns) - hold.admitted_ns) // 1000
            settle = Settle(
                charge_id=hold.charge_id,
                outcome="crashed",
                cost_nano_usd=hold.hold_nano_usd,
                usage=None,
                estimated=True,
                reason=reason,
                error_code="worker_crashed",
                end_us=end_us,
            )
            self._settle(settle, batch, _no_stray)
        for call in list(self.unfinished.values()):
            done = done_of_crash(call, reason)
            self.end_call(done, batch, call.row)

    def close(self) -> None:
        """Close the segment that is open."""
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1
        self._open_segment = 0


def _no_stray(settle: Settle, _life: Life) -> None:
    raise AssertionError(f"{settle.charge_id} was pending")  # a hold is settled here because it is pending


def worker_rows(
    lives: Sequence[Life],
    now_ns: int,
    asked_ns: Mapping[str, int],
    versions: Mapping[str, tuple[int, int]],
    loop_lags_us: Mapping[str, int],
) -> list[dict[str, object]]:
    """Return what a status tells of workers, each by its incarnation. Times are monotonic."""
    return [
        worker_row(
            life,
            asked_ms_ago=(now_ns - asked) // 1_000_000
            if (asked := asked_ns.get(life.incarnation)) is not None
            else None,
            versions=versions.get(life.incarnation, (0, 0)),
            loop_lag_us=loop_lags_us.get(life.incarnation, 0),
        )
        for life in lives
    ]


def worker_row(
    life: Life, *, asked_ms_ago: int | None, versions: tuple[int, int], loop_lag_us: int
) -> dict[str, object]:
    """Return what a status tells of a worker. ``versions``: of the snapshot and the orders that it has."""
    return {
        "worker": life.worker,
        "incarnation": life.incarnation,
        "pid": life.pid,
        "asked_ms_ago": asked_ms_ago,
        "snapshot_version": versions[0],
        "orders_version": versions[1],
        "open_holds": len(life.pending),
        "lag_bytes": life.lag_bytes(),
        "held_nano_usd": sum([hold.hold_nano_usd for hold in list(life.pending.values())]),
        "loop_lag_us": loop_lag_us,
    }


def done_of_crash(call: Unfinished, reason: str) -> Done:
    """Return the end of a call whose worker died, from its last attempt."""
    hold = call.hold
    return Done(
        call_id=hold.call_id,
        trace_id=hold.trace_id,
        task_id=hold.task_id,
        session=hold.session,
        agent=hold.agent,
        department=hold.department,
        route=hold.route,
        operation=hold.operation,
        streamed=hold.streamed,
        snapshot_version=hold.snapshot_version,
        admitted_ns=hold.admitted_ns,
        outcome="crashed",
        http_status=0,
        error_code="worker_crashed",
        attempts=hold.attempt,
        cost_nano_usd=call.cost_nano_usd,
        duration_us=call.row[_END_US],
        overhead_us=None,
        message=reason,
    )


class DeathProof:
    """The lock of a journal's folder, held by the keeper: its worker is dead, and no other can be it."""

    def __init__(self, fd: int) -> None:
        self._fd = fd

    @classmethod
    def take(cls, folder: Path) -> "DeathProof | None":
        """Return the proof, or None while the worker lives. A folder without a lock proves death as well."""
        try:
            fd = os.open(folder / "lock", os.O_RDWR | os.O_CLOEXEC)
        except FileNotFoundError:
            return cls(-1)
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(fd)
            return None
        return cls(fd)

    def release(self) -> None:
        """Give the lock back."""
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1
