"""The upstream side: a pool of HTTP/1.1 connections to providers, on llhttp.

It knows bytes and deadlines, not Podium. Every way in which an answer can fail becomes one of three errors
of `kernel.errors`, each of which says whether a byte of the request went out.
"""

import asyncio
import ssl
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import httptools

from podium.kernel.errors import BrokenReply, ConnectFailed, UpstreamError, UpstreamTimeout

Header = tuple[bytes, bytes]

SWEEP_S: Final = 0.05
"""Deadlines are checked this often, so that a chunk costs an assignment and not a timer."""
SLOW_SWEEP_S: Final = 1.0
"""How often idle connections are looked at when nothing is in flight."""
HIGH_WATER_BYTES: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a request goes. ``ca_file`` replaces the system's store of trusted authorities."""

    scheme: str
    host: str
    port: int
    ca_file: str | None = None


@dataclass(frozen=True, slots=True)
class Deadlines:
    """Seconds: to connect, from sent to the head, between two reads, and in all."""

    connect_s: float
    first_byte_s: float
    idle_s: float
    total_s: float


class _Connection(asyncio.Protocol):
    """One connection, serving one request at a time."""

    def __init__(self, pool: "Pool", origin: Origin) -> None:
        self.pool = pool
        self.origin = origin
        self.transport: asyncio.Transport | None = None
        self.reply: UpstreamReply | None = None
        self.idle_since = 0.0
        self.closed = False
        self._parser = httptools.HttpResponseParser(self)
        self._headers: list[Header] = []
        self._head_bytes = 0
        self._in_head = True
        self._informational = False
        self._framed = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport  # type: ignore[assignment] # create_connection gives a Transport

    def connection_lost(self, exc: Exception | None) -> None:
        self.closed = True
        reply, self.reply = self.reply, None
        if reply is not None:
            until_close = not self._in_head and not self._framed
            if until_close and exc is None:
                reply._complete()
            else:
                what = "before its answer began" if self._in_head else "in the middle of its answer"
                reply._fail(BrokenReply(f"{self.origin.host} closed the connection {what}.", sent=True))
        self.pool._forget(self)

    def data_received(self, data: bytes) -> None:
        if self.reply is None:
            self.abort()  # nobody asked
            return
        if self._in_head:
            self._head_bytes += len(data)
        try:
            self._parser.feed_data(data)
        except (httptools.HttpParserError, _UnsolicitedError) as error:
            self._break(f"{self.origin.host} sent a malformed answer: {error}")
            return
        if self._in_head and self._head_bytes > self.pool.max_header_bytes:
            self._break(f"{self.origin.host} sent more than {self.pool.max_header_bytes} bytes of headers.")
        elif self.reply is not None:
            self.reply._wake()

    def _break(self, message: str) -> None:
        reply, self.reply = self.reply, None
        if reply is not None:
            reply._fail(BrokenReply(message, sent=True))
        self.abort()

    # llhttp's events

    def on_message_begin(self) -> None:
        if self.reply is None or self.reply.complete:
            raise _UnsolicitedError("bytes behind the answer")
        self._headers = []
        self._framed = False

    def on_header(self, name: bytes, value: bytes) -> None:
        name = name.lower()
        if name in {b"content-length", b"transfer-encoding"}:
            self._framed = True
        self._headers.append((name, value))

    def on_headers_complete(self) -> None:
        status = self._parser.get_status_code()
        self._informational = 100 <= status < 200
        if self._informational:
            return
        self._in_head = False
        if self.reply is not None:
            self.reply._head(status, self._headers)

    def on_body(self, data: bytes) -> None:
        if self.reply is not None:
            self.reply._body(data)

    def on_message_complete(self) -> None:
        if self._informational or self.reply is None:
            return
        reply = self.reply
        reply.complete = True
        if self._parser.should_keep_alive():
            self.reply = None
            self._in_head, self._head_bytes = True, 0
            reply._complete()
            self.pool._give_back(self)
        else:
            self.reply = None
            reply._complete()
            self.abort()

    # the pool's side

    def start(self, data: bytes, reply: "UpstreamReply") -> None:
        self.reply = reply
        assert self.transport is not None  # noqa: S101 - set before the connection is handed out
        self.transport.write(data)

    def abort(self) -> None:
        self.closed = True
        if self.transport is not None:
            self.transport.abort()

    def pause(self) -> None:
        if self.transport is not None and not self.closed:
            self.transport.pause_reading()

    def resume(self) -> None:
        if self.transport is not None and not self.closed:
            self.transport.resume_reading()


class _UnsolicitedError(Exception):
    pass


