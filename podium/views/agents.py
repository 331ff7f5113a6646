"""The agents of the manifests in force."""

from collections import Counter

import msgspec
from sqlalchemy import Connection, func, select

from podium.ports.database import task_identities
from podium.views.fleet_cells import newest_snapshot
from podium.views.living import LIVING
from podium.views.status import agent_keys


class AgentIs(msgspec.Struct, frozen=True):
    """One agent. ``keys``: credentials that are good."""

    name: str
    department: str
    """Its path."""
    routes: tuple[str, ...]
    tools: int
    """That its tasks may call at most."""
    started: str
    """``podium`` where its manifest names a program, else ``itself``: by its key."""
    living_tasks: int
    keys: int


def agent_rows(connection: Connection, *, now_ns: int) -> list[AgentIs]:
    """Return the agents that are seen, by department and name."""
    snapshot = newest_snapshot(connection)
    if snapshot is None:
        return []
    table = task_identities
    living = select(table.c.agent, func.count()).where(table.c.state.in_(LIVING), table.c.until_ns > now_ns)
    tasks = {str(name): int(count) for name, count in connection.execute(living.group_by(table.c.agent))}
    keys = Counter(key.agent for key in agent_keys(connection) if key.revoked_ns is None)
    found = [
        AgentIs(
            name=it.name,
            department=it.department_path,
            routes=tuple(sorted(it.routes)),
            tools=sum(tool.kind == "tool" for tool in snapshot.tools_of(it).values()),
            started="podium" if it.run is not None else "itself",
            living_tasks=tasks.get(it.name, 0),
            keys=keys[it.name],
        )
        for it in snapshot.agents.values()
    ]
    return sorted(found, key=lambda it: (it.department, it.name))
