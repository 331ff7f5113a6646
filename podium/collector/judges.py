"""Has steps of running tasks judged by models, beside everything else: no span and no verdict waits for it.

What is judged is read from the store of content, and votes are kept there too, sealed with what they are
about and erased with it. Models are asked through the gateway, in the name of a task of the judge's agent.
"""

import asyncio
import logging
import threading
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final, Protocol

import msgspec
from sqlalchemy.exc import SQLAlchemyError

from podium.collector.judge_money import JudgeMoney, Key
from podium.collector.standing import CollectorStanding
from podium.evidence import semconv
from podium.evidence.audits.atoms import Evaluator
from podium.evidence.audits.formulas import TRUE
from podium.evidence.audits.judging import Ballot, Judgement
from podium.evidence.audits.recorded import JUDGEMENT, KeptJudgement, Recorded, judged_place
from podium.evidence.contents.rules import ContentRule
from podium.kernel.errors import InvalidRequest, PodiumError, Unauthenticated
from podium.kernel.spans import Span
from podium.manifest.audit_rows import AuditRow, JudgeRow, meant_by
from podium.ports.audits import BeginJudging
from podium.ports.content import Handed, Piece, Said, Where
from podium.ports.judges import Answer, LiveModels
from podium.ports.link import Question, Reply
from podium.ports.tasks import TaskIs

AT_ONCE: Final = 4
"""Judges that ask at the same time; each asks for one vote after the other."""
MOST_WAITING: Final = 1_000
"""Steps that wait to be judged; what comes then is unknown."""
CONTENT_NS: Final = 10_000_000_000
"""So long it is waited for the content of a step."""
LOOK_AGAIN_NS: Final = 250_000_000
TRIES: Final = 3
"""Of votes that nobody gave."""
RETRY_NS: Final = 2_000_000_000
"""Before the second try; four times as long before the third."""
MOST_KNOWN: Final = 4_096
RENEW_NS: Final = 60_000_000_000
"""So long before its end a token is used no more."""
BEING_JUDGED: Final = "being judged"
FULL: Final = f"more than {MOST_WAITING:,} steps waited to be judged"
LATE: Final = "its content was not recorded"
UNCLEAR: Final = "whether it is to be judged hangs on what was not recorded"
OWN: Final = "it is a step of a judge's agent: judges are not judged"
SPENT: Final = "the judge's budget of this day is used up"
DIVIDED: Final = "the votes do not agree"

logger = logging.getLogger(__name__)


class Keeper(Protocol):
    """The keeper's client."""

    async def ask(self, question: Question) -> Reply:
        """Ask; raises PodiumError."""
        ...


class Kept(Protocol):
    """Where content is: `Contents`."""

    async def recorded(self, trace_id: str, bounds: Sequence[str]) -> tuple[Piece, ...]:
        """Return what is stored of some spans and calls. Raises PodiumError."""
        ...

    async def keep(self, handed: Sequence[Handed]) -> int:
        """Keep content. Raises PodiumError."""
        ...


class Found(msgspec.Struct, frozen=True):
    """What came of one step: None is unknown, and why."""

    task_id: str
    audit: str
    judge: str
    span_id: str
    verdict: bool | None
    why: str = ""


class _Wanted:
    """A step that waits to be judged. Times are monotonic."""

    __slots__ = ("audit", "ballot", "due_ns", "judge", "since_ns", "step", "tries")

    def __init__(self, audit: str, judge: JudgeRow, step: Span, now_ns: int) -> None:
        self.audit, self.judge, self.step = audit, judge, step
        self.since_ns = self.due_ns = now_ns
        self.ballot: Ballot | None = None
        self.tries = 1

    @property
    def task_id(self) -> str:
        return str(self.step.attributes.get(semconv.TASK, ""))


