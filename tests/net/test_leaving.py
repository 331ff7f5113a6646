"""Tests of `net.leaving`: a connection is kept when an answer that has said all comes to its end."""

import asyncio

import pytest

from podium.net.leaving import LEFT_BYTES, LEFT_S, leave
from podium.net.reply import UpstreamConnection, UpstreamReply
from podium.net.upstream import Origin, Pool
from tests.net.test_split import Wire

HEAD = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"
LAST = b"6\r\n[DONE]\r\n"


async def left(pool: Pool) -> tuple[UpstreamConnection, UpstreamReply]:
    """Return a connection and an answer on it that was left behind its last word."""
    loop = asyncio.get_running_loop()
    connection = UpstreamConnection(pool, Origin("http", "provider", 80))
    connection.connection_made(Wire())
    pool.now = now = loop.time()
    reply = UpstreamReply(connection, loop, 30, now + 30, now + 30)
    pool._busy.add(reply)
    connection.start(b"GET / HTTP/1.1\r\n\r\n", reply)
    connection.data_received(HEAD + LAST)
    assert await reply.next_chunk() == b"[DONE]"
    leave(reply)
    return connection, reply


@pytest.mark.parametrize(
    "pieces", [[b"0\r\n\r\n"], [b"0\r\n", b"\r\n"], [b"2\r\n\n\n\r\n", b"0\r\nx: y\r\n\r\n"]]
)
async def test_a_connection_whose_answer_ends_is_kept(pieces: list[bytes]) -> None:
    """The end of the chunks comes, with an empty line or trailers before it."""
    pool = Pool()
    connection, reply = await left(pool)
    for piece in pieces:
        assert not pool._idle
        connection.data_received(piece)
    assert list(pool._idle[connection.origin]) == [connection]
    assert reply.complete
    assert not pool._busy
    assert await reply.next_chunk() == b""
    await pool.close()


@pytest.mark.parametrize(
    "piece", [b"%x\r\n%b\r\n" % (LEFT_BYTES + 1, b"x" * (LEFT_BYTES + 1)), b"zz\r\n", b"0\r\n\r\nmore"]
)
async def test_who_goes_on_is_closed(piece: bytes) -> None:
    """More than a little, or what is no chunk, or bytes behind the end: the connection is not used again."""
    pool = Pool()
    connection, _ = await left(pool)
    connection.data_received(piece)
    assert connection.closed
    assert not any(pool._idle.values())
    assert not pool._busy
    await pool.close()


async def test_an_end_that_does_not_come_is_not_waited_for() -> None:
    """After a second the connection is closed; a provider that closes it is no fault."""
    pool = Pool()
    connection, reply = await left(pool)
    reply.check_time(pool.now + LEFT_S / 2)
    assert not connection.closed
    reply.check_time(pool.now + LEFT_S)
    assert connection.closed
    assert not pool._busy
    connection, reply = await left(pool)
    connection.connection_lost(None)
    assert not pool._busy
    await pool.close()


async def test_an_answer_that_has_ended_is_left_as_it_is() -> None:
    """There is nothing to wait for."""
    pool = Pool()
    connection, reply = await left(pool)
    connection.data_received(b"0\r\n\r\n")
    leave(reply)
    assert list(pool._idle[connection.origin]) == [connection]
    await pool.close()
