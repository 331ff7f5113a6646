"""Endpoints of people and the chain."""

import asyncio
import hashlib
from base64 import urlsafe_b64encode
from typing import Annotated, Any, Final

import msgspec
from fastapi import FastAPI, Query, Request
from fastapi.responses import JSONResponse, Response, StreamingResponse
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Engine

from podium.admin.guard import Guard, Keeper, caller
from podium.kernel.errors import StateError
from podium.ports import Clock, Entropy
from podium.ports.acts import (
    AddUser,
    EndSession,
    IssueToken,
    Passwords,
    RevokeToken,
    RotateKey,
    SetDisabled,
    SetPassword,
    SetRoles,
)
from podium.trust.people import Right, check_password
from podium.views import evidence as evidence_view
from podium.views import people as people_view
from podium.views.evidence import Trust
from podium.views.scope import only_whole

TOKEN_PREFIX: Final = "podium_ut_"  # noqa: S105 - what a token begins with is no secret
_DAY_NS: Final = 86_400_000_000_000
_NO_STORE: Final = {"cache-control": "no-store"}

Text = Annotated[str | None, Query()]
Whole = Annotated[int | None, Query(ge=0)]
Limit = Annotated[int, Query(ge=1, le=1000)]


class _Given(BaseModel):
    model_config = ConfigDict(extra="forbid")


class NewUser(_Given):
    """A user to be made. Without a password they log in by token alone."""

    name: str
    roles: list[str]
    password: str | None = None


class NewRoles(_Given):
    """The roles that a user has from now on."""

    roles: list[str]


class NewPassword(_Given):
    """Another password."""

    password: str


class Disabled(_Given):
    """Whether a user is shut out."""

    disabled: bool


class NewToken(_Given):
    """A token to be made."""

    label: str
    days: int = Field(30, ge=1, le=366)


def _json(value: object) -> Response:
    return Response(msgspec.json.encode(value), media_type="application/json")


def add_people(
    app: FastAPI,
    db: Any,
    guard: Guard,
    *,
    prefix: str,
    keeper: Keeper,
    clock: Clock,
    entropy: Entropy,
    passwords: Passwords,
) -> None:
    """Add users, sessions and tokens."""

    @app.get(f"{prefix}/me", **guard.wants(Right.LOOK))
    def me(request: Request) -> Response:
        """Return who you are."""
        return _json(caller(request).person)

    @app.get(f"{prefix}/users", **guard.wants(Right.LOOK))
    def users(connection: db) -> Response:
        """Return the users."""
        return _json({"users": people_view.user_rows(connection)})

    @app.post(f"{prefix}/users", status_code=201, **guard.wants(Right.ADMINISTER))
    async def add_user(request: Request, given: NewUser) -> JSONResponse:
        """Make a user."""
        digest = None
        if given.password is not None:
            check_password(given.password, given.name)
            digest = await asyncio.to_thread(passwords.digest, given.password)
        act = AddUser(caller(request).by, given.name, tuple(sorted(set(given.roles))), digest)
        await keeper.ask(act)
        return JSONResponse({"name": act.name, "roles": list(act.roles)}, 201)

    @app.put(f"{prefix}/users/{{name}}/roles", status_code=204, **guard.wants(Right.ADMINISTER))
    async def set_roles(request: Request, name: str, given: NewRoles) -> Response:
        """Give a user other roles."""
        await keeper.ask(SetRoles(caller(request).by, name, tuple(sorted(set(given.roles)))))
        return Response(status_code=204)

    @app.put(f"{prefix}/users/{{name}}/password", status_code=204, **guard.wants(Right.ADMINISTER))
    async def set_password(request: Request, name: str, given: NewPassword) -> Response:
        """Give a user another password; their sessions end."""
        check_password(given.password, name)
        digest = await asyncio.to_thread(passwords.digest, given.password)
        await keeper.ask(SetPassword(caller(request).by, name, digest))
        return Response(status_code=204)

    @app.put(f"{prefix}/users/{{name}}/disabled", status_code=204, **guard.wants(Right.ADMINISTER))
    async def set_disabled(request: Request, name: str, given: Disabled) -> Response:
        """Shut a user out, or let them in again."""
        await keeper.ask(SetDisabled(caller(request).by, name, disabled=given.disabled))
        return Response(status_code=204)

    _add_tokens(app, db, guard, prefix=prefix, keeper=keeper, clock=clock, entropy=entropy)


