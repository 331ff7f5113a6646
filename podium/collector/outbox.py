"""What is still to be sent elsewhere: a bounded queue of spans on the disk.

A file has the spans of one commit, or a part of them, as MessagePack; its name says their place in the
queue and their number. Files are written before the store's own transaction and are not synced: ``kill -9``
loses none, and the spans of a transaction that came to nothing are sent once more when it is repeated. A
power cut may lose those of the last seconds here, which the store has.
"""

import contextlib
import logging
import threading
from collections import deque
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import msgspec

from podium.kernel.spans import Span

FILE_SPANS: Final = 2_000
"""At the most in one file, and in one request."""
SUFFIX: Final = ".spans"

logger = logging.getLogger(__name__)
_spans_decoder = msgspec.msgpack.Decoder(list[Span])


class Waiting(msgspec.Struct, frozen=True):
    """One file of the queue."""

    path: Path
    spans: int
    size: int


class Outbox:
    """The queue. One thread puts, another takes."""

    def __init__(self, folder: Path, max_bytes: int) -> None:
        """Go on with what an earlier process has left in ``folder``."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._folder = folder
        self._max_bytes = max_bytes
        self._lock = threading.Lock()
        self._files: deque[Waiting] = deque()
        self._failing = False
        self.dropped = 0
        """Spans that were not sent and will not be."""
        for path in folder.glob("*.part"):
            path.unlink()
        for path in sorted(folder.glob(f"*{SUFFIX}")):
            spans = path.name.removesuffix(SUFFIX).partition("-")[2]
            if spans.isdecimal():
                self._files.append(Waiting(path, int(spans), path.stat().st_size))
        last = self._files[-1].path.name.partition("-")[0] if self._files else "0"
        self._number = int(last) if last.isdecimal() else 0

    @property
    def spans(self) -> int:
        """How many wait."""
        with self._lock:
            return sum(file.spans for file in self._files)

    @property
    def size(self) -> int:
        """Bytes of what waits."""
        with self._lock:
            return sum(file.size for file in self._files)

    def put(self, spans: Sequence[Span]) -> None:
        """Add spans. Where they cannot be written they are dropped, and that is said once: never raises."""
        for first in range(0, len(spans), FILE_SPANS):
            part = spans[first : first + FILE_SPANS]
            data = msgspec.msgpack.encode(part)
            self._number += 1
            path = self._folder / f"{self._number:016d}-{len(part)}{SUFFIX}"
            unfinished = path.with_suffix(".part")
            try:
                unfinished.write_bytes(data)
                unfinished.rename(path)
            except OSError as error:
                with contextlib.suppress(OSError):
                    unfinished.unlink(missing_ok=True)
                self.dropped += len(part)
                if not self._failing:
                    logger.error("spans cannot be kept for their export, and are not sent: %s", error)  # noqa: TRY400 - for people
                self._failing = True
                continue
            self._failing = False
            with self._lock:
                self._files.append(Waiting(path, len(part), len(data)))
        self._bound()

    def _bound(self) -> None:
        """Let the oldest go where all is more than there is room for; what was put last stays."""
        gone = 0
        with self._lock:
            size = sum(file.size for file in self._files)
            while size > self._max_bytes and len(self._files) > 1:
                file = self._files.popleft()
                file.path.unlink(missing_ok=True)
                size -= file.size
                gone += file.spans
        if gone:
            self.dropped += gone
            logger.warning("%d spans wait no longer to be exported: the queue on the disk is full", gone)

    def take(self) -> tuple[list[Waiting], list[Span]]:
        """Return the oldest files, as many as fit one request, and their spans; they stay until `done`."""
        with self._lock:
            files = list(self._files)
        taken: list[Waiting] = []
        spans: list[Span] = []
        for file in files:
            if spans and len(spans) + file.spans > FILE_SPANS:
                break
            try:
                found = _spans_decoder.decode(file.path.read_bytes())
            except FileNotFoundError:
                continue  # it had to go for younger ones
            except (OSError, msgspec.MsgspecError) as error:
                logger.error("%s cannot be read, and is not exported: %s", file.path, error)  # noqa: TRY400 - for people
                self.done([file], sent=False)
                continue
            taken.append(file)
            spans += found
        return taken, spans

    def done(self, files: Sequence[Waiting], *, sent: bool) -> None:
        """Remove what was sent, or what nobody will take."""
        with self._lock:
            for file in files:
                with contextlib.suppress(ValueError):
                    self._files.remove(file)
                    if not sent:
                        self.dropped += file.spans
                file.path.unlink(missing_ok=True)
