"""Google's format on its way through: requests, whole answers, errors, usage.

Shapes: https://ai.google.dev/api/generate-content, read in November 2026.
"""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podium.kernel.call import CostTag, Reply, ServerTool, Usage
from podium.kernel.errors import BrokenReply, InvalidRequest
from podium.wire import gemini
from podium.wire.formats import Outgoing, WireError
from podium.wire.gemini_errors import encode_error, encode_stream_error
from podium.wire.gemini_usage import decode_usage, encode_usage

PLAIN = "/v1beta/models/fast:generateContent"
STREAM = "/v1beta/models/fast:streamGenerateContent?alt=sse"
HELLO = [{"role": "user", "parts": [{"text": "Hello"}]}]
TAG = CostTag(6450, "0.00000645", charge="chg_01M85ME4HS093C32W62N0SCHRC")
PNG = {"mimeType": "image/png", "data": "aGVsbG8="}


def ask(target=PLAIN, **fields):
    return gemini.decode_request(json.dumps({"contents": HELLO, **fields}).encode(), target)


@pytest.mark.parametrize(
    ("target", "route", "stream"),
    [
        (PLAIN, "fast", False),
        (STREAM, "fast", True),
        ("/v1/models/fast:streamGenerateContent?key=k&alt=sse", "fast", True),
        ("/v1/models/fast:streamGenerateContent?$alt=sse", "fast", True),
        ("/v1beta/models/team/fast:1.5:generateContent", "team/fast:1.5", False),
        ("/v1beta/models/team%2Ffast%3A1.5%3AgenerateContent", "team/fast:1.5", False),
        ("http://gateway:8710/v1beta/models/fast:generateContent", "fast", False),
        ("/v1beta/models/models/fast:generateContent", "models/fast", False),
    ],
)
def test_the_path_names_route_and_method(target, route, stream):
    """A route may hold slashes, colons and dots, percent-encoded or not; alt=sse asks for events."""
    request = ask(target)
    assert (request.route, request.stream, request.operation) == (route, stream, "chat")


@pytest.mark.parametrize(
    ("target", "field"),
    [
        ("/v1beta/models/fast:streamGenerateContent", "alt"),
        ("/v1beta/models/fast:streamGenerateContent?alt=json", "alt"),
        ("/v1beta/models/:generateContent", "model"),
    ],
)
def test_a_path_that_cannot_be_served_is_refused(target, field):
    """An array of JSON instead of events, and a path without a model, are refused with what to do."""
    with pytest.raises(InvalidRequest) as raised:
        ask(target)
    assert raised.value.field == field
    assert raised.value.fix


def test_admission_finds_what_it_needs():
    """Limit, choices and needs are found wherever Google's format has them, in either spelling."""
    for camel in (True, False):
        request = ask(
            STREAM,
            **{
                "generationConfig" if camel else "generation_config": {
                    "maxOutputTokens" if camel else "max_output_tokens": 50,
                    "candidateCount" if camel else "candidate_count": 2,
                    "responseMimeType" if camel else "response_mime_type": "application/json",
                },
                "tools": [{"functionDeclarations" if camel else "function_declarations": [{"name": "f"}]}],
                "contents": [{"parts": [{"text": "a"}, {"inlineData" if camel else "inline_data": PNG}]}],
            },
        )
        assert (request.max_output_tokens, request.choices) == (50, 2)
        assert request.needs == {"vision", "tools", "structured_output"}
        assert not request.remote_content
        assert request.unpriced == ()


def test_google_takes_one_for_a_list_of_one():
    """Google's own examples leave out the brackets of contents and parts; so may a client."""
    request = ask(contents={"parts": {"inlineData": PNG}}, systemInstruction={"parts": {"text": "Brief."}})
    assert request.needs == {"vision"}


@pytest.mark.parametrize(
    ("part", "need", "remote"),
    [
        ({"inlineData": PNG}, "vision", False),
        ({"inline_data": {"mime_type": "audio/wav", "data": "AA=="}}, "audio", False),
        ({"inlineData": {"mimeType": "application/pdf", "data": "AA=="}}, "documents", False),
        ({"inlineData": {"mimeType": "video/mp4", "data": "AA=="}}, "vision", False),
        ({"fileData": {"mimeType": "image/png", "fileUri": "https://a/b.png"}}, "vision", True),
        ({"file_data": {"file_uri": "gs://a/b"}}, "documents", True),
        (
            {"functionResponse": {"name": "f", "response": {}, "parts": [{"inlineData": PNG}]}},
            "vision",
            False,
        ),
        ({"hologram": {"uri": "x"}}, None, True),
        ({"text": "a", "thought_signature": "AA=="}, None, False),
        ({"functionCall": {"name": "f", "args": {"inlineData": 1}}}, None, False),
        ({"text": "a", "inlineData": None}, None, False),
    ],
)
def test_media_are_found(part, need, remote):
    """Media need a capability; what a provider must fetch, or nobody knows, is remote."""
    request = ask(contents=[{"parts": [{"text": "x"}]}, {"parts": [part]}])
    assert request.needs == ({need} if need else set())
    assert request.remote_content is remote


