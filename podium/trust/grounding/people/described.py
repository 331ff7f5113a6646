"""Whom a request describes by a condition: `everybody whose access runs out before Monday`.

It names nobody, and so anybody of a trusted list may be meant. What was read may tell that somebody is not:
by a day, a state, a word of the condition that others have, or something that is lacking. Then a person is
asked.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Final

import msgspec

from podium.trust.english.lexicon import (
    ADVERBS,
    DETERMINERS,
    MODALS,
    PERSONS,
    PREPOSITIONS,
    READING,
    SUBJECTS,
    WH,
    word_set,
)
from podium.trust.english.spans import MARK
from podium.trust.english.vocabulary import CALENDAR, COMMON
from podium.trust.english.wordnet import is_verb
from podium.trust.english.words import Token, bases, singular
from podium.trust.grounding.record.readings import Place, Readings, Seen
from podium.trust.grounding.things.choosing import FIRM, has_word
from podium.trust.grounding.times.spanning import BEGUN, ENDED, path_words, spans
from podium.trust.request.requests import Request, stem
from podium.trust.values.forms import Form, times_in, words

MAX_OBJECTS: Final = 2000
"""Objects among which a person's are looked for; of more a person is asked."""
MAX_LINKS: Final = 2
"""From somebody to what is his, and from there once more: from an owner to the berth of his boat."""
MAX_NAME: Final = 60
_ANYBODY: Final = word_set("everybody everyone anybody anyone whoever whomever")
_PEOPLE: Final = PERSONS | word_set(
    "applicant buyer candidate child client colleague contact customer driver employee friend family guy "
    "holder keeper lady man neighbour neighbor owner parent passenger patient player pupil resident seller "
    "staff student subscriber supplier teacher tenant trainee visitor volunteer woman worker"
)
_ONE: Final = word_set("one ones those guy man lady woman person people")
_OPENS: Final = WH | PREPOSITIONS | word_set("that with without having whose")
"""What opens a condition behind somebody."""
_CUTS: Final = word_set(", . ; : ? ! ( ) that to if about how when what where why so because please or then")
_ON: Final = word_set("has have had is are was who whose not")
"""Behind which `and` goes on with a condition."""
_NOT: Final = word_set("not never no without nobody none yet-to")
_EMPTY: Final = (
    COMMON
    | ADVERBS
    | DETERMINERS
    | WH
    | PREPOSITIONS
    | word_set(
        "done did do got get yet still already there here ever it they them him her their his our my ones "
        "know hear"
    )
)
_HALVES: Final = {"morning": (0, 12), "afternoon": (12, 18), "evening": (17, 24), "night": (18, 24)}
"""Parts of a day, in hours."""
_DAYS: Final = word_set("today tomorrow tonight yesterday")
_NAMES: Final = word_set("name login handle title")


class Condition(msgspec.Struct, frozen=True):
    """What those have to be who are meant."""

    words: tuple[str, ...]
    """Stems; spans of days as they are, each with the word before it that says which date is meant."""
    by: tuple[str, ...]
    lacks: tuple[str, ...]
    """What they lack."""


def unfit(readings: Readings, places: Iterable[Place], named: Mapping[int, Seen]) -> bool:
    """Return whether a request describes people, and nothing that was read tells that one of these is meant.

    ``places``: where somebody stands in trusted fields. ``named``: what the request names.
    """
    rows = [readings.objects[place.object] for place in places if place.object >= 0]
    found = list(conditions(readings.request, rows))
    if not found:
        return False
    if not rows or len(readings.objects) > MAX_OBJECTS:
        return True
    theirs = _linked(readings.objects, rows)
    known = {(seen.server, seen.id) for seen in named.values()}
    said = {
        stem(word)
        for seen in theirs
        if (seen.server, seen.id) in known
        for name, _ in seen.names
        for word in words(name)
    }
    return not any(_fits(readings, one, theirs, said) for one in found)


def conditions(request: Request, rows: Sequence[Seen]) -> Iterator[Condition]:
    """Yield the conditions by which a request describes people, as such lists call them too."""
    called = {word for seen in rows for path, _, _ in seen.fields for word in path_words(path)}
    for sentence in request.spanned:
        for at in range(len(sentence)):
            if not _is_somebody(sentence, at, called):
                continue
            said = _said(sentence, at)
            if said and (one := _condition(said)) is not None:
                yield one


def _is_somebody(sentence: Sequence[Token], at: int, called: AbstractSet[str]) -> bool:
    """Return whether people are spoken of at a place, whom a condition may follow."""
    low = sentence[at].low
    if low in _ANYBODY:
        return True
    after = sentence[at + 1].low if at + 1 < len(sentence) else ""
    if low == "who":  # `check who of the group has not`, and not `and who else is coming?`
        asks = after == "else" or (at == 1 and sentence[0].low == "and")
        return at > 0 and not asks and bool(set(bases(sentence[at - 1].low)) & READING)
    if low in _ONE and after in _OPENS:
        return True
    several = singular(low) != low or low in {"people", "staff"}
    return several and (singular(low) in _PEOPLE or singular(low) in called)


def _said(sentence: Sequence[Token], at: int) -> list[Token]:
    """Return what restricts somebody: the words before him, and the clause behind."""
    said: list[Token] = []
    for token in reversed(sentence[max(0, at - 4) : at]):
        if token.low in DETERMINERS or token.low in PREPOSITIONS or token.kind != "word" or bases_verb(token):
            break
        said.insert(0, token)
    if sentence[at].low in _ANYBODY or sentence[at].low == "who":
        said = []
    after = sentence[at + 1].low if at + 1 < len(sentence) else ""
    if after not in _OPENS and sentence[at].low not in _ANYBODY | {"who"}:
        return said
    for place in range(at + 1, len(sentence)):
        token = sentence[place]
        behind = sentence[place + 1].low if place + 1 < len(sentence) else ""
        if token.low in _CUTS and not (place == at + 1 and token.low == "that" and _goes_on(behind)):
            break
        if token.low == "and" and behind not in _ON:
            break
        said.append(token)
    return said


