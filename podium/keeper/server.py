"""The keeper's process: a Unix socket and one database thread.

The event loop answers from memory what workers ask every 200 ms; whatever touches the database runs in
the one database thread. A worker's question is answered only if a round trip to the database has
completed within the last 500 ms; while workers ask, a probe makes one where nothing else does.
"""

import asyncio
import contextlib
import logging
import os
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Engine

from podium.keeper.acts import Acts
from podium.keeper.audits import AuditBook, JudgingBook, steering
from podium.keeper.authority import Authority
from podium.keeper.carrying import Carrying
from podium.keeper.chain import Chain
from podium.keeper.clock_steps import ClockSteps
from podium.keeper.collector_keys import CollectorKeys
from podium.keeper.connection import Connection, Door, listening
from podium.keeper.content_acts import ContentActs
from podium.keeper.corrections import Corrections
from podium.keeper.desk import LimitDesk
from podium.keeper.erasure import DAY_NS
from podium.keeper.issuer_keys import Beginning, IssuerKeys
from podium.keeper.ledger import Row
from podium.keeper.life import worker_rows
from podium.keeper.limits import LimitBook
from podium.keeper.lock import KeeperLock, runner_of
from podium.keeper.machines import Machines
from podium.keeper.metrics import CallMetrics
from podium.keeper.occurrences import Prompts
from podium.keeper.processes import CONTENT, ProcessBook
from podium.keeper.registry import in_database
from podium.keeper.retention import Retention
from podium.keeper.roundtrip import DatabaseThread, reason
from podium.keeper.shares import ShareBook
from podium.keeper.tail import Tail
from podium.keeper.tasks import TaskBook
from podium.keeper.wakes import Wakes
from podium.kernel.errors import Forbidden, InvalidRequest, JournalError, NotReady, PodiumError, StateError
from podium.manifest.snapshot import decode_snapshot
from podium.ports import BackupStore, Clock, Entropy
from podium.ports.acts import ACTS, EvidenceKeys
from podium.ports.artifacts import ArtifactStore
from podium.ports.audits import BeginJudging, NoteVerdicts
from podium.ports.content import ContentTouched, MayTouchContent
from podium.ports.database import PASSING
from podium.ports.link import (
    FRAME,
    PROTOCOL,
    Answer,
    Ask,
    Correct,
    Done,
    Draw,
    GetMetrics,
    GetOrders,
    GetSnapshot,
    GetStatus,
    Goodbye,
    Hello,
    IssueCollectorKey,
    IssueCredential,
    KeeperLink,
    LookIn,
    MetricsAre,
    NoteModelMemory,
    OrdersAre,
    PutSnapshot,
    Question,
    Reply,
    RevokeCollectorKey,
    RevokeCredential,
    SnapshotIs,
    StatusIs,
    TakeBackup,
    Welcome,
    decode_question,
    encode,
    payload_bytes,
    refused,
)
from podium.ports.machines import TOOLS_SOCKET
from podium.ports.runs import AwaitRuns
from podium.ports.tasks import StartTask, TaskKeys

BATCH_EVERY_S: Final = 0.1
PATROL_S: Final = 1.0
"""Journals of workers that do not ask are read, and their locks tried, so often."""

logger = logging.getLogger(__name__)

_Answering = Callable[[Any, Connection], Awaitable[Reply]]


