"""The part of the keeper's language about runs of pipelines.

Who drives reads a run as of a revision, decides, and asks the keeper to advance it from that revision. An
advance changes the revision, so that one which is asked for twice, or after somebody else's, changes nothing.
"""

import json
from typing import Any, Literal, get_args

import msgspec

from podium.manifest.expressions import render
from podium.manifest.pipelines import PERSON, PipelineRow, TriggerRow
from podium.ports.acts import By

RunVerdict = Literal["succeeded", "failed", "cancelled"]
UnitState = Literal[
    "expanded", "running", "again", "succeeded", "failed", "timeout", "killed", "denied", "skipped"
]
"""Of a step, or of one entry of its list. ``expanded``: the step itself, once its list is known. ``again``:
it has failed, and is tried again when it is due."""
UNIT_OVER: frozenset[str] = frozenset({"succeeded", "failed", "timeout", "killed", "denied", "skipped"})
UNIT_BAD: frozenset[str] = frozenset({"failed", "timeout", "killed", "denied"})
WHOLE: int = -1
"""The item of what is not an entry of a list."""


class Expand(msgspec.Struct, frozen=True, tag="expand"):
    """The list of a step is known."""

    step: str
    items: str
    """JSON list."""


class Begin(msgspec.Struct, frozen=True, tag="begin"):
    """Queue what a step does, as a task below the run's root."""

    step: str
    item: int
    attempt: int
    kind: Literal["agent", "command", "tool", "http"]
    agent: str
    """Empty: it needs none."""
    request: str | None
    spec: str
    """JSON."""
    input_sha256: str | None
    budget_nano_usd: int | None
    deadline_ns: int | None


class Ask(msgspec.Struct, frozen=True, tag="ask"):
    """Open the case of an approval."""

    step: str
    item: int
    attempt: int
    title: str
    why: str
    department: str
    """Path."""
    expires_after_ns: int


class Settle(msgspec.Struct, frozen=True, tag="settle"):
    """What a step did is over, or it is skipped, or cannot even begin (attempt 0)."""

    step: str
    item: int
    attempt: int
    state: UnitState
    reason: str
    result_sha256: str | None = None


class Again(msgspec.Struct, frozen=True, tag="again"):
    """It has failed, and is tried again when it is due (Unix nanoseconds)."""

    step: str
    item: int
    attempt: int
    state: UnitState
    """How it failed."""
    reason: str
    due_ns: int


class Stop(msgspec.Struct, frozen=True, tag="stop"):
    """End what is under way: its task is killed, its case closed."""

    step: str
    item: int
    attempt: int
    reason: str
    state: UnitState = "killed"


class Finish(msgspec.Struct, frozen=True, tag="finish"):
    """The run is over."""

    verdict: RunVerdict
    reason: str


Move = Expand | Begin | Ask | Settle | Again | Stop | Finish


class StartPipeline(msgspec.Struct, frozen=True, tag="start_pipeline"):
    """Begin a run. ``inputs``: JSON object."""

    by: By
    pipeline: str
    inputs: str = "{}"
    trigger: str = PERSON
    """``person``, or the trigger's name."""
    key: str | None = None
    """What happened, so that it starts one run however often it is told: ``TRIGGER:...``. None: a person."""
    message_key: str | None = None
    """What its sender calls it, who may tell it twice in other words: starts one run too."""
    told: str = "{}"
    """JSON object: what the trigger tells: body, event, figure."""


class AdvancePipeline(msgspec.Struct, frozen=True, tag="advance_pipeline"):
    """Do moves, all of them or none, if the run still has this revision. The runner's alone to ask."""

    run_id: str
    revision: int
    moves: tuple[Move, ...]


class CancelPipeline(msgspec.Struct, frozen=True, tag="cancel_pipeline"):
    """End a run: nothing more of it begins, what is under way is killed."""

    by: By
    run_id: str
    reason: str


class RetryPipeline(msgspec.Struct, frozen=True, tag="retry_pipeline"):
    """Go on with a run that is over: what has not succeeded is done again, what has is kept."""

    by: By
    run_id: str
    reason: str


class NoteTrigger(msgspec.Struct, frozen=True, tag="note_trigger"):
    """What a trigger remembers: how far its schedule has been looked at, since when its condition holds."""

    pipeline: str
    trigger: str
    memory: str
    """JSON object; its kind knows what it says."""


class PipelineRunIs(msgspec.Struct, frozen=True, tag="pipeline_run_is"):
    """A run as it is now. ``started``: this question has begun it."""

    run_id: str
    pipeline: str
    state: Literal["running", "cancelling", "over"]
    verdict: str | None
    revision: int
    root_id: str
    started: bool = False


class TriggerNoted(msgspec.Struct, frozen=True, tag="trigger_noted"):
    """It is remembered."""


PipelineQuestion = StartPipeline | AdvancePipeline | CancelPipeline | RetryPipeline | NoteTrigger
PipelineAnswer = PipelineRunIs | TriggerNoted
PIPELINE_QUESTIONS: tuple[type, ...] = get_args(PipelineQuestion)


def start_of(
    row: PipelineRow, trigger: TriggerRow, told: dict[str, Any], key: str, message_key: str | None = None
) -> StartPipeline:
    """Return the question with which a trigger starts a run. Raises InvalidRequest for inputs that fail.

    ``told``: what it tells, by the names of `trigger.` in its inputs.
    """
    values = {"trigger": {"body": None, "event": None, "figure": None, "name": trigger.name, **told}}
    inputs = {name: render(value, values) for name, value in trigger.inputs.items()}
    given = {name: value for name, value in inputs.items() if value is not None}
    by = By(owner=f"trigger {trigger.name}")
    return StartPipeline(by, row.name, json.dumps(given), trigger.name, key, message_key, json.dumps(told))
