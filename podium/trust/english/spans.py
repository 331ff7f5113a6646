"""Spans of days by which a request says which things it means: `due by Friday`, `of next week`, `run out`.

Each is put together into one word of its sentence, so that a noun phrase around it is read as any other:
``2026-11-24..2026-11-27``, of which one end may be open; what has run out is `overdue` or `expired`.
"""

import calendar
import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Final

from podium.trust.english.almanac import days_of, moved, span_of, step_of
from podium.trust.english.lexicon import NUMBERS, word_set
from podium.trust.english.numerals import count_of
from podium.trust.english.words import Token

MARK: Final = ".."
"""Between the two ends of a span."""
NEAR: Final = timedelta(days=160)
"""A month that is said without its year is no farther away."""
_DAYS: Final = "monday|tuesday|wednesday|thursday|friday|saturday|sunday"
_MONTHS: Final = [name.casefold() for name in calendar.month_name]
_MONTH: Final = "|".join(_MONTHS[1:])
_WEEKDAY: Final = rf"(?:(?:the|this|next|coming|last) )?(?:{_DAYS})(?: (?:of )?next week)?"
_OF_MONTH: Final = r"\d{1,2}(?: (?:st|nd|rd|th))?"
_EDGE: Final = rf"(?:(?:this |next )?(?:week|month|year|quarter)|{_MONTH})(?: \d{{4}})?"
_DAY: Final = (
    rf"{_WEEKDAY}|\d{{4}}-\d{{2}}-\d{{2}}|today|tomorrow|yesterday|now"
    rf"|(?:the )?{_OF_MONTH} (?:of )?(?:{_MONTH})(?: \d{{4}})?"
    rf"|(?:{_MONTH}) (?:the )?{_OF_MONTH}(?:(?: ,)? \d{{4}})?"
    rf"|(?:the )?\d{{1,2}} (?:st|nd|rd|th)|(?:the )?(?:end|start|beginning) of (?:the )?{_EDGE}"
)
_WEEK: Final = r"(?:this|next|last) (?:week|month)"
_SOME: Final = rf"(?:{_DAY}|{_WEEK}|(?:{_MONTH})(?: \d{{4}})?)"
_YEAR: Final = r"(?:19|20)\d\d"
_COUNT: Final = rf"(?P<n>\d{{1,3}}|an?|{'|'.join(NUMBERS)}) (?P<unit>day|week|month|year)s?"
_STATED: Final = r"(?:is|are|has|have) (?:already |now |long )?"
_OVER: Final = "(?:passed|gone(?: by)?|over|past|expired|lapsed|run out|ended)"
_LATEST: Final = "(?: at the latest)?"
_DATED: Final = "|".join(
    rf"(?<={word} )from" for word in ("due", "dated", "opened", "created", "placed", "issued", "received")
)
_RULES: Final = tuple(
    (what, re.compile(rf"(?:{pattern})(?!\S)"))
    for what, pattern in (
        ("overdue", r"(?:already |long |now )?past (?:due|(?:their|its|the) (?:due )?(?:date|deadline))"),
        ("expired", rf"whose (?:\w+ )?(?:date|day|time|term|deadline|validity) {_STATED}{_OVER}"),
        ("expired", rf"(?:that|which) (?:{_STATED}(?:run out|expired|lapsed|out of date)|ran out)"),
        (
            "between",
            rf"(?:between|{_DATED}) (?P<a>{_SOME}|(?:the )?\d{{1,2}}) (?:and|to|until|till) (?P<b>{_SOME})",
        ),
        (
            "to",
            rf"(?:up to and including|up to|(?:no|not) later than|on or before|by) (?P<a>{_SOME}){_LATEST}",
        ),
        ("to", rf"(?P<a>{_SOME}) or (?:earlier|before)"),
        ("before", rf"(?:before|earlier than) (?P<a>{_SOME})"),
        ("since", rf"(?:on or after|not before|since) (?P<a>{_SOME})|from (?P<b>{_SOME}) on(?:ward|wards)?"),
        ("since", rf"(?P<a>{_SOME}) or later"),
        ("after", rf"(?:after|later than) (?P<a>{_SOME})"),
        ("year", rf"(?:older|earlier) than (?:from )?(?P<y>{_YEAR})|from before (?P<y2>{_YEAR})"),
        ("year", rf"(?:newer|younger|later|more recent) than (?:from )?(?P<y>{_YEAR})(?P<later>)"),
        ("coming", rf"(?:(?:within|in|over|during) the (?:next|coming|following)|within) {_COUNT}"),
        ("gone", rf"(?:within|in|over|during|from|of) the (?:last|past) {_COUNT}"),
        ("old", rf"older than {_COUNT}"),
        ("old", rf"(?:more than|over) {_COUNT} (?:ago|old)"),
        ("none", _WEEKDAY),
        ("whole", rf"(?P<a>{_WEEK})(?:'s)?|(?:in|during) (?P<b>(?:{_MONTH})(?: \d{{4}})?)"),
    )
)
_TELLING: Final = frozenset(_DAYS.split("|")) | frozenset(_MONTHS[1:]) | word_set(
    "today tomorrow yesterday now week week's month month's day days weeks months year years date deadline "
    "older earlier newer younger later recent before time term validity run ran expired lapsed past due"
)  # fmt: skip
"""Words of which one stands in every span."""
_DUE: Final = word_set("fall falls falling fell come comes coming came become becomes becoming")
"""Behind which `due` says no more than by itself."""


