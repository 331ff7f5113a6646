"""What a request makes a condition of: *everything that is green and approved*, *all solved cases*.

Fields that no stranger fills tell whether a thing meets it. Whoever writes *(approved)* into the title that
he chooses would be meant otherwise, and be the only one where no field has that word.
"""

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from functools import lru_cache
from typing import Final

from podium.trust.english.lexicon import (
    ADVERBS,
    DETERMINERS,
    NUMBERS,
    PERSONS,
    PREPOSITIONS,
    SUPERLATIVES,
    word_set,
)
from podium.trust.english.vocabulary import ACTS, CALENDAR, COMMON, RELATIVE
from podium.trust.english.wordnet import is_verb
from podium.trust.english.words import Token, bases, sentences, singular
from podium.trust.request.nouns import kinds_like
from podium.trust.request.requests import Request, stem
from podium.trust.values.forms import words

_STATES: Final = word_set(
    "open opened closed solved unsolved resolved unresolved answered unanswered assigned unassigned done "
    "undone finished unfinished complete completed incomplete pending waiting active inactive current "
    "urgent overdue due late paid unpaid settled outstanding owing refunded approved unapproved reviewed "
    "unreviewed accepted confirmed unconfirmed verified unverified checked unchecked rejected declined "
    "refused denied cancelled canceled merged unmerged green red passing passed failing failed broken "
    "blocked stale old new outdated obsolete expired lapsed archived deleted read unread seen unseen spam "
    "junk safe trusted ready free vacant available unavailable booked taken shipped unshipped delivered "
    "undelivered returned released published unpublished signed unsigned valid invalid eligible critical "
    "important harmless empty unused unneeded"
)
"""States of things, which a system knows and no title tells."""
_HEADS: Final = word_set(
    "whatever whichever what everything anything something those all ones one whoever everyone everybody "
    "anyone anybody people thing things item items entry entries record records"
)
_EVERY: Final = word_set("all every each any whatever")
_LINKING: Final = word_set("that which who")
_BEING: Final = word_set(
    "is are was were be been being isn't aren't get gets got has have had looks look seems seem stays remains"
)
_HAVING: Final = word_set("has have had")
_MARKS: Final = frozenset((".", ",", ";", ":", "!", "?", "(", ")"))
_PASSED: Final = (
    ADVERBS | _BEING | word_set("not no longer and or but , either both still yet very quite fully long")
)
_NOBODY: Final = word_set("nobody noone")
_TELLS_NOTHING: Final = _HEADS | PERSONS | CALENDAR | RELATIVE | _EVERY
_PLACES: Final = word_set("in on at under within inside")
_BEHIND: Final = PREPOSITIONS | RELATIVE | CALENDAR | word_set("and or but to then so please this next last")
_FAR: Final = 5
"""Words of states that may stand before a noun: `the green, reviewed and approved ones`."""


def only_meets(request: Request, name: str, nouns: AbstractSet[str]) -> bool:
    """Return whether a name has little of a request but what it makes a condition of, and where things are.

    ``nouns``: those of the thing that is called so.
    """
    shared = {word for word in words(name) if word in request.bag} - COMMON - ACTS
    met = {word for word in shared if word in _conditions(request.text, frozenset(nouns))}
    if not met:
        return False
    rest = {word for word in shared - met - _TELLS_NOTHING if not kinds_like(stem(word)) & nouns}
    return len([word for word in rest if not _is_place(request, word)]) < len(met)


def is_condition(request: Request, word: str, nouns: AbstractSet[str]) -> bool:
    """Return whether a word, without its plural, only says how things of a kind have to be."""
    return word in _conditions(request.text, frozenset(nouns))


@lru_cache(maxsize=256)
def _conditions(text: str, nouns: frozenset[str]) -> frozenset[str]:
    """Return the words that stand nowhere but in a condition."""
    found: set[str] = set()
    other: set[str] = set()
    for sentence in sentences(text):
        here = set(_predicates(sentence)) | set(_attributes(sentence, nouns))
        for at, token in enumerate(sentence):
            (found if at in here else other).update(words(token.low))
    return frozenset(found - other)


