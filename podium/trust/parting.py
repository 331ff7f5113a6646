"""What belongs to what in a request that speaks of several things: `decline the lunch and accept the call`.

Who is to get something is named, and is not what it is about; of things that are joined each is named in its
own part, and what is said there is said of it alone.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

import msgspec

from podium.trust.asking import Sentence, begins
from podium.trust.findings import Finding
from podium.trust.forms import forms_of, words
from podium.trust.lexicon import VERBS, word_set
from podium.trust.manners import close_words
from podium.trust.paths import select
from podium.trust.readings import Readings, Seen
from podium.trust.reckoning import says_outcome
from podium.trust.requests import Request
from podium.trust.results import nouns_of, strings
from podium.trust.tools import ToolRow
from podium.trust.vocabulary import COMMON
from podium.trust.words import bases

MAX_PARTS: Final = 12
_NAMES: Final = r"((?:[A-Z][\w'-]*)(?:(?:,? and|,| &)? [A-Z][\w-]*)*)"
_RECEIVING: Final = re.compile(rf"\b(?:to|for|ask|tell|let|with|cc|copy)\s+{_NAMES}")
_COPIED: Final = re.compile(
    rf"\b(?:b?cc|copy in|copy|copying|copying in|loop in|loop|(?:in |on )?cc to|with a copy to)\W+{_NAMES}"
    rf"|\bcopy to {_NAMES}|\bkeep {_NAMES} in the loop"
    rf"|\b(?:with|put|have) {_NAMES} (?:in|on|into) (?:copy|cc)\b",
)
_JOINTS: Final = word_set(", ; and & plus then . but :")


class Part(msgspec.Struct, frozen=True):
    """A part of a request: the verbs that govern it, and what it says."""

    verbs: frozenset[str]
    text: str


def receiving(request: Request) -> frozenset[str]:
    """Return the names that stand only where a request says who gets something: `to Marta`, `ask her`."""
    there = [word for match in _RECEIVING.finditer(request.text) for word in words(match[1])]
    return frozenset(word for word in there if there.count(word) == request.words.count(word)) - COMMON


def copied(request: Request) -> frozenset[str]:
    """Return the names of those who get a copy: `cc Marta`."""
    found = (group for match in _COPIED.finditer(request.text) for group in match.groups() if group)
    return frozenset(word for group in found for word in words(group)) & request.capitalised


def given_to(readings: Readings, tool: ToolRow, arguments: Mapping[str, Any]) -> frozenset[str]:
    """Return by which names the request says to whom a call gives its object, as trusted lists have them."""
    sinks = {row.sink for row in tool.arguments.values()}
    names = receiving(readings.request) if {"object", "recipient"} <= sinks else frozenset[str]()
    if not names:
        return names
    found: set[str] = set()
    for path, row in tool.arguments.items():
        for _, value in select(arguments, path) if row.sink == "recipient" else ():
            places = (
                place for text in strings([value]) for form in forms_of(text) for place in readings.at(form)
            )
            for place in places:
                if place.object >= 0 and place.label.trusted:
                    seen = readings.objects[place.object]
                    found |= {word for name, one in seen.names if one.ours for word in words(name)}
    return names & found


def only_given(request: Request, name: str, given: frozenset[str]) -> bool:
    """Return whether all that a request has of a name is to whom something goes."""
    shared = {word for word in words(name) if word in request.bag} - COMMON
    return bool(shared) and shared <= given


def is_kind(tool: ToolRow, seen: Seen) -> bool:
    """Return whether an object is of the kind that a tool is about."""
    return seen.server == tool.server and bool(seen.nouns & nouns_of(tool.name))


def acts_on(tool: ToolRow, seen: Seen) -> bool:
    """Return whether a tool acts on an object's kind: by its name, or since it pays and takes no object."""
    if is_kind(tool, seen):
        return True
    sinks = {row.sink for row in tool.arguments.values()}
    return seen.server == tool.server and "payee" in sinks and "object" not in sinks


def parts_of(request: Request, tool: ToolRow) -> list[Part]:
    """Return the parts of a request in which a tool's own verbs govern, empty where there is one alone."""
    own = frozenset(word for intent in tool.intents for word in intent.casefold().split()[:1])
    close = frozenset(word.split()[0] for word in close_words(tool.intents, dated=False))
    known = own | close | VERBS
    found = [part for sentence in request.sentences for part in _parts(sentence, known)][:MAX_PARTS]
    return [part for part in found if part.verbs & (own | close)] if len(found) > 1 else []


def _parts(sentence: Sentence, known: frozenset[str]) -> Iterator[Part]:
    verbs: frozenset[str] = frozenset()
    start = 0
    for at in range(len(sentence) + 1):
        if at < len(sentence) and sentence[at].low not in _JOINTS:
            continue
        tokens = sentence[start:at]
        verbs = _governing(sentence, start, at, known) or verbs
        if tokens:
            yield Part(verbs, " ".join(token.text for token in tokens))
        start = at + 1


def _governing(sentence: Sentence, start: int, end: int, known: frozenset[str]) -> frozenset[str]:
    """Return the verb that begins an order in a part of a sentence, in its plain forms."""
    for at in range(start, end):
        if sentence[at].kind == "word" and begins(sentence, at) and set(bases(sentence[at].low)) & known:
            return frozenset(bases(sentence[at].low))
    return frozenset()


@lru_cache(maxsize=256)
def request_of(text: str) -> Request:
    """Return what a part of a request says by itself."""
    return Request(text)


def misplaced(parts: Mapping[int, str], objects: Sequence[Seen], findings: Sequence[Finding]) -> int | None:
    """Return which value the request says only of another thing than the call is about, or None.

    ``parts``: by index the parts in which objects are named, where each is named in its own.
    """
    ids = {form: text for index, text in parts.items() for form in objects[index].id}
    texts = {
        ids[form] for one in findings if one.sink == "object" for form in forms_of(one.value) if form in ids
    }
    others = set(parts.values()) - texts
    if len(texts) != 1 or not others:
        return None
    own = request_of(next(iter(texts)))
    for at, one in enumerate(findings):
        if one.ground not in {"request", "grant", "field"} or one.sink not in {
            "amount",
            "value",
            "date",
            "recipient",
        }:
            continue
        theirs = [request_of(text) for text in others if _says(request_of(text), one.value)]
        if theirs and not _says(own, one.value) and any(_has_its_own(own, it, one.sink) for it in theirs):
            return at
    return None


def _has_its_own(own: Request, other: Request, sink: str) -> bool:
    """Return whether a part says a value itself, rather than shares it: `mark A and B as done`."""
    if sink == "amount":
        return bool(own.spelled or own.kinds() & {"number", "amount"})
    return bool(own.bag & {"as", "to"}) or (_orders(own) and _orders(other))


def _orders(request: Request) -> bool:
    return any(set(bases(word)) & VERBS for word in request.words)


def _says(request: Request, value: str) -> bool:
    return (
        any(request.says(form) for form in forms_of(value))
        or request.covers(value)
        or says_outcome(request, value)
    )
