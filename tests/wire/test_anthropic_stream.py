"""Anthropic's streams: passing, read and written. Events by hand, from
https://docs.anthropic.com/en/docs/build-with-claude/streaming.
"""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podium.kernel import chat
from podium.kernel.call import Reply, Request, Usage
from podium.wire.anthropic_answers import stream_decoder, stream_writer
from podium.wire.anthropic_stream import StreamReader
from tests.wire import neutral
from tests.wire.neutral import TAG, chunked, gather, same_json, stream_of

REQUEST = Request("chat", "route", {}, 10, stream=True)


def event(kind: str, **fields: Any) -> bytes:
    data = json.dumps({"type": kind, **fields}, separators=(",", ":"), ensure_ascii=False)
    return f"event: {kind}\ndata: {data}\n\n".encode()


def delta(index: int, kind: str, **fields: str) -> bytes:
    return event("content_block_delta", index=index, delta={"type": kind, **fields})


def start(index: int, **block: Any) -> bytes:
    return event("content_block_start", index=index, content_block=block)


def stop(index: int) -> bytes:
    return event("content_block_stop", index=index)


BEGAN = event(
    "message_start",
    message={
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": "claude-x",
        "content": [],
        "stop_reason": None,
        "stop_sequence": None,
        "usage": {
            "input_tokens": 25,
            "cache_creation_input_tokens": 9,
            "cache_read_input_tokens": 4,
            "cache_creation": {"ephemeral_5m_input_tokens": 3, "ephemeral_1h_input_tokens": 6},
            "output_tokens": 1,
        },
    },
)
ENDED = event(
    "message_delta",
    delta={"stop_reason": "tool_use", "stop_sequence": None},
    usage={"input_tokens": 25, "cache_creation_input_tokens": 9, "output_tokens": 15},
)
STOP = event("message_stop")
BODY = [
    start(0, type="thinking", thinking="", signature=""),
    delta(0, "thinking_delta", thinking="Let me sëe"),
    delta(0, "signature_delta", signature="EqQB"),
    stop(0),
    event("ping"),
    start(1, type="redacted_thinking", data="EmwK"),
    stop(1),
    start(2, type="text", text=""),
    delta(2, "text_delta", text='It says "message_stop" and [DONE] '),
    delta(2, "text_delta", text="grüß 🎻"),
    stop(2),
    start(3, type="server_tool_use", id="srv_1", name="web_search", input={}),
    delta(3, "input_json_delta", partial_json='{"query":"x"}'),
    stop(3),
    start(4, type="tool_use", id="toolu_1", name="look", input={}),
    delta(4, "input_json_delta", partial_json=""),
    delta(4, "input_json_delta", partial_json='{"pla'),
    delta(4, "input_json_delta", partial_json='ce":"Graz"}'),
    stop(4),
    start(5, type="tool_use", id="toolu_2", name="now", input={}),
    stop(5),
    event("something_new", index=7),
]
WHOLE = b"".join([BEGAN, *BODY, ENDED, STOP])
USAGE = Usage(38, 15, 4, 9, 6)
"""25 fresh, 4 read and 9 written, of which 6 for an hour: each counted once, though the end repeats them."""
PARTS = (
    chat.Thinking("Let me sëe", "EqQB", "anthropic"),
    chat.Thinking(redacted="EmwK", signed_by="anthropic"),
    chat.Text('It says "message_stop" and [DONE] grüß 🎻'),
    chat.ToolCall("toolu_1", "look", '{"place":"Graz"}'),
    chat.ToolCall("toolu_2", "now", "{}"),
)

cuts = st.lists(st.integers(0, len(WHOLE)), max_size=12)


def passed(chunks: list[bytes]) -> tuple[bytes, StreamReader]:
    reader = StreamReader()
    return b"".join(reader.feed(chunk) for chunk in chunks), reader


