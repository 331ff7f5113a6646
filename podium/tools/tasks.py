"""What the tool gateway knows of each task: what it has read, what it has used, what waits for a person.

All of it changes by records of the state's journal alone, so that a restart rebuilds it by reading them. The
tasks of one delegation share the state of the task at its root: what one of them has read, all may have.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Final, Literal

import msgspec

from podium.kernel.ids import ulid
from podium.spend.journal import ToolCall
from podium.trust.cases import Case
from podium.trust.grounding.readings import Read, Readings, Sent
from podium.trust.request.user import User
from podium.trust.values.labels import WORST

MAX_HELD_BYTES: Final = 128 << 20
"""Of one delegation: one that has read more is let read no more."""
READ_ENOUGH: Final = f"the task has read {MAX_HELD_BYTES >> 20} MiB, which is the most: end it, start another"
SETTLED: Final = frozenset({"succeeded", "failed", "unknown"})
Word = Literal["happened", "did_not_happen", "give_up"]
"""What a person says of a call of which nobody knows whether it was made."""


class Began(msgspec.Struct, frozen=True, array_like=True, tag=0):
    """The first that is heard of a task. Its request, and what follows from it, is fixed from here on."""

    root_id: str
    request: str
    at_ns: int = 0
    """When, unix nanoseconds; 0: it was written by a version that did not keep it."""
    user: User | None = None
    """Who *me* of the request is; None: nobody says."""


class Fixed(msgspec.Struct, frozen=True, array_like=True, tag=1):
    """What one agent may do within a task: its author's maximum, narrowed by the request."""

    root_id: str
    agent: str
    effective: bytes
    """JSON of `trust.request.narrowing.EffectiveGrant`."""


class Waiting(msgspec.Struct, frozen=True, array_like=True, tag=2):
    """A person was asked about a call."""

    root_id: str
    tool: str
    arguments_sha256: str
    case_id: str


class Intent(msgspec.Struct, frozen=True, array_like=True, tag=3):
    """A call goes out. A use is spent, and the approval, if there is one; neither comes back by a crash."""

    root_id: str
    call: ToolCall
    """As the audit will have it if nothing more is heard: its outcome is unknown."""
    sent: Sent | None = None
    case_id: str | None = None
    named: str | None = None
    """Digest of the idempotency key that the client gave; None: the call is known by what it asks."""
    attempt: int = 0
    """Of its task's run, from 1 on; 0: the task is no run."""
    run: str | None = None
    """The run."""
    words: tuple[str, ...] = ()
    """Its arguments, of a call that is not repeated: for the person who is asked what became of it."""
    repeats: str | None = None
    """The call of unknown fate that this is the repetition of: no further use is spent."""
    carried: str | None = None
    """By which a gateway elsewhere knows the request; None: it came in here."""
    place: str = ""
    """At which server; empty: of a version that did not say."""

    @property
    def key(self) -> str:
        """What equal calls have in common."""
        call = self.call
        return step_key(self.run, call.agent, call.tool, call.arguments_digest, self.named)

    @property
    def owner(self) -> str:
        """The task with whose key its result is sealed."""
        return self.run or self.root_id


class Ended(msgspec.Struct, frozen=True, array_like=True, tag=4):
    """What became of a call."""

    root_id: str
    call_id: str
    outcome: str
    """succeeded, failed, unknown; ``unsent``: nothing went out, so that the use was not spent."""
    read: Read | None = None
    kept: bytes | None = None
    """The result, sealed with the task's key: for a later attempt of a run."""
    undo: bytes | None = None
    """The call that takes it back, sealed likewise."""
    why: str | None = None
    """Why nobody knows what became of it."""


class Taken(msgspec.Struct, frozen=True, array_like=True, tag=6):
    """An attempt was answered as the call of an earlier one was."""

    root_id: str
    call_id: str
    attempt: int


class Doubted(msgspec.Struct, frozen=True, array_like=True, tag=7):
    """A person was asked what became of a call."""

    root_id: str
    call_id: str
    case_id: str


class Told(msgspec.Struct, frozen=True, array_like=True, tag=8):
    """They have said it, or its server has."""

    root_id: str
    call_id: str
    word: Word
    by: str | None = None
    """The tool of its server that found it; None: a person has said it."""


