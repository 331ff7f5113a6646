"""Agents that Podium runs, for clients of the A2A protocol (https://a2a-protocol.org/v1.0.0/specification).

The protocol is the official SDK's, which is imported when somebody first asks: whoever needs none of it has
a control process as small as before.
"""

from typing import TYPE_CHECKING

from fastapi import FastAPI, Request
from fastapi.responses import Response
from sqlalchemy import Engine
from starlette.exceptions import HTTPException

from podium.admin.guard import Guard, Keeper, caller
from podium.kernel.errors import NotFound, PodiumError
from podium.manifest.snapshot import AgentRow
from podium.ports import Clock
from podium.ports.artifacts import ArtifactStore
from podium.trust.people import Right
from podium.views.manifests import manifests
from podium.views.scope import seen_by

if TYPE_CHECKING:
    from podium.admin.a2a_tasks import Fleet


def add_a2a(
    app: FastAPI,
    engine: Engine,
    guard: Guard,
    *,
    prefix: str,
    keeper: Keeper,
    clock: Clock,
    store: ArtifactStore,
) -> None:
    """Add an A2A server for each agent that Podium runs. ``prefix``: of the REST that serves artifacts."""
    made: list[Fleet] = []

    def fleet() -> "Fleet":
        if not made:
            from podium.admin.a2a_tasks import Fleet  # noqa: PLC0415 - large, and rarely asked for

            made.append(Fleet(engine, guard, prefix=prefix, keeper=keeper, clock=clock, store=store))
        return made[0]

    def in_force(request: Request, name: str) -> tuple[AgentRow, int]:
        """Return an agent that Podium runs, and the version of the manifests. Raises NotFound."""
        with seen_by(engine, caller(request).person).connect() as connection:
            found = manifests(connection, history=1)
        agent = found.snapshot.agents.get(name) if found.snapshot is not None else None
        if agent is None or agent.run is None or found.in_force is None:
            raise NotFound(
                f"There is no agent {name} that Podium runs.",
                fix="`spec.run` of an Agent's manifest says how one is run (docs/tasks.md).",
                field="agent",
            )
        return agent, found.in_force.version

    @app.get("/a2a/{agent}/.well-known/agent-card.json", include_in_schema=False, **guard.wants(Right.LOOK))
    async def card(request: Request, agent: str) -> Response:
        row, version = in_force(request, agent)
        return await fleet().card(request, row, version)

    @app.post("/a2a/{agent}", include_in_schema=False, **guard.wants(Right.LOOK))
    async def call(request: Request, agent: str) -> Response:
        in_force(request, agent)
        try:
            return await fleet().call(request)
        except HTTPException as refused:
            if isinstance(refused.__cause__, PodiumError):
                raise refused.__cause__ from None
            raise
