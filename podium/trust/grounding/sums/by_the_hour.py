"""What so many cost at so much for each: *invoice Halden for the hours in Mia's sheet*, of 22.5 hours at 90.

Both stand in trusted fields of the one thing that the request names, and it says what is counted. Then the
rate by itself is no amount.
"""

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Final

import msgspec

from podium.trust.english.lexicon import word_set
from podium.trust.english.money import money
from podium.trust.grounding.grounds import Grounds
from podium.trust.grounding.record.findings import Finding
from podium.trust.grounding.record.readings import Seen
from podium.trust.request.requests import stem
from podium.trust.values.forms import number_form, words

_COUNTS: Final = frozenset(
    map(
        stem,
        word_set(
            "hours days nights weeks months units pieces copies pages words kilometres kilometers km miles "
            "tickets seats sessions visits lessons shifts boxes"
        ),
    )
)
_RATES: Final = frozenset(map(stem, word_set("rate price fee fare cost tariff hourly daily")))
_TOTALS: Final = frozenset(map(stem, word_set("amount total sum charge payment value fee")))
"""Words of an argument that takes what it comes to, not the rate."""
_OTHERS: Final = frozenset(
    map(stem, word_set("amount total sum net gross discount deposit tax vat paid due"))
)
"""Words of a field that has some other sum."""
_CENT: Final = Decimal("0.006")


def by_the_hour(grounds: Grounds, findings: list[Finding]) -> None:
    """Let an amount follow from how many there are and what each costs; ask about either of them alone."""
    request = grounds.request
    if request.figures or money(request.text):
        return
    for at, one in enumerate(findings):
        if one.sink != "amount" or not _TOTALS & {stem(word) for word in words(one.path)}:
            continue
        number = number_form(one.value)
        rows = list(_rows(grounds)) if number is not None else []
        if not rows:
            continue
        wanted = Decimal(number or 0)
        hits = [row for row in rows if abs(row[1] * row[2] - wanted) < _CENT]
        if not one.trusted and hits:
            sure = len(set(rows)) == 1
            why = f"it follows from what the request names: {hits[0][1]} x {hits[0][2]}"
            findings[at] = msgspec.structs.replace(
                one, ground="object" if sure else "unnamed", may_ask=not sure, why=why, follows=not sure
            )
        elif one.ground == "object" and not hits and any(wanted in row[1:] for row in rows):
            why = "it is what one of them costs, or how many they are"
            findings[at] = msgspec.structs.replace(one, ground="unnamed", may_ask=True, why=why)


def _rows(grounds: Grounds) -> Iterator[tuple[tuple[object, ...], Decimal, Decimal]]:
    """Yield what is named for sure and has one number of what the request counts, and one rate."""
    for index, seen in grounds.named.items():
        if index in grounds.hinted:
            continue
        counts, rates, more = [], [], False
        for path, number in _numbers(seen):
            called = {stem(word) for word in words(path)}
            if called & _RATES:
                rates.append(number)
            elif called & _COUNTS and _is_said(grounds, called):
                counts.append(number)
            more = more or bool(called & _OTHERS)
        if len(counts) == 1 and len(rates) == 1 and not more:
            yield seen.id or (index,), counts[0], rates[0]


def _is_said(grounds: Grounds, called: set[str]) -> bool:
    """Return whether a request speaks of what a field counts; of a quantity by any word for one."""
    return bool(called & _COUNTS & grounds.request.stems)


def _numbers(seen: Seen) -> Iterator[tuple[str, Decimal]]:
    for path, forms, trust in seen.fields:
        if trust == _IN_ANY_CASE and forms and forms[0][0] == "number":
            try:
                yield path, Decimal(forms[0][1])
            except InvalidOperation:
                continue


_IN_ANY_CASE: Final = 2
"""The trust of a field that no stranger fills."""
