"""Who has asked, where a request wants him answered: *Lena asked about Costa's invoice; answer her*.

The *her* behind such an order is the one who wrote, and nobody whose things he wrote about.
"""

import re
from functools import lru_cache
from typing import Final

from podium.trust.english.lexicon import word_set
from podium.trust.values.forms import words

_NAME: Final = r"[A-Z]\w+(?: [A-Z]\w+)*"
_ASKER: Final = re.compile(
    rf"(?<![\w'\u2019-])(?P<who>{_NAME})(?: (?:from|of|in|at) [^.,;:!?\n]{{1,40}}?)?"
    r" (?:has |had |have |just |also |again |still |is |was |keeps? )*"
    r"(?:ask(?:s|ed|ing)?|wr(?:ites|ote|itten|iting)|(?:e-?)?mail(?:s|ed)|messag(?:es|ed)|text(?:s|ed)"
    r"|ping(?:s|ed)|sent|sends|wants?|wanted|needs?|would like|wonders|wondered|inquire[sd]|enquire[sd]"
    rf"|called|rang|left)\b|\b(?:question|mail|message|note|letter|dm|text|email|request)s? (?:from|by) "
    rf"(?P<by>{_NAME})"
)
_ANSWER: Final = re.compile(
    r"\b(?:answer|reply to|respond to|write back to|get back to|write to|write|message|mail|e-?mail|text|dm"
    r"|tell|let|send|drop|give|ping|thank|ask|remind|inform) (?:her|him|them)\b(?!self|selves)",
    re.IGNORECASE,
)
_POINTING: Final = word_set("him his her hers them their theirs both he she they")


@lru_cache(maxsize=256)
def askers(text: str) -> frozenset[str]:
    """Return the words of the names of those who have asked, where all that points to somebody means them.

    Empty where a *him* or *their* may be anybody's.
    """
    rest = _ANSWER.sub(" ", text)
    if rest == text or not _POINTING.isdisjoint(words(rest)):
        return frozenset()
    found = [match["who"] or match["by"] for match in _ASKER.finditer(text)]
    return frozenset(word for name in found for word in words(name))
