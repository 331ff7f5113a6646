"""Objects that a request means without a name: `the newest ticket`, `all open orders`, `both requests`.

What it says of their kind decides, by fields that no stranger fills, over all that lookups returned which the
request itself explains. A word that no such field explains leaves the choice open: then a person is asked.
"""

import re
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from decimal import Decimal
from functools import lru_cache
from typing import Final

import msgspec

from podium.trust.asking import Sentence, begins, tells
from podium.trust.forms import date_form, forms_of, words
from podium.trust.lexicon import ADVERBS, DETERMINERS, NUMBERS, OBJECTS, PREPOSITIONS, READING, WH, word_set
from podium.trust.readings import Readings, Seen
from podium.trust.requests import Request, stem
from podium.trust.superlatives import Superlative, best, superlative_at
from podium.trust.vocabulary import CALENDAR, COMMON
from podium.trust.words import Token, bases, singular

MAX_PHRASES: Final = 24
"""Of one request, what is looked at."""
_ALL: Final = word_set("all every each both")
_ENDS: Final = word_set(
    ", . ; : ? ! ( ) and or then but please so if because when while until once also - – —"
)
_LEADING: Final = word_set("to for")
"""Prepositions that more often say where something goes than which one is meant."""
_FIRM: Final = word_set("the my our this that these those his her their its")
_EXCEPTING: Final = word_set(
    "except excepting besides apart excluding unless not no without other others rest"
)
_STATES: Final = word_set(
    "open new pending active unread unpaid overdue waiting current all any inbox latest recent available "
    "upcoming today asc desc date created price rating newest true false"
)
"""What a lookup may ask for without a word of the request: states, and orders of a list."""
_FILLING: Final = word_set("one ones thing things kind still yet currently right far so ever there here them")
_MANNER: Final = word_set("full advance detail cash total person euro dollar pound eur usd gbp stock")
"""What says how or how much rather than which."""
_BOUNDS: Final = word_set("under below over above max maximum up within less more cheaper min minimum")
_UNITS: Final = word_set("minute hour day week month year km kilometre mile")
_GIVING: Final = word_set(
    "assign reassign give move send forward share set change hand transfer add put switch raise lower book "
    "order buy reserve attach upload copy mail email show invite apply"
)
"""Verbs whose `to` and `for` say where it goes."""
_THEM: Final = word_set("them these those it each they")


_EMPTY: Final = COMMON | ADVERBS | DETERMINERS | _FILLING | frozenset(NUMBERS)


class Phrase(msgspec.Struct, frozen=True):
    """One noun phrase of a request."""

    head: int
    words: tuple[str, ...]
    """What has to be explained by objects' fields."""
    most: int | None
    """How many it means; None: all that there are."""
    explicit: bool
    """Whether it says `all`, `each`, a number or a superlative itself."""
    superlative: Superlative | None = None
    kind: bool = True
    """Whether its head is the kind's own noun."""


def chosen(readings: Readings, nouns: frozenset[str], indexes: Sequence[int], *, plural: bool) -> set[int]:
    """Return the objects of one kind, among ``indexes``, that the request means by what it says of the kind.

    ``nouns``: the kind's. ``plural``: whether the act may be done several times.
    """
    out: set[int] = set()
    candidates: list[int] | None = None
    for sentence in readings.request.sentences:
        for phrase in phrases(sentence, nouns):
            if candidates is None:
                candidates = _candidates(readings, indexes)
            if candidates and (phrase.most == 1 or plural):
                out |= _meant(readings, phrase, candidates)
    return out


def _meant(readings: Readings, phrase: Phrase, candidates: Sequence[int]) -> set[int]:
    objects, request = readings.objects, readings.request
    asked = _asked(readings, candidates)
    if not phrase.kind and not (set(phrase.words) & asked or (not phrase.words and asked)):
        return set()  # nothing ties it to this kind
    left = list(candidates)
    for word in phrase.words:
        if word in asked:
            continue
        fitting = [index for index in left if _has(objects[index], word, request)]
        if not fitting and not _is_field(objects, left, word):
            return set()
        left = fitting or left
    left = _bounded(objects, left, request)
    if phrase.superlative is not None:
        by_name = any(word in asked for word in phrase.words)
        if phrase.superlative.dates and by_name and any(objects[index].spoken for index in left):
            return set()  # whoever writes last under that name would be the latest
        return best({index: objects[index] for index in left}, phrase.superlative, request, phrase.most or 1)
    ids = {objects[index].id for index in left}
    if phrase.most is None:
        narrowed = phrase.explicit or any(word not in asked for word in phrase.words)
        return set(left) if narrowed else set()
    return set(left) if len(ids) == phrase.most else set()


