"""Dates that a request says in words: `tomorrow`, `next Friday`, `in two weeks`, `the end of January`.

They are resolved against the day on which the task began. Durations (`a week later`, `for three nights`) move
a date that is trusted to another one.
"""

import calendar
import re
from collections.abc import Iterable, Iterator
from datetime import MAXYEAR, MINYEAR, date, timedelta
from typing import Final

from podium.trust.english.feast_days import in_days, named_days, weekday_beside
from podium.trust.english.numerals import COUNTS, count_of
from podium.trust.english.ranges import ranged, without_last
from podium.trust.values.forms import dates_in

_DAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS: Final = tuple(name.casefold() for name in calendar.month_name if name)
_DAY_NAMES: Final = "|".join(_DAYS)
_MONTH_NAMES: Final = "|".join(_MONTHS)
_MONTHS_CUT: Final = "jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec"
_NUMBER: Final = rf"(?P<n>\d{{1,3}}|an?|another|{'|'.join(COUNTS)})"
_UNIT: Final = r"(?P<unit>minute|hour|day|night|week|fortnight|month|quarter|year)s?"
_DURATION: Final = re.compile(
    rf"\b(?:{_NUMBER}[ -])?(?:more |further |extra |additional |full |whole |working )?{_UNIT}\b"
)
_RATE: Final = re.compile(
    r"(?:\d[\d.,]*k?|\b(?:hundred|thousand|fifty|once|twice|times|hours?|hrs?|days|nights|pieces?))"
    r"(?: ?(?:euros?|dollars?|pounds?|francs?|quid|bucks|pence|cents|crowns|[a-z]{3}|[€$£]))? "
    r"an? (?:minute|hour|day|night|week|fortnight|month|quarter|year)\b"
    r"(?! (?:later|earlier|before|after|from|on))"
)
"""What something costs, or how often it is: `120 euros a night`, `twice a week`. It says no length."""
_OFFSET: Final = re.compile(
    rf"\b(?:{_NUMBER}|the|that|on the) (?:more |further |full |whole |very )?{_UNIT}s?,? "
    r"(?P<sign>before|earlier|prior to|prior|ahead of|after|later|afterwards|following|on from)\b"
)
_NEXT_DAY: Final = re.compile(
    r"\b(?:the )?(?P<which>following|next|previous|preceding) (?P<unit>day|week|month|year)\b"
)
_EARLIER: Final = frozenset(("before", "earlier", "prior to", "prior", "ahead of", "previous", "preceding"))
_TAIL: Final = re.compile(r"[,;:!?]|\.(?=\s|$)|\b(?:and|but|then)\b")
_IN: Final = re.compile(
    rf"\b(?:in|within) {_NUMBER} {_UNIT}\b|\b{_NUMBER.replace('<n>', '<n2>')} "
    rf"{_UNIT.replace('<unit>', '<unit2>')} (?:from (?:now|today)|hence)\b"
)
_TERM: Final = re.compile(
    r"(?P<lead>[,;:(]|\bnet|\bterms?(?: of| is|:)?|\bpayable|\bdue|\bat|\bon) "
    rf"{_NUMBER}[ -](?P<unit>day|week)s?(?P<net> net| to pay)?(?=$|[.,;:!?)\n])"
)
_BILLED: Final = re.compile(r"\b(?:invoic\w*|terms?|net)\b|(?:^|\band |\bplease |\bto )bill\b")
"""Words of a request in which a bare length of time is a term: *invoice them, 30 days*."""
_WEEKDAY: Final = re.compile(
    rf"\b(?:(?P<next>next|following|this|coming|last) )?(?P<day>{_DAY_NAMES})\b(?P<week> (?:of )?next week)?"
    rf"(?!,? (?:the )?\d{{1,2}}(?:st|nd|rd|th)?,? (?:of )?(?:{_MONTH_NAMES}|(?:{_MONTHS_CUT})\b)"
    rf"|,? (?:{_MONTH_NAMES}|(?:{_MONTHS_CUT})\.?) \d|,? \d{{4}}-\d\d-\d\d)"
)
"""A weekday that no date follows: that says of itself which one is meant."""
_BESIDE: Final = re.compile(
    rf"(?<!\bevery )(?<!\beach )\b(?:(?:this|next|coming) )?(?P<day>{_DAY_NAMES}|tomorrow|today) "
    r"(?P<unit>week|fortnight)\b"
    r"(?=\s*$|\s*[,.;:!?)\n]| (?:at|for|in|from|to|and|or|but|please|pls|instead|then|if|when|because|as|so"
    r"|with|by|before|after|is|she|he|they|it|we|i|you|not|rather|morning|afternoon|evening|half|noon"
    r"|around|about|\d\d?(?::\d\d| ?[ap]\.?m\b))\b)"
)
"""A day and a week: `Monday week`, `tomorrow fortnight`."""
_HALF_YEAR: Final = re.compile(r"\b(?:(?P<half>half (?:a )?year)|(?:a )?quarter of (?:a|the) year)\b")
_HOURS: Final = re.compile(r"\b(?P<n>24|48|72|96) ?(?:hours|hrs|h)\b")
_ON: Final = re.compile(
    r"(?<!\bfor )(?<!\bonce )(?<!\btwice )(?<!\btimes )(?<!\bhours )(?<!\bdays )"
    rf"\b(?:{_NUMBER} )(?P<unit>week|fortnight)s? "
    rf"(?:(?P<lead>on|from|this|next|last|after) )?(?P<day>{_DAY_NAMES}|tomorrow|today)\b"
)
"""A week counted from a day: `a week on Friday`, `two weeks from Monday`, `a week tomorrow`."""
_LEANING: Final = re.compile(
    rf"\b(?:the )?(?P<day>{_DAY_NAMES}) (?:right |just )?(?P<way>before|after) "
    rf"(?P<of>(?:the )?\d{{1,2}}(?:(?:st|nd|rd|th)\b(?: (?:of )?(?:{_MONTH_NAMES}))?| (?:{_MONTH_NAMES}))\b)"
)
"""A weekday that leans on a date: `the Friday before the 18th`."""
_AFTER_NEXT: Final = re.compile(rf"\b(?P<day>{_DAY_NAMES}) after next\b")
_NTH: Final = re.compile(
    rf"\b(?P<nth>first|1st|second|2nd|third|3rd|fourth|4th|last) (?P<day>{_DAY_NAMES}) (?:of|in) "
    rf"(?:the )?(?P<what>{_MONTH_NAMES}|next month|this month|month)\b"
)
"""A weekday counted in its month: `the last Friday in November`."""
_NTHS: Final = {
    "first": 0,
    "1st": 0,
    "second": 1,
    "2nd": 1,
    "third": 2,
    "3rd": 2,
    "fourth": 3,
    "4th": 3,
    "last": -1,
}
_END_OF: Final = re.compile(
    rf"(?<!ty-)(?<!ty )\b(?P<which>end|start|beginning|last day|first day|first) of (?:the |this )?"
    rf"(?P<next>next )?"
    rf"(?P<what>week|month|year|quarter|{_MONTH_NAMES})\b(?: (?P<y>\d{{4}}))?"
)
_WITH_END: Final = re.compile(
    r"\b(?:end|ends|ending|run|runs|running|expires?|expiring|finish|finishes|stops?|lapses?) (?:out )?"
    r"(?:with|together with|at the close of) (?:the|this) (?P<what>month|year|quarter)\b"
    r"|\b(?P<close>month|year|quarter)(?:'s|s')?[ -]end\b"
)
"""The end of what something ends with: `it runs out with the month`, `at year-end`."""
_ORDINAL: Final = re.compile(
    rf"\b(?P<d>\d{{1,2}})(?:st|nd|rd|th)\b(?! (?:of )?(?:{_MONTH_NAMES})| floor| time| street)"
)
_SLIPPED: Final = re.compile(
    r"(?:n't|\bnot|\bnever|\bcannot) [^.,:;!?]{0,40}?\b(?:before|by|until|till|in) "
    r"(?:(?:the )?(?:very )?(?:end|middle|start|beginning) of |late |early |mid[- ])?"
    rf"(?P<month>(?!may\b|march\b)(?:{_MONTH_NAMES}))\b(?! \d)(?!.*\b(?:{_MONTH_NAMES})\b)"
)
"""The one month of a request, before which something will not be: a day behind that is one of it."""
_NAMED: Final = re.compile(
    rf"\b(?:{_MONTH_NAMES.replace('|may', '').replace('|march', '')})\b|\b(?:March|May)\b"
)
_BOUND: Final = re.compile(
    r"\b(?P<word>before|until|till|by|after|since) (?P<rest>(?:[^\s,.;:!?]+[ ]?){1,6})", re.IGNORECASE
)
_SPAN: Final = re.compile(r"\b(?P<which>this|next|last) (?P<unit>week|month)\b")
_MAX: Final = 60
"""Dates of one request that are resolved."""


