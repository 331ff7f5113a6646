"""Of which hours a request means a thing that has a window: *whichever slot before noon is cheapest*."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from podium.trust.english.hours import said_times
from podium.trust.english.lexicon import word_list, word_set
from podium.trust.grounding.record.readings import Seen
from podium.trust.request.requests import Request, stem
from podium.trust.values.forms import times_in, words

_TIME: Final = (
    r"(?:noon|midday|\d{1,2}:\d\d|\d{1,2} ?[ap]\.?m\b|[a-z]+ o['\u2019]?clock"
    r"|\d{1,2}(?=\s*(?:$|[,;!?)]|\.(?!\d)|(?:and|or|on|if|in|is|are|please|that|which)\b)))"
)
"""A time, and no day of a month or number of anything: `before 10 December`, `after 2 hours`."""
_BOUND: Final = re.compile(rf"\b(?P<by>before|until|till|no later than|after|not before) (?P<time>{_TIME})")
_UPPER: Final = frozenset(("before", "until", "till", "no later than"))
_FIELDS: Final = word_set("window time times hour hours slot start starts begin begins from")
_ENDS: Final = frozenset(map(stem, word_list("ends end ending starts start starting begins begin")))
MAX_CHARS: Final = 24

Bound = tuple[bool, frozenset[str]]
"""Whether it is the latest, else the earliest; the times that it may be."""


def within_hours(objects: Sequence[Seen], indexes: list[int], request: Request) -> list[int]:
    """Return those of several things, all of which have hours, that lie within what a request says of these.

    None where it may mean either half of the day, and that makes a difference.
    """
    said = _bounds(request.plain)
    if not said or len(indexes) < 2:
        return indexes
    hours = {index: _hours(objects[index]) for index in indexes}
    if not all(hours.values()):
        return indexes
    for upper, times in said:
        fits = [
            [index for index in indexes if all(at <= time if upper else at >= time for at in hours[index])]
            for time in sorted(times)
        ]
        if any(one != fits[0] for one in fits):
            return []
        indexes = fits[0]
    return indexes


def but_hours(
    objects: Sequence[Seen], indexes: Sequence[int], said: Sequence[str], request: Request
) -> Sequence[str]:
    """Return the words of a description without the hours that it says of things that have some."""
    own = _own_words(request.plain)
    if own.isdisjoint(said) or not all(_hours(objects[index]) for index in indexes):
        return said
    return [word for word in said if word not in own]


@lru_cache(maxsize=256)
def _own_words(text: str) -> frozenset[str]:
    """Return the words by which a text says such times, and that one ends or begins by then."""
    found = [match["time"] for match in _BOUND.finditer(text)]
    said = {form for time in found for word in words(time) for form in (word, stem(word), word.lstrip("0"))}
    said |= {digits for time in found for digits in re.findall(r"\d+", time)}
    return frozenset(said | set(found) | _ENDS) if found else frozenset()


@lru_cache(maxsize=256)
def _bounds(text: str) -> tuple[Bound, ...]:
    """Return the earliest and latest times of day that a text says."""
    found = ((match["by"] in _UPPER, said_times(f"at {match['time']}")) for match in _BOUND.finditer(text))
    return tuple((upper, times) for upper, times in found if times)


def _hours(seen: Seen) -> frozenset[str]:
    """Return the times of day of a thing, by fields that are trusted once it is named."""
    return frozenset(
        time
        for path, forms, trust in seen.fields
        if trust and forms and len(forms[-1][1]) <= MAX_CHARS and _FIELDS & set(words(path))
        for time in times_in(forms[-1][1])
    )
