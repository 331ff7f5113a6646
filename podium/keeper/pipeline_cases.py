"""The cases of pipelines: an approval that a step waits for, and a run that has failed."""

from typing import Any, Final

from podium.ports.pipelines import Ask
from podium.trust.cases import Case, Choice

APPROVAL: Final = "pipeline.approval"
FAILED: Final = "pipeline.failed"
APPROVE: Final = "approve"
DENY: Final = "deny"
RETRY: Final = "retry"
GIVE_UP: Final = "give-up"


def approval_case(run: Any, ask: Ask) -> Case:
    """Return the case that asks whether a run goes on. ``run``: a row of `pipeline_runs`."""
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
        },
        choices=(
            Choice(APPROVE, "Approve", "The pipeline goes on.", "good"),
            Choice(DENY, "Deny", "The step is denied, and the pipeline fails unless it may.", "bad"),
        ),
        department=ask.department,
        owner="approver",
        otherwise="It is denied.",
        created_ns=0,
        expires_ns=None,
        expiry_choice=DENY,
    )


def failed_case(run: Any, reason: str) -> Case:
    """Return the case of a run that has failed."""
    return Case(
        id="",
        kind=FAILED,
        key=run.id,
        title=f"Pipeline {run.pipeline} has failed",
        why=reason,
        evidence={"pipeline": run.pipeline, "run": run.id, "task": run.root_id, "trigger": run.trigger},
        choices=(
            Choice(RETRY, "Retry", "What has not succeeded is done again; what has is kept.", "good"),
            Choice(GIVE_UP, "Give up", "It stays failed."),
        ),
        department=run.department,
        owner="operator",
        otherwise="It stays failed.",
        created_ns=0,
        expires_ns=None,
    )
