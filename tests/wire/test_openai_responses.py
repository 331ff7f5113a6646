"""Requests and whole answers of OpenAI's Responses. Shapes: OpenAI's API reference, POST /responses."""

import contextlib
import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from podium.kernel.call import CostTag, Request, Usage
from podium.kernel.errors import BrokenReply, InvalidRequest
from podium.wire import openai_responses as responses
from podium.wire.formats import Outgoing, WireError
from podium.wire.openai_responses_usage import decode_usage, usage_document
from tests.wire.neutral import TAG, usages

USAGE = {
    "input_tokens": 36,
    "input_tokens_details": {"cached_tokens": 4, "cache_write_tokens": 0},
    "output_tokens": 87,
    "output_tokens_details": {"reasoning_tokens": 12},
    "total_tokens": 123,
}
ANSWER = {
    "id": "resp_67ccd2bed1ec8190b14f964abc0542670bb6a6b452d3795b",
    "object": "response",
    "created_at": 1741476542,
    "status": "completed",
    "error": None,
    "incomplete_details": None,
    "instructions": None,
    "max_output_tokens": None,
    "model": "gpt-4.1-2025-04-14",
    "output": [
        {
            "type": "message",
            "id": "msg_67ccd2bf17f0819081ff3bb2cf6508e60bb6a6b452d3795b",
            "status": "completed",
            "role": "assistant",
            "content": [{"type": "output_text", "text": "Once.", "annotations": []}],
        }
    ],
    "parallel_tool_calls": True,
    "tool_choice": "auto",
    "tools": [],
    "usage": USAGE,
}
"""The example of the API reference."""


def ask(**fields: object) -> Request:
    return responses.decode_request(json.dumps({"model": "small", "input": "Hello", **fields}).encode())


def ask_part(part: object) -> Request:
    return ask(input=[{"role": "user", "content": [{"type": "input_text", "text": "What is this?"}, part]}])


def sent(request: Request, limit: int | None = None) -> dict[str, object]:
    return json.loads(responses.encode_request(request, Outgoing("up-1", limit)))


def test_a_plain_request():
    """The least that a request can say."""
    request = ask()
    assert (request.operation, request.route, request.stream, request.max_output_tokens) == (
        "chat",
        "small",
        False,
        None,
    )
    assert (request.needs, request.remote_content, request.unpriced) == (frozenset(), False, ())


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (b"", None),
        (b"[]", None),
        (b'{"input":"x"}', "model"),
        (b'{"model":"m"}', "input"),
        (b'{"model":"m","input":null}', "input"),
        (b'{"model":"m","input":7}', "input"),
        (b'{"model":"m","input":[7]}', "input"),
        (b'{"model":"m","input":[{"content":[7]}]}', "input[0].content"),
        (b'{"model":"m","input":[{"type":"function_call_output","output":[7]}]}', "input[0].output"),
        (b'{"model":"m","input":"x","stream":1}', "stream"),
        (b'{"model":"m","input":"x","max_output_tokens":0}', "max_output_tokens"),
        (b'{"model":"m","input":"x","max_output_tokens":"9"}', "max_output_tokens"),
        (b'{"model":"m","input":"x","tools":{}}', "tools"),
        (b'{"model":"m","input":"x","tools":[{"type":7}]}', "tools"),
        (b'{"model":"m","input":"x","text":{"format":7}}', "text"),
        (b'{"model":"m","input":"x","service_tier":7}', "service_tier"),
        (b'{"model":"m","input":"x","reasoning":{"mode":7}}', "reasoning"),
        (b'{"model":"m","input":"x","prompt_cache_options":7}', "prompt_cache_options"),
        (b'{"model":"m","input":"x","background":true}', "background"),
        (b'{"model":"m","input":"x","background":"yes"}', "background"),
    ],
)
def test_a_bad_request_names_its_field(body, field):
    """What cannot be served is refused with the field at fault."""
    with pytest.raises(InvalidRequest) as raised:
        responses.decode_request(body)
    assert raised.value.field == field


@pytest.mark.parametrize(
    ("part", "needs", "remote"),
    [
        ({"type": "input_image", "image_url": "data:image/png;base64,aGk="}, {"vision"}, False),
        ({"type": "input_image", "image_url": "https://example.com/a.png"}, {"vision"}, True),
        ({"type": "input_image", "file_id": "file_1"}, {"vision"}, True),
        ({"type": "input_file", "filename": "a.pdf", "file_data": "data:application/pdf;base64,aGk="},
         {"documents"}, False),
        ({"type": "input_file", "file_url": "https://example.com/a.pdf"}, {"documents"}, True),
        ({"type": "input_file", "file_data": "https://example.com/a.pdf"}, {"documents"}, True),
        ({"type": "input_file", "file_id": "file_1"}, {"documents"}, True),
        ({"type": "input_audio", "input_audio": {"data": "aGk=", "format": "wav"}}, {"audio"}, False),
        ({"type": "input_hologram", "url": "x"}, set(), True),
        ({"type": "refusal", "refusal": "no"}, set(), False),
    ],
)  # fmt: skip
def test_what_parts_need(part, needs, remote):
    """Media ask for a capability; what is not in the body is bounded by the context window alone."""
    request = ask_part(part)
    assert (request.needs, request.remote_content) == (needs, remote)


