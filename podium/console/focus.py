"""Money's export for FinOps tools: the ledger as FOCUS 1.2, summed by hour."""

from collections.abc import Callable
from typing import Final

from fastapi import FastAPI, Request
from fastapi.responses import Response
from markupsafe import Markup
from sqlalchemy import Engine

from podium.console.address import Address
from podium.console.markup import link
from podium.console.session import CALLER
from podium.kernel.errors import InvalidRequest
from podium.views.focus import focus_csv, focus_rows
from podium.views.ledger import LedgerFilters
from podium.views.periods import decide_period
from podium.views.scope import seen_by

PATH: Final = "/money/focus.csv"


def focus_button(period: str) -> Markup:
    """Return the link by which a browser saves the export of a period."""
    return link(Address(PATH).but(period=period), "Download FOCUS 1.2", class_="button", download=True)


def add_focus(app: FastAPI, engine: Engine, now_ns: Callable[[], int]) -> None:
    """Add ``/money/focus.csv``: whatever was charged in a period, this month by default."""

    @app.get(PATH, include_in_schema=False)
    def download(request: Request) -> Response:
        period = Address.parse(f"{PATH}?{request.url.query}").get("period") or "this-month"
        try:
            span = decide_period(period, now_ns())
        except InvalidRequest as error:
            return Response(f"{error}\n", status_code=400, media_type="text/plain; charset=utf-8")
        chosen = LedgerFilters(since_ns=span.since_ns, until_ns=span.end_ns)
        with seen_by(engine, request.scope[CALLER][1]).connect() as connection:
            text = "".join(focus_csv(focus_rows(connection, chosen, by="hour")))
        named = {
            "content-disposition": f'attachment; filename="focus-{period}.csv"',
            "cache-control": "no-store",
        }
        return Response(text, media_type="text/csv; charset=utf-8", headers=named)
