"""The part of the keeper's language in which what tasks have done is undone. The tool gateway's to ask."""

from typing import Literal

import msgspec


class Undo(msgspec.Struct, frozen=True):
    """A person wants what a task has done undone."""

    id: str
    task_id: str
    root_id: str
    """The root of its delegation; where it is the task itself, all below it is meant too."""
    by: str


class GetUndos(msgspec.Struct, frozen=True, tag="get_undos"):
    """Ask what is to be undone."""


class UndosAre(msgspec.Struct, frozen=True, tag="undos_are"):
    """To GetUndos: what is not done yet, the oldest first."""

    undos: tuple[Undo, ...]


class UndoneAct(msgspec.Struct, frozen=True):
    """What has become of one act. Times are Unix nanoseconds."""

    call_id: str
    tool: str
    at_ns: int
    outcome: Literal["undone", "failed", "unknown", "cannot"]
    why: str = ""


class UndoDone(msgspec.Struct, frozen=True, tag="undo_done"):
    """All that could be undone is, the last act first. ``acts`` None: nothing is known of the task."""

    id: str
    acts: tuple[UndoneAct, ...] | None


UndoQuestion = GetUndos | UndoDone
