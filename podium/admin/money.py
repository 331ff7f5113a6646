"""The admin API's reports of money."""

from typing import Annotated, Any

import msgspec
from fastapi import FastAPI, Query, Request
from fastapi.responses import Response

from podium.admin.guard import Guard
from podium.ports import Clock
from podium.trust.people import Right
from podium.views.report import report, report_csv
from podium.views.usage import Group, UsageFilters

Text = Annotated[str | None, Query()]


def add_money(app: FastAPI, prefix: str, db: Any, guard: Guard, clock: Clock) -> None:
    """Add ``/report`` to the API."""

    @app.get(f"{prefix}/report", **guard.wants(Right.LOOK))
    def get_report(
        request: Request,
        connection: db,
        period: Annotated[str, Query()] = "this-month",
        against: Annotated[str, Query()] = "same-part",
        zone: Annotated[str, Query()] = "UTC",
        by: Annotated[Group, Query()] = "department",
        department: Text = None,
        agent: Text = None,
        route: Text = None,
        model: Text = None,
        provider: Text = None,
        outcome: Text = None,
        format: Annotated[str | None, Query(pattern="^(json|csv)$")] = None,  # noqa: A002 - the query's name
    ) -> Response:
        """Return what a period has cost, against another: JSON, or CSV by ``format=csv`` or Accept."""
        found = report(
            connection,
            clock.wall_ns(),
            period=period,
            against=against,
            zone=zone,
            by=by,
            filters=UsageFilters(
                department=department,
                agent=agent,
                route=route,
                model=model,
                provider=provider,
                outcome=outcome,
            ),
        )
        wants_csv = format == "csv" or (format is None and "text/csv" in request.headers.get("accept", ""))
        if wants_csv:
            return Response("".join(report_csv(found)), media_type="text/csv; charset=utf-8")
        return Response(msgspec.json.encode(found), media_type="application/json")
