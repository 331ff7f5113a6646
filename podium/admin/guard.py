"""What an endpoint of the admin API wants of who calls it: one right, said beside the path."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Final, Protocol

from fastapi import Depends, Request
from sqlalchemy import Engine

from podium.control.door import Door
from podium.kernel.errors import Forbidden
from podium.ports.acts import By, NoteRefused
from podium.ports.link import Question, Reply
from podium.trust.people import Person, Right, require
from podium.views.known import check_names
from podium.views.scope import seen_by

MOST: Final = (1 << 63) - 1
"""What a column of the database holds, and a message to the keeper."""
MOST_SECONDS: Final = 100 * 366 * 86_400
ROLE: Final = "x-podium-role"
"""In the OpenAPI document, beside each operation: the least that it wants."""


class Keeper(Protocol):
    """The keeper's client."""

    async def ask(self, question: Question) -> Reply:
        """Ask; raises the error that a refusal means."""
        ...


class Caller:
    """Who calls, once they are known; the keeper looks them up again where they act."""

    def __init__(self, by: By, person: Person) -> None:
        self.by = by
        self.person = person


class Guard:
    """Makes the dependencies of endpoints."""

    def __init__(self, door: Door, keeper: Keeper, engine: Engine) -> None:
        self._door = door
        self._keeper = keeper
        self._engine = engine

    def wants(self, right: Right) -> dict[str, Any]:
        """Return what a route is made with, so that it lets in only who has a right."""
        return {
            "dependencies": [Depends(self.check(right)), Depends(self.names)],
            "openapi_extra": {ROLE: right.value},
        }

    def check(self, right: Right) -> Callable[[Request], Awaitable[None]]:
        """Return what raises Unauthenticated or Forbidden where who asks has no such right."""

        async def check(request: Request) -> None:
            by, person = self._door.by_header(request.headers.get("authorization"))
            what = f"{request.method} {request.url.path}"
            try:
                require(person, right, what)
            except Forbidden as error:
                if request.method != "GET" or right is Right.READ_CONTENT:
                    await self._keeper.ask(NoteRefused(by, what, "", error.message))
                raise
            request.state.caller = Caller(by, person)

        return check

    async def names(self, request: Request) -> None:
        """Raise NotFound where what is read is of an agent or a department that there is not."""
        agent, department = (request.query_params.get(name) for name in ("agent", "department"))
        if request.method != "GET" or (agent is None and department is None):
            return

        def look() -> None:
            with seen_by(self._engine, caller(request).person).connect() as connection:
                check_names(connection, agent=agent, department=department)

        await asyncio.to_thread(look)


def caller(request: Request) -> Caller:
    """Return who calls an endpoint that has a guard."""
    found: Caller = request.state.caller
    return found
