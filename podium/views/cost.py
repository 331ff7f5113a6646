"""The cost sheet of a task and of what it has started: from the ledger, calls of tools, and runs."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, func, select

from podium.kernel.errors import NotFound
from podium.manifest.snapshot import ProviderRow, Snapshot, decode_snapshot
from podium.ports.aggregates import usage_tasks
from podium.ports.database import call_rows, charges, snapshots, task_identities
from podium.ports.fleet_tables import task_runs
from podium.ports.tool_tables import tool_calls
from podium.spend.machines import Interval, MachinePrices, busy_share_us
from podium.spend.sheets import Called, Charged, Ran, Sheet, cost_sheet
from podium.views.bills import corrections_of
from podium.views.explain_charges import usage_of
from podium.views.ledger import CHARGE_COLUMNS, ChargeRow, of_calls
from podium.views.scope import Elsewhere, elsewhere

MOST_TASKS: Final = 2_000
"""Of one tree; of a larger one the sheet says so."""
LEFT_OUT: Final = f"It has started more than {MOST_TASKS - 1:,} tasks: the others are in no line and no sum."
_IDS: Final = 500
_LONGEST_NS: Final = 3_600_000_000_000
"""A call of a local model that overlaps another one was admitted so long before at most."""
_PROGRAMS: Final = ("agent", "command")
"""Kinds of runs that have a program."""


class TaskCost(msgspec.Struct, frozen=True):
    """What one task of a tree has cost by the ledger, without what it has started."""

    task_id: str
    parent_id: str | None
    agent: str
    ledger_nano_usd: int


class CostOfTask(msgspec.Struct, frozen=True):
    """A task's cost sheet. ``tree``: with all that it has started."""

    task_id: str
    tree: bool
    tasks: tuple[TaskCost, ...]
    """The task first; those that it has started by their ids. More than 2,000 are left out."""
    sheet: Sheet
    whole: bool = True
    """Whether no task is left out, of any sum."""
    elsewhere: Elsewhere = Elsewhere()
    """What it has started in departments that who looks does not see; in no line and not in the sheet."""

    @property
    def total_nano_usd(self) -> int:
        """All of it."""
        return self.sheet.total_nano_usd + self.elsewhere.cost_nano_usd


class _Tree:
    """Who belongs to a task."""

    def __init__(self, connection: Connection, task_id: str, *, whole: bool) -> None:
        self.parents: dict[str, str | None] = {task_id: None}
        self.agents: dict[str, str] = {}
        self.whole = True
        known = connection.execute(
            select(call_rows.c.call_id).where(call_rows.c.task_id == task_id).limit(1)
        ).first()
        for table in (task_identities, task_runs):
            of = table.c
            query = select(of.task_id, of.parent_id, of.agent).where(of.task_id == task_id)
            for row in connection.execute(query):
                known = row
                self.parents[task_id], self.agents[task_id] = row.parent_id, row.agent
        if known is None:
            raise NotFound(f"There is no task {task_id}.", fix="podium task list --all lists them.")
        if whole:
            self._descend(connection, task_id)

    def _descend(self, connection: Connection, task_id: str) -> None:
        below = [task_id]
        while below:
            part, below = below[:_IDS], below[_IDS:]
            for table in (task_identities, task_runs):
                of = table.c
                query = select(of.task_id, of.parent_id, of.agent).where(of.parent_id.in_(part))
                for row in connection.execute(query.order_by(of.task_id)).all():
                    if row.task_id in self.parents:
                        continue
                    if len(self.parents) >= MOST_TASKS:
                        self.whole = False
                        return
                    self.parents[row.task_id], self.agents[row.task_id] = row.parent_id, row.agent
                    below.append(row.task_id)


def task_cost(connection: Connection, task_id: str, *, now_ns: int, tree: bool = True) -> CostOfTask:
    """Return what a task has cost. Raises NotFound for a task of which there is nothing."""
    belonging = _Tree(connection, task_id, whole=tree)
    ids = list(belonging.parents)
    sums = _ledger_sums(connection, ids)
    rows = _charges(connection, ids)
    sheet = cost_sheet(
        _charged(connection, rows),
        _called(connection, ids),
        [*_ran(connection, ids, now_ns), *_served(connection, rows)],
        ledger_nano_usd=sum(sums.values()),
    )
    tasks = tuple(
        TaskCost(id_, parent, belonging.agents.get(id_, ""), sums.get(id_, 0))
        for id_, parent in belonging.parents.items()
    )
    others = elsewhere(connection, ids) if tree else Elsewhere()
    return CostOfTask(task_id, tree, tasks, sheet, belonging.whole, others)


