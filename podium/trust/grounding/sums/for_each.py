"""A sum that is so much for each of several: *pay for the two, as the letter says*, which says 32 per child.

It is never trusted: a person is asked, with the sum spelt out.
"""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Final

import msgspec

from podium.trust.english.lexicon import NUMBERS
from podium.trust.grounding.grounds import Grounds
from podium.trust.grounding.record.findings import Finding
from podium.trust.grounding.record.notations import raw_of
from podium.trust.request.requests import Request

_EACH: Final = (
    r"(?:\W+[A-Za-z]{1,8}){0,2}?\W+"
    r"(?:(?:per|each|apiece|for (?:each|every))\b|a (?:head|person|child|seat|ticket|piece)\b)"
)
_MOST: Final = 12
_CHARS: Final = 4000


def for_each(grounds: Grounds, one: Finding, wanted: Decimal) -> Finding | None:
    """Return a question about a sum that nothing says: so many times what is written for each."""
    request = grounds.request
    for count in sorted(_counts(request)):
        price = wanted / count
        if price != round(price, 2):
            continue
        number = format(price.normalize(), "f")
        spelt = f"it would be {count} times {number}"
        each = re.compile(rf"(?<![\w.,]){re.escape(number)}(?:[.,]00)?(?![\d]|[.,]\d){_EACH}", re.IGNORECASE)
        if each.search(request.text):
            return msgspec.structs.replace(
                one, ground="unnamed", may_ask=True, why=f"{spelt}, as the request says", follows=True
            )
        places = [
            place
            for place in grounds.readings.at(("number", number))
            if (grounds.within(place, hinted=True) or grounds.pointing.by(place))
            and any(each.search(raw) for raw in raw_of(grounds.readings, place) if len(raw) <= _CHARS)
        ]
        if not places:
            continue
        firm = all(place.label.trusted for place in places)
        unsure = "the request does not say for sure that it is meant"
        whose = unsure if firm else "only what anybody may have written says that"
        return msgspec.structs.replace(
            one,
            ground="unnamed" if firm else "stranger",
            may_ask=True,
            why=f"{spelt}, and {whose}",
            origins=grounds.origins((place, number) for place in places),
            follows=True,
        )
    return None


def _counts(request: Request) -> Iterator[int]:
    """Yield of how many a request speaks: *both*, *the two*, *3 seats*, *Finn and Nuala*."""
    found = {len(names) for names in request.joined}
    found |= {NUMBERS[word] for word in request.bag if word in NUMBERS}
    found |= {int(number) for number, _ in request.counted if number.isdigit()}
    found |= {2} if "both" in request.bag else set()
    yield from (count for count in found if 1 < count <= _MOST)
