"""The life of one tool call: decide, write down, send, write down, hand over.

Between the decision and its note in the journal nothing is awaited, so that no two calls can spend the same
use or the same approval. What cannot be taken back is on the disk before it is sent. A call that has gone out
is never sent again.
"""

import asyncio
import logging
from collections.abc import Mapping
from typing import Any

import msgspec

from podium.kernel.errors import (
    Forbidden,
    InvalidRequest,
    NotReady,
    PodiumError,
    StateError,
    UpstreamError,
)
from podium.ports import Clock, Entropy
from podium.ports.acts import CaseIs
from podium.ports.content import ContentSink
from podium.ports.journal import Journal
from podium.ports.link import KeeperLink, Question
from podium.ports.tasks import GetRequest, RequestIs
from podium.ports.tools import AskPerson, GetCase, TouchedDecoy
from podium.tools import tasks
from podium.tools.asking import APPROVE, EXPIRES_NS, answers, case_of_call, case_of_decoy, holds, is_for
from podium.tools.changes import Began, Ended, GoesOut, Heard, Intent, Lost, Waiting
from podium.tools.confirming import Confirming
from podium.tools.contents import read_of
from podium.tools.hearing import hand_over
from podium.tools.identity import ToolCaller
from podium.tools.judging import MAX_REASON_CHARS, Judge, fault_of, key_fault
from podium.tools.memory import Memory
from podium.tools.notices import Notices, Wanted, read_of_notice
from podium.tools.noting import Call, Noted, Notes, Trace
from podium.tools.refusing import Bearer, Refusals
from podium.tools.replaying import DECISION, Answered, Replays
from podium.tools.sending import send, unsent
from podium.tools.servers import Blocked, Servers
from podium.tools.standing import ToolStanding
from podium.tools.tasks import TaskState
from podium.tools.telling import clean, told_of
from podium.trust.approvals import arguments_sha256, describe
from podium.trust.cases import Case
from podium.trust.grounding.record.readings import Read
from podium.trust.tools import Kind, ToolRow
from podium.trust.undoing import Compensation, decide_compensation
from podium.trust.verdict import Verdict

logger = logging.getLogger(__name__)


