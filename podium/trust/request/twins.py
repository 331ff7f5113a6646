"""Tools of one server that do the same, of which one does it at once and the other on a day.

*Pay Ann on 5 December* is no order to pay her now, though `transfer` lists `pay` as `schedule_transfer` does.
"""

import re
from collections.abc import Iterable
from typing import Final

from podium.trust.english.lexicon import word_set
from podium.trust.tools import ToolRow

_LATER: Final = word_set(
    "schedule scheduled plan planned delay delayed defer deferred later future timed dated"
)
"""Words of the name of a tool that does something on a day."""
_ANY: Final = word_set("send make create do pay post add submit issue start new now instant immediate")
"""Words of a name that the other one need not have."""


def on_a_day(tool: ToolRow, tools: Iterable[ToolRow]) -> str:
    """Return the id of a tool of the same server that does the same on a day, if this one takes no day.

    Of several the one that takes least beside.
    """
    own = {row.sink for row in tool.arguments.values()}
    if not own or "date" in own:
        return ""
    found = [it for it in tools if it.server == tool.server and _does_same(tool, it)]
    return min(found, key=lambda it: len(it.arguments)).id if found else ""


def _does_same(tool: ToolRow, other: ToolRow) -> bool:
    """Return whether a tool that takes a day takes all that another one does too, for the same act."""
    own = {row.sink for row in tool.arguments.values()}
    sinks = {row.sink for row in other.arguments.values()}
    if "date" not in sinks or not own <= sinks or not other.writes:
        return False
    if {it.casefold() for it in tool.intents} & {it.casefold() for it in other.intents}:
        return True
    names = set(_words(other.name))
    return bool(names & _LATER) and set(_words(tool.name)) - _ANY <= names


def _words(name: str) -> list[str]:
    return re.findall("[a-z]+", re.sub(r"([a-z])([A-Z])", r"\1 \2", name).casefold())
