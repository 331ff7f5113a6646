"""Anthropic's SDK speaks to the gateway: to a provider of its format, and to one of OpenAI's."""

import asyncio
import json
from pathlib import Path
from typing import Any

import anthropic
import msgspec
import pytest
from pydantic import BaseModel

from tests.gateway.house import KEY, House, house

ROUTES = ["claude", "able"]
"""A provider of the same format, and one of chat completions."""
PICTURE = "iVBORw0KGgo="
PAPER = "JVBERi0xLjQK"
WEATHER: list[Any] = [
    {
        "name": name,
        "description": "Looks.",
        "input_schema": {
            "type": "object",
            "properties": {"place": {"type": "string", "enum": ["Graz"]}},
            "required": ["place"],
        },
    }
    for name in ("look", "book")
]


class City(BaseModel):
    name: str
    people: int


def steer(text: str, **steering: object) -> list[Any]:
    return [{"role": "user", "content": f"{text} <podium_sim>{json.dumps(steering)}</podium_sim>"}]


def sdk(it: House, key: str = KEY) -> anthropic.AsyncAnthropic:
    return anthropic.AsyncAnthropic(base_url=it.url, api_key=key, max_retries=0)


@pytest.mark.parametrize("route", ROUTES)
async def test_a_plain_answer(tmp_path: Path, route: str) -> None:
    """Text, usage and the cost that was settled, in the SDK's own objects."""
    async with house(tmp_path) as it, sdk(it) as client:
        answer = await client.messages.create(
            model=route,
            max_tokens=64,
            system=[{"type": "text", "text": "Be brief."}],
            messages=steer("Hi", output_tokens=4, input_tokens=30, cached_tokens=10),
            stop_sequences=["###"],
            metadata={"user_id": "u-1"},
            extra_body={"temperature": 0.5, "top_p": 0.9},
        )
        assert answer.content[0].text == "the score opens with"
        assert (answer.type, answer.role, answer.stop_reason) == ("message", "assistant", "end_turn")
        usage = answer.usage
        assert (usage.input_tokens, usage.cache_read_input_tokens, usage.output_tokens) == (20, 10, 4)
        settle = it.settles()[-1]
        assert usage.cost_details["nano_usd"] == settle.cost_nano_usd > 0
        assert not settle.estimated


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize("asynchronous", [True, False])
async def test_a_stream(tmp_path: Path, route: str, asynchronous: bool) -> None:
    """The SDK's stream helper takes every event, and its final message is whole, with its cost."""
    async with house(tmp_path) as it:
        asked: dict[str, Any] = {"model": route, "max_tokens": 64, "messages": steer("Hi", output_tokens=5)}
        if asynchronous:
            async with sdk(it) as client, client.messages.stream(**asked) as stream:
                texts = [text async for text in stream.text_stream]
                final = await stream.get_final_message()
        else:
            texts, final = await asyncio.to_thread(_stream_in_a_thread, it.url, asked)
        assert "".join(texts) == final.content[0].text == "the score opens with strings"
        assert final.stop_reason == "end_turn"
        assert final.usage.output_tokens == 5
        assert it.settles()[-1].cost_nano_usd > 0


def _stream_in_a_thread(url: str, asked: dict[str, Any]) -> tuple[list[str], Any]:
    client = anthropic.Anthropic(base_url=url, api_key=KEY, max_retries=0)
    with client, client.messages.stream(**asked) as stream:
        return list(stream.text_stream), stream.get_final_message()


