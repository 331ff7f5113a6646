"""The upstream side: a pool of HTTP/1.1 connections to providers, on llhttp.

It knows bytes and deadlines, not Podium. Every way in which an answer can fail becomes one of three errors
of `kernel.errors`, each of which says whether a byte of the request went out.
"""

import asyncio
import select
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import msgspec

from podium.kernel.addresses import Network
from podium.kernel.errors import ConnectFailed
from podium.net.dial import Dialer, Dials
from podium.net.heads import BadHead, Header, write_head
from podium.net.known_answers import KnownAnswers
from podium.net.proxies import Proxies
from podium.net.reply import UpstreamConnection, UpstreamReply

__all__ = ["Deadlines", "Header", "Origin", "Pool", "UpstreamReply"]

_SWEEP_S: Final = 0.05
"""Deadlines are checked this often, so that a chunk costs an assignment and not a timer."""
_SLOW_SWEEP_S: Final = 1.0
"""How often idle connections are looked at when nothing is in flight."""
_TRUSTED_S: Final = 0.25
"""A connection that has waited longer is asked whether it is still open before it is used again."""
_OVER: Final = select.POLLIN | select.POLLHUP | select.POLLERR


class Origin(msgspec.Struct, frozen=True, cache_hash=True):
    """Where a request goes. ``scheme``: http or https. ``ca_file`` (PEM) replaces the system's store.

    ``network`` says which addresses the host may have; what it resolves to is checked before it is used.
    """

    scheme: str
    host: str
    port: int
    ca_file: str | None = None
    network: Network = "public"


@dataclass(frozen=True, slots=True)
class Deadlines:
    """Seconds: to connect, from sent to the head, between two reads, and in all. Coarse, to 50 ms."""

    connect_s: float
    first_byte_s: float
    idle_s: float
    total_s: float


