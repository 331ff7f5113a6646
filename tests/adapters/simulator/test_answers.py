import math
import struct
from base64 import b64decode
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from podium.adapters.simulator import answers
from podium.adapters.simulator.schemas import example_of


def request_of(**fields: Any) -> answers.ChatRequest:
    body = {"model": "m", "messages": [{"role": "user", "content": "one two three"}], **fields}
    return answers.decode_chat(msgspec.json.encode(body))


def events_of(plan: answers.Plan, *, with_usage: bool = True) -> list[dict[str, Any]]:
    stream = answers.Stream(plan, answer_id="a", created_s=1, with_usage=with_usage)
    data = b"".join([*stream.opening(), *stream.tokens(), *stream.closing()])
    return [msgspec.json.decode(line.removeprefix(b"data: ")) for line in data.split(b"\n\n") if line]


def test_input_tokens_are_words_and_at_least_one_a_message():
    """Each message counts its words, an empty one counts one, and a part that is no text counts one."""
    plan = answers.decide_answer(
        request_of(
            messages=[
                {"role": "system", "content": ""},
                {"role": "user", "content": "one two three"},
                {"role": "user", "content": [{"type": "text", "text": "a b"}, {"type": "image_url"}]},
                {"role": "assistant", "content": None},
            ]
        ),
        default_tokens=1,
    )
    assert plan.usage.prompt_tokens == 1 + 3 + 3 + 1


@pytest.mark.parametrize("field", ["max_tokens", "max_completion_tokens"])
@given(limit=st.integers(0, 50), asked=st.integers(0, 50))
def test_output_is_bounded_by_the_clients_limit(field: str, limit: int, asked: int):
    """Output is the lesser of the limit and of what was asked for, and says whether the limit cut it."""
    plan = answers.decide_answer(
        request_of(**{field: limit, "podium_sim": {"output_tokens": asked}}), default_tokens=9
    )
    assert plan.usage.completion_tokens == len(plan.pieces) == min(limit, asked)
    assert plan.finish_reason == ("length" if limit < asked else "stop")


def test_a_limit_can_be_ignored():
    """An answer steered to ignore the limit is longer than the limit."""
    plan = answers.decide_answer(
        request_of(max_tokens=2, podium_sim={"output_tokens": 5, "ignore_limit": True}), default_tokens=1
    )
    assert plan.usage.completion_tokens == 5


@given(tokens=st.integers(0, 40), choices=st.integers(1, 3), with_usage=st.booleans())
def test_a_stream_says_what_the_plain_answer_says(tokens: int, choices: int, with_usage: bool):
    """Streamed and plain answers of one plan carry the same text, finish reason and usage."""
    plan = answers.decide_answer(request_of(n=choices), default_tokens=tokens)
    plain = msgspec.json.decode(answers.encode_plain(plan, answer_id="a", created_s=1, with_usage=with_usage))
    texts, finished = [""] * choices, [None] * choices
    usage = None
    for event in events_of(plan, with_usage=with_usage):
        usage = event.get("usage") or usage
        for choice in event["choices"]:
            texts[choice["index"]] += choice["delta"].get("content") or ""
            finished[choice["index"]] = choice["finish_reason"] or finished[choice["index"]]
    assert texts == [choice["message"]["content"] for choice in plain["choices"]]
    assert finished == [choice["finish_reason"] for choice in plain["choices"]]
    assert usage == plain.get("usage")
    assert (usage is not None) == with_usage


def test_a_stream_has_one_event_a_token_and_the_usage_comes_last_without_choices():
    """Role, tokens, finish, usage: in this order, one event each."""
    events = events_of(answers.decide_answer(request_of(), default_tokens=3))
    assert len(events) == 1 + 3 + 1 + 1
    assert events[0]["choices"][0]["delta"]["role"] == "assistant"
    assert events[-2]["choices"][0]["finish_reason"] == "stop"
    assert events[-1]["choices"] == []
    assert events[0]["usage"] is None


def test_steered_details_are_reported_and_belong_to_the_totals():
    """Reasoning and audio count in the output, cached tokens do not make the input larger than it is."""
    steer = {
        "input_tokens": 300_000,
        "output_tokens": 10,
        "cached_tokens": 100,
        "cache_write_tokens": 50,
        "audio_tokens": 7,
        "reasoning_tokens": 4,
        "output_audio_tokens": 2,
    }
    usage = answers.decide_answer(request_of(podium_sim=steer), default_tokens=1).usage.document()
    assert usage["prompt_tokens"] == 300_000
    assert usage["completion_tokens"] == 10
    assert usage["prompt_tokens_details"] == {
        "cached_tokens": 100,
        "cache_write_tokens": 50,
        "audio_tokens": 7,
    }
    assert usage["completion_tokens_details"]["reasoning_tokens"] == 4
    assert usage["completion_tokens_details"]["audio_tokens"] == 2


TOOLS = [
    {"type": "function", "function": {"name": "first", "parameters": {}}},
    {
        "type": "function",
        "function": {
            "name": "second",
            "parameters": {"type": "object", "properties": {"city": {"type": "string", "enum": ["Graz"]}}},
        },
    },
]


@pytest.mark.parametrize(
    ("choice", "called"),
    [
        ("auto", None),
        ("none", None),
        ("required", "first"),
        ({"type": "function", "function": {"name": "second"}}, "second"),
    ],
)
def test_a_tool_is_called_only_where_the_choice_forces_it(choice: Any, called: str | None):
    """`required` calls the first function, a named choice that one, anything else none."""
    plan = answers.decide_answer(request_of(tools=TOOLS, tool_choice=choice), default_tokens=2)
    assert [call.name for call in plan.calls] == ([called] if called else [])


