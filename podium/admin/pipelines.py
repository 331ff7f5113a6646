"""Endpoints of pipelines: list, run, look, cancel, retry; and the door for what outside systems tell."""

import json
from typing import Annotated, Any, Literal

import msgspec
from fastapi import FastAPI, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict

from podium.admin.guard import Guard, Keeper, caller
from podium.control.incoming import MAX_BODY_BYTES, Incoming, Message
from podium.kernel.errors import InvalidRequest, NotFound
from podium.ports.pipelines import CancelPipeline, PipelineRunIs, RetryPipeline, StartPipeline
from podium.trust.people import Right
from podium.views.pipelines import in_force, pipeline_views, run_detail, run_rows, trigger_views

State = Literal["running", "cancelling", "succeeded", "failed", "cancelled"]


class Start(BaseModel):
    """What a run is started with."""

    model_config = ConfigDict(extra="forbid")

    inputs: dict[str, Any] = {}


class Why(BaseModel):
    """Why something is done to a run; it is kept for ever."""

    model_config = ConfigDict(extra="forbid")

    reason: str


def add_pipelines(app: FastAPI, db: Any, guard: Guard, *, prefix: str, keeper: Keeper) -> None:
    """Add the endpoints to the admin API."""

    @app.get(f"{prefix}/pipelines", **guard.wants(Right.LOOK))
    def pipelines(connection: db) -> Response:
        """Pipelines of the manifests in force, each with its newest run."""
        return _json({"pipelines": pipeline_views(connection)})

    @app.get(f"{prefix}/pipelines/{{name}}", **guard.wants(Right.LOOK))
    def pipeline(connection: db, name: str) -> Response:
        """One pipeline as it is compiled, and what its triggers remember."""
        snapshot = in_force(connection)
        row = snapshot.pipelines.get(name) if snapshot is not None else None
        if row is None:
            raise NotFound(f"There is no pipeline {name}.")
        return _json({"pipeline": row, "triggers": trigger_views(connection, row)})

    @app.post(f"{prefix}/pipelines/{{name}}/runs", status_code=201, **guard.wants(Right.OPERATE))
    async def run(request: Request, name: str, given: Start) -> Response:
        """Start a run."""
        question = StartPipeline(caller(request).by, name, json.dumps(given.inputs))
        return _json(await keeper.ask(question), 201)

    @app.get(f"{prefix}/pipeline-runs", **guard.wants(Right.LOOK))
    def runs(
        connection: db,
        pipeline: str | None = None,
        state: State | None = None,
        limit: Annotated[int, Query(ge=1, le=1000)] = 100,
        before: str | None = None,
    ) -> Response:
        """Return runs, newest first."""
        rows = run_rows(connection, pipeline=pipeline, state=state, limit=limit, before=before)
        return _json({"runs": rows, "next": rows[-1].id if len(rows) == limit else None})

    @app.get(f"{prefix}/pipeline-runs/{{run_id}}", **guard.wants(Right.LOOK))
    def one(connection: db, run_id: str) -> Response:
        """One run: its steps, their states, times and cost."""
        return _json(run_detail(connection, run_id))

    @app.post(f"{prefix}/pipeline-runs/{{run_id}}/cancel", **guard.wants(Right.OPERATE))
    async def cancel(request: Request, run_id: str, why: Why) -> Response:
        """End a run: nothing more of it begins, what is under way is killed."""
        return _json(await keeper.ask(CancelPipeline(caller(request).by, run_id, why.reason)))

    @app.post(f"{prefix}/pipeline-runs/{{run_id}}/retry", **guard.wants(Right.OPERATE))
    async def retry(request: Request, run_id: str, why: Why) -> Response:
        """Go on with a run that is over from what has not succeeded."""
        return _json(await keeper.ask(RetryPipeline(caller(request).by, run_id, why.reason)))


def add_incoming(app: FastAPI, *, prefix: str, incoming: Incoming) -> None:
    """Add the door for signed messages. It asks for no token: the signature says who speaks."""

    @app.post(f"{prefix}/pipelines/{{name}}/triggers/{{trigger}}", status_code=202)
    async def take(request: Request, name: str, trigger: str) -> Response:
        """Start a run for a signed webhook or CloudEvent; the same message starts one run."""
        body = b""
        async for chunk in request.stream():
            body += chunk
            if len(body) > MAX_BODY_BYTES:
                raise InvalidRequest(f"A message has at most {MAX_BODY_BYTES} bytes.", code="too_large")
        headers = {key.lower(): value for key, value in request.headers.items()}
        told = await incoming.take(name, trigger, Message(headers, body))
        if told is None:
            return _json({"run": None, "started": False}, 202)
        return _json({"run": told.run_id, "started": told.started}, 202)


def _json(value: object, status: int = 200) -> Response:
    if isinstance(value, PipelineRunIs):
        value = msgspec.structs.asdict(value)
    return Response(msgspec.json.encode(value), status, media_type="application/json")
