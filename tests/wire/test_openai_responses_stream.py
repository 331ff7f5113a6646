"""Streams of OpenAI's Responses: passing, read into neutral events, and written from them.

Shapes: OpenAI's API reference, streaming events of POST /responses.
"""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podium.kernel import chat
from podium.kernel.call import CostTag, Reply, Request, Usage
from podium.wire import openai_responses as responses
from podium.wire.openai_responses_stream import StreamReader
from tests.wire.neutral import TAG, answers, chunked, gather, stream_of

USAGE = {
    "input_tokens": 9,
    "input_tokens_details": {"cached_tokens": 4},
    "output_tokens": 3,
    "output_tokens_details": {"reasoning_tokens": 1},
    "total_tokens": 12,
}


def event(
    kind: str, *, end: bytes = b"\n", spaced: bool = False, named: bool = True, **fields: object
) -> bytes:
    separators = (", ", ": ") if spaced else (",", ":")
    data = json.dumps({"type": kind, **fields}, separators=separators).encode()
    name = b"event: " + kind.encode() + end if named else b""
    return name + b"data: " + data + end + end


def response(status: str = "in_progress", **more: object) -> dict[str, object]:
    base = {"id": "resp_1", "object": "response", "status": status, "error": None, "incomplete_details": None}
    return {**base, "model": "up-1", "output": [], "usage": None, **more}


def message(text: str, status: str = "completed") -> dict[str, object]:
    content = [{"type": "output_text", "text": text, "annotations": []}]
    return {"id": "msg_1", "type": "message", "status": status, "role": "assistant", "content": content}


def call(arguments: str, number: int = 1) -> dict[str, object]:
    item = {"id": f"fc_{number}", "type": "function_call", "call_id": f"call_{number}", "name": "look"}
    return {**item, "arguments": arguments}


def delta(text: str, **options: object) -> bytes:
    place = {"item_id": "msg_1", "output_index": 0, "content_index": 0}
    return event("response.output_text.delta", **place, delta=text, **options)


PLACE = {"item_id": "msg_1", "output_index": 0, "content_index": 0}
CREATED = event("response.created", response=response(), sequence_number=0)
BEGUN = event("response.in_progress", response=response(), sequence_number=1)
ITEM = event("response.output_item.added", output_index=0, item={**message("", "in_progress"), "content": []})
PART = event("response.content_part.added", **PLACE, part={"type": "output_text", "text": ""})
HELLO = delta("Hello")
ODD = delta(' "response.completed" \n\n event: error\ndata: {"error": {"message": 1}} [DONE]')
TEXT_DONE = event("response.output_text.done", **PLACE, text="Hello")
PART_DONE = event("response.content_part.done", **PLACE, part={"type": "output_text", "text": "Hello"})
ITEM_DONE = event("response.output_item.done", output_index=0, item=message("Hello"))
COMPLETED = event(
    "response.completed", response=response("completed", output=[message("Hello")], usage=USAGE)
)
HEAD = CREATED + BEGUN + ITEM + PART
TAIL = TEXT_DONE + PART_DONE + ITEM_DONE


def run(*pieces: bytes, **options: int) -> tuple[StreamReader, bytes]:
    reader = StreamReader(**options)
    return reader, b"".join(reader.feed(piece) for piece in pieces)


def events_of(*pieces: bytes) -> tuple[list[chat.Event], object]:
    decoder = responses.stream_decoder()
    events = [found for piece in pieces for found in decoder.feed(piece)]
    return events + decoder.end(), decoder


def documents(data: bytes) -> list[dict[str, object]]:
    blocks = [block for block in data.split(b"\n\n") if b"data: " in block]
    return [json.loads(block.partition(b"data: ")[2]) for block in blocks]


def test_events_pass_as_they_are():
    """What the client may have reaches it byte by byte; the last event is held back."""
    reader, out = run(HEAD, HELLO, ODD, TAIL, COMPLETED)
    assert out == HEAD + HELLO + ODD + TAIL
    assert (reader.done, reader.error, reader.first_token) == (True, None, True)
    assert reader.reply() == Reply(Usage(9, 3, 4, reasoning_tokens=1), "resp_1", "up-1", "completed")


def test_the_end_carries_the_cost():
    """The last event goes out with cost and details in its usage, else unchanged."""
    reader, _ = run(HEAD, HELLO, TAIL, COMPLETED)
    end = reader.finish(CostTag(1500, "0.0000015", charge="chg_1"))
    assert end.startswith(b"event: response.completed\ndata: {")
    (last,) = documents(end)
    told = last["response"]["usage"]
    assert told.pop("cost") == 0.0000015
    assert told.pop("cost_details")["charge"] == "chg_1"
    assert last == documents(COMPLETED)[0]


