"""Google's SDK, as it is, through a live gateway to a provider of Google's format (and of OpenAI's)."""

import asyncio
import json
from collections.abc import AsyncIterator
from decimal import Decimal
from pathlib import Path

import httpx
import msgspec
import pydantic
import pytest
from google import genai
from google.genai import errors, types

from podium.adapters.prices.genai import GenaiPrices
from podium.spend.prices import PriceSheet, Rate, Tier
from tests.gateway.house import KEY, House, house

GOOGLE = "https://generativelanguage.googleapis.com/v1beta"
PIXEL = b"\x89PNG\r\n\x1a\n\xff\xfe\xfb"


def google(it: House, key: str = KEY) -> genai.Client:
    return genai.Client(api_key=key, http_options=types.HttpOptions(base_url=it.url))


@pytest.fixture
async def it(tmp_path: Path) -> AsyncIterator[House]:
    async with house(tmp_path, tokens=12) as made:
        yield made


@pytest.fixture
async def client(it: House) -> AsyncIterator[genai.Client]:
    made = google(it)
    yield made
    await made.aio.aclose()
    made.close()


def steer(**fields: object) -> str:
    return f"Hello <podium_sim>{json.dumps(fields)}</podium_sim>"


async def test_plain_async_and_sync(it: House, client: genai.Client):
    """The same answer comes to both faces of the SDK, with the cost in its headers."""
    said = await client.aio.models.generate_content(model="gemini", contents="Hello there")
    again = await asyncio.to_thread(client.models.generate_content, model="gemini", contents="Hello there")
    assert said.text == again.text
    assert said.text.startswith("the score opens")
    assert said.candidates[0].finish_reason is types.FinishReason.STOP
    assert said.usage_metadata.prompt_token_count == 2
    last = it.settles()[-1]
    assert last.usage.input_tokens == 2
    assert said.sdk_http_response.headers["x-podium-cost-nano-usd"] == str(last.cost_nano_usd)
    assert [hold.dialect for hold in it.holds()] == ["gemini", "gemini"]


async def test_streamed_async_and_sync(it: House, client: genai.Client):
    """A stream joins to the plain answer; the last event has the finish reason and the usage."""
    stream = await client.aio.models.generate_content_stream(model="gemini", contents="Hello there")
    chunks = [chunk async for chunk in stream]

    def read() -> list[types.GenerateContentResponse]:
        return list(client.models.generate_content_stream(model="gemini", contents="Hello there"))

    again = await asyncio.to_thread(read)
    assert [chunk.text for chunk in chunks] == [chunk.text for chunk in again]
    assert len(chunks) == 13
    assert chunks[-1].candidates[0].finish_reason is types.FinishReason.STOP
    assert chunks[-1].usage_metadata.candidates_token_count == 12
    assert it.settles()[-1].usage.output_tokens == 12
    assert not it.settles()[-1].estimated


@pytest.mark.parametrize("route", ["gemini", "big"])
async def test_chats_with_functions_that_the_sdk_calls(it: House, client: genai.Client, route: str):
    """Automatic function calling runs rounds of itself, and a chat's history goes back as it came."""
    asked: list[str] = []

    def weather(city: str) -> str:
        """Return the weather of a city."""
        asked.append(city)
        return "It rains."

    config = types.GenerateContentConfig(
        tools=[weather],
        tool_config=types.ToolConfig(
            function_calling_config=types.FunctionCallingConfig(mode=types.FunctionCallingConfigMode.AUTO)
        ),
    )
    chat = client.aio.chats.create(model=route, config=config)
    text = steer(call=True) if route == "gemini" else "Hello"
    said = await chat.send_message(text)
    assert said.text.startswith("the score opens")
    assert asked == ([""] if route == "gemini" else [])
    async for _ in await chat.send_message_stream("And then?"):
        pass
    assert len(it.settles()) == (3 if route == "gemini" else 2)
    assert all(settle.outcome == "ok" for settle in it.settles())


