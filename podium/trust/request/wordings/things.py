"""A thing that is wanted, without a verb: `a table for five at eight`, `half an hour with Leo on Monday`.

It begins a clause, is new by its article or its number, and nothing is said of it that it does or is. Which
tool makes, books or orders such, `podium.trust.request.wordings.makers` finds.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

import msgspec

from podium.trust.english.lexicon import (
    ADVERBS,
    DETERMINERS,
    JOINTS,
    MODALS,
    NEGATIONS,
    NOT_PLURAL,
    NUMBERS,
    OBJECTS,
    PREPOSITIONS,
    QUESTIONS,
    SAID,
    SUBJECTS,
    word_set,
)
from podium.trust.english.vocabulary import CALENDAR, RELATIVE
from podium.trust.english.wordnet import is_verb
from podium.trust.english.words import Token, bases, singular
from podium.trust.request.asking import Sentence, tells


class Thing(msgspec.Struct, frozen=True):
    """What a clause without a verb wants."""

    head: str
    """Its noun, in the singular."""
    word: str
    """Its noun as the request has it."""
    tokens: Sentence
    """All that the clause says of it."""
    most: int | None = 1
    """How many of them."""
    more: bool = False
    """Whether it is to come to what there is: `one more night`."""
    pressed: bool = False
    """Whether it is plainly wanted: so much of it, or `please`."""


def things(sentence: Sentence) -> Iterator[Thing]:
    """Yield the things that a sentence wants without a verb."""
    if not sentence or sentence[-1].low == "?":
        return
    polite = any(token.low in _PLEASE for token in sentence) or _is_counted(sentence)
    for start in _starts(sentence):
        end = next((at for at in range(start, len(sentence)) if sentence[at].low in _ENDS), len(sentence))
        found = _thing(sentence[start:end], polite=polite)
        if found is not None and not _goes_on(sentence[end:]):
            yield found


def _is_counted(sentence: Sentence) -> bool:
    """Return whether a sentence says how much of a thing is wanted: `one pair`, `two packs of them`."""
    return any(
        (before.kind == "number" or before.low in NUMBERS or before.low in {"a", "one"})
        and singular(token.low) in _PARCELS
        for before, token in pairwise(sentence)
    )


def _starts(sentence: Sentence) -> Iterator[int]:
    """Yield where a thing may begin: at the start, behind a colon, behind when or where it is wanted."""
    at = _led(sentence, 0)
    yield at
    before = sentence[at].low if at < len(sentence) else ""
    opens = before in PREPOSITIONS | _WHEN or _is_list(sentence)
    for mark in range(at + 1, len(sentence) - 1):
        low = sentence[mark].low
        if any(tells(sentence, i) for i in range(mark + 1)):
            return
        said = {base for token in sentence[:mark] for base in bases(token.low)} & _QUOTING
        if (low in _OPENING and not said) or (low == "," and opens):
            yield _led(sentence, mark + 1)


def _is_list(sentence: Sentence) -> bool:
    """Return whether a sentence begins with who is to be there: `leo, gareth + me, 45 min on monday`."""
    end = next((at for at, token in enumerate(sentence) if token.kind == "number"), 0)
    low = [token.low for token in sentence[:end]]
    return "," in low and all(
        token.low in _WITH or (token.kind == "word" and token.low not in _CLOSED | JOINTS)
        for token in sentence[:end]
    )


def _led(sentence: Sentence, at: int) -> int:
    """Return where a clause begins behind what only leads to it: `oh, and also`."""
    while at < len(sentence) and (sentence[at].low in ADVERBS | _LEADS) and sentence[at].low not in _ORDINALS:
        at += 1
    return at


def _thing(tokens: Sentence, *, polite: bool) -> Thing | None:
    """Return the thing that tokens are, and no statement."""
    low = [token.low for token in tokens]
    if not low or _says(tokens):
        return None
    start, most, more = _amount(tokens)
    if start == 0 and not _is_bare(tokens, polite=polite):
        return None
    run = _run(tokens, start)
    counted = start > 0 and (tokens[0].kind == "number" or low[0] in NUMBERS)
    while run < len(tokens) - 1 and low[run] == "of" and (counted or singular(low[run - 1]) in _MEASURES):
        counted, most = True, 1
        start = run + 1 + (low[run + 1] in DETERMINERS)
        run = _run(tokens, start)
    if run == start:
        return None
    head = tokens[run - 1]
    return Thing(singular(head.low), head.text, tuple(tokens), most, more, pressed=polite or counted)


def _amount(tokens: Sentence) -> tuple[int, int | None, bool]:
    """Return where the noun's words begin behind an article or number, how many, and whether more of it."""
    low = [token.low for token in tokens]
    most: int | None = 1
    if low[0] == "half" and low[1:2] in (["a"], ["an"]):
        return 2, 1, False
    if tokens[0].kind == "number" or low[0] in NUMBERS or low[0] == "one":
        most = NUMBERS.get(low[0]) or (int(low[0]) if low[0].isdigit() else 1)
    elif low[0] not in _NEW:
        return 0, (None if singular(low[0]) != low[0] else 1), False
    more = low[0] == "another" or low[1:2] == ["more"] or bool(set(low[1:2]) & _MORE)
    at = 2 if low[1:2] and low[1] in _MORE else 1
    return at, most, more


