"""The part of the keeper's language about the step journal: answers of runs, kept until their task ends.

Workers pass on the token that a program bears, and the keeper finds out itself whose steps it may see: those
of its run. What goes over the link is in the clear; what is stored is sealed.
"""

from typing import Final, Literal

import msgspec

MAX_ANSWER_BYTES: Final = 4 << 20
"""A longer answer is not kept."""
MAX_TASK_BYTES: Final = 64 << 20
"""Of all answers that are kept of one task."""


class Step(msgspec.Struct, frozen=True):
    """One answer. ``key``: what was asked; ``named``: it is the client's own idempotency key."""

    token: str
    admitted_s: int
    """When its call was admitted (Unix): then the token was good."""
    key: str
    named: bool
    text: bytes
    kind: Literal["model"] = "model"


class KeepSteps(msgspec.Struct, frozen=True, tag="keep_steps"):
    """Keep answers, in one transaction, before their last bytes go out."""

    steps: tuple[Step, ...]


class StepsKept(msgspec.Struct, frozen=True, tag="steps_kept"):
    """To KeepSteps: for each in its place None, or in words why it was not kept."""

    refused: tuple[str | None, ...]


class FindStep(msgspec.Struct, frozen=True, tag="find_step"):
    """Ask for the answer to what an earlier attempt has asked too, and take it for this one."""

    token: str
    key: str
    named: bool


class StepIs(msgspec.Struct, frozen=True, tag="step_is"):
    """To FindStep; None: nothing that was not taken already."""

    text: bytes | None


class GetTaskKey(msgspec.Struct, frozen=True, tag="get_task_key"):
    """Ask for the key of a task: a run, or the root of a delegation. The tool gateway's alone to ask."""

    task_id: str


class TaskKeyIs(msgspec.Struct, frozen=True, tag="task_key_is"):
    """To GetTaskKey; None: it was erased, or the task is not known."""

    key: bytes | None


StepReply = StepsKept | StepIs | TaskKeyIs
