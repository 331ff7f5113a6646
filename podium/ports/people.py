"""Who is who, by what they bear: read in the same way by the keeper, which acts on it, and by the faces."""

import json

from sqlalchemy import Connection, select

from podium.kernel.errors import Unauthenticated
from podium.ports.acts import By
from podium.ports.database import sessions, tokens, users
from podium.trust.people import Person


def person(connection: Connection, by: By, now_ns: int) -> Person:
    """Return who acts. Raises Unauthenticated where what they bear has ended, or they are shut out."""
    if by.session is not None:
        row = connection.execute(select(sessions).where(sessions.c.sha256 == by.session)).first()
        if row is None or row.ended_ns is not None or row.expires_ns <= now_ns:
            raise Unauthenticated("This session has ended.", fix="Log in again.")
        if row.user_id is None:
            return Person(row.method, (), owner=True, via=row.method)
        return _of_user(connection, row.user_id, "session")
    if by.token is not None:
        row = connection.execute(select(tokens).where(tokens.c.sha256 == by.token)).first()
        if row is None or row.revoked_ns is not None or row.expires_ns <= now_ns:
            raise Unauthenticated("This token is not known, or has ended.", fix="Ask for another one.")
        return _of_user(connection, row.user_id, "token")
    return Person(by.owner, (), owner=True, via=by.owner)


def _of_user(connection: Connection, user_id: str, via: str) -> Person:
    row = connection.execute(select(users).where(users.c.id == user_id)).first()
    if row is None or row.disabled_ns is not None:
        raise Unauthenticated("This user is shut out.", fix="Ask an admin.")
    return Person(row.name, tuple(json.loads(row.roles)), via=via)


def deciders(connection: Connection, department: str) -> list[str]:
    """Return the names of the users who decide for a department, and could log in to do it."""
    return [one.name for one in everybody(connection) if one.decides(department)]


def everybody(connection: Connection) -> list[Person]:
    """Return the users who are not shut out."""
    rows = connection.execute(select(users.c.name, users.c.roles).where(users.c.disabled_ns.is_(None)))
    return [Person(row.name, tuple(json.loads(row.roles))) for row in rows]
