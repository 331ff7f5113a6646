"""Tasks that have an identity: the list, and one of them with what it may and what it has cost."""

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, func, select

from podium.evidence.chain import Entry
from podium.kernel.errors import NotFound
from podium.ports.aggregates import cells
from podium.ports.database import calls, chain, charges, task_identities
from podium.ports.tasks import DEAD_STATES
from podium.ports.tool_tables import task_requests
from podium.trust.credentials.identity import Detail
from podium.trust.request.user import User, user_of
from podium.views.acts import act_words, outcome_words
from podium.views.fleet_cells import newest_snapshot
from podium.views.ledger import of_task
from podium.views.living import LIVING, held_tasks
from podium.views.scope import Elsewhere, begun_elsewhere, elsewhere, naming, unscoped
from podium.views.text import iso

_details = msgspec.json.Decoder(tuple[Detail, ...])


class TaskRow(msgspec.Struct, frozen=True):
    """One task. Times are Unix nanoseconds, money nano-USD."""

    task_id: str
    agent: str
    department: str
    state: str
    """``running``, ``paused``, ``ended``, ``killed``, ``revoked`` or ``expired``."""
    sub: str
    parent_id: str | None
    root_id: str
    grants: tuple[Detail, ...]
    bound: bool
    """Its tokens are bound to a key."""
    started_ns: int
    until_ns: int
    changed_ns: int


def _row(found: Any, now_ns: int) -> TaskRow:
    over = found.state not in DEAD_STATES and found.until_ns <= now_ns
    return TaskRow(
        task_id=found.task_id,
        agent=found.agent,
        department=found.department,
        state="expired" if over else found.state,
        sub=found.sub,
        parent_id=found.parent_id,
        root_id=found.root_id,
        grants=_details.decode(found.details),
        bound=found.jkt is not None,
        started_ns=found.started_ns,
        until_ns=found.until_ns,
        changed_ns=found.changed_ns,
    )


def task_rows(
    connection: Connection,
    *,
    now_ns: int,
    agent: str | None = None,
    living: bool = True,
    limit: int = 100,
    before: str | None = None,
) -> list[TaskRow]:
    """Return tasks, newest first; ``living``: only those whose tokens are good or paused.

    ``before``: only those with a smaller id, for the next page.
    """
    table = task_identities
    asked = select(table).order_by(table.c.task_id.desc()).limit(limit)
    if agent is not None:
        asked = asked.where(table.c.agent == agent)
    if living:
        asked = asked.where(table.c.state.in_(["running", "paused"]), table.c.until_ns > now_ns)
    if before is not None:
        asked = asked.where(table.c.task_id < before)
    return [_row(found, now_ns) for found in connection.execute(asked)]


class TaskFilters(msgspec.Struct, frozen=True):
    """Which tasks. ``living``: only those whose tokens are good or paused; ``text``: a part of the id."""

    living: bool = True
    agent: str | None = None
    department: str | None = None
    """Its path; those below it are meant too."""
    state: str | None = None
    text: str | None = None


class TaskUse(msgspec.Struct, frozen=True):
    """What a task has called, its children left out."""

    calls: int
    cost_nano_usd: int


class Fleet(msgspec.Struct, frozen=True):
    """A page of tasks, and what the filters of the list offer."""

    rows: list[TaskRow]
    use: dict[str, TaskUse]
    agents: list[str]
    departments: list[str]


def fleet(
    connection: Connection, filters: TaskFilters, *, now_ns: int, limit: int, before: str | None = None
) -> Fleet:
    """Return tasks, newest first, with what they have used. ``before``: only those with a smaller id."""
    table = task_identities
    asked = select(table).order_by(table.c.task_id.desc()).limit(limit)
    over = table.c.until_ns <= now_ns
    if filters.living:
        asked = asked.where(table.c.state.in_(LIVING), ~over)
    if filters.state == "expired":
        asked = asked.where(table.c.state.in_(LIVING), over)
    elif filters.state in LIVING:
        paused = (table.c.state == "paused") | table.c.task_id.in_(held_tasks(connection))
        asked = asked.where(
            table.c.state.in_(LIVING), ~over, paused if filters.state == "paused" else ~paused
        )
    elif filters.state is not None:
        asked = asked.where(table.c.state == filters.state)
    if filters.agent is not None:
        asked = asked.where(table.c.agent == filters.agent)
    if filters.department is not None:
        path = filters.department
        asked = asked.where(
            (table.c.department == path) | table.c.department.startswith(f"{path}/", autoescape=True)
        )
    if filters.text:
        asked = asked.where(table.c.task_id.contains(filters.text, autoescape=True))
    if before is not None:
        asked = asked.where(table.c.task_id < before)
    rows = [_row(found, now_ns) for found in connection.execute(asked)]
    # Not from the tasks: there can be very many of them.
    names = {
        (row.agent, row.department) for row in connection.execute(select(cells.c.agent, cells.c.department))
    }
    names |= {(row.agent, row.department) for row in rows}
    snapshot = newest_snapshot(connection)
    if snapshot is not None:
        names |= {(agent.name, agent.department_path) for agent in snapshot.agents.values()}
    return Fleet(
        rows,
        task_use(connection, [row.task_id for row in rows]),
        agents=sorted({agent for agent, _ in names}),
        departments=sorted({department for _, department in names}),
    )


