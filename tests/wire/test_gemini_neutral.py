"""Google's format to and from the neutral model. Shapes: https://ai.google.dev/api/generate-content."""

import base64
import contextlib
import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from podium.kernel import chat
from podium.kernel.call import Reply, Usage
from podium.kernel.chat import Chat, Message, Text, Thinking
from podium.kernel.errors import BrokenReply, Inexpressible, InvalidRequest
from podium.wire import gemini
from podium.wire.formats import Outgoing
from podium.wire.gemini_encode import UNSIGNED
from tests.wire.neutral import (
    TAG,
    answers,
    bare,
    chunked,
    gather,
    schemas,
    stream_of,
    tool_lists,
    turns,
    usages,
    words,
)

PLAIN = "/v1beta/models/fast:generateContent"
STREAM = "/v1beta/models/fast:streamGenerateContent?alt=sse"
HELLO = [{"role": "user", "parts": [{"text": "Hello"}]}]
USER = Message("user", (Text("Hello"),))


def ask(target=PLAIN, **fields):
    return gemini.decode_request(json.dumps({"contents": HELLO, **fields}).encode(), target)


def neutral(**fields):
    return gemini.decode_chat(ask(**fields))


def sent(request, model="gemini-3-pro", limit=None):
    body, dropped = gemini.encode_chat(request, Outgoing(model, limit))
    return json.loads(body), dropped


@st.composite
def chats(draw):
    """Whatever this format can carry."""
    maybe = st.one_of(st.none(), st.floats(0, 2, allow_nan=False).map(lambda x: round(x, 3)))
    outputs = st.one_of(
        st.none(),
        st.just(chat.OutputFormat("json")),
        st.builds(chat.OutputFormat, st.just("schema"), schema=schemas),
    )
    reasonings = [
        None,
        chat.Reasoning("none"),
        chat.Reasoning("low", show=True),
        chat.Reasoning("xhigh", show=False),
        chat.Reasoning(budget_tokens=512, show=True),
        chat.Reasoning(adaptive=True),
        chat.Reasoning(show=True),
    ]
    tools = draw(tool_lists)
    choices = [None, *(chat.ToolChoice(mode) for mode in ("auto", "none", "required"))]
    if tools:
        choices.append(chat.ToolChoice("tool", tools[0].name))
    return Chat(
        messages=tuple(map(_one_text, draw(turns(thinking="gemini")))),
        system=tuple(draw(st.lists(st.builds(Text, words), max_size=2))),
        tools=tools,
        tool_choice=draw(st.sampled_from(choices)),
        max_output_tokens=draw(st.one_of(st.none(), st.integers(1, 9999))),
        temperature=draw(maybe),
        top_p=draw(maybe),
        top_k=draw(st.one_of(st.none(), st.integers(1, 99))),
        stop=tuple(draw(st.lists(words, max_size=5))),
        seed=draw(st.one_of(st.none(), st.integers(-9, 9999))),
        presence_penalty=draw(maybe),
        frequency_penalty=draw(maybe),
        output=draw(outputs),
        reasoning=draw(st.sampled_from(reasonings)),
        stream=draw(st.booleans()),
    )


def _one_text(message):
    """A function's result is one text here; several become one list."""
    parts = tuple(
        msgspec.structs.replace(part, content=part.content[:1]) if isinstance(part, chat.ToolResult) else part
        for part in message.parts
    )
    return msgspec.structs.replace(message, parts=parts)


@given(chats())
def test_neutral_to_gemini_and_back_loses_nothing(request):
    """Whatever this format can carry comes back as it was, and nothing is reported as left out."""
    body, dropped = gemini.encode_chat(request, Outgoing("gemini-3"))
    assert dropped == ()
    # Gemini 3 refuses calls that nobody signed, so they bear Google's word for that.
    body = body.replace(b',"thoughtSignature":"%b"' % UNSIGNED.encode(), b"")
    again = gemini.decode_request(body, STREAM if request.stream else PLAIN)
    assert bare(gemini.decode_chat(again)) == bare(request)


@given(answers(thinking="anthropic") | answers(thinking="gemini"))
def test_answers_go_there_and_back(answer):
    """An answer written for a Google client holds everything, foreign signatures packed and unpacked."""
    body = gemini.encode_answer(answer, ask(), TAG)
    assert gemini.decode_answer(body) == answer
    usage = json.loads(body)["usageMetadata"]
    assert usage["cost_details"]["nano_usd"] == 6450
    assert gemini.decode_reply(body).usage == answer.usage


