import contextlib
import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from podium.kernel.call import CostTag, Reply, Request, ServerTool, Usage
from podium.kernel.errors import BrokenReply, Inexpressible, InvalidRequest
from podium.wire import openai_chat, openai_reply
from podium.wire.formats import Outgoing
from podium.wire.openai_chat import decode_chat, decode_reply, decode_request, encode_request, tag_reply
from podium.wire.openai_fields import decode_fields
from podium.wire.openai_usage import tag_usage

USER = {"role": "user", "content": "Hello"}


def ask(**fields: object) -> Request:
    return decode_request(json.dumps({"model": "small", "messages": [USER], **fields}).encode())


def ask_part(part: object) -> Request:
    return ask(messages=[{"role": "user", "content": [{"type": "text", "text": "What is this?"}, part]}])


def sent(
    request: Request, limit: int | None = None, field: str = "max_completion_tokens"
) -> dict[str, object]:
    return json.loads(encode_request(request, Outgoing("up-1", limit, field)))


def test_a_plain_request():
    """The least that a request can say."""
    request = ask()
    assert request.route == "small"
    assert request.body_bytes == len(json.dumps({"model": "small", "messages": [USER]}))
    assert (request.stream, request.wants_usage, request.max_output_tokens, request.choices) == (
        False,
        False,
        None,
        1,
    )
    assert (request.needs, request.remote_content, request.unpriced, request.extra_output_tokens) == (
        frozenset(),
        False,
        (),
        0,
    )


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (b"", None),
        (b"[]", None),
        (b"{", None),
        (b'{"messages":[]}', "model"),
        (b'{"model":null,"messages":[]}', "model"),
        (b'{"model":7,"messages":[]}', "model"),
        (b'{"model":"","messages":[]}', "model"),
        (b'{"model":"m"}', "messages"),
        (b'{"model":"m","messages":null}', "messages"),
        (b'{"model":"m","messages":"hi"}', "messages"),
        (b'{"model":"m","messages":["hi"]}', "messages"),
        (b'{"model":"m","messages":[{"content":[7]}]}', "messages[0].content"),
        (b'{"model":"m","messages":[],"stream":1}', "stream"),
        (b'{"model":"m","messages":[],"stream":"true"}', "stream"),
        (b'{"model":"m","messages":[],"stream":true,"stream_options":7}', "stream_options"),
        (b'{"model":"m","messages":[],"max_tokens":0}', "max_tokens"),
        (b'{"model":"m","messages":[],"max_tokens":-1}', "max_tokens"),
        (b'{"model":"m","messages":[],"max_tokens":"9"}', "max_tokens"),
        (b'{"model":"m","messages":[],"max_tokens":true}', "max_tokens"),
        (b'{"model":"m","messages":[],"max_completion_tokens":1.5}', "max_completion_tokens"),
        (
            b'{"model":"m","messages":[],"max_completion_tokens":99999999999999999999}',
            "max_completion_tokens",
        ),
        (b'{"model":"m","messages":[],"max_completion_tokens":5,"max_tokens":6}', "max_completion_tokens"),
        (b'{"model":"m","messages":[],"n":0}', "n"),
        (b'{"model":"m","messages":[],"n":129}', "n"),
        (b'{"model":"m","messages":[],"tools":{}}', "tools"),
        (b'{"model":"m","messages":[],"response_format":"json"}', "response_format"),
        (b'{"model":"m","messages":[],"modalities":"audio"}', "modalities"),
        (b'{"model":"m","messages":[],"service_tier":7}', "service_tier"),
        (b'{"model":"m","messages":[],"prediction":"x"}', "prediction"),
        (b'{"model":"\xff","messages":[]}', "model"),
        (b'{"model":"m","messages":' + b"[" * 9999, None),
    ],
)
def test_invalid_requests_name_the_field(body, field):
    """A request that has no meaning is refused, and the error names the field."""
    with pytest.raises(InvalidRequest) as caught:
        decode_request(body)
    assert caught.value.field == field
    assert caught.value.fix


def test_null_is_unset():
    """Clients send null for what is not set."""
    request = ask(stream=None, max_tokens=None, n=None, tools=None, stream_options=None, service_tier=None)
    assert request == msgspec.structs.replace(ask(), body_bytes=request.body_bytes, fields=request.fields)


