"""Which of several things of one name is meant by its day: *badminton next Thursday, today stays as it is*.

The day stands right beside the name, behind it or before: *Thursday's badminton*. What the name is moved `to`
says no such thing.
"""

import calendar
import re
from collections.abc import Iterable, Mapping
from datetime import date
from functools import lru_cache
from typing import Final

from podium.trust.english.vocabulary import COMMON
from podium.trust.grounding.record.readings import Seen
from podium.trust.request.requests import Request
from podium.trust.values.forms import words

_WEEKDAY: Final = "(?:mon|tues|wednes|thurs|fri|satur|sun)day"
_MONTH: Final = "|".join(name.casefold() for name in calendar.month_name if name)
_DAY: Final = (
    rf"(?:(?:this |next |coming |the coming |the )?{_WEEKDAY}"
    r"(?: next week| of next week|,? the \d{1,2}\w{2})?"
    rf"|today|tomorrow|tonight|yesterday|(?:the )?\d{{1,2}}(?:st|nd|rd|th)?(?: of)? (?:{_MONTH})"
    rf"|(?:{_MONTH}) \d{{1,2}}(?:st|nd|rd|th)?|the \d{{1,2}}(?:st|nd|rd|th)|\d{{4}}-\d\d-\d\d)"
)
_NOT: Final = r"(?<!not )(?<!except )(?<!but )(?<!than )(?<!only )"
_PARTS: Final = "morning|afternoon|evening|night|lunchtime"
_LATER: Final = frozenset(words("end ends until to till created updated modified sent received due deadline"))
MAX_NAMED: Final = 40
"""Letters of a name's word."""


def on_its_day(
    request: Request, objects: Mapping[int, Seen], shared: Iterable[str], nouns: Iterable[str]
) -> set[int]:
    """Return the one of several things that is on the day beside their name, in all readings of it.

    ``shared``: the words that the request has of the names of all; ``nouns``: of their kind.
    """
    beside = set[int]()
    for word in sorted(set(shared) - COMMON):
        for said in _days_beside(request.plain, word, "|".join(sorted(nouns))):
            when = _read(said, request.today)
            past = {when.today} if said.startswith("next ") else set[str]()  # then nobody says so of today
            fits = {index for index, seen in objects.items() if any(map(when.says_day, _days(seen) - past))}
            if len({objects[index].id for index in fits}) != 1:
                return set()
            beside |= fits
    return beside if len({objects[index].id for index in beside}) == 1 else set()


def _days(seen: Seen) -> set[str]:
    """Return the days of a thing, by fields that are trusted once it is named."""
    return {
        form
        for path, forms, trust in seen.fields
        if trust and not _LATER & set(words(path))
        for kind, form in forms
        if kind == "date"
    }


@lru_cache(maxsize=512)
def _days_beside(plain: str, word: str, nouns: str) -> tuple[str, ...]:
    """Return the days that stand right beside a word."""
    if len(word) > MAX_NAMED:
        return ()
    name = re.escape(word)
    behind = (
        rf"{_NOT}(?<!\w){name}(?:s|'s)?(?: (?:{nouns})s?)?,? (?:on |of |that is on |from )?({_DAY})(?!\w)"
    )
    before = rf"{_NOT}(?<!\w)({_DAY})(?:'s)?(?: (?:{_PARTS}))?(?:'s)? (?:\w+ )?{name}(?!\w)"
    found = [match[1] for one in (behind, before) for match in re.finditer(one, plain)]
    return tuple(dict.fromkeys(found))


@lru_cache(maxsize=256)
def _read(text: str, today: str) -> Request:
    return Request(text, date.fromisoformat(today) if today else None)
