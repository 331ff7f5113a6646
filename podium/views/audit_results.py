"""What came of audits over tasks, as the faces show it."""

from typing import Any, Final

import msgspec
from sqlalchemy import Connection, false, func, or_, select

from podium.ports.audit_tables import audit_results
from podium.ports.audits import DecidingSpan
from podium.ports.breakers import below as is_below

MAX_RESULTS: Final = 1000
_spans_decoder = msgspec.json.Decoder(tuple[DecidingSpan, ...])


class ResultFilter(msgspec.Struct, frozen=True):
    """Which results; what is None does not matter. ``department``: a path, what lies below counts."""

    audit: str | None = None
    task: str | None = None
    verdict: str | None = None
    agent: str | None = None
    department: str | None = None
    since_ns: int | None = None
    trace: str | None = None
    """A trace in which a span decided."""
    within: tuple[str, ...] | None = None
    """Names of departments: only what is theirs, or of those below them. None: everything."""
    tasks: tuple[str, ...] | None = None
    """Of one of these tasks."""


class Result(msgspec.Struct, frozen=True):
    """What came of one rule over one task. Times are Unix nanoseconds."""

    seq: int
    task_id: str
    audit: str
    rule: str
    says: str
    severity: str
    verdict: str
    final: bool
    agent: str
    department: str
    steps: int
    spans: tuple[DecidingSpan, ...]
    words: str
    at_ns: int
    case_id: str | None
    reason: str | None = None
    """Why nobody can tell, where that is known."""

    @property
    def verdict_words(self) -> str:
        """The verdict: why it is unknown, and whether a further step can change it."""
        if self.verdict == "unknown" and self.reason:
            return f"unknown ({self.reason})"
        return self.verdict if self.final else f"{self.verdict} so far"


class Rate(msgspec.Struct, frozen=True):
    """How often a rule held, over the tasks that were judged by it."""

    audit: str
    rule: str
    passed: int
    failed: int
    unknown: int


def results(
    connection: Connection, where: ResultFilter, *, limit: int = 100, before: int | None = None
) -> list[Result]:
    """Return results, newest first. ``before``: the `seq` of the last one of the page before."""
    of = audit_results.c
    query = _where(select(audit_results), where).order_by(of.seq.desc())
    if before is not None:
        query = query.where(of.seq < before)
    rows = connection.execute(query.limit(min(limit, MAX_RESULTS))).mappings()
    return [_result(row) for row in rows]


def _result(row: Any) -> Result:
    fields = {name: row[name] for name in Result.__struct_fields__}
    fields["spans"] = _spans_decoder.decode(row["spans"])
    return Result(**fields)


def rates(connection: Connection, where: ResultFilter) -> list[Rate]:
    """Return how often each rule held, over the results that are asked for."""
    of = audit_results.c
    query = _where(select(of.audit, of.rule, of.verdict, func.count()), where)
    found: dict[tuple[str, str], dict[str, int]] = {}
    for audit, rule, verdict, count in connection.execute(query.group_by(of.audit, of.rule, of.verdict)):
        found.setdefault((audit, rule), {})[verdict] = count
    return [
        Rate(*key, counts.get("pass", 0), counts.get("fail", 0), counts.get("unknown", 0))
        for key, counts in sorted(found.items())
    ]


def _where(query: Any, where: ResultFilter) -> Any:
    of = audit_results.c
    for column, value in (
        (of.audit, where.audit),
        (of.task_id, where.task),
        (of.verdict, where.verdict),
        (of.agent, where.agent),
    ):
        if value is not None:
            query = query.where(column == value)
    if where.since_ns is not None:
        query = query.where(of.at_ns >= where.since_ns)
    if where.trace is not None:
        query = query.where(of.spans.contains(where.trace, autoescape=True))
    if where.tasks is not None:
        query = query.where(of.task_id.in_(where.tasks))
    if where.department is not None:
        below = of.department.startswith(f"{where.department}/", autoescape=True)
        query = query.where((of.department == where.department) | below)
    if where.within is not None:
        query = query.where(or_(false(), *(is_below(of.department, name) for name in where.within)))
    return query
