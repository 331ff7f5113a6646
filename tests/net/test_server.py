"""The server, by clients on loopback sockets."""

import asyncio
import http.client
import logging
import socket

import pytest

from podium.net.connection import Connection
from podium.net.server import BadHead, Exchange, Server, ServerLimits
from tests.net.sockets import connected, echo, serving, until

GET = b"GET /a HTTP/1.1\r\nhost: x\r\n\r\n"


async def test_a_connection_serves_many_requests() -> None:
    """Keep-alive: http.client gets answer after answer on one connection, with bodies both ways."""
    async with serving(echo) as server:

        def work() -> list[tuple[int, bytes]]:
            client = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
            answers = []
            for number in range(5):
                client.request("POST", f"/{number}?q=1", body=b"b" * number * 100_000)
                answer = client.getresponse()
                answers.append((answer.status, answer.read()))
            client.close()
            return answers

        answers = await asyncio.to_thread(work)
        assert answers == [(200, f"POST /{n}?q=1 ".encode() + b"b" * n * 100_000) for n in range(5)]


async def test_an_exchange_tells_what_was_asked() -> None:
    """Method, target, path, query, headers in lower case and joined, the peer, and when."""
    seen: list[Exchange] = []

    async def handle(exchange: Exchange) -> None:
        seen.append(exchange)
        exchange.respond(200, [(b"x-a", b"b")], b"")

    async with serving(handle) as server, connected(server.port) as client:
        client.send(
            b"GET /a/b?c=d?e HTTP/1.1\r\nHost: x\r\nX-A: 1 \t\r\nx-a:  2\r\ncookie: a\r\nCookie: b\r\n\r\n"
        )
        answer = await client.response()
    assert answer.headers == {"x-a": "b", "content-length": "0"}
    (exchange,) = seen
    assert (exchange.method, exchange.target, exchange.path, exchange.query) == (
        "GET",
        "/a/b?c=d?e",
        "/a/b",
        "c=d?e",
    )
    assert exchange.headers == {b"host": b"x", b"x-a": b"1, 2", b"cookie": b"a; b"}
    assert exchange.peer == "127.0.0.1"


@pytest.mark.parametrize(
    ("target", "path", "query"),
    [
        ("http://h/a?b", "/a", "b"),
        ("http://h", "/", ""),
        ("http://h?b/c", "/", "b/c"),
        ("*", "*", ""),
        ("//a//b", "//a//b", ""),
    ],
)
async def test_every_form_of_a_target_has_its_path(target: str, path: str, query: str) -> None:
    """The absolute form is served as its path (RFC 9112, 3.2.2)."""

    async def handle(exchange: Exchange) -> None:
        exchange.respond(200, [], f"{exchange.path} {exchange.query}".encode())

    async with serving(handle) as server, connected(server.port) as client:
        client.send(f"OPTIONS {target} HTTP/1.1\r\nhost: h\r\n\r\n".encode())
        assert (await client.response()).body.decode() == f"{path} {query}"


async def test_pipelined_requests_are_answered_in_order() -> None:
    """One at a time, in the order in which they came, however many there are."""
    at_once, most = 0, 0

    async def handle(exchange: Exchange) -> None:
        nonlocal at_once, most
        at_once += 1
        most = max(most, at_once)
        body = await exchange.read_body()
        await asyncio.sleep(0)
        at_once -= 1
        exchange.respond(200, [], exchange.path.encode() + body)

    async with serving(handle) as server, connected(server.port) as client:
        client.send(
            b"".join(
                b"POST /%d HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\n\r\n+" % number
                for number in range(3000)
            )
        )
        for number in range(3000):
            assert (await client.response()).body == b"/%d+" % number
    assert most == 1


