"""A full name of which the request says the first: *Lucía* for `Lucía Prieto`, whom no lookup has shown.

An agent knows the people that it works for. What it adds to a name nobody has said, so it goes nowhere by
itself; but no stranger has said it either, and a person who knows them too tells at once.
"""

import re
from collections.abc import Sequence
from typing import Final

import msgspec

from podium.trust.english.vocabulary import ACTS, CALENDAR
from podium.trust.grounding.findings import Finding
from podium.trust.grounding.readings import Readings
from podium.trust.request.requests import Mention
from podium.trust.values.forms import words

_FULL: Final = re.compile(r"[^\W\d_]{2,}(?:[ '\u2019-][^\W\d_]+){1,3}")
_LEAST: Final = 3
"""Letters of a first name: initials are anybody's."""


def by_first(readings: Readings, found: Finding) -> Finding:
    """Return what was found out about somebody; to be asked about if the request says the first name.

    Not where anything that was read calls somebody so: then whom the request means can be looked up there.
    """
    if found.may_ask or found.sink != "recipient" or found.ground != "nowhere" or found.settled:
        return found
    parts = words(found.value)
    if not _FULL.fullmatch(found.value) or not _is_called(readings, found.value, parts[0]):
        return found
    if any(_is_of(seen.names, parts[0]) for seen in readings.objects):
        return found
    word = found.value.split()[0]
    why = f"{found.why}, which says {word!r} alone"
    return msgspec.structs.replace(found, may_ask=True, called=True, described=word, why=why)


def _is_called(readings: Readings, full: str, first: str) -> bool:
    """Return whether a request names somebody by the first word of a full name, and by no more of it."""
    request = readings.request
    names = request.capitalised & request.meant
    if len(first) < _LEAST or not full[:1].isupper() or first not in names - CALENDAR - ACTS:
        return False
    behind = re.findall(rf"\b{re.escape(full[: len(first)])}\s+([A-Z][a-z]\w*)", request.text)
    return all(one.casefold() in CALENDAR for one in behind)  # *Ines Krall* is another Ines


def _is_of(names: Sequence[tuple[str, Mention]], first: str) -> bool:
    """Return whether somebody of a full name is among these who is called so."""
    return any(_FULL.fullmatch(name) and first in words(name) for name, _ in names)
