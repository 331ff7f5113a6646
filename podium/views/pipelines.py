"""Pipelines: those in force, their runs, and one run as a tree of steps with states, times and cost."""

import json
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, func, select

from podium.kernel.errors import NotFound
from podium.manifest.pipelines import PipelineRow, StepRow, TriggerRow
from podium.manifest.snapshot import Snapshot, decode_snapshot
from podium.ports.aggregates import usage_tasks
from podium.ports.database import cases, snapshots, task_identities
from podium.ports.fleet_tables import task_runs
from podium.ports.pipeline_tables import pipeline_runs, pipeline_triggers, pipeline_units
from podium.ports.pipelines import UNIT_BAD, UNIT_OVER, WHOLE
from podium.views.runs import WAITS, WaitsFor, waits_of_running
from podium.views.scope import naming, narrowed

LIVE: Final = frozenset({"running", "cancelling"})
MAX_ITEMS_SHOWN: Final = 200
_TOLD: Final = frozenset({*UNIT_BAD, "skipped", "again", "waiting", "unknown"})
"""States of units of which the step says why."""


class RunRow(msgspec.Struct, frozen=True):
    """One run. Times are Unix nanoseconds, money nano-USD."""

    id: str
    pipeline: str
    department: str
    trigger: str
    state: str
    """``running``, ``cancelling``, or the verdict: ``succeeded``, ``failed``, ``cancelled``."""
    reason: str
    root_id: str
    trace_id: str
    snapshot_version: int
    budget_nano_usd: int | None
    cost_nano_usd: int
    """Of all its tasks on models, those of earlier tries included."""
    started_ns: int
    ended_ns: int | None
    deadline_ns: int
    by: str


class PipelineView(msgspec.Struct, frozen=True):
    """A pipeline of the manifests in force, and its newest run."""

    name: str
    agent: str
    department: str
    description: str
    steps: int
    triggers: list[str]
    """In words."""
    budget_nano_usd: int | None
    last: RunRow | None


class UnitView(msgspec.Struct, frozen=True):
    """A step's one try at an entry of its list, or at itself (item None)."""

    item: int | None
    state: str
    """As `ports.pipelines.UnitState`; ``queued``, ``waiting`` and ``unknown`` are how its task stands."""
    attempt: int
    reason: str
    task_id: str | None
    case_id: str | None
    due_ns: int | None
    began_ns: int | None
    ended_ns: int | None
    cost_nano_usd: int
    entry: str = ""
    """The entry of the list, in short."""
    waits_for: WaitsFor | None = None


class StepView(msgspec.Struct, frozen=True):
    """A step, its state in one word, and its units."""

    name: str
    kind: str
    what: str
    """In a line."""
    agent: str
    needs: list[str]
    when: str | None
    level: int
    """How many steps come before it at least: its column in a drawing."""
    state: str
    reason: str
    done: int
    """Units that are over."""
    planned: int
    began_ns: int | None
    ended_ns: int | None
    cost_nano_usd: int
    units: list[UnitView]


class RunDetail(msgspec.Struct, frozen=True):
    """One run, with its inputs as long as they are kept."""

    run: RunRow
    steps: list[StepView]
    inputs: dict[str, Any] | None


def in_force(connection: Connection) -> Snapshot | None:
    """Return the manifests in force."""
    query = select(snapshots.c.document).order_by(snapshots.c.version.desc()).limit(1)
    document = connection.execute(query).scalar()
    return narrowed(connection, decode_snapshot(document)) if document is not None else None


