"""What one client, and all together, may have of a worker; and what slow ones cost it."""

import asyncio
import contextlib
import json

from podium.net.server import Exchange, ServerLimits
from tests.net.sockets import Client, connected, echo, serving, until

GET = b"GET /a HTTP/1.1\r\nhost: x\r\n\r\n"


async def refusal(client: Client) -> tuple[int, str, str | None]:
    answer = await client.response()
    assert answer.headers["connection"] == "close"
    assert await client.rest() == b""
    return answer.status, json.loads(answer.body)["error"]["code"], answer.headers.get("retry-after")


async def test_connections_of_one_client_are_limited() -> None:
    """One too many is answered 429 before it has asked anything; a place that is free again is given."""
    limits = ServerLimits(max_connections_per_client=2)
    async with serving(echo, limits=limits) as server, contextlib.AsyncExitStack() as stack:
        first, second = [await stack.enter_async_context(connected(server.port)) for _ in range(2)]
        await until(lambda: len(server.connections) == 2)
        async with connected(server.port) as third:
            third.send(GET)
            assert await refusal(third) == (429, "too_many_connections", "1")
        for client in (first, second):
            client.send(GET)
            assert (await client.response()).status == 200
        first.close()
        await until(lambda: len(server.connections) == 1)
        async with connected(server.port) as third:
            third.send(GET)
            assert (await third.response()).status == 200


async def test_connections_in_all_are_limited() -> None:
    """503 above the limit, and those that are there go on."""
    limits = ServerLimits(max_connections=1)
    async with serving(echo, limits=limits) as server, connected(server.port) as first:
        await until(lambda: server.connections)
        async with connected(server.port) as second:
            assert await refusal(second) == (503, "too_many_connections", "1")
        first.send(GET)
        assert (await first.response()).status == 200


async def test_the_last_request_of_a_connection_says_close() -> None:
    """max_requests_per_connection: an honest client opens another one and loses nothing."""
    limits = ServerLimits(max_requests_per_connection=3)
    async with serving(echo, limits=limits) as server, connected(server.port) as client:
        for _ in range(2):
            client.send(GET)
            assert "connection" not in (await client.response()).headers
        client.send(GET)
        assert (await client.response()).headers["connection"] == "close"
        assert await client.rest() == b""


async def test_requests_in_flight_are_limited() -> None:
    """Above the limit 503 with Retry-After, at once and without the handler; then there is room again."""
    go_on = asyncio.Event()
    begun: list[str] = []

    async def handle(exchange: Exchange) -> None:
        begun.append(exchange.path)
        await go_on.wait()
        exchange.respond(200, [], b"")

    async with serving(handle, limits=ServerLimits(max_in_flight=1)) as server:
        async with connected(server.port) as first, connected(server.port) as second:
            first.send(GET)
            await until(lambda: begun)
            second.send(GET)
            assert await refusal(second) == (503, "overloaded", "1")
            go_on.set()
            assert (await first.response()).status == 200
        async with connected(server.port) as third:
            third.send(GET)
            assert (await third.response()).status == 200
    assert begun == ["/a", "/a"]


async def test_slow_heads_hold_nothing_and_end() -> None:
    """A byte now and then does not keep a head alive: it has a time in all, and no handler waits for it."""
    limits = ServerLimits(header_timeout_s=0.3)
    async with serving(echo, limits=limits) as server, connected(server.port) as slow:

        async def dribble() -> None:
            for byte in GET:
                slow.send(bytes([byte]))
                await asyncio.sleep(0.05)

        dribbling = asyncio.create_task(dribble())
        assert await refusal(slow) == (408, "header_timeout", None)
        assert server.in_flight == 0
        dribbling.cancel()