@pytest.mark.parametrize(
    ("fields", "unpriced"),
    [
        ({"tools": [{"google_maps": {}}]}, "tools.googleMaps"),
        ({"tools": {"codeExecution": {}}}, "tools.codeExecution"),
        ({"tools": [{"functionDeclarations": []}, {"urlContext": {}}]}, "tools.urlContext"),
        ({"tools": [{"timeMachine": {}}]}, "tools.timeMachine"),
        ({"serviceTier": "priority"}, "serviceTier"),
        ({"service_tier": "flex"}, "serviceTier"),
        (
            {"generationConfig": {"responseModalities": ["TEXT", "IMAGE"]}},
            "generationConfig.responseModalities.IMAGE",
        ),
        ({"generation_config": {"image_config": {"imageSize": "4K"}}}, "generationConfig.image_config"),
        ({"timeMachine": {"years": 3}}, "timeMachine"),
    ],
)
def test_what_tokens_do_not_show_is_unpriced(fields, unpriced):
    """Tools that Google runs, service tiers, images and what is not known need a declared ceiling."""
    assert ask(**fields).unpriced == (unpriced,)


@pytest.mark.parametrize("name", ["googleSearch", "google_search"])
def test_searches_are_counted(name):
    """A search is a tool that the provider runs and counts; nothing bounds how often it runs."""
    request = ask(tools=[{name: {}}])
    assert request.server_tools == (ServerTool("web_search", "tools.googleSearch"),)
    assert request.unpriced == ()


@pytest.mark.parametrize(
    ("model", "queries", "uses"),
    [("gemini-3-pro", ["a", "b"], 2), ("gemini-2.5-flash", ["a", "b"], 1), ("gemini-3-pro", [], 0)],
)
def test_searches_of_an_answer(model, queries, uses):
    """Each query of a search has its price, before Gemini 3 each prompt that was searched for."""
    candidate = {**WHOLE["candidates"][0], "groundingMetadata": {"webSearchQueries": queries}}
    body = {**WHOLE, "modelVersion": model, "candidates": [candidate]}
    usage = gemini.decode_reply(json.dumps(body).encode()).usage
    assert usage == Usage(4, 2, tool_uses=(("web_search", uses),) if uses else ())
    candidate["groundingMetadata"] = {"webSearchQueries": "many"}
    assert gemini.decode_reply(json.dumps(body).encode()).usage is None


def test_searches_for_images_count_too():
    """A query for images is a query, even where it has the words of another."""
    told = {"webSearchQueries": ["a", "b"], "imageSearchQueries": ["a"]}
    candidate = {**WHOLE["candidates"][0], "groundingMetadata": told}
    body = {**WHOLE, "modelVersion": "gemini-3-pro", "candidates": [candidate]}
    assert gemini.decode_reply(json.dumps(body).encode()).usage.tool_uses == (("web_search", 3),)


def test_searches_of_a_cache_count_in_a_stream_too():
    """A cache may hold tools, so a stream that uses one is read to its end."""
    metadata = {"webSearchQueries": ["a", "b"]}
    chunks = [
        {"candidates": [{"index": 0, "content": {"parts": [{"text": "x"}]}}], "modelVersion": "gemini-3-pro"},
        {"candidates": [{"index": 0, "groundingMetadata": metadata}]},
        {**WHOLE, "modelVersion": "gemini-3-pro"},
    ]
    reader = gemini.stream_reader(ask(cachedContent="cachedContents/1"))
    for chunk in chunks:
        reader.feed(b"data: " + json.dumps(chunk).encode() + b"\n\n")
    reader.end()
    assert reader.reply().usage.tool_uses == (("web_search", 2),)


def test_what_costs_nothing_more_is_priced():
    """The standard tier, sound as an answer, a tool set to null and computer use cost what tokens show."""
    request = ask(
        serviceTier="standard",
        tools=[{"functionDeclarations": [{"name": "f"}], "googleSearch": None}, {"computerUse": {}}],
        generationConfig={"responseModalities": ["AUDIO"], "speechConfig": {}, "thinkingConfig": {}},
    )
    assert request.unpriced == ()
    assert request.needs == {"tools", "audio"}


