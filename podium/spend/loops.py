"""Cheap loops: work that repeats itself without costing much, which no velocity shows.

A task's steps (model and tool calls) are looked at as digests and counts alone: what was asked, what came of
it, how deep in the graph of calls. Nothing of a prompt or a result is kept. Memory is the same for any task.

Three kinds are told apart. Repeats: the same step with the same outcome, or a cycle of steps, over and over.
No progress: step after step brings no outcome that was not there before. Endless: the graph of calls gets
deeper, wider or larger than an agent's work does.
"""

import re
from collections import Counter, deque
from enum import StrEnum
from hashlib import blake2b
from typing import Final

import msgspec

_VARYING: Final = re.compile(
    r"0x[0-9a-f]+|\b[0-9a-f]{8}-[0-9a-f-]{27}\b|\b[0-9a-f]{12,}\b|\d+", re.IGNORECASE
)
_SPACE: Final = re.compile(r"\s+")
SHAPE_BYTES: Final = 8


def shape(text: str) -> bytes:
    """Return the digest of a text without what varies from turn to turn: numbers, ids, spacing, case."""
    plain = _SPACE.sub(" ", _VARYING.sub("#", text)).strip().casefold()
    return blake2b(plain.encode("utf-8", "surrogatepass"), digest_size=SHAPE_BYTES).digest()


class LoopKind(StrEnum):
    """What kind of loop it is."""

    REPEATS = "repeats"
    CYCLE = "cycle"
    NO_PROGRESS = "no_progress"
    DEEP = "deep"
    WIDE = "wide"
    SPREADING = "spreading"


ENDLESS: Final = frozenset({LoopKind.DEEP, LoopKind.SPREADING})
"""The graph of calls does not end: it is the task at its root that goes on."""


class LoopRule(msgspec.Struct, frozen=True):
    """When steps are a loop. Zero turns a part off."""

    repeats: int = 10
    """So many equal steps with equal outcomes among the last `window`."""
    window: int = 48
    cycle_turns: int = 5
    """So many turns on end of one cycle of up to `cycle_steps` steps."""
    cycle_steps: int = 6
    stale_steps: int = 40
    """So many steps on end without a new outcome."""
    depth: int = 16
    """Calls within calls: sub-agents of sub-agents."""
    open_calls: int = 256
    """Calls of one task that have begun and not ended."""
    tasks: int = 512
    """Sub-tasks of one task, and theirs, one after the other or at once."""


class Step(msgspec.Struct, frozen=True):
    """One step of a task. Digests of any length, made by the same function throughout a task."""

    asked: bytes
    """Tool and arguments, or the prompt's shape."""
    outcome: bytes
    """The result's digest; of a step that failed, the error's."""
    depth: int = 0
    open_calls: int = 0
    tasks: int = 0
    """Of the graph: the task at the root, and all below it."""
    waits: bool = False
    """The tool is there to be asked again (it polls): neither a repeat nor standing still."""


class Loop(msgspec.Struct, frozen=True):
    """A loop that was found. ``asked``: the steps that repeat, in order, for the case to say in words."""

    kind: LoopKind
    count: int
    """Repeats, turns, steps without progress, depth, open calls or tasks."""
    asked: tuple[bytes, ...] = ()


class LoopWatch:
    """Looks at the steps of one task, one after the other."""

    def __init__(self, rule: LoopRule) -> None:
        self._rule = rule
        self._steps: deque[tuple[bytes, bytes]] = deque(
            maxlen=max(rule.window, rule.cycle_turns * rule.cycle_steps)
        )
        self._recent: deque[tuple[bytes, bytes]] = deque()
        self._counts: Counter[tuple[bytes, bytes]] = Counter()
        self._outcomes: dict[bytes, None] = {}
        self._stale = 0

    def take(self, step: Step) -> Loop | None:
        """Take in a step; return the loop that it makes plain, the gravest first."""
        rule = self._rule
        if rule.depth and step.depth > rule.depth:
            return Loop(LoopKind.DEEP, step.depth, (step.asked,))
        if rule.open_calls and step.open_calls > rule.open_calls:
            return Loop(LoopKind.WIDE, step.open_calls, (step.asked,))
        if rule.tasks and step.tasks > rule.tasks:
            return Loop(LoopKind.SPREADING, step.tasks, (step.asked,))
        if step.waits:
            return None
        pair = (step.asked, step.outcome)
        self._steps.append(pair)
        repeated = self._count(pair)
        fresh = self._is_new(step.outcome)
        self._stale = 0 if fresh else self._stale + 1
        if rule.repeats and repeated >= rule.repeats:
            return Loop(LoopKind.REPEATS, repeated, (step.asked,))
        # A cycle needs as many old outcomes as its later turns have steps: most steps end here.
        if not fresh and rule.cycle_turns and self._stale >= rule.cycle_turns - 1:
            cycle = self._cycle()
            if cycle:
                return Loop(LoopKind.CYCLE, rule.cycle_turns, cycle)
        if rule.stale_steps and self._stale >= rule.stale_steps:
            return Loop(LoopKind.NO_PROGRESS, self._stale)
        return None

    def _count(self, pair: tuple[bytes, bytes]) -> int:
        self._recent.append(pair)
        self._counts[pair] += 1
        if len(self._recent) > self._rule.window:
            oldest = self._recent.popleft()
            self._counts[oldest] -= 1
            if not self._counts[oldest]:
                del self._counts[oldest]
        return self._counts[pair]

    def _is_new(self, outcome: bytes) -> bool:
        """Return whether an outcome was not among the last ones, of which a bounded number is kept."""
        known = self._outcomes.pop(outcome, self) is None
        self._outcomes[outcome] = None
        if len(self._outcomes) > 4 * max(self._rule.stale_steps, self._rule.window):
            del self._outcomes[next(iter(self._outcomes))]
        return not known

    def _cycle(self) -> tuple[bytes, ...]:
        """Return what one turn asks, if the last steps are turns of one cycle of two steps or more."""
        steps = list(self._steps)
        for length in range(2, self._rule.cycle_steps + 1):
            span = length * self._rule.cycle_turns
            if len(steps) < span:
                break
            last = steps[-length:]
            if len(set(last)) > 1 and steps[-span:] == last * self._rule.cycle_turns:
                return tuple(asked for asked, _outcome in last)
        return ()
