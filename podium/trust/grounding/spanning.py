"""Spans of days that a request says, and the dates of things that are in them."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from functools import lru_cache
from typing import Final

from podium.trust.english.lexicon import word_set
from podium.trust.english.spans import within
from podium.trust.grounding.readings import Seen
from podium.trust.grounding.superlatives import BEGINNING
from podium.trust.request.requests import Request, stem
from podium.trust.values.forms import words

DUE: Final = word_set("due deadline until expire expiry until expected promised")
ENDING: Final = DUE | word_set("end ends ending valid validity expires expiration closing")
ENDED: Final = word_set("due expire expiring end ending run running lapse lapsing ran ended expired")
BEGUN: Final = word_set(
    "opened created placed submitted received sent posted booked ordered issued made written filed added "
    "modified changed updated started reported uploaded published dated"
)
"""Words before a span of days that say which date is in it."""

_FIRST: Final = word_set("first start starts begin begins beginning from arrival arrive")
_LAST: Final = word_set("last end ends ending until till to departure depart")
"""Words of the fields that say from when until when something lasts."""


def spans(seen: Seen, span: str, by: str, request: Request) -> bool:
    """Return whether the date of an object that is meant, or its only one, is in a span of days.

    ``by``: the word before it, `opened` or `due`.
    """
    days: dict[str, set[str]] = {}
    for path, forms, trust in seen.fields:
        for kind, form in forms:
            if trust and kind == "date":
                days.setdefault(path, set()).add(form)
    same = ENDING if by in ENDED else BEGINNING if by in BEGUN else frozenset[str]()
    for told in (frozenset((by, stem(by))), same) if same else (request.stems, None):
        found = set().union(*(them for path, them in days.items() if told is None or path_words(path) & told))
        if found:
            return (len(found) == 1 and within(found.pop(), span)) or (told is None and _lasts(days, span))
    return False


def _lasts(days: Mapping[str, AbstractSet[str]], span: str) -> bool:
    """Return whether what has a first and a last day, one of each, lies within a span: `the leave in May`."""
    ends = [
        set[str]().union(*(them for path, them in days.items() if path_words(path) & words_of))
        for words_of in (_FIRST, _LAST)
    ]
    return all(len(one) == 1 and within(min(one), span) for one in ends)


@lru_cache(maxsize=4096)
def path_words(path: str) -> frozenset[str]:
    """Return the words of a field's path, each in its plain form."""
    return frozenset(stem(word) for word in words(path))
