import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import openai
import pydantic
import pytest

from podium.adapters.simulator import (
    SimulatedProvider,
    SimulatorConfig,
    Steering,
    read_records,
    serve,
    simulated_provider,
)
from podium.adapters.simulator.provider import decide_fate, faults_of

ASK: Any = [{"role": "user", "content": "one two three"}]


@pytest.fixture
async def sim() -> AsyncIterator[SimulatedProvider]:
    async with simulated_provider() as provider:
        yield provider


@pytest.fixture
async def client(sim: SimulatedProvider) -> AsyncIterator[openai.AsyncOpenAI]:
    async with client_of(sim) as sdk:
        yield sdk


def client_of(sim: SimulatedProvider) -> openai.AsyncOpenAI:
    return openai.AsyncOpenAI(base_url=sim.base_url, api_key="none", max_retries=0, timeout=120)


async def drained(stream: AsyncIterator[Any]) -> list[Any]:
    return [chunk async for chunk in stream]


def steer(**fields: Any) -> dict[str, Any]:
    return {"podium_sim": fields}


async def test_the_sdk_gets_a_plain_answer(client: openai.AsyncOpenAI, sim: SimulatedProvider):
    """A plain answer has text, usage and a finish reason, and is counted with the client's request id."""
    answer = await client.chat.completions.create(
        model="m", messages=ASK, max_completion_tokens=4, extra_headers={"x-client-request-id": "chg_1"}
    )
    assert answer.choices[0].finish_reason == "length"
    assert answer.usage
    assert (answer.usage.prompt_tokens, answer.usage.completion_tokens) == (3, 4)
    (record,) = sim.records
    assert (record.request_id, record.status, record.completed, record.streamed) == (
        "chg_1",
        200,
        True,
        False,
    )
    assert (record.prompt_tokens, record.completion_tokens, record.model) == (3, 4, "m")


async def test_the_sdk_gets_a_stream(client: openai.AsyncOpenAI, sim: SimulatedProvider):
    """A stream has one chunk a token, and its last chunk carries the usage that a plain answer has."""
    stream = await client.chat.completions.create(
        model="m", messages=ASK, max_completion_tokens=5, stream=True, stream_options={"include_usage": True}
    )
    chunks = [chunk async for chunk in stream]
    plain = await client.chat.completions.create(model="m", messages=ASK, max_completion_tokens=5)
    assert len(chunks) == 1 + 5 + 1 + 1
    assert "".join(c.choices[0].delta.content or "" for c in chunks[:-1]) == plain.choices[0].message.content
    assert chunks[-1].usage == plain.usage
    assert [r.completed for r in sim.records] == [True, True]
    assert sim.records[0].completion_tokens == sim.records[1].completion_tokens == 5


async def test_a_paced_stream_is_the_same_stream(client: openai.AsyncOpenAI):
    """Pace changes when tokens come, not which."""

    async def chunks(itl_ms: float) -> list[Any]:
        stream = await client.chat.completions.create(
            model="m",
            messages=ASK,
            max_tokens=6,
            stream=True,
            extra_body=steer(itl_ms=itl_ms, ttft_ms=itl_ms),
        )
        return [chunk.choices async for chunk in stream]

    assert await chunks(1) == await chunks(0)


async def test_the_sdk_gets_tool_calls_plain_and_streamed(client: openai.AsyncOpenAI):
    """A forced tool is called with arguments that fit its parameters, whole or in fragments."""
    parameters = {"type": "object", "properties": {"city": {"type": "string", "enum": ["Graz"]}}}
    tools: Any = [{"type": "function", "function": {"name": "weather", "parameters": parameters}}]
    plain = await client.chat.completions.create(model="m", messages=ASK, tools=tools, tool_choice="required")
    (call,) = plain.choices[0].message.tool_calls or []
    assert call.type == "function"
    assert json.loads(call.function.arguments) == {"city": "Graz"}
    async with client.chat.completions.stream(
        model="m",
        messages=ASK,
        tools=tools,
        tool_choice={"type": "function", "function": {"name": "weather"}},
    ) as stream:
        final = await stream.get_final_completion()
    (streamed,) = final.choices[0].message.tool_calls or []
    assert streamed.function.arguments == call.function.arguments
    assert final.choices[0].finish_reason == "tool_calls"


