"""The admin API: the console's and the command line's read models and verbs over HTTP.

Bearer token, OpenAPI 3.1 at ``/podium/v1/openapi.json``, errors as RFC 9457 problem+json with ``code``,
``fix`` and ``field``. Amounts are integer nano-USD, times Unix nanoseconds.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Iterable
from http import HTTPStatus
from typing import Annotated, Any

import msgspec
from fastapi import Depends, FastAPI, Query, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DataError
from starlette.exceptions import HTTPException

from podium import __version__
from podium.admin.a2a import add_a2a
from podium.admin.audits import add_audits
from podium.admin.breakers import add_breakers
from podium.admin.guard import Guard, Keeper, caller
from podium.admin.inbox import add_inbox
from podium.admin.money import add_economics, add_money, add_reconciliation, add_write_offs
from podium.admin.people import add_evidence, add_people
from podium.admin.pipelines import add_incoming, add_pipelines
from podium.admin.runs import add_runs
from podium.admin.tasks import add_tasks
from podium.admin.tools import add_tools
from podium.admin.traces import add_traces
from podium.control.door import Door
from podium.control.incoming import Incoming
from podium.control.keys import LOOK_EVERY_S, REACHED_WITHIN_S, mint, reached
from podium.kernel.errors import (
    Forbidden,
    NotFound,
    NotReady,
    PodiumError,
    RequestError,
    StateError,
    Unauthenticated,
)
from podium.ports import Clock, Entropy
from podium.ports.acts import Passwords
from podium.ports.artifacts import ArtifactStore
from podium.ports.database import PASSING
from podium.ports.link import GetStatus, RevokeCredential
from podium.trust.people import Right
from podium.views import calls as calls_view
from podium.views import explain as explain_view
from podium.views import ledger as ledger_view
from podium.views import manifests as manifests_view
from podium.views import now as now_view
from podium.views import status as status_view
from podium.views.evidence import Trust
from podium.views.scope import seen_by
from podium.views.text import charges_csv
from podium.views.traces import Collector

PREFIX = "/podium/v1"


def problem(
    status: int,
    code: str,
    detail: str,
    fix: str = "",
    field: str | None = None,
    headers: dict[str, str] | None = None,
) -> JSONResponse:
    """Return an RFC 9457 problem."""
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "code": code,
    }
    if fix:
        body["fix"] = fix
    if field:
        body["field"] = field
    return JSONResponse(body, status, headers=headers, media_type="application/problem+json")


def _status_of(error: PodiumError) -> int:
    kinds: tuple[tuple[type[PodiumError], int], ...] = (
        (Unauthenticated, 401),
        (Forbidden, 403),
        (NotFound, 404),
        (RequestError, 400),
        (NotReady, 503),
        (StateError, 503),
    )
    return next((status for kind, status in kinds if isinstance(error, kind)), 500)


def _json(value: object) -> Response:
    return Response(msgspec.json.encode(value), media_type="application/json")


Text = Annotated[str | None, Query()]
Whole = Annotated[int | None, Query(ge=0)]
Flag = Annotated[bool | None, Query()]
Limit = Annotated[int, Query(ge=1, le=1000)]


def ledger_filters(
    since_ns: Whole = None,
    until_ns: Whole = None,
    department: Text = None,
    agent: Text = None,
    route: Text = None,
    model: Text = None,
    provider: Text = None,
    task: Text = None,
    trace: Text = None,
    outcome: Text = None,
    estimated: Flag = None,
    overrun: Flag = None,
) -> ledger_view.LedgerFilters:
    """Read the filters of charges from the query."""
    return ledger_view.LedgerFilters(
        since_ns=since_ns,
        until_ns=until_ns,
        department=department,
        agent=agent,
        route=route,
        model=model,
        provider=provider,
        task=task,
        trace=trace,
        outcome=outcome,
        estimated=estimated,
        overrun=overrun,
    )


def call_filters(
    since_ns: Whole = None,
    until_ns: Whole = None,
    department: Text = None,
    agent: Text = None,
    route: Text = None,
    model: Text = None,
    task: Text = None,
    trace: Text = None,
    outcome: Text = None,
    failed: Flag = None,
    text: Text = None,
) -> calls_view.CallFilters:
    """Read the filters of calls from the query."""
    return calls_view.CallFilters(
        since_ns=since_ns,
        until_ns=until_ns,
        department=department,
        agent=agent,
        route=route,
        model=model,
        task=task,
        trace=trace,
        outcome=outcome,
        failed=failed,
        text=text,
    )


def _before(before: Annotated[str | None, Query(pattern=r"^\d+:\w+$")] = None) -> tuple[int, str] | None:
    """Read a page's mark: ``<admitted_ns>:<id>`` of the last row seen."""
    if before is None:
        return None
    admitted, _, id_ = before.partition(":")
    return int(admitted), id_