async def test_slow_bodies_end() -> None:
    """A byte now and then does not keep a body alive: the handler is told, and the client gets 408."""
    limits = ServerLimits(body_timeout_s=0.3)
    async with serving(echo, limits=limits) as server, connected(server.port) as slow:
        slow.send(b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\n\r\n")

        async def dribble() -> None:
            for _ in range(1000):
                slow.send(b"x")
                await asyncio.sleep(0.05)

        dribbling = asyncio.create_task(dribble())
        assert await refusal(slow) == (408, "body_timeout", None)
        dribbling.cancel()
        await until(lambda: not server.in_flight)


async def test_slow_readers_are_cut() -> None:
    """A client that stops reading is cut after write_timeout_s; its handler is cancelled."""
    cancelled = asyncio.Event()

    async def handle(exchange: Exchange) -> None:
        exchange.start_stream(200, [])
        try:
            while True:
                await exchange.write(b"x" * 65_536)
        except asyncio.CancelledError:
            cancelled.set()
            raise

    async with serving(handle, limits=ServerLimits(write_timeout_s=0.3)) as server:
        async with connected(server.port, limit=1024) as client:
            client.send(GET)
            async with asyncio.timeout(60):
                await cancelled.wait()
        await until(lambda: not server.connections)


async def test_idle_connections_are_closed_in_silence() -> None:
    """Between two requests there is nothing to answer."""
    limits = ServerLimits(idle_timeout_s=0.2)
    async with serving(echo, limits=limits) as server, connected(server.port) as client:
        client.send(GET)
        assert (await client.response()).status == 200
        assert await client.rest() == b""


async def test_large_bodies_together_are_limited() -> None:
    """The one that would be too much is answered 503; small ones are served; what has ended makes room."""
    size = 600_000
    head = b"POST /a HTTP/1.1\r\nhost: x\r\ncontent-length: %d\r\n\r\n" % size
    async with serving(echo, limits=ServerLimits(max_held_body_bytes=1_000_000)) as server:
        async with (
            connected(server.port) as first,
            connected(server.port) as second,
            connected(server.port) as small,
        ):
            first.send(head + b"a" * (size - 1))
            await until(lambda: server.held_body_bytes == size - 1)
            second.send(head + b"a" * (size - 1))
            status, code, again = await refusal(second)
            assert (status, code, again) == (503, "overloaded", "1")
            small.send(b"POST /a HTTP/1.1\r\nhost: x\r\ncontent-length: 100000\r\n\r\n" + b"a" * 100_000)
            assert (await small.response()).status == 200
            first.send(b"a")
            assert (await first.response()).status == 200
        await until(lambda: not server.held_body_bytes)
        async with connected(server.port) as gone:
            gone.send(head + b"a" * (size - 1))
            await until(lambda: server.held_body_bytes == size - 1)
        await until(lambda: not server.held_body_bytes)


async def test_a_body_that_waits_behind_another_is_let_go_of_with_its_client() -> None:
    """What a pipelined request holds is counted no more when its client has gone."""
    go_on = asyncio.Event()

    async def handle(exchange: Exchange) -> None:
        await go_on.wait()
        exchange.respond(200, [], await exchange.read_body())

    post = b"POST /b HTTP/1.1\r\nhost: x\r\ncontent-length: 900000\r\n\r\n"
    async with serving(handle) as server:
        async with connected(server.port) as client:
            client.send(GET + post + b"a" * 800_000)
            await until(lambda: server.held_body_bytes)
        go_on.set()
        await until(lambda: not server.connections and not server.in_flight)
        assert not server.held_body_bytes


async def test_those_who_leave_most_unread_are_cut() -> None:
    """Where clients leave more unread than there is room for, the largest goes, and the others are served."""

    async def handle(exchange: Exchange) -> None:
        exchange.respond(200, [], b"a" * int(exchange.query))

    limits = ServerLimits(max_unsent_bytes=20 << 20, write_timeout_s=0.4 * 60, header_timeout_s=0.4)
    async with (
        serving(handle, limits=limits) as server,
        connected(server.port, limit=1) as greedy,
        connected(server.port, limit=1) as slow,
    ):
        slow.send(b"GET /?%d HTTP/1.1\r\nhost: x\r\n\r\n" % (12 << 20))
        greedy.send(b"GET /?%d HTTP/1.1\r\nhost: x\r\n\r\n" % (60 << 20))
        await until(lambda: len(server.connections) == 1)
        async with asyncio.timeout(60):
            size = 0
            while size < 12 << 20:
                size += len(await slow.reader.read(1 << 24))
