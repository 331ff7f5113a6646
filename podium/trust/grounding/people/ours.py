"""Our own who is called so: *our Lena* is the one whose address is of the organisation.

Nobody outside can have such an address. Where the request only says *Lena*, and somebody else is called so
too, a person may be asked which one is meant.
"""

import re
from typing import Final

import msgspec

from podium.trust.grounding.grounds import Grounds
from podium.trust.grounding.people.told import only_told
from podium.trust.grounding.reckoning import only_denied
from podium.trust.grounding.record.findings import Finding
from podium.trust.request.requests import Request
from podium.trust.values.forms import email_form, inside, words

OURS: Final = "it is the one of that name whose address is the organisation's"
_LEAST: Final = 3
"""Letters of a name."""


def our_own(grounds: Grounds, findings: list[Finding]) -> None:
    """Let something go to whom the request calls ours by name, and ask about a colleague of such a name.

    So too about each colleague in what the request names, where it means all who stand there.
    """
    for at, one in enumerate(findings):
        if one.sink != "recipient" or one.ground not in {"stranger", "unnamed"}:
            continue
        address = email_form(one.value)
        if address is None or not inside(address.rpartition("@")[2], grounds.domains):
            continue
        names = _said(grounds.request, set(words(address.partition("@")[0])))
        if any(_is_ours(grounds.request, name) and _is_alone(grounds, name, address) for name in names):
            findings[at] = msgspec.structs.replace(
                one, ground="object", may_ask=False, why=OURS, settled=False
            )
        elif names:
            bears = one.bears_name or not one.may_ask
            findings[at] = msgspec.structs.replace(one, may_ask=True, bears_name=bears, colleague=True)
        elif one.within and one.ground == "stranger" and _means_all_there(grounds.request.text):
            findings[at] = msgspec.structs.replace(one, may_ask=True, colleague=True)


def _said(request: Request, parts: set[str]) -> set[str]:
    """Return the names of an address that the request says of somebody to whom something may go."""
    there = {part for part in parts if len(part) >= _LEAST and part in request.capitalised & request.names}
    return {name for name in there if not only_told(request, {name}) and not only_denied(request, name)}


def _means_all_there(text: str) -> bool:
    """Return whether a request means all people of something: `everybody who was present`."""
    return any(_NEVER.search(text[: match.start()]) is None for match in _ALL_THERE.finditer(text))


_PEOPLE: Final = (
    r"(?:participants?|attendees?|invitees?|guests|members|people|recipients|colleagues|others|persons)"
)
_ALL_THERE: Final = re.compile(
    r"\b(?:every(?:body|one)|all|those|the|(?:all )?(?:of )?the(?: other)?)\s+"
    rf"(?:{_PEOPLE}\s+)?(?:(?:who|that)\s+(?:was|were|are|is|has|have|had|will|comes?|came|takes?|took|stands?)"
    r"|listed|named|present|invited|mentioned|involved|attending|on it|in it)\b"
    rf"|\b(?:all|all of the|all the|both|the(?: other)?)\s+{_PEOPLE}\b",
    re.IGNORECASE,
)
_NEVER: Final = re.compile(
    r"\b(?:not|never|without|except|but|don['\u2019]?t)\s+(?:\w+\s+){0,3}$", re.IGNORECASE
)


def _is_ours(request: Request, name: str) -> bool:
    """Return whether a request calls somebody ours: `our own Lena`, and not `our Lena's lawyer`."""
    ours = rf"\b(?i:our)(?: own)? (?i:{re.escape(name)})\b(?!['\u2019]s\b)(?! [A-Z])"
    return re.search(ours, request.text) is not None


def _is_alone(grounds: Grounds, name: str, address: str) -> bool:
    """Return whether no other address of the organisation that was read has such a name."""
    for seen in grounds.readings.objects:
        for _, forms, _ in seen.fields:
            for kind, text in forms:
                mine = kind == "email" and inside(text.rpartition("@")[2], grounds.domains)
                if mine and text != address and name in words(text.partition("@")[0]):
                    return False
    return True
