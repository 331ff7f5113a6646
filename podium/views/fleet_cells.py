"""The fleet at a glance: every department and agent as a cell, and what a task's window holds.

Figures of money and calls are of the last 24 hours, the begun one included, from the ledger's sums; ``burn``
is what was admitted in the last five minutes, by the hour.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, func, select

from podium.manifest.snapshot import Snapshot, decode_snapshot
from podium.ports.aggregates import HOUR_NS, cells, usage_hours
from podium.ports.database import breakers, charges, snapshots
from podium.ports.fleet_tables import task_runs
from podium.spend.journal import WENT_WELL
from podium.views.living import Living
from podium.views.scope import narrowed

HOURS: Final = 24
BURN_S: Final = 300
_NS: Final = 1_000_000_000


class Cell(msgspec.Struct, frozen=True):
    """One agent, or a department with all below it. Money in nano-USD."""

    name: str
    """An agent's name, a department's path."""
    department: str
    """Path."""
    queued: int
    running: int
    """Those that wait, or are paused, are not among them."""
    waiting: int
    """For a person, or for money."""
    paused: int
    """By a person, or by a breaker of their own."""
    unknown: int
    """Runs of which nobody knows what became of an act."""
    calls: int
    failed: int
    failed_share: float | None
    """``failed / calls``; None where there were no calls."""
    spent_nano_usd: int
    burn_nano_usd_per_hour: int
    held: str | None
    """What its breaker says where it lets nothing through, or not everything: ``paused``, ``stopped``..."""


class DepartmentCells(msgspec.Struct, frozen=True):
    """A department's cell, and those of its own agents."""

    whole: Cell
    agents: list[Cell]


def fleet_cells(
    connection: Connection, living: Mapping[str, Living], *, now_ns: int, department: str | None = None
) -> list[DepartmentCells]:
    """Return the departments that have agents, by path. ``department``: this path and what is below alone.

    ``living``: the tasks that live, as `living_tasks` has read them.
    """
    snapshot = newest_snapshot(connection)
    if snapshot is None:
        return []
    states = select(breakers.c.key, breakers.c.state).where(breakers.c.state != "closed")
    held = {str(row.key): str(row.state) for row in connection.execute(states)}
    numbers = _Numbers(connection, now_ns, living)
    own: dict[str, list[Cell]] = defaultdict(list)
    for agent in sorted(snapshot.agents.values(), key=lambda one: one.name):
        path = agent.department_path
        own[path].append(numbers.cell(agent.name, path, [agent.name], held.get(f"agent/{agent.name}")))
    found = []
    for path in sorted(_with_those_above(own)):
        if department is not None and not f"{path}/".startswith(f"{department}/"):
            continue
        below = [name for name, agent in snapshot.agents.items() if _within(agent.department_path, path)]
        last = path.rsplit("/", 1)[-1]
        whole = numbers.cell(path, path, below, held.get(f"department/{last}"))
        found.append(DepartmentCells(whole, own.get(path, [])))
    return found


def newest_snapshot(connection: Connection) -> Snapshot | None:
    """Return the manifests in force."""
    query = select(snapshots.c.document).order_by(snapshots.c.version.desc()).limit(1)
    document = connection.execute(query).scalar()
    return narrowed(connection, decode_snapshot(document)) if document is not None else None


def _within(path: str, above: str) -> bool:
    return f"{path}/".startswith(f"{above}/")


def _with_those_above(paths: Iterable[str]) -> set[str]:
    found: set[str] = set()
    for path in paths:
        names = path.split("/")
        found |= {"/".join(names[:length]) for length in range(1, len(names) + 1)}
    return found


class _Numbers:
    """All figures by agent, each read once."""

    def __init__(self, connection: Connection, now_ns: int, living: Mapping[str, Living]) -> None:
        self.states: dict[str, Counter[str]] = defaultdict(Counter)
        runs = task_runs
        for one in living.values():
            self.states[one.agent][one.state] += 1
        counted = (
            select(runs.c.agent, runs.c.state, func.count())
            .where(runs.c.state.in_(["queued", "unknown"]))
            .group_by(runs.c.agent, runs.c.state)
        )
        for agent, state, count in connection.execute(counted):
            self.states[agent][state] += count
        self._used(connection, now_ns)

    def _used(self, connection: Connection, now_ns: int) -> None:
        since = now_ns // HOUR_NS - HOURS + 1
        sums = (func.sum(usage_hours.c.calls), func.sum(usage_hours.c.cost_nano_usd))
        query = (
            select(cells.c.agent, cells.c.outcome, *sums)
            .join(cells, cells.c.id == usage_hours.c.cell)
            .where(usage_hours.c.hour >= since)
            .group_by(cells.c.agent, cells.c.outcome)
        )
        self.calls: Counter[str] = Counter()
        self.failed: Counter[str] = Counter()
        self.spent: Counter[str] = Counter()
        for agent, outcome, calls, cost in connection.execute(query):
            self.calls[agent] += int(calls)
            self.failed[agent] += int(calls) if outcome not in WENT_WELL else 0
            self.spent[agent] += int(cost)
        burning = (
            select(charges.c.agent, func.sum(charges.c.cost_nano_usd))
            .where(charges.c.admitted_ns > now_ns - BURN_S * _NS)
            .group_by(charges.c.agent)
        )
        self.burn = {agent: int(cost) * 3600 // BURN_S for agent, cost in connection.execute(burning)}

    def cell(self, name: str, path: str, agents: list[str], held: str | None) -> Cell:
        def of(state: str) -> int:
            return sum(self.states[agent][state] for agent in agents)

        calls, failed = sum(self.calls[it] for it in agents), sum(self.failed[it] for it in agents)
        return Cell(
            name=name,
            department=path,
            queued=of("queued"),
            running=of("running"),
            waiting=of("waiting"),
            paused=of("paused"),
            unknown=of("unknown"),
            calls=calls,
            failed=failed,
            failed_share=failed / calls if calls else None,
            spent_nano_usd=sum(self.spent[it] for it in agents),
            burn_nano_usd_per_hour=sum(self.burn.get(it, 0) for it in agents),
            held=held,
        )


class Window(msgspec.Struct, frozen=True):
    """How full the context window of a model was with the last call of a task. Tokens."""

    model: str
    used_tokens: int
    """Input and output of that call."""
    window_tokens: int
    at_ns: int


def window_of(last: Any, snapshot: Snapshot | None) -> Window | None:
    """Return what the last answered call of a task says of its window; None where something is not known.

    ``last``: a `CallListRow`.
    """
    model = snapshot.models.get(last.model or "") if snapshot is not None and last is not None else None
    if model is None or model.context_window_tokens is None or last.input_tokens is None:
        return None
    used = last.input_tokens + (last.output_tokens or 0)
    return Window(str(last.model), used, model.context_window_tokens, last.call.admitted_ns)
