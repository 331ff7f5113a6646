"""Answers that come as streams of events: ended in between, or asking something. The call has gone out."""

import asyncio
import json
from contextlib import asynccontextmanager

import pytest

from podium.adapters.toolservers import HttpToolServer
from podium.kernel.errors import BrokenReply, ConnectFailed, UpstreamTimeout
from podium.net.upstream import Pool
from tests.adapters.toolservers.test_conformance import NoSecrets, row
from tests.tools.rig import listening, until

PRIMING = b"id: e1\nretry: 60\ndata: \n\n"
SAMPLE = {"jsonrpc": "2.0", "id": 7, "method": "sampling/createMessage", "params": {}}


def event(message, name=b"e2"):
    return b"id: " + name + b"\ndata: " + json.dumps(message).encode() + b"\n\n"


class Streaming:
    """A server of 2025-11-25 that answers a call with one stream after another."""

    def __init__(self, streams, *, session=b"s1", status=200):
        self.streams, self.session, self.status = list(streams), session, status
        self.asked: list[tuple[str, bytes | None]] = []
        self.calls = 0
        self.number = None
        self.given_up: list[int] = []

    async def __call__(self, scope, receive, send):
        if scope["type"] != "http":
            return
        headers = dict(scope["headers"])
        if scope["method"] == "GET":
            self.asked.append((headers[b"mcp-session-id"].decode(), headers.get(b"last-event-id")))
            await self._stream(send, self.status)
            return
        body = bytearray()
        while True:
            message = await receive()
            body += message.get("body", b"")
            if not message.get("more_body"):
                break
        said = json.loads(body)
        if said.get("method") == "notifications/cancelled":
            self.given_up.append(said["params"]["requestId"])
        if said.get("method") == "tools/call":
            self.calls, self.number = self.calls + 1, said["id"]
            if self.streams:
                await self._stream(send, 200)
                return
            while not self.given_up:
                await asyncio.sleep(0.01)
        elif said.get("method") == "initialize":
            result = {"protocolVersion": "2025-11-25", "capabilities": {}}
            await self._json(send, 200, {"jsonrpc": "2.0", "id": said["id"], "result": result})
        else:
            await self._json(send, 400 if said.get("method") == "server/discover" else 202, {})

    async def _json(self, send, status, body):
        head = [(b"content-type", b"application/json")]
        head += [(b"mcp-session-id", self.session)] if self.session else []
        await send({"type": "http.response.start", "status": status, "headers": head})
        await send({"type": "http.response.body", "body": json.dumps(body).encode()})

    async def _stream(self, send, status):
        data = self.streams.pop(0)
        data = (
            data if isinstance(data, bytes) else event({"jsonrpc": "2.0", "id": self.number, "result": data})
        )
        head = [(b"content-type", b"text/event-stream")]
        await send({"type": "http.response.start", "status": status, "headers": head})
        await send({"type": "http.response.body", "body": data})


class Deaf(Pool):
    """Reaches a server for questions, and not for answers to its own."""

    async def send(self, *given, **more):
        if more["body"] and b'"method"' not in more["body"]:
            raise ConnectFailed("nobody listens any more")
        return await super().send(*given, **more)


@asynccontextmanager
async def streaming(app, pool=None, **fields):
    pool = pool or Pool()
    async with listening(app) as port:
        yield HttpToolServer(row(port, **fields), pool, NoSecrets())
        await pool.close()


async def test_a_stream_that_its_server_closes_goes_on_where_it_was():
    """It is asked for what follows the last event, each time that it is closed; the call is made once."""
    note = event({"jsonrpc": "2.0", "method": "notifications/message", "params": {}}, b"e5")
    app = Streaming([PRIMING, note, {"content": [{"type": "text", "text": "done"}]}])
    async with streaming(app) as server:
        assert (await server.call_tool("t", {}))["content"][0]["text"] == "done"
    assert app.asked == [("s1", b"e1"), ("s1", b"e5")]
    assert app.calls == 1


@pytest.mark.parametrize(
    ("streams", "settings", "asked"),
    [
        ([b"data: \n\n"], {}, 0),
        ([PRIMING], {"session": b""}, 0),
        ([PRIMING, b""], {"status": 404}, 1),
        ([PRIMING, b""], {"status": 401}, 1),
    ],
    ids=["no id", "no session", "a server that does not know it", "a server that refuses"],
)
async def test_a_stream_that_does_not_go_on(streams, settings, asked):
    """Nobody knows what became of the call: it is neither failed nor unsent, whatever is said then."""
    app = Streaming(streams, **settings)
    async with streaming(app) as server:
        with pytest.raises(BrokenReply, match="ended its stream without an answer") as raised:
            await server.call_tool("t", {})
    assert raised.value.sent is True
    assert (len(app.asked), app.calls) == (asked, 1)


async def test_a_stream_that_is_closed_for_ever_has_an_end():
    """All of it is within the time that the manifest gives to a call."""
    app = Streaming([PRIMING] * 1000)
    async with streaming(app, timeout_s=0.5) as server:
        with pytest.raises(BrokenReply, match="does not go on") as raised:
            await server.call_tool("t", {})
    assert raised.value.sent is True
    assert app.asked


async def test_a_server_is_told_that_nobody_waits_for_it_any_more():
    """A call that took too long is cancelled at a server with sessions, which no closed connection tells."""
    app = Streaming([])
    async with streaming(app, timeout_s=0.3) as server:
        with pytest.raises(UpstreamTimeout) as raised:
            await server.call_tool("t", {})
        await until(lambda: app.given_up)
    assert raised.value.sent is True
    assert app.given_up == [app.number]


async def test_what_a_server_asks_cannot_be_answered():
    """That says nothing of the call, which has gone out: its answer is taken."""
    app = Streaming(
        [event(SAMPLE, b"e1") + b'data: {"jsonrpc": "2.0", "id": 3, "result": {"content": []}}\n\n']
    )
    async with streaming(app, Deaf()) as server:
        app.streams[0] = app.streams[0].replace(b'"id": 3', b'"id": %d' % (server._count + 3))
        assert (await server.call_tool("t", {}))["content"] == []
    assert app.calls == 1
