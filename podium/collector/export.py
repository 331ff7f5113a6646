"""Sends spans on to another collector by OTLP/HTTP: batches, retried with a growing pause.

What may be tried again, and how a partial success reads, is OTLP's to say
(https://opentelemetry.io/docs/specs/otlp/#otlphttp-response).
"""

import asyncio
import gzip
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from podium.collector.outbox import Outbox
from podium.kernel.errors import InvalidRequest, PodiumError
from podium.kernel.spans import Span
from podium.net.upstream import Deadlines, Origin, Pool
from podium.ports.spans import ExportIs
from podium.wire.otlp_proto import encode_request, read_answer

LOOK_S: Final = 1.0
FIRST_PAUSE_S: Final = 1.0
LONGEST_PAUSE_S: Final = 60.0
DEADLINES: Final = Deadlines(connect_s=5.0, first_byte_s=30.0, idle_s=10.0, total_s=60.0)
AGAIN: Final = frozenset({429, 502, 503, 504})
MAX_ANSWER_BYTES: Final = 64 << 10
PATH: Final = "/v1/traces"
OPTION: Final = "--export-spans"

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Target:
    """Where spans go, and what each request bears beside them."""

    url: str
    origin: Origin
    path: str
    headers: tuple[tuple[bytes, bytes], ...] = ()


def read_target(url: str, headers_file: Path | None = None, *, ca_file: str | None = None) -> Target:
    """Return what the options say. Raises InvalidRequest that names option or line.

    ``url`` is a collector's as in OTEL_EXPORTER_OTLP_ENDPOINT; ``/v1/traces`` is added where it is not there.
    ``headers_file`` has ``name: value`` lines.
    """
    parts = urlsplit(url)
    try:
        port = parts.port
    except ValueError:
        port = -1
    if parts.scheme not in {"http", "https"} or not parts.hostname or port == -1 or parts.query:
        raise InvalidRequest(
            f"{url!r} is no address of a collector.",
            fix="Give its URL: http://127.0.0.1:4318, https://otlp.example.com.",
            field=OPTION,
        )
    if "@" in parts.netloc:
        raise InvalidRequest(
            "The address of the collector has a name or a password in it, which would be shown with it.",
            fix=f"Write an authorization: line into a file, and give {OPTION}-headers.",
            field=OPTION,
        )
    path = parts.path.rstrip("/")
    path = path if path.endswith(PATH) else path + PATH
    origin = Origin(
        parts.scheme,
        parts.hostname,
        port or (443 if parts.scheme == "https" else 80),
        ca_file,
        network="private",  # who starts Podium names it, and collectors live near
    )
    return Target(url, origin, path, _headers(headers_file) if headers_file is not None else ())


def _headers(file: Path) -> tuple[tuple[bytes, bytes], ...]:
    try:
        lines = file.read_text().splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidRequest(
            f"{file} cannot be read: {error}.",
            fix="Name a file with a line for each header: name: value.",
            field=f"{OPTION}-headers",
        ) from error
    found = []
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.startswith("#"):
            continue
        name, colon, value = line.partition(":")
        if not colon or not name.strip().replace("-", "").replace("_", "").isalnum() or not line.isascii():
            raise InvalidRequest(
                f"{file}:{number} is no header.", fix="Write name: value.", field=f"{file}:{number}"
            )
        found.append((name.strip().lower().encode(), value.strip().encode()))
    return tuple(found)


class Refused(Exception):
    """The other side will not take these spans, however often they come."""


class TryLater(Exception):
    """The other side does not take them now. ``pause_s``: what it asks for, 0 where it says nothing."""

    def __init__(self, why: str, pause_s: float = 0.0) -> None:
        super().__init__(why)
        self.pause_s = pause_s


class Exporter:
    """Sends what the outbox has, for as long as it runs. Its outbox is one that nobody else takes from."""

    def __init__(self, target: Target, outbox: Outbox, pool: Pool) -> None:
        self._target = target
        self._outbox = outbox
        self._pool = pool
        self._sent = 0
        self._rejected = 0
        self._error: str | None = None
        self._failed = 0

    def figures(self) -> ExportIs:
        """Return how it stands."""
        return ExportIs(
            url=self._target.url,
            waiting_spans=self._outbox.spans,
            waiting_bytes=self._outbox.size,
            sent_spans=self._sent,
            rejected_spans=self._rejected,
            dropped_spans=self._outbox.dropped,
            error=self._error,
        )

    async def run(self) -> None:
        """Send for ever. Ends by cancellation; what was not sent is there at the next start."""
        while True:
            try:
                found = await self.once()
            except TryLater as error:
                self._failed += 1
                self._said(str(error))
                pause_s = min(LONGEST_PAUSE_S, FIRST_PAUSE_S * 2.0 ** min(self._failed - 1, 10))
                await asyncio.sleep(max(pause_s, min(error.pause_s, 10 * LONGEST_PAUSE_S)))
                continue
            if not found:
                await asyncio.sleep(LOOK_S)

    async def once(self) -> int:
        """Send one batch; return how many spans it had. Raises TryLater."""
        files, spans = await asyncio.to_thread(self._outbox.take)
        if not spans:
            return 0
        try:
            rejected = await self._send(spans)
        except Refused as error:
            self._said(str(error))
            logger.error("%d spans are not exported: %s", len(spans), error)  # noqa: TRY400 - for people
            await asyncio.to_thread(self._outbox.done, files, sent=False)
            return len(spans)
        if self._failed:
            logger.info("spans are exported again to %s", self._target.url)
        self._failed, self._error = 0, None
        self._sent += len(spans) - rejected
        self._rejected += rejected
        await asyncio.to_thread(self._outbox.done, files, sent=True)
        return len(spans)

    def _said(self, why: str) -> None:
        if self._error is None:
            logger.warning("spans are not exported to %s: %s", self._target.url, why)
        self._error = why

    async def _send(self, spans: Sequence[Span]) -> int:
        """Return how many of the spans were rejected. Raises Refused, TryLater."""
        body = await asyncio.to_thread(lambda: gzip.compress(encode_request(spans), 1, mtime=0))
        try:
            reply = await self._pool.send(
                self._target.origin,
                method="POST",
                target=self._target.path,
                headers=[
                    (b"content-type", b"application/x-protobuf"),
                    (b"content-encoding", b"gzip"),
                    (b"user-agent", b"podium"),
                    *self._target.headers,
                ],
                body=body,
                deadlines=DEADLINES,
            )
            try:
                answer = await reply.read(MAX_ANSWER_BYTES)
            finally:
                reply.abort()
        except PodiumError as error:
            raise TryLater(error.message) from error
        if reply.status in AGAIN:
            raise TryLater(f"it answered {reply.status}", _retry_after_s(reply.headers))
        if not 200 <= reply.status < 300:
            raise Refused(f"{self._target.url} answered {reply.status}: {answer[:200]!r}")
        rejected, why = read_answer(answer)
        if rejected:
            logger.warning("%s rejected %d spans: %s", self._target.url, rejected, why)
        return min(rejected, len(spans))


def _retry_after_s(headers: Sequence[tuple[bytes, bytes]]) -> float:
    for name, value in headers:
        if name.lower() == b"retry-after" and value.strip().isdigit():
            return float(value)
    return 0.0
