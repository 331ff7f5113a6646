"""Figures of breakers for Prometheus: what is not closed, warned and paused, and that all are judged.

Labels are bounded: states and signals are enumerations, and departments are those of the manifests in force;
any other becomes ``other``. Written by the database thread; what is read is replaced, never changed.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final

from podium.ports import Clock

OTHER: Final = "other"
Key = tuple[str, ...]


class BreakerFigures:
    """What ``/metrics`` tells of breakers."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._departments: frozenset[str] = frozenset()
        self._evaluated_ns: int | None = None
        self.states: Mapping[Key, int] = {}
        """Keys that are not closed, by state and department (path)."""
        self.moves: Mapping[Key, int] = {}
        """Warnings and pauses since this keeper began, by signal and department."""

    def know(self, departments: Iterable[str]) -> None:
        """Take note of the paths that labels may bear from now on."""
        self._departments = frozenset(departments)

    def evaluated(self) -> None:
        """Note that every key is being judged."""
        self._evaluated_ns = self._clock.monotonic_ns()

    def moved(self, signal: str, department: str) -> None:
        """Count a warning or a pause."""
        self.moves = Counter(self.moves) + Counter([(signal, self._label(department))])

    def stand(self, open_keys: Iterable[tuple[str, str]]) -> None:
        """Take in the state and the department of every key that is not closed."""
        self.states = Counter((state, self._label(department)) for state, department in open_keys)

    def age_s(self) -> float | None:
        """Return seconds since every key was judged; None: never."""
        if self._evaluated_ns is None:
            return None
        return max(0, self._clock.monotonic_ns() - self._evaluated_ns) / 1e9

    def _label(self, department: str) -> str:
        return department if department in self._departments else OTHER
