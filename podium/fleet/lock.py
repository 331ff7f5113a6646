"""One runner a state directory: its lock is held while it lives, and its name stands in the file."""

import fcntl
import os
from pathlib import Path

from podium.kernel.errors import StateError
from podium.ports.runs import RUNNER_LOCK


class RunnerLock:
    """The lock, held from construction. Raises StateError where another runner holds it."""

    def __init__(self, state: Path, name: str) -> None:
        self._fd = os.open(state / RUNNER_LOCK, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            other = os.pread(self._fd, 64, 0).decode("ascii", "replace").strip() or "unknown"
            os.close(self._fd)
            raise StateError(f"Another runner ({other}) has the state in {state}.") from error
        os.ftruncate(self._fd, 0)
        os.pwrite(self._fd, name.encode(), 0)

    def release(self) -> None:
        """Give the lock back."""
        os.close(self._fd)
