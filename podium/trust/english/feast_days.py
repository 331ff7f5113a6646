"""Days that have names, and days in words: `Christmas Eve`, `the third Advent`, `by the tenth`, `next Tue`.

A text in lower case is brought into the words that `podium.trust.english.almanac` reads anyway.
"""

import calendar
import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from podium.trust.values.ordinals import ORDINAL, day_of

_ON: Final = (
    "at|to|until|till|from|and|or|but|instead|please|pls|thanks|then|if|when|because|as|so|that|with|is|not"
    "|rather|around|on|latest|inclusive"
)
_ENDS: Final = (
    rf"(?=\s*(?:$|[,.;:!?)\n\u2013-])| (?:{_ON}|in the (?:morning|afternoon|evening)"
    r"|of (?:the|this|next) month|(?:a quarter|half|quarter) (?:past|to))\b)"
)
"""What stands behind a day: behind a number of something else there is that thing, `by the second gate`."""
_OF_MONTH: Final = re.compile(
    rf"\b(?P<lead>on|by|until|till|from|before|after|since|for|and|to|due|make it"
    r"|(?:mon|tues|wednes|thurs|fri|satur|sun)day,?)"
    rf" the (?P<o>{ORDINAL})\b{_ENDS}"
)
_BESIDE: Final = frozenset(("and", "to", "for", "make it"))
"""What leads to one of the first days only behind another one: `from the third to the fifth`."""
_FIRST: Final = 4
_DOTTED: Final = re.compile(
    r"\b(?:on|by|until|till|from|to|before|after|since) (?:the )?(?P<d>\d{1,2})\.(?P<m>\d{1,2})\.(?!\d)"
)
_WEEKS_DAY: Final = re.compile(
    r"\b(?P<week>(?:this|next) week),? (?:on )?(?P<day>(?:mon|tues|wednes|thurs|fri|satur|sun)day)\b(?! week)"
)
_SHORT: Final = {
    "mon": "monday", "tue": "tuesday", "tues": "tuesday", "wed": "wednesday", "weds": "wednesday",
    "thu": "thursday", "thur": "thursday", "thurs": "thursday", "fri": "friday", "sat": "saturday",
    "sun": "sunday",
}  # fmt: skip
_SHORT_DAY: Final = re.compile(
    r"\b(?:(?P<lead>on|by|until|till|from|to|this|next|last|coming|before|after|since|for|or|and) )?"
    r"(?P<day>mon|tues?|weds?|thu(?:rs?)?|fri|sat|sun)\b\.?"
    r"(?P<rest> (?:at |from )?\d{1,2}(?::\d\d| ?[ap]\.?m\b)"
    r"| (?:morning|afternoon|evening|next week|week)\b)?"
)
_SHORT_MONTH: Final = re.compile(
    r"(?<=\bof )(?P<m>jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\b\.?(?! ?\d)"
)
_MONTHS: Final = tuple(name.casefold() for name in calendar.month_name if name)
_MONTH_NAMES: Final = "|".join(_MONTHS)
_DAY_NAMES: Final = tuple(name.casefold() for name in calendar.day_name)
_WEEKDAY: Final = "|".join(_DAY_NAMES)
_FIXED: Final = {
    r"christmas eve|xmas eve": (12, 24),
    r"(?:on |the )?(?:christmas|xmas) day|(?:on|before|after|until|till|by) (?:christmas|xmas)(?! \w)": (
        12,
        25,
    ),
    r"boxing day|(?:saint|st\.?) stephen'?s(?: day)?": (12, 26),
    r"new year'?s eve|the last day of the year": (12, 31),
    r"new year'?s day|(?:on|before|after|until|till|by|since) (?:the )?new year(?!['\u2019]?s)": (1, 1),
    r"epiphany|three kings'?(?: day)?": (1, 6),
    r"valentine'?s(?: day)?": (2, 14),
    r"(?:saint|st\.?) patrick'?s(?: day)?": (3, 17),
    r"april fools?'?(?: day)?": (4, 1),
    r"(?:on )?hallow'?e'?en": (10, 31),
    r"all saints'?(?: day)?": (11, 1),
    r"(?:saint|st\.?) nicholas'?s?(?: day)?": (12, 6),
}
_EASTER: Final = {
    "shrove tuesday|pancake day": -47, "ash wednesday": -46, "palm sunday": -7, "maundy thursday": -3,
    "good friday": -2,
    r"easter (?:sunday|day)|(?:on|before|after|until|till|by) easter(?! \w)": 0,
    "easter monday": 1, "ascension(?: day)?": 39,
    "whit ?sunday": 49, "whit monday": 50, "corpus christi": 60,
}  # fmt: skip
_NAMED: Final = re.compile(
    "|".join(rf"(?P<n{at}>\b(?:{pattern}))" for at, pattern in enumerate((*_FIXED, *_EASTER)))
    + r"|\b(?:on )?(?:the )?(?P<nth>first|1st|second|2nd|third|3rd|fourth|4th|last)"
    r"(?: sunday)?(?: of| in)?(?: the)? advent(?: sunday)?\b"
)
_ADVENTS: Final = {"first": 0, "1st": 0, "second": 1, "2nd": 1, "third": 2, "3rd": 2}
_TELLING: Final = re.compile(
    r"christmas|xmas|boxing|new year|stephen|nicholas|patrick|epiphany|kings|valentine|fool|ween|saints"
    r"|shrove|pancake|ash wed|palm sun|maundy|good fri|easter|ascension|whit|corpus|advent"
    r"|last day of the year"
)
_LEANING: Final = re.compile(
    rf"\b(?:the )?(?P<day>{_WEEKDAY}) (?P<way>before|after|following|preceding) (?=(?P<of>.{{1,40}}))"
)
_MID: Final = re.compile(rf"\b(?:mid[- ]|(?:the )?middle of )(?P<m>{_MONTH_NAMES})\b")
_WEEK_ON: Final = re.compile(
    rf"\b(?:(?:on )?(?:the )?(?P<day>{_WEEKDAY}) (?:of |in )?the week after next"
    rf"|the week after next,?(?: on)?(?: the)? (?P<day2>{_WEEKDAY}))\b"
)
_IN_WEEKS: Final = re.compile(
    rf"\b(?:on )?(?P<day>{_WEEKDAY}) in (?P<n>an?|one|two|three|four|five|six|[1-9])"
    r" (?P<unit>week|fortnight)s?\b"
    rf"|\b(?P<n2>two|three|four|[234]) (?P<day2>{_WEEKDAY})s from (?:now|today)\b"
)
_COUNT: Final = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6}
_WORKING: Final = re.compile(
    rf"\b(?P<which>first|last) (?:working day|business day|workday|weekday) (?:of|in) (?:the |this )?"
    rf"(?P<what>month|next month|year|{_MONTH_NAMES})\b"
)


