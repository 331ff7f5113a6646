"""Users, their sessions and tokens. Never a password's or a token's digest."""

import json

import msgspec
from sqlalchemy import Connection, select

from podium.ports.database import sessions, tokens, users


class UserRow(msgspec.Struct, frozen=True):
    """One user. Times are Unix nanoseconds."""

    name: str
    roles: list[str]
    login: str
    """``password``, ``issuer`` or ``none``."""
    created_ns: int
    disabled_ns: int | None


class SessionRow(msgspec.Struct, frozen=True):
    """One session that has not ended."""

    id: str
    user: str | None
    """None: the owner."""
    method: str
    address: str
    device: str
    created_ns: int
    expires_ns: int


class TokenRow(msgspec.Struct, frozen=True):
    """One API token of a user; the token itself is not kept."""

    id: str
    user: str
    label: str
    created_ns: int
    expires_ns: int
    revoked_ns: int | None


def user_rows(connection: Connection) -> list[UserRow]:
    """Return all users by name."""
    rows = connection.execute(select(users).order_by(users.c.name))
    return [
        UserRow(
            row.name,
            json.loads(row.roles),
            "issuer" if row.identity else "password" if row.password else "none",
            row.created_ns,
            row.disabled_ns,
        )
        for row in rows
    ]


def password_of(connection: Connection, name: str) -> str | None:
    """Return the digest that a password is compared with; None where there is none, or no such user."""
    query = select(users.c.password).where(users.c.name == name, users.c.disabled_ns.is_(None))
    found: str | None = connection.execute(query).scalar()
    return found


def session_rows(connection: Connection, now_ns: int, user: str | None = None) -> list[SessionRow]:
    """Return the sessions that are open, newest first."""
    query = (
        select(
            sessions.c.id,
            users.c.name,
            sessions.c.method,
            sessions.c.address,
            sessions.c.device,
            sessions.c.created_ns,
            sessions.c.expires_ns,
        )
        .outerjoin(users, users.c.id == sessions.c.user_id)
        .where(sessions.c.ended_ns.is_(None), sessions.c.expires_ns > now_ns)
        .order_by(sessions.c.created_ns.desc())
    )
    if user is not None:
        query = query.where(users.c.name == user)
    return [SessionRow(*row) for row in connection.execute(query)]


def token_rows(connection: Connection, user: str | None = None) -> list[TokenRow]:
    """Return tokens, newest first."""
    query = (
        select(
            tokens.c.id,
            users.c.name,
            tokens.c.label,
            tokens.c.created_ns,
            tokens.c.expires_ns,
            tokens.c.revoked_ns,
        )
        .join(users, users.c.id == tokens.c.user_id)
        .order_by(tokens.c.created_ns.desc(), tokens.c.id)
    )
    if user is not None:
        query = query.where(users.c.name == user)
    return [TokenRow(*row) for row in connection.execute(query)]
