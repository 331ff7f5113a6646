"""Of a call that has a beginning and an end: which day of the request is which.

*From 19 June for three nights* says where it begins: the day three nights before is no other way to read it.
And nothing ends before it has begun.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import permutations
from typing import Final

from podium.trust.english.almanac import days_of
from podium.trust.english.lexicon import word_set
from podium.trust.grounding.grounds import Grounds
from podium.trust.grounding.record.findings import Finding
from podium.trust.grounding.times.timing import FOLLOWS
from podium.trust.request.requests import Request
from podium.trust.values.forms import date_form

_PAIRS: Final = {
    "start": ("end", "until"),
    "starts": ("ends",),
    "starting": ("ending",),
    "begin": ("end",),
    "begins": ("ends",),
    "from": ("to", "until"),
    "since": ("until",),
    "in": ("out",),
    "checkin": ("checkout",),
    "arrival": ("departure",),
    "departure": ("return",),
    "pickup": ("dropoff",),
    "first": ("last",),
}
"""By which words of their names two arguments are the beginning and the end of one stretch."""
_OVERNIGHT: Final = word_set("check checkin checkout night")
"""Words of an argument's name that tells of a stay: it ends on a later day."""
_SPLIT: Final = re.compile(r"[A-Z]?[a-z]+|[A-Z]+|\d+")
_LAST: Final = re.compile(
    r"\b(?:until|till|til|to|through|thru|before|by|back(?: on| home on| home)?|return\w*(?: on)?"
    r"|leav\w+(?: on)?|out(?: on)?|end\w*(?: on)?|home(?: on)?|over(?: on)?)\s+"
    r"(?P<rest>(?:[^\s;!?]+ ?){1,5})",
    re.IGNORECASE,
)
"""What stands before a day on which something ends."""
_FROM: Final = re.compile(r"\b(?:from|starting|on|as of|for)\b", re.IGNORECASE)
BACKWARDS: Final = "it ends before it begins"
OVERNIGHT: Final = "it ends on the day on which it begins"
IS_FIRST: Final = "the request says on which day it begins, and that is another one"
IS_LAST: Final = "the request says on which day it ends, and that is another one"


def misplaced_ends(grounds: Grounds, findings: Sequence[Finding]) -> Iterator[tuple[int, str]]:
    """Yield which days of a call are not where the request has them, and why not."""
    for first, last in _stretches(findings):
        begin, end = findings[first], findings[last]
        if not (begin.trusted and end.trusted):
            continue
        days = date_form(begin.value), date_form(end.value)
        if None in days or any(day is not None and day.startswith("-") for day in days):
            continue
        if _moment(end.value) < _moment(begin.value):
            yield last, BACKWARDS
        elif days[0] == days[1] and _OVERNIGHT & set(_words(begin.path)):
            yield last, OVERNIGHT
        elif begin.why == FOLLOWS and end.why != FOLLOWS and not _is_last(grounds.request, end.value):
            yield first, IS_FIRST
        elif end.why == FOLLOWS and begin.why != FOLLOWS and _is_last(grounds.request, begin.value):
            yield last, IS_LAST


def _stretches(findings: Sequence[Finding]) -> Iterator[tuple[int, int]]:
    """Yield which two findings are the beginning and the end of something, by their arguments' names."""
    dated = [(index, one.path) for index, one in enumerate(findings) if one.sink == "date"]
    for (first, path), (last, other) in permutations(dated, 2):
        begin, end = _words(path), _words(other)
        apart = [one for one in zip(begin, end, strict=False) if one[0] != one[1]]
        if len(begin) == len(end) and len(apart) == 1 and apart[0][1] in _PAIRS.get(apart[0][0], ()):
            yield first, last


def _words(path: str) -> list[str]:
    return [word.casefold() for word in _SPLIT.findall(path)]


def _moment(value: str) -> str:
    """Return what orders two days, with their times where both are written so: ISO texts."""
    return value if re.match(r"\d{4}-\d\d-\d\d", value) else date_form(value) or ""


def _is_last(request: Request, value: str) -> bool:
    """Return whether the request says of a day that something ends then."""
    day, today = date_form(value), date.fromisoformat(request.today) if request.today else None
    said = (_FROM.split(one["rest"])[0] for one in _LAST.finditer(request.text))
    return today is None or any(day in days_of(one, today) for one in said)