async def test_structured_output_by_a_pydantic_model(client: genai.Client):
    """response_schema takes a model class, and the answer is parsed into it."""

    class City(pydantic.BaseModel):
        name: str
        people: int

    for route in ("gemini", "big"):
        said = await client.aio.models.generate_content(
            model=route,
            contents="Where?",
            config={"response_mime_type": "application/json", "response_schema": City},
        )
        assert said.parsed == City(name="", people=0)


async def test_media_system_and_thoughts(it: House, client: genai.Client):
    """Pictures, documents, a system text and thoughts with their signature pass, and are counted."""
    said = await client.aio.models.generate_content(
        model="gemini",
        contents=[
            types.Part.from_bytes(data=PIXEL, mime_type="image/png"),
            types.Part.from_bytes(data=b"%PDF", mime_type="application/pdf"),
            steer(reasoning_tokens=3, output_tokens=9),
        ],
        config={"system_instruction": "Be brief.", "thinking_config": {"include_thoughts": True}},
    )
    thought, words = said.candidates[0].content.parts
    assert thought.thought
    assert words.thought_signature == b"simulated-signature"
    assert said.usage_metadata.thoughts_token_count == 3
    assert it.settles()[-1].usage.reasoning_tokens == 3
    assert said.usage_metadata.prompt_token_count > 4
    with pytest.raises(errors.ClientError, match="vision"):
        await client.aio.models.generate_content(
            model="big", contents=[types.Part.from_bytes(data=PIXEL, mime_type="image/png")]
        )


async def test_embeddings_both_ways(it: House, client: genai.Client):
    """Google's SDK embeds with either provider, and OpenAI's with Google's, in floats and in base64."""
    for route in ("gemini-embedding-001", "embed"):
        made = await client.aio.models.embed_content(model=route, contents=["a", "b c"])
        assert [len(vector.values) for vector in made.embeddings] == [16, 16]
        assert it.settles()[-1].usage.input_tokens == 3
    body = b'{"content":{"parts":[{"text":"a"}]}}'
    for route in ("gemini-embedding-001", "embed"):
        status, answer = await post(it, f"/v1beta/models/{route}:embedContent", body)
        assert status == 200
        assert len(json.loads(answer)["embedding"]["values"]) == 16
    packed = await it.client.embeddings.create(model="gemini-embedding-001", input=["a", "b c"])
    plain = await it.client.embeddings.create(
        model="gemini-embedding-001", input=["a", "b c"], encoding_format="float"
    )
    assert packed.usage.prompt_tokens == 3
    for one, other in zip(packed.data, plain.data, strict=True):
        assert one.embedding == pytest.approx(other.embedding, abs=1e-6)


async def test_tokens_are_counted(it: House, client: genai.Client):
    """Google's provider counts for nothing; of another's model Podium estimates, and says so."""
    counted = await client.aio.models.count_tokens(model="gemini", contents="Hello there")
    assert counted.total_tokens == 2
    assert it.settles()[-1].cost_nano_usd == 0
    guessed = await client.aio.models.count_tokens(model="big", contents="Hello there")
    assert guessed.total_tokens > 2
    assert guessed.sdk_http_response.headers["x-podium-tokens-estimated"] == "true"
    assert len(it.holds()) == 1
    assert [done.operation for done in it.dones()] == ["count_tokens"] * 2


async def test_models_are_listed(client: genai.Client):
    """The SDK lists the agent's routes, and shows one by its name."""
    names = [model.name async for model in await client.aio.models.list()]
    assert "models/gemini" in names
    assert "models/forbidden" not in names
    one = await client.aio.models.get(model="team/fast:1.5")
    assert (one.name, one.input_token_limit) == ("models/team/fast:1.5", 1_000_000)
    with pytest.raises(errors.ClientError) as raised:
        await client.aio.models.get(model="forbidden")
    assert (raised.value.code, raised.value.status) == (404, "NOT_FOUND")


async def test_a_route_with_slashes_and_colons(it: House, client: genai.Client):
    """The SDK writes such a name into the path as it is; others percent-encode it."""
    said = await client.aio.models.generate_content(model="team/fast:1.5", contents="Hello")
    assert said.text
    body = b'{"contents":[{"parts":[{"text":"a"}]}]}'
    status, _ = await post(it, "/v1beta/models/team%2Ffast%3A1.5:generateContent", body)
    assert status == 200
    assert [done.route for done in it.dones()] == ["team/fast:1.5"] * 2


