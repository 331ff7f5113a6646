"""OpenAI's SDK speaks Responses to the gateway: to a provider of this format and to one of completions."""

import asyncio
import json
import threading
from decimal import Decimal

import msgspec
import openai
import pytest
from pydantic import BaseModel

from podium.spend.journal import Settle
from tests.gateway.house import KEY, House, house

ROUTES = ["responses", "able"]
"""A provider of the same format, and one of chat completions."""
TOOLS = [
    {
        "type": "function",
        "name": name,
        "description": "Looks.",
        "parameters": {
            "type": "object",
            "properties": {"place": {"type": "string", "minLength": 9}},
            "required": ["place"],
            "additionalProperties": False,
        },
        "strict": True,
    }
    for name in ("look", "book")
]
PICTURE = "data:image/png;base64,iVBORw0KGgo="
PAPER = "data:application/pdf;base64,JVBERi0xLjQK"


class City(BaseModel):
    name: str
    people: int


def price(it: House, model: str, **nano_usd: int) -> None:
    """Give a model prices of tools that its provider runs."""
    now = it.standing.snapshot
    row = now.models[model]
    sheet = msgspec.structs.replace(row.prices, tool_uses={k: Decimal(v) for k, v in nano_usd.items()})
    models = {**now.models, model: msgspec.structs.replace(row, prices=sheet)}
    it.standing.apply_snapshot(msgspec.structs.replace(now, models=models))


def steer(text: str, **steering: object) -> str:
    return f"{text} <podium_sim>{json.dumps(steering)}</podium_sim>"


@pytest.mark.parametrize("route", ROUTES)
async def test_a_plain_answer(tmp_path, route):
    """Text, usage with its parts, and the cost that was settled, in the SDK's own objects."""
    async with house(tmp_path) as it:
        answer = await it.client.responses.create(
            model=route,
            instructions="Be brief.",
            input=steer("Hi", output_tokens=9, reasoning_tokens=4, cached_tokens=2),
            temperature=0.5,
            metadata={"run": "7"},
            store=False,
        )
        assert answer.output_text == "the score opens with strings"
        assert (answer.status, answer.object, answer.instructions) == ("completed", "response", "Be brief.")
        usage = answer.usage
        assert (usage.output_tokens, usage.output_tokens_details.reasoning_tokens) == (9, 4)
        assert usage.input_tokens_details.cached_tokens == 2
        settle = it.settles()[-1]
        assert isinstance(settle, Settle)
        assert usage.cost_details["nano_usd"] == settle.cost_nano_usd > 0
        assert it.sim.records[-1].completion_tokens == 9


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize("asynchronous", [True, False])
async def test_a_stream(tmp_path, route, asynchronous):
    """The SDK's stream helper takes every event, and its final response is whole, with cost."""
    async with house(tmp_path) as it:
        asked = {"model": route, "input": steer("Hi", output_tokens=5)}
        if asynchronous:
            async with it.client.responses.stream(**asked) as stream:
                events = [event async for event in stream]
                final = await stream.get_final_response()
        else:
            events, final = await asyncio.to_thread(_stream_in_a_thread, it.url, asked)
        kinds = [event.type for event in events]
        assert kinds[:2] == ["response.created", "response.in_progress"]
        assert kinds.count("response.output_text.delta") == 5
        assert kinds[-4:] == [
            "response.output_text.done",
            "response.content_part.done",
            "response.output_item.done",
            "response.completed",
        ]
        assert [event.sequence_number for event in events] == list(range(len(events)))
        assert final.output_text == "the score opens with strings"
        assert final.usage.cost_details["nano_usd"] == it.settles()[-1].cost_nano_usd


