"""Which agents and departments there are, or were: a name of no use is told, not answered with nothing."""

from sqlalchemy import Connection, select

from podium.kernel.errors import NotFound
from podium.kernel.nearest import nearest
from podium.ports.database import credentials, facets, task_identities
from podium.views.fleet_cells import newest_snapshot


def check_names(
    connection: Connection, *, agent: str | None = None, department: str | None = None, by_path: bool = False
) -> None:
    """Raise NotFound for an agent or a department, by path or name, that there neither is nor was.

    ``by_path``: a department's name alone is none, since what is listed is found by paths.

    Names that are told are those that the connection sees. Before there are manifests, nothing is known.
    """
    if agent is None and department is None:
        return
    snapshot = newest_snapshot(connection)
    if snapshot is None:
        return
    if agent is not None and agent not in snapshot.agents and not _had_agent(connection, agent):
        raise NotFound(
            f"There is no agent {agent}.", fix=nearest(agent, sorted(snapshot.agents)), field="agent"
        )
    paths = sorted({it.path for it in snapshot.departments.values()})
    names = {name for path in paths for name in path.split("/")}
    if department is not None and by_path and department not in paths and department in names:
        named = [it for it in paths if it.rpartition("/")[2] == department]
        raise NotFound(
            f"Departments are named by their paths here, and {department} is none.",
            fix=f"Write {' or '.join(named)}.",
            field="department",
        )
    if department is None or department in {*paths, *names} or _had_department(connection, department):
        return
    fix = nearest(department, paths)
    raise NotFound(f"There is no department {department}.", fix=fix, field="department")


def path_of(connection: Connection, department: str) -> str:
    """Return the path of a department that may be called by its name; what is none stays as it is."""
    snapshot = newest_snapshot(connection)
    found = snapshot.departments.get(department) if snapshot is not None else None
    return found.path if found is not None else department


def _had_agent(connection: Connection, name: str) -> bool:
    """Return whether calls, tasks or credentials are an agent's that the manifests name no more."""
    return any(
        connection.execute(select(table.c.agent).where(table.c.agent == name).limit(1)).first() is not None
        for table in (facets, credentials, task_identities)
    )


def _had_department(connection: Connection, named: str) -> bool:
    """Return whether calls or tasks are of a department, or of one below it, that is no more."""
    for table in (facets, task_identities):
        paths = connection.execute(select(table.c.department).distinct()).scalars()
        if any(
            path == named or f"{path}/".startswith(f"{named}/") or named in path.split("/") for path in paths
        ):
            return True
    return False
