"""The acts of people: who is it, may they, do it, write it into the chain; one transaction each.

What is refused to a known person is a row of the chain too, in a transaction of its own.
"""

import hashlib
from collections.abc import Callable
from typing import Any, Final, TypeVar

import msgspec
from sqlalchemy import Connection, Engine

from podium.keeper import people
from podium.keeper.authority import Authority
from podium.keeper.bands import BandNotices
from podium.keeper.blocked import BlockedModels
from podium.keeper.breakers import Breakers
from podium.keeper.case_clock import CaseClock
from podium.keeper.chain import KEEPER, REFUSED, Chain
from podium.keeper.deliveries import note_delivery
from podium.keeper.doubts import Doubts
from podium.keeper.endings import close_with_tasks
from podium.keeper.erasure import Erasure
from podium.keeper.inbox import Inbox
from podium.keeper.limits import LimitBook
from podium.keeper.overrides import Overrides
from podium.keeper.pipelines import PipelineBook
from podium.keeper.run_steering import RunSteering
from podium.keeper.runs import RunBook
from podium.keeper.task_acts import TaskActs
from podium.keeper.tasks import TaskBook
from podium.keeper.tools import ToolBook
from podium.keeper.undos import UndoBook
from podium.keeper.writeoffs import Hearing, WriteOffs
from podium.kernel.errors import Forbidden, NotFound, PodiumError
from podium.kernel.ids import ulid
from podium.ports import Clock, Entropy
from podium.ports.acts import (
    ActDone,
    AddUser,
    AnswerCase,
    AnswerCases,
    ApproveTool,
    AskOverride,
    BeginSession,
    BeginTask,
    By,
    CaseIs,
    CasesAre,
    EndSession,
    EraseTask,
    IssueToken,
    LimitsBook,
    NoteDelivery,
    NoteGuessing,
    NoteOperation,
    NoteRefused,
    OpenCase,
    RetryTask,
    RevokeToken,
    RotateKey,
    RotateTaskKey,
    SetDisabled,
    SetPassword,
    SetRoles,
    SteerBreaker,
    SteerTask,
    SteerTasks,
    TasksSteered,
    UnblockModel,
    UndoTask,
    WriteOff,
)
from podium.ports.people import person
from podium.ports.runs import QueueTask, RunAnswer, RunIs, RunQuestion
from podium.ports.steps import GetTaskKey, TaskKeyIs
from podium.ports.tasks import GetRequest, RequestIs, StartTask, TaskIs
from podium.ports.tools import LivingAre, PinsAre, ToolQuestion, TouchedDecoy
from podium.ports.undos import GetUndos, UndoDone, UndosAre
from podium.trust.people import Person, Right, check_reason, require

Result = ActDone | CaseIs | CasesAre | TasksSteered | TaskIs
ToolReply = PinsAre | CaseIs | LivingAre | RequestIs | TaskKeyIs | UndosAre | ActDone
_Doing = Callable[[Connection, Any, Person], Result]
_R = TypeVar("_R")
MAX_NOTED: Final = 200
"""Characters of what others say that go into the chain."""


