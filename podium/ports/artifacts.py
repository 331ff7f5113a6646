"""Where inputs, results and other files of runs are kept: bodies by their SHA-256."""

from pathlib import Path
from typing import Final, Protocol

PREFIXES: Final = tuple(f"{number:02x}" for number in range(256))
"""Of digests; the parts of the store."""
MAX_BODY_BYTES: Final = 64 << 20
"""Of one body."""


class ArtifactStore(Protocol):
    """Bodies by digest. What is put twice is kept once."""

    def put(self, body: bytes) -> str:
        """Keep a body, durably; return its SHA-256 (hexadecimal). Raises StateError where it cannot be."""
        ...

    def put_file(self, path: Path) -> tuple[str, int]:
        """Keep a file's content; return its SHA-256 and its bytes.

        Raises InvalidRequest where it is larger than `MAX_BODY_BYTES`, and OSError.
        """
        ...

    def read(self, sha256: str) -> bytes:
        """Return a body. Raises NotFound where it is not there, or no more."""
        ...

    def remove(self, sha256: str, *, before_ns: int) -> bool:
        """Erase a body, unless it was put, or put once more, since a time (Unix nanoseconds).

        Returns whether one is gone. What `put` returns meanwhile is there.
        """
        ...

    def old(self, prefix: str, *, before_ns: int) -> list[str]:
        """Return the digests with a prefix that were put last before a time (Unix nanoseconds)."""
        ...
