"""What a call gets that went out before: its recorded result, a second chance, or the word that nobody knows.

A later attempt of a run makes the calls of the earlier ones again. One that has ended gets what it got then,
and spends nothing. One of which no end is known is made again only where that can do no harm: a read, or a
write that its manifest calls idempotent. Any other is asked about, and goes out once more only when a person
has said that it did not happen.
"""

import asyncio
import hashlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping
from contextlib import asynccontextmanager
from typing import Any, Final, cast, get_args

import msgspec

from podium.kernel.errors import InvalidRequest, NotReady
from podium.ports import Entropy
from podium.ports.acts import CaseIs
from podium.ports.link import Question
from podium.ports.steps import MAX_ANSWER_BYTES, MAX_TASK_BYTES, GetTaskKey, TaskKeyIs
from podium.ports.tools import AskPerson, GetCase
from podium.tools.asking import case_of_doubt
from podium.tools.changes import Doubted, Ended, Intent, Taken, Told, Unheard, Word, step_key
from podium.tools.confirming import Confirming
from podium.tools.identity import ToolCaller
from podium.tools.memory import Memory
from podium.tools.tasks import Step, TaskState
from podium.trust.cases import Case
from podium.trust.credentials.sealing import NONCE_BYTES, seal, unseal
from podium.trust.tools import ToolRow

DECISION: Final = "podium/decision"
"""The key of a result's ``_meta`` under which Podium tells its verdict, rule, reason and case."""
REPLAYED: Final = "podium/replayed"
"""The key of a result's ``_meta`` that names the call whose result it is."""
NAMED: Final = "podium/idempotency-key"
REUSED_RULE: Final = "idempotency_key_reused"
"""The key of a request's ``_meta`` by which a client names a call."""
RULE: Final = "replay"
UNKNOWN_RULE: Final = "outcome.unknown"
MAX_KEY_CHARS: Final = 255
MAX_KEYS: Final = 4096
"""Keys of tasks that are held; the keeper has them all."""
MAX_LOST_KEPT: Final = 4096
"""Requests that went unanswered, as gateways elsewhere have told; the oldest are forgotten."""

logger = logging.getLogger(__name__)


class Again(msgspec.Struct, frozen=True):
    """The call may go out once more, in place of one of unknown fate."""

    call_id: str
    approved: bool
    """A person let it through, then or now."""


class Answered(msgspec.Struct, frozen=True):
    """What the call gets, and what its row of the audit says."""

    result: dict[str, Any]
    verdict: str
    rule: str
    reason: str
    case_id: str | None = None


