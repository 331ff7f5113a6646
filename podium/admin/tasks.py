"""Endpoints of tasks that have an identity."""

from typing import Annotated, Any, Literal

import msgspec
from fastapi import FastAPI, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from podium.admin.guard import MOST, MOST_SECONDS, Guard, Keeper, caller
from podium.ports import Clock
from podium.ports.acts import By, RotateTaskKey, SteerTask, SteerTasks, UndoTask
from podium.trust.credentials.identity import MODELS, TOOLS, Detail
from podium.trust.people import Right
from podium.views.cost import check_task, task_cost
from podium.views.tasks import task_detail, task_rows
from podium.views.undos import undo_rows
from podium.views.windows import task_windows

Limit = Annotated[int, Query(ge=1, le=1000)]


class Steering(BaseModel):
    """What shall happen to a task and its children."""

    model_config = ConfigDict(extra="forbid")

    act: Literal["end", "kill", "revoke", "pause", "resume", "message", "limit", "deadline", "narrow"]
    reason: str
    text: str | None = None
    """Of `message`."""
    budget_nano_usd: int | None = Field(None, le=MOST)
    """Of `limit`."""
    deadline_s: int | None = Field(None, le=MOST_SECONDS)
    """Of `deadline`: from now."""
    routes: list[str] | None = None
    """Of `narrow`, as `tools`: what it may still call; null: all that it may now."""
    tools: list[str] | None = None


class SteeringMany(BaseModel):
    """Which tasks shall be paused or resumed, and why: ids, or filters that all match, not both."""

    model_config = ConfigDict(extra="forbid")

    reason: str
    task_ids: list[str] = []
    agent: str | None = None
    department: str | None = None
    """Its path, or its name; those below it are meant too."""
    state: str | None = None
    """`queued`, `running`, `paused` or `unknown`."""
    everything: bool = False
    """All that live."""


class Undoing(BaseModel):
    """Why a task shall be undone."""

    model_config = ConfigDict(extra="forbid")

    reason: str


def add_tasks(app: FastAPI, db: Any, guard: Guard, *, prefix: str, keeper: Keeper, clock: Clock) -> None:
    """Add the endpoints to the admin API."""
    _add_costs(app, db, guard, prefix=prefix, clock=clock)

    @app.get(f"{prefix}/tasks", **guard.wants(Right.LOOK))
    def tasks(
        connection: db,
        agent: str | None = None,
        living: bool = True,
        limit: Limit = 100,
        before: str | None = None,
    ) -> Response:
        """Tasks, newest first; ``living=false`` also those that are over."""
        rows = task_rows(
            connection, now_ns=clock.wall_ns(), agent=agent, living=living, limit=limit, before=before
        )
        return _json({"tasks": rows, "next": rows[-1].task_id if len(rows) == limit else None})

    @app.get(f"{prefix}/tasks/{{task_id}}", **guard.wants(Right.LOOK))
    def task(connection: db, task_id: str) -> Response:
        """One task: identity, grants, children, cost."""
        return _json(task_detail(connection, task_id, clock.wall_ns()))

    @app.post(f"{prefix}/tasks/{{task_id}}/steer", **guard.wants(Right.OPERATE))
    async def steer(request: Request, task_id: str, steering: Steering) -> Response:
        """End, kill, revoke, pause or resume a task and its children."""
        return _json(await keeper.ask(_steering(caller(request).by, task_id, steering, clock.wall_ns())))

    @app.post(f"{prefix}/tasks/pause", **guard.wants(Right.OPERATE))
    async def pause(request: Request, wish: SteeringMany) -> Response:
        """Pause several tasks with one reason; says of each whether it is paused now, or why not."""
        return _json(await keeper.ask(_steering_many(caller(request).by, "pause", wish)))

    @app.post(f"{prefix}/tasks/resume", **guard.wants(Right.OPERATE))
    async def resume(request: Request, wish: SteeringMany) -> Response:
        """Let several tasks go on, with one reason; says of each whether it does, or why not."""
        return _json(await keeper.ask(_steering_many(caller(request).by, "resume", wish)))

    @app.post(f"{prefix}/tasks/{{task_id}}/undo", status_code=202, **guard.wants(Right.OPERATE))
    async def undo(request: Request, task_id: str, wish: Undoing) -> Response:
        """Undo what a task that is over has done, as far as its tools say how."""
        done = await keeper.ask(UndoTask(caller(request).by, task_id, wish.reason))
        return Response(msgspec.json.encode(done), status_code=202, media_type="application/json")

    @app.get(f"{prefix}/tasks/{{task_id}}/undo", **guard.wants(Right.LOOK))
    def undos(connection: db, task_id: str) -> Response:
        """Wishes to undo a task, the newest first, and what came of them."""
        return _json({"undos": undo_rows(connection, task_id)})

    @app.post(f"{prefix}/task-keys/rotate", **guard.wants(Right.ADMINISTER))
    async def rotate(request: Request) -> Response:
        """Sign task tokens with a new key."""
        return _json(await keeper.ask(RotateTaskKey(caller(request).by)))


def _steering(by: By, task_id: str, wish: Steering, now_ns: int) -> SteerTask:
    """Return the act that is wished for."""
    details = None
    if wish.routes is not None or wish.tools is not None:
        routes = ("*",) if wish.routes is None else tuple(wish.routes)
        tools = ("*",) if wish.tools is None else tuple(wish.tools)
        details = (Detail(MODELS, routes=routes), Detail(TOOLS, tools=tools))
    return SteerTask(
        by,
        task_id,
        wish.act,
        wish.reason,
        text=wish.text,
        amount_nano_usd=wish.budget_nano_usd,
        deadline_ns=now_ns + wish.deadline_s * 1_000_000_000 if wish.deadline_s is not None else None,
        details=details,
    )


def _steering_many(by: By, act: Literal["pause", "resume"], wish: SteeringMany) -> SteerTasks:
    return SteerTasks(
        by,
        act,
        wish.reason,
        tuple(wish.task_ids),
        agent=wish.agent,
        department=wish.department,
        state=wish.state,
        everything=wish.everything,
    )


def _json(value: object) -> Response:
    return Response(msgspec.json.encode(value), media_type="application/json")


def _add_costs(app: FastAPI, db: Any, guard: Guard, *, prefix: str, clock: Clock) -> None:
    @app.get(f"{prefix}/tasks/{{task_id}}/cost", **guard.wants(Right.LOOK))
    def cost(connection: db, task_id: str, tree: bool = True) -> Response:
        """Cost sheet of a task and of what it has started; ``tree=false``: of itself alone."""
        return _json(task_cost(connection, task_id, now_ns=clock.wall_ns(), tree=tree))

    @app.get(f"{prefix}/tasks/{{task_id}}/windows", **guard.wants(Right.LOOK))
    def windows(connection: db, task_id: str) -> Response:
        """Windows of the newest 200 calls of a task, of a session's too: what filled them, and growth."""
        found = task_windows(connection, task_id)
        if not found:
            check_task(connection, task_id)
        return _json({"windows": found})