@pytest.mark.parametrize(
    ("fields", "limit"),
    [
        ({"max_tokens": 5}, 5),
        ({"max_completion_tokens": 6}, 6),
        ({"max_tokens": 5, "max_completion_tokens": 5}, 5),
        ({"max_tokens": None, "max_completion_tokens": 5}, 5),
    ],
)
def test_output_limits(fields, limit):
    """Either field limits the output; both may agree."""
    request = ask(**fields)
    assert request.max_output_tokens == limit
    assert sent(request, 99) == {"model": "up-1", "messages": [USER], **fields}


@pytest.mark.parametrize(
    ("fields", "needs"),
    [
        ({"tools": [{"type": "function", "function": {"name": "f"}}]}, {"tools"}),
        ({"tools": []}, set()),
        ({"functions": [{"name": "f"}]}, {"tools"}),
        ({"response_format": {"type": "json_object"}}, {"structured_output"}),
        ({"response_format": {"type": "json_schema", "json_schema": {}}}, {"structured_output"}),
        ({"response_format": {"type": "text"}}, set()),
        ({"modalities": ["text"]}, set()),
        ({"modalities": ["text", "audio"], "audio": {"voice": "alloy"}}, {"audio"}),
    ],
)
def test_needs_of_fields(fields, needs):
    """What a model must be able to do is read off the request's fields."""
    request = ask(**fields)
    assert request.needs == needs
    assert not request.remote_content
    assert request.unpriced == ()