async def test_the_sdk_parses_structured_output(client: openai.AsyncOpenAI):
    """A JSON schema is answered with JSON that the SDK's own parsing accepts."""

    class Score(pydantic.BaseModel):
        title: str
        bars: int
        parts: list[str]

    answer = await client.chat.completions.parse(model="m", messages=ASK, response_format=Score)
    assert answer.choices[0].message.parsed == Score(title="", bars=0, parts=[])


async def test_the_sdk_gets_embeddings_and_models(client: openai.AsyncOpenAI, sim: SimulatedProvider):
    """Embeddings come as the SDK asks for them (base64) and are counted; models are listed."""
    answer = await client.embeddings.create(model="e", input=["a b", "c"], dimensions=8)
    assert [len(item.embedding) for item in answer.data] == [8, 8]
    assert answer.usage.prompt_tokens == sim.records[0].prompt_tokens == 3
    assert [model.id async for model in client.models.list()] == ["simulated"]


async def test_an_asked_for_error_comes_in_openais_shape(client: openai.AsyncOpenAI, sim: SimulatedProvider):
    """The status and Retry-After that a request asks for are what it gets, and it is counted as refused."""
    with pytest.raises(openai.RateLimitError) as caught:
        await client.chat.completions.create(
            model="m", messages=ASK, extra_body=steer(status=429, retry_after="7")
        )
    assert caught.value.response.headers["retry-after"] == "7"
    assert caught.value.body == {
        "message": "The simulated provider answers 429.",
        "type": "rate_limit_error",
        "param": None,
        "code": "simulated",
    }
    assert (sim.records[0].status, sim.records[0].completed) == (429, True)
    assert sim.count.totals.refused == 1


async def test_a_malformed_request_is_refused_and_counted(client: openai.AsyncOpenAI, sim: SimulatedProvider):
    """What is no chat request gets a 400 that says why."""
    with pytest.raises(openai.BadRequestError, match="messages"):
        await client.post("/chat/completions", body={"model": "m"}, cast_to=object)
    assert sim.records[0].status == 400


async def test_a_cut_answer_is_not_counted_as_completed(client: openai.AsyncOpenAI, sim: SimulatedProvider):
    """A stream cut after its second event has sent one token, and a plain one cut has sent no whole body."""
    stream = await client.chat.completions.create(
        model="m", messages=ASK, stream=True, extra_body=steer(cut_after_events=2)
    )
    with pytest.raises(openai.APIConnectionError):
        await drained(stream)
    with pytest.raises(openai.APIConnectionError):
        await client.chat.completions.create(model="m", messages=ASK, extra_body=steer(cut_after_events=0))
    assert [(r.completed, r.completion_tokens) for r in sim.records] == [(False, 1), (False, 0)]
    assert sim.count.totals.broken == 2


async def test_a_stream_can_break_off_with_an_error_event(client: openai.AsyncOpenAI, sim: SimulatedProvider):
    """An error event in the middle of a stream ends it, and it is not counted as completed."""
    stream = await client.chat.completions.create(
        model="m", messages=ASK, stream=True, extra_body=steer(error_after_events=2)
    )
    with pytest.raises(openai.APIError, match="broke off"):
        _ = [chunk async for chunk in stream]
    assert not sim.records[0].completed


async def test_a_hung_call_ends_when_its_client_goes(sim: SimulatedProvider):
    """A call that is never answered is in flight until its client gives up, and then counted as broken."""
    async with client_of(sim) as client:
        asking = asyncio.create_task(
            client.chat.completions.create(model="m", messages=ASK, extra_body=steer(hang=True))
        )
        async with asyncio.timeout(60):
            while not sim.count.totals.in_flight:
                await asyncio.sleep(0.01)
            asking.cancel()
            while sim.count.totals.in_flight:
                await asyncio.sleep(0.01)
    assert sim.count.totals.broken == 1
    assert sim.records[0].status == 0


