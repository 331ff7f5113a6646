"""What a named thing leads to by the server's own words: the account of the supplier of a bill that is due.

A field that no stranger fills says who somebody is, and another list has one entry of that name: its account
is the one that is meant, if nothing else with an account is led to. Where whoever sent the bill has filled in
his name, the entry of that name is his if the bill has the account of that entry too, and no other.
"""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import lru_cache
from typing import Final

from podium.trust.english.lexicon import word_set
from podium.trust.english.vocabulary import COMMON
from podium.trust.grounding.record.readings import Readings, Seen
from podium.trust.request.requests import stem
from podium.trust.values.forms import words

FIRM: Final = 2
"""The trust of a field that no stranger fills, as `Seen.fields` has it."""
LEAST_NAME, MOST_NAME = 3, 80
"""Characters of a name by which one thing leads to another."""
_CALLED: Final = word_set("name id no number company firm person login code key")
"""Words of the fields by which an entry is called."""
_SENDS: Final = word_set(
    "supplier vendor payee creditor seller merchant biller issuer contractor beneficiary from sender "
    "company firm"
)
"""Words of the fields that say whose bill it is: what stands in others, as a note, leads to no account."""


def payees_of(
    objects: Sequence[Seen], named: Mapping[int, Seen], said: AbstractSet[str] = frozenset()
) -> dict[int, frozenset[int]]:
    """Return by index the entries with an account that named things lead to, and the indexes of these.

    ``named``: those that the request names by more than words in common. ``said``: the words of names in it:
    where it has some, whoever sent a bill leads to nobody who is not called by one.
    """
    paid = {index: seen for index, seen in enumerate(objects) if _has_account(seen)}
    found: dict[int, set[int]] = {}
    for at, seen in named.items() if paid else ():
        others = {it: one for it, one in paid.items() if (one.server, one.nouns) != (seen.server, seen.nouns)}
        hit = _called(others, _texts(seen.fields)) or _agreeing(others, seen, said)
        if len({paid[index].id for index in hit}) == 1 and not _has_account(seen):
            for index in hit:
                found.setdefault(index, set()).add(at)
    return {index: frozenset(leads) for index, leads in found.items()}


def led_by(readings: Readings, named: Mapping[int, Seen]) -> dict[str, tuple[str, frozenset[str]]]:
    """Return by identifier the server and the words of what is named and was asked for by it."""
    results = readings.results if named else ()
    asked = {one.casefold() for result in results for one in result.arguments}
    found: dict[str, tuple[str, frozenset[str]]] = {}
    for seen in named.values():
        said = {stem(word) for name, _ in seen.names for word in words(name)} & readings.request.stems
        for _, text in seen.id[-1:]:
            if text in asked:
                found[text] = seen.server, frozenset(said - COMMON)
    return found


def _called(paid: Mapping[int, Seen], texts: Iterable[str]) -> list[int]:
    """Return the entries that are called by one of some texts."""
    told = set(texts)
    return [index for index, entry in paid.items() if told & _names(entry)]


def _agreeing(paid: Mapping[int, Seen], seen: Seen, said: AbstractSet[str]) -> list[int]:
    """Return the entries of the name that somebody has filled in, if all have the account that he has."""
    theirs, senders = _ibans(seen), _senders(seen)
    hit = _called(paid, senders or _texts(seen.fields, least=0)) if theirs else []
    for entry in map(paid.__getitem__, hit):
        names = _names(entry)
        if senders - names or theirs - _accounts(entry) or (said and not said & _words(names)):
            return []
    return hit


def is_of_another(entry: Seen, named: Iterable[Seen]) -> bool:
    """Return whether a named thing is somebody else's: it has another account, or a sender not called so."""
    accounts, called = _accounts(entry), _words(_names(entry))
    for seen in named:
        if (seen.server, seen.nouns) != (entry.server, entry.nouns) and not _has_account(seen):
            senders = _words(_senders(seen))
            if (accounts and _ibans(seen) - accounts) or (senders and not senders & called):
                return True
    return False


def _ibans(seen: Seen) -> set[str]:
    return {form for _, forms, _ in seen.fields for kind, form in forms if kind == "iban"}


def _senders(seen: Seen) -> set[str]:
    return set(_texts((field for field in seen.fields if _path_words(field[0]) & _SENDS), least=0))


def _words(texts: Iterable[str]) -> set[str]:
    return {word for text in texts for word in words(text) if len(word) >= LEAST_NAME}


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
