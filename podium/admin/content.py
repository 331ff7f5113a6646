"""Endpoints of stored content: read what was said in a trace, and erase it. docs/privacy.md."""

from typing import Annotated

import msgspec
from fastapi import Depends, FastAPI
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from podium.admin.guard import Caller, Guard, caller
from podium.ports.content import Erase, EraseContent, RotateContentKey
from podium.trust.people import Right
from podium.views.content import content_question, found_content
from podium.views.traces import Collector

Who = Annotated[Caller, Depends(caller)]


class Erasing(BaseModel):
    """Whose content goes: one of task, trace and user, or an agent with a time."""

    model_config = ConfigDict(extra="forbid")

    task: str | None = None
    trace: str | None = None
    user: str | None = Field(
        None, description="As clients name them: `user`, `metadata.user_id`, X-Podium-User."
    )
    agent: str | None = None
    before_ns: int | None = Field(
        None, ge=0, description="With `agent`: what was said before, in Unix nanoseconds."
    )


class Rotating(BaseModel):
    """Whose key is replaced."""

    model_config = ConfigDict(extra="forbid")

    department: str = Field(description="Its path.")


def add_content(app: FastAPI, guard: Guard, *, prefix: str, collector: Collector) -> None:
    """Add the endpoints to the admin API."""

    @app.get(f"{prefix}/traces/{{trace_id}}/content", **guard.wants(Right.READ_CONTENT))
    async def content(trace_id: str, who: Who) -> Response:
        """Read what was said in a trace, as far as it is stored. Each reading is a row of the chain."""
        found = await collector.ask(content_question(trace_id, who.by))
        return _json({"trace_id": trace_id, "pieces": found_content(found)})

    @app.post(f"{prefix}/traces/erase", **guard.wants(Right.ADMINISTER))
    async def erase(erasing: Erasing, who: Who) -> Response:
        """Erase content for ever; spans and figures stay."""
        return _json(await collector.ask(EraseContent(who.by, Erase(**erasing.model_dump()))))

    @app.post(f"{prefix}/traces/rotate-content-key", **guard.wants(Right.ADMINISTER))
    async def rotate(rotating: Rotating, who: Who) -> Response:
        """Give a department another key for its content; the old one is destroyed."""
        return _json(await collector.ask(RotateContentKey(who.by, rotating.department)))


def _json(value: object) -> Response:
    return Response(msgspec.json.encode(value), media_type="application/json")
