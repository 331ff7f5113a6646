"""Endpoints of traces: search, one trace, figures, and read-only SQL. The collector answers them."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Annotated, Any, Literal

import msgspec
from fastapi import Depends, FastAPI, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Engine

from podium.admin.content import add_content
from podium.admin.guard import Guard, caller
from podium.ports.spans import (
    MAX_FOUND,
    GetExport,
    GetStats,
    Key,
    RunSql,
    SearchTraces,
    SpanQuestion,
    TraceFilter,
)
from podium.trust.people import Right
from podium.trust.values.label_flow import FlowStep
from podium.views.label_flow import flow_of
from podium.views.scope import seen_by
from podium.views.traces import Collector, TreeSpan, asked_by, compared, found_trace, trace_question
from podium.views.windows import window_steps

Text = Annotated[str | None, Query()]
Whole = Annotated[int | None, Query(ge=0)]
Limit = Annotated[int, Query(ge=1, le=MAX_FOUND)]


class Asking(BaseModel):
    """One SELECT over the views that docs/traces.md names."""

    model_config = ConfigDict(extra="forbid")

    sql: str
    limit: int = Field(MAX_FOUND, ge=1, le=MAX_FOUND)


def trace_filter(
    since_ns: Whole = None,
    until_ns: Whole = None,
    agent: Text = None,
    department: Text = None,
    model: Text = None,
    tool: Text = None,
    task: Text = None,
    verdict: Literal["allow", "ask", "deny"] | None = None,
    status: Literal["ok", "error"] | None = None,
    text: Text = None,
    min_cost_nano_usd: Whole = None,
    max_cost_nano_usd: Whole = None,
    min_duration_ns: Whole = None,
    max_duration_ns: Whole = None,
) -> TraceFilter:
    """Read the filters of traces from the query."""
    return TraceFilter(
        since_ns=since_ns,
        until_ns=until_ns,
        agent=agent,
        department=department,
        model=model,
        tool=tool,
        task=task,
        verdict=verdict,
        status=status,
        text=text,
        min_cost_nano_usd=min_cost_nano_usd,
        max_cost_nano_usd=max_cost_nano_usd,
        min_duration_ns=min_duration_ns,
        max_duration_ns=max_duration_ns,
    )


def add_traces(app: FastAPI, guard: Guard, engine: Engine, *, prefix: str, collector: Collector) -> None:
    """Add the endpoints to the admin API. Each answers with what is of the caller's departments."""

    async def ask(request: Request, question: SpanQuestion) -> Any:
        return await collector.ask(asked_by(caller(request).person, question))

    async def one(request: Request, trace_id: str) -> tuple[str, list[TreeSpan]]:
        return trace_id, found_trace(await ask(request, trace_question(trace_id)), trace_id)

    @app.get(f"{prefix}/traces", **guard.wants(Right.LOOK))
    async def traces(
        request: Request,
        where: Annotated[Any, Depends(trace_filter)],
        limit: Limit = 50,
        after: Text = None,
    ) -> Response:
        """Traces, newest first; ``after`` is the `next` of the page before."""
        found = await ask(request, SearchTraces(where, limit, after))
        if not found.traces and after is None:
            await guard.known(request, agent=where.agent)
        return _json({"traces": found.traces, "next": found.next})

    @app.get(f"{prefix}/traces/stats", **guard.wants(Right.LOOK))
    async def stats(
        request: Request,
        by: Key = "agent",
        since_ns: Whole = None,
        until_ns: Whole = None,
        agent: Text = None,
        department: Text = None,
        model: Text = None,
        tool: Text = None,
        operation: Text = None,
    ) -> Response:
        """Figures of spans by a key. Quantiles of durations are estimates, at most 5 % off."""
        question = GetStats(by, since_ns, until_ns, agent, department, model, tool, operation)
        rows = (await ask(request, question)).rows
        if not rows:
            await guard.known(request, agent=agent)
        return _json({"by": by, "rows": rows})

    @app.post(f"{prefix}/traces/sql", **guard.wants(Right.LOOK))
    async def sql(request: Request, asking: Asking) -> Response:
        """One read-only SELECT over documented views; not for whom only some departments' traces are."""
        found = await ask(request, RunSql(asking.sql, asking.limit))
        return _json({"columns": found.columns, "rows": found.rows, "cut": found.cut})

    _add_looks(app, guard, engine, prefix, one)
    _add_export(app, guard, prefix, collector)

    @app.get(f"{prefix}/traces/{{trace_id}}", **guard.wants(Right.LOOK))
    async def trace(request: Request, trace_id: str) -> Response:
        """One trace: its spans, each below its parent."""
        _, found = await one(request, trace_id)
        return _json({"trace_id": trace_id, "spans": found})

    add_content(app, guard, prefix=prefix, collector=collector)


def _add_export(app: FastAPI, guard: Guard, prefix: str, collector: Collector) -> None:
    @app.get(f"{prefix}/traces/export", **guard.wants(Right.LOOK))
    async def export(request: Request) -> Response:
        """How the sending of spans to another collector stands."""
        return _json(await collector.ask(asked_by(caller(request).person, GetExport())))


One = Callable[[Request, str], Awaitable[tuple[str, list[TreeSpan]]]]
"""Asks for a trace's spans; raises NotFound where there is none that the caller may see."""


def _add_looks(app: FastAPI, guard: Guard, engine: Engine, prefix: str, one: One) -> None:
    """Add what is made of whole traces."""

    @app.get(f"{prefix}/traces/diff", **guard.wants(Right.LOOK))
    async def diff(request: Request, a: str, b: str) -> Response:
        """Two traces, aligned by the order of their steps: what is the same, changed, missing, added."""
        first, second = await one(request, a), await one(request, b)
        return _json(await asyncio.to_thread(compared, first, second))

    @app.get(f"{prefix}/traces/{{trace_id}}/windows", **guard.wants(Right.LOOK))
    async def windows(request: Request, trace_id: str) -> Response:
        """Windows of a trace's calls of models: what filled them, documents by reported retrievals too."""
        id_, found = await one(request, trace_id)
        return _json({"trace_id": id_, "windows": window_steps([it.span for it in found])})

    @app.get(f"{prefix}/traces/{{trace_id}}/labels", **guard.wants(Right.LOOK))
    async def labels(request: Request, trace_id: str) -> Response:
        """How labels joined over a trace's calls of tools, in their order."""
        await one(request, trace_id)  # which says whether it is theirs to see

        def read() -> list[FlowStep]:
            with seen_by(engine, caller(request).person).connect() as connection:
                return flow_of(connection, trace=trace_id.lower())

        return _json({"trace_id": trace_id, "steps": await asyncio.to_thread(read)})


def _json(value: object) -> Response:
    return Response(msgspec.json.encode(value), media_type="application/json")