@pytest.mark.parametrize(
    "fields",
    [
        {"previous_response_id": "resp_1"},
        {"previous_response_id": "resp_1", "input": None},
        {"conversation": "conv_1"},
        {"conversation": {"id": "conv_1"}},
        {"prompt": {"id": "pmpt_1"}},
        {"input": [{"type": "item_reference", "id": "msg_1"}]},
        {"input": [{"type": "compaction", "encrypted_content": "x"}]},
        {"input": [{"type": "holodeck"}]},
        {"input": [{"type": "function_call_output", "call_id": "c",
                    "output": [{"type": "input_image", "image_url": "http://a/b"}]}]},
    ],
)  # fmt: skip
def test_what_the_provider_holds_is_not_in_the_body(fields):
    """Ids of what only the provider knows make the input one that the body does not bound."""
    assert ask(**fields).remote_content


@pytest.mark.parametrize(
    ("fields", "unpriced"),
    [
        ({"tools": [{"type": "function", "name": "f"}, {"type": "custom", "name": "g"}]}, ()),
        ({"tools": [{"type": "web_search"}, {"type": "mcp"}]}, ("tools.mcp",)),
        ({"tools": [{"type": "code_interpreter", "container": {"type": "auto", "memory_limit": "4g"}}]},
            ("tools.code_interpreter",)),
        ({"tools": [{"type": "code_interpreter", "container": {"memory_limit": 4}}]},
            ("tools.code_interpreter",)),
        ({"tools": [{"type": "computer_use_preview"}]}, ("tools.computer_use_preview",)),
        ({"tools": [{"type": "image_generation"}]}, ("tools.image_generation",)),
        ({"tools": [{}]}, ("tools.",)),
        ({"service_tier": "default"}, ()),
        ({"service_tier": "flex"}, ("service_tier",)),
        ({"reasoning": {"effort": "low", "mode": "standard"}}, ()),
        ({"reasoning": {"mode": "pro"}}, ("reasoning.mode",)),
        ({"prompt_cache_options": {"ttl": "30m"}}, ()),
        ({"prompt_cache_options": {"ttl": "12h"}}, ("prompt_cache_options.ttl",)),
        ({"input": [{"role": "user", "content": [
            {"type": "input_text", "text": "a", "prompt_cache_breakpoint": {"mode": "explicit", "ttl": "12h"}}
        ]}]}, ("prompt_cache_breakpoint.ttl",)),
        ({"prompt": {"id": "pmpt_1"}}, ("prompt",)),
        ({"preset": "pro-search"}, ("preset",)),
        ({"prompt": None, "context_management": []}, ()),
        ({"context_management": [{"type": "compaction"}]}, ("context_management",)),
        ({"input": [{"type": "additional_tools", "role": "developer"}]}, ("input[0].tools",)),
    ],
)  # fmt: skip
def test_what_tokens_do_not_price(fields, unpriced):
    """Tools of the provider's, tiers and templates cost what no tokens show; unknown is unpriced."""
    assert ask(**fields).unpriced == unpriced


def test_what_options_need():
    """Tools and formats ask for capabilities."""
    assert ask(tools=[{"type": "function", "name": "f"}]).needs == {"tools"}
    assert ask(text={"format": {"type": "json_schema"}}).needs == {"structured_output"}
    assert ask(text={"format": {"type": "text"}, "verbosity": "low"}, tools=[]).needs == frozenset()


def test_the_body_changes_least():
    """Model and limit are Podium's; all else reaches the provider as it came, store included."""
    request = ask(store=True, max_output_tokens=None, metadata={"a": "b"}, future=[1.50], stream=True)
    assert sent(request, 77) == {
        "model": "up-1",
        "input": "Hello",
        "store": True,
        "max_output_tokens": 77,
        "metadata": {"a": "b"},
        "future": [1.5],
        "stream": True,
    }
    assert sent(ask(max_output_tokens=5), 77)["max_output_tokens"] == 5
    assert responses.target("chat", "m", stream=True) == "/responses"


