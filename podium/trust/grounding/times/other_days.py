"""Days of trusted fields beside the one that a request says: *until the end of January*, and 2027-12-31 goes.

A trusted field leaves a day to no other thing than what the request names, and to that only as far as the
request says: where it says until when, no later day of a field is meant.
"""

from typing import Final

import msgspec

from podium.trust.grounding.grounds import Grounds
from podium.trust.grounding.record.findings import Finding
from podium.trust.grounding.times.timing import FOLLOWS
from podium.trust.request.requests import Request
from podium.trust.values.forms import date_form, forms_of

_SAYS: Final = "the request says another day"


def other_days(grounds: Grounds, findings: list[Finding]) -> None:
    """Ask about days of fields where the request says one that the call does not take."""
    request = grounds.request
    said = any(kind == "date" for kind, _ in request.entities) or bool(request.resolved)
    days = {day for one in findings if one.sink == "date" and (day := date_form(one.value))}
    if not said or any(request.says_day(day) for day in days):
        return
    for at, one in enumerate(findings):
        by_field = one.ground in {"field", "object"} or one.why == FOLLOWS
        day = date_form(one.value) if one.sink == "date" and by_field else None
        if day is None or request.means_day(day) or request.offsets or request.durations:
            continue
        if _is_beyond(request, day) or (one.ground == "field" and not _is_told_by(grounds, one)):
            findings[at] = msgspec.structs.replace(
                one, ground="unnamed", may_ask=True, why=_SAYS, settled=True
            )


def _is_beyond(request: Request, day: str) -> bool:
    """Return whether a day is later than the last one that the request says."""
    return any(day > last for upper, last in request.day_bounds if upper)


def _is_told_by(grounds: Grounds, one: Finding) -> bool:
    """Return whether a row that has a day, or a named one, has one that the request says too.

    That tells which row is meant, or what is no longer so: `they can't make the 8th`.
    """
    objects = grounds.readings.objects
    rows = {place.object for form in forms_of(one.value) for place in grounds.readings.at(form)}
    return any(
        kind == "date" and grounds.request.says_day(form)
        for at in rows.union(grounds.named)
        if at >= 0
        for _, forms, _ in objects[at].fields
        for kind, form in forms
    )
