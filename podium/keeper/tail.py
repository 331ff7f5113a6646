"""Turns journals into ledger rows, exactly once: rows and cursor are one transaction.

What is in memory (cursors, open holds) mirrors the database. When a transaction fails it is read from
there again, so that a failure leaves nothing half done. All of this runs in the keeper's one database
thread.
"""

import logging
import os
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import msgspec
from sqlalchemy import Connection, Engine, exists, func, insert, select

from podium.keeper import remote
from podium.keeper.aggregates import Aggregates
from podium.keeper.ledger import (
    CHARGE_COLUMNS,
    LOG_LENGTH,
    UNTAKEABLE,
    Batch,
    Ending,
    Ledger,
    Row,
    hold_of,
    last_seq,
    read_meta,
    without_nul,
    write_meta,
)
from podium.keeper.life import DeathProof, Life, Unfinished, is_incarnation
from podium.keeper.loglines import CallLog
from podium.kernel.errors import Forbidden, InvalidRequest, JournalError, NotReady, StateError
from podium.ports import Clock
from podium.ports.database import call_rows, charge_rows, charges, holds, incarnations
from podium.ports.link import Hello
from podium.spend.journal import PREAMBLE_BYTES, Header, Hold, Settle, ToolCall, check_preamble, decode

BATCH_BYTES: Final = 2 << 20
"""One transaction takes in about so much, so that a question never waits long for the database thread."""
LOOKBACK_NS: Final = 3_600_000_000_000
"""Calls without an end are looked for so far back from the newest charge: longer than a call lasts."""
YOUNG_FOLDER_NS: Final = 5_000_000_000
"""A folder of journals that no worker has said hello for is left alone for so long: it may be starting."""
DEAD_LETTERS: Final = "dead-letter.jsonl"

logger = logging.getLogger(__name__)

Committed = Callable[[int, Sequence[Row]], None]
"""Told after a commit: the first `charges.seq` and the rows."""
Counted = Callable[[Sequence[Row], Sequence[Row]], None]
"""Told after a commit: the rows of charges, and those of calls."""
OnTools = Callable[[Sequence[ToolCall]], None]
"""Told after a commit: the calls of tools."""
OnWrite = Callable[[Connection, Batch], None]
"""Called within a transaction, before its rows are written; it may add some."""
_hold_decoder = msgspec.msgpack.Decoder(Hold)


