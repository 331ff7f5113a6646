"""What must belong together in one call, and sums that were given away before.

Where a request means several things of a kind, each of their values is trusted, but not one's amount with
another's account; and what it means to be done to each of them it does not mean to be done twice.
"""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any, Final

from podium.trust.english.clocked import HOURS
from podium.trust.english.hours import firm_hours, spans
from podium.trust.english.lasting import shifts
from podium.trust.english.lexicon import word_set
from podium.trust.grounding.grounds import Grounds
from podium.trust.grounding.record.findings import Finding
from podium.trust.grounding.record.own import first_form
from podium.trust.grounding.record.readings import Readings
from podium.trust.grounding.record.results import strings
from podium.trust.request.requests import Request
from podium.trust.tools import GUARDED, Sink, ToolRow
from podium.trust.values.forms import Form, date_form, forms_of, times_in
from podium.trust.values.paths import select

_OWNERS: Final[frozenset[Sink]] = frozenset(("object", "payee"))
_OWNED: Final[frozenset[Sink]] = frozenset(("payee", "amount"))
_ENDS: Final = word_set("end ends ending until till finish finishes over done by deadline close closes")
"""Words of a request that says when something ends."""


def mispaired(grounds: Grounds, findings: Sequence[Finding]) -> int | None:
    """Return which value belongs to another named thing than the call is about, or None."""
    for index, one in enumerate(findings):
        if one.ground != "object" or one.sink not in _OWNED:
            continue
        theirs = _bearers(grounds, one.value)
        for other in findings:
            if other is one or other.ground != "object" or other.sink not in _OWNERS:
                continue
            owners = _bearers(grounds, other.value, ids=other.sink == "object")
            kinds = {kind for kind, _ in owners}
            alike = {pair for pair in theirs if pair[0] in kinds}
            if alike and not alike & owners:
                return index
    return None


def mistimed(grounds: Grounds, findings: Sequence[Finding]) -> int | None:
    """Return which date has a time of day where the request says another one, or None.

    One of a call's times has to be the request's, or to have been read as it is: the end follows from it.
    Where the request says both ends (`10 to 11`) each of two has to.
    """
    request, both = grounds.request, spans(grounds.request.text)
    if not request.times and not both:
        return _beside_hour(request, findings)
    timed = [
        (index, one)
        for index, one in enumerate(findings)
        if one.sink == "date" and one.trusted and any(times_in(one.value))
    ]
    for _, one in timed:
        form = forms_of(one.value)[-1]
        read = any(place.label.trusted or grounds.within(place) for place in grounds.readings.at(form))
        if read or any(_says_time(request, time) for time in times_in(one.value)):
            return _beyond(both, timed) if both and len(timed) == 2 else None
    return timed[0][0] if timed else None


def _beside_hour(request: Request, findings: Sequence[Finding]) -> int | None:
    """Return which date of the request's has another time than the hour alone that it says: `at 2`.

    One of a call's times has to be that, of two the first unless the request says when it ends. A time that
    was read has its own ground, and of what is moved by an hour another one is meant.
    """
    hours = firm_hours(request.text)
    if not hours or shifts(request.text):
        return None
    timed = [
        (index, set(times_in(one.value)))
        for index, one in sorted(enumerate(findings), key=lambda it: it[1].value)
        if one.sink == "date"
        and one.ground == "request"
        and date_form(one.value)
        and any(times_in(one.value))
    ]
    meant = hours | request.clock
    fits = [index for index, times in timed if times & meant]
    if not timed or (fits and (len(timed) != 2 or fits[0] == timed[0][0] or _ENDS & request.bag)):
        return None
    return timed[0][0]


def _beyond(both: AbstractSet[tuple[str, str]], timed: Sequence[tuple[int, Finding]]) -> int | None:
    """Return which of a beginning and an end is not a span's, where the other one is the one of it."""
    (first, begins), (second, ends) = (
        (index, set(times_in(one.value))) for index, one in sorted(timed, key=lambda it: it[1].value)
    )
    fits = {stop for start, stop in both if start in begins}
    if fits:
        return second if fits.isdisjoint(ends) else None
    return first if any(stop in ends for _, stop in both) else None


def _says_time(request: Request, time: str) -> bool:
    """Return whether a request says a time of day, or its hour: `at 10`, `nine in the morning`."""
    hour = int(time[:2]) % 12 or 12
    names = {name for name, number in HOURS.items() if number == hour} | {str(hour), str(int(time[:2]))}
    return time in request.times or bool(names & request.bag)


def _bearers(
    grounds: Grounds, value: str, *, ids: bool = False
) -> set[tuple[tuple[str, frozenset[str]], tuple[Form, ...]]]:
    """Return kind and identifier of the named objects that have a value, or are called so by identifier."""
    wanted = set(forms_of(value))
    has = {
        at
        for at, seen in grounds.named.items()
        if wanted & set(seen.id)
        or (not ids and any(ok and wanted & set(forms) for _, forms, ok in seen.fields))
    }
    for index, leads in grounds.naming.led.items():  # the bill whose supplier has this account
        if any(ok and wanted & set(forms) for _, forms, ok in grounds.readings.objects[index].fields):
            has |= leads
    return {((seen.server, seen.nouns), seen.id) for at, seen in grounds.named.items() if at in has}


def repeats(readings: Readings, tool: ToolRow, arguments: Mapping[str, Any]) -> bool:
    """Return whether an act for good was done before in the task: word for word, or the same sum given away.

    Who pays the same to the same payee again, with another word beside it, pays twice. What the server
    refused was not done.
    """
    if tool.effect != "irreversible":
        return False
    done, results = readings.own.done, readings.results
    if not tool.idempotent and done.word_for_word(tool.id, strings(arguments), results):
        return True
    if "amount" not in {row.sink for row in tool.arguments.values()}:
        return False
    deciding = frozenset(
        first_form(text)
        for path, row in tool.arguments.items()
        if row.sink in GUARDED
        for _, value in select(arguments, path)
        for text in strings([value])
    )
    return bool(deciding) and done.with_all(tool.id, deciding, results)
