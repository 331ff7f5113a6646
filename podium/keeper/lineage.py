"""Who has started whom: tasks with an identity, and runs that have none yet."""

from collections.abc import Iterable
from typing import Any

import msgspec
from sqlalchemy import Connection, select

from podium.kernel.ids import TaskId
from podium.ports.database import task_identities
from podium.ports.fleet_tables import task_runs
from podium.ports.tasks import TaskIs
from podium.trust.credentials.identity import Actor, Detail


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


class Steered(msgspec.Struct, frozen=True):
    """What people have changed of tasks that live, as it stands in `TaskOrders`."""

    narrowed: tuple[tuple[str, tuple[Detail, ...]], ...] = ()
    budgets: tuple[tuple[str, int], ...] = ()


class Place(msgspec.Struct, frozen=True):
    """Where a task stands: its id, who started it, and until when that one lets it live."""

    task_id: TaskId
    parent_id: str | None = None
    root_id: str | None = None
    act: Actor | None = None
    until_ns: int | None = None


def told(row: Any, details: tuple[Detail, ...]) -> TaskIs:
    """Return what is told of a task."""
    return TaskIs(
        task_id=row.task_id,
        agent=row.agent,
        department=row.department,
        sub=row.sub,
        state=row.state,
        until_s=row.until_ns // 1_000_000_000,
        details=details,
        parent_id=row.parent_id,
    )
