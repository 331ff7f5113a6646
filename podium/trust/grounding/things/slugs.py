"""A channel or folder of which the request says a word, not the name: *our channel with Nordpost*.

Where no trusted list was read that has it, or another one of that word, a person is asked about it.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final

import msgspec

from podium.trust.english.lexicon import word_set
from podium.trust.english.vocabulary import COMMON
from podium.trust.english.words import singular
from podium.trust.grounding.record.findings import Finding
from podium.trust.grounding.things.pointing import Pointing
from podium.trust.values.forms import words

_SLUG: Final = re.compile(r"[#/]?[a-z\d]+(?:[-_/][a-z\d]+)*", re.IGNORECASE)
_PLACES: Final = word_set(
    "channel room folder group list board space topic queue stream directory forum conversation"
)
"""What is called by a slug."""
NEAR: Final = 4
"""Words between such a noun and a word of the name."""
LEAST: Final = 3
"""Letters of such a word."""


def by_word(pointing: Pointing, found: Finding) -> Finding:
    """Return what was found out about a place; to be asked about if the request says a word of its name."""
    if found.may_ask or found.sink not in {"recipient", "object"} or not _SLUG.fullmatch(found.value):
        return found
    kinds = {singular(word) for word in words(found.path)} & _PLACES
    said = frozenset(_near(pointing.request.words, kinds)) if kinds else frozenset[str]()
    shared = said & {singular(word) for word in words(found.value)}
    if not shared or _is_listed(pointing, shared):
        return found
    word = next(one for one in pointing.request.words if singular(one) in shared)
    why = f"{found.why}; the request may mean it by {word!r}"
    return msgspec.structs.replace(found, may_ask=True, called=True, described=word, why=why)


def _near(said: Sequence[str], kinds: set[str]) -> Iterator[str]:
    """Yield the words that a request says near a noun of such a kind."""
    for at, word in enumerate(said):
        if singular(word) in kinds:
            around = (*said[max(0, at - NEAR) : at], *said[at + 1 : at + 1 + NEAR])
            yield from (singular(one) for one in around if len(one) >= LEAST and one not in COMMON)


def _is_listed(pointing: Pointing, shared: frozenset[str]) -> bool:
    """Return whether a trusted list of the server has something of that word."""
    tool = pointing.tool
    return tool is not None and any(
        seen.server == tool.server and seen.id_trusted and shared & {singular(word) for word in words(text)}
        for seen in pointing.readings.objects
        for _, text in seen.id
    )
