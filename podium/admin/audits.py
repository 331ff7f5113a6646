"""Endpoints of audits: what came of them over tasks, and what has occurred."""

from typing import Annotated, Any, Literal

import msgspec
from fastapi import FastAPI, Query, Request
from fastapi.responses import Response

from podium.admin.guard import Guard, caller
from podium.ports.occurrences import occurred
from podium.trust.people import Right
from podium.views.audit_results import MAX_RESULTS, ResultFilter, rates, results

Text = Annotated[str | None, Query()]
Whole = Annotated[int | None, Query(ge=0)]
Limit = Annotated[int, Query(ge=1, le=MAX_RESULTS)]


def add_audits(app: FastAPI, db: Any, guard: Guard, *, prefix: str) -> None:
    """Add the endpoints to the admin API."""

    @app.get(f"{prefix}/audits/results", **guard.wants(Right.LOOK))
    def found(
        request: Request,
        connection: db,
        audit: Text = None,
        task: Text = None,
        verdict: Literal["pass", "fail", "unknown"] | None = None,
        agent: Text = None,
        department: Text = None,
        trace: Text = None,
        since_ns: Whole = None,
        limit: Limit = 100,
        before: Whole = None,
    ) -> Response:
        """Return what came of rules over tasks, newest first; ``before``: the page's last `seq`."""
        where = ResultFilter(audit, task, verdict, agent, department, since_ns, trace, _sees(request))
        rows = results(connection, where, limit=limit, before=before)
        return _json({"results": rows, "rates": rates(connection, where)})

    @app.get(f"{prefix}/occurrences", **guard.wants(Right.LOOK))
    def occurrences(
        request: Request, connection: db, after: Annotated[int, Query(ge=0)] = 0, limit: Limit = 100
    ) -> Response:
        """Return what has occurred after a place, in order."""
        rows = occurred(connection, after=after, limit=limit, within=_sees(request))
        return _json({"occurrences": [{"seq": seq, **msgspec.to_builtins(it)} for seq, it in rows]})


def _sees(request: Request) -> tuple[str, ...] | None:
    return caller(request).person.sees


def _json(value: object) -> Response:
    return Response(msgspec.json.encode(value), media_type="application/json")