@pytest.mark.parametrize("route", ROUTES)
async def test_raw_events_bear_the_cost_at_their_end(tmp_path: Path, route: str) -> None:
    """The last message_delta's usage has the cost that was settled before it went out."""
    async with house(tmp_path) as it, sdk(it) as client:
        stream = await client.messages.create(
            model=route, max_tokens=9, messages=[{"role": "user", "content": "Hi"}], stream=True
        )
        events = [event async for event in stream]
        kinds = [event.type for event in events]
        assert kinds[0] == "message_start"
        assert kinds[-2:] == ["message_delta", "message_stop"]
        delta = events[-2]
        assert delta.delta.stop_reason == "max_tokens"
        assert delta.usage.cost_details["nano_usd"] == it.settles()[-1].cost_nano_usd


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize("streamed", [False, True])
async def test_tools_over_rounds(tmp_path: Path, route: str, streamed: bool) -> None:
    """Two parallel calls, their results with an error and a picture, and words in the second round."""
    async with house(tmp_path) as it, sdk(it) as client:
        messages: list[Any] = steer("Look", calls=2)
        asked: dict[str, Any] = {
            "model": route,
            "max_tokens": 64,
            "tools": WEATHER,
            "tool_choice": {"type": "any", "disable_parallel_tool_use": False},
        }
        if streamed:
            async with client.messages.stream(**asked, messages=messages) as stream:
                answer = await stream.get_final_message()
        else:
            answer = await client.messages.create(**asked, messages=messages)
        assert answer.stop_reason == "tool_use"
        calls = [block for block in answer.content if block.type == "tool_use"]
        assert [(call.name, call.input) for call in calls] == [
            ("look", {"place": "Graz"}),
            ("book", {"place": "Graz"}),
        ]
        results = [
            {"type": "tool_result", "tool_use_id": calls[0].id, "content": "no such place", "is_error": True},
            {"type": "tool_result", "tool_use_id": calls[1].id, "content": [{"type": "text", "text": "ok"}]},
        ]
        del asked["tool_choice"]
        last = await client.messages.create(
            **asked,
            messages=[
                *messages,
                {"role": "assistant", "content": answer.content},
                {"role": "user", "content": results},
            ],
        )
        assert last.stop_reason == "end_turn"
        assert len(it.settles()) == 2


@pytest.mark.parametrize("route", ROUTES)
async def test_the_tool_runner_of_the_beta(tmp_path: Path, route: str) -> None:
    """The SDK's own loop of tools learns that no thread is kept, and runs until words come."""
    seen: list[str] = []

    @anthropic.beta_async_tool
    async def look(place: str) -> str:
        """Look at a place."""
        seen.append(place)
        return "It rains."

    async with house(tmp_path) as it, sdk(it) as client:
        runner = client.beta.messages.tool_runner(
            model=route,
            max_tokens=64,
            tools=[look],
            tool_choice={"type": "tool", "name": "look"},
            messages=[{"role": "user", "content": "Hi"}],
            max_iterations=2,
        )
        final = await runner.until_done()
        assert len(seen) >= 1
        assert final.type == "message"
        assert len(it.settles()) == 2


@pytest.mark.parametrize("route", ROUTES)
async def test_structured_output_is_parsed(tmp_path: Path, route: str) -> None:
    """``messages.parse`` gives an object of the model that it was asked for."""
    async with house(tmp_path) as it, sdk(it) as client:
        answer = await client.messages.parse(
            model=route,
            max_tokens=64,
            messages=[{"role": "user", "content": "Hi"}],
            output_format=City,
        )
        assert answer.parsed_output == City(name="", people=0)
        assert it.settles()[-1].usage is not None


