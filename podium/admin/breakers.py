"""Endpoints of breakers, and of the emergency stop."""

from typing import Annotated, Any, Literal

import msgspec
from fastapi import FastAPI, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict

from podium.admin.guard import Guard, Keeper, caller
from podium.ports import Clock
from podium.ports.acts import SteerBreaker
from podium.trust.people import Right
from podium.views.breakers import breaker, breaker_views


class Decision(BaseModel):
    """What a person decides about a key. ``pct``: of the baseline, to resume at or to raise it to."""

    model_config = ConfigDict(extra="forbid")

    on: Literal["resume", "resume_limited", "raise_baseline", "stop", "kill"]
    reason: str
    pct: int = 0


def add_breakers(app: FastAPI, db: Any, guard: Guard, *, prefix: str, keeper: Keeper, clock: Clock) -> None:
    """Add the endpoints to the admin API."""

    @app.get(f"{prefix}/breakers", **guard.wants(Right.LOOK))
    def get_breakers(
        connection: db,
        everything: Annotated[bool, Query(alias="all")] = False,
    ) -> Response:
        """Agents and departments that spend, and whatever is not let through; ``all=true``: every one."""
        found = breaker_views(connection, clock.wall_ns(), everything=everything)
        return Response(msgspec.json.encode({"breakers": found}), media_type="application/json")

    @app.get(f"{prefix}/breakers/{{key:path}}", **guard.wants(Right.LOOK))
    def get_breaker(connection: db, key: str) -> Response:
        """One key, with its curve."""
        found = breaker(connection, key, clock.wall_ns())
        return Response(msgspec.json.encode(found), media_type="application/json")

    @app.post(f"{prefix}/breakers/{{key:path}}", **guard.wants(Right.ASK))
    async def decide(request: Request, key: str, given: Decision) -> Response:
        """Resume, limit, raise, stop or kill; for who operates, or decides for its department."""
        act = SteerBreaker(caller(request).by, key, given.on, given.reason, given.pct)
        return Response(msgspec.json.encode(await keeper.ask(act)), media_type="application/json")
