"""How often an act is asked for whose pronoun stands by a list: *Sol needs to be in A and B, add him*.

What the order says by `him` alone is said before, with the places or things that he is to have.
"""

from collections.abc import Sequence
from typing import Final

from podium.trust.english.lexicon import ADVERBS, JOINTS, word_set
from podium.trust.english.words import Token


def listed_before(sentence: Sequence[Token], at: int, phrase: Sequence[Token]) -> int:
    """Return how many places or things somebody is to have in whom the act at a place is done; 1 for others.

    ``phrase``: what the act is about. Only a list that stands right before the order counts, behind what says
    that somebody is to have it: what is told besides (*A and B are full*) is no list of what to do.
    """
    said = [token for token in phrase if token.low not in ADVERBS]
    if len(said) != 1 or said[0].low not in _HIM:
        return 1
    start = at
    while start and sentence[start - 1].low in ADVERBS | JOINTS | _POLITE:
        start -= 1
    first = start
    while first and (_is_value(sentence[first - 1]) or sentence[first - 1].low in {"and", "&", ","}):
        first -= 1
    found = sum(map(_is_value, sentence[first:start]))
    clause = [token.low for token in sentence[:first]]
    return max(found, 1) if found > 1 and _is_to_have(clause) else 1


def _is_value(token: Token) -> bool:
    """Return whether a word is written as the name of one thing: `#general`, `plan.xlsx`, a quotation."""
    return token.text[:1] == "#" or (token.kind in {"value", "quote"} and "@" not in token.text)


def _is_to_have(low: Sequence[str]) -> bool:
    """Return whether a clause says what somebody is to have: `Sol needs to be in`, `he belongs into`."""
    clause = low[next((i + 1 for i in range(len(low) - 1, -1, -1) if low[i] in _CUTS), 0) :]
    told = any(word in _WISHED for word in clause)
    return told and not _OPEN & set(clause)


_HIM: Final = word_set("him her")
_POLITE: Final = word_set("can could would will you please i want to like d")
_WISHED: Final = word_set("needs should must belongs wants misses lacks ought")
_OPEN: Final = word_set("not never no if or why whether either nor only neither n't when once")
"""What leaves open whether it is so, or which of them."""
_CUTS: Final = word_set(", ; : . but so because and")
