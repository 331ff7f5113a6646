"""Days that share a month or a week said once: `from Mon 7 to Fri 11 Dec`, `the 6th, 8th and 9th of May`.

Each is a day of its own for whoever reads the request. A weekday that does not fit its number says none.
"""

import calendar
import re
from collections.abc import Iterator, Sequence
from datetime import MAXYEAR, MINYEAR, date, timedelta
from typing import Final

from podium.trust.english.lexicon import ADVERBS, DETERMINERS, MODALS, PREPOSITIONS, SUBJECTS, VERBS, word_set
from podium.trust.english.vocabulary import COMMON
from podium.trust.values.forms import MONTH

_WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WEEKDAY: Final = r"(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?\b\.?"
_DAY: Final = rf"(?:{_WEEKDAY},? ?)?(?:the )?\d{{1,2}}(?:st|nd|rd|th)?(?![\w:]|[.,]\d)"
_TO: Final = r"(?:\s?[-–—]\s?| (?:to|until|till|til|through|thru|up to|up to and including) )"
_AND: Final = r"(?:, (?:and )?| (?:and|or|&) |\s?/\s?)"
_ONE: Final = re.compile(
    rf"(?:(?P<to>{_TO})|(?P<joint>{_AND}))?(?P<weekday>{_WEEKDAY})?,? ?(?P<the>the )?"
    r"(?P<d>\d{1,2})(?P<nth>st|nd|rd|th)?"
)
_DAYS: Final = rf"{_DAY}(?:(?:{_TO}|{_AND}){_DAY}){{1,6}}"
_BEFORE: Final = r"(?<![\w.,:/€$£-])"
_MONTH_LAST: Final = re.compile(
    rf"{_BEFORE}(?P<days>{_DAYS}) (?:of )?(?P<month>{MONTH})\b\.?(?:,? (?P<year>\d{{4}}))?(?![\w:])"
)
_MONTH_FIRST: Final = re.compile(
    rf"\b(?P<month>{MONTH})\b\.?,? (?P<days>{_DAYS})(?:,? (?P<year>\d{{4}}))?(?![\w:%])(?! ?[ap]\.?m\b)"
)
_NO_MONTH: Final = re.compile(
    rf"{_BEFORE}(?P<days>{_DAY}(?:{_TO}| and ){_DAY})(?! (?:of )?(?:{MONTH})\b)(?![\w:%€$£]| ?[ap]\.?m\b)"
)
_OF_WEEK: Final = re.compile(
    rf"\b(?P<a>{_WEEKDAY})(?:{_TO}| (?:and|or|&) )(?P<b>{_WEEKDAY}),?(?: of)? (?P<week>this|next) week\b"
)
_LEADING: Final = re.compile(
    rf"\b(?:from|between|on) (?P<a>{_WEEKDAY})(?:{_TO}| and )(?P<b>{_WEEKDAY})"
    r"(?!,? ?(?:the )?\d|,? (?:of )?(?:this|next|last) week)"
)
_TO_WEEKDAY: Final = re.compile(
    rf"{_BEFORE}(?:(?P<weekday>{_WEEKDAY}),? ?)?(?:the )?(?P<d>\d{{1,2}})(?P<nth>st|nd|rd|th)?"
    rf"(?: (?:of )?(?P<month>{MONTH})\b\.?)?,?(?P<to>{_TO})(?:the following |the next )?(?P<b>{_WEEKDAY})"
    r"(?!,? ?(?:the )?\d|,? (?:of )?(?:this|next|last) week)"
)
"""A range whose end is a weekday: `from Friday the 12th to Sunday`."""
_NOUN: Final = re.compile(r"(?: of the|-| )? ?([a-z]+)")
_GO_ON: Final = (COMMON | ADVERBS | SUBJECTS | MODALS | PREPOSITIONS | DETERMINERS | VERBS) - word_set(
    "place line item part entry file page room table list floor row version copy order"
) | word_set("inclusive please thanks month week morning afternoon evening noon night")
"""Words that go on behind a day; any other one is what a number counts."""
_AHEAD: Final = 200
"""Days within which one is coming of which the number is said, and no month."""
_LONG: Final = 31
"""Days of a range without a month, at most."""
_MONTH_NAMES: Final = "|".join(name.casefold() for name in calendar.month_name if name)
_SHARED_MONTH: Final = re.compile(
    r"(?P<lead>\b(?:from|between)(?: the)? |[,(] ?)(?P<first>\d{1,2})(?P<th>(?:st|nd|rd|th)?)"
    r"(?P<to>(?: (?:to|till|until|and) | ?[-\u2013] ?)(?:the )?)(?P<last>\d{1,2}(?:st|nd|rd|th)?)"
    rf"(?P<month> (?:of )?(?!may\b)(?i:{_MONTH_NAMES})\b)(?P<year>,? \d{{4}}\b)?"
)
"""Two days of one month, which is said once: `from 3 to 6 December`."""


def in_full(text: str) -> str:
    """Return a text in which each of two days has the month that both share."""

    def both(match: re.Match[str]) -> str:
        month, last = match["month"] + (match["year"] or ""), re.sub(r"\D", "", match["last"])
        listed = match["lead"][0] in ",(" and match["to"].split()[:1] == ["and"]
        if int(match["first"]) >= int(last) or listed:
            return match[0]  # of two months, or no days
        to = re.sub(r" ?[-\u2013] ?", " to ", match["to"])
        return f"{match['lead']}{match['first']}{match['th']}{month}{to}{match['last']}{month}"

    return _SHARED_MONTH.sub(both, text)


