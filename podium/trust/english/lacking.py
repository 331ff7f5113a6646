"""What is said to be missing, which forbids nothing: `the reviews without an answer need one`.

A negation speaks of the thing that it stands with. `Without` behind a noun says of which things a clause
speaks; `one` behind a need, or behind an order to give, stands for what they lack.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from podium.trust.english.lexicon import (
    ADVERBS,
    DETERMINERS,
    JOINTS,
    MODALS,
    NUMBERS,
    PREPOSITIONS,
    SUBJECTS,
    word_set,
)
from podium.trust.english.words import Token, is_plural

NOT_LACKING: Final = -2
"""Nothing says that it is missing."""
MISSING: Final = -1
"""It is missing, and nobody asks for it."""


def lacking(sentence: Sequence[Token], at: int) -> int:
    """Return where a sentence asks for what it says to be missing at a place, else of what kind that is."""
    low = [token.low for token in sentence]
    behind = _behind(low, at)
    if behind < 0:
        return NOT_LACKING
    asked = low[-1] == "?" and not _polite(low)
    for place in range(at + 1, len(low) if not asked else 0):
        if low[place] == "one" and _stands_alone(sentence, place):
            verb = _asks(low, at, place)
            if verb >= 0:
                return verb
    if low[behind] != "without" or (_NEGATED | _STAYING) & set(low[at + 1 :]):
        return NOT_LACKING  # `the reviews without an answer stay as they are`
    return MISSING if _start(sentence, behind) < behind else NOT_LACKING


def owners(sentence: Sequence[Token], at: int) -> list[Token]:
    """Return the things that are to get what they lack at a place, empty where nothing is."""
    if lacking(sentence, at) < 0:
        return []
    behind = _behind([token.low for token in sentence], at)
    return list(sentence[_start(sentence, behind) : behind])


def _behind(low: Sequence[str], at: int) -> int:
    """Return where the word stands that says the noun at a place to be missing, else -1."""
    start = at - 1
    while start >= 0 and at - start < _FAR and low[start] in _ARTICLES:
        start -= 1
    if start < 0 or start < at - 1 - _FAR:
        return -1
    if low[start] == "without":
        return start
    missing = low[start + 1 : at] in (["no"], ["no", "proper"], ["no", "real"]) and low[start] in _HAVING
    return start if missing or (low[start] in _LACK and start < at - 1) else -1


def _stands_alone(sentence: Sequence[Token], place: int) -> bool:
    """Return whether `one` stands for a thing: nothing is counted or called by it."""
    after = sentence[place + 1] if place + 1 < len(sentence) else None
    before = sentence[place - 1].low if place else ""
    alone = after is None or after.kind == "mark" or after.low in PREPOSITIONS | ADVERBS | JOINTS | _EACH
    return alone and before not in DETERMINERS - {"each", "both", "all"} | PREPOSITIONS


def _asks(low: Sequence[str], at: int, place: int) -> int:
    """Return where the need or the order stands whose object is at a place, or -1."""
    for verb in range(place - 1, at, -1):
        if low[verb] in _NEGATED:
            return -1
        if low[verb] in _NEEDING:
            return verb if not _NEGATED & set(low[at + 1 : verb]) else -1
        if low[verb] in _GIVING:
            before = low[verb - 1]
            ordered = before in JOINTS | ADVERBS or before in _SHOULD
            return verb if ordered and not _NEGATED & set(low[max(at + 1, verb - 4) : verb]) else -1
        if verb < place - _FAR:
            break
    return -1


def _polite(low: Sequence[str]) -> bool:
    """Return whether a question is an order: `could you give them one?`."""
    return any(one in MODALS and two == "you" for one, two in pairwise(low))


def _start(sentence: Sequence[Token], behind: int) -> int:
    """Return where the things begin that lack something, `behind` where no clause begins with them."""
    start = behind
    while start > 0 and sentence[start - 1].low not in _CUTS:
        start -= 1
    things = [token for token in sentence[start:behind] if token.low not in ADVERBS]
    if not things:
        return behind
    first = things[0]
    noun = first.low in DETERMINERS | _ANY or first.low in NUMBERS or first.kind == "number"
    said = any(token.low in SUBJECTS - {"that", "which", "who", "there"} for token in things)
    return start if (noun or is_plural(first) or first.low == "there") and not said else behind


_FAR: Final = 5
_ARTICLES: Final = word_set("a an any no its their his her the one proper real single")
_HAVING: Final = word_set("have has had got with having")
_LACK: Final = word_set("lack lacks lacking miss misses missing needing")
_NEEDING: Final = word_set("need needs needed want wants deserve deserves get gets require requires")
_GIVING: Final = word_set("give write send make add put issue post draft book create do")
_SHOULD: Final = word_set("should must can to please")
_NEGATED: Final = word_set("not never no nobody none without neither nor")
_STAYING: Final = word_set("stay stays remain remains wait ignore skip leave left alone fine")
_EACH: Final = word_set("each too now please today tomorrow")
_CUTS: Final = word_set(". ; : , ! ? but because since while ( )")
_ANY: Final = word_set("everything everybody everyone whatever anything whoever")
