"""Clauses of a request that say what others say, think or are going to do: `Tess will set it to 50`.

What they speak of is nobody's order.
"""

from itertools import pairwise
from typing import Final

from podium.trust.english.lexicon import ADVERBS, JOINTS, SUBJECTS, word_set
from podium.trust.request.asking import Sentence

_RETELLS: Final = word_set(
    "says said thinks thought asks asked wondered believes believed claimed reckons reckoned hoped suggests "
    "suggested proposes proposed mentions mentioned feared assumes assumed suspected knows knew heard hears "
    "supposes supposed guessed doubted"
)
"""What somebody does whose words or thoughts follow."""
_NOUNS_TOO: Final = word_set("claims hopes guesses fears doubts suspects wonders")
"""The same, if somebody stands before it by name or as a pronoun."""
_WILLING: Final = word_set("mind happy glad willing")
"""In what somebody offers: `he says that he does not mind standing in`."""
_ASKS: Final = word_set("asks asked")
_EARLY: Final = 4
"""Words of a clause in which it tells whose words they are."""
_ITS: Final = word_set("you it this that there all everything which nothing")
"""Before `will` of which something is wanted, rather than told: `this will be read by the team`."""
_STATIVE: Final = word_set("be need have get cost like want love start begin end stop go stay know receive")
"""Behind `will` what is no act of anybody."""
_ITSELF: Final = word_set("if when as like what whatever where")
"""Behind these, others are only a measure: `as Tess said`, `if she asks`."""


def _retells(clause: Sentence, at: int) -> bool:
    """Return whether a word, early in a clause, tells that somebody says or thinks what follows."""
    before, word = clause[at - 1], clause[at].low
    if at > _EARLY or before.kind != "word":
        return False
    if word in _ASKS and [token.low for token in clause[at + 1 : at + 2]] == ["for"]:
        return False  # `he asked for that`
    return word in _RETELLS or (word in _NOUNS_TOO and (before.text[:1].isupper() or before.low in SUBJECTS))


def is_of_others(clause: Sentence) -> bool:
    """Return whether a clause tells what others say, think or will do, and wants nothing itself."""
    words = [token for token in clause if token.kind == "word" and token.low not in ADVERBS]
    low = [token.low for token in words]
    while low and low[0] in JOINTS:
        low = low[1:]
    if not low or low[0] in _ITSELF:
        return False
    if any(_retells(clause, at) for at in range(1, len(clause))):
        return _WILLING.isdisjoint(low)
    going = any(pair == ("going", "to") for pair in pairwise(low)) and bool({"is", "are", "am"} & set(low))
    will = next((at for at, word in enumerate(low) if word == "will" and at), None)
    if will is None or will + 1 >= len(low) or "you" in low[:will]:
        return going and low[0] not in _ITS
    return low[will - 1] not in _ITS and low[will + 1] not in _STATIVE