class Replays:
    """Looks for what a task has called before. ``ask``: the keeper, as `Gate` asks it."""

    def __init__(
        self,
        memory: Memory,
        entropy: Entropy,
        ask: Callable[[Question], Awaitable[Any]],
        confirming: Confirming,
    ) -> None:
        self._memory = memory
        self._confirming = confirming
        self._entropy = entropy
        self._ask = ask
        self._keys: dict[str, bytes] = {}
        self.under_way: dict[str, asyncio.Task[Any]] = {}
        """Calls that are at their servers now, by id."""
        self._coming: dict[str, tuple[str, asyncio.Event]] = {}
        """Calls that gateways elsewhere have carried here and that have no answer yet: what they ask."""
        self._lost: dict[str, None] = {}
        """Requests of theirs that went unanswered: their calls may be decided after that was told."""

    @asynccontextmanager
    async def turn(
        self, caller: ToolCaller, tool: ToolRow, digest: str, named: str | None, carried: str | None
    ) -> AsyncIterator[None]:
        """Begin after equal calls that are under way and whose answers were lost: this may repeat one.

        ``carried``: by which a gateway elsewhere knows the request of this one.
        """
        key = step_key(caller.run_id, caller.agent.name, tool.id, digest, named)
        # Before the first wait: of two calls only the later one can wait for the other.
        before = [over for name, (asks, over) in self._coming.items() if asks == key and name in self._lost]
        over = asyncio.Event()
        if carried is not None:
            self._coming[carried] = (key, over)
        try:
            for it in before:
                await it.wait()
            yield
        finally:
            over.set()
            if carried is not None:
                self._coming.pop(carried, None)

    async def look(
        self, caller: ToolCaller, state: TaskState, tool: ToolRow, digest: str, named: str | None
    ) -> Answered | Again | None:
        """Return what a call gets; None: it is a new one. Raises NotReady, and JournalError."""
        attempt = caller.run_attempt or 0
        key = step_key(caller.run_id, caller.agent.name, tool.id, digest, named)
        for step in list(state.equal.get(key, ())):
            first = step.intent.call
            if first.tool != tool.id or not (attempt or first.arguments_digest == digest):
                return _reused()  # a later attempt may say the same in other words
            # An earlier attempt's call may be under way yet: its program died, and it did not.
            under_way = self.under_way.get(step.intent.call.call_id)
            if under_way is not None and (step.unheard or step.attempt < attempt or named is not None):
                await asyncio.wait({under_way})
                return await self.look(caller, state, tool, digest, named)
            if step.ended is None:
                continue  # the same attempt has made an equal one: this is another
            if step.unknown:
                found = await self._unknown(state, step, tool, attempt, named)
                if found is not None:
                    return found
            elif named is not None or step.attempt < attempt or _unheard(step, tool):
                return self._ended(state, step, step.ended, attempt)
        return None

    async def _unknown(
        self, state: TaskState, step: Step, tool: ToolRow, attempt: int, named: str | None
    ) -> Answered | Again | None:
        call_id = step.intent.call.call_id
        meant = bool(attempt) or named is not None  # that very call
        if tool.repeatable:
            return Again(call_id, step.intent.case_id is not None) if meant else None
        if not meant and tool.effect != "irreversible":
            return None
        if step.word is None:
            await self.hear(state, step)
        if step.word == "did_not_happen":
            return Again(call_id, approved=True)
        if step.word == "happened":
            if step.taken and step.attempt >= attempt and named is None:
                return None  # this attempt knows: it means another one
            self._take(state, step, attempt)
            who = "A person has found out" if step.by is None else f"Its server says ({step.by})"
            text = f"{who} that this call was made. What it returned is not known."
            return Answered(_words(text, call_id, "succeeded"), "allow", RULE, f"answered as {call_id}")
        gave_up = " A person has looked, and it cannot be found out." if step.word is not None else ""
        text = f"Nobody knows whether this call was made; it is not repeated.{gave_up}"
        result = _words(text, call_id, "unknown", case_id=step.case_id)
        return Answered(result, "deny", UNKNOWN_RULE, f"the fate of {call_id} is not known", step.case_id)

    def _ended(self, state: TaskState, step: Step, ended: Ended, attempt: int) -> Answered | Again:
        call_id = step.intent.call.call_id
        kept, key = ended.kept, self._keys.get(step.intent.owner)
        if kept is None and step.intent.call.effect == "read":
            return Again(call_id, step.intent.case_id is not None)
        if step.attempt < attempt:
            self._take(state, step, attempt)
        if kept is not None and key is not None:
            result: dict[str, Any] = msgspec.json.decode(unseal(key, kept, call_id))
            meta = result.get("_meta")
            result["_meta"] = {**(meta if isinstance(meta, dict) else {}), REPLAYED: call_id}
        else:
            text = f"This call was made before and has {ended.outcome}. What it returned is not kept."
            result = _words(text, call_id, ended.outcome)
        return Answered(result, "allow", RULE, f"answered as {call_id}")

    def note_unheard(self, carried: Collection[str]) -> None:
        """Note that requests with these names went unanswered. Raises JournalError.

        Who repeats such a call does not know that it was made: it is told, and the call is not made again.
        """
        if not carried:
            return
        self._lost |= dict.fromkeys(carried)
        for name in list(self._lost)[:-MAX_LOST_KEPT]:
            del self._lost[name]
        for state in self._memory.tasks.states.values():
            for step in list(state.steps.values()):
                if step.intent.carried in carried and not step.unheard:
                    self._memory.write(Unheard(state.root_id, step.intent.call.call_id))

    def note_late(self, intent: Intent) -> None:
        """Note that a call goes out of whose request it was told before that it went unanswered."""
        if intent.carried in self._lost:
            self._memory.write(Unheard(intent.root_id, intent.call.call_id))

    def _take(self, state: TaskState, step: Step, attempt: int) -> None:
        self._memory.write(Taken(state.root_id, step.intent.call.call_id, attempt))

    async def hear(self, state: TaskState, step: Step) -> None:
        """Ask its server, then a person what became of a call, or hear what they have said.

        Raises NotReady, JournalError.
        """
        call_id = step.intent.call.call_id
        if step.case_id is None:
            look = await self._confirming.look(step.intent.call, step.intent.place)
            if step.word is not None:
                return  # another has looked meanwhile
            if look.made:
                self._memory.write(Told(state.root_id, call_id, "happened", by=look.asked))
                return
            case = await self._case(AskPerson(case_of_doubt(state, step, look.words), None, once=True))
            self._memory.write(Doubted(state.root_id, call_id, case.id))
        else:
            case = await self._case(GetCase(step.case_id))
        if case.state == "answered" and case.choice in get_args(Word):
            self._memory.write(Told(state.root_id, call_id, cast("Word", case.choice)))

    async def _case(self, question: Question) -> Case:
        told = await self._ask(question)
        if not isinstance(told, CaseIs):
            raise NotReady(f"The keeper answered {type(told).__name__}.")
        return told.case

    # What is kept

    async def ready(self, owner: str) -> None:
        """Have the key with which a task's results are sealed. Raises NotReady."""
        if owner not in self._keys:
            told = await self._ask(GetTaskKey(owner))
            if isinstance(told, TaskKeyIs) and told.key is not None:
                if len(self._keys) >= MAX_KEYS:
                    self._keys.clear()
                self._keys[owner] = told.key

    def kept(self, state: TaskState, owner: str, call_id: str, result: Mapping[str, Any]) -> bytes | None:
        """Return a result as it is kept; None where it is too long, or its task has too many."""
        text = msgspec.json.encode(result)
        if len(text) > MAX_ANSWER_BYTES or state.kept_bytes + len(text) > MAX_TASK_BYTES:
            logger.warning("the result of %s of %s is not kept: it is too long", call_id, state.root_id)
            return None
        return self.sealed(owner, call_id, text)

    def sealed(self, owner: str, about: str, text: bytes) -> bytes | None:
        """Return a text sealed with a task's key; None where it has none."""
        key = self._keys.get(owner)
        return seal(key, text, about, nonce=self._entropy(NONCE_BYTES)) if key is not None else None

    def opened(self, owner: str, about: str, sealed: bytes) -> bytes | None:
        """Return a text again; None where the task's key was erased. Raises StateError."""
        key = self._keys.get(owner)
        return unseal(key, sealed, about) if key is not None else None


