"""The host: its clocks, its entropy, its identity, and where secrets are read."""

import contextlib
import os
import time
from collections.abc import Callable
from pathlib import Path

from podium.kernel.errors import StateError
from podium.manifest.snapshot import CredentialRef

_RECHECK_NS = 1_000_000_000
_POOL_BYTES = 4096


class SystemClock:
    """The two clocks of this host."""

    wall_ns = staticmethod(time.time_ns)
    monotonic_ns = staticmethod(time.monotonic_ns)


class Entropy:
    """``os.urandom`` in blocks, because a system call a number is too many on the request path."""

    def __init__(self) -> None:
        self._block = b""
        self._offset = _POOL_BYTES

    def __call__(self, count: int) -> bytes:
        """Return ``count`` unpredictable bytes (at most 4096)."""
        start = self._offset
        end = start + count
        if end > _POOL_BYTES:
            self._block, start, end = os.urandom(_POOL_BYTES), 0, count
        self._offset = end
        return self._block[start:end]


def boot_id() -> str:
    """Return the kernel's id of this boot: another one means that the host has crashed or restarted."""
    return Path("/proc/sys/kernel/random/boot_id").read_text().strip()


def process_figures(pid: int) -> dict[str, float] | None:
    """Return a process's CPU seconds, resident bytes, open files and threads; None where it is gone.

    Source of the fields: proc_pid_stat(5).
    """
    folder = Path(f"/proc/{pid}")
    try:
        fields = (folder / "stat").read_text().rpartition(")")[2].split()
        open_fds = sum(1 for _ in (folder / "fd").iterdir())
    except OSError:
        return None
    return {
        "cpu_seconds": (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK"),
        "resident_bytes": int(fields[21]) * os.sysconf("SC_PAGE_SIZE"),
        "open_fds": open_fds,
        "threads": int(fields[17]),
    }


def secret_file(path: Path, make: Callable[[], bytes]) -> bytes:
    """Return a secret of Podium's own, made at its first use, mode 0600.

    It is written aside and linked into place, so that nobody ever reads half of one.
    """
    try:
        return path.read_bytes()
    except FileNotFoundError:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    aside = path.with_name(f"{path.name}.{os.getpid()}")
    fd = os.open(aside, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
    with os.fdopen(fd, "wb") as file:
        file.write(make())
        file.flush()
        os.fsync(file.fileno())
    with contextlib.suppress(FileExistsError):
        os.link(aside, path)
    aside.unlink()
    return path.read_bytes()


def write_secret(path: Path, secret: bytes) -> None:
    """Put a secret in place at once, mode 0600, whatever was there."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    aside = path.with_name(f"{path.name}.{os.getpid()}")
    fd = os.open(aside, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
    with os.fdopen(fd, "wb") as file:
        file.write(secret)
        file.flush()
        os.fsync(file.fileno())
    aside.replace(path)


class HostSecrets:
    """Credentials from environment variables and files; a file is read again when it changes."""

    def __init__(self, environment: Callable[[str], str | None], monotonic_ns: Callable[[], int]) -> None:
        self._environment = environment
        self._monotonic_ns = monotonic_ns
        self._files: dict[str, tuple[int, tuple[int, int, int], str]] = {}

    def read(self, ref: CredentialRef) -> str:
        """Return the secret. Raises StateError that names the variable or file."""
        if ref.file is not None:
            return self._read_file(ref.file)
        secret = self._environment(ref.env or "")
        if not secret:
            raise StateError(
                f"environment variable {ref.env} is not set",
                fix=f"Set {ref.env} where `podium up` starts, or use credential.file.",
                code="provider_credential_missing",
            )
        return secret

    def _read_file(self, name: str) -> str:
        now_ns = self._monotonic_ns()
        known = self._files.get(name)
        if known is not None and now_ns - known[0] < _RECHECK_NS:
            return known[2]
        try:
            stat = Path(name).stat()
            stamp = (stat.st_mtime_ns, stat.st_size, stat.st_ino)
            secret = (
                known[2] if known and known[1] == stamp else Path(name).read_text(encoding="utf-8").strip()
            )
        except (OSError, UnicodeDecodeError) as error:
            raise StateError(
                f"credential file {name} cannot be read: {error}",
                fix="Create it, readable by the user that runs Podium.",
                code="provider_credential_missing",
            ) from error
        if not secret:
            raise StateError(
                f"credential file {name} is empty",
                fix="Write the provider's key into it.",
                code="provider_credential_missing",
            )
        self._files[name] = (now_ns, stamp, secret)
        return secret
