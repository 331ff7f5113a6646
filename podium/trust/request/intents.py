"""The words of what an author lists, as a request is read: `say I'm coming`, `put into my contacts`.

Of several words each is looked for. What is written in short stands in words, as in a request; small words
of where something goes count as each other, where one more word says where: `put in my contacts`. A hyphen is
none that parts a verb from its small word, `check-in`; behind anything else it joins one word: `to-do`.
"""

from functools import lru_cache
from typing import Final

from podium.trust.english.wordnet import is_verb
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
    found = (part for word in intent.casefold().split() for part in _cut(word))
    return tuple(filter(None, found)) or (intent,)


def _cut(word: str) -> list[str]:
    """Return the words of one with hyphens: `check in` of *check-in*, `todo` of *to-do*."""
    parts = word.split("-")
    return parts if is_verb(parts[0]) else ["".join(parts)]


def hyphened(word: str, parts: tuple[str, ...]) -> Form | None:
    """Return as which form of an intent of several words one stands that joins them: `check-in`."""
    return form_of(word, "-".join(parts)) if len(parts) > 1 and "-" in word else None


def form_in(word: str, parts: tuple[str, ...], at: int) -> Form | None:
    """Return as which form of an intent's word at a place a word of a request may stand, or None.

    A small word at the end belongs to its verb, and is none other: `let in`, `look into`.
    """
    if at + 1 < len(parts) and word in _ALIKE.get(parts[at], ()):
        return "base"
    return form_of(word, parts[at])