@pytest.mark.parametrize("choice", ["auto", "none"])
def test_a_call_that_is_steered_is_made_once(choice: str):
    """Who may call a function does where `call` steers, and answers in words behind its result."""
    told = [{"role": "user", "content": 'Go <podium_sim>{"call": true}</podium_sim>'}]
    found = {"role": "tool", "tool_call_id": "c", "content": told[0]["content"]}
    for messages, called in ((told, choice == "auto"), ([*told, found], False)):
        request = request_of(tools=TOOLS, tool_choice=choice, messages=messages)
        assert bool(answers.decide_answer(request, default_tokens=2).calls) is called


def test_several_calls_and_steering_inside_the_text():
    """A tag in the last text steers as the field does: here two calls, whose arguments stream apart."""
    told = [{"role": "user", "content": 'Go <podium_sim>{"calls": 2}</podium_sim>'}]
    plan = answers.decide_answer(
        request_of(tools=TOOLS, tool_choice="required", messages=told), default_tokens=2
    )
    assert [call.name for call in plan.calls] == ["first", "second"]
    joined = {0: "", 1: ""}
    for event in events_of(plan):
        for call in event["choices"][0]["delta"].get("tool_calls", ()) if event["choices"] else ():
            joined[call["index"]] += call["function"]["arguments"]
    assert [msgspec.json.decode(text) for text in joined.values()] == [{}, {"city": "Graz"}]


def test_streamed_arguments_join_to_the_plain_ones():
    """A forced call streams its arguments in fragments that join to JSON fitting the parameters."""
    choice = {"type": "function", "function": {"name": "second"}}
    plan = answers.decide_answer(request_of(tools=TOOLS, tool_choice=choice), default_tokens=2)
    calls = [e["choices"][0]["delta"].get("tool_calls") for e in events_of(plan) if e["choices"]]
    joined = "".join(call[0]["function"]["arguments"] for call in calls if call)
    assert msgspec.json.decode(joined) == {"city": "Graz"}
    assert calls[0][0]["function"]["name"] == "second"
    assert plan.finish_reason == "tool_calls"


def test_structured_output_fits_the_schema():
    """A JSON schema is answered with the plainest JSON that fits it."""
    schema = {"type": "object", "properties": {"n": {"type": "integer"}, "ok": {"type": "boolean"}}}
    plan = answers.decide_answer(
        request_of(response_format={"type": "json_schema", "json_schema": {"name": "x", "schema": schema}}),
        default_tokens=2,
    )
    assert msgspec.json.decode("".join(plan.pieces)) == {"n": 0, "ok": False}


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({"const": 3}, 3),
        ({"type": ["string", "null"]}, None),
        ({"anyOf": [{"$ref": "#/$defs/a"}, {"type": "null"}], "$defs": {"a": {}}}, None),
        (
            {
                "$ref": "#/$defs/a",
                "$defs": {"a": {"type": "array", "minItems": 2, "items": {"type": "number"}}},
            },
            [0, 0],
        ),
        ({"type": "string", "minLength": 3}, "xxx"),
        ({"type": "integer", "minimum": 5}, 5),
        ({"type": "integer", "exclusiveMinimum": 5}, 6),
        ({"properties": {"a": {"type": "string"}, "b": {}}, "required": ["a"]}, {"a": ""}),
        (True, None),
    ],
)
def test_examples_fit_their_schema(schema: Any, value: Any):
    """Each construct that structured output allows has its plainest value."""
    assert example_of(schema) == value


def test_a_schema_that_refers_to_itself_ends():
    """Recursion without a way out stops at a depth instead of never."""
    example_of({"type": "object", "properties": {"next": {"$ref": "#"}}})


@pytest.mark.parametrize(
    ("given_input", "tokens", "vectors"),
    [("a b", 2, 1), (["a b", "c"], 3, 2), ([1, 2, 3], 3, 1), ([[1, 2], [3]], 3, 2)],
)
def test_embeddings_count_words_or_token_ids(given_input: Any, tokens: int, vectors: int):
    """Texts count their words and token arrays their length; each input gets a unit vector of its own."""
    request = answers.decode_embeddings(
        msgspec.json.encode({"model": "m", "input": given_input, "dimensions": 4})
    )
    body = msgspec.json.decode(answers.encode_embeddings(request, with_usage=True))
    assert body["usage"] == {"prompt_tokens": tokens, "total_tokens": tokens}
    assert [len(item["embedding"]) for item in body["data"]] == [4] * vectors
    assert math.isclose(sum(x * x for x in body["data"][0]["embedding"]), 1.0)


def test_embeddings_in_base64_are_the_same_numbers():
    """base64 is little-endian float32, as OpenAI sends it."""
    fields = {"model": "m", "input": "a", "dimensions": 3}
    plain = answers.decode_embeddings(msgspec.json.encode(fields))
    packed = answers.decode_embeddings(msgspec.json.encode({**fields, "encoding_format": "base64"}))
    expected = msgspec.json.decode(answers.encode_embeddings(plain, with_usage=False))["data"][0]["embedding"]
    encoded = msgspec.json.decode(answers.encode_embeddings(packed, with_usage=False))["data"][0]["embedding"]
    assert struct.unpack("<3f", b64decode(encoded)) == pytest.approx(expected)
