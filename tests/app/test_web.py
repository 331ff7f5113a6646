"""The web server of the control process."""

import argparse
import asyncio
import email.utils
import json
import socket
import time
from contextlib import asynccontextmanager

import httpx
import pytest
import uvicorn

from podium.app import web
from podium.app.control import serve_app
from podium.app.web import ADMIN_LIMITS, WebServer, problem
from tests.net.sockets import Client, connected
from tests.net.test_strict import ROWS


async def answer(scope, receive, send) -> None:
    """Say yes, or what a WebSocket said."""
    if scope["type"] == "websocket":
        assert (await receive())["type"] == "websocket.connect"
        await send({"type": "websocket.accept"})
        while (said := await receive())["type"] == "websocket.receive":
            await send({"type": "websocket.send", "text": said["text"]})
    else:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"yes"})


@asynccontextmanager
async def served(**more):
    """Yield a server and its port; end it then, within its grace."""
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    config = uvicorn.Config(answer, log_config=None, lifespan="off", timeout_graceful_shutdown=1, **more)
    server = WebServer(config, ADMIN_LIMITS, problem)
    serving = asyncio.create_task(server._serve([listening]))
    while not server.started:
        await asyncio.sleep(0.01)
    yield server, listening.getsockname()[1]
    server.end()
    async with asyncio.timeout(30):
        await serving


async def test_it_serves_until_it_is_told_to_end() -> None:
    """It says what time it is, and `end` ends it though it would look at nothing for a second."""
    async with served() as (_, port):
        async with httpx.AsyncClient() as client:
            reply = await client.get(f"http://127.0.0.1:{port}/")
        said = email.utils.parsedate_to_datetime(reply.headers["date"]).timestamp()
        assert reply.text == "yes"
        assert abs(time.time() - said) < 60


async def who_asks(scope, receive, send) -> None:
    """Say who asks, as the console and the record of logins see it."""
    said = f"{scope['client'][0]} {scope['scheme']}".encode()
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": said})


@pytest.mark.parametrize(
    ("trusted", "said"),
    [((), "127.0.0.1 http"), (("10.0.0.0/8",), "127.0.0.1 http"), (("127.0.0.0/8",), "203.0.113.9 https")],
)
async def test_only_a_trusted_proxy_says_who_asks(
    monkeypatch: pytest.MonkeyPatch, trusted: tuple[str, ...], said: str
) -> None:
    """A program of this machine cannot ask as another address; the environment of uvicorn says nothing."""
    monkeypatch.setenv("FORWARDED_ALLOW_IPS", "*")
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    port = listening.getsockname()[1]
    server = serve_app(who_asks, argparse.Namespace(host="127.0.0.1", port=port), trusted)
    server.config.lifespan = "off"
    serving = asyncio.create_task(server._serve([listening]))
    while not server.started:
        await asyncio.sleep(0.01)
    headers = {"x-forwarded-for": "198.51.100.7, 203.0.113.9", "x-forwarded-proto": "https"}
    async with httpx.AsyncClient() as client:
        reply = await client.get(f"http://127.0.0.1:{port}/", headers=headers)
    assert reply.text == said
    server.end()
    async with asyncio.timeout(30):
        await serving


def ask_for_websocket(client: Client) -> None:
    """Ask for a WebSocket (RFC 6455)."""
    client.send(
        b"GET / HTTP/1.1\r\nhost: x\r\nconnection: Upgrade\r\nupgrade: websocket\r\n"
        b"sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    )


async def test_a_websocket_speaks_and_ends_with_the_server(monkeypatch) -> None:
    """It is uvicorn's; one more than there may be is refused, and the end closes what is open."""
    monkeypatch.setattr(web, "MAX_WEBSOCKETS", 1)
    async with served() as (server, port), connected(port) as client:
        ask_for_websocket(client)
        assert (await client.response()).headers["sec-websocket-accept"] == "s3pplmbitxaq9kygzzhzrbk+xoo="
        client.send(b"\x81\x85\0\0\0\0hello")
        assert await client.reader.readexactly(7) == b"\x81\x05hello"
        async with connected(port) as another:
            ask_for_websocket(another)
            told = await another.response()
            assert (told.status, json.loads(told.body)["code"]) == (503, "too_many_connections")
        server.end()
        assert (await client.rest()).startswith(b"\x88\x02\x03\xf4")  # a close, 1012


async def test_without_websockets_a_request_for_one_is_any_request() -> None:
    """As on the tool gateway's port."""
    async with served(ws="none") as (_, port), connected(port) as client:
        ask_for_websocket(client)
        assert (await client.response()).body == b"yes"


async def test_http_is_as_strict_as_on_every_port() -> None:
    """Errors are the admin API's; a head has bounds."""
    endless = b"GET / HTTP/1.1\r\nhost: x\r\nx-a: " + b"b" * 200_000
    rows = [(*ROWS["two-hosts"], "bad_request"), (*ROWS["gzip-then-chunked"], "encoding_not_supported")]
    async with served() as (_, port):
        for message, status, code in [*rows, (endless, 431, "headers_too_large")]:
            async with connected(port) as client:
                client.send(message)
                told = await client.response()
                assert (told.status, json.loads(told.body)["code"]) == (status, code)
                assert await client.rest() == b""
