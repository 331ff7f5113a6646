"""Requests and whole answers of OpenAI's Responses, in neutral terms and back."""

import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from podium.kernel import chat
from podium.kernel.call import Request
from podium.kernel.chat import Chat
from podium.kernel.errors import Inexpressible, InvalidRequest
from podium.wire import openai_responses as responses
from podium.wire.formats import Outgoing
from tests.wire.neutral import TAG, answers, bare, counts, names, schemas, tool_lists, turns, words

NATIVE = "openai-responses"
FUNCTION = {"type": "function", "name": "find", "parameters": {"type": "object"}}


def ask(**fields: object) -> Request:
    return responses.decode_request(json.dumps({"model": "small", "input": "Hello", **fields}).encode())


def neutral(**fields: object) -> Chat:
    return responses.decode_chat(ask(**fields))


def encoded(request: Chat) -> tuple[dict[str, object], tuple[str, ...]]:
    body, dropped = responses.encode_chat(request, Outgoing("up", 77))
    return json.loads(body), dropped


def one_turn(*parts: chat.Part, role: str = "user", **more: object) -> Chat:
    return Chat((chat.Message(role, parts, at="messages[0]"),), **more)  # type: ignore[arg-type]


@st.composite
def chats(draw: st.DrawFn) -> Chat:
    """Whatever this format can carry."""
    maybe = st.one_of(st.none(), st.floats(0, 2, allow_nan=False).map(lambda x: round(x, 3)))
    outputs = st.one_of(
        st.none(),
        st.just(chat.OutputFormat("json")),
        st.builds(chat.OutputFormat, st.just("schema"), names, schemas, st.booleans(), words),
    )
    tools = draw(tool_lists)
    choices = [None, *(chat.ToolChoice(mode) for mode in ("auto", "none", "required"))]
    choices.append(chat.ToolChoice("tool", "find"))
    efforts = [None, chat.Reasoning("low"), chat.Reasoning("max", show=True), chat.Reasoning(show=True)]
    return Chat(
        messages=draw(turns(thinking=NATIVE)),
        system=tuple(draw(st.lists(st.builds(chat.Text, words), max_size=2))),
        # What is not said to be strict is written as not strict.
        tools=tuple(msgspec.structs.replace(tool, strict=draw(st.booleans())) for tool in tools),
        tool_choice=draw(st.sampled_from(choices)),
        parallel_tool_calls=draw(st.one_of(st.none(), st.booleans())) if tools else None,
        max_output_tokens=draw(st.one_of(st.none(), counts.filter(bool))),
        temperature=draw(maybe),
        top_p=draw(maybe),
        output=draw(outputs),
        reasoning=draw(st.sampled_from(efforts)),
        user=draw(st.one_of(st.none(), words)),
        stream=draw(st.booleans()),
    )


def same_but_for_names_of_files(request: Chat) -> Chat:
    """Return a chat without what this format must add: titles of files, and the usual detail of images."""
    messages = []
    for message in bare(request).messages:
        parts: list[chat.Part] = []
        for part in message.parts:
            if isinstance(part, chat.Document):
                parts.append(msgspec.structs.replace(part, title=None))
            elif isinstance(part, chat.Image) and part.detail == "auto":
                parts.append(msgspec.structs.replace(part, detail=None))
            else:
                parts.append(part)
        messages.append(msgspec.structs.replace(message, parts=tuple(parts)))
    return msgspec.structs.replace(request, messages=tuple(messages), dropped=())


@given(chats())
def test_neutral_to_responses_and_back_loses_nothing(request):
    """Whatever this format can carry comes back as it was, and nothing is reported as left out."""
    body, dropped = responses.encode_chat(request, Outgoing("up"))
    again = responses.decode_request(body)
    assert (again.route, again.stream, dropped) == ("up", request.stream, ())
    assert same_but_for_names_of_files(responses.decode_chat(again)) == bare(request)


