"""Numbers that do not speak of what an argument does: the days of delivery as a quantity, stars as copies.

A trusted number of a named thing goes into an amount unsaid. It says only what its field says: a count goes
from a field that counts such things, money from no count, measure or mark.
"""

from typing import Final

import msgspec

from podium.trust.english.lexicon import word_set
from podium.trust.english.words import singular
from podium.trust.grounding.grounds import Grounds
from podium.trust.grounding.record.findings import Finding
from podium.trust.grounding.record.readings import Place
from podium.trust.grounding.sums.headcounts import MONEY
from podium.trust.grounding.things.superlatives import PRICE
from podium.trust.request.requests import stem
from podium.trust.values.forms import forms_of, words

_HOW_MANY: Final = word_set("quantity qty count pieces piece units unit items item copies copy number")
"""Words by which any count of things is called."""
_PEOPLE: Final = word_set(
    "guest person people adult pax head cover diner passenger traveller traveler participant attendee "
    "visitor party partysize headcount"
)
_COUNTS: Final = _HOW_MANY | _PEOPLE | word_set("night seat room place ticket portion pack box bag bottle")
"""Words of an argument that counts."""
_SUMS: Final = (MONEY | PRICE) - word_set("percent max min maximum minimum per value limit total")
"""Words of an argument that is money, and of a field that is."""
_NO_SUM: Final = _COUNTS | word_set(
    "day week month year hour minute age star stars rating score rank floor size weight width height length "
    "km kilo kg distance stock delivery duration page version position percent degrees interval"
)
"""Words of a field that is none."""
_WHY: Final = "a number of another kind has it: its field does not say how many, or how much, is meant"


def kindred(grounds: Grounds, findings: list[Finding]) -> None:
    """Ask about amounts that stand in fields alone which speak of something else."""
    for at, one in enumerate(findings):
        if one.sink != "amount" or one.ground not in {"field", "object"}:
            continue
        argument = {singular(word) for word in words(one.path)}
        counts, money = bool(argument & _COUNTS), bool(argument & _SUMS)
        if not (counts or money):
            continue
        places = [place for form in forms_of(one.value)[:1] for place in grounds.readings.at(form)]
        there = [place for place in places if place.label.trusted or place.object in grounds.named]
        if there and not any(_fits(place, argument, counts=counts and not money) for place in there):
            findings[at] = msgspec.structs.replace(one, ground="unnamed", may_ask=True, why=_WHY)


def _fits(place: Place, argument: set[str], *, counts: bool) -> bool:
    """Return whether a field may say what an argument is."""
    field = {singular(word) for word in words(place.pattern.rpartition(".")[2])}
    if {stem(word) for word in field} & {stem(word) for word in argument}:
        return True
    if counts:
        return any(field & group and argument & group for group in (_HOW_MANY, _PEOPLE))
    return bool(field & _SUMS) or not field & _NO_SUM