@pytest.mark.parametrize(
    ("part", "needs", "remote"),
    [
        ({"type": "text", "text": "image_url"}, set(), False),
        ({"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}}, {"vision"}, False),
        ({"type": "image_url", "image_url": {"url": "https://example.org/a.png"}}, {"vision"}, True),
        ({"type": "image_url", "image_url": {"url": " DATA:image/png;base64,AAAA"}}, {"vision"}, False),
        ({"type": "image_url", "image_url": "gs://bucket/a.png"}, {"vision"}, True),
        ({"image_url": "https://example.org/a.png"}, {"vision"}, True),
        ({"type": "input_audio", "input_audio": {"data": "AAAA", "format": "wav"}}, {"audio"}, False),
        ({"type": "audio_url", "audio_url": {"url": "https://example.org/a.wav"}}, {"audio"}, True),
        ({"type": "file", "file": {"file_data": "AAAA", "filename": "a.pdf"}}, {"documents"}, False),
        ({"type": "file", "file": {"file_id": "file-1"}}, {"documents"}, True),
        ({"type": "file", "file": {"file_data": "https://example.org/a.pdf"}}, {"documents"}, True),
        ({"type": "video_url", "video_url": {"url": "https://example.org/a.mp4"}}, {"vision"}, True),
        ({"type": "something_new", "x": 1}, set(), True),
    ],
)
def test_parts(part, needs, remote):
    """Parts tell what a model must take in, and whether a provider must fetch it."""
    request = ask_part(part)
    assert request.needs == needs
    assert request.remote_content is remote


def test_escapes_hide_nothing():
    """A part whose key is written with escapes is seen as the provider would see it."""
    body = (
        rb'{"model":"m","mess\u0061ges":[{"content":'
        rb'[{"\u0074ype":"image\u005furl","image\u005furl":{"url":"https://x"}}]}]}'
    )
    assert decode_request(body).remote_content


def test_an_earlier_spoken_answer_is_remote():
    """An assistant's audio is named by its id: its tokens are not in the body."""
    request = ask(messages=[{"role": "assistant", "content": None, "audio": {"id": "audio_1"}}])
    assert request.needs == {"audio"}
    assert request.remote_content


def test_images_of_an_earlier_answer_are_remote():
    """Images beside an assistant's content may be addresses."""
    request = ask(messages=[{"role": "assistant", "content": "", "images": [{"type": "image_url"}]}])
    assert request.needs == {"vision"}
    assert request.remote_content


@pytest.mark.parametrize(
    ("fields", "unpriced"),
    [
        ({"web_search_options": {"search_context_size": "low"}}, ()),
        ({"service_tier": "auto"}, ()),
        ({"service_tier": "default"}, ()),
        ({"service_tier": "flex"}, ("service_tier",)),
        ({"tools": [{"type": "web_search"}, {"type": "function"}]}, ("tools.web_search",)),
        ({"plugins": [{"id": "web"}]}, ("plugins",)),
        ({"plugins": []}, ()),
        ({"search_parameters": {"mode": "on"}}, ("search_parameters",)),
        ({"enable_search": False}, ()),
        ({"models": ["a", "b"]}, ("models",)),
        ({"data_sources": [{"type": "azure_search"}]}, ("data_sources",)),
        ({"preset": "research"}, ("preset",)),
        ({"modalities": ["text", "image"]}, ("modalities.image",)),
    ],
)
def test_unpriced_fields(fields, unpriced):
    """Fields whose cost no token count shows are named."""
    assert ask(**fields).unpriced == unpriced


@pytest.mark.parametrize("around", [lambda it: {"extra_body": {"google": it}}, lambda it: {"google": it}])
def test_a_cache_of_googles_is_not_in_the_body(around):
    """What Google's OpenAI-compatible address has in a cache is bounded by the context window alone."""
    assert ask(**around({"cached_content": "cachedContents/1"})).remote_content
    assert not ask(**around({"thinking_config": {"thinking_budget": 9}})).remote_content


def test_predictions_and_choices():
    """A prediction may add as many tokens as it has bytes; n is the number of choices."""
    request = ask(prediction={"type": "content", "content": "abc"}, n=4)
    assert request.extra_output_tokens == len('"abc"')
    assert request.choices == 4


def test_encode_changes_the_least():
    """Model, limit and usage are set; every other value keeps its bytes, known to Podium or not."""
    body = b'{"model":"small","messages":[ {"role":"user","content":"\\u0041"} ],"top_p":0.70,"x":{"y":1e2}}'
    out = encode_request(decode_request(body), Outgoing("up-1", 7, "max_tokens"))
    assert out == body.replace(b'"small"', b'"up-1"')[:-1] + b',"max_tokens":7}'


def test_encode_without_a_limit():
    """No limit is put in where none was decided."""
    assert sent(ask()) == {"model": "up-1", "messages": [USER]}


def test_encode_replaces_a_null_limit():
    """A limit that the client left null is set."""
    assert sent(ask(max_tokens=None), 7, "max_tokens")["max_tokens"] == 7


@pytest.mark.parametrize(
    ("options", "wants", "expected"),
    [
        (None, False, {"include_usage": True}),
        ({"include_usage": False}, False, {"include_usage": True}),
        ({"include_obfuscation": False}, False, {"include_obfuscation": False, "include_usage": True}),
        ({"include_usage": True, "x": 1}, True, {"include_usage": True, "x": 1}),
    ],
)
def test_streams_ask_for_usage(options, wants, expected):
    """Every stream asks the provider for usage, whether its client did or not."""
    request = ask(stream=True, stream_options=options)
    assert request.stream
    assert request.wants_usage is wants
    assert sent(request)["stream_options"] == expected


def test_duplicate_fields_are_sent_once():
    """Of a field that comes twice the last counts, for Podium and for the provider alike."""
    request = decode_request(b'{"model":"a","messages":[],"max_tokens":5,"model":"b","max_tokens":6}')
    out = encode_request(request, Outgoing("u", None, "max_tokens"))
    assert (request.route, request.max_output_tokens) == ("b", 6)
    assert out == b'{"model":"u","messages":[],"max_tokens":6}'


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**6), 10**6) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.text(max_size=12).map(lambda name: "x_" + name), json_values, max_size=5))
def test_unknown_fields_come_through(fields):
    """Whatever else a client sends reaches the provider as it was."""
    known = {"model": "small", "messages": [USER]}
    assert sent(ask(**{**fields, **known})) == {**fields, **known, "model": "up-1"}


@given(st.binary(max_size=60) | json_values.map(lambda value: json.dumps(value).encode()))
def test_only_invalid_request_comes_out(body):
    """Whatever bytes a client sends, the only error is one that tells the client."""
    with contextlib.suppress(InvalidRequest):
        decode_request(body)


