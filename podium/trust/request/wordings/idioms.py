"""Idioms by which a request gives a state: an order (`kill her fob`), or what it says (`it is fine`)."""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Final

from podium.trust.english.lexicon import CONTENT, QUESTIONS, word_set
from podium.trust.english.words import Token, bases
from podium.trust.request.asking import Sentence
from podium.trust.request.wordings.manners import said_so
from podium.trust.request.wordings.states import CONDITIONS

_FAMILIES: Final = """
done, completed, complete, finished, closed, resolved, solved:
  finish, complete, close, resolve, solve, tick off, check off, cross off, wrap up, put to bed, is finished,
  is done, are done, is sorted, are sorted, is over, is complete, can be closed, sort out, get sorted,
  strike off, cross out, mark off, scratch off, get done with
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
  is welcome, are welcome, can have, may have, sign off, has my blessing, answer yes, nod through,
  let through, give the nod, give the go-ahead, can go ahead, may go ahead, goes ahead, can be paid,
  may be paid, has my ok, is all right, are all right, is in order, are in order, can be approved, agree to
declined, rejected, refused, denied, disallowed:
  decline, reject, refuse, deny, disallow, turn down, knock back, say no, answer no, is not fine,
  are not fine, is not ok, is not okay, are not ok, are not okay, not happy with, no budget, goes back to,
  go back to, send back, can not come, can not have, can not go through, not get it, can not make it,
  is a no, are a no, give a miss
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
_HAVING: Final = word_set("having getting")
_BREAKS: Final = frozenset((".", ",", ";", ":", "!", "and", "but", "-", "–", "—"))
_NOW: Final = word_set("now then too as well again please today already also")
_CEASED: Final = word_set("done closed resolved revoked cancelled canceled deleted removed archived")
"""States of what is no longer needed: where a grant lists two of them, neither is said."""
_ISNT: Final = (["is", "not"], ["are", "not"])
_ISNT_WAY: Final = ("is", "not", "fine")


@lru_cache(maxsize=1024)
def ways_to_give(value: str) -> tuple[tuple[str, ...], ...]:
    """Return the ways to give a state, which an author may call as the act that gives it: `approve`."""
    known = (
        (states | {base for state in states for base in bases(state)}, ways) for states, ways in FAMILIES
    )
    return tuple(dict.fromkeys(way for states, ways in known if value in states for way in ways))


def ceases(clause: Sentence) -> bool:
    """Return whether a clause says that something is not needed any longer: `the ticket can go now`."""
    low = [token.low for token in clause if token.kind == "word"]
    while low and low[-1] in _NOW:
        low = low[:-1]
    return low[-2:] in (["can", "go"], ["may", "go"]) and low[0] not in _DEPENDENT


def gives(clause: Sentence, value: str) -> bool:
    """Return whether a clause gives a state by an idiom: as an order, or by what it says of a thing.

    What it says under a condition, or wants somebody told, is not given.
    """
    low = [token.low for token in clause]
    only_told = any(word in _DEPENDENT for word in low[:2]) or any(CONTENT & set(bases(it)) for it in low)
    on = next((at for at, word in enumerate(low) if at and word in CONDITIONS), len(low))
    orders = [way for way in ways_to_give(value) if way[0] not in _BEING]
    only_told = only_told or not _HAVING.isdisjoint(low)  # `she is having it done`
    states = [way for way in ways_to_give(value) if way[0] in _BEING and not only_told]
    if value in _CEASED and not only_told and ceases(clause):
        return True
    if low[-2:] in _ISNT and _ISNT_WAY in states:  # `the chair is fine, the lamp isn't`
        return True
    given = bool(states) and said_so(clause[:on], states) is not None
    return given or (bool(orders) and said_so(clause, orders) is not None)


def clauses_of(sentence: Sentence) -> Iterator[Sentence]:
    """Yield what stands between the commas and the `and` of a sentence."""
    part: list[Token] = []
    for token in sentence:
        if token.low in _BREAKS:
            yield tuple(part)
            part = []
        else:
            part.append(token)
    yield tuple(part)


def asks(sentence: Sentence) -> bool:
    """Return whether a sentence wants to know something: `is it blocked?`, and not `can you block it?`."""
    low = [token.low for token in sentence]
    return bool(low) and low[-1] == "?" and (low[0] in QUESTIONS or low[0] not in _POLITE)


def opened(sentences: Sequence[Sentence], values: Mapping[str, frozenset[str]]) -> dict[str, str]:
    """Return the tools of which a clause gives, by an idiom, a state that one of their arguments may be.

    Of each that state. ``values``: by word the tools whose grants list it; one that several list tells none.
    """
    found: dict[str, str] = {}
    clauses = [part for sentence in sentences if not asks(sentence) for part in clauses_of(sentence)]
    for value, tools in values.items():
        if len(tools) == 1 and any(gives(clause, value) for clause in clauses):
            found.setdefault(next(iter(tools)), value)
    return found
