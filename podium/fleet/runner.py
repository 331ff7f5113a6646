"""The runner: takes runs from the queue, runs their programs, and says what has become of them.

It decides by what it reads in the database; the keeper checks each move and writes it. Whoever it asks may be
away: its programs go on, and what it has to say waits.
"""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final, Protocol

import msgspec
from sqlalchemy import Engine, and_, func, or_, select
from sqlalchemy.exc import SQLAlchemyError

from podium.fleet.attempt import ENDS, EXPIRED, LET_GO, Attempt, Parts, row_of_step
from podium.fleet.leftovers import living
from podium.fleet.queueing import Ceilings, Waiting, ceilings, decide_next
from podium.fleet.tending import RESUME_AFTER_S
from podium.kernel.errors import Forbidden, InvalidRequest, NotReady, PodiumError, StateError
from podium.manifest.runs import RunRow
from podium.manifest.snapshot import Snapshot, decode_snapshot
from podium.ports.database import snapshots
from podium.ports.fleet_tables import task_messages, task_runs
from podium.ports.runs import (
    AwaitRuns,
    Claimed,
    ClaimRun,
    RunnerHello,
    RunnerIs,
    RunReport,
    RunsChanged,
)

LOOK_EVERY_S: Final = 0.25
"""So often it is looked how runs stand, where nobody says sooner that something has changed."""
RETRY_S: Final = 0.5
LEFT_S: Final = 10.0
"""So long the programs of a dead runner may take to end by themselves."""
LAST_WORDS_S: Final = 5.0
"""So long a keeper that is away is waited for at the end."""
_CHUNK: Final = 500

logger = logging.getLogger(__name__)


class Keeper(Protocol):
    """Where runs are written."""

    def ask(self, question: Any) -> Awaitable[Any]:
        """Return the answer. Raises what the keeper refused."""
        ...


_Standing = tuple[str, tuple[str, ...], int | None]
"""How a run stands, what it is told, and its deadline."""
Step = Callable[[Claimed, str], Awaitable[RunReport]]
"""Does a step that is no program: gets the claim and the runner's name, returns what is to be reported."""


