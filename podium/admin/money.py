"""The admin API of money: reports, budgets, what workers hold, and providers' bills."""

import asyncio
import hashlib
from typing import Annotated, Any

import msgspec
from fastapi import FastAPI, Query, Request
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, ConfigDict

from podium.admin.guard import Guard, Keeper, caller
from podium.ports import Clock
from podium.ports.acts import WriteOff
from podium.ports.aggregates import HOUR_NS
from podium.ports.link import Correct
from podium.spend.reconciling import Comparison
from podium.trust.people import Right
from podium.views.bills import compare
from podium.views.budgets import budget, budgets
from podium.views.economics import By, economics
from podium.views.focus import By as Rows
from podium.views.focus import focus_csv, focus_rows
from podium.views.holdings import holdings
from podium.views.ledger import LedgerFilters
from podium.views.periods import decide_period
from podium.views.report import report, report_csv
from podium.views.usage import Group, UsageFilters
from podium.wire.bills import Format, decode_bill

Text = Annotated[str | None, Query()]


def add_economics(app: FastAPI, prefix: str, db: Any, guard: Guard, clock: Clock) -> None:
    """Add ``/economics`` to the API."""

    @app.get(f"{prefix}/economics", **guard.wants(Right.LOOK))
    def get_economics(
        connection: db,
        days: Annotated[int, Query(ge=1, le=3660)] = 30,
        by: Annotated[By, Query()] = "agent",
    ) -> Response:
        """Return what successes have cost in the last days, and what they were worth."""
        now_ns = clock.wall_ns()
        found = economics(connection, since_ns=now_ns - days * 24 * HOUR_NS, until_ns=now_ns, by=by)
        return Response(msgspec.json.encode(found), media_type="application/json")

    @app.get(f"{prefix}/focus", **guard.wants(Right.LOOK))
    def get_focus(
        connection: db,
        period: Annotated[str, Query()] = "this-month",
        by: Annotated[Rows, Query()] = "hour",
        department: Text = None,
        agent: Text = None,
        model: Text = None,
        provider: Text = None,
    ) -> Response:
        """Return charges as CSV in the columns of FOCUS 1.2, summed by hour or one row each."""
        span = decide_period(period, clock.wall_ns())
        chosen = LedgerFilters(
            since_ns=span.since_ns,
            until_ns=span.end_ns,
            department=department,
            agent=agent,
            model=model,
            provider=provider,
        )
        lines = focus_csv(focus_rows(connection, chosen, by=by))
        named = {"content-disposition": f'attachment; filename="focus-{period}.csv"'}
        return Response("".join(lines), media_type="text/csv; charset=utf-8", headers=named)


def add_money(app: FastAPI, prefix: str, db: Any, guard: Guard, clock: Clock) -> None:
    """Add ``/report`` and ``/budgets`` to the API."""

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

    @app.get(f"{prefix}/budgets", **guard.wants(Right.LOOK))
    def get_budgets(connection: db) -> Response:
        """Return every limit, from the organisation down, and what is used of it."""
        found = budgets(connection, clock.wall_ns())
        return Response(msgspec.json.encode(found), media_type="application/json")

    @app.get(f"{prefix}/budgets/{{limit:path}}", **guard.wants(Right.LOOK))
    def get_budget(connection: db, limit: str) -> Response:
        """Return one limit, with what each worker holds of it."""
        found = budget(connection, limit, clock.wall_ns())
        return Response(msgspec.json.encode(found), media_type="application/json")


class NewWriteOff(BaseModel):
    """What is written off: ``worker`` is an incarnation, or a machine for all that have not ended there."""

    model_config = ConfigDict(extra="forbid")

    worker: str
    reason: str


def add_write_offs(app: FastAPI, prefix: str, db: Any, guard: Guard, keeper: Keeper) -> None:
    """Add ``/held`` and ``/write-offs``."""

    @app.get(f"{prefix}/held", **guard.wants(Right.LOOK))
    def held(connection: db) -> Response:
        """Return the workers that have not ended, and what each holds of which limit."""
        return Response(msgspec.json.encode({"workers": holdings(connection)}), media_type="application/json")

    @app.post(f"{prefix}/write-offs", status_code=201, **guard.wants(Right.ADMINISTER))
    async def write_off(request: Request, given: NewWriteOff) -> JSONResponse:
        """Charge what a worker holds of which nobody hears. One that still answers is refused."""
        done: Any = await keeper.ask(WriteOff(caller(request).by, given.worker, given.reason))
        return JSONResponse({"id": done.id, "text": done.text}, 201)


def add_reconciliation(app: FastAPI, prefix: str, db: Any, guard: Guard, keeper: Keeper) -> None:
    """Add ``/reconcile``: the body is the export as it was downloaded."""

    @app.post(f"{prefix}/reconcile", **guard.wants(Right.ADMINISTER))
    async def reconcile(
        request: Request,
        connection: db,
        provider: Annotated[str, Query()],
        format: Annotated[Format, Query()] = "csv",  # noqa: A002 - the query's name
        column: Annotated[list[str] | None, Query()] = None,
        complete: Annotated[bool, Query()] = False,
        exact: Annotated[bool, Query()] = False,
        apply: Annotated[bool, Query()] = False,
    ) -> Response:
        """Hold a provider's export against the ledger; with ``apply`` write what it settles."""
        data = await request.body()
        columns = dict(pair.split("=", 1) for pair in column or () if "=" in pair)

        def work() -> Comparison:
            bill = decode_bill(data, format, columns)
            return compare(connection, bill, provider, correct_exact=exact, complete=complete)

        found = await asyncio.to_thread(work)
        applied = None
        if apply:
            question = Correct(
                caller(request).by, provider, hashlib.sha256(data).hexdigest(), found.corrections
            )
            applied = await keeper.ask(question)
        body = {"findings": found.findings, "corrections": found.corrections, "applied": applied}
        return Response(msgspec.json.encode(body), media_type="application/json")
