"""Anthropic's messages: what admission reads, usage, and to and from the neutral model.

Bodies by hand in the shape of https://docs.anthropic.com/en/api/messages.
"""

import contextlib
import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from podium.kernel import chat
from podium.kernel.call import Request, ServerTool, Usage
from podium.kernel.chat import Chat
from podium.kernel.errors import BrokenReply, Inexpressible, InvalidRequest
from podium.wire import anthropic_count as count
from podium.wire import anthropic_messages as wire
from podium.wire.anthropic_usage import decode_counts, to_usage, usage_document
from podium.wire.formats import Outgoing, WireError
from tests.wire import neutral
from tests.wire.neutral import TAG, bare

OUTGOING = Outgoing("claude-x", 4096)


def body(**fields: Any) -> bytes:
    return json.dumps(
        {"model": "r", "max_tokens": 10, "messages": [{"role": "user", "content": "Hi"}], **fields}
    ).encode()


def asked(**fields: Any) -> Request:
    return wire.decode_request(body(**fields))


def content(*blocks: dict[str, Any]) -> dict[str, Any]:
    return {"messages": [{"role": "user", "content": list(blocks)}]}


IMAGE = {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "aGk="}}
REMOTE = {"type": "image", "source": {"type": "url", "url": "https://example.com/a.png"}}
PAPER = {"type": "document", "source": {"type": "base64", "media_type": "application/pdf", "data": "aGk="}}
TEXT = {"type": "document", "source": {"type": "text", "media_type": "text/plain", "data": "Hi"}}


@pytest.mark.parametrize(
    ("fields", "needs", "remote"),
    [
        ({}, set(), False),
        (content({"type": "text", "text": "Hi"}, TEXT), set(), False),
        (content(IMAGE), {"vision"}, False),
        (content(REMOTE), {"vision"}, True),
        (content(PAPER), {"documents"}, False),
        (content({"type": "search_result", "source": "s", "title": "t", "content": []}), set(), False),
        (content({"type": "document", "source": {"type": "file", "file_id": "f"}}), {"documents"}, True),
        (content({"type": "document", "source": {"type": "content", "content": [IMAGE]}}), {"vision"}, False),
        (content({"type": "tool_result", "tool_use_id": "t", "content": [REMOTE]}), {"vision"}, True),
        (content({"type": "container_upload", "file_id": "f"}), set(), True),
        ({"tools": [{"name": "f", "input_schema": {}}]}, {"tools"}, False),
        ({"tools": [{"name": "bash", "type": "bash_20250124"}]}, {"tools"}, True),
        ({"output_config": {"format": {"type": "json_schema", "schema": {}}}}, {"structured_output"}, False),
        ({"output_config": {"effort": "low"}}, set(), False),
    ],
)
def test_what_a_request_needs(fields: dict[str, Any], needs: set[str], remote: bool) -> None:
    """Capabilities and content that is fetched are found wherever they stand."""
    request = asked(**fields)
    assert (request.needs, request.remote_content) == (needs, remote)
    assert request.unpriced == ()


MAX_USES = "tools[0].max_uses"


@pytest.mark.parametrize(
    ("fields", "unpriced", "server_tools"),
    [
        ({"service_tier": "standard_only", "speed": "standard", "inference_geo": "global"}, (), ()),
        ({"service_tier": "batch"}, ("service_tier",), ()),
        ({"speed": "fast"}, ("speed",), ()),
        ({"inference_geo": "us"}, ("inference_geo",), ()),
        ({"container": "c_1"}, ("container",), ()),
        ({"mcp_servers": []}, (), ()),
        ({"mcp_servers": [{"url": "https://x"}]}, ("mcp_servers",), ()),
        ({"fallbacks": [{"model": "other"}]}, ("fallbacks",), ()),
        ({"context_management": {"edits": [{"type": "clear_tool_uses_20250919"}]}}, (), ()),
        ({"context_management": {"edits": [{"type": "compact_20260112"}]}}, ("context_management",), ()),
        ({"something_new": True}, ("something_new",), ()),
        (
            {"tools": [{"type": "web_search_20250305", "name": "web_search", "max_uses": 2}]},
            (),
            (ServerTool("web_search", MAX_USES, 2, bound_field=MAX_USES),),
        ),
        (
            {"tools": [{"type": "web_fetch_20260318", "name": "web_fetch"}]},
            (),
            (ServerTool("web_fetch", MAX_USES, bound_field=MAX_USES),),
        ),
        ({"tools": [{"type": "code_execution_20250825", "name": "c"}]}, ("tools[0].type",), ()),
        ({"tools": [{"type": "mcp_toolset", "mcp_server_name": "x"}]}, ("tools[0].type",), ()),
    ],
)
def test_what_has_no_price(
    fields: dict[str, Any], unpriced: tuple[str, ...], server_tools: tuple[ServerTool, ...]
) -> None:
    """What usage does not show is named; what it counts has its bound."""
    request = asked(**fields)
    assert (request.unpriced, request.server_tools) == (unpriced, server_tools)


