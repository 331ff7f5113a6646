"""What the tool gateway knows of each task: what it has read, what it has used, what waits for a person.

All of it changes by records of the state's journal alone, so that a restart rebuilds it by reading them. The
tasks of one delegation share the state of the task at its root: what one of them has read, all may have.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Final

import msgspec

from podium.kernel.ids import ulid
from podium.spend.journal import ToolCall
from podium.tools.changes import (
    Act,
    Began,
    Change,
    Doubted,
    Ended,
    Fixed,
    GoesOut,
    Heard,
    Intent,
    Left,
    Life,
    Lost,
    Over,
    Taken,
    Told,
    Undoing,
    Undone,
    Unheard,
    Waiting,
    Word,
)
from podium.trust.cases import Case
from podium.trust.grounding.record.readings import Readings
from podium.trust.values.labels import WORST

MAX_HELD_BYTES: Final = 128 << 20
"""Of one delegation: one that has read more is let read no more."""
READ_ENOUGH: Final = f"the task has read {MAX_HELD_BYTES >> 20} MiB, which is the most: end it, start another"
SETTLED: Final = frozenset({"succeeded", "failed", "unknown"})


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
        elif isinstance(change, Heard):
            self.readings.apply(change.read)
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