def _stream_in_a_thread(url: str, asked: dict[str, object]) -> tuple[list, object]:
    assert threading.current_thread() is not threading.main_thread()
    with (
        openai.OpenAI(base_url=f"{url}/v1", api_key=KEY, max_retries=0) as client,
        client.responses.stream(**asked) as stream,
    ):
        return list(stream), stream.get_final_response()


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize("streamed", [False, True])
async def test_tools_in_rounds(tmp_path, route, streamed):
    """Parallel calls come whole or in pieces; their results, sent back, are answered in words."""
    async with house(tmp_path) as it:
        turns = [{"role": "user", "content": steer("Find", calls=3)}]
        asked = {"model": route, "tools": TOOLS, "tool_choice": "required", "parallel_tool_calls": True}
        if streamed:
            async with it.client.responses.stream(input=turns, **asked) as stream:
                pieces = [e.delta async for e in stream if e.type == "response.function_call_arguments.delta"]
                first = await stream.get_final_response()
            assert len(pieces) > 3
            assert first.output[0].parsed_arguments == {"place": "xxxxxxxxx"}
        else:
            first = await it.client.responses.create(input=turns, **asked)
        assert [item.name for item in first.output] == ["look", "book", "look"]
        assert len({item.call_id for item in first.output}) == 3
        assert {item.arguments for item in first.output} == {'{"place":"xxxxxxxxx"}'}
        results = [
            {"type": "function_call_output", "call_id": item.call_id, "output": "nothing"}
            for item in first.output
        ]
        second = await it.client.responses.create(
            model=route, tools=TOOLS, input=[{"role": "user", "content": "Find"}, *first.output, *results]
        )
        assert second.output_text.startswith("the score")


@pytest.mark.parametrize("route", ROUTES)
async def test_one_tool_of_those_that_are_allowed(tmp_path, route):
    """A named tool, and a choice among allowed ones, mean the same to every provider."""
    async with house(tmp_path) as it:
        for choice in (
            {"type": "function", "name": "book"},
            {"type": "allowed_tools", "mode": "required", "tools": [{"type": "function", "name": "book"}]},
        ):
            answer = await it.client.responses.create(
                model=route, input="Go", tools=TOOLS, tool_choice=choice
            )
            assert [item.name for item in answer.output] == ["book"]


@pytest.mark.parametrize("route", ROUTES)
async def test_structured_output(tmp_path, route):
    """``parse`` gives the model's object, plain and streamed."""
    async with house(tmp_path) as it:
        answer = await it.client.responses.parse(model=route, input="Where?", text_format=City)
        assert answer.output_parsed == City(name="", people=0)
        async with it.client.responses.stream(model=route, input="Where?", text_format=City) as stream:
            final = await stream.get_final_response()
        assert final.output_parsed == City(name="", people=0)
        answer = await it.client.responses.create(
            model=route, input="Where?", text={"format": {"type": "json_object"}}
        )
        assert json.loads(answer.output_text) == {}


@pytest.mark.parametrize("route", ROUTES)
async def test_pictures_and_papers(tmp_path, route):
    """Images and files that are in the body reach the provider, as one token each."""
    async with house(tmp_path) as it:
        parts = [
            {"type": "input_text", "text": "What is this?"},
            {"type": "input_image", "image_url": PICTURE, "detail": "low"},
            {"type": "input_file", "filename": "a.pdf", "file_data": PAPER},
        ]
        answer = await it.client.responses.create(model=route, input=[{"role": "user", "content": parts}])
        assert answer.usage.input_tokens == 3 + 1 + 1


@pytest.mark.parametrize("route", ROUTES)
async def test_why_an_answer_ended(tmp_path, route):
    """The limit of output shows as an incomplete response, plain and streamed."""
    async with house(tmp_path) as it:
        answer = await it.client.responses.create(model=route, input="Hi", max_output_tokens=3)
        assert (answer.status, answer.incomplete_details.reason) == ("incomplete", "max_output_tokens")
        stream = await it.client.responses.create(model=route, input="Hi", max_output_tokens=3, stream=True)
        events = [event async for event in stream]
        assert events[-1].type == "response.incomplete"
        assert events[-1].response.incomplete_details.reason == "max_output_tokens"
        assert events[-1].response.usage.cost_details["nano_usd"] == it.settles()[-1].cost_nano_usd