def test_a_stream_passes_and_ends_with_its_cost() -> None:
    """All events pass as they came but the last two, which come with the cost; usage is counted once."""
    out, reader = passed([WHOLE])
    assert out == b"".join([BEGAN, *BODY])
    assert (reader.done, reader.error, reader.first_token) == (True, None, True)
    reply = reader.reply()
    assert (reply.usage, reply.upstream_id, reply.finish_reason) == (USAGE, "msg_1", "tool_use")
    first, last = reader.finish(TAG).decode().rstrip("\n").split("\n\n")
    document = json.loads(first.removeprefix("event: message_delta\ndata: "))
    assert document["delta"]["stop_reason"] == "tool_use"
    assert document["usage"]["output_tokens"] == 15
    assert document["usage"]["cost_details"]["nano_usd"] == TAG.nano_usd
    assert last == STOP.decode().strip()


@given(cuts, st.sampled_from([b"\n", b"\r\n"]))
def test_any_chunking_passes_the_same(places: list[int], line_end: bytes) -> None:
    """However the bytes come, and however lines end: the same bytes, the same usage, the same end."""
    out, reader = passed(chunked(WHOLE.replace(b"\n", line_end), places))
    assert out == b"".join([BEGAN, *BODY])
    assert reader.reply().usage == USAGE
    assert reader.done


@given(cuts, st.sampled_from([b"\n", b"\r\n"]))
def test_any_chunking_decodes_the_same(places: list[int], line_end: bytes) -> None:
    """The decoder's events join to the same answer; what it does not know is passed over."""
    decoder = stream_decoder()
    events: list[chat.Event] = []
    for chunk in chunked(WHOLE.replace(b"\n", line_end), places):
        events += decoder.feed(chunk)
    answer = gather(events)
    assert answer.parts == PARTS
    assert (answer.finish, answer.id, answer.model) == ("tool_calls", "msg_1", "claude-x")
    assert decoder.done
    assert decoder.reply().usage == USAGE


@given(st.integers(0, len(WHOLE) - len(STOP) - 1))
def test_a_stream_that_is_cut_is_not_whole(at: int) -> None:
    """Without message_stop neither side is done; final usage is told only behind message_delta."""
    _, reader = passed([WHOLE[:at]])
    reader.end()
    decoder = stream_decoder()
    decoder.feed(WHOLE[:at])
    decoder.end()
    counted = at >= len(WHOLE) - len(STOP)
    for it in (reader, decoder):
        assert not it.done
        assert it.error is None
        assert (it.reply().usage is not None) is counted


@pytest.mark.parametrize(
    ("broken", "words"),
    [
        (event("error", error={"type": "overloaded_error", "message": "Overloaded"}), "Overloaded"),
        (b'data: {"type":"error","error":{"type":"api_error","message":"Inside"}}\n\n', "Inside"),
        (b"event: error\ndata: no json\n\n", "no json"),
    ],
)
def test_an_error_in_mid_stream(broken: bytes, words: str) -> None:
    """An error event ends the stream on both ways; nothing behind it counts."""
    out, reader = passed([BEGAN + b"".join(BODY[:3]) + broken + ENDED + STOP])
    assert out == BEGAN + b"".join(BODY[:3])
    decoder = stream_decoder()
    decoder.feed(BEGAN + b"".join(BODY[:3]) + broken + ENDED + STOP)
    for it in (reader, decoder):
        assert words in (it.error or "")
        assert not it.done


def test_comments_and_data_of_several_lines() -> None:
    """Comments pass; an event whose data are several lines is read as one."""
    split = ENDED.replace(b'"delta":', b'\ndata: "delta":')
    out, reader = passed([BEGAN + b": keep-alive\n\n" + b"".join(BODY) + split + STOP])
    assert b": keep-alive\n\n" in out
    assert reader.reply().usage == USAGE


def test_a_later_count_takes_the_place_of_an_earlier_one() -> None:
    """Two message_deltas: the first passes on, the last one's cumulative counts hold."""
    early = event("message_delta", delta={"stop_reason": None}, usage={"output_tokens": 7})
    out, reader = passed([BEGAN + early + b"".join(BODY) + ENDED + STOP])
    assert early in out
    assert reader.reply().usage == USAGE


