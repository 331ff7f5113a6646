"""What is said in requests and answers of every format."""

from typing import Any

import msgspec
import pytest

from podium.wire.contents import INPUT, OUTPUT, SYSTEM, answered, asked, user_of

TEXT = {"type": "text", "content": "hi"}
USER = {"role": "user", "parts": [TEXT]}
F = {"name": "f", "arguments": {"x": 1}}
CALL = {"type": "tool_call", "id": "c1", "name": "f", "arguments": {"x": 1}}


def said(body: object) -> Any:
    return asked(msgspec.json.encode(body))


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (
            {"messages": [
                {"role": "system", "content": "hi"},
                {"role": "user", "content": [{"type": "text", "text": "hi"}]},
                {"role": "assistant", "tool_calls": [{"id": "c1", "function": F}]},
                {"role": "tool", "tool_call_id": "c1", "content": "hi"},
            ]},
            {INPUT: [
                USER | {"role": "system"}, USER,
                {"role": "assistant", "parts": [CALL]},
                {"role": "tool", "parts": [{"type": "tool_call_response", "id": "c1", "response": [TEXT]}]},
            ]},
        ),
        (
            {"system": [{"type": "text", "text": "hi"}], "messages": [
                {"role": "assistant", "content": [{"type": "tool_use", "id": "c1", **F, "input": {"x": 1}}]},
                {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "c1", "content": "hi"}]},
            ]},
            {SYSTEM: [TEXT], INPUT: [
                {"role": "assistant", "parts": [CALL]},
                {"role": "user", "parts": [{"type": "tool_call_response", "id": "c1", "response": "hi"}]},
            ]},
        ),
        (
            {"instructions": "hi", "input": [
                {"role": "user", "content": [{"type": "input_text", "text": "hi"}]},
                {"type": "function_call", "call_id": "c1", "name": "f", "arguments": {"x": 1}},
                {"type": "function_call_output", "call_id": "c1", "output": "hi"},
            ]},
            {SYSTEM: [TEXT], INPUT: [
                {"role": "user", "parts": [TEXT]}, {"role": "assistant", "parts": [CALL]},
                {"role": "user", "parts": [{"type": "tool_call_response", "id": "c1", "response": "hi"}]},
            ]},
        ),
        (
            {"systemInstruction": {"parts": [{"text": "hi"}]}, "contents": [
                {"role": "user", "parts": [{"text": "hi"}]},
                {"role": "model", "parts": [{"functionCall": {"name": "f", "args": {"x": 1}}}]},
            ]},
            {SYSTEM: [TEXT], INPUT: [
                {"role": "user", "parts": [TEXT]}, {"role": "model", "parts": [CALL | {"id": None}]},
            ]},
        ),
        ({"input": "hi"}, {INPUT: [{"role": "user", "parts": [TEXT]}]}),
        ({"input": ["hi"]}, {INPUT: [{"role": "user", "parts": [TEXT]}]}),
        ([1], {}),
    ],
)  # fmt: skip
def test_requests(body: object, found: object) -> None:
    """Each format's messages, instructions, calls and results become those of the conventions."""
    assert said(body) == found


def test_media_is_named() -> None:
    """Pictures and the like are told by their length; what nobody knows stays as it is."""
    image = {"type": "image_url", "image_url": {"url": "data:image/png;base64," + "A" * 5000}}
    found = said({"messages": [{"role": "user", "content": [image, {"type": "new", "x": 1}]}]})
    blob, other = found[INPUT][0]["parts"]
    assert blob["content"]["image_url"] == {"url": "[5022 characters of media]"}
    assert other == {"type": "other", "content": {"type": "new", "x": 1}}


def test_who_it_is_about() -> None:
    """The end user stands where each provider's clients put it."""
    for body in ({"user": "bob"}, {"safety_identifier": "bob"}, {"metadata": {"user_id": "bob"}}):
        assert user_of(msgspec.json.encode(body)) == "bob"
    assert user_of(b'{"user": 1}') is None
    assert user_of(b"no json") is None


def test_streams_are_joined() -> None:
    """The pieces of a stream are one text, and one that broke off is what it has said."""
    event = '{"id": "x", "choices": [{"index": 0, "delta": {"content": "%s"}}]}'
    events = "".join(f"data: {event % text}\n\n" for text in ("4111 1111 ", "1111 1111")).encode()
    parts = [{"type": "text", "content": "4111 1111 1111 1111"}]
    assert answered("openai", events, streamed=True) == {OUTPUT: [{"role": "assistant", "parts": parts}]}
    assert answered("openai", b"{", streamed=False) == answered("none", b"x", streamed=True) == {}


@pytest.mark.parametrize(
    "message",
    [
        {"role": "user", "content": "hi", "tool_calls": 5},
        {"role": "user", "content": "hi", "tool_calls": True},
        {"role": ["x"], "content": "hi"},
        {"content": [{"type": ["x"], "text": "hi"}]},
        {"type": {"x": 1}, "text": "hi"},
    ],
)
def test_what_no_format_has(message: object) -> None:
    """What has other types than a format's fields is read as far as it goes."""
    (turn,) = said({"messages": [message]})[INPUT]
    assert TEXT in turn["parts"]
