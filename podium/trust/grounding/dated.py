"""Days of which a request says something, and not all: their weekday alone."""

from datetime import date, timedelta
from typing import Final

from podium.trust.request.requests import Request

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
