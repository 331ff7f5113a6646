"""What a request answers itself: then what a text that it names says of it is not asked about.

Who answers a message writes to its sender, not to another address in it; who is named with a telephone or an
account is reached there; a version or a command that the request spells out leaves none to others.
"""

import re
from collections.abc import Iterable
from typing import Final

from podium.trust.english.lexicon import word_set
from podium.trust.grounding.record.readings import Place, Seen
from podium.trust.grounding.things.pointing import Pointing
from podium.trust.request.requests import Request
from podium.trust.tools import Sink
from podium.trust.values.phones import NUMBER_OF_SOMEBODY

_VERSION: Final = re.compile(r"(?<![\w.])v?\d+\.\d+(?:\.\d+)+")
_ELSEWHERE: Final = word_set(
    "account address bank contact details email iban link mobile new number phone url who whom whoever whose"
)
"""Words of a request that may mean another address or account than the one that is known, or leave to a text
whose it is: `to whom the note says`."""


def says_its_own(request: Request, text: str) -> bool:
    """Return whether a request spells out a version, or in quotes a command, where a value is another one."""
    if _VERSION.match(text):
        return _VERSION.search(request.text) is not None
    return len(text.split()) > 1 and any(len(quoted) > 1 for quoted in request.quoted)


def has_number(named: Iterable[Seen], text: str) -> bool:
    """Return whether a value is a telephone number, and what is named has one in a trusted field."""
    return NUMBER_OF_SOMEBODY.fullmatch(text.strip()) is not None and any(
        trusted and kind == "text" and NUMBER_OF_SOMEBODY.fullmatch(form)
        for seen in named
        for _, forms, trusted in seen.fields
        for kind, form in forms
    )


def answered(
    pointing: Pointing, sink: Sink, path: str, text: str, places: Iterable[Place], settled: bool
) -> bool:
    """Return whether a request leaves no room for whom only a text of what it names says.

    ``settled``: it names somebody else of that kind of address, for sure.
    """
    request = pointing.request
    if sink == "value":
        return says_its_own(request, text)
    if sink not in {"recipient", "payee"} or (request.stems | request.bag) & _ELSEWHERE:
        return False
    if settled:
        return True
    return sink == "recipient" and not any(pointing.refers(sink, path, place, text) for place in places)