async def test_a_stream_can_fall_silent(sim: SimulatedProvider):
    """A stream that hangs after some events sends those, and then nothing."""
    async with client_of(sim) as client:
        stream = await client.chat.completions.create(
            model="m", messages=ASK, stream=True, extra_body=steer(hang_after_events=3)
        )
        for _ in range(3):
            await anext(stream)
        silence = asyncio.create_task(anext(stream))
        await asyncio.wait({silence}, timeout=0.2)
        assert not silence.done()
        silence.cancel()
        await asyncio.gather(silence, return_exceptions=True)
        await stream.close()
        async with asyncio.timeout(60):
            while not sim.records:
                await asyncio.sleep(0.01)
    assert (sim.records[0].completed, sim.records[0].completion_tokens) == (False, 2)


async def test_usage_can_be_withheld(client: openai.AsyncOpenAI):
    """An answer without usage is how a careless server answers."""
    plain = await client.chat.completions.create(model="m", messages=ASK, extra_body=steer(no_usage=True))
    stream = await client.chat.completions.create(
        model="m",
        messages=ASK,
        stream=True,
        stream_options={"include_usage": True},
        extra_body=steer(no_usage=True),
    )
    assert plain.usage is None
    assert all(chunk.usage is None and chunk.choices for chunk in [c async for c in stream])


async def test_the_count_is_kept_in_a_file_and_served(tmp_path: Path):
    """Every ended call is a line of the file and of /count/records, and the totals are their sums."""
    path = tmp_path / "count.jsonl"
    async with (
        simulated_provider(SimulatorConfig(port=0, count_file=str(path))) as sim,
        client_of(sim) as client,
    ):
        for tokens in (2, 3):
            await client.chat.completions.create(model="m", messages=ASK, max_tokens=tokens)
        root = sim.base_url.removesuffix("/v1")
        totals = await client.get(f"{root}/count", cast_to=dict[str, int])
        lines = await client.get(f"{root}/count/records", cast_to=str)
        assert totals["answered"] == totals["requests"] == 2
        assert (totals["prompt_tokens"], totals["completion_tokens"]) == (6, 5)
        assert len(lines.splitlines()) == 2
        assert read_records(str(path)) == sim.records
    path.write_text("{}\n")
    with pytest.raises(ValueError, match=r"count\.jsonl:1: not a record"):
        read_records(str(path))


async def test_nothing_else_is_served(client: openai.AsyncOpenAI, sim: SimulatedProvider):
    """Another path is a 404, and is not counted as a call."""
    with pytest.raises(openai.NotFoundError, match="no GET /v1/else"):
        await client.get("/else", cast_to=object)
    assert sim.records == []


async def test_faults_are_drawn_the_same_for_the_same_seed():
    """Two simulators with one seed refuse the same calls of a sequence; another seed refuses others."""

    async def statuses(seed: int) -> list[int]:
        config = SimulatorConfig(port=0, error_rate=0.5, error_status=503, seed=seed)
        async with simulated_provider(config) as sim, client_of(sim) as client:
            for _ in range(16):
                try:
                    await client.chat.completions.create(model="m", messages=ASK)
                except openai.InternalServerError:
                    continue
            return [record.status for record in sim.records]

    first = await statuses(1)
    assert first == await statuses(1) != await statuses(2)
    assert set(first) == {200, 503}


def test_what_a_request_asks_for_outranks_the_draws():
    """A steered fault is met whatever the rates; without one the draws decide."""
    config = SimulatorConfig(error_rate=1, hang_rate=0.5, cut_rate=0.5)
    assert decide_fate(config, Steering(status=418), (0, 0, 0)).status == 418
    assert decide_fate(config, Steering(), (0.9, 0, 0)).status == 500
    quiet = SimulatorConfig(hang_rate=0.5, cut_rate=0.5)
    assert decide_fate(quiet, Steering(), (0, 0.4, 0.6)).hang
    assert decide_fate(quiet, Steering(), (0, 0.6, 0.4)).cut
    assert list(faults_of(quiet)) == ["hangs 50.0%", "cuts 50.0%"]


async def test_it_serves_until_told_to_stop():
    """`serve` announces its address once it answers, and ends when the event is set."""
    stop, said = asyncio.Event(), asyncio.Queue[str]()
    serving = asyncio.create_task(serve(SimulatorConfig(port=0), stop=stop, announce=said.put_nowait))
    base_url = await said.get()
    async with openai.AsyncOpenAI(base_url=base_url, api_key="none") as client:
        await client.models.list()
    stop.set()
    await serving
