"""One client connection: llhttp's events become exchanges, which are answered one after the other."""

import asyncio
import logging
from collections import deque
from typing import TYPE_CHECKING, Final

import httptools

from podium.net.exchange import BodyTooLarge, Exchange, HeadTooLarge, RequestRefused
from podium.net.heads import PARSED_AT_ONCE_BYTES, origin_form, refusal_head
from podium.net.judge import judge
from podium.net.knowing import BODY_AHEAD_BYTES, learn, take, take_rest
from podium.net.known import MAX_LEARNT, KnownHead
from podium.net.upgrading import upgrade

if TYPE_CHECKING:
    from podium.net.server import Server

_MAX_QUEUED: Final = 16
"""Pipelined requests read ahead of the one that is being answered (and what one piece held besides)."""
_MAX_REPEATS: Final = 64
"""Lines that may repeat a header's name; more is an attack on the joining of them."""
_LINGER_S: Final = 2.0
"""What a client still sends after an early answer is thrown away for so long: a close with unread bytes
would reset the connection, and could destroy the answer before the client has read it (RFC 9112, 9.6)."""

logger = logging.getLogger(__name__)


class Connection(asyncio.Protocol):
    """One client connection. ``full``: the transport wants no more until the client has read."""

    def __init__(self, server: "Server") -> None:
        self.server = server
        self.full = False
        self._peer = ""
        self._transport: asyncio.Transport = None  # type: ignore[assignment] # from connection_made on
        self._parser = httptools.HttpRequestParser(self)
        # What is coming in.
        self._incoming: Exchange | None = None
        self._headers: dict[bytes, bytes] = {}
        self._url = b""
        self._in_head = False
        self._upgrading = False
        self._repeats = 0
        self._host = b""  # the last one that was looked at
        self._before_bytes = 0  # of this head, in earlier pieces
        self._piece_bytes = 0
        self._body_seen_bytes = 0
        self._quiet_bytes = 0  # since the body last grew
        self._pending = b""  # not parsed yet
        self._held = False  # reading is paused
        self._deaf = False  # nothing more is parsed
        self._requests = 0
        self._known: KnownHead | None = None
        self._learnt = 0
        self._missing = 0  # bytes of a body whose head was known
        # What is being answered.
        self._active: Exchange | None = None
        self._task: asyncio.Task[None] | None = None
        self._running = False
        self._parked: asyncio.Future[None] | None = None  # what the task waits for between two exchanges
        self._queue: deque[Exchange] = deque()
        self._room: asyncio.Future[None] | None = None
        self._closing = False  # nothing more is sent
        # Times of the server's coarse clock.
        self._since = 0.0
        self._linger_until = 0.0
        self._stalled_since = 0.0
        self._stalled_bytes = -1

    # The transport's events.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport  # type: ignore[assignment] # a server's transports are Transports
        peer = transport.get_extra_info("peername")
        self._peer = str(peer[0]) if isinstance(peer, tuple) else ""
        refused = self.server.connection_opened(self, self._peer)
        self._since = self.server.now
        if refused is not None:
            exchange = Exchange(self, self._peer)
            self._answer_refusal(exchange, refused)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's signature
        self._deaf = self._closing = True
        self._parser = self._incoming = None  # type: ignore[assignment] # a cycle that only gc would find
        for queued in self._queue:
            self.server.let_go_of_body(queued)
        self._queue.clear()
        self._pending = b""
        if self._active is not None and not self._active._body_done:
            self._active._refused = RequestRefused(400, "client_gone", "The client went away.")
        self.resume_writing()
        self._cancel()
        self._unpark()
        self.server.connection_closed(self, self._peer)

    def eof_received(self) -> None:
        """Take a client that sends no more for gone: HTTP clients do not close by halves."""
        self._deaf = self._closing = True
        self._linger_until = self.server.now + _LINGER_S
        if self._active is not None and not self._active.finished:
            self._transport.abort()

    def pause_writing(self) -> None:
        self.full = True
        self._stalled_bytes = -1

    def resume_writing(self) -> None:
        self.full = False
        room, self._room = self._room, None
        if room is not None and not room.done():
            room.set_result(None)

    def data_received(self, data: bytes) -> None:
        if self._missing and not self._deaf:
            data = take_rest(self, data)
        if self._deaf:
            return
        if data and (self._held or self._incoming is not None or not take(self, data)):
            if self._held or len(data) > PARSED_AT_ONCE_BYTES:
                self._pending += data
                self._parse_pending()
                self._hold_or_read()
            elif self._incoming is not None:
                self._parse(data)
            else:
                self._parse_first(data)
        if self._queue:
            self._hold_or_read()

    def _parse_first(self, data: bytes) -> None:
        """Parse what begins a message; its head may be known from now on."""
        before = self._requests
        self._parse(data)
        if before == self._requests - 1 and self._learnt < MAX_LEARNT and not self._deaf:
            learn(self, data)

    def _parse_pending(self) -> None:
        data, self._pending = memoryview(self._pending), b""
        at = 0
        while at < len(data) and not self._deaf and len(self._queue) < _MAX_QUEUED:
            self._parse(data[at : at + PARSED_AT_ONCE_BYTES])
            at += PARSED_AT_ONCE_BYTES
        if not self._deaf:
            self._pending = bytes(data[at:])

    def _parse(self, data: bytes | memoryview) -> None:
        self._piece_bytes = len(data)
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade as asked:
            upgrade(self, bytes(data[asked.args[0] :]))
        except httptools.HttpParserCallbackError as error:
            cause = error.__context__
            if not isinstance(cause, RequestRefused):
                logger.exception("a request could not be taken in", exc_info=cause)
                cause = RequestRefused(500, "internal_error", "The request could not be taken in.")
            self._refuse(cause)
        except httptools.HttpParserError as error:
            self._refuse(RequestRefused(400, "bad_request", f"The request is not valid HTTP/1.1: {error}."))
        else:
            if self._incoming is not None:
                self._measure(self._incoming)

    def _measure(self, incoming: Exchange) -> None:
        """Look at the limits of a request of which this piece was not the end."""
        limit = self.server.limits.max_header_bytes
        if self._in_head:
            self._before_bytes += self._piece_bytes
            if self._before_bytes > limit and (
                self._before_bytes > limit + PARSED_AT_ONCE_BYTES or self._head_bytes() > limit
            ):
                self._refuse(HeadTooLarge(limit))
        elif incoming._body_bytes > self._body_seen_bytes:
            self._body_seen_bytes = incoming._body_bytes
            self._quiet_bytes = 0
            if self._body_seen_bytes > BODY_AHEAD_BYTES:
                self._hold_or_read()
        else:
            # Chunk extensions and trailers: llhttp sets them no bounds.
            self._quiet_bytes += self._piece_bytes
            if self._quiet_bytes > limit + PARSED_AT_ONCE_BYTES:
                self._refuse(HeadTooLarge(limit))

    def _head_bytes(self) -> int:
        return len(self._url) + sum([len(name) + len(value) + 4 for name, value in self._headers.items()])

    def _hold_or_read(self) -> None:
        """Pause reading while too much is waiting for the handlers, and read on when it is not."""
        incoming = self._incoming
        hold = not self._closing and (
            bool(self._pending)
            or len(self._queue) >= _MAX_QUEUED
            or (incoming is not None and incoming._body_bytes > BODY_AHEAD_BYTES and not incoming._waiter)
        )
        if hold != self._held:
            self._held = hold
            if hold:
                self._transport.pause_reading()
            else:
                self._transport.resume_reading()

    # llhttp's events.

    def on_message_begin(self) -> None:
        exchange = self._incoming = Exchange(self, self._peer)
        self._headers = exchange.headers
        self._url = b""
        self._in_head = True
        self._before_bytes = 0
        self._since = self.server.now

    def on_url(self, url: bytes) -> None:
        self._url = self._url + url if self._url else url

    def on_header(self, name: bytes, value: bytes) -> None:
        name = name.lower()
        value = value.rstrip(b" \t")
        headers = self._headers
        if name not in headers:
            headers[name] = value
            return
        self._repeats += 1
        if name == b"host" or self._repeats > _MAX_REPEATS:
            text = name.decode("latin-1")
            raise RequestRefused(400, "bad_request", f"The header {text} is there too often.")
        headers[name] += (b"; " if name == b"cookie" else b", ") + value

    def on_headers_complete(self) -> None:
        exchange, parser = self._incoming, self._parser
        if exchange is None:
            raise RuntimeError("a head ended that had not begun")
        if parser.should_upgrade():
            self._upgrading = True
            return
        limits = self.server.limits
        limit = limits.max_header_bytes
        if self._before_bytes + self._piece_bytes > limit and self._head_bytes() > limit:
            raise HeadTooLarge(limit)
        self._host = judge(exchange, self._url, parser.get_http_version(), self._host, limits.max_body_bytes)
        exchange.method = parser.get_method().decode()
        target = self._url.decode("latin-1")
        exchange.target = target
        if target[0] != "/":
            target = origin_form(target)
        exchange.path, _, exchange.query = target.partition("?")
        exchange._keep_alive = parser.should_keep_alive()
        self._in_head = False
        self._headers = {}  # trailers go nowhere
        self._repeats = self._body_seen_bytes = self._quiet_bytes = 0
        self._admit(exchange)

    def _admit(self, exchange: Exchange) -> None:
        """Have an exchange answered whose head is in."""
        self._requests += 1
        if self._requests == self.server.limits.max_requests_per_connection:
            exchange._keep_alive = False
        if not exchange._keep_alive:
            self._known = None  # nothing may follow, and llhttp says so
        if self._active is None:
            self._start(exchange)
        else:
            self._queue.append(exchange)

    def on_body(self, data: bytes) -> None:
        exchange = self._incoming
        if exchange is None:
            return
        exchange._body.append(data)
        size = exchange._body_bytes = exchange._body_bytes + len(data)
        if size > self.server.limits.max_body_bytes:
            raise BodyTooLarge(self.server.limits.max_body_bytes)
        if size > BODY_AHEAD_BYTES:
            self.server.hold_body(exchange, size)

    def on_message_complete(self) -> None:
        exchange = self._incoming
        if exchange is None or self._upgrading:
            return
        self._incoming = None
        exchange._body_done = True
        waiter = exchange._waiter
        if waiter is not None and not waiter.done():
            waiter.set_result(None)

    # Running the handler.

    def _start(self, exchange: Exchange) -> None:
        self._active = exchange
        server = self.server
        if server.in_flight >= server.limits.max_in_flight and exchange._refused is None:
            text = f"{server.limits.max_in_flight} requests are being answered already."
            exchange._refused = RequestRefused(503, "overloaded", text)
        server.in_flight += 1
        self._running = False
        at_once = server.at_once
        whole = exchange._body_done and exchange._refused is None
        if at_once is None or not whole or not at_once(exchange):
            self.attend()

    def attend(self) -> None:
        """Have the task go on with the exchange that is being answered."""
        if self._parked is not None:
            self._unpark()
        elif self._task is None:
            # With a name: to make one up would cost more than all else about a task.
            self._task = asyncio.Task(self._work(), loop=self.server.loop, name="connection")

    def _unpark(self) -> None:
        parked, self._parked = self._parked, None
        if parked is not None and not parked.done():
            parked.set_result(None)

    async def _work(self) -> None:
        """Answer one exchange after the other: a task for each would cost more than the wait for the next."""
        while True:
            active = self._active
            if active is not None and (active.gone is None or active._handler is not None):
                await self._answer(active)
            elif self._closing:
                self._task = None
                return
            else:
                self._parked = self.server.loop.create_future()
                await self._parked

    async def _answer(self, exchange: Exchange) -> None:
        self._running, exchange.gone = True, None
        try:
            if exchange._refused is not None:
                raise exchange._refused  # noqa: TRY301 - one place answers refusals
            handler, exchange._handler = exchange._handler or self.server.handler, None
            await handler(exchange)
            if not exchange.finished and not self._closing:
                raise RuntimeError("the handler gave no whole answer")  # noqa: TRY301 - answered as any fault
        except RequestRefused as refused:
            self._answer_refusal(exchange, refused)
        except asyncio.CancelledError:
            if not exchange.finished:
                self._shut(linger=False)
        except Exception:
            logger.exception("%s %s failed", exchange.method, exchange.path)
            fault = RequestRefused(500, "internal_error", "This request could not be served.")
            self._answer_refusal(exchange, fault)
        finally:
            self.exchange_done()

    def exchange_done(self) -> None:
        """Go on with what comes next."""
        ended, self._active = self._active, None
        self.server.exchange_ended(ended)
        if self._closing:
            return
        self._since = self.server.loop.time() if self.server.leaving else self.server.now
        if self._queue:
            self._start(self._queue.popleft())
        elif self.server.draining and not (self.server.leaving and ended is not None and ended._keep_alive):
            self._shut(linger=False)
        if self._held:
            if self._pending:
                self._parse_pending()
            if not self._closing:
                self._hold_or_read()

    def _cancel(self) -> None:
        """Cancel the handler, unless it has answered."""
        task, exchange = self._task, self._active
        if exchange is None or exchange.finished:
            return
        if exchange.gone is not None:
            gone, exchange.gone, exchange.note = exchange.gone, None, None
            gone()
            self._shut(linger=False)
            self.exchange_done()
        elif task is not None:
            task.cancel()
            if not self._running:
                # A task that is cancelled before it has begun with an exchange never gets to its end.
                self._task = None
                self.exchange_done()

    def cancel_handler(self, exchange: Exchange) -> None:
        """Cancel the handler of an exchange that it is at work on, and leave the connection as it is."""
        if self._running and self._task is not None and exchange is self._active:
            self._task.cancel()

    def _refuse(self, refused: RequestRefused) -> None:
        """Take in nothing more, and answer ``refused`` when its turn comes."""
        self._deaf = True
        self._pending = b""
        exchange = self._incoming or Exchange(self, self._peer)
        self._incoming = None
        exchange._refused = refused
        exchange._body.clear()
        waiter = exchange._waiter
        if waiter is not None and not waiter.done():
            waiter.set_result(None)
        if exchange is self._active or exchange in self._queue:
            return  # its handler learns of it by read_body
        if self._active is None:
            self._start(exchange)
        else:
            self._queue.append(exchange)

    def _answer_refusal(self, exchange: Exchange, refused: RequestRefused) -> None:
        if self._closing or exchange.finished:
            return
        self._deaf = True
        exchange.finished = True
        if not exchange.started:
            exchange.started = True
            body = self.server.error_body(refused.status, refused.code, refused.message)
            head = refusal_head(refused.status, len(body))
            self._transport.write(head if exchange.method == "HEAD" else head + body)
        self._shut(linger=not exchange._body_done)

    # The exchanges' side.

    def send(self, data: bytes) -> None:
        if not self._closing:
            self._transport.write(data)

    def send_soon(self, exchange: Exchange) -> None:
        self.server.loop.call_soon(exchange._flush_head)

    async def wait_for_room(self) -> None:
        while self.full and not self._closing:
            if self._room is None:
                self._room = self.server.loop.create_future()
            await self._room

    def want_body(self, exchange: Exchange) -> None:
        self._since = self.server.now
        if exchange._expects and not exchange._body_bytes:
            exchange._expects = False
            self.send(b"HTTP/1.1 100 Continue\r\n\r\n")
        if self._held and not self._closing:
            self._hold_or_read()

    def response_complete(self, exchange: Exchange) -> None:
        if not exchange._keep_alive or (self.server.draining and not self.server.leaving):
            self._shut(linger=not exchange._body_done)

    # Ends.

    def _shut(self, *, linger: bool) -> None:
        if self._closing:
            return
        self._deaf = self._closing = True
        self._pending = b""
        self._linger_until = self.server.now + _LINGER_S
        self._stalled_bytes = -1
        if not linger:
            self._transport.close()
            return
        if self._transport.can_write_eof():
            self._transport.write_eof()
        if self._held:
            self._held = False
            self._transport.resume_reading()

    def may_be_used(self, within_s: float) -> bool:
        """Return whether a client that was not told otherwise may still send a request, so soon."""
        if self._active is None:
            return self._incoming is not None or self.server.loop.time() - self._since < within_s
        return self._active._keep_alive

    def close_if_idle(self) -> None:
        """Close the connection unless a request is on it, or on its way in."""
        if self._active is None and self._incoming is None:
            self._shut(linger=False)

    def cut(self) -> bool:
        """Break the connection off; return whether a response was lost by that."""
        active, unsent = self._active, self._transport.get_write_buffer_size()
        lost = unsent > 0 or (active is not None and not active.finished)
        self._transport.abort()
        self._cancel()
        return lost