def reduced(sentence: Sequence[Token], today: date | None) -> Sequence[Token]:
    """Return a sentence of which each span of days is one word, seen from ``today``."""
    low = [token.low for token in sentence]
    if today is None or _TELLING.isdisjoint(low):
        return sentence
    starts, text = [0], " ".join(low)
    for word in low:
        starts.append(starts[-1] + len(word) + 1)
    out: list[Token] = []
    at = 0
    while at < len(sentence):
        if low[at] in _DUE and low[at + 1 : at + 2] == ["due"]:
            at += 1
            continue
        end, said = _span_at(text, starts, at, today)
        if said:
            out.append(Token(said, said, "word"))
        else:
            out += sentence[at:end]
        at = end
    return tuple(out)


def _span_at(text: str, starts: list[int], at: int, today: date) -> tuple[int, str]:
    """Return where a span that begins at a token ends, and as what it is read; empty where there is none."""
    for what, pattern in _RULES:
        match = pattern.match(text, starts[at])
        if match is None:
            continue
        end = bisect_left(starts, match.end())
        try:
            return end, _read(what, match, today)
        except (ValueError, OverflowError):  # no such day
            return end, ""
    return at + 1, ""


def within(day: str, span: str) -> bool:
    """Return whether an ISO date is in a span."""
    first, _, last = span.partition(MARK)
    return not day.startswith("-") and (not first or day[:10] >= first) and (not last or day[:10] <= last)


def _read(what: str, match: re.Match[str], today: date) -> str:
    if what in {"overdue", "expired"}:
        return what
    said = match.groupdict()
    if what == "year":
        year = int(said["y"] or said["y2"])
        return f"{year + 1}-01-01{MARK}" if "later" in said else f"{MARK}{year - 1}-12-31"
    if what in {"coming", "gone", "old"}:
        return _reckoned(what, said["n"], said["unit"], today)
    one = said.get("a") or said.get("b")
    if what == "none" or one is None:
        return ""
    ends = _ends(one, today)
    if what == "between":
        other = said["b"] or ""
        ends, last = _first_of(one, other, today), _ends(other, today)
        if ends is None or last is None or ends[0] > last[1]:
            return ""
        return f"{ends[0]}{MARK}{last[1]}"
    if ends is None:
        return ""
    first, last_day = ends
    day = timedelta(days=1)
    return {
        "to": f"{MARK}{last_day}",
        "before": f"{MARK}{first - day}",
        "since": f"{first}{MARK}",
        "after": f"{last_day + day}{MARK}",
        "whole": f"{first}{MARK}{last_day}",
    }[what]


def _reckoned(what: str, number: str, unit: str, today: date) -> str:
    """Return the span of so many days before or behind today."""
    count = count_of(number) or NUMBERS.get(number)
    step = step_of(unit, count) if count is not None else None
    if step is None:
        return ""
    later, earlier = map(date.fromisoformat, moved(today.isoformat(), step))
    if what == "coming":
        return f"{today}{MARK}{later}"
    return f"{earlier}{MARK}{today}" if what == "gone" else f"{MARK}{earlier - timedelta(days=1)}"


def _first_of(one: str, other: str, today: date) -> tuple[date, date] | None:
    """Return the days of the first end, which may leave to the other one in which month or week it is."""
    if one.removeprefix("the ").isdigit():
        last = _ends(other, today)
        day = last[0].replace(day=int(one.removeprefix("the "))) if last is not None else None
        return None if day is None else (day, day)
    week = other.endswith("next week") and "week" not in one and one.rpartition(" ")[2] in _DAYS.split("|")
    return _ends(f"{one} next week" if week else one, today)


def _ends(said: str, today: date) -> tuple[date, date] | None:
    """Return the first and the last day of a day, a week or a month; None where it may be several."""
    which, _, unit = said.partition(" ")
    if unit in {"week", "month"}:
        return span_of(which, unit, today)
    if which in _MONTHS[1:] and (not unit or (len(unit) == 4 and unit.isdigit())):
        firsts = list(_months(_MONTHS.index(which), int(unit) if unit else 0, today))
        if len(firsts) != 1:
            return None
        (first,) = firsts
        return first, first.replace(day=calendar.monthrange(first.year, first.month)[1])
    found = {date.fromisoformat(day) for day in days_of(re.sub(r"(\d) (?=st|nd|rd|th)", r"\1", said), today)}
    return (min(found), max(found)) if len(found) == 1 else None


def _months(month: int, year: int, today: date) -> Iterator[date]:
    """Yield the first days of a month that are meant: of the year that is said, else those that are near."""
    for one in (year,) if year else (today.year - 1, today.year, today.year + 1):
        first = date(one, month, 1)
        if year or abs(first - today) <= NEAR:
            yield first
