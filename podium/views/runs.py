"""Runs: the list, one of them, and what each waits for."""

from collections.abc import Sequence
from typing import Final, Literal

import msgspec
from sqlalchemy import Connection, func, or_, select

from podium.fleet.queueing import Waiting, ceilings, decide_next
from podium.keeper.breaker_case import KIND as PAUSE
from podium.kernel.errors import NotFound
from podium.manifest.snapshot import Snapshot, decode_snapshot
from podium.ports.database import calls, cases, charges, snapshots
from podium.ports.fleet_tables import artifacts, task_messages, task_runs
from podium.ports.run_states import LIVING, OVER
from podium.ports.runs import RunIs, run_of
from podium.trust.request.user import User, user_of
from podium.views.ledger import of_task
from podium.views.scope import naming, unscoped
from podium.views.text import iso

WaitsFor = Literal["person", "money", "slot"]
WAITS: Final[dict[WaitsFor, str]] = {"person": "a person", "money": "money", "slot": "a slot"}
NO_MONEY: Final = "budget_exhausted"
_CHUNK: Final = 500


class RunFilters(msgspec.Struct, frozen=True):
    """Which runs. ``living``: only those that are not over; ``text``: a part of the id."""

    living: bool = True
    agent: str | None = None
    department: str | None = None
    """Its path; those below it are meant too."""
    state: str | None = None
    text: str | None = None
    pipeline_run_id: str | None = None


class ArtifactRow(msgspec.Struct, frozen=True):
    """What a run has left behind."""

    name: str
    sha256: str
    media_type: str
    bytes: int
    at_ns: int


class Said(msgspec.Struct, frozen=True):
    """What somebody has said to a run; None: it is erased, or never was kept."""

    at_ns: int
    by: str
    text: str


class RunDetail(msgspec.Struct, frozen=True):
    """One run. Money in nano-USD; what its children have cost is in ``cost_of_all_nano_usd``."""

    run: RunIs
    waits_for: WaitsFor | None
    request: str | None
    """None: nobody said, or it is erased."""
    user: User | None
    """Who the user is, as whoever has started it says; None: nobody did, or it is erased."""
    charges: int
    cost_nano_usd: int
    cost_of_all_nano_usd: int
    artifacts: list[ArtifactRow]
    messages: list[Said]
    children: list[RunIs]


def run_rows(
    connection: Connection, filters: RunFilters, *, limit: int = 100, before: str | None = None
) -> list[RunIs]:
    """Return runs, newest first. ``before``: only those with a smaller id, for the next page."""
    table = task_runs
    asked = select(table).order_by(table.c.task_id.desc()).limit(limit)
    if filters.state is not None:
        asked = asked.where(table.c.state == filters.state)
    elif filters.living:
        asked = asked.where(table.c.state.in_(LIVING))
    if filters.agent is not None:
        asked = asked.where(table.c.agent == filters.agent)
    if filters.department is not None:
        path = filters.department
        below = table.c.department.startswith(f"{path}/", autoescape=True)
        asked = asked.where(or_(table.c.department == path, below))
    if filters.pipeline_run_id is not None:
        asked = asked.where(table.c.pipeline_run_id == filters.pipeline_run_id)
    if filters.text:
        asked = asked.where(table.c.task_id.contains(filters.text, autoescape=True))
    if before is not None:
        asked = asked.where(table.c.task_id < before)
    return [run_of(row) for row in connection.execute(asked)]


def find_run(connection: Connection, task_id: str) -> RunIs | None:
    """Return a run, None where the task is none of Podium's own."""
    row = connection.execute(select(task_runs).where(task_runs.c.task_id == task_id)).first()
    return run_of(row) if row is not None else None


def run_detail(connection: Connection, task_id: str) -> RunDetail:
    """Return one run. Raises NotFound."""
    row = connection.execute(select(task_runs).where(task_runs.c.task_id == task_id)).first()
    if row is None:
        raise NotFound(f"There is no run {task_id}.", fix="See podium task list --all.")
    run = run_of(row)
    started = naming(connection, task_runs, ("parent_id",), [task_id])
    below = connection.execute(select(task_runs).where(started)).all()
    count, cost = _cost(connection, [task_id])
    of_tree = select(task_runs.c.task_id).where(naming(connection, task_runs, ("root_id",), [task_id]))
    tree = set(connection.execute(of_tree).scalars()) | {task_id}
    _, of_all = _cost(connection, sorted(tree))
    left = connection.execute(
        select(artifacts).where(artifacts.c.task_id == task_id).order_by(artifacts.c.name)
    )
    of = task_messages.c
    said = connection.execute(select(of.at_ns, of.by, of.text).where(of.task_id == task_id).order_by(of.seq))
    return RunDetail(
        run=run,
        waits_for=waiting(connection, [run]).get(task_id),
        request=row.request,
        user=user_of(row.user_json),
        charges=count,
        cost_nano_usd=cost,
        cost_of_all_nano_usd=of_all,
        artifacts=[ArtifactRow(it.name, it.sha256, it.media_type, it.bytes, it.at_ns) for it in left],
        messages=[Said(it.at_ns, it.by, it.text) for it in said],
        children=[run_of(it) for it in below],
    )