def test_without_usage_the_cost_is_a_comment() -> None:
    """A provider that tells no usage: none is made up, and the cost stands in a comment."""
    bare = event("message_delta", delta={"stop_reason": "end_turn"})
    began = event("message_start", message={"id": "m", "type": "message", "content": [], "model": "x"})
    _, reader = passed([began + bare + STOP])
    assert reader.reply().usage is None
    assert reader.finish(TAG) == bare + b": podium cost_nano_usd=6450 cost_usd=0.00000645\n\n" + STOP


def test_an_event_without_end_is_refused() -> None:
    """An event longer than the limit ends the stream instead of filling the memory."""
    endless = b"event: content_block_delta\ndata: " + b"x" * 2_000_000
    _, reader = passed([BEGAN, endless])
    decoder = stream_decoder()
    decoder.feed(BEGAN)
    decoder.feed(endless)
    assert "longer" in (reader.error or "")
    assert "longer" in (decoder.error or "")


def spoken(answer: chat.Answer) -> bytes:
    """Return an answer's stream as this format's clients get it."""
    writer = stream_writer(REQUEST)
    events = stream_of(answer)
    out = b"".join(writer.write([one]) for one in events)
    return out + writer.finish(Reply(answer.usage, answer.id, answer.model), TAG)


@given(neutral.answers(thinking="anthropic"), st.lists(st.integers(0, 5000), max_size=6))
def test_what_is_written_is_read_again(answer: chat.Answer, places: list[int]) -> None:
    """Neutral events, written and read in any pieces, are the same answer with the same usage."""
    decoder = stream_decoder()
    events: list[chat.Event] = []
    for chunk in chunked(spoken(answer), places):
        events += decoder.feed(chunk)
    again = gather(events)
    assert decoder.done
    assert len(again.parts) == len(answer.parts)
    for one, other in zip(again.parts, answer.parts, strict=True):
        if isinstance(one, chat.ToolCall) and isinstance(other, chat.ToolCall):
            assert (one.id, one.name) == (other.id, other.name)
            assert same_json(one.arguments, other.arguments)
        else:
            assert one == other
    assert (again.finish, again.id, again.model) == (answer.finish, answer.id, answer.model)
    assert decoder.reply().usage == answer.usage


def test_parts_that_are_open_together_are_written_one_behind_the_other() -> None:
    """Calls that another format interleaves: a block begins when the one before it has ended."""
    writer = stream_writer(REQUEST)
    out = writer.write(
        [
            chat.Began("a", "m"),
            chat.PartBegan(0, chat.ToolCall("c0", "look", "")),
            chat.Delta(0, '{"a"'),
            chat.PartBegan(1, chat.ToolCall("c1", "book", "")),
            chat.Delta(1, '{"b"'),
            chat.Delta(0, ":1}"),
            chat.PartEnded(0),
            chat.Delta(1, ":2}"),
            chat.PartEnded(1),
            chat.Ended("tool_calls"),
        ]
    )
    kinds = [json.loads(line[6:])["type"] for line in out.decode().splitlines() if line.startswith("data:")]
    block = ["content_block_start", "content_block_delta", "content_block_delta", "content_block_stop"]
    assert kinds == ["message_start", *block, *block]


@given(st.binary(max_size=400), st.lists(st.integers(0, 400), max_size=4))
def test_no_bytes_break_a_reader(noise: bytes, places: list[int]) -> None:
    """Whatever a provider sends: no exception, on neither way."""
    for prefix in (b"", BEGAN, b"event: message_delta\ndata: ", b'data: {"type":"message_start","message":'):
        reader, decoder = StreamReader(), stream_decoder()
        for chunk in chunked(prefix + noise + b"\n\n", places):
            reader.feed(chunk)
            decoder.feed(chunk)
        reader.end()
        decoder.end()
        reader.finish(TAG)
        assert reader.reply() is not None
        assert decoder.reply() is not None
