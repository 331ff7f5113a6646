"""What a wish for a run becomes: its row, or why there is none."""

import json
import re
from collections.abc import Mapping
from typing import Any, Final

from podium.keeper.asked_for import checked
from podium.kernel.errors import InvalidRequest, NotFound
from podium.kernel.nearest import nearest
from podium.manifest.runs import MAX_PRIORITY, RunRow
from podium.manifest.snapshot import AgentRow
from podium.ports.runs import MAX_REQUEST_BYTES, QueueTask
from podium.trust.request.user import user_text

_USUAL: Final = RunRow(())
MAX_ATTEMPTS: Final = 100
_TASK_ID: Final = re.compile(r"task_[0-7][0-9A-HJKMNP-TV-Z]{25}")
_SHA256: Final = re.compile(r"[0-9a-f]{64}")


def decide_row(
    wish: QueueTask,
    agents: Mapping[str, AgentRow],
    *,
    task_id: str,
    root_id: str | None,
    by: str,
    now_ns: int,
) -> dict[str, Any]:
    """Return the row of a run that is wished for. Raises NotFound, and InvalidRequest that names a field.

    ``root_id``: the task at the root above its parent; None: it is the root.
    """
    department = _department(wish, agents)
    usual = (agents[wish.agent].run if wish.agent else None) or _USUAL
    attempts = usual.attempts if wish.attempts is None else wish.attempts
    priority = usual.priority if wish.priority is None else wish.priority
    _check(wish, task_id, now_ns)
    if not 1 <= attempts <= MAX_ATTEMPTS:
        raise InvalidRequest(f"A run has 1 to {MAX_ATTEMPTS} attempts.", field="attempts")
    if abs(priority) > MAX_PRIORITY:
        raise InvalidRequest(f"A priority is -{MAX_PRIORITY} to {MAX_PRIORITY}.", field="priority")
    return {
        "task_id": task_id,
        "agent": wish.agent,
        "department": department,
        "kind": wish.kind,
        "parent_id": wish.parent_id,
        "root_id": root_id or task_id,
        "pipeline_run_id": wish.pipeline_run_id,
        "step": wish.step,
        "item": wish.item,
        "retry_of": wish.retry_of,
        "request": wish.request,
        "user_json": user_text(checked(wish.user, wish.request)),
        "input_sha256": wish.input_sha256,
        "spec": wish.spec,
        "priority": priority,
        "state": "queued",
        "reason": "",
        "attempt": 1,
        "attempts": attempts,
        "budget_nano_usd": wish.budget_nano_usd,
        "deadline_ns": wish.deadline_ns,
        "queued_ns": now_ns,
        "changed_ns": now_ns,
        "by": by,
    }


def _department(wish: QueueTask, agents: Mapping[str, AgentRow]) -> str:
    """Return the path of the department that a run belongs to."""
    if not wish.agent:
        if wish.kind == "agent" or not wish.department:
            raise InvalidRequest(
                "A run names an agent, or is a step of a department.", fix="Name an agent.", field="agent"
            )
        return wish.department
    agent = agents.get(wish.agent)
    if agent is None:
        fix = nearest(wish.agent, sorted(agents)) or "Add it to the manifests."
        raise NotFound(f"There is no agent {wish.agent}.", fix=fix, field="agent")
    if agent.run is None and wish.kind == "agent":
        raise InvalidRequest(
            f"Podium does not run the agent {wish.agent}: its manifest says no command.",
            fix="Write `spec.run.command` (docs/tasks.md), or start its program elsewhere.",
            field="agent",
        )
    return agent.department_path


def _check(wish: QueueTask, task_id: str, now_ns: int) -> None:
    """Raise InvalidRequest for a value that has no meaning."""
    if not _TASK_ID.fullmatch(task_id):
        raise InvalidRequest("The id of a task is task_ and a ULID.", field="task_id")
    if wish.request is not None and not wish.request.strip() and wish.pipeline_run_id is None:
        fix = "Say what it shall do: that decides what it may."
        raise InvalidRequest("The request is empty.", fix=fix, field="request")
    if wish.request is not None and len(wish.request.encode()) > MAX_REQUEST_BYTES:
        raise InvalidRequest(
            f"A request has at most {MAX_REQUEST_BYTES} bytes.",
            fix="Give the rest as an input.",
            field="request",
        )
    if wish.input_sha256 is not None and not _SHA256.fullmatch(wish.input_sha256):
        raise InvalidRequest("input_sha256 is 64 lower-case hexadecimal digits.", field="input_sha256")
    if wish.budget_nano_usd is not None and wish.budget_nano_usd <= 0:
        raise InvalidRequest("A budget is more than nothing.", field="budget")
    if wish.deadline_ns is not None and wish.deadline_ns <= now_ns:
        raise InvalidRequest("The deadline is over.", field="deadline")
    if wish.pipeline_run_id is None and (wish.step or wish.item):
        raise InvalidRequest("Only a pipeline's run has steps.", field="step")
    try:
        spec = json.loads(wish.spec)
    except ValueError:
        spec = None
    if not isinstance(spec, dict):
        raise InvalidRequest("A run's spec is a JSON object.", field="spec")
