"""How exchanges and the server end: clients that go away or are slow, drains, ports that are taken."""

import asyncio
import socket

import pytest

from podium.net.server import Exchange, Server
from tests.net.sockets import connected, echo, serving, until
from tests.net.test_server import GET


@pytest.mark.parametrize("how", ["close", "reset", "half-close"])
@pytest.mark.parametrize("streamed", [False, True])
async def test_a_client_that_goes_away_cancels_the_handler(how: str, streamed: bool) -> None:
    """Closed, reset, or closed by half: the handler's task is cancelled."""
    begun, cancelled = asyncio.Event(), asyncio.Event()

    async def handle(exchange: Exchange) -> None:
        if streamed:
            exchange.start_stream(200, [])
            await exchange.write(b"some")
        begun.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            cancelled.set()
            raise

    async with serving(handle) as server, connected(server.port) as client:
        client.send(GET)
        async with asyncio.timeout(60):
            await begun.wait()
            if how == "close":
                client.close()
            elif how == "reset":
                client.reset()
            else:
                client.writer.write_eof()
            await cancelled.wait()
        await until(lambda: not server.in_flight and not server.connections)


async def test_a_client_that_goes_away_in_the_middle_of_its_body_cancels_the_handler() -> None:
    """A handler that waits for the body is cancelled; one that asks for it afterwards does not wait."""
    ended: list[str] = []

    async def handle(exchange: Exchange) -> None:
        try:
            await exchange.read_body()
        except asyncio.CancelledError:
            ended.append("cancelled")
            with pytest.raises(Exception, match="went away"):
                await exchange.read_body()
            raise

    async with serving(handle) as server, connected(server.port) as client:
        client.send(b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\nhalf")
        await until(lambda: server.in_flight)
        client.close()
        await until(lambda: ended and not server.in_flight)
    assert ended == ["cancelled"]


async def test_a_handler_that_has_answered_is_not_cancelled() -> None:
    """What it does after the answer it may end, though the client has gone."""
    go_on, ended = asyncio.Event(), asyncio.Event()

    async def handle(exchange: Exchange) -> None:
        exchange.respond(200, [], b"ok")
        await go_on.wait()
        ended.set()

    async with serving(handle) as server:
        async with connected(server.port) as client:
            client.send(b"GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
            assert (await client.response()).body == b"ok"
        await until(lambda: not server.connections)
        assert server.in_flight == 1
        go_on.set()
        await until(lambda: not server.in_flight)
        assert ended.is_set()


async def test_a_request_that_is_gone_before_its_handler_began_is_counted_out() -> None:
    """Cancelled before its first step, the task never runs, and in_flight is right all the same."""
    ran: list[str] = []

    async def handle(exchange: Exchange) -> None:
        ran.append(exchange.path)
        exchange.respond(200, [], b"")

    async with serving(handle) as server, connected(server.port) as client:
        client.send(b"POST / HTTP/1.1\r\nhost: x\r\n")
        await until(lambda: server.connections)
        (connection,) = server.connections
        connection.data_received(b"content-length: 0\r\n\r\n")
        assert server.in_flight == 1
        connection.cut()
        assert server.in_flight == 0
        await until(lambda: not server.connections)
    assert ran == []


async def test_a_slow_reader_makes_the_handler_wait() -> None:
    """Back-pressure: while the client does not read, write() does not return."""
    written = 0

    async def handle(exchange: Exchange) -> None:
        nonlocal written
        exchange.start_stream(200, [])
        for _ in range(400):
            await exchange.write(b"x" * 65_536)
            written += 1
        exchange.finish()

    async with serving(handle) as server:
        with socket.create_connection(("127.0.0.1", server.port), timeout=60) as client:
            client.sendall(GET)
            await until(lambda: any(connection._room for connection in server.connections))
            stopped = written
            for _ in range(20):
                await asyncio.sleep(0)
            assert written == stopped < 400

            def read() -> int:
                size, end = 0, b""
                while not end.endswith(b"\r\n0\r\n\r\n") and (data := client.recv(1 << 20)):
                    size += len(data)
                    end = (end + data)[-7:]
                return size

            assert await asyncio.to_thread(read) > 400 * 65_536
        assert written == 400


async def test_a_body_that_nobody_asks_for_is_left_with_the_client() -> None:
    """Back-pressure: reading is paused at a few hundred KiB until the handler wants the body."""
    go_on = asyncio.Event()

    async def handle(exchange: Exchange) -> None:
        await go_on.wait()
        exchange.respond(200, [], b"%d" % len(await exchange.read_body()))

    async with serving(handle) as server, connected(server.port) as client:
        client.send(b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 20000000\r\n\r\n" + b"x" * 20_000_000)
        await until(lambda: server.connections)
        (connection,) = server.connections
        await until(lambda: connection._held)
        assert connection._incoming is not None
        assert connection._incoming._body_bytes < 1 << 20
        go_on.set()
        assert (await client.response()).body == b"20000000"


async def test_an_early_answer_reaches_a_client_that_is_still_sending() -> None:
    """The rest of the body is thrown away for a while, so that no reset destroys the answer."""

    async def handle(exchange: Exchange) -> None:
        exchange.respond(401, [], b"no")

    async with serving(handle) as server:

        def work() -> tuple[int, bytes]:
            with socket.create_connection(("127.0.0.1", server.port), timeout=60) as client:
                client.sendall(b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 8000000\r\n\r\n")
                client.sendall(b"x" * 8_000_000)
                answer = b""
                while data := client.recv(65_536):
                    answer += data
                return int(answer[9:12]), answer[-2:]

        assert await asyncio.to_thread(work) == (401, b"no")


@pytest.mark.parametrize(
    "body", [b"content-length: 2\r\n\r\nhi", b"transfer-encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n"]
)
async def test_an_upgrade_is_ignored_and_the_request_is_served(body: bytes) -> None:
    """Java's client asks each first request for h2c; RFC 9110, 7.8 lets a server ignore that."""
    async with serving(echo) as server, connected(server.port) as client:
        head = b"POST / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n"
        client.send(head + b"HTTP2-Settings: AA\r\n" + body + GET)
        assert (await client.response()).body == b"POST / hi"
        assert (await client.response()).body == b"GET /a "


async def test_drain_lets_the_exchanges_in_flight_end() -> None:
    """Idle connections close, new ones are refused, the answer in flight says close, and nothing is cut."""
    go_on = asyncio.Event()

    async def handle(exchange: Exchange) -> None:
        await go_on.wait()
        exchange.respond(200, [], b"ok")

    server = Server(handle)
    await server.listen()
    async with connected(server.port) as idle, connected(server.port) as busy:
        busy.send(GET)
        await until(lambda: server.in_flight == 1 and len(server.connections) == 2)
        draining = asyncio.create_task(server.drain(10))
        assert await idle.rest() == b""
        with pytest.raises(ConnectionError):
            async with connected(server.port):
                pass
        go_on.set()
        answer = await busy.response()
        assert (answer.body, answer.headers["connection"]) == (b"ok", "close")
        assert await draining == 0


async def test_drain_cuts_what_does_not_end() -> None:
    """After the grace period the handlers are cancelled, and counted."""
    cancelled: list[str] = []

    async def handle(exchange: Exchange) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            cancelled.append(exchange.path)

    server = Server(handle)
    await server.listen()
    async with connected(server.port) as one, connected(server.port) as other:
        one.send(GET)
        other.send(GET)
        await until(lambda: server.in_flight == 2)
        assert await server.drain(0) == 2
    assert cancelled == ["/a", "/a"]
    assert server.in_flight == 0


async def test_drain_waits_for_what_the_client_has_yet_to_read() -> None:
    """A response that the handler has finished is not lost on the way out."""
    size = 20_000_000

    async def handle(exchange: Exchange) -> None:
        exchange.respond(200, [], b"x" * size)

    server = Server(handle)
    await server.listen()
    with socket.create_connection(("127.0.0.1", server.port), timeout=60) as client:
        client.sendall(GET)
        await until(lambda: server.connections and next(iter(server.connections)).full)
        draining = asyncio.create_task(server.drain(10))

        def read() -> int:
            total = 0
            while data := client.recv(1 << 20):
                total += len(data)
            return total

        assert await asyncio.to_thread(read) > size
        assert await draining == 0


async def test_a_server_that_never_listened_can_be_drained() -> None:
    """A worker that is stopped before it has heard of the keeper drains too."""
    assert await Server(echo).drain(0) == 0


async def test_a_port_that_is_taken_is_an_error() -> None:
    """OSError, for the caller to explain; with reuse_port two workers share it."""
    async with serving(echo) as server:
        with pytest.raises(OSError, match="in use"):
            await Server(echo).listen(port=server.port)
    one, other = Server(echo), Server(echo)
    await one.listen(reuse_port=True)
    await other.listen(port=one.port, reuse_port=True)
    await one.drain(0)
    await other.drain(0)


async def test_who_was_told_that_a_connection_stays_may_use_it_once_more() -> None:
    """A stream that began before the server leaves says nothing of a close: one more request is served."""
    go_on = asyncio.Event()

    async def handle(exchange: Exchange) -> None:
        if exchange.path == "/next":
            exchange.respond(200, [], b"served")
            return
        exchange.start_stream(200, [])
        await exchange.write(b"begun")
        await go_on.wait()
        exchange.finish()

    async with serving(handle) as server, connected(server.port) as client:
        client.send(GET)
        await client.reader.readuntil(b"begun\r\n")
        leaving = asyncio.create_task(server.leave(0.2, 600))
        await asyncio.sleep(0.5)  # longer than all others have
        assert not leaving.done()
        go_on.set()
        await client.reader.readuntil(b"0\r\n\r\n")
        client.send(b"GET /next HTTP/1.1\r\nhost: x\r\n\r\n")
        said = await client.reader.read()
        assert said.endswith(b"served")
        assert b"connection: close" in said
        await leaving
        assert await server.drain(10) == 0


async def test_nobody_is_waited_for_who_says_nothing_more() -> None:
    """A connection that is not used again ends the leave, and so does one whose answer takes too long."""

    async def handle(exchange: Exchange) -> None:
        exchange.start_stream(200, [])
        await exchange.write(b"begun")
        if exchange.path == "/long":
            await asyncio.Event().wait()
        exchange.finish()

    for path, at_most_s in (("/", 600.0), ("/long", 0.3)):
        async with serving(handle) as server, connected(server.port) as client:
            client.send(b"GET %b HTTP/1.1\r\nhost: x\r\n\r\n" % path.encode())
            await client.reader.readuntil(b"begun\r\n")
            async with asyncio.timeout(60):
                await server.leave(0.1, at_most_s)
            assert not server.leaving
            assert len(server.connections) == 1
