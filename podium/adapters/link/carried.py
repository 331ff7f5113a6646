"""Connections through the keeper of another machine to the tool gateway beside it."""

import asyncio
import contextlib
import socket
import ssl
from collections.abc import Callable
from typing import Any, Final

from podium.adapters.link.remote import Remote
from podium.kernel.errors import ConnectFailed, Forbidden, StateError
from podium.net.reply import UpstreamConnection
from podium.net.upstream import Origin
from podium.ports.machines import TOOLS_ALPN, check_keeper

_GONE_AFTER_MS: Final = 10_000
_OPTIONS: Final = (
    (socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1),
    (socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, 5),
    (socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, 2),
    (socket.IPPROTO_TCP, socket.TCP_KEEPCNT, 3),
    (socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, _GONE_AFTER_MS),
)
"""tcp(7): a keeper that has gone without a word is noticed, however long a call takes."""


class MachineDialer:
    """Opens them for `net.upstream.Pool`; both sides show who they are, as on the keeper's own link."""

    def __init__(self, remote: Remote) -> None:
        self._remote = remote

    async def dial(
        self,
        loop: asyncio.AbstractEventLoop,
        origin: Origin,
        connect_s: float,
        protocol: Callable[[], UpstreamConnection],
    ) -> UpstreamConnection:
        """Return an open connection. Raises ConnectFailed: nothing of a request was sent."""
        where = f"The keeper at {origin.host}:{origin.port}"
        try:
            context = self._remote.context()
            context.set_alpn_protocols([TOOLS_ALPN])
            async with asyncio.timeout(connect_s):
                transport, connection = await loop.create_connection(
                    protocol, origin.host, origin.port, ssl=context, server_hostname=origin.host
                )
        except StateError as error:
            raise ConnectFailed(error.message, fix=error.fix) from error
        except ssl.SSLError as error:
            why = getattr(error, "verify_message", "") or error.reason or str(error)
            raise ConnectFailed(f"{where} and this gateway do not trust each other: {why}.") from error
        except (OSError, TimeoutError) as error:
            raise ConnectFailed(f"{where} cannot be reached: {str(error) or 'no answer'}.") from error
        try:
            _check(transport)
        except Forbidden as error:
            connection.abort()
            raise ConnectFailed(f"{where} cannot be used for tools: {error}") from error
        return connection


def _check(transport: asyncio.BaseTransport) -> None:
    """Raise Forbidden where the other side is no keeper, or none that carries."""
    check_keeper(transport.get_extra_info("peercert") or {})
    shown: Any = transport.get_extra_info("ssl_object")
    if shown.selected_alpn_protocol() != TOOLS_ALPN:
        raise Forbidden("It carries no calls of tools.", fix="Run the same Podium everywhere.")
    raw = transport.get_extra_info("socket")
    with contextlib.suppress(OSError, AttributeError), socket.socket(fileno=raw.dup().detach()) as same:
        for level, option, value in _OPTIONS:
            same.setsockopt(level, option, value)