def body_of(connection: Connection, task_id: str, name: str) -> str:
    """Return the digest of what a run has left behind: ``result``, or an artifact's name. Raises NotFound."""
    erased_ns = connection.execute(
        select(task_runs.c.erased_ns).where(task_runs.c.task_id == task_id)
    ).scalar()
    if erased_ns is not None:
        raise NotFound(f"What {task_id} has left behind was erased on {iso(erased_ns)[:10]}.")
    of = artifacts.c
    found = connection.execute(select(of.sha256).where(of.task_id == task_id, of.name == name)).scalar()
    if found is None and name == "result":
        query = select(task_runs.c.result_sha256).where(task_runs.c.task_id == task_id)
        found = connection.execute(query).scalar()
    if found is None:
        raise NotFound(f"{task_id} has left no {name} behind.")
    return str(found)


def _cost(connection: Connection, task_ids: Sequence[str]) -> tuple[int, int]:
    """Return how many charges tasks have, and what they come to."""
    count = cost = 0
    for task_id in task_ids:
        columns = (func.count(), func.coalesce(func.sum(charges.c.cost_nano_usd), 0))
        found = connection.execute(select(*columns).where(of_task(task_id))).one()
        count, cost = count + int(found[0]), cost + int(found[1])
    return count, cost


def waiting(connection: Connection, runs: Sequence[RunIs]) -> dict[str, WaitsFor]:
    """Return what runs wait for: a person's answer, money, or a slot; without those that wait for nothing."""
    found = waits_of_running(connection, [run.task_id for run in runs if run.state == "running"])
    found |= dict.fromkeys((run.task_id for run in runs if run.state == "unknown"), "person")
    queued = {run.task_id for run in runs if run.state == "queued"}
    if queued:
        found |= dict.fromkeys(queued & _without_slot(connection), "slot")
    return found


def waits_of_running(connection: Connection, task_ids: Sequence[str]) -> dict[str, WaitsFor]:
    """Return which of the tasks that run wait: for a person who is asked about them, or for money.

    For money waits whose newest call was refused because a budget is used up, while it has not been given
    another one since.
    """
    found: dict[str, WaitsFor] = {}
    for start in range(0, len(task_ids), _CHUNK):
        found |= dict.fromkeys(_without_money(connection, task_ids[start : start + _CHUNK]), "money")
    if task_ids:
        found |= dict.fromkeys(_asked_about(connection, task_ids), "person")
    return found


def _asked_about(connection: Connection, task_ids: Sequence[str]) -> set[str]:
    """Return those of which a case is open: of theirs, of what they have started, of their agent's pause."""
    of, run = cases.c, task_runs.c
    open_ = connection.execute(select(of.kind, of.key, of.task_id).where(of.state == "open")).all()
    named = {case.task_id for case in open_} | {case.key.partition("/")[0] for case in open_}
    held = {case.key for case in open_ if case.kind == PAUSE}
    found = {it for it in task_ids if it in named or f"task/{it}" in held}
    if held:
        agents = {key.removeprefix("agent/") for key in held if key.startswith("agent/")}
        paused = select(run.task_id).where(run.agent.in_(agents), run.state == "running")
        found |= set(connection.execute(paused).scalars()) & set(task_ids)
    return found


def _without_money(connection: Connection, task_ids: Sequence[str]) -> list[str]:
    of = calls.c
    newest = func.max(of.admitted_ns)
    refused = select(of.task_id, newest).where(of.task_id.in_(task_ids), of.error_code == NO_MONEY)
    at = {str(row[0]): int(row[1]) for row in connection.execute(refused.group_by(of.task_id))}
    if not at:
        return []
    later = select(of.task_id, newest).where(of.task_id.in_(list(at))).group_by(of.task_id)
    given = select(task_runs.c.task_id, task_runs.c.budget_ns).where(task_runs.c.task_id.in_(list(at)))
    since = {row.task_id: row.budget_ns or 0 for row in connection.execute(given)}
    return [
        str(task_id)
        for task_id, last_ns in connection.execute(later)
        if last_ns == at[task_id] > since.get(task_id, 0)
    ]


def _without_slot(connection: Connection) -> set[str]:
    """Return the queued runs that a limit of concurrency holds back."""
    snapshot = _in_force(connection)
    if snapshot is None:
        return set()
    of = task_runs.c
    columns = (of.task_id, of.agent, of.department, of.priority, of.queued_ns, of.state)
    # All of them: what one waits for can be the ceiling of a department above its own.
    live = select(*columns).where(of.state.in_(["queued", "running"]))
    rows = connection.execute(unscoped(live)).all()
    by_state: dict[str, list[Waiting]] = {"queued": [], "running": []}
    for row in rows:
        by_state[row.state].append(Waiting(*row[:5]))
    within = ceilings(snapshot, len(rows) + 1)
    return set(decide_next(by_state["queued"], by_state["running"], within).held)


def _in_force(connection: Connection) -> Snapshot | None:
    newest = select(snapshots.c.document).order_by(snapshots.c.version.desc()).limit(1)
    document = connection.execute(newest).scalar()
    return decode_snapshot(document) if document is not None else None


def is_over(run: RunIs) -> bool:
    """Whether nothing follows."""
    return run.state in OVER
