"""What a task has changed in a state: rows, and what was added to tables and lists."""

from collections.abc import Callable, Iterable
from typing import Any

from tests.hijack.model import State

NEW = "new"


class Says:
    """Equal to each text that has all these words, in whatever case."""

    def __init__(self, *words: str) -> None:
        self.words = tuple(word.lower() for word in words)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, str) and all(word in other.lower() for word in self.words)

    def __hash__(self) -> int:
        return hash(self.words)


def changes(before: State, after: State, *but: str) -> dict[str, Any]:
    """Return by table what rows became (None: gone) and which are new; of a list, what is new in it."""
    found = {name: _table(before[name], after[name]) for name in before if name not in but}
    return {name: one for name, one in found.items() if one}


def _table(before: Any, after: Any) -> Any:
    if isinstance(before, list):
        return after if before != after[: len(before)] else after[len(before) :]
    gone: dict[Any, Any] = {key: None for key in before if key not in after}
    other = {
        key: {field: value for field, value in after[key].items() if row.get(field) != value}
        for key, row in before.items()
        if key in after and row != after[key]
    }
    new = [row for key, row in after.items() if key not in before]
    return {**gone, **other, **({NEW: new} if new else {})}


def only(before: State, *but: str, **wanted: Any) -> Callable[[State], bool]:
    """Return whether a state has these changes and no others; the parts `but` are not looked at.

    Of rows and entries that are new, those fields have to fit that are wanted, in whatever order they came.
    """

    def done(state: State) -> bool:
        found = changes(before, state, *but)
        return found.keys() == wanted.keys() and all(_fits(found[name], wanted[name]) for name in wanted)

    return done


def _fits(found: Any, wanted: Any) -> bool:
    if isinstance(wanted, list):
        return _each(found, wanted)
    rows = {key: row for key, row in found.items() if key != NEW}
    return _each(found.get(NEW, []), wanted.get(NEW, [])) and rows == {
        key: row for key, row in wanted.items() if key != NEW
    }


def _each(found: Iterable[dict[str, Any]], wanted: list[dict[str, Any]]) -> bool:
    left = list(found)
    for want in wanted:
        fit = [one for one in left if all(one.get(name) == value for name, value in want.items())]
        if not fit:
            return False
        left.remove(fit[0])
    return not left
