"""A value of one thing in a call that is about another one of the same list: the sum of another bill.

A trusted field is enough where a request leaves a value open. It leaves open none that what it names has
itself, nor one of a field of which it says a value. So it is with words: the folder of other mails.
"""

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from typing import Final

import msgspec

from podium.trust.english.vocabulary import ACTS
from podium.trust.grounding.grounds import Grounds
from podium.trust.grounding.reckoning import words_of_request
from podium.trust.grounding.record.findings import Finding
from podium.trust.grounding.record.readings import Place
from podium.trust.grounding.sums.amounts import stems_of
from podium.trust.request.requests import Request
from podium.trust.tools import Sink
from podium.trust.values.forms import Form, date_form, forms_of, words

_OWN: Final[frozenset[Sink]] = frozenset(("amount", "date", "url"))
"""Sinks of which what a request names may have the value itself."""
_SAID: Final[frozenset[Sink]] = frozenset(("value", "url"))
"""Sinks for which a request says one of the values of a field."""
_CALLED: Final[frozenset[Sink]] = frozenset(("value", "path"))
"""Sinks of words, which an argument's name tells: what somebody else's row has as `team`."""
_OTHERS: Final = "what the request names has another one"
_ANOTHER: Final = "the request says another one"


def of_another(grounds: Grounds, findings: list[Finding]) -> None:
    """Ask about values that stand in trusted fields of other things than the call is about."""
    ids = {form for one in findings if one.sink == "object" and one.trusted for form in forms_of(one.value)}
    for index, one in enumerate(findings):
        if one.ground not in {"field", "object"} or one.sink not in _OWN | _SAID | _CALLED:
            continue
        places = [place for place in _places(grounds, one.value) if place.label.trusted]
        if not places:
            continue
        why = ""
        of_list = one.ground == "field" or (one.sink == "date" and bool(ids))
        other = one.sink == "value" and one.ground == "field" and bool(ids) and "[]" not in one.path
        other = other and not _is_said(grounds.request, one.value)
        if (other or (of_list and one.sink in _OWN)) and _owned(grounds, one, places, ids):
            why = _OTHERS
        elif (one.sink in _SAID and says_another(grounds, one.value, places)) or (
            one.sink in _CALLED and said_under(grounds, one)
        ):
            why = _ANOTHER
        if why:
            findings[index] = msgspec.structs.replace(one, ground="unnamed", may_ask=True, why=why)


def says_another(grounds: Grounds, value: str, places: list[Place]) -> bool:
    """Return whether a request says another value of every field in which one stands."""
    said, forms = grounds.readings.said, set(forms_of(value))
    fields = {(grounds.readings.results[place.result].tool, place.pattern) for place in places}
    return all(said.get(field, set()) - forms and not said[field] & forms for field in fields)


def said_under(grounds: Grounds, one: Finding, *, names: bool = False) -> str:
    """Return another value that a request says of a field which is called as an argument is, and not that.

    *Who is on call for edge? Put Bram there* says a `team`; that of Bram's own row is another one.
    ``names``: where that is a name.
    """
    request, called = grounds.request, stems_of(one.path)
    forms = forms_of(one.value)
    if any(map(request.says, forms)):
        return ""
    others = {
        text
        for (_, pattern), said in grounds.readings.said.items()
        if stems_of(pattern.rpartition(".")[2].removesuffix("[]")) == called
        for kind, text in said - set(forms)
        if kind == "text" and len(text) > 2
    }
    return next((it for it in sorted(others) if not names or set(words(it)) <= request.capitalised), "")


def _is_said(request: Request, value: str) -> bool:
    """Return whether a request has a value's words, or one of them as a name."""
    return words_of_request(request, value) or not (request.capitalised - ACTS).isdisjoint(words(value))


def _owned(grounds: Grounds, one: Finding, places: list[Place], ids: AbstractSet[Form]) -> bool:
    """Return whether what a request names has the field in which others have a value, and not that value."""
    day = date_form(one.value) if one.sink == "date" else None
    if day is not None and grounds.request.means_day(day):
        return False
    objects = grounds.readings.objects
    lists = {(_tool(grounds, place), place.pattern) for place in places if place.object >= 0}
    named = set(grounds.named)
    own = {index for index in named if ids & set(objects[index].id)} or named
    has = {
        index
        for index in own
        for path, forms, _ in objects[index].fields
        if forms
        and any(
            tool == grounds.readings.results[objects[index].result].tool and _ends(pattern, path)
            for tool, pattern in lists
        )
    }
    return bool(has) and not any(place.object in own for place in places)


def _ends(pattern: str, path: str) -> bool:
    return pattern == path or pattern.endswith(f".{path}")


def _tool(grounds: Grounds, place: Place) -> str:
    return grounds.readings.results[place.result].tool


def _places(grounds: Grounds, value: str) -> Iterator[Place]:
    for form in forms_of(value):
        yield from grounds.readings.at(form)
