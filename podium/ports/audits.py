"""The part of the keeper's language about live audits, and what occurs that others want to hear of.

The collector judges; the keeper writes down what it found, and does what follows, in one transaction.
"""

from typing import Any, Literal

import msgspec


class DecidingSpan(msgspec.Struct, frozen=True):
    """A step to which a verdict points."""

    trace_id: str
    span_id: str
    name: str


class RuleVerdict(msgspec.Struct, frozen=True):
    """What came of one rule over a task."""

    audit: str
    """The manifest that it is of."""
    rule: str
    says: str
    severity: Literal["safety", "error", "warning"]
    verdict: Literal["pass", "fail", "unknown"]
    final: bool
    because: str = ""
    spans: tuple[DecidingSpan, ...] = ()
    on_fail: Literal["pause", "case", "alert"] = "case"


class NoteVerdicts(msgspec.Struct, frozen=True, tag="note_verdicts"):
    """A task was judged so far. A failure is acted upon once; the collector's alone to say."""

    task_id: str
    agent: str
    department: str
    """Path."""
    steps: int
    snapshot_version: int
    verdicts: tuple[RuleVerdict, ...]
    over: bool = False
    """The task has ended: these are all its verdicts."""


class VerdictsNoted(msgspec.Struct, frozen=True, tag="verdicts_noted"):
    """They are written; which failures were new, and what was done."""

    new: int
    paused: bool


AuditQuestion = NoteVerdicts
AUDIT_QUESTIONS: tuple[type[Any], ...] = (NoteVerdicts,)