def test_an_end_without_usage():
    """Where the provider gave no usage the cost stands in a comment before the last event."""
    last = event("response.completed", response=response("completed"))
    reader, _ = run(HEAD, last)
    assert reader.reply().usage is None
    assert reader.finish(CostTag(9, "0.000000009")) == (
        b": podium cost_nano_usd=9 cost_usd=0.000000009\n\n" + last
    )


def test_usage_that_comes_early_counts_once():
    """A usage in an earlier event is replaced by the last one."""
    early = event("response.created", response=response(usage={**USAGE, "output_tokens": 1}))
    reader, out = run(early, HELLO, COMPLETED)
    assert out == early + HELLO
    assert reader.reply().usage == Usage(9, 3, 4, reasoning_tokens=1)


def test_an_incomplete_response_is_whole():
    """A response that the limit cut is an answer all the same, and says why."""
    cut = response("incomplete", incomplete_details={"reason": "max_output_tokens"}, usage=USAGE)
    reader, _ = run(HEAD, HELLO, event("response.incomplete", response=cut))
    assert (reader.done, reader.reply().finish_reason) == (True, "max_output_tokens")


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (event("error", code="server_error", message="overloaded", sequence_number=3), "overloaded"),
        (event("error", error={"code": "x", "message": "overloaded"}), "overloaded"),
        (event("error", named=False, spaced=True, message="overloaded"), "overloaded"),
        (b'data: {"error": {"message": "overloaded"}}\n\n', "overloaded"),
        (b"event: error\ndata: overloaded\n\n", "overloaded"),
        (
            event("response.failed", response=response("failed", error={"message": "overloaded"})),
            "overloaded",
        ),
        (event("response.failed", response=response("failed")), "the response is failed"),
        (event("response.failed"), "an event bears no response"),
        (event("response.completed", response=[7]), "an event bears no response"),
    ],
)
@pytest.mark.parametrize("before", [b"", HEAD, HEAD + HELLO])
def test_an_error_inside_the_stream(before, data, error):
    """An error ends the stream with its words, passing or read; neither it nor what follows goes on."""
    reader, out = run(before + data + HELLO, COMPLETED)
    assert out == before
    assert (reader.error, reader.done) == (error, False)
    _, decoder = events_of(before, data, HELLO, COMPLETED)
    if data != b"event: error\ndata: overloaded\n\n":
        assert (decoder.error, decoder.done) == (error, False)
    assert decoder.error is not None


def test_comments_and_multi_line_data():
    """Comments pass; data in several lines is read as one text, and goes out as it came."""
    comment = b": ping\n\n"
    lines = (
        b'event: response.completed\ndata: {"type": "response.completed",\n'
        b'data: "response": {"id": "resp_1", "status": "completed"}}\n\n'
    )
    reader, out = run(comment + CREATED + HELLO + comment + lines)
    assert (out, reader.done) == (comment + CREATED + HELLO + comment, True)
    assert reader.finish(TAG).endswith(lines)


def test_the_last_event_may_lack_its_empty_line():
    """A provider that closes right behind its last event has ended the stream; one before it has not."""
    for end in (b"", b"\n", b"\r\n", b"\r"):
        reader, _ = run(HEAD, HELLO, COMPLETED.rstrip() + end)
        reader.end()
        assert reader.done
        events, decoder = events_of(HEAD, HELLO, COMPLETED.rstrip() + end)
        assert decoder.done
        assert isinstance(events[-1], chat.Ended)
    reader, _ = run(HEAD, HELLO, COMPLETED[:-20])
    reader.end()
    assert not reader.done
    for end in (b"", COMPLETED[:-20]):
        _, decoder = events_of(HEAD, HELLO, TAIL, end)
        assert (decoder.done, decoder.error) == (False, None)


@pytest.mark.parametrize("cut", [1, 70, 10_000])
def test_an_event_has_a_longest_length(cut):
    """An event above the limit is a clear error, whole or in pieces; one below passes."""
    long = delta("x" * 300)
    pieces = [long[at : at + cut] for at in range(0, len(long), cut)]
    reader, out = run(HELLO, *pieces, max_event_bytes=len(long))
    assert (out, reader.error) == (HELLO + long, None)
    reader, out = run(HELLO, *pieces, max_event_bytes=len(long) - 1)
    assert (out, reader.error) == (HELLO, f"one event is longer than {len(long) - 1} bytes")