class Acts:
    """Does what people ask. Its methods run in the database thread."""

    def __init__(
        self,
        engine: Engine,
        clock: Clock,
        entropy: Entropy,
        chain: Chain,
        *,
        authority: Authority,
        tasks: TaskBook,
        limits: LimitsBook | None,
    ) -> None:
        self._engine, self._clock, self._entropy = engine, clock, entropy
        self._chain, self._authority, self._tasks = chain, authority, tasks
        self.inbox, self._case_clock = Inbox(chain, clock, entropy), CaseClock(engine, clock)
        self._overrides = Overrides(
            inbox=self.inbox,
            chain=chain,
            clock=clock,
            entropy=entropy,
            limits=limits,
            rule_of=lambda path: authority.in_force.override_rules.get(path, "whenPossible"),
        )
        self.breakers = Breakers(
            engine,
            clock,
            chain,
            self.inbox,
            authority=authority,
            tasks=tasks,
            limits=limits if isinstance(limits, LimitBook) else None,
        )
        self._blocked = BlockedModels(self.inbox, limits, self._organisation) if limits is not None else None
        self.hearing = Hearing(clock)
        self._write_offs = WriteOffs(limits, self.hearing, self._noted) if limits is not None else None
        if self._blocked is not None and limits is not None:
            limits.on_blocked = self._blocked.blocked
            limits.on_band = BandNotices(self.inbox, self._organisation).entered
        self.runs = RunBook(engine, clock, entropy, chain, authority=authority, tasks=tasks)
        close_with_tasks(tasks, self.inbox)
        steering = RunSteering(clock, tasks, self.runs.touch)
        self.erasure = Erasure(engine, clock)
        self._task_acts = TaskActs(clock, authority, tasks, self.runs, steering, self.erasure, self._noted)
        if isinstance(limits, LimitBook):
            limits.run_budget = self.runs.budget
        self.pipelines = PipelineBook(
            clock, entropy, chain, self.inbox, authority=authority, tasks=tasks, runs=self.runs
        )
        Doubts(self.inbox, self.runs, authority)
        self.undos = UndoBook(engine, chain, clock, entropy)
        self.tools = ToolBook(engine, chain, clock, self.inbox, steer=self._steer_for_tools)
        self._doing = self._table()

    def _table(self) -> dict[type[Any], _Doing]:
        """Return who does each act."""
        return {
            AddUser: self._add_user,
            SetPassword: self._set_password,
            SetRoles: self._set_roles,
            SetDisabled: self._set_disabled,
            IssueToken: self._issue_token,
            RevokeToken: self._revoke_token,
            EndSession: self._end_session,
            NoteRefused: self._note_refused,
            RotateKey: self._rotate_key,
            SteerTask: self._task_acts.steer,
            SteerTasks: self._task_acts.steer_all,
            RetryTask: self._task_acts.retry,
            EraseTask: self._task_acts.erase,
            BeginTask: self._begin_task,
            UndoTask: self.undos.ask,
            RotateTaskKey: self._rotate_task_key,
            OpenCase: self._open_case,
            AnswerCase: self._answer_case,
            AnswerCases: self._answer_cases,
            AskOverride: self._overrides.ask,
            WriteOff: self._write_off,
            NoteOperation: self._note_operation,
            UnblockModel: self._unblock_model,
            ApproveTool: self._approve_tool,
            SteerBreaker: self.breakers.steer,
        }

    def do(self, act: Any) -> Result:
        """Do an act. Raises Unauthenticated, Forbidden, NotFound, InvalidRequest; then nothing is changed."""
        if isinstance(act, BeginSession):
            return self._begin_session(act)
        if isinstance(act, NoteGuessing):
            return self._note_guessing(act)
        if isinstance(act, NoteDelivery):
            with self._engine.begin() as connection:
                note_delivery(connection, act, self._clock.wall_ns())
            return ActDone()
        doing = self._doing[type(act)]
        try:
            result = self.as_person(act.by, _what(act), _subject(act), lambda c, who: doing(c, act, who))
        except BaseException:
            self.breakers.book.discard()
            raise
        if isinstance(act, (SteerBreaker, AnswerCase, AnswerCases)):
            self.breakers.committed()
        if isinstance(act, EraseTask):
            self.erasure.committed()
        if isinstance(act, RotateKey) and isinstance(result, ActDone):
            self._chain.use(result.id)
        if isinstance(act, (SteerTask, SteerTasks, RotateTaskKey, AnswerCase, AnswerCases)):
            self._authority.reload()
        return result

    def do_tool(self, question: ToolQuestion) -> ToolReply:
        """Do what the tool gateway asks. Raises NotFound, Forbidden; then nothing is changed."""
        if isinstance(question, GetRequest):
            return self._tasks.request_of(question)
        if isinstance(question, GetTaskKey):
            return self._tasks.steps.key_of(question)
        if isinstance(question, (GetUndos, UndoDone)):
            return self.undos.do(question)
        result = self.tools.do(question)
        if isinstance(question, TouchedDecoy):
            self._authority.reload()
        return result

    def as_person(self, by: By, what: str, subject: str, work: Callable[[Connection, Person], _R]) -> _R:
        """Run an act of a person in one transaction. A refusal is noted in the chain."""
        who: Person | None = None
        try:
            with self._engine.begin() as connection:
                who = person(connection, by, self._clock.wall_ns())
                return work(connection, who)
        except PodiumError as error:
            if who is not None and isinstance(error, Forbidden):
                with self._engine.begin() as connection:
                    self._refused(connection, what, who.name, subject, error.message)
            raise

    def each_second(self) -> None:
        """Close the cases whose time is over, pass on those that wait, and judge what every key spends."""
        if self._case_clock.rings():
            self._look_at_cases()
        self.breakers.evaluate()
        self.erasure.tidy()

    def _look_at_cases(self) -> None:
        commits = self._case_clock.commits
        with self._engine.connect().execution_options(read_only=True) as connection:
            due_ns = self.inbox.due_ns(connection)
            waiting, next_ns = self.inbox.escalating(connection, self._authority.in_force.escalations)
        if due_ns is not None and due_ns <= self._clock.wall_ns():
            self.expire()
        if waiting:
            with self._engine.begin() as connection:
                for case in waiting:
                    self.inbox.escalate(connection, case)
        self._case_clock.looked(commits, due_ns, next_ns)

    def expire(self) -> int:
        """Close the cases whose time is over; return how many."""
        with self._engine.begin() as connection:
            return self.inbox.expire(connection)

    def _refused(self, connection: Connection, what: str, who: str, subject: str, why: str) -> None:
        self._chain.append(
            connection, kind=what, actor=who, subject=_plain(subject), outcome=REFUSED, body={"why": why}
        )

    def _noted(self, connection: Connection, act: Any, who: Person, subject: str, **body: object) -> None:
        via = {"via": who.via} if who.via else {}
        self._chain.append(connection, kind=_what(act), actor=who.name, subject=subject, body=body | via)

    def _id(self, prefix: str) -> str:
        return prefix + ulid(self._clock.wall_ns() // 1_000_000, self._entropy(16))

    # People

    def _add_user(self, connection: Connection, act: AddUser, who: Person) -> ActDone:
        user_id = self._id("usr_")
        now_ns = self._clock.wall_ns()
        people.add_user(
            connection,
            act,
            who,
            user_id=user_id,
            departments=self._authority.in_force.departments,
            now_ns=now_ns,
        )
        self._noted(connection, act, who, act.name, roles=list(act.roles), password=bool(act.password_hash))
        return ActDone(user_id, f"{act.name} is a user: {', '.join(act.roles)}.")

    def _set_password(self, connection: Connection, act: SetPassword, who: Person) -> ActDone:
        people.set_password(connection, act, who, self._clock.wall_ns())
        self._noted(connection, act, who, act.name)
        return ActDone(text=f"{act.name} has another password; their other sessions have ended.")

    def _set_roles(self, connection: Connection, act: SetRoles, who: Person) -> ActDone:
        before = people.set_roles(connection, act, who, self._authority.in_force.departments)
        self._noted(connection, act, who, act.name, roles=list(act.roles), before=list(before))
        return ActDone(text=f"{act.name}: {', '.join(act.roles)}.")

    def _set_disabled(self, connection: Connection, act: SetDisabled, who: Person) -> ActDone:
        people.set_disabled(connection, act, who, self._clock.wall_ns())
        self._noted(connection, act, who, act.name, disabled=act.disabled)
        return ActDone(text=f"{act.name} is {'shut out' if act.disabled else 'let in again'}.")

    def _issue_token(self, connection: Connection, act: IssueToken, who: Person) -> ActDone:
        token_id = self._id("tok_")
        people.issue_token(connection, act, who, token_id=token_id, now_ns=self._clock.wall_ns())
        self._noted(connection, act, who, token_id, user=act.name, label=act.label, expires_ns=act.expires_ns)
        return ActDone(token_id)

    def _revoke_token(self, connection: Connection, act: RevokeToken, who: Person) -> ActDone:
        whose = people.revoke_token(connection, act, who, self._clock.wall_ns())
        self._noted(connection, act, who, act.token_id, user=whose)
        return ActDone(act.token_id, f"{act.token_id} of {whose} is revoked.")

    def _begin_session(self, act: BeginSession) -> ActDone:
        with self._engine.begin() as connection:
            session_id, now_ns = self._id("ses_"), self._clock.wall_ns()
            who, changed = people.begin_session(
                connection, act, session_id=session_id, user_id=self._id("usr_"), now_ns=now_ns
            )
            if changed is not None:
                body = {"roles": list(who.roles), "text": changed}
                self._chain.append(
                    connection, kind="user.from_issuer", actor=KEEPER, subject=who.name, body=body
                )
            self._noted(connection, act, who, session_id, address=_plain(act.address))
        return ActDone(session_id, who.name)

    def _end_session(self, connection: Connection, act: EndSession, who: Person) -> ActDone:
        whose = people.end_session(connection, act, who, self._clock.wall_ns())
        self._noted(connection, act, who, act.session_id, user=whose)
        return ActDone(act.session_id, f"{act.session_id} of {whose} has ended.")

    # What is only noted

    def _note_refused(self, connection: Connection, act: NoteRefused, who: Person) -> ActDone:
        self._refused(connection, _plain(act.what), who.name, act.subject, _plain(act.why))
        return ActDone()

    def _note_guessing(self, act: NoteGuessing) -> ActDone:
        with self._engine.begin() as connection:
            self._chain.append(
                connection,
                kind="login.slowed",
                actor=KEEPER,
                subject=_plain(act.account),
                outcome=REFUSED,
                body={"address": _plain(act.address)},
            )
        return ActDone()

    def _rotate_key(self, connection: Connection, _act: RotateKey, who: Person) -> ActDone:
        require(who, Right.ADMINISTER, "change the key of the chain")
        key_id = self._chain.rotate(connection, who.name)
        return ActDone(key_id, f"The chain is signed with the key {key_id} from now on.")

    # Tasks

    def _begin_task(self, connection: Connection, act: BeginTask, who: Person) -> TaskIs:
        require(who, Right.OPERATE, "start tasks")
        digest = hashlib.sha256(act.request.encode()).hexdigest() if act.request is not None else None
        wish = StartTask(prompt_sha256=digest, life_s=act.life_s, request=act.request, user=act.user)
        begun = self._tasks.start_as(connection, act.agent, wish)
        self._noted(connection, act, who, begun.task_id, how="started", reason=f"agent {act.agent}")
        return begun

    def do_run(self, question: RunQuestion) -> RunAnswer:
        """Do what people and the runner ask about runs. Raises Forbidden, NotFound, InvalidRequest."""
        if not isinstance(question, QueueTask):
            return self.runs.do(question)

        def queue(connection: Connection, who: Person) -> RunIs:
            require(who, Right.OPERATE, "start tasks")
            return self.runs.queue(connection, question, who.name)

        return self.as_person(question.by, "task.queue", question.agent, queue)

    def _rotate_task_key(self, connection: Connection, act: RotateTaskKey, who: Person) -> ActDone:
        require(who, Right.ADMINISTER, "change the key of task tokens")
        kid = self._tasks.ring.rotate()
        self._authority.bump_orders(connection)
        self._noted(connection, act, who, kid)
        return ActDone(kid, f"Task tokens are signed with the key {kid} in some seconds.")

    # The Inbox

    def _open_case(self, connection: Connection, act: OpenCase, who: Person) -> CaseIs:
        require(who, Right.OPERATE, "open cases")
        case = msgspec.structs.replace(act.case, requested_by=None if who.owner else who.name)
        return CaseIs(self.inbox.open(connection, case, after_ns=act.expires_after_ns, actor=who.name))

    def _answer_case(self, connection: Connection, act: AnswerCase, who: Person) -> CaseIs:
        return CaseIs(self.inbox.answer(connection, act.case_id, who, act.choice, act.reason))

    def _answer_cases(self, connection: Connection, act: AnswerCases, who: Person) -> CasesAre:
        return CasesAre(self.inbox.answer_all(connection, act.case_ids, who, act.choice, act.reason))

    # Limits

    def _write_off(self, connection: Connection, act: WriteOff, who: Person) -> ActDone:
        if self._write_offs is None:
            raise NotFound("This Podium has no limits.")
        return self._write_offs.write_off(connection, act, who)

    def _note_operation(self, connection: Connection, act: NoteOperation, who: Person) -> ActDone:
        right = Right.ADMINISTER if act.what == "backup" else Right.OPERATE
        require(
            who,
            right,
            {"backup": "back Podium up", "upgrade": "replace workers"}.get(act.what, "change the log"),
        )
        self._noted(connection, act, who, _plain(act.subject), what=act.what)
        return ActDone(text=f"{act.what} is noted.")

    def _unblock_model(self, connection: Connection, act: UnblockModel, who: Person) -> ActDone:
        require(who, Right.OPERATE, "let a model serve again")
        reason = check_reason(act.reason)
        if self._blocked is None:
            raise NotFound("This Podium has no limits.")
        self._blocked.unblock(connection, act.model, who, reason)
        self._noted(connection, act, who, act.model, reason=reason)
        return ActDone(text=f"{act.model} serves under hard limits again.")

    # Tools

    def _steer_for_tools(self, connection: Connection, task_id: str, act: str) -> str:
        try:
            task = self._tasks.steer(connection, task_id, act)
        except Forbidden as error:  # it is so already, or over
            return error.message
        finally:
            self._authority.bump_orders(connection)
        return f"{task_id} is {task.state}."

    def _approve_tool(self, connection: Connection, act: ApproveTool, who: Person) -> ActDone:
        require(who, Right.OPERATE, "approve tools")
        text = self.tools.approve(connection, act.tool, who, check_reason(act.reason))
        self._noted(connection, act, who, act.tool, reason=_plain(act.reason))
        return ActDone(text=text)

    def _organisation(self) -> str:
        """Return the path of the department at the top."""
        return next((path for path in self._authority.in_force.override_rules if "/" not in path), "")


_WHAT: Final[dict[Any, str]] = {
    AddUser: "user.add",
    SetPassword: "user.password",
    SetRoles: "user.roles",
    SetDisabled: "user.disabled",
    IssueToken: "token.issue",
    RevokeToken: "token.revoke",
    BeginSession: "session.begin",
    EndSession: "session.end",
    NoteRefused: "act.refused",
    RotateKey: "key.rotate",
    SteerTask: "task.steer",
    SteerTasks: "task.steer",
    RetryTask: "task.retry",
    EraseTask: "task.erase",
    BeginTask: "task.begin",
    UndoTask: "task.undo",
    RotateTaskKey: "task_key.rotate",
    OpenCase: "case.open",
    AnswerCase: "case.answer",
    AnswerCases: "case.answer",
    AskOverride: "override.ask",
    WriteOff: "slices.write_off",
    NoteOperation: "podium.operate",
    UnblockModel: "model.unblock",
    ApproveTool: "tool.approve",
    SteerBreaker: "breaker.steer",
}


def _what(act: Any) -> str:
    return _WHAT[type(act)]


def _subject(act: Any) -> str:
    """Return what an act is about, for the row of its refusal."""
    for name in (
        "name",
        "token_id",
        "session_id",
        "case_id",
        "limit",
        "incarnation",
        "model",
        "task_id",
        "tool",
        "key",
        "agent",
    ):
        found = getattr(act, name, None)
        if found:
            return str(found)
    return ""


def _plain(text: str) -> str:
    """Return what others say, short and without control characters."""
    return "".join(c if c.isprintable() else "?" for c in text[:MAX_NOTED])
