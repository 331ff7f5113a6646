"""The day on which a task takes place, where its request or a server's clock tells it.

*Tomorrow*, *on the 20th* and *12 June* are seen from that day: servers keep their own time zone, and those
that are tried out stand on a day of their own.
"""

import calendar
import re
from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from datetime import date
from typing import Final

from podium.trust.english.lexicon import word_set
from podium.trust.values.forms import entities

_CLOCK: Final = word_set("today todays now current clock")
_AROUND: Final = _CLOCK | word_set(
    "get what is it the my our local utc tell show read fetch day date time datetime weekday timestamp and of"
)
_WORDS: Final = re.compile(r"[A-Z]?[a-z]+|[A-Z]+")
_MONTHS: Final = "|".join(filter(None, calendar.month_name))
_SAID: Final = re.compile(
    r"(?:^|[.!?;(\n]\s*)(?:so |as |and )?"
    r"(?:today(?:'s date)?(?: is|'s|:|,)|(?:it|the date|the day) is (?:now|today),?)\s*"
    rf"(?=(?:(?:{'|'.join(calendar.day_name)}),?\s+)?(?:the )?(?:\d|(?:{_MONTHS})\s\d))",
    re.IGNORECASE,
)
_END: Final = re.compile(r"[.!?;:)\n](?:\s|$)|\s(?:and|so|please)\s")
_NOW: Final = re.compile(
    r"\b(?:today|tonight|now|at once|immediately|this (?:morning|noon|afternoon|evening))\b", re.IGNORECASE
)
MAX_DAY: Final = 60
"""Characters of the day that a request says."""
MOST: Final = 4
"""Texts that a clock returns: the day, its weekday, the time, a zone."""


def tells_today(tool: str) -> bool:
    """Return whether a tool is a clock by its name: `get_current_date`. ``tool``: ``server/tool``."""
    said = {word.casefold() for word in _WORDS.findall(tool.rpartition("/")[2])}
    return bool(said & _CLOCK) and said <= _AROUND and said != {"current"}


def told_today(texts: Iterable[str]) -> date | None:
    """Return the one day, with its year, that a clock's answer says."""
    said = list(texts)
    return _one_day(" | ".join(said)) if len(said) <= MOST else None


def said_today(request: str, near: date | None = None) -> date | None:
    """Return the day which a request says that it is: *today is Wednesday, 3 June 2026*.

    ``near``: the day on which it was told; one without its year is the nearest of that.
    """
    found = _SAID.search(request)
    if found is None:
        return None
    return _one_day(request[found.end() : _end_of(request, found)], near)


def only_tells(request: str, day: str, resolved: AbstractSet[str]) -> bool:
    """Return whether a request says a day (``2026-06-03``) only as today's, and asks for another one.

    *Today is Wednesday, 3 June 2026* says no day for an act of tomorrow. ``resolved``: the days that it
    says in words.
    """
    found = _SAID.search(request)
    if found is None:
        return False
    rest = f"{request[: found.start()]} | {request[_end_of(request, found) :]}"
    days = {said for (kind, said), _ in entities(rest) if kind == "date"}
    if {day, f"-{day[4:]}"} & days or _NOW.search(rest):
        return False
    return bool(days or resolved - {day})


def _end_of(request: str, found: re.Match[str]) -> int:
    """Return where it ends what a request says that the day is."""
    end = _END.search(request, found.end(), found.end() + MAX_DAY)
    return end.start() if end else min(len(request), found.end() + MAX_DAY)


def _one_day(text: str, near: date | None = None) -> date | None:
    days = {day for (kind, day), _ in entities(text) if kind == "date"}
    if len(days) != 1:
        return None
    day = days.pop()
    if not day.startswith("-"):
        return date.fromisoformat(day)
    if near is None or day == "--02-29":
        return None
    years = (date.fromisoformat(f"{year}{day[1:]}") for year in range(near.year - 1, near.year + 2))
    return min(years, key=lambda one: abs(one - near))