@pytest.mark.parametrize(
    ("broken", "field"),
    [
        (b"[]", None),
        (b'{"messages":[]}', "model"),
        (b'{"model":"r"}', "messages"),
        (b'{"model":"r","messages":{}}', "messages"),
        (b'{"model":"r","messages":[1]}', "messages"),
        (body(max_tokens=-1), "max_tokens"),
        (body(max_tokens="9"), "max_tokens"),
        (body(stream="yes"), "stream"),
        (body(tools={}), "tools"),
        (body(output_config=[]), "output_config"),
        (body(messages=[{"role": "user", "content": [7]}]), "messages[0].content"),
        (body(thread={"type": "create"}), "thread"),
    ],
)
def test_what_is_no_request(broken: bytes, field: str | None) -> None:
    """A body that is none is refused with the field at fault."""
    with pytest.raises(InvalidRequest) as caught:
        wire.decode_request(broken)
    assert caught.value.field == field


def test_the_body_passes_with_the_least_change() -> None:
    """Only the model's name changes, and the limit where the client set none; unknown fields stay."""
    request = asked(something_new={"a": [1]}, max_tokens=None)
    sent = json.loads(wire.encode_request(request, OUTGOING))
    assert (sent["model"], sent["max_tokens"], sent["something_new"]) == ("claude-x", 4096, {"a": [1]})
    kept = json.loads(wire.encode_request(asked(max_tokens=0), OUTGOING))
    assert kept["max_tokens"] == 0


@pytest.mark.parametrize(
    ("usage", "expected"),
    [
        ({"input_tokens": 5, "output_tokens": 2}, Usage(5, 2)),
        ({"input_tokens": 0, "output_tokens": 0}, Usage()),
        (
            {
                "input_tokens": 5,
                "output_tokens": 9,
                "cache_read_input_tokens": 7,
                "cache_creation_input_tokens": 10,
                "cache_creation": {"ephemeral_5m_input_tokens": 4, "ephemeral_1h_input_tokens": 6},
                "output_tokens_details": {"thinking_tokens": 3},
                "server_tool_use": {"web_search_requests": 2, "web_fetch_requests": 0},
                "service_tier": "standard",
            },
            Usage(22, 9, 7, 10, 6, 3, tool_uses=(("web_search", 2),)),
        ),
        (
            {
                "input_tokens": 5,
                "output_tokens": 2,
                "iterations": [
                    {"type": "compaction", "input_tokens": 100, "output_tokens": 30},
                    {"type": "message", "input_tokens": 5, "output_tokens": 2},
                ],
            },
            Usage(105, 32),
        ),
        ({"input_tokens": -1, "output_tokens": 2}, None),
        ({"input_tokens": 5}, None),
        ({"input_tokens": 5, "output_tokens": 1 << 50}, None),
        ({"input_tokens": 5, "output_tokens": 2, "output_tokens_details": {"thinking_tokens": 3}}, None),
        ({"input_tokens": "5", "output_tokens": 2}, None),
        ({"input_tokens": 5, "output_tokens": 2, "cache_read_input_tokens": -4}, None),
        ({"input_tokens": 5, "output_tokens": 2, "server_tool_use": {"web_search_requests": -1}}, None),
    ],
)
def test_usage(usage: dict[str, Any], expected: Usage | None) -> None:
    """Totals include what was read and written; senseless counts are no usage, zeros stay zeros."""
    assert to_usage(decode_counts(json.dumps(usage).encode())) == expected


