"""All that is in a cart: *order everything in my cart* means what a look into it has shown, and nothing else.

The cart is the user's own, so what strangers call a thing in it does not matter, nor what they say about it.
What the task has put in itself is none of it, and a call that orders less or more is asked about.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any, Final

from podium.trust.grounding.record.calling import Called
from podium.trust.grounding.record.readings import Readings, Seen
from podium.trust.grounding.record.results import Result
from podium.trust.request.nouns import own_nouns
from podium.trust.request.requests import Request, stem
from podium.trust.tools import ToolRow
from podium.trust.values.forms import Form, forms_of, words
from podium.trust.values.paths import select

_CARTS: Final = frozenset(("basket", "cart", "trolley"))
_CART: Final = r"(?:my|our|the)\s+(?:(?:whole|entire|full)\s+)?(?:shopping\s+)?(?P<cart>basket|cart|trolley)"
_ALL: Final = (
    r"(?:everything|whatever|what|all(?:\s+of)?(?:\s+(?:it|that|the\s+(?:things|items|products|stuff)))?|"
    r"the\s+(?:things|items|products|stuff))"
)
_IS: Final = (
    r"(?:'s|\s+(?:that|which)(?:'s)?|\s+(?:is|are|stands?|there\s+is|lies|sits)(?:\s+(?:sitting|lying))?|"
    r"\s+(?:i|we)(?:'ve|\s+have)?(?:\s+(?:got|put|placed|collected))?|\s+(?:now|already|currently))*"
)
_EVERYTHING: Final = re.compile(
    rf"\b(?:order|buy|purchase|get|check\s*out|pay\s+for)\s+(?:me\s+|us\s+)?"
    rf"(?:{_ALL}{_IS}\s+(?:in|inside|from)\s+)?{_CART}"
    r"(?=\s*$|\s*[.,;:!?]|\s+(?:to|and|please|(?:right\s+)?now|then|today|as\s+it\s+is)\b)"
)
"""An order of a whole cart, with nothing behind that says which of its things."""
_BUT: Final = re.compile(
    r"\b(?:except|excluding|without|apart\s+from|other\s+than|besides|minus|only|just|skip|but\s+(?:not|no)|"
    r"leave\s+out|not\s+the|don'?t|do\s+not|take\s+out|remove)\b"
)
"""What may take something out of it, wherever it stands: then a person is asked."""


def objects_of(tool: ToolRow, arguments: Mapping[str, Any]) -> frozenset[str]:
    """Return all that a call acts on, where its tool takes several things of a kind at once."""
    paths = [path for path, row in tool.arguments.items() if row.sink == "object" and row.many]
    if len(paths) != 1:
        return frozenset()
    given = [value for _, value in select(arguments, paths[0])]
    flat = [one for value in given for one in (value if isinstance(value, list) else [value])]
    return frozenset(one for one in flat if isinstance(one, str))


def in_cart(readings: Readings, call: Called | None, named: Mapping[int, Seen]) -> dict[int, Seen]:
    """Return what a request names, with the things of a cart that it orders whole, where the call does.

    With what it names besides it may order more. A name that is no more than the words for that is none.
    """
    if call is None or not call.every or (said := _order(readings.request)) is None:
        return dict(named)
    order = frozenset(map(stem, words(said[0])))
    left = {index: seen for index, seen in named.items() if not _is_said_by(order, readings.request, seen)}
    at = _shown(readings, call.tool, said["cart"])
    if at is None:
        return left
    objects = readings.objects
    rows = [index for index, seen in enumerate(objects) if seen.result == at and seen.id and seen.id_trusted]
    mine = {index: objects[index] for index in rows if not _put_in(readings, call.tool, objects[index].id)}
    inside = {form for seen in mine.values() for form in seen.id}
    besides = {form for seen in left.values() if seen.server == call.tool.server for form in seen.id}
    ordered = [frozenset(forms_of(text)) for text in call.every]
    missing = any(all(forms.isdisjoint(seen.id) for forms in ordered) for seen in mine.values())
    more = any(forms.isdisjoint(inside | besides) for forms in ordered)
    return left if missing or more else left | mine


def _is_said_by(order: AbstractSet[str], request: Request, seen: Seen) -> bool:
    """Return whether a name that strangers choose is all that names a thing, of the words of an order."""
    shared = {stem(word) for name, _ in seen.names for word in words(name)} & request.stems
    return seen.spoken and not seen.vouched and not any(one.ours for _, one in seen.names) and shared <= order


def cart_of(request: Request) -> str:
    """Return the word for the cart of which a request orders everything, empty where it does not."""
    return "" if (found := _order(request)) is None else found["cart"]


def _order(request: Request) -> re.Match[str] | None:
    text = request.plain.casefold().replace("\u2019", "'")
    found = _EVERYTHING.search(text)
    return None if found is None or _BUT.search(text) else found


def _shown(readings: Readings, tool: ToolRow, cart: str) -> int | None:
    """Return the last look into the cart that the tool's own server has given: one that asks for nothing."""
    return next(
        (
            at
            for at, one in reversed(list(enumerate(readings.results)))
            if _is_look(one, cart) and one.tool.partition("/")[0] == tool.server
        ),
        None,
    )


def _is_look(one: Result, cart: str) -> bool:
    server, _, name = one.tool.partition("/")
    nouns = own_nouns(ToolRow(server, name, "read"))
    usual = one.wrote or one.failed or one.dropped or one.arguments
    return not usual and bool(nouns & _CARTS) and (cart in nouns or len(nouns & _CARTS) == 1)


def _put_in(readings: Readings, tool: ToolRow, thing: Sequence[Form]) -> bool:
    """Return whether an act of this task on the same server was about something before any look had it."""
    for at, one in enumerate(readings.results):
        if one.tool.partition("/")[0] != tool.server:
            continue
        if one.wrote and any(set(forms_of(text)) & set(thing) for text in one.arguments):
            return True
        if not one.wrote and _is_look(one, "") and _has(readings, at, thing):
            return False
    return False


def _has(readings: Readings, result: int, thing: Iterable[Form]) -> bool:
    wanted = set(thing)
    return any(seen.result == result and wanted.intersection(seen.id) for seen in readings.objects)
