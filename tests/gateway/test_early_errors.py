"""An error that comes in a stream before its first token is a refusal like any other, and may be repeated."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from podium.gateway import delivery
from podium.net.server import Exchange
from podium.wire.error_words import ToldError, find_error
from tests.gateway.house import House, house
from tests.gateway.test_provider_words import ANNOUNCED, BEGINS, CLIENTS, NAMED, TYPED, answering, call, data

STREAM = b"text/event-stream"
FAILED = {
    "type": "response.failed",
    "response": {
        "id": "r",
        "status": "failed",
        "error": {"code": "server_error", "message": "too many cooks"},
    },
}
ERRORS = [
    ("big", data({"error": {"message": "too many cooks", "type": "rate_limit_error", "code": None}}), 429),
    ("big", data({**TYPED, "error": {"message": "too many cooks", "code": 503}, "choices": []}), 503),
    (
        "big",
        data({"error": {"message": "too many cooks", "type": "requests", "code": "rate_limit_exceeded"}}),
        429,
    ),
    ("big", data({"error": {"message": "too many cooks", "code": "context_length_exceeded"}}), 400),
    ("responses", data({"type": "error", "code": "server_error", "message": "too many cooks"}, "error"), 500),
    ("responses", data(FAILED, "response.failed"), 500),
    ("claude", data(TYPED, "error"), 529),
    ("gemini", data(NAMED), 503),
    *((model, json.dumps(NAMED, indent=1).encode(), 503) for model in BEGINS),
    *((model, b"data: " + json.dumps(TYPED).encode(), 529) for model in BEGINS),
]
ENDED = data({"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]})
USED = data({"choices": [], "usage": {"prompt_tokens": 9, "completion_tokens": 1}})
GOOD = BEGINS["big"] + ENDED + USED + b"data: [DONE]\n\n"


@pytest.mark.parametrize("announced", [False, True])
@pytest.mark.parametrize(("model", "error", "status"), ERRORS)
async def test_its_status_and_words(
    tmp_path: Path, model: str, error: bytes, status: int, announced: bool
) -> None:
    """In every client's format, as of a call that is not streamed; nothing is charged."""
    parts = (ANNOUNCED[model], error) if announced else (error,)
    async with answering(tmp_path, STREAM, *parts) as (it, client):
        for speaks, (_, _, words) in CLIENTS.items():
            reply = await call(client, speaks, model)
            assert reply.status_code == status, (speaks, reply.text)
            assert "too many cooks" in str(words(reply.text)), (speaks, reply.text)
            settle = it.settles()[-1]
            assert (settle.outcome, settle.estimated, settle.cost_nano_usd) == ("refused", False, 0)
            assert settle.http_status == it.dones()[-1].http_status == status


async def test_an_error_of_no_known_kind(tmp_path: Path) -> None:
    """It is a bad gateway's, and what it has cost is not known: the hold."""
    error = data({"error": {"message": "too many cooks", "type": "soup"}})
    async with answering(tmp_path, STREAM, error) as (it, client):
        reply = await call(client, "openai", "big")
        assert (reply.status_code, "too many cooks" in reply.text) == (502, True)
        settle, hold = it.settles()[-1], it.holds()[-1]
        assert (settle.estimated, settle.cost_nano_usd) == (True, hold.hold_nano_usd)


async def test_an_answer_that_failed_with_a_usage(tmp_path: Path) -> None:
    """Something has run, so it is not free."""
    told = {**FAILED["response"], "usage": {"input_tokens": 5, "output_tokens": 7, "total_tokens": 12}}
    async with answering(tmp_path, STREAM, data({**FAILED, "response": told}, "response.failed")) as (
        it,
        client,
    ):
        reply = await call(client, "responses", "responses")
        assert reply.status_code == 500
        settle, hold = it.settles()[-1], it.holds()[-1]
        assert (settle.estimated, settle.cost_nano_usd) == (True, hold.hold_nano_usd)


async def test_nobody_reads_what_a_key_was_refused_with(tmp_path: Path) -> None:
    """A provider's 401 may quote the key that it was sent."""
    error = data({"error": {"message": "no such key: sk-123", "code": "invalid_api_key"}})
    async with answering(tmp_path, STREAM, error) as (it, client):
        reply = await call(client, "openai", "big")
        assert (reply.status_code, "sk-123" in reply.text) == (502, False)
        assert "sk-123" not in str(it.records())


