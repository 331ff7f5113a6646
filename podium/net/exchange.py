"""One request and its response, as a handler sees them."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING

import msgspec

from podium.net.heads import Header, status_line, write_head

if TYPE_CHECKING:
    from podium.net.connection import Connection
    from podium.net.known import KnownHead

_BODILESS = frozenset({204, 304})


class RequestRefused(Exception):
    """The request broke a rule or a limit. net answers it itself and closes the connection.

    It comes out of `Exchange.read_body` so that the handler ends; the handler lets it pass.
    """

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message


class BodyTooLarge(RequestRefused):
    """The body is longer than the limit: 413."""

    def __init__(self, limit_bytes: int) -> None:
        super().__init__(413, "body_too_large", f"The request's body is longer than {limit_bytes} bytes.")


class HeadTooLarge(RequestRefused):
    """The head is longer than the limit: 431."""

    def __init__(self, limit_bytes: int) -> None:
        text = f"The request's head is longer than {limit_bytes} bytes."
        super().__init__(431, "headers_too_large", text)


class BodyTimeout(RequestRefused):
    """The body did not arrive in time: 408."""

    def __init__(self, limit_s: float) -> None:
        super().__init__(408, "body_timeout", f"The request's body did not arrive within {limit_s:g} s.")


class Exchange(msgspec.Struct, eq=False):
    """One request and its response on a connection.

    ``path`` has no query string. ``headers``: names in lower case; values of a repeated header are joined
    with ", ", of cookies with "; " (RFC 9113, 8.2.3). ``started``: a response has begun. ``finished``: it is
    whole, as far as its handler knows.
    ``known``: the head, where it was known; ``values``: those of its names, of this request. ``note`` is the
    handler's. ``also``: lines by `heads.render` that its answer has besides, whoever gives it.

    One that `Server.at_once` has taken has no task. ``gone`` is called when its client goes away before
    `finished`; `end` is called behind the answer, or `hand_over` to have a task go on with it.
    """

    _connection: "Connection"
    peer: str
    method: str = ""
    target: str = ""
    path: str = ""
    query: str = ""
    known: "KnownHead | None" = None
    values: Sequence[bytes] = ()
    _body: list[bytes] = []
    _body_bytes: int = 0
    _body_done: bool = False
    started: bool = False
    finished: bool = False
    gone: Callable[[], None] | None = None
    note: object = None
    also: bytes = b""
    _headers: dict[bytes, bytes] | None = None  # None: those of the known head
    _held_bytes: int = 0  # of a large body, as the server counts them
    _refused: RequestRefused | None = None
    _waiter: "asyncio.Future[None] | None" = None
    _keep_alive: bool = True
    _http_1_0: bool = False
    _expects: bool = False
    _chunked: bool = False
    _silent: bool = False
    _head: bytes | None = None
    _handler: "Callable[[Exchange], Awaitable[None]] | None" = None

    @property
    def headers(self) -> dict[bytes, bytes]:
        """Return the header."""
        headers = self._headers
        if headers is None:
            known = self.known
            headers = self._headers = {} if known is None else known.headers(self.values)
        return headers

    @headers.setter
    def headers(self, headers: dict[bytes, bytes]) -> None:
        self._headers = headers

    async def read_body(self) -> bytes:
        """Return the whole body.

        Raises RequestRefused (BodyTooLarge, BodyTimeout, or a framing error), which the handler lets pass:
        net answers it.
        """
        if not self._body_done and self._refused is None:
            self._waiter = self._connection.server.loop.create_future()
            self._connection.want_body(self)
            try:
                await self._waiter
            finally:
                self._waiter = None
        if self._refused is not None:
            raise self._refused
        body = self._body
        if len(body) != 1:
            self._body = body = [b"".join(body)]
        return body[0]

    def respond(self, status: int, headers: Sequence[Header] | bytes, body: bytes) -> None:
        """Send the whole response, in one write.

        Content-Length and Connection are net's to add. ``headers``: pairs, or lines by `heads.render`.
        Raises BadHead when a header holds a line break.
        """
        if self.started:
            raise RuntimeError("a response has begun already")
        connection = self._connection
        if (
            isinstance(headers, bytes)
            and self.method != "HEAD"
            and status not in _BODILESS
            and self._body_done
            and self._keep_alive
            and not self._http_1_0
            and not connection.server.draining
            and not self.also
        ):  # what is below, of a usual response
            self.started = self.finished = True
            head = status_line(status)
            connection.send(b"%b%b\r\ncontent-length: %d\r\n\r\n%b" % (head, headers, len(body), body))
            return
        if status in _BODILESS:
            head, body = self._render(status, headers, b"\r\n"), b""
        else:
            head = self._render(status, headers, b"\r\ncontent-length: %d\r\n" % len(body))
        self.started = self.finished = True
        connection.send(head if self.method == "HEAD" else head + body)
        connection.response_complete(self)

    def start_stream(self, status: int, headers: Sequence[Header] | bytes) -> None:
        """Begin a streamed response: chunked, or up to the close for HTTP/1.0.

        The head goes out with the first chunk, or by itself if none is written in this turn of the loop.
        Raises BadHead when a header holds a line break.
        """
        if self.started:
            raise RuntimeError("a response has begun already")
        framing = b"\r\n"
        if status in _BODILESS or self.method == "HEAD":
            self._silent = True
        elif self._http_1_0:
            self._keep_alive = False
        else:
            self._chunked = True
            framing = b"\r\ntransfer-encoding: chunked\r\n"
        self._head = self._render(status, headers, framing)
        self.started = True
        self._connection.send_soon(self)

    def respond_stream(self, status: int, headers: Sequence[Header] | bytes, data: bytes) -> None:
        """Send a streamed response of which all is there, in one write. Raises BadHead as `start_stream`."""
        if self._http_1_0 or self.method == "HEAD" or not data:
            self.start_stream(status, headers)
            self.push(data)
            self.finish()
            return
        if self.started:
            raise RuntimeError("a response has begun already")
        head = self._render(status, headers, b"\r\ntransfer-encoding: chunked\r\n")
        self.started = self.finished = True
        self._connection.send(b"%b%x\r\n%b\r\n0\r\n\r\n" % (head, len(data), data))
        self._connection.response_complete(self)

    async def write(self, data: bytes) -> None:
        """Send one chunk; wait while the client reads too slowly."""
        if not self.push(data):
            await self._connection.wait_for_room()

    def push(self, data: bytes) -> bool:
        """Send one chunk; return False when the client reads too slowly, and `room` should be waited for."""
        if not data or self.finished or self._silent:
            return True
        connection = self._connection
        if self._chunked:
            data = b"%x\r\n%b\r\n" % (len(data), data)
        if self._head is not None:
            data, self._head = self._head + data, None
        connection.send(data)
        return not connection.full

    async def room(self) -> None:
        """Wait while the client reads too slowly."""
        await self._connection.wait_for_room()

    async def write_last(self, data: bytes) -> None:
        """Send the last chunk and the end of a streamed response, in one write."""
        self.finish(data)

    def finish(self, last: bytes = b"") -> None:
        """End a streamed response, with a ``last`` chunk in the same write. May be called again."""
        if self.finished:
            return
        if not self.started:
            raise RuntimeError("no response has begun")
        self.finished = True
        if self._chunked:
            tail = b"%x\r\n%b\r\n0\r\n\r\n" % (len(last), last) if last else b"0\r\n\r\n"
        else:
            tail = b"" if self._silent else last
        if self._head is not None:
            tail, self._head = self._head + tail, None
        if tail:
            self._connection.send(tail)
        self._connection.response_complete(self)

    def whole_body(self) -> bytes | None:
        """Return the body of a request that is all there, else None."""
        return self._body[0] if self._body_done and len(self._body) == 1 else None

    def end(self) -> None:
        """Take the answer, which has no task, for done."""
        self.gone = self.note = None  # which hold it in their turn
        self._connection.exchange_done()

    def hand_over(self, handler: "Callable[[Exchange], Awaitable[None]]") -> None:
        """Have a task go on with ``handler`` where none was at work; until it does, `gone` may be called."""
        self._handler = handler
        self._connection.attend()

    def cancel(self) -> None:
        """Cancel the handler at work, as if the client had gone away; it may answer all the same."""
        self._connection.cancel_handler(self)

    def _flush_head(self) -> None:
        if self._head is not None:
            head, self._head = self._head, None
            self._connection.send(head)

    def _render(self, status: int, headers: Sequence[Header] | bytes, framing: bytes) -> bytes:
        head = write_head(status_line(status), headers) + self.also + framing
        if not self._body_done or self._connection.server.draining:
            self._keep_alive = False
        if not self._keep_alive:
            return head + b"connection: close\r\n\r\n"
        return head + (b"connection: keep-alive\r\n\r\n" if self._http_1_0 else b"\r\n")
