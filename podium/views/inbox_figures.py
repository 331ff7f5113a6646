"""Figures of the Inbox: how long cases wait, who answers how many, and what share is approved."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

import msgspec
from sqlalchemy import Connection, func, select

from podium.ports.acts import case_of
from podium.ports.database import cases
from podium.trust.cases import Case, approves, can_approve, is_notice
from podium.trust.people import Person, Right
from podium.trust.stamping import Answered, looks_s, median, rank, warning

DAY_NS = 86_400_000_000_000
P90 = 0.9


class Load(msgspec.Struct, frozen=True):
    """Cases of a period; notices, which only want to be seen, are left out. Times are seconds."""

    name: str
    """A kind, a department's path, or ``all``."""
    opened: int
    """In the period."""
    open: int
    """Now, whenever they were opened."""
    answered: int
    """In the period, whenever they were opened."""
    expired: int
    waited_median_s: float | None
    """From opened to answered; None where nothing was."""
    waited_p90_s: float | None
    decided: int
    """Of the answered ones: those that could have been approved."""
    approved: int
    approved_share: float | None
    """``approved / decided``; None where nothing was decided."""
    escalated: int
    """Of the answered ones: those that had gone on to others."""


class PersonLoad(msgspec.Struct, frozen=True):
    """What one person has answered in a period. What others may not see of them is None."""

    name: str
    answered: int
    per_day: float | None
    waited_median_s: float | None
    decided: int | None
    approved: int | None
    approved_share: float | None
    looked_median_s: float | None
    """The most that they can have looked before an answer; see `trust.stamping`."""
    warning: str | None


class InboxFigures(msgspec.Struct, frozen=True):
    """All figures of a period. Times are Unix nanoseconds."""

    since_ns: int
    until_ns: int
    total: Load
    by_kind: list[Load]
    by_department: list[Load]
    people: list[PersonLoad]


def inbox_figures(
    connection: Connection,
    *,
    since_ns: int,
    until_ns: int,
    kind: str | None = None,
    department: str | None = None,
    who: Person | None = None,
) -> InboxFigures:
    """Return the figures of a period, as ``who`` may see them (None: all of it).

    How somebody answers is theirs and the admins' to see.
    """
    query = select(cases).where(
        (cases.c.state == "open")
        | ((cases.c.answered_ns >= since_ns) & (cases.c.answered_ns < until_ns))
        | ((cases.c.created_ns >= since_ns) & (cases.c.created_ns < until_ns))
    )
    if kind is not None:
        query = query.where(cases.c.kind == kind)
    if department is not None:
        below = department + "/"
        query = query.where(
            (cases.c.department == department) | (func.substr(cases.c.department, 1, len(below)) == below)
        )
    found = [case for row in connection.execute(query).mappings() if not is_notice(case := case_of(row))]

    def load(name: str, some: Iterable[Case]) -> Load:
        return _load(name, list(some), since_ns, until_ns)

    def groups(by: Callable[[Case], str]) -> list[Load]:
        grouped: dict[str, list[Case]] = defaultdict(list)
        for case in found:
            grouped[by(case)].append(case)
        return [load(name, grouped[name]) for name in sorted(grouped)]

    return InboxFigures(
        since_ns=since_ns,
        until_ns=until_ns,
        total=load("all", found),
        by_kind=groups(lambda case: case.kind),
        by_department=groups(lambda case: case.department),
        people=_people(found, since_ns, until_ns, who),
    )


def own_warning(connection: Connection, who: Person, *, now_ns: int) -> str | None:
    """Return in words that somebody approves without looking, by their last 30 days; None where they look."""
    query = select(cases).where(cases.c.answered_by == who.name, cases.c.answered_ns > now_ns - 30 * DAY_NS)
    mine = [case_of(row) for row in connection.execute(query).mappings()]
    return warning(_answers(mine))


def _load(name: str, some: Sequence[Case], since_ns: int, until_ns: int) -> Load:
    ended = [
        case for case in some if case.answered_ns is not None and since_ns <= case.answered_ns < until_ns
    ]
    answered = [case for case in ended if case.state == "answered"]
    decided = [case for case in answered if can_approve(case)]
    waited = [((case.answered_ns or 0) - case.created_ns) / 1e9 for case in answered]
    approved = sum(approves(case) for case in decided)
    return Load(
        name=name,
        opened=sum(since_ns <= case.created_ns < until_ns for case in some),
        open=sum(case.state == "open" for case in some),
        answered=len(answered),
        expired=len(ended) - len(answered),
        waited_median_s=median(waited),
        waited_p90_s=rank(waited, P90),
        decided=len(decided),
        approved=approved,
        approved_share=approved / len(decided) if decided else None,
        escalated=sum(case.escalated > 0 for case in answered),
    )


def _answers(some: Iterable[Case]) -> list[Answered]:
    return [
        Answered(case.created_ns, case.answered_ns or 0, approves(case))
        for case in some
        if case.state == "answered" and not is_notice(case) and can_approve(case)
    ]


def _people(found: Sequence[Case], since_ns: int, until_ns: int, who: Person | None) -> list[PersonLoad]:
    by_name: dict[str, list[Case]] = defaultdict(list)
    for case in found:
        if (
            case.state == "answered"
            and case.answered_by is not None
            and since_ns <= (case.answered_ns or 0) < until_ns
        ):
            by_name[case.answered_by].append(case)
    days = (until_ns - since_ns) / DAY_NS
    people = []
    for name, theirs in by_name.items():
        answers = _answers(theirs)
        shown = who is None or who.name == name or who.may(Right.ADMINISTER)
        approved = sum(one.approved for one in answers)
        people.append(
            PersonLoad(
                name=name,
                answered=len(theirs),
                per_day=len(theirs) / days if days > 0 else None,
                waited_median_s=median(((case.answered_ns or 0) - case.created_ns) / 1e9 for case in theirs),
                decided=len(answers) if shown else None,
                approved=approved if shown else None,
                approved_share=approved / len(answers) if shown and answers else None,
                looked_median_s=median(looks_s(answers)) if shown else None,
                warning=warning(answers) if shown else None,
            )
        )
    return sorted(people, key=lambda one: (-one.answered, one.name))