class LiveJudges:
    """Judges. All of it runs in the event loop, but for the calls of models."""

    def __init__(
        self,
        *,
        money: JudgeMoney,
        contents: Kept,
        keeper: Keeper,
        models: Callable[[], LiveModels],
        standing: CollectorStanding,
        wake: Callable[[], None],
    ) -> None:
        """``models`` makes who is asked, when there is something to ask. ``wake``: something was found."""
        self._contents, self._keeper, self._standing = contents, keeper, standing
        self._make_models, self._making = models, threading.Lock()
        self._models: LiveModels | None = None
        self._clock, self._money, self._wake = standing.clock, money, wake
        self._asking = ThreadPoolExecutor(AT_ONCE, "judges")
        self._few = asyncio.Semaphore(AT_ONCE)
        self._judges: dict[Key, JudgeRow] = {}
        self._agents: frozenset[str] = frozenset()
        self._queues: dict[Key, list[_Wanted]] = {}
        self._working: dict[Key, asyncio.Task[None]] = {}
        self._pending: dict[str, Counter[Key]] = {}
        self._whys: dict[str, dict[Key, str]] = {}
        self._known: OrderedDict[str, Judgement] = OrderedDict()
        self._tokens: dict[Key, tuple[str, int, int]] = {}
        """Token, until when it is used (monotonic), and the day that it is of."""
        self._found: list[Found] = []

    def know(self, rows: Iterable[AuditRow]) -> dict[str, dict[str, Evaluator]]:
        """Go by the live audits in force; return, by audit and judge, what says of a step if it is meant."""
        self.forget_all()
        having = [row for row in rows if row.judges]
        self._judges = {(row.name, judge.name): judge for row in having for judge in row.judges}
        self._agents = frozenset(judge.agent for judge in self._judges.values())
        return {row.name: {judge.name: meant_by(row, judge) for judge in row.judges} for row in having}

    def want(self, fresh: Iterable[tuple[str, str, Span, int]]) -> None:
        """Have steps judged: audit, judge, step, and whether it is surely meant (`LiveTask.fresh`)."""
        now_ns = self._clock.monotonic_ns()
        for audit, name, step, meant in fresh:
            wanted = _Wanted(audit, self._judges[audit, name], step, now_ns)
            self._pending.setdefault(wanted.task_id, Counter())[audit, name] += 1
            if meant != TRUE:
                self._end(wanted, None, UNCLEAR)
            elif step.attributes.get(semconv.AGENT) in self._agents:
                self._end(wanted, None, OWN)  # else the answers of judges would be judged for ever
            elif sum(map(len, self._queues.values())) >= MOST_WAITING:
                self._end(wanted, None, FULL)
            else:
                self._queues.setdefault((audit, name), []).append(wanted)
        self.poke()

    def poke(self) -> None:
        """Begin with what is due, where nobody works on it."""
        now_ns = self._clock.monotonic_ns()
        for key, queue in self._queues.items():
            working = self._working.get(key)
            if any(it.due_ns <= now_ns for it in queue) and (working is None or working.done()):
                self._working[key] = asyncio.create_task(self._work(key))

    def found(self) -> list[Found]:
        """Return what was found since, once."""
        found, self._found = self._found, []
        return found

    def waits(self, task_id: str) -> bool:
        """Return whether a step of a task is still to be judged."""
        return task_id in self._pending

    def reason(self, task_id: str, audit: str, judges: Iterable[str]) -> str:
        """Return why nobody can tell: it is being judged, or what the first of the judges could not say."""
        keys = [(audit, judge) for judge in sorted(judges)]
        pending: Mapping[Key, int] = self._pending.get(task_id, {})
        if any(key in pending for key in keys):
            return BEING_JUDGED
        whys = self._whys.get(task_id, {})
        return next((f"judge {key[1]}: {whys[key]}" for key in keys if key in whys), "")

    def forget(self, task_id: str) -> None:
        """Let a task go."""
        self._pending.pop(task_id, None)
        self._whys.pop(task_id, None)
        for key, queue in self._queues.items():
            self._queues[key] = [it for it in queue if it.task_id != task_id]

    def forget_all(self) -> None:
        """Let all tasks go; what is asked now is known when it is wanted again."""
        for state in (self._pending, self._whys, self._queues, self._found):
            state.clear()

    async def close(self) -> None:
        """End; a vote that is asked for now is waited for no longer than a model may take."""
        for work in self._working.values():
            work.cancel()
        await asyncio.gather(*self._working.values(), return_exceptions=True)
        if self._models is not None:
            self._models.close()
        self._asking.shutdown(wait=False, cancel_futures=True)

    # One judge

    async def _work(self, key: Key) -> None:
        async with self._few:
            while wanted := self._next(key):
                try:
                    await self._one(key, wanted)
                except (PodiumError, SQLAlchemyError, OSError) as error:
                    self._again(key, wanted, f"it cannot be judged now: {error}")
                except Exception as error:
                    logger.exception("a step cannot be judged by %s of %s", key[1], key[0])
                    self._end(wanted, None, f"it cannot be judged: {type(error).__name__}")

    def _next(self, key: Key) -> _Wanted | None:
        now_ns, queue = self._clock.monotonic_ns(), self._queues.get(key, [])
        due = next((it for it in queue if it.due_ns <= now_ns), None)
        if due is not None:
            queue.remove(due)
        return due

    async def _one(self, key: Key, wanted: _Wanted) -> None:
        """Judge a step, or put it back until there is more to judge. Raises PodiumError, SQLAlchemyError."""
        if wanted.ballot is None and not await self._read(key, wanted):
            return
        ballot = wanted.ballot
        if ballot is None:
            return
        while ballot.open:
            if await self._money.left_nano_usd(key, wanted.judge) <= 0:
                self._end(wanted, None, SPENT)
                return
            if not await self._vote(key, wanted.judge, ballot):
                self._end(wanted, None, ballot.judgement.why)
                return
        if ballot.failed and wanted.tries < TRIES:
            self._again(key, wanted, ballot.judgement.why)
            return
        judgement = ballot.judgement
        if not ballot.failed:
            await self._keep(wanted, ballot.digest, judgement)
        self._judged(wanted, judgement)

    async def _read(self, key: Key, wanted: _Wanted) -> bool:
        """Find what is judged; return whether votes are to be asked for."""
        step, judge = wanted.step, wanted.judge
        rule = self._rule(step)
        recorded = Recorded()
        if rule is not None:
            self._take(recorded, step, await self._contents.recorded(step.trace_id, recorded.places(step)))
        if rule is not None and recorded.lacks(step, judge.reads):
            now_ns = self._clock.monotonic_ns()
            if now_ns - wanted.since_ns < CONTENT_NS:
                wanted.due_ns = now_ns + LOOK_AGAIN_NS
                self._queues.setdefault(key, []).append(wanted)
            else:
                self._end(wanted, None, LATE)
            return False
        data, why = recorded.shown(step, judge.reads)
        if data is None:
            agent = step.attributes.get(semconv.AGENT)
            self._end(wanted, None, why if rule is not None else f"content of {agent} is not recorded")
            return False
        ballot = judge.ballot(data)
        place = judged_place(ballot.digest)
        self._take(recorded, step, await self._contents.recorded(step.trace_id, [place]))
        known = recorded.votes.get(ballot.digest)
        if known is None and (known := self._known.get(ballot.digest)) is not None:
            await self._keep(wanted, ballot.digest, known)
        if known is not None:
            self._judged(wanted, known)
            return False
        wanted.ballot = ballot
        return True

    @staticmethod
    def _take(recorded: Recorded, step: Span, pieces: Iterable[Piece]) -> None:
        for it in pieces:
            recorded.add(
                step.trace_id, it.bound, it.name, it.value, task=it.task, record=it.record, cut=it.cut
            )

    def _rule(self, step: Span) -> ContentRule | None:
        snapshot = self._standing.snapshot
        agent = snapshot.agents.get(str(step.attributes.get(semconv.AGENT))) if snapshot is not None else None
        return agent.content if agent is not None else None

    async def _vote(self, key: Key, judge: JudgeRow, ballot: Ballot) -> bool:
        """Ask for a vote; return False where asking again is no use."""
        loop = asyncio.get_running_loop()
        try:
            token = await self._token(key)
            answer = await loop.run_in_executor(self._asking, self._ask, token, judge, ballot.messages)
        except PodiumError as error:
            logger.warning("the judge %s of %s did not answer: %s", key[1], key[0], error)
            ballot.fail(error.message)
            self._money.doubt(key)  # what it cost is in the ledger alone
            if isinstance(error, Unauthenticated):
                self._tokens.pop(key, None)
            return not isinstance(error, InvalidRequest)
        ballot.take(answer.text)
        self._money.spent(key, answer.cost_nano_usd)
        return True

    def _ask(self, token: str, judge: JudgeRow, messages: Sequence[Mapping[str, str]]) -> Answer:
        with self._making:
            models = self._models = self._models or self._make_models()
        return models.ask_as(token, judge, messages)

    async def _token(self, key: Key) -> str:
        now_ns, day = self._clock.monotonic_ns(), self._money.day()
        known = self._tokens.get(key)
        if known is None or now_ns >= known[1] or day != known[2]:
            begun = await self._keeper.ask(BeginJudging(*key))
            if not isinstance(begun, TaskIs) or begun.token is None:
                raise Unauthenticated(f"The keeper has begun no task for the judge {key[1]} of {key[0]}.")
            until_ns = now_ns + begun.token_expires_in_s * 1_000_000_000 - RENEW_NS
            known = self._tokens[key] = begun.token, until_ns, day
            self._money.begun(key, begun.task_id)
        return known[0]

    async def _keep(self, wanted: _Wanted, digest: str, judgement: Judgement) -> None:
        """Keep votes: for others of the same, and beside what was judged, for who judges it again."""
        if digest not in self._known and len(self._known) >= MOST_KNOWN:
            self._known.popitem(last=False)
        self._known[digest] = judgement
        step, rule = wanted.step, self._rule(wanted.step)
        if rule is None:
            return
        of = step.attributes
        where = Where(
            step.trace_id, judged_place(digest), wanted.task_id, str(of.get(semconv.AGENT, "")),
            str(of.get(semconv.DEPARTMENT, "")), step.start_ns,
        )  # fmt: skip
        full = ContentRule("full", keep_days=rule.keep_days)
        said = msgspec.json.encode(KeptJudgement(digest, judgement))
        await self._contents.keep([Said(where, full, {JUDGEMENT: said})])

    # What comes of it

    def _again(self, key: Key, wanted: _Wanted, why: str) -> None:
        if wanted.tries >= TRIES:
            self._end(wanted, None, why)
            return
        if wanted.ballot is not None:
            wanted.ballot.again()
        wanted.due_ns = self._clock.monotonic_ns() + RETRY_NS * 4 ** (wanted.tries - 1)
        wanted.tries += 1
        self._queues.setdefault(key, []).append(wanted)

    def _judged(self, wanted: _Wanted, judgement: Judgement) -> None:
        verdict = judgement.verdict(wanted.judge.agreement)
        failed = judgement.why if None in judgement.votes and judgement.why else DIVIDED
        self._end(wanted, verdict, "" if verdict is not None else failed)

    def _end(self, wanted: _Wanted, verdict: bool | None, why: str) -> None:
        key, task_id = (wanted.audit, wanted.judge.name), wanted.task_id
        pending = self._pending.get(task_id)
        if pending is None or key not in pending:
            return  # it was let go meanwhile
        pending[key] -= 1
        if not pending[key]:
            del pending[key]
        if not pending:
            del self._pending[task_id]
        if verdict is None:
            self._whys.setdefault(task_id, {}).setdefault(key, why)
        self._found.append(Found(task_id, *key, wanted.step.span_id, verdict, why))
        self._wake()