EVENTS = [
    CREATED,
    BEGUN,
    ITEM,
    PART,
    HELLO,
    ODD,
    TEXT_DONE,
    PART_DONE,
    ITEM_DONE,
    COMPLETED,
    delta("é€𝄞", end=b"\r\n"),
    delta("a", spaced=True),
    delta("b", named=False),
    event("response.refusal.delta", **{**PLACE, "output_index": 1}, delta="no"),
    event("response.output_item.added", output_index=2, item=call("")),
    event("response.function_call_arguments.delta", output_index=2, delta='{"a":'),
    event("response.output_item.done", output_index=2, item=call('{"a":1}')),
    event("response.reasoning_summary_text.delta", output_index=3, summary_index=0, delta="hm"),
    event("response.output_item.done", output_index=3, item={"type": "reasoning", "encrypted_content": "e"}),
    event("response.queued", response=None),
    event("response.holodeck.delta", delta={"x": 1}),
    event("response.incomplete", response=response("incomplete"), end=b"\r\n"),
    event("error", message="no"),
    b": ping\n\n",
    b"\n",
    b"data: not json\r\r",
    b"data: [DONE]\n\n",
    b"event: response.completed\r\ndata: {}\r\n\r\n",
    b"data: " + b"x" * 900 + b"\n\n",
]


def facts(reader: StreamReader, out: bytes) -> tuple[object, ...]:
    end = reader.finish(CostTag(7, "0.000000007"))
    return out, reader.reply(), reader.done, reader.error, reader.first_token, end


@given(
    st.lists(st.sampled_from(EVENTS), max_size=10),
    st.lists(st.integers(0, 6000), max_size=12),
    st.sampled_from([800, 1 << 20]),
)
def test_pieces_do_not_matter(events, cuts, longest):
    """However a stream is cut, the same bytes go on, the same is read, and the same events come out."""
    stream = b"".join(events)
    pieces = chunked(stream, cuts)
    assert facts(*run(*pieces, max_event_bytes=longest)) == facts(*run(stream, max_event_bytes=longest))
    found, decoder = events_of(*pieces)
    whole, other = events_of(stream)
    assert found == whole
    assert (decoder.reply(), decoder.done, decoder.error) == (other.reply(), other.done, other.error)


def test_every_single_cut():
    """A stream cut in two at any byte, and byte by byte, gives what it gives whole."""
    stream = CREATED + EVENTS[10] + ODD + b": ping\r\n\r\n" + EVENTS[14] + EVENTS[15] + EVENTS[16] + COMPLETED
    whole, events = facts(*run(stream)), events_of(stream)[0]
    for cut in range(len(stream) + 1):
        assert facts(*run(stream[:cut], stream[cut:])) == whole
        assert events_of(stream[:cut], stream[cut:])[0] == events
    assert facts(*run(*(stream[at : at + 1] for at in range(len(stream))))) == whole


def test_a_text_is_read_into_events():
    """The documented order of events makes one part of words, and the end."""
    events, decoder = events_of(HEAD, HELLO, TAIL, COMPLETED)
    assert events == [
        chat.Began("resp_1", "up-1"),
        chat.PartBegan(0, chat.Text("")),
        chat.Delta(0, "Hello"),
        chat.PartEnded(0),
        chat.Ended("stop"),
    ]
    assert decoder.reply() == Reply(Usage(9, 3, 4, reasoning_tokens=1), "resp_1", "up-1", "completed")


def test_parallel_calls_in_odd_chunks():
    """Arguments that come in turns are gathered by item; a call without pieces is taken from its end."""
    events, decoder = events_of(
        CREATED,
        event("response.output_item.added", output_index=0, item=call("", 1)),
        event("response.output_item.added", output_index=1, item=call("", 2)),
        event("response.function_call_arguments.delta", output_index=1, delta='{"y"'),
        event("response.function_call_arguments.delta", output_index=0, delta='{"x":1}'),
        event("response.function_call_arguments.delta", output_index=1, delta=":2}"),
        event("response.function_call_arguments.done", output_index=0, arguments='{"x":1}'),
        event("response.output_item.done", output_index=0, item=call('{"x":1}', 1)),
        event("response.output_item.done", output_index=1, item=call('{"y":2}', 2)),
        event("response.output_item.done", output_index=2, item=call('{"z":3}', 3)),
        COMPLETED,
    )
    assert decoder.error is None
    made = gather(events)
    assert [(part.id, part.arguments) for part in made.parts] == [
        ("call_1", '{"x":1}'),
        ("call_2", '{"y":2}'),
        ("call_3", '{"z":3}'),
    ]
    assert made.finish == "tool_calls"