async def test_errors_are_the_sdk_s_own(it: House, client: genai.Client):
    """Statuses, Google's words for them and Podium's code reach the SDK's exceptions."""
    cases = [
        ("gemini", steer(status=429), errors.ClientError, 429, "RESOURCE_EXHAUSTED"),
        ("gemini", steer(status=500), errors.ServerError, 500, "INTERNAL"),
        ("nowhere", "Hello", errors.ClientError, 404, "NOT_FOUND"),
        ("forbidden", "Hello", errors.ClientError, 403, "PERMISSION_DENIED"),
    ]
    for route, text, kind, code, status in cases:
        with pytest.raises(kind) as raised:
            await client.aio.models.generate_content(model=route, contents=text)
        assert (raised.value.code, raised.value.status) == (code, status)
    wrong = google(it, "podium_sk_wrong")
    with pytest.raises(errors.ClientError) as raised:
        await wrong.aio.models.generate_content(model="gemini", contents="Hello")
    assert (raised.value.code, raised.value.status) == (401, "UNAUTHENTICATED")
    await wrong.aio.aclose()
    wrong.close()
    stream = await client.aio.models.generate_content_stream(
        model="gemini", contents=steer(error_after_events=3)
    )
    with pytest.raises(errors.ServerError, match="ended the stream"):
        _ = [chunk async for chunk in stream]
    assert it.settles()[-1].estimated


async def test_when_to_come_again(it: House):
    """Google tells it in the details of its error; the client gets it as Retry-After."""
    body = json.dumps({"contents": [{"parts": [{"text": steer(status=429, retry_after="34.5")}]}]})
    async with httpx.AsyncClient(timeout=120) as plain:
        answer = await plain.post(
            it.url + "/v1beta/models/gemini:generateContent", content=body, headers={"x-goog-api-key": KEY}
        )
    assert answer.status_code == 429
    assert answer.headers["retry-after"] == "35"


async def test_searches_have_a_price(it: House, client: genai.Client):
    """With a ceiling, what was searched for is charged as counted, plain and streamed."""
    now = it.standing.snapshot
    sheet = PriceSheet(
        Rate(Decimal(2000)), Rate(Decimal(12_000)), tool_uses={"web_search": Decimal(14_000_000)}
    )
    model = msgspec.structs.replace(now.models["gemini"], prices=sheet, ceiling_nano_usd=10**9)
    it.standing.apply_snapshot(msgspec.structs.replace(now, models={**now.models, "gemini": model}))
    config = types.GenerateContentConfig(tools=[types.Tool(google_search=types.GoogleSearch())])
    text = steer(web_searches=2, input_tokens=10, output_tokens=1)
    await client.aio.models.generate_content(model="gemini", contents=text, config=config)
    stream = await client.aio.models.generate_content_stream(model="gemini", contents=text, config=config)
    _ = [chunk async for chunk in stream]
    for settle in it.settles():
        assert settle.usage.tool_uses == (("web_search", 2),)
        assert settle.cost_nano_usd == 10 * 2000 + 12_000 + 2 * 14_000_000
        assert not settle.estimated


async def test_tools_that_google_runs_need_a_ceiling(it: House, client: genai.Client):
    """Nothing bounds how often a search runs, so without a ceiling nothing is sent."""
    with pytest.raises(errors.ClientError, match="ceilingUsd") as raised:
        await client.aio.models.generate_content(
            model="gemini", contents="Hello", config={"tools": [{"google_search": {}}]}
        )
    assert raised.value.details["error"]["details"][0]["reason"] == "UNBOUNDED_COST"
    assert it.holds() == []


