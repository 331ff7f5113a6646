"""Tasks that have an identity: the list, and one of them with what it may and what it has cost."""

from typing import Any

import msgspec
from sqlalchemy import Connection, func, select

from podium.kernel.errors import NotFound
from podium.ports.database import chain, charges, task_identities
from podium.ports.tasks import DEAD_STATES
from podium.trust.identity import Detail
from podium.views.ledger import of_task
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


def task_detail(connection: Connection, task_id: str, now_ns: int) -> TaskDetail:
    """Return one task. Raises NotFound."""
    table = task_identities
    found = connection.execute(select(table).where(table.c.task_id == task_id)).first()
    if found is None:
        raise NotFound(f"There is no task {task_id} with an identity of its own.")
    children = connection.execute(
        select(table).where(table.c.parent_id == task_id).order_by(table.c.task_id)
    ).all()
    count, cost = connection.execute(
        select(func.count(), func.coalesce(func.sum(charges.c.cost_nano_usd), 0)).where(of_task(task_id))
    ).one()
    return TaskDetail(_row(found, now_ns), [_row(child, now_ns) for child in children], count, int(cost))


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
    acts = connection.execute(
        select(chain.c.seq, chain.c.at_ns, chain.c.actor, chain.c.outcome, chain.c.body)
        .where(chain.c.subject == task_id)
        .order_by(chain.c.seq)
    )
    for act in acts:
        body = msgspec.json.decode(act.body, type=dict[str, object])
        what = f"{body.get('how', 'did something')} ({body.get('reason') or body.get('why')})"
        words.append(
            f"Row {act.seq} of the chain: {act.actor}, {iso(act.at_ns)[:19]}Z: {act.outcome}: {what}"
        )
    return words
