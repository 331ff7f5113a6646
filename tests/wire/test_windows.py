"""What a client's body puts into a window, format by format."""

import json

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from podium.kernel.window import KINDS
from podium.wire.windows import FILE_BYTES, PICTURE_BYTES, marks_of, turns_of, weigh, weigh_frame

CALL = {"id": "c1", "type": "function", "function": {"name": "look", "arguments": '{"at":"Graz"}'}}
FORMATS = ["openai", "anthropic", "openai-responses", "gemini"]
NAMES = [
    "role",
    "type",
    "content",
    "parts",
    "text",
    "tool_calls",
    "function",
    "output",
    "source",
    "x",
    "name",
    "id",
    "functionResponse",
    "inlineData",
    "thought",
    "tool_result",
    "call_id",
    "summary",
    "results",
]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=6) | st.sampled_from(NAMES),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=4),
    max_leaves=12,
)
CACHE = {"cache_control": {"type": "ephemeral"}}


def user(*content):
    return {"role": "user", "content": list(content)}


def assistant(*content, **more):
    return {"role": "assistant", "content": list(content), **more}


def text(words, **more):
    return {"type": "text", "text": words, **more}


def item(what, **more):
    return {"type": what, "id": "id", **more}


def gemini(role, *parts):
    return {"role": role, "parts": list(parts)}


FOUND = {"type": "search_result", "source": "s", "title": "t", "content": [text("ab")]}
WEIGHED = [
    ("openai", {"role": "system", "content": "Be kind."}, {"system": 8}),
    ("openai", {"role": "user", "content": "Grüß"}, {"user": 6}),
    ("openai", assistant(text("Yes"), tool_calls=[CALL]), {"assistant": 3 + 4 + 13}),
    ("openai", assistant(text("A"), reasoning_content="hm"), {"assistant": 1, "reasoning": 2}),
    ("openai", {"role": "tool", "tool_call_id": "c1", "content": "sunny"}, {"tool_results": 5}),
    ("openai", user(text("see"), {"type": "image_url", "image_url": {}}), {"user": 3 + PICTURE_BYTES}),
    ("openai", user({"type": "file", "file": {}}), {"documents": FILE_BYTES}),
    ("anthropic", {"role": "user", "content": "Hi"}, {"user": 2}),
    (
        "anthropic",
        assistant({"type": "thinking", "thinking": "hmm", "signature": "s" * 99}),
        {"reasoning": 3},
    ),
    ("anthropic", assistant(text("Yes", **CACHE)), {"assistant": 3}),
    ("anthropic", assistant(item("tool_use", name="look", input={"at": "Graz"})), {"assistant": 4 + 6}),
    ("anthropic", user(item("tool_result", tool_use_id="t1", content="sunny")), {"tool_results": 5}),
    (
        "anthropic",
        user(item("tool_result", tool_use_id="t1", content=[text("sunny"), FOUND])),
        {"tool_results": 5, "documents": 4},
    ),
    (
        "anthropic",
        user(item("document", source={"type": "base64", "data": "A" * 9})),
        {"documents": FILE_BYTES},
    ),
    ("openai-responses", {"role": "developer", "content": "Be kind."}, {"system": 8}),
    ("openai-responses", user({"type": "input_text", "text": "Hi"}), {"user": 2}),
    ("openai-responses", item("reasoning", summary=[item("summary_text", text="hm")]), {"reasoning": 2}),
    ("openai-responses", item("function_call", call_id="c", name="look", arguments="{}"), {"assistant": 6}),
    ("openai-responses", item("function_call_output", call_id="c", output="sunny"), {"tool_results": 5}),
    ("openai-responses", item("file_search_call", results=[{"text": "found"}]), {"documents": 5}),
    ("gemini", gemini("user", {"text": "Hi"}), {"user": 2}),
    ("gemini", gemini("model", {"text": "hm", "thought": True}), {"reasoning": 2}),
    ("gemini", gemini("model", {"text": "Yes", "thoughtSignature": "x" * 99}), {"assistant": 3}),
    (
        "gemini",
        gemini("user", {"functionResponse": {"name": "look", "response": {"sky": "blue"}}}),
        {"tool_results": 7},
    ),
    ("gemini", gemini("user", {"inlineData": {"mimeType": "application/pdf"}}), {"documents": FILE_BYTES}),
]


def weights(wire, message):
    found = weigh(wire, json.dumps(message).encode())
    return {kind: weight for kind, weight in zip(KINDS, found.weights, strict=True) if weight}


@pytest.mark.parametrize(("wire", "message", "expected"), WEIGHED)
def test_a_message_weighs_what_its_words_do(wire, message, expected):
    """Each text counts once, in bytes, for the kind that it is; ids and signatures do not count."""
    assert weights(wire, message) == expected


@given(st.sampled_from(FORMATS), JSON)
@settings(max_examples=300)
def test_whatever_stands_there_is_weighed(wire, value):
    """No message is refused: what has no known form weighs something or nothing."""
    found = weigh(wire, msgspec.json.encode(value))
    assert min(found.weights) >= 0
    assert sum(weight for _, weight in found.results) <= sum(found.weights)


def test_what_stands_beside_the_messages():
    """Instructions are of the system, definitions of tools are tools'."""
    system, tools = msgspec.Raw(b'[{"type":"text","text":"Be kind."}]'), msgspec.Raw(b'[{"a":1}]')
    found = weigh_frame({"system": system, "tools": tools})
    assert found == tuple({"system": 8, "tools": 9}.get(kind, 0) for kind in KINDS)


def test_what_a_provider_keeps_is_not_guessed():
    """A body that goes on from what the provider has kept does not say what fills the window."""
    fields = {"input": msgspec.Raw(b'"Hi"'), "previous_response_id": msgspec.Raw(b'"r"')}
    assert turns_of("openai-responses", fields) is None
    assert turns_of("openai-responses", {"input": msgspec.Raw(b'"Hi"')}) == [b'"Hi"']
    assert weights("openai-responses", "Hi") == {"user": 2}


def test_where_a_cache_ends_is_not_what_is_said():
    """A message is known again when only its mark of the cache has moved."""
    parts = text("Hi"), text("Hi", **CACHE), text("Ho", **CACHE)
    plain, marked, other = marks_of([msgspec.json.encode(user(part)) for part in parts])
    assert plain == marked
    assert plain != other
