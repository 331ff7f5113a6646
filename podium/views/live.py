"""Figures of now, each by one name: what conditions of pipelines look at, and whoever asks for one number.

A figure is of a window that ends now, and of an agent, a department with all below it, a route or a tool. One
without a denominator is None. docs/pipelines.md says what each is.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

import msgspec
from sqlalchemy import ColumnElement, Connection, Select, and_, func, select

from podium.kernel.errors import InvalidRequest
from podium.ports.database import calls, cases, charges, outcomes, task_identities
from podium.ports.fleet_tables import task_runs
from podium.ports.tool_tables import tool_calls
from podium.views.now import SAMPLE, quantiles

_MS_NS: Final = 1_000_000
_HOUR_MS: Final = 3_600_000


class Scope(msgspec.Struct, frozen=True):
    """Of what a figure is. ``department``: its path. Times in Unix nanoseconds."""

    since_ns: int
    until_ns: int
    agent: str | None = None
    department: str | None = None
    route: str | None = None
    tool: str | None = None

    @property
    def window_ms(self) -> float:
        """How long it is."""
        return (self.until_ns - self.since_ns) / _MS_NS

    def of(self, table: Any, at: Any) -> ColumnElement[bool]:
        """Return the condition of a table's rows; ``at``: the column with their time."""
        found = [at > self.since_ns, at <= self.until_ns, *self.belongs(table)]
        for name in ("route", "tool"):
            value = getattr(self, name)
            if value is not None and name in table.c:
                found.append(table.c[name] == value)
        return and_(*found)

    def belongs(self, table: Any) -> list[ColumnElement[bool]]:
        """Return the conditions of agent and department."""
        found: list[ColumnElement[bool]] = []
        if self.agent is not None and "agent" in table.c:
            found.append(table.c.agent == self.agent)
        if self.department is not None:
            path = table.c.department
            found.append((path == self.department) | path.startswith(f"{self.department}/", autoescape=True))
        return found


Reading = Callable[[Connection, Scope], float | None]


def figure(connection: Connection, name: str, scope: Scope) -> float | None:
    """Return a figure by its name. Raises InvalidRequest for one that there is not."""
    if name not in READINGS:
        raise InvalidRequest(f"There is no figure {name}.", fix=f"There is: {', '.join(READINGS)}.")
    return READINGS[name](connection, scope)


def of_condition(connection: Connection, spec: Mapping[str, Any], now_ns: int) -> float | None:
    """Return the figure that a pipeline's condition looks at. ``spec``: as it is compiled."""
    names = ("agent", "department", "route", "tool")
    of = {name: spec[name] for name in names if name in spec}
    return figure(connection, spec["figure"], Scope(now_ns - spec["window"] * _MS_NS, now_ns, **of))


def _count(connection: Connection, table: Any, *where: ColumnElement[bool]) -> int:
    return int(connection.execute(select(func.count()).select_from(table).where(*where)).scalar_one())


def _calls(connection: Connection, scope: Scope) -> float:
    return _count(connection, calls, scope.of(calls, calls.c.admitted_ns))


def _share_of_calls(*bad: ColumnElement[bool]) -> Reading:
    def read(connection: Connection, scope: Scope) -> float | None:
        of = scope.of(calls, calls.c.admitted_ns)
        whole = _count(connection, calls, of)
        return _count(connection, calls, of, *bad) / whole if whole else None

    return read


def _spent(connection: Connection, scope: Scope) -> float:
    query = select(func.coalesce(func.sum(charges.c.cost_nano_usd), 0))
    return int(connection.execute(query.where(scope.of(charges, charges.c.admitted_ns))).scalar_one()) / 1e9


def _tokens(connection: Connection, scope: Scope) -> float:
    both = func.coalesce(charges.c.input_tokens, 0) + func.coalesce(charges.c.output_tokens, 0)
    query = select(func.coalesce(func.sum(both), 0)).where(scope.of(charges, charges.c.admitted_ns))
    return int(connection.execute(query).scalar_one())


def _by_time(reading: Callable[[Connection, Scope], float], per_ms: int) -> Reading:
    return lambda connection, scope: reading(connection, scope) * per_ms / scope.window_ms