async def test_what_is_read_ahead_is_bounded() -> None:
    """A client that pipelines without end is left to wait while its first request is being answered."""
    held = asyncio.Event()

    async def handle(exchange: Exchange) -> None:
        await held.wait()
        exchange.respond(200, [], b"")

    async with serving(handle) as server, connected(server.port) as client:
        client.send(GET * 20_000)
        await until(lambda: server.in_flight)
        (connection,) = server.connections
        await until(lambda: connection._held)
        for _ in range(50):
            await asyncio.sleep(0)
        assert len(connection._queue) < 1000
        assert len(connection._pending) <= 1 << 19
        held.set()
        for _ in range(20_000):
            assert (await client.response()).status == 200


async def test_chunked_bodies_arrive_whole_and_trailers_go_nowhere() -> None:
    """Chunk extensions are ignored, and a trailer does not become a header."""
    seen: list[dict[bytes, bytes]] = []

    async def handle(exchange: Exchange) -> None:
        body = await exchange.read_body()
        seen.append(exchange.headers)
        exchange.respond(200, [], body)

    async with serving(handle) as server, connected(server.port) as client:
        client.send(
            b"POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: Chunked\r\n\r\n"
            b'3;a=b;c="d"\r\nabc\r\nA\r\n0123456789\r\n0\r\nauthorization: x\r\n\r\n' + GET
        )
        assert (await client.response()).body == b"abc0123456789"
        assert (await client.response()).body == b""
    assert b"authorization" not in seen[0]
    assert seen[1] == {b"host": b"x"}