class Runner:
    """One runner, which holds the runner's lock."""

    def __init__(
        self,
        name: str,
        parts: Parts,
        *,
        keeper: Keeper,
        hearing: Keeper,
        engine: Engine,
        most: int,
        boot_id: str,
        pid: int,
        end_process: Callable[[int], None],
        steps: Mapping[str, Step] | None = None,
    ) -> None:
        """``hearing``: a second connection, on which it waits for news. ``most``: programs at once."""
        self.name = name
        self._parts, self._keeper, self._hearing, self._engine = parts, keeper, hearing, engine
        self._most, self._boot_id, self._pid, self._end_process = most, boot_id, pid, end_process
        self._steps = steps or {}
        self._snapshot: Snapshot | None = None
        self._within = Ceilings({}, {}, most)
        self.under_way: dict[str, tuple[Waiting, Attempt | None, asyncio.Task[None]]] = {}
        self._news = asyncio.Event()
        self._stopping = False
        self._lost = False
        self.held: dict[str, str] = {}

    async def run(self, stop: asyncio.Event, ready: Callable[[], None]) -> None:
        """Run what is queued until ``stop`` is set; then let everything go.

        Raises NotReady where another runner is heard.
        """
        await self._take_over()
        await self._say_hello(stop)
        ready()
        listening = asyncio.create_task(self._listen())
        stopping = asyncio.create_task(stop.wait())
        stopping.add_done_callback(lambda _: self._news.set())
        try:
            while not stop.is_set():
                if self._lost:
                    raise NotReady("Another runner is heard now.")
                self._news.clear()
                try:
                    await self._look()
                except SQLAlchemyError as error:
                    logger.warning("the database cannot be read: %s", error)
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(LOOK_EVERY_S):
                        await self._news.wait()
        finally:
            listening.cancel()
            stopping.cancel()
            await self._let_go()

    async def _take_over(self) -> None:
        """Wait until the programs of dead runners have ended, and end those that do not."""
        began, leftovers = self._parts.began, self._parts.leftovers
        found = leftovers.found()
        waited = 0.0
        while living(found, began) and waited < LEFT_S:
            await asyncio.sleep(0.05)
            waited += 0.05
        for one in living(found, began):
            logger.warning("the program of %s outlived its runner, and is ended", one.task_id)
            self._end_process(one.pid)
        for one in found:
            await asyncio.to_thread(leftovers.over, one)

    async def _say_hello(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            try:
                told = await self._keeper.ask(
                    RunnerHello(self.name, self._pid, self._boot_id, self._parts.lost)
                )
            except (NotReady, OSError) as error:
                logger.info("waiting for the keeper: %s", error)
            except StateError as error:
                if error.error_code != "not_running":
                    raise
            else:
                if isinstance(told, RunnerIs) and (told.requeued or told.failed):
                    logger.warning(
                        "a runner died under %d runs; %d of them have failed",
                        len(told.requeued) + len(told.failed),
                        len(told.failed),
                    )
                return
            await asyncio.sleep(RETRY_S)

    async def _listen(self) -> None:
        """Hear of changes as soon as they are durable."""
        seen = -1
        while True:
            try:
                told = await self._hearing.ask(AwaitRuns(seen))
            except (PodiumError, OSError):
                await asyncio.sleep(RETRY_S)
                continue
            if isinstance(told, RunsChanged) and told.seen != seen:
                seen = told.seen
                self._news.set()

    # Looking

    async def _look(self) -> None:
        """See how the runs under way stand, and begin what is next."""
        states, queued = await asyncio.to_thread(self._read)
        now_ns = self._parts.clock.wall_ns()
        for task_id, (_, attempt, _) in list(self.under_way.items()):
            if attempt is None:
                continue
            state, attempt.messages, deadline_ns = states.get(task_id, ("killed", (), None))
            attempt.until_ns = attempt.ends_ns(deadline_ns)
            if state not in ENDS and attempt.until_ns is not None and attempt.until_ns <= now_ns:
                state = EXPIRED
            attempt.told(state)
        waiting = []
        for run, deadline_ns, number in queued:
            if run.task_id in self.under_way:
                continue
            if deadline_ns is not None and deadline_ns <= now_ns:
                self._begin(run, self._too_late(run.task_id, number))
            else:
                waiting.append(run)
        found = decide_next(waiting, [it[0] for it in self.under_way.values()], self._within)
        self.held = found.held
        by_id = {run.task_id: run for run in waiting}
        for task_id in found.start:
            self._begin(by_id[task_id], self._attempt(task_id))

    def _begin(self, run: Waiting, work: Any) -> None:
        task = asyncio.create_task(work)
        self.under_way[run.task_id] = (run, None, task)
        task.add_done_callback(lambda _: self._ended(run.task_id))

    def _ended(self, task_id: str) -> None:
        _, _, task = self.under_way.pop(task_id)
        if not task.cancelled() and task.exception() is not None:
            logger.error("the attempt of %s failed in Podium itself", task_id, exc_info=task.exception())
        self._news.set()

    def _read(self) -> tuple[dict[str, _Standing], list[tuple[Waiting, int | None, int]]]:
        """Return how the runs under way stand, with what people say to them, and the queue."""
        table, ids = task_runs, list(self.under_way)
        states: dict[str, _Standing] = {}
        with self._engine.connect() as connection:
            version = connection.execute(select(func.max(snapshots.c.version))).scalar() or 0
            if version and (self._snapshot is None or self._snapshot.version != version):
                query = select(snapshots.c.document).where(snapshots.c.version == version)
                self._snapshot = decode_snapshot(connection.execute(query).scalar_one())
                self._within = ceilings(self._snapshot, self._most)
            for start in range(0, len(ids), _CHUNK):
                part = ids[start : start + _CHUNK]
                said: dict[str, list[str]] = {}
                of = task_messages.c
                for row in connection.execute(
                    select(of.task_id, of.at_ns, of.by, of.text)
                    .where(of.task_id.in_(part))
                    .order_by(of.task_id, of.seq)
                ):
                    line = {"at_ns": row.at_ns, "by": row.by, "text": row.text}
                    said.setdefault(row.task_id, []).append(msgspec.json.encode(line).decode())
                columns = (table.c.task_id, table.c.state, table.c.deadline_ns)
                for one in connection.execute(select(*columns).where(table.c.task_id.in_(part))):
                    states[one.task_id] = (one.state, tuple(said.get(one.task_id, ())), one.deadline_ns)
            queued = []
            if len(ids) < self._most:
                of_run = table.c
                query_ = select(
                    of_run.task_id,
                    of_run.agent,
                    of_run.department,
                    of_run.priority,
                    of_run.queued_ns,
                    of_run.deadline_ns,
                    of_run.attempt,
                ).where(
                    # One that was claimed, and whose claim was not heard of, is claimed once more.
                    or_(
                        of_run.state == "queued",
                        and_(of_run.state == "running", of_run.runner == self.name),
                    )
                )
                queued = [
                    (Waiting(it.task_id, it.agent, it.department, it.priority, it.queued_ns), it[5], it[6])
                    for it in connection.execute(query_)
                ]
        return states, queued

    # Attempts

    async def _attempt(self, task_id: str) -> None:
        """Claim a run, run it, report it."""
        try:
            claimed: Claimed = await self._keeper.ask(ClaimRun(self.name, task_id))
        except Forbidden as error:
            self._lost = error.error_code == "not_the_runner"
            await asyncio.sleep(RETRY_S)  # somebody has paused or killed it meanwhile
            return
        except (NotReady, StateError, OSError):
            await asyncio.sleep(RETRY_S)  # the keeper is away: the run is where it was, or claimed already
            return
        except PodiumError as error:
            await self._refused(task_id, str(error))
            return
        run, report = claimed.run, None
        try:
            if run.kind in self._steps:
                report = await self._steps[run.kind](claimed, self.name)
            else:
                attempt = Attempt(self._parts, claimed, self._row(claimed), self._renewal(claimed))
                waiting, _, task = self.under_way[task_id]
                self.under_way[task_id] = (waiting, attempt, task)
                if self._stopping:
                    attempt.told(LET_GO)
                elif run.attempt > 1:  # it may have been paused until now: every worker knows by then
                    await asyncio.sleep(RESUME_AFTER_S)
                report = await attempt.run(self.name)
        except PodiumError as error:
            report = RunReport(self.name, task_id, run.attempt, "failed", str(error))
        logger.info("%s of %s: %s %s", task_id, run.agent or run.kind, report.state, report.reason)
        await self._report(report)

    def _row(self, claimed: Claimed) -> RunRow:
        """Return how a run's program is run. Raises InvalidRequest."""
        run = claimed.run
        agent = self._snapshot.agents.get(run.agent) if self._snapshot is not None else None
        if run.kind == "command":
            step = row_of_step(run.spec)
            within = agent.run if agent is not None else None
            return msgspec.structs.replace(within, command=step.command) if within is not None else step
        if run.kind != "agent" or agent is None or agent.run is None:
            raise InvalidRequest(
                f"Podium does not run {run.agent or run.kind} any more.", fix="Write `spec.run.command`."
            )
        return agent.run

    def _renewal(self, claimed: Claimed) -> Any:
        if claimed.token is None:
            return None

        async def renew() -> tuple[str, float]:
            again: Claimed = await self._keeper.ask(ClaimRun(self.name, claimed.run.task_id))
            return again.token or "", again.token_expires_in_s

        return renew

    async def _refused(self, task_id: str, reason: str) -> None:
        """Say of a run that it cannot begin."""
        states = await asyncio.to_thread(self._number, task_id)
        await self._report(RunReport(self.name, task_id, states, "failed", reason))

    async def _too_late(self, task_id: str, number: int) -> None:
        reason = "Its deadline was over before it could begin."
        await self._report(RunReport(self.name, task_id, number, "failed", reason))

    def _number(self, task_id: str) -> int:
        query = select(task_runs.c.attempt).where(task_runs.c.task_id == task_id)
        with self._engine.connect() as connection:
            return connection.execute(query).scalar() or 0

    async def _report(self, report: RunReport) -> None:
        """Say what has become of an attempt, for as long as it takes; at the end for some seconds."""
        waited = 0.0
        while True:
            try:
                await self._keeper.ask(report)
            except (NotReady, StateError, OSError) as error:
                if self._stopping and waited >= LAST_WORDS_S:
                    logger.warning("%s is left to the next runner: %s", report.task_id, error)
                    return
            except PodiumError as error:
                logger.warning("%s: %s", report.task_id, error)
                return
            else:
                return
            await asyncio.sleep(RETRY_S)
            waited += RETRY_S

    async def _let_go(self) -> None:
        """End every program; what has not ended by itself goes back into the queue."""
        self._stopping = True
        tasks = []
        for _, attempt, task in list(self.under_way.values()):
            tasks.append(task)
            if attempt is not None:
                attempt.told(LET_GO)
        if tasks:
            await asyncio.wait(tasks)
