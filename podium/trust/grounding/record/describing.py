"""The words of a request that may describe something, and which of them a text has in any form."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Final
from weakref import WeakKeyDictionary

from podium.trust.english.lexicon import NUMBERS
from podium.trust.english.wordnet import same_nouns
from podium.trust.english.words import singular
from podium.trust.request.requests import Request, stem
from podium.trust.values.forms import words

LEAST_ALIKE: Final = 5
"""Letters with which two words of one origin begin: `plumber`, `plumbing`."""
MAX_TEXTS: Final = 2048
"""Texts of a task of which it is remembered which words they have."""
_OF: Final[WeakKeyDictionary[Request, "Describing"]] = WeakKeyDictionary()


class Describing:
    """The words of one request that are longer than two letters, and no numbers."""

    def __init__(self, request: Request) -> None:
        self._by: dict[str, set[str]] = {}
        """By a word each of the request's that means the same."""
        self._starts: dict[str, list[str]] = {}
        """By their first letters those that a longer word may be of one origin with."""
        self._texts: dict[str, frozenset[str]] = {}
        for said in request.meant:
            if len(said) > 2 and not said.isdigit() and said not in NUMBERS:
                word = singular(said)
                for other in (word, *same_nouns(word)):
                    self._by.setdefault(other, set()).add(word)
                if len(word) > LEAST_ALIKE:
                    self._starts.setdefault(word[:LEAST_ALIKE], []).append(word)

    def in_text(self, text: str) -> frozenset[str]:
        """Return the words that a text has. Each text is looked through once."""
        found = self._texts.get(text)
        if found is None:
            if len(self._texts) >= MAX_TEXTS:
                self._texts.clear()
            found = self._texts[text] = self.among(words(text))
        return found

    def among(self, there: Iterable[str]) -> frozenset[str]:
        """Return the words that are among others: as they are, in another form, by one of one sense."""
        found: set[str] = set()
        for form in {form for word in there for form in _forms(word)}:
            found.update(self._by.get(form, ()))
            for word in self._starts.get(form[:LEAST_ALIKE], ()) if len(form) > LEAST_ALIKE else ():
                least = max(LEAST_ALIKE, min(len(word), len(form)) - 3)
                if word[:least] == form[:least]:
                    found.add(word)
        return frozenset(found)


def describing(request: Request) -> Describing:
    """Return the words of a request, worked out once as long as it lives."""
    if (known := _OF.get(request)) is None:
        known = _OF[request] = Describing(request)
    return known


@lru_cache(maxsize=4096)
def _forms(word: str) -> tuple[str, str]:
    return stem(word), singular(word)