@given(neutral.usages(), st.integers(0, 1000), st.integers(0, 1000))
def test_usage_round_trip(usage: Usage, five_minutes: int, hour: int) -> None:
    """A usage written in this shape is read as the same."""
    written = five_minutes + hour
    whole = msgspec.structs.replace(
        usage,
        input_tokens=usage.input_tokens + written,
        cache_write_tokens=written,
        cache_write_1h_tokens=hour,
    )
    assert to_usage(decode_counts(usage_document(whole))) == whole


def test_a_reply_is_read_and_tagged() -> None:
    """Usage, ids and the stop reason are read; the cost stands in usage, and all else stays as it was."""
    answer = {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": "claude-x",
        "content": [{"type": "text", "text": "Hi"}],
        "stop_reason": "end_turn",
        "stop_details": None,
        "usage": {"input_tokens": 5, "output_tokens": 2},
    }
    raw = json.dumps(answer).encode()
    reply = wire.decode_reply(raw)
    assert (reply.usage, reply.upstream_id, reply.finish_reason) == (Usage(5, 2), "msg_1", "end_turn")
    tagged = json.loads(wire.tag_reply(raw, TAG))
    assert tagged["usage"].pop("cost_details")["nano_usd"] == TAG.nano_usd
    assert tagged["usage"].pop("cost") == pytest.approx(0.00000645)
    assert tagged == answer


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"[]",
        b'{"type":"error","error":{"type":"api_error","message":"no"}}',
        b'{"type":"message"}',
        b'{"type":"completion","content":[]}',
        b'{"type":"message","content":{}}',
    ],
)
def test_what_is_no_reply(raw: bytes) -> None:
    """An error behind a 200, and whatever else is no message, is a broken reply."""
    for read in (wire.decode_reply, wire.decode_answer):
        with pytest.raises(BrokenReply):
            read(raw)


def test_errors_have_anthropics_types() -> None:
    """Each status has its documented type; the code and field of Podium's stand beside it."""
    error = json.loads(wire.encode_error(WireError(404, "model_not_found", "No.", "model")))
    assert error["type"] == "error"
    assert error["error"] == {
        "type": "not_found_error",
        "message": "No.",
        "param": "model",
        "code": "model_not_found",
    }
    event = wire.encode_stream_error(WireError(529, "upstream_refused", "Busy."))
    assert event.startswith(b"event: error\ndata: ")
    assert b'"overloaded_error"' in event


def decode(fields: dict[str, Any]) -> Chat:
    return wire.decode_chat(asked(**fields))


def test_a_whole_request_in_neutral_terms() -> None:
    """Every field that has a neutral meaning is read; labels are left out by name."""
    read = decode(
        {
            "system": [{"type": "text", "text": "S", "cache_control": {"type": "ephemeral", "ttl": "1h"}}],
            "messages": [
                {"role": "user", "content": [{**IMAGE, "cache_control": {"type": "ephemeral"}}, PAPER]},
                {
                    "role": "assistant",
                    "content": [
                        {"type": "thinking", "thinking": "Hm", "signature": "sig"},
                        {"type": "thinking", "thinking": "", "signature": "podium.gemini.abc"},
                        {"type": "redacted_thinking", "data": "xyz"},
                        {"type": "text", "text": "Yes", "citations": [{"type": "char_location"}]},
                        {"type": "tool_use", "id": "t1", "name": "f", "input": {"a": 1}},
                    ],
                },
                {
                    "role": "user",
                    "content": [
                        {"type": "tool_result", "tool_use_id": "t1", "content": [IMAGE], "is_error": True}
                    ],
                },
            ],
            "tools": [{"name": "f", "description": "D", "input_schema": {"type": "object"}, "strict": True}],
            "tool_choice": {"type": "tool", "name": "f", "disable_parallel_tool_use": True},
            "thinking": {"type": "enabled", "budget_tokens": 2048, "display": "omitted"},
            "output_config": {"effort": "high", "format": {"type": "json_schema", "schema": {"a": 1}}},
            "metadata": {"user_id": "u"},
            "stop_sequences": ["x"],
            "temperature": 0.5,
            "top_k": 3,
            "service_tier": "auto",
            "cache_control": {"type": "ephemeral"},
        }
    )
    image = chat.Source("data", "aGk=", "image/png")
    assert read.system == (chat.Text("S", chat.Cache("1h")),)
    assert read.messages[0].parts == (
        chat.Image(image, cache=chat.Cache()),
        chat.Document(chat.Source("data", "aGk=", "application/pdf")),
    )
    assert read.messages[1].parts == (
        chat.Thinking("Hm", "sig", "anthropic"),
        chat.Thinking("", "abc", "gemini"),
        chat.Thinking(redacted="xyz", signed_by="anthropic"),
        chat.Text("Yes"),
        chat.ToolCall("t1", "f", '{"a": 1}'),
    )
    assert read.messages[2].parts == (chat.ToolResult("t1", (chat.Image(image),), error=True),)
    assert read.tool_choice == chat.ToolChoice("tool", "f")
    assert (read.parallel_tool_calls, read.user, read.stop, read.top_k) == (False, "u", ("x",), 3)
    assert read.reasoning == chat.Reasoning("high", 2048, show=False)
    assert read.output == chat.OutputFormat("schema", schema='{"a": 1}')
    assert set(read.dropped) == {"service_tier", "cache_control", "citations"}


