"""The words of what an author lists, as a request is read: `say I'm coming`, `put into my contacts`.

Of several words each is looked for. What is written in short stands in words, as in a request; small words
of where something goes count as each other, where one more word says where: `put in my contacts`.
"""

from functools import lru_cache
from typing import Final

from podium.trust.english.words import Form, form_of, sentences

_ALIKE: Final = {
    "in": frozenset(("into",)),
    "into": frozenset(("in", "to")),
    "on": frozenset(("onto",)),
    "onto": frozenset(("on",)),
    "to": frozenset(("into",)),
}
_SHORT: Final = ("'", "\u2019", "\u2018")


@lru_cache(maxsize=4096)
def parts_of(intent: str) -> tuple[str, ...]:
    """Return the words of an intent, in order, lower case."""
    if " " in intent and any(mark in intent for mark in _SHORT):
        return tuple(it.low for one in sentences(intent) for it in one if it.kind == "word") or (intent,)
    return tuple(intent.casefold().replace("-", " ").split()) or (intent,)


def form_in(word: str, parts: tuple[str, ...], at: int) -> Form | None:
    """Return as which form of an intent's word at a place a word of a request may stand, or None.

    A small word at the end belongs to its verb, and is none other: `let in`, `look into`.
    """
    if at + 1 < len(parts) and word in _ALIKE.get(parts[at], ()):
        return "base"
    return form_of(word, parts[at])