def check_task(connection: Connection, task_id: str) -> None:
    """Raise NotFound for a task of which there is nothing."""
    _Tree(connection, task_id, whole=False)


READ_AGAIN_NS: Final = 10_000_000_000
PAUSE_NS: Final = 2_000_000


class CostReader:
    """Reads a task's cost sheet for a page that looks every second: anew with new charges, or after a while.

    The more attempts a sheet has, the longer it takes, and the longer it stays: 2 ms for each.
    """

    def __init__(self, task_id: str) -> None:
        self._task_id = task_id
        self._read: tuple[int, int, CostOfTask] | None = None

    def read(self, connection: Connection, now_ns: int) -> CostOfTask | None:
        """Return the sheet, None for a task of which there is nothing."""
        ledger = sum(_ledger_sums(connection, [self._task_id]).values())
        before = self._read
        age_ns = now_ns - before[1] if before is not None else 0
        if (
            before is None
            or age_ns >= max(READ_AGAIN_NS, before[2].sheet.attempts * PAUSE_NS)
            or (before[0] != ledger and age_ns >= before[2].sheet.attempts * PAUSE_NS)
        ):
            try:
                found = task_cost(connection, self._task_id, now_ns=now_ns)
            except NotFound:
                return None
            self._read = before = ledger, now_ns, found
        return before[2]


def _parts(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(ids), _IDS):
        yield ids[start : start + _IDS]


def _ledger_sums(connection: Connection, ids: Sequence[str]) -> dict[str, int]:
    """Return what the keeper has added up of each task, corrections included."""
    found: dict[str, int] = {}
    for part in _parts(ids):
        query = (
            select(usage_tasks.c.task_id, func.sum(usage_tasks.c.cost_nano_usd))
            .where(usage_tasks.c.task_id.in_(part))
            .group_by(usage_tasks.c.task_id)
        )
        found |= {id_: int(cost) for id_, cost in connection.execute(query)}
    return found


def _charges(connection: Connection, ids: Sequence[str]) -> list[tuple[ChargeRow, str]]:
    """Return charges, each with its dialect."""
    found = []
    for part in _parts(ids):
        query = select(*CHARGE_COLUMNS, charges.c.dialect).where(of_calls(call_rows.c.task_id.in_(part)))
        found += [(ChargeRow(*row[:-1]), row[-1]) for row in connection.execute(query)]
    return found


@lru_cache(maxsize=8)
def _decoded(document: bytes) -> Snapshot:
    return decode_snapshot(document)