def resolved(text: str, today: date) -> frozenset[str]:
    """Return the days that a text says in words, as ISO dates, seen from ``today``."""
    found: set[str] = set()
    text = in_days(text.casefold())
    text = _WITH_END.sub(lambda match: f"end of the {match['what'] or match['close']}", text)
    for day in _resolve(text, today):
        found.add(day.isoformat())
        if len(found) >= _MAX:
            break
    return frozenset(found)


def day_bounds(text: str, today: date) -> tuple[tuple[bool, str], ...]:
    """Return the bounds that a text sets for days: whether it is an upper one, and the ISO date.

    ``before`` and ``after`` leave the day itself out.
    """
    found: dict[tuple[bool, str], None] = {}
    for match in _BOUND.finditer(text):
        said = set(days_of(match["rest"], today))
        if len(said) == 1:
            word, day = match["word"].casefold(), date.fromisoformat(said.pop())
            upper = word in {"before", "until", "till", "by"}
            off = {"before": -1, "after": 1}.get(word, 0)
            found[upper, (day + timedelta(days=off)).isoformat()] = None
    for match in _SPAN.finditer(text.casefold()):
        first, last = span_of(match["which"], match["unit"], today)
        found[False, first.isoformat()] = found[True, last.isoformat()] = None
    return tuple(found)[:4]