def test_items_become_turns():
    """What an assistant wrote in a row is one turn; results of tools and the words behind them are one."""
    request = neutral(
        instructions="Be brief.",
        input=[
            {"role": "developer", "content": "Be kind."},
            {"role": "system", "content": [{"type": "input_text", "text": "Be true."}]},
            {"role": "user", "content": "Find"},
            {"role": "user", "content": [{"type": "input_text", "text": "x"}]},
            {"type": "reasoning", "id": "rs_1", "summary": [{"type": "summary_text", "text": "Hm."}],
             "encrypted_content": "gAAA", "status": "completed"},
            {"type": "message", "id": "msg_1", "role": "assistant", "status": "completed",
             "content": [{"type": "output_text", "text": "I look.", "annotations": [], "logprobs": []}]},
            {"type": "function_call", "id": "fc_1", "call_id": "c1", "name": "find", "arguments": "{}"},
            {"type": "function_call", "call_id": "c2", "name": "find", "arguments": "{}"},
            {"type": "function_call_output", "call_id": "c1", "output": "one"},
            {"type": "function_call_output", "call_id": "c2",
             "output": [{"type": "input_text", "text": "two"}]},
            {"role": "user", "content": "Well?"},
        ],
    )  # fmt: skip
    assert request.system == (chat.Text("Be brief."), chat.Text("Be kind."), chat.Text("Be true."))
    assert [(m.role, len(m.parts), m.at) for m in request.messages] == [
        ("user", 1, "input[2]"),
        ("user", 1, "input[3]"),
        ("assistant", 4, "input[4]"),
        ("user", 3, "input[8]"),
    ]
    assert request.messages[2].parts[0] == chat.Thinking("Hm.", "gAAA", NATIVE)
    assert request.messages[3].parts[1] == chat.ToolResult("c2", (chat.Text("two"),))


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"previous_response_id": "resp_1"}, "previous_response_id"),
        ({"conversation": "conv_1"}, "conversation"),
        ({"prompt": {"id": "p"}}, "prompt"),
        ({"store": True}, "store"),
        ({"truncation": "auto"}, "truncation"),
        ({"top_logprobs": 2}, "top_logprobs"),
        ({"include": ["message.output_text.logprobs"]}, "include message.output_text.logprobs"),
        ({"text": {"verbosity": "low"}}, "text.verbosity"),
        ({"text": {"format": {"type": "grammar"}}}, "text.format.type"),
        ({"reasoning": {"mode": "pro"}}, "reasoning.mode"),
        ({"reasoning": {"effort": "low", "mood": 1}}, "reasoning"),
        ({"tools": [{"type": "web_search"}]}, "tools[0].type web_search"),
        ({"tools": [FUNCTION, {"type": "custom", "name": "x"}]}, "tools[1].type custom"),
        ({"tools": [{**FUNCTION, "defer_loading": True}]}, "tools[0].defer_loading"),
        ({"tool_choice": {"type": "web_search_preview"}}, "tool_choice.type web_search_preview"),
        ({"tool_choice": {"type": "allowed_tools", "mode": "auto", "tools": [{"type": "mcp"}]}},
         "tool_choice.tools that are no functions"),
        ({"input": [{"type": "item_reference", "id": "x"}]}, "input[0]"),
        ({"input": [{"type": "custom_tool_call", "call_id": "c", "name": "n", "input": "x"}]}, "input[0]"),
        ({"input": [{"type": "web_search_call", "id": "x"}]}, "input[0]"),
        ({"input": [{"role": "user", "content": "a"}, {"role": "system", "content": "late"}]}, "input[1]"),
        ({"input": [{"role": "user", "content": "a", "mood": "glad"}]}, "input[0]"),
        ({"input": [{"role": "robot", "content": "a"}]}, "input[0].role"),
        ({"input": [{"role": "user", "content": [{"type": "input_video"}]}]}, "input[0].content[0].type"),
        ({"input": [{"type": "function_call", "call_id": "c", "name": "n", "arguments": "{}",
                     "namespace": "x"}]}, "input[0].namespace"),
        ({"input": [{"role": "system", "content": [{"type": "input_image", "image_url": "http://a/b"}]}]},
         "input[0]"),
        ({"future": 1}, "future"),
    ],
)  # fmt: skip
def test_what_has_no_neutral_meaning_is_refused_by_name(fields, field):
    """A field that is not known is never left out in silence: the error names it."""
    with pytest.raises(Inexpressible) as raised:
        neutral(**fields)
    assert raised.value.field == field


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"temperature": "hot"}, "temperature"),
        ({"tool_choice": "maybe"}, "tool_choice"),
        ({"tools": [FUNCTION], "tool_choice":
          {"type": "allowed_tools", "mode": "auto", "tools": [{"type": "function", "name": "g"}]}},
         "tool_choice"),
        ({"text": {"format": {"type": "json_schema", "name": "a"}}}, "text.format.schema"),
        ({"input": [{"type": "function_call_output", "output": "x"}]}, "input[0]"),
        ({"input": [{"role": "user", "content": [{"type": "input_image"}]}]}, "input[0].content[0]"),
        ({"input": [{"role": "user", "content": [{"type": "input_file", "file_id": "a", "file_url": "b"}]}]},
         "input[0].content[0]"),
        ({"input": [{"role": "user", "content": [{"type": "input_file", "file_data":
          "data:text/plain;base64,/w=="}]}]}, "input[0].content[0].file_data"),
        ({"previous_response_id": "", "input": None, "conversation": "c"}, "conversation"),
    ],
)  # fmt: skip
def test_a_senseless_field_is_named(fields, field):
    """What no provider could take is an invalid request that names the field."""
    with pytest.raises(InvalidRequest) as raised:
        neutral(**fields)
    assert raised.value.field == field


