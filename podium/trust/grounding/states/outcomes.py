"""Which of the words that a grant lists a request means, said by an idiom: `kill her fob`, `tick it off`.

A grant lists what a state may be: ``active`` or ``blocked``. A request gives one of them by what it wants
done to the thing, or by what it says of it. Where it seems to give two, the one counts that it says of
the very thing; where it gives none, somebody is asked; where it gives another one, that is what it means.
"""

import re
from collections import Counter
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from typing import Final

import msgspec

from podium.trust.english.vocabulary import COMMON
from podium.trust.grounding.grounds import Grounds
from podium.trust.grounding.reckoning import only_denied, words_of_request
from podium.trust.grounding.record.findings import Finding
from podium.trust.request.asking import Sentence
from podium.trust.request.requests import Request, request_of, stem
from podium.trust.request.wordings.idioms import asks, clauses_of, gives, ways_to_give
from podium.trust.request.wordings.ways_said import says_in_other_words
from podium.trust.values.forms import forms_of, words

_CLAUSE: Final = re.compile(r"[.,;:!?\n]|\bbut\b")
_ASIDE: Final = re.compile(
    r"\b(?:no|not|never|without|except|non|leave|untouched|alone)\b|n['\u2019]t\b"
    r"|\b(?:she|he|they|it|i|we|there) (?:is|was|am|are|were|saw|went|lives|pays|paid)\b"
    r"(?! (?:to|able|allowed)\b)"
)
"""A clause that denies, or only tells something: `don't touch cash`, `she is abroad`."""
_BEHIND: Final = (
    r"(?: (?:one|list|folder|environment|status|state))?(?= *(?:$|[.,;:!?\n])"
    r"| (?:and|please|now|today|tomorrow|then|at|on|for|with|if|when|but|because|so)\b)"
)
"""What stands behind a value that something goes to; behind a verb, `to test it`, stands its object."""
_LEAST: Final = 3  # letters of a word that tells
_SAID: Final = "the request says it in words of its own"


def stated_by_idiom(
    grounds: Grounds, findings: list[Finding], listed: Mapping[str, AbstractSet[str]]
) -> None:
    """Settle what the idioms of a request tell of values of which a grant lists few.

    ``listed``: by path what such a value may be.
    """
    for index, one in enumerate(findings):
        value, options = one.value.casefold().strip(), listed.get(one.path, frozenset())
        if one.sink != "value" or value not in options:
            continue
        if one.ground not in {"request", "object"}:
            findings[index] = _settled(grounds, findings, one, options)
        elif one.ground == "request" and (aim := _other_aim(grounds.request, value, options)):
            why = f"the request seems to say {aim!r}"
            findings[index] = msgspec.structs.replace(one, ground="unnamed", may_ask=True, why=why)


def _settled(grounds: Grounds, findings: list[Finding], one: Finding, options: AbstractSet[str]) -> Finding:
    request, value = _said_of(grounds, findings, options), one.value.casefold().strip()
    clauses = _clauses(request)
    told = {it for it in options if any(gives(clause, it) for clause in clauses)} | _told_apart(
        request, options
    )
    other_words = {it for it in options if says_in_other_words(request.plain, it)}
    told |= other_words or _told_in_part(request, options)
    meant = told | {it for it in options - told if words_of_request(request, it)}
    if len(other_words) == 1 and not any(gives(clause, it) for clause in clauses for it in options):
        meant = other_words
    if len(meant) > 1 and len(aims := {it for it in meant if is_aim(request, it)}) == 1:
        meant = aims
    if meant - {value}:
        own = _own_words(grounds, findings)
        theirs = [clause for clause in clauses if own & {stem(token.low) for token in clause}]
        given = {it for it in options if any(gives(clause, it) for clause in theirs)}
        if given or value in meant:
            meant = given or meant
        elif one.trusted and theirs and not any(meant & {token.low for token in it} for it in theirs):
            meant = set()  # `turn off the lamp and start the dishwasher`: it is the lamp that is off
    if meant == {value} and value in told:
        return msgspec.structs.replace(one, ground="request", may_ask=False, why=_SAID)
    if meant - {value} and (one.trusted or value not in meant):
        why = f"the request seems to say {min(meant - {value})!r}"
        if one.trusted:
            return msgspec.structs.replace(one, ground="unnamed", may_ask=True, why=why)
        return msgspec.structs.replace(one, settled=bool(told - {value}))
    return one if one.trusted else msgspec.structs.replace(one, may_ask=True, listed=True)