def days_of(text: str, today: date) -> frozenset[str]:
    """Return the days that a text says, in words or in figures, as ISO dates."""
    return resolved(text, today) | {_full(day, today) for day in dates_in(text)}


def span_of(which: str, unit: str, today: date) -> tuple[date, date]:
    """Return the first and the last day of `this week`, `next month`."""
    step = {"last": -1, "this": 0, "next": 1}[which]
    if unit == "week":
        first = today - timedelta(days=today.weekday()) + timedelta(weeks=step)
        return first, first + timedelta(days=6)
    first = _months_later(today.replace(day=1), step)
    return first, _months_later(first, 1) - timedelta(days=1)


_LEAPS: Final = 8
"""Years within which there is a 29th of February."""


def _full(day: str, today: date) -> str:
    """Return an ISO date; of one without a year the one that is nearest to ``today``."""
    if not day.startswith("-"):
        return day
    month, of_month = int(day[-5:-3]), int(day[-2:])
    around = range(max(MINYEAR, today.year - _LEAPS), min(MAXYEAR, today.year + _LEAPS) + 1)
    years = (year for year in around if not _leaps(year, month, of_month))
    return min((date(year, month, of_month) for year in years), key=lambda one: abs(one - today)).isoformat()


_PAST: Final = re.compile(
    r"\b(?:was|were|wasn't|weren't|had|did|didn't|been|ago|last|yesterday|since|past|already|log|back-?dat\w+"
    r"|back to|took|went|came|got|made|sent|bought|paid|met|spent|held|gave|said|wrote|left"
    r"|(?!need)[a-z]{2,}ed)\b"
)
"""Words of a text that speaks of what was."""


