"""A new connection to a provider: resolve, check the addresses, connect, perhaps through a proxy, TLS."""

import asyncio
import socket
import ssl
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

from podium.kernel.addresses import ODD, WRITE_PLAINLY, forbidden, is_odd, parse_address
from podium.kernel.errors import ConnectFailed
from podium.net.proxies import Proxies, Proxy
from podium.net.reply import UpstreamConnection

if TYPE_CHECKING:
    from podium.net.upstream import Origin

_MAX_TUNNEL_HEAD_BYTES: Final = 16 << 10
_FORBIDDEN: Final = "address_forbidden"
NEXT_S: Final = 0.25
"""After so long without an answer the next address is tried too (RFC 8305, 8)."""


class Dials(Protocol):
    """Opens connections for a pool."""

    async def dial(
        self,
        loop: asyncio.AbstractEventLoop,
        origin: "Origin",
        connect_s: float,
        protocol: Callable[[], UpstreamConnection],
    ) -> UpstreamConnection:
        """Return an open connection. Raises ConnectFailed: nothing of a request was sent."""
        ...


class Dialer:
    """Opens connections to providers. Knows the authorities that it has loaded, and the proxies."""

    def __init__(self, proxies: Proxies) -> None:
        self._proxies = proxies
        self._contexts: dict[str | None, tuple[tuple[int, int] | None, ssl.SSLContext]] = {}

    async def dial(
        self,
        loop: asyncio.AbstractEventLoop,
        origin: "Origin",
        connect_s: float,
        protocol: Callable[[], UpstreamConnection],
    ) -> UpstreamConnection:
        """Return an open connection. Raises ConnectFailed: nothing of a request was sent."""
        where = f"{origin.host}:{origin.port}"
        _check_name(origin.host)
        context = self._context(origin.ca_file) if origin.scheme == "https" else None
        proxy = self._proxies.of(origin.scheme, origin.host, origin.port)
        try:
            async with asyncio.timeout(connect_s):
                if proxy is not None and context is not None:
                    return await _through(loop, proxy, origin, context, protocol)
                return await _directly(loop, origin, context, protocol)
        except TimeoutError as error:
            raise ConnectFailed(f"{where} did not accept a connection within {connect_s:g} s.") from error
        except ssl.SSLCertVerificationError as error:
            raise ConnectFailed(
                f"The certificate of {where} is not trusted: {error.verify_message}.",
                fix="Check the address, or name the file of its authority (caFile).",
            ) from error
        except ssl.SSLError as error:
            raise ConnectFailed(f"TLS with {where} failed: {error.reason or error}.") from error
        except (OSError, ValueError) as error:  # ValueError: a host that cannot be encoded
            raise ConnectFailed(f"{where} cannot be reached: {error}.") from error

    def _context(self, ca_file: str | None) -> ssl.SSLContext:
        """Return the context of an authorities' file, which is read again when it has changed."""
        stamp = None
        try:
            if ca_file is not None:
                stat = Path(ca_file).stat()
                stamp = (stat.st_mtime_ns, stat.st_size)
            known = self._contexts.get(ca_file)
            if known is not None and known[0] == stamp:
                return known[1]
            context = ssl.create_default_context(cafile=ca_file)
        except OSError as error:  # SSLError is one too
            raise ConnectFailed(
                f"The certificate authorities in {ca_file} cannot be loaded: {error}.",
                fix="The file must be readable and hold certificates in PEM.",
            ) from error
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        self._contexts[ca_file] = (stamp, context)
        return context


def _check_name(host: str) -> None:
    """Raise ConnectFailed for an address of which a proxy might make another one than we do."""
    if is_odd(host):
        raise ConnectFailed(f"The host {host} is {ODD}.", fix=WRITE_PLAINLY, code=_FORBIDDEN)


async def _directly(
    loop: asyncio.AbstractEventLoop,
    origin: "Origin",
    context: ssl.SSLContext | None,
    protocol: Callable[[], UpstreamConnection],
) -> UpstreamConnection:
    """Connect to the first address that accepts: one that was checked, not what the name gives next time."""
    connected = await _reach(loop, await resolve(loop, origin), origin.port)
    name = origin.host if context is not None else None
    _, connection = await loop.create_connection(protocol, sock=connected, ssl=context, server_hostname=name)
    return connection


