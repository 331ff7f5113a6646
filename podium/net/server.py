"""The HTTP/1.1 server: llhttp on asyncio protocols. It knows bytes and limits, not Podium.

A request becomes an `Exchange` and one task that runs the handler. When the client goes away before the
answer is whole, that task is cancelled. What is refused and why: `connection`, and the tables of its test.
"""

import asyncio
import json
import logging
import ssl as ssl_module
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from socket import AF_INET, AF_INET6, create_server, socket
from typing import Final

from podium.net.accept import Acceptor
from podium.net.connection import Connection
from podium.net.exchange import BodyTimeout, BodyTooLarge, Exchange, RequestRefused
from podium.net.heads import BadHead, Header
from podium.net.known import SharedHeads
from podium.net.timeouts import check_time

__all__ = [
    "BadHead",
    "BodyTimeout",
    "BodyTooLarge",
    "ErrorBody",
    "Exchange",
    "Handler",
    "Header",
    "RequestRefused",
    "Server",
    "ServerLimits",
]

ErrorBody = Callable[[int, str, str], bytes]
"""(status, code, message) -> the JSON body of an error that net answers itself."""
Handler = Callable[[Exchange], Awaitable[None]]

_SWEEP_S: Final = 1.0
_BACKLOG: Final = 2048
_LOOK_S: Final = 0.1
_CUT_GRACE_S: Final = 5.0
"""So long may cancelled handlers take to end."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class ServerLimits:
    """Bytes and seconds that a client has.

    One timer looks at all connections, so times are coarse: up to a second more, and a quarter more for
    limits under four seconds.
    ``header_timeout_s``: from a head's first byte to its end. ``body_timeout_s``: to the body's end, from
    the moment when the handler waits for it. ``idle_timeout_s``: between two requests.
    ``write_timeout_s``: a client that reads nothing for so long is cut.
    """

    max_header_bytes: int = 32 << 10
    max_body_bytes: int = 32 << 20
    header_timeout_s: float = 10.0
    body_timeout_s: float = 60.0
    idle_timeout_s: float = 75.0
    write_timeout_s: float = 60.0
    max_connections: int = 8192
    """At the same time; what comes above is answered 503 and closed."""
    max_connections_per_client: int = 4096
    """From one address at the same time; what comes above is answered 429 and closed."""
    max_requests_per_connection: int = 0
    """The last one is answered with ``connection: close``; 0 is no limit."""
    max_in_flight: int = 4096
    """Requests, streams among them, that are being answered; more are answered 503."""
    max_held_body_bytes: int = 256 << 20
    """Of all large bodies (over 256 KiB) together, until their requests are answered; the one that would pass
    it is answered 503."""
    max_unsent_bytes: int = 256 << 20
    """Of all answers that clients do not read; where there is more, those with most of it are cut."""


class Server:
    """Listens, and hands each request to the handler. Belongs to one event loop.

    ``in_flight``: exchanges whose handler has not ended. ``now``: the loop's time, a sweep old at most.
    """

    def __init__(
        self, handler: Handler, *, limits: ServerLimits | None = None, error_body: ErrorBody | None = None
    ) -> None:
        self.handler = handler
        self.at_once: Callable[[Exchange], bool] | None = None
        """Takes an exchange whose request is whole, so that it needs no task; see `Exchange`. False: it has
        left all as it was, and the handler's turn comes. It raises nothing."""
        self.websocket: Callable[[], asyncio.Protocol | None] | None = None
        """Makes who takes a connection over whose client asks for a WebSocket, and reads its request again;
        gives None where there are too many. Without it such a request is one of HTTP/1.1 as any."""
        self.limits = limits or ServerLimits()
        self.error_body = error_body or _plain_error_body
        self.draining = False
        self.leaving = False
        """What comes on open connections is still served, with ``connection: close``."""
        self.in_flight = 0
        self.held_body_bytes = 0
        self.port = 0
        self.now = 0.0
        self.loop: asyncio.AbstractEventLoop = None  # type: ignore[assignment] # set by listen
        self.connections: set[Connection] = set()
        self.heads = SharedHeads(self.limits.max_header_bytes)
        self._by_client: dict[str, int] = {}
        self._acceptor: Acceptor | None = None
        self._sweeper: asyncio.TimerHandle | None = None
        self._empty: asyncio.Event | None = None
        limits = self.limits
        self._sweep_s = min(
            _SWEEP_S,
            limits.header_timeout_s / 4,
            limits.body_timeout_s / 4,
            limits.idle_timeout_s / 4,
            limits.write_timeout_s / 4,
        )

    async def listen(
        self,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        reuse_port: bool = False,
        sock: socket | None = None,
        ssl: ssl_module.SSLContext | None = None,
    ) -> None:
        """Start to listen; ``sock`` instead of an address. Raises OSError when it is not to be had."""
        self.loop = asyncio.get_running_loop()
        if sock is None:
            family = AF_INET6 if ":" in host else AF_INET
            sock = create_server((host, port), family=family, backlog=_BACKLOG, reuse_port=reuse_port)
        else:
            sock.listen(_BACKLOG)
        self._acceptor = Acceptor(self.loop, sock, lambda: Connection(self), ssl)
        address = sock.getsockname()
        self.port = address[1] if isinstance(address, tuple) else 0

    def stop_listening(self) -> None:
        """Accept no more connections; answers on those that are open say that they close."""
        self.draining = True
        if self._acceptor is not None:
            self._acceptor.close()
            self._acceptor = None

    async def leave(self, seconds: float, at_most_s: float = 0.0) -> None:
        """Stop listening, and go on to serve what comes on open connections, each for one more answer.

        It says ``connection: close``, so that its client goes elsewhere with the next request. Who was told
        otherwise by the answer that is under way has ``seconds`` more behind its end, for a connection that
        is closed just then may break the request that is on its way. Returns when nobody is left to be told,
        after ``at_most_s`` (or ``seconds``, if that is more) at the latest: then `drain` follows.
        """
        self.stop_listening()
        self.leaving, until = True, self.loop.time() + max(seconds, at_most_s)
        try:
            await self._wait_until_empty(seconds)
            while self.loop.time() < until and any(it.may_be_used(seconds) for it in self.connections):
                await self._wait_until_empty(_LOOK_S)
        finally:
            self.leaving = False

    async def drain(self, grace_s: float) -> int:
        """Stop listening, let what is in flight end within ``grace_s``, cut the rest; return how many.

        Responses that begin from now on say ``connection: close``. A response counts as cut when its handler
        had not finished it, or when the client had not read all of it.
        """
        self.stop_listening()
        for connection in list(self.connections):
            connection.close_if_idle()
        await self._wait_until_empty(grace_s)
        cut = sum([connection.cut() for connection in list(self.connections)])
        await self._wait_until_empty(_CUT_GRACE_S)
        if self.in_flight:
            logger.warning("%d requests did not end when they were cut", self.in_flight)
        if self._sweeper is not None:
            self._sweeper.cancel()
            self._sweeper = None
        return cut

    async def _wait_until_empty(self, timeout_s: float) -> None:
        # A connection that is closed is lost one turn of the loop later.
        await asyncio.sleep(0)
        if not self.connections and not self.in_flight:
            return
        self._empty = asyncio.Event()
        try:
            async with asyncio.timeout(timeout_s):
                await self._empty.wait()
        except TimeoutError:
            pass
        finally:
            self._empty = None

    # The connections' side.

    def connection_opened(self, connection: Connection, client: str) -> RequestRefused | None:
        """Take in a connection, and watch the clock while there is one; return why it is one too many."""
        self.connections.add(connection)
        of_client = self._by_client[client] = self._by_client.get(client, 0) + 1
        if self._sweeper is None:
            self.now = self.loop.time()
            self._sweeper = self.loop.call_later(self._sweep_s, self._sweep)
        limits = self.limits
        if of_client > limits.max_connections_per_client:
            return RequestRefused(
                429,
                "too_many_connections",
                f"One client may have {limits.max_connections_per_client} connections at the same time.",
            )
        if len(self.connections) > limits.max_connections:
            return RequestRefused(
                503, "too_many_connections", f"All {limits.max_connections} connections are taken."
            )
        return None

    def connection_closed(self, connection: Connection, client: str) -> None:
        """Forget a connection."""
        self.connections.discard(connection)
        of_client = self._by_client[client] - 1
        if of_client:
            self._by_client[client] = of_client
        else:
            del self._by_client[client]
        self._tell_if_empty()

    def under_way(self) -> list[Exchange]:
        """Return the exchanges that are being answered."""
        found = [connection._active for connection in self.connections]
        return [exchange for exchange in found if exchange is not None and not exchange.finished]

    def hold_body(self, exchange: Exchange, size_bytes: int) -> None:
        """Count a large body that grows. Raises RequestRefused when all together are too much."""
        self.held_body_bytes += size_bytes - exchange._held_bytes
        exchange._held_bytes = size_bytes
        if self.held_body_bytes > self.limits.max_held_body_bytes:
            raise RequestRefused(503, "overloaded", "As much of large requests is held as there may be.")

    def let_go_of_body(self, exchange: Exchange) -> None:
        """Count a body no more."""
        self.held_body_bytes -= exchange._held_bytes
        exchange._held_bytes = 0

    def exchange_ended(self, exchange: Exchange | None) -> None:
        """Count an exchange as ended."""
        if exchange is not None and exchange._held_bytes:
            self.let_go_of_body(exchange)
        self.in_flight -= 1
        if self._empty is not None:
            self._tell_if_empty()

    def _tell_if_empty(self) -> None:
        if self._empty is not None and not self.in_flight and not self.connections:
            self._empty.set()

    def _sweep(self) -> None:
        self.now = now = self.loop.time()
        unsent: list[tuple[int, Connection]] = []
        for connection in list(self.connections):
            check_time(connection, now)
            if connection.full:
                unsent.append((connection._transport.get_write_buffer_size(), connection))
        over = sum([size for size, _ in unsent]) - self.limits.max_unsent_bytes
        if over > 0:
            self._cut_slowest(unsent, over)
        self._sweeper = self.loop.call_later(self._sweep_s, self._sweep) if self.connections else None

    @staticmethod
    def _cut_slowest(unsent: list[tuple[int, Connection]], over_bytes: int) -> None:
        """Cut clients that leave most unread, until as much is gone as is too much."""
        unsent.sort(key=lambda it: it[0], reverse=True)
        cut = 0
        for size, connection in unsent:
            if over_bytes <= 0:
                break
            connection.cut()
            over_bytes -= size
            cut += 1
        logger.warning("%d clients were cut: they left more unread than there is room for", cut)


def _plain_error_body(status: int, code: str, message: str) -> bytes:
    return json.dumps({"error": {"status": status, "code": code, "message": message}}).encode()