@given(
    answers(thinking="gemini") | answers(thinking="anthropic"), st.lists(st.integers(0, 10_000), max_size=12)
)
def test_streams_go_there_and_back_in_any_chunks(answer, cuts):
    """Events written as a stream and read again make the same answer and cost, wherever the bytes are cut."""
    writer = gemini.stream_writer(ask(STREAM))
    reply = Reply(answer.usage, answer.id, answer.model, "STOP")
    data = writer.write(stream_of(answer)) + writer.finish(reply, TAG)
    decoder = gemini.stream_decoder()
    events = [event for piece in chunked(data, cuts) for event in decoder.feed(piece)] + decoder.end()
    assert decoder.done
    assert decoder.error is None
    assert gather(events) == msgspec.structs.replace(answer, usage=None)
    assert decoder.reply().usage == answer.usage


@given(usages())
def test_usage_goes_there_and_back(usage):
    """A usage in Google's shape says all that the neutral one does."""
    body = gemini.encode_answer(chat.Answer((Text("a"),), "stop", usage), ask(), TAG)
    assert gemini.decode_reply(body).usage == usage


def test_a_whole_request_in_neutral_terms():
    """Roles, functions in rounds, schemas and options stand where the neutral model has them."""
    request = neutral(
        contents=[
            {"parts": [{"text": "Find x"}]},
            {
                "role": "model",
                "parts": [
                    {"text": "Let me see.", "thought": True},
                    {"functionCall": {"name": "find", "args": {"q": "x"}}, "thoughtSignature": "c2ln"},
                    {"functionCall": {"name": "find", "args": {"q": "y"}}},
                ],
            },
            {
                "role": "user",
                "parts": [
                    {"functionResponse": {"name": "find", "response": {"result": "one"}}},
                    {"functionResponse": {"name": "find", "response": {"error": "none"}}},
                ],
            },
        ],
        system_instruction={"parts": [{"text": "Be brief."}]},
        tools=[
            {
                "function_declarations": [
                    {
                        "name": "find",
                        "parameters": {
                            "type": "OBJECT",
                            "properties": {
                                "q": {"type": "STRING", "nullable": True},
                                "n": {"type": "ARRAY", "items": {"type": "INTEGER"}, "maxItems": "3"},
                            },
                            "propertyOrdering": ["n", "q"],
                            "required": ["q"],
                        },
                    }
                ]
            }
        ],
        toolConfig={"functionCallingConfig": {"mode": "ANY", "allowedFunctionNames": ["find"]}},
        generationConfig={"topK": 4.0, "thinkingConfig": {"thinkingBudget": -1, "includeThoughts": True}},
        labels={"run": "7"},
        safetySettings=[{"category": "HARM_CATEGORY_HARASSMENT", "threshold": "BLOCK_NONE"}],
    )
    assert request.system == (Text("Be brief."),)
    assert request.messages[1] == Message(
        "assistant",
        (
            Thinking("Let me see."),
            Thinking("", "c2ln", "gemini"),
            chat.ToolCall("call_podium_1", "find", '{"q": "x"}'),
            chat.ToolCall("call_podium_2", "find", '{"q": "y"}'),
        ),
        at="contents[1]",
    )
    assert request.messages[2].parts == (
        chat.ToolResult("call_podium_1", (Text("one"),)),
        chat.ToolResult("call_podium_2", (Text("none"),), error=True),
    )
    assert json.loads(request.tools[0].parameters) == {
        "type": "object",
        "properties": {
            "n": {"type": "array", "items": {"type": "integer"}, "maxItems": 3},
            "q": {"type": ["string", "null"]},
        },
        "required": ["q"],
    }
    assert list(json.loads(request.tools[0].parameters)["properties"]) == ["n", "q"]
    assert request.tool_choice == chat.ToolChoice("tool", "find")
    assert (request.top_k, request.reasoning) == (4, chat.Reasoning(show=True, adaptive=True))
    assert request.dropped == ("labels", "safetySettings")


