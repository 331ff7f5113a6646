"""What follows the head of a noun phrase and restricts it: `the tickets that are open and have no owner`."""

from typing import Final

from podium.trust.english.lexicon import DETERMINERS, MODALS, PREPOSITIONS, WH, word_set
from podium.trust.english.wordnet import is_verb
from podium.trust.english.words import Token, bases, singular
from podium.trust.request.asking import Sentence, tells

ENDS: Final = word_set(
    ", . ; : ? ! ( ) and or then but please so if because when while until once also - – —"
)
_LEADING: Final = word_set("to for until till into")
"""Prepositions that more often say where something goes than which one is meant."""
EXCEPTING: Final = word_set("except excepting besides apart excluding unless")
BOUNDS: Final = word_set("under below over above max maximum up within less more cheaper min minimum")
_UNITS: Final = word_set("minute hour day week month year km kilometre mile")
ORDER: Final = {
    "first": False,
    "earliest": False,
    "soonest": False,
    "next": False,
    "last": True,
    "latest": True,
}
_WHERE: Final = word_set("on to into onto as")
GO: Final = word_set("go goes")
WHATEVER: Final = word_set("whatever whichever what everything anything those")
_PARTICLES: Final = word_set("down up off away back over out in on")
"""What belongs to the verb where nothing follows it."""
_WISHED: Final = word_set("should would could ought")
_STATING: Final = MODALS | word_set("is are was were has have need needs isn't")
"""What a sentence says of a thing, rather than which one is meant."""
_JOINING: Final = frozenset(("and", "but"))
_HOLDING: Final = word_set(
    "has have had is are was were who whose which belong belongs cost costs lack lacks contain contains"
)
"""Behind `and` what goes on with a condition: `that are open and have no owner`; orders begin otherwise."""


def rest_of(sentence: Sentence, head: int, *, loose: bool, paying: bool = False) -> list[Token] | None:
    """Return what follows a head and restricts it; None where it is too long to be understood.

    ``loose``: what `to` and `for` lead does not restrict it, but says where it goes; ``paying``: `to` alone.
    """
    found: list[Token] = []
    skip = False
    if goes_on(sentence, head + 1):
        return found
    for at in range(head + 1, len(sentence)):
        token = sentence[at]
        led = sentence[head].low in WHATEVER or any(one.low in WH | {"that", "nobody"} for one in found)
        behind = [one.low for one in sentence[at + 1 : at + 3]]
        if led and token.low in _JOINING and _holds_more(sentence, at + 1):
            continue
        if token.low in ENDS | EXCEPTING or token.kind == "quote" or is_bound(sentence, at):
            break
        if (token.low in GO and behind[:1] == ["to"]) or (token.low in _WISHED and behind == ["go", "to"]):
            break  # `all open tickets go to Anna`
        if token.low in _WISHED and led:
            return None  # `that should have been done`: they are not
        if token.low in _STATING and not led:
            break  # `the repair can be cancelled`
        if ends_verb(sentence, at):
            break
        if tells(sentence, at) or (token.low == "other" and sentence[at - 1].low not in DETERMINERS):
            break
        after = sentence[at + 1].low if at + 1 < len(sentence) else ""
        if token.low in _LEADING:
            if loose and after in DETERMINERS:
                break  # another thing
            skip = loose or (paying and token.low == "to")
        elif token.low in {"by", "for"} and _a_while(sentence, at):
            break
        elif token.low in PREPOSITIONS | WH | {"that"}:
            skip = False
        if not skip:
            found.append(token)
        if loose and token.low in ORDER and after in _WHERE and any(one.low in WH for one in found):
            break  # `those who applied first on the list`
    return found if len(found) <= 12 else None


def _holds_more(sentence: Sentence, at: int) -> bool:
    """Return whether a condition goes on behind `and`: `that are open and have no owner`, `and urgent`."""
    if at >= len(sentence):
        return False
    low, after = sentence[at].low, sentence[at + 1].low if at + 1 < len(sentence) else "."
    state = low == "open" or low.endswith("ed") or not is_verb(low)
    return low in _HOLDING or (state and sentence[at].kind == "word" and after in {".", ",", ";", "!", "?"})


def ends_verb(sentence: Sentence, at: int) -> bool:
    """Return whether a word belongs to the verb before: `turn the second one down`, `call it off and`."""
    after = sentence[at + 1].low if at + 1 < len(sentence) else "."
    told = at > 0 and "ed" in bases(sentence[at - 1].low).values()  # `the jobs that nobody's picked up`
    return sentence[at].low in _PARTICLES and after in ENDS and not told


def _a_while(sentence: Sentence, at: int) -> bool:
    """Return whether a duration follows: `by two weeks`."""
    return any(singular(token.low) in _UNITS for token in sentence[at + 1 : at + 4])


def is_bound(sentence: Sentence, at: int) -> bool:
    """Return whether a bound of a price begins here: `under 150`, which `Request.bounds` has."""
    if sentence[at].low not in BOUNDS:
        return False
    number = next(
        (i for i in range(at + 1, min(at + 4, len(sentence))) if sentence[i].kind == "number"), None
    )
    after = sentence[number + 1].low if number is not None and number + 1 < len(sentence) else ""
    return number is not None and singular(after) not in _UNITS


def goes_on(sentence: Sentence, end: int) -> bool:
    """Return whether a verb follows that says something of it: `if the better one brings us 500`."""
    after = sentence[end] if end < len(sentence) else None
    led = after is not None and after.low in WH | {"that"}
    return after is not None and not led and sentence[end - 1].low == "one" and after.low.endswith("s")
