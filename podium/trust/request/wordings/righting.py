"""What is put right in a text that there is: *put the right day into the order sheet* edits it.

What takes the place of something wrong is not added beneath: the tool that changes such texts is meant too.
"""

from collections.abc import Sequence
from typing import Final

from podium.trust.english.lexicon import DETERMINERS, INDEFINITE, PREPOSITIONS, word_set
from podium.trust.request.asking import Act, Sentence
from podium.trust.request.nouns import kinds_like, own_nouns
from podium.trust.tools import ToolRow

_PUTTING: Final = word_set("put enter write get")
_RIGHT: Final = word_set("right correct corrected proper actual true")
"""What takes the place of something wrong."""
_INTO: Final = word_set("in into")
_TEXTS: Final = word_set("file sheet document doc list page table spreadsheet plan text overview")
_CHANGING: Final = word_set("edit change correct update replace fix amend")
_ENDS: Final = word_set(", ; : . ! ? and but so then if when because that which who")
_NEAR: Final = 12
"""Words in which stands what is put, and where."""


def righting(sentence: Sentence, act: Act, tools: Sequence[ToolRow]) -> ToolRow | None:
    """Return the one tool that changes a text, where an order puts the right thing into one that there is."""
    if sentence[act.at].low not in _PUTTING or act.end != act.at:
        return None
    low = [token.low for token in sentence[act.at + 1 : act.at + 1 + _NEAR]]
    low = low[: next((i for i, word in enumerate(low) if word in _ENDS), len(low))]
    at = next((i for i, word in enumerate(low) if word in _INTO), 0)
    if low[:1] != ["the"] or not at or low[1] not in _RIGHT or at < len(_LEAST):
        return None
    place = low[at + 1 :]
    place = place[: next((i for i, word in enumerate(place) if word in PREPOSITIONS), len(place))]
    if not place or place[0] not in DETERMINERS - INDEFINITE or place[-1] not in _TEXTS:
        return None
    kinds = kinds_like(place[-1]) | {"file", "document", "text"}
    found = [tool for tool in tools if _changes(tool) and kinds & own_nouns(tool)]
    return found[0] if len(found) == 1 else None


def _changes(tool: ToolRow) -> bool:
    """Return whether a tool changes words of a text that there is, so that it can be undone."""
    sinks = {row.sink for row in tool.arguments.values()}
    there = "object" in sinks or "path" in sinks
    return there and "text" in sinks and tool.effect == "write" and not _CHANGING.isdisjoint(tool.intents)


_LEAST: Final = ("the", "right", "thing")
