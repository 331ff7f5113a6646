"""The first that is still to come: *my next meeting with Gwen*, *when do I see her next*."""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

_UNITS: Final = (
    r"days?|weeks?|weekends?|months?|years?|quarters?|hours?|minutes?|times?|one|ones|step|steps|(?:mon|tues|"
    r"wednes|thurs|fri|satur|sun)day|january|february|march|april|may|june|july|august|september|october|"
    r"november|december|spring|summer|autumn|fall|winter|morning|afternoon|evening|night|term|season"
)
_NEXT: Final = re.compile(
    rf"\b(?:my|our|the|his|her|their)\s+next\s+(?!(?:{_UNITS})\b)[a-z]"
    r"|\bwhen\s+(?:do|am|are|will)\s+(?:i|we)\b[^.?!;:]{0,60}?\bnext\s*[.?!,;:]",
    re.IGNORECASE,
)


@lru_cache(maxsize=256)
def ahead(text: str) -> bool:
    """Return whether a request speaks of the first of several that is still to come."""
    return _NEXT.search(text) is not None


def first_of(days: Iterable[str], text: str, today: str) -> str:
    """Return the earliest of several days, of those still to come where a request speaks of these.

    Empty where there is none, or nobody knows which day it is.
    """
    there = sorted(days)
    left = [day for day in there if today and day[: len(today)] >= today] if ahead(text) else there
    return next(iter(left), "")
