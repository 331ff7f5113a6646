"""Whom a request tells apart by a firm: *Sigrid from Nordpost*, *Tom at Harbour*, *Nordpost's Sigrid*.

A handle and a firm that no stranger fills name one of two; a name that somebody has chosen for himself names
nobody by that.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import chain, pairwise
from typing import Final

from podium.trust.english.lexicon import DETERMINERS, word_set
from podium.trust.english.vocabulary import ACTS, COMMON
from podium.trust.grounding.people.firms import FIRMS
from podium.trust.grounding.record.readings import Readings, Seen
from podium.trust.grounding.things.leading import FIRM
from podium.trust.grounding.things.naming import Naming
from podium.trust.values.forms import words

_OF: Final = word_set("from at of with")
_CALLED: Final = word_set("name handle login user username email address id nick")
"""Words of fields by which somebody is called."""
MOST_WORDS: Final = 3
"""Of a firm's name."""


def by_firm(naming: Naming) -> frozenset[int]:
    """Add whom the request names by name and firm to what it names. Return who only has such a name."""
    called = chain.from_iterable(naming.readings.register.called.values())
    meant, others = _told_apart(naming.readings, called)
    for index in meant:
        naming.named[index] = naming.readings.objects[index]
    for index in others:
        naming.named.pop(index, None)
    naming.hinted -= meant
    naming.claimed -= meant
    return others


def _told_apart(readings: Readings, indexes: Iterable[int]) -> tuple[frozenset[int], frozenset[int]]:
    """Return whom the request means of those that it calls, by name and firm, and who only has the name.

    ``indexes``: objects that it calls by a name.
    """
    pairs = _pairs(readings.request.text)
    meant: dict[tuple[str, str], set[int]] = {}
    other: dict[tuple[str, str], set[int]] = {}
    for index in indexes if pairs else ():
        seen = readings.objects[index]
        firms = _firms(seen)
        names = _names(seen) if firms else frozenset[str]()
        for name, firm in pairs:
            if name in names:
                (meant if firm in firms else other).setdefault((name, firm), set()).add(index)
    objects = readings.objects
    sure = {
        pair for pair, hit in meant.items() if len({(objects[i].server, objects[i].id) for i in hit}) == 1
    }
    known = frozenset(name for name, _ in meant)
    return (
        frozenset(index for pair in sure for index in meant[pair]),
        frozenset(index for pair, hit in other.items() if pair[0] in known for index in hit)
        - frozenset(index for hit in meant.values() for index in hit),
    )


@lru_cache(maxsize=256)
def _pairs(text: str) -> frozenset[tuple[str, str]]:
    """Return each name of a request with what follows it as a firm, of one to three words.

    What stands behind an article is a thing: nobody called Bill is *the bill from Nordpost*.
    """
    found: set[tuple[str, str]] = set()
    said = words(text)
    capitals = {word for name in _NAME.findall(text) for word in words(name)}
    for at, word in enumerate(said):
        if word in _OF and at:
            thing = not DETERMINERS.isdisjoint(said[max(0, at - 3) : at])
            names = said[max(0, at - 2) : at] if not thing else []
            found |= {(name, firm) for name in names for firm in _spans(said, at + 1)}
        elif word == "s" and 0 < at < len(said) - 1 and said[at + 1] in capitals:
            found.add((said[at + 1], said[at - 1]))
    for before, inside in ((one.split(), two.partition(")")[0]) for one, two in _brackets(text)):
        found |= {(name, " ".join(words(inside))) for part in before[-2:] for name in words(part)}
    return frozenset(pair for pair in found if pair[0] in capitals or pair[0] not in _NOBODY)


_NOBODY: Final = COMMON | ACTS
_NAME: Final = re.compile(r"\b[A-Z][\w-]+")


def _brackets(text: str) -> Iterator[tuple[str, str]]:
    parts = text.split("(")
    yield from pairwise(parts)


def _spans(said: Sequence[str], at: int) -> Iterator[str]:
    for end in range(at + 1, min(len(said), at + MOST_WORDS) + 1):
        yield " ".join(said[at:end])


def _firms(seen: Seen) -> frozenset[str]:
    return frozenset(
        " ".join(words(text))
        for path, forms, trust in seen.fields
        if trust == FIRM and FIRMS & set(words(path))
        for kind, text in forms[-1:]
        if kind == "text"
    )


def _names(seen: Seen) -> frozenset[str]:
    """Return what somebody is called by in fields that no stranger fills."""
    told = {
        word
        for path, forms, trust in seen.fields
        if trust == FIRM and _CALLED & set(words(path)) and not FIRMS & set(words(path))
        for kind, text in forms
        if kind in {"text", "email"} and len(text) <= 80
        for word in words(text.partition("@")[0])
    }
    return frozenset(told | {word for _, text in seen.id if seen.id_trusted for word in words(text)})