def test_thoughts_are_read_with_what_is_encrypted():
    """Summaries are one thought, signed by what is encrypted; without a summary that is all there is."""
    spot = {"item_id": "rs_1", "output_index": 0}
    item = {"type": "reasoning", "summary": [], "encrypted_content": "gAAA"}
    summary = "response.reasoning_summary_text.delta"
    events, _ = events_of(
        CREATED,
        event("response.output_item.added", output_index=0, item={"type": "reasoning", "summary": []}),
        event(summary, **spot, summary_index=0, delta="One"),
        event(summary, **spot, summary_index=0, delta=" step."),
        event(summary, **spot, summary_index=1, delta="Another."),
        event("response.output_item.done", output_index=0, item=item),
        event("response.output_item.done", output_index=1, item=item),
        COMPLETED,
    )
    assert gather(events).parts == (
        chat.Thinking("One step.\n\nAnother.", "gAAA", "openai-responses"),
        chat.Thinking(redacted="gAAA", signed_by="openai-responses"),
    )


def test_what_was_not_announced_is_read_all_the_same():
    """A server that leaves out what opens items and parts, or every piece, is understood."""
    events, decoder = events_of(CREATED, HELLO, ITEM_DONE, COMPLETED)
    assert gather(events).parts == (chat.Text("Hello"),)
    events, decoder = events_of(CREATED, ITEM_DONE, COMPLETED)
    assert gather(events).parts == (chat.Text("Hello"),)
    assert decoder.first_token
    _, decoder = events_of(event("response.function_call_arguments.delta", output_index=0, delta="{}"))
    assert decoder.error == "arguments came before their call"


def ask(**fields: object) -> Request:
    return responses.decode_request(json.dumps({"model": "small", "input": "Hi", **fields}).encode())


def written(answer: chat.Answer, request: Request) -> bytes:
    writer = responses.stream_writer(request)
    reply = Reply(answer.usage, answer.id, answer.model, answer.finish)
    return writer.write(stream_of(answer)) + writer.finish(reply, TAG)


@given(answers(thinking="anthropic"), st.lists(st.integers(0, 10_000), max_size=12))
def test_streams_go_there_and_back_in_any_chunks(answer, cuts):
    """Events written as a stream and read again make the same answer and cost, wherever the bytes are cut."""
    data = written(answer, ask(stream=True))
    found, decoder = events_of(*chunked(data, cuts))
    assert (decoder.done, decoder.error) == (True, None)
    made = gather(found)
    assert made.parts == answer.parts
    assert (made.id, made.model) == (answer.id, answer.model)
    assert decoder.reply().usage == answer.usage


@given(answers(thinking="openai-responses"))
def test_a_stream_ends_in_the_answer_that_would_be_plain(answer):
    """The last event bears the very response that a plain answer is, and each item as it ended."""
    request = ask(tools=[], instructions="Be brief.", temperature=0.5)
    told = documents(written(answer, request))
    plain = json.loads(responses.encode_answer(answer, request, TAG))
    assert told[-1]["response"] == plain
    assert [one["item"] for one in told if one["type"] == "response.output_item.done"] == plain["output"]
    assert [one["sequence_number"] for one in told] == list(range(len(told)))
    assert (plain["instructions"], plain["temperature"]) == ("Be brief.", 0.5)


@pytest.mark.parametrize(
    ("finish", "status", "reason"),
    [
        ("stop", "completed", None),
        ("stop_sequence", "completed", None),
        ("pause", "completed", None),
        ("length", "incomplete", "max_output_tokens"),
        ("content_filter", "incomplete", "content_filter"),
        ("refusal", "incomplete", "content_filter"),
    ],
)
def test_why_an_answer_ended(finish, status, reason):
    """Each neutral reason has its status, plain and streamed."""
    answer = chat.Answer((chat.Text("a"),), finish, Usage(1, 1), "i", "m")
    for told in (
        json.loads(responses.encode_answer(answer, ask(), TAG)),
        documents(written(answer, ask()))[-1]["response"],
    ):
        assert told["status"] == status
        assert (told["incomplete_details"] or {}).get("reason") == reason


def test_a_refusal_is_told_as_one():
    """A refusal with words is a refusal part of a completed response."""
    answer = chat.Answer((chat.Refusal("I will not."),), "refusal", Usage(1, 1), "i", "m")
    plain = json.loads(responses.encode_answer(answer, ask(), TAG))
    assert plain["status"] == "completed"
    assert plain["output"][0]["content"] == [{"type": "refusal", "refusal": "I will not."}]
    assert gather(events_of(written(answer, ask()))[0]).parts == answer.parts


def test_a_stream_without_usage_tells_its_cost_in_a_comment():
    """Where no usage is known there is none in the response, and the cost stands before it."""
    answer = chat.Answer((chat.Text("a"),), "stop", None, "i", "m")
    data = written(answer, ask())
    assert b": podium cost_nano_usd=6450" in data
    assert documents(data)[-1]["response"]["usage"] is None
