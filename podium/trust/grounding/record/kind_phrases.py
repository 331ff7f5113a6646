"""What a request calls by a word and its kind, beside another thing that it names: *the budget document*."""

from collections.abc import Iterable
from itertools import pairwise

from podium.trust.english.lexicon import DETERMINERS
from podium.trust.english.vocabulary import COMMON
from podium.trust.grounding.record.readings import Seen
from podium.trust.request.requests import Request, stem
from podium.trust.values.forms import words


def called_by_kind(request: Request, rows: Iterable[Seen], named: Iterable[Seen]) -> bool:
    """Return whether a request calls one of some things by its kind, with a word that no named one has.

    *Tell her what the spare parts cost, and put it into the budget document*: whichever is named beside it.
    """
    taken = {word for seen in named for word in _words(seen)}
    return any(
        before in _words(seen) - taken - COMMON and stem(noun) in seen.nouns
        for seen in rows
        for before, noun in _phrases(request)
    )


def _phrases(request: Request) -> Iterable[tuple[str, str]]:
    """Yield the pairs of words behind an article: `the budget document`."""
    said = request.words
    for at, pair in enumerate(pairwise(said)):
        if at and said[at - 1] in DETERMINERS and pair[0] not in DETERMINERS:
            yield pair


def _words(seen: Seen) -> set[str]:
    return {word for name, _ in seen.names for word in words(name)}