def days_meant(days: Iterable[str], today: date, text: str) -> frozenset[str]:
    """Return the ISO dates that days without their year (``--12-08``) are in a text: the next ones.

    Where it speaks of what was, the last ones too.
    """
    past, found = _PAST.search(text.casefold()) is not None, set[date]()
    around = range(max(MINYEAR, today.year - _LEAPS), min(MAXYEAR, today.year + _LEAPS) + 1)
    for day in days:
        month, of_month = int(day[-5:-3]), int(day[-2:])
        years = [date(year, month, of_month) for year in around if not _leaps(year, month, of_month)]
        found |= set([one for one in years if one >= today][:1])
        found |= set([one for one in years if one < today][-1:] if past else ())
    return frozenset(one.isoformat() for one in found)


def _leaps(year: int, month: int, day: int) -> bool:
    """Return whether a day is the 29 February of a year that has none."""
    return (month, day) == (2, 29) and not calendar.isleap(year)


def names_month(text: str) -> bool:
    """Return whether a text says a month by its name."""
    return _NAMED.search(text) is not None or _NAMED.search(text.casefold()) is not None


def durations(text: str) -> tuple[tuple[str, int], ...]:
    """Return the durations of a text, of a day or longer: a unit (``day``, ``month``) and how many."""
    found: dict[tuple[str, int], None] = {}
    low = _RATE.sub(" , ", _ON.sub(" , ", text.casefold()))
    low = _HALF_YEAR.sub(lambda match: "6 months" if match["half"] else "3 months", low)
    low = _HOURS.sub(lambda match: f"{int(match['n']) // 24} days", low)
    for match in _DURATION.finditer(low):
        count = count_of(match["n"]) if match["n"] else None
        step = step_of(match["unit"], count) if count is not None else None
        if step is not None:
            found[step] = None
    return tuple(found)[:8]


def offsets(text: str) -> tuple[tuple[str, int, str], ...]:
    """Return by how much a text says that a day lies before or after another: `the day before the launch`.

    Of each a unit (``day``, ``month``), how many, negative for earlier, and the words behind it.
    """
    found: dict[tuple[str, int, str], None] = {}
    low = text.casefold()
    for match in _OFFSET.finditer(low):
        count = count_of(match["n"]) if match["n"] else 1
        step = step_of(match["unit"], count) if count is not None else None
        if step is not None:
            sign = -1 if match["sign"] in _EARLIER else 1
            found[
                step[0], sign * step[1], _TAIL.split(low[match.end() : match.end() + 90], maxsplit=1)[0]
            ] = None
    for match in _NEXT_DAY.finditer(low):
        if step := step_of(match["unit"], 1):
            found[step[0], -1 if match["which"] in _EARLIER else 1, ""] = None
    return tuple(found)[:8]


def shifted(day: str, unit: str, count: int) -> str | None:
    """Return the day so many units behind an ISO date, before it if negative; None for no full date."""
    try:
        start = date.fromisoformat(day)
        later = start + timedelta(days=count) if unit == "day" else _months_later(start, count)
    except (ValueError, OverflowError):
        return None
    return later.isoformat()


def moved(day: str, step: tuple[str, int]) -> Iterator[str]:
    """Yield the days that are so far behind and before an ISO date."""
    try:
        start = date.fromisoformat(day)
    except ValueError:  # a day without a year
        return
    unit, count = step
    for sign in (1, -1):
        try:
            if unit == "day":
                yield (start + timedelta(days=sign * count)).isoformat()
            else:
                yield _months_later(start, sign * count).isoformat()
        except (ValueError, OverflowError):
            continue