def test_a_cache_of_google_s_is_remote():
    """What cachedContent holds is bounded by the context window alone."""
    assert ask(cachedContent="cachedContents/abc").remote_content


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"contents": None}, "contents"),
        ({"contents": []}, "contents"),
        ({"contents": "Hello"}, "contents"),
        ({"contents": [{"parts": "Hello"}]}, "contents"),
        ({"contents": [{"parts": [{"inlineData": 5}]}]}, "contents[0].parts[0].inlineData"),
        ({"systemInstruction": "Brief."}, "systemInstruction"),
        ({"tools": "search"}, "tools"),
        ({"generationConfig": []}, "generationConfig"),
        ({"generationConfig": {"maxOutputTokens": 0}}, "generationConfig.maxOutputTokens"),
        ({"generationConfig": {"maxOutputTokens": "many"}}, "generationConfig.maxOutputTokens"),
        ({"generationConfig": {"candidateCount": 1000}}, "generationConfig.candidateCount"),
        ({"generationConfig": {"responseModalities": "TEXT"}}, "generationConfig.responseModalities"),
        ({"generationConfig": {}, "generation_config": {}}, "generationConfig"),
        (
            {"generationConfig": {"maxOutputTokens": 1, "max_output_tokens": 9}},
            "generationConfig.maxOutputTokens",
        ),
    ],
)
def test_a_senseless_field_is_named(fields, field):
    """A body that admission cannot read is refused, and the field is named."""
    with pytest.raises(InvalidRequest) as raised:
        ask(**fields)
    assert raised.value.field == field


def test_a_body_passes_with_the_least_change():
    """Unknown fields and other values reach Google as they came; the limit is set where there is none."""
    body = (
        b'{"contents": [{"parts": [{"text": "a", "new": 1.0}]}],  "later": {"x" : 1}, "model": "models/fast"}'
    )
    request = gemini.decode_request(body, PLAIN)
    sent = gemini.encode_request(request, Outgoing("gemini-3", 77))
    assert b'[{"parts": [{"text": "a", "new": 1.0}]}]' in sent
    assert b'"later":{"x" : 1}' in sent
    made = json.loads(sent)
    assert made["model"] == "models/gemini-3"
    assert made["generationConfig"] == {"maxOutputTokens": 77}


@pytest.mark.parametrize("limit", [5, "5"])
def test_a_client_s_own_limit_stays(limit):
    """A limit that the client set is not changed, also as a text, which ProtoJSON takes."""
    request = ask(generation_config={"max_output_tokens": limit, "seed": 1})
    assert request.max_output_tokens == 5
    assert json.loads(gemini.encode_request(request, Outgoing("up", None)))["generationConfig"] == {
        "max_output_tokens": limit,
        "seed": 1,
    }


@pytest.mark.parametrize(
    ("model", "stream", "target"),
    [
        ("gemini-3-pro", False, "/models/gemini-3-pro:generateContent"),
        ("gemini-3-pro", True, "/models/gemini-3-pro:streamGenerateContent?alt=sse"),
        ("tunedModels/mine-1", False, "/tunedModels/mine-1:generateContent"),
        ("a b?c", False, "/models/a%20b%3Fc:generateContent"),
    ],
)
def test_where_a_call_goes(model, stream, target):
    """Model and method stand in the target, behind the provider's base path."""
    assert gemini.target("chat", model, stream=stream) == target


WHOLE = {
    "candidates": [{"content": {"parts": [{"text": "Hi"}], "role": "model"}, "finishReason": "STOP"}],
    "usageMetadata": {"promptTokenCount": 4, "candidatesTokenCount": 2, "totalTokenCount": 6},
    "modelVersion": "gemini-3-pro",
    "responseId": "r1",
}


def test_a_whole_answer_is_read_and_tagged():
    """Usage, id, model and finish reason are read; the cost goes into usageMetadata, all else stays."""
    body = json.dumps(WHOLE, indent=2).encode()
    assert gemini.decode_reply(body) == Reply(Usage(4, 2), "r1", "gemini-3-pro", "STOP")
    tagged = json.loads(gemini.tag_reply(body, TAG))
    usage = tagged["usageMetadata"]
    assert usage.pop("cost") == 0.00000645
    assert usage.pop("cost_details")["nano_usd"] == 6450
    assert tagged == WHOLE