def _quantile(table: Any, column: str, at: str, which: str, divide: int = 1000) -> Reading:
    """Return what reads a quantile of microseconds of the newest rows."""

    def read(connection: Connection, scope: Scope) -> float | None:
        value, time = table.c[column], table.c[at]
        query: Select[Any] = select(value).where(scope.of(table, time), value.is_not(None))
        values = list(connection.execute(query.order_by(time.desc()).limit(SAMPLE)).scalars())
        found = getattr(quantiles([int(one) for one in values], sampled=False), which)
        return None if found is None else found / divide

    return read


def _tool_calls(connection: Connection, scope: Scope) -> float:
    return _count(connection, tool_calls, scope.of(tool_calls, tool_calls.c.at_ns))


def _tool_share(whole: tuple[ColumnElement[bool], ...], bad: ColumnElement[bool]) -> Reading:
    def read(connection: Connection, scope: Scope) -> float | None:
        of = scope.of(tool_calls, tool_calls.c.at_ns)
        count = _count(connection, tool_calls, of, *whole)
        return _count(connection, tool_calls, of, *whole, bad) / count if count else None

    return read


def _outcomes(connection: Connection, scope: Scope, *where: ColumnElement[bool]) -> int:
    return _count(connection, outcomes, scope.of(outcomes, outcomes.c.at_ns), *where)


def _success_rate(connection: Connection, scope: Scope) -> float | None:
    whole = _outcomes(connection, scope)
    return _outcomes(connection, scope, outcomes.c.outcome == "success") / whole if whole else None


def _cost_per_success(connection: Connection, scope: Scope) -> float | None:
    good = _outcomes(connection, scope, outcomes.c.outcome == "success")
    return _spent(connection, scope) / good if good else None


def _living(state: str) -> Reading:
    def read(connection: Connection, scope: Scope) -> float:
        table = task_identities
        lives = (table.c.state == state, table.c.until_ns > scope.until_ns)
        return _count(connection, table, *lives, *scope.belongs(table))

    return read


def _runs(state: str) -> Reading:
    def read(connection: Connection, scope: Scope) -> float:
        return _count(connection, task_runs, task_runs.c.state == state, *scope.belongs(task_runs))

    return read


def _runs_failed(connection: Connection, scope: Scope) -> float:
    of = scope.of(task_runs, task_runs.c.ended_ns)
    return _count(connection, task_runs, of, task_runs.c.state == "failed")


def _cases_open(connection: Connection, scope: Scope) -> float:
    return _count(connection, cases, cases.c.state == "open", *scope.belongs(cases))


def _oldest_case(connection: Connection, scope: Scope) -> float | None:
    query = select(func.min(cases.c.created_ns)).where(cases.c.state == "open", *scope.belongs(cases))
    first = connection.execute(query).scalar()
    return None if first is None else (scope.until_ns - int(first)) / 60e9


_MADE: Final = (tool_calls.c.outcome.is_not(None),)
READINGS: Final[dict[str, Reading]] = {
    "error_rate": _share_of_calls(calls.c.outcome != "ok"),
    "calls": _calls,
    "calls_per_minute": _by_time(_calls, 60_000),
    "refused_rate": _share_of_calls(calls.c.attempts == 0),
    "spend_usd": _spent,
    "spend_usd_per_hour": _by_time(_spent, _HOUR_MS),
    "tokens": _tokens,
    "tokens_per_second": _by_time(_tokens, 1000),
    "latency_p50_ms": _quantile(calls, "duration_us", "admitted_ns", "p50_us"),
    "latency_p95_ms": _quantile(calls, "duration_us", "admitted_ns", "p95_us"),
    "first_token_p50_ms": _quantile(charges, "first_token_us", "admitted_ns", "p50_us"),
    "first_token_p95_ms": _quantile(charges, "first_token_us", "admitted_ns", "p95_us"),
    "overhead_p95_us": _quantile(calls, "overhead_us", "admitted_ns", "p95_us", divide=1),
    "tool_calls": _tool_calls,
    "tool_failure_rate": _tool_share(_MADE, tool_calls.c.outcome != "succeeded"),
    "tool_denied_rate": _tool_share((), tool_calls.c.verdict == "deny"),
    "tool_latency_p95_ms": _quantile(tool_calls, "duration_us", "at_ns", "p95_us"),
    "success_rate": _success_rate,
    "cost_per_success_usd": _cost_per_success,
    "tasks_living": _living("running"),
    "tasks_paused": _living("paused"),
    "runs_queued": _runs("queued"),
    "runs_running": _runs("running"),
    "runs_failed": _runs_failed,
    "cases_open": _cases_open,
    "oldest_case_minutes": _oldest_case,
}
"""What reads each figure."""