async def test_a_body_is_there_at_once_when_it_came_with_the_head() -> None:
    """read_body does not wait, and may be called twice."""

    async def handle(exchange: Exchange) -> None:
        reading = exchange.read_body()
        with pytest.raises(StopIteration) as ended:
            reading.send(None)
        assert ended.value.value == b"hi"
        assert await exchange.read_body() == b"hi"
        exchange.respond(200, [], b"")

    async with serving(handle) as server, connected(server.port) as client:
        client.send(b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\n\r\nhi")
        assert (await client.response()).status == 200


async def test_100_continue_is_said_when_the_body_is_asked_for() -> None:
    """And the connection lives on."""
    async with serving(echo) as server, connected(server.port) as client:
        for _ in range(2):
            client.send(b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\nexpect: 100-Continue\r\n\r\n")
            assert (await client.response()).status == 100
            client.send(b"hi")
            assert (await client.response()).body == b"POST / hi"


async def test_100_continue_is_not_said_when_the_body_is_there_or_unwanted() -> None:
    """A body that came without waiting is just read; an early answer closes, for the body may follow."""

    async def handle(exchange: Exchange) -> None:
        if exchange.path == "/read":
            await exchange.read_body()
        exchange.respond(200, [], b"ok")

    async with serving(handle) as server, connected(server.port) as client:
        head = b"HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\nexpect: 100-continue\r\n\r\n"
        client.send(b"POST /read " + head + b"hi")
        assert (await client.response()).status == 200
        client.send(b"POST /refuse " + head)
        answer = await client.response()
        assert (answer.status, answer.headers["connection"]) == (200, "close")
        assert await client.rest() == b""


async def test_http_1_0_closes_unless_asked_to_keep() -> None:
    """RFC 9112, 9.3: kept only by Connection: keep-alive, which the answer repeats."""
    async with serving(echo) as server, connected(server.port) as client:
        client.send(b"GET /a HTTP/1.0\r\nconnection: keep-alive\r\n\r\n")
        assert (await client.response()).headers["connection"] == "keep-alive"
        client.send(b"GET /b HTTP/1.0\r\n\r\n")
        assert (await client.response()).headers["connection"] == "close"
        assert await client.rest() == b""


async def test_connection_close_is_heeded() -> None:
    """The answer says it too, and nothing behind the request is looked at."""
    async with serving(echo) as server, connected(server.port) as client:
        client.send(b"GET /a HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n" + GET)
        answer = await client.response()
        assert (answer.body, answer.headers["connection"]) == (b"GET /a ", "close")
        assert await client.rest() == b""


@pytest.mark.parametrize("streamed", [False, True])
async def test_head_and_204_have_no_body(streamed: bool) -> None:
    """HEAD says the length that GET would have; 204 and 304 say none. The connection lives on."""

    async def handle(exchange: Exchange) -> None:
        status = int(exchange.path[1:])
        if streamed:
            exchange.start_stream(status, [])
            await exchange.write(b"body")
            exchange.finish()
        else:
            exchange.respond(status, [], b"body")

    async with serving(handle) as server, connected(server.port) as client:
        client.send(b"HEAD /200 HTTP/1.1\r\nhost: x\r\n\r\n")
        answer = await client.response(head_only=True)
        assert answer.headers == ({} if streamed else {"content-length": "4"})
        for status in (204, 304):
            client.send(b"GET /%d HTTP/1.1\r\nhost: x\r\n\r\n" % status)
            assert (await client.response()).headers == {}
        client.send(b"GET /200 HTTP/1.1\r\nhost: x\r\n\r\n")
        assert (await client.response()).body == b"body"


async def test_a_stream_is_chunked_and_its_head_comes_with_the_first_chunk() -> None:
    """For HTTP/1.0 it ends with the connection."""
    go_on = asyncio.Event()

    async def handle(exchange: Exchange) -> None:
        exchange.start_stream(200, [(b"content-type", b"text/event-stream")])
        await exchange.write(b"one")
        await exchange.write(b"")
        await go_on.wait()
        await exchange.write(b"two")
        exchange.finish()
        exchange.finish()

    async with serving(handle) as server:
        async with connected(server.port) as client:
            client.send(GET)
            assert await client.reader.readexactly(88) == (
                b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
                b"3\r\none\r\n"
            )
            go_on.set()
            assert await client.reader.readexactly(13) == b"3\r\ntwo\r\n0\r\n\r\n"
            client.send(GET)
            assert (await client.response()).body == b"onetwo"
        async with connected(server.port) as client:
            client.send(b"GET / HTTP/1.0\r\nconnection: keep-alive\r\n\r\n")
            answer = await client.response()
            assert (answer.body, answer.headers["connection"]) == (b"onetwo", "close")


async def test_the_last_chunk_and_the_end_are_one_write(monkeypatch: pytest.MonkeyPatch) -> None:
    """The head too where nothing else was sent; HTTP/1.0 has no end but the connection's, HEAD no chunk."""
    sent: list[bytes] = []
    send = Connection.send
    monkeypatch.setattr(Connection, "send", lambda self, data: (sent.append(data), send(self, data))[1])

    async def handle(exchange: Exchange) -> None:
        exchange.start_stream(200, [])
        if exchange.path == "/two":
            await exchange.write(b"one")
        await exchange.write_last(b"two")
        assert exchange.finished

    head = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"
    async with serving(handle) as server:
        async with connected(server.port) as client:
            client.send(b"GET /one HTTP/1.1\r\nhost: x\r\n\r\n")
            assert (await client.response()).body == b"two"
            assert sent == [head + b"3\r\ntwo\r\n0\r\n\r\n"]
            sent.clear()
            client.send(b"GET /two HTTP/1.1\r\nhost: x\r\n\r\n")
            assert (await client.response()).body == b"onetwo"
            assert sent == [head + b"3\r\none\r\n", b"3\r\ntwo\r\n0\r\n\r\n"]
            client.send(b"HEAD /one HTTP/1.1\r\nhost: x\r\n\r\n")
            assert (await client.response(head_only=True)).headers == {}
        async with connected(server.port) as client:
            client.send(b"GET /two HTTP/1.0\r\nconnection: keep-alive\r\n\r\n")
            answer = await client.response()
            assert (answer.body, answer.headers["connection"]) == (b"onetwo", "close")


async def test_the_head_of_a_stream_does_not_wait_for_a_first_chunk() -> None:
    """A handler that begins and then thinks has told the client that it began."""
    go_on = asyncio.Event()

    async def handle(exchange: Exchange) -> None:
        exchange.start_stream(200, [])
        await go_on.wait()
        exchange.finish()

    async with serving(handle) as server, connected(server.port) as client:
        client.send(GET)
        async with asyncio.timeout(60):
            assert b"chunked" in await client.reader.readuntil(b"\r\n\r\n")
        go_on.set()
        assert await client.reader.readexactly(5) == b"0\r\n\r\n"


async def test_a_handler_that_fails_is_answered_500(caplog: pytest.LogCaptureFixture) -> None:
    """The fault is logged and not told; the connection closes; a half answer is cut and not ended."""

    async def handle(exchange: Exchange) -> None:
        if exchange.path == "/stream":
            exchange.start_stream(200, [])
            await exchange.write(b"half")
        if exchange.path == "/silent":
            return
        raise KeyError("secret")

    with caplog.at_level(logging.CRITICAL):
        async with serving(handle) as server:
            for path in (b"/", b"/silent"):
                async with connected(server.port) as client:
                    client.send(b"GET %b HTTP/1.1\r\nhost: x\r\n\r\n" % path)
                    answer = await client.response()
                    assert answer.status == 500
                    assert b"secret" not in answer.body
                    assert await client.rest() == b""
            async with connected(server.port) as client:
                client.send(b"GET /stream HTTP/1.1\r\nhost: x\r\n\r\n")
                whole = await client.rest()
                assert whole.endswith(b"4\r\nhalf\r\n")


async def test_a_header_that_holds_a_line_break_is_not_sent() -> None:
    """The handler gets BadHead, and may still answer."""

    async def handle(exchange: Exchange) -> None:
        for begin in (lambda h: exchange.respond(200, h, b""), lambda h: exchange.start_stream(200, h)):
            with pytest.raises(BadHead):
                begin([(b"x-a", b"b\r\nset-cookie: c")])
        exchange.respond(204, [], b"")

    async with serving(handle) as server, connected(server.port) as client:
        client.send(GET)
        assert (await client.response()).headers == {}


async def test_an_exchange_has_one_response() -> None:
    """Beginning twice, and ending what has not begun, are faults of the handler."""

    async def handle(exchange: Exchange) -> None:
        with pytest.raises(RuntimeError):
            exchange.finish()
        exchange.respond(200, [], b"ok")
        with pytest.raises(RuntimeError):
            exchange.respond(200, [], b"no")
        with pytest.raises(RuntimeError):
            exchange.start_stream(200, [])
        await exchange.write(b"no")

    async with serving(handle) as server, connected(server.port) as client:
        client.send(GET)
        assert (await client.response()).body == b"ok"
        client.send(GET)
        assert (await client.response()).body == b"ok"


async def test_a_given_socket_is_listened_on() -> None:
    """``sock`` may be a Unix socket; there is no port and no peer then."""
    one, other = socket.socketpair()
    one.close()
    other.close()
    sock = socket.create_server(("127.0.0.1", 0))
    server = Server(echo, limits=ServerLimits())
    await server.listen(sock=sock)
    async with connected(server.port) as client:
        client.send(GET)
        assert (await client.response()).status == 200
    await server.drain(0)


async def test_new_connections_do_not_wait_for_a_turn_each() -> None:
    """Of the connections that wait at a worker's socket, several are taken in one turn of the loop."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=256)
    waiting = [socket.create_connection(listener.getsockname()) for _ in range(64)]
    server = Server(echo)
    await server.listen(sock=listener)
    turns = 0
    while len(server.connections) < len(waiting):
        turns += 1
        await asyncio.sleep(0)
    for client in waiting:
        client.close()
    await server.drain(1.0)
    assert turns <= len(waiting) // 4
