"""Which of several things cost or are rated what a request says.

*All orders under 200 pounds*, *the cheapest hotel with a rating above 4.5*.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Final

from podium.trust.english.lexicon import word_set
from podium.trust.english.measures import Measure, measures
from podium.trust.grounding.record.readings import Seen
from podium.trust.grounding.things.superlatives import PRICE
from podium.trust.grounding.times.spanning import path_words
from podium.trust.request.requests import Request, stem
from podium.trust.values.forms import words

_RATING: Final = word_set("rating star score review grade mark point")


def bounded(objects: Sequence[Seen], indexes: list[int], request: Request) -> list[int]:
    """Return the objects whose price is within the bounds that the request says."""
    if not request.bounds:
        return indexes
    return [index for index in indexes if all(_within(objects[index], *bound) for bound in request.bounds)]


def _within(seen: Seen, upper: bool, bound: Decimal) -> bool:
    """Return whether all prices of an object are within a bound: of none, nobody knows."""
    prices = prices_of(seen)
    return bool(prices) and all(price <= bound if upper else price >= bound for price in prices)


def prices_of(seen: Seen) -> list[Decimal]:
    """Return what an object costs, by all fields that say so."""
    return [
        Decimal(form)
        for path, forms, trust in seen.fields
        if trust and path_words(path) & PRICE
        for kind, form in forms
        if kind == "number"
    ]


def measured(objects: Sequence[Seen], indexes: list[int], said: Sequence[str], request: Request) -> list[int]:
    """Return those of several things that are rated as a request says; none where that is not known of all.

    ``said``: the words by which it describes them. Where none of these is of the rating it may be said of
    things of another kind that have one: then none is meant where it makes a difference.
    """
    found = measures(request.plain)
    own = not _words_of(found).isdisjoint(said)
    rated = [[_rated(objects[index], one.of) for index in indexes] for one in found]
    if any(None in numbers for numbers in rated):
        return [] if own else indexes
    fits = [
        index
        for at, index in enumerate(indexes)
        if all(one.holds(numbers[at] or Decimal()) for one, numbers in zip(found, rated, strict=True))
    ]
    return fits if own or fits == indexes or not _others(objects, indexes) else []


def _others(objects: Sequence[Seen], indexes: Sequence[int]) -> bool:
    """Return whether things of another kind have a rating too."""
    kinds = {(objects[index].server, objects[index].nouns) for index in indexes}
    return any(
        (seen.server, seen.nouns) not in kinds
        and any(_RATING & path_words(path) for path, _, _ in seen.fields)
        for seen in objects
    )


def but_measures(said: Sequence[str], request: Request) -> Sequence[str]:
    """Return the words of a description without those that say how things are rated."""
    own = _words_of(measures(request.plain))
    return [word for word in said if word not in own] if own else said


def _words_of(found: Iterable[Measure]) -> frozenset[str]:
    return frozenset(
        form
        for one in found
        for word in words(one.text)
        for form in (word, stem(word), str(one.number), "bound")
    )


def _rated(seen: Seen, of: str) -> Decimal | None:
    """Return how a thing is rated, by the one field that is called so, else by its only rating."""
    found = [
        (path_words(path), Decimal(form))
        for path, forms, trust in seen.fields
        if trust and path_words(path) & _RATING
        for kind, form in forms
        if kind == "number"
    ]
    called = [number for said, number in found if of in said] or [number for _, number in found]
    return called[0] if len(called) == 1 else None