def _goes_on(behind: str) -> bool:
    """Return whether `that` begins a condition, and not what somebody is told: `those that have paid`."""
    return behind in _ON or behind in MODALS or (behind not in DETERMINERS | SUBJECTS and is_verb(behind))


def bases_verb(token: Token) -> bool:
    """Return whether a word before somebody is the verb of an order: `text the patients`."""
    return token.low in READING


def _condition(said: Sequence[Token]) -> Condition | None:
    kept: list[str] = []
    by: list[str] = []
    lacks: list[str] = []
    negated = False
    for at, token in enumerate(said):
        low = token.low.removesuffix("'s")
        if low in _NOT:
            negated = True
            continue
        if MARK in low:
            before = [
                word for one in said[max(0, at - 2) : at] for word in (stem(one.low), singular(one.low))
            ]
            kept.append(low)
            by.append(next((word for word in before if word in ENDED | BEGUN), ""))
            continue
        dated = low in _DAYS or (low in CALENDAR and low not in _HALVES)
        if (low in _EMPTY and not dated) or (token.kind == "number" and _in_date(said, at)):
            continue
        word = "when" if dated else stem(low)
        if negated and word != "when":
            lacks.append(word)
        else:
            kept.append(word if low not in _HALVES else low)
            by.append("")
    if not kept and not lacks and not negated:
        return None
    return Condition(tuple(kept), tuple(by), tuple(lacks) if lacks or not negated else ("",))


def _in_date(said: Sequence[Token], at: int) -> bool:
    return any(one.low in CALENDAR | {"st", "nd", "rd", "th"} for one in said[max(0, at - 1) : at + 3])


def _linked(objects: Sequence[Seen], rows: Sequence[Seen]) -> list[Seen]:
    """Return rows, and what leads to them by an identifier, an address or a name."""
    found = list(rows)
    edge = list(rows)
    for _ in range(MAX_LINKS):
        keys = {form for seen in edge for form in _keys(seen)}
        held = {form for seen in edge for form in _values(seen)}
        more = [
            seen
            for seen in objects
            if seen not in found and (keys & _values(seen) or held & set(_keys(seen)))
        ]
        if not more:
            break
        found += more
        edge = more
    return found


def _keys(seen: Seen) -> Iterator[Form]:
    """Yield by what an object is known: its identifier, its address, its name."""
    yield from seen.id
    for path, forms, trust in seen.fields:
        named = bool(forms) and forms[-1][0] == "text" and bool((_NAMES | _PEOPLE) & path_words(path))
        if trust == FIRM and forms and (named or forms[0][0] == "email"):
            yield from forms


def _values(seen: Seen) -> set[Form]:
    return {
        form
        for _, forms, trust in seen.fields
        if trust == FIRM
        for form in forms
        if form[0] in {"email", "text"} and len(form[1]) <= MAX_NAME
    }


def _fits(readings: Readings, one: Condition, rows: Sequence[Seen], said: AbstractSet[str]) -> bool:
    """Return whether all of a condition holds of somebody, as far as what was read can tell.

    ``said``: the words by which the request names what is his.
    """
    told = False
    kinds = {(seen.server, seen.nouns) for seen in rows}
    alike = [seen for seen in readings.objects if (seen.server, seen.nouns) in kinds]
    for word, by in zip(one.words, one.by, strict=True):
        if MARK in word:
            if not any(spans(seen, word, by, readings.request) for seen in rows):
                return False
            told = True
        elif word in _HALVES:
            if not any(any(_clock(seen)) for seen in readings.objects):
                continue
            times = {time for seen in rows for time in _clock(seen)}
            first, last = _HALVES[word]
            if not any(first <= int(time[:2]) < last for time in times):
                return False
            told = True
        elif any(has_word(seen, word, readings.request) for seen in alike):
            if not any(has_word(seen, word, readings.request) for seen in rows):
                return False
            told = True
        elif word in said or _asked_by(readings, rows, word):
            told = True
    for word in one.lacks:
        named = [seen for seen in readings.objects if _has_field(seen, word)]
        kinds = {(seen.server, seen.nouns) for seen in named}
        if any(_lacks(seen, word, here=(seen.server, seen.nouns) in kinds) for seen in rows):
            told = True
        elif named:
            return False
    return told or not one.lacks


def _clock(seen: Seen) -> Iterator[str]:
    for _, forms, trust in seen.fields:
        if trust == FIRM and forms and forms[-1][0] == "text":
            yield from times_in(forms[-1][1])


def _has_field(seen: Seen, word: str) -> bool:
    return any(trust == FIRM and word in path_words(path) for path, _, trust in seen.fields)


def _lacks(seen: Seen, word: str, *, here: bool) -> bool:
    """Return whether a field that is called so is empty, says no, or is left out where others have it.

    ``here``: whether others of the list have such a field.
    """
    if here and not _has_field(seen, word):
        return True
    return any(
        trust == FIRM and word in path_words(path) and (not forms or forms[-1] == ("flag", "false"))
        for path, forms, trust in seen.fields
    )


def _asked_by(readings: Readings, rows: Sequence[Seen], word: str) -> bool:
    """Return whether somebody was looked up by a word."""
    return any(
        word
        in {stem(said) for argument in readings.results[seen.result].arguments for said in words(argument)}
        for seen in rows
    )