class Act(msgspec.Struct, frozen=True, array_like=True):
    """A write that may have to be undone."""

    call: ToolCall
    outcome: str
    """succeeded or unknown."""
    owner: str
    """The task with whose key ``undo`` is sealed."""
    undo: bytes | None = None
    word: Word | None = None
    place: str = ""


class Left(msgspec.Struct, frozen=True, array_like=True, tag=9):
    """What a task that is over has done: what undoing it takes, and nothing else."""

    root_id: str
    until_ns: int
    acts: tuple[Act, ...]


class Undoing(msgspec.Struct, frozen=True, array_like=True, tag=10):
    """The call that takes an act back goes out: once, across crashes."""

    root_id: str
    act_id: str
    call: ToolCall


class Undone(msgspec.Struct, frozen=True, array_like=True, tag=11):
    """What became of that call; ``unsent``: nothing went out, so it may be tried again."""

    root_id: str
    act_id: str
    outcome: str


class GoesOut(msgspec.Struct, frozen=True, array_like=True, tag=12):
    """The first byte of a call is about to be sent. Not waited for on the disk: see `Life`."""

    root_id: str
    call_id: str


class Unheard(msgspec.Struct, frozen=True, array_like=True, tag=14):
    """The answer of a call was lost on its way to the machine that it came from: its client knows of none."""

    root_id: str
    call_id: str


class Life(msgspec.Struct, frozen=True, array_like=True, tag=13):
    """A process writes from here on, under this boot of its host.

    Within one boot nothing that was written is lost, whatever becomes of the process: a call without
    `GoesOut` has not gone out. Across boots only what was waited for is there, and every open call may have.
    """

    boot_id: str
    root_id: str = ""
    closed: bool = False
    """Nothing was written behind it, and all before it was waited for."""
    lost_ns: int = 0
    """Up to when what a task has read may be lost: the host died. Unix nanoseconds; 0: nothing is."""


class Lost(msgspec.Struct, frozen=True, array_like=True, tag=15):
    """The host died while a task lived: nobody knows all that it has read."""

    root_id: str


class Over(msgspec.Struct, frozen=True, array_like=True, tag=5):
    """A task has ended. Everything about it is forgotten."""

    root_id: str


Change = (
    Began
    | Fixed
    | Waiting
    | Intent
    | Ended
    | Over
    | Taken
    | Doubted
    | Told
    | Left
    | Undoing
    | Undone
    | GoesOut
    | Unheard
    | Life
    | Lost
)


def step_key(run: str | None, agent: str, tool: str, digest: str, named: str | None) -> str:
    """Return what calls have in common that are the same one to a later attempt."""
    what = f"named {named}" if named is not None else f"{tool} {digest}"
    return f"{run or ''} {agent} {what}"


class Step:
    """One call that went out, and what became of it."""

    __slots__ = ("attempt", "by", "case_id", "ended", "intent", "replaced", "taken", "unheard", "word")

    def __init__(self, intent: Intent, replaced: "Step | None") -> None:
        self.intent = intent
        self.replaced = replaced
        """The call that it repeats."""
        self.attempt = intent.attempt
        """The last attempt that made it, or was answered so."""
        self.taken = False
        """Its word was given to an agent."""
        self.unheard = False
        self.ended: Ended | None = None
        self.case_id: str | None = None
        self.word: Word | None = None
        self.by: str | None = None

    @property
    def unknown(self) -> bool:
        """Whether nobody knows what became of it."""
        return self.ended is not None and self.ended.outcome == "unknown"


