"""Who is only spoken of in what others are told, or have to do: `tell Tess that the swimmers are here`.

What is only said in a message is nobody to write to, even where a list has somebody who is called so.
"""

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from typing import Final

from podium.trust.english.lexicon import DETERMINERS, PREPOSITIONS, word_set
from podium.trust.english.words import Token, bases, singular
from podium.trust.request.asking import begins
from podium.trust.request.requests import Request

_TELLING: Final = word_set("tell ask inform remind warn assure notify")
"""Verbs of which all that follows whom they are told is what they are told."""
_WRITING: Final = word_set("write mail email text message let say reply answer respond drop send")
_OPENS: Final = word_set("that if whether how why when what where which who because about saying")
"""With these begins what is told."""
_TASKS: Final = word_set("task todo to-do job ticket card chore")
"""Nouns of what somebody is given to do: who stands in what that is gets it not."""
_DOES: Final = word_set("to : that who which because about")
"""With these begins what somebody has to do, behind who has to."""
_JOINS: Final = word_set("and , & or")
_ORDERS: Final = word_set("cc bcc copy copying loop")
_TOO: Final = word_set("too also as . ! ?")
MAX_WHOM: Final = 8
"""Words between a verb and what is told."""


def only_told(request: Request, names: AbstractSet[str]) -> bool:
    """Return whether a request has names only in what somebody else is told."""
    found = False
    for sentence in request.sentences:
        inside = {at for start, end in contents(sentence) for at in range(start, end)}
        for at, token in enumerate(sentence):
            if token.low.lstrip("@#").removesuffix("'s") not in names:
                continue
            if at not in inside or token.low[:1] in {"@", "#"} or _joins(sentence, at):
                return False
            found = True
    return found


def contents(sentence: Sequence[Token]) -> Iterator[tuple[int, int]]:
    """Yield from where to where a sentence has what somebody is told."""
    for at, token in enumerate(sentence):
        verbs = set(bases(token.low))
        if _is_task(sentence, at) and (done := _to_do(sentence, at + 1)) is not None:
            yield done, _next_task(sentence, done)
        if not verbs & (_TELLING | _WRITING):
            continue
        start = _start(sentence, at, plainly=bool(verbs & _TELLING))
        if start is not None:
            yield start, _end(sentence, start)


def _start(sentence: Sequence[Token], verb: int, *, plainly: bool) -> int | None:
    """Return where what is told begins, None where nothing is."""
    for at in range(verb + 2, min(len(sentence), verb + 2 + MAX_WHOM)):
        if sentence[at].kind == "mark" and sentence[at].low not in {",", "'", "-", "&"}:
            return None
        if sentence[at].low in _OPENS:
            return at
    return _behind_whom(sentence, verb + 1) if plainly else None


def has_to(request: Request) -> list[frozenset[str]]:
    """Return by which words a request calls those who get a task: `add a task for Ewan to order paper`."""
    found: list[frozenset[str]] = []
    for sentence in request.sentences:
        for at in range(len(sentence)):
            done = _to_do(sentence, at + 1) if _is_task(sentence, at) else None
            names = set[str]()
            for one in sentence[at + 2 : done or 0]:
                if one.text[:1].isupper():
                    names.add(one.low)
                else:
                    found, names = [*found, frozenset(names)], set()
            found += [frozenset(names)] if names else []
    return [names for names in found if names]


def _to_do(sentence: Sequence[Token], at: int) -> int | None:
    """Return where it begins what a task is, behind whom it is for: `for Moira to ring Ewan`."""
    if at + 1 >= len(sentence) or sentence[at].low != "for" or not sentence[at + 1].text[:1].isupper():
        return None
    behind = _behind_whom(sentence, at + 1)
    if behind is None or behind + 1 >= len(sentence) or sentence[behind].low not in _DOES:
        return None
    after = sentence[behind + 1]
    place = after.text[:1].isupper() or after.low in DETERMINERS  # `a ticket for Ewan to Berlin`
    return None if sentence[behind].low == "to" and place else behind


def _next_task(sentence: Sequence[Token], start: int) -> int:
    """Return where an order goes on behind what a task is, or another task: `and one for Priya`."""
    for at in range(start + 2, _end(sentence, start)):
        if sentence[at].low == "for" and _is_task(sentence, at - 1):
            return at
    return _end(sentence, start)


def _is_task(sentence: Sequence[Token], at: int) -> bool:
    """Return whether a word means something that is to be done: also `one` and `another` behind such."""
    if sentence[at].low not in {"one", "another"}:
        return singular(sentence[at].low) in _TASKS
    return any(singular(token.low) in _TASKS for token in sentence[:at])


def _behind_whom(sentence: Sequence[Token], at: int) -> int | None:
    """Return where the words end that say who is told: `the team`, `Anna and Ben`."""
    if at < len(sentence) and sentence[at].low in DETERMINERS:
        at += 1
    at += 1
    while at + 1 < len(sentence):
        joins, after = sentence[at].low in _JOINS, sentence[at + 1]
        if joins and after.low in DETERMINERS:
            at += 2
        elif sentence[at].text[:1].isupper() or (joins and after.text[:1].isupper()):
            at += 1
        else:
            break
    return at if at < len(sentence) and sentence[at].low not in PREPOSITIONS else None


def _end(sentence: Sequence[Token], start: int) -> int:
    """Return where an order of its own goes on behind what is told."""
    for at in range(start + 2, len(sentence)):
        named = sentence[at].text[:1].isupper()
        order = sentence[at].low in _ORDERS or (begins(sentence, at) and not named)
        if order and sentence[at - 1].low in {"and", "then", ";", ",", "also"}:
            return at
    return len(sentence)


def _joins(sentence: Sequence[Token], at: int) -> bool:
    """Return whether somebody is added at the end: `tell Tess that it is done, and Ben`."""
    after = sentence[at + 1].low if at + 1 < len(sentence) else "."
    return at > 0 and sentence[at - 1].low in _JOINS and after in _TOO