def create_app(
    *,
    engine: Engine,
    keeper: Keeper,
    door: Door,
    clock: Clock,
    entropy: Entropy,
    passwords: Passwords,
    trust: Trust,
    incoming: Incoming | None = None,
    collector: Collector | None = None,
    artifacts: ArtifactStore | None = None,
) -> FastAPI:
    """Return the API; the console is mounted on it. ``trust``: what the chain is verified with.

    ``incoming``: what takes signed messages to pipelines; None: nothing does.
    """
    app = FastAPI(title="Podium", version=__version__, docs_url=None, redoc_url=None, openapi_url=None)
    _handle_errors(app)

    def connection(request: Request) -> Iterable[Connection]:
        with seen_by(engine, caller(request).person).connect() as open_connection:
            yield open_connection

    db = Annotated[Connection, Depends(connection)]
    guard = Guard(door, keeper, engine)
    _reads(app, db, guard, clock, trust)
    _writes(app, db, guard, keeper, clock, entropy)
    add_reconciliation(app, PREFIX, db, guard, keeper)
    add_write_offs(app, PREFIX, db, guard, keeper)
    add_people(
        app, db, guard, prefix=PREFIX, keeper=keeper, clock=clock, entropy=entropy, passwords=passwords
    )
    add_breakers(app, db, guard, prefix=PREFIX, keeper=keeper, clock=clock)
    add_tasks(app, db, guard, prefix=PREFIX, keeper=keeper, clock=clock)
    if artifacts is not None:
        add_runs(app, db, guard, prefix=PREFIX, keeper=keeper, clock=clock, store=artifacts)
        add_a2a(app, engine, guard, prefix=PREFIX, keeper=keeper, clock=clock, store=artifacts)
    add_tools(app, db, guard, prefix=PREFIX, keeper=keeper)
    add_pipelines(app, db, guard, prefix=PREFIX, keeper=keeper)
    add_audits(app, db, guard, prefix=PREFIX)
    if incoming is not None:
        add_incoming(app, prefix=PREFIX, incoming=incoming)
    if collector is not None:
        add_traces(app, guard, engine, prefix=PREFIX, collector=collector)
    add_inbox(app, db, guard, prefix=PREFIX, keeper=keeper, clock=clock)
    add_evidence(app, db, guard, prefix=PREFIX, engine=engine, keeper=keeper, trust=trust)

    @app.get(f"{PREFIX}/openapi.json", include_in_schema=False, **guard.wants(Right.LOOK))
    def openapi() -> JSONResponse:
        return JSONResponse(app.openapi())

    return app


def _reads(app: FastAPI, db: Any, guard: Guard, clock: Clock, trust: Trust) -> None:
    filters_of_charges = Annotated[ledger_view.LedgerFilters, Depends(ledger_filters)]
    page = Annotated[tuple[int, str] | None, Depends(_before)]

    @app.get(f"{PREFIX}/status", **guard.wants(Right.LOOK))
    def status(connection: db) -> Response:
        """Workers, versions, counts."""
        return _json(status_view.status(connection))

    @app.get(f"{PREFIX}/now", **guard.wants(Right.LOOK))
    def now(connection: db, window_s: Annotated[int, Query(ge=1, le=86400)] = 900) -> Response:
        """Spend, calls, errors and latencies of the last seconds."""
        return _json(now_view.now(connection, clock.wall_ns(), window_s))

    @app.get(f"{PREFIX}/ledger", **guard.wants(Right.LOOK))
    def ledger(
        request: Request,
        connection: db,
        filters: filters_of_charges,
        before: page,
        limit: Limit = 100,
        format: Annotated[str | None, Query(pattern="^(json|csv)$")] = None,  # noqa: A002 - the query's name
    ) -> Response:
        """Return charges, newest first: JSON, or CSV by ``format=csv`` or Accept."""
        rows = ledger_view.ledger_rows(connection, filters, limit=limit, before=before)
        wants_csv = format == "csv" or (format is None and "text/csv" in request.headers.get("accept", ""))
        if wants_csv:
            return Response("".join(charges_csv(rows)), media_type="text/csv; charset=utf-8")
        following = f"{rows[-1].admitted_ns}:{rows[-1].charge_id}" if len(rows) == limit else None
        return _json({"charges": rows, "before": following})

    @app.get(f"{PREFIX}/totals", **guard.wants(Right.LOOK))
    def totals(
        connection: db,
        filters: filters_of_charges,
        by: Annotated[ledger_view.Dimension | None, Query()] = None,
    ) -> Response:
        """Return sums by a dimension, or one for all."""
        return _json({"totals": ledger_view.totals(connection, filters, by)})

    _read_calls(app, db, guard, clock, trust)
    add_money(app, PREFIX, db, guard, clock)
    add_economics(app, PREFIX, db, guard, clock)