class Keeper:
    """Answers questions, and keeps the tail going."""

    def __init__(
        self,
        *,
        state: Path,
        engine: Engine,
        clock: Clock,
        entropy: Entropy,
        keys: EvidenceKeys,
        task_keys: TaskKeys,
        gateway_url: str,
        tools_url: str = "",
        backups: BackupStore | None = None,
        digest_key: Callable[[], bytes] | None = None,
        collector: KeeperLink | None = None,
        boot_id: str | None = None,
        issuers: IssuerKeys | None = None,
        bodies: ArtifactStore | None = None,
        keep_runs_days: int = 7,
        beat: AbstractContextManager[None] | None = None,
        give_way: Callable[[], None] | None = None,
    ) -> None:
        """``boot_id`` is the host's: what a worker of another boot held may not be in its journal."""
        self._backups, self._clock, self._work = backups, clock, asyncio.Event()
        self._loop, chain = asyncio.get_running_loop(), Chain(keys, clock)
        own = self._authority = Authority(engine, clock, chain)
        resources = (gateway_url, tools_url) if tools_url else (gateway_url,)
        self._tasks = TaskBook(engine, clock, entropy, task_keys, resources=resources, authority=own)
        self._authority.task_orders = self._tasks.orders
        self._collector_keys = CollectorKeys(engine, self._authority, chain, clock)
        limits = LimitBook(engine, clock)
        self._desk, self._retention = LimitDesk(limits, own), Retention(engine, clock)
        self._acts = Acts(engine, clock, entropy, chain, authority=own, tasks=self._tasks, limits=limits)
        probe, reload = self._authority.probe, self._desk.reload
        self._database = DatabaseThread(engine, clock, probe=probe, reload=reload, give_way=give_way)
        self.comes_round, erasure = self._database.comes_round, self._acts.erasure
        erasure.bodies, erasure.kept_ns = bodies, keep_runs_days * DAY_NS or None
        self._beginning = Beginning(issuers, self._tasks, self._database.do)
        self._tail = Tail(state, engine, clock, on_committed=self._committed, on_counted=self._counted)
        (self._audits, self._judging), self._prompts = self._auditing(engine, chain), Prompts(engine, clock)
        self._acts.breakers.open_calls = self._tail.open_holds
        self._tail.on_tools = self._acts.breakers.called
        self._acts.runs.holds_lock = lambda runner: runner_of(state) == runner
        self._corrections = Corrections(self._acts, chain, clock, self._tail)
        self._content = ContentActs(self._acts, chain, self._authority)
        self._tail.on_write, self._tail.boot_id = self._desk.book.settle, boot_id
        self._database.on_lost, self._database.beat = self._work.set, beat or contextlib.nullcontext()
        parts = (self._tail, self._database, self._acts.hearing)
        self._machines = Machines(*parts, self._work.set, digest_key, collector, tools_url)
        self._suspects: set[str] = set()
        self._asked_ns: dict[str, int] = {}
        self._versions: dict[str, tuple[int, int]] = {}
        self._trouble: str | None = None
        self._processes, self._shares = ProcessBook(engine, clock), ShareBook((), 0)
        self._metrics, self._metrics_version = CallMetrics(self._processes.totals), 0
        self._metrics.breakers = self._acts.breakers.figures
        self._loop_lags_us: dict[str, int] = {}
        self._connections: set[Connection] = set()
        self._wakes = Wakes(self._acts.runs, self._database.do)
        self._answers = self._table()

    def _auditing(self, engine: Engine, chain: Chain) -> tuple[AuditBook, JudgingBook]:
        own, inbox = self._authority, self._acts.inbox
        steer = steering(self._tasks, self._acts.runs, own)
        book = AuditBook(engine, chain, self._clock, inbox, steer=steer, committed=own.reload)
        return book, JudgingBook(engine, chain, self._tasks)

    def _table(self) -> dict[type[Any], _Answering]:
        """Return who answers each question."""
        return {
            Ask: self._ask,
            LookIn: self._look_in,
            Hello: self._hello,
            Goodbye: self._goodbye,
            NoteModelMemory: lambda told, _: self._database.do(self._processes.note, told),
            GetSnapshot: self._get_snapshot,
            GetOrders: self._get_orders,
            PutSnapshot: lambda question, _: self._database.do(self._desk.put_snapshot, question),
            IssueCredential: lambda question, _: self._database.do(self._authority.issue, question),
            RevokeCredential: lambda question, _: self._database.do(self._authority.revoke, question),
            IssueCollectorKey: lambda question, _: self._database.do(self._collector_keys.issue, question),
            RevokeCollectorKey: lambda asked, _: self._database.do(self._collector_keys.revoke, asked),
            Draw: lambda question, _: self._desk.draw(question, self._database.do),
            GetStatus: self._get_status,
            GetMetrics: self._get_metrics,
            TakeBackup: self._take_backup,
            Correct: lambda question, _: self._database.do(self._corrections.do, question),
            MayTouchContent: self._in_database(self._content.may),
            ContentTouched: self._in_database(self._content.touched),
            **{kind: self._in_database(work) for kind, work in in_database(self._acts, self._tasks).items()},
            StartTask: lambda question, _: self._beginning.start(question),
            **self._machines.answers(),
            AwaitRuns: lambda question, _: self._wakes.wait(question),
            NoteVerdicts: self._in_database(self._audits.do),
            BeginJudging: self._in_database(self._judging.begin),
            **dict.fromkeys(ACTS, self._in_database(self._act)),
        }

    def _in_database(self, work: Callable[[Any], Reply]) -> _Answering:
        return lambda question, _: self._wakes.do(work, question)

    async def open(self) -> None:
        """Read what is in force and where every journal stands."""
        await self._database.do(self._tasks.open)
        await self._database.do(self._authority.open)
        await self._database.do(self._desk.know)
        await self._database.do(self._tail.open)
        await self._database.do(self._acts.breakers.open)
        await self._database.do(self._processes.open)
        # Whoever has not ended may have died while no keeper looked.
        self._suspects.update(self._tail.lives)
        self._shares = ShareBook(self._tail.lives, self._clock.monotonic_ns())
        self._work.set()

    async def close(self) -> None:
        """Take in what is left, bring the spans up, and stop the threads."""
        for connection in list(self._connections):
            connection.writer.close()
        self._wakes.let_go()
        await self._beginning.close()
        try:
            await self._database.do(self._processes.write)
            while await self._database.do(self._tail.step):
                pass
        except (*PASSING, StateError) as error:
            logger.warning("what journals still have is left for the next keeper: %s", error)
        finally:
            self._database.shutdown()
            self._tail.close()

    # The tail

    async def keep_tailing(self) -> None:
        """Read journals as they grow, for ever. Ends by cancellation, or by a failure of the database."""
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(PATROL_S if self._tail.lives else None):
                    await self._work.wait()
            self._work.clear()
            if self._database.lost is not None:
                raise self._database.lost
            self._suspect_the_silent()
            suspects, self._suspects = self._suspects, set()
            try:
                if await self._database.long(self._tail.step, tuple(suspects)):
                    self._work.set()
                self._trouble = None
            except (*PASSING, OSError) as error:
                # Nothing was changed. No worker is answered until it works again, so that none goes on.
                if self._trouble is None:
                    logger.exception("the ledger cannot be written: no new calls until it can")
                self._trouble = f"the ledger cannot be written: {reason(error)}"
                self._suspects |= suspects
                self._work.set()
                await asyncio.sleep(PATROL_S)
            await asyncio.sleep(BATCH_EVERY_S)

    async def keep_inbox(self) -> None:
        """Expire cases, judge what keys spend, drop ended windows, for ever. Ends by cancellation."""
        steps = ClockSteps(self._clock)
        while True:
            steps.look()
            with contextlib.suppress(*PASSING, OSError, StateError):  # the next look may find it well
                await self._database.do(self._each_second)
                self._wakes.look()
            await asyncio.sleep(PATROL_S)

    def _each_second(self) -> None:
        """Do what time alone brings, in one turn of the database thread."""
        self._acts.each_second()
        self._audits.tidy()
        self._processes.write()
        self._retention.tidy()

    def _suspect_the_silent(self) -> None:
        now_ns = self._clock.monotonic_ns()
        for name in list(self._tail.lives):
            if now_ns - self._asked_ns.get(name, 0) > PATROL_S * 1e9:
                self._suspects.add(name)
        for name in self._asked_ns.keys() - self._tail.lives.keys():
            del self._asked_ns[name]
            self._versions.pop(name, None)
            self._loop_lags_us.pop(name, None)
            self._shares.ended(name, now_ns)
            self._acts.hearing.forget(name)

    def _counted(self, charges: Sequence[Row], calls: Sequence[Row]) -> None:
        """Count new rows by the names that are in force. Called in the database thread."""
        in_force = self._authority.in_force
        if in_force.snapshot_version != self._metrics_version and in_force.snapshot_document is not None:
            self._metrics.know(decode_snapshot(in_force.snapshot_document))
            self._metrics_version = in_force.snapshot_version
        self._metrics.add(charges, calls)

    def _committed(self, _first_seq: int, rows: Sequence[Row]) -> None:
        """Take note of new ledger rows. Called in the database thread."""
        self._desk.look_for_blocks()
        self._acts.breakers.counted(rows)
        self._prompts.counted(rows)

    # Connections

    async def serve_connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one client's questions in order until it goes away."""
        try:
            connection = Connection(writer)
        except Forbidden as error:
            logger.warning("somebody was sent away: %s", error)
            writer.write(encode(refused(error)))
            writer.close()
            return
        self._connections.add(connection)
        try:
            while not connection.expired(self._clock.wall_ns()):
                payload = await reader.readexactly(payload_bytes(await reader.readexactly(FRAME.size)))
                answer = encode(await self._answer(decode_question(payload), connection))
                if writer.is_closing():  # it has died while it was answered
                    break
                writer.write(answer)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        except InvalidRequest as error:
            logger.warning("a client spoke wrongly, its connection is closed: %s", error)
            writer.write(encode(refused(error)))
        finally:
            self._connections.discard(connection)
            writer.close()
            if connection.incarnation is not None and connection.incarnation in self._tail.lives:
                # Its connection went away: perhaps it died. Its lock tells.
                self._asked_ns.pop(connection.incarnation, None)
                self._suspects.add(connection.incarnation)
                self._work.set()

    async def _answer(self, question: Question, connection: Connection) -> Reply:
        try:
            self._machines.admit(question, connection)
            question = self._machines.as_here(question)
            return await self._answers[type(question)](question, connection)
        except PodiumError as error:
            return refused(error)
        except (*PASSING, OSError) as error:
            logger.exception("%s was not done", type(question).__name__)
            return refused(
                NotReady(f"The database refused: {reason(error)}.", fix="Free the disk; try again.")
            )
        except Exception as error:
            logger.exception("%s was not done", type(question).__name__)
            return refused(PodiumError(f"The keeper failed: {error!r}.", fix="See its log."))

    async def _hello(self, hello: Hello, connection: Connection) -> Reply:
        if hello.protocol != PROTOCOL:
            raise StateError(
                f"The worker {hello.worker} speaks protocol {hello.protocol}, this keeper speaks {PROTOCOL}.",
                fix="Run the same Podium everywhere.",
            )
        await self._database.do(self._tail.register, hello, connection.gateway)
        connection.incarnation = hello.incarnation
        self._asked_ns[hello.incarnation] = self._clock.monotonic_ns()
        self._acts.hearing.heard(hello.incarnation)
        self._work.set()
        return Welcome(epoch=self._authority.in_force.epoch)

    async def _ask(self, ask: Ask, connection: Connection) -> Reply:
        life = self._tail.lives.get(ask.incarnation)
        if life is None:
            damage = self._tail.damaged.get(ask.incarnation)
            if damage is not None:
                raise JournalError(f"Your journal is damaged ({damage}).", fix="Restart this worker.")
            raise NotReady(f"The incarnation {ask.incarnation} is not known here.", fix="Say hello first.")
        connection.incarnation = ask.incarnation
        self._asked_ns[ask.incarnation] = self._clock.monotonic_ns()
        self._acts.hearing.heard(ask.incarnation)
        self._loop_lags_us[ask.incarnation] = ask.loop_lag_us
        self._versions[ask.incarnation] = (ask.snapshot_version, ask.orders_version)
        self._processes.told(ask.incarnation, life.worker, CONTENT, ask.content_lost)
        self._metrics.lane.told(ask.incarnation, ask.ways)
        self._metrics.tool_refusals.told(ask.incarnation, ask.refused)
        if life.behind(ask.segment, ask.offset):
            self._work.set()
        await self._database.freshen()
        if self._trouble is not None:
            raise NotReady(f"The keeper takes no calls now: {self._trouble}.", fix="See its log.")
        in_force = self._authority.in_force
        shares, contended = self._shares.answer(ask.incarnation, ask.claims, self._clock.monotonic_ns())
        recalled = self._desk.book.recalled()
        return Answer(
            in_force.snapshot_version,
            in_force.orders_version,
            shares,
            contended or bool(recalled),
            recalled,
            len(self._versions),
        )

    async def _look_in(self, question: LookIn, connection: Connection) -> Reply:
        self._machines.note(question, connection, self._clock.monotonic_ns())
        self._processes.looked_in(question, connection.gateway)
        await self._database.freshen()
        in_force = self._authority.in_force
        return Answer(in_force.snapshot_version, in_force.orders_version)

    def _act(self, act: Any) -> Reply:
        result = self._acts.do(act)
        self._desk.look_for_blocks()
        return result

    async def _goodbye(self, goodbye: Goodbye, connection: Connection) -> Reply:
        """Read the journal to its end. Without a final Roll the incarnation waits for its lock to be free."""
        connection.incarnation = None
        self._processes.ended(goodbye)
        if goodbye.incarnation in self._tail.lives:
            while await self._database.do(self._tail.step):
                pass
        return Done()

    async def _get_snapshot(self, _question: GetSnapshot, _connection: Connection) -> Reply:
        in_force = self._authority.in_force
        return SnapshotIs(version=in_force.snapshot_version, document=in_force.snapshot_document)

    async def _get_orders(self, _question: GetOrders, _connection: Connection) -> Reply:
        in_force = self._authority.in_force
        return OrdersAre(version=in_force.orders_version, document=in_force.orders_document)

    async def _get_metrics(self, _question: GetMetrics, _connection: Connection) -> Reply:
        return MetricsAre(text=await asyncio.to_thread(self._metrics.text))

    async def _take_backup(self, _question: TakeBackup, _connection: Connection) -> Reply:
        if self._backups is None:
            raise StateError("This keeper has no place for backups.")
        self._acts.erasure.holds += 1  # bodies that the copy names stay until they are in it
        try:
            copy = await self._database.do(self._backups.begin)
            await asyncio.to_thread(copy)
        finally:
            self._acts.erasure.holds -= 1
        return Done()

    async def _get_status(self, _question: GetStatus, _connection: Connection) -> Reply:
        in_force, now_ns = self._authority.in_force, self._clock.monotonic_ns()
        known = self._asked_ns, self._versions, self._loop_lags_us
        workers = worker_rows(list(self._tail.lives.values()), now_ns, *known)
        return StatusIs(
            pid=os.getpid(),
            epoch=in_force.epoch,
            started_ns=self._authority.started_ns,
            snapshot_version=in_force.snapshot_version,
            orders_version=in_force.orders_version,
            workers=workers,
            lag_bytes=self._tail.lag_bytes(),
            schema=self._authority.schema,
            tools=self._machines.carriers(now_ns),
        )


