"""What a named thing leads to by the server's own words: the account of the supplier of a bill that is due.

A field that no stranger fills says who somebody is, and another list has one entry of that name: its account
is the one that is meant, if nothing else with an account is led to. Where whoever sent the bill has filled in
his name, the entry of that name is his if the bill has the account of that entry too, and no other.
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
    for at, seen in named.items() if paid else ():
        others = {it: one for it, one in paid.items() if (one.server, one.nouns) != (seen.server, seen.nouns)}
        hit = _called(others, _texts(seen.fields)) or _agreeing(others, seen)
        if len({paid[index].id for index in hit}) == 1 and not _has_account(seen):
            for index in hit:
                found.setdefault(index, set()).add(at)
    return {index: frozenset(leads) for index, leads in found.items()}


def _called(paid: Mapping[int, Seen], texts: Iterable[str]) -> list[int]:
    """Return the entries that are called by one of some texts."""
    told = set(texts)
    return [index for index, entry in paid.items() if told & _names(entry)]


def _agreeing(paid: Mapping[int, Seen], seen: Seen) -> list[int]:
    """Return the entries of the name that somebody has filled in, if all have the account that he has."""
    theirs = {form for _, forms, _ in seen.fields for kind, form in forms if kind == "iban"}
    hit = _called(paid, _texts(seen.fields, least=0)) if theirs else []
    return hit if all(theirs <= _accounts(paid[index]) for index in hit) else []


def _has_account(seen: Seen) -> bool:
    return bool(_accounts(seen))


def _accounts(seen: Seen) -> set[str]:
    """Return the accounts of an entry that no stranger fills in."""
    return {
        form for _, forms, trust in seen.fields if trust == FIRM for kind, form in forms if kind == "iban"
    }


def _names(seen: Seen) -> set[str]:
    """Return what an entry is called by in fields that no stranger fills, and its identifier."""
    called = [field for field in seen.fields if _path_words(field[0]) & _CALLED]
    return set(_texts(called)) | {form for _, form in seen.id if seen.id_trusted and len(form) >= LEAST_NAME}


def _texts(
    fields: Iterable[tuple[str, tuple[tuple[str, str], ...], int]], least: int = FIRM
) -> Iterable[str]:
    for _, forms, trust in fields:
        if trust >= least and forms and forms[-1][0] == "text":
            text = forms[-1][1]
            if LEAST_NAME <= len(text) <= MOST_NAME:
                yield text


@lru_cache(maxsize=4096)
def _path_words(path: str) -> frozenset[str]:
    return frozenset(words(path))
