"""Ends that are the day after the last one: leave from 21 to 23 December ends on the 24th, for some servers.

What has to have ground is the last day. What the tool's own server wrote in a field has its notation already,
and goes as it stands there.
"""

import re
from datetime import date, timedelta
from typing import Final

import msgspec

from podium.trust.grounding.grounds import IN_NAMED, Grounds
from podium.trust.grounding.record.findings import Finding
from podium.trust.grounding.sums.minor import found_in as found_in_unit
from podium.trust.tools import SinkRow, ToolRow
from podium.trust.values.forms import Form, forms_of

_DAY: Final = re.compile(r"(\d{4}-\d\d-\d\d)([T ]00:00(?::00(?:\.0+)?)?(?:Z|[+-]\d\d:?\d\d)?)?")
"""A day, or its first minute."""
IS_END: Final = "the server itself has this day, and its ends are the day after the last one"


def found_in(
    grounds: Grounds, tool: ToolRow, path: str, row: SinkRow, value: object, fixed: frozenset[Form]
) -> Finding:
    """Return where a value comes from, as `Grounds.find` does, of an exclusive end its last day.

    That is the value of what is found then.
    """
    day = last_day(grounds, value) if row.exclusive else None
    if day is None or set(forms_of(value)) & fixed:
        return found_in_unit(grounds, tool, path, row, value, fixed)
    plain = grounds.find(tool, path, row, value, fixed)
    if _is_own(tool, plain):
        return msgspec.structs.replace(plain, value=day)
    found = grounds.find(tool, path, row, day, frozenset())
    if _is_own(tool, found):
        return msgspec.structs.replace(found, ground="unnamed", may_ask=True, why=IS_END)
    return found


def _is_own(tool: ToolRow, found: Finding) -> bool:
    """Return whether a day stands in fields of the tool's own server alone."""
    listed = found.ground in {"object", "field"} and found.why != IN_NAMED and bool(found.origins)
    return listed and all(one.tool.partition("/")[0] == tool.server for one in found.origins)


def tell_ends(tool: ToolRow, findings: list[Finding]) -> None:
    """Say of last days that are asked about which ends the call has."""
    for at, one in enumerate(findings):
        row = tool.arguments.get(one.path)
        if (
            row is not None
            and row.exclusive
            and not one.trusted
            and (end := day_after(one.value)) != one.value
        ):
            findings[at] = msgspec.structs.replace(one, why=f"{one.why}; it ends before {end}")


def last_day(grounds: Grounds, value: object) -> str | None:
    """Return the day before an end; None where it is a time of day that counts, or no day.

    Midnight is one where the request says times.
    """
    match = _DAY.fullmatch(value.strip()) if isinstance(value, str) else None
    request = grounds.request
    if match is None:
        return None
    numbers = {f"{day[-2:]}:00" for day in request.dates | request.resolved}  # `from 21 to 23 December`
    if match[2] and (request.times or request.hours or request.clock - numbers):
        return None
    return _days_on(match[1], -1)


def day_after(value: str) -> str:
    """Return the end of what has a last day, as a call has it; the value itself where it is no such day."""
    return _days_on(value, 1) or value


def _days_on(day: str, days: int) -> str | None:
    try:
        return (date.fromisoformat(day) + timedelta(days)).isoformat()
    except (ValueError, OverflowError):
        return None
