"""Endpoints of tools: definitions, approvals of changed ones, and calls."""

from typing import Annotated, Any, Literal

import msgspec
from fastapi import FastAPI, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict

from podium.admin.guard import Guard, Keeper, caller
from podium.ports.acts import ApproveTool
from podium.trust.people import Right
from podium.views.tools import tool_call_rows, tool_detail, tool_rows, tool_uses

Limit = Annotated[int, Query(ge=1, le=1000)]


class Approving(BaseModel):
    """Why a changed definition is approved."""

    model_config = ConfigDict(extra="forbid")

    reason: str


def add_tools(app: FastAPI, db: Any, guard: Guard, *, prefix: str, keeper: Keeper) -> None:
    """Add the endpoints to the admin API."""

    @app.get(f"{prefix}/tools", **guard.wants(Right.LOOK))
    def tools(connection: db) -> Response:
        """Tools of the manifests in force, and whether their definitions hold."""
        return _json({"tools": tool_rows(connection)})

    @app.get(f"{prefix}/tools/{{server}}/{{tool}}", **guard.wants(Right.LOOK))
    def tool(connection: db, server: str, tool: str) -> Response:
        """One tool: the definition that holds, and the difference to the one of now."""
        return _json(tool_detail(connection, f"{server}/{tool}"))

    @app.post(f"{prefix}/tools/{{server}}/{{tool}}/approve", **guard.wants(Right.OPERATE))
    async def approve(request: Request, server: str, tool: str, approving: Approving) -> Response:
        """Let tasks call a tool whose definition has changed."""
        return _json(await keeper.ask(ApproveTool(caller(request).by, f"{server}/{tool}", approving.reason)))

    @app.get(f"{prefix}/tool-uses", **guard.wants(Right.LOOK))
    def uses(connection: db, since_ns: Annotated[int, Query(ge=0)] = 0) -> Response:
        """How each tool was called since a time, in Unix nanoseconds: asked about, denied, failed."""
        return _json({"uses": tool_uses(connection, since_ns=since_ns)})

    @app.get(f"{prefix}/tool-calls", **guard.wants(Right.LOOK))
    def tool_calls(
        connection: db,
        task: str | None = None,
        agent: str | None = None,
        tool: str | None = None,
        verdict: Literal["allow", "ask", "deny"] | None = None,
        limit: Limit = 100,
        before: int | None = None,
    ) -> Response:
        """Tool calls, newest first; ``before`` is the `seq` of the page before."""
        rows = tool_call_rows(
            connection,
            task=task,
            agent=agent,
            tool=tool,
            verdict=verdict,
            limit=limit,
            before=before,
        )
        return _json({"calls": rows, "next": rows[-1].seq if len(rows) == limit else None})


def _json(value: object) -> Response:
    return Response(msgspec.json.encode(value), media_type="application/json")
