"""Which charges are a breaker's: what the keeper and the views must agree on."""

from sqlalchemy import Connection, or_, select
from sqlalchemy.sql import ColumnElement

from podium.ports.database import charges, task_identities
from podium.ports.tool_tables import tool_calls


def of_key(connection: Connection, key: str) -> ColumnElement[bool]:
    """Return the condition of a key's charges. Of a department the name is known, not the path."""
    kind, _, name = key.partition("/")
    if kind == "task":
        table = task_identities
        started = connection.execute(select(table.c.task_id).where(table.c.root_id == name)).scalars()
        return charges.c.task_id.in_([name, *started])
    if kind == "agent":
        return charges.c.agent == name
    if kind == "all":
        return charges.c.seq > 0
    return below(charges.c.department, name)


def of_key_tools(key: str) -> ColumnElement[bool]:
    """Return the condition of a key's calls of tools."""
    kind, _, name = key.partition("/")
    of = tool_calls.c
    if kind == "task":
        return or_(of.task_id == name, of.root_id == name)
    if kind == "agent":
        return of.agent == name
    return of.seq > 0 if kind == "all" else below(of.department, name)


def below(path: ColumnElement[str], name: str) -> ColumnElement[bool]:
    """Return the condition that a path is of a department, or of one below it."""
    return or_(path == name, path.like(f"{name}/%"), path.like(f"%/{name}"), path.like(f"%/{name}/%"))
