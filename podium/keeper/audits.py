"""What live audits found: written down, and acted upon once; and tasks in whose names their judges ask.

A failure for good of a rule of severity `safety` or `error` occurs (pipelines and webhooks hear of it); by
what its audit says, it opens a case too, and a `safety` rule pauses the task: the same pause as a person's.
A task that is over has neither.
"""

import hashlib
from collections.abc import Callable
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, Engine, delete, insert, select, update

from podium.keeper.authority import Authority
from podium.keeper.chain import KEEPER, Chain
from podium.keeper.inbox import Inbox
from podium.keeper.occurrences import forget, occur
from podium.keeper.runs import RunBook
from podium.keeper.tasks import TaskBook
from podium.kernel.errors import NotFound, PodiumError
from podium.ports import Clock
from podium.ports.audit_tables import audit_results
from podium.ports.audits import BeginJudging, NoteVerdicts, RuleVerdict, VerdictsNoted, judging_request
from podium.ports.database import task_identities
from podium.ports.tasks import DEAD_STATES, StartTask, TaskIs
from podium.trust.cases import Case, Choice
from podium.trust.people import Person

KIND: Final = "audit.failed"
KEPT_NS: Final = 90 * 86_400_000_000_000
EVERY_NS: Final = 3_600_000_000_000
_LIVES: Final = frozenset({"running", "paused"})
_MOST_WORDS: Final = 2_000
JUDGING_S: Final = 900
"""So long lives a task in whose name a judge asks; then another one is begun."""


def steering(
    tasks: TaskBook, runs: RunBook, authority: Authority
) -> Callable[[Connection, str, str, str], str]:
    """Return what holds a task, lets it go on or ends it, with its program where it has one."""

    def steer(connection: Connection, task_id: str, act: str, reason: str) -> str:
        task = runs.steer(connection, task_id, act, reason) or tasks.steer(connection, task_id, act)
        authority.bump_orders(connection)
        return f"{task_id} is {task.state}."

    return steer


class JudgingBook:
    """Begins the tasks in whose names judges of live audits ask. Its methods run in the database thread."""

    def __init__(self, engine: Engine, chain: Chain, tasks: TaskBook) -> None:
        self._engine, self._chain, self._tasks = engine, chain, tasks

    def begin(self, question: BeginJudging) -> TaskIs:
        """Begin a task of a judge's agent. Raises NotFound where no such judge is in force."""
        row = self._tasks.in_force_snapshot().audits.get(question.audit)
        judge = (
            next((it for it in row.judges if it.name == question.judge), None) if row is not None else None
        )
        if row is None or judge is None or not row.live:
            raise NotFound(
                f"There is no judge {question.judge} of a live audit {question.audit}.",
                fix="Apply the manifests that have it.",
            )
        request = judging_request(row.name, judge.name)
        digest = hashlib.sha256(request.encode()).hexdigest()
        wish = StartTask(prompt_sha256=digest, life_s=JUDGING_S, request=request)
        with self._engine.begin() as connection:
            task = self._tasks.start_as(connection, judge.agent, wish)
            body = {"how": "started", "audit": row.name, "judge": judge.name, "agent": judge.agent}
            self._chain.append(connection, kind="task.begin", actor=KEEPER, subject=task.task_id, body=body)
        return task


