"""Switches: what a request says of something that is on or off, so or not so."""

import re
from typing import Final

from podium.trust.english.lexicon import word_set
from podium.trust.english.wordnet import is_verb
from podium.trust.grounding.findings import Finding
from podium.trust.request.requests import Request, stem
from podium.trust.tools import SinkRow
from podium.trust.values.forms import words

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
_DENYING: Final = _OFF - word_set("stop off remove disable disabled deactivate false unset")
_NEAR: Final = 4
"""Words before a verb by which it may be denied."""
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
    off = bool(request.bag & _OFF)
    parts = [part for part in words(name) if part not in _NAMELESS]
    said = [part for part in parts if stem(part) in request.stems]
    if said == parts and (parts or off or says_on(request)):
        return not off
    return False if off and said else None


def turned(request: Request, name: str) -> bool | None:
    """Return what a request says of a switch by its own verb: `lock it` of ``locked``.

    `Unlock` is off, `resume` of ``paused``. None where the name is no participle, where no such verb or both
    are said, or where one is denied: `don't pause the rent, pause the gym`.
    """
    parts = [part for part in words(name) if part not in _NAMELESS]
    deeds = next((group for group in _DEEDS if len(parts) == 1 and parts[0] in group[0]), None)
    if deeds is None:
        return None
    said: set[str] = set()
    for sentence in request.sentences:
        its = [token.low for token in sentence]
        for at, word in enumerate(its):
            if word in deeds[1] or word in deeds[2]:
                if not _DENYING.isdisjoint(its[max(at - _NEAR, 0) : at]):
                    return None
                said.add(word)
    on, off = bool(said & deeds[1]), bool(said & deeds[2])
    return None if on is off else on


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