def _is_bare(tokens: Sentence, *, polite: bool) -> bool:
    """Return whether a noun without an article begins: `trains to Hamburg for Jonas and me, please`."""
    first, after = tokens[0].low, tokens[1].low if len(tokens) > 1 else ""
    if after == "with" and first in GATHERINGS:
        return True
    several = first.endswith("s") and singular(first) != first and first not in NOT_PLURAL
    stuff = tokens[0].text.islower() and first not in _CLOSED | JOINTS and not is_verb(first)
    named = tokens[0].kind == "word" and (several or stuff)
    return polite and named and (after in PREPOSITIONS | {"to", ""})


def _run(tokens: Sentence, start: int) -> int:
    """Return where the words end that stand together from a place on, the last of them the noun."""
    at = start
    while at < len(tokens):
        token = tokens[at]
        stops = token.low in _STOPS or (at > start and (token.kind != "word" or token.low in _TIMES))
        if stops or token.kind == "mark":
            break
        at += 1
    return at


def _says(tokens: Sentence) -> bool:
    """Return whether tokens say something of a thing: what it does, is or has been."""
    for at, token in enumerate(tokens):
        low, before = token.low, tokens[at - 1].low if at else ""
        if low in _RELATIVE and at:
            return False
        if (at and token.text[:1].isupper()) or (low, before) == ("do", "to"):
            continue
        if low in _STATING or low in OBJECTS - _WITH:
            return True
        if token.kind != "word" or low in _NAMED_SO or not at or before in DETERMINERS | PREPOSITIONS:
            continue
        forms = {form for base, form in bases(low).items() if base != low}
        if "ed" in forms and low not in _NO_PAST and _is_past(tokens, at):
            return True
        if "s" in forms and set(bases(low)) & _DOING:
            return True
    return False


def _is_past(tokens: Sentence, at: int) -> bool:
    """Return whether a past form ends what is said, or goes on with whom, when or what."""
    after = tokens[at + 1] if at + 1 < len(tokens) else None
    return after is None or after.low in DETERMINERS | PREPOSITIONS | ADVERBS | OBJECTS | CALENDAR | RELATIVE


def _goes_on(rest: Sequence[Token]) -> bool:
    """Return whether something is told of a thing behind a comma: `a mail from Bob, he says`."""
    low = [token.low for token in rest[1:4]]
    return low[:1] != [] and low[0] in SUBJECTS - {"i", "we"} and bool(set(low[1:]) & _TOLD)


GATHERINGS: Final = word_set(
    "meeting appointment event call chat talk session lunch dinner breakfast brunch coffee drink drinks "
    "interview review workshop briefing catch-up standup stand-up lesson class slot party viewing visit "
    "invitation"
)
"""What people come to, and how they call it."""
_PARCELS: Final = word_set(
    "pair pack packet box bottle litre liter kilo gram piece set bag roll carton dozen crate tin jar"
)
_MEASURES: Final = _PARCELS | word_set("quarter couple lot bit cup glass")
_NEW: Final = word_set("a an another new")
_MORE: Final = word_set("more extra further additional")
_PLEASE: Final = word_set("please pls plz thanks thx ta")
_LEADS: Final = word_set("oh ah and also then so plus but yes ok okay hi hello hey , - – — + & likewise")
_ORDINALS: Final = word_set("first second third next last")
_OPENING: Final = frozenset((":", ";", "–", "—", "(", "-"))
"""Marks behind which a clause of its own may begin."""
_ENDS: Final = frozenset((",", ";", ":", ".", "!", "(", ")", "and", "but", "–", "—"))
_WHEN: Final = word_set("when once after if as while then first")
_WITH: Final = word_set("me us myself them him her + & and ,")
"""Who is to be there, beside others."""
_TIMES: Final = CALENDAR | RELATIVE
_RELATIVE: Final = word_set("that which who whose where so")
_NAMED_SO: Final = word_set("called named titled entitled labelled headed dated")
_STOPS: Final = PREPOSITIONS | JOINTS | _RELATIVE | _NAMED_SO | word_set("to until till again then")
_STATING: Final = (
    MODALS | SUBJECTS | QUESTIONS | NEGATIONS | word_set("have has had be been says came went fell")
)
_CLOSED: Final = _STATING | PREPOSITIONS | DETERMINERS | OBJECTS | ADVERBS
_QUOTING: Final = SAID | word_set("write wrote read note want text mail")
"""Verbs behind which a colon opens what somebody else says or is to read."""
_DOING: Final = SAID | word_set("need want come arrive wait mean think cost go look seem take belong")
_NO_PAST: Final = word_set("used reduced combined limited shared fixed advanced need")
_TOLD: Final = word_set("says said is was has wrote thinks wants")