class UpstreamReply:
    """A provider's answer: the head is in, the body comes by `next_chunk` or `read`."""

    def __init__(
        self, connection: _Connection, loop: asyncio.AbstractEventLoop, deadlines: Deadlines
    ) -> None:
        self.status = 0
        self.headers: list[Header] = []
        self.sent_ns = 0
        self.first_byte_ns = 0
        self.complete = False
        self._connection: _Connection | None = connection
        self._loop = loop
        self._idle_s = deadlines.idle_s
        now = loop.time()
        self._total_at = now + deadlines.total_s
        self._phase = "first_byte"
        self._deadline = now + deadlines.first_byte_s
        self._chunks: list[bytes] = []
        self._buffered = 0
        self._paused = False
        self._error: UpstreamError | None = None
        self._waiter: asyncio.Future[None] | None = None

    def header(self, name: bytes) -> bytes | None:
        """Return the first value of a header (lower-case name), or None."""
        for key, value in self.headers:
            if key == name:
                return value
        return None

    async def next_chunk(self) -> bytes:
        """Return all body bytes that have arrived, b"" at the end.

        Raises UpstreamTimeout or BrokenReply; what had arrived before is returned first.
        """
        while not self._chunks:
            if self._error is not None:
                raise self._error
            if self.complete:
                return b""
            await self._wait()
        chunks = self._chunks
        data = chunks[0] if len(chunks) == 1 else b"".join(chunks)
        self._chunks = []
        self._buffered = 0
        if self._paused:
            self._paused = False
            # The time in which we did not read is not the provider's silence.
            self._deadline = self._loop.time() + self._idle_s
            if self._connection is not None:
                self._connection.resume()
        return data

    async def read(self, max_bytes: int) -> bytes:
        """Return the whole body. Raises BrokenReply when it is longer than ``max_bytes``."""
        parts: list[bytes] = []
        size = 0
        while chunk := await self.next_chunk():
            size += len(chunk)
            if size > max_bytes:
                self.abort()
                raise BrokenReply(f"the answer is longer than {max_bytes} bytes.", sent=True)
            parts.append(chunk)
        return parts[0] if len(parts) == 1 else b"".join(parts)

    def abort(self) -> None:
        """Close the connection unless the answer is complete. May be called again."""
        connection, self._connection = self._connection, None
        if connection is not None and not self.complete:
            connection.reply = None
            connection.pool._busy.discard(self)
            connection.abort()

    async def _head_in(self) -> None:
        try:
            while self.status == 0:
                if self._error is not None:
                    raise self._error
                await self._wait()
        except asyncio.CancelledError:
            self.abort()
            raise

    async def _wait(self) -> None:
        self._waiter = self._loop.create_future()
        try:
            await self._waiter
        except asyncio.CancelledError:
            self.abort()
            raise
        finally:
            self._waiter = None

    def _wake(self) -> None:
        waiter = self._waiter
        if waiter is not None and not waiter.done():
            waiter.set_result(None)

    def _head(self, status: int, headers: list[Header]) -> None:
        self.status = status
        self.headers = headers
        self.first_byte_ns = time.monotonic_ns()
        self._phase = "idle"
        self._deadline = self._loop.time() + self._idle_s

    def _body(self, data: bytes) -> None:
        self._chunks.append(data)
        self._buffered += len(data)
        self._deadline = self._loop.time() + self._idle_s
        if self._buffered > HIGH_WATER_BYTES and not self._paused and self._connection is not None:
            self._paused = True
            self._connection.pause()

    def _complete(self) -> None:
        connection, self._connection = self._connection, None
        self.complete = True
        if connection is not None:
            connection.pool._busy.discard(self)
        self._wake()

    def _fail(self, error: UpstreamError) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.pool._busy.discard(self)
        self._error = error
        self._wake()

    def _check(self, now: float) -> None:
        if now >= self._total_at:
            phase = "total"
        elif now >= self._deadline and not self._paused:
            phase = self._phase
        else:
            return
        connection = self._connection
        if connection is None:
            return
        words = {
            "first_byte": "sent no answer in time",
            "idle": "fell silent in the middle of its answer",
            "total": "took longer in all than allowed",
        }[phase]
        host = connection.origin.host
        connection.reply = None
        connection.abort()
        self._fail(UpstreamTimeout(f"{host} {words}.", phase=phase))