def test_a_streamed_answer_comes_back_in_pieces():
    """Google's SDK keeps a turn for every event; together they are one answer with signed thoughts."""
    sealed = base64.urlsafe_b64encode("podium.anthropic.sîg>>?".encode()).decode()
    pieces = [
        {"text": "Let ", "thought": True},
        {"text": "me.", "thought": True},
        {"text": "", "thought": True, "thoughtSignature": sealed},
        {"text": "Hel"},
        {"text": "lo"},
        {"text": ""},
    ]
    turns_ = [{"role": "model", "parts": [piece]} for piece in pieces]
    request = neutral(contents=[*HELLO, *turns_, *HELLO])
    assert request.messages[1].parts == (Thinking("Let me.", "sîg>>?", "anthropic"), Text("Hello"))
    assert len(request.messages) == 3


def test_encrypted_thoughts_travel():
    """Thoughts that only their provider reads go to a Google client and come back as they were."""
    thought = Thinking(redacted="c2VjcmV0", signed_by="anthropic")
    body = gemini.encode_answer(chat.Answer((thought, Text("Hi")), "stop", Usage(1, 1)), ask(), TAG)
    content = json.loads(body)["candidates"][0]["content"]
    assert base64.b64decode(content["parts"][0]["thoughtSignature"])
    back = neutral(contents=[*HELLO, content, *HELLO])
    assert back.messages[1].parts == (thought, Text("Hi"))


def test_media_in_neutral_terms():
    """Pictures, sound and documents are told by their type; base64 is then of the standard alphabet."""
    data = base64.urlsafe_b64encode(b"\xff\xfe\xfb").decode().rstrip("=")
    parts = [
        {"inlineData": {"mimeType": "image/png", "data": data}},
        {"inlineData": {"mimeType": "audio/wav", "data": "AA=="}},
        {"inlineData": {"mimeType": "application/pdf", "data": "AA==", "displayName": "a.pdf"}},
        {"inlineData": {"mimeType": "text/plain", "data": base64.b64encode("Grüße".encode()).decode()}},
        {"fileData": {"mimeType": "image/png", "fileUri": "https://a/b.png"}},
    ]
    assert neutral(contents=[{"parts": parts}]).messages[0].parts == (
        chat.Image(chat.Source("data", base64.b64encode(b"\xff\xfe\xfb").decode(), "image/png")),
        chat.Audio(chat.Source("data", "AA==", "audio/wav")),
        chat.Document(chat.Source("data", "AA==", "application/pdf"), "a.pdf"),
        chat.Document(chat.Source("text", "Grüße", "text/plain")),
        chat.Image(chat.Source("url", "https://a/b.png")),
    )


