"""Passages that the texts of a call share with what was read."""

from collections.abc import Sequence

from podium.trust.grounding.readings import Passage, Readings


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
