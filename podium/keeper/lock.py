"""One keeper a state directory: ``keeper.lock`` is flocked for life and holds the owner's pid."""

import fcntl
import os
from pathlib import Path

from podium.kernel.errors import StateError


class KeeperLock:
    """The lock, held from construction. Raises StateError where another keeper holds it."""

    def __init__(self, state: Path) -> None:
        path = state / "keeper.lock"
        try:
            self._fd = os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise StateError(
                f"{path} cannot be opened: {error.strerror}.",
                fix="Use another --state, or give yourself access.",
            ) from error
        try:
            fcntl.flock(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            owner = os.pread(self._fd, 32, 0).decode("ascii", "replace").strip() or "unknown"
            os.close(self._fd)
            raise StateError(
                f"Another keeper (pid {owner}) has the state in {state}.",
                fix="Stop that Podium, or name another --state.",
            ) from error
        os.ftruncate(self._fd, 0)
        os.pwrite(self._fd, f"{os.getpid()}\n".encode(), 0)

    def release(self) -> None:
        """Give the lock back."""
        os.close(self._fd)
