"""Days of which a request says something, and not all: their weekday alone."""

from datetime import date, timedelta
from typing import Final

from podium.trust.grounding.record.findings import Ground
from podium.trust.grounding.record.readings import Readings
from podium.trust.grounding.times.yearless import of_this_year
from podium.trust.request.requests import Request
from podium.trust.tools import Sink
from podium.trust.values.forms import date_form

NOWHERE: Final = "nothing that this task has read says it, nor the request"
_SOON: Final = timedelta(weeks=6)
"""In which a weekday alone may be meant."""


def weekday_said(request: Request, day: str) -> str:
    """Return the weekday of a day soon to come, where the request says that, else an empty text."""
    try:
        then, today = date.fromisoformat(day), date.fromisoformat(request.today)
    except ValueError:
        return ""
    name = f"{then:%A}"
    return name if today <= then <= today + _SOON and name.casefold() in request.bag else ""


def other_year(readings: Readings, sink: Sink, text: str) -> tuple[Ground, str] | None:
    """Return the ground of a day that the request says without its year, where it is of another one.

    What was read has its own ground.
    """
    day = date_form(text) if sink == "date" else None
    said = readings.request.entities
    if (
        day is None
        or day.startswith("-")
        or readings.at(("date", day))
        or ("date", f"--{day[-5:]}") not in said
    ):
        return None
    return "unnamed", "the request says that day without a year, which is another one"


def unread(readings: Readings, sink: Sink, text: str) -> str:
    """Return why a value has no ground that was read nowhere as it is."""
    yearless = sink == "date" and bool(of_this_year(readings, text))
    return "a text says that day without its year, and the request does not say it" if yearless else NOWHERE
