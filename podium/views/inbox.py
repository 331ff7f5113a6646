"""The Inbox: what waits for a person, and what has waited."""

from collections.abc import Sequence

import msgspec
from sqlalchemy import Connection, Select, func, select

from podium.kernel.errors import NotFound
from podium.ports.acts import case_of
from podium.ports.database import cases, chain, deliveries, notices
from podium.ports.people import deciders, everybody
from podium.trust.cases import Case, may_answer, responsible
from podium.trust.people import Person


class InboxFilters(msgspec.Struct, frozen=True):
    """Which cases. ``department`` takes in those below it."""

    state: str | None = "open"
    kind: str | None = None
    department: str | None = None
    task: str | None = None
    mine: str | None = None
    """Only open cases that are with this user now."""


class Delivered(msgspec.Struct, frozen=True):
    """What became of telling a webhook of one event."""

    event: str
    webhook: str
    attempts: int
    done_ns: int | None
    next_ns: int | None
    error: str | None


class Detail(msgspec.Struct, frozen=True):
    """One case, with what a person needs to know about answering it."""

    case: Case
    why_not: str | None
    """Why the one who looks may not answer it; None: they may."""
    who_may: list[str]
    """Users who may answer it: those who decide for its department, without the requester."""
    with_now: list[str]
    """Users whom it is with now, as far as it is escalated."""
    chain: list[int]
    """Rows of the chain that tell of it."""
    deliveries: list[Delivered]


def _chosen(filters: InboxFilters) -> Select[tuple[object, ...]]:
    query = select(cases)
    if filters.state is not None:
        query = query.where(cases.c.state == filters.state)
    if filters.kind is not None:
        query = query.where(cases.c.kind == filters.kind)
    if filters.department is not None:
        below = filters.department + "/"
        query = query.where(
            (cases.c.department == filters.department)
            | (func.substr(cases.c.department, 1, len(below)) == below)
        )
    if filters.task is not None:
        query = query.where(cases.c.task_id == filters.task)
    return query


def case_rows(
    connection: Connection, filters: InboxFilters, *, limit: int, before: tuple[int, str] | None = None
) -> list[Case]:
    """Return open cases, those that end soonest first; others newest first.

    ``before``: time and id of the last row of the page before; for other than open cases.
    """
    query = _chosen(filters)
    if filters.state == "open":
        soonest = func.coalesce(cases.c.expires_ns, 1 << 62)
        query = query.order_by(soonest, cases.c.created_ns, cases.c.id)
    else:
        if before is not None:
            at_ns, id_ = before
            query = query.where(
                (cases.c.created_ns < at_ns) | ((cases.c.created_ns == at_ns) & (cases.c.id < id_))
            )
        query = query.order_by(cases.c.created_ns.desc(), cases.c.id.desc())
    if filters.mine is None:
        return [case_of(row) for row in connection.execute(query.limit(limit)).mappings()]
    found = [case_of(row) for row in connection.execute(query).mappings()]
    theirs = with_now(connection, found)
    return [case for case in found if filters.mine in theirs[case.id]][:limit]


def case_departments(connection: Connection) -> list[str]:
    """Return the departments' paths that have cases."""
    return sorted(connection.execute(select(cases.c.department).distinct()).scalars())


def with_now(connection: Connection, found: Sequence[Case]) -> dict[str, list[str]]:
    """Return the users whom each open case is with now, by its id; nobody where it is closed."""
    people = everybody(connection)
    return {case.id: responsible(case, people) if case.state == "open" else [] for case in found}


def case_kinds(connection: Connection) -> list[str]:
    """Return the kinds of which there are cases."""
    return sorted(connection.execute(select(cases.c.kind).distinct()).scalars())


def open_count(connection: Connection) -> int:
    """Return how many cases wait."""
    query = select(func.count()).select_from(cases).where(cases.c.state == "open")
    return int(connection.execute(query).scalar_one())


def case_detail(connection: Connection, case_id: str, who: Person | None) -> Detail:
    """Return one case, as ``who`` sees it. Raises NotFound."""
    row = connection.execute(select(cases).where(cases.c.id == case_id)).mappings().first()
    if row is None:
        raise NotFound(f"There is no case {case_id}.", fix="See podium inbox list.")
    case = case_of(row)
    who_may = sorted(set(deciders(connection, case.department)) - {case.requested_by})
    why_not = may_answer(case, who, others=bool(who_may)) if who is not None else None
    told = (
        select(
            notices.c.event,
            deliveries.c.webhook,
            deliveries.c.attempts,
            deliveries.c.done_ns,
            deliveries.c.next_ns,
            deliveries.c.error,
        )
        .join(deliveries, deliveries.c.notice == notices.c.seq)
        .where(notices.c.case_id == case_id)
        .order_by(notices.c.seq, deliveries.c.webhook)
    )
    rows = select(chain.c.seq).where(chain.c.subject == case_id).order_by(chain.c.seq)
    return Detail(
        case=case,
        why_not=why_not,
        who_may=who_may,
        with_now=with_now(connection, [case])[case_id],
        chain=[int(seq) for seq in connection.execute(rows).scalars()],
        deliveries=[Delivered(*one) for one in connection.execute(told)],
    )