def _candidates(readings: Readings, indexes: Sequence[int]) -> list[int]:
    """Return the objects of lookups that the request explains: by no other may an agent choose among them."""
    fair = {index: _explained(readings, index) for index in {readings.objects[i].result for i in indexes}}
    return [index for index in indexes if fair[readings.objects[index].result]]


def _explained(readings: Readings, result: int) -> bool:
    request = readings.request
    for argument in readings.results[result].arguments:
        low = argument.casefold()
        if low in _STATES or (low.isdigit() and len(low) < 4) or request.covers(argument):
            continue
        forms = forms_of(argument)
        if any(request.says(form) for form in forms) or set(words(argument)) <= _STATES | request.bag:
            continue
        if forms and forms[0][0] == "date" and (request.relative or request.dates):
            continue
        return False
    return True


def _asked(readings: Readings, candidates: Sequence[int]) -> frozenset[str]:
    """Return the words by which all of the objects were looked up."""
    results = {readings.objects[index].result for index in candidates}
    found = [
        {
            stem(word)
            for argument in readings.results[index].arguments
            for word in words(argument)
            if stem(word) in readings.request.stems
        }
        | {
            "day"
            for argument in readings.results[index].arguments
            if (day := date_form(argument)) is not None and readings.request.means_day(day)
        }
        for index in results
    ]
    return frozenset(set.intersection(*found)) if found else frozenset()


def _has(seen: Seen, word: str, request: Request) -> bool:
    """Return whether a field of an object, that no stranger fills, has a word, or the day that it is."""
    for path, forms, trust in seen.fields:
        if trust < 2:
            continue
        kind, text = forms[-1] if forms else ("", "")
        if kind == "flag":
            if text == "true" and word in _path_words(path):
                return True
        elif kind == "text" and (word in _stems(text) or word == text):
            return True
        for kind, form in forms:
            if kind == "number" and form == word:
                return True
            if kind == "date" and word in {"day", form} and request.means_day(form):
                return True
    return False


def _is_field(objects: Sequence[Seen], indexes: Sequence[int], word: str) -> bool:
    """Return whether a word only names a field that all of them have: `priority`."""
    return all(any(word in _path_words(path) for path, _, _ in objects[index].fields) for index in indexes)


def _bounded(objects: Sequence[Seen], indexes: list[int], request: Request) -> list[int]:
    """Return the objects whose price is within the bounds that the request says."""
    if not request.bounds:
        return indexes
    return [index for index in indexes if all(_within(objects[index], *bound) for bound in request.bounds)]


def _within(seen: Seen, upper: bool, bound: Decimal) -> bool:
    for path, forms, trust in seen.fields:
        if trust and _path_words(path) & {"price", "cost", "fare", "rate", "rent", "total", "amount", "fee"}:
            for kind, form in forms:
                if kind == "number" and (Decimal(form) > bound if upper else Decimal(form) < bound):
                    return False
    return True


@lru_cache(maxsize=4096)
def _path_words(path: str) -> frozenset[str]:
    return frozenset(stem(word) for word in words(path))


@lru_cache(maxsize=4096)
def _stems(text: str) -> frozenset[str]:
    return frozenset(stem(word) for word in words(text))


# -- noun phrases


def phrases(sentence: Sentence, nouns: AbstractSet[str]) -> Iterator[Phrase]:
    """Yield the noun phrases of a sentence that may mean objects of a kind."""
    count = 0
    for at, token in enumerate(sentence):
        if token.kind != "word" or count >= MAX_PHRASES:
            continue
        if singular(token.low) in nouns or stem(token.low) in nouns:
            phrase = _around(sentence, at, nouns)
        elif superlative_at(sentence, at) is not None:
            phrase = _without_noun(sentence, at, nouns)
        else:
            phrase = None
        if phrase is not None:
            count += 1
            yield phrase


def _around(sentence: Sentence, head: int, nouns: AbstractSet[str]) -> Phrase | None:
    """Return the phrase whose head is a kind's own noun."""
    after = sentence[head + 1] if head + 1 < len(sentence) else None
    if after is not None and after.kind == "word" and (singular(after.low) in nouns or after.low == "'s"):
        return None  # `leave requests`: the last noun is the head
    start = _start(sentence, head)
    before = sentence[start:head]
    low = [token.low for token in before]
    if _EXCEPTING & {token.low for token in sentence}:
        return None
    found = next((it for at in range(start, head) if (it := superlative_at(sentence, at)) is not None), None)
    plural = singular(sentence[head].low) != sentence[head].low
    number = next((NUMBERS[word] for word in low if word in NUMBERS), None)
    if "both" in low:
        number = 2
    every = bool(set(low) & (_ALL - {"both"}))
    if not (found or every or number or plural or set(low) & _FIRM):
        return None
    most = (number or 1) if found is not None else number or (None if every or plural else 1)
    if most is None and _only_read(sentence, start):
        return None
    rest = _rest(
        sentence, head, loose=found is not None or bool(set(bases(_verb(sentence, start))) & _GIVING)
    )
    if rest is None:
        return None
    inside = [token for token in before if token.low not in _ALL]
    told = _content([*inside, *rest], nouns, found)
    return Phrase(head, told, most, every or found is not None or number is not None, found)


