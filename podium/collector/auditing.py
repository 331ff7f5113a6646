"""Judges tasks while they run: each span that arrives is a step of its task, under the live audits.

Podium's own spans come from the database, as soon as their rows are there; what programs report comes when it
is durable. Nothing is kept but what is found again in the store of spans: after a crash a task is judged anew
from its first step, and what was acted upon before is acted upon once, because the keeper knows.
"""

import asyncio
import contextlib
import logging
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final, Protocol

import msgspec
from sqlalchemy import Engine, func, or_, select
from sqlalchemy.exc import SQLAlchemyError

from podium.collector.feed import SOURCES
from podium.collector.judges import LiveJudges
from podium.collector.standing import CollectorStanding
from podium.evidence import semconv
from podium.evidence.audits.atoms import Evaluator
from podium.evidence.audits.live import LiveTask
from podium.evidence.audits.rules import Audit, Finding
from podium.kernel.errors import NotReady, PodiumError, StateError
from podium.kernel.ids import began_ns
from podium.kernel.spans import Span
from podium.manifest.audit_rows import AuditRow, rules_of
from podium.ports.audits import DecidingSpan, NoteVerdicts, RuleVerdict
from podium.ports.database import task_identities
from podium.ports.link import Question, Reply
from podium.ports.spans import GetTaskSpans
from podium.ports.tasks import DEAD_STATES

LOOK_S: Final = 0.2
QUIET_S: Final = 1.0
"""So often it is looked whether there are live audits, while there are none; and which tasks have ended."""
LINGER_NS: Final = 6_000_000_000
"""So long after its last span a task that has ended is over: exporters send what they have every 5 s."""
IDLE_NS: Final = 600_000_000_000
"""A task without an identity of its own is let go when it has done nothing for so long."""
YOUNG_NS: Final = 5_000_000_000
"""A task that began so shortly ago, while this process looked, has no spans that were not seen. Less than
`LINGER_NS`: one that was let go and says something late is never so young."""
LOOK_BACK_NS: Final = 600_000_000_000
"""Tasks that have ended so shortly before this process began are judged too."""
OLDEST_NS: Final = 7 * 86_400_000_000_000
MOST_BEGUN: Final = 200
"""Tasks that are judged as this process begins, the newest; the others are with their next span."""
MOST_STEPS: Final = 200_000
"""Steps of all tasks that are held; beyond, the task that was idle longest is let go, and read again."""
BATCH_ROWS: Final = 5_000

logger = logging.getLogger(__name__)


class Keeper(Protocol):
    """The keeper's client."""

    async def ask(self, question: Question) -> Reply:
        """Ask; raises PodiumError."""
        ...


class TaskSpans(Protocol):
    """Where the spans of a task are read: `Desk`."""

    async def of_task(self, question: GetTaskSpans) -> list[dict[str, object]]:
        """Return all that has arrived."""
        ...


class _Task:
    """A task that is judged."""

    __slots__ = ("agent", "department", "last_ns", "live", "said")

    def __init__(self, agent: str, department: str, live: LiveTask, now_ns: int) -> None:
        self.agent, self.department, self.live = agent, department, live
        self.last_ns = now_ns
        """When its last span came (monotonic)."""
        self.said: dict[tuple[str, str], tuple[str, str]] = {}
        """What the keeper was told of rules that hang on judges: verdict and reason, by audit and rule."""


