"""Passages that the texts of a call share with what was read."""

from bisect import bisect_right
from collections.abc import Sequence

from podium.trust.grounding.record.readings import Passage, Place, Readings
from podium.trust.grounding.record.results import pieced
from podium.trust.values.forms import squash


class Passages:
    """Looks for each text once. Made for one decision."""

    def __init__(self, readings: Readings) -> None:
        self._readings = readings
        self._found: dict[tuple[str, int], Sequence[Passage]] = {}

    def of(self, squashed: str, least: int) -> Sequence[Passage]:
        """Return the passages of at least so many squashed characters that a text shares with results."""
        key = squashed, least
        if key not in self._found:
            self._found[key] = tuple(self._readings.shared(squashed, least=least))
        return self._found[key]


def pieces(readings: Readings, value: str) -> list[Place]:
    """Return where the pieces stand of which a value was joined, empty where they do not make it up.

    Each piece has four letters or digits at least.
    """
    found = pieced(squash(value), [result.blob for result in readings.results])
    results = [(readings.results[index], at) for index, at in found]
    return [readings.places[it.places[bisect_right(it.starts, at) - 1]] for it, at in results]