def in_turn(it: House, *answers: bytes) -> list[str]:
    """Have the provider answer so, one call after the other; return the models that it is asked for."""
    asked: list[str] = []

    async def answer(exchange: Exchange) -> None:
        asked.append(json.loads(await exchange.read_body())["model"])
        exchange.start_stream(200, [(b"content-type", STREAM)])
        for event in answers[len(asked) - 1].split(b"\n\n"):
            await exchange.write(event + b"\n\n")
        exchange.finish()

    it.sim.server.handler = answer
    return asked


@pytest.mark.parametrize(
    ("route", "asked"), [("two", ["sim-big", "sim-small"]), ("stubborn", ["sim-big", "sim-big"])]
)
async def test_another_attempt_follows(tmp_path: Path, route: str, asked: list[str]) -> None:
    """At the next model, or again at the same; the first attempt is charged nothing, the second exactly."""
    overloaded = ANNOUNCED["big"] + data({"error": {"message": "too many cooks", "code": 529}})
    async with house(tmp_path) as it:
        for body in (overloaded, data({"error": {"message": "slow down", "type": "server_error"}})):
            was = in_turn(it, body, GOOD)
            stream = await it.client.chat.completions.create(
                model=route, messages=[{"role": "user", "content": "hi"}], max_tokens=9, stream=True
            )
            said = [piece.choices[0].delta.content async for piece in stream if piece.choices]
            assert [it for it in said if it] == ["Hel"]
            assert was == asked
            first, second = it.settles()[-2:]
            assert (first.outcome, first.cost_nano_usd) == ("refused", 0)
            assert (second.outcome, second.estimated, second.usage.output_tokens) == ("ok", False, 1)
            assert [done.outcome for done in it.dones()][-1:] == ["ok"]


async def when_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rest: Callable[[Exchange], Awaitable[None]]
) -> bytes:
    """Return what a client reads of a stream that goes on only when its client has its head."""
    monkeypatch.setattr(delivery, "HOLD_S", 0.01)
    has_head = asyncio.Event()

    async def answer(exchange: Exchange) -> None:
        await exchange.read_body()
        exchange.start_stream(200, [(b"content-type", STREAM)])
        await exchange.write(ANNOUNCED["big"])
        await has_head.wait()
        await rest(exchange)
        exchange.finish()

    async with answering(tmp_path, STREAM) as (it, client):
        it.sim.server.handler = answer
        path, body, _ = CLIENTS["openai"]
        async with client.stream("POST", path, json={"model": "big", **body}) as reply:
            assert reply.status_code == 200
            has_head.set()
            return await reply.aread()


async def test_a_client_waits_for_no_token(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What announces an answer goes out soon, also where the first token takes long."""

    async def rest(exchange: Exchange) -> None:
        await exchange.write(GOOD)

    said = await when_asked(tmp_path, monkeypatch, rest)
    assert said.startswith(ANNOUNCED["big"])
    assert said.endswith(b"data: [DONE]\n\n")


async def test_an_error_behind_what_went_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is an event."""

    async def rest(exchange: Exchange) -> None:
        await exchange.write(data(NAMED))

    said = await when_asked(tmp_path, monkeypatch, rest)
    assert b"too many cooks" in said
    assert b"[DONE]" not in said


@pytest.mark.parametrize(
    ("stream", "found"),
    [
        (b": PROCESSING\n\n" + data(ROLE := {"choices": [{"delta": {"content": '{"error": 1}'}}]}), None),
        (data(ROLE) + data({"error": None, "choices": []}), None),
        (data({"error": "too many cooks"}), ToldError(None, None)),
        (data({"message": "too many cooks"}, "error"), ToldError(None, None)),
        (b"event: error\ndata: too many cooks\n\n", ToldError(None, None)),
        (b"event: error\r\ndata: " + json.dumps(TYPED).encode() + b"\r\n\r\n", ToldError(529, None)),
        (data({"error": {"code": "429"}}), ToldError(429, None)),
        (data({"error": {"code": 200, "type": True}}), ToldError(None, None)),
        (json.dumps([NAMED]).encode(), ToldError(503, None)),
        (
            data({"error": {"status": "RESOURCE_EXHAUSTED", "details": [{"retryDelay": "3.5s"}]}}),
            ToldError(429, 3.5),
        ),
    ],
)
def test_what_an_error_in_a_stream_stands_for(stream: bytes, found: ToldError | None) -> None:
    """A number or a name tells its status, wherever the format puts it."""
    assert find_error(stream) == found