def _day(at_ns: int) -> date | None:
    """Return the day of a time, UTC: what `tomorrow` of a request is seen from."""
    return datetime.fromtimestamp(at_ns // 1_000_000_000, UTC).date() if at_ns else None


class TaskState:
    """One delegation's state. Changes come by `apply` alone."""

    def __init__(self, began: Began) -> None:
        self.root_id = began.root_id
        self.readings = Readings(began.request, _day(began.at_ns), began.user)
        self.fixed: dict[str, Fixed] = {}
        self.uses: dict[str, int] = {}
        self.waiting: dict[tuple[str, str], str] = {}
        """By tool and hash of the arguments: the case that was opened last."""
        self.spent: set[str] = set()
        """Cases whose approval has been used."""
        self.open: dict[str, Intent] = {}
        """Calls that are under way, by id."""
        self.gone: set[str] = set()
        """Those of them of which bytes may have gone out."""
        self.steps: dict[str, Step] = {}
        """Calls that went out, by id, in order; one that was repeated gives way to its repetition."""
        self.equal: dict[str, list[Step]] = {}
        """The same by `Intent.key`."""
        self.doubts: dict[str, Step] = {}
        """Irreversible calls of which nobody knows whether they were made, and nobody was asked."""
        self.kept_bytes = 0
        self.held_bytes = 0
        """Of all that is held of it, in memory and in the journal; most of it is what it has read."""
        self.untold: Case | None = None
        """It touched a decoy, of which the keeper does not know yet."""
        self.blocked_at: int | None = None
        """It touched a decoy while orders had this version: it is refused before new ones say so."""
        self.events: list[Change] = [began]
        """All that was taken in, in order."""

    def apply(self, change: Change) -> None:
        """Take a change in, now or when it is replayed."""
        self.events.append(change)
        if isinstance(change, Fixed):
            self.fixed[change.agent] = change
        elif isinstance(change, Waiting):
            self.waiting[change.tool, change.arguments_sha256] = change.case_id
        elif isinstance(change, Intent):
            tool = change.call.tool
            if change.repeats is None:
                self.uses[tool] = self.uses.get(tool, 0) + 1
            self.open[change.call.call_id] = change
            self._step(change)
            if change.case_id is not None:
                self.spent.add(change.case_id)
            if change.sent is not None:
                self.readings.apply(change.sent)
        elif isinstance(change, Lost):
            self.readings.forgotten = self.readings.context = WORST
            self.readings.objects_lost = True
        elif isinstance(change, GoesOut):
            self.gone.add(change.call_id)
        elif isinstance(change, Ended):
            intent = self.open.pop(change.call_id, None)
            self.gone.discard(change.call_id)
            if change.outcome == "unsent" and intent is not None:
                if intent.repeats is None:
                    self.uses[intent.call.tool] -= 1
                self.spent.discard(intent.case_id or "")
                self._take_back(change.call_id)
            elif (step := self.steps.get(change.call_id)) is not None:
                step.ended = change
                if step.unknown and step.intent.call.effect == "irreversible":
                    self.doubts[change.call_id] = step
                self.kept_bytes += len(change.kept or b"")
            if change.read is not None:
                self.readings.apply(change.read)
        elif isinstance(change, (Taken, Doubted, Told, Unheard)) and change.call_id in self.steps:
            step = self.steps[change.call_id]
            if isinstance(change, Unheard):
                step.unheard = True
            elif isinstance(change, Taken):
                step.attempt, step.taken = change.attempt, True
            elif isinstance(change, Doubted):
                step.case_id = change.case_id
                self.doubts.pop(change.call_id, None)
            else:
                step.word, step.by = change.word, change.by
                self.doubts.pop(change.call_id, None)

    def _step(self, intent: Intent) -> None:
        replaced = self.steps.pop(intent.repeats, None) if intent.repeats is not None else None
        made = self.steps[intent.call.call_id] = Step(intent, replaced)
        equal = self.equal.setdefault(intent.key, [])
        if replaced is not None and replaced in equal:
            equal[equal.index(replaced)] = made
        else:
            equal.append(made)

    def _take_back(self, call_id: str) -> None:
        step = self.steps.pop(call_id, None)
        if step is None:
            return
        equal = self.equal[step.intent.key]
        if step.replaced is not None:
            equal[equal.index(step)] = step.replaced
            self.steps[step.replaced.intent.call.call_id] = step.replaced
        else:
            equal.remove(step)

    def acts(self) -> tuple[Act, ...]:
        """Return the writes that were made, or may have been, in their order."""
        return tuple(
            Act(
                step.intent.call,
                step.ended.outcome,
                step.intent.owner,
                step.ended.undo,
                step.word,
                step.intent.place,
            )
            for step in self.steps.values()
            if step.ended is not None
            and step.ended.outcome in {"succeeded", "unknown"}
            and step.word != "did_not_happen"
            and step.intent.call.effect != "read"
        )

    def history(self) -> Iterator[Change]:
        """Yield all changes in order, for a journal that begins anew."""
        return (it for it in self.events if not isinstance(it, GoesOut) or it.call_id in self.gone)


class Tasks:
    """The state of every task that has not ended."""

    def __init__(self) -> None:
        self.states: dict[str, TaskState] = {}
        self.left: dict[str, Left] = {}
        """Of tasks that are over."""
        self.undone: dict[str, tuple[Undoing, str | None]] = {}
        """By the act's call: the call that takes it back, and what became of that."""
        self.gone: set[str] = set()
        """Calls that take an act back, and of which bytes may have gone out; their ends are not known."""
        self.boot_id = ""
        """Of the host when the last of it was written; empty: by a version that did not keep it."""
        self.closed = False
        self.lost_ns = 0
        """Tasks that began before may have read what is not known."""
        self._last: Change | None = None

    def apply(self, change: Change, size_bytes: int = 0) -> None:
        """Take a change in, that has so many bytes. One of a task that is over is passed over."""
        self._last = change
        if isinstance(change, Began):
            self.states.setdefault(change.root_id, TaskState(change))
        elif isinstance(change, Over):
            if self.states.pop(change.root_id, None) is None:
                self.left.pop(change.root_id, None)
                self.undone = {k: it for k, it in self.undone.items() if it[0].root_id != change.root_id}
        elif isinstance(change, Left):
            self.left[change.root_id] = change
        elif isinstance(change, Undoing):
            self.undone[change.act_id] = (change, None)
        elif isinstance(change, Undone):
            undoing, _ = self.undone.pop(change.act_id, (None, None))
            if undoing is not None:
                self.gone.discard(undoing.call.call_id)
            if undoing is not None and change.outcome != "unsent":
                self.undone[change.act_id] = (undoing, change.outcome)
        elif isinstance(change, Life):
            self.boot_id, self.closed, self.lost_ns = change.boot_id, change.closed, change.lost_ns
        elif isinstance(change, GoesOut) and any(
            it.call.call_id == change.call_id for it, outcome in self.undone.values() if outcome is None
        ):
            self.gone.add(change.call_id)
        elif (state := self.states.get(change.root_id)) is not None:
            state.apply(change)
            state.held_bytes += size_bytes

    def written_under(self, boot_id: str, now_ns: int = 0) -> None:
        """Go on under a boot of the host. After another one each open call may have gone out.

        And what tasks have read may be lost, unless it was closed in order. ``boot_id``: empty: not known, so
        that it may be another one.
        """
        if not boot_id or boot_id != self.boot_id:
            if not self.closed:
                self.lost_ns = now_ns
            for state in self.states.values():
                if not self.closed:
                    state.apply(Lost(state.root_id))
                for call_id in state.open.keys() - state.gone:
                    state.apply(GoesOut(state.root_id, call_id))
            self.gone.update(it.call.call_id for it, outcome in self.undone.values() if outcome is None)
            self.boot_id = boot_id

    def history(self) -> Iterator[Change]:
        """Yield what rebuilds all of it."""
        yield Life(self.boot_id, lost_ns=self.lost_ns)
        for state in self.states.values():
            yield from state.history()
        yield from self.left.values()
        for undoing, outcome in self.undone.values():
            yield undoing
            if outcome is not None:
                yield Undone(undoing.root_id, undoing.act_id, outcome)
            elif undoing.call.call_id in self.gone:
                yield GoesOut(undoing.root_id, undoing.call.call_id)

    def may_have_read(self, root_id: str) -> bool:
        """Whether a task of which nothing is known may have read something before the host died."""
        return root_id < "task_" + ulid(self.lost_ns // 1_000_000, bytes(16))

    def acts(self, root_id: str) -> tuple[Act, ...] | None:
        """Return what a task has done, whether it lives or is over; None where nothing is known of it."""
        state = self.states.get(root_id)
        if state is not None:
            return state.acts()
        left = self.left.get(root_id)
        return left.acts if left is not None else None

    def last_ended(self) -> ToolCall | None:
        """Return the audit of the call whose end is the last change; None: something else is."""
        last = self._last
        state = self.states.get(last.root_id) if isinstance(last, (Ended, Undone)) else None
        if isinstance(last, Undone) and last.act_id in self.undone:
            call, outcome = self.undone[last.act_id][0].call, last.outcome
        elif isinstance(last, Ended) and state is not None and last.call_id in state.steps:
            call, outcome = state.steps[last.call_id].intent.call, last.outcome
        else:
            return None
        return msgspec.structs.replace(call, outcome=outcome)

    def unfinished(self) -> list[tuple[Intent, bool]]:
        """Return the calls of which no end is known, and of each whether bytes of it may have gone out."""
        return [
            (intent, call_id in state.gone)
            for state in self.states.values()
            for call_id, intent in state.open.items()
        ]
