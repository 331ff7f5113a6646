"""Who has started whom: tasks with an identity, and runs that have none yet."""

from collections.abc import Iterable

from sqlalchemy import Connection, select

from podium.ports.database import task_identities
from podium.ports.fleet_tables import task_runs


def below(connection: Connection, parents: Iterable[str]) -> list[str]:
    """Return the tasks that these have started, and those that those have; queued ones too."""
    found: dict[str, None] = {}
    level = list(parents)
    while level:
        started: dict[str, None] = {}
        for table in (task_identities, task_runs):
            query = select(table.c.task_id).where(table.c.parent_id.in_(level))
            started |= dict.fromkeys(connection.execute(query).scalars())
        level = [task_id for task_id in started if task_id not in found]
        found |= dict.fromkeys(level)
    return list(found)