async def test_thoughts_travel_whole(tmp_path):
    """Thoughts come with what is encrypted of them, and the provider recognises them in the next turn."""
    async with house(tmp_path) as it:
        asked = {
            "model": "responses",
            "reasoning": {"effort": "low", "summary": "auto"},
            "include": ["reasoning.encrypted_content"],
            "store": False,
        }
        async with it.client.responses.stream(
            input=steer("Why", reasoning_tokens=3, output_tokens=5), **asked
        ) as stream:
            kinds = [event.type async for event in stream]
            first = await stream.get_final_response()
        assert kinds.count("response.reasoning_summary_text.delta") == 3
        assert first.output[0].encrypted_content.startswith("gAAAA")
        second = await it.client.responses.create(
            input=[{"role": "user", "content": "Why"}, *first.output, {"role": "user", "content": "So?"}],
            **asked,
        )
        assert second.status == "completed"
        with pytest.raises(openai.BadRequestError, match="could not be verified"):
            await it.client.responses.create(
                input=[{"type": "reasoning", "summary": [], "encrypted_content": "mine"}], **asked
            )


async def test_a_client_of_completions_is_served_by_responses(tmp_path):
    """The other way round: chat completions in, Responses out; nothing is kept at the provider."""
    async with house(tmp_path) as it:
        create = it.client.chat.completions.create
        tools = [
            {"type": "function", "function": {key: tool[key] for key in ("name", "parameters")}}
            for tool in TOOLS
        ]
        messages = [
            {"role": "system", "content": "Be brief."},
            {"role": "user", "content": steer("Go", calls=2)},
        ]
        first = await create(model="responses", messages=messages, tools=tools, tool_choice="required")
        message = first.choices[0].message
        assert [call.function.name for call in message.tool_calls] == ["look", "book"]
        assert first.choices[0].finish_reason == "tool_calls"
        results = [
            {"role": "tool", "tool_call_id": call.id, "content": "found"} for call in message.tool_calls
        ]
        stream = await create(
            model="responses",
            messages=[{"role": "user", "content": "Go"}, message, *results],
            tools=tools,
            stream=True,
            stream_options={"include_usage": True},
        )
        chunks = [chunk async for chunk in stream]
        text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)
        assert text.startswith("the score opens")
        assert chunks[-1].usage.cost_details["nano_usd"] == it.settles()[-1].cost_nano_usd
        with pytest.raises(openai.BadRequestError) as raised:
            await create(model="responses", messages=messages, stop=["END"])
        assert (raised.value.code, raised.value.param) == ("not_expressible", "stop")


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize(
    ("status", "raised"),
    [
        (400, openai.BadRequestError),
        (401, openai.InternalServerError),
        (404, openai.NotFoundError),
        (429, openai.RateLimitError),
        (500, openai.InternalServerError),
    ],
)
async def test_errors_are_the_sdks_own(tmp_path, route, status, raised):
    """A provider's refusal is raised as the type that the SDK has for it; its own 401 is not the client's."""
    async with house(tmp_path) as it:
        with pytest.raises(raised):
            await it.client.responses.create(model=route, input=steer("Hi", status=status))


@pytest.mark.parametrize("route", ROUTES)
async def test_a_stream_that_breaks_off_raises(tmp_path, route):
    """An error behind the first byte, and a cut connection, are raised by the SDK; the hold is charged."""
    async with house(tmp_path) as it:
        for fault in ({"error_after_events": 6}, {"cut_after_events": 6}):
            stream = await it.client.responses.create(model=route, input=steer("Hi", **fault), stream=True)
            with pytest.raises(openai.APIError, match=r"ended the stream|closed the connection"):
                async for _ in stream:
                    pass
            assert it.settles()[-1].estimated


