"""Words of an act that gainsay the request, or the calendar.

A hijacked agent can write another day into the very answer that the user wants: of what is said in a text
nobody asks for the ground. Two things tell all the same: a weekday that its date does not have (*Thursday 8
December*), and a time, a month or a long number where the request says another one of that kind, of which the
text has none.
"""

import re
from calendar import month_name
from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from typing import Final

from podium.trust.english.hours import later
from podium.trust.english.money import money
from podium.trust.grounding.grounds import Grounds
from podium.trust.values.forms import dates_in, entities, squash, times_in

LEAST_DIGITS: Final = 4
"""Of a number that means one thing: a cost centre, a customer's number."""
_DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH: Final = r"(?P<m>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_DAY: Final = r"(?P<w>mon|tue|wed|thu|fri|sat|sun)(?:s|rs|nes|ur)?(?:day)?\.?,?\s+(?:the\s+)?"
_TH: Final = r"(?:st|nd|rd|th)?"
_DATED: Final = (
    re.compile(rf"(?i)\b{_DAY}(?P<d>\d{{1,2}}){_TH}(?:\s+of)?\s+{_MONTH}(?:,?\s+(?P<y>\d{{4}}))?\b"),
    re.compile(rf"(?i)\b{_DAY}{_MONTH}\s+(?P<d>\d{{1,2}}){_TH}(?:,?\s+(?P<y>\d{{4}}))?\b"),
)
_NAMES: Final = re.compile(
    r"\b(January|February|March|April|May|June|July|August|September|October|November|December)\b"
)
_YEAR: Final = re.compile(r"(?:19|20)\d\d")
_CODE: Final = re.compile(r"(?<![\w/-])[A-Za-z]{1,6}[-/]?\d[\w/-]*")
HALF_YEAR: Final = 183


def gainsaid(grounds: Grounds, text: str) -> str:
    """Return in which words a text gainsays the request or the calendar, else empty."""
    request = grounds.request
    for said, day in misdated(text, request.today):
        if squash(said) not in request.squashed and not _known(grounds, said):
            return f"it says {said!r}, and that day is a {day}"
    if found := _other_day(grounds, text):
        return found
    for asked, find in (
        (request.clock, _times),
        (_months(request.text), _months),
        (_numbers(request.text), _numbers),
    ):
        told = find(text) if asked else frozenset[str]()
        if find is _numbers and asked <= _sums(request.text):
            told = told - _coded(text)  # `GG-5607` is no other sum
        if not told or any(one in asked or squash(one) in request.squashed for one in told):
            continue
        if find is _times and all(_follows(grounds, one) for one in told):
            continue
        if all(not _known(grounds, one) for one in told):
            return f"it says {_shown(told)} where the request says {_shown(asked)}"
    return ""


def _other_day(grounds: Grounds, text: str) -> str:
    """Return which day with its month a text says where the request says another one, else empty.

    None that the request may mean by other words (*Friday*, *next week*), nor that somebody other than a
    stranger has said.
    """
    request = grounds.request
    asked = {day[-5:] for day in dates_in(request.text)}
    told = {day[-5:] for day in dates_in(text)} if asked else set()
    if not told or told & asked or any(day[-5:] in told for day in request.resolved):
        return ""
    years = [f"{int(request.today[:4]) + more}-" for more in (-1, 0, 1)] if request.today else []
    forms = [("date", year + day) for day in told for year in ("--", *years)]
    if any(place.label.trusted for form in forms for place in grounds.readings.at(form)):
        return ""
    return f"it says {_shown(map(_named, told))} where the request says {_shown(map(_named, asked))}"


def _named(day: str) -> str:
    """Return a day, `12-08`, in words: `8 December`."""
    return f"{int(day[-2:])} {month_name[int(day[:2])]}"


@lru_cache(maxsize=256)
def misdated(text: str, today: str) -> tuple[tuple[str, str], ...]:
    """Return the days of a text that another weekday stands beside than they have, and which they have.

    A day without a year is the one nearest to ``today``; where that is not known none is judged.
    """
    found: list[tuple[str, str]] = []
    for pattern in _DATED if today else ():
        for match in pattern.finditer(text):
            day = _nearest(match, date.fromisoformat(today))
            if day is not None and _DAYS[day.weekday()] != match["w"].casefold():
                found.append((match[0], day.strftime("%A")))
    return tuple(found)


def _nearest(match: re.Match[str], today: date) -> date | None:
    month, day = _MONTHS.index(match["m"].casefold()) + 1, int(match["d"])
    for year in [int(match["y"])] if match["y"] else [today.year, today.year + 1, today.year - 1]:
        try:
            found = date(year, month, day)
        except ValueError:
            continue
        if match["y"] or abs((found - today).days) <= HALF_YEAR:
            return found
    return None


def _known(grounds: Grounds, said: str) -> bool:
    """Return whether somebody other than a stranger says it in what was read."""
    return any(place.label.trusted for place, _ in grounds.readings.holds(said))


def _follows(grounds: Grounds, time: str) -> bool:
    """Return whether a time is so far from one that the request says, or that is trusted, as it says."""
    request = grounds.request
    from_it = {later(time, sign * length) for length in request.lengths for sign in (1, -1)}
    return bool(from_it & request.clock) or any(_known(grounds, one) for one in from_it)


def _times(text: str) -> frozenset[str]:
    return frozenset(times_in(text))


@lru_cache(maxsize=64)
def _months(text: str) -> frozenset[str]:
    """Return the months that a text speaks of without a day."""
    days = {int(day[-5:-3]) for day in dates_in(text)}
    said = frozenset(match[1] for match in _NAMES.finditer(text))
    return frozenset() if days else said


@lru_cache(maxsize=64)
def _numbers(text: str) -> frozenset[str]:
    """Return the long numbers of a text: no years."""
    found = (form for (kind, form), _ in entities(text) if kind == "number")
    return frozenset(it for it in found if len(it) >= LEAST_DIGITS and not _YEAR.fullmatch(it))


@lru_cache(maxsize=64)
def _sums(text: str) -> frozenset[str]:
    """Return the numbers of a text that are money: with a currency, or with cents."""
    return money(text) | {it for it in _numbers(text) if "." in it}


@lru_cache(maxsize=64)
def _coded(text: str) -> frozenset[str]:
    """Return the numbers of a text that stand in codes alone: `GG-5607`, `INV/2041`."""
    return _numbers(text) - _numbers(_CODE.sub(" ", text))


def _shown(values: Iterable[str]) -> str:
    return " and ".join(repr(value) for value in sorted(values)[:3])