def _add_tokens(
    app: FastAPI, db: Any, guard: Guard, *, prefix: str, keeper: Keeper, clock: Clock, entropy: Entropy
) -> None:
    @app.get(f"{prefix}/users/{{name}}/tokens", **guard.wants(Right.ADMINISTER))
    def tokens(connection: db, name: str) -> Response:
        """Return a user's tokens; the tokens themselves are not kept."""
        return _json({"tokens": people_view.token_rows(connection, name)})

    @app.post(f"{prefix}/users/{{name}}/tokens", status_code=201, **guard.wants(Right.ADMINISTER))
    async def make_token(request: Request, name: str, given: NewToken) -> JSONResponse:
        """Make a token of a user; this answer is the only time that it is shown."""
        plaintext = TOKEN_PREFIX + urlsafe_b64encode(entropy(32)).decode("ascii").rstrip("=")
        digest = hashlib.sha256(plaintext.encode("ascii")).hexdigest()
        expires_ns = clock.wall_ns() + given.days * _DAY_NS
        done: Any = await keeper.ask(IssueToken(caller(request).by, name, digest, given.label, expires_ns))
        body = {"user": name, "id": done.id, "token": plaintext, "expires_ns": expires_ns}
        return JSONResponse(body, 201, headers=_NO_STORE)

    @app.delete(f"{prefix}/tokens/{{token_id}}", status_code=204, **guard.wants(Right.LOOK))
    async def revoke_token(request: Request, token_id: str) -> Response:
        """End a token: your own, or as an admin anybody's."""
        await keeper.ask(RevokeToken(caller(request).by, token_id))
        return Response(status_code=204)

    @app.get(f"{prefix}/sessions", **guard.wants(Right.ADMINISTER))
    def sessions(connection: db, user: Text = None) -> Response:
        """Return the open sessions of the console."""
        return _json({"sessions": people_view.session_rows(connection, clock.wall_ns(), user)})

    @app.delete(f"{prefix}/sessions/{{session_id}}", status_code=204, **guard.wants(Right.LOOK))
    async def end_session(request: Request, session_id: str) -> Response:
        """End a session: your own, or as an admin anybody's."""
        await keeper.ask(EndSession(caller(request).by, session_id))
        return Response(status_code=204)


def add_evidence(
    app: FastAPI, db: Any, guard: Guard, *, prefix: str, engine: Engine, keeper: Keeper, trust: Trust
) -> None:
    """Add the chain."""

    @app.get(f"{prefix}/acts", **guard.wants(Right.LOOK))
    def acts(
        connection: db,
        kind: Text = None,
        actor: Text = None,
        subject: Text = None,
        outcome: Text = None,
        since_ns: Whole = None,
        until_ns: Whole = None,
        before: Whole = None,
        limit: Limit = 100,
    ) -> Response:
        """Return acts, newest first: who, what, to what, when, with which outcome."""
        filters = evidence_view.ActFilters(kind, actor, subject, outcome, since_ns, until_ns)
        rows = evidence_view.act_rows(connection, filters, limit=limit, before=before)
        return _json({"acts": rows, "before": rows[-1].seq if len(rows) == limit else None})

    @app.get(f"{prefix}/evidence", **guard.wants(Right.LOOK))
    def export(request: Request) -> Response:
        """Return the whole chain as JSON lines, for `podium evidence verify --file`."""
        if (person := caller(request).person).sees is not None:
            raise only_whole(person.name, "export the chain")

        def lines() -> Any:
            with engine.connect() as connection:
                yield from evidence_view.export(connection)

        return StreamingResponse(lines(), media_type="application/jsonl")

    @app.get(f"{prefix}/evidence/verdict", **guard.wants(Right.LOOK))
    def verdict(connection: db) -> Response:
        """Verify the chain, by the keys of this state, and return what was found, also in words."""
        found = evidence_view.verdict_of(connection, trust)
        if found is None:
            raise StateError(
                "There is no public key to verify with.", fix="See keys/evidence.pub of the state."
            )
        return _json({"verdict": found, "text": evidence_view.verdict_words(found)})

    @app.post(f"{prefix}/evidence/rotate", **guard.wants(Right.ADMINISTER))
    async def rotate(request: Request) -> Response:
        """Sign with a new key from now on."""
        done: Any = await keeper.ask(RotateKey(caller(request).by))
        return _json({"key_id": done.id})
