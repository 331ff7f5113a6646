"""What two exchange: *Ben and Aoife are swapping sites, change the rota* changes two entries.

Each gets what the other has, so that an act on one thing is done twice.
"""

from collections.abc import Iterable, Sequence
from typing import Final

from podium.trust.english.lexicon import word_set
from podium.trust.english.vocabulary import CALENDAR
from podium.trust.english.words import Token, bases
from podium.trust.request.asking import Sentence
from podium.trust.request.counting import Count
from podium.trust.tools import ToolRow

_SWAPS: Final = word_set("swap exchange trade switch")
"""What is done to two things: each gets what the other has."""
_BOTH: Final = word_set("they we both two each")
_ELSEWHERE: Final = word_set("to off on over from into out")
"""What follows where one thing alone is changed: `we have switched to Corran`."""
_BEFORE: Final = 8
"""Words before such a verb among which two are looked for who do it."""


def each_way(how: Count, tool: ToolRow, text: Iterable[Sentence]) -> Count:
    """Return how many calls an act asks for: two of one, where a request says that two exchange something.

    Only of a tool that changes something else of one thing: who has it, where or when it is.
    """
    sinks = [row.sink for row in tool.arguments.values()]
    changes = sinks.count("object") == 1 and bool({"recipient", "value", "date", "path"} & set(sinks))
    if how.most != 1 or not changes or not any(_is_said(sentence) for sentence in text):
        return how
    return Count(2, sure=False)


def _is_said(sentence: Sequence[Token]) -> bool:
    """Return whether a sentence says that two exchange something: `A and B want to swap`, `with Ann`."""
    low = [token.low for token in sentence]
    for at, word in enumerate(low):
        if _SWAPS.isdisjoint(bases(word)):
            continue
        before, behind = sentence[max(0, at - _BEFORE) : at], low[at + 1 :]
        if behind[:1] and behind[0] in _ELSEWHERE and not CALENDAR & set(behind[1:3]):
            continue
        if {"with", "between"} & set(behind) or _BOTH & {token.low for token in before}:
            return True
        joined = (
            one.text[:1].isupper() and other.text[:1].isupper() and joint.low in {"and", "&"}
            for one, joint, other in zip(before, before[1:], before[2:], strict=False)
        )
        if any(joined):
            return True
    return False