def ranged(low: str, today: date) -> Iterator[date]:
    """Yield the days of a text in lower case that stand apart from their month or week."""
    low = " ".join(low.split())
    for pattern, beside in ((_MONTH_LAST, -1), (_MONTH_FIRST, 0)):
        for match in pattern.finditer(low):
            yield from _of_month(match, beside, today)
    bare = _MONTH_FIRST.sub(" ; ", _MONTH_LAST.sub(" ; ", low))
    for match in _NO_MONTH.finditer(bare):
        if not _counts(match, bare[match.end() :]):
            yield from _of_no_month(_parts(match), today)
    for match in _OF_WEEK.finditer(low):
        monday = today - timedelta(days=today.weekday()) + timedelta(weeks=match["week"] == "next")
        yield from (monday + timedelta(days=_nth_of_week(match[one])) for one in ("a", "b"))
    for match in _LEADING.finditer(low):
        first = _next(today, match["a"])
        yield from (first, _next(first, match["b"]))
    for match in _TO_WEEKDAY.finditer(low):
        if (day := _begins(match, today)) is not None:
            yield from (day, _next(day, match["b"]))


def without_last(low: str) -> str:
    """Return a text without the weekdays on which its ranges end: they are seen from where these begin."""

    def begun(match: re.Match[str]) -> str:
        said = match["weekday"] or match["nth"] or match["month"]
        return match[0][: match.start("to") - match.start()] if said else match[0]

    low = _TO_WEEKDAY.sub(begun, low)
    return _LEADING.sub(lambda match: match[0][: match.end("a") - match.start()], low)


def _begins(match: re.Match[str], today: date) -> date | None:
    """Return the day on which a range begins that ends on a weekday."""
    if match["month"]:
        month = [name.casefold() for name in calendar.month_abbr].index(match["month"][:3])
        day = _dated(int(match["d"]), month, 0, today) if 1 <= int(match["d"]) <= _LONG else None
        return day if day is not None and _is_on(day, match["weekday"]) else None
    return _coming(match, today, _AHEAD) if match["weekday"] or match["nth"] else None


def _counts(match: re.Match[str], behind: str) -> bool:
    """Return whether numbers say which of some things is meant: `from the 3rd to the 5th floor`."""
    noun = _NOUN.match(behind)
    weekday = any(one["weekday"] for one in _parts(match))
    return noun is not None and not weekday and noun[1] not in _GO_ON


def _parts(match: re.Match[str]) -> Sequence[re.Match[str]]:
    return list(_ONE.finditer(match["days"]))


def _of_month(match: re.Match[str], beside: int, today: date) -> Iterator[date]:
    """Yield the days of a range or list, of which the one ``beside`` the month is its first or its last."""
    parts = _parts(match)
    listed = any(one["joint"] for one in parts)
    if listed and any(not _spelt(one) for one in parts if one is not parts[beside]):
        return  # `tables 3, 4 and 11 December`
    numbers = [int(one["d"]) for one in parts]
    over = len(parts) == 2 and not listed and numbers[0] > numbers[1]  # `from the 28th to the 3rd of January`
    if numbers != sorted(numbers) and not over:
        return
    if not all(1 <= number <= _LONG for number in numbers):
        return
    month = [name.casefold() for name in calendar.month_abbr].index(match["month"][:3])
    at = _dated(numbers[beside], month, int(match["year"] or 0), today)
    if at is None:
        return
    for one in parts:
        of = at
        if over and one is not parts[beside]:
            of = at.replace(day=1) - timedelta(days=1) if beside else at.replace(day=28) + timedelta(days=4)
        if int(one["d"]) <= _last(of):
            day = of.replace(day=int(one["d"]))
            if _is_on(day, one["weekday"]):
                yield day


def _of_no_month(parts: Sequence[re.Match[str]], today: date) -> Iterator[date]:
    """Yield the days of a range without a month: the first that is coming, and the next one behind it."""
    if len(parts) != 2 or not all(one["weekday"] or one["nth"] for one in parts):
        return
    first = _coming(parts[0], today, _AHEAD)
    last = _coming(parts[1], first, _LONG) if first is not None else None
    if first is not None and last is not None:
        yield from (first, last)


def _coming(said: re.Match[str], since: date, within: int) -> date | None:
    days = (since + timedelta(days=days) for days in range(within))
    return next((day for day in days if day.day == int(said["d"]) and _is_on(day, said["weekday"])), None)


def _spelt(one: re.Match[str]) -> bool:
    return bool(one["weekday"] or one["the"] or one["nth"])


def _dated(day: int, month: int, year: int, today: date) -> date | None:
    """Return a day of a month, its last at most; without a year the one that is nearest to ``today``."""
    if year and not MINYEAR < year < MAXYEAR:
        return None
    months = [date(of, month, 1) for of in ((year,) if year else (today.year + n for n in (-1, 0, 1)))]
    days = (first.replace(day=min(day, _last(first))) for first in months)
    return min(days, key=lambda one: abs(one - today))


def _last(day: date) -> int:
    return calendar.monthrange(day.year, day.month)[1]


def _is_on(day: date, weekday: str | None) -> bool:
    return not weekday or day.weekday() == _nth_of_week(weekday)


def _nth_of_week(weekday: str) -> int:
    return _WEEKDAYS.index(weekday[:3])


def _next(day: date, weekday: str) -> date:
    """Return the next such weekday behind a day."""
    return day + timedelta(days=(_nth_of_week(weekday) - day.weekday() - 1) % 7 + 1)
