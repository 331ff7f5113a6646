"""Which of several things of a kind begins when a request says: *the morning flight*, *the flight at 9:40*.

The time has to be said of the thing, as what it is called by or in its own phrase, once; and each of them has
to have one, in a field that is trusted once it is named.
"""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Final

from podium.trust.english.hours import said_times
from podium.trust.grounding.record.readings import Seen
from podium.trust.grounding.times.at_time import begins_of
from podium.trust.request.nouns import kinds_like
from podium.trust.request.requests import PARTS_OF_DAY, Request, stem
from podium.trust.values.forms import words

_PART: Final = "|".join(PARTS_OF_DAY)
_TIME: Final = (
    r"\d{1,2}[:.]\d\d(?: ?[ap]\.?m\b)?|\d{1,2} ?[ap]\.?m\b|(?:half|quarter) (?:past|to) [a-z]+|noon|midday"
)
_DAYS: Final = (
    r"(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\b|today|tomorrow|tonight|the\b|next\b|this\b"
    r"|\d|an?\b"
)
_OTHER: Final = (
    r"(?:and|or|but|then|so|if|when|because|for|not|never|instead|rather|than|before|after|until|till|by|this"
    r"|arriv\w+|land\w*|back|return\w*|ends?|ending|remind\w*|tell\w*|call\w*|let|move\w*|make)\b"
    rf"|to (?:{_DAYS})"
)
"""Words behind which a time is said of something else, or of what becomes of the thing."""
_BEGINS: Final = ("leaves", "leaving", "departs", "departing", "starts", "starting", "begins", "goes")
_NOT: Final = re.compile(r"\b(?:not|no|never|except|but|than|instead of)(?: the| a| an| my| our)?\s*\Z")


def but_begun(
    objects: Sequence[Seen], indexes: Sequence[int], said: Sequence[str], request: Request
) -> Sequence[str]:
    """Return the words of a description without those that say when it begins, of things that tell that."""
    _, own = _said(objects, indexes, request)
    return [word for word in said if word not in own] if own else said


def begun(objects: Sequence[Seen], indexes: list[int], request: Request) -> list[int]:
    """Return those of several things that begin when a request says, all where it says no such time."""
    times, _ = _said(objects, indexes, request)
    return [it for it in indexes if times & _begins(objects[it])] if times else indexes


def _said(
    objects: Sequence[Seen], indexes: Sequence[int], request: Request
) -> tuple[frozenset[str], frozenset[str]]:
    """Return when things begin as a request says it of their kind, and its words for that."""
    none = frozenset[str](), frozenset[str]()
    if not indexes or not (request.hours or request.clock or _DOTTED.search(request.plain)):
        return none
    kinds = frozenset(one for noun in objects[indexes[0]].nouns for one in kinds_like(noun))
    nouns = frozenset(word for word in request.words if stem(word) in kinds)
    times, own = _of_kind(request.plain, nouns)
    return (times, own) if times and all(_begins(objects[index]) for index in indexes) else none


_DOTTED: Final = re.compile(r"\d\.\d\d")


@lru_cache(maxsize=256)
def _of_kind(text: str, nouns: frozenset[str]) -> tuple[frozenset[str], frozenset[str]]:
    """Return the times that a text says of things that it calls so, and its words for them; none of two."""
    noun = "|".join(map(re.escape, sorted(nouns)))
    if not noun:
        return frozenset(), frozenset()
    before = re.compile(rf"\b(?P<at>{_PART}|{_TIME}) (?:{noun})\b")
    between = rf"(?: (?!{_OTHER})[^\s,.;:!?]+){{0,8}}?"
    behind = re.compile(rf"\b(?:{noun})\b{between} (?:(?P<part>{_PART})|(?:at|of) (?P<at>{_TIME}))\b")
    found = [*before.finditer(text), *behind.finditer(text)]
    if any(_NOT.search(text[: match.start()]) for match in found):
        return frozenset(), frozenset()
    said = {text_ for match in found for text_ in match.groupdict().values() if text_}
    if len(said) != 1:
        return frozenset(), frozenset()
    (one,) = said
    return _times_of(one), frozenset(_forms((one, *one.split(), *words(one), *_BEGINS)))


def _times_of(said: str) -> frozenset[str]:
    """Return the times of day that words say."""
    if said in PARTS_OF_DAY:
        return frozenset(f"{hour:02d}:{minute:02d}" for hour in PARTS_OF_DAY[said] for minute in range(60))
    return frozenset(said_times(f"at {said}"))


def _forms(said: Iterable[str]) -> Iterable[str]:
    for word in said:
        yield from (word, stem(word), word.lstrip("0"), re.sub(r"(\.\d)0$", r"\1", word))


def _begins(seen: Seen) -> set[str]:
    return {time for _, time in begins_of(seen)}
