"""What fills the windows of a task's calls, counted while the provider works on them.

Of what was said a worker keeps marks and sizes, never words: of the last few conversations of each task that
it has served lately, as long as the task lives. What it has not served itself it does not know, so the call
that one is held against is named.
"""

import logging
from collections import Counter
from operator import add
from typing import Final

import msgspec

from podium.evidence.windows import Window, shares
from podium.gateway.endpoints import Endpoint
from podium.kernel.call import Request, Usage
from podium.kernel.window import DOCUMENTS, KINDS, TOOL_RESULTS, Weighed
from podium.manifest.orders import Orders
from podium.manifest.snapshot import Snapshot
from podium.wire.windows import marks_of, turns_of, weigh, weigh_frame

logger = logging.getLogger(__name__)

CONVERSATIONS: Final = 4
"""Of one task; the one that was used last longest ago gives way."""
MOST_TURNS: Final = 4_000
"""A longer conversation is counted, and not remembered."""
MOST_MARKS: Final = 50_000
"""Of all tasks together; those that were used last longest ago give way."""


class Talk(msgspec.Struct):
    """One call's window as the next one is held against it."""

    span_id: str
    marks: tuple[int, ...]
    weighed: dict[int, Weighed]
    said: tuple[int, ...]
    """The bytes of its messages by kind, results of tools as such."""
    media: int
    weight: int
    """The bytes of all that filled it."""
    input_tokens: int


class Windows:
    """One worker's memory."""

    def __init__(self) -> None:
        self._tasks: dict[str, list[Talk]] = {}
        self._marks = 0
        self._orders: Orders | None = None
        self._retrieving: tuple[Snapshot, frozenset[str]] | None = None

    def begin(
        self, task_id: str, request: Request, endpoint: Endpoint, snapshot: Snapshot, orders: Orders
    ) -> "Filling | None":
        """Return what counts a call's window, None for what is no chat."""
        if orders is not self._orders:
            self._orders = orders
            for task in orders.tasks.dead:
                self.forget(task)
        if request.operation != "chat":
            return None
        return Filling(self, task_id, request, endpoint.wire.NAME, snapshot)

    def talks(self, task_id: str) -> list[Talk]:
        """Return the conversations of a task, the newest first."""
        return self._tasks.get(task_id, [])

    def forget(self, task_id: str) -> None:
        """Forget a task."""
        for talk in self._tasks.pop(task_id, ()):
            self._marks -= len(talk.marks)

    def remember(self, task_id: str, talk: Talk, after: Talk | None) -> None:
        """Keep what the next call of a conversation is held against, in the place of the one before."""
        if len(talk.marks) > MOST_TURNS:
            return
        talks = [it for it in self._tasks.pop(task_id, []) if it is not after]
        if after is not None:
            self._marks -= len(after.marks)
        for gone in talks[CONVERSATIONS - 1 :]:
            self._marks -= len(gone.marks)
        self._tasks[task_id] = [talk, *talks[: CONVERSATIONS - 1]]
        self._marks += len(talk.marks)
        while self._marks > MOST_MARKS and len(self._tasks) > 1:
            self.forget(next(iter(self._tasks)))

    def retrieving(self, snapshot: Snapshot) -> frozenset[str]:
        """Return the names by which clients know tools whose results are documents."""
        if self._retrieving is None or self._retrieving[0] is not snapshot:
            self._retrieving = snapshot, snapshot.retrieving_tools()
        return self._retrieving[1]