class Gate:
    """Takes the calls of all tasks."""

    def __init__(
        self,
        *,
        standing: ToolStanding,
        memory: Memory,
        journal: Journal,
        servers: Servers,
        link: KeeperLink,
        clock: Clock,
        entropy: Entropy,
        digest_key: bytes,
        content: ContentSink | None = None,
    ) -> None:
        self._content = content
        self._standing = standing
        self._memory = memory
        self._journal = journal
        self._servers = servers
        self._link = link
        self._clock = clock
        self._notes = Notes(clock, entropy, digest_key)
        self.refusals = Refusals(standing, journal, clock, entropy)
        self._judge: Judge | None = None
        self._beginning: dict[str, asyncio.Lock] = {}
        confirming = Confirming(
            standing=standing,
            servers=servers,
            journal=journal,
            clock=clock,
            entropy=entropy,
            digest_key=digest_key,
        )
        self.replays = Replays(memory, entropy, self._keeper, confirming)
        self.narrowing = self.labels = True
        """Off only to measure what they add."""

    def settle_the_unfinished(self) -> None:
        """Write down that nobody knows what became of the calls that an earlier life has sent.

        What it has decided and not sent is as if it had not been asked: its use and its approval are there
        again, and whoever asks again makes a new call.
        """
        # The audit of the last call that has ended may not have been written; the keeper takes one row of it.
        last = self._memory.tasks.last_ended()
        if last is not None:
            self._journal.write(last)
        for intent, gone in self._memory.tasks.unfinished():
            self._journal.write(intent.call if gone else unsent(intent.call))
            self._memory.write(Ended(intent.root_id, intent.call.call_id, "unknown" if gone else "unsent"))

    # The call

    async def call(
        self,
        caller: ToolCaller,
        name: str,
        arguments: Mapping[str, Any],
        trace: Trace,
        named: str | None = None,
        wanted: Wanted | None = None,
    ) -> dict[str, Any]:
        """Return the result of a call: the tool's, or a refusal. Raises what keeps Podium from deciding.

        ``named``: digest of the client's own key of this very call. ``wanted``: what it asks to hear of it.
        """
        noted = Noted()
        try:
            return await self._take(caller, name, arguments, trace, named, noted, wanted)
        except PodiumError as error:
            if not noted.row:
                self.note_error(caller, name, trace, error)
            raise
        except asyncio.CancelledError:
            if not noted.row:
                self.note_error(
                    caller, name, trace, Forbidden("Its client has given it up.", code="cancelled")
                )
            raise

    def note_error(self, caller: ToolCaller, name: str, trace: Trace, error: PodiumError) -> None:
        """Write down that a call was not decided, and why."""
        granted = caller.granted.get(name)
        tool, effect = (granted.tool.id, granted.tool.effect) if granted is not None else (name, None)
        agent = caller.agent
        whose = Bearer(caller.task_id, caller.root_id, agent.name, agent.department_path)
        self.refusals.note(whose, tool, effect, trace, error)

    async def _take(
        self,
        caller: ToolCaller,
        name: str,
        arguments: Mapping[str, Any],
        trace: Trace,
        named: str | None,
        noted: Noted,
        wanted: Wanted | None,
    ) -> dict[str, Any]:
        at_ns, began_ns = self._clock.wall_ns(), self._clock.monotonic_ns()
        fault = fault_of(arguments)
        snapshot = await self._standing.admit()
        state = await self.state_of(caller)
        if state.untold is not None:
            await self._tell_of_decoy(state, state.untold)
        self._check_block(state)
        granted = caller.granted.get(name)
        call = Call(
            caller,
            state,
            name,
            arguments,
            trace,
            at_ns,
            began_ns,
            snapshot.version,
            noted,
            named=named,
            wanted=wanted,
        )
        if fault is not None:
            call.arguments, call.kept = {}, False
        if granted is None:
            return await self._decide(call)
        call.tool = granted.tool
        fault = fault or key_fault(granted.tool, arguments)
        if fault is not None:
            return self._refuse(call, Verdict("deny", InvalidRequest.code, fault))
        if state.held_bytes >= tasks.MAX_HELD_BYTES:
            return self._refuse(call, Verdict("deny", "reads", tasks.READ_ENOUGH))
        if caller.run_attempt is not None or named is not None or granted.tool.undo is not None:
            await self.replays.ready(caller.owner)
        digest = self._notes.digest(dict(arguments))
        async with self.replays.turn(caller, granted.tool, digest, named, trace.carried):
            return await self._unless_made(call, granted.tool, digest)

    async def _unless_made(self, call: Call, tool: ToolRow, digest: str) -> dict[str, Any]:
        found = await self.replays.look(call.caller, call.state, tool, digest, call.named)
        if isinstance(found, Answered):
            return self._replay(call, found)
        call.again = found
        if tool.writes:  # its server is asked first, and answers while this is thought over
            asyncio.get_running_loop().call_soon(self._foresee, call)
        try:
            call.place = await self._servers.check(tool)
        except Blocked as blocked:
            verdict = Verdict("deny", "pins", blocked.reason)
            return self._refuse(call, verdict, approval_id=blocked.case_id)
        except UpstreamError as error:
            reason = f"its definition cannot be looked at now: {error.message.rstrip('.')}"
            return self._refuse(call, Verdict("deny", "pins", reason), error_code=error.error_code)
        return await self._decide(call)

    async def _decide(self, call: Call) -> dict[str, Any]:
        verdict = self._verdict(call)
        if verdict.pause:
            return await self._decoy(call, verdict)
        if verdict.answer == "ask" and call.tool is not None:
            return await self._ask(call, call.tool, verdict)
        if verdict.answer != "allow" or call.tool is None:
            return self._refuse(call, verdict)
        return await self._make(call, call.tool, verdict, self._intend(call, verdict, None))

    def _foresee(self, call: Call) -> None:
        call.foreseen = (self.judge(), len(call.state.events), self._verdict(call))

    def _verdict(self, call: Call, *approved: str) -> Verdict:
        judge, known = self.judge(), call.foreseen
        if known is not None and not approved and known[0] is judge and known[1] == len(call.state.events):
            return known[2]
        again = call.again is not None
        if call.again is not None and call.again.approved:
            approved = (*approved, arguments_sha256(dict(call.arguments)))
        return judge.decide(
            call.caller, call.state, call.name, call.arguments, approved=approved, again=again
        )

    def _replay(self, call: Call, found: Answered) -> dict[str, Any]:
        verdict = Verdict("deny" if found.verdict == "deny" else "allow", found.rule, found.reason)
        self._journal.write(self._notes.record(call, verdict, approval_id=found.case_id, reason=found.reason))
        return found.result

    async def _ask(self, call: Call, tool: ToolRow, verdict: Verdict) -> dict[str, Any]:
        """See whether a person has answered about this very call; else ask one."""
        digest = verdict.arguments_sha256
        known = call.state.waiting.get((tool.id, digest))
        case = await self._case(GetCase(known)) if known is not None else None
        if case is not None and case.id not in call.state.spent:
            if case.state == "open" and is_for(case, call.place):
                return self._refuse(call, verdict, approval_id=case.id)
            if case.state == "answered" and case.choice != APPROVE:
                no = Verdict("deny", "approval", f"{case.answered_by} said no", arguments_sha256=digest)
                return self._refuse(call, no, approval_id=case.id)
            if holds(case, self._clock.wall_ns()) and is_for(case, call.place):
                again = self._verdict(call, digest)  # with all that was read while the keeper was asked
                if again.answer != "allow":
                    return self._refuse(call, again, approval_id=case.id)
                if answers(case, again):
                    return await self._make(call, tool, again, self._intend(call, again, case.id))
        at = (call.place, self._servers.address(tool))
        asked = case_of_call(call.caller, call.state, tool, call.arguments, verdict, at)
        case = await self._case(AskPerson(asked, EXPIRES_NS))
        self._memory.write(Waiting(call.caller.root_id, tool.id, digest, case.id))
        return self._refuse(call, verdict, approval_id=case.id)

    async def _decoy(self, call: Call, verdict: Verdict) -> dict[str, Any]:
        """Pause the task: here at once, everywhere within a second."""
        call.state.untold = case_of_decoy(call.caller, call.name, verdict)
        case = await self._tell_of_decoy(call.state, call.state.untold)
        logger.warning("task %s touched a decoy and is paused (%s)", call.caller.root_id, case.id)
        return self._refuse(call, verdict, approval_id=case.id)

    async def _tell_of_decoy(self, state: TaskState, case: Case) -> Case:
        """Have the keeper pause a task. Until it has, each call of that task tries again, and is refused."""
        told = await self._case(TouchedDecoy(state.root_id, case))
        state.untold, state.blocked_at = None, self._standing.orders.version
        return told

    def _intend(self, call: Call, verdict: Verdict, case_id: str | None) -> Intent:
        """Spend the use and the approval, before anything else can happen. Raises JournalError.

        Raises as `_check_going` does where the task may not go on: the call has waited since it was let in.
        """
        self._check_going(call)
        if call.tool is not None:
            self._servers.still(call.tool, call.place)
        record = self._notes.record(call, verdict, approval_id=case_id, outcome="unknown")
        if call.again is not None and call.again.call_id not in call.state.steps:
            raise NotReady("An equal call has just gone out.", fix="Call again.")
        tool = call.tool
        words: tuple[str, ...] = ()
        if tool is not None and not tool.repeatable:
            words = describe(tool, call.arguments, verdict, call.state.readings.request).words
        intent = Intent(
            call.caller.root_id,
            record,
            verdict.sent,
            case_id,
            named=call.named,
            attempt=call.caller.run_attempt or 0,
            run=call.caller.run_id,
            words=words,
            repeats=call.again.call_id if call.again is not None else None,
            carried=call.trace.carried,
            place=call.place,
        )
        self._memory.write(intent)
        call.noted.row = True  # by its end, or by the next life of this process
        self.replays.note_late(intent)
        return intent

    async def _make(self, call: Call, tool: ToolRow, verdict: Verdict, intent: Intent) -> dict[str, Any]:
        # The client may go away; the call and the note of its outcome do not.
        made = asyncio.create_task(self._send(call, tool, verdict, intent))
        call_id, under_way = intent.call.call_id, self.replays.under_way
        under_way[call_id] = made
        made.add_done_callback(lambda _: under_way.pop(call_id, None))
        result = await asyncio.shield(made)
        self._check_going(call)
        return result

    def _check_going(self, call: Call) -> None:
        """Raise Unauthenticated or Forbidden where the task has ended or is paused by now."""
        self._standing.identities.alive(call.caller)
        self._check_block(call.state)

    async def _send(self, call: Call, tool: ToolRow, verdict: Verdict, intent: Intent) -> dict[str, Any]:
        if tool.effect == "irreversible":
            await self._memory.durable()
        sent_ns = self._clock.monotonic_ns()
        goes_out = GoesOut(call.caller.root_id, intent.call.call_id)

        def on_sent() -> None:
            self._check_going(call)
            self._servers.still(tool, call.place)
            self._memory.write(goes_out)

        notices = self._notices(call, tool, goes_out.call_id)
        listening = notices.listening if notices is not None else None
        sent = await send(self._servers, tool, call.arguments, goes_out.call_id, on_sent, listening)
        if notices is not None:
            notices.end()
        call.waited_ns = self._clock.monotonic_ns() - sent_ns
        outcome, error, read = sent.outcome, sent.error, None
        if error is None:
            read = read_of(tool, call.arguments, sent, call.at_ns)
            call.result_digest = self._notes.digest([outcome, read.content, read.extra])
        told = "failed" if outcome == "unsent" else outcome
        record = self._notes.record(
            call,
            verdict,
            call_id=intent.call.call_id,
            approval_id=intent.case_id,
            outcome=told,
            error_code=error.error_code if error is not None else None,
        )
        shown = clean(sent.result) if error is None else told_of(verdict, told, error, record.call_id)
        ended = Ended(
            call.caller.root_id,
            record.call_id,
            outcome,
            read,
            kept=self._kept(call, record.call_id, outcome, shown),
            undo=self._undo(call, tool, record.call_id, read if outcome == "succeeded" else None),
            why=error.message.rstrip(".") if error is not None and outcome == "unknown" else None,
        )
        self._memory.write(ended)
        self._journal.write(record)  # where a crash comes in between, the next life writes it
        hand_over(self._content, call.caller.agent, record, call.arguments, shown)
        return shown

    def _notices(self, call: Call, tool: ToolRow, call_id: str) -> Notices | None:
        """Return who passes on what is said while a call is under way; None: nobody asks for it."""
        if call.wanted is None:
            return None

        def write(words: str) -> None:
            self._check_going(call)
            if words:
                read = read_of_notice(tool, call.arguments, words, self._clock.wall_ns())
                self._memory.write(Heard(call.caller.root_id, call_id, read))

        return Notices(call.wanted, self._clock, write)

    def _kept(self, call: Call, call_id: str, outcome: str, shown: dict[str, Any]) -> bytes | None:
        """Return the result as a later attempt gets it, or who repeats the call by its key."""
        meant = call.caller.run_attempt is not None or call.named is not None
        if not meant or outcome not in {"succeeded", "failed"}:
            return None
        return self.replays.kept(call.state, call.caller.owner, call_id, shown)

    def _undo(self, call: Call, tool: ToolRow, call_id: str, read: Read | None) -> bytes | None:
        """Return the call that takes this one back, sealed."""
        if tool.undo is None or read is None:
            return None
        arguments, why_not = decide_compensation(tool.undo, call.arguments, read.content)
        step = Compensation(f"{tool.server}/{tool.undo.tool}", arguments, why_not)
        return self.replays.sealed(call.caller.owner, call_id, msgspec.json.encode(step))

    # What is written down

    def _refuse(
        self, call: Call, verdict: Verdict, *, approval_id: str | None = None, error_code: str | None = None
    ) -> dict[str, Any]:
        record = self._notes.record(call, verdict, approval_id=approval_id, error_code=error_code)
        self._journal.write(record)
        hand_over(self._content, call.caller.agent, record, call.arguments, None)
        decision = {
            "verdict": verdict.answer,
            "rule": verdict.rule,
            "reason": verdict.reason[:MAX_REASON_CHARS],
            "approval_id": approval_id,
        }
        words = f"Podium refused this call ({verdict.rule}): {decision['reason']}."
        if verdict.answer == "ask":
            words = (
                f"This call waits for a person ({approval_id}): {decision['reason']}. "
                "Repeat it exactly when they have approved it."
            )
        return {"content": [{"type": "text", "text": words}], "isError": True, "_meta": {DECISION: decision}}

    # What is known of tasks

    def judge(self) -> Judge:
        """Return who decides by the snapshot in force."""
        snapshot = self._standing.snapshot
        if snapshot is None:
            raise NotReady("No manifests are in force.", fix="Try again soon.")
        if self._judge is None or self._judge.snapshot is not snapshot:
            self._judge = Judge(snapshot, narrowing=self.narrowing, labels=self.labels)
        return self._judge

    async def state_of(self, caller: ToolCaller) -> TaskState:
        """Return the state of a caller's task; the first call of a task fixes what it may do."""
        states = self._memory.tasks.states
        state = states.get(caller.root_id)
        if state is None:
            lock = self._beginning.setdefault(caller.root_id, asyncio.Lock())
            async with lock:
                if caller.root_id not in states:
                    told = await self._keeper(GetRequest(caller.root_id))
                    asked = told if isinstance(told, RequestIs) else RequestIs(None)
                    at_ns = self._clock.wall_ns()
                    self._memory.write(Began(caller.root_id, asked.request or "", at_ns, asked.user))
                    if self._memory.tasks.may_have_read(caller.root_id):
                        self._memory.write(Lost(caller.root_id))
            self._beginning.pop(caller.root_id, None)
            state = states[caller.root_id]
        if caller.agent.name not in state.fixed:
            self._memory.write(self.judge().fix(caller.root_id, caller.agent, state.readings.request.text))
        return state

    def _check_block(self, state: TaskState) -> None:
        """Raise Forbidden where a task touched a decoy that the orders in force do not know of yet."""
        if state.untold is None:
            orders = self._standing.orders
            if state.blocked_at is None:
                return
            if orders.version > state.blocked_at and state.root_id not in orders.tasks.paused:
                state.blocked_at = None
                return
        raise Forbidden("The task is paused.", fix="Wait until a person resumes it.", code="task_paused")

    async def _case(self, question: Question) -> Case:
        told = await self._keeper(question)
        if not isinstance(told, CaseIs):
            raise NotReady(f"The keeper answered {type(told).__name__}.")
        return told.case

    async def _keeper(self, question: Question) -> Any:
        try:
            return await self._link.ask(question)
        except OSError as error:
            raise NotReady("The keeper cannot be reached.", fix="Try again soon.") from error
        except StateError as error:
            if error.error_code != "not_running":
                raise
            raise NotReady("The keeper is away.", fix="Try again soon.") from error

    async def definitions(self, caller: ToolCaller) -> list[dict[str, Any]]:
        """Return the definitions of what a task may call, in a fixed order."""
        await self._standing.admit()
        found = {}
        for name, granted in caller.granted.items():
            definition = self._servers.definition(granted.tool)
            if definition is not None:
                found[name] = {**definition, "name": name}
        for decoy in caller.agent.decoys:
            if decoy.kind == "tool":
                found[decoy.tool] = {
                    "name": decoy.tool,
                    "description": decoy.description,
                    "inputSchema": {"type": "object"},
                }
        return [found[name] for name in sorted(found)]

    async def offers(self, caller: ToolCaller, kind: Kind) -> list[dict[str, Any]]:
        """Return what is said of the resources or prompts that a task may read, in a fixed order."""
        await self._standing.admit()
        rows = [it.tool for it in caller.offered.values() if it.tool.kind == kind]
        known = ((row, self._servers.definition(row)) for row in rows)
        return [{**said, "name": row.client_name} for row, said in known if said is not None]
