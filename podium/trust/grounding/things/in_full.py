"""Of two names of ours the one of which the request has more: *the old project plan* is no `Project plan`.

Where there is a `Project plan, version 1 (old)`, that one is meant: the shorter name stands in the request in
full, but it says one more word of the same thing, which the longer name has.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from typing import Final, Protocol

from podium.trust.english.lexicon import word_set
from podium.trust.english.vocabulary import COMMON
from podium.trust.english.words import Token
from podium.trust.grounding.record.readings import Readings
from podium.trust.request.requests import Mention
from podium.trust.values.forms import words

_BEFORE: Final = word_set("the of our my s version copy draft edition")
_BEHIND: Final = word_set("the of for from about our my version copy draft edition")
"""Words that stand between the parts of one name, in front of it and behind."""
_PLAIN: Final = COMMON | (_BEHIND - word_set("draft"))
_MARKS: Final = frozenset((",", "(", ")", "-"))


class Given(Protocol):
    """A call of which it is known whom its object is given to."""

    @property
    def given(self) -> frozenset[str]:
        """By which words the request says so."""


def in_full(
    readings: Readings,
    named: AbstractSet[int],
    group: Sequence[int],
    called: Callable[[int], Iterable[tuple[str, Mention]]],
    call: Given | None,
) -> set[int]:
    """Return what is named, with the longer name in place of each shorter one that the request goes beyond.

    Only a name that no stranger chooses comes so to be meant; of several such none is. ``call``: by which
    words the request says to whom it goes, and what becomes of it.
    """
    if not named or len(group) < 2:
        return set(named)
    request, objects, out = readings.request, readings.objects, set(named)
    given = call.given if call is not None else frozenset[str]()
    own = {index: _own(called(index)) for index in group}
    text = tuple(part for sentence in request.sentences for token in sentence for part in _parts(token))
    for index in named:
        names = {words(name) for name, _ in called(index)}
        spans = [span for name in names for span in _spans(text, name)]
        said = {word for name in names for word in name}
        more = {
            at: extra
            for at in group
            if objects[at].id != objects[index].id
            and (extra := (own[at] - said - _PLAIN - given) & request.bag)
            and said & request.bag <= own[at]
            and spans
            and all(extra & _around(text, span, own[at]) for span in spans)
        }
        if not more:
            continue
        best = {at for at in more if not any(more[at] < other for other in more.values())}
        out -= {one for one in named if objects[one].id == objects[index].id}
        out |= best if len({objects[at].id for at in best}) == 1 else set()
    return out


def _own(called: Iterable[tuple[str, Mention]]) -> frozenset[str]:
    """Return the words of all names that no stranger chooses."""
    return frozenset(word for name, one in called if one.ours for word in words(name))


def _parts(token: Token) -> tuple[str, ...]:
    """Return the words of a token: a mark as it is, and what is quoted apart from all else."""
    if token.kind == "mark":
        return (token.text,)
    return ("'", *words(token.low), "'") if token.kind == "quote" else words(token.low)


def _spans(said: Sequence[str], name: tuple[str, ...]) -> Iterator[tuple[int, int]]:
    """Yield where a name stands in a request, in full."""
    for at in range(len(said) - len(name) + 1):
        if name and tuple(said[at : at + len(name)]) == name:
            yield at, at + len(name)


def _around(said: Sequence[str], span: tuple[int, int], longer: AbstractSet[str]) -> frozenset[str]:
    """Return the words right before a place and behind it that belong to it, as a longer name has them."""
    start, end = span
    while start and (said[start - 1] in longer or said[start - 1] in _BEFORE):
        start -= 1
    while end < len(said) and (
        said[end] in longer
        or said[end] in _BEHIND
        or (said[end] in _MARKS and end + 1 < len(said) and said[end + 1] in longer - _BEHIND)
    ):
        end += 1
    return frozenset((*said[start : span[0]], *said[span[1] : end]))