def pipeline_views(connection: Connection) -> list[PipelineView]:
    """Return the pipelines in force, by name."""
    snapshot = in_force(connection)
    if snapshot is None:
        return []
    newest = select(func.max(pipeline_runs.c.id)).group_by(pipeline_runs.c.pipeline)
    rows = connection.execute(select(pipeline_runs).where(pipeline_runs.c.id.in_(newest))).all()
    last = {row.pipeline: run for row, run in zip(rows, _rows(connection, rows), strict=True)}
    return [
        PipelineView(
            row.name,
            row.agent,
            row.department,
            row.description,
            len(row.steps),
            [trigger_words(trigger) for trigger in row.triggers],
            row.budget_nano_usd,
            last.get(row.name),
        )
        for row in sorted(snapshot.pipelines.values(), key=lambda row: row.name)
    ]


def run_rows(
    connection: Connection,
    *,
    pipeline: str | None = None,
    state: str | None = None,
    limit: int = 100,
    before: str | None = None,
) -> list[RunRow]:
    """Return runs, newest first. ``before``: only those with a smaller id, for the next page."""
    of = pipeline_runs.c
    query = select(pipeline_runs).order_by(of.id.desc()).limit(limit)
    if pipeline is not None:
        query = query.where(of.pipeline == pipeline)
    if state is not None:
        query = query.where(of.state == state if state in LIVE else of.verdict == state)
    if before is not None:
        query = query.where(of.id < before)
    return _rows(connection, connection.execute(query).all())


def find_run(connection: Connection, run_id: str) -> RunRow | None:
    """Return a run, None where there is none."""
    row = connection.execute(select(pipeline_runs).where(pipeline_runs.c.id == run_id)).first()
    return _rows(connection, [row])[0] if row is not None else None


def run_detail(connection: Connection, run_id: str) -> RunDetail:
    """Return one run with its steps in their order. Raises NotFound."""
    row = connection.execute(select(pipeline_runs).where(pipeline_runs.c.id == run_id)).first()
    if row is None:
        raise NotFound(f"There is no run {run_id} of a pipeline.", fix="See podium pipeline list.")
    query = select(snapshots.c.document).where(snapshots.c.version == row.snapshot_version)
    document = connection.execute(query).scalar()
    definition = decode_snapshot(document).pipelines.get(row.pipeline) if document is not None else None
    units = _units(connection, run_id)
    steps = _steps(definition, units) if definition is not None else []
    inputs = json.loads(row.inputs) if row.inputs else None
    return RunDetail(_rows(connection, [row])[0], steps, inputs)


def levels(definition: PipelineRow) -> dict[str, int]:
    """Return how many steps come before each, along the longest way."""
    found: dict[str, int] = {}
    while len(found) < len(definition.steps):
        for step in definition.steps:
            if step.name not in found and all(name in found for name in step.needs):
                found[step.name] = 1 + max((found[name] for name in step.needs), default=-1)
    return found


def step_words(step: StepRow) -> str:
    """Return in a line what a step does."""
    spec = step.spec
    text = {
        "task": lambda: f"{step.agent}: {spec['request']}",
        "tool": lambda: str(spec["tool"]),
        "command": lambda: " ".join(str(part) for part in spec["run"]),
        "approval": lambda: str(spec["title"]),
        "http": lambda: f"{spec['method']} {spec['url']}",
    }[step.kind]()
    return " ".join(text.split())[:200]


def trigger_words(trigger: TriggerRow) -> str:
    """Return in words when a trigger starts a run."""
    spec = trigger.spec
    if trigger.kind == "schedule":
        return f"{spec['cron']} ({spec['time_zone']})"
    if trigger.kind == "webhook":
        return trigger.name if trigger.name.startswith("webhook") else f"webhook {trigger.name}"
    if trigger.kind == "event":
        return f"event {spec['type']}"
    if trigger.kind == "occurrence":
        of = [str(spec[name]) for name in ("audit", "rule", "agent", "department", "tool") if name in spec]
        return f"{spec['type']}{' of ' if of else ''}{', '.join(of)}"
    bound = f"above {spec['above']:g}" if "above" in spec else f"below {spec['below']:g}"
    return f"{spec['figure']} {bound}"