USER = {"role": "user", "content": "Hi"}


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"mcp_servers": [1]}, "mcp_servers"),
        ({"container": "c"}, "container"),
        ({"tools": [{"type": "web_search_20250305", "name": "w"}]}, "tools[0] of type web_search_20250305"),
        ({"thinking": {"type": "between_tools"}}, "thinking.type"),
        (content({"type": "text", "text": "Hi", "x": 1}), "messages[0].content[0]"),
        (content({"type": "search_result", "source": "s"}), "messages[0].content[0].type"),
        (content({**IMAGE, "transformations": {"oversized_image": "error"}}), "messages[0].content[0]"),
        ({"messages": [USER, {"role": "assistant", "content": "The"}]}, "messages[1]"),
        ({"messages": [USER, {"role": "system", "content": "S"}]}, "messages[1]"),
    ],
)
def test_what_has_no_neutral_meaning_is_refused_by_name(fields: dict[str, Any], field: str) -> None:
    """Nothing is left out in silence: the error says where it stands."""
    with pytest.raises(Inexpressible) as caught:
        decode(fields)
    assert caught.value.field == field


CHAT = Chat((chat.Message("user", (chat.Text("Hi"),), at="messages[0]"),), max_output_tokens=9)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"seed": 1}, "seed"),
        ({"presence_penalty": 0.5}, "presence_penalty"),
        ({"logprobs": True}, "logprobs"),
        ({"temperature": 1.5}, "temperature"),
        ({"output": chat.OutputFormat("json")}, "output"),
        ({"user": "u" * 300}, "user"),
        ({"messages": (chat.Message("user", (chat.Audio(chat.Source("data", "x")),), at="m"),)}, "m"),
        (
            {"messages": (chat.Message("user", (chat.Image(chat.Source("file", "f")),), at="m"),)},
            "m",
        ),
        (
            {
                "messages": (
                    chat.Message("assistant", (chat.ToolCall("c", "f", "[1]"),), at="m"),
                    chat.Message("user", (chat.Text("x"),)),
                )
            },
            "m",
        ),
    ],
)
def test_what_anthropic_has_no_place_for(changes: dict[str, Any], field: str) -> None:
    """A neutral request that cannot be written is refused with the attribute, or where it stands."""
    with pytest.raises(Inexpressible) as caught:
        wire.encode_chat(msgspec.structs.replace(CHAT, **changes), OUTGOING)
    assert caught.value.field == field


@st.composite
def chats(draw: st.DrawFn) -> Chat:
    """Return requests that this format can carry whole."""
    tools = draw(neutral.tool_lists)
    choice = draw(st.sampled_from([None, "auto", "none", "required"])) if tools else None
    budget = draw(st.sampled_from([None, 2048]))
    effort = draw(st.sampled_from(["low", "high", "xhigh"]))
    reasoning = chat.Reasoning(effort, budget, draw(st.sampled_from([None, True, False])), budget is None)
    return Chat(
        messages=draw(neutral.turns(thinking="anthropic")),
        system=tuple(draw(st.lists(neutral.texts, max_size=2))),
        tools=tools,
        tool_choice=None if choice is None else chat.ToolChoice(choice),  # type: ignore[arg-type]  # one of the modes
        parallel_tool_calls=False if choice in {"auto", "required"} else None,
        max_output_tokens=draw(st.integers(0, 9999)),
        temperature=draw(st.none() | st.floats(0, 1)),
        top_p=draw(st.none() | st.floats(0, 1)),
        top_k=draw(st.none() | st.integers(1, 50)),
        stop=tuple(draw(st.lists(neutral.words, max_size=5))),
        output=draw(st.none() | neutral.schemas.map(lambda s: chat.OutputFormat("schema", schema=s))),
        reasoning=draw(st.sampled_from([None, chat.Reasoning("none"), reasoning])),
        user=draw(st.none() | neutral.names),
        stream=draw(st.booleans()),
    )


