"""Connections to the keeper: a Unix socket for this machine, TLS on both sides for gateways elsewhere.

Whoever can open the Unix socket is Podium itself. Over TLS a client is the gateway that its certificate
names, which must be one of the authority's that this keeper was given.
"""

import asyncio
import logging
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from podium.keeper.lock import listen
from podium.kernel.errors import StateError
from podium.net.tls import ServerTls, TlsFiles
from podium.ports.machines import TOOLS_ALPN, gateway_of

SOCKET: Final = "keeper.sock"
HANDSHAKE_S: Final = 5.0
LOOK_AT_FILES_S: Final = 1.0

logger = logging.getLogger(__name__)

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@dataclass(frozen=True)
class Door:
    """Where gateways on other machines come in. ``tls``: the keeper's certificate and their authority."""

    host: str
    port: int
    tls: TlsFiles


class Connection:
    """What is known about one client. ``gateway`` is None for a process of this machine."""

    __slots__ = ("expires_s", "gateway", "incarnation", "writer")

    def __init__(self, writer: asyncio.StreamWriter) -> None:
        """Raise Forbidden for a certificate that is no gateway's."""
        self.writer = writer
        self.incarnation: str | None = None
        certificate = writer.get_extra_info("peercert")
        self.gateway: str | None = None
        self.expires_s: float | None = None
        """Unix seconds at which its certificate ends."""
        if writer.get_extra_info("sslcontext") is not None:
            self.gateway = gateway_of(certificate or {})
            self.expires_s = ssl.cert_time_to_seconds(certificate["notAfter"])

    def expired(self, wall_ns: int) -> bool:
        """Whether its certificate has ended since it was shown."""
        return self.expires_s is not None and wall_ns > self.expires_s * 1e9


def listen_here(state: Path) -> socket.socket:
    """Return the Unix socket of a state directory, which only its owner may connect to. Raises StateError."""
    return listen(state / SOCKET)


def _listen_to_machines(door: Door) -> socket.socket:
    """Return a TCP socket whose connections end when the other side has gone without a word."""
    listener = socket.socket(socket.AF_INET6 if ":" in door.host else socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    # tcp(7); connections inherit them from the socket that listens
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, 5)
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, 2)
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPCNT, 3)
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, 10_000)
    listener.setblocking(False)
    try:
        listener.bind((door.host, door.port))
    except OSError as error:
        listener.close()
        raise StateError(
            f"The keeper cannot listen on {door.host}:{door.port}: {error.strerror}.",
            fix="Choose another --keeper-listen.",
            code="port_in_use",
        ) from error
    return listener


@asynccontextmanager
async def listening(
    state: Path, door: Door | None, serve: Serve, carry: Serve | None = None
) -> AsyncIterator[None]:
    """Take connections until the block ends. ``carry``: those that are for the tool gateway (TOOLS_ALPN)."""

    async def serve_machine(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked = writer.get_extra_info("ssl_object").selected_alpn_protocol()
        await (carry if carry is not None and asked == TOOLS_ALPN else serve)(reader, writer)

    servers = [await asyncio.start_unix_server(serve, sock=listen_here(state))]
    watching = None
    try:
        if door is not None:
            tls = ServerTls(door.tls, alpn=(TOOLS_ALPN,) if carry is not None else ())
            servers.append(
                await asyncio.start_server(
                    serve_machine,
                    sock=_listen_to_machines(door),
                    ssl=tls.context,
                    ssl_handshake_timeout=HANDSHAKE_S,
                )
            )
            watching = asyncio.create_task(_watch(tls))
        yield
    finally:
        if watching is not None:
            watching.cancel()
        for server in servers:
            server.close()
        (state / SOCKET).unlink(missing_ok=True)


async def _watch(tls: ServerTls) -> None:
    """Put certificates that have changed into use, for ever; broken ones are told, and the old ones stay."""
    while True:
        await asyncio.sleep(LOOK_AT_FILES_S)
        try:
            if tls.refresh():
                logger.info("the certificate for gateways elsewhere was read again")
        except StateError as error:
            logger.error("the old certificate for gateways elsewhere stays in use: %s", error)  # noqa: TRY400 - for people