def _without_noun(sentence: Sentence, at: int, nouns: AbstractSet[str]) -> Phrase | None:
    """Return the phrase of a superlative whose noun is none of the kind's: `the cheapest charger`."""
    found = superlative_at(sentence, at)
    end = at + 1
    while end < len(sentence) and sentence[end].low not in _ENDS | PREPOSITIONS | {"to"}:
        if singular(sentence[end].low) in nouns or stem(sentence[end].low) in nouns:
            return None  # it comes on its own
        end += 1
    rest = _rest(sentence, end - 1, loose=True)
    if rest is None or _EXCEPTING & {token.low for token in sentence}:
        return None
    before = sentence[max(0, at - 3) : at]
    number = next((NUMBERS[token.low] for token in before if token.low in NUMBERS), 1)
    # `the one with the best reviews`: what stands before belongs to it
    told = _content([*sentence[at:end], *rest], nouns, found)
    return Phrase(at, told, number, True, found, kind=False)


def _start(sentence: Sentence, head: int) -> int:
    """Return where the phrase of a head begins: at its determiner, or behind the verb."""
    at = head
    while at > 0 and head - at < 7:
        token = sentence[at - 1]
        if token.low == "of" and at > 1 and sentence[at - 2].low in _ALL | set(NUMBERS):
            at -= 1
            continue
        if token.kind == "mark" and token.low != "-":
            break
        if token.low in PREPOSITIONS | OBJECTS | {"to", "and", "or", "then"} or token.kind == "quote":
            break
        if token.low not in DETERMINERS and begins(sentence, at - 1):
            break  # the verb itself
        at -= 1
    return at


def _rest(sentence: Sentence, head: int, *, loose: bool) -> list[Token] | None:
    """Return what follows a head and restricts it; None where it is too long to be understood.

    ``loose``: what `to` and `for` lead does not restrict it, but says where it goes.
    """
    found: list[Token] = []
    skip = False
    for at in range(head + 1, len(sentence)):
        token = sentence[at]
        if token.low in _ENDS or token.kind == "quote" or _is_bound(sentence, at) or tells(sentence, at):
            break
        if token.low in _LEADING:
            skip = loose
        elif token.low in PREPOSITIONS | WH | {"that"}:
            skip = False
        if not skip:
            found.append(token)
    return found if len(found) <= 12 else None


def _is_bound(sentence: Sentence, at: int) -> bool:
    """Return whether a bound of a price begins here: `under 150`, which `Request.bounds` has."""
    if sentence[at].low not in _BOUNDS:
        return False
    number = next(
        (i for i in range(at + 1, min(at + 4, len(sentence))) if sentence[i].kind == "number"), None
    )
    after = sentence[number + 1].low if number is not None and number + 1 < len(sentence) else ""
    return number is not None and singular(after) not in _UNITS


def _content(tokens: Sequence[Token], nouns: AbstractSet[str], found: Superlative | None) -> tuple[str, ...]:
    """Return the words that tell which are meant."""
    own = found.words if found is not None else frozenset()
    out: list[str] = []
    dated = any(token.low in CALENDAR for token in tokens)
    for token in tokens:
        if token.low in CALENDAR or (dated and re.fullmatch(r"[\d./-]+(?:st|nd|rd|th)?", token.low)):
            out.append("day")
            continue
        if token.kind == "number":
            out.append(token.low)
            continue
        for word in re.findall(r"[^\W_]+", token.low):
            if word in _EMPTY or word in own or stem(word) in _MANNER:
                continue
            if stem(word) not in nouns and singular(word) not in nouns:
                out.append(stem(word))
    return tuple(out)


def _only_read(sentence: Sentence, start: int) -> bool:
    """Return whether all that a sentence does with what begins here is to read it."""
    if not set(bases(_verb(sentence, start))) & READING:
        return False
    return not _THEM & {token.low for token in sentence[start:]}


def _verb(sentence: Sentence, start: int) -> str:
    """Return the word that begins the order before a place, empty where there is none."""
    return next((sentence[at].low for at in range(start - 1, -1, -1) if begins(sentence, at)), "")