def test_what_is_left_out_by_choice_is_named():
    """Labels, phases, annotations and the time of a marker are left out of the client's request, and told."""
    note = {"type": "url_citation", "url": "u", "title": "t", "start_index": 0, "end_index": 1}
    request = neutral(
        store=False,
        metadata={"a": "b"},
        safety_identifier="s",
        prompt_cache_key="k",
        service_tier="auto",
        stream_options={"include_obfuscation": False},
        max_tool_calls=3,
        text={"verbosity": "medium"},
        include=["reasoning.encrypted_content"],
        truncation="disabled",
        input=[
            {"role": "user", "content": [
                {"type": "input_text", "text": "a",
                 "prompt_cache_breakpoint": {"mode": "explicit", "ttl": "30m"}}
            ]},
            {"role": "assistant", "phase": "commentary",
             "content": [{"type": "output_text", "text": "b", "annotations": [note]}]},
        ],
    )  # fmt: skip
    assert set(request.dropped) == {
        *("store", "metadata", "safety_identifier", "prompt_cache_key", "service_tier", "stream_options"),
        *("max_tool_calls", "text.verbosity", "phase", "annotations", "prompt_cache_breakpoint.ttl"),
    }
    assert request.messages[0].parts == (chat.Text("a", chat.Cache()),)


def test_allowed_tools_leave_the_others_out():
    """A choice among some tools is those tools alone."""
    tools = [{**FUNCTION, "name": name} for name in ("a", "b", "c")]
    allowed = [{"type": "function", "name": name} for name in ("a", "c")]
    request = neutral(
        tools=tools, tool_choice={"type": "allowed_tools", "mode": "required", "tools": allowed}
    )
    assert [tool.name for tool in request.tools] == ["a", "c"]
    assert request.tool_choice == chat.ToolChoice("required")


def test_a_text_file_is_text():
    """A file of plain text is its text, and goes back as one."""
    part = chat.Document(chat.Source("text", "Grüße", "text/plain"), "a.txt")
    body, _ = encoded(one_turn(part))
    (sent,) = body["input"][0]["content"]
    assert (sent["type"], sent["filename"]) == ("input_file", "a.txt")
    assert neutral(input=body["input"]).messages[0].parts == (part,)


