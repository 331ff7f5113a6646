"""Whether a request speaks of a new thing of a kind, or of one that there is: `a ticket`, `Otis's ticket`."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from typing import Final, Literal

from podium.trust.english.lexicon import ADVERBS, PREPOSITIONS, word_set
from podium.trust.english.words import Token, singular
from podium.trust.request.asking import Sentence, negated, tells

Which = Literal["new", "known"]

_NEW: Final = word_set("a an another new")
_KNOWN: Final = word_set("the that this his her their its our my your these those")
_WANTED: Final = word_set("need want like have get would i we please also and")
_MOST_BETWEEN: Final = 2
"""Words between an article and its noun: `a small new ticket`."""


def which(sentences: Sequence[Sentence], nouns: AbstractSet[str]) -> Which | None:
    """Return which things of a kind sentences speak of: None where they say nothing of it, or both.

    A new one is what somebody needs or what a sentence begins with: `we need a ticket`, `another ticket for
    Tess`; `there is a ticket from Tess` speaks of one that there is.
    """
    found = {
        kind
        for sentence in sentences
        for at, token in enumerate(sentence)
        if token.kind == "word" and singular(token.low) in nouns and (kind := _kind(sentence, at)) is not None
    }
    return found.pop() if len(found) == 1 else None


def _kind(sentence: Sentence, at: int) -> Which | None:
    if negated(sentence, at) or any(tells(sentence, i) for i in range(at)):
        return None
    for place in range(at - 1, max(-1, at - 2 - _MOST_BETWEEN), -1):
        low = sentence[place].low
        if low.endswith("'s") or low in _KNOWN:
            return "known"
        if low in _NEW:
            before = [token for token in sentence[:place] if token.low not in ADVERBS]
            return "new" if not before or _wants(before[-1]) else None
        if sentence[place].kind != "word" or low in PREPOSITIONS:
            return None
    return None


def _wants(before: Token) -> bool:
    return before.low in _WANTED or before.kind == "mark"