def _resolve(low: str, today: date) -> Iterator[date]:
    try:
        low, named = named_days(low, today)
        yield from named
        yield from ranged(low, today)
        low, counted = _counted(low, today)
        yield from counted
        yield from _near(low, today)
        for match in _IN.finditer(low):
            count = count_of(match["n"] or match["n2"])
            step = step_of(match["unit"] or match["unit2"], count) if count is not None else None
            for day in list(moved(today.isoformat(), step))[:1] if step else ():
                yield date.fromisoformat(day)
        for match in _TERM.finditer(low) if _BILLED.search(low) else ():
            count = count_of(match["n"])
            step = step_of(match["unit"], count) if count is not None else None
            for day in list(moved(today.isoformat(), step))[:1] if step else ():
                yield date.fromisoformat(day)
        for match in _WEEKDAY.finditer(low := without_last(low)):
            if not _numbered(match, low, today):
                yield from _weekdays(match, today)
        for match in _END_OF.finditer(low):
            yield from _edges(match, today)
        slipped = _SLIPPED.search(low)
        for match in _ORDINAL.finditer(low):
            late = slipped if slipped is not None and slipped.end() < match.start() else None
            first = _first_of(late["month"], today) if late is not None else today
            yield from _day_of_month(int(match["d"]), first)
            yield from _of_said_month(int(match["d"]), low[: match.start()], today)
    except (ValueError, OverflowError):
        return


def _counted(low: str, today: date) -> tuple[str, list[date]]:
    """Return the days that are counted from another one, and the text without the words for them."""
    found: list[date] = []

    def beside(match: re.Match[str]) -> str:
        weeks = 2 if match["unit"] == "fortnight" else 1
        count = count_of(match["n"]) if "n" in match.groupdict() else 1
        start = _coming(match["day"], today)
        if count is None:
            return match[0]
        lead = match.groupdict().get("lead")
        if lead == "last":
            weeks, start = -weeks, start - timedelta(days=7)
        found.append(start + timedelta(weeks=weeks * count))
        return " , "

    def leaning(match: re.Match[str]) -> str:
        of = days_of(match["of"], today)
        if len(of) != 1:
            return match[0]
        sign = -1 if match["way"] == "before" else 1
        found.append(weekday_beside(date.fromisoformat(min(of)), match["day"], sign))
        return " , "

    def nth(match: re.Match[str]) -> str:
        found.extend(_nth_days(match, today))
        return " , "

    for pattern in (_ON, _BESIDE):
        low = pattern.sub(beside, low)
    low = _LEANING.sub(leaning, low)
    low = _AFTER_NEXT.sub(lambda match: f"a week on {match['day']}", low)
    return _NTH.sub(nth, _ON.sub(beside, low)), found


def _coming(day: str, today: date) -> date:
    """Return the next day of a weekday's name, a week on for today's; or `today`, `tomorrow`."""
    if day in _DAYS:
        return today + timedelta(days=(_DAYS.index(day) - today.weekday() - 1) % 7 + 1)
    return today + timedelta(days=1 if day == "tomorrow" else 0)


def _nth_days(match: re.Match[str], today: date) -> Iterator[date]:
    what, at = match["what"], _DAYS.index(match["day"])
    if what in _MONTHS:
        month = _MONTHS.index(what) + 1
        first = date(today.year + (month < today.month), month, 1)
    else:
        first = _months_later(today.replace(day=1), 1 if what == "next month" else 0)
    days = [first + timedelta(days=days) for days in range(calendar.monthrange(first.year, first.month)[1])]
    days = [day for day in days if day.weekday() == at]
    yield days[_NTHS[match["nth"]]]


def _near(low: str, today: date) -> Iterator[date]:
    for phrase, days in (
        (r"today|tonight|now|this (?:morning|afternoon|evening)|eod", 0),
        (r"(?<!after )tomorrow|tmrw|tmw|tomorow|tommorr?ow|2morrow", 1),
        (r"day after tomorrow", 2),
        (r"yesterday", -1),
        (r"(?<!next )week from (?:now|today)|in a week", 7),
        (r"fortnight", 14),
    ):
        if re.search(rf"\b(?:{phrase})\b", low):
            yield today + timedelta(days=days)
    if re.search(r"\bweekend\b", low):
        saturday = today + timedelta(days=(5 - today.weekday()) % 7)
        weeks = 1 if "next weekend" in low else 0
        yield saturday + timedelta(weeks=weeks)
        yield saturday + timedelta(days=1, weeks=weeks)


_NUMBERED: Final = re.compile(r",? (?:the )?(\d{1,2})(?:st|nd|rd|th)\b")


