"""What an endpoint of the admin API wants of who calls it: one right, said beside the path."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Final, Protocol

from fastapi import Depends, Request
from sqlalchemy import Engine

from podium.control.door import Door
from podium.kernel.errors import Forbidden, InvalidRequest
from podium.kernel.nearest import nearest
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
            "dependencies": [Depends(self.check(right)), Depends(parameters), Depends(self.names)],
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
        if request.scope["route"].path.endswith(("/traces", "/traces/stats")):
            agent = None  # programs name agents of their own
        if request.method == "GET":
            await self.known(request, agent=agent, department=department, by_path=True)

    async def known(
        self,
        request: Request,
        *,
        agent: str | None = None,
        department: str | None = None,
        by_path: bool = False,
    ) -> None:
        """Raise NotFound for an agent or a department that there neither is nor was.

        ``by_path``: a department's name alone is none.
        """
        if agent is None and department is None:
            return

        def look() -> None:
            with seen_by(self._engine, caller(request).person).connect() as connection:
                check_names(connection, agent=agent, department=department, by_path=by_path)

        await asyncio.to_thread(look)


async def parameters(request: Request) -> None:
    """Raise InvalidRequest for a parameter that an endpoint has not: as a filter it would let all through."""
    known = _queries(request.scope["route"].dependant)
    for name in request.query_params:
        if name not in known:
            there = nearest(name, sorted(known)) if known else "Leave it away."
            raise InvalidRequest(f"There is no parameter {name} here.", fix=there, field=name)


def _queries(dependant: Any) -> set[str]:
    """Return the names of the query's parameters that an endpoint, or what it depends on, reads."""
    own = {it.alias for it in dependant.query_params}
    return own.union(*(_queries(it) for it in dependant.dependencies))


def caller(request: Request) -> Caller:
    """Return who calls an endpoint that has a guard."""
    found: Caller = request.state.caller
    return found