@pytest.mark.parametrize(
    ("fields", "param"),
    [
        ({"previous_response_id": "resp_1"}, "previous_response_id"),
        ({"store": True}, "store"),
        ({"truncation": "auto"}, "truncation"),
        ({"include": ["message.output_text.logprobs"]}, "include message.output_text.logprobs"),
        ({"input": [{"type": "item_reference", "id": "msg_1"}]}, "input[0]"),
        ({"tools": [{"type": "custom", "name": "x"}]}, "tools[0].type custom"),
        ({"background": True}, "background"),
    ],
)
async def test_what_needs_its_own_provider_is_refused_by_name(tmp_path, fields, param):
    """Nothing reaches a provider of another format that it could not understand."""
    async with house(tmp_path) as it:
        with pytest.raises(openai.BadRequestError) as raised:
            await it.client.responses.create(**{"model": "able", "input": "Hi", **fields})
        assert raised.value.param == param
        assert it.sim.records == []


async def test_what_is_left_out_is_told(tmp_path):
    """Labels that mean nothing to the other format are named in a header."""
    async with house(tmp_path) as it:
        raw = await it.client.responses.with_raw_response.create(
            model="able", input="Hi", store=False, prompt_cache_key="k", safety_identifier="s"
        )
        dropped = set(raw.headers["x-podium-dropped"].split(", "))
        assert dropped == {"store", "prompt_cache_key", "safety_identifier"}


async def test_searches_are_held_for_and_charged(tmp_path):
    """Three calls of tools at most: held for three of the dearest; what ran is charged, streamed too."""
    async with house(tmp_path) as it:
        price(it, "responses", web_search=10_000_000, code_interpreter=30_000_000)
        for stream in (False, True):
            answer = await it.client.responses.create(
                model="responses",
                input=steer("Hi", web_searches=2, input_tokens=100, output_tokens=4),
                tools=[{"type": "web_search"}, {"type": "code_interpreter", "container": {"type": "auto"}}],
                max_tool_calls=3,
                max_output_tokens=10,
                stream=stream,
            )
            if stream:
                _ = [event async for event in answer]
            hold, settle = it.holds()[-1], it.settles()[-1]
            assert hold.input_bound_tokens == 4 * 128_000
            assert hold.hold_nano_usd == 512_000 * 2500 + 10 * 12_000 + (3 + 1) * 30_000_000
            # The container is made with the request, whether code runs in it or not.
            assert settle.usage.tool_uses == (("code_interpreter", 1), ("web_search", 2))
            assert settle.cost_nano_usd == 100 * 2500 + 4 * 10_000 + 2 * 10_000_000 + 30_000_000
            assert not settle.estimated


async def test_a_search_model_is_charged_its_search(tmp_path):
    """Chat completions tell no count of searches: one is held for and charged, plain and streamed."""
    async with house(tmp_path) as it:
        price(it, "able", web_search=25_000_000)
        for stream in (False, True):
            answer = await it.client.chat.completions.create(
                model="able",
                messages=[{"role": "user", "content": steer("Hi", input_tokens=100, output_tokens=4)}],
                max_completion_tokens=10,
                web_search_options={},
                stream=stream,
            )
            if stream:
                _ = [chunk async for chunk in answer]
            settle = it.settles()[-1]
            assert settle.usage.tool_uses == (("web_search", 1),)
            assert settle.cost_nano_usd == 100 * 2500 + 4 * 10_000 + 25_000_000
            assert not settle.estimated


async def test_server_tools_are_not_bounded(tmp_path):
    """A tool that the provider runs costs what no tokens show: without a ceiling it is refused."""
    async with house(tmp_path) as it:
        with pytest.raises(openai.BadRequestError) as raised:
            await it.client.responses.create(model="responses", input="Hi", tools=[{"type": "web_search"}])
        assert raised.value.code == "unbounded_cost"
        assert it.sim.records == []


async def test_nothing_is_kept(tmp_path):
    """A response cannot be fetched, deleted or cancelled by its id: 404, with what to do instead."""
    async with house(tmp_path) as it:
        for call in (it.client.responses.retrieve, it.client.responses.delete, it.client.responses.cancel):
            with pytest.raises(openai.NotFoundError, match="send the whole input"):
                await call("resp_1")
