"""A limit that comes near its end: told in the Inbox and to webhooks, once for each limit and window.

It is told in the transaction of the grant that entered the band, so that it is neither lost nor told twice.
"""

import contextlib
from collections.abc import Callable
from typing import Final

from sqlalchemy import Connection

from podium.keeper.chain import KEEPER
from podium.keeper.inbox import Inbox
from podium.kernel.errors import InvalidRequest
from podium.ports.acts import BandEntered
from podium.trust.cases import SEEN, Case, Choice

KIND: Final = "budget.warning"
TOLD_WINDOWS: Final = frozenset({"hour", "day", "week", "month", "quarter"})
"""Windows that last long enough for a person to do something. Minutes and tasks have header and log alone."""

_NEXT: Final = {
    "warn": "Answers carry a warning from here on; nothing else changes yet.",
    "smaller": "Models of the first rung of a route's ladder do not serve from here on.",
    "cheapest": "What is left is kept for the last rung of a route's ladder.",
}


class BandNotices:
    """Opens them. Its method runs in the database thread, in the transaction of the grant."""

    def __init__(self, inbox: Inbox, organisation: Callable[[], str]) -> None:
        """``organisation``: its path, for a limit whose department is not known any more."""
        self._inbox = inbox
        self._organisation = organisation

    def entered(self, connection: Connection, at: BandEntered) -> None:
        """Tell that a limit has left its open band; the end of its window ends the notice."""
        if at.window_kind not in TOLD_WINDOWS:
            return
        case = Case(
            id="",
            kind=KIND,
            key=f"{at.limit}@{at.window}",
            title=f"{at.limit} is at {at.at_percent}% of its {at.amount_text}",
            why=f"{at.charged_text} are charged and {at.outstanding_text} are held by workers. "
            + _NEXT.get(at.action, ""),
            evidence={
                "limit": at.limit,
                "unit": at.unit,
                "limit_amount": at.amount,
                "charged": at.charged,
                "outstanding": at.outstanding,
                "at_percent": at.at_percent,
                "band": at.action,
                "window": at.window,
                "window_ends_ns": at.ends_ns,
            },
            choices=(Choice(SEEN, "Seen", "The notice leaves the Inbox; the limit stays as it is."),),
            department=at.department or self._organisation(),
            owner="operator",
            otherwise="The notice ends with the window.",
            created_ns=0,
            expires_ns=at.ends_ns,
        )
        with contextlib.suppress(InvalidRequest):  # the window has ended meanwhile: there is nothing to know
            self._inbox.open(connection, case, actor=KEEPER)