@pytest.mark.parametrize(
    ("response", "text", "error"),
    [
        ({"output": "a"}, "a", False),
        ({"result": 5}, "5", False),
        ({"error": {"code": 1}}, '{"code": 1}', True),
        ({"a": 1, "output": "b"}, '{"a": 1, "output": "b"}', False),
        ({}, None, False),
    ],
)
def test_what_a_function_gave(response, text, error):
    """The sole key output, result or error is the result; any other object is its own JSON."""
    call = {"functionCall": {"id": "c", "name": "f"}}
    answer = {"functionResponse": {"id": "c", "name": "f", "response": response}}
    request = neutral(contents=[{"role": "model", "parts": [call]}, {"parts": [answer]}])
    content = () if text is None else (Text(text),)
    assert request.messages[1].parts == (chat.ToolResult("c", content, error),)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"cachedContent": "cachedContents/a"}, "cachedContent"),
        ({"later": 1}, "later"),
        ({"store": True}, "store"),
        ({"tools": [{"googleSearch": {}}]}, "tools.googleSearch"),
        ({"tools": [{"computerUse": {}}]}, "tools[0].computerUse"),
        (
            {"tools": [{"functionDeclarations": [{"name": "f", "mood": 1}]}]},
            "tools[0].functionDeclarations[0].mood",
        ),
        ({"generationConfig": {"candidateCount": 2}}, "generationConfig.candidateCount"),
        ({"generationConfig": {"responseLogprobs": True}}, "generationConfig.responseLogprobs"),
        ({"generationConfig": {"speechConfig": {}}}, "generationConfig.speechConfig"),
        (
            {"generationConfig": {"responseModalities": ["AUDIO"]}},
            "generationConfig.responseModalities.AUDIO",
        ),
        ({"generationConfig": {"responseMimeType": "text/x.enum"}}, "generationConfig.responseMimeType"),
        (
            {"generationConfig": {"thinkingConfig": {"thinkingLevel": "COSMIC"}}},
            "generationConfig.thinkingConfig.thinkingLevel",
        ),
        (
            {"safetySettings": [{"category": "X", "threshold": "BLOCK_LOW_AND_ABOVE"}]},
            "safetySettings[0].threshold",
        ),
        (
            {"toolConfig": {"functionCallingConfig": {"mode": "VALIDATED"}}},
            "toolConfig.functionCallingConfig.mode",
        ),
        (
            {"toolConfig": {"functionCallingConfig": {"mode": "ANY", "allowedFunctionNames": ["a", "b"]}}},
            "toolConfig.functionCallingConfig.allowedFunctionNames",
        ),
        (
            {"contents": [{"parts": [{"text": "a", "videoMetadata": {}}]}]},
            "contents[0].parts[0].videoMetadata",
        ),
        (
            {"contents": [{"parts": [{"inlineData": {"mimeType": "video/mp4", "data": "AA=="}}]}]},
            "contents[0].parts[0].inlineData.mimeType",
        ),
        (
            {"contents": [{"parts": [{"fileData": {"mimeType": "image/png", "fileUri": "gs://a"}}]}]},
            "contents[0].parts[0].fileData.fileUri",
        ),
        (
            {"contents": [{"role": "model", "parts": [{"executableCode": {}}]}]},
            "contents[0].parts[0].executableCode",
        ),
        ({"systemInstruction": {"parts": [{"inlineData": {"data": ""}}]}}, "systemInstruction.parts[0]"),
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
        ({"contents": [{"role": "robot", "parts": []}]}, "contents[0].role"),
        ({"contents": [{"parts": [{"text": 5}]}]}, "contents[0].parts[0].text"),
        (
            {"contents": [{"parts": [{"functionResponse": {"name": "f", "response": {}}}]}]},
            "contents[0].parts[0].functionResponse",
        ),
        (
            {"tools": [{"functionDeclarations": [{"name": "f", "parameters": {"properties": 5}}]}]},
            "tools[0].functionDeclarations[0].parameters",
        ),
        ({"generationConfig": {"temperature": "hot"}}, "generationConfig.temperature"),
    ],
)
def test_a_senseless_field_is_named(fields, field):
    """What no provider could take is an invalid request that names the field."""
    with pytest.raises(InvalidRequest) as raised:
        neutral(**fields)
    assert raised.value.field == field


@pytest.mark.parametrize(
    ("request_", "field"),
    [
        (Chat((USER,), stop=("a", "b", "c", "d", "e", "f")), "stop"),
        (Chat((USER,), logprobs=True), "logprobs"),
        (Chat((USER,), seed=1 << 40), "seed"),
        (Chat((USER,), reasoning=chat.Reasoning("max")), "reasoning"),
        (Chat((USER,), tools=(chat.Tool("f"),), parallel_tool_calls=False), "parallel_tool_calls"),
        (
            Chat((USER,), output=chat.OutputFormat("schema", schema='{"pattern":"a"}', strict=True)),
            "output",
        ),
        (Chat((Message("user", (chat.Image(chat.Source("file", "f")),), at="messages[0]"),)), "messages[0]"),
        (Chat((Message("assistant", (chat.ToolCall("c", "f", "{nope"),), at="messages[1]"),)), "messages[1]"),
        (Chat((Message("user", (chat.ToolResult("c", ()),), at="messages[2]"),)), "messages[2]"),
        (
            Chat((Message("user", (chat.Document(chat.Source("text", "a"), context="b"),), at="m"),)),
            "m",
        ),
    ],
)
def test_what_gemini_cannot_carry_is_refused(request_, field):
    """What has no place in Google's format is refused, at the client's own place."""
    with pytest.raises(Inexpressible) as raised:
        gemini.encode_chat(request_, Outgoing("gemini-3"))
    assert raised.value.field == field