def task_use(connection: Connection, task_ids: list[str]) -> dict[str, TaskUse]:
    """Return what tasks have used, by their ids; those without a call are not there."""
    found = connection.execute(
        select(calls.c.task_id, func.count(), func.coalesce(func.sum(calls.c.cost_nano_usd), 0))
        .where(calls.c.task_id.in_(task_ids))
        .group_by(calls.c.task_id)
    )
    return {str(task_id): TaskUse(int(count), int(cost)) for task_id, count, cost in found}


def find_task(connection: Connection, task_id: str, now_ns: int) -> TaskRow | None:
    """Return a task that has an identity, None where there is none."""
    found = connection.execute(select(task_identities).where(task_identities.c.task_id == task_id)).first()
    return _row(found, now_ns) if found is not None else None


class TaskDetail(msgspec.Struct, frozen=True):
    """One task, what it has started, and what it has cost so far, its children's cost left out."""

    task: TaskRow
    children: list[TaskRow]
    charges: int
    cost_nano_usd: int
    elsewhere: Elsewhere = Elsewhere()
    """What it has started in departments that who looks does not see, with all below."""
    user: User | None = None
    """Who *me* of its request is, while it lives; None: nobody says."""


def departments_below(connection: Connection, root_ids: Sequence[str]) -> dict[str, set[str]]:
    """Return by tasks at the root the departments of all tasks below them, their own too: others' as well."""
    found: dict[str, set[str]] = {root_id: set() for root_id in root_ids}
    table = task_identities.c
    query = select(table.root_id, table.department).where(table.root_id.in_(found)).distinct()
    for row in connection.execute(unscoped(query)):
        found[row.root_id].add(row.department)
    return found


def task_detail(connection: Connection, task_id: str, now_ns: int) -> TaskDetail:
    """Return one task. Raises NotFound."""
    table = task_identities
    found = connection.execute(select(table).where(table.c.task_id == task_id)).first()
    if found is None:
        raise NotFound(
            f"There is no task {task_id} with an identity of its own.", fix="See podium task list --all."
        )
    children = connection.execute(
        select(table).where(naming(connection, table, ("parent_id",), [task_id])).order_by(table.c.task_id)
    ).all()
    count, cost = connection.execute(
        select(func.count(), func.coalesce(func.sum(charges.c.cost_nano_usd), 0)).where(of_task(task_id))
    ).one()
    others = elsewhere(connection, [task_id], deep=False)
    below = [_row(child, now_ns) for child in children]
    of = task_requests.c
    user = connection.execute(select(of.user_json).where(of.task_id == found.root_id)).scalar()
    return TaskDetail(_row(found, now_ns), below, count, int(cost), others, user_of(user))


def task_words(connection: Connection, task_id: str, now_ns: int) -> list[str]:
    """Return in sentences who a task is, what it may and what was done to it; none without an identity."""
    found = connection.execute(select(task_identities).where(task_identities.c.task_id == task_id)).first()
    if found is None:
        return []
    row = _row(found, now_ns)
    words = [f"Its identity is {row.sub}; it is {row.state}, begun {iso(row.started_ns)[:19]}Z."]
    words += [f"It may call {', '.join(grant.routes + grant.tools)}." for grant in row.grants]
    if not row.grants:
        words.append("It may call nothing.")
    if row.parent_id is not None:
        words.append(f"It was started by {row.parent_id}, and ends with it.")
    elif begun_elsewhere(connection, task_id):
        words.append("It was started by a task of another department, and ends with it.")
    acts = connection.execute(select(chain).where(chain.c.subject == task_id).order_by(chain.c.seq))
    for act in (Entry(*found) for found in acts):
        what = f"{iso(act.at_ns)[:19]}Z: {act_words(act)}{outcome_words(act)}"
        words.append(f"Row {act.seq} of the chain: {what}")
    return words
