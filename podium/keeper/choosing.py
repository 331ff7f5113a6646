"""Which tasks an act on several of them means."""

from collections.abc import Set as AbstractSet
from typing import Final

from sqlalchemy import Connection, select

from podium.keeper.authority import InForce
from podium.kernel.errors import InvalidRequest, NotFound
from podium.kernel.nearest import nearest
from podium.ports.acts import SteerTasks
from podium.ports.database import task_identities
from podium.ports.fleet_tables import task_runs
from podium.ports.run_states import LIVING

MAX_AT_ONCE: Final = 1000
_DEEPEST: Final = 16


def check_agent(name: str, agents: AbstractSet[str]) -> None:
    """Raise NotFound for an agent that is none of those in force: nothing is of it because nothing can be."""
    if name not in agents:
        raise NotFound(f"There is no agent {name}.", fix=nearest(name, sorted(agents)), field="agent")


def _check_department(named: str, in_force: InForce) -> None:
    """Raise NotFound for a department, by its name or path, that is none of those in force."""
    if named not in in_force.departments and named not in in_force.escalations:
        fix = nearest(named, sorted(in_force.escalations))
        raise NotFound(f"There is no department {named}.", fix=fix, field="department")


def chosen(connection: Connection, act: SteerTasks, now_ns: int, in_force: InForce) -> dict[str, str]:
    """Return the tasks that are meant, each with its agent (empty: there is no such task), the oldest first.

    A task outlives its agent and department. Raises NotFound for one that there neither is nor was;
    InvalidRequest where nothing says which, where a state is none of those that live, for too many.
    """
    filtered = any(it is not None for it in (act.agent, act.department, act.state)) or act.everything
    if bool(act.task_ids) == filtered:
        raise InvalidRequest(
            "Say which tasks: their ids, or a filter, and not both.",
            fix="Name ids, or an agent, a department, a state, or all that live.",
            field="task_ids",
        )
    if act.state is not None and act.state not in LIVING:
        raise InvalidRequest(f"The state is one of {', '.join(LIVING)}.", field="state")
    found = _named(connection, act.task_ids) if act.task_ids else _matching(connection, act, now_ns)
    if not found and act.agent is not None:
        check_agent(act.agent, in_force.agents)
    if not found and act.department is not None:
        _check_department(act.department, in_force)
    if len(found) > MAX_AT_ONCE:
        raise InvalidRequest(
            f"{len(found)} tasks match; at once at most {MAX_AT_ONCE}.", fix="Choose fewer.", field="task_ids"
        )
    return found


def _named(connection: Connection, task_ids: tuple[str, ...]) -> dict[str, str]:
    found = dict.fromkeys(task_ids[: MAX_AT_ONCE + 1], "")
    for table in (task_identities, task_runs):
        query = select(table.c.task_id, table.c.agent).where(table.c.task_id.in_(list(found)))
        found |= {row.task_id: row.agent for row in connection.execute(query)}
    return found


def _matching(connection: Connection, act: SteerTasks, now_ns: int) -> dict[str, str]:
    """Return the tasks that live and match; a run stands as its row says, whatever its identity does."""
    of, run = task_identities.c, task_runs.c
    living = select(of.task_id, of.agent, of.department, of.state)
    living = living.where(of.state.in_(["running", "paused"]), of.until_ns > now_ns)
    rows = {row.task_id: row for row in connection.execute(living)}
    runs = select(run.task_id, run.agent, run.department, run.state).where(run.state.in_(LIVING))
    rows |= {row.task_id: row for row in connection.execute(runs)}
    return {
        task_id: row.agent
        for task_id, row in sorted(rows.items())
        if act.agent in {None, row.agent}
        and act.state in {None, row.state}
        and (act.department is None or _within(row.department, act.department))
    }


def _within(path: str, department: str) -> bool:
    """Whether a department is, or is below, another one that is named by its path or its name alone."""
    if "/" in department:
        return f"{path}/".startswith(f"{department}/")
    return department in path.split("/")


def parents_of(connection: Connection, task_ids: list[str]) -> dict[str, list[str]]:
    """Return the tasks above each task, the nearest first."""
    parent: dict[str, str | None] = {}
    level = task_ids
    for _ in range(_DEEPEST):
        if not level:
            break
        for table in (task_identities, task_runs):
            query = select(table.c.task_id, table.c.parent_id).where(table.c.task_id.in_(level))
            parent |= {row.task_id: row.parent_id for row in connection.execute(query)}
        level = sorted({up for it in level if (up := parent.get(it)) is not None and up not in parent})
    found: dict[str, list[str]] = {}
    for task_id in task_ids:
        above: list[str] = []
        at = parent.get(task_id)
        while at is not None and len(above) < _DEEPEST:
            above.append(at)
            at = parent.get(at)
        found[task_id] = above
    return found