class Pool:
    """Keeps connections to origins and sends one request at a time on each. Belongs to one event loop."""

    def __init__(
        self, *, max_idle_per_origin: int = 256, idle_timeout_s: float = 30.0, max_header_bytes: int = 65536
    ) -> None:
        self.max_header_bytes = max_header_bytes
        self._max_idle = max_idle_per_origin
        self._idle_timeout_s = idle_timeout_s
        self._idle: dict[Origin, deque[_Connection]] = {}
        self._all: set[_Connection] = set()
        self._busy: set[UpstreamReply] = set()
        self._contexts: dict[str | None, ssl.SSLContext] = {}
        self._sweeping: asyncio.TimerHandle | None = None
        self._slow = False
        self._hosts: dict[Origin, bytes] = {}

    async def send(
        self,
        origin: Origin,
        *,
        method: str,
        target: str,
        headers: Sequence[Header],
        body: bytes,
        deadlines: Deadlines,
        on_sent: Callable[[], None] | None = None,
    ) -> UpstreamReply:
        """Send a request and return when the head of its answer is in.

        ``on_sent`` is called just before the first byte is handed to the kernel, so that a cancellation
        knows whether anything went out. Raises ConnectFailed, UpstreamTimeout or BrokenReply.
        """
        loop = asyncio.get_running_loop()
        data = self._request(origin, method, target, headers, body)
        connection = self._take(origin)
        if connection is None:
            connection = await self._connect(loop, origin, deadlines.connect_s)
        reply = UpstreamReply(connection, loop, deadlines)
        self._busy.add(reply)
        if on_sent is not None:
            on_sent()
        reply.sent_ns = time.monotonic_ns()
        connection.start(data, reply)
        if self._sweeping is None or self._slow:
            self._schedule(loop, SWEEP_S, slow=False)
        await reply._head_in()
        return reply

    async def close(self) -> None:
        """Close every connection."""
        for connection in list(self._all):
            connection.abort()
        if self._sweeping is not None:
            self._sweeping.cancel()
            self._sweeping = None
        await asyncio.sleep(0)

    def _request(
        self, origin: Origin, method: str, target: str, headers: Sequence[Header], body: bytes
    ) -> bytes:
        host = self._hosts.get(origin)
        if host is None:
            name = f"[{origin.host}]" if ":" in origin.host else origin.host
            default = 443 if origin.scheme == "https" else 80
            host = name.encode("ascii") + (b"" if origin.port == default else b":%d" % origin.port)
            self._hosts[origin] = host
        parts = [f"{method} {target} HTTP/1.1\r\nhost: ".encode("ascii"), host]
        for name_, value in headers:
            if b"\n" in value or b"\r" in value or b"\0" in value:
                raise ConnectFailed(f"header {name_.decode('latin-1')} holds a line break; it was not sent.")
            parts += (b"\r\n", name_, b": ", value)
        if body or method != "GET":
            parts.append(b"\r\ncontent-length: %d" % len(body))
        parts += (b"\r\n\r\n", body)
        return b"".join(parts)

    def _take(self, origin: Origin) -> _Connection | None:
        idle = self._idle.get(origin)
        while idle:
            connection = idle.pop()
            if (
                not connection.closed
                and connection.transport is not None
                and not connection.transport.is_closing()
            ):
                return connection
        return None

    async def _connect(
        self, loop: asyncio.AbstractEventLoop, origin: Origin, connect_s: float
    ) -> _Connection:
        try:
            context = self._context(origin) if origin.scheme == "https" else None
            async with asyncio.timeout(connect_s):
                _, connection = await loop.create_connection(
                    lambda: _Connection(self, origin),
                    origin.host,
                    origin.port,
                    ssl=context,
                    server_hostname=origin.host if context is not None else None,
                )
        except TimeoutError as error:
            raise ConnectFailed(
                f"{origin.host}:{origin.port} did not accept a connection in {connect_s:g} s."
            ) from error
        except ssl.SSLError as error:
            raise ConnectFailed(
                f"TLS with {origin.host}:{origin.port} failed: {error.reason or error}.",
                fix="Check the address and the certificate, or set spec.caFile.",
            ) from error
        except OSError as error:
            raise ConnectFailed(
                f"{origin.host}:{origin.port} cannot be reached: {error.strerror or error}."
            ) from error
        self._all.add(connection)
        return connection

    def _context(self, origin: Origin) -> ssl.SSLContext:
        context = self._contexts.get(origin.ca_file)
        if context is None:
            context = ssl.create_default_context(cafile=origin.ca_file)
            context.minimum_version = ssl.TLSVersion.TLSv1_2
            self._contexts[origin.ca_file] = context
        return context

    def _give_back(self, connection: _Connection) -> None:
        if connection.closed:
            return
        idle = self._idle.setdefault(connection.origin, deque())
        if len(idle) >= self._max_idle:
            connection.abort()
            return
        connection.idle_since = asyncio.get_running_loop().time()
        idle.append(connection)

    def _forget(self, connection: _Connection) -> None:
        self._all.discard(connection)
        idle = self._idle.get(connection.origin)
        if idle is not None:
            try:
                idle.remove(connection)
            except ValueError:
                return  # it was busy, or taken
            if not idle:
                del self._idle[connection.origin]

    def _sweep(self, loop: asyncio.AbstractEventLoop) -> None:
        now = loop.time()
        for reply in list(self._busy):
            reply._check(now)
        for idle in list(self._idle.values()):
            while idle and now - idle[0].idle_since > self._idle_timeout_s:
                idle.popleft().abort()
        self._sweeping = None
        if self._busy:
            self._schedule(loop, SWEEP_S, slow=False)
        elif any(self._idle.values()):
            self._schedule(loop, SLOW_SWEEP_S, slow=True)

    def _schedule(self, loop: asyncio.AbstractEventLoop, delay_s: float, *, slow: bool) -> None:
        if self._sweeping is not None:
            self._sweeping.cancel()
        self._slow = slow
        self._sweeping = loop.call_later(delay_s, self._sweep, loop)
