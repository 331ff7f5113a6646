"""Whom a request means by what he is: *the head of production*, *whoever heads design*, *who runs sales*.

A list of people says what each is, in fields that no stranger fills: a title, a team, a firm. Who alone has
all words of such a phrase there is meant by it, where the request says that he gets something; not whom it
only speaks of. Where the list does not tell, a person is asked as ever.
"""

from collections.abc import Iterator, Sequence
from typing import Final
from weakref import WeakKeyDictionary

import msgspec

from podium.trust.english.lexicon import ADVERBS, DETERMINERS, MODALS, OBJECTS, PREPOSITIONS, WH, word_set
from podium.trust.english.words import Token, bases
from podium.trust.grounding.grounds import Grounds
from podium.trust.grounding.people.handles import unsigned
from podium.trust.grounding.people.told import contents
from podium.trust.grounding.record.findings import Finding
from podium.trust.grounding.record.readings import Readings, Seen
from podium.trust.grounding.things.choosing import explained
from podium.trust.grounding.things.leading import FIRM
from podium.trust.request.requests import Request, stem
from podium.trust.values.forms import forms_of, words

WHY: Final = "a list says that it is whom the request means by what he is there"
OUT: Final = "the request leaves out who is this in a list"
_ROLES: Final = word_set(
    "title role position job function relation relationship team department dept unit firm company "
    "organisation organization employer profession trade occupation"
)
"""Words of fields that say what somebody is, or where he belongs."""
_LEADS: Final = frozenset(map(stem, word_set("head lead leader chief manager director")))
"""Who has others under him, however he is called."""
_SOMEBODY: Final = word_set(
    "person people guy man woman lady chap bloke fellow one somebody someone colleague contact member"
)
"""Nouns that say of nobody what he is."""
_EMPTY: Final = _SOMEBODY | word_set("team department dept unit group firm company side")
_HEADS: Final = word_set("head lead chair direct")
_RUNS: Final = word_set("run manage charge oversee responsible")
_DOES: Final = _RUNS | word_set("do handle look after take care of deal with work in is are be own for on at")
"""Of a clause that says what somebody has to do with something, what says no more than that."""
_ALL_DOES: Final = _DOES | _HEADS
_THE: Final = word_set("the our my their his her its")
_OPENING: Final = _THE | word_set("of for in is on after with all at")
"""What may stand in a clause before it says of what."""
EXCEPTING: Final = word_set("but except excepting without excluding bar minus not")
_WHO: Final = word_set("who that")
_AUX: Final = word_set("is are was were has have had did does am be been")
_WISHED: Final = MODALS | word_set("need needs ought wants gets has should")
_SPEAKS: Final = WH | word_set(
    "about from by than of except but without not no as like per against over if because that when while "
    "instead rather"
)
"""Before whom a request only speaks of, or leaves out."""
_BETWEEN: Final = PREPOSITIONS - {"with", "for", "between", "via"}
"""Before a place or a thing, rather than whom something goes to."""
_STOPS: Final = (
    (DETERMINERS | PREPOSITIONS | MODALS | WH | ADVERBS | OBJECTS | _AUX)
    | word_set("and or that to need needs please ought wants gets has he she they i we but so if too as")
) - {"head"}
_OF: Final = word_set("of for at from in with")
_LETS: Final = word_set("let have make help see")
MOST_WORDS: Final = 4
MAX_PHRASES: Final = 24
_KNOWN: Final[WeakKeyDictionary[Request, tuple["Phrase", ...]]] = WeakKeyDictionary()


class Phrase(msgspec.Struct, frozen=True):
    """What a request says that somebody is, as stems."""

    words: frozenset[str]
    heads: bool
    """Whether he may be called otherwise, as long as he is at the head of it."""
    strictly: bool = False
    """Whether he has to be at the head of it."""
    out: bool = False
    """Whether the request leaves him out."""


def by_role(grounds: Grounds, findings: list[Finding]) -> None:
    """Let somebody of a list be the one whom the request means by what he is there."""
    for at, one in enumerate(findings):
        if one.sink != "recipient" or one.ground not in {"unnamed", "field"}:
            continue
        phrases = [it for it in _phrases(grounds.request) if it.out == one.trusted]
        mine = _entries(grounds, one.value) if phrases else []
        if not any(_is_the_one(grounds, seen, phrase) for seen in mine for phrase in phrases):
            continue
        if one.trusted:
            findings[at] = msgspec.structs.replace(one, ground="unnamed", may_ask=True, why=OUT)
        else:
            findings[at] = msgspec.structs.replace(
                one, ground="object", may_ask=False, why=WHY, settled=False
            )


def _entries(grounds: Grounds, value: str) -> list[Seen]:
    """Return the entries of lists that have a handle or an address where no stranger fills it."""
    readings = grounds.readings
    places = (place for form in (*forms_of(value), *unsigned(value)) for place in readings.at(form))
    indexes = {it.object for it in places if it.object >= 0 and it.label.trusted and not it.told}
    return [readings.objects[index] for index in sorted(indexes) if readings.objects[index].id_trusted]


