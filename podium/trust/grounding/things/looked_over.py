"""Things that a request has looked over, to take one of them: *compare the hotels under 130, book the best*.

What it says of them all restricts which they are; on none of them an act is asked for by that.
"""

from typing import Final

from podium.trust.english.lexicon import SUPERLATIVES, word_set
from podium.trust.english.words import bases
from podium.trust.grounding.things.behind import ENDS
from podium.trust.request.asking import Sentence
from podium.trust.request.requests import Request

_LOOKS: Final = word_set(
    "browse check compare consider find get look list recommend research search see show suggest tell weigh"
)
_ONE: Final = word_set("one whichever") | SUPERLATIVES


def looked_over(sentence: Sentence, head: int, request: Request) -> bool:
    """Return whether things at a place of a sentence are only looked at, and one of them is then taken."""
    start = next((at + 1 for at in range(head - 1, -1, -1) if sentence[at].low in ENDS), 0)
    verbs = (sentence[at].low for at in range(start, head))
    first = next((low for low in verbs if low not in _BEFORE), "")
    return bool(_LOOKS & {first, *bases(first)}) and not _ONE.isdisjoint(request.words)


_BEFORE: Final = word_set(
    "please can could would will you we i me us let let's to want need then just kindly also"
)
"""What stands before the verb of an order."""
