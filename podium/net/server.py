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
from socket import socket
from typing import Final

from podium.net.connection import Connection
from podium.net.exchange import BodyTimeout, BodyTooLarge, Exchange, RequestRefused
from podium.net.heads import BadHead, Header

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
_ACCEPTS_A_TURN: Final = 16
"""New connections that are taken in one turn of the loop.

libuv takes one for each listening handle, and where many connections have something to say, a turn is long:
with one handle, clients that flood a worker would keep new ones waiting for seconds.
"""
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


class Server:
    """Listens, and hands each request to the handler. Belongs to one event loop.

    ``in_flight``: exchanges whose handler has not ended. ``now``: the loop's time, a sweep old at most.
    """

    def __init__(
        self, handler: Handler, *, limits: ServerLimits | None = None, error_body: ErrorBody | None = None
    ) -> None:
        self.handler = handler
        self.limits = limits or ServerLimits()
        self.error_body = error_body or _plain_error_body
        self.draining = False
        self.in_flight = 0
        self.port = 0
        self.now = 0.0
        self.loop: asyncio.AbstractEventLoop = None  # type: ignore[assignment] # set by listen
        self.connections: set[Connection] = set()
        self._by_client: dict[str, int] = {}
        self._servers: list[asyncio.Server] = []
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
        if sock is not None:
            for each in (sock, *(sock.dup() for _ in range(_ACCEPTS_A_TURN - 1))):
                self._servers.append(
                    await self.loop.create_server(
                        lambda: Connection(self), sock=each, ssl=ssl, backlog=_BACKLOG
                    )
                )
        else:
            server = await self.loop.create_server(
                lambda: Connection(self), host, port, reuse_port=reuse_port or None, ssl=ssl, backlog=_BACKLOG
            )
            self._servers.append(server)
        address = self._servers[0].sockets[0].getsockname()
        self.port = address[1] if isinstance(address, tuple) else 0

    def _stop_listening(self) -> None:
        self.draining = True
        for server in self._servers:
            server.close()
        self._servers.clear()

    async def leave(self, seconds: float) -> None:
        """Stop listening, and go on to serve what comes on open connections, each for one more answer.

        It says ``connection: close``, so that its client goes elsewhere with the next request. Returns when
        nobody is left, after ``seconds`` at the latest: then `drain` follows.
        """
        self._stop_listening()
        await self._wait_until_empty(seconds)

    async def drain(self, grace_s: float) -> int:
        """Stop listening, let what is in flight end within ``grace_s``, cut the rest; return how many.

        Responses that begin from now on say ``connection: close``. A response counts as cut when its handler
        had not finished it, or when the client had not read all of it.
        """
        self._stop_listening()
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

    def exchange_ended(self) -> None:
        """Count an exchange as ended."""
        self.in_flight -= 1
        self._tell_if_empty()

    def _tell_if_empty(self) -> None:
        if self._empty is not None and not self.in_flight and not self.connections:
            self._empty.set()

    def _sweep(self) -> None:
        self.now = now = self.loop.time()
        for connection in list(self.connections):
            connection.check_time(now)
        self._sweeper = self.loop.call_later(self._sweep_s, self._sweep) if self.connections else None


def _plain_error_body(status: int, code: str, message: str) -> bytes:
    return json.dumps({"error": {"status": status, "code": code, "message": message}}).encode()