class Pool:
    """Keeps connections to origins and sends one request at a time on each. Belongs to one event loop.

    The connection that was used last is used next, so that those which load no longer needs grow old and
    are closed. ``now``: the loop's time, a sweep old at most while anything is in flight.
    """

    def __init__(
        self,
        *,
        max_idle_per_origin: int = 256,
        idle_timeout_s: float = 30.0,
        max_header_bytes: int = 65536,
        proxies: Proxies | None = None,
        dialer: Dials | None = None,
    ) -> None:
        """``dialer``: another way to open connections than that to providers, to which ``proxies`` belong."""
        self._dialer: Dials = dialer or Dialer(proxies or Proxies())
        self.max_header_bytes = max_header_bytes
        self.idle_timeout_s = idle_timeout_s
        self.now = 0.0
        self._busy: set[UpstreamReply] = set()
        self._max_idle = max_idle_per_origin
        self._idle: dict[Origin, deque[UpstreamConnection]] = {}
        self._all: set[UpstreamConnection] = set()
        self._hosts: dict[Origin, bytes] = {}
        self._known: dict[Origin, KnownAnswers] = {}
        self._sweeper: asyncio.TimerHandle | None = None
        self._slow = False
        self._loop: asyncio.AbstractEventLoop | None = None

    async def send(
        self,
        origin: Origin,
        *,
        method: str,
        target: str,
        headers: Sequence[Header] | bytes,
        body: bytes,
        deadlines: Deadlines,
        on_sent: Callable[[], None] | None = None,
    ) -> UpstreamReply:
        """Send a request and return when the head of its answer is in.

        Host and Content-Length are the pool's to add. ``headers``: pairs, or lines by `heads.render`.
        ``on_sent`` is called just before the first byte is handed to the kernel, so that a caller who is
        cancelled, or dies, knows whether anything went out; where it raises, nothing does. Raises
        ConnectFailed (nothing was sent), UpstreamTimeout or BrokenReply.
        """
        loop = self._loop or self._begin()
        data = self._encode(origin, method, target, headers, body)
        self.now = now = loop.time()
        total_at = now + deadlines.total_s
        connection = self._take(origin, now)
        if connection is None:
            connection = await self._connect(loop, origin, min(deadlines.connect_s, deadlines.total_s))
            now = self.now = loop.time()
        if on_sent is not None:
            try:
                on_sent()
            except BaseException:
                connection.abort()
                raise
        reply = UpstreamReply(
            connection, loop, deadlines.idle_s, now + deadlines.first_byte_s, total_at, method == "HEAD"
        )
        self._busy.add(reply)
        reply.sent_ns = time.monotonic_ns()
        connection.start(data, reply)
        if self._slow or self._sweeper is None:
            self._schedule(loop, slow=False)
        await reply.head()
        return reply

    def take(self, origin: Origin) -> UpstreamConnection | None:
        """Return an open connection for `send_at_once`, if there is one: it is the caller's from now on."""
        self.now = now = (self._loop or self._begin()).time()
        return self._take(origin, now)

    def send_at_once(
        self,
        connection: UpstreamConnection,
        data: bytes,
        deadlines: Deadlines,
        on_event: Callable[[bytes | None], None],
    ) -> UpstreamReply:
        """Send a request on a connection of `take`, whose head begins as `head` says; nothing is waited for.

        ``on_event`` is called once: with the body of an answer that is all there and whose head was known;
        else with None, when the head is in with all that came behind it, or when none will come.
        """
        now, loop = self.now, self._loop or self._begin()
        first_byte_at, total_at = now + deadlines.first_byte_s, now + deadlines.total_s
        reply = UpstreamReply(
            connection, loop, deadlines.idle_s, first_byte_at, total_at, False, on_event, time.monotonic_ns()
        )
        self._busy.add(reply)
        connection.start(data, reply)
        if self._slow or self._sweeper is None:
            self._schedule(loop, slow=False)
        return reply

    def _begin(self) -> asyncio.AbstractEventLoop:
        """Ask for the loop, once: up to Python 3.11 that is a system call each time."""
        loop = self._loop = asyncio.get_running_loop()
        return loop

    async def close(self) -> None:
        """Close every connection; answers in flight fail with BrokenReply."""
        for connection in list(self._all):
            connection.abort()
        if self._sweeper is not None:
            self._sweeper.cancel()
            self._sweeper = None
        await asyncio.sleep(0)

    def _encode(
        self, origin: Origin, method: str, target: str, headers: Sequence[Header] | bytes, body: bytes
    ) -> bytes:
        head = self.head(origin, method, target, headers)
        if body or method not in {"GET", "HEAD"}:
            return b"%b\r\ncontent-length: %d\r\n\r\n%b" % (head, len(body), body)
        return head + b"\r\n\r\n"

    def head(self, origin: Origin, method: str, target: str, headers: Sequence[Header] | bytes) -> bytes:
        """Return the head of a request, to which lines may be added. Raises ConnectFailed."""
        host = self._hosts.get(origin)
        if host is None:
            host = self._hosts[origin] = _host_header(origin)
        try:
            head = write_head(_first_line(method, target), headers)
        except ValueError as error:
            raise ConnectFailed(f"The request cannot be written: {error}", fix="Nothing was sent.") from error
        return b"%b\r\nhost: %b" % (head, host)

    def _take(self, origin: Origin, now: float) -> UpstreamConnection | None:
        """Return a connection that can be believed to be open, or None."""
        idle = self._idle.get(origin)
        while idle:
            connection = idle.pop()
            if connection.closed:
                continue
            waited_s = now - connection.idle_since
            if (
                waited_s <= connection.keep_s
                and not connection.transport.is_closing()
                and (waited_s < _TRUSTED_S or _is_quiet(connection.transport))
            ):
                return connection
            connection.abort()
        return None

    async def _connect(
        self, loop: asyncio.AbstractEventLoop, origin: Origin, connect_s: float
    ) -> UpstreamConnection:
        return await self._dialer.dial(loop, origin, connect_s, lambda: UpstreamConnection(self, origin))

    # The connections' side.

    def known_of(self, origin: Origin) -> KnownAnswers:
        """Return the heads of answers that are known of an origin."""
        known = self._known.get(origin)
        if known is None:
            known = self._known[origin] = KnownAnswers(self.max_header_bytes)
        return known

    def connection_opened(self, connection: UpstreamConnection) -> None:
        """Take in a connection."""
        self._all.add(connection)

    def connection_closed(self, connection: UpstreamConnection) -> None:
        """Forget a connection, in use or idle."""
        self._all.discard(connection)
        idle = self._idle.get(connection.origin)
        if idle is not None and connection in idle:
            idle.remove(connection)

    def give_back(self, connection: UpstreamConnection) -> None:
        """Keep a connection whose answer has been read to its end, unless its request waits yet to be sent.

        Who answers early may never read the rest, behind which the next request would wait.
        """
        if connection.closed:
            return
        if connection.transport.get_write_buffer_size():
            connection.abort()
            return
        idle = self._idle.get(connection.origin)
        if idle is None:
            idle = self._idle[connection.origin] = deque()
        if len(idle) >= self._max_idle:
            connection.abort()
            return
        connection.idle_since = self.now
        idle.append(connection)

    # The clock.

    def _sweep(self, loop: asyncio.AbstractEventLoop) -> None:
        self.now = now = loop.time()
        for reply in list(self._busy):
            reply.check_time(now)
        for origin, idle in list(self._idle.items()):
            while idle and now - idle[0].idle_since > idle[0].keep_s:
                idle.popleft().abort()
            if not idle:
                del self._idle[origin]
        self._sweeper = None
        if self._busy or self._idle:
            self._schedule(loop, slow=not self._busy)

    def _schedule(self, loop: asyncio.AbstractEventLoop, *, slow: bool) -> None:
        if self._sweeper is not None:
            self._sweeper.cancel()
        self._slow = slow
        self._sweeper = loop.call_later(_SLOW_SWEEP_S if slow else _SWEEP_S, self._sweep, loop)


@lru_cache(maxsize=256)
def _first_line(method: str, target: str) -> bytes:
    line = write_head(f"{method} {target} HTTP/1.1".encode("ascii"), ())
    if line.count(b" ") != 2:
        raise BadHead("The target holds a space.")
    return line


def _host_header(origin: Origin) -> bytes:
    try:
        name = f"[{origin.host}]" if ":" in origin.host else origin.host.encode("idna").decode("ascii")
    except UnicodeError as error:
        raise ConnectFailed(f"{origin.host!r} is not a name of a host.") from error
    default = 443 if origin.scheme == "https" else 80
    return (name if origin.port == default else f"{name}:{origin.port}").encode("ascii")


def _is_quiet(transport: asyncio.BaseTransport) -> bool:
    """Return whether the kernel has nothing from the other side: neither a close nor bytes not asked for.

    The loop learns of a close only in its next turn; a request sent in between would count as sent.
    """
    poll = select.poll()
    poll.register(transport.get_extra_info("socket").fileno(), _OVER)
    return not poll.poll(0)