@given(chats())
def test_a_request_loses_nothing(request: Chat) -> None:
    """Neutral to this format and back is the same request, and nothing was left out."""
    raw, dropped = wire.encode_chat(request, OUTGOING)
    assert dropped == ()
    again = wire.decode_chat(wire.decode_request(raw))
    assert bare(again) == bare(request)


@given(neutral.answers(thinking="anthropic"))
def test_an_answer_loses_nothing(answer: chat.Answer) -> None:
    """A whole answer, written for a client and read as a provider's, is the same."""
    raw = wire.encode_answer(answer, Request("chat", "r", {}, 0), TAG)
    again = wire.decode_answer(raw)
    assert again == answer


def test_an_answer_of_another_model_fits_the_format() -> None:
    """Thoughts of other providers are sealed, refusals are words, and arguments that are none are wrapped."""
    answer = chat.Answer(
        (
            chat.Thinking("Hm", "s", "gemini"),
            chat.Thinking("bare"),
            chat.Refusal("No."),
            chat.ToolCall("c", "f", "not json"),
        ),
        "content_filter",
    )
    document = json.loads(wire.encode_answer(answer, Request("chat", "r", {}, 0), TAG))
    assert document["content"] == [
        {"type": "thinking", "thinking": "Hm", "signature": "podium.gemini.s"},
        {"type": "thinking", "thinking": "bare", "signature": ""},
        {"type": "text", "text": "No."},
        {"type": "tool_use", "id": "c", "name": "f", "input": {"INVALID_JSON": "not json"}},
    ]
    assert (document["stop_reason"], document["model"]) == ("refusal", "r")
    assert document["usage"]["cost_details"]["nano_usd"] == TAG.nano_usd


def test_thoughts_of_others_and_names_are_left_out_by_name() -> None:
    """What only another provider can verify does not reach Anthropic; ids that it refuses are digested."""
    messages = (
        chat.Message("user", (chat.Text("Hi"),), "Ann"),
        chat.Message("assistant", (chat.Thinking("x", "s", "gemini"),)),
        chat.Message("assistant", (chat.ToolCall("functions.f:0", "f", ""),)),
        chat.Message("user", (chat.ToolResult("functions.f:0", ()),)),
    )
    raw, dropped = wire.encode_chat(msgspec.structs.replace(CHAT, messages=messages), OUTGOING)
    assert dropped == ("names", "thinking")
    sent = json.loads(raw)["messages"]
    assert [message["role"] for message in sent] == ["user", "assistant", "user"]
    assert sent[1]["content"][0]["id"] == sent[2]["content"][0]["tool_use_id"]
    assert sent[1]["content"][0]["input"] == {}


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["type", "text", "role", "content", "source", "data", "input", "id", "name"]),
            inner | st.sampled_from(["text", "image", "tool_use", "user", "base64"]),
            max_size=4,
        )
    ),
    max_leaves=8,
)
FIELDS = ["messages", "system", "tools", "tool_choice", "thinking", "output_config", "metadata", "max_tokens"]


@given(st.dictionaries(st.sampled_from(FIELDS), json_values, max_size=4))
def test_no_body_breaks_a_decoder(fields: dict[str, Any]) -> None:
    """Whatever JSON a client sends: a request, or the declared error."""
    raw = json.dumps({"model": "r", "messages": [], **fields}).encode()
    with contextlib.suppress(InvalidRequest):
        request = wire.decode_request(raw)
        wire.encode_request(request, OUTGOING)
        wire.decode_chat(request)
    with contextlib.suppress(InvalidRequest):
        assert count.estimate(count.decode_request(raw), 0.25) >= 0


@given(st.binary(max_size=60) | json_values.map(lambda value: json.dumps(value).encode()))
def test_no_reply_breaks_a_decoder(raw: bytes) -> None:
    """Whatever a provider answers: a reply, or BrokenReply."""
    for read in (wire.decode_reply, wire.decode_answer, count.decode_reply):
        with contextlib.suppress(BrokenReply):
            assert read(raw) is not None