async def _reach(loop: asyncio.AbstractEventLoop, addresses: list[str], port: int) -> socket.socket:
    """Return a socket that is connected to one of these addresses.

    When one has failed, or has not answered for a while, the next one is tried beside it (RFC 8305): an
    address that leads nowhere must not use up the time of the others. Raises the first one's OSError.
    """
    left, failures = deque(addresses), list[BaseException]()
    waiting: set[asyncio.Task[socket.socket]] = set()
    try:
        while left or waiting:
            if left:
                waiting.add(asyncio.create_task(_connected(loop, left.popleft(), port)))
            patience_s = NEXT_S if left else None
            done, waiting = await asyncio.wait(
                waiting, timeout=patience_s, return_when=asyncio.FIRST_COMPLETED
            )
            failures += [error for it in done if (error := it.exception()) is not None]
            good = [it for it in done if it.exception() is None]
            waiting.update(good[1:])
            if good:
                return good[0].result()
    finally:
        for it in waiting:
            it.cancel()
            it.add_done_callback(_close)
    raise failures[0] if failures else OSError("the name has no address")


def _close(late: "asyncio.Task[socket.socket]") -> None:
    if not late.cancelled() and late.exception() is None:
        late.result().close()


async def _connected(loop: asyncio.AbstractEventLoop, address: str, port: int) -> socket.socket:
    made = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_STREAM)
    try:
        made.setblocking(False)
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # a loop sets it on sockets of its own
        await loop.sock_connect(made, (address, port))
    except BaseException:
        made.close()
        raise
    return made


async def resolve(loop: asyncio.AbstractEventLoop, origin: "Origin") -> list[str]:
    """Return the addresses of a host. Raises ConnectFailed when one of them may not be connected to."""
    literal = parse_address(origin.host)
    if literal is not None:
        addresses = [str(literal)]
    else:
        found = await loop.getaddrinfo(origin.host, origin.port, type=socket.SOCK_STREAM)
        addresses = list(dict.fromkeys(str(address[0]) for *_, address in found))
    for text in addresses:
        address = parse_address(text)
        why = forbidden(address, origin.network) if address is not None else "unknown"
        if why is not None:
            shown = text if literal is not None else f"{text}, to which {origin.host} resolves,"
            curable = why in {"private", "this machine's own"}
            raise ConnectFailed(
                f"The address {shown} is {why}: it is not connected to.",
                fix="If the provider is meant to be there, write `network: private` in its manifest."
                if curable
                else "Correct the provider's baseUrl.",
                code=_FORBIDDEN,
            )
    return addresses


class _Tunnel(asyncio.Protocol):
    """Waits for a proxy's answer to CONNECT."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.head: asyncio.Future[bytes] = loop.create_future()
        self._data = b""

    def data_received(self, data: bytes) -> None:
        self._data += data
        if self.head.done():
            return
        head, end, rest = self._data.partition(b"\r\n\r\n")
        if end and not rest:
            self.head.set_result(head)
        elif end or len(self._data) > _MAX_TUNNEL_HEAD_BYTES:
            self.head.set_exception(OSError("the proxy gave no clear answer to CONNECT"))

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.head.done():
            self.head.set_exception(exc or OSError("the proxy closed the connection"))


async def _through(
    loop: asyncio.AbstractEventLoop,
    proxy: Proxy,
    origin: "Origin",
    context: ssl.SSLContext,
    protocol: Callable[[], UpstreamConnection],
) -> UpstreamConnection:
    """Connect through a tunnel of the proxy's, with TLS inside. Names are the proxy's to resolve."""
    if parse_address(origin.host) is not None:
        await resolve(loop, origin)
    via = f"the proxy {proxy.host}:{proxy.port} (HTTPS_PROXY)"
    try:
        transport, tunnel = await loop.create_connection(lambda: _Tunnel(loop), proxy.host, proxy.port)
    except OSError as error:
        raise ConnectFailed(f"{via} cannot be reached: {error}.") from error
    try:
        transport.write(proxy.connect(origin.host, origin.port))
        status = (await tunnel.head).split(b"\r\n")[0].decode("latin-1")
        if status.split(" ")[1:2] != ["200"]:
            fix = "Check user and password in HTTPS_PROXY." if " 407" in status else "Ask who runs the proxy."
            text = f"{via} opens no tunnel to {origin.host}:{origin.port}: {status}."
            raise ConnectFailed(text, fix=fix)  # noqa: TRY301 - as any failure it closes the connection
        connection = protocol()
        secure = await loop.start_tls(transport, connection, context, server_hostname=origin.host)
    except BaseException:
        transport.abort()
        raise
    if secure is None:
        raise OSError("the proxy closed the connection during the TLS handshake")
    connection.connection_made(secure)
    return connection
