"""A full name of which the request says the first: *Lucía* for `Lucía Prieto`, whom no lookup has shown.

An agent knows the people that it works for. What it adds to a name nobody has said, so it goes nowhere by
itself; but no stranger has said it either, and a person who knows them too tells at once.
"""

import re
from collections.abc import Sequence
from typing import Final

import msgspec

from podium.trust.english.vocabulary import ACTS, CALENDAR
from podium.trust.grounding.reckoning import only_denied
from podium.trust.grounding.record.findings import Finding
from podium.trust.grounding.record.readings import Readings
from podium.trust.request.requests import Mention
from podium.trust.tools import ToolRow
from podium.trust.values.forms import words

_FULL: Final = re.compile(r"[^\W\d_]{2,}(?:[ '\u2019-][^\W\d_]+){1,3}")
COLLEAGUE: Final = "it is the one colleague of that first name, for whom the server vouches"
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


def by_colleagues(readings: Readings, tool: ToolRow, found: Finding) -> Finding:
    """Return what was found out about somebody; trusted if the request means him of a server's colleagues.

    The tool's author has written them down, as those for whom the server vouches. The request says the first
    name of one of them alone, and nothing that was read is called by another full name that begins so.
    """
    if found.trusted or found.sink != "recipient" or found.settled or found.value not in tool.people:
        return found
    first = words(found.value)[0]
    called = [
        one for one in tool.people if _FULL.fullmatch(one) and words(one)[0] in readings.request.capitalised
    ]
    if called != [found.value] or not _is_called(readings, found.value, first):
        return found
    others = [pair for seen in readings.objects for pair in seen.names if pair[0] != found.value]
    if _is_of(others, first) or only_denied(readings.request, first):
        return found
    return msgspec.structs.replace(found, ground="request", may_ask=False, why=COLLEAGUE)


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
