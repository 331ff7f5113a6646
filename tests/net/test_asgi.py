"""ASGI applications behind the server, and WebSockets that are handed over."""

import asyncio
import json

import pytest

from podium.net.asgi import AsgiHandler
from podium.net.connection import Connection
from podium.net.server import Server, ServerLimits
from tests.net.sockets import connected, serving, until
from tests.net.test_split import Wire
from tests.net.test_strict import ROWS, SMUGGLED

HEAD = b"POST /a%20b?c=%20d HTTP/1.1\r\nhost: x\r\nX-A: b\r\ncontent-length: 5\r\n\r\n"
WANTS = b"GET /ws HTTP/1.1\r\nhost: x\r\nconnection: keep-alive, Upgrade\r\nupgrade: websocket\r\n\r\n"


def answering(application, tasks=None) -> AsgiHandler:
    return AsgiHandler(application, tasks=set() if tasks is None else tasks, state={"a": 1})


async def say(send, status: int, body: bytes, *headers: tuple[bytes, bytes]) -> None:
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def test_a_request_becomes_a_scope_and_what_is_sent_its_answer() -> None:
    """Path decoded, query as it came, headers in lower case, the body whole; the connection stays."""
    seen = []

    async def application(scope, receive, send) -> None:
        seen.append((scope, await receive()))
        await say(send, 201, b"done", (b"Content-Length", b"4"), (b"x-b", b"c"), (b"connection", b"close"))

    async with serving(answering(application)) as server, connected(server.port) as client:
        for _ in range(2):
            client.send(HEAD + b"hello")
            answer = await client.response()
            assert (answer.status, answer.body, answer.headers["x-b"]) == (201, b"done", "c")
            assert "date" in answer.headers
    scope, message = seen[1]
    assert message == {"type": "http.request", "body": b"hello", "more_body": False}
    assert (scope["path"], scope["raw_path"], scope["query_string"]) == ("/a b", b"/a%20b", b"c=%20d")
    assert (scope["method"], scope["scheme"], scope["http_version"]) == ("POST", "http", "1.1")
    assert dict(scope["headers"])[b"x-a"] == b"b"
    assert scope["client"][0] == "127.0.0.1"
    assert scope["server"] == ("127.0.0.1", server.port)
    assert scope["state"] == {"a": 1}