def _is_the_one(grounds: Grounds, seen: Seen, phrase: Phrase) -> bool:
    """Return whether a phrase fits this one of its list alone, which was asked for as the request says."""
    readings, fields = grounds.readings, dict[object, list[frozenset[str]]]()
    if not _is_asked_for(readings, seen.result, phrase):
        return False
    for other in readings.objects:
        if other.server == seen.server and other.nouns == seen.nouns:
            fields.setdefault(other.id, []).extend(_roles(other))
    roles = {id_: frozenset[str]().union(*said) for id_, said in fields.items()}
    bare = phrase.words - _LEADS
    fits = {id_ for id_, said in roles.items() if phrase.words <= said and bare and not phrase.strictly}
    if len(fits) != 1:  # `the director` is no director of photography
        exactly = {id_ for id_, said in fields.items() if phrase.words in said and not phrase.strictly}
        fits = exactly or fits
    if phrase.heads and bare and (phrase.strictly or len(fits) != 1):
        heads = {id_ for id_, said in roles.items() if bare <= said and said & _LEADS}
        fits = heads if not fits or len(heads & fits) == 1 else fits
    return fits == {seen.id}


def _is_asked_for(readings: Readings, result: int, phrase: Phrase) -> bool:
    """Return whether a lookup asked for what the request says alone: *whoever heads* for `head of design`."""
    if explained(readings, result, {}):
        return True
    asked = {stem(word) for text in readings.results[result].arguments for word in words(text)}
    return asked - _OF - (_LEADS if phrase.heads else frozenset()) <= readings.request.stems


def _roles(seen: Seen) -> Iterator[frozenset[str]]:
    """Yield the stems of each field that says what somebody is; of `Packaging designer` *design* too."""
    for path, forms, trust in seen.fields:
        if trust == FIRM and forms and forms[-1][0] == "text" and _ROLES & set(words(path)[-1:]):
            said = [word for word in words(forms[-1][1]) if word not in _OF]
            yield frozenset(map(stem, said))
            doers = [word for word in said if len(word) > LEAST_DOER and word.endswith(("er", "or"))]
            yield frozenset(stem(f"{word[:-2]}{end}") for word in doers for end in ("", "e"))


LEAST_DOER: Final = 5


# -- what the request says


def _phrases(request: Request) -> tuple[Phrase, ...]:
    """Return by what a request says what somebody is who gets something."""
    if (known := _KNOWN.get(request)) is None:
        found = (one for sentence in request.sentences for one in _of_sentence(sentence))
        known = _KNOWN[request] = tuple(one for _, one in zip(range(MAX_PHRASES), found, strict=False))
    return known


def _of_sentence(sentence: Sequence[Token]) -> Iterator[Phrase]:
    told = {at for start, end in contents(sentence) for at in range(start, end)}
    for at in range(len(sentence)):
        before = sentence[at - 1].low if at else ""
        if at in told or (before in _SPEAKS | _BETWEEN and before not in EXCEPTING):
            continue
        found = _of_place(sentence, at)
        yield from (msgspec.structs.replace(one, out=True) for one in found) if before in EXCEPTING else found


def _of_place(sentence: Sequence[Token], at: int) -> Iterator[Phrase]:
    """Yield what somebody is of whom a sentence begins to speak at a place."""
    if (clause := _clause(sentence, at)) is not None:
        yield from _who_does(sentence, clause)
    elif sentence[at].low in DETERMINERS:
        for end in _ends_of(sentence, at + 1, led=at > 0 and sentence[at - 1].low in _LETS):
            said = [one.low for one in sentence[at + 1 : end] if one.low not in _EMPTY | _STOPS]
            stems = frozenset(map(stem, said))
            if stems and _is_whom(sentence, end):
                yield Phrase(stems, heads=bool(stems & _LEADS))


def _clause(sentence: Sequence[Token], at: int) -> int | None:
    """Return where the clause begins that says what somebody does: behind `whoever`, `the person who`."""
    low = sentence[at].low
    if low == "whoever":
        return at + 1
    head = at + (low in DETERMINERS)
    if head + 2 < len(sentence) and sentence[head].low in _SOMEBODY and sentence[head + 1].low in _WHO:
        return head + 2
    return None


def _who_does(sentence: Sequence[Token], start: int) -> Iterator[Phrase]:
    """Yield what somebody heads, runs or does, by the clause that says so."""
    first = sentence[start].low if start < len(sentence) else "not"
    verb = set(bases(first))
    if first in (_AUX - {"is", "are"}) | MODALS or first.endswith(("n't", "n\u2019t")):
        return
    for end in _ends_of(sentence, start + 1, clause=True):
        inside = [one.low for one in sentence[start:end]]
        own = [word for word in inside if word not in _EMPTY | _STOPS and not set(bases(word)) & _ALL_DOES]
        if own and not {"not", "no", "never"} & set(inside):
            heads = any(set(bases(word)) & (_DOES | _HEADS) for word in inside)
            yield Phrase(frozenset(map(stem, own)), heads=heads, strictly=bool(verb & _HEADS))


def _ends_of(
    sentence: Sequence[Token], start: int, *, led: bool = False, clause: bool = False
) -> Iterator[int]:
    """Yield where a noun phrase may end, with an `of` inside; a clause may have a little more.

    ``led``: behind `let`, so that a verb may follow: `let the head of design know`.
    """
    nouns, joined, at = 0, False, start
    while at < len(sentence) and sentence[at].kind == "word" and nouns <= MOST_WORDS:
        low = sentence[at].low
        if low not in _STOPS:
            nouns += 1
        elif low in _OF and nouns and not joined:
            joined = True
        elif not (clause and not nouns and low in _OPENING) and not (joined and low in _THE):
            break
        at += 1
    if 0 < nouns <= MOST_WORDS:
        yield at
        if led and nouns > 1:
            yield at - 1


def _is_whom(sentence: Sequence[Token], end: int) -> bool:
    """Return whether nothing behind somebody says that he is only spoken of: `the head of design is ill`."""
    if end >= len(sentence):
        return True
    after = sentence[end]
    if after.text.startswith(("'", "\u2019")) and after.low != "'":
        return False
    return after.low in _WISHED or after.low not in _AUX
