"""Whose words a request asks for: *can what Nuala sent round go up*, *last week's reminder, word for word*.

A stranger's words have no authority, so that nothing is opened by that; but whoever asks for them is asked
whether these are the ones, and is not turned away.
"""

import re
from functools import lru_cache
from typing import Final

from podium.trust.grounding.people.namesakes import bearer
from podium.trust.grounding.record.readings import Place, Readings
from podium.trust.values.forms import words

_HAS: Final = r"(?:['\u2019]s|\s+has|\s+have|\s+had)?(?:\s+(?:just|already|now|kindly|only))?"
_SAID: Final = (
    r"(?:sent|sends|written|wrote|writes|put|posted|mailed|emailed|drafted|listed|noted|said|says|given|gave|"
    r"suggested|proposed|supplied|answered|typed|dictated)"
)
_WRITER: Final = re.compile(rf"(?<![\w'-])([A-Z]\w+){_HAS}\s+{_SAID}\b")
_SAME: Final = re.compile(
    r"\bword for word\b|\bverbatim\b|\bthe same (?:text|words|wording|message|reminder|notice|post|note)\b"
    r"|^same (?:text|wording|message|reminder|notice|post|note)\b",
    re.IGNORECASE,
)

_MEANT: Final = re.compile(
    r"\b(?:the|that|those) (?:\w+ )?(?!that |which )(\w+) (?:(?:that|which) )?"
    r"(?:he|she|they|[A-Z]\w+) (?:has |had |have )?(?:just |already )?"
    r"(?:means?|meant|mentions|mentioned|suggests|recommends|recommended|proposes|has in mind|"
    r"asks for|asked for)\b"
)
"""A thing of which somebody has said which one it is: *the room she means*."""
MAX_MEANT: Final = 32
"""Squashed characters of somebody's words that call a thing, and are no sentence of his."""


def asks_for(readings: Readings, place: Place) -> bool:
    """Return whether a request asks for words that stand at a place, by who wrote them or by their day."""
    request = readings.request
    if place.object < 0:
        return False
    seen = readings.objects[place.object]
    if (writers := _writers(request.text)) and writers & bearer(request, seen).names:
        return True
    return _SAME.search(request.text) is not None and "this day" in seen.echoes


@lru_cache(maxsize=256)
def _writers(text: str) -> frozenset[str]:
    return frozenset(word for name in _WRITER.findall(text) for word in words(name))


def calls_meant(readings: Readings, place: Place, said: str) -> bool:
    """Return whether words at a place call what a request means as their writer does: *the room she means*.

    He is one whom the request names. ``said``: the words, squashed; a sentence says more than what is meant.
    """
    request = readings.request
    if place.object < 0 or len(said) >= MAX_MEANT:
        return False
    things = _MEANT.findall(request.text)
    if not any(thing.casefold() in said for thing in things):
        return False
    return bool(bearer(request, readings.objects[place.object]).names & request.capitalised)
