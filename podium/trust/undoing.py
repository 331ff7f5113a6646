"""What takes an act back: its tool's ``undo``, with values out of the act's arguments and its result."""

from collections.abc import Mapping
from typing import Any

import msgspec

from podium.trust.tools import UndoRow
from podium.trust.values.paths import select


class Compensation(msgspec.Struct, frozen=True):
    """The call that takes an act back, as it is kept from when the act was done."""

    tool: str
    """``SERVER/TOOL``."""
    arguments: dict[str, Any]
    why_not: str | None = None
    """Why there is none."""


def decide_compensation(
    undo: UndoRow, arguments: Mapping[str, Any], content: Any
) -> tuple[dict[str, Any], str | None]:
    """Return the arguments of the call that undoes an act, and in words why there is none.

    ``content``: the result's structured content, or its text.
    """
    found: dict[str, Any] = {}
    for name, source in undo.arguments.items():
        where, _, path = source.partition(".")
        values = [value for _, value in select(arguments if where == "arguments" else content, path)]
        if len(values) != 1:
            return {}, f"{source} leads nowhere" if not values else f"{source} leads to several values"
        _put(found, name.split("."), values[0])
    return found, None


def _put(into: dict[str, Any], steps: list[str], value: Any) -> None:
    for step in steps[:-1]:
        into = into.setdefault(step, {})
    into[steps[-1]] = value