class AuditBook:
    """Answers the collector. Its methods run in the database thread."""

    def __init__(
        self,
        engine: Engine,
        chain: Chain,
        clock: Clock,
        inbox: Inbox,
        *,
        steer: Callable[[Connection, str, str, str], str],
        committed: Callable[[], None],
    ) -> None:
        """``steer`` does what is said to a task, for a reason, and says what that did; it raises PodiumError.

        ``committed``: the orders have changed, and workers are to be told.
        """
        self._engine, self._chain, self._clock, self._inbox = engine, chain, clock, inbox
        self._steer, self._committed = steer, committed
        self._tidied_ns: int | None = None
        inbox.on_answer(KIND, self._answered)

    def do(self, question: NoteVerdicts) -> VerdictsNoted:
        """Write verdicts down and do what follows, in one transaction."""
        new, paused = 0, False
        with self._engine.begin() as connection:
            table = task_identities
            query = select(table.c.state).where(table.c.task_id == question.task_id)
            state = connection.execute(query.with_for_update()).scalar()
            known = self._known(connection, question.task_id)
            for verdict in question.verdicts:
                before = known.get((verdict.audit, verdict.rule))
                failed = verdict.verdict == "fail" and (verdict.final or question.over)
                if state is None and not failed:
                    continue  # of a task without an identity there may be one an hour for ever
                is_new = failed and (before is None or not _same(before, verdict))
                case_id = before.case_id if before is not None else None
                if is_new and verdict.severity != "warning":
                    new += 1
                    did = self._act(connection, question, verdict, state)
                    case_id, paused = did[0] or case_id, paused or did[1]
                self._put(connection, question, verdict, before, case_id)
        if paused:
            self._committed()
        return VerdictsNoted(new, paused)

    @staticmethod
    def _known(connection: Connection, task_id: str) -> dict[tuple[str, str], Any]:
        query = select(audit_results).where(audit_results.c.task_id == task_id)
        return {(row.audit, row.rule): row for row in connection.execute(query)}

    def _put(
        self, connection: Connection, of: NoteVerdicts, it: RuleVerdict, before: Any, case_id: str | None
    ) -> None:
        values: dict[str, Any] = {
            "says": it.says,
            "severity": it.severity,
            "verdict": it.verdict,
            "final": it.final or of.over,
            "agent": of.agent,
            "department": of.department,
            "steps": of.steps,
            "spans": msgspec.json.encode(it.spans).decode(),
            "words": words_of(it),
            "reason": it.reason or None,
            "snapshot_version": of.snapshot_version,
            "case_id": case_id,
        }
        table = audit_results
        if before is None:
            key = {"task_id": of.task_id, "audit": it.audit, "rule": it.rule}
            connection.execute(insert(table).values(**key, **values, at_ns=self._clock.wall_ns()))
        else:
            if before.verdict != it.verdict:
                values["at_ns"] = self._clock.wall_ns()
            connection.execute(update(table).where(table.c.seq == before.seq).values(**values))

    def _act(
        self, connection: Connection, of: NoteVerdicts, it: RuleVerdict, state: str | None
    ) -> tuple[str | None, bool]:
        """Do what follows from a new failure; return its case, and whether the task was paused by it."""
        paused, did = False, "Nothing was paused."
        if it.on_fail == "pause" and it.severity == "safety":
            if state in _LIVES:
                reason = f"The audit {it.audit} failed: {it.says}."
                try:
                    did = f"{self._steer(connection, of.task_id, 'pause', reason)} All below it is too."
                    paused = True
                except PodiumError as error:
                    did = error.message
            elif state is None:
                did = "The task has no identity of its own, so it cannot be paused: stop its agent."
            else:
                did = f"The task is over ({state})."
        case_id = None
        if it.on_fail != "alert" and state not in DEAD_STATES:  # nobody can do anything to what is over
            case = self._inbox.open(connection, _case(of, it, did, held=paused), actor=KEEPER)
            case_id = case.id
        body = {"audit": it.audit, "rule": it.rule, "severity": it.severity, "case": case_id or "none"}
        body["how"] = "pause" if paused else it.on_fail
        self._chain.append(connection, kind="task.audit", actor=KEEPER, subject=of.task_id, body=body)
        occur(
            connection,
            self._clock.wall_ns(),
            name=f"{KIND}/{of.task_id}/{it.audit}/{it.rule}/{of.snapshot_version}",
            type_="audit.failed",
            subject=of.task_id,
            agent=of.agent,
            department=of.department,
            link=f"/inbox/{case_id}" if case_id is not None else f"/fleet/audits?task={of.task_id}",
            data={
                "task": of.task_id,
                "audit": it.audit,
                "rule": it.rule,
                "says": it.says,
                "severity": it.severity,
                "paused": paused,
                "case": case_id,
                "spans": msgspec.to_builtins(it.spans),
            },
        )
        return case_id, paused

    def _answered(self, connection: Connection, case: Case, who: Person | None) -> str:
        task_id = case.key.partition("/")[0]
        if who is None or case.choice not in {"resume", "kill"}:
            return f"{task_id} stays as it is."
        try:
            return self._steer(connection, task_id, case.choice, case.reason or "")
        except PodiumError as error:  # it is so already, or over
            return error.message

    def tidy(self) -> None:
        """Once an hour, remove what is too old."""
        now_ns = self._clock.monotonic_ns()
        if self._tidied_ns is None or now_ns - self._tidied_ns >= EVERY_NS:
            self._tidied_ns = now_ns
            wall_ns = self._clock.wall_ns()
            with self._engine.begin() as connection:
                connection.execute(delete(audit_results).where(audit_results.c.at_ns < wall_ns - KEPT_NS))
                forget(connection, wall_ns - KEPT_NS)


def _same(before: Any, it: RuleVerdict) -> bool:
    """Return whether a failure was acted upon before: one that the same sentence has, for good."""
    return bool(before.verdict == "fail" and before.final and before.says == it.says)


def words_of(it: RuleVerdict) -> str:
    """Return what decided, in words."""
    where = ", ".join(f"{span.name} (span {span.span_id})" for span in it.spans)
    verb = {"fail": "It is broken", "pass": "It holds", "unknown": "Nobody can tell"}[it.verdict]
    verb += f" ({it.reason})" if it.reason else ""
    because = f" {it.because}" if it.because else ""
    return f"{verb}: {it.says}. Decided by {where or 'the whole task'}.{because}"[:_MOST_WORDS]


def _case(of: NoteVerdicts, it: RuleVerdict, did: str, *, held: bool) -> Case:
    go_on = (
        Choice("resume", "Resume", "It goes on where it was; this rule says no more of it.", approves=True),
    )
    left = "It stays paused." if held else "It goes on."
    leave = Choice("leave", "Leave it", left, "bad" if held else "plain", bulk=True)
    return Case(
        id="",
        kind=KIND,
        key=f"{of.task_id}/{it.audit}/{it.rule}",
        title=f"{of.agent} broke the rule {it.rule} of the audit {it.audit}"[:200],
        why=f"{words_of(it)} {did}",
        evidence={
            "task_id": of.task_id,
            "agent": of.agent,
            "audit": it.audit,
            "rule": it.rule,
            "says": it.says,
            "severity": it.severity,
            "because": it.because,
            "steps": of.steps,
            "spans": msgspec.to_builtins(it.spans),
            "did": did,
        },
        choices=(
            *(go_on if held else ()),
            Choice("kill", "End the task", "Its token is dead for good.", "bad", bulk=True),
            leave,
        ),
        department=of.department,
        owner="operator",
        otherwise=left,
        created_ns=0,
        expires_ns=None,
    )