class Tail:
    """The journals of every incarnation that has not ended."""

    def __init__(
        self,
        state: Path,
        engine: Engine,
        clock: Clock,
        *,
        on_committed: Committed = lambda _seq, _rows: None,
        on_counted: Counted = lambda _charges, _calls: None,
    ) -> None:
        self._journals = state / "journals"
        self._log_folder = state / "log"
        self._engine = engine
        self._clock = clock
        self._ledger = Ledger(engine)
        self._log = CallLog(self._log_folder)
        self._on_committed = on_committed
        self._on_counted = on_counted
        self.on_write: OnWrite = lambda _connection, _batch: None
        self.on_tools: OnTools = lambda _calls: None
        self.boot_id: str | None = None
        """Of this host; None: as if it had never gone down."""
        self._next_seq = 1
        self._stale = False
        self.lives: dict[str, Life] = {}
        self.damaged: dict[str, str] = {}
        """Incarnations whose journal was found damaged, and how: they must take no more calls."""

    @property
    def has_rows(self) -> bool:
        """Whether anything is in the ledger."""
        return self._next_seq > 1

    # Opening

    def open(self) -> None:
        """Read where every journal stands and find journals of which nobody has told."""
        self._journals.mkdir(mode=0o700, exist_ok=True)
        self._load(fresh=True)
        self._adopt_strangers()

    def _load(self, *, fresh: bool = False) -> None:
        """Make what is in memory, and the log, what the database says. ``fresh``: at a keeper's start."""
        for life in self.lives.values():
            life.close()
        self._log.close()
        lives = {}
        with self._engine.begin() as connection:
            self._log.open(read_meta(connection, LOG_LENGTH, 0))
            write_meta(connection, LOG_LENGTH, self._log.length)
            self._next_seq = last_seq(connection) + 1
            self._ledger.open(connection)
            rows = connection.execute(select(incarnations).where(incarnations.c.end.is_(None))).all()
            for row in rows:
                life = Life(
                    self._journals / row.id, row.id, worker=row.worker, pid=row.pid, gateway=row.gateway
                )
                life.boot_id, life.strict = row.boot_id, row.strict
                life.segment, life.offset, life.resumed = row.segment, row.offset, True
                life.committed = (row.segment, row.offset)
                if life.gateway is not None:
                    remote.prepare(life, fresh=fresh)
                query = (
                    select(holds.c.record).where(holds.c.incarnation == row.id).order_by(holds.c.admitted_ns)
                )
                for record in connection.execute(query).scalars():
                    hold = _hold_decoder.decode(record)
                    life.pending[hold.charge_id] = hold
                lives[row.id] = life
        self.lives = lives
        self._stale = False

    def _load_unfinished(self, life: Life) -> None:
        """Find a life's calls that have attempts and no end, where an earlier keeper has read some."""
        newest = select(func.max(charge_rows.c.admitted_ns)).scalar_subquery()
        query = (
            select(charges)
            .where(
                charges.c.incarnation == life.incarnation,
                charges.c.admitted_ns >= newest - LOOKBACK_NS,
                ~exists().where(call_rows.c.call_id == charges.c.call_id),
            )
            .order_by(charges.c.seq)
        )
        life.unfinished = {}
        with self._engine.connect().execution_options(read_only=True) as connection:
            for found in connection.execute(query):
                earlier = life.unfinished.get(found.call_id)
                cost = found.cost_nano_usd + (earlier.cost_nano_usd if earlier is not None else 0)
                row = tuple(found)
                life.unfinished[found.call_id] = Unfinished(hold_of(row), row, cost)

    def _adopt_strangers(self) -> None:
        """Register journals that the database does not know, and remove folders of ended incarnations."""
        with self._engine.connect().execution_options(read_only=True) as connection:
            ends = {
                row.id: row.end for row in connection.execute(select(incarnations.c.id, incarnations.c.end))
            }
        for folder in self._journals.iterdir():
            if not is_incarnation(folder.name) or not folder.is_dir():
                continue
            if folder.name in ends:
                if ends[folder.name] in {"clean", "crashed"}:
                    shutil.rmtree(folder, ignore_errors=True)
                continue
            if remote.is_remote(folder):  # a copy, of which the database knows nothing
                shutil.rmtree(folder, ignore_errors=True)
                continue
            if self._clock.wall_ns() - folder.stat().st_mtime_ns > YOUNG_FOLDER_NS:
                self._adopt(folder)

    def _adopt(self, folder: Path) -> None:
        header = _read_header(folder)
        if header is None:
            proof = DeathProof.take(folder)
            if proof is not None:
                shutil.rmtree(folder, ignore_errors=True)
                proof.release()
            return
        logger.info("found the journal of %s (%s), which never said hello", folder.name, header.worker)
        self._insert(folder.name, header.worker, header.pid, header.boot_id, header.started_ns)

    def register(self, hello: Hello, gateway: str | None = None) -> None:
        """Take in a worker's incarnation, which may have said hello before.

        ``gateway`` ships its journal, which is not here. Raises InvalidRequest for a name that is none,
        Forbidden for one that belongs elsewhere, StateError for a journal that is not here or ended.
        """
        name = hello.incarnation
        if not is_incarnation(name):
            raise InvalidRequest(f"{name!r} is no incarnation", field="incarnation")
        if name in self.lives:
            self.owned(name, gateway)
            return
        with self._engine.connect().execution_options(read_only=True) as connection:
            end = connection.execute(select(incarnations.c.end).where(incarnations.c.id == name)).scalar()
        if end is not None:
            raise StateError(f"The incarnation {name} has ended ({end}).", fix="Start the worker again.")
        if gateway is None and not (self._journals / name).is_dir():
            raise StateError(
                f"The worker {hello.worker} keeps no journal in {self._journals / name}.",
                fix="Start it with this keeper's --state.",
            )
        worker = hello.worker if gateway is None else f"{gateway}/{hello.worker}"
        now_ns, strict = self._clock.wall_ns(), hello.strict
        self._insert(name, worker, hello.pid, hello.boot_id, now_ns, gateway, strict=strict)

    def owned(self, name: str, gateway: str | None) -> Life | None:
        """Return a life, None where there is none. Raises Forbidden where another machine has its journal."""
        life = self.lives.get(name)
        if life is not None and life.gateway != gateway:
            raise Forbidden(f"The incarnation {name} is not one of yours.")
        return life

    def end_of(self, name: str, gateway: str | None) -> str | None:
        """Return how an incarnation ended. Raises NotReady where it has said no hello yet, Forbidden."""
        with self._engine.connect().execution_options(read_only=True) as connection:
            row = connection.execute(
                select(incarnations.c.end, incarnations.c.gateway).where(incarnations.c.id == name)
            ).first()
        if row is None:
            raise NotReady(f"The incarnation {name} is not known here.", fix="Say hello first.")
        if row.gateway != gateway:
            raise Forbidden(f"The incarnation {name} is not one of yours.")
        end: str | None = row.end
        return end

    def _insert(
        self,
        name: str,
        worker: str,
        pid: int,
        boot_id: str,
        started_ns: int,
        gateway: str | None = None,
        *,
        strict: bool = False,
    ) -> None:
        with self._engine.begin() as connection:
            connection.execute(
                insert(incarnations).values(
                    id=name,
                    worker=worker,
                    pid=pid,
                    boot_id=boot_id,
                    started_ns=started_ns,
                    segment=1,
                    offset=0,
                    gateway=gateway,
                    strict=strict,
                )
            )
        life = Life(self._journals / name, name, worker=worker, pid=pid, gateway=gateway)
        life.boot_id, life.strict = boot_id, strict
        if gateway is not None:
            remote.prepare(life, fresh=True)
        self.lives[name] = life

    # Reading on

    def step(self, suspects: Sequence[str] = ()) -> bool:
        """Take in what has been written since, in one transaction. Return whether there is more to do.

        The locks of ``suspects`` are tried: an incarnation whose lock is free is dead, and is read to its
        end and closed. A failure of the database or the disk is raised; the next step begins again from
        what the database says.
        """
        if self._stale:
            self._load()
        self._stale = True
        more = self._step(suspects)
        self._stale = False
        return more

    def _step(self, suspects: Sequence[str]) -> bool:
        more = False
        for name in suspects:
            life = self.lives.get(name)
            proof = _proof_of(life) if life is not None else None
            if life is not None and proof is not None:
                try:
                    more = self._bury(life) or more
                finally:
                    proof.release()
        batch, lives, taken = Batch(self._next_seq), list(self.lives.values()), 0
        for life in lives:
            taken += life.take(batch, self._stray)
            if taken >= BATCH_BYTES:
                # The next step begins with those that this one did not come to.
                self.lives[life.incarnation] = self.lives.pop(life.incarnation)
                more = True
                break
        self._end_those_that_ended(batch, lives)
        if batch:
            self._commit(batch)
        return more or taken > 0

    def _end_those_that_ended(self, batch: Batch, lives: Sequence[Life]) -> None:
        now_ns = self._clock.wall_ns()
        for life in lives:
            if life.damage is not None:
                self._end_damaged(life, batch, now_ns)
            elif life.complete:
                if life.pending:
                    logger.error(
                        "%s ended in good order with %d holds open", life.incarnation, len(life.pending)
                    )
                life.bury(batch, reason="The worker ended without settling this attempt: charged in full.")
                batch.endings.append(Ending(life.incarnation, "clean", now_ns))

    def _end_damaged(self, life: Life, batch: Batch, now_ns: int) -> None:
        logger.error(
            "the journal of %s is damaged (%s): %d holds that it shows are charged in full, what it does not "
            "show is not in the ledger; the file is kept in %s",
            life.incarnation,
            life.damage,
            len(life.pending),
            life.folder,
        )
        self.damaged[life.incarnation] = life.damage or ""
        life.bury(batch, reason=f"The worker's journal is damaged ({life.damage}): charged in full.")
        batch.endings.append(Ending(life.incarnation, "damaged", now_ns, lost=True))

    def _bury(self, life: Life) -> bool:
        """Take in a dead worker's journal; at its end charge what is open. Return whether more is left."""
        batch = Batch(self._next_seq)
        taken = life.take(batch, self._stray, last=True)
        while 0 < taken < BATCH_BYTES and life.damage is None and not life.complete:
            more = life.take(batch, self._stray, last=True)
            if not more:
                break
            taken += more
        if taken >= BATCH_BYTES:
            self._commit(batch)
            return True
        if life.damage is None and not life.complete:
            if life.resumed:
                # What this keeper read is in the ledger before the rest is looked up there.
                self._commit(batch)
                batch = Batch(self._next_seq)
                self._load_unfinished(life)
            logger.warning(
                "%s (%s, pid %d) died: %d open holds are charged in full",
                life.worker,
                life.incarnation,
                life.pid,
                len(life.pending),
            )
            life.bury(batch, reason="The worker died before it settled this attempt: charged in full.")
            # What was not synced yet when the host went down is not in the journal.
            boot_id = life.dead.boot_id if life.dead is not None else self.boot_id
            lost = boot_id is not None and life.boot_id != boot_id and not life.strict
            batch.endings.append(Ending(life.incarnation, "crashed", self._clock.wall_ns(), lost=lost))
        else:
            self._end_those_that_ended(batch, [life])
        self._commit(batch)
        return False

    def _stray(self, settle: Settle, life: Life) -> None:
        self._dead_letter(life.incarnation, "a settlement without a hold", msgspec.structs.asdict(settle))

    def _dead_letter(self, incarnation: str, why: str, what: object) -> None:
        """Keep what the ledger cannot take, for a person."""
        path = self._log_folder / DEAD_LETTERS
        logger.error("%s in the journal of %s: kept in %s", why, incarnation, path)
        line = {"at_ns": self._clock.wall_ns(), "incarnation": incarnation, "why": why, "record": what}
        fd = os.open(path, os.O_CREAT | os.O_APPEND | os.O_WRONLY | os.O_CLOEXEC, 0o600)
        try:
            os.write(fd, msgspec.json.encode(line) + b"\n")
            os.fsync(fd)
        finally:
            os.close(fd)

    def aggregates(self) -> Aggregates:
        """Return the sums, as they are in the database, for another transaction of this thread."""
        if self._stale:
            self._load()
        return self._ledger.aggregates

    # Committing

    def _commit(self, batch: Batch) -> None:
        try:
            self._write(batch)
        except UNTAKEABLE:
            self._log.undo()
            self._sift(batch)
            self._write(batch)
        self._ledger.committed()
        self._next_seq = batch.first_seq + len(batch.charges)
        self._on_committed(batch.first_seq, batch.charges)
        self.on_tools([call for call, _ in batch.tool_calls])
        self._on_counted(batch.charges, batch.calls)
        for name, cursor in batch.cursors.items():
            self.lives[name].committed = cursor
        for path in batch.read_through:
            path.unlink(missing_ok=True)
        for ending in batch.endings:
            life = self.lives.pop(ending.incarnation, None)
            if life is not None:
                life.close()
            if ending.end != "damaged":
                shutil.rmtree(self._journals / ending.incarnation, ignore_errors=True)

    def _write(self, batch: Batch) -> None:
        if batch.log and self._log.full:
            self._log.rotate()
            with self._engine.begin() as connection:
                write_meta(connection, LOG_LENGTH, 0)
        with self._engine.begin() as connection:
            self.on_write(connection, batch)
            self._ledger.write(connection, batch)
            if batch.log:
                length = self._log.append(batch.log)
                self._ledger.note_log(connection, length)
        if batch.log:
            self._log.committed(length)

    def _sift(self, batch: Batch) -> None:
        """Take out of a batch the rows that the database can never take, into the dead letters."""
        taken: list[Row] = []
        incarnation = CHARGE_COLUMNS.index("incarnation")
        with self._engine.connect() as connection:
            outer = connection.begin()
            for row in batch.charges:
                numbered = without_nul((batch.first_seq + len(taken), *row[1:]))
                if self._ledger.takes_charge(connection, numbered):
                    taken.append(numbered)
                else:
                    self._dead_letter(row[incarnation], "a charge that the ledger cannot take", row)
            calls_taken = []
            for call in map(without_nul, batch.calls):
                if self._ledger.takes_call(connection, call):
                    calls_taken.append(call)
                else:
                    self._dead_letter("", "a call that the ledger cannot take", call)
            holds_taken = {}
            for charge_id, (owner, hold) in batch.holds.items():
                if self._ledger.takes_hold(connection, owner, hold):
                    holds_taken[charge_id] = (owner, hold)
                else:
                    self._dead_letter(
                        owner, "a hold that the ledger cannot take", msgspec.structs.asdict(hold)
                    )
                    self.lives[owner].pending.pop(charge_id, None)
            batch.tasks = {
                task_id: task
                for task_id, task in batch.tasks.items()
                if self._ledger.takes_task(connection, task)
            }
            outer.rollback()
        batch.charges[:], batch.calls[:], batch.holds = taken, calls_taken, holds_taken

    def close(self) -> None:
        """Close every file."""
        for life in self.lives.values():
            life.close()
        self._log.close()

    def open_holds(self) -> list[Hold]:
        """Return the attempts that are under way."""
        return [hold for life in list(self.lives.values()) for hold in list(life.pending.values())]

    def lag_bytes(self) -> int:
        """Return how many bytes of journals are not in the ledger yet."""
        return sum(life.lag_bytes() for life in list(self.lives.values()))


def _proof_of(life: Life) -> DeathProof | None:
    """Return the proof that a worker is dead: its lock, or the word of the machine that has it."""
    if life.gateway is None:
        return DeathProof.take(life.folder)
    if life.dead is None or remote.received(life) < (life.dead.segment, life.dead.offset):
        return None
    return DeathProof(-1)


def _read_header(folder: Path) -> Header | None:
    """Return the first record of a folder's first segment, None where there is none."""
    segments = sorted(folder.glob("*.journal"))
    if not segments:
        return None
    data = segments[0].read_bytes()[:65536]
    try:
        if len(data) < PREAMBLE_BYTES:
            return None
        for record, _ in decode(data, check_preamble(data)):
            return record if isinstance(record, Header) else None
    except JournalError:
        logger.exception("%s cannot be read", segments[0])
    return None
