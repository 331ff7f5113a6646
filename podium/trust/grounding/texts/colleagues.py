"""What a colleague's text may say, where the server vouches that he wrote it, and the request names it.

It opens nothing. It says days, and of what can be undone sums and words too; whom in the organisation it
reaches. Accounts, links, whoever is outside, and what else decides an act for good a person looks at: a mail
of a colleague's may have been written by one who took over his account, or repeat a stranger without a mark.
"""

import re
from collections.abc import Sequence
from typing import Final

from podium.trust.grounding.record.readings import Place, Readings
from podium.trust.grounding.record.results import quote
from podium.trust.grounding.times.yearless import of_this_year
from podium.trust.tools import Sink, ToolRow
from podium.trust.values.forms import email_form, inside

BY_COLLEAGUE: Final = "a colleague's text says it, which the request names"
LEAST_WORD: Final = 3
"""Letters and digits of a word that is found in a text."""


def told_by(
    readings: Readings, sink: Sink, text: str, quoted: Sequence[tuple[Place, str]]
) -> list[tuple[Place, str]]:
    """Return where colleagues have written a value, as it is."""
    found = [(place, words) for place, words in quoted if place.told and sink != "object"]
    if sink == "date":
        found += [(place, text) for place in of_this_year(readings, text) if place.told]
    value = text.strip()
    if (
        found
        or sink == "object"
        or len(value) < LEAST_WORD
        or not any(result.told for result in readings.results)
    ):
        return found
    whole = re.compile(rf"(?<!\w){re.escape(value)}(?!\w)", re.IGNORECASE)
    return [
        (readings.places[at], quote(raw, value))
        for result in readings.results
        for number, (at, raw) in enumerate(zip(result.places, result.raw, strict=True))
        if readings.places[at].told and number not in result.decoded and whole.search(raw)
    ]


def goes_by_colleague(tool: ToolRow | None, sink: Sink, text: str, domains: frozenset[str]) -> bool:
    """Return whether a value goes unasked that stands in a colleague's text which the request names."""
    address = email_form(text)
    if tool is None or sink in {"payee", "url"}:
        return False
    if sink == "recipient":
        return address is not None and inside(address.rpartition("@")[2], domains)
    return sink == "date" or (tool.effect == "write" and sink in {"amount", "value", "path"})
