"""Requests whose head is known, taken in without llhttp, which stays where it is: before a message."""

from typing import TYPE_CHECKING, Final

from podium.net.known import MAX_LEARNT

if TYPE_CHECKING:
    from podium.net.connection import Connection

BODY_AHEAD_BYTES: Final = 256 << 10
"""So much of a body is taken in before the handler asks for it."""


def take(connection: "Connection", data: bytes) -> bool:
    """Take in the request that begins with ``data`` if its head is known; return whether it is.

    Where its body has not arrived yet, what follows is for `take_rest`: the handler's turn comes behind it.
    """
    server, known = connection.server, connection._known
    found = None if known is None else known.read(data)
    if found is None and connection._learnt < MAX_LEARNT:
        known = server.heads.find(data)
        found = None if known is None else known.read(data)
    if known is None or found is None:
        return False
    values, at = found
    size = int(values[known.length])
    missing = size + at - len(data)
    if missing < 0 or size > BODY_AHEAD_BYTES or size > server.limits.max_body_bytes:
        return False
    connection._known, connection._learnt, connection._since = known, 0, server.now
    exchange = known.exchange(connection, connection._peer, values, data[at:])
    if missing:
        connection._incoming, connection._missing, connection._in_head = exchange, missing, False
    else:
        exchange._body_done = True
        connection._admit(exchange)
    return True


def take_rest(connection: "Connection", data: bytes) -> bytes:
    """Take in more of a body whose head was known; return what is behind it."""
    exchange, missing = connection._incoming, connection._missing
    piece = data[:missing]
    connection._missing = missing = missing - len(piece)
    if exchange is None:
        return b""
    exchange._body.append(piece)
    exchange._body_bytes += len(piece)
    if missing:
        return b""
    connection._incoming = None
    exchange._body = [b"".join(exchange._body)]
    exchange._body_done = True
    connection._admit(exchange)
    return data[len(piece) :]


def learn(connection: "Connection", data: bytes) -> None:
    """Know the head with which ``data`` began, and which llhttp has just read, if it comes again."""
    exchange = connection._incoming
    if exchange is None:
        exchange = connection._queue[-1] if connection._queue else connection._active
    elif connection._in_head:
        return  # there is another request behind it
    if exchange is not None:
        connection._learnt += 1
        connection._known = connection.server.heads.learn(data, exchange) or connection._known
