"""Which things of a kind are the user's own: *my shift on Friday*, *the tasks that are mine*.

Whose a thing is a field says that no stranger fills, as it says whose *Noor's shift* is.
"""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Final

import msgspec

from podium.trust.english.lexicon import PREPOSITIONS, WH, word_set
from podium.trust.english.words import Token, singular
from podium.trust.grounding.record.readings import Readings, Seen
from podium.trust.grounding.things.leading import FIRM
from podium.trust.grounding.things.phrases import Phrase
from podium.trust.request.requests import Request, stem
from podium.trust.request.user import User, is_users, users_words
from podium.trust.values.forms import words

MAX_BEFORE: Final = 6
MAX_BEHIND: Final = 8
"""Words beside a noun that say whose it is."""
_OWNING: Final = word_set("person owner user holder member guest tenant booker employee")
"""Words of fields that say whose something is, and nobody else's."""
_ASIDE: Final = word_set(
    "created creator author reporter reported updated modified edited approved approver reviewed reviewer "
    "from sender to cc bcc manager"
)
"""Words of fields that have somebody whose thing it need not be."""
_HAVING: Final = word_set("have had booked made took signed reserved ordered hold own got need")
_GIVEN: Final = word_set("assigned given booked reserved registered entered made allotted")
_EMPTY: Final = _HAVING | _GIVEN | word_set("i mine assign name")
_NOT: Final = word_set("not never no nor without except")

_HERSELF: Final = word_set("name full first last login handle user username email mail phone mobile id")
"""Words of a field by which somebody's own entry is known."""
PEOPLE: Final = word_set(
    "person people user member guest attendee participant customer client employee patient student contact "
    "staff colleague volunteer player driver tenant resident worker teacher owner recipient collaborator "
    "assignee passenger visitor subscriber"
)


def mine(
    readings: Readings, sentence: Sequence[Token], phrase: Phrase, candidates: Sequence[int]
) -> tuple[Phrase, Sequence[int]]:
    """Return a phrase, and the objects among which it means some: the user's own where it says so."""
    user = readings.user
    if user is None or not says_mine(sentence, phrase.head):
        return phrase, candidates
    objects = readings.objects
    his = of_user(user, objects, candidates)
    if his is None:
        return phrase, candidates
    becomes = _becomes(sentence, phrase.head)
    left = tuple(word for word in phrase.words if word not in _EMPTY and word not in becomes)
    return msgspec.structs.replace(phrase, words=left, explicit=True), his


def only_mine(readings: Readings, nouns: frozenset[str], indexes: set[int]) -> set[int]:
    """Return those of some things of a kind that are the user's own, where the request means these alone."""
    user, request = readings.user, readings.request
    if user is None or not indexes or not _speaks_of_mine(request, nouns):
        return indexes
    his = of_user(user, readings.objects, sorted(indexes))
    return indexes if his is None else set(his)


def _speaks_of_mine(request: Request, nouns: frozenset[str]) -> bool:
    """Return whether all that a request says of a kind is about the user's own."""
    heads = [
        says_mine(sentence, at)
        for sentence in request.sentences
        for at, token in enumerate(sentence)
        if token.kind == "word" and (singular(token.low) in nouns or stem(token.low) in nouns)
    ]
    return bool(heads) and all(heads) and "'s " not in request.text.replace("\u2019", "'")


def says_mine(sentence: Sequence[Token], head: int) -> bool:
    """Return whether what a noun is of is said to be the user's: `my next shift`, `the shift that I have`."""
    for at in range(head - 1, max(-1, head - 1 - MAX_BEFORE), -1):
        low = sentence[at].low
        if low == "my":
            return True
        if low.endswith(("'s", "s'")) or low in PREPOSITIONS | {"to", "and"} or sentence[at].kind != "word":
            break
        if singular(low) in PEOPLE:
            return False
    behind = [token.low for token in sentence[head + 1 : head + 1 + MAX_BEHIND]]
    end = next((i for i, low in enumerate(behind) if low in {",", ".", ";", ":", "?", "!"}), len(behind))
    behind = behind[:end]
    if set(behind) & _NOT:
        return False
    pairs = set(pairwise(behind))
    if ("of", "mine") in pairs or any((be, "mine") in pairs for be in ("are", "is")):
        return True
    for at, low in enumerate(behind):
        led = behind[at - 1] if at else ""
        if low == "i" and led in {"", "that", "which"} and _HAVING & set(behind[at + 1 : at + 3]):
            return True
        if low == "me" and led in {"to", "for"} and at > 1 and behind[at - 2] in _GIVEN and _near(behind, at):
            return True
        if low == "my" and led in {"in", "under"} and behind[at + 1 : at + 2] == ["name"]:
            return True
    return False


def _becomes(sentence: Sequence[Token], head: int) -> frozenset[str]:
    """Return the words of what things become: `mark all tasks that are mine as done`."""
    low = [token.low for token in sentence[head + 1 :]]
    return frozenset(map(stem, low[low.index("as") + 1 :])) if "as" in low else frozenset()


def _near(behind: Sequence[str], me: int) -> bool:
    """Return whether nothing but a relative clause stands between a noun and what is given to the user."""
    return set(behind[: me - 2]) <= WH | {"that", "are", "is", "was", "were", "have", "has", "been"}


def of_user(user: User, objects: Sequence[Seen], indexes: Sequence[int]) -> list[int] | None:
    """Return which of the things of one kind are the user's own, None where nothing tells whose they are."""
    if any(objects[index].nouns & PEOPLE and is_user_row(user, objects[index]) for index in indexes):
        return None  # the user's own entry among people, of whom none is the user's
    others = _namesakes(user, objects, indexes)
    first: list[int] = []
    second: list[int] = []
    for index in indexes:
        at = [path for path, text in _texts(objects[index]) if _is_him(user, text, others)]
        if any(not _ASIDE & set(words(path)) for path in at):
            first.append(index)
        elif at:
            second.append(index)
    if first or second:
        return first or second
    owned = any(
        _OWNING & {stem(word) for word in words(path)} for i in indexes for path, _ in _texts(objects[i])
    )
    return [] if owned else None


def _texts(seen: Seen) -> Iterable[tuple[str, str]]:
    for path, forms, trust in seen.fields:
        if trust == FIRM and forms and forms[-1][0] == "text":
            yield path, forms[-1][1]


def _is_him(user: User, text: str, others: frozenset[str]) -> bool:
    """Return whether a text of a list is the user: whole, or by a part of the name that nobody else has."""
    if is_users(user, text):
        return True
    said = set(words(text))
    return bool(said) and said <= users_words(user) and said.isdisjoint(others)


def _namesakes(user: User, objects: Sequence[Seen], indexes: Sequence[int]) -> frozenset[str]:
    """Return the words of the user's name that somebody else in a list has too."""
    own, found = users_words(user), set[str]()
    for index in indexes:
        for _, text in _texts(objects[index]):
            said = set(words(text)) if len(text) <= 80 else set()
            if said & own and not said <= own and not is_users(user, text):
                found |= said & own
    return frozenset(found)


def is_user_row(user: User | None, seen: Seen) -> bool:
    """Return whether something is the user's own entry, by fields that no stranger fills."""
    return user is not None and any(
        trust == FIRM and set(words(path)) <= _HERSELF and any(is_users(user, text) for _, text in forms)
        for path, forms, trust in seen.fields
    )
