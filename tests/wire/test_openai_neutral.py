import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from podium.kernel import chat
from podium.kernel.call import Request, Usage
from podium.kernel.chat import Chat
from podium.kernel.errors import BrokenReply, Inexpressible, InvalidRequest
from podium.wire import openai_chat
from podium.wire.formats import Outgoing
from tests.wire.neutral import (
    TAG,
    answers,
    bare,
    chunked,
    counts,
    gather,
    names,
    schemas,
    stream_of,
    tool_lists,
    turns,
    usages,
    words,
)

USER = {"role": "user", "content": "Hello"}


def ask(**fields: object) -> Request:
    body = {"model": "small", "messages": [USER], **fields}
    return openai_chat.decode_request(json.dumps(body).encode())


def neutral(**fields: object) -> Chat:
    return openai_chat.decode_chat(ask(**fields))


@st.composite
def chats(draw: st.DrawFn) -> Chat:
    """Whatever this format can carry."""
    maybe = st.one_of(st.none(), st.floats(0, 2, allow_nan=False).map(lambda x: round(x, 3)))
    outputs = st.one_of(
        st.none(),
        st.just(chat.OutputFormat("json")),
        st.builds(chat.OutputFormat, st.just("schema"), names, schemas, st.booleans()),
    )
    tools = draw(tool_lists)
    choices = [None, *(chat.ToolChoice(mode) for mode in ("auto", "none", "required"))]
    return Chat(
        messages=draw(turns()),
        system=tuple(draw(st.lists(st.builds(chat.Text, words), max_size=2))),
        tools=tools,
        tool_choice=draw(st.sampled_from(choices)),
        parallel_tool_calls=draw(st.one_of(st.none(), st.booleans())) if tools else None,
        max_output_tokens=draw(st.one_of(st.none(), st.integers(1, 9999))),
        temperature=draw(maybe),
        top_p=draw(maybe),
        stop=tuple(draw(st.lists(words, max_size=4))),
        seed=draw(st.one_of(st.none(), counts)),
        output=draw(outputs),
        reasoning=draw(st.sampled_from([None, chat.Reasoning("low"), chat.Reasoning("xhigh")])),
        user=draw(st.one_of(st.none(), words)),
        stream=draw(st.booleans()),
    )


def test_a_whole_request_in_neutral_terms():
    """Roles, tools in rounds and options stand where the neutral model has them."""
    call = {"id": "call_1", "type": "function", "function": {"name": "find", "arguments": '{"q":"x"}'}}
    request = neutral(
        messages=[
            {"role": "developer", "content": "Be brief."},
            {"role": "user", "content": [{"type": "text", "text": "Find x"}], "name": "ann"},
            {"role": "assistant", "content": None, "tool_calls": [call]},
            {"role": "tool", "tool_call_id": "call_1", "content": "found"},
            {"role": "user", "content": "Thanks"},
        ],
        tools=[{"type": "function", "function": {"name": "find", "parameters": {"type": "object"}}}],
        max_completion_tokens=9,
        stop="END",
        metadata={"run": "7"},
    )
    assert request.system == (chat.Text("Be brief."),)
    assert [message.role for message in request.messages] == ["user", "assistant", "user", "user"]
    assert request.messages[0].name == "ann"
    assert request.messages[1].parts == (chat.ToolCall("call_1", "find", '{"q":"x"}'),)
    assert request.messages[2].parts == (chat.ToolResult("call_1", (chat.Text("found"),)),)
    assert request.messages[3].at == "messages[4]"
    assert request.tools == (chat.Tool("find", None, '{"type": "object"}'),)
    assert (request.max_output_tokens, request.stop, request.dropped) == (9, ("END",), ("metadata",))


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"logit_bias": {"5": 1}}, "logit_bias"),
        ({"n": 2}, "n"),
        ({"verbosity": "low"}, "verbosity"),
        ({"functions": [{"name": "f"}]}, "functions"),
        ({"messages": [USER, {"role": "system", "content": "Late."}]}, "messages[1]"),
        ({"messages": [{**USER, "mood": "glad"}]}, "messages[0]"),
        ({"messages": [{"role": "robot", "content": "Hi"}]}, "messages[0].role"),
        (
            {"messages": [{"role": "user", "content": [{"type": "video_url", "video_url": {"url": "u"}}]}]},
            "messages[0].content[0].type",
        ),
        ({"tools": [{"type": "function", "function": {"name": "f", "mood": 1}}]}, "tools[0].function"),
        ({"modalities": ["text", "audio"]}, "modalities[1]"),
    ],
)
def test_what_has_no_neutral_meaning_is_refused_by_name(fields, field):
    """A field that is not known is never left out in silence: the error names it."""
    with pytest.raises(Inexpressible) as raised:
        neutral(**fields)
    assert raised.value.field == field
    assert raised.value.error_code == "not_expressible"


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"temperature": "hot"}, "temperature"),
        ({"tool_choice": "maybe"}, "tool_choice"),
        ({"stop": 7}, "stop"),
        ({"messages": [{"role": "tool", "content": "x"}]}, "messages[0]"),
        ({"response_format": {"type": "json_schema"}}, "response_format"),
    ],
)
def test_a_senseless_field_is_named(fields, field):
    """What no provider could take is an invalid request that names the field."""
    with pytest.raises(InvalidRequest) as raised:
        neutral(**fields)
    assert raised.value.field == field