def _clauses(request: Request) -> list[Sentence]:
    return [part for sentence in request.sentences if not asks(sentence) for part in clauses_of(sentence)]


def _said_of(grounds: Grounds, findings: list[Finding], options: AbstractSet[str]) -> Request:
    """Return the part of a request that alone is about a call's object, if it gives a state, else all."""
    named, parts = grounds.naming.parts, set[str]()
    ids = {form for one in findings if one.sink == "object" and one.trusted for form in forms_of(one.value)}
    for index, text in named.items():
        if ids & set(grounds.readings.objects[index].id):
            parts.add(text)
    if len(parts) != 1 or not set(named.values()) - parts:
        return grounds.request
    said = request_of(min(parts))
    given = any(gives(clause, it) for clause in _clauses(said) for it in options)
    return said if given else grounds.request


def _other_aim(request: Request, value: str, options: AbstractSet[str]) -> str:
    """Return to which other state alone a request says that something goes, or nothing."""
    said = [it for it in options if says_in_other_words(request.plain, it)]
    if len(said) == 1 and said != [value] and not re.search(rf"\b{re.escape(value)}\b", request.plain):
        return said[0]  # `every other week` is not ``weekly``
    aims = [it for it in options if is_aim(request, it)]
    return aims[0] if len(aims) == 1 and aims != [value] else ""


def is_aim(request: Request, value: str) -> bool:
    """Return whether a request says that something goes there, and not from there: `to prod`."""
    ways = {value, *(" ".join(way) for way in ways_to_give(value) if len(way) == 1)}
    said = "|".join(map(re.escape, sorted(ways)))
    aimed = re.search(rf"\b(?:to|into|onto) (?:the )?(?:{said}){_BEHIND}", request.plain)
    return aimed is not None and not re.search(rf"\bfrom (?:the )?(?:{said})(?![\w-])", request.plain)


def _told_apart(request: Request, options: AbstractSet[str]) -> frozenset[str]:
    """Return those of which a request says all that tells them from the others: `the cash limit`.

    Of ``cash_per_day`` and ``online_per_day`` that is *cash*, for both are per day.
    """
    parts = {option: frozenset(words(option)) for option in options}
    shared = {word for word, many in Counter(it for one in parts.values() for it in one).items() if many > 1}
    own = {option: one - shared - COMMON for option, one in parts.items() if one & shared}
    told = {option: one for option, one in own.items() if one and one <= request.bag}
    clauses = [frozenset(words(part)) for part in _CLAUSE.split(request.plain) if not _ASIDE.search(part)]
    return frozenset(
        option
        for option, one in told.items()
        if any(one <= part for part in clauses) and not only_denied(request, " ".join(sorted(one)))
    )


def _told_in_part(request: Request, options: AbstractSet[str]) -> frozenset[str]:
    """Return the one option of several words of which a request says one, where it says none of another.

    *Where we look for crew* is ``crew-calls``, beside ``news`` and ``screenings``.
    """
    parts = {option: {stem(word) for word in words(option) if len(word) > _LEAST} for option in options}
    if sum(map(len, parts.values())) > len(frozenset[str]().union(*parts.values())):
        return frozenset()  # what they share tells nothing
    meant = {
        stem(word) for part in _CLAUSE.split(request.plain) if not _ASIDE.search(part) for word in words(part)
    }
    said = [option for option, one in parts.items() if one & request.stems]
    several = [option for option in said if len(words(option)) > 1 and parts[option] & meant]
    return frozenset(several) if len(said) == 1 else frozenset()


def _own_words(grounds: Grounds, findings: list[Finding]) -> frozenset[str]:
    """Return the words by which the request calls what an act is done on."""
    ids = {form for one in findings if one.sink == "object" and one.trusted for form in forms_of(one.value)}
    return frozenset(
        stem(word)
        for seen in grounds.named.values()
        if ids & set(seen.id)
        for name in [*(text for text, _ in seen.names), *(text for _, text in seen.id)]
        for word in words(name)
        if word not in COMMON
    )