async def serve(
    *,
    state: Path,
    engine: Engine,
    ready: Callable[[Callable[[], bool]], None],
    stop: asyncio.Event,
    door: Door | None = None,
    **parts: Any,
) -> None:
    """Be the keeper of a state directory until ``stop`` is set. ``ready`` is called when it answers.

    It gets what says, once a second, whether the database's thread comes round.
    ``parts`` are what `Keeper` is made of. Closes the engine and the store at the end. Raises StateError if
    another keeper has the state, and the database's error when it fails in a way that trying again does not
    mend.
    """
    lock, carrying = KeeperLock(state), Carrying(state / TOOLS_SOCKET, parts["clock"])
    try:
        keeper = Keeper(state=state, engine=engine, **parts)
        await keeper.open()
        try:
            async with listening(state, door, keeper.serve_connection, carrying.serve_connection):
                ready(keeper.comes_round)
                tailing = asyncio.create_task(keeper.keep_tailing())
                expiring = asyncio.create_task(keeper.keep_inbox())
                stopping = asyncio.create_task(stop.wait())
                await asyncio.wait({tailing, stopping, expiring}, return_when=asyncio.FIRST_COMPLETED)
            for task in (tailing, stopping, expiring):
                task.cancel()
            ended = await asyncio.gather(tailing, stopping, expiring, return_exceptions=True)
        finally:
            carrying.close()
            await keeper.close()
        for end in ended:
            if isinstance(end, Exception):
                raise end
    finally:
        engine.dispose()
        lock.release()
