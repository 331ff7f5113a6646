"""Counts that processes tell of their whole lives: ways of calls at the workers, refusals of tool calls."""

import threading
from collections.abc import Sequence
from typing import Final

from podium.ports.link import LANE_WAYS

MOST_WORKERS: Final = 4096


class ToldCounts:
    """Sums since this keeper began. `told` runs in the event loop, `totals` in any thread."""

    def __init__(self, ways: Sequence[str] = LANE_WAYS) -> None:
        self._ways = ways
        self._lock = threading.Lock()
        self._last: dict[str, tuple[int, ...]] = {}
        """What each process has told last."""
        self._totals = dict.fromkeys(ways, 0)

    def told(self, life: str, ways: Sequence[int]) -> None:
        """Take the counts of a process of its whole life. What it says first is where counting begins."""
        last = self._last.get(life)
        if ways == last or not ways:
            return
        with self._lock:
            if last is not None:
                for way, now, before in zip(self._ways, ways, last, strict=False):
                    self._totals[way] += max(0, now - before)
            elif len(self._last) >= MOST_WORKERS:
                del self._last[next(iter(self._last))]
            self._last[life] = tuple(ways)

    def totals(self) -> dict[tuple[str, ...], int]:
        """Return how many there were of each."""
        with self._lock:
            return {(way,): count for way, count in self._totals.items()}
