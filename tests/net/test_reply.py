import asyncio

import pytest

from podium.kernel.errors import BrokenReply
from podium.net.reply import UpstreamReply
from podium.net.upstream import Origin, Pool
from tests.net.sockets import PATIENT, providing, until

HEAD = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"


def chunk(data: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(data), data)


async def ask(pool: Pool, port: int) -> UpstreamReply:
    origin = Origin("http", "127.0.0.1", port, network="private")
    return await pool.send(origin, method="GET", target="/", headers=[], body=b"", deadlines=PATIENT)


async def test_pieces_are_taken_as_they_come_until_that_is_enough():
    """`pump` hands over pieces until it is told to stop; what comes then is kept for the next one."""
    go = asyncio.Event()

    async def script(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(HEAD + chunk(b"a"))
        for data in (b"b", b"stop", b"c", b"d"):
            await go.wait()
            go.clear()
            writer.write(chunk(data))
        await go.wait()
        writer.write(b"0\r\n\r\n")

    pool, taken = Pool(), []

    def take(piece: bytes) -> bool:
        taken.append(piece)
        go.set()
        return piece != b"stop"

    async with providing(script=script) as provider:
        reply = await ask(pool, provider.port)
        assert await reply.pump(take) is True
        assert taken == [b"a", b"b", b"stop"]
        await until(lambda: reply._chunks)
        assert await reply.pump(take) is False
        assert taken == [b"a", b"b", b"stop", b"c", b"d"]
        assert reply.complete
    await pool.close()


async def test_what_the_taker_raises_comes_out_of_pump():
    """An error of the taker is raised where it is waited for, and hurts nothing else."""
    more = asyncio.Event()

    async def script(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(HEAD)
        await more.wait()
        writer.write(chunk(b"a") + b"0\r\n\r\n")
        more.clear()

    def take(piece: bytes) -> bool:
        raise ValueError(piece)

    pool = Pool()
    async with providing(script=script) as provider:
        reply = await ask(pool, provider.port)
        more.set()
        with pytest.raises(ValueError, match="a"):
            await reply.pump(take)
        reply.abort()
        more.set()
        assert await (await ask(pool, provider.port)).read(10) == b"a"
        assert provider.connections == 1
    await pool.close()


async def test_a_failure_wakes_the_one_who_pumps():
    """What had arrived is taken first; then the failure is raised."""

    async def script(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(HEAD + chunk(b"a"))
        await go.wait()
        writer.close()

    go, pool, taken = asyncio.Event(), Pool(), []

    def take(piece: bytes) -> bool:
        taken.append(piece)
        go.set()
        return True

    async with providing(script=script) as provider:
        reply = await ask(pool, provider.port)
        with pytest.raises(BrokenReply, match="in the middle of its answer"):
            await reply.pump(take)
    assert taken == [b"a"]
    await pool.close()


async def test_nothing_is_taken_for_one_who_went_away():
    """A caller that is cancelled while it pumps gets no more pieces, and the connection is closed."""
    pool, taken = Pool(), []

    def take(piece: bytes) -> bool:
        taken.append(piece)
        return True

    async def script(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(HEAD)
        while True:
            await asyncio.sleep(0)
            writer.write(chunk(b"a"))
            await writer.drain()

    async with providing(script=script) as provider:
        reply = await ask(pool, provider.port)
        pumping = asyncio.create_task(reply.pump(take))
        await until(lambda: taken)
        pumping.cancel()
        with pytest.raises(asyncio.CancelledError):
            await pumping
        count = len(taken)
        await until(lambda: not provider.open)
        assert len(taken) == count
    await pool.close()


async def test_a_connection_whose_request_was_not_all_read_is_not_used_again():
    """A provider answers before it has read the request, and reads no more: the next one goes elsewhere."""
    opened, done = [], asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        opened.append(writer)
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 413 Content Too Large\r\ncontent-length: 3\r\n\r\nbig")
        await done.wait()
        writer.transport.abort()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    origin = Origin("http", "127.0.0.1", server.sockets[0].getsockname()[1], network="private")
    pool, body = Pool(), b"x" * (20 << 20)
    for sent in (body, b"x"):
        reply = await pool.send(origin, method="POST", target="/", headers=[], body=sent, deadlines=PATIENT)
        assert (reply.status, await reply.read(9)) == (413, b"big")
    assert len(opened) == 2
    done.set()
    await pool.close()
    server.close()
