"""Endpoints of tasks whose programs Podium runs."""

import asyncio
import base64
import binascii
from typing import Annotated, Any

import msgspec
from fastapi import FastAPI, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from podium.admin.guard import MOST, MOST_SECONDS, Guard, Keeper, caller
from podium.kernel.errors import InvalidRequest
from podium.ports import Clock
from podium.ports.acts import EraseTask, RetryTask
from podium.ports.artifacts import ArtifactStore
from podium.ports.runs import QueueTask
from podium.trust.people import Right
from podium.trust.request.user import User
from podium.views.runs import RunFilters, body_of, run_detail, run_rows, waiting

Limit = Annotated[int, Query(ge=1, le=1000)]


class Asker(BaseModel):
    """Who the user is, whom *me* of the request means."""

    model_config = ConfigDict(extra="forbid")

    names: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    """Mail addresses and telephone numbers of the user alone."""
    ids: tuple[str, ...] = ()
    """Logins, handles, identifiers."""


class Starting(BaseModel):
    """A task whose program Podium runs. Money in nano-USD, times in seconds from now."""

    model_config = ConfigDict(extra="forbid")

    agent: str
    request: str | None = None
    input: str | None = None
    """Text, or with `input_base64` bytes, that its program finds in a file."""
    input_base64: bool = False
    budget_nano_usd: int | None = Field(None, le=MOST)
    deadline_s: int | None = Field(None, le=MOST_SECONDS)
    priority: int | None = None
    task_id: str | None = None
    """`task_` and a ULID of yours: asked again, it is started once."""
    user: Asker | None = None
    """Without it whom the agent's manifest says."""


class Trying(BaseModel):
    """Why it is tried again, or erased."""

    model_config = ConfigDict(extra="forbid")

    reason: str


def add_runs(
    app: FastAPI,
    db: Any,
    guard: Guard,
    *,
    prefix: str,
    keeper: Keeper,
    clock: Clock,
    store: ArtifactStore,
) -> None:
    """Add the endpoints to the admin API. ``store``: where inputs and results are kept."""

    @app.post(f"{prefix}/tasks", **guard.wants(Right.OPERATE), status_code=202)
    async def start(request: Request, starting: Starting) -> Response:
        """Put a task into the queue; Podium runs its program."""
        body, deadline_s = _body(starting), starting.deadline_s
        wish = QueueTask(
            caller(request).by,
            starting.agent,
            starting.request,
            input_sha256=await asyncio.to_thread(store.put, body) if body is not None else None,
            budget_nano_usd=starting.budget_nano_usd,
            deadline_ns=clock.wall_ns() + deadline_s * 1_000_000_000 if deadline_s is not None else None,
            priority=starting.priority,
            task_id=starting.task_id,
            user=User(**starting.user.model_dump()) if starting.user is not None else None,
        )
        return _json(await keeper.ask(wish), 202)

    _add_acts(app, guard, prefix=prefix, keeper=keeper)

    @app.get(f"{prefix}/runs", **guard.wants(Right.LOOK))
    def runs(
        connection: db,
        agent: str | None = None,
        state: str | None = None,
        living: bool = True,
        limit: Limit = 100,
        before: str | None = None,
    ) -> Response:
        """Tasks that Podium runs, newest first, and what those wait for that do."""
        filters = RunFilters(living=living, agent=agent, state=state)
        found = run_rows(connection, filters, limit=limit, before=before)
        following = found[-1].task_id if len(found) == limit else None
        return _json({"runs": found, "waits_for": waiting(connection, found), "next": following})

    @app.get(f"{prefix}/runs/{{task_id}}", **guard.wants(Right.LOOK))
    def run(connection: db, task_id: str) -> Response:
        """One task that Podium runs: how it stands, what it has used, and what it has left behind."""
        return _json(run_detail(connection, task_id))

    @app.get(f"{prefix}/runs/{{task_id}}/artifacts/{{name:path}}", **guard.wants(Right.OPERATE))
    def artifact(connection: db, task_id: str, name: str) -> Response:
        """Return what a task has left behind: `result`, or an artifact by its name."""
        sha256 = body_of(connection, task_id, name)
        return Response(store.read(sha256), media_type="application/octet-stream")


def _add_acts(app: FastAPI, guard: Guard, *, prefix: str, keeper: Keeper) -> None:
    """Add what is done to tasks that are over."""

    @app.post(f"{prefix}/tasks/{{task_id}}/retry", **guard.wants(Right.OPERATE), status_code=202)
    async def retry(request: Request, task_id: str, trying: Trying) -> Response:
        """Put a task that is over into the queue once more, as another one."""
        return _json(await keeper.ask(RetryTask(caller(request).by, task_id, trying.reason)), 202)

    @app.post(f"{prefix}/tasks/{{task_id}}/erase", **guard.wants(Right.ADMINISTER))
    async def erase(request: Request, task_id: str, erasing: Trying) -> Response:
        """Erase what a task that is over has said, and what it has started; figures stay."""
        return _json(await keeper.ask(EraseTask(caller(request).by, task_id, erasing.reason)))


def _body(starting: Starting) -> bytes | None:
    """Return the input, None where there is none. Raises InvalidRequest."""
    if starting.input is None:
        return None
    if not starting.input_base64:
        return starting.input.encode()
    try:
        return base64.b64decode(starting.input, validate=True)
    except binascii.Error as error:
        raise InvalidRequest("The input is not base64.", field="input") from error


def _json(value: object, status: int = 200) -> Response:
    return Response(msgspec.json.encode(value), media_type="application/json", status_code=status)