def test_what_is_left_out_by_choice_is_named():
    """Caches, names, details, titles, users, strictness and foreign thoughts are left out, and told."""
    picture = chat.Image(chat.Source("data", "AA==", "image/png"), "high")
    paper = chat.Document(chat.Source("data", "AA==", "application/pdf"), "a.pdf")
    request = Chat(
        (
            Message("user", (Text("long", chat.Cache()), picture, paper), name="ann"),
            Message("assistant", (Thinking("hm", "sig", "anthropic"), Text("yes"))),
            USER,
        ),
        tools=(chat.Tool("f", strict=True),),
        user="u7",
    )
    body, dropped = sent(request, limit=77)
    assert set(dropped) == {"cache", "names", "detail", "title", "thinking", "strict", "user"}
    assert body["contents"][1] == {"role": "model", "parts": [{"text": "yes"}]}
    assert body["generationConfig"] == {"maxOutputTokens": 77}


def test_calls_of_other_models_bear_google_s_word_for_it():
    """Gemini 3 refuses an unsigned call; its own signatures go with the part that they were given for."""
    own = Message("assistant", (Thinking("", "c2ln", "gemini"), chat.ToolCall("a", "f", "{}")))
    foreign = Message("assistant", (chat.ToolCall("b", "f", "{}"), chat.ToolCall("c", "f", "{}")))
    for model, signed in (("gemini-3-pro", UNSIGNED), ("models/gemini-2.5-flash", None)):
        body, _ = sent(Chat((own, foreign)), model)
        first, second = (content["parts"] for content in body["contents"])
        assert first[0]["thoughtSignature"] == "c2ln"
        assert [part.get("thoughtSignature") for part in second] == [signed, None]


@pytest.mark.parametrize(
    ("model", "reasoning", "config"),
    [
        ("gemini-3", chat.Reasoning("low"), {"thinkingLevel": "LOW"}),
        ("gemini-2.5-flash", chat.Reasoning("low"), {"thinkingBudget": 1024}),
        ("gemini-3", chat.Reasoning("none", show=False), {"thinkingBudget": 0, "includeThoughts": False}),
        ("gemini-3", chat.Reasoning(budget_tokens=9), {"thinkingBudget": 9}),
        ("gemini-3", chat.Reasoning(adaptive=True), {"thinkingBudget": -1}),
    ],
)
def test_how_much_to_think(model, reasoning, config):
    """An effort is a level, for older models the budget that Google documents for it."""
    assert sent(Chat((USER,), reasoning=reasoning), model)[0]["generationConfig"]["thinkingConfig"] == config


def test_a_schema_keeps_its_name():
    """The name and description of an output go into its schema; const becomes an enum of one."""
    output = chat.OutputFormat("schema", "city", '{"type":"string","const":"Graz"}', True, "Where")
    config = sent(Chat((USER,), output=output))[0]["generationConfig"]
    assert config["responseMimeType"] == "application/json"
    assert config["responseJsonSchema"] == {
        "type": "string",
        "enum": ["Graz"],
        "title": "city",
        "description": "Where",
    }


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.sampled_from(["", "a", "AA==", "STOP", "text/plain"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(
            [
                *("contents", "parts", "text", "role", "inlineData", "fileData", "functionCall", "args"),
                *("name", "items"),
                *("functionResponse", "response", "tools", "function_declarations", "parameters", "type"),
                *("generationConfig", "thinkingConfig", "candidates", "content", "finishReason", "error"),
                *("usageMetadata", "promptTokenCount", "promptFeedback", "properties", "thoughtSignature"),
                *("systemInstruction", "toolConfig", "safetySettings", "mimeType", "data", "anyOf"),
                *("responseSchema", "enum"),
            ]
        ),
        inner,
        max_size=4,
    ),
    max_leaves=12,
)  # fmt: skip


@given(st.one_of(st.binary(max_size=60), json_values.map(lambda value: json.dumps(value).encode())))
def test_no_body_is_too_strange(body):
    """Whatever a client or a provider sends, only the declared errors come out."""
    try:
        request = gemini.decode_request(body, PLAIN)
        gemini.encode_request(request, Outgoing("up", 5))
        gemini.encode_chat(gemini.decode_chat(request), Outgoing("up"))
    except InvalidRequest:
        pass
    for read in (gemini.decode_reply, gemini.decode_answer):
        with contextlib.suppress(BrokenReply):
            read(body)
    decoder, reader = gemini.stream_decoder(), gemini.stream_reader(ask())
    decoder.feed(b"data: " + body + b"\n\n" + body)
    decoder.end()
    decoder.reply()
    reader.feed(b"data: " + body + b"\n\n" + body)
    reader.end()
    reader.reply()
