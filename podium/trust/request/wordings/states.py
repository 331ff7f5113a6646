"""States that a request gives to something in words of its own: `then it is granted`, `E119 is on hold now`.

A state is said where it is what the sentence says of a thing: not in a question, a condition or a clause that
only tells which thing is meant.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from podium.trust.english.lexicon import CONTENT, word_set
from podium.trust.english.words import bases
from podium.trust.request.asking import Sentence, negated
from podium.trust.values.forms import words

_GROUPS: Final = tuple(
    frozenset(group.split(","))
    for group in (
        "approved,granted,allowed,permitted,accepted,authorised,authorized,okayed,agreed,signed off",
        "declined,rejected,refused,denied,dismissed,turned down,disallowed",
        "closed,resolved,solved,settled,sorted,dealt with",
        "done,completed,complete,finished,ended,over,accomplished",
        "cancelled,canceled,called off,scrapped,annulled,off,void",
        "published,live,online,public",
        "enabled,active,activated,on,switched on,turned on",
        "disabled,inactive,deactivated,off,switched off,turned off",
        "paused,suspended,on hold,halted,on ice,frozen,hold",
        "urgent,pressing,top priority,an emergency",
        "pending,waiting,on hold,outstanding,hold",
        "unavailable,out of order,broken,out of service",
        "paid,settled",
        "private,confidential",
    )
)
"""States that say the same of a thing."""
_OPPOSITES: Final = {"approved": "declined", "declined": "approved"}
_BEING: Final = word_set(
    "is are be being gets get goes go going becomes become stands stand stays stay remain remains"
)
"""What comes before a state that a thing has, or is to have."""
_BETWEEN: Final = word_set(
    "now already hereby therefore also then to as of at once put set marked only just again both all"
)
_DEPENDENT: Final = word_set(
    "if when whenever once unless whether until till after before while because since as"
)
CONDITIONS: Final = word_set("if whether unless when whenever until till once")
"""Behind which no state is given, wherever in a clause they stand: `order it if the toner is fine`."""
_TELLING: Final = word_set("that which who whose what whatever")
_BREAKS: Final = frozenset(
    (",", ";", ":", "then", "and", "but", "otherwise", "else", "-", "–", "—", "(", ")")
)
_MAX_BETWEEN: Final = 3


def stated(sentences: Sequence[Sentence], value: str) -> bool:
    """Return whether sentences say of something that it is, or is to be, in a state, in other words."""
    same = _same(value)
    other = _same(_OPPOSITES.get(_head(value), ""))
    return any(
        _state_at(sentence, at, same, wanted=True) or _state_at(sentence, at, other, wanted=False)
        for sentence in sentences
        if not any(token.low == "?" for token in sentence)
        for at, token in enumerate(sentence)
        if token.kind == "word" and (same or other)
    )


def _state_at(sentence: Sentence, at: int, ways: Sequence[tuple[str, ...]], *, wanted: bool) -> bool:
    """Return whether one of the ways to say a state begins at a place, and is meant so."""
    low = [token.low for token in sentence]
    if not any(tuple(low[at : at + len(way)]) == way for way in ways):
        return False
    start = max((i for i in range(at) if low[i] in _BREAKS), default=-1) + 1
    clause = low[start:at]
    if any(word in _DEPENDENT for word in clause[:2]) or not CONDITIONS.isdisjoint(clause):
        return False
    if any(CONTENT & set(bases(word)) for word in clause):
        return False
    being = at - 1
    while being >= start and at - being <= _MAX_BETWEEN and low[being] in _BETWEEN | {"not"}:
        being -= 1
    if being < start or low[being] not in _BEING or (being > start and low[being - 1] in _TELLING):
        return False
    return wanted is not ("not" in low[being:at] or negated(sentence, at))


def _head(value: str) -> str:
    group = next((group for group in _GROUPS[:2] if value.casefold() in group), frozenset[str]())
    return "approved" if "approved" in group else "declined" if group else ""


@lru_cache(maxsize=1024)
def _same(value: str) -> tuple[tuple[str, ...], ...]:
    """Return the ways to say a state that has several, its own among them."""
    own = " ".join(words(value))
    if not own:
        return ()
    known = {own} | {base for base, form in bases(own).items() if form == "ed"}
    found = frozenset[str]().union(*(group for group in _GROUPS if group & known))
    return tuple(sorted(tuple(way.split()) for way in found))
