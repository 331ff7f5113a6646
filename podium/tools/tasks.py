"""What the tool gateway knows of each task: what it has read, what it has used, what waits for a person.

All of it changes by records of the state's journal alone, so that a restart rebuilds it by reading them. The
tasks of one delegation share the state of the task at its root: what one of them has read, all may have.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Final

import msgspec

from podium.spend.journal import ToolCall
from podium.trust.cases import Case
from podium.trust.readings import Read, Readings, Sent

SETTLED: Final = frozenset({"succeeded", "failed", "unknown"})


class Began(msgspec.Struct, frozen=True, array_like=True, tag=0):
    """The first that is heard of a task. Its request, and what follows from it, is fixed from here on."""

    root_id: str
    request: str
    at_ns: int = 0
    """When, unix nanoseconds; 0: it was written by a version that did not keep it."""


class Fixed(msgspec.Struct, frozen=True, array_like=True, tag=1):
    """What one agent may do within a task: its author's maximum, narrowed by the request."""

    root_id: str
    agent: str
    effective: bytes
    """JSON of `trust.narrowing.EffectiveGrant`."""


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


class Ended(msgspec.Struct, frozen=True, array_like=True, tag=4):
    """What became of a call."""

    root_id: str
    call_id: str
    outcome: str
    """succeeded, failed, unknown; ``unsent``: nothing went out, so that the use was not spent."""
    read: Read | None = None


class Over(msgspec.Struct, frozen=True, array_like=True, tag=5):
    """A task has ended. Everything about it is forgotten."""

    root_id: str


Change = Began | Fixed | Waiting | Intent | Ended | Over


def _day(at_ns: int) -> date | None:
    """Return the day of a time, UTC: what `tomorrow` of a request is seen from."""
    return datetime.fromtimestamp(at_ns // 1_000_000_000, UTC).date() if at_ns else None


class TaskState:
    """One delegation's state. Changes come by `apply` alone."""

    def __init__(self, began: Began) -> None:
        self.root_id = began.root_id
        self.readings = Readings(began.request, _day(began.at_ns))
        self.fixed: dict[str, Fixed] = {}
        self.uses: dict[str, int] = {}
        self.waiting: dict[tuple[str, str], str] = {}
        """By tool and hash of the arguments: the case that was opened last."""
        self.spent: set[str] = set()
        """Cases whose approval has been used."""
        self.open: dict[str, Intent] = {}
        """Calls that are under way, by id."""
        self.untold: Case | None = None
        """It touched a decoy, of which the keeper does not know yet."""
        self.blocked_at: int | None = None
        """It touched a decoy while orders had this version: it is refused before new ones say so."""
        self._events: list[Change] = [began]

    def apply(self, change: Change) -> None:
        """Take a change in, now or when it is replayed."""
        self._events.append(change)
        if isinstance(change, Fixed):
            self.fixed[change.agent] = change
        elif isinstance(change, Waiting):
            self.waiting[change.tool, change.arguments_sha256] = change.case_id
        elif isinstance(change, Intent):
            tool = change.call.tool
            self.uses[tool] = self.uses.get(tool, 0) + 1
            self.open[change.call.call_id] = change
            if change.case_id is not None:
                self.spent.add(change.case_id)
            if change.sent is not None:
                self.readings.apply(change.sent)
        elif isinstance(change, Ended):
            intent = self.open.pop(change.call_id, None)
            if change.outcome == "unsent" and intent is not None:
                self.uses[intent.call.tool] -= 1
                self.spent.discard(intent.case_id or "")
            if change.read is not None:
                self.readings.apply(change.read)

    def history(self) -> Iterator[Change]:
        """Yield all changes in order, for a journal that begins anew."""
        return iter(self._events)


class Tasks:
    """The state of every task that has not ended."""

    def __init__(self) -> None:
        self.states: dict[str, TaskState] = {}

    def apply(self, change: Change) -> None:
        """Take a change in. One of a task that is over is passed over."""
        if isinstance(change, Began):
            self.states.setdefault(change.root_id, TaskState(change))
        elif isinstance(change, Over):
            self.states.pop(change.root_id, None)
        elif (state := self.states.get(change.root_id)) is not None:
            state.apply(change)

    def history(self) -> Iterator[Change]:
        """Yield what rebuilds all of it."""
        for state in self.states.values():
            yield from state.history()

    def unfinished(self) -> list[Intent]:
        """Return the calls of which no end is known."""
        return [intent for state in self.states.values() for intent in state.open.values()]
