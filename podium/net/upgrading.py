"""Requests that ask for another protocol: a WebSocket where this server has them; else HTTP/1.1 goes on."""

from typing import TYPE_CHECKING, Final

import httptools

from podium.net.exchange import Exchange, HeadTooLarge, RequestRefused
from podium.net.heads import has_token, without_upgrade
from podium.net.judge import judge

if TYPE_CHECKING:
    from podium.net.connection import Connection

_BODY: Final = frozenset({b"content-length", b"transfer-encoding"})


def upgrade(connection: "Connection", rest: bytes) -> None:
    """Go on behind the head of such a request. ``rest``: what has come behind it."""
    exchange, headers, parser = connection._incoming, connection._headers, connection._parser
    connection._upgrading = False
    method: bytes = parser.get_method()
    if exchange is None or method == b"CONNECT":
        connection._refuse(RequestRefused(405, "method_not_allowed", "This server is not a CONNECT proxy."))
        return
    version: str = parser.get_http_version()
    first = b"%b %b HTTP/%b" % (method, connection._url, version.encode())
    if (
        connection.server.websocket is not None
        and connection._active is None
        and method == b"GET"
        and version == "1.1"
        and _BODY.isdisjoint(headers)
        and has_token(headers[b"upgrade"], b"websocket")
    ):
        head = b"\r\n".join([first, *map(b": ".join, headers.items())]) + b"\r\n\r\n"
        _hand_over(connection, exchange, version, head + rest)
        return
    # As one that asks for no other protocol, as RFC 9110, 7.8 allows.
    connection._parser = httptools.HttpRequestParser(connection)
    connection._parse(without_upgrade(first, headers) + rest)


def _hand_over(connection: "Connection", exchange: Exchange, version: str, data: bytes) -> None:
    """Give the connection to who speaks WebSocket, unless its request is refused."""
    server, limits = connection.server, connection.server.limits
    try:
        if connection._head_bytes() > limits.max_header_bytes:
            raise HeadTooLarge(limits.max_header_bytes)
        judge(exchange, connection._url, version, connection._host, limits.max_body_bytes)
    except RequestRefused as refused:
        connection._refuse(refused)
        return
    protocol = server.websocket() if server.websocket is not None else None
    if protocol is None:
        text = "As many WebSockets are open as there may be."
        connection._refuse(RequestRefused(503, "too_many_connections", text))
        return
    connection._deaf = connection._closing = True
    connection._incoming = None
    server.connection_closed(connection, connection._peer)
    transport = connection._transport
    transport.set_protocol(protocol)
    protocol.connection_made(transport)
    protocol.data_received(data)