_FIGURE: Final = re.compile(r"\d(?:st|nd|rd|th)\b")


def in_days(low: str) -> str:
    """Return a text in lower case with days of the month in figures, and weekdays and months in full."""
    low = low.replace("\u2019", "'")
    low = _SHORT_DAY.sub(_full, low)
    low = _SHORT_MONTH.sub(lambda match: _month(match["m"]), low)
    low = _WEEKS_DAY.sub(lambda match: f"on {match['day']} {match['week']}", low)
    dated = False

    def figure(match: re.Match[str]) -> str:
        nonlocal dated
        number, beside = day_of(match["o"]), match["lead"] in _BESIDE
        if beside and number <= _FIRST and not (dated or _FIGURE.search(low[: match.start()])):
            return match[0]
        dated = True
        ending = {1: "st", 2: "nd", 3: "rd"}.get(number % 10 if number not in {11, 12, 13} else 0, "th")
        return f"{match['lead']} the {number}{ending}"

    return _OF_MONTH.sub(figure, low)


def named_days(low: str, today: date) -> tuple[str, list[date]]:
    """Return the days that a text says by their names or lean on such, and the text without those words."""
    found: list[date] = []

    def take(days: Iterator[date]) -> str:
        found.extend(days)
        return " , "

    low = _DOTTED.sub(lambda it: take(_dotted(it, today)), low)
    low = _WEEK_ON.sub(lambda it: take(_week_on(it, today)), low)
    low = _IN_WEEKS.sub(lambda it: take(_in_weeks(it, today)), low)
    low = _WORKING.sub(lambda it: take(_working(it, today)), low)
    found += [_next(today, _MONTHS.index(it["m"]) + 1, 15) for it in _MID.finditer(low)]
    if _TELLING.search(low):
        for match in _LEANING.finditer(low):
            feast = _NAMED.match(match["of"]) or _NAMED.match(f"{match['way']} {match['of']}")
            if feast is not None:
                back = match["way"] in {"before", "preceding"}
                found.append(weekday_beside(_feast(feast, today), match["day"], -1 if back else 1))
                low = low.replace(match[0] + feast[0].removeprefix(f"{match['way']} "), " , ", 1)
        low = _NAMED.sub(lambda it: take(_feasts(it, today)), low)
    return low, found


