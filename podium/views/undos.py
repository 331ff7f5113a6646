"""What people wanted undone of tasks, and what came of it."""

import msgspec
from sqlalchemy import Connection, select

from podium.ports.step_tables import task_undos
from podium.ports.undos import UndoneAct

_WORDS = {
    "undone": "was undone",
    "failed": "could not be undone",
    "unknown": "may have been undone",
    "cannot": "cannot be undone",
}
_acts_decoder = msgspec.json.Decoder(tuple[UndoneAct, ...])


class UndoRow(msgspec.Struct, frozen=True):
    """One wish. Times are Unix nanoseconds."""

    id: str
    task_id: str
    by: str
    reason: str
    state: str
    at_ns: int
    ended_ns: int | None
    acts: tuple[UndoneAct, ...]
    """The last act first; empty while it is not done."""


def undo_rows(connection: Connection, task_id: str) -> list[UndoRow]:
    """Return what was wanted undone of a task, the newest first."""
    of = task_undos.c
    query = select(task_undos).where(of.task_id == task_id).order_by(of.id.desc())
    return [
        UndoRow(
            row.id,
            row.task_id,
            row.by,
            row.reason,
            row.state,
            row.at_ns,
            row.ended_ns,
            _acts_decoder.decode(row.result) if row.result else (),
        )
        for row in connection.execute(query)
    ]


def in_words(act: UndoneAct) -> str:
    """Return what became of an act."""
    why = f": {act.why}" if act.why else ""
    return f"{act.tool} ({act.call_id}) {_WORDS[act.outcome]}{why}."