class _Versions:
    """Snapshots by version and by time."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._found: dict[Any, Snapshot | None] = {}

    def by_version(self, version: int) -> Snapshot | None:
        """Return a version of the manifests."""
        if version not in self._found:
            self._found[version] = self._first(snapshots.c.version == version)
        return self._found[version]

    def at(self, at_ns: int) -> Snapshot | None:
        """Return what was in force."""
        return self._first(snapshots.c.in_force_from_ns <= at_ns)

    def _first(self, condition: Any) -> Snapshot | None:
        query = select(snapshots.c.document).where(condition).order_by(snapshots.c.version.desc()).limit(1)
        document = self._connection.execute(query).scalar()
        return _decoded(bytes(document)) if document is not None else None


def _charged(connection: Connection, rows: Sequence[tuple[ChargeRow, str]]) -> Iterator[Charged]:
    versions = _Versions(connection)
    corrected: dict[str, int] = {}
    for part in _parts([row.charge_id for row, _ in rows]):
        for charge_id, found in corrections_of(connection, part).items():
            corrected[charge_id] = sum(one.cost_nano_usd for one in found)
    for row, _ in rows:
        snapshot = versions.by_version(row.snapshot_version)
        model = snapshot.models.get(row.model) if snapshot is not None else None
        yield Charged(
            task_id=row.task_id,
            model=row.model,
            operation=row.operation,
            outcome=row.outcome,
            attempt=row.attempt,
            cost_nano_usd=row.cost_nano_usd,
            estimated=row.estimated,
            prices=model.prices if model is not None else None,
            usage=usage_of(row),
            corrected_nano_usd=corrected.get(row.charge_id, 0),
        )


def _called(connection: Connection, ids: Sequence[str]) -> Iterator[Called]:
    """Yield the calls of tools that were made; a call that was refused has cost nothing."""
    versions = _Versions(connection)
    of = tool_calls.c
    for part in _parts(ids):
        query = select(of.task_id, of.tool, of.snapshot_version).where(
            of.task_id.in_(part), of.outcome.is_not(None)
        )
        for row in connection.execute(query):
            snapshot = versions.by_version(row.snapshot_version)
            server, _, tool = row.tool.partition("/")
            held = snapshot.tool_servers.get(server) if snapshot is not None else None
            yield Called(row.task_id, row.tool, held.prices.get(tool) if held is not None else None)


def _ran(connection: Connection, ids: Sequence[str], now_ns: int) -> Iterator[Ran]:
    """Yield the programs that Podium has run, at the prices that were in force when they began."""
    versions = _Versions(connection)
    for part in _parts(ids):
        query = select(task_runs).where(task_runs.c.task_id.in_(part), task_runs.c.started_ns.is_not(None))
        for row in connection.execute(query):
            if row.kind not in _PROGRAMS:
                continue
            yield Ran(
                task_id=row.task_id,
                what=row.agent or f"step {row.step}",
                prices=_machine(versions.at(row.started_ns), row.agent, row.department),
                cpu_ms=None if row.cpu_ms is None else Decimal(row.cpu_ms),
                memory_bytes=row.peak_memory_bytes,
                time_ms=max(0, (row.ended_ns or now_ns) - row.started_ns) // 1_000_000,
                gpu_ms=None if row.gpu_ms is None else Decimal(row.gpu_ms),
                gpu_how=row.gpu_how,
            )


def _machine(snapshot: Snapshot | None, agent: str, department: str) -> MachinePrices:
    if snapshot is None:
        return MachinePrices()
    if agent in snapshot.agents:
        return snapshot.agents[agent].machine
    held = snapshot.departments.get(department.rsplit("/", 1)[-1])
    return held.machine if held is not None else MachinePrices()


def _served(connection: Connection, rows: Sequence[tuple[ChargeRow, str]]) -> Iterator[Ran]:
    """Yield a task's share of each model server that Podium runs: its part of the time in which it was busy.

    Of that time all its threads are taken to have worked, so that it is an estimate, at most.
    """
    versions = _Versions(connection)
    by_server: dict[str, list[ChargeRow]] = {}
    for row, dialect in rows:
        if dialect == "llama" and row.sent_us is not None:
            by_server.setdefault(row.provider, []).append(row)
    for name, served in sorted(by_server.items()):
        newest = max(served, key=lambda row: row.admitted_ns)
        snapshot = versions.by_version(newest.snapshot_version)
        provider = snapshot.providers.get(name) if snapshot is not None else None
        if snapshot is None or provider is None or provider.llama is None:
            continue
        own = {row.charge_id for row in served}
        mine = [_busy(row.admitted_ns, row.sent_us or 0, row.end_us) for row in served]
        others = _others(connection, name, own, mine)
        busy_ms = busy_share_us(mine, others) / 1000
        yield Ran(
            task_id=newest.task_id,
            what=name,
            prices=_server_prices(snapshot, provider),
            cpu_ms=busy_ms * provider.llama.threads,
            gpu_ms=Decimal(0),
            gpu_how="kept_off",
            estimated=True,
        )


def _server_prices(snapshot: Snapshot, provider: ProviderRow) -> MachinePrices:
    own = provider.llama.machine if provider.llama is not None else MachinePrices()
    return own.over(snapshot.departments[snapshot.organisation].machine)


def _busy(admitted_ns: int, sent_us: int, end_us: int) -> Interval:
    begin_us = admitted_ns // 1000
    return Interval(begin_us + sent_us, begin_us + end_us)


def _others(connection: Connection, provider: str, own: set[str], mine: Sequence[Interval]) -> list[Interval]:
    """Return when a server worked for others, around the same times."""
    first, last = min(it.start_us for it in mine) * 1000, max(it.end_us for it in mine) * 1000
    of = charges.c
    query = select(of.charge_id, of.admitted_ns, of.sent_us, of.end_us).where(
        of.admitted_ns.between(first - _LONGEST_NS, last), of.provider == provider, of.sent_us.is_not(None)
    )
    return [
        _busy(row.admitted_ns, row.sent_us, row.end_us)
        for row in connection.execute(query)
        if row.charge_id not in own
    ]
