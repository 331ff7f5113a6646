"""Whom a request calls *him*: who it names, and nobody whom it only says what he is there for.

*Oskar wants to pay for the first consultation. Make him a link and send it*: a customer's record that says
`first consultation` and no Oskar is another one's, also where its address is a field that no stranger fills.
Nor is it a guest who has put himself into the list of colleagues by the name of one.
"""

import re
from typing import Final

import msgspec

from podium.trust.english.vocabulary import ACTS
from podium.trust.grounding.grounds import Grounds
from podium.trust.grounding.people.namesakes import bearer
from podium.trust.grounding.record.findings import Finding
from podium.trust.grounding.record.readings import Seen
from podium.trust.request.requests import Request
from podium.trust.values.forms import email_form, forms_of, inside, words

_HIM: Final = re.compile(r"(?<!\w)(?:him|her)(?!\w)", re.IGNORECASE)
_ALSO_TO: Final = re.compile(
    r"(?<!\w)(?:to|cc|copy|tell|ask|mail|email|remind|inform) (?:the|our|my|all|both|a|an) "
)
"""Who gets something as well, and is no name."""
_OUTSIDE: Final = "a colleague in the same list is called so, and this one is outside"
_WHY: Final = "the request says by name who gets it, and this one is not called so"


def somebody_else(grounds: Grounds, findings: list[Finding]) -> None:
    """Doubt an address that only what it is about ties to a request, which says *him* of one by name."""
    request = grounds.request
    if not request.names or not _HIM.search(request.text) or _ALSO_TO.search(request.plain):
        return
    for index, one in enumerate(findings):
        if one.sink != "recipient" or one.ground != "object" or request.names & set(words(one.value)):
            continue
        seen = _having(grounds, one.value)
        if seen and not any(_is_called(request, it) for it in seen):
            findings[index] = msgspec.structs.replace(
                one, ground="unnamed", may_ask=True, why=_WHY, settled=True
            )


def one_outside(grounds: Grounds, findings: list[Finding]) -> None:
    """Doubt an address outside of the organisation, if a colleague in the same list bears the same name."""
    for index, one in enumerate(findings if grounds.domains else ()):
        if one.sink != "recipient" or one.ground != "object" or _is_inside(grounds, one.value) is not False:
            continue
        if any(_is_colleague(grounds, it) for it in _having(grounds, one.value)):
            findings[index] = msgspec.structs.replace(one, ground="unnamed", may_ask=True, why=_OUTSIDE)


def _is_inside(grounds: Grounds, value: str) -> bool | None:
    """Return whether an address is of the organisation, None for what is no address."""
    address = email_form(value)
    return None if address is None else inside(address.rpartition("@")[2], grounds.domains)


def _is_colleague(grounds: Grounds, seen: Seen) -> bool:
    """Return whether a colleague in a list has all names by which the request has another one there."""
    names = bearer(grounds.request, seen).names
    return bool(names) and any(
        names <= its.names and any(_is_inside(grounds, address) for address in its.addresses)
        for other in grounds.readings.objects
        if other.server == seen.server and other.nouns == seen.nouns and other.id != seen.id
        for its in (bearer(grounds.request, other),)
    )


def _having(grounds: Grounds, value: str) -> list[Seen]:
    """Return the named objects that have an address."""
    places = (place for form in forms_of(value) for place in grounds.readings.at(form))
    return [grounds.named[at] for at in {place.object for place in places} if at in grounds.named]


def _is_called(request: Request, seen: Seen) -> bool:
    """Return whether a name of the request's stands in one of the fields of an object."""
    said = request.capitalised - ACTS
    if bearer(request, seen).names:
        return True
    return any(said & set(words(text)) for _, forms, _ in seen.fields for _, text in forms)
