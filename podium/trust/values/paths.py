"""Paths into results and arguments: dots lead into objects, ``[]`` to each element of a list.

``messages[].from.email`` is the field ``email`` of the field ``from`` of every element of ``messages``.
The root may be a list: ``[].id``. The empty path is the root.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Final

PATH: Final = re.compile(r"(?:\[\]|[^\s.\[\]\"\\]+)(?:\[\]|\.[^\s.\[\]\"\\]+)*|")
"""What a path looks like."""

Step = str | int
"""A key, or an index."""


def select(value: Any, path: str) -> Iterator[tuple[tuple[Step, ...], Any]]:
    """Yield where a path leads, as keys and indexes, and what is there. Nothing where it leads nowhere.

    Servers that wrap a bare value as ``{"result": value}`` (the official MCP SDK does) are read both ways.
    """
    found = list(_follow(value, _steps(path)))
    if not found and isinstance(value, dict) and set(value) == {"result"}:
        found = [(("result", *steps), item) for steps, item in _follow(value["result"], _steps(path))]
    yield from found


def pattern_of(steps: tuple[Step, ...]) -> str:
    """Return the path whose pattern a place has: ``("messages", 3, "id")`` is ``messages[].id``."""
    out = ""
    for step in steps:
        out += "[]" if isinstance(step, int) else f".{step}" if out else step
    return out


@lru_cache(maxsize=4096)
def _steps(path: str) -> tuple[str, ...]:
    return tuple(re.findall(r"\[\]|[^\s.\[\]]+", path))


def _follow(value: Any, steps: tuple[str, ...]) -> Iterator[tuple[tuple[Step, ...], Any]]:
    if not steps:
        yield (), value
        return
    head, rest = steps[0], steps[1:]
    inner: list[tuple[Step, Any]] = []
    if head == "[]" and isinstance(value, list):
        inner = list(enumerate(value))
    elif isinstance(value, dict) and head in value:
        inner = [(head, value[head])]
    for step, item in inner:
        for where, found in _follow(item, rest):
            yield (step, *where), found
