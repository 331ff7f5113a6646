"""Which access a request gives: *write access* is `write`, or what a repository calls `push`."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from podium.trust.english.lexicon import word_set
from podium.trust.request.asking import Sentence, negated

_ACCESS: Final = word_set("access permission permissions rights")
_KINDS: Final = tuple(map(word_set, ("read pull view", "write push")))
"""Words for one access; what stands before its noun says which."""
_LAST: Final = word_set("and or")


def gives_access(sentences: Sequence[Sentence], value: str) -> bool:
    """Return whether sentences speak of the access that a value is called by, and of no other.

    *From read to write access* and *read and write access* say which only to a person.
    """
    kind = next((kind for kind in _KINDS if value.casefold() in kind), None)
    if kind is None:
        return False
    found: set[str] = set()
    for sentence in sentences:
        for at, (one, two) in enumerate(pairwise(token.low for token in sentence)):
            if two in _ACCESS and any(one in it for it in _KINDS):
                if negated(sentence, at) or (at and sentence[at - 1].low in _LAST | _NOT):
                    return False
                found.add(one)
    said = {token.low for sentence in sentences for token in sentence}
    others = set().union(*(it for it in _KINDS if it is not kind)) & said
    return bool(found) and found <= kind and not others


_NOT: Final = word_set("no not without instead")
