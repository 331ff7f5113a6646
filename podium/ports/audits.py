"""The part of the keeper's language about live audits, and what occurs that others want to hear of.

The collector judges; the keeper writes down what it found, and does what follows, in one transaction.
"""

from typing import Literal

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
    reason: str = ""
    """Why nobody can tell: what judges wait for, or could not say."""


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


class BeginJudging(msgspec.Struct, frozen=True, tag="begin_judging"):
    """Begin a task in whose name a judge of a live audit asks; answered by TaskIs.

    The collector's alone to ask. Whose it is follows from the manifests in force.
    """

    audit: str
    judge: str


def judging_request(audit: str, judge: str) -> str:
    """Return what a task that is begun for a judge is asked for; by its digest it is known again."""
    return f"Judge steps of running tasks: {audit}/{judge}."


AuditQuestion = NoteVerdicts | BeginJudging
