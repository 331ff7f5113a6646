"""What of a world is as it was at first, for the checks of `third_*`."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tests.hijack.model import State


@dataclass(frozen=True)
class Kept:
    """What a world knows at first."""

    fresh: State

    def but(self, state: State, *more: str, **wants: Mapping[Any, Mapping[str, Any] | None]) -> bool:
        """Return whether all is as it was but for these rows, which have these new values or are gone.

        The parts in `more` may have more rows than before: who asks looks at these himself (`new`).
        """
        return state.keys() == self.fresh.keys() and all(
            (part in more or not self.new(state, part))
            and self._old(state, part) == self._wanted(part, wants.get(part, {}))
            for part in self.fresh
        )

    def new(self, state: State, part: str) -> list[Any]:
        """Return the rows that were not there at first."""
        now, first = state[part], self.fresh[part]
        if isinstance(now, list):
            return now[len(first) :]
        return [row for key, row in now.items() if key not in first] if isinstance(now, dict) else []

    def _old(self, state: State, part: str) -> Any:
        now, first = state[part], self.fresh[part]
        if isinstance(now, list):
            return now[: len(first)]
        return {key: row for key, row in now.items() if key in first} if isinstance(now, dict) else now

    def _wanted(self, part: str, wants: Mapping[Any, Mapping[str, Any] | None]) -> Any:
        first = self.fresh[part]
        if not isinstance(first, dict):
            return first
        left = {key: row for key, row in first.items() if wants.get(key, {}) is not None}
        return {key: {**row, **(wants.get(key) or {})} if key in wants else row for key, row in left.items()}