def _predicates(sentence: Sequence[Token]) -> Iterator[int]:
    """Yield where words stand that say how things have to be: `that are green and approved`."""
    low = [token.low for token in sentence]
    for at, word in enumerate(low):
        if word in _NOBODY or (word == "one" and at and low[at - 1] == "no"):
            yield from _clause(sentence, at)
        if word in SUPERLATIVES or (word in _STATES and _ends(low, at + 1)):
            yield at  # `older than a month`, `marked approved`
        if word in _LINKING and at and sentence[at - 1].kind == "word":
            yield from _done(sentence, at + 1)
        if word in _LINKING or word in _HEADS:
            being = next(
                (i for i in range(at + 1, min(at + _FAR, len(low))) if low[i] in _BEING | _MARKS), at
            )
            if low[being] in _BEING:
                yield from _said(sentence, being)


def _said(sentence: Sequence[Token], start: int) -> Iterator[int]:
    """Yield the places of a predicate's words, up to what is no adjective, no participle and not had."""
    joined = having = False
    for at in range(start, len(sentence)):
        token = sentence[at]
        having = token.low in _HAVING or (having and token.low not in _BEING)
        if token.low in _PASSED or (having and token.low in DETERMINERS - NUMBERS.keys()):
            joined = joined or token.low in {"and", "or", "but", ","}
            continue
        ends = PREPOSITIONS | {"to", "that", "which", "who"} | (frozenset() if having else DETERMINERS)
        if token.kind not in {"word", "number"} or token.low in ends or token.text[:1].isupper():
            return
        if joined and not (token.low in _STATES or _is_participle(token.low) or not is_verb(token.low)):
            return  # `that are green and merge them`
        yield at


def _ends(low: Sequence[str], at: int) -> bool:
    """Return whether no noun follows that a state would belong to."""
    return at >= len(low) or not low[at].isalpha() or low[at] in _BEHIND


def _done(sentence: Sequence[Token], start: int) -> Iterator[int]:
    """Yield where stands what somebody has done to things: `that Ann approved`."""
    for at in range(start, min(start + _FAR, len(sentence))):
        if sentence[at].kind != "word":
            return
        if _is_participle(sentence[at].low):
            yield at
            return


def _clause(sentence: Sequence[Token], start: int) -> Iterator[int]:
    """Yield the places of what nobody does: `nobody needs any more`."""
    for at in range(start, len(sentence)):
        if sentence[at].kind != "word" or sentence[at].low in {"and", "but", "so", "because"} | PREPOSITIONS:
            return
        yield at


def _attributes(sentence: Sequence[Token], nouns: AbstractSet[str]) -> Iterator[int]:
    """Yield where states stand before a noun of the kind, or behind *everything*: `all flagged orders`."""
    low = [token.low for token in sentence]
    for at, word in enumerate(low):
        if word not in _STATES and not _is_participle(word):
            continue
        before = at - 1
        while before >= 0 and (
            low[before] in _STATES or low[before] in _PASSED or _is_participle(low[before])
        ):
            before -= 1
        if word not in _STATES and (before < 0 or low[before] not in _EVERY):
            continue  # `the grilled peppers`: so they are called
        after = _skip(low, at + 1, _STATES | _PASSED, most=_FAR)
        kin = [one for one in low[after : after + 2] if one.isalpha()]
        behind = before >= 0 and low[before] in _HEADS
        if behind or any(
            one in _HEADS or singular(one) in nouns or kinds_like(stem(one)) & nouns for one in kin
        ):
            yield at


def _skip(low: Sequence[str], at: int, over: AbstractSet[str], *, most: int = 3) -> int:
    end = at
    while end < len(low) and end - at < most and low[end] in over:
        end += 1
    return end


def _is_participle(word: str) -> bool:
    return "ed" in bases(word).values()


def _is_place(request: Request, word: str) -> bool:
    """Return whether a request has a word only as where things are: `everything in ferry`."""
    said = request.words
    places = [at for at, one in enumerate(said) if one == word]
    articles = DETERMINERS & set(said)
    return all(
        said[at - 1] in _PLACES or (said[at - 1] in articles and at > 1 and said[at - 2] in _PLACES)
        for at in places
        if at
    ) and bool(places)