async def test_a_prompt_above_200_000_tokens_has_its_own_price(it: House, client: genai.Client):
    """The price list's tiers of Gemini 2.5 Pro: the whole call is priced at the tier of its prompt."""
    at_ns = 1_790_000_000 * 10**9
    sheet = GenaiPrices().find(GOOGLE, "gemini-2.5-pro", at_ns)
    assert sheet is not None
    assert sheet.input == Rate(Decimal(1250), (Tier(200_000, Decimal(2500)),))
    assert sheet.output == Rate(Decimal(10_000), (Tier(200_000, Decimal(15_000)),))
    assert sheet.cache_read == Rate(Decimal(125), (Tier(200_000, Decimal(250)),))
    now = it.standing.snapshot
    model = msgspec.structs.replace(now.models["gemini"], prices=sheet)
    it.standing.apply_snapshot(msgspec.structs.replace(now, models={**now.models, "gemini": model}))
    for tokens, cost in ((200_000, 200_000 * 1250 + 20_000), (200_001, 200_001 * 2500 + 30_000)):
        text = steer(input_tokens=tokens, output_tokens=2)
        said = await client.aio.models.generate_content(model="gemini", contents=text)
        assert said.usage_metadata.prompt_token_count == tokens
        stream = await client.aio.models.generate_content_stream(model="gemini", contents=text)
        assert [chunk.usage_metadata.prompt_token_count async for chunk in stream][-1] == tokens
        assert [settle.cost_nano_usd for settle in it.settles()[-2:]] == [cost, cost]
    await client.aio.models.generate_content(
        model="gemini", contents=steer(input_tokens=300_000, cached_tokens=100_000, output_tokens=1)
    )
    assert it.settles()[-1].cost_nano_usd == 200_000 * 2500 + 100_000 * 250 + 15_000


async def test_a_blocked_prompt_is_charged_by_its_usage(it: House, client: genai.Client):
    """An answer without candidates passes with its reason; it is an answer, and has a price."""
    said = await client.aio.models.generate_content(
        model="gemini", contents=steer(finish="BLOCKED", output_tokens=0)
    )
    assert said.prompt_feedback.block_reason is types.BlockedReason.SAFETY
    stream = await client.aio.models.generate_content_stream(
        model="gemini", contents=steer(finish="BLOCKED", output_tokens=0)
    )
    chunks = [chunk async for chunk in stream]
    assert chunks[-1].prompt_feedback.block_reason is types.BlockedReason.SAFETY
    first, second = it.settles()
    assert first.cost_nano_usd == second.cost_nano_usd > 0
    assert not first.estimated
    answer = await it.client.chat.completions.create(
        model="gemini",
        messages=[{"role": "user", "content": steer(finish="BLOCKED", output_tokens=0)}],
    )
    assert answer.choices[0].finish_reason == "content_filter"


async def post(it: House, path: str, body: bytes, *, key: str = KEY) -> tuple[int, bytes]:
    """Send bytes as they are; return status and body."""
    reader, writer = await asyncio.open_connection("127.0.0.1", it.server.port)
    head = f"POST {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: {len(body)}\r\n"
    writer.write(head.encode() + b"x-goog-api-key: " + key.encode() + b"\r\n\r\n" + body)
    data = await reader.read()
    writer.close()
    return int(data.split(b" ", 2)[1]), data.partition(b"\r\n\r\n")[2]


@pytest.mark.parametrize(
    ("path", "status", "word"),
    [
        ("/v1beta/models/gemini:streamGenerateContent", 400, "alt=sse"),
        ("/v1beta/models/gemini:predictLongRunning", 404, "nothing at"),
        ("/v1beta/models/gemini", 404, "nothing at"),
        ("/v1beta/files", 404, "nothing at"),
        ("/v1beta/cachedContents", 404, "nothing at"),
        ("/v1beta/models/gemini-embedding-001:generateContent", 400, "serves embeddings"),
    ],
)
async def test_what_is_not_known_is_refused_in_google_s_shape(it: House, path: str, status: int, word: str):
    """No other method or path of Google's is forwarded; the error is one of Google's."""
    found, body = await post(it, path, b'{"contents":[{"parts":[{"text":"a"}]}]}')
    assert found == status
    error = json.loads(body)["error"]
    assert error["code"] == status
    assert word in error["message"]
    assert it.sim.records == []
