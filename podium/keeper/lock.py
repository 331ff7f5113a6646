"""One keeper a state directory: its lock, flocked for life and with the owner's pid, and its socket."""

import fcntl
import os
import socket
from pathlib import Path
from typing import Final

from podium.kernel.errors import StateError
from podium.ports.runs import RUNNER_LOCK

SOCKET_PATH_BYTES: Final = 107


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


def runner_of(state: Path) -> str | None:
    """Return the name of the runner that holds the runner's lock, None where nobody does."""
    try:
        fd = os.open(state / RUNNER_LOCK, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return os.pread(fd, 64, 0).decode("ascii", "replace").strip()
    else:
        return None
    finally:
        os.close(fd)


def listen(path: Path) -> socket.socket:
    """Return a Unix socket bound at ``path`` that only its owner may connect to."""
    if len(str(path).encode()) > SOCKET_PATH_BYTES:
        raise StateError(
            f"{path} is too long for a Unix socket, which takes {SOCKET_PATH_BYTES} bytes.",
            fix="Use a --state with a shorter path.",
        )
    path.unlink(missing_ok=True)  # whoever made it is dead: the lock is ours
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind(str(path))
    path.chmod(0o600)  # before listen(), so nobody can have connected
    listener.setblocking(False)
    return listener
