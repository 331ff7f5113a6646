"""The store of artifacts: files of the state directory, ``artifacts/<2 hex>/<sha256>``, mode 0600."""

import hashlib
import os
import re
import tempfile
from pathlib import Path
from typing import Final

from podium.kernel.errors import InvalidRequest, NotFound, StateError
from podium.ports.artifacts import MAX_BODY_BYTES

_SHA256: Final = re.compile(r"[0-9a-f]{64}")
FOLDER: Final = "artifacts"


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
        if path.exists():
            return sha256
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
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

    def remove(self, sha256: str) -> None:
        """Erase a body, if it is there."""
        self._path(sha256).unlink(missing_ok=True)

    def _path(self, sha256: str) -> Path:
        if not _SHA256.fullmatch(sha256):
            raise NotFound(f"{sha256!r} is no digest.")
        return self._folder / sha256[:2] / sha256
