"""Addresses that a trusted text has beside a name: *Mill Lets: Lotte Bos, l.bos@mill.example*.

Such a text is a list that nobody has put into fields. Whom a request names with first and last name, as the
one who gets something, has the address that stands right behind that name.
"""

import re
from collections.abc import Iterator
from typing import Final

import msgspec

from podium.trust.grounding.findings import Finding
from podium.trust.grounding.grounds import Grounds
from podium.trust.grounding.notations import raw_of
from podium.trust.values.forms import EMAIL, email_form, plain

_NAME: Final = r"[A-Z][\w\u2019'-]*[\w](?:\s+(?:van|von|de|der|den|di|da|del|la|le|bin|al))*\s+[A-Z][\w-]+"
_GETS: Final = re.compile(
    r"(?i:\b(?:share\b[^.!?\n]{0,80}? with|to|cc|bcc|copy|invite|tell|mail|email|write|send|forward|ask"
    r"|inform|remind|notify|answer))"
    rf"\s+(?:(?:Dr|Mr|Mrs|Ms)\.?\s+)?({_NAME})(?!\w|['\u2019])"
)
"""Who gets something, with first and last name."""
_BETWEEN: Final = r"\s*[,:;(<\[\u2013-]?\s*(?:mailto:)?"
"""What may stand between a name and its address."""


def introduced(grounds: Grounds, findings: list[Finding]) -> None:
    """Let an address go that a trusted text has behind the name of whoever gets something, and no other."""
    for index, one in enumerate(findings):
        if one.sink != "recipient" or one.ground != "unnamed" or one.settled:
            continue
        address = email_form(one.value)
        for name in _GETS.findall(grounds.request.text) if address is not None else ():
            found = set(_beside(grounds, name))
            if {who for who, _ in found} == {address} and (address, True) in found:
                why = "a trusted text has it behind the name that the request says"
                findings[index] = msgspec.structs.replace(one, ground="object", may_ask=False, why=why)


def _beside(grounds: Grounds, name: str) -> Iterator[tuple[str, bool]]:
    """Yield the addresses behind a name in whatever was read, and whether a trusted text has them."""
    said = re.compile(rf"(?<!\w){re.escape(plain(name))}{_BETWEEN}({EMAIL.pattern})", re.IGNORECASE)
    for place, _ in grounds.readings.holds(name):
        for raw in raw_of(grounds.readings, place):
            trusted = place.label.trusted and not place.told
            yield from ((match.casefold(), trusted) for match in said.findall(plain(raw)))