@pytest.mark.parametrize("fields", [{"logit_bias": {}}, {"functions": None}, {"n": 1}, {"audio": None}])
def test_empty_fields_are_nothing(fields):
    """Null, empty and usual values say nothing, and are no reason to refuse."""
    assert bare(neutral(**fields)) == bare(neutral())


@given(chats())
def test_neutral_to_openai_and_back_loses_nothing(request):
    """Whatever this format can carry comes back as it was, and nothing is reported as left out."""
    body, dropped = openai_chat.encode_chat(request, Outgoing("up"))
    again = openai_chat.decode_request(body)
    assert again.route == "up"
    assert dropped == ()
    back = bare(openai_chat.decode_chat(again))
    # The name that a file must have here is of this format's own making.
    named = [
        msgspec.structs.replace(
            message,
            parts=tuple(
                msgspec.structs.replace(part, title=None) if isinstance(part, chat.Document) else part
                for part in message.parts
            ),
        )
        for message in back.messages
    ]
    assert msgspec.structs.replace(back, messages=tuple(named)) == bare(request)


@pytest.mark.parametrize(
    ("request_", "field"),
    [
        (Chat((chat.Message("user", (chat.Text("a"),)),), top_k=5), "top_k"),
        (Chat((chat.Message("user", (chat.Text("a"),)),), stop=("a", "b", "c", "d", "e")), "stop"),
        (
            Chat((chat.Message("user", (chat.Image(chat.Source("file", "file_1")),), at="messages[0]"),)),
            "messages[0]",
        ),
        (
            Chat(
                (
                    chat.Message(
                        "user",
                        (chat.ToolResult("c", (chat.Image(chat.Source("url", "u")),)),),
                        at="contents[2]",
                    ),
                )
            ),
            "contents[2]",
        ),
    ],
)
def test_what_openai_cannot_carry_is_refused(request_, field):
    """What has no place in OpenAI's format is refused, at the client's own place."""
    with pytest.raises(Inexpressible) as raised:
        openai_chat.encode_chat(request_, Outgoing("up"))
    assert raised.value.field == field


def test_what_is_left_out_by_choice_is_named():
    """Markers of caches, names, foreign thoughts and budgets are left out, and told."""
    marked = chat.Text("long", chat.Cache("1h"))
    request = Chat(
        (
            chat.Message("user", (marked,), name="ann"),
            chat.Message("assistant", (chat.Thinking("hm", "sig", "anthropic"), chat.Text("yes"))),
            chat.Message("user", (chat.ToolResult("c", (chat.Text("no"),), error=True),)),
        ),
        reasoning=chat.Reasoning(budget_tokens=5000),
    )
    body, dropped = openai_chat.encode_chat(request, Outgoing("up"))
    assert set(dropped) == {"cache", "names", "thinking", "is_error", "reasoning"}
    assert json.loads(body)["reasoning_effort"] == "medium"


def test_the_limit_is_written_where_the_client_set_none():
    """The bound of output is in the provider's body, under the provider's name for it."""
    request = Chat((chat.Message("user", (chat.Text("a"),)),))
    body, _ = openai_chat.encode_chat(request, Outgoing("up", 77, "max_tokens"))
    assert json.loads(body)["max_tokens"] == 77


@given(answers(thinking="anthropic"))
def test_answers_go_there_and_back(answer):
    """An answer written for an OpenAI client holds everything, foreign signatures marked and unmarked."""
    body = openai_chat.encode_answer(answer, ask(), TAG)
    assert openai_chat.decode_answer(body) == answer
    document = json.loads(body)
    assert document["usage"]["cost_details"]["nano_usd"] == 6450
    assert openai_chat.decode_reply(body).usage == answer.usage