def _numbered(match: re.Match[str], low: str, today: date) -> bool:
    """Return whether a number behind a weekday says which one is meant: `Monday the 7th`."""
    number = _NUMBERED.match(low, match.end())
    days = _day_of_month(int(number[1]), today) if number is not None else ()
    return any(day.weekday() == _DAYS.index(match["day"]) for day in days)


def _weekdays(match: re.Match[str], today: date) -> Iterator[date]:
    at = _DAYS.index(match["day"])
    coming = today + timedelta(days=(at - today.weekday()) % 7)
    if match["next"] == "last":
        yield coming - timedelta(days=7)
    elif match["week"]:
        yield today + timedelta(days=7 - today.weekday() + at)
    else:
        yield coming
        if coming == today:
            yield coming + timedelta(days=7)
        if match["next"] in {"next", "following"}:  # people differ
            yield today + timedelta(days=7 - today.weekday() + at)


def _edges(match: re.Match[str], today: date) -> Iterator[date]:
    what, last = match["what"], match["which"] in {"end", "last day"}
    if what == "week":
        monday = today - timedelta(days=today.weekday()) + timedelta(weeks=1 if match["next"] else 0)
        yield from (monday + timedelta(days=days) for days in ((4, 6) if last else (0,)))
        return
    if what in _MONTHS:
        month = _MONTHS.index(what) + 1
        year = int(match["y"]) if match["y"] else today.year + (month < today.month)
    else:
        month, year = (12 if last else 1) if what == "year" else today.month, today.year
        if what == "quarter":
            month = (today.month - 1) // 3 * 3 + (3 if last else 1)
        if match["next"]:
            step = {"month": 1, "quarter": 3, "year": 12}[what]
            later = _months_later(date(year, month, 1), step)
            month, year = later.month, later.year
    yield date(year, month, calendar.monthrange(year, month)[1] if last else 1)


def _first_of(month: str, today: date) -> date:
    """Return the first day of the next month of a name, today within it."""
    at = _MONTHS.index(month) + 1
    return today if at == today.month else date(today.year + (at < today.month), at, 1)


def _day_of_month(day: int, today: date) -> Iterator[date]:
    for months in range(13):
        first = _months_later(today.replace(day=1), months)
        if day <= calendar.monthrange(first.year, first.month)[1]:
            found = first.replace(day=day)
            if found >= today:
                yield found
                return


def _of_said_month(day: int, before: str, today: date) -> Iterator[date]:
    """Yield a day of the month that a text has said last: `9 March`, then `from the 12th on`."""
    said = list(dates_in(before))
    if not said:
        return
    last = date.fromisoformat(_full(said[-1], today))
    if day <= calendar.monthrange(last.year, last.month)[1]:
        yield last.replace(day=day)


def step_of(unit: str, count: int) -> tuple[str, int] | None:
    """Return so many units as days or months, None for what is shorter than a day."""
    days = {"day": 1, "night": 1, "week": 7, "fortnight": 14}.get(unit)
    months = {"month": 1, "quarter": 3, "year": 12}.get(unit)
    if days is not None:
        return "day", days * count
    return None if months is None else ("month", months * count)


def _months_later(start: date, months: int) -> date:
    at = start.year * 12 + start.month - 1 + months
    year, month = divmod(at, 12)
    return date(year, month + 1, min(start.day, calendar.monthrange(year, month + 1)[1]))


def is_only_when(squashed: str) -> bool:
    """Return whether letters and digits without spaces are a day and nothing more: `wednesday2december`.

    It tells nobody what is then. Longer numbers are no part of a day.
    """
    return _ONLY_WHEN.fullmatch(squashed) is not None and _A_DAY.search(squashed) is not None


_A_DAY: Final = re.compile(rf"{_DAY_NAMES}|{_MONTH_NAMES}")
_ONLY_WHEN: Final = re.compile(
    rf"(?:{_DAY_NAMES}|(?:{_MONTH_NAMES})(?:20\d\d\d{{0,4}})?|(?<!\d)\d{{1,4}}(?!\d)|st|nd|rd|th|of|the|on|at|from|until|till|to"
    r"|by|and|between|am|pm|next|this|morning|afternoon|evening|noon|oclock)+"
)
