"""Which rows of each table are of a department, and which columns of them name another's.

``it`` is the row. What stands in braces is written by `scope`: ``{of:COLUMN}``, that a path is of the
departments which are seen; the names of `KINDS`, that an id is of something of theirs; ``{agent:COLUMN}``,
``{owner:COLUMN}``, ``{limit:COLUMN}``, ``{pipeline:COLUMN}`` and ``{who:COLUMN}``, that a name is.
"""

from typing import Final

EVERY: Final = "1 = 1"
NONE: Final = "1 = 0"
_LIMIT: Final = "({limit:it.limit_id} OR {task:substr(it.limit_id, 6, 31)})"
"""A limit's id begins with its owner: ``agent/NAME``, ``department/NAME``, ``task/`` and 31 characters."""

RULES: Final[dict[str, str]] = {
    "artifacts": "{task:it.task_id}",
    "audit_results": "{of:it.department}",
    "baselines": "{owner:it.key}",
    "breakers": "{of:it.department}",
    "calls": "{facet:it.facet}",
    "cases": "{of:it.department}",
    "cells": "{of:it.department}",
    # What was done to what is theirs, what they have done themselves, and which manifests came into force.
    "chain": "({who:it.actor} OR it.kind = 'manifests.in_force' OR {task:it.subject} OR {case:it.subject}"
    " OR {run:it.subject} OR {override:it.subject} OR {owner:it.subject} OR {credential:it.subject})",
    "charges": "{facet:it.facet}",
    "checkpoints": EVERY,
    "collector_keys": "{of:it.department}",
    "corrections": "{charge:it.charge_id}",
    "credentials": "{agent:it.agent}",
    "deliveries": "{notice:it.notice}",
    "facets": "{of:it.department}",
    # Of what is in flight no row says yet whose it is.
    "holds": NONE,
    "incarnations": EVERY,
    "known_prompts": "{agent:it.agent}",
    "limit_windows": _LIMIT,
    # Of processes, which serve all.
    "losses": EVERY,
    "meta": EVERY,
    "model_blocks": NONE,
    "model_memory": EVERY,
    "notices": "{case:it.case_id}",
    "occurrence_deliveries": "{occurrence:it.occurrence}",
    "occurrences": "{of:it.department}",
    "outcomes": "{of:it.department}",
    "override_requests": "{of:it.department}",
    "overrides": _LIMIT,
    "pipeline_runs": "{of:it.department}",
    "pipeline_triggers": "{pipeline:it.pipeline}",
    "pipeline_units": "{run:it.run_id}",
    # What was found in manifests that were refused can be of any file.
    "reconciliations": NONE,
    "sessions": EVERY,
    "slices": "{window:it.window_id}",
    "snapshots": EVERY,
    "task_grants": "{task:it.task_id}",
    "task_identities": "{of:it.department}",
    "task_keys": "{task:it.task_id}",
    "task_messages": "{task:it.task_id}",
    "task_requests": "{task:it.task_id}",
    "task_runs": "{of:it.department}",
    "task_steps": "{task:it.task_id}",
    "task_undos": "{task:it.task_id}",
    "tasks": "{of:it.department}",
    "tokens": EVERY,
    "tool_calls": "{of:it.department}",
    "tool_pins": EVERY,
    "usage_days": "{cell:it.cell}",
    "usage_hours": "{cell:it.cell}",
    # By its calls: tasks of sessions have no other row in common with those that have an identity.
    "usage_tasks": "{called:it.task_id}",
    "users": EVERY,
}
"""A table that is not here has no rows for who sees some departments alone."""

_ROOT: Final = "CASE WHEN {task:it.root_id} THEN it.root_id ELSE it.task_id END"
_PARENT: Final = "CASE WHEN {task:it.parent_id} THEN it.parent_id END"
MASKS: Final[dict[str, dict[str, str]]] = {
    "audit_results": {"case_id": "CASE WHEN {case:it.case_id} THEN it.case_id END"},
    "task_identities": {
        "parent_id": _PARENT,
        "root_id": _ROOT,
        "act": "CASE WHEN {task:it.root_id} THEN it.act END",
    },
    "task_runs": {
        "parent_id": _PARENT,
        "root_id": _ROOT,
        "pipeline_run_id": "CASE WHEN {run:it.pipeline_run_id} THEN it.pipeline_run_id END",
    },
    "tool_calls": {
        "root_id": _ROOT,
        "approval_id": "CASE WHEN {case:it.approval_id} THEN it.approval_id END",
    },
    "tool_pins": {"case_id": "CASE WHEN {case:it.case_id} THEN it.case_id END"},
}
"""What is written in the place of a column."""

KINDS: Final[dict[str, str]] = {
    "task": "(EXISTS (SELECT 1 FROM [task_identities] i WHERE i.task_id = ? AND {of:i.department})"
    " OR EXISTS (SELECT 1 FROM [task_runs] r WHERE r.task_id = ? AND {of:r.department}))",
    "called": "EXISTS (SELECT 1 FROM [calls] c WHERE c.task_id = ? AND {facet:c.facet})",
    "charge": "EXISTS (SELECT 1 FROM [charges] c WHERE c.charge_id = ? AND {facet:c.facet})",
    "facet": "? IN (SELECT f.id FROM [facets] f WHERE {of:f.department})",
    "cell": "? IN (SELECT e.id FROM [cells] e WHERE {of:e.department})",
    "case": "? IN (SELECT k.id FROM [cases] k WHERE {of:k.department})",
    "run": "? IN (SELECT p.id FROM [pipeline_runs] p WHERE {of:p.department})",
    "override": "? IN (SELECT q.id FROM [override_requests] q WHERE {of:q.department})",
    "credential": "? IN (SELECT a.id FROM [credentials] a WHERE {agent:a.agent})",
    "notice": "? IN (SELECT n.seq FROM [notices] n WHERE {case:n.case_id})",
    "occurrence": "? IN (SELECT o.seq FROM [occurrences] o WHERE {of:o.department})",
    "window": "? IN (SELECT w.id FROM [limit_windows] w WHERE {limit:w.limit_id}"
    " OR {task:substr(w.limit_id, 6, 31)})",
}
"""When an id is theirs: ``?`` is the column, a name in brackets the whole table."""
