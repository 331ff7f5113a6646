"""Which access a request gives: *write access* is `write`, or what a repository calls `push`.

So is what somebody is to be able to do: who *only has to look* reads.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from podium.trust.english.lexicon import word_set
from podium.trust.request.asking import Sentence, negated
from podium.trust.request.wordings.shall_be import shall_be

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
        degree = next((at for at, roles in _ROLES.items() if value.casefold() in roles), 0)
        return _degree(sentences) == degree if degree else _flows(sentences, value.casefold())
    found: set[str] = set()
    for sentence in sentences:
        for at, (one, two) in enumerate(pairwise(token.low for token in sentence)):
            if two in _ACCESS and any(one in it for it in _KINDS):
                if negated(sentence, at) or (at and sentence[at - 1].low in _LAST | _NOT):
                    return False
                found.add(one)
    said = {token.low for sentence in sentences for token in sentence}
    others = set().union(*(it for it in _KINDS if it is not kind)) & said
    if found or others:
        return bool(found) and found <= kind and not others
    return _degree(sentences) == (1 if kind is _KINDS[0] else 3)


def _flows(sentences: Sequence[Sentence], value: str) -> bool:
    """Return whether a value is what things are to do by themselves: `go on to him`, `land in` a folder."""
    how = next((how for words, how in _FLOWS.items() if value in words), frozenset[tuple[str, ...]]())
    said = (one for sentence in sentences for one in shall_be(sentence)) if how else ()
    ways = [tuple(token.low for token in one.place[:2]) for one in said if one.kind == "flows"]
    return bool(ways) and all(way in how or way[:1] in how for way in ways)


def _degree(sentences: Sequence[Sentence]) -> int:
    """Return how far somebody is to get at a thing, 0 where nothing or more than one degree is said.

    1 is to look at it, 2 to comment, 3 to change it: *Safiya only has to look at the counts*.
    """
    states = [one for sentence in sentences for one in shall_be(sentence) if one.kind == "see"]
    if any(one.verbs & _WHEN for one in states):
        return 0  # `let her see when I'm busy`
    said = {max((at for at, verbs in _DEGREES.items() if one.verbs & verbs), default=0) for one in states}
    return said.pop() if len(said) == 1 else 0


_DEGREES: Final = {
    1: word_set("look see read view open browse insight"),
    2: word_set("comment comments"),
    3: word_set("edit change write correct alter fill add modify"),
}
_ROLES: Final = {
    1: word_set("viewer reader readonly"),
    2: word_set("commenter comment"),
    3: word_set("editor writer edit"),
}
_FLOWS: Final = {
    word_set("forward redirect"): frozenset((("on", "to"), ("on", "directly"), ("forwarded", "to"))),
    word_set("move file"): frozenset((("in",), ("into",), ("up", "in"), ("moved", "to"), ("under",))),
}
_WHEN: Final = word_set("busy free")
_NOT: Final = word_set("no not without instead")