async def test_a_stream_begins_before_its_first_chunk() -> None:
    """The head of an answer without a length goes out at once, each chunk when it is sent."""
    go_on = asyncio.Event()

    async def application(_scope, _receive, send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await go_on.wait()
        await send({"type": "http.response.body", "body": b"one", "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    async with serving(answering(application)) as server, connected(server.port) as client:
        client.send(SMUGGLED)
        head = await client.reader.readuntil(b"\r\n\r\n")
        assert b"transfer-encoding: chunked" in head
        go_on.set()
        assert await client.reader.readuntil(b"0\r\n\r\n") == b"3\r\none\r\n0\r\n\r\n"


async def test_an_answer_to_head_has_no_body() -> None:
    """Whatever an application sends to HEAD, what comes behind the head is the next answer."""

    async def application(scope, _receive, send) -> None:
        await say(send, 200, scope["path"].encode(), (b"content-length", b"2"))

    async with serving(answering(application)) as server, connected(server.port) as client:
        client.send(b"HEAD /x HTTP/1.1\r\nhost: x\r\n\r\nGET /y HTTP/1.1\r\nhost: x\r\n\r\n")
        assert (await client.response(head_only=True)).status == 200
        assert (await client.response()).body == b"/y"


async def test_a_client_that_goes_is_told_of_and_the_application_goes_on() -> None:
    """It hears of it when it asks, and what it sends then goes nowhere; what is half a body is none."""
    heard, tasks = [], set()

    async def application(_scope, receive, send) -> None:
        heard.append(await receive())
        if heard[-1]["type"] == "http.request":
            heard.append(await receive())
        await say(send, 200, b"", (b"content-length", b"0"))
        heard.append("end")

    async with serving(answering(application, tasks)) as server:
        for body, hears in ((b"hello", ["http.request", "http.disconnect"]), (b"he", ["http.disconnect"])):
            heard.clear()
            async with connected(server.port) as client:
                client.send(HEAD + body)
                await until(lambda: tasks)
                await asyncio.sleep(0.05)
                client.reset()
            await until(lambda: not tasks)
            assert [it["type"] for it in heard[:-1]] == hears
            assert heard[-1] == "end"
            assert not server.in_flight


async def test_who_sends_on_and_on_does_not_stand_in_the_way() -> None:
    """A stream that waits for nothing lets others be served, and ends when its deaf client is cut."""
    tasks = set()

    async def application(scope, receive, send) -> None:
        if scope["path"] == "/":
            await say(send, 200, b"", (b"content-length", b"0"))
            return
        await receive()
        leaving = asyncio.ensure_future(receive())
        await send({"type": "http.response.start", "status": 200, "headers": []})
        while not leaving.done():
            await send({"type": "http.response.body", "body": b"x" * 65536, "more_body": True})

    limits = ServerLimits(write_timeout_s=0.2)
    async with (
        serving(answering(application, tasks), limits=limits) as server,
        connected(server.port, limit=1024) as deaf,
        connected(server.port) as client,
    ):
        deaf.send(b"GET /endless HTTP/1.1\r\nhost: x\r\n\r\n")
        await until(lambda: tasks)
        client.send(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n")
        assert (await client.response()).status == 200
        await until(lambda: not tasks)


async def test_a_body_that_is_refused_is_answered_here() -> None:
    """The application hears that its client has gone, and whatever it says of that is not said."""

    async def application(_scope, receive, send) -> None:
        assert (await receive())["type"] == "http.disconnect"
        await say(send, 200, b"all is well", (b"content-length", b"11"))
        raise ConnectionError

    async with serving(answering(application)) as server, connected(server.port) as client:
        client.send(b"POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n")
        answer = await client.response()
        assert answer.status == 400
        assert json.loads(answer.body)["error"]["code"] == "bad_request"
        assert await client.rest() == b""


@pytest.mark.parametrize("name", ["gzip-then-chunked", "no-host", "two-hosts", "chunk-extension-too-long"])
async def test_what_is_ambiguous_is_refused_before_an_application_answers(name: str) -> None:
    """What uvicorn lets pass."""
    message, status = ROWS[name]

    async def application(_scope, receive, send) -> None:
        await receive()
        await say(send, 200, b"", (b"content-length", b"0"))

    async with serving(answering(application)) as server, connected(server.port) as client:
        client.send(message + SMUGGLED)
        assert (await client.response()).status == status
        assert await client.rest() == b""


async def test_a_fault_of_the_application_is_one_answer() -> None:
    """500 before anything was said; else its answer breaks off, and is not taken for a whole one."""

    async def application(scope, _receive, send) -> None:
        if scope["path"] == "/late":
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body", "body": b"one", "more_body": True})
        raise ValueError

    async with serving(answering(application)) as server:
        async with connected(server.port) as client:
            client.send(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n")
            assert (await client.response()).status == 500
        async with connected(server.port) as client:
            client.send(b"GET /late HTTP/1.1\r\nhost: x\r\n\r\n")
            assert (await client.rest()).endswith(b"3\r\none\r\n")


class Speaker(asyncio.Protocol):
    """Takes connections over, and keeps what it was told."""

    def __init__(self) -> None:
        self.told = b""
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport) -> None:
        self.transport = transport
        transport.write(b"taken over\n")

    def data_received(self, data: bytes) -> None:
        self.told += data


async def echo_path(exchange) -> None:
    exchange.respond(200, [], exchange.path.encode())


async def test_a_websocket_is_handed_over_with_its_request() -> None:
    """Who speaks WebSocket reads the request, and all that comes behind it; the server forgets about it."""
    speaker = Speaker()
    async with serving(echo_path) as server, connected(server.port) as client:
        server.websocket = lambda: speaker
        client.send(b"GET /first HTTP/1.1\r\nhost: x\r\n\r\n")
        assert (await client.response()).body == b"/first"
        client.send(WANTS + b"frame one")
        assert await client.reader.readline() == b"taken over\n"
        client.send(b", frame two")
        await until(lambda: speaker.told.endswith(b"frame two"))
        head, _, frames = speaker.told.partition(b"\r\n\r\n")
        assert head.startswith(b"GET /ws HTTP/1.1\r\n")
        assert b"connection: keep-alive, Upgrade" in head
        assert frames == b"frame one, frame two"
        assert not server.connections
        speaker.transport.abort()


class Handed(Wire):
    """A transport whose protocol may be another one."""

    protocol: asyncio.Protocol | None = None

    def set_protocol(self, protocol) -> None:
        self.protocol = protocol


async def test_every_split_of_a_websocket_is_handed_over_alike() -> None:
    """Wherever the cut falls, who takes over reads the same bytes."""
    server, message = Server(echo_path), WANTS + b"frame"
    server.loop = asyncio.get_running_loop()
    for place in range(len(message)):
        speaker, wire = Speaker(), Handed()
        server.websocket = lambda speaker=speaker: speaker
        wire.protocol = Connection(server)
        wire.protocol.connection_made(wire)
        for piece in (message[:place], message[place:]):
            wire.protocol.data_received(piece)
        assert (speaker.told, bytes(wire.sent)) == (message, b"taken over\n"), place
    assert not server.connections
    assert server._sweeper is not None
    server._sweeper.cancel()


@pytest.mark.parametrize(
    ("message", "status"),
    [
        (WANTS.replace(b"host: x", b"host: x, y"), 400),
        (WANTS.replace(b"host: x\r\n", b""), 400),
        (WANTS.replace(b"/ws", b"/ws#x"), 400),
        (WANTS.replace(b"host: x", b"host: x\r\nx-a: " + b"b" * 3000), 431),
    ],
)
async def test_a_websocket_is_refused_as_any_request(message: bytes, status: int) -> None:
    """Nothing is handed over of what is refused."""
    async with (
        serving(echo_path, limits=ServerLimits(max_header_bytes=2048)) as server,
        connected(server.port) as client,
    ):
        server.websocket = lambda: pytest.fail("it was handed over")
        client.send(message)
        assert (await client.response()).status == status
        assert await client.rest() == b""


async def test_one_websocket_too_many_is_refused() -> None:
    """With the status of connections that are too many."""
    async with serving(echo_path) as server, connected(server.port) as client:
        server.websocket = lambda: None
        client.send(WANTS)
        answer = await client.response()
        assert (answer.status, json.loads(answer.body)["error"]["code"]) == (503, "too_many_connections")


@pytest.mark.parametrize(
    "message",
    [
        WANTS.replace(b"websocket", b"h2c"),
        WANTS.replace(b"GET", b"POST"),
        WANTS.replace(b"host: x", b"host: x\r\ncontent-length: 0"),
    ],
)
async def test_what_is_no_websocket_goes_on_as_it_was(message: bytes) -> None:
    """Another protocol, another method, a body: a request of HTTP/1.1 as any."""
    async with serving(echo_path) as server, connected(server.port) as client:
        server.websocket = lambda: pytest.fail("it was handed over")
        client.send(message)
        assert (await client.response()).body == b"/ws"


def test_no_server_has_websockets_unless_it_is_told() -> None:
    """The gateway's has none."""
    assert Server(echo_path).websocket is None
