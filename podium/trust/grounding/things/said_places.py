"""A channel or room that the request says by its words: *add Tobias to the Moss Street channel*.

A list of plain names has it as `moss-street`. Where just one of the list has these words, that is meant, and
no other of the list is left open.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

import msgspec

from podium.trust.english.lexicon import NEGATIONS, word_set
from podium.trust.english.vocabulary import COMMON
from podium.trust.english.words import singular
from podium.trust.grounding.grounds import Grounds
from podium.trust.grounding.people.told import only_told
from podium.trust.grounding.reckoning import only_denied
from podium.trust.grounding.record.findings import Finding
from podium.trust.grounding.record.readings import Place
from podium.trust.request.requests import Request
from podium.trust.values.forms import forms_of, words

PLACES: Final = word_set("channel room group space list board topic thread forum")
"""What is called by a name whose words signs part."""
SAID: Final = "the request says it by its words, and nothing else in that list has them"
OTHER: Final = "the request says another one"
_KINDS: Final = "|".join(sorted(PLACES))
_BEFORE: Final = re.compile(
    rf"\b(?:the|our|my|your|their|its)\s+((?:[\w'\u2019-]+\s+){{1,4}}?)({_KINDS})\b(?!['\u2019-])",
    re.IGNORECASE,
)
_BEHIND: Final = re.compile(
    rf"\b({_KINDS})\s+(?:for|of|about|on|called|named)\s+(?:the\s+)?([A-Z][\w-]*(?:\s+[A-Z\d][\w-]*)*)"
)
LEAST, MOST = 2, 4
"""Words of such a name: of one word it is as the request writes it."""


def said_places(grounds: Grounds, findings: list[Finding]) -> None:
    """Take a channel that the request says by its words, and ask about others of its list."""
    for at, one in enumerate(findings):
        if one.sink not in {"path", "recipient", "value"} or one.ground not in {"unnamed", "field"}:
            continue
        places, own = _plain(grounds, one), words(one.value)
        lists = [[it for it in _beside(grounds, place) if it != own] for place in places]
        if not places:
            continue
        if one.ground == "unnamed":
            said = one.sink == "path" and any(few and _says(grounds.request, one, few) for few in lists)
            now = msgspec.structs.replace(one, ground="request", may_ask=False, why=SAID) if said else one
        elif _means_other(grounds.request, one, [it for few in lists for it in few]):
            now = msgspec.structs.replace(one, ground="unnamed", may_ask=True, why=OTHER)
        else:
            continue
        findings[at] = now


def _plain(grounds: Grounds, one: Finding) -> list[Place]:
    """Return where a value stands as a plain name, if that is all trusted, and no object has it."""
    found = [it for form in forms_of(one.value)[:1] for it in grounds.readings.at(form)]
    return found if all(it.label.trusted and not it.told and it.object < 0 for it in found) else []


def _beside(grounds: Grounds, place: Place) -> Iterator[tuple[str, ...]]:
    """Yield the words of each name in the list in which one stands."""
    result = grounds.readings.results[place.result]
    for at, raw in zip(result.places, result.raw, strict=True):
        if place.pattern.endswith("[]") and grounds.readings.places[at].pattern == place.pattern:
            yield words(raw)


def _says(request: Request, one: Finding, beside: list[tuple[str, ...]]) -> bool:
    """Return whether a request says a name with its kind, by words that no other of its list has."""
    kinds, own = {singular(word) for word in words(one.path)} & PLACES, words(one.value)
    own = own[:-1] if own[-1:] and own[-1] in kinds else own
    if len(own) < LEAST or any(set(own) <= set(other) for other in beside):
        return False
    if own not in {said for kind, said in _phrases(request.text) if kind in kinds}:
        return False
    name = " ".join(own)
    told = all(only_told(request, {word}) for word in own)
    return not (told or only_denied(request, name) or _is_refused(request, own))


def _means_other(request: Request, one: Finding, beside: list[tuple[str, ...]]) -> bool:
    """Return whether a request has all words of another name in the list, in their order, and not of this.

    Or whether it calls such a place by a name of which this has no word.
    """
    own, kinds = words(one.value), {singular(word) for word in words(one.path)} & PLACES
    others = [it for it in beside if len(it) > 1 and not COMMON.issuperset(it) and not set(it) <= set(own)]
    if _has(request, own) or any(_has(request, it) for it in others):
        return not _has(request, own)
    said = [set(name) - COMMON for kind, name in _phrases(request.text) if kind in kinds]
    return any(name & request.capitalised for name in said) and not any(name & set(own) for name in said)


def _has(request: Request, name: tuple[str, ...]) -> bool:
    ends = range(len(request.words) - len(name) + 1)
    return bool(name) and any(request.words[at : at + len(name)] == name for at in ends)


def _is_refused(request: Request, own: tuple[str, ...]) -> bool:
    """Return whether the sentence has a word of refusing before a name."""
    for sentence in request.sentences:
        low = [token.low for token in sentence]
        if own[0] in low and NEGATIONS & set(low[: low.index(own[0])]):
            return True
    return False


@lru_cache(maxsize=256)
def _phrases(text: str) -> frozenset[tuple[str, tuple[str, ...]]]:
    """Return by which words a request calls places, with their kind."""
    found = {(match[2].lower(), words(match[1])) for match in _BEFORE.finditer(text)}
    found |= {(match[1].lower(), words(match[2])) for match in _BEHIND.finditer(text)}
    return frozenset((kind, said) for kind, said in found if len(said) <= MOST)
