"""One connection to a provider, and the answer that is being read from it."""

import asyncio
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

import httptools
import msgspec

from podium.kernel.errors import BrokenReply, UpstreamError, UpstreamTimeout
from podium.net.heads import PARSED_AT_ONCE_BYTES, Header
from podium.net.known_answers import CHUNKED, KnownAnswer, short_head

if TYPE_CHECKING:
    from podium.net.upstream import Origin, Pool

HIGH_WATER_BYTES: Final = 1 << 20
"""Above so much of an unread answer the provider is left to wait."""

_NOTED: Final = frozenset({b"content-length", b"transfer-encoding", b"keep-alive"})
_TIMED_OUT: Final = {
    "first_byte": "sent no answer in time",
    "idle": "fell silent in the middle of its answer",
    "total": "took longer in all than allowed",
}


class _Fault(Exception):
    """What the provider sent is not an answer."""


class UpstreamConnection(asyncio.Protocol):
    """One connection, serving one request at a time.

    ``idle_since``: when its last answer ended. ``keep_s``: how long it may then wait for the next one.
    """

    def __init__(self, pool: "Pool", origin: "Origin") -> None:
        self.pool = pool
        self.origin = origin
        self.transport: asyncio.Transport = None  # type: ignore[assignment] # from connection_made on
        self.reply: UpstreamReply | None = None
        self.idle_since = 0.0
        self.keep_s = pool.idle_timeout_s
        self.closed = False
        self._chunks: list[bytes] = []
        # llhttp hands body bytes straight to the list: a stream has one call for each of its events.
        self.on_body = self._chunks.append
        self._parser = httptools.HttpResponseParser(self)
        self._headers: list[Header] = []
        self._in_head = True
        self._head_bytes = 0
        self._piece_bytes = 0
        self._quiet_bytes = 0
        self._framed = False
        self._informational = False
        self._until_close = False
        self._keep_alive = False
        self._ended = False
        self._heads = pool.known_of(origin)
        self._known: KnownAnswer | None = None

    # The transport's events.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport  # type: ignore[assignment] # create_connection gives a Transport
        self.pool.connection_opened(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self.closed = True
        reply, self.reply = self.reply, None
        if reply is not None:
            if self._until_close and exc is None:
                reply._complete()
            else:
                what = "before its answer began" if self._in_head else "in the middle of its answer"
                reply._fail(BrokenReply(f"{self.origin.host} closed the connection {what}.", sent=True))
        # A cycle that only gc would find.
        self._parser = self.on_body = None  # type: ignore[assignment] # no more data comes
        self.pool.connection_closed(self)

    def data_received(self, data: bytes) -> None:
        reply = self.reply
        if reply is None:
            self.abort()  # nobody asked
            return
        begins = self._in_head and not self._head_bytes
        self._piece_bytes = len(data)
        if begins and not reply._head_only:
            rest = self._take_known(data, reply)
            if rest is None:
                return
            data = rest
        fault = None
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError as error:
            fault = error.__context__ if isinstance(error, httptools.HttpParserCallbackError) else error
            fault = fault or error
        chunks = self._chunks
        if chunks and reply._head_only:
            chunks.clear()
            fault = _Fault("an answer to HEAD has no body")
        elif chunks:
            reply._received(chunks[0] if len(chunks) == 1 else b"".join(chunks))
            chunks.clear()
            self._quiet_bytes = 0
        elif not self._ended:
            fault = fault or self._measure()
        if begins and reply.known is None and fault is None and self._keep_alive and reply.status:
            self._heads.learn(data, reply.headers)
        if self._ended:
            self._release(reply, reusable=fault is None)
        elif fault is not None:
            self.reply = None
            reply._fail(BrokenReply(f"{self.origin.host} sent a malformed answer: {fault}.", sent=True))
            self.abort()
        elif reply.status and reply._take is None:
            reply._wake()

    def _take_known(self, data: bytes, reply: "UpstreamReply") -> bytes | None:
        """Take in an answer whose head is known, if that and its body are all there, and return None.

        Otherwise return what llhttp shall read: all, or what follows a known head behind one that frames
        it in the same way.
        """
        known = self._known
        found = None if known is None else known.match(data)
        if known is None or found is None or found.end() > known.most:
            known = self._known = self._heads.find(data)
            found = None if known is None else known.match(data)
            if known is None or found is None:
                return data
            if known.keep_alive is not None:
                self._note_keep_alive(known.keep_alive)
        at, length = found.end(), known.length
        reply.known, reply.values = known, found.groups()
        size = int(reply.values[length]) if length >= 0 else CHUNKED
        if size != len(data) - at:
            return short_head(size) + data[at:]
        self.reply = None
        self.pool._busy.discard(reply)
        reply._whole(data[at:])
        self.pool.give_back(self)
        return None

    def _measure(self) -> _Fault | None:
        """Look at the limits of what is neither body nor the end of an answer."""
        limit = self.pool.max_header_bytes
        if self._in_head:
            self._head_bytes += self._piece_bytes
            if self._head_bytes > limit:
                return _Fault(f"its head is longer than {limit} bytes")
        else:
            # Chunk extensions and trailers: llhttp sets them no bounds.
            self._quiet_bytes += self._piece_bytes
            if self._quiet_bytes > limit + PARSED_AT_ONCE_BYTES:
                return _Fault(f"its chunk extensions or trailers are longer than {limit} bytes")
        return None

    def _release(self, reply: "UpstreamReply", *, reusable: bool) -> None:
        self.reply = None
        reusable = reusable and self._keep_alive
        if reply._head_only:
            self._parser = httptools.HttpResponseParser(self)  # the old one waits for the body
        self._in_head, self._head_bytes, self._ended = True, 0, False
        reply._complete()
        if reusable:
            self.pool.give_back(self)
        else:
            self.abort()

    # llhttp's events.

    def on_message_begin(self) -> None:
        if self._ended:
            raise _Fault("there are bytes behind it")
        self._headers = []
        self._framed = False

    def on_header(self, name: bytes, value: bytes) -> None:
        name = name.lower()
        value = value.rstrip(b" \t")
        if name in _NOTED:
            self._note(name, value)
        self._headers.append((name, value))

    def _note(self, name: bytes, value: bytes) -> None:
        if name == b"keep-alive":
            self._note_keep_alive(value)
            return
        if not self._in_head:
            return  # a trailer
        if name == b"transfer-encoding" and (value.lower() != b"chunked" or self._framed):
            raise _Fault(f"its transfer encoding is {value.decode('latin-1')!r}, and only chunked is known")
        self._framed = True

    def _note_keep_alive(self, value: bytes) -> None:
        """Keep the connection for a second less than the provider does: RFC 2068, 19.7.1.1."""
        for part in value.split(b","):
            key, _, seconds = part.strip().partition(b"=")
            if key.lower() == b"timeout" and seconds.isdigit():
                self.keep_s = min(self.keep_s, max(0.0, float(seconds[:9]) - 1.0))

    def on_headers_complete(self) -> None:
        status = self._parser.get_status_code()
        headers, self._headers = self._headers, []  # trailers go nowhere
        limit = self.pool.max_header_bytes
        if (
            self._head_bytes + self._piece_bytes > limit
            and sum([len(name) + len(value) + 4 for name, value in headers]) > limit
        ):
            raise _Fault(f"its head is longer than {limit} bytes")
        self._informational = status < 200
        if self._informational:
            if status <= 101 and status != 100:
                raise _Fault(f"its status is {status}, which nobody asked for")
            return
        reply = self.reply
        if reply is None:
            raise _Fault("nobody asked for it")
        self._in_head = False
        self._quiet_bytes = 0
        self._until_close = not self._framed and status not in {204, 304}
        self._ended = reply._head_only
        self._keep_alive = self._parser.should_keep_alive()  # llhttp forgets it at the message's end
        reply._head(status, headers if reply.known is None else None)

    def on_message_complete(self) -> None:
        if not self._informational:
            self._ended = True

    # The pool's side.

    def start(self, data: bytes, reply: "UpstreamReply") -> None:
        """Send a whole request with one write."""
        self.reply = reply
        self._until_close = False
        self.transport.write(data)

    def abort(self) -> None:
        """Close the connection at once."""
        self.closed = True
        self.transport.abort()


class UpstreamReply(msgspec.Struct, eq=False):
    """A provider's answer: the head is in, the body comes by `next_chunk` or `read`.

    ``headers``: names in lower case. ``sent_ns``, ``first_byte_ns``: monotonic, when the request was handed
    to the kernel and when the answer's head was in. ``complete``: all of it has arrived. ``on_event``: called
    once instead of who waits; see `upstream.Pool.send_at_once`.
    """

    _connection: UpstreamConnection | None
    _loop: asyncio.AbstractEventLoop
    _idle_s: float
    _deadline: float
    """For its head; then for what comes next."""
    _total_at: float
    _head_only: bool = False
    on_event: Callable[[bytes | None], None] | None = None
    sent_ns: int = 0
    status: int = 0
    known: KnownAnswer | None = None
    """Its head, where it was known."""
    _headers: list[Header] | None = None
    """None: those of the known head."""
    values: Sequence[bytes] = ()
    """Of what varies in it."""
    first_byte_ns: int = 0
    complete: bool = False
    _phase: str = "first_byte"
    _chunks: list[bytes] = []
    _buffered_bytes: int = 0
    _paused: bool = False
    _error: UpstreamError | None = None
    _waiter: "asyncio.Future[None] | None" = None
    _take: Callable[[bytes], bool] | None = None
    _stopped: bool = False
    _fault: Exception | None = None

    @property
    def headers(self) -> list[Header]:
        """Return the header."""
        headers = self._headers
        if headers is None:
            headers = self._headers = [] if self.known is None else self.known.headers(self.values)
        return headers

    def header(self, name: bytes) -> bytes | None:
        """Return the first value of a header (lower-case name), or None."""
        if self.known is not None:
            constant = self.known.header(name)
            if constant is not None:
                return constant
        for key, value in self.headers:
            if key == name:
                return value
        return None

    async def head(self) -> None:
        """Wait until the head of the answer is in. Raises UpstreamTimeout or BrokenReply."""
        try:
            while not self.status:
                if self._error is not None:
                    raise self._error
                await self._event()
        except asyncio.CancelledError:
            self.abort()
            raise

    async def next_chunk(self) -> bytes:
        """Return all body bytes that have arrived, b"" at the end.

        What had arrived before a failure is returned first. Raises UpstreamTimeout or BrokenReply.
        """
        while not self._chunks:
            if self._error is not None:
                raise self._error
            if self.complete:
                return b""
            await self._wait()
        chunks = self._chunks
        if len(chunks) == 1:
            data = chunks.pop()
        else:
            data = b"".join(chunks)
            chunks.clear()
        self._buffered_bytes = 0
        if self._paused:
            self._paused = False
            # The time in which we did not read is not the provider's silence.
            self._deadline = self._loop.time() + self._idle_s
            if self._connection is not None:
                self._connection.transport.resume_reading()
        return data

    async def pump(self, take: Callable[[bytes], bool]) -> bool:
        """Hand body bytes to ``take`` as they arrive, until it returns False; return whether it did.

        False at the body's end. The caller's task sleeps meanwhile: to wake it for each event of a stream
        would cost more than all that is done with one. Raises as `next_chunk`, and what ``take`` raises.
        """
        while True:
            if self._chunks:
                if not take(await self.next_chunk()):
                    return True
                continue
            if self._error is not None:
                raise self._error
            if self.complete:
                return False
            self._take = take
            try:
                await self._wait()
            finally:
                self._take = None
            if self._fault is not None:
                raise self._fault
            if self._stopped:
                self._stopped = False
                return True

    async def read(self, max_bytes: int) -> bytes:
        """Return the whole body. Raises UpstreamTimeout, or BrokenReply, also when it is longer."""
        parts: list[bytes] = []
        size_bytes = 0
        while chunk := await self.next_chunk():
            size_bytes += len(chunk)
            if size_bytes > max_bytes:
                self.abort()
                raise BrokenReply(f"The answer is longer than {max_bytes} bytes.", sent=True)
            parts.append(chunk)
        return parts[0] if len(parts) == 1 else b"".join(parts)

    def abort(self) -> None:
        """Close the connection unless the answer is complete. May be called again."""
        connection = self._detach()
        if connection is not None:
            connection.reply = None
            connection.abort()
            self._error = BrokenReply("The answer was given up.", sent=True)
            self._wake()

    def whole(self) -> bytes | None:
        """Return the body where all of it came in one piece, so that there is nothing to wait for."""
        if not self.complete or len(self._chunks) != 1:
            return None
        self._buffered_bytes = 0
        return self._chunks.pop()

    def put_back(self, body: bytes) -> None:
        """Take back what `whole` gave."""
        self._chunks.append(body)

    def _event(self) -> "asyncio.Future[None]":
        """Return what to wait for until something has come."""
        waiter = self._waiter = self._loop.create_future()
        return waiter

    async def _wait(self) -> None:
        self._waiter = self._loop.create_future()
        try:
            await self._waiter
        except asyncio.CancelledError:
            self.abort()
            raise
        finally:
            self._waiter = None

    # The connection's side.

    def _wake(self) -> None:
        if self.on_event is not None:
            on_event, self.on_event = self.on_event, None
            on_event(None)
            return
        waiter = self._waiter
        if waiter is not None and not waiter.done():
            waiter.set_result(None)

    def _head(self, status: int, headers: list[Header] | None) -> None:
        self.status = status
        self._headers = headers
        self.first_byte_ns = time.monotonic_ns()
        if self._connection is not None:
            self._phase = "idle"
            self._deadline = self._connection.pool.now + self._idle_s

    def _whole(self, body: bytes) -> None:
        """Take in a whole answer whose head is known."""
        self._connection = None
        self.status = KnownAnswer.status
        self.first_byte_ns = time.monotonic_ns()
        self.complete = True
        on_event = self.on_event
        if on_event is None:
            self._chunks.append(body)
            self._wake()
        else:
            self.on_event = None
            on_event(body)

    def _received(self, data: bytes) -> None:
        connection, take = self._connection, self._take
        if take is not None:
            if connection is not None:
                self._deadline = connection.pool.now + self._idle_s
            try:
                more = take(data)
            except Exception as fault:  # noqa: BLE001 - it is the caller's, and is raised there
                self._fault, more = fault, False
            if not more:
                self._take, self._stopped = None, True
            return
        self._chunks.append(data)
        self._buffered_bytes += len(data)
        if connection is not None:
            self._deadline = connection.pool.now + self._idle_s
            if self._buffered_bytes > HIGH_WATER_BYTES and not self._paused:
                self._paused = True
                connection.transport.pause_reading()

    def _detach(self) -> UpstreamConnection | None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.pool._busy.discard(self)
            if self._paused and not connection.closed:
                self._paused = False
                connection.transport.resume_reading()
        return connection

    def _complete(self) -> None:
        self._detach()
        self.complete = True
        self._wake()

    def _fail(self, error: UpstreamError) -> None:
        self._detach()
        self._error = error
        self._wake()

    def check_time(self, now: float) -> None:
        """Enforce the deadlines."""
        if now >= self._total_at:
            phase = "total"
        elif now >= self._deadline and not self._paused:
            phase = self._phase
        else:
            return
        connection = self._detach()
        if connection is not None:
            connection.reply = None
            connection.abort()
            self._error = UpstreamTimeout(f"{connection.origin.host} {_TIMED_OUT[phase]}.", phase=phase)
            self._wake()
