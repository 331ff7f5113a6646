"""Spans of days that a request says, and the dates of things that are in them."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from functools import lru_cache
from typing import Final

from podium.trust.english.lexicon import word_set
from podium.trust.english.spans import within
from podium.trust.grounding.record.readings import Seen
from podium.trust.grounding.things.superlatives import BEGINNING
from podium.trust.request.requests import Request, stem
from podium.trust.values.forms import words

DUE: Final = word_set("due deadline until expire expiry until expected promised")
ENDING: Final = DUE | word_set("end ends ending valid validity expires expiration closing")
ENDED: Final = word_set("due expire expiring end ending run running lapse lapsing ran ended expired")
BEGUN: Final = word_set(
    "opened created placed submitted received sent posted booked ordered issued made written filed added "
    "modified changed updated started reported uploaded published dated asked requested"
)
"""Words before a span of days that say which date is in it."""
_FROM: Final = word_set("first start starts begin begins from arrival checkin departure since")
_UNTIL: Final = word_set("last end ends until to departure checkout return returns through till")
"""Words of the fields that hold the two ends of a period."""


def spans(seen: Seen, span: str, by: str, request: Request, *, partly: bool = False) -> bool:
    """Return whether the date of an object that is meant, or its only one, is in a span of days.

    Of a period, from one day to another, both. ``by``: the word before it, `opened` or `due`. ``partly``: of
    a period one of the two is enough.
    """
    days: dict[str, set[str]] = {}
    for path, forms, trust in seen.fields:
        for kind, form in forms:
            if trust and kind == "date":
                days.setdefault(path, set()).add(form)
    same = ENDING if by in ENDED else BEGINNING if by in BEGUN else frozenset[str]()
    for told in (frozenset((by, stem(by))), same) if same else (request.stems, None):
        found = set().union(*(them for path, them in days.items() if told is None or path_words(path) & told))
        if found and (told is not None or len(found) == 1):
            return len(found) == 1 and within(found.pop(), span)
    ends = _period(days)
    return bool(ends) and (any if partly else all)(within(day, span) for day in ends)


def _period(days: Mapping[str, AbstractSet[str]]) -> list[str]:
    """Return the first and the last day of what has these two dates, and no others but when it was made."""
    own = {path: them for path, them in days.items() if not path_words(path) & BEGUN}
    begins = [path for path in own if path_words(path) & _FROM]
    ends = [path for path in own if path_words(path) & _UNTIL]
    if len(own) != 2 or len(begins) != 1 or len(ends) != 1 or begins == ends:
        return []
    return [day for them in own.values() for day in them] if all(len(it) == 1 for it in own.values()) else []


@lru_cache(maxsize=4096)
def path_words(path: str) -> frozenset[str]:
    """Return the words of a field's path, each in its plain form."""
    return frozenset(stem(word) for word in words(path))