@pytest.mark.parametrize("route", ROUTES)
async def test_images_and_documents(tmp_path: Path, route: str) -> None:
    """Pictures, PDFs and plain texts go along; each is held for, and counted by the provider."""
    picture = {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": PICTURE}}
    paper = {
        "type": "document",
        "source": {"type": "base64", "media_type": "application/pdf", "data": PAPER},
        "title": "A paper",
    }
    text = {"type": "document", "source": {"type": "text", "media_type": "text/plain", "data": "Words."}}
    async with house(tmp_path) as it, sdk(it) as client:
        content: list[Any] = [picture, paper, text, {"type": "text", "text": "What is this?"}]
        answer = await client.messages.create(
            model=route, max_tokens=9, messages=[{"role": "user", "content": content}]
        )
        assert answer.stop_reason == "max_tokens"
        window = {"claude": 200_000, "able": 128_000}[route]
        assert it.holds()[-1].input_bound_tokens == window


async def test_cache_writes_of_both_lives_are_charged(tmp_path: Path) -> None:
    """What is written for five minutes, for an hour and read again costs what each costs."""
    async with house(tmp_path) as it, sdk(it) as client:
        asked: dict[str, Any] = {
            "model": "claude",
            "max_tokens": 64,
            "system": [
                {"type": "text", "text": "Long.", "cache_control": {"type": "ephemeral", "ttl": "1h"}},
                {"type": "text", "text": "Words.", "cache_control": {"type": "ephemeral"}},
            ],
            "messages": steer(
                "Hi",
                input_tokens=100,
                cached_tokens=20,
                cache_write_tokens=50,
                cache_write_1h_tokens=30,
                output_tokens=4,
            ),
        }
        answer = await client.messages.create(**asked)
        async with client.messages.stream(**asked) as stream:
            await stream.get_final_message()
        assert answer.usage.input_tokens == 30
        assert answer.usage.cache_creation.ephemeral_1h_input_tokens == 30
        # 30 fresh, 20 read, 20 written, 30 written for an hour, 4 out
        by_hand = 30 * 3000 + 20 * 300 + 20 * 3750 + 30 * 6000 + 4 * 15000
        assert [settle.cost_nano_usd for settle in it.settles()] == [by_hand, by_hand]


async def test_thinking_goes_back_with_its_signature(tmp_path: Path) -> None:
    """Thoughts come with the provider's signature, plain and streamed, and it takes them back unchanged."""
    asked: dict[str, Any] = {
        "model": "claude",
        "max_tokens": 4096,
        "thinking": {"type": "enabled", "budget_tokens": 1024},
    }
    first = steer("Hi", reasoning_tokens=3, output_tokens=7)
    async with house(tmp_path) as it, sdk(it) as client:
        plain = await client.messages.create(**asked, messages=first)
        async with client.messages.stream(**asked, messages=first) as stream:
            streamed = await stream.get_final_message()
        for answer in (plain, streamed):
            thought = answer.content[0]
            assert (thought.type, thought.thinking) == ("thinking", "the score opens")
            assert thought.signature.startswith("EqQBsimulated")
            again = [
                *first,
                {"role": "assistant", "content": answer.content},
                {"role": "user", "content": "And?"},
            ]
            await client.messages.create(**asked, messages=again)
        assert len(it.settles()) == 4


async def test_thoughts_of_anthropic_travel_through_openais_format(tmp_path: Path) -> None:
    """A client of chat completions gets a thought's signature, and what it sends back is verified."""
    async with house(tmp_path) as it:
        asked: dict[str, Any] = {"model": "claude", "max_completion_tokens": 4096, "reasoning_effort": "high"}
        first = steer("Hi", reasoning_tokens=3, output_tokens=7)
        answer = await it.client.chat.completions.create(**asked, messages=first)
        message = answer.choices[0].message
        assert message.reasoning_content == "the score opens"
        assert message.reasoning_details[0]["signature"].startswith("podium.anthropic.EqQBsimulated")
        again = [*first, message.model_dump(exclude_none=True), {"role": "user", "content": "And?"}]
        await it.client.chat.completions.create(**asked, messages=again)
        assert len(it.settles()) == 2


@pytest.mark.parametrize(
    ("finish", "told"),
    [("pause_turn", "pause_turn"), ("refusal", "refusal"), ("stop_sequence", "stop_sequence")],
)
async def test_stop_reasons_pass(tmp_path: Path, finish: str, told: str) -> None:
    """Every reason for which an answer ended reaches the client and the journal."""
    async with house(tmp_path) as it, sdk(it) as client:
        answer = await client.messages.create(
            model="claude", max_tokens=64, messages=steer("Hi", finish=finish), stop_sequences=["###"]
        )
        assert answer.stop_reason == told
        assert it.settles()[-1].finish_reason == finish


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize(
    ("status", "error"),
    [
        (400, anthropic.BadRequestError),
        (429, anthropic.RateLimitError),
        (500, anthropic.InternalServerError),
        (529, anthropic.APIStatusError),
    ],
)
async def test_errors_are_the_sdks_own(
    tmp_path: Path, route: str, status: int, error: type[anthropic.APIStatusError]
) -> None:
    """A provider's refusal is raised as the SDK's type, in Anthropic's shape, with Retry-After."""
    async with house(tmp_path) as it, sdk(it) as client:
        with pytest.raises(error) as caught:
            await client.messages.create(
                model=route, max_tokens=9, messages=steer("Hi", status=status, retry_after="7")
            )
        assert caught.value.status_code == status
        assert caught.value.body["type"] == "error"
        assert caught.value.body["error"]["code"] == "upstream_refused"
        if status == 429:
            assert caught.value.response.headers["retry-after"] == "7"
        assert it.settles()[-1].cost_nano_usd == 0


async def test_podiums_own_refusals(tmp_path: Path) -> None:
    """Wrong keys, unknown routes and malformed bodies are the SDK's types, and nothing is held."""
    hello: list[Any] = [{"role": "user", "content": "Hi"}]
    async with house(tmp_path) as it, sdk(it) as client, sdk(it, "podium_sk_no") as wrong:
        with pytest.raises(anthropic.AuthenticationError):
            await wrong.messages.create(model="claude", max_tokens=9, messages=hello)
        with pytest.raises(anthropic.PermissionDeniedError):
            await client.messages.create(model="forbidden", max_tokens=9, messages=hello)
        with pytest.raises(anthropic.NotFoundError):
            await client.messages.create(model="nowhere", max_tokens=9, messages=hello)
        with pytest.raises(anthropic.BadRequestError) as caught:
            await client.messages.create(model="claude", max_tokens=-1, messages=hello)
        assert caught.value.body["error"]["param"] == "max_tokens"
        with pytest.raises(anthropic.NotFoundError) as missing:
            await client.messages.batches.list()
        assert missing.value.body["error"]["type"] == "not_found_error"
        assert it.holds() == []


async def test_an_error_in_mid_stream_is_raised(tmp_path: Path) -> None:
    """The provider's error event becomes Podium's, in Anthropic's shape; the hold is charged."""
    async with house(tmp_path) as it, sdk(it) as client:
        with pytest.raises(anthropic.APIStatusError, match="broke off"):
            async with client.messages.stream(
                model="claude", max_tokens=64, messages=steer("Hi", error_after_events=8)
            ) as stream:
                await stream.get_final_message()
        settle = it.settles()[-1]
        assert settle.estimated
        assert settle.cost_nano_usd == it.holds()[-1].hold_nano_usd


async def test_what_the_other_format_lacks_is_refused_by_name(tmp_path: Path) -> None:
    """A field that OpenAI's format has no place for is named, and nothing is held or sent."""
    hello: list[Any] = [{"role": "user", "content": "Hi"}]
    citing = {
        "type": "document",
        "source": {"type": "text", "media_type": "text/plain", "data": "x"},
        "citations": {"enabled": True},
    }
    cases: list[tuple[dict[str, Any], str]] = [
        ({"extra_body": {"top_k": 5}}, "top_k"),
        ({"messages": [{"role": "user", "content": [citing]}]}, "messages[0]"),
        ({"messages": [*hello, {"role": "assistant", "content": "The"}]}, "messages[1]"),
    ]
    async with house(tmp_path) as it, sdk(it) as client:
        for changes, field in cases:
            asked: dict[str, Any] = {"model": "able", "max_tokens": 9, "messages": hello, **changes}
            with pytest.raises(anthropic.BadRequestError) as caught:
                await client.messages.create(**asked)
            assert caught.value.body["error"]["code"] == "not_expressible"
            assert caught.value.body["error"]["param"] == field
        assert (it.holds(), it.sim.records) == ([], [])


async def test_what_is_left_out_is_named(tmp_path: Path) -> None:
    """Markers of caches have no place at OpenAI's: the answer's header says that they were left out."""
    async with house(tmp_path) as it, sdk(it) as client:
        raw = await client.messages.with_raw_response.create(
            model="able",
            max_tokens=9,
            system=[{"type": "text", "text": "Long.", "cache_control": {"type": "ephemeral"}}],
            messages=[{"role": "user", "content": "Hi"}],
        )
        assert raw.headers["x-podium-dropped"] == "cache_control"


async def test_searches_are_held_for_and_charged(tmp_path: Path) -> None:
    """A search that may run three times is held for three; what ran is charged, and stands in the journal."""
    tools: list[Any] = [{"type": "web_search_20250305", "name": "web_search", "max_uses": 3}]
    async with house(tmp_path) as it, sdk(it) as client:
        answer = await client.messages.create(
            model="claude",
            max_tokens=10,
            tools=tools,
            messages=steer("Hi", input_tokens=100, output_tokens=4, web_searches=2),
        )
        assert answer.usage.server_tool_use.web_search_requests == 2
        hold, settle = it.holds()[-1], it.settles()[-1]
        assert hold.input_bound_tokens == 4 * 200_000
        assert hold.hold_nano_usd == 800_000 * 6000 + 10 * 15000 + 3 * 10_000_000
        assert settle.usage is not None
        assert settle.usage.tool_uses == (("web_search", 2),)
        assert settle.cost_nano_usd == 100 * 3000 + 4 * 15000 + 2 * 10_000_000
        assert not settle.estimated


async def test_what_cannot_be_priced_is_refused(tmp_path: Path) -> None:
    """Searches without a number, other tools of Anthropic's and unknown fields need a ceiling."""
    hello: list[Any] = [{"role": "user", "content": "Hi"}]
    cases: list[tuple[dict[str, Any], str]] = [
        ({"tools": [{"type": "web_search_20250305", "name": "web_search"}]}, "tools[0].max_uses"),
        ({"tools": [{"type": "code_execution_20250825", "name": "code_execution"}]}, "tools[0].type"),
        ({"extra_body": {"mcp_servers": [{"type": "url", "url": "https://x"}]}}, "mcp_servers"),
        ({"extra_body": {"speed": "fast"}}, "speed"),
        ({"extra_body": {"something_new": 1}}, "something_new"),
    ]
    async with house(tmp_path) as it, sdk(it) as client:
        for changes, field in cases:
            with pytest.raises(anthropic.BadRequestError) as caught:
                await client.messages.create(model="claude", max_tokens=9, messages=hello, **changes)
            assert caught.value.body["error"]["code"] == "unbounded_cost"
            assert caught.value.body["error"]["param"] == field
        assert it.sim.records == []


async def test_a_provider_of_the_format_counts_tokens_for_nothing(tmp_path: Path) -> None:
    """A count is admitted, held at zero, settled at zero and in the journal; the provider's number passes."""
    async with house(tmp_path) as it, sdk(it) as client:
        raw = await client.messages.with_raw_response.count_tokens(
            model="claude", messages=[{"role": "user", "content": "one two three"}], system="four"
        )
        counted = (await raw.parse()).input_tokens
        assert counted == 4
        assert "x-podium-tokens-estimated" not in raw.headers
        hold, settle = it.holds()[-1], it.settles()[-1]
        assert (hold.operation, hold.hold_nano_usd) == ("count_tokens", 0)
        assert (settle.cost_nano_usd, settle.estimated) == (0, False)
        assert it.sim.records[-1].operation == "count_tokens"


async def test_elsewhere_podium_estimates_and_says_so(tmp_path: Path) -> None:
    """For a provider that does not count nothing is sent: the answer is an estimate, and says so."""
    async with house(tmp_path) as it, sdk(it) as client:
        picture = {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": PICTURE}}
        words: Any = {"type": "text", "text": "word " * 400}
        raw = await client.messages.with_raw_response.count_tokens(
            model="able", messages=[{"role": "user", "content": [words, picture]}]
        )
        assert raw.headers["x-podium-tokens-estimated"] == "true"
        counted = (await raw.parse()).input_tokens
        assert 1600 + 400 < counted < 1600 + 800
        assert (it.sim.records, it.holds()) == ([], [])
        (done,) = it.dones()
        assert (done.operation, done.outcome, done.cost_nano_usd) == ("count_tokens", "ok", 0)


async def test_models_are_listed_in_anthropics_shape(tmp_path: Path) -> None:
    """The SDK pages through the routes of the agent, and shows one; another is its NotFoundError."""
    async with house(tmp_path) as it, sdk(it) as client:
        listed = [model async for model in client.models.list()]
        assert "claude" in [model.id for model in listed]
        one = await client.models.retrieve("claude")
        assert (one.type, one.id, one.max_tokens) == ("model", "claude", 8192)
        with pytest.raises(anthropic.NotFoundError):
            await client.models.retrieve("nowhere")
        openais = [model.id async for model in it.client.models.list()]
        assert openais == [model.id for model in listed]


async def test_headers_of_the_format_pass(tmp_path: Path) -> None:
    """``anthropic-version`` and ``anthropic-beta`` reach a provider of the format with Podium's key."""
    async with house(tmp_path) as it, sdk(it) as client:
        seen: list[dict[bytes, bytes]] = []
        real = it.sim.handle

        async def handle(exchange: Any) -> None:
            seen.append(dict(exchange.headers))
            await real(exchange)

        it.sim.server.handler = handle
        hello: Any = [{"role": "user", "content": "Hi"}]
        answer = await client.beta.messages.with_raw_response.create(
            model="claude", max_tokens=9, messages=hello, betas=["compact-1", "context-1m-2025-08-07"]
        )
        await it.client.chat.completions.create(model="claude", max_completion_tokens=9, messages=hello)
        passed, translated = seen
        assert passed[b"anthropic-version"] == client.default_headers["anthropic-version"].encode()
        assert (translated[b"anthropic-version"], b"anthropic-beta" in translated) == (b"2023-06-01", False)
        assert passed[b"anthropic-beta"] == b"compact-1"
        assert answer.headers["x-podium-dropped"] == "anthropic-beta.context-1m-2025-08-07"
        assert (passed[b"x-api-key"], b"authorization" in passed) == (b"sk-sim", False)


def test_the_structs_of_the_simulator_are_not_those_of_the_gateway() -> None:
    """The simulated provider reads the format by structs of its own, so that mistakes do not cancel out."""
    from podium.adapters.simulator import anthropic as simulated  # noqa: PLC0415 - only for this

    assert all(
        not value.__module__.startswith("podium.wire")
        for value in vars(simulated).values()
        if isinstance(value, type) and issubclass(value, msgspec.Struct)
    )