def _rows(connection: Connection, rows: Any) -> list[RunRow]:
    roots: dict[str, list[str]] = {}
    query = select(task_runs.c.task_id, task_runs.c.pipeline_run_id).where(
        task_runs.c.pipeline_run_id.in_([row.id for row in rows]), task_runs.c.kind == "pipeline"
    )
    for task_id, run_id in connection.execute(query):
        roots.setdefault(run_id, []).append(task_id)
    costs = _costs_by_root(connection, [root for all_ in roots.values() for root in all_])
    return [
        RunRow(
            id=row.id,
            pipeline=row.pipeline,
            department=row.department,
            trigger=row.trigger,
            state=row.verdict or row.state,
            reason=row.reason,
            root_id=row.root_id,
            trace_id=row.trace_id,
            snapshot_version=row.snapshot_version,
            budget_nano_usd=row.budget_nano_usd,
            cost_nano_usd=sum(costs.get(root, 0) for root in roots.get(row.id, [])),
            started_ns=row.started_ns,
            ended_ns=row.ended_ns,
            deadline_ns=row.deadline_ns,
            by=row.by,
        )
        for row in rows
    ]


def _costs_by_root(connection: Connection, roots: list[str]) -> dict[str, int]:
    query = select(task_identities.c.task_id, task_identities.c.root_id)
    root_of = {
        row.task_id: row.root_id
        for row in connection.execute(query.where(naming(connection, task_identities, ("root_id",), roots)))
    }
    found: dict[str, int] = {}
    for task_id, cost in costs_of(connection, list(root_of)).items():
        found[root_of[task_id]] = found.get(root_of[task_id], 0) + cost
    return found


def costs_of(connection: Connection, task_ids: list[str]) -> dict[str, int]:
    """Return what tasks have spent on models, in nano-USD, each without what it has started."""
    of = usage_tasks.c
    query = select(of.task_id, func.sum(of.cost_nano_usd)).where(of.task_id.in_(task_ids))
    return {str(task_id): int(cost) for task_id, cost in connection.execute(query.group_by(of.task_id))}


def _units(connection: Connection, run_id: str) -> dict[str, list[Any]]:
    table = pipeline_units
    query = (
        select(table, task_runs.c.state.label("task_state"), cases.c.state.label("case_state"))
        .outerjoin(task_runs, task_runs.c.task_id == table.c.task_id)
        .outerjoin(cases, cases.c.id == table.c.case_id)
        .where(table.c.run_id == run_id)
        .order_by(table.c.step, table.c.item)
    )
    rows = connection.execute(query).all()
    costs = _costs_by_unit(connection, run_id)
    under_way = [row.task_id for row in rows if row.state == "running" and row.task_state == "running"]
    waits = waits_of_running(connection, under_way)
    found: dict[str, list[Any]] = {}
    for row in rows:
        cost = costs.get((row.step, row.item), 0)
        found.setdefault(row.step, []).append((row, cost, waits.get(row.task_id)))
    return found


def _costs_by_unit(connection: Connection, run_id: str) -> dict[tuple[str, int], int]:
    """Return what each unit has spent: all its attempts, and what their tasks have started."""
    table = task_runs.c
    query = select(table.task_id, table.root_id, table.step, table.item).where(
        table.pipeline_run_id == run_id
    )
    rows = connection.execute(query).all()
    unit_of = {row.task_id: (row.step, int(row.item.partition(".")[0])) for row in rows if row.step}
    of, roots = task_identities.c, sorted({row.root_id for row in rows})
    in_tree = naming(connection, task_identities, ("root_id",), roots)
    tree = connection.execute(select(of.task_id, of.parent_id).where(in_tree)).all()
    parent_of = {row.task_id: row.parent_id for row in tree}
    found: dict[tuple[str, int], int] = {}
    for task_id, cost in costs_of(connection, list(parent_of)).items():
        at: str | None = task_id
        while at is not None and at not in unit_of:
            at = parent_of.get(at)
        if at is not None:
            found[unit_of[at]] = found.get(unit_of[at], 0) + cost
    return found


