"""What goes into a thing that there is: *put the red into Tom's card* makes no new card.

A tool that only makes things is not asked for by their noun where that is where something goes.
"""

from collections.abc import Sequence
from typing import Final

from podium.trust.english.lexicon import word_set
from podium.trust.english.words import Token, singular
from podium.trust.request.nouns import own_nouns
from podium.trust.tools import ToolRow

_INTO: Final = word_set("into in on onto to under")
_DEFINITE: Final = word_set("the this that his her their its my our your")
_PLACES: Final = word_set(
    "agenda app backlog board calendar catalogue column database diary drive folder inbox list log overview "
    "page plan planner queue roster rota schedule shop store system table tool tracker"
)
"""Nouns of what holds all things of a kind: to be put there is to be made."""
_CHANGING: Final = word_set("update change edit set amend adjust correct modify")


def changes(phrase: Sequence[Token], tool: ToolRow, tools: Sequence[ToolRow]) -> ToolRow | None:
    """Return the tool that changes the thing into which something goes, where a tool only makes such things.

    ``phrase``: what an act is about. None where nothing goes into one, or no tool or several change it.
    """
    if any(row.sink == "object" for row in tool.arguments.values()):
        return None
    nouns = own_nouns(tool) - _PLACES
    low = [token.low for token in phrase]
    at = next((i for i, word in enumerate(low) if i and word in _INTO), len(low))
    if not nouns & {singular(word) for word in low[at + 1 :]} or nouns & {singular(w) for w in low[:at]}:
        return None
    place = low[at + 1 :]
    where = next(i for i, word in enumerate(place) if singular(word) in nouns)
    owned = any(word in _DEFINITE or word.endswith("'s") for word in place[max(0, where - 4) : where])
    found = [
        it
        for it in tools
        if it.server == tool.server
        and own_nouns(it) & nouns
        and _CHANGING & set(it.intents)
        and any(row.sink == "object" for row in it.arguments.values())
    ]
    return found[0] if owned and len(found) == 1 else None
