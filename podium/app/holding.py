"""The state directory as `podium up` holds it: its lock, whom to signal, and the token of its owner."""

import fcntl
import os
import secrets
from pathlib import Path

from podium.adapters.system import secret_file
from podium.kernel.errors import StateError


class StateLock:
    """``podium.lock``: one `podium up` on a state directory."""

    def __init__(self, state: Path) -> None:
        try:
            state.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._fd = os.open(state / "podium.lock", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise StateError(
                f"state directory {state} cannot be used: {error.strerror}.",
                fix="Choose another with --state.",
            ) from error
        try:
            fcntl.flock(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            pid = os.pread(self._fd, 32, 0).decode("ascii", "replace").strip() or "unknown"
            raise StateError(
                f"state directory {state} is in use by another podium up (process {pid}).",
                fix="Stop that one, or choose another directory with --state.",
                code="state_in_use",
            ) from error
        os.ftruncate(self._fd, 0)
        os.pwrite(self._fd, str(os.getpid()).encode(), 0)

    def release(self) -> None:
        """Let others use the state directory."""
        os.close(self._fd)


def hold_stopped(state: Path) -> StateLock:
    """Hold the state of a Podium that stands still. Raises StateError where one runs without its keeper."""
    try:
        return StateLock(state)
    except StateError as error:
        if error.error_code != "state_in_use":
            raise
        raise StateError(
            f"Podium runs on {state}, and its keeper is not there now, or has ended meanwhile.",
            fix="Try again when `podium status` says that it runs.",
        ) from error


def signal_supervisor(state: Path, number: int | None) -> None:
    """Send a signal to the `podium up` that holds a state directory; None only looks whether there is one.

    Raises StateError with code not_running.
    """
    not_running = StateError(
        f"No podium up runs on state directory {state}.",
        fix="Start it with `podium up`, or name its directory with --state.",
        code="not_running",
    )
    try:
        fd = os.open(state / "podium.lock", os.O_RDWR | os.O_CLOEXEC)
    except OSError as error:
        raise not_running from error
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        pid = int(os.pread(fd, 32, 0))
    else:
        raise not_running
    finally:
        os.close(fd)
    if number is not None:
        os.kill(pid, number)


def admin_token(state: Path) -> str:
    """Return the token of console and admin API, made at first use (``admin.token``, mode 0600)."""

    def make() -> bytes:
        return b"podium_admin_" + secrets.token_urlsafe(24).encode()

    return secret_file(state / "admin.token", make).decode("ascii").strip()