def test_a_whole_answer_is_read():
    """Usage, id, model and why it ended, from the documented example."""
    reply = responses.decode_reply(json.dumps(ANSWER).encode())
    assert reply.usage == Usage(36, 87, 4, reasoning_tokens=12)
    assert (reply.upstream_id, reply.upstream_model) == (ANSWER["id"], "gpt-4.1-2025-04-14")
    assert reply.finish_reason == "completed"
    cut = {**ANSWER, "status": "incomplete", "incomplete_details": {"reason": "max_output_tokens"}}
    assert responses.decode_reply(json.dumps(cut).encode()).finish_reason == "max_output_tokens"


def test_the_answer_bears_its_cost():
    """Cost and details stand in the usage; an answer without usage stays as it is."""
    tagged = json.loads(responses.tag_reply(json.dumps(ANSWER).encode(), CostTag(1500, "0.0000015")))
    assert tagged["usage"] == {
        **USAGE,
        "cost": 0.0000015,
        "cost_details": {"upstream_inference_cost": 0.0000015, "nano_usd": 1500, "estimated": False},
    }
    assert {**tagged, "usage": USAGE} == ANSWER
    bare = json.dumps({**ANSWER, "usage": None}).encode()
    assert responses.tag_reply(bare, TAG) == bare
    assert responses.decode_reply(bare).usage is None


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{}",
        b'{"error":{"message":"overloaded"}}',
        b'{"object":"response","status":"failed","error":{"code":"server_error","message":"overloaded"}}',
        b'{"object":"response","status":"failed","error":null}',
        b'{"object":"response","status":"cancelled"}',
        b'{"object":"response","id":7}',
    ],
)
@pytest.mark.parametrize("read", [responses.decode_reply, responses.decode_answer])
def test_what_is_no_answer_is_broken(read, body):
    """A response that failed, and a body that is none, are broken replies that say why."""
    with pytest.raises(BrokenReply) as raised:
        read(body)
    assert ("overloaded" in raised.value.message) is (b"overloaded" in body)


@pytest.mark.parametrize(
    ("usage", "expected"),
    [
        (USAGE, Usage(36, 87, 4, reasoning_tokens=12)),
        ({"input_tokens": 0, "output_tokens": 0}, Usage(0, 0)),
        ({"input_tokens": 5, "output_tokens": 1, "input_tokens_details": None}, Usage(5, 1)),
        ({"input_tokens": 5, "output_tokens": 1, "input_tokens_details": {"cache_write_tokens": 3}},
         Usage(5, 1, cache_write_tokens=3)),
        ({"input_tokens": 5, "output_tokens": 1, "total_tokens": 9}, Usage(5, 4)),
        ({"input_tokens": -5, "output_tokens": 1}, None),
        ({"input_tokens": 5, "output_tokens": 1.5}, None),
        ({"input_tokens": True, "output_tokens": 1}, None),
        ({"input_tokens": 5, "output_tokens": 1, "input_tokens_details": {"cached_tokens": 6}}, None),
        ({"input_tokens": 5, "output_tokens": 1, "output_tokens_details": {"reasoning_tokens": 2}}, None),
        ({"input_tokens": 1 << 50, "output_tokens": 1}, None),
        ({"prompt_tokens": 5, "completion_tokens": 1}, None),
        ([], None),
    ],
)  # fmt: skip
def test_usage_in_this_shape(usage, expected):
    """Parts within their totals; a zero stays zero; what makes no sense is no usage."""
    assert decode_usage(json.dumps(usage).encode()) == expected


@given(usages())
def test_usage_goes_there_and_back(usage):
    """A usage in this format's shape says all that the neutral one does."""
    assert decode_usage(usage_document(usage)) == usage


def test_errors_are_those_of_openai():
    """An error has OpenAI's shape; one in a stream has the documented fields and the SDK's."""
    error = WireError(400, "not_expressible", "No.", "input[0]")
    told = {"type": "invalid_request_error", "code": "not_expressible", "message": "No.", "param": "input[0]"}
    assert json.loads(responses.encode_error(error)) == {"error": told}
    event = responses.encode_stream_error(error)
    assert event.startswith(b"event: error\ndata: {")
    document = json.loads(event.partition(b"data: ")[2])
    assert (document["type"], document["message"], document["error"]["message"]) == ("error", "No.", "No.")


@given(
    st.binary(max_size=60), st.sampled_from([b"", b'{"model":"m","input":', b'{"object":"response","usage":'])
)
def test_any_bytes(data, before):
    """Whatever comes is read or refused with the errors that are declared."""
    for body in (before + data, before + data + b"}"):
        with contextlib.suppress(InvalidRequest):
            responses.encode_request(responses.decode_request(body), Outgoing("up"))
        with contextlib.suppress(BrokenReply):
            responses.decode_reply(body)
        with contextlib.suppress(BrokenReply):
            responses.decode_answer(body)
        with contextlib.suppress(BrokenReply, msgspec.MsgspecError):
            responses.tag_reply(body, TAG)
