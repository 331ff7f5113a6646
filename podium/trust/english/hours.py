"""Times of day that a request says, in digits and words, and ends that follow from how long something takes.

`9am`, `at 2`, `from 2 to 4 pm`, `8 in the morning`, `half past three`, `half three` for the same. An hour
without its half of the day may be either.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import product
from typing import Final

from podium.trust.english.clocked import HOURS, clocked
from podium.trust.english.numerals import in_figures
from podium.trust.values.forms import times_in

_HOUR: Final = rf"(?:{'|'.join(HOURS)}|2[0-4]|1\d|0?\d)"
_PARTS: Final = {"half past": 30, "half": 30, "quarter past": 15, "quarter to": -15}
"""Minutes that a part of an hour adds."""
_OF_HOUR: Final = "|".join(_PARTS)
_COUNTED: Final = (
    r"(?! ?(?:%|percent|hundred|thousand|million|dozen|of\b|people|times|more|less|[€$£¥]"
    r"|[a-z]+s\b(?<!o'clocks)))"
)
"""What does not follow an hour behind `half` alone: something that is counted, `half two shifts`."""
_PART: Final = re.compile(
    rf"\b(?:a )?(?:(?P<part>half past|quarter past|quarter to) (?P<hour>{_HOUR})\b"
    rf"|(?<!and a )(?<!and )(?P<half>half) (?P<hour2>{'|'.join(HOURS)}|1[0-2]|[1-9])\b{_COUNTED})"
)
_PAST: Final = re.compile(
    rf"\b(?P<n>five|ten|twenty|twenty[ -]five|5|10|20|25)(?: minutes)? past (?P<hour>{_HOUR})\b"
)
_NAMED: Final = re.compile(r"\b(?:(?P<noon>noon|midday)|midnight)\b")
_NO_TIME: Final = (
    r"(?![\w:.,/-]*\d)(?!\s*(?:%|percent|[€$£]|eur|usd|gbp|pounds?|dollars?|euros?|st\b|nd\b|rd\b|th\b"
    r"|days?|weeks?|months?|minutes?|mins?|hours?|people|persons?|guests?|past\b"
    r"|(?:of )?(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b))"
)
"""What does not follow an hour: more digits, a currency, what is counted, a month."""
_DAY_NAMES: Final = "monday|tuesday|wednesday|thursday|friday|saturday|sunday"
_HALF: Final = (
    r"(?: ?(?P<half>[ap])\.?m\b\.?| in the (?P<part>morning|afternoon|evening)| at (?P<night>night)"
    r"| ?o['\u2019 ]?clock)?"
)
_AT: Final = re.compile(
    rf"(?:\b(?:at|around|about|by|from|until|till?|before|after)|@) (?P<hour>{_HOUR})\b{_NO_TIME}{_HALF}"
)
_GOES_ON: Final = (
    r"(?= ?(?:$|[,;:!?)\n]|\.(?:\s|$)|[ap]\.?m\b|o['\u2019 ]?clock)| (?:on|in|for|with|and|or|this|next|today"
    r"|tomorrow|tonight|please|pls|sharp|instead|then|but|to|until|till|that|so|if|when|because|as|every|each"
    r"|night|(?:mon|tues|wednes|thurs|fri|satur|sun)day)\b)"
)
"""What follows an hour that is one: *at 2 Mill Lane* says no time."""
_FIRM: Final = re.compile(
    rf"(?<!\blook )(?<!\blooking )(?:\bat|@) (?P<hour>{_HOUR})\b{_NO_TIME}{_GOES_ON}{_HALF}"
    rf"|\b(?:move|push|shift|put|bring|postpone|delay|reschedule|slide)\b[^.;:!?\n]{{1,60}}? to "
    rf"(?P<hour2>{_HOUR})\b{_NO_TIME}(?= on | today| tomorrow| instead|[.!?]?$| (?:{_DAY_NAMES})\b)"
)
"""An hour alone at which something is, or to which it is moved: *at 2*, *push it to four on Tuesday*."""
_MADE: Final = re.compile(
    rf"\b(?:make (?:it|that)|not (?:at )?(?:{'|'.join(HOURS)}|1?\d) but)"
    rf" (?P<hour>{_HOUR})\b{_NO_TIME}{_GOES_ON}"
    rf"|\b(?P<hour2>{'|'.join(HOURS)}|1?\d) (?:instead of|rather than) (?:{'|'.join(HOURS)}|1?\d)\b"
    r"(?=\s*(?:$|[,.;!?])| o'clock| on | tomorrow| today)"
)
_BARE: Final = re.compile(
    rf"\b(?P<hour>{_HOUR})(?: ?o['\u2019 ]?clock\b)?"
    r"(?: in the (?P<part>morning|afternoon|evening)| at (?P<night>night))\b"
    rf"|\b(?P<hour2>{_HOUR}) ?o['\u2019 ]?clock\b"
)
_SPAN: Final = re.compile(
    rf"\b(?:(?P<pre>{_OF_HOUR}) )?(?P<hour>{_HOUR})(?::(?P<minute>\d\d))?(?: ?(?P<first>[ap])\.?m\.?)?"
    r" ?(?:-|\u2013|to|till|til|until|and) ?"
    rf"(?:(?P<pre2>{_OF_HOUR}) )?(?P<end>{_HOUR})(?::(?P<minute2>\d\d))?(?:\b|(?=[ap]\.?m\b))"
    rf"{_NO_TIME}{_HALF}"
)
_MONTH: Final = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_TO: Final = r"(?:st|nd|rd|th)? ?(?:-|\u2013|to|till|til|until|and) ?(?:the )?"
_DAYS: Final = re.compile(
    rf"\d{{4}}-\d\d?-\d\d?|\b{_MONTH} \d\d?{_TO}\d\d?|\b\d\d?{_TO}\d\d?(?:st|nd|rd|th)? (?:of )?{_MONTH}"
)
"""Days in digits, and from one day of a month to another one: no times."""
_TIME_ALONE: Final = re.compile(r"\s*\d{1,2}:\d{2}(?::00)?(?:\s*[ap]\.?m\.?)?\s*", re.IGNORECASE)
_DAY_MINUTES: Final = 24 * 60


def said_times(text: str) -> frozenset[str]:
    """Return the times of day that a text says, as ``HH:MM``; of an hour alone those of both halves."""
    low, found = clocked(text.casefold())
    return frozenset((*found, *times_in(low), *_in_words(low), *_spans(low), *_made_to_be(low)))


@lru_cache(maxsize=256)
def firm_hours(text: str) -> frozenset[str]:
    """Return the times of an hour alone at which a text says that something is: of both halves of the day.

    An hour before, after or around which it is, is none of these.
    """
    low, _ = clocked(text.casefold())
    return frozenset(
        _clock(hour * 60)
        for match in _FIRM.finditer(low)
        for hour in (_halves(match["hour"], _half(match)) if match["hour"] else _halves(match["hour2"], ""))
    )


@lru_cache(maxsize=256)
def spans(text: str) -> frozenset[tuple[str, str]]:
    """Return from when to when a text says that something is: `10 to 11`; of either half of the day."""
    said = list(_spans(_DAYS.sub(" ", clocked(text.casefold())[0])))
    return frozenset(zip(said[::2], said[1::2], strict=True))


def parted_times(text: str) -> Iterator[str]:
    """Yield the times of day in words alone: `half past three`, of either half of the day, and `noon`."""
    low, found = clocked(text.casefold())
    yield from found
    for match in _NAMED.finditer(low):
        yield "12:00" if match["noon"] else "00:00"
    for match in _PART.finditer(low):
        minutes, hour_said = _PARTS[match["part"] or match["half"]], match["hour"] or match["hour2"]
        yield from (_clock(hour * 60 + minutes) for hour in _halves(hour_said, ""))
    for match in _PAST.finditer(low):
        minutes = int(in_figures(match["n"]))
        yield from (_clock(hour * 60 + minutes) for hour in _halves(match["hour"], ""))


def time_of(value: str) -> str | None:
    """Return the time of day that a value is and nothing else, as ``HH:MM``, or None."""
    return next(times_in(value), None) if _TIME_ALONE.fullmatch(value) else None


def later(time: str, minutes: int) -> str:
    """Return the time of day that is so many minutes after another one."""
    hour, minute = map(int, time.split(":"))
    return _clock(hour * 60 + minute + minutes)


def _made_to_be(low: str) -> Iterator[str]:
    """Yield the hours alone to which something is moved: `push it to four`, `make it eleven`."""
    moved = (match["hour2"] for match in _FIRM.finditer(low) if match["hour2"])
    for said in (*moved, *(match["hour"] or match["hour2"] for match in _MADE.finditer(low))):
        yield from (_clock(hour * 60) for hour in _halves(said, ""))


def _in_words(low: str) -> Iterator[str]:
    yield from parted_times(low)
    for match in _AT.finditer(low):
        if _SPAN.match(low, match.start("hour")):
            continue
        yield from (_clock(hour * 60) for hour in _halves(match["hour"], _half(match)))
    for match in _BARE.finditer(low):
        said = match["part"] or match["night"]
        half = "" if said is None else "a" if said == "morning" else "p"
        yield from (_clock(hour * 60) for hour in _halves(match["hour"] or match["hour2"], half))


def _spans(low: str) -> Iterator[str]:
    """Yield both ends of `from 2 to 4 pm`: each end's half of the day is its own, or the other's."""
    for match in _SPAN.finditer(low):
        half = _half(match)
        first = match["first"] or ""
        begins = _halves(match["hour"], first)
        ends = _halves(match["end"], half or first)
        for begin, end in product(begins, ends):
            start = begin * 60 + int(match["minute"] or _PARTS.get(match["pre"] or "", 0))
            stop = end * 60 + int(match["minute2"] or _PARTS.get(match["pre2"] or "", 0))
            if 0 < (stop - start) % _DAY_MINUTES <= _DAY_MINUTES // 2:
                yield _clock(start)
                yield _clock(stop)


def _half(match: re.Match[str]) -> str:
    said = match["half"] or match["part"] or match["night"]
    return "" if said is None else "a" if said in {"a", "morning"} else "p"


def _halves(said: str, half: str) -> tuple[int, ...]:
    """Return the hours of the day that an hour may be, by its half: ``a``, ``p`` or empty."""
    hour = HOURS.get(said) or int(said)
    if hour > 12 or said.startswith("0"):
        return (hour % 24,)
    if half:
        return (hour % 12 + (12 if half == "p" else 0),)
    return (hour % 12, hour % 12 + 12)


def _clock(minutes: int) -> str:
    return f"{minutes // 60 % 24:02d}:{minutes % 60:02d}"
