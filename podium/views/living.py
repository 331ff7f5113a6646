"""The tasks that live, each counted once: it runs, it waits for somebody or for money, or it is paused."""

from collections import Counter
from collections.abc import Iterable
from typing import Final, Literal

import msgspec
from sqlalchemy import Connection, select

from podium.keeper.breaker_case import KIND as PAUSE
from podium.keeper.breaker_case import of_itself
from podium.ports.database import breakers, cases, task_identities
from podium.spend.breaker import State
from podium.views.runs import WaitsFor, waits_of_running

LIVING: Final = ("running", "paused")
"""States of an identity in which its task may go on."""
_STANDING: Final = (State.PAUSED.value, State.STOPPED.value)
"""States of a breaker in which nothing is let through."""


class Living(msgspec.Struct, frozen=True):
    """How one task stands."""

    agent: str
    department: str
    """Path."""
    state: Literal["running", "waiting", "paused"]
    """``paused``: by a person, or by a breaker of its own, whatever it waits for."""
    waits_for: WaitsFor | None


def living_tasks(connection: Connection, *, now_ns: int) -> dict[str, Living]:
    """Return every task that lives, by its id."""
    of = task_identities.c
    query = select(of.task_id, of.agent, of.department, of.state)
    rows = connection.execute(query.where(of.state.in_(LIVING), of.until_ns > now_ns)).all()
    held = held_tasks(connection) if rows else set()
    waits = waits_of_running(connection, [row.task_id for row in rows if row.state == "running"])
    found = {}
    for row in rows:
        waits_for = waits.get(row.task_id)
        paused = row.state == "paused" or row.task_id in held
        state: Literal["running", "waiting", "paused"] = "waiting" if waits_for else "running"
        found[row.task_id] = Living(row.agent, row.department, "paused" if paused else state, waits_for)
    return found


class Standing(msgspec.Struct, frozen=True):
    """A breaker that lets nothing of a task through."""

    key: str
    state: str
    reason: str
    case_id: str | None
    """The open case about it."""


def standing_over(
    connection: Connection, task_id: str, root_id: str, agent: str, department: str
) -> list[Standing]:
    """Return the breakers that let nothing of a task through: its own, its agent's, its departments'."""
    keys = [f"task/{task_id}", f"task/{root_id}", f"agent/{agent}", "all"]
    keys += [f"department/{name}" for name in department.split("/")]
    of = breakers.c
    query = select(of.key, of.state, of.reason).where(of.key.in_(keys), of.state.in_(_STANDING))
    rows = connection.execute(query.order_by(of.key.desc())).all()
    asked = select(cases.c.key, cases.c.id).where(
        cases.c.state == "open", cases.c.kind == PAUSE, cases.c.key.in_([row.key for row in rows])
    )
    open_ = {row.key: row.id for row in connection.execute(asked)} if rows else {}
    return [Standing(row.key, row.state, of_itself(row.key, row.reason), open_.get(row.key)) for row in rows]


def held_tasks(connection: Connection) -> set[str]:
    """Return the tasks of which a breaker of their own lets nothing through."""
    query = select(breakers.c.key).where(breakers.c.state.in_(_STANDING), breakers.c.key.startswith("task/"))
    return {str(key).removeprefix("task/") for key in connection.execute(query).scalars()}


def counted(tasks: Iterable[Living], *, agent: str | None, department: str | None) -> Counter[str]:
    """Return how many tasks are in each state, those of an agent, of a department and below."""
    return Counter(
        one.state
        for one in tasks
        if agent in {None, one.agent}
        and (department is None or f"{one.department}/".startswith(f"{department}/"))
    )
