"""Numbers that say which thing is meant, and are no sums: `invoice 2041`, `#4411`, the number of an order."""

import re
from typing import Final

from podium.trust.english.lexicon import ADVERBS, DETERMINERS, PREPOSITIONS, word_set
from podium.trust.english.streets import house_numbers
from podium.trust.english.sums import taken_off
from podium.trust.english.wordnet import is_verb
from podium.trust.grounding.record.readings import Place, Readings
from podium.trust.request.requests import stem
from podium.trust.values.forms import Form, words

_NUMBERED: Final = word_set(
    "account apartment batch bed bill block booking box building bus card case chapter contract customer "
    "delivery desk docket door enquiry entry file flat flight floor gate hall id inquiry invoice issue item "
    "job lane line locker lot member no nr number order page parcel permit pitch platform policy project "
    "purchase quote receipt record reference request reservation room row seat section serial shift slot "
    "stand statement studio table task ticket track train unit ward"
)
"""Nouns of things that have numbers."""
_IDENTIFYING: Final = word_set(
    "code iban id no nr number phone postcode ref reference serial sku telephone version year zip"
)
"""Words of fields whose digits are no quantity."""
_ON_THINGS: Final = word_set(
    "cancel cancelled cancelling close closed delete reopen archive reschedule postpone decline "
    "reject track resolve escalate reassign snooze expedite dispatch mark unassign"
)
"""Verbs of things, never of sums: `cancel 4411`."""
_NOUN_FOLLOWS: Final = DETERMINERS | PREPOSITIONS | {"s"}
LEAST_DIGITS: Final = 4
"""Of an identifier that tells a thing by itself, wherever it stands."""


def is_number(readings: Readings, number: str) -> bool:
    """Return whether a request says a number only as that of a thing or a house, and of no sum."""
    request = readings.request
    if number in house_numbers(request.text):
        return True
    if number in request.figures or ("number", number) in request.spelled:
        return False
    behind = [at for at, word in enumerate(request.words) if word == number]
    if not behind or ("number", number) not in request.entities:
        return False
    form = ("number", number)
    if len(number) >= LEAST_DIGITS and any(
        place.object >= 0 and form in readings.objects[place.object].id for place in readings.at(form)
    ):
        return True
    if len(number) >= LEAST_DIGITS and all(_is_object(request.words, at) for at in behind):
        return True
    signed = re.search(rf"#{re.escape(number)}(?!\w)", request.text) is not None
    return signed or all(_has(request.words[:at]) for at in behind)


def is_no_sum(readings: Readings, number: str) -> bool:
    """Return whether a number of a request is not what is to be paid: a thing's own, or what is taken off."""
    return is_number(readings, number) or number in taken_off(readings.request.text)


def _is_object(said: tuple[str, ...], at: int) -> bool:
    """Return whether the number at a place is what a verb of things is done to, and counts nothing."""
    after = said[at + 1] if at + 1 < len(said) else ""
    return at > 0 and said[at - 1] in _ON_THINGS and (stem(after) == after or after in _NOUN_FOLLOWS)


def _has(before: tuple[str, ...]) -> bool:
    """Return whether words end with a thing that has a number: `refund order`, not `please order`."""
    if not before or stem(before[-1]) not in _NUMBERED:
        return False
    if not is_verb(before[-1]):
        return True
    return len(before) > 1 and (
        before[-2] in _NOUN_FOLLOWS or (is_verb(before[-2]) and before[-2] not in ADVERBS)
    )


def identifies(readings: Readings, place: Place, forms: tuple[Form, ...]) -> bool:
    """Return whether a number that was read is an identifier: its object's, or in a field called so."""
    if place.object >= 0 and set(forms) & set(readings.objects[place.object].id):
        return True
    last = words(re.split(r"[.\[\]]+", place.pattern.rstrip("[]"))[-1])
    return bool(last) and stem(last[-1]) in _IDENTIFYING