@given(answers(thinking="anthropic"), st.lists(st.integers(0, 10_000), max_size=12))
def test_streams_go_there_and_back_in_any_chunks(answer, cuts):
    """Events written as a stream and read again make the same answer and cost, wherever the bytes are cut."""
    request = ask(stream=True, stream_options={"include_usage": True})
    writer = openai_chat.stream_writer(request)
    reply = openai_chat.decode_reply(openai_chat.encode_answer(answer, request, TAG))
    data = writer.write(stream_of(answer)) + writer.finish(reply, TAG)
    decoder = openai_chat.stream_decoder()
    events = [event for piece in chunked(data, cuts) for event in decoder.feed(piece)]
    assert decoder.done
    assert decoder.error is None
    made = gather(events)
    assert made == msgspec.structs.replace(answer, usage=None)
    assert decoder.reply().usage == answer.usage


@given(usages())
def test_usage_goes_there_and_back(usage):
    """A usage in OpenAI's shape says all that the neutral one does."""
    body = openai_chat.encode_answer(chat.Answer((chat.Text("a"),), "stop", usage), ask(), TAG)
    assert openai_chat.decode_reply(body).usage == usage


def test_parallel_calls_in_odd_chunks():
    """Arguments of parallel calls that come in turns are gathered by call; a server without indexes too."""
    decoder = openai_chat.stream_decoder()
    pieces = [
        [{"index": 0, "id": "a", "function": {"name": "f", "arguments": ""}}],
        [{"index": 1, "id": "b", "function": {"name": "g", "arguments": '{"y"'}}],
        [{"index": 0, "function": {"arguments": '{"x":'}}],
        [{"index": 1, "function": {"arguments": ":2}"}}, {"index": 0, "function": {"arguments": "1}"}}],
    ]
    chunks = [{"index": 0, "delta": {"tool_calls": piece}} for piece in pieces]
    chunks.append({"index": 0, "delta": {}, "finish_reason": "tool_calls"})
    data = "".join(f"data: {json.dumps({'id': 'i', 'choices': [chunk]})}\n\n" for chunk in chunks)
    made = gather(decoder.feed(data.encode() + b"data: [DONE]\n\n"))
    assert made.parts == (chat.ToolCall("a", "f", '{"x":1}'), chat.ToolCall("b", "g", '{"y":2}'))
    assert made.finish == "tool_calls"


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b'data: {"error":{"message":"out of memory"}}\n\n', "out of memory"),
        (b"event: error\ndata: gone\n\n", "gone"),
        (b"data: {nonsense\n\n", "an event is no chunk of a chat completion: {nonsense"),
        (b"data: " + b"x" * (1 << 20) + b"xx", "one event is longer than 1048576 bytes"),
    ],
)
def test_a_broken_stream_says_why(data, error):
    """An error in mid-stream, and bytes that are no stream, end the decoder with their reason."""
    decoder = openai_chat.stream_decoder()
    decoder.feed(data)
    assert decoder.error is not None
    assert error in decoder.error
    assert not decoder.done


def test_a_stream_that_is_cut_is_not_whole():
    """Without [DONE] a stream has not ended, whatever came before."""
    decoder = openai_chat.stream_decoder()
    decoder.feed(b'data: {"choices":[{"delta":{"content":"a"},"finish_reason":"stop"}]}\n\n')
    assert decoder.end() == []
    assert not decoder.done


@pytest.mark.parametrize("body", [b"", b"{}", b'{"choices":[]}', b'{"error":{"message":"no"}}', b"[1]"])
def test_what_is_no_answer_is_broken(body):
    """A body that is no chat completion is a broken reply, never an empty answer."""
    with pytest.raises(BrokenReply):
        openai_chat.decode_answer(body)


def test_a_cut_stream_has_no_usage_from_before_its_end():
    """Servers that count as they go have not counted to the end before it."""
    told = {"prompt_tokens": 9, "completion_tokens": 1}
    hello = {"choices": [{"index": 0, "delta": {"content": "a"}}], "usage": told}
    stop = {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}
    last = {"choices": [], "usage": {**told, "completion_tokens": 7}}

    def usage_of(*chunks: object) -> Usage | None:
        decoder = openai_chat.stream_decoder()
        for chunk in chunks:
            decoder.feed(b"data: " + json.dumps(chunk).encode() + b"\n\n")
        return decoder.reply().usage

    assert usage_of(hello) is None
    assert usage_of(hello, stop) is None
    assert usage_of(hello, stop, last) == Usage(9, 7)
