"""The store of artifacts: files of the state directory, ``artifacts/<2 hex>/<sha256>``, mode 0600.

A file's time is when its body was put last: one that is put again while it is there gets a new one, so that
who erases sees that somebody counts on it. Both look and act under a lock.
"""

import contextlib
import fcntl
import hashlib
import os
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from podium.kernel.errors import InvalidRequest, NotFound, StateError
from podium.ports.artifacts import MAX_BODY_BYTES

_SHA256: Final = re.compile(r"[0-9a-f]{64}")
FOLDER: Final = "artifacts"
LOCK: Final = ".lock"


class FileArtifacts:
    """Bodies in a folder of the state directory. A body stands there whole, or not at all."""

    def __init__(self, state: Path) -> None:
        self._folder = state / FOLDER

    def put(self, body: bytes) -> str:
        """Keep a body, durably; return its SHA-256 (hexadecimal). Raises StateError where it cannot be."""
        if len(body) > MAX_BODY_BYTES:
            raise InvalidRequest(f"It has {len(body)} bytes; the most is {MAX_BODY_BYTES}.")
        sha256 = hashlib.sha256(body).hexdigest()
        path = self._path(sha256)
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with self._locked(fcntl.LOCK_SH), contextlib.suppress(FileNotFoundError):
                os.utime(path)
                return sha256
            fd, aside = tempfile.mkstemp(dir=path.parent, prefix=".")
            try:
                with os.fdopen(fd, "wb") as file:
                    file.write(body)
                    file.flush()
                    os.fsync(fd)
                Path(aside).replace(path)
            except OSError:
                Path(aside).unlink(missing_ok=True)
                raise
        except OSError as error:
            raise StateError(f"{path} cannot be written: {error.strerror}.", fix="Free the disk.") from error
        return sha256

    def put_file(self, path: Path) -> tuple[str, int]:
        """Keep a file's content; return its SHA-256 and its bytes. Links are not followed."""
        fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)
        with os.fdopen(fd, "rb") as file:
            body = file.read(MAX_BODY_BYTES + 1)
        if len(body) > MAX_BODY_BYTES:
            raise InvalidRequest(f"{path.name} has more than {MAX_BODY_BYTES} bytes.")
        return self.put(body), len(body)

    def read(self, sha256: str) -> bytes:
        """Return a body. Raises NotFound where it is not there, or no more."""
        try:
            return self._path(sha256).read_bytes()
        except OSError as error:
            raise NotFound(f"The body {sha256[:12]} is not kept, or not any more.") from error

    def remove(self, sha256: str, *, before_ns: int) -> bool:
        """Erase a body, unless it was put since a time; return whether one is gone."""
        path = self._path(sha256)
        with contextlib.suppress(OSError), self._locked(fcntl.LOCK_EX):
            if path.stat().st_mtime_ns < before_ns:
                path.unlink()
                return True
        return False

    def old(self, prefix: str, *, before_ns: int) -> list[str]:
        """Return digests that were put last before a time. What a crash has left unfinished is removed."""
        found = []
        with contextlib.suppress(FileNotFoundError), os.scandir(self._folder / prefix) as entries:
            for entry in entries:
                with contextlib.suppress(FileNotFoundError):
                    if entry.stat(follow_symlinks=False).st_mtime_ns >= before_ns:
                        continue
                    if _SHA256.fullmatch(entry.name):
                        found.append(entry.name)
                    elif entry.name.startswith("."):
                        Path(entry.path).unlink()
        return found

    @contextlib.contextmanager
    def _locked(self, how: int) -> Iterator[None]:
        fd = os.open(self._folder / LOCK, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(fd, how)
            yield
        finally:
            os.close(fd)

    def _path(self, sha256: str) -> Path:
        if not _SHA256.fullmatch(sha256):
            raise NotFound(f"{sha256!r} is no digest.")
        return self._folder / sha256[:2] / sha256
