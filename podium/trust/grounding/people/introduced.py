"""Addresses that a trusted text has beside a name: *Mill Lets: Lotte Bos, l.bos@mill.example*.

Such a text is a list that nobody has put into fields. Whom a request names with first and last name, as the
one who gets something, has the address that stands right behind that name.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

import msgspec

from podium.trust.grounding.grounds import Grounds
from podium.trust.grounding.record.findings import Finding
from podium.trust.grounding.record.notations import raw_of
from podium.trust.tools import ToolRow
from podium.trust.values.forms import EMAIL, email_form, plain, words

_NAME: Final = r"[A-Z][\w\u2019'-]*[\w](?:\s+(?:van|von|de|der|den|di|da|del|la|le|bin|al))*\s+[A-Z][\w-]+"
_WHOM: Final = rf"(?:(?:Dr|Mr|Mrs|Ms)\.?\s+)?(?P<name>{_NAME})(?!\w|['\u2019]|\s+(?:[A-Z]|with\b))"
_TELLS: Final = (
    "tell|mail|email|e-mail|write|ask|inform|remind|notify|answer|invite|copy|cc|bcc|message|reply|respond"
)
"""Acts that say at once to whom: `tell Lotte Bos`."""
_GIVES: Final = "share|send|forward|write|mail|email|e-mail|give|pass|hand|reply|respond|answer|cc|bcc|copy"
"""Acts that say with whom or to whom: `share it with`."""
_STOPS: Final = (
    r"who|whom|whose|which|that|instead|rather|not|never|without|than|because|since|after|before|when|while|if"
    r"|unless|until|i|we|he|she|they|it['\u2019]s|but|\w+n['\u2019]t"
)
"""Words behind which somebody may only be spoken of."""
_PLAIN: Final = rf"(?:(?!\b(?:{_STOPS})\b)[^.!?;:,\n])"
_TWO: Final = (
    r"(?!\s+(?:him|her|them|me|us|[A-Z][\w\u2019'-]+)\s+(?:my|the|an?|our|his|her|their|this|that|your)\b)"
)
"""Not `send Henk my letter to Lotte Bos`."""
_GETS: Final = re.compile(
    r"(?:^|[.!?:;,\n]|\b(?i:and|then|please|you|to)\b)\s*(?:(?i:and|then|also|please|kindly)\s+)*"
    rf"(?:(?P<tells>(?i:{_TELLS}))(?:\s+to)?"
    rf"|(?P<gives>(?i:{_GIVES}))\b{_TWO}{_PLAIN}{{0,80}}?\s(?:with|to))\s+{_WHOM}"
)
"""Who gets something, with first and last name, by an act that the request asks for itself."""
_COPIES: Final = frozenset(("cc", "bcc", "copy"))
_BETWEEN: Final = r"\s*[,:(<\[\u2013-]?\s*(?:mailto:)?"
"""What may stand between a name and its address, in one line."""


def introduced(grounds: Grounds, tool: ToolRow, findings: list[Finding]) -> None:
    """Let an address go that a trusted text has behind the name of whoever gets something, and no other.

    By an act of the tool: who is only to be told gets no document.
    """
    acts = frozenset(word for intent in tool.intents for word in words(intent)) | _COPIES
    for index, one in enumerate(findings):
        if one.sink != "recipient" or one.ground != "unnamed" or one.settled:
            continue
        address = email_form(one.value)
        for name in _who(grounds.request.text, acts) if address is not None else ():
            found = set(_beside(grounds, name))
            if {who for who, _ in found} == {address} and (address, True) in found:
                why = "a trusted text has it behind the name that the request says"
                findings[index] = msgspec.structs.replace(one, ground="object", may_ask=False, why=why)


@lru_cache(maxsize=256)
def _who(text: str, acts: frozenset[str]) -> tuple[str, ...]:
    """Return who gets something by one of some acts that a request asks for."""
    found = ((match["name"], match["tells"] or match["gives"]) for match in _GETS.finditer(text))
    return tuple(name for name, act in found if acts & set(words(act)))


def _beside(grounds: Grounds, name: str) -> Iterator[tuple[str, bool]]:
    """Yield the addresses behind a name in whatever was read, and whether a trusted text has them."""
    said = re.compile(rf"(?<!\w){re.escape(plain(name))}{_BETWEEN}({EMAIL.pattern})", re.IGNORECASE)
    for place, _ in grounds.readings.holds(name):
        for raw in raw_of(grounds.readings, place):
            trusted = place.label.trusted and not place.told
            lines = (plain(line) for line in raw.splitlines())
            yield from ((match.casefold(), trusted) for line in lines for match in said.findall(line))