def _reused() -> Answered:
    text = f"The {NAMED} is that of another call: give each call its own, and its repetition the same."
    decision = {"verdict": "deny", "rule": REUSED_RULE, "reason": text, "approval_id": None}
    result = {"content": [{"type": "text", "text": text}], "isError": True, "_meta": {DECISION: decision}}
    return Answered(result, "deny", REUSED_RULE, "its idempotency key is that of another call")


def _unheard(step: Step, tool: ToolRow) -> bool:
    """Whether a call was made whose client has never heard of it, and that may not be made twice."""
    made = step.ended is not None and step.ended.outcome == "succeeded"
    return made and step.unheard and not tool.repeatable


def read_named(meta: object) -> str | None:
    """Return the digest of the idempotency key in a request's ``_meta``. Raises InvalidRequest."""
    found = meta.get(NAMED) if isinstance(meta, Mapping) else None
    if found is None:
        return None
    if not isinstance(found, str) or not 0 < len(found) <= MAX_KEY_CHARS:
        raise InvalidRequest(
            f"{NAMED} is not usable.", fix=f"Send a text of 1 to {MAX_KEY_CHARS} characters.", field=NAMED
        )
    return hashlib.sha256(found.encode("utf-8", "surrogatepass")).hexdigest()


def _words(text: str, call_id: str, outcome: str, *, case_id: str | None = None) -> dict[str, Any]:
    unknown = outcome == "unknown"
    decision = {
        "verdict": "unknown" if unknown else "allow",
        "rule": UNKNOWN_RULE if unknown else RULE,
        "reason": text,
        "approval_id": case_id,
        "outcome": outcome,
        "call_id": call_id,
    }
    content = [{"type": "text", "text": text}]
    return {"content": content, "isError": outcome != "succeeded", "_meta": {DECISION: decision}}
