"""What a runner that has died leaves behind: programs, and the folders of their attempts.

A file for each attempt in ``state/runs`` says which process holds its program; it is written before a line
of the program has run. Programs end with their runner (the executor sees to it); the next runner waits until
they have, ends what has not, and only then takes over.
"""

import contextlib
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Final

import msgspec

from podium.spend.machines import GpuHow

FOLDER: Final = "runs"


class Leftover(msgspec.Struct, frozen=True):
    """One attempt under way."""

    task_id: str
    attempt: int
    folder: str
    """Of its own: what it is given and what it leaves."""
    pid: int = 0
    """The process that holds its program; 0: there is none yet."""
    began: int = 0
    """Of that process, as `Processes.began` says: its number alone may be another's by now."""
    counted_in: str = ""
    """What counts its program: `Prepared.counted_in`."""
    gpu_how: GpuHow | None = None
    """Of its program: `Prepared.gpu_how`."""


_decoder = msgspec.json.Decoder(Leftover)


class Leftovers:
    """The attempts under way, as files."""

    def __init__(self, state: Path) -> None:
        self._folder = state / FOLDER
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def begin(self, task_id: str, attempt: int) -> Leftover:
        """Make an attempt's folder and note it."""
        made = Leftover(task_id, attempt, tempfile.mkdtemp(prefix="podium-task-"))
        self.note(made)
        return made

    def note(self, leftover: Leftover) -> None:
        """Write an attempt down, whole."""
        path = self._path(leftover.task_id)
        aside = path.with_suffix(".new")
        aside.write_bytes(msgspec.json.encode(leftover))
        aside.replace(path)

    def over(self, leftover: Leftover) -> None:
        """Remove an attempt that is over, with its folder."""
        shutil.rmtree(leftover.folder, ignore_errors=True)
        self._path(leftover.task_id).unlink(missing_ok=True)

    def found(self) -> list[Leftover]:
        """Return the attempts that somebody has left behind."""
        found = []
        for path in sorted(self._folder.glob("*.json")):
            with contextlib.suppress(OSError, msgspec.MsgspecError):
                found.append(_decoder.decode(path.read_bytes()))
        return found

    def _path(self, task_id: str) -> Path:
        return self._folder / f"{task_id}.json"


def living(found: list[Leftover], began: Callable[[int], int | None]) -> list[Leftover]:
    """Return those whose process is still there. ``began``: when a process began, None where it is gone."""
    return [it for it in found if it.pid and began(it.pid) == it.began]