def test_a_blocked_prompt_is_an_answer():
    """An answer without candidates says in promptFeedback why, and is charged by its usage."""
    body = json.dumps({"promptFeedback": {"blockReason": "SAFETY"}, "usageMetadata": {"promptTokenCount": 9}})
    assert gemini.decode_reply(body.encode()) == Reply(Usage(9, 0), None, None, "SAFETY")


@pytest.mark.parametrize(
    "body", [b"", b"{}", b"[]", b'{"error":{"code":500,"message":"no"}}', b'{"error":"x"}']
)
def test_what_is_no_answer_is_broken(body):
    """A body that is no answer, and an error behind a 200, are broken replies."""
    with pytest.raises(BrokenReply):
        gemini.decode_reply(body)


@pytest.mark.parametrize(
    ("counts", "usage"),
    [
        ({"promptTokenCount": 9}, Usage(9, 0)),
        ({"promptTokenCount": 0, "candidatesTokenCount": 0, "totalTokenCount": 0}, Usage(0, 0)),
        (
            {
                "promptTokenCount": 9,
                "candidatesTokenCount": 5,
                "thoughtsTokenCount": 7,
                "totalTokenCount": 21,
            },
            Usage(9, 12, reasoning_tokens=7),
        ),
        # Some servers count thoughts among the candidates; their total shows it.
        (
            {
                "promptTokenCount": 9,
                "candidatesTokenCount": 12,
                "thoughtsTokenCount": 7,
                "totalTokenCount": 21,
            },
            Usage(9, 12, reasoning_tokens=7),
        ),
        (
            {
                "promptTokenCount": 90,
                "cachedContentTokenCount": 80,
                "toolUsePromptTokenCount": 10,
                "candidatesTokenCount": 1,
                "totalTokenCount": 101,
                "promptTokensDetails": [
                    {"modality": "TEXT", "tokenCount": 30},
                    {"modality": "AUDIO", "tokenCount": 60},
                ],
                "cacheTokensDetails": [{"modality": "AUDIO", "tokenCount": 50}],
                "candidatesTokensDetails": [{"modality": "AUDIO", "tokenCount": 1}],
            },
            Usage(
                100,
                1,
                cache_read_tokens=80,
                input_audio_tokens=60,
                output_audio_tokens=1,
                cache_audio_read_tokens=50,
            ),
        ),
        ({"trafficType": "ON_DEMAND"}, None),
        ({"promptTokenCount": -1, "candidatesTokenCount": 5}, None),
        ({"promptTokenCount": 5, "candidatesTokenCount": -5, "totalTokenCount": 9}, None),
        ({"promptTokenCount": 5, "cachedContentTokenCount": 6}, None),
        ({"promptTokenCount": 1.5}, None),
        ({"promptTokenCount": 1 << 50}, None),
    ],
)
def test_usage(counts, usage):
    """Counts are read as documented; senseless ones are no usage, and a provider's zero stays zero."""
    assert decode_usage(json.dumps(counts).encode()) == usage


@given(st.integers(0, 10**6), st.integers(0, 10**6), st.integers(0, 10**6), st.integers(0, 10**6))
def test_usage_goes_there_and_back(plain, cached, words, thoughts):
    """A usage in Google's shape says all that the neutral one does."""
    usage = Usage(plain + cached, words + thoughts, cache_read_tokens=cached, reasoning_tokens=thoughts)
    assert decode_usage(encode_usage(usage)) == usage


@pytest.mark.parametrize(
    ("status", "word"),
    [
        (400, "INVALID_ARGUMENT"),
        (401, "UNAUTHENTICATED"),
        (403, "PERMISSION_DENIED"),
        (404, "NOT_FOUND"),
        (418, "FAILED_PRECONDITION"),
        (429, "RESOURCE_EXHAUSTED"),
        (502, "UNAVAILABLE"),
        (504, "DEADLINE_EXCEEDED"),
        (599, "INTERNAL"),
    ],
)
def test_errors_in_google_s_shape(status, word):
    """Status words are those of google.rpc.Code; Podium's own code and the field stand in the details."""
    error = json.loads(encode_error(WireError(status, "route_not_allowed", "No.", "model")))["error"]
    assert (error["code"], error["status"], error["message"]) == (status, word, "No.")
    assert error["details"][0]["reason"] == "ROUTE_NOT_ALLOWED"
    assert error["details"][1]["fieldViolations"] == [{"field": "model", "description": "No."}]


def test_an_error_in_mid_stream_begins_as_the_sdk_looks_for_it():
    """Google's SDK raises for an event whose first field is error."""
    assert encode_stream_error(WireError(502, "broken", "Gone.")).startswith(b'data: {"error":{"code":502')
