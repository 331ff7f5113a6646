"""What a request wants to be as it was: *same amount and account as last time*, *same project as yesterday*.

It says by a noun what goes in, and by a time, or by whose it was, which record has it. What that record is,
nothing here decides.
"""

import calendar
import re
from datetime import date, timedelta
from functools import lru_cache
from typing import Final, Literal

import msgspec

from podium.trust.english.lexicon import word_set
from podium.trust.english.numerals import in_figures
from podium.trust.english.vocabulary import COMMON
from podium.trust.request.handing import sentences_of
from podium.trust.request.requests import stem
from podium.trust.values.forms import words

Order = Literal["last", "first", "day", "any"]
"""Of several records the last, the first, those of a day; else what all of them agree on."""


class Same(msgspec.Struct, frozen=True):
    """One thing that is to be as it was. ``things``: the stems of the nouns behind *same*."""

    things: frozenset[str]
    order: Order
    days: str = ""
    """What an ISO date of such a record matches, as a regular expression."""
    whose: frozenset[str] = frozenset()
    """The words of what had it, where it says that first: `as the planks had on Tuesday`."""


_SAME: Final = re.compile(r"\bsame((?:[ ,]+(?:and |the |same )*[\w'\u2019-]+){1,4})")
"""What follows: a noun, or several that are joined."""
_STOP: Final = word_set(
    "as like than for from in at on of to by with please again but or so now we i he she they it is are was "
    "thing things one ones way"
)
_FILL: Final = r"(?:(?:the|my|our|we|i|it|had|did|was|on|in|for|at|booked|paid|used|got|took)\s+)*"
_REFERS: Final = re.compile(
    rf"[^.!?;:\n,]*?(?:\b(?:as|like)\s+{_FILL}|\bthat\s+(?:we|i|he|she|they|it)\s+(?:had|used|paid|got|took)\s+)"
    r"(?P<what>[^.!?;\n:,]+)"
)
"""Behind what is the same, within that clause."""
_AS: Final = re.compile(rf"\b(?:as|like)\s+{_FILL}(?P<what>[^.!?;\n:,]+)")
"""Before it: `pay it as last time, same account`."""
_LAST: Final = re.compile(
    r"(?:last (?:times?|one)|(?:time )?before|previous\w*(?: (?:one|time))?|last)(?!\w)"
    r"(?! (?:week|month|year|quarter|spring|summer|autumn|winter|night|mon|tues|wednes|thurs|fri|satur|sun))"
)
_FIRST: Final = re.compile(r"first(?: (?:one|time))?(?!\w)")
_EVER: Final = re.compile(r"(?:always|usual|ever|last|every)(?!\w)")
_HAD: Final = re.compile(r"\b(?:had|has|have|got|did|does|was|were|is|are|on|in|at|for|last|this)\b")
_WEEKDAYS: Final = [name.casefold() for name in calendar.day_abbr]
_MONTHS: Final = [name.casefold() for name in calendar.month_name[1:]]
_ON: Final = re.compile(
    r"\b(?:(?P<weekday>mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?|(?P<yesterday>yesterday)"
    r"|(?:the )?(?P<nth>[0-3]?\d)(?:st|nd|rd|th)\b"
    rf"|(?:in |last )?(?P<month>{'|'.join(_MONTHS)}))(?!\w)"
)


def had_it(text: str, today: str) -> frozenset[str]:
    """Return the words of what only had what is to be the same: with that nothing is done."""
    return frozenset[str]().union(*(one.whose for one in same_as(text, today)))


@lru_cache(maxsize=256)
def same_as(text: str, today: str) -> tuple[Same, ...]:
    """Return what a request wants to be as it was, sentence by sentence. ``today``: its day, or nothing."""
    found: list[Same] = []
    for sentence in sentences_of(text) if "same" in text.casefold() else ():
        low = in_figures(sentence.casefold().replace("\u2019", "'"))
        sames = list(_SAME.finditer(low))
        things = frozenset(word for match in sames for word in _nouns(match[1]))
        behind = (_REFERS.match(low, match.start(1)) for match in sames)
        what = next((match["what"] for match in behind if match), "") or _before(low)
        if things and what:
            found.append(_when(things, what, today))
    return tuple(found)


def _before(low: str) -> str:
    """Return the time to which a sentence refers before it says what is the same."""
    found = (match["what"] for match in _AS.finditer(low))
    return next((what for what in found if any(it.match(what) for it in (_LAST, _FIRST, _ON, _EVER))), "")


def _nouns(said: str) -> list[str]:
    """Return the stems of the nouns at the beginning of what is the same: `amount and account as`."""
    found: list[str] = []
    for word in words(said):
        if word in _STOP:
            break
        if word not in COMMON and word not in {"same", "and", "the"}:
            found.append(stem(word))
    return found


def _when(things: frozenset[str], low: str, today: str) -> Same:
    """Return by which time the record is meant, by the words that refer to it."""
    named, last, first = _ON.search(low), _LAST.match(low), _FIRST.match(low)
    led = last or first or _ON.match(low) or _EVER.match(low)
    whose = frozenset(words(_HAD.split(low)[0])) - COMMON if not led else frozenset[str]()
    if named is not None and today:
        return Same(things, "day", _days(named, date.fromisoformat(today)), whose)
    return Same(things, "last" if last else "first" if first else "any", whose=whose)


def past_days(text: str, today: str) -> str:
    """Return what the ISO dates match, as a regular expression, of the day that a text says and that is over.

    Empty where it says none, or it is not known which day it is.
    """
    said = _ON.match(text.casefold()) if today else None
    return _days(said, date.fromisoformat(today)) if said is not None else ""


def _days(said: re.Match[str], today: date) -> str:
    """Return what the ISO date of a day or month matches that was named and is over."""
    if said["month"]:
        month = _MONTHS.index(said["month"]) + 1
        year = today.year - (month > today.month)
        return rf"{year}-{month:02}-\d\d"
    if said["nth"]:
        earlier = (today - timedelta(days) for days in range(1, 63))
        return next((day.isoformat() for day in earlier if day.day == int(said["nth"])), "none")
    if said["yesterday"]:
        return (today - timedelta(1)).isoformat()
    back = (today.weekday() - _WEEKDAYS.index(said["weekday"][:3]) - 1) % 7 + 1
    return (today - timedelta(back)).isoformat()