def _full(match: re.Match[str]) -> str:
    """Return a weekday in full where it stands as one: `sat` and `sun` are words, too."""
    lead, day, rest = match["lead"], match["day"], match["rest"]
    alone = day in {"tues", "weds", "thurs", "thur"}
    leads = lead is not None and lead not in {"or", "and", "to", "for", "before", "after"}
    if not (alone or rest or leads or (lead is not None and day not in {"sat", "sun", "wed"})):
        return match[0]
    return f"{lead + ' ' if lead else ''}{_SHORT[day]}{rest or ''}"


def _month(short: str) -> str:
    return next(name for name in _MONTHS if name.startswith(short[:3]))


def _dotted(match: re.Match[str], today: date) -> Iterator[date]:
    day, month = int(match["d"]), int(match["m"])
    if 1 <= month <= 12 and 1 <= day <= calendar.monthrange(today.year, month)[1]:
        yield _next(today, month, day)


def _week_on(match: re.Match[str], today: date) -> Iterator[date]:
    monday = today - timedelta(days=today.weekday())
    yield monday + timedelta(days=14 + _DAY_NAMES.index(match["day"] or match["day2"]))


def _in_weeks(match: re.Match[str], today: date) -> Iterator[date]:
    """Yield the weekday so many weeks on: of the week that it is then, or counted from the next one."""
    name, said = match["day"] or match["day2"], match["n"] or match["n2"]
    at, weeks = _DAY_NAMES.index(name), _COUNT.get(said) or int(said)
    if match["n2"]:
        first = today + timedelta(days=(at - today.weekday() - 1) % 7 + 1)
        yield first + timedelta(weeks=weeks - 1)
        return
    weeks *= 2 if match["unit"] == "fortnight" else 1
    then = today + timedelta(weeks=weeks)
    yield then - timedelta(days=then.weekday()) + timedelta(days=at)
    yield then + timedelta(days=(at - then.weekday()) % 7)


def _working(match: re.Match[str], today: date) -> Iterator[date]:
    what = match["what"]
    if what in _MONTHS:
        first = _next(today, _MONTHS.index(what) + 1, 28).replace(day=1)
    elif what == "year":
        first = date(today.year, 12 if match["which"] == "last" else 1, 1)
    else:
        first = (
            today.replace(day=1) if what == "month" else (today.replace(day=28) + timedelta(4)).replace(day=1)
        )
    days = [first + timedelta(days=n) for n in range(calendar.monthrange(first.year, first.month)[1])]
    days = [day for day in days if day.weekday() < 5]
    yield days[0 if match["which"] == "first" else -1]


def _feasts(match: re.Match[str], today: date) -> Iterator[date]:
    yield _feast(match, today)
    if re.match(r"(?:before|until|till|by) (?:the )?new year", match[0]):
        yield _feast(match, today) - timedelta(days=1)


def _feast(match: re.Match[str], today: date) -> date:
    """Return the next day of a name."""
    if match["nth"]:
        years = [_advent(year, match["nth"]) for year in (today.year, today.year + 1)]
    else:
        at = next(at for at in range(len(_FIXED) + len(_EASTER)) if match[f"n{at}"])
        if at < len(_FIXED):
            month, day = list(_FIXED.values())[at]
            return _next(today, month, day)
        off = timedelta(days=list(_EASTER.values())[at - len(_FIXED)])
        years = [_easter(year) + off for year in (today.year, today.year + 1)]
    return next((day for day in years if day >= today), years[-1])


def _next(today: date, month: int, day: int) -> date:
    this = date(today.year, month, day)
    return this if this >= today else this.replace(year=today.year + 1)


def _advent(year: int, nth: str) -> date:
    """Return a Sunday of Advent: the fourth is the last one before Christmas Day."""
    fourth = weekday_beside(date(year, 12, 25), "sunday", -1)
    return fourth - timedelta(weeks=3 - _ADVENTS.get(nth, 3))


def weekday_beside(day: date, weekday: str, sign: int) -> date:
    """Return the weekday right before (-1) or behind (1) a day."""
    at = _DAY_NAMES.index(weekday)
    if sign > 0:
        return day + timedelta(days=(at - day.weekday() - 1) % 7 + 1)
    return day - timedelta(days=(day.weekday() - at - 1) % 7 + 1)


def _easter(year: int) -> date:
    """Return Easter Sunday (Meeus, Jones and Butcher)."""
    a, b, c = year % 19, year // 100, year % 100
    d, e, f = b // 4, b % 4, (b + 8) // 25
    g = (b - f + 1) // 3
    h = (19 * a + b - d - g + 15) % 30
    i, k = c // 4, c % 4
    m = (32 + 2 * e + 2 * i - h - k) % 7
    n = (a + 11 * h + 22 * m) // 451
    month, day = divmod(h + m - 7 * n + 114, 31)
    return date(year, month, day + 1)
