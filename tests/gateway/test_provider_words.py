"""An error instead of a stream, or in it, reaches the client in its own format, with the provider's words."""

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from podium.net.server import Exchange
from podium.wire.error_words import last_words, page_words
from tests.gateway.house import KEY, House, house

CHAT = {"messages": [{"role": "user", "content": "hi"}], "max_tokens": 9, "stream": True}
CLIENTS: dict[str, tuple[str, dict[str, object], Callable[[str], object]]] = {
    "openai": ("/v1/chat/completions", CHAT, lambda said: json.loads(said)["error"]["message"]),
    "responses": (
        "/v1/responses",
        {"input": "hi", "max_output_tokens": 99, "stream": True},
        lambda said: (it := json.loads(said)).get("message") or it["error"]["message"],
    ),
    "anthropic": (
        "/v1/messages",
        CHAT,
        lambda said: (it := json.loads(said))["type"] == "error" and it["error"]["message"],
    ),
    "gemini": (
        "/v1beta/models/{}:streamGenerateContent?alt=sse",
        {"contents": [{"role": "user", "parts": [{"text": "hi"}]}]},
        lambda said: json.loads(said)["error"]["message"],
    ),
}
"""By format: the path, a body, and how an error's words are read."""


def data(said: object, kind: str = "") -> bytes:
    """Return an event."""
    return (f"event: {kind}\n" if kind else "").encode() + b"data: " + json.dumps(said).encode() + b"\n\n"


CREATED = data(
    {
        "type": "response.created",
        "response": {"id": "r", "status": "in_progress", "model": "m", "output": []},
    },
    "response.created",
)
STARTED = data(
    {
        "type": "message_start",
        "message": {"id": "m", "model": "m", "content": [], "usage": {"input_tokens": 5, "output_tokens": 1}},
    },
    "message_start",
)
ROLE = {"id": "c", "model": "m", "choices": [{"index": 0, "delta": {"role": "assistant"}}]}
ANNOUNCED = {
    "big": b": PROCESSING\n\n" + data(ROLE),
    "responses": CREATED,
    "claude": STARTED + data({"type": "ping"}, "ping"),
    "gemini": b"",
}
"""By model: what its provider says before it knows that there will be an answer."""
BEGINS = {
    "big": data({"id": "c", "model": "m", "choices": [{"index": 0, "delta": {"content": "Hel"}}]}),
    "responses": CREATED
    + data({"type": "response.output_text.delta", "output_index": 0, "content_index": 0, "delta": "Hel"}),
    "claude": STARTED
    + data({"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}})
    + data({"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "Hel"}}),
    "gemini": data({"candidates": [{"content": {"role": "model", "parts": [{"text": "Hel"}]}, "index": 0}]}),
}
"""By model: a stream up to its first token."""
TYPED = {"type": "error", "error": {"type": "overloaded_error", "message": "too many cooks"}}
NAMED = {"error": {"code": 503, "message": "too many cooks", "status": "UNAVAILABLE"}}
ERRORS = [
    ("big", data(NAMED)),
    ("big", data({"error": "too many cooks"})),
    ("big", data({"message": "too many cooks"}, "error")),
    ("responses", data({"type": "error", "code": "x", "message": "too many cooks"}, "error")),
    ("responses", data({"error": TYPED["error"]}, "error")),
    ("claude", data(TYPED, "error")),
    ("gemini", data(NAMED)),
    *((model, json.dumps(NAMED, indent=1).encode()) for model in BEGINS),
    *((model, b"data: " + json.dumps(TYPED).encode()) for model in BEGINS),
]


@asynccontextmanager
async def answering(
    tmp_path: Path, kind: bytes, *parts: bytes
) -> AsyncIterator[tuple[House, httpx.AsyncClient]]:
    """Yield a gateway whose providers answer so, and a client."""

    async def answer(exchange: Exchange) -> None:
        await exchange.read_body()
        if kind != b"text/event-stream":
            exchange.respond(200, [(b"content-type", kind)], b"".join(parts))
            return
        exchange.start_stream(200, [(b"content-type", kind)])
        for part in parts:
            await exchange.write(part)
        exchange.finish()

    async with house(tmp_path) as it:
        it.sim.server.handler = answer
        base, headers = f"http://127.0.0.1:{it.server.port}", {"authorization": f"Bearer {KEY}"}
        async with httpx.AsyncClient(base_url=base, headers=headers, timeout=60) as client:
            yield it, client


async def call(client: httpx.AsyncClient, speaks: str, model: str) -> httpx.Response:
    """Ask for a stream."""
    path, body, _ = CLIENTS[speaks]
    return await client.post(path.format(model), json={"model": model, **body} if "{" not in path else body)


@pytest.mark.parametrize(("model", "error"), ERRORS)
async def test_an_error_in_a_stream(tmp_path: Path, model: str, error: bytes) -> None:
    """As an event of any shape, or as bare JSON behind the last one; nobody knows the usage: the hold."""
    async with answering(tmp_path, b"text/event-stream", BEGINS[model], error) as (it, client):
        for speaks, (_, _, words) in CLIENTS.items():
            reply = await call(client, speaks, model)
            last = reply.text.strip().split("\n\n")[-1].split("data: ", 1)[1]
            assert "too many cooks" in str(words(last)), (speaks, reply.text)
            settle, hold = it.settles()[-1], it.holds()[-1]
            assert (settle.outcome, settle.estimated) == ("broken", True)
            assert settle.cost_nano_usd == hold.hold_nano_usd > 0


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        (b"application/json", json.dumps(NAMED).encode()),
        (b"application/json; charset=utf-8", json.dumps(TYPED).encode()),
        (b"application/json", json.dumps([NAMED]).encode()),
        (b"text/html", b"<html><head><TITLE>too many &#99;ooks</TITLE></head>"),
        (b"text/plain", b"too many cooks\nand more"),
    ],
)
async def test_something_else_than_a_stream(tmp_path: Path, kind: bytes, body: bytes) -> None:
    """An answer with status 200 that is no stream is an error, of which the client hears the words."""
    async with answering(tmp_path, kind, body) as (it, client):
        for speaks, (_, _, words) in CLIENTS.items():
            for model in BEGINS:
                reply = await call(client, speaks, model)
                assert reply.status_code == 502
                assert "too many cooks" in str(words(reply.text)), (speaks, reply.text)
        assert {settle.cost_nano_usd > 0 for settle in it.settles()} == {True}


async def test_an_error_instead_of_an_answer(tmp_path: Path) -> None:
    """Where no stream was asked for, too."""
    async with answering(tmp_path, b"application/json", json.dumps(NAMED).encode()) as (_, client):
        reply = await client.post("/v1/chat/completions", json={**CHAT, "model": "big", "stream": False})
        assert (reply.status_code, "too many cooks" in reply.text) == (502, True)


def test_words_are_one_line_and_bounded() -> None:
    """Whatever a page says, it is 500 characters that can be shown at most."""
    assert page_words(b"text/plain", b"a\x1b[31mb\x00 c\nd") == "a [31mb c"
    assert len(page_words(b"text/html", b"<title>" + b"x" * 499 + b"</title>")) == 499
    assert len(last_words(json.dumps({"error": "y" * 5000}).encode())) == 500
    assert page_words(b"application/octet-stream", b"\xff\xfe") == ""
    assert last_words(b'data: {"choices": []}\n\ndata: {"error": {"mess') == ""
