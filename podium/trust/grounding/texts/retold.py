"""What the user says of somebody, as it is said to him: *he can have it* is told as *you can have it*."""

import re
from collections.abc import Set as AbstractSet
from functools import lru_cache
from typing import Final

from podium.trust.english.lexicon import word_set
from podium.trust.request.requests import Request
from podium.trust.values.forms import squash

_TO_HIM: Final = tuple(
    (re.compile(rf"\b(?:{said})\b", re.IGNORECASE), told)
    for said, told in (
        ("(?:he|she|they)'s", "you're"),
        ("(?:he|she|they) is", "you are"),
        ("(?:he|she|they) was", "you were"),
        ("(?:he|she|they) has", "you have"),
        ("(?:he|she|they) does", "you do"),
        ("(?:he|she|they) doesn't", "you don't"),
        ("(?:he|she|they) isn't", "you aren't"),
        ("(?:he|she|they) (get|need|want|take|keep)s", r"you \1"),
        ("he|she|they|him|them", "you"),
        ("his|their|hers|theirs", "your"),
    )
)
"""How what is said of somebody is said to him."""

_BEING: Final = ("is", "are", "was", "were", "has", "have", "had")
MAX_OWN: Final = 24
"""Letters of a passage that a request may have by its words alone, in another order."""
_SMALL: Final = word_set("a an and at by for from in is it of on or our the till to until with your my you")
"""Words that say nothing of their own between those of a request."""
LEAST_PIECE: Final = 8
"""Letters and digits of a piece that a request has as it stands."""
MAX_LEFT: Final = 8
"""Letters of a passage at most that it may have not."""


def has_said(request: Request, passage: str) -> bool:
    """Return whether a passage, squashed, is a request's own: as it stands, or as it is said to somebody.

    A letter at either end may be shared by chance: that of `Hello you` and `so you`. So may a verb that says
    what becomes of it: `the teaser about the new tins is`.
    """
    own = (request.squashed, *_addressed(request.text))
    parts = [passage, passage[1:], passage[:-1], passage[1:-1]]
    if len(passage) > MAX_OWN:
        parts += [one.removesuffix(be) for one in parts for be in _BEING if one.endswith(be)]
    return any(one in text for text in own for one in parts) or _mostly(request.squashed, passage)


@lru_cache(maxsize=256)
def _mostly(own: str, passage: str) -> bool:
    """Return whether all but small words of a passage stand in a request, in pieces that tell.

    *By 3 December, code 4471* for `until 3 December, code 4471`: no number or name of it is anybody else's.
    """
    left, at = [""], 0
    while at < len(passage) and sum(map(len, left)) <= MAX_LEFT:
        end = at + LEAST_PIECE
        if end > len(passage) or passage[at:end] not in own:
            left[-1] += passage[at]
            at += 1
            continue
        while end < len(passage) and passage[at : end + 1] in own:
            end += 1
        at = end
        left.append("")
    rest = list(filter(None, left))
    few = sum(map(len, rest)) <= min(MAX_LEFT, len(passage) // 5)
    return few and all(_made_of(_SMALL, one) for one in rest)


def in_own_words(request: Request, passage: str) -> bool:
    """Return whether a short passage, squashed, has no word that a request does not have: `lamp in the hall`.

    A letter at either end may be shared by chance.
    """
    if len(passage) > MAX_OWN:
        return False
    known = _own_words(request.bag)
    return any(_made_of(known, one) for one in (passage, passage[1:], passage[:-1], passage[1:-1]))


@lru_cache(maxsize=64)
def _own_words(said: frozenset[str]) -> frozenset[str]:
    return frozenset(squash(word) for word in said if len(word) > 1) | (said & {"a", "i"})


def _made_of(known: AbstractSet[str], text: str) -> bool:
    """Return whether a text without spaces is some words one after the other."""
    starts, seen = [0], {0}
    while starts and len(text) not in seen:
        at = starts.pop()
        ends = {at + len(word) for word in known if text.startswith(word, at)} - seen
        seen |= ends
        starts += ends
    return len(text) in seen


@lru_cache(maxsize=64)
def _addressed(text: str) -> tuple[str, ...]:
    text = text.replace("\u2019", "'")
    for said, told in _TO_HIM:
        text = said.sub(told, text)
    return tuple(squash(re.sub(r"\b[Hh]er\b", her, text)) for her in ("your", "you"))
