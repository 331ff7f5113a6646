"""The web server of the control process."""

import asyncio
import email.utils
import socket
import time

import httpx
import uvicorn

from podium.app.web import WebServer


async def answer(scope, _receive, send) -> None:
    """Say yes."""
    if scope["type"] == "http":
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"yes"})


async def test_it_serves_until_it_is_told_to_end() -> None:
    """It says what time it is, and `end` ends it though it would look at nothing for a second."""
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    server = WebServer(uvicorn.Config(answer, log_config=None, lifespan="off"))
    serving = asyncio.create_task(server._serve([listening]))
    while not server.started:
        await asyncio.sleep(0.01)
    async with httpx.AsyncClient() as client:
        reply = await client.get(f"http://127.0.0.1:{listening.getsockname()[1]}/")
    said = email.utils.parsedate_to_datetime(reply.headers["date"]).timestamp()
    assert reply.text == "yes"
    assert abs(time.time() - said) < 60
    server.end()
    async with asyncio.timeout(30):
        await serving
