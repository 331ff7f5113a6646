"""What a provider says of the key that it was sent reaches nobody: no client, no journal, no log."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import msgspec
import pytest

from podium.gateway.plan import Plan
from podium.spend.bounds import Calibrator
from tests.gateway.house import KEY, House, house, snapshot

SECRET = "sk-sim"  # what `house` has for its providers
PATHS = {
    "big": ("/v1/chat/completions", {"model": "big", "messages": [{"role": "user", "content": "a"}]}),
    "responses": ("/v1/responses", {"model": "responses", "input": "a"}),
    "claude": (
        "/v1/messages",
        {"model": "claude", "max_tokens": 9, "messages": [{"role": "user", "content": "a"}]},
    ),
    "gemini": ("/v1beta/models/gemini:generateContent", {"contents": [{"parts": [{"text": "a"}]}]}),
}


@asynccontextmanager
async def blabber(it: House, status: int, kind: str, words: str) -> AsyncIterator[None]:
    """Let every provider be one that answers so, whatever it is asked."""
    body = words.encode()
    head = f"HTTP/1.1 {status} X\r\ncontent-type: {kind}\r\ncontent-length: {len(body)}\r\n\r\n"

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked = await reader.readuntil(b"\r\n\r\n")
        size = int(asked.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
        await reader.readexactly(size)
        assert SECRET.encode() in asked
        writer.write(head.encode() + body)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    now, port = it.standing.snapshot, server.sockets[0].getsockname()[1]
    moved = {name: msgspec.structs.replace(row, port=port) for name, row in now.providers.items()}
    it.standing.apply_snapshot(msgspec.structs.replace(now, providers=moved))
    async with server:
        yield


@pytest.mark.parametrize("route", PATHS)
@pytest.mark.parametrize("status", [200, 400, 404, 429, 500])
async def test_a_key_that_a_provider_quotes_is_hidden(
    tmp_path: Path, route: str, status: int, caplog: pytest.LogCaptureFixture
):
    """In errors of every format and status, a 200 with an error included."""
    caplog.set_level(logging.DEBUG)
    path, body = PATHS[route]
    words = json.dumps({"error": {"message": f"Your key, which was given as {SECRET}-more {SECRET}"}})
    async with (
        house(tmp_path) as it,
        blabber(it, status, "application/json", words),
        httpx.AsyncClient(timeout=120) as plain,
    ):
        answer = await plain.post(it.url + path, json=body, headers={"authorization": f"Bearer {KEY}"})
        assert answer.status_code == (502 if status == 200 else status)
        assert "Your key" in answer.text
        told = answer.text + str(answer.headers) + str(it.records()) + caplog.text
        assert SECRET not in told


@pytest.mark.parametrize("route", PATHS)
async def test_a_key_in_a_streams_error_is_hidden(tmp_path: Path, route: str):
    """An error behind the first byte of a stream is told without it too."""
    path, body = PATHS[route]
    error = json.dumps({"type": "error", "error": {"message": f"no such key: {SECRET}"}})
    path = path.replace(":generateContent", ":streamGenerateContent?alt=sse")
    asked = body if route == "gemini" else {**body, "stream": True}
    async with (
        house(tmp_path) as it,
        blabber(it, 200, "text/event-stream", f"event: error\ndata: {error}\n\n"),
        httpx.AsyncClient(timeout=120) as plain,
    ):
        answer = await plain.post(it.url + path, json=asked, headers={"authorization": f"Bearer {KEY}"})
        assert "no such key" in answer.text
        assert SECRET not in answer.text
        assert SECRET not in str(it.records())


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("key sk-long-secret-1 is bad", "key [credential] is bad"),
        ("cut off in the key sk-long-sec", "cut off in the key [credential]"),
        ("nothing of it: sk-lo", "nothing of it: sk-lo"),
        ("", ""),
    ],
)
def test_a_key_is_hidden_whole_or_cut_off(said: str, shown: str):
    """Long words of a provider's are cut, which may leave most of the key at their end."""
    row = snapshot(1)
    plan = Plan(row.models["big"], row.providers["sim"], Calibrator())
    assert plan.without_secret(said) == said  # nothing was sent yet

    class Secrets:
        def read(self, ref: object) -> str:
            return "sk-long-secret-1"

    plan.request_lines(Secrets(), stream=False)
    assert plan.without_secret(said) == shown


@pytest.mark.parametrize("route", PATHS)
async def test_hosts_and_files_are_for_the_operator(tmp_path: Path, route: str):
    """A client is told which provider cannot be reached; where it would be stands in the journal alone."""
    path, body = PATHS[route]
    async with house(tmp_path) as it, httpx.AsyncClient(timeout=120) as plain:
        now = it.standing.snapshot
        moved = {
            name: msgspec.structs.replace(row, host="llm.internal.invalid", network="private")
            for name, row in now.providers.items()
        }
        it.standing.apply_snapshot(msgspec.structs.replace(now, providers=moved))
        answer = await plain.post(it.url + path, json=body, headers={"authorization": f"Bearer {KEY}"})
        assert answer.status_code == 502
        assert f"podium explain {answer.headers['x-podium-trace-id']}" in answer.text
        assert "internal" not in answer.text
        assert "llm.internal.invalid" in it.dones()[0].message


async def test_a_host_is_not_in_the_error_of_a_broken_connection(tmp_path: Path):
    """A provider that closes on us is told by its name."""
    path, body = PATHS["claude"]
    async with (
        house(tmp_path) as it,
        blabber(it, 200, "application/json\r\ntransfer-encoding: bogus", "{}"),
        httpx.AsyncClient(timeout=120) as plain,
    ):
        answer = await plain.post(it.url + path, json=body, headers={"authorization": f"Bearer {KEY}"})
        assert answer.status_code == 502
        assert "anthropic sent a malformed answer" in answer.text
        assert "127.0.0.1 sent a malformed answer" in it.dones()[0].message