def _steps(definition: PipelineRow, units: dict[str, list[Any]]) -> list[StepView]:
    at = levels(definition)
    return [_step(step, at[step.name], units.get(step.name, [])) for step in definition.steps]


def _step(step: StepRow, level: int, rows: list[Any]) -> StepView:
    heads = [row for row, _, _ in rows if row.item == WHOLE]
    head = heads[0] if heads else None
    entries = json.loads(head.items) if head is not None and head.items else []
    fan = head is not None and head.state == "expanded"
    views = [_unit(row, cost, waits, entries) for row, cost, waits in rows if row.state != "expanded"]
    planned = len(entries) if fan else 1
    done = sum(1 for view in views if view.state in UNIT_OVER)
    begun = [view.began_ns for view in views if view.began_ns is not None]
    ended = [view.ended_ns for view in views if view.ended_ns is not None]
    state = _state(views, planned=planned, done=done)
    reasons = [view.reason for view in views if view.reason and view.state in _TOLD]
    return StepView(
        name=step.name,
        kind=step.kind,
        what=step_words(step),
        agent=step.agent,
        needs=list(step.needs),
        when=step.when,
        level=level,
        state=state,
        reason=reasons[0] if reasons else "",
        done=done,
        planned=planned,
        began_ns=min(begun) if begun else None,
        ended_ns=max(ended) if ended and state in UNIT_OVER else None,
        cost_nano_usd=sum(view.cost_nano_usd for view in views),
        units=views[:MAX_ITEMS_SHOWN],
    )


def _state(views: list[UnitView], *, planned: int, done: int) -> str:
    """Return a step's state in one word."""
    states = {view.state for view in views}
    if done < planned:
        for one in ("unknown", "waiting", "running", "queued", "again"):
            if one in states:
                return one
        return "running" if views else "pending"
    bad = [view.state for view in views if view.state in UNIT_BAD]
    if bad:
        return bad[0]
    return "skipped" if states == {"skipped"} else "succeeded"


def _unit(row: Any, cost: int, waits: WaitsFor | None, entries: list[Any]) -> UnitView:
    state = row.state
    if state == "running":
        waits = "person" if row.case_state == "open" or row.task_state == "unknown" else waits
        state = "waiting" if waits is not None and row.task_state != "unknown" else (row.task_state or state)
        state = state if state in {"queued", "waiting", "unknown", "paused"} else "running"
    entry = json.dumps(entries[row.item]) if 0 <= row.item < len(entries) else ""
    return UnitView(
        item=row.item if row.item != WHOLE else None,
        state=state,
        attempt=row.attempt,
        reason=row.reason or (f"It waits for {WAITS[waits]}." if waits is not None else ""),
        task_id=row.task_id,
        case_id=row.case_id,
        due_ns=row.due_ns if row.state == "again" else None,
        began_ns=row.began_ns,
        ended_ns=row.ended_ns,
        cost_nano_usd=cost,
        entry=entry[:80],
        waits_for=waits,
    )


class TriggerView(msgspec.Struct, frozen=True):
    """A trigger and what it remembers."""

    name: str
    kind: str
    words: str
    memory: dict[str, Any]
    at_ns: int | None


def trigger_views(connection: Connection, row: PipelineRow) -> list[TriggerView]:
    """Return the triggers of a pipeline with what they remember."""
    query = select(pipeline_triggers).where(pipeline_triggers.c.pipeline == row.name)
    known = {found.trigger: found for found in connection.execute(query)}
    return [
        TriggerView(
            one.name,
            one.kind,
            trigger_words(one),
            json.loads(known[one.name].memory) if one.name in known else {},
            known[one.name].at_ns if one.name in known else None,
        )
        for one in row.triggers
    ]
