"""Switches: what a request says of something that is on or off, so or not so."""

import re
from collections.abc import Sequence
from typing import Final

from podium.trust.english.lexicon import word_set
from podium.trust.english.wordnet import is_verb
from podium.trust.grounding.record.findings import Finding
from podium.trust.request.requests import Request, stem
from podium.trust.request.wordings.idioms import asks, clauses_of, gives, ways_to_give
from podium.trust.tools import SinkRow
from podium.trust.values.forms import squash, words

_OFF: Final = word_set(
    "off disable disabled deactivate no not don never without false remove stop dont unset"
)
_ENABLED: Final = word_set("enable enabled activate activated yes true")
_NAMELESS: Final = word_set(
    "enabled enable active activated on is power state status switched turned value flag set"
)
"""Words of a switch's name that do not say which one."""
_TRUE: Final = word_set("1 on yes true y t")
"""How a switch is turned on in words; servers take them for true."""
_DEEDS: Final = tuple(
    (word_set(names), word_set(on), word_set(off))
    for names, on, off in (
        ("locked frozen blocked", "lock freeze block", "unlock unfreeze unblock defrost"),
        ("paused suspended", "pause suspend", "resume unpause restart reactivate continue"),
        ("muted silenced", "mute silence", "unmute"),
        ("archived", "archive", "unarchive"),
        ("pinned", "pin", "unpin"),
        ("starred", "star", "unstar"),
        ("hidden", "hide", "unhide"),
        ("published", "publish", "unpublish"),
        ("subscribed", "subscribe", "unsubscribe"),
        ("closed", "close", "reopen"),
        ("encrypted", "encrypt", "decrypt"),
        ("shared", "share", "unshare"),
    )
)
"""What a switch may be called, and the verbs in plain form that turn it on and off."""
_YES: Final = (
    word_set("approve approved accept accepted"),
    word_set("approve accept"),
    word_set("reject decline refuse deny"),
)
"""The same of an answer, which is given in other ways, too: *the rest is approved*."""
_DENYING: Final = _OFF - word_set("stop off remove disable disabled deactivate false unset")
_NEAR: Final = 4
"""Words before a verb by which it may be denied."""
_COMPOUND: Final = re.compile(r"\w+(?:-\w+)+")
_SENTENCE: Final = re.compile(r"[.;!?\n]+")
_SHORT: Final = 4
"""Words of a sentence that has no subject of its own."""
_COUNTS: Final = word_set("count number qty quantity size")
_SWITCHING: Final = r"\b(?:turn|switch|put|set|leave|keep|get|have)(?:s|t?ed|t?ing)?\b"
_ON: Final = re.compile(
    rf"{_SWITCHING}\s+(?:back\s+)?on\b"
    rf"|{_SWITCHING}[^.,;:!?\n]{{1,60}}\bon\b(?=\s*(?:[.,;:!?\n]|$)|\s+(?:again|and|at|for|from|in|now|till|until)\b)"
)
"""`On` as a state: in *on Friday* and *comment on it* it is none."""


def says_on(request: Request) -> bool:
    """Return whether a request has something turned on."""
    return bool(request.bag & _ENABLED) or _ON.search(request.plain) is not None


def switched(request: Request, name: str) -> bool | None:
    """Return what a request says of something that is so or not, None where it does not tell.

    ``name``: what it is called: ``gift_wrap``. All of its words turn it on; one of them, beside *no* or
    *without*, off.
    """
    if (by_verb := turned(request, name)) is not None:
        return by_verb
    if _verbs_of(request, name) == (True, True):
        return None  # `pause the rent and resume the gym`
    parts = [part for part in words(name) if part not in _NAMELESS]
    said = [part for part in parts if stem(part) in request.stems or _hyphened(request, part)]
    off = bool(_OFF & (_beside(request, said) if said else request.bag))
    if said != parts and _given(request, parts):
        return True
    if said == parts and (parts or off or says_on(request)):
        return not off
    return False if off and said else None


def _hyphened(request: Request, part: str) -> bool:
    """Return whether a request says a word with a hyphen in it: `pre-release` of ``prerelease``."""
    return any(found.replace("-", "") == part for found in _COMPOUND.findall(request.plain))


def _beside(request: Request, said: Sequence[str]) -> set[str]:
    """Return the words that may deny a switch: of its sentences, and of short ones (`no`)."""
    stems = {stem(part) for part in said}
    found: set[str] = set()
    for part in _SENTENCE.split(request.plain):
        here = words(part)
        joined = {squash(word) for word in _COMPOUND.findall(part)}
        if len(here) <= _SHORT or not stems.isdisjoint(map(stem, here)) or not joined.isdisjoint(said):
            found.update(here)
    return found


def _given(request: Request, parts: Sequence[str]) -> bool:
    """Return whether a request gives the state that a switch leads to: `call it off` of ``cancel``."""
    if len(parts) != 1 or any(parts[0] in group[0] for group in _DEEDS):
        return False
    states = {parts[0] + ending for ending in ("", "d", "ed", "led")}
    clauses = [it for sentence in request.sentences if not asks(sentence) for it in clauses_of(sentence)]
    return any(gives(clause, state) for state in states if ways_to_give(state) for clause in clauses)


def turned(request: Request, name: str) -> bool | None:
    """Return what a request says of a switch by its own verb: `lock it` of ``locked``.

    `Unlock` is off, `resume` of ``paused``. None where the name is no participle, where no such verb or both
    are said, or where one is denied: `don't pause the rent, pause the gym`.
    """
    on, off = _verbs_of(request, name)
    return None if on is off else on


def _verbs_of(request: Request, name: str) -> tuple[bool, bool]:
    """Return whether a request says a verb that turns a switch on, and one that turns it off.

    Neither where one is denied.
    """
    parts = [part for part in words(name) if part not in _NAMELESS]
    deeds = next((one for one in (*_DEEDS, _YES) if len(parts) == 1 and parts[0] in one[0]), None)
    if deeds is None:
        return False, False
    said: set[str] = set()
    for sentence in request.sentences:
        its = [token.low for token in sentence]
        for at, word in enumerate(its):
            if word in deeds[1] or word in deeds[2]:
                if not _DENYING.isdisjoint(its[max(at - _NEAR, 0) : at]):
                    return False, False
                said.add(word)
    return bool(said & deeds[1]), bool(said & deeds[2])


def as_switch(value: object, *, declared: bool) -> bool:
    """Return whether a value that is no truth value turns something on.

    ``declared``: whether the tool's author tells what the argument decides; else nobody knows what it is.
    """
    text = str(value).strip().casefold()
    return text == "on" if declared else text in _TRUE


def flagged(request: Request, path: str, row: SinkRow, value: object, *, declared: bool = False) -> Finding:
    """Ground a yes or no in the request's words."""
    said = switched(request, path)
    on = value is not False
    so = said is on or (on and declared and said is None and not isinstance(value, bool) and says_on(request))
    why = "the request says so" if so else "the request does not say so"
    return Finding(path, str(value), row.sink, "request" if so else "nowhere", not so, why)


def names_count(path: str) -> bool:
    """Return whether an argument is called as what there may be several of: ``seats``, ``guest_count``."""
    parts = words(path)
    if not parts:
        return False
    several = parts[-1] in _COUNTS or stem(parts[-1]) != parts[-1]
    return several and (len(parts) == 1 or parts[0] in _COUNTS or not is_verb(parts[0]))