_TAG = CostTag(1_500, "0.0000015")
ANSWER = {
    "id": "c1",
    "object": "chat.completion",
    "model": "up-1",
    "choices": [{"index": 0, "message": {"role": "assistant", "content": "Hi"}, "finish_reason": "stop"}],
    "usage": {"prompt_tokens": 9, "completion_tokens": 3, "total_tokens": 12},
}


def answer(**changes: object) -> bytes:
    return json.dumps({**ANSWER, **changes}).encode()


def test_decode_reply():
    """Usage, also in the provider's words, the provider's id and model, and the finish reason are read."""
    words = json.dumps(ANSWER["usage"]).encode()
    assert decode_reply(answer()) == Reply(Usage(9, 3), "c1", "up-1", "stop", usage_text=words)
    assert tag_reply(answer(), _TAG, words) == tag_reply(answer(), _TAG)


@pytest.mark.parametrize("usage", [None, {}, {"prompt_tokens": -1, "completion_tokens": 0}])
def test_a_reply_without_usage(usage):
    """An answer without a usage that makes sense has none."""
    assert decode_reply(answer(usage=usage)).usage is None


def test_a_sloppy_reply():
    """An answer with an odd id and no choices is still one."""
    assert decode_reply(answer(id=7, model=None, choices=[])) == Reply(Usage(9, 3))
    assert decode_reply(answer(choices=[{"finish_reason": 1}])).finish_reason is None
    assert decode_reply(answer(choices=[{"finish_reason": ""}])).finish_reason is None


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>",
        b"[]",
        b"{}",
        b'{"choices":7}',
        b'{"choices":[7]}',
        b"\xff",
        b'{"choices":' + b"[" * 9999,
    ],
)
def test_no_reply(body):
    """What is no chat completion is said to be none."""
    with pytest.raises(BrokenReply, match="no chat completion"):
        decode_reply(body)


@pytest.mark.parametrize("error", ["no credit", {"message": "no credit", "code": 402}])
def test_an_error_that_says_200(error):
    """An error in the shape of an answer is a broken reply with the provider's words."""
    with pytest.raises(BrokenReply, match="no credit"):
        decode_reply(json.dumps({"error": error}).encode())


def test_tag_reply():
    """The answer carries its cost in usage; the rest of it keeps its bytes."""
    body = b'{"id":"c1","choices":[ {} ],"usage":{"prompt_tokens":9,"completion_tokens":3},"x":1.0}'
    assert tag_reply(body, CostTag(1_500, "0.0000015", input_usd="0.000001", output_usd="0.0000005")) == (
        b'{"id":"c1","choices":[ {} ],"usage":{"prompt_tokens":9,"completion_tokens":3,"cost":0.0000015,'
        b'"cost_details":{"upstream_inference_cost":0.0000015,"upstream_inference_prompt_cost":0.000001,'
        b'"upstream_inference_completions_cost":0.0000005,"nano_usd":1500,"estimated":false}},"x":1.0}'
    )


def test_an_answer_without_usage_stays_without():
    """A usage with a cost and no counts would break clients, so there is none."""
    assert tag_reply(answer(usage=None), CostTag(5, "0.000000005")) == answer(usage=None)


@pytest.mark.parametrize(
    "body",
    [
        b'{"choices": [], "usage": {"prompt_tokens": 1}, "x": "y"}',
        b'{"choices":[{"message":{"content":"{\\"prompt_tokens\\": 1}"}}],"usage":{"prompt_tokens": 1}}',
        b'{"x":{"prompt_tokens":1},"usage":{"prompt_tokens":1}}',
        b'{"usage":{"prompt_tokens":1},"x":{"prompt_tokens":1}}',
        b'{"usage":{"prompt_tokens":2},"usage":{"prompt_tokens":1}}',
        b'{"usage":{"x":{}},"y":[{"x":{}}]}',
    ],
)
def test_a_cost_goes_into_the_usage_and_nowhere_else(body):
    """However often the text of the usage is in an answer, the usage alone gets the cost."""
    plain, tagged = json.loads(body), json.loads(tag_reply(body, CostTag(7, "0.000000007")))
    assert tagged["usage"].pop("cost") == pytest.approx(7e-9)
    assert tagged["usage"].pop("cost_details")
    assert tagged == plain


