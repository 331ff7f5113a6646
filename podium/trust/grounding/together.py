"""What a request names together by a word of each: *the coach people and the badminton lot*.

Each word fits one thing alone of all that were read, and they stand side by side: nothing else is meant.
"""

from collections.abc import Hashable, Mapping
from collections.abc import Set as AbstractSet
from itertools import pairwise
from typing import Final

from podium.trust.english.lexicon import DETERMINERS, NUMBERS, PREPOSITIONS, word_set
from podium.trust.english.vocabulary import COMMON
from podium.trust.english.words import singular
from podium.trust.request.requests import Request, stem
from podium.trust.values.forms import words

MAX_TOGETHER: Final = 6
_LINKED: Final = DETERMINERS | {"my", "our", "your", "his", "her", "their", "mine"}
_SEVERAL: Final = frozenset(NUMBERS) | word_set(
    "again also another both each else few hers his mine more ones other others several theirs them these "
    "those too"
)
_BETWEEN: Final = 3
"""Words at most between one that describes and the `and` behind it, or from its article to it."""


def named_together(request: Request, names: Mapping[Hashable, frozenset[str]]) -> bool:
    """Return whether a request has a word of each of some things, side by side, and of no two the same.

    ``names``: by thing, what it is called by.
    """
    if not 1 < len(names) <= MAX_TOGETHER:
        return False
    at: list[tuple[int, int]] = []
    used: set[int] = set()
    for called in names.values():
        stems = {stem(word) for name in called for word in words(name)} - COMMON
        here = {i for i, word in enumerate(request.words) if stem(word) in stems and word in request.meant}
        if not here or here & used:
            return False
        used |= here
        at.append((min(here), max(here)))
    at.sort()
    return all(
        _linked(request.words[end + 1 : start], last=place == len(at) - 2)
        for place, ((_, end), (start, _)) in enumerate(pairwise(at))
    )


def means_several(request: Request, nouns: AbstractSet[str]) -> bool:
    """Return whether a request may mean several things of a kind: it says so, or says their plural.

    ``nouns``: stems of what the kind is called.
    """
    if request.every or not request.bag.isdisjoint(_SEVERAL):
        return True
    return any(word != singular(word) and stem(word) in nouns for word in request.words)


def _linked(between: tuple[str, ...] | list[str], *, last: bool) -> bool:
    """Return whether the words between two descriptions only join them: `people and the`."""
    between = ["and"] if list(between) == ["an"] else list(between)  # as it is typed in haste
    if "and" not in between:
        return not last and len(between) <= _BETWEEN and not PREPOSITIONS & set(between)
    joint = between.index("and")
    after = between[joint + 1 :]
    if joint > _BETWEEN or PREPOSITIONS & set(between):
        return False
    return not after or (after[0] in _LINKED and len(after) <= _BETWEEN and "and" not in after)
