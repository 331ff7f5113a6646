"""Whose words a request wants in something else, and in what: *put her points in the plan*.

What is put there is somebody's, or is what the sentence before says that somebody has written. What the
request says itself, what it refuses, and what it only speaks of beside that are no such words.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

import msgspec

from podium.trust.english.vocabulary import COMMON
from podium.trust.request.handing import TEXT, handed_over, sentences_of
from podium.trust.request.requests import stem
from podium.trust.values.forms import words


class Copy(msgspec.Struct, frozen=True):
    """Words of somebody that are to stand elsewhere."""

    writers: frozenset[str]
    into: frozenset[str]
    """Stems of what the request calls that, and of whatever stands behind it."""


_INTO: Final = re.compile(
    r"\b(?:put|add|enter|insert|include|place|write)\s+"
    r"(?P<what>it|them|this|these|those|that|(?:all|both) of (?:it|them)|what\s+[\w'\u2019 -]{1,40}?|"
    r"(?:[\w-]+['\u2019]s|her|his|their|the)\s+[\w'\u2019 -]{1,50}?)(?P<beside>\s*\([^)]{1,60}\))?"
    r"\s+(?:in|into|to|onto|on|under|at the end of)\s+(?:the|our|my|his|her|their|[\w-]+['\u2019]s)\b"
    r"(?P<into>[\w'\u2019 /.-]{0,60})(?P<own>\s*[:(\"\u201c])?",
    re.IGNORECASE,
)
"""Words of a request that something is to stand elsewhere too."""
_REFUSED: Final = re.compile(
    r"(?:\bnot|\bnever|\bno|\bcannot|n['\u2019]t|\bwithout|\binstead of|\brather than|\bwhether|\bif)\b"
    r"[^,;:.!?]{0,40}$",
    re.IGNORECASE,
)
_POINTS: Final = re.compile(r"(?:it|them|this|these|those|that|(?:all|both) of (?:it|them))", re.IGNORECASE)
_POSSESSIVE: Final = re.compile(r"(?:her|his|their)\b", re.IGNORECASE)
_OF_TEXT: Final = re.compile(rf"\b{TEXT}\b", re.IGNORECASE)


@lru_cache(maxsize=256)
def copies_into(text: str) -> tuple[Copy, ...]:
    """Return whose words are to stand in what."""
    writers = {one.sentence: one.writers for one in handed_over(text)}
    everybody = frozenset[str]().union(*writers.values())
    found: list[Copy] = []
    before = ""
    for sentence in sentences_of(text) if everybody else ():
        for match in _INTO.finditer(sentence):
            lead = sentence[: match.start()]
            own = match["own"] or (match["beside"] and not _OF_TEXT.search(match["beside"]))
            whose = frozenset(_whose(match["what"], lead, before, writers, everybody))
            if whose and not own and not _REFUSED.search(lead):
                found.append(Copy(whose, frozenset(stem(word) for word in words(match["into"])) - COMMON))
        before = sentence
    return tuple(found)


def _whose(
    what: str, lead: str, before: str, writers: dict[str, frozenset[str]], everybody: frozenset[str]
) -> Iterator[str]:
    """Yield the writers of what is put somewhere, by its own words or by what is said just before."""
    said = set(words(what))
    if named := said & everybody:
        yield from named
        return
    told = set(words(lead)) & everybody
    around = told or writers.get(before, frozenset())
    near = lead if told else before
    shared = {stem(word) for word in said - COMMON} & {stem(word) for word in words(near)}
    if _POINTS.fullmatch(what) or _POSSESSIVE.match(what) or (shared and _THE.match(what)):
        yield from around


_THE: Final = re.compile(r"the\b|what\b", re.IGNORECASE)
