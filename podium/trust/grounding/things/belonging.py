"""Whose a thing is by an identifier: *her case* is the one whose `customer_id` is that of who is named.

The customer's own record has her name, the case her identifier alone, in a field that no stranger fills.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Final

from podium.trust.english.lexicon import DETERMINERS, word_set
from podium.trust.english.vocabulary import COMMON
from podium.trust.english.words import Token, singular
from podium.trust.grounding.record.readings import Readings, Seen
from podium.trust.grounding.things.choosing import FIRM, explained
from podium.trust.grounding.times.spanning import path_words
from podium.trust.request.nouns import kinds_like
from podium.trust.request.requests import stem
from podium.trust.values.forms import Form, words

Id = tuple[Form, ...]

POSSESSIVES: Final = frozenset(("his", "her", "their", "its"))
_HIS: Final = POSSESSIVES - {"its"}
_HE: Final = word_set("he she they")
_OF: Final = word_set("of from by for")
_IN: Final = word_set("in by with through via")
_ANY: Final = frozenset(("a", "an"))
_OWNER: Final = word_set("customer client owner user person member contact account patient tenant guest")
_SAYS: Final = 4
"""Words between *he* and *in a ticket*: `he has just asked in a ticket`."""


def with_theirs(
    readings: Readings,
    hinted: AbstractSet[int],
    found: Mapping[int, Seen],
    chosen_of: Callable[..., AbstractSet[int]],
    stays: AbstractSet[int],
) -> dict[int, Seen]:
    """Return what a request names, with the things that it means by whose they are: known only now.

    A thing that it has by a stranger's words alone is none of these, where another one is his. ``hinted``:
    what it has by a word in common; ``chosen_of``: what it means by what it says of a kind.
    """
    request, objects, out = readings.request, readings.objects, dict(found)
    sure = {index: seen for index, seen in found.items() if index not in hinted}
    for (_, nouns), group in readings.register.trusted.items() if found else ():
        there = [index for index in group if index in out]
        if any(any(one.ours for _, one in objects[index].names) for index in there):
            continue
        his = not there and request.bag & POSSESSIVES and nouns & request.stems
        meant = chosen_of(nouns, group, known=out) if his else set[int]()
        meant = meant or belonging(readings, nouns, group, sure) - stays
        for index in there if meant else ():
            del out[index]
        out |= {index: objects[index] for index in meant}
    return out


def belonging(
    readings: Readings, nouns: AbstractSet[str], group: Sequence[int], named: Mapping[int, Seen]
) -> set[int]:
    """Return the things of a kind that the request means by whose they are, of those that it names.

    ``group``: things of the kind; ``named``: what it names for sure, of any kind.
    """
    theirs = {index: whose for index in group if (whose := _whose(readings, index, named))}
    out = set[int]()
    for several, names in _owned(readings, nouns) if theirs else ():
        known = frozenset[Id]().union(*theirs.values())
        ids = known & {one.id for one in named.values() if names is None or _is_called(one, names)}
        meant = {index for index, whose in theirs.items() if whose & ids}
        if len(ids) == 1 and (several or len({readings.objects[index].id for index in meant}) == 1):
            out |= meant
    return out


def _whose(readings: Readings, index: int, named: Mapping[int, Seen]) -> frozenset[Id]:
    """Return the identifiers of the named things to which a thing belongs, if its lookup is explained."""
    seen, found = readings.objects[index], set[Id]()
    for one in named.values():
        if one.server != seen.server or one.nouns == seen.nouns:
            continue
        fields = (set(forms) for path, forms, trust in seen.fields if trust == FIRM and _tells(path, one))
        if any(forms & set(one.id) for forms in fields):
            found |= {one.id} if explained(readings, seen.result, {}, known=frozenset(one.id)) else set()
    return frozenset(found)


def _tells(path: str, owner: Seen) -> bool:
    """Return whether a field is called as an owner of his kind."""
    said = path_words(path)
    return bool(said & _OWNER or any(kinds_like(noun) & said for noun in owner.nouns))


def _owned(readings: Readings, nouns: AbstractSet[str]) -> Iterator[tuple[bool, frozenset[str] | None]]:
    """Yield of each place where a request says whose things are: whether several, and by the words of a name.

    None for these: by *his*, *her*, or *he asks in a ticket*.
    """
    for sentence in readings.request.sentences:
        for at, token in enumerate(sentence):
            if token.kind != "word" or not (
                singular(token.low) in nouns or kinds_like(stem(token.low)) & nouns
            ):
                continue
            several = singular(token.low) != token.low
            before = sentence[at - 1].low if at else ""
            if before in _HIS or _asks_in(sentence, at):
                yield several, None
            elif before.endswith(("'s", "s'")):
                yield several, _names(sentence, at - 1)
            elif at + 2 < len(sentence) and sentence[at + 1].low in _OF:
                name = at + 2
                while name < len(sentence) and sentence[name].low in DETERMINERS:
                    name += 1
                yield several, frozenset(_capitalised(sentence[name : name + 3]))


def _asks_in(sentence: Sequence[Token], at: int) -> bool:
    """Return whether somebody writes in something: `he asks in a ticket`."""
    low = [token.low for token in sentence[max(0, at - _SAYS - 2) : at]]
    return len(low) > 2 and low[-1] in _ANY and low[-2] in _IN and bool(_HE & set(low[:-2]))


def _names(sentence: Sequence[Token], at: int) -> frozenset[str]:
    """Return the words of an owner's name that ends at a place."""
    start = at
    while (
        start and sentence[start - 1].text[:1].isupper() and sentence[start - 1].kind == "word" and start > 1
    ):
        start -= 1
    return frozenset(token.low.removesuffix("'s").rstrip("'") for token in sentence[start : at + 1])


def _capitalised(tokens: Sequence[Token]) -> Iterator[str]:
    for token in tokens:
        if token.kind != "word" or not token.text[:1].isupper():
            return
        yield token.low.removesuffix("'s")


def _is_called(seen: Seen, names: frozenset[str]) -> bool:
    """Return whether a thing is called by all of these words, in names that no stranger chooses."""
    called = {word for name, one in seen.names if one.ours for word in words(name)} - COMMON
    return bool(names) and names <= called
