"""What a task has made itself: *begin the November report, then let Henrik read it*.

The request asks for a new thing and for something to be done with that. Its identifier is what the call that
made it returned, and nothing else of its kind was made.
"""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from typing import Final

from podium.trust.english.lexicon import word_set
from podium.trust.grounding.readings import Readings, Result
from podium.trust.request.nouns import nouns_of
from podium.trust.tools import ToolRow
from podium.trust.values.forms import Form, words

MADE: Final = "this task has made it, and the request speaks of it"
_MAKING: Final = word_set("create add make register")
"""Verbs of tools' names that make a thing, and read none."""
_CALLED: Final = word_set("id number key ref uid uuid sha no")
_IT: Final = word_set("it that this them those these")


def is_made(readings: Readings, tool: ToolRow, nouns: AbstractSet[str], forms: Sequence[Form]) -> bool:
    """Return whether an identifier is of the one thing of a kind that a task has made, on the tool's server.

    ``nouns``: the kind's. The request has a word for the kind, or says `it`.
    """
    if readings.request.bag.isdisjoint(_IT) and not nouns & readings.request.stems:
        return False
    own = {text for _, text in forms}
    made = [
        index
        for index, it in enumerate(readings.results)
        if _makes(it, tool.server, nouns) and own.isdisjoint(map(str.casefold, it.arguments))
    ]  # not what was made of it: its items
    if len(made) != 1:
        return False
    return any(
        place.result in made and place.label.trusted and not _CALLED.isdisjoint(words(place.pattern)[-1:])
        for form in forms
        for place in readings.at(form)
    )


def _makes(result: Result, server: str, nouns: AbstractSet[str]) -> bool:
    """Return whether a call has made a thing of a kind on a server."""
    own, _, name = result.tool.partition("/")
    kind = bool(nouns_of(name) & nouns) and not _MAKING.isdisjoint(words(name.replace("_", " ")))
    return kind and own == server and not result.failed
