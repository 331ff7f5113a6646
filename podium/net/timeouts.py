"""What time does to a client's connection, looked at by one timer of the server's."""

from typing import TYPE_CHECKING

from podium.net.exchange import BodyTimeout, RequestRefused

if TYPE_CHECKING:
    from podium.net.connection import Connection


def check_time(connection: "Connection", now: float) -> None:
    """Enforce the time-outs."""
    limits, incoming, quiet_s = connection.server.limits, connection._incoming, now - connection._since
    if connection.full or connection._closing:
        _check_progress(connection, now, limits.write_timeout_s)
    elif connection._held or connection._deaf:
        return  # what the client sends is not looked at now
    elif incoming is not None:
        if connection._in_head:
            if quiet_s > limits.header_timeout_s:
                text = f"The request's head did not arrive within {limits.header_timeout_s:g} s."
                connection._refuse(RequestRefused(408, "header_timeout", text))
        elif (incoming._waiter is not None or connection._missing) and quiet_s > limits.body_timeout_s:
            connection._refuse(BodyTimeout(limits.body_timeout_s))
    elif connection._active is None and quiet_s > limits.idle_timeout_s:
        connection._shut(linger=False)


def _check_progress(connection: "Connection", now: float, timeout_s: float) -> None:
    size = connection._transport.get_write_buffer_size()
    if size == 0:
        if connection._closing and now > connection._linger_until:
            connection._transport.abort()
    elif size != connection._stalled_bytes:
        connection._stalled_bytes, connection._stalled_since = size, now
    elif now - connection._stalled_since > timeout_s:
        connection._transport.abort()