def _read_calls(app: FastAPI, db: Any, guard: Guard, clock: Clock, trust: Trust) -> None:
    filters_of_calls = Annotated[calls_view.CallFilters, Depends(call_filters)]
    page = Annotated[tuple[int, str] | None, Depends(_before)]

    @app.get(f"{PREFIX}/calls", **guard.wants(Right.LOOK))
    def calls(connection: db, filters: filters_of_calls, before: page, limit: Limit = 100) -> Response:
        """Return calls, newest first."""
        rows = calls_view.call_rows(connection, filters, limit=limit, before=before)
        following = f"{rows[-1].call.admitted_ns}:{rows[-1].call.call_id}" if len(rows) == limit else None
        return _json({"calls": rows, "before": following})

    @app.get(f"{PREFIX}/calls/{{call_id}}", **guard.wants(Right.LOOK))
    def call(connection: db, call_id: str) -> Response:
        """Return one call with its attempts and timeline."""
        return _json(calls_view.call_detail(connection, call_id))

    @app.get(f"{PREFIX}/explain/{{id:path}}", **guard.wants(Right.LOOK))
    def explain(connection: db, id: str) -> Response:  # noqa: A002 - the path's name
        """Tell the whole story of any id, in words and as a tree, and whether the chain over it verifies."""
        return _json(explain_view.tell(connection, id, trust, now_ns=clock.wall_ns()))

    @app.get(f"{PREFIX}/manifests", **guard.wants(Right.LOOK))
    def manifests(connection: db) -> Response:
        """Return the version in force, the history, and the last refusal."""
        return _json(manifests_view.manifests(connection))

    @app.get(f"{PREFIX}/agents", **guard.wants(Right.LOOK))
    def agents(connection: db) -> Response:
        """Return the agents of the manifests in force and their credentials."""
        snapshot = manifests_view.manifests(connection, history=1).snapshot
        keys = status_view.agent_keys(connection)
        rows = sorted(snapshot.agents.values(), key=lambda row: row.name) if snapshot is not None else []
        return _json(
            {"agents": [{"agent": row, "keys": [k for k in keys if k.agent == row.name]} for row in rows]}
        )


def _writes(app: FastAPI, db: Any, guard: Guard, keeper: Keeper, clock: Clock, entropy: Entropy) -> None:
    @app.get(f"{PREFIX}/agents/{{name}}/keys", **guard.wants(Right.LOOK))
    def keys(connection: db, name: str) -> Response:
        """Return an agent's credentials; the keys themselves are not kept."""
        return _json({"keys": status_view.agent_keys(connection, name)})

    @app.post(f"{PREFIX}/agents/{{name}}/keys", status_code=201, **guard.wants(Right.OPERATE))
    async def make_key(request: Request, name: str) -> JSONResponse:
        """Make a credential; this answer is the only time that the key is shown."""
        key = mint(name, clock, entropy, by=caller(request).by)
        await keeper.ask(key.question)
        await _wait_for_workers(keeper)
        body = {"agent": name, "id": key.question.credential_id, "key": key.plaintext}
        return JSONResponse(body, 201, headers={"cache-control": "no-store"})

    @app.delete(f"{PREFIX}/keys/{{key_id}}", status_code=204, **guard.wants(Right.OPERATE))
    async def revoke_key(request: Request, key_id: str) -> Response:
        """End a credential."""
        await keeper.ask(RevokeCredential(credential_id=key_id, by=caller(request).by))
        await _wait_for_workers(keeper)
        return Response(status_code=204)


async def _wait_for_workers(keeper: Keeper) -> None:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(REACHED_WITHIN_S):
            while not reached(await keeper.ask(GetStatus())):  # noqa: ASYNC110 - the keeper is asked
                await asyncio.sleep(LOOK_EVERY_S)


def _handle_errors(app: FastAPI) -> None:
    async def ours(_request: Request, error: Exception) -> Response:
        assert isinstance(error, PodiumError)  # noqa: S101 - registered for this class
        status = _status_of(error)
        headers = {"www-authenticate": "Bearer"} if status == 401 else None
        return problem(status, error.error_code, error.message, error.fix, error.field, headers)

    async def away(_request: Request, error: Exception) -> Response:
        said = " ".join(str(getattr(error, "orig", None) or error).split())
        return problem(503, "not_ready", f"The database does not answer: {said}", "Try again soon.")

    async def invalid(_request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for this class
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"][1:])
        return problem(400, "invalid_request", f"{field}: {first['msg']}", "See openapi.json.", field)

    async def beyond(_request: Request, _error: Exception) -> Response:
        said = "A value of this request is none that is kept: whole numbers have 64 bits, texts no NUL."
        return problem(400, "invalid_request", said, "See openapi.json.")

    async def http(_request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)  # noqa: S101 - registered for this class
        code = {404: "not_found", 405: "method_not_allowed"}.get(error.status_code, "http_error")
        headers = dict(error.headers) if error.headers else None
        return problem(error.status_code, code, str(error.detail), headers=headers)

    handlers: tuple[tuple[type[Exception], Callable[[Request, Exception], Awaitable[Response]]], ...] = (
        (PodiumError, ours),
        *((kind, away) for kind in PASSING),
        *((kind, beyond) for kind in (OverflowError, DataError)),
        (RequestValidationError, invalid),
        (HTTPException, http),
    )
    for kind, handler in handlers:
        app.add_exception_handler(kind, handler)
