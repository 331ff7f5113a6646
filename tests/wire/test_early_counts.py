"""What a stream counts before its end is no final usage: the hold is charged then, not the beginning."""

import json

import pytest

from podium.kernel.call import Usage
from tests.wire.test_fuzz import CHATS, passed, requests


def events(*documents: dict[str, object], end: bytes = b"") -> bytes:
    """Return a stream, each event with its type where it has one."""
    out = b""
    for document in documents:
        kind = document.get("type")
        out += f"event: {kind}\n".encode() if kind else b""
        out += b"data: " + json.dumps(document).encode() + b"\n\n"
    return out + end


def anthropic(usage: object) -> bytes:
    begun: dict[str, object] = {
        "id": "m",
        "type": "message",
        "role": "assistant",
        "content": [],
        "model": "up",
    }
    begun["usage"] = {"input_tokens": 10, "output_tokens": 1}
    delta: dict[str, object] = {"type": "message_delta", "delta": {"stop_reason": "end_turn"}}
    return events(
        {"type": "message_start", "message": begun},
        {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": "Hi"}},
        {"type": "content_block_stop", "index": 0},
        delta if usage is None else {**delta, "usage": usage},
        {"type": "message_stop"},
    )


def gemini(usage: object) -> bytes:
    content = {"role": "model", "parts": [{"text": "Hi"}]}
    end: dict[str, object] = {"candidates": [{"content": content, "finishReason": "STOP"}]}
    return events(
        {"candidates": [{"content": content}], "usageMetadata": {"promptTokenCount": 10}},
        end if usage is None else {**end, "usageMetadata": usage},
    )


def openai(usage: object) -> bytes:
    first = {"prompt_tokens": 10, "completion_tokens": 0, "total_tokens": 10}
    end: dict[str, object] = {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}
    return events(
        {"id": "c", "choices": [{"index": 0, "delta": {"role": "assistant"}}], "usage": first},
        {"id": "c", "choices": [{"index": 0, "delta": {"content": "Hi"}}]},
        end if usage is None else {**end, "usage": usage},
        end=b"data: [DONE]\n\n",
    )


def responses(usage: object) -> bytes:
    counted = {"input_tokens": 10, "output_tokens": 0}
    response: dict[str, object] = {"id": "r", "model": "up", "output": []}
    ended = {**response, "status": "completed"}
    return events(
        {"type": "response.created", "response": {**response, "status": "in_progress", "usage": counted}},
        {"type": "response.completed", "response": ended if usage is None else {**ended, "usage": usage}},
    )


STREAMS = {"anthropic": anthropic, "gemini": gemini, "openai": openai, "openai-responses": responses}
NO_COUNTS = {
    "anthropic": ({}, {"output_tokens": 5.5}, {"output_tokens": "5"}, {"output_tokens": -5}),
    "gemini": ({}, {"promptTokenCount": -1}),
    "openai": ({}, {"prompt_tokens": 10, "completion_tokens": 5.5}),
    "openai-responses": ({}, {"input_tokens": 10, "output_tokens": "5"}),
}
COUNTS = {
    "anthropic": {"output_tokens": 5},
    "gemini": {"promptTokenCount": 10, "candidatesTokenCount": 5},
    "openai": {"prompt_tokens": 10, "completion_tokens": 5},
    "openai-responses": {"input_tokens": 10, "output_tokens": 5},
}


def usages(name: str, data: bytes) -> tuple[Usage | None, Usage | None]:
    """Return what is counted on the way through, and where the stream is moved to another format."""
    done, _, _, reply, *_ = _passed(name, data)
    assert done
    decoder = CHATS[name].stream_decoder()
    decoder.feed(data)
    if not decoder.done:
        decoder.end()
    assert decoder.done, decoder.error
    return reply, decoder.reply().usage


def _passed(name: str, data: bytes) -> tuple[object, object, object, Usage | None]:
    _, done, error, first_token, reply, _ = passed(CHATS[name], requests(name)[0], [data])
    return done, error, first_token, reply.usage


@pytest.mark.parametrize(
    ("name", "usage"), [(name, usage) for name, all_ in NO_COUNTS.items() for usage in (None, *all_)]
)
def test_a_count_from_the_beginning_is_not_final(name: str, usage: object):
    assert usages(name, STREAMS[name](usage)) == (None, None)


@pytest.mark.parametrize("name", STREAMS)
def test_the_count_of_the_end_is(name: str):
    assert usages(name, STREAMS[name](COUNTS[name])) == (Usage(10, 5), Usage(10, 5))
