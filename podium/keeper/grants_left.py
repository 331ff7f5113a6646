"""What people have left of the grants of tasks: it holds for whatever tries the same again, too."""

from typing import Any

import msgspec
from sqlalchemy import Connection, delete, insert, select, update

from podium.ports.database import task_identities
from podium.ports.fleet_tables import task_grants
from podium.trust.credentials.identity import Detail, narrower

_details = msgspec.json.Decoder(tuple[Detail, ...])


def leave(connection: Connection, row: Any, within: tuple[Detail, ...]) -> None:
    """Take from a task, a row of `task_identities`, what is beyond these details; of its tokens, too."""
    document = msgspec.json.encode(narrower(_details.decode(row.details), within)).decode()
    of = task_identities
    connection.execute(update(of).where(of.c.task_id == row.task_id).values(details=document))
    _write(connection, row.task_id, document, row.token_until_ns)


def left_to(connection: Connection, task_id: str | None) -> tuple[Detail, ...] | None:
    """Return what a task may at most, because a person has narrowed it, or what it tries again; else None."""
    found = connection.execute(select(task_grants.c.details).where(task_grants.c.task_id == task_id)).scalar()
    return None if found is None else _details.decode(found)


def hand_on(connection: Connection, tried: str | None, again: str) -> bool:
    """Leave a task that tries another one again what was left to that; return whether it was narrowed."""
    left = left_to(connection, tried)
    if left is None:
        return False
    of = task_identities
    row = connection.execute(select(of).where(of.c.task_id == again)).first()
    if row is not None:
        leave(connection, row, left)
    else:
        _write(connection, again, msgspec.json.encode(left).decode(), 0)
    return True


def _write(connection: Connection, task_id: str, document: str, until_ns: int) -> None:
    table = task_grants
    connection.execute(delete(table).where(table.c.task_id == task_id))
    connection.execute(insert(table).values(task_id=task_id, details=document, until_ns=until_ns))
