"""What says of which kind a thing is, not which one: *the quietest hotel in Lyon* names no `Hotel`.

Whoever fills in a name may call his own by any word that requests for such things have: by their noun, by
what everybody looks for in them, by the place. Only what is left of a name says that one is meant.
"""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final

from podium.trust.english.lexicon import NUMBERS, SUPERLATIVES, word_set
from podium.trust.english.vocabulary import ACTS, COMMON
from podium.trust.english.words import singular
from podium.trust.request.requests import Request, stem
from podium.trust.values.forms import words

if TYPE_CHECKING:
    from podium.trust.grounding.record.readings import Seen

_HOUSES: Final = tuple(
    frozenset(map(stem, word_set(group)))
    for group in (
        "apartment bed bnb cottage flat guesthouse hostel hotel house inn lodge motel pension place room",
        "bar bistro brasserie cafe canteen diner eatery kitchen pizzeria place pub restaurant table tavern",
        "boutique market outlet place seller shop store vendor",
        "clinic dentist doctor physician place practice surgery",
    )
)
"""Kinds of houses, by which such a house calls itself, whatever the tool that lists them says."""
_ANY: Final = word_set("a an another any some each every no one") | set(NUMBERS)
_THE: Final = word_set("the this that these those my our his her their your its")
_WITHIN: Final = word_set("in near around outside")
_CALLED: Final = word_set("at called named with")
_QUALIFIERS: Final = 4
"""Words before a noun among which its article is looked for."""


def only_telling(seen: "Seen", request: Request) -> "Seen":
    """Return a thing with those of its names that say which one is meant.

    One that no stranger chooses says that by its kind as well: *the meeting* is `Team meeting`. *The cheapest
    hotel*, *a hotel* and *hotels* are no `Hotel Ferreira` all the same.
    """
    kept = [(name, one) for name, one in seen.names if not _tells_none(request, name, seen, vaguely=one.ours)]
    if len(kept) < len(seen.names):
        seen.names[:] = kept
        seen.spoken = seen.spoken and any(not one.ours for _, one in kept)
    return seen


def _tells_none(request: Request, name: str, seen: "Seen", *, vaguely: bool) -> bool:
    """Return whether a request has no more of a name than what kind it is, what it is like, and where.

    ``vaguely``: and means any of the kind wherever it says that.
    """
    there = words(name)
    if any(quoted and " ".join(quoted) in " ".join(there) for quoted in request.quoted):
        return False
    nouns = kind_nouns(seen.nouns)
    at = [place for place, word in enumerate(request.words) if stem(word) in nouns]
    shared = {stem(word) for word in there if word not in COMMON | ACTS} & request.stems
    if not at or not shared:
        return False
    rest = {word for word in request.words if stem(word) in shared - nouns and word not in COMMON | ACTS}
    fields = _values(seen)
    vague = all(_is_vague(request, place, nouns) for place in at)
    kinds = bool(shared & nouns)
    if vaguely and not (
        kinds and all(_is_vague(request, place, nouns) or _is_many(request, place) for place in at)
    ):
        return False
    return all(
        _is_most(request, word)
        or _is_where(request, word, nouns, sure=kinds or word in fields)
        or (vague and kinds and not vaguely and _describes(request, word))
        for word in rest
    )


def kind_nouns(nouns: frozenset[str]) -> frozenset[str]:
    """Return the nouns by which people call things of a kind: of a hotel its rooms too."""
    return nouns.union(*(group for group in _HOUSES if group & nouns))


def _values(seen: "Seen") -> frozenset[str]:
    """Return the words of a thing's trusted fields: its town."""
    found = (
        word
        for path, forms, trust in seen.fields
        if trust > 1
        for kind, text in forms
        if kind == "text"
        for word in words(text)
    )
    return frozenset(found)


def _places(request: Request, word: str) -> Iterator[int]:
    return (at for at, said in enumerate(request.words) if said == word)


def _is_most(request: Request, word: str) -> bool:
    """Return whether a word is a superlative: `quietest`, `most central`."""
    said = request.words
    if word in SUPERLATIVES:
        return True
    return word not in request.capitalised and all(
        at and ((word.endswith("est") and said[at - 1] in _THE) or said[at - 1] in {"most", "least"})
        for at in _places(request, word)
    )


def _is_where(request: Request, word: str, nouns: Iterable[str], *, sure: bool) -> bool:
    """Return whether a request says by a word only where such things are: `a hotel in Lyon`.

    ``sure``: the kind is said by the name as well, or the word is known to be where it is.
    """
    said = request.words
    return all(
        at > 1 and said[at - 1] in _WITHIN and (sure or stem(said[at - 2]) in nouns)
        for at in _places(request, word)
    )


def _is_vague(request: Request, at: int, nouns: Iterable[str]) -> bool:
    """Return whether a noun means any of its kind: `a quiet hotel`, `hotels`, `the quietest hotel`."""
    said = request.words
    for before in reversed(range(max(at - _QUALIFIERS, 0), at)):
        word = said[before]
        if word in _ANY:
            return True
        if word in _THE:
            return any(_is_most(request, one) for one in said[before + 1 : at])
        if word in COMMON | ACTS and stem(word) not in nouns:
            break
    return singular(said[at]) != said[at]


def _is_many(request: Request, at: int) -> bool:
    """Return whether a noun means several: `the hotels in Ghent`."""
    return singular(request.words[at]) != request.words[at]


def _describes(request: Request, word: str) -> bool:
    """Return whether a word is in lower case, and not behind what a name follows: `at`, `called`."""
    if word in request.capitalised or any(map(str.isdigit, word)):
        return False
    said = request.words
    before = (said[at - 2 if said[at - 1] in _THE else at - 1] for at in _places(request, word) if at > 1)
    return not any(one in _CALLED for one in before)
