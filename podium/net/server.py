"""The server side: HTTP/1.1 on llhttp and asyncio protocols. It knows bytes and limits, not Podium.

A request becomes an `Exchange` and one task that runs the handler. When the client goes away before the
answer is whole, that task is cancelled.
"""

import asyncio
import logging
import ssl as ssl_module
import time
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from socket import socket
from typing import Final

import httptools

Header = tuple[bytes, bytes]
ErrorBody = Callable[[int, str, str], bytes]

_STATUS_LINES: Final = {
    status.value: f"HTTP/1.1 {status.value} {status.phrase}\r\n".encode() for status in HTTPStatus
} | {499: b"HTTP/1.1 499 Client Closed Request\r\n", 529: b"HTTP/1.1 529 Overloaded\r\n"}
_SWEEP_S: Final = 1.0

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class ServerLimits:
    """Bytes and seconds that a client has.

    ``write_timeout_s``: a client that reads nothing for so long is cut.
    """

    max_header_bytes: int = 32 << 10
    max_body_bytes: int = 32 << 20
    header_timeout_s: float = 10.0
    body_timeout_s: float = 60.0
    idle_timeout_s: float = 75.0
    write_timeout_s: float = 60.0


class RequestRefused(Exception):
    """The request broke a limit; net answers it itself."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code


class BodyTooLarge(RequestRefused):
    """413."""


class BodyTimeout(RequestRefused):
    """408."""


class Exchange:
    """One request and its response."""

    __slots__ = (
        "_body",
        "_body_done",
        "_body_error",
        "_body_size",
        "_body_waiter",
        "_chunked",
        "_connection",
        "_expects",
        "_head",
        "_keep_alive",
        "finished",
        "headers",
        "method",
        "path",
        "peer",
        "query",
        "received_ns",
        "started",
        "target",
    )

    def __init__(self, connection: "_Connection") -> None:
        self._connection = connection
        self.method = ""
        self.target = ""
        self.path = ""
        self.query = ""
        self.headers: dict[bytes, bytes] = {}
        self.peer = connection.peer
        self.received_ns = 0
        self.started = False
        self.finished = False
        self._body: list[bytes] = []
        self._body_size = 0
        self._body_done = False
        self._body_error: RequestRefused | None = None
        self._body_waiter: asyncio.Future[None] | None = None
        self._keep_alive = True
        self._chunked = False
        self._expects = False
        self._head: bytes | None = None

    async def read_body(self) -> bytes:
        """Return the whole body. Raises BodyTooLarge or BodyTimeout, which net answers when they come out."""
        if not self._body_done:
            if self._expects and not self._body_size:
                self._expects = False
                self._connection.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            self._body_waiter = asyncio.get_running_loop().create_future()
            self._connection.wait_for_body()
            await self._body_waiter
        if self._body_error is not None:
            raise self._body_error
        body = self._body
        if len(body) == 1:
            return body[0]
        data = b"".join(body)
        self._body = [data]
        return data

    def respond(self, status: int, headers: Sequence[Header], body: bytes) -> None:
        """Send the whole response."""
        if self.finished:
            return
        self._settle_keep_alive()
        length = b"content-length: %d\r\n" % len(body) if status not in {204, 304} else b""
        head = self._render(status, headers, length)
        self.started = self.finished = True
        self._connection.write(head if self.method == "HEAD" else head + body)
        self._connection.response_complete(self)

    def start_stream(self, status: int, headers: Sequence[Header]) -> None:
        """Begin a streamed response. The head goes out with the first chunk."""
        self._settle_keep_alive()
        self.started = True
        if self._connection.http_1_0:
            self._keep_alive = False
            self._head = self._render(status, headers, b"")
        else:
            self._chunked = True
            self._head = self._render(status, headers, b"transfer-encoding: chunked\r\n")

    async def write(self, data: bytes) -> None:
        """Send one chunk; wait while the client reads too slowly."""
        if not data or self.finished:
            return
        framed = b"%x\r\n%b\r\n" % (len(data), data) if self._chunked else data
        if self._head is not None:
            framed, self._head = self._head + framed, None
        connection = self._connection
        connection.write(framed)
        if connection.paused is not None:
            await connection.drained()

    def finish(self) -> None:
        """End a streamed response."""
        if self.finished:
            return
        self.finished = True
        tail = b"0\r\n\r\n" if self._chunked else b""
        if self._head is not None:
            tail, self._head = self._head + tail, None
        self._connection.write(tail)
        self._connection.response_complete(self)

    def _settle_keep_alive(self) -> None:
        connection = self._connection
        if connection.server.draining or not self._body_done:
            self._keep_alive = False

    def _render(self, status: int, headers: Sequence[Header], framing: bytes) -> bytes:
        line = _STATUS_LINES.get(status) or b"HTTP/1.1 %d \r\n" % status
        parts = [line]
        for name, value in headers:
            if b"\n" in value or b"\r" in value:
                raise ValueError(f"header {name.decode('latin-1')} holds a line break")
            parts += (name, b": ", value, b"\r\n")
        parts.append(framing)
        parts.append(b"\r\n" if self._keep_alive else b"connection: close\r\n\r\n")
        return b"".join(parts)


class _Connection(asyncio.Protocol):
    """One client connection. Requests on it are answered one after the other, in order."""

    def __init__(self, server: "Server") -> None:
        self.server = server
        self.peer = ""
        self.paused: asyncio.Event | None = None
        self.paused_since = 0.0
        self.http_1_0 = False
        self._transport: asyncio.Transport | None = None
        self._parser = httptools.HttpRequestParser(self)
        self._incoming: Exchange | None = None
        self._active: Exchange | None = None
        self._task: asyncio.Task[None] | None = None
        self._queue: deque[Exchange] = deque()
        self._in_head = False
        self._head_bytes = 0
        self._url = b""
        self._framing = 0
        self._reading_paused = False
        self._since = 0.0
        self._refusal: RequestRefused | None = None
        self._closing = False

    # asyncio's events

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport  # type: ignore[assignment] # servers get Transports
        peer = transport.get_extra_info("peername")
        self.peer = str(peer[0]) if isinstance(peer, tuple) else ""
        self._since = self.server.loop.time()
        self.server.connections.add(self)
        self.server.wake_sweeper()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's signature
        self.server.connections.discard(self)
        self._closing = True
        self._transport = None
        if self.paused is not None:
            self.paused.set()
        if self._task is not None:
            self._task.cancel()
        self._queue.clear()

    def pause_writing(self) -> None:
        self.paused = asyncio.Event()
        self.paused_since = self.server.loop.time()

    def resume_writing(self) -> None:
        if self.paused is not None:
            self.paused.set()
            self.paused = None

    def data_received(self, data: bytes) -> None:
        if self._closing:
            return
        if self._incoming is None or self._in_head:
            self._in_head = True
            self._head_bytes += len(data)
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            self._refuse(RequestRefused(400, "upgrade_refused", "This server does not upgrade connections."))
        except httptools.HttpParserCallbackError as error:
            cause = error.__context__
            known = cause if isinstance(cause, RequestRefused) else self._refusal
            self._refuse(known or RequestRefused(400, "bad_request", "The request could not be read."))
        except httptools.HttpParserError as error:
            self._refuse(RequestRefused(400, "bad_request", f"The request is not valid HTTP/1.1: {error}."))
        else:
            if self._in_head and self._head_bytes > self.server.limits.max_header_bytes:
                limit = self.server.limits.max_header_bytes
                message = f"The request's head is larger than {limit} bytes."
                self._refuse(RequestRefused(431, "headers_too_large", message))

    # llhttp's events

    def on_message_begin(self) -> None:
        self._incoming = Exchange(self)
        self._url = b""
        self._framing = 0
        self._in_head = True
        self._since = self.server.loop.time()

    def on_url(self, url: bytes) -> None:
        self._url += url
        if len(self._url) > self.server.limits.max_header_bytes:
            self._refusal = RequestRefused(414, "uri_too_long", "The request's target is too long.")
            raise self._refusal

    def on_header(self, name: bytes, value: bytes) -> None:
        incoming = self._incoming
        if incoming is None:
            return
        name = name.lower()
        headers = incoming.headers
        if name in {b"content-length", b"transfer-encoding", b"host"} and name in headers:
            text = name.decode("latin-1")
            self._refusal = RequestRefused(400, "bad_request", f"The header {text} is there twice.")
            raise self._refusal
        if b"\n" in value or b"\r" in value:
            self._refusal = RequestRefused(400, "bad_request", "A header is folded over several lines.")
            raise self._refusal
        headers[name] = headers[name] + b", " + value if name in headers else value

    def on_headers_complete(self) -> None:
        incoming = self._incoming
        if incoming is None:
            return
        self._in_head = False
        self._head_bytes = 0
        self._since = self.server.loop.time()
        incoming.received_ns = time.monotonic_ns()
        incoming.method = self._parser.get_method().decode("ascii")
        incoming.target = self._url.decode("latin-1")
        path, _, incoming.query = incoming.target.partition("?")
        incoming.path = path
        version = self._parser.get_http_version()
        self.http_1_0 = version == "1.0"
        headers = incoming.headers
        self._refusal = self._judge(headers, version)
        if self._refusal is not None:
            raise self._refusal
        incoming._keep_alive = self._parser.should_keep_alive()
        if headers.get(b"expect", b"").lower() == b"100-continue":
            incoming._expects = True
        self._queue.append(incoming)
        if self._active is None:
            self._start_next()
        elif not self._reading_paused and self._transport is not None:
            # A pipelined request waits its turn, and so does whatever follows it.
            self._reading_paused = True
            self._transport.pause_reading()

    def _judge(self, headers: dict[bytes, bytes], version: str) -> RequestRefused | None:
        encoding = headers.get(b"transfer-encoding")
        length = headers.get(b"content-length")
        if version not in {"1.0", "1.1"}:
            return RequestRefused(505, "version_not_supported", f"HTTP/{version} is not spoken here.")
        if version == "1.1" and b"host" not in headers:
            return RequestRefused(400, "bad_request", "The header host is missing.")
        if encoding is not None and length is not None:
            return RequestRefused(
                400, "bad_request", "Content-Length and Transfer-Encoding contradict each other."
            )
        if encoding is not None and (encoding.strip().lower() != b"chunked" or version == "1.0"):
            return RequestRefused(
                501, "encoding_not_supported", "Only the transfer encoding chunked is supported."
            )
        if length is not None and (not length.isdigit() or int(length) > self.server.limits.max_body_bytes):
            limit = self.server.limits.max_body_bytes
            return BodyTooLarge(413, "body_too_large", f"The body is larger than {limit} bytes.")
        return None

    def on_body(self, data: bytes) -> None:
        incoming = self._incoming
        if incoming is None or incoming._body_error is not None:
            return
        incoming._body_size += len(data)
        if incoming._body_size > self.server.limits.max_body_bytes:
            limit = self.server.limits.max_body_bytes
            self._end_body(
                incoming, BodyTooLarge(413, "body_too_large", f"The body is larger than {limit} bytes.")
            )
            return
        incoming._body.append(data)

    def on_message_complete(self) -> None:
        incoming, self._incoming = self._incoming, None
        if incoming is not None:
            incoming._body_done = True
            self._end_body(incoming, None)

    def _end_body(self, exchange: Exchange, error: RequestRefused | None) -> None:
        if error is not None:
            exchange._body_error = error
            exchange._body = []
        waiter = exchange._body_waiter
        if waiter is not None and not waiter.done():
            waiter.set_result(None)

    # the exchanges' side

    def _start_next(self) -> None:
        exchange = self._active = self._queue.popleft()
        self.server.in_flight += 1
        self._task = self.server.loop.create_task(self._run(exchange))

    async def _run(self, exchange: Exchange) -> None:
        try:
            await self.server.handler(exchange)
            if not exchange.finished:
                raise RuntimeError(f"the handler of {exchange.method} {exchange.path} gave no whole answer")  # noqa: TRY301
        except RequestRefused as refused:
            self._refuse(refused)
        except asyncio.CancelledError:
            self.close()
        except Exception:
            logger.exception("%s %s failed", exchange.method, exchange.path)
            if exchange.started:
                self.close()
            else:
                self._refuse(RequestRefused(500, "internal_error", "Podium failed to serve this request."))
        finally:
            self.server.one_less()
            self._task = None
            self._active = None
            self._go_on()

    def response_complete(self, exchange: Exchange) -> None:
        if not exchange._keep_alive:
            self.close()

    def _go_on(self) -> None:
        if self._closing:
            return
        self._since = self.server.loop.time()
        if self._queue:
            self._start_next()
        elif self.server.draining:
            self.close()
        elif self._reading_paused and self._transport is not None:
            self._reading_paused = False
            self._transport.resume_reading()

    def _refuse(self, refused: RequestRefused) -> None:
        """Answer a request that net itself refuses, and close."""
        active = self._active
        if self._transport is not None and not self._closing and (active is None or not active.started):
            body = self.server.error_body(refused.status, refused.code, str(refused))
            line = _STATUS_LINES.get(refused.status) or b"HTTP/1.1 %d \r\n" % refused.status
            self._transport.write(
                line + b"content-type: application/json\r\nx-should-retry: false\r\nconnection: close\r\n"
                b"content-length: %d\r\n\r\n" % len(body) + body
            )
            if active is not None:
                active.started = active.finished = True
        self.close()

    def write(self, data: bytes) -> None:
        if self._transport is not None:
            self._transport.write(data)

    async def drained(self) -> None:
        while self.paused is not None and self._transport is not None:
            await self.paused.wait()

    def wait_for_body(self) -> None:
        self._since = self.server.loop.time()

    def close(self) -> None:
        self._closing = True
        if self._transport is not None:
            self._transport.close()

    def close_if_idle(self) -> None:
        if self._active is None and self._incoming is None:
            self.close()

    def cancel(self) -> bool:
        """Cut the exchange in flight; return whether there was one."""
        if self._task is None:
            self.close()
            return False
        self._task.cancel()
        return True

    def check(self, now: float) -> None:
        """Enforce the time-outs."""
        limits = self.server.limits
        if self.paused is not None and now - self.paused_since > limits.write_timeout_s:
            if self._transport is not None:
                self._transport.abort()
        elif self._in_head and self._head_bytes and now - self._since > limits.header_timeout_s:
            self._refuse(RequestRefused(408, "header_timeout", "The request's head did not arrive in time."))
        elif self._incoming is not None and not self._in_head and now - self._since > limits.body_timeout_s:
            timeout = BodyTimeout(408, "body_timeout", "The request's body did not arrive in time.")
            waiter = self._incoming._body_waiter
            if waiter is not None and not waiter.done():
                self._end_body(self._incoming, timeout)
        elif self._active is None and self._incoming is None and now - self._since > limits.idle_timeout_s:
            self.close()


class Server:
    """Listens, and hands each request to the handler. Belongs to one event loop."""

    def __init__(
        self,
        handler: Callable[[Exchange], Awaitable[None]],
        *,
        limits: ServerLimits | None = None,
        error_body: ErrorBody | None = None,
    ) -> None:
        self.handler = handler
        self.limits = limits or ServerLimits()
        self.error_body = error_body or _plain_error_body
        self.connections: set[_Connection] = set()
        self.draining = False
        self.in_flight = 0
        self.port = 0
        self.loop: asyncio.AbstractEventLoop = None  # type: ignore[assignment] # set by listen
        self._server: asyncio.AbstractServer | None = None
        self._sweeper: asyncio.TimerHandle | None = None
        self._quiet: asyncio.Event | None = None

    async def listen(
        self,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        reuse_port: bool = False,
        sock: socket | None = None,
        ssl: ssl_module.SSLContext | None = None,
    ) -> None:
        """Start to listen. Raises OSError when the address is not to be had."""
        self.loop = asyncio.get_running_loop()
        if sock is not None:
            server = await self.loop.create_server(
                lambda: _Connection(self), sock=sock, ssl=ssl, backlog=2048
            )
        else:
            server = await self.loop.create_server(
                lambda: _Connection(self), host, port, reuse_port=reuse_port or None, ssl=ssl, backlog=2048
            )
        self._server = server
        self.port = server.sockets[0].getsockname()[1]

    async def drain(self, grace_s: float) -> int:
        """Stop listening, let exchanges in flight end within ``grace_s``; return how many were cut."""
        self.draining = True
        if self._server is not None:
            self._server.close()
        for connection in list(self.connections):
            connection.close_if_idle()
        if self.in_flight:
            self._quiet = asyncio.Event()
            try:
                async with asyncio.timeout(grace_s):
                    await self._quiet.wait()
            except TimeoutError:
                pass
        cut = sum([connection.cancel() for connection in list(self.connections)])
        if self.in_flight and self._quiet is not None:
            self._quiet.clear()
            try:
                async with asyncio.timeout(5.0):
                    await self._quiet.wait()
            except TimeoutError:
                logger.warning("%d requests did not end when they were cut", self.in_flight)
        if self._sweeper is not None:
            self._sweeper.cancel()
            self._sweeper = None
        await asyncio.sleep(0)
        return cut

    def one_less(self) -> None:
        """Count an exchange as ended."""
        self.in_flight -= 1
        if self.in_flight == 0 and self._quiet is not None:
            self._quiet.set()

    def wake_sweeper(self) -> None:
        """Run the time-outs as long as there are connections."""
        if self._sweeper is None:
            self._sweeper = self.loop.call_later(_SWEEP_S, self._sweep)

    def _sweep(self) -> None:
        now = self.loop.time()
        for connection in list(self.connections):
            connection.check(now)
        self._sweeper = self.loop.call_later(_SWEEP_S, self._sweep) if self.connections else None


def _plain_error_body(status: int, code: str, message: str) -> bytes:
    safe = message.replace("\\", "\\\\").replace('"', '\\"')
    return f'{{"error":{{"status":{status},"code":"{code}","message":"{safe}"}}}}'.encode()
