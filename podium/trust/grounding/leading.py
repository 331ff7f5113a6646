"""What a named thing leads to by the server's own words: the account of the supplier of a bill that is due.

A field that no stranger fills says who somebody is, and another list has one entry of that name: its account
is the one that is meant, if nothing else with an account is led to.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Final

from podium.trust.english.lexicon import word_set
from podium.trust.grounding.readings import Seen
from podium.trust.values.forms import words

FIRM: Final = 2
"""The trust of a field that no stranger fills, as `Seen.fields` has it."""
LEAST_NAME, MOST_NAME = 3, 80
"""Characters of a name by which one thing leads to another."""
_CALLED: Final = word_set("name id no number company firm person login code key")
"""Words of the fields by which an entry is called."""


def payees_of(objects: Sequence[Seen], named: Mapping[int, Seen]) -> dict[int, frozenset[int]]:
    """Return by index the entries with an account that named things lead to, and the indexes of these.

    ``named``: those that the request names by more than words in common.
    """
    paid = {index: seen for index, seen in enumerate(objects) if _has_account(seen)}
    found: dict[int, set[int]] = {}
    for at, seen in named.items():
        told = set(_texts(seen.fields))
        hit = [
            index
            for index, entry in paid.items()
            if (entry.server, entry.nouns) != (seen.server, seen.nouns) and told & _names(entry)
        ]
        if len({paid[index].id for index in hit}) == 1 and not _has_account(seen):
            for index in hit:
                found.setdefault(index, set()).add(at)
    return {index: frozenset(leads) for index, leads in found.items()}


def _has_account(seen: Seen) -> bool:
    return any(trust == FIRM and kind == "iban" for _, forms, trust in seen.fields for kind, _ in forms)


def _names(seen: Seen) -> set[str]:
    """Return what an entry is called by in fields that no stranger fills, and its identifier."""
    called = [field for field in seen.fields if _path_words(field[0]) & _CALLED]
    return set(_texts(called)) | {form for _, form in seen.id if seen.id_trusted and len(form) >= LEAST_NAME}


def _texts(fields: Iterable[tuple[str, tuple[tuple[str, str], ...], int]]) -> Iterable[str]:
    for _, forms, trust in fields:
        if trust == FIRM and forms and forms[-1][0] == "text":
            text = forms[-1][1]
            if LEAST_NAME <= len(text) <= MOST_NAME:
                yield text


@lru_cache(maxsize=4096)
def _path_words(path: str) -> frozenset[str]:
    return frozenset(words(path))
