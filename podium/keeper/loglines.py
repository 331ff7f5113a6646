"""The canonical log line: one JSON object a call, appended to ``log/calls.jsonl`` exactly once.

The file is appended to before the transaction that holds the same calls commits, and its length is in that
transaction; what a crash left behind that length is cut off at the next start. Only a crash of the host
can lose lines, since the file is not synced for each batch.
"""

import gzip
import logging
import os
import shutil
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import lru_cache
from operator import itemgetter
from pathlib import Path
from typing import Any, Final

import msgspec

from podium.keeper.ledger import CHARGE_COLUMNS, Row
from podium.spend.journal import Done

FILE: Final = "calls.jsonl"
MAX_BYTES: Final = 4 << 20
"""A full file is compressed in the database's thread, which may not take long: some 50 ms."""
KEEP: Final = 128
"""How many full files are kept: ``calls.jsonl.1.gz`` is the newest. Together about 60 MB."""
LEVEL: Final = 1
"""Of gzip: 9% larger than at level 4, in 0.6 of the time."""

_FROM_ATTEMPT: Final = (
    "model",
    "upstream_model",
    "provider",
    "region",
    "input_tokens",
    "output_tokens",
    "cache_read_tokens",
    "cache_write_tokens",
    "reasoning_tokens",
    "finish_reason",
    "reason",
    "estimated",
    "overrun",
)

logger = logging.getLogger(__name__)
_encode = msgspec.json.Encoder().encode


_Line: Any = msgspec.defstruct(
    "_Line",
    [
        *((name, Any, None) for name in ("time", "event", *Done.__struct_fields__, *_FROM_ATTEMPT[:-2])),
        *((name, bool, False) for name in _FROM_ATTEMPT[-2:]),
        ("ttft_us", int | None, None),
    ],
    omit_defaults=True,
)
"""A line in the order of its fields; made by place, a field that is not known stays out."""
_of_attempt = itemgetter(*map(CHARGE_COLUMNS.index, (*_FROM_ATTEMPT, "first_token_us")))


@lru_cache(maxsize=1024)
def _second(second: int) -> str:
    return f"{datetime.fromtimestamp(second, UTC):%Y-%m-%dT%H:%M:%S}"


def decide_line(done: Done, attempt: Row | None) -> bytes:
    """Return the line of a call from its end and its last attempt's ledger row, where it had one.

    What is not known is left out. ``ttft_us`` counts from admission to the first byte that bears content.
    """
    second, ns = divmod(done.admitted_ns, 1_000_000_000)
    time = f"{_second(second)}.{ns // 1000:06d}Z"
    told = msgspec.structs.astuple(done)
    line = (
        _Line(time, "call", *told) if attempt is None else _Line(time, "call", *told, *_of_attempt(attempt))
    )
    return _encode(line) + b"\n"


class CallLog:
    """The file that the lines go to."""

    def __init__(self, folder: Path, *, max_bytes: int = MAX_BYTES) -> None:
        self._path = folder / FILE
        self._max_bytes = max_bytes
        self._fd = -1
        self.length = 0
        """Bytes in the file that belong to what is in the ledger."""

    def open(self, length: int) -> None:
        """Open the file and cut off what lies behind ``length``, which no transaction holds."""
        self._path.parent.mkdir(mode=0o700, exist_ok=True)
        self._fd = os.open(self._path, os.O_CREAT | os.O_APPEND | os.O_WRONLY | os.O_CLOEXEC, 0o600)
        found = os.fstat(self._fd).st_size
        if found > length:
            os.ftruncate(self._fd, length)
        elif found < length:
            logger.warning("%s is %d bytes shorter than it was left", self._path, length - found)
        self.length = min(found, length)

    @property
    def full(self) -> bool:
        """Whether the next line belongs into a new file: see `rotate`."""
        return self.length >= self._max_bytes

    def append(self, lines: Sequence[bytes]) -> int:
        """Write lines and return the length to commit; `committed` or `undo` follows."""
        data = b"".join(lines)
        view = memoryview(data)
        while view:
            view = view[os.write(self._fd, view) :]
        return self.length + len(data)

    def committed(self, length: int) -> None:
        """Take note that the transaction with the lines is in the ledger."""
        self.length = length

    def undo(self) -> None:
        """Take back what `append` wrote for a transaction that failed."""
        if self._fd >= 0 and os.fstat(self._fd).st_size > self.length:
            os.ftruncate(self._fd, self.length)

    def rotate(self) -> None:
        """Compress the file and begin a new one, whose length, 0, the caller commits before it appends."""
        os.close(self._fd)
        self._fd = -1
        for number in range(KEEP, 1, -1):
            newer = self._compressed(number - 1)
            if newer.exists():
                newer.replace(self._compressed(number))
        aside = self._path.with_name(f"{FILE}.aside")
        with self._path.open("rb") as full, aside.open("wb") as file:
            os.fchmod(file.fileno(), 0o600)
            with gzip.GzipFile("", "wb", LEVEL, file, mtime=0) as packed:
                shutil.copyfileobj(full, packed, 1 << 20)
        aside.replace(self._compressed(1))
        self._path.unlink()
        self.open(0)

    def _compressed(self, number: int) -> Path:
        return self._path.with_name(f"{FILE}.{number}.gz")

    def close(self) -> None:
        """Close the file."""
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1
