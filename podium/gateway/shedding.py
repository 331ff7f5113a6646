"""Load is shed before the event loop lags: a worker that wakes late takes fewer calls, in fair parts.

How many: fewer by a fifth at each late tick, more by a tenth at each timely one. Who: every agent gets the
same part, and what one does not need others get; so an agent that floods a worker is refused, and one that
calls now and then is not. One late tick alone is a hiccup of the machine and means nothing.
"""

import logging
from collections.abc import Callable
from typing import Final

TICK_S: Final = 0.05
LATE_S: Final = 0.2
LATE_TICKS: Final = 3
"""So many ticks in a row, each so late, are the sign of a loop that has more to do than it can."""
FEWEST_PER_S: Final = 200.0
CALM_TICKS: Final = 20
"""After so many timely ticks in which nobody was refused everybody is let in again."""
QUIET_TICKS: Final = 20
"""After so many ticks without a call there is none until the next call: there is nothing to shed."""

logger = logging.getLogger(__name__)


def decide_level(demands: list[int], budget: float) -> float:
    """Return the most that each may have so that all together stay within ``budget`` (max-min fairness)."""
    left = budget
    ordered = sorted(demands)
    for position, demand in enumerate(ordered):
        level = left / (len(ordered) - position)
        if demand > level:
            return level
        left -= demand
    return budget


class LoadGuard:
    """Watches how late the loop is, and says which calls to refuse."""

    def __init__(self) -> None:
        self.per_s: float | None = None
        """Calls that are taken in a second; None: all."""
        self.shed = 0
        """Calls refused since the start."""
        self._taken = 0
        self._asked: dict[str, int] = {}
        self._level = 0.0
        self._calm = 0
        self._late = 0
        self._tick_s = 0.0
        self._shed_before = 0
        self._quiet = 0
        self._begin: Callable[[], None] | None = None
        """Ticks again. None: it ticks, or nobody watches."""

    def refuses(self, agent: str) -> bool:
        """Return whether a call of an agent is refused now, and count it."""
        if self._begin is not None:
            self._begin()
        if self.per_s is None:
            self._taken += 1
            return False
        asked = self._asked[agent] = self._asked.get(agent, 0) + 1
        if asked > self._level:
            self.shed += 1
            return True
        self._taken += 1
        return False

    def tick(self, now_s: float) -> None:
        """Look at the clock. To be called every `TICK_S`; how late it is called is what is measured."""
        passed_s = now_s - self._tick_s if self._tick_s else TICK_S
        self._tick_s = now_s
        self._late = self._late + 1 if passed_s > TICK_S + LATE_S else 0
        if self._late >= LATE_TICKS:
            rate = self._taken / passed_s
            if self.per_s is None:
                logger.warning("the event loop woke %.0f ms late: load is shed", (passed_s - TICK_S) * 1e3)
            self.per_s = max(FEWEST_PER_S, 0.8 * min(rate, self.per_s or rate))
            self._calm = 0
        elif self.per_s is not None and not self._late:
            self.per_s *= 1.1
            self._calm = self._calm + 1 if self.shed == self._shed_before else 0
            if self._calm >= CALM_TICKS:
                logger.warning("all calls are taken again; %d were refused", self.shed)
                self.per_s = None
        if self.per_s is not None:
            self._level = max(1.0, decide_level(list(self._asked.values()), self.per_s * TICK_S))
        self._quiet = 0 if self._taken or self._asked or self.per_s is not None else self._quiet + 1
        self._asked = {}
        self._taken = 0
        self._shed_before = self.shed

    def watch(self, now_s: Callable[[], float], later: Callable[[float, Callable[[], None]], object]) -> None:
        """Tick while calls come, for ever, on a loop's clock: ``now_s``, ``later``: `time`, `call_later`."""

        def begin() -> None:
            self._begin, self._quiet, self._tick_s = None, 0, now_s()
            later(TICK_S, again)

        def again() -> None:
            self.tick(now_s())
            if self._quiet < QUIET_TICKS:
                later(TICK_S, again)
            else:
                self._begin = begin

        begin()