class Auditing:
    """Judges, and tells the keeper."""

    def __init__(
        self,
        *,
        engine: Engine,
        spans: TaskSpans,
        keeper: Keeper,
        standing: CollectorStanding,
        judges: Callable[[Callable[[], None]], LiveJudges] | None = None,
    ) -> None:
        """``judges``: makes who judges steps, of what wakes this; None: what is judged stays unknown."""
        self._engine, self._spans, self._keeper, self._standing = engine, spans, keeper, standing
        self._clock = standing.clock
        self._judging = ThreadPoolExecutor(1, "audits")
        self._version = 0
        self._audits: list[tuple[AuditRow, list[Audit]]] = []
        self._of: dict[tuple[str, str], list[tuple[str, Audit]]] = {}
        """By agent and department: the audits that hold."""
        self._seen: dict[str, int] | None = None
        self._looking_since_ns = 0
        self._tasks: OrderedDict[str, _Task] = OrderedDict()
        self._steps = 0
        self._arrived: list[Span] = []
        self._work = asyncio.Event()
        self._unsaid: list[NoteVerdicts] = []
        self._looked_ns = 0
        self._mute = False
        self._judges = judges(self._work.set) if judges is not None else None
        self._meant: dict[str, dict[str, Evaluator]] = {}

    def arrived(self, spans: Sequence[Span]) -> None:
        """Take note of spans that programs have told, once they are durable. Called in the event loop."""
        if self._audits:
            self._arrived += [span for span in spans if semconv.TASK in span.attributes]
            self._work.set()

    async def keep_judging(self) -> None:
        """Judge what arrives, for ever. Ends by cancellation."""
        failing = False
        while True:
            try:
                await self.once()
                failing = False
            except (PodiumError, SQLAlchemyError, OSError) as error:
                if not failing:
                    logger.warning("tasks are not judged now: %s", error)
                failing = True
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LOOK_S if self._audits else QUIET_S):
                    await self._work.wait()
            self._work.clear()

    async def close(self) -> None:
        """Stop the threads."""
        if self._judges is not None:
            await self._judges.close()
        self._judging.shutdown()

    async def once(self) -> int:
        """Judge what has arrived; return how many new violations that found."""
        if not await self._know():
            return 0
        await self._say()
        if self._seen is None:
            await self._begin()
        arrived, self._arrived = self._arrived, []
        try:
            own = await asyncio.to_thread(self._own)
            found = await self._take([*own, *arrived]) + await self._hear()
        except BaseException:
            self._forget()  # what was taken and not judged is read again
            raise
        now_ns = self._clock.monotonic_ns()
        if now_ns - self._looked_ns >= QUIET_S * 1e9:
            self._looked_ns = now_ns
            await self._finish(now_ns)
        await self._say()
        return found

    # What holds

    async def _know(self) -> bool:
        """Go by the audits in force; return whether any is live."""
        snapshot = self._standing.snapshot
        if snapshot is not None and snapshot.version != self._version:
            live = [row for row in snapshot.audits.values() if row.live]
            if [row for row, _ in self._audits] != live:
                self._audits = await self._judge(lambda: [(row, rules_of(row)) for row in live])
                self._meant = self._judges.know(live) if self._judges is not None else {}
                self._forget()
            self._of = {}
            self._version = snapshot.version
        if not self._audits:
            self._arrived, self._seen = [], None
        return bool(self._audits)

    def _forget(self) -> None:
        self._tasks.clear()
        self._steps, self._seen = 0, None
        if self._judges is not None:
            self._judges.forget_all()

    async def _judge(self, work: Any) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self._judging, work)

    def _holding(self, agent: str, department: str) -> list[tuple[str, Audit]]:
        found = self._of.get((agent, department))
        if found is None:
            found = self._of[agent, department] = [
                (row.name, audit)
                for row, audits in self._audits
                if row.holds_for(agent, department)
                for audit in audits
            ]
        return found

    # What has arrived

    async def _begin(self) -> None:
        """Begin to look: from here on at every row; and at the tasks that live, as they stand."""
        self._looking_since_ns = self._clock.wall_ns()
        seen, tasks = await asyncio.to_thread(self._standing_tasks)
        for row in tasks:
            if self._holding(row.agent, row.department):
                await self._open(row.task_id, row.agent, row.department)
        self._seen = seen

    def _standing_tasks(self) -> tuple[dict[str, int], Sequence[Any]]:
        now_ns, of = self._clock.wall_ns(), task_identities.c
        with self._engine.connect().execution_options(read_only=True) as connection:
            seen = {
                name: connection.execute(select(func.max(table.c.seq))).scalar() or 0
                for name, table, _ in SOURCES
            }
            query = (
                select(of.task_id, of.agent, of.department)
                .where(
                    of.started_ns > now_ns - OLDEST_NS,
                    or_(of.state.not_in(DEAD_STATES), of.changed_ns > now_ns - LOOK_BACK_NS),
                )
                .order_by(of.started_ns.desc())
                .limit(MOST_BEGUN)
            )
            return seen, connection.execute(query).all()

    def _own(self) -> list[Span]:
        """Return Podium's own spans that are new, of agents whose audits are live."""
        found: list[Span] = []
        seen = dict(self._seen or {})
        with self._engine.connect().execution_options(read_only=True) as connection:
            for name, table, decide in SOURCES:
                while True:
                    query = select(table).where(table.c.seq > seen[name]).order_by(table.c.seq)
                    rows = connection.execute(query.limit(BATCH_ROWS)).mappings().all()
                    found += [
                        decide(dict(row)) for row in rows if self._holding(row["agent"], row["department"])
                    ]
                    if rows:
                        seen[name] = rows[-1]["seq"]
                    if len(rows) < BATCH_ROWS:
                        break
        self._seen = seen
        return found

    async def _take(self, spans: Iterable[Span]) -> int:
        by_task: dict[str, list[Span]] = {}
        for span in spans:
            by_task.setdefault(span.attributes[semconv.TASK], []).append(span)
        found = 0
        for task_id, its in by_task.items():
            of = its[0].attributes
            agent, department = of.get(semconv.AGENT, ""), of.get(semconv.DEPARTMENT, "")
            if not self._holding(agent, department):
                continue
            if task_id not in self._tasks:
                found += await self._open(task_id, agent, department)
            found += await self._add(task_id, its)
        self._bound()
        return found

    async def _open(self, task_id: str, agent: str, department: str) -> int:
        """Begin to judge a task, from its first step."""
        holding = self._holding(agent, department)
        names = {name for name, _ in holding}
        live = LiveTask(holding, {name: its for name, its in self._meant.items() if name in names})
        self._tasks[task_id] = _Task(agent, department, live, self._clock.monotonic_ns())
        since_ns = began_ns(task_id)
        if since_ns > self._looking_since_ns and self._clock.wall_ns() - since_ns < YOUNG_NS:
            return 0
        rows = await self._spans.of_task(GetTaskSpans(task_id, since_ns))
        return await self._add(task_id, msgspec.convert(rows, list[Span])) if rows else 0

    async def _add(self, task_id: str, spans: Sequence[Span]) -> int:
        task = self._tasks[task_id]
        before = task.live.taken
        news = await self._judge(lambda: task.live.take(spans))
        self._steps += task.live.taken - before
        task.last_ns = self._clock.monotonic_ns()
        self._tasks.move_to_end(task_id)
        if task.live.fresh and self._judges is not None:
            fresh, task.live.fresh = task.live.fresh, []
            self._judges.want(fresh)
        await self._tell(task_id, task, news)
        return len(news)

    async def _hear(self) -> int:
        """Take in what judges have found."""
        if self._judges is None:
            return 0
        self._judges.poke()
        by_task: dict[str, list[tuple[str, str, str, bool | None]]] = {}
        for it in self._judges.found():
            by_task.setdefault(it.task_id, []).append((it.audit, it.judge, it.span_id, it.verdict))
        found = 0
        for task_id, its in by_task.items():
            task = self._tasks.get(task_id)
            if task is not None:
                live = task.live
                news = await self._judge(lambda live=live, its=its: live.judge(its))
                await self._tell(task_id, task, news)
                found += len(news)
        return found

    async def _tell(self, task_id: str, task: _Task, news: Sequence[tuple[str, Finding]]) -> None:
        """Tell what is broken for good, and how the rules stand that hang on judges, where that is new."""
        told = [(name, finding, "") for name, finding in news]
        for name, finding, reason in await self._standing_judged(task_id, task):
            key, now = (name, finding.rule.name), (finding.verdict, reason)
            if task.said.get(key, ("", "")) == now or (key not in task.said and not reason):
                continue
            task.said[key] = now
            if not (finding.final and finding.verdict == "fail"):  # that is news of its own
                told.append((name, finding, reason))
        if told:
            self._unsaid.append(self._noting(task_id, task, told))
            await self._say()

    async def _standing_judged(self, task_id: str, task: _Task) -> list[tuple[str, Finding, str]]:
        judges = self._judges
        if judges is None or not self._meant:
            return []
        rules = await self._judge(task.live.judged_rules)
        return [
            (name, it, judges.reason(task_id, name, its) if it.verdict == "unknown" else "")
            for name, its, it in rules
        ]

    def _bound(self) -> None:
        while self._steps > MOST_STEPS and len(self._tasks) > 1:
            task_id, task = self._tasks.popitem(last=False)
            if self._judges is not None:
                self._judges.forget(task_id)
            self._steps -= task.live.taken
            self._looking_since_ns = self._clock.wall_ns()  # with its next span it is read, however young

    # What is told

    def _noting(
        self, task_id: str, task: _Task, found: Sequence[tuple[str, Finding, str]], *, over: bool = False
    ) -> NoteVerdicts:
        rows: Mapping[str, AuditRow] = {row.name: row for row, _ in self._audits}
        verdicts = tuple(
            RuleVerdict(
                audit=name,
                rule=finding.rule.name,
                says=finding.rule.says,
                severity=finding.rule.severity,
                verdict=finding.verdict,
                final=finding.final,
                because=finding.rule.because,
                spans=tuple(_deciding(task.live.span(span_id)) for span_id in finding.spans),
                on_fail=rows[name].on_fail,
                reason=reason,
            )
            for name, finding, reason in found
        )
        return NoteVerdicts(
            task_id, task.agent, task.department, task.live.taken, self._version, verdicts, over
        )

    async def _say(self) -> None:
        """Tell the keeper what it was not told yet; what it cannot take now is told later."""
        while self._unsaid:
            try:
                await self._keeper.ask(self._unsaid[0])
            except (NotReady, StateError) as error:
                if not self._mute:
                    logger.warning("what audits found waits for the keeper: %s", error)
                self._mute = True
                return
            except PodiumError as error:
                logger.error("what audits found is not written: %s", error)  # noqa: TRY400 - for people
            self._mute = False
            del self._unsaid[0]

    async def _finish(self, now_ns: int) -> None:
        """Give the verdicts of tasks that are over, and let them go."""
        quiet = [task_id for task_id, task in self._tasks.items() if now_ns - task.last_ns >= LINGER_NS]
        if not quiet:
            return
        states = await asyncio.to_thread(self._states, quiet)
        for task_id in quiet:
            task, state = self._tasks[task_id], states.get(task_id)
            if self._judges is not None and self._judges.waits(task_id):
                continue
            if state in DEAD_STATES:
                judged = await self._standing_judged(task_id, task)
                why = {(name, it.rule.name): reason for name, it, reason in judged}
                standing = await self._judge(task.live.standing)
                told = [(name, it, why.get((name, it.rule.name), "")) for name, it in standing]
                self._unsaid.append(self._noting(task_id, task, told, over=True))
            elif state is not None or now_ns - task.last_ns < IDLE_NS:
                continue
            del self._tasks[task_id]
            self._steps -= task.live.taken
            if self._judges is not None:
                self._judges.forget(task_id)

    def _states(self, task_ids: Sequence[str]) -> dict[str, str]:
        of = task_identities.c
        found: dict[str, str] = {}
        with self._engine.connect().execution_options(read_only=True) as connection:
            for at in range(0, len(task_ids), 400):
                query = select(of.task_id, of.state).where(of.task_id.in_(task_ids[at : at + 400]))
                found.update((row.task_id, row.state) for row in connection.execute(query))
        return found


def _deciding(span: Span) -> DecidingSpan:
    return DecidingSpan(span.trace_id, span.span_id, span.name)