@pytest.mark.parametrize(
    ("fields", "searches"),
    [
        ({}, False),
        ({"web_search_options": None}, False),
        ({"web_search_options": {}}, True),
        ({"web_search_options": {"search_context_size": "low"}}, True),
    ],
)
def test_a_search_model_searches_once_for_each_request(fields, searches):
    """OpenAI's search models search before they answer, whatever the options say, and tell no count."""
    request = decode_request(
        json.dumps({"model": "small", "messages": [{"role": "user", "content": "a"}], **fields}).encode()
    )
    expected = (ServerTool("web_search", "web_search_options", 1, 1),) if searches else ()
    assert (request.server_tools, request.unpriced) == (expected, ())
    if searches:
        with pytest.raises(Inexpressible) as raised:
            decode_chat(request)
        assert raised.value.field == "web_search_options"


_TEXTS = st.sampled_from(["", "large", None, 7, True, "\u00e9", [], {}])
_COUNTS = st.sampled_from([None, 0, 1, 64, -1, 2**31, 64.0, 1.5, "9", True])
_BODIES = st.fixed_dictionaries(
    {"model": _TEXTS, "messages": st.sampled_from([[{"role": "user", "content": "a"}], [], [7], "a", None])},
    optional={
        "stream": st.sampled_from([True, False, None, 1]),
        "stream_options": st.sampled_from(
            [None, {}, {"include_usage": True}, {"include_usage": False}, {"include_usage": None}, 7, [1]]
        ),
        "max_completion_tokens": _COUNTS,
        "max_tokens": _COUNTS,
        "user": _TEXTS,
    },
)


@given(_BODIES)
def test_a_request_that_is_read_at_once_is_read_as_field_by_field(body: dict[str, object]) -> None:
    """What is read in one go is what each field by itself says."""
    data = json.dumps(body).encode()
    fields = decode_fields(data)
    at_once = openai_chat._read_at_once(data, fields)
    if at_once is not None:
        assert at_once == openai_chat._read_fields(data, fields, usual=True)


@given(
    st.fixed_dictionaries(
        {"choices": st.sampled_from([[], [{}], [{"finish_reason": "stop"}], [{"finish_reason": ""}]])},
        optional={"id": _TEXTS, "model": _TEXTS, "usage": st.sampled_from([None, {}, 7, ANSWER["usage"]])},
    )
)
def test_a_plain_answer_is_read_as_a_sloppy_one(body: dict[str, object]) -> None:
    """The quick way to read an answer finds what the lenient way finds."""
    data = json.dumps(body).encode()
    assert msgspec.structs.replace(decode_reply(data), usage_text=None) == openai_reply._read_reply(data)


_INNER = st.sampled_from(
    [
        1,
        "a",
        ',"usage":{"a":1}}',
        {"usage": {"a": 1}},
        [{"b": 0, "usage": {"a": 1}}],
        {"b": 0, "usage": ANSWER["usage"]},
    ]
)


@given(
    st.dictionaries(st.sampled_from(["a", "b", 'x","usage', 'y"usage']), _INNER, max_size=3),
    st.dictionaries(st.sampled_from(["c", "d", "usages"]), _INNER, max_size=1),
    st.sampled_from([{"a": 1}, ANSWER["usage"], {"total_tokens": 3, "x": {"usage": {"a": 1}}}]),
    st.booleans(),
    st.sampled_from(["", " ", "\n"]),
)
def test_a_cost_goes_into_the_usage_of_the_answer_alone(
    before: dict[str, object], after: dict[str, object], usage: object, spaced: bool, end: str
) -> None:
    """Wherever usage stands, and whatever else is called so, the cost is put into the answer's own."""
    separators = None if spaced else (",", ":")
    body = json.dumps({**before, "usage": usage, **after}, separators=separators) + end
    words = json.dumps(usage, separators=separators).encode()
    wanted = {**before, "usage": {**usage, **json.loads(bytes(tag_usage(b'{"a":0}', _TAG)))}, **after}
    wanted["usage"]["a"] = usage.get("a")
    if "a" not in usage:
        del wanted["usage"]["a"]
    assert json.loads(tag_reply(body.encode(), _TAG, words)) == wanted
