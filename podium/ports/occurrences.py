"""What has occurred: audits that failed, figures that passed bounds, prompts and tools that have changed."""

from typing import Any

import msgspec
from sqlalchemy import Connection, false, func, or_, select

from podium.evidence.occurrences import Occurrence
from podium.ports.audit_tables import occurrences
from podium.ports.breakers import below


def occurred(
    connection: Connection, *, after: int, limit: int = 1000, within: tuple[str, ...] | None = None
) -> list[tuple[int, Occurrence]]:
    """Return what has occurred after a place, each with its own place, in order.

    ``within``: names of departments, whose it is, or of those below them; None: everybody's.
    """
    query = select(occurrences).where(occurrences.c.seq > after).order_by(occurrences.c.seq).limit(limit)
    if within is not None:
        query = query.where(or_(false(), *(below(occurrences.c.department, name) for name in within)))
    return [(row.seq, occurrence_of(row)) for row in connection.execute(query)]


def last_occurrence(connection: Connection) -> int:
    """Return the place of what has occurred last; 0: nothing has."""
    return connection.execute(select(func.max(occurrences.c.seq))).scalar() or 0


def occurrence_of(row: Any) -> Occurrence:
    """Return a row of the table as what it says."""
    return Occurrence(
        row.id,
        row.type,
        row.subject,
        row.agent,
        row.department,
        row.link,
        msgspec.json.decode(row.data),
        row.at_ns,
    )