class Filling:
    """One call's window: `count` once it was sent, `window` when its usage is known."""

    __slots__ = (
        "_before",
        "_dropped",
        "_known",
        "_marks",
        "_media",
        "_parts",
        "_request",
        "_said",
        "_snapshot",
        "_task_id",
        "_windows",
        "_wire",
        "counted",
    )

    def __init__(
        self, windows: Windows, task_id: str, request: Request, wire: str, snapshot: Snapshot
    ) -> None:
        self._windows, self._task_id = windows, task_id
        self._request, self._wire, self._snapshot = request, wire, snapshot
        self._before: Talk | None = None
        self._dropped: int | None = None
        """Bytes."""
        self._known: dict[int, Weighed] = {}
        self._marks: tuple[int, ...] = ()
        self._media = 0
        self._said: tuple[int, ...] = ()
        self._parts: tuple[int, ...] | None = None
        self.counted = False

    def count(self) -> None:
        """Weigh the body, unless that is done. What fails here is logged: a call is settled all the same."""
        if self.counted:
            return
        self.counted = True
        try:
            self._count()
        except Exception:
            self._parts = None
            logger.exception("what fills the window of a call of %s could not be counted", self._task_id)

    def _count(self) -> None:
        """Weigh the messages that the call before did not have, and add what it had."""
        fields, wire = self._request.fields, self._wire
        turns = turns_of(wire, fields)
        if turns is None:
            return
        marks = self._marks = marks_of(turns)
        talks = self._windows.talks(self._task_id)
        for talk in talks:
            done = len(talk.marks)
            if done and marks[:done] == talk.marks:
                said, self._media = list(talk.said), talk.media
                known = self._known = talk.weighed.copy()
                self._before, gone, new = talk, 0, marks[done:]
                self._weigh(turns[done:], new, known, said)
                break
        else:
            said, new = [0] * len(KINDS), marks
            known = {}
            for talk in reversed(talks):
                known |= talk.weighed
            self._weigh(turns, marks, known, said)
            self._known = {mark: known[mark] for mark in marks}
            gone, new = self._compare(talks)
        if self._before is not None and _answers(new, self._known) < 2:
            self._dropped = gone
        self._said = tuple(said)
        found = self._found_documents()
        said[TOOL_RESULTS] -= found
        said[DOCUMENTS] += found
        self._parts = tuple(map(add, said, weigh_frame(fields)))

    def _weigh(
        self, turns: list[bytes], marks: tuple[int, ...], known: dict[int, Weighed], said: list[int]
    ) -> None:
        """Add what messages weigh to ``said``, and those that nobody knows yet to ``known``."""
        for turn, mark in zip(turns, marks, strict=True):
            weighed = known.get(mark)
            if weighed is None:
                weighed = known[mark] = weigh(self._wire, turn)
            said[:] = map(add, said, weighed.weights)
            self._media += weighed.media

    def _found_documents(self) -> int:
        """Return the bytes of results of tools that retrieve."""
        retrieving = self._windows.retrieving(self._snapshot)
        if not retrieving:
            return 0
        names: dict[str, str] = {}
        found = 0
        for mark in self._marks:
            weighed = self._known[mark]
            names.update(weighed.calls)
            for called, weight in weighed.results:
                name = called[1:] if called.startswith("=") else names.get(called)
                found += weight if name in retrieving else 0
        return found

    def _compare(self, talks: list[Talk]) -> tuple[int, tuple[int, ...]]:
        """Find the call before this one; return the bytes of it that are gone, and what is new."""
        marks = self._marks
        here = set(marks)
        alike = [len(here.intersection(talk.marks)) for talk in talks]
        if not any(alike):
            return 0, marks
        self._before = before = talks[alike.index(max(alike))]
        left, added = Counter(before.marks), []
        for mark in marks:
            if left[mark] > 0:
                left[mark] -= 1
            else:
                added.append(mark)
        gone = sum([sum(before.weighed[mark].weights) * times for mark, times in left.items()])
        return gone, tuple(added)

    def window(self, span_id: str, usage: Usage) -> Window | None:
        """Return what filled the window, with the provider's count, and remember it for the next call."""
        self.count()
        parts, before = self._parts, self._before
        if parts is None:
            return None
        tokens = usage.input_tokens
        dropped = growth = against = None
        if before is not None and self._dropped is not None:
            dropped = self._dropped
            if dropped:
                dropped, _ = shares((dropped, max(0, before.weight - dropped)), before.input_tokens)
            growth, against = tokens - before.input_tokens, before.span_id
        weight = sum(parts)
        talk = Talk(span_id, self._marks, self._known, self._said, self._media, weight, tokens)
        self._windows.remember(self._task_id, talk, before)
        return Window(shares(parts, tokens), dropped, growth, self._media, against, weight)


def _answers(new: tuple[int, ...], known: dict[int, Weighed]) -> int:
    """Return how many answers of a model are among messages: what stands together is one."""
    count, within = 0, False
    for mark in new:
        by_model = known[mark].by_model
        count += by_model and not within
        within = by_model
    return count
