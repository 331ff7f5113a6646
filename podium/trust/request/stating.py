"""Clauses of a request that only say how things are, or on what terms: `the hall was booked yesterday`.

What they speak of may be what is meant; what was done there is not what is wanted now.
"""

from itertools import pairwise
from typing import Final

from podium.trust.english.lexicon import ADVERBS, JOINTS, word_set
from podium.trust.request.asking import Sentence
from podium.trust.request.leftover import is_order, is_to_be, polite
from podium.trust.request.unsaid import clauses, is_past, needs, wishes

_TERMS: Final = word_set(
    "if when once unless provided whenever assuming although though since because while as"
)
"""With these begins on what terms something is wanted, or why."""
_SINCE: Final = word_set("already meanwhile yesterday ago")
_NOW: Final = word_set("now henceforth")
_WANTING: Final = word_set("please kindly want wants let")


def acting(sentence: Sentence) -> Sentence:
    """Return what is left of a sentence without the clauses that only state something; it may be empty."""
    parts = clauses(sentence)
    kept: list[Sentence] = []
    for part, after in pairwise([*parts, sentence[:0]]):
        if not (is_past_deed(part) or (_is_term(part) and _ends(after))):
            kept.append(part)
    return sentence if len(kept) == len(parts) else tuple(token for part in kept for token in part)


def wants(sentence: Sentence, *, plainly: bool) -> bool:
    """Return whether a sentence wants something done, in words of an order or of how things are to be now."""
    now = any(_NOW & {token.low for token in part} and is_to_be(part) for part in clauses(sentence))
    return wishes(sentence, plainly=plainly) or (now and not is_past(sentence) and sentence[-1].low != "?")


def is_past_deed(clause: Sentence) -> bool:
    """Return whether a clause tells what has been done, and asks for nothing itself."""
    low = _bare(clause)
    if not low or _WANTING & set(low) or is_order(low) or polite(low) is not None or needs(clause):
        return False
    done = {"is", "are"} & set(low) and (_SINCE & set(low) or ("at", "last") in pairwise(low))
    return bool(done) or is_past(clause)


def _is_term(clause: Sentence) -> bool:
    """Return whether a clause says on what terms something is wanted: `if he comes along`."""
    low = [token.low for token in clause if token.kind == "word" and token.low not in JOINTS]
    return bool(low) and low[0] in _TERMS and not _WANTING & set(low)


def _ends(after: Sentence) -> bool:
    """Return whether what follows a clause stands apart from it: behind a comma, or `then`."""
    return bool(after) and after[0].low in {",", "then", ";", ":"}


def _bare(clause: Sentence) -> list[str]:
    """Return the words of a clause from the first that says something."""
    low = [token.low for token in clause if token.kind == "word"]
    while low and (low[0] in ADVERBS or low[0] in JOINTS or low[0] in _CALLS):
        low = low[1:]
    return low


_CALLS: Final = word_set("so because since as ha oh ooh hi hello hey ah right yes no well thanks sorry")
