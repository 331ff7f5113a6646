"""Amounts that are how many people a request names, or a call: for six of them, a room each."""

import re
from collections import Counter
from collections.abc import Sequence
from typing import Final

import msgspec

from podium.trust.english.headcounts import each_gets, parties
from podium.trust.english.lexicon import word_set
from podium.trust.english.words import singular
from podium.trust.grounding.grounds import Grounds
from podium.trust.grounding.record.findings import Finding
from podium.trust.values.forms import words

_FEW: Final = re.compile(r"[1-9]\d?")
_HEADS: Final = word_set(
    "person people guest adult pax head cover diner seat place passenger traveller traveler participant "
    "attendee visitor party partysize headcount"
)
"""Words of an argument that is how many people there are."""
_OF_THEM: Final = _HEADS - {"seat", "place", "cover"} | word_set(
    "name member recipient invitee player driver employee staff who for to"
)
"""Words of a list of people."""
MONEY: Final = word_set(
    "amount balance budget charge cost deposit discount euro fare fee limit money pay payment percent price "
    "rate refund rent rental salary spend subtotal sum supplement surcharge tariff tax tip total value "
    "allowance cent cap minimum maximum max min per"
)
"""Words of an argument that is a sum, or how much of something each gets."""


def headcounts(grounds: Grounds, findings: list[Finding]) -> None:
    """Ground the amounts that follow from how many people the request names, or are in the same call."""
    for at, one in enumerate(findings):
        if one.sink != "amount" or one.trusted or not _FEW.fullmatch(one.value):
            continue
        called = {singular(word) for word in words(one.path)}
        if called & MONEY:
            continue
        people, gets = bool(called & _HEADS), each_gets(grounds.request.text)
        each = any(singular(what) in called or (not what and _spoken(grounds, called)) for what in gets)
        if not (people or each):
            continue
        wanted, why = int(one.value), ""
        if parties(grounds.request.text) == {wanted}:
            why = "it is how many the request names"
        elif wanted in _listed(findings):
            why = "it is how many the call itself names"
        if why:
            findings[at] = msgspec.structs.replace(one, ground="request", may_ask=False, why=why)


def _spoken(grounds: Grounds, called: set[str]) -> bool:
    """Return whether the request speaks of what an argument counts."""
    return any(singular(word) in called for word in grounds.request.bag)


def _listed(findings: Sequence[Finding]) -> set[int]:
    """Return how many people the lists of a call have, of which each one is trusted."""
    lists = [one for one in findings if {singular(word) for word in words(one.path)} & _OF_THEM]
    count = Counter(one.path for one in lists if one.sink in {"value", "recipient", "object"})
    doubted = {one.path for one in lists if not one.trusted}
    return {many for path, many in count.items() if path not in doubted}
