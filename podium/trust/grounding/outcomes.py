"""Which of the words that a grant lists a request means, said by an idiom: `kill her fob`, `tick it off`.

A grant lists what a state may be: ``active`` or ``blocked``. A request gives one of them by what it wants
done to the thing, or by what it says of it. Where it seems to give two, the one counts that it says of
the very thing; where it gives none, somebody is asked; where it gives another one, that is what it means.
"""

import re
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from functools import lru_cache
from typing import Final

import msgspec

from podium.trust.english.lexicon import CONTENT, QUESTIONS, word_set
from podium.trust.english.vocabulary import COMMON
from podium.trust.english.words import Token, bases
from podium.trust.grounding.findings import Finding
from podium.trust.grounding.grounds import Grounds
from podium.trust.grounding.reckoning import words_of_request
from podium.trust.request.asking import Sentence
from podium.trust.request.manners import said_so
from podium.trust.request.requests import stem
from podium.trust.values.forms import forms_of, words

_FAMILIES: Final = """
done, completed, complete, finished, closed, resolved, solved:
  finish, complete, close, resolve, solve, tick off, check off, cross off, wrap up, put to bed, is finished,
  is done, are done, is sorted, are sorted, is over, is complete, can be closed, sort out, get sorted
blocked, disabled, deactivated, inactive, suspended, locked, frozen, barred, revoked:
  block, disable, deactivate, suspend, lock, freeze, bar, revoke, kill, switch off, turn off, shut off,
  cut off, lock out, shut out, shut down, knock out, take out of service, stop working, can not work
active, enabled, activated, unlocked, unblocked, reactivated:
  activate, enable, unlock, unblock, unfreeze, reactivate, reinstate, restore, switch on, turn on,
  switch back, turn back on, let back in, works again, work again
approved, accepted, granted, allowed, permitted, authorised, authorized, confirmed:
  approve, accept, grant, allow, permit, authorise, authorize, confirm, okay, greenlight, wave through,
  is fine, are fine, is ok, are ok, is okay, are okay, goes through, go through, am happy with, fine by me,
  ok by me, okay by me, fine with me, ok with me, all right by me, no objection, say yes, can come,
  is welcome, are welcome, can have, may have, sign off, has my blessing
declined, rejected, refused, denied, disallowed:
  decline, reject, refuse, deny, disallow, turn down, knock back, say no, is not fine, are not fine,
  is not ok, is not okay, are not ok, are not okay, not happy with, no budget, goes back to, go back to,
  send back, can not come, can not have, can not go through, not get it
cancelled, canceled, called off, withdrawn, void, annulled:
  cancel, scrap, call off, scrub, annul, withdraw, bin, ditch, is off, are off, is not happening, not needed
production, prod, live:
  production, prod, live
staging, stage, test:
  staging, stage
"""
FAMILIES: Final = tuple(
    (frozenset(states.split(", ")), tuple(tuple(way.split()) for way in " ".join(ways.split()).split(", ")))
    for states, ways in re.findall(r"^(\S.*):\n((?:  .*\n)+)", _FAMILIES, re.MULTILINE)
)
"""States that say the same of a thing, and how a request gives one of them in other words."""
_POLITE: Final = word_set("can could would will may please")
_BEING: Final = word_set("is are am goes go works work can may has get")
"""Words by which a way says something of a thing, and orders nothing."""
_DEPENDENT: Final = word_set("if when whenever once unless whether until till after before while")
_BREAKS: Final = frozenset((".", ",", ";", ":", "!", "and", "but", "-", "–", "—"))
_ISNT: Final = (["is", "not"], ["are", "not"])
_ISNT_WAY: Final = ("is", "not", "fine")
_SAID: Final = "the request says it in words of its own"


def stated_by_idiom(
    grounds: Grounds, findings: list[Finding], listed: Mapping[str, AbstractSet[str]]
) -> None:
    """Settle what the idioms of a request tell of values of which a grant lists few.

    ``listed``: by path what such a value may be.
    """
    for index, one in enumerate(findings):
        value, options = one.value.casefold().strip(), listed.get(one.path, frozenset())
        if one.sink == "value" and one.ground not in {"request", "object", "field"} and value in options:
            findings[index] = _settled(grounds, findings, one, options)


def _settled(grounds: Grounds, findings: list[Finding], one: Finding, options: AbstractSet[str]) -> Finding:
    request, value = grounds.request, one.value.casefold().strip()
    clauses = [part for sentence in request.sentences if not _asks(sentence) for part in _clauses(sentence)]
    told = {it for it in options if any(_gives(clause, it) for clause in clauses)}
    meant = told | {it for it in options - told if words_of_request(request, it)}
    if meant - {value}:
        own = _own_words(grounds, findings)
        theirs = [clause for clause in clauses if own & {stem(token.low) for token in clause}]
        given = {it for it in options if any(_gives(clause, it) for clause in theirs)}
        if given or value in meant:
            meant = given or meant
        elif one.trusted and theirs and not any(meant & {token.low for token in it} for it in theirs):
            meant = set()  # `turn off the lamp and start the dishwasher`: it is the lamp that is off
    if meant == {value} and value in told:
        return msgspec.structs.replace(one, ground="request", may_ask=False, why=_SAID)
    if meant - {value} and (one.trusted or value not in meant):
        why = f"the request seems to say {min(meant - {value})!r}"
        return msgspec.structs.replace(one, ground="unnamed", may_ask=True, why=why) if one.trusted else one
    return one if one.trusted else msgspec.structs.replace(one, may_ask=True, listed=True)


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


@lru_cache(maxsize=1024)
def _ways(value: str) -> tuple[tuple[str, ...], ...]:
    return tuple(dict.fromkeys(way for states, ways in FAMILIES if value in states for way in ways))


def _gives(clause: Sentence, value: str) -> bool:
    """Return whether a clause gives a state by an idiom: as an order, or by what it says of a thing.

    What it says under a condition, or wants somebody told, is not given.
    """
    low = [token.low for token in clause]
    only_told = any(word in _DEPENDENT for word in low[:2]) or any(CONTENT & set(bases(it)) for it in low)
    ways = [way for way in _ways(value) if not (only_told and way[0] in _BEING)]
    if low[-2:] in _ISNT and not only_told and _ISNT_WAY in ways:  # `the chair is fine, the lamp isn't`
        return True
    return bool(ways) and said_so(clause, ways) is not None


def _clauses(sentence: Sentence) -> Iterator[Sentence]:
    part: list[Token] = []
    for token in sentence:
        if token.low in _BREAKS:
            yield tuple(part)
            part = []
        else:
            part.append(token)
    yield tuple(part)


def _asks(sentence: Sentence) -> bool:
    """Return whether a sentence wants to know something: `is it blocked?`, and not `can you block it?`."""
    low = [token.low for token in sentence]
    return bool(low) and low[-1] == "?" and (low[0] in QUESTIONS or low[0] not in _POLITE)
