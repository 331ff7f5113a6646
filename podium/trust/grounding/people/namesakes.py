"""Who bears a name that the request gives beside somebody else: one of them calls himself so.

A name means one person. Where several things have it by fields that strangers fill, and the addresses beside
it differ, the request names none of them by it, however many it speaks of: *all of Nils' mails* are not those
of two who sign as Nils.
"""

from collections.abc import Callable, Iterable, Sequence
from collections.abc import Set as AbstractSet
from typing import Final

import msgspec

from podium.trust.english.lexicon import word_set
from podium.trust.english.vocabulary import COMMON
from podium.trust.grounding.record.readings import Readings, Seen
from podium.trust.request.requests import WHOLE, Mention, Request
from podium.trust.values.forms import plain, words

_PERSONS: Final = word_set(
    "name from sender author by customer client contact person owner organiser organizer host creator "
    "applicant guest patient tenant member employee user email address handle"
)
"""Words of fields that say whose something is."""
_WHOSE: Final = word_set("from sender author owner organiser organizer host creator")
"""Words of fields that only what is somebody's has: a mail, a file, a meeting."""
TAKERS: Final = word_set("to cc bcc recipient recipients attendee attendees guests invitee participants")
"""Words of fields that say whom else it went to."""


Called = Callable[[int], Iterable[tuple[str, Mention]]]
"""By an object's index the names by which the request names it."""


class Bearer(msgspec.Struct, frozen=True):
    """By which words of the request something bears somebody's name, and which addresses are his there."""

    names: frozenset[str]
    addresses: frozenset[str]


def namesakes(
    request: Request, objects: Sequence[Seen], indexes: Iterable[int], others: Iterable[int] = ()
) -> set[int]:
    """Return which of the objects bear a name of the request that another one has beside another address.

    Of those that only a name which strangers choose ties to the request. ``others``: what the request calls
    so too and does not mean, as older mails than the last one.
    """
    bearers = {index: bearer(request, objects[index]) for index in indexes}
    beside = (bearer(request, objects[index]) for index in others) if bearers else ()
    kinds = {one for one in (*bearers.values(), *beside) if one.names and one.addresses}
    twice = {one for one in kinds if any(_conflict(one, other) for other in kinds)}
    return {
        index
        for index, one in bearers.items()
        if one in twice and objects[index].spoken and not objects[index].vouched
    }


def outdone(readings: Readings, named: AbstractSet[int], group: Iterable[int], called: Called) -> set[int]:
    """Return the named objects of which another one has all words of the request that it has, and more.

    That one has them by a name that strangers choose, so that it is not named either: a name of ours wins
    over theirs, but the `Panel price list` is not *the Costa price list* where there is one.
    """
    objects, telling = readings.objects, readings.request.bag - COMMON

    def said(index: int) -> frozenset[str]:
        return telling.intersection(word for name, _ in called(index) for word in words(name))

    ids = {objects[index].id for index in named}
    others = [said(at) for at in group if objects[at].spoken and objects[at].id not in ids] if named else []
    return {at for at in named if others and not objects[at].vouched and any(said(at) < it for it in others)}


def is_loose(seen: Seen, described: str) -> bool:
    """Return whether only a part of a name that strangers choose names it, where more words describe another.

    *The one from the Brightmoor exhibitors* is hardly `Coffee at Brightmoor?`.
    """
    most = max((one.count for _, one in seen.names if one.strength < WHOLE), default=0)
    return (
        seen.spoken
        and len(seen.names) > 0
        and 0 < most < len(set(described.split()))
        and not any(one.ours or one.strength >= WHOLE for _, one in seen.names)
    )


def _conflict(one: Bearer, other: Bearer) -> bool:
    same = one.names <= other.names or other.names <= one.names
    return same and one.addresses.isdisjoint(other.addresses)


def bearer(request: Request, seen: Seen) -> Bearer:
    """Return whose something is, by the fields that say so: a sender, a customer, an organiser."""
    names: set[str] = set()
    addresses: set[str] = set()
    of_somebody = any(not _WHOSE.isdisjoint(words(path)) for path, _, _ in seen.fields)
    persons = _PERSONS - {"name"} if of_somebody else _PERSONS  # its own name is a title then
    for path, forms, _ in seen.fields:
        said = set(words(path))
        if not forms or said & TAKERS or not said & persons:
            continue
        for kind, text in forms:
            if kind == "email":
                addresses.add(text)
                names |= set(words(text.partition("@")[0])) & request.capitalised
            elif kind == "text":
                names |= set(words(text)) & request.capitalised
    return Bearer(frozenset(names), frozenset(_whose(address, names) for address in addresses))


def _whose(address: str, names: set[str]) -> str:
    """Return an address, or its domain alone where the name is a firm's: `claims@castlegate.example`."""
    domain = address.rpartition("@")[2]
    return domain if names.intersection(words(domain.partition(".")[0])) else address


def is_address(seen: Seen) -> bool:
    """Return whether something is known by a mail address: it is somebody."""
    return any(kind == "email" for kind, _ in seen.id)


def only_described(seen: Seen) -> bool:
    """Return whether a request mentions something by remarks on it alone: a customer by what he ordered."""
    said = {plain(text) for text, _ in seen.names}
    at = {
        bool(_REMARKS & set(words(path)[-1:]))
        for path, forms, _ in seen.fields
        if any(text in said for _, text in forms[-1:])
    }
    return at == {True}


_REMARKS: Final = word_set("description note notes remark remarks comment comments memo purpose details")