def test_what_the_provider_is_sent():
    """Nothing is stored, tools are strict only where it is said, and encrypted thoughts are asked for."""
    body, dropped = encoded(
        one_turn(
            chat.Text("a"),
            tools=(chat.Tool("f"), chat.Tool("g", "Does.", '{"type":"object"}', strict=True)),
            reasoning=chat.Reasoning(budget_tokens=5000),
        )
    )
    assert (body["store"], body["max_output_tokens"]) == (False, 77)
    assert [tool["strict"] for tool in body["tools"]] == [False, True]
    assert body["tools"][0]["parameters"] == {"type": "object", "properties": {}}
    assert body["reasoning"] == {"effort": "medium", "summary": "auto"}
    assert body["include"] == ["reasoning.encrypted_content"]
    assert dropped == ("reasoning",)
    body, _ = encoded(one_turn(chat.Text("a"), reasoning=chat.Reasoning("none")))
    assert "include" not in body


@pytest.mark.parametrize(
    ("request_", "field"),
    [
        (one_turn(chat.Text("a"), stop=("END",)), "stop"),
        (one_turn(chat.Text("a"), top_k=5), "top_k"),
        (one_turn(chat.Text("a"), seed=0), "seed"),
        (one_turn(chat.Text("a"), presence_penalty=0.5), "presence_penalty"),
        (one_turn(chat.Text("a"), logprobs=True), "logprobs"),
        (one_turn(chat.Image(chat.Source("file", "file_1"))), "messages[0]"),
        (one_turn(chat.Audio(chat.Source("data", "aGk=", "audio/ogg"))), "messages[0]"),
        (one_turn(chat.Document(chat.Source("url", "u"), citations=True)), "messages[0]"),
        (one_turn(chat.Document(chat.Source("url", "u"), context="c")), "messages[0]"),
        (one_turn(chat.Image(chat.Source("url", "u")), role="assistant"), "messages[0]"),
    ],
)
def test_what_responses_cannot_carry_is_refused(request_, field):
    """What has no place in this format is refused, at the client's own place."""
    with pytest.raises(Inexpressible) as raised:
        responses.encode_chat(request_, Outgoing("up"))
    assert raised.value.field == field


def test_what_is_left_out_for_the_provider_is_named():
    """Markers of caches, names, foreign thoughts and the mark of an error are left out, and told."""
    request = Chat(
        (
            chat.Message("user", (chat.Text("long", chat.Cache("1h")),), name="ann"),
            chat.Message("assistant", (chat.Thinking("hm", "sig", "anthropic"), chat.Text("yes"))),
            chat.Message("user", (chat.ToolResult("c", (chat.Text("no"),), error=True),)),
        )
    )
    body, dropped = encoded(request)
    assert set(dropped) == {"cache", "names", "thinking", "is_error"}
    assert [item["type"] for item in body["input"]] == ["message", "message", "function_call_output"]
    assert responses.field_of("cache") == "prompt_cache_breakpoint"
    assert responses.field_of("temperature") == "temperature"


thoughts = st.one_of(
    st.builds(chat.Thinking, words),
    st.builds(chat.Thinking, words, words, st.sampled_from([NATIVE, "anthropic", "gemini"])),
    st.builds(chat.Thinking, st.just(""), words, st.sampled_from(["anthropic", "gemini"])),
    st.builds(
        lambda data, by: chat.Thinking(redacted=data, signed_by=by),
        words,
        st.sampled_from([NATIVE, "anthropic"]),
    ),
)


@given(thoughts)
def test_thoughts_of_any_format_travel_whole(thought):
    """Signatures and redacted thoughts, of whatever format, come back from a client as they were."""
    answer = chat.Answer((thought, chat.Text("a")), "stop", None, "resp_1", "m")
    told = json.loads(responses.encode_answer(answer, ask(), TAG))
    back = neutral(input=[{"role": "user", "content": "q"}, *told["output"]])
    assert back.messages[1].parts == (thought, chat.Text("a"))


@given(answers(thinking="anthropic"))
def test_answers_go_there_and_back(answer):
    """An answer written for a client of this format holds everything, foreign signatures too."""
    body = responses.encode_answer(answer, ask(), TAG)
    assert responses.decode_answer(body) == answer
    assert json.loads(body)["usage"]["cost_details"]["nano_usd"] == 6450
