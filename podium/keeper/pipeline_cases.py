"""The cases of pipelines: an approval that a step waits for, and a run that has failed.

Each holds how the run stood when it was opened: what it has done, what failed and why, and what comes next.
Neither inputs nor results are in them, for a case is kept longer than those.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Connection, select

from podium.manifest.pipelines import PipelineRow, StepRow
from podium.manifest.snapshot import decode_snapshot
from podium.ports.database import snapshots
from podium.ports.pipeline_tables import pipeline_units
from podium.ports.pipelines import UNIT_BAD, UNIT_OVER, WHOLE, Ask
from podium.trust.cases import Case, Choice

APPROVAL: Final = "pipeline.approval"
FAILED: Final = "pipeline.failed"
APPROVE: Final = "approve"
DENY: Final = "deny"
RETRY: Final = "retry"
GIVE_UP: Final = "give-up"
MAX_STEPS: Final = 60
MAX_REASON: Final = 500
"""Characters of why a step failed."""


def approval_case(connection: Connection, run: Any, ask: Ask) -> Case:
    """Return the case that asks whether a run goes on. ``run``: a row of `pipeline_runs`."""
    steps = steps_of(connection, run)
    for one in steps:
        if one["step"] == ask.step:
            one["state"] = "waiting"
    following = [step["step"] for step in steps if ask.step in step["needs"]]
    return Case(
        id="",
        kind=APPROVAL,
        key=f"{run.id}/{ask.step}/{ask.item}/{ask.attempt}",
        title=ask.title,
        why=ask.why,
        evidence={
            "pipeline": run.pipeline,
            "run": run.id,
            "step": ask.step,
            "item": ask.item if ask.item >= 0 else None,
            "task": run.root_id,
            "started_by": run.by,
            "trigger": run.trigger,
            "started_ns": run.started_ns,
            "budget_nano_usd": run.budget_nano_usd,
            "steps": steps,
            "next": following,
        },
        choices=(
            Choice(APPROVE, "Approve", f"The pipeline goes on{_with(following)}.", "good"),
            Choice(DENY, "Deny", "The step is denied, and the pipeline fails unless it may.", "bad"),
        ),
        department=ask.department,
        owner="approver",
        otherwise="It is denied.",
        created_ns=0,
        expires_ns=None,
        expiry_choice=DENY,
        task_id=run.root_id,
    )


def _with(following: Sequence[str]) -> str:
    return f" with {', '.join(following[:5])}" if following else ": nothing waits for this step alone"


def failed_case(connection: Connection, run: Any, reason: str) -> Case:
    """Return the case of a run that has failed."""
    steps = steps_of(connection, run)
    bad = [step["step"] for step in steps if step["state"] in UNIT_BAD]
    again = [step["step"] for step in steps if step["state"] != "succeeded"]
    from_where = f" from {', '.join(bad[:3])}" if bad else ""
    return Case(
        id="",
        kind=FAILED,
        key=run.id,
        title=f"Pipeline {run.pipeline} has failed",
        why=reason,
        evidence={
            "pipeline": run.pipeline,
            "run": run.id,
            "task": run.root_id,
            "trigger": run.trigger,
            "started_by": run.by,
            "started_ns": run.started_ns,
            "budget_nano_usd": run.budget_nano_usd,
            "steps": steps,
            "next": again,
        },
        choices=(
            Choice(
                RETRY, f"Retry{from_where}", "What has not succeeded is done again; what has is kept.", "good"
            ),
            Choice(GIVE_UP, "Cancel", "It stays failed."),
        ),
        department=run.department,
        owner="operator",
        otherwise="It stays failed.",
        created_ns=0,
        expires_ns=None,
        task_id=run.root_id,
    )


def steps_of(connection: Connection, run: Any) -> list[dict[str, Any]]:
    """Return the steps of a run in their order: what each is, what it needs, how it stands, and why."""
    definition = _definition(connection, run)
    if definition is None:
        return []
    query = select(pipeline_units).where(pipeline_units.c.run_id == run.id).order_by(pipeline_units.c.item)
    units: dict[str, list[Any]] = {}
    for row in connection.execute(query):
        units.setdefault(row.step, []).append(row)
    return [_step(step, units.get(step.name, [])) for step in definition.steps[:MAX_STEPS]]


def _definition(connection: Connection, run: Any) -> PipelineRow | None:
    query = select(snapshots.c.document).where(snapshots.c.version == run.snapshot_version)
    document = connection.execute(query).scalar()
    return decode_snapshot(document).pipelines.get(run.pipeline) if document is not None else None


def _step(step: StepRow, rows: Sequence[Any]) -> dict[str, Any]:
    entries = [row for row in rows if row.state != "expanded"]
    bad = [row for row in entries if row.state in UNIT_BAD]
    shown = bad[0] if bad else entries[-1] if entries else None
    done = sum(row.state in UNIT_OVER for row in entries)
    return {
        "step": step.name,
        "kind": step.kind,
        "what": _what(step),
        "needs": list(step.needs),
        "state": _state(entries),
        "done": done,
        "of": len(entries),
        "attempt": shown.attempt if shown is not None else 0,
        "item": shown.item if shown is not None and shown.item != WHOLE else None,
        "reason": (shown.reason if shown is not None else "")[:MAX_REASON],
        "task": shown.task_id if shown is not None else None,
    }


def _state(entries: Sequence[Any]) -> str:
    """Return how a step stands in a word: the worst of its entries, or that it goes on."""
    states = {row.state for row in entries}
    if not states:
        return "not begun"
    bad = states & UNIT_BAD
    if bad:
        return str(min(bad))
    if states - UNIT_OVER:
        return "under way"
    return "skipped" if states == {"skipped"} else "succeeded"


def _what(step: StepRow) -> str:
    """Return in a few words what a step does, without what it is given."""
    spec: Mapping[str, Any] = step.spec
    agent = step.agent if step.kind == "task" else ""
    return str(agent or spec.get("tool") or spec.get("method") or spec.get("run", ("",))[0])
