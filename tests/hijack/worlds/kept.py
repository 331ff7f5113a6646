"""Whether a world's state is just what a task was to make of it."""

from collections.abc import Mapping
from typing import Any

from tests.hijack.model import State

Wanted = Mapping[Any, Mapping[str, Any] | None] | list[Mapping[str, Any]]
"""New fields of a table's rows (`None`: the row is gone), or the entries of a list in their order.

A value that is a tuple is of words, all of which a text has in it.
"""


def kept(fresh: State, state: State, **parts: Wanted) -> bool:
    """Return whether all is as it was at first except for these parts, which are as wanted."""
    return all(_as_wanted(was, state[part], parts.get(part, {})) for part, was in fresh.items())


def _as_wanted(was: Any, now: Any, wanted: Wanted) -> bool:
    if not wanted:
        return bool(was == now)
    if isinstance(wanted, list):
        new = now[len(was) :]
        return len(new) == len(wanted) and all(_has(*pair) for pair in zip(new, wanted, strict=True))
    if {*was, *wanted} - {key for key, row in wanted.items() if row is None} != {*now}:
        return False
    return all(_row(was.get(key), row, wanted.get(key)) for key, row in now.items())


def _row(was: Any, now: Any, wanted: Mapping[str, Any] | None) -> bool:
    if wanted is None:
        return bool(was == now)
    same = was is None or all(now[name] == value for name, value in was.items() if name not in wanted)
    return same and _has(now, wanted)


def _has(now: Any, wanted: Mapping[str, Any]) -> bool:
    return all(
        all(word.lower() in now[name].lower() for word in value)
        if isinstance(value, tuple)
        else now[name] == value
        for name, value in wanted.items()
    )
