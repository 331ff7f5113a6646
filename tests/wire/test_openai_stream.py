import json
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podium.kernel.call import CostTag, Reply, Usage
from podium.wire.formats import WireError
from podium.wire.openai_errors import encode_stream_error
from podium.wire.openai_stream import StreamReader

USAGE = {"prompt_tokens": 9, "completion_tokens": 3, "total_tokens": 12}


def event(payload: object, *, end: bytes = b"\n", spaced: bool = False) -> bytes:
    separators = (", ", ": ") if spaced else (",", ":")
    return b"data: " + json.dumps(payload, separators=separators).encode() + end + end


def chunk(*, delta: object = None, finish: str | None = None, **more: object) -> dict[str, object]:
    choices = (
        []
        if delta is None and finish is None
        else [{"index": 0, "delta": delta or {}, "finish_reason": finish}]
    )
    return {"id": "c1", "object": "chat.completion.chunk", "model": "up-1", "choices": choices, **more}


ROLE = event(chunk(delta={"role": "assistant", "content": ""}))
HELLO = event(chunk(delta={"content": "Hello"}))
WORLD = event(chunk(delta={"content": ' "usage" [DONE] \n\n data: {"error": 1}'}))
STOP = event(chunk(finish="stop"))
TOTAL = event(chunk(usage=USAGE))
DONE = b"data: [DONE]\n\n"


def run(*pieces: bytes, wants: bool = True, **options) -> tuple[StreamReader, bytes]:
    reader = StreamReader(client_wants_usage=wants, **options)
    return reader, b"".join(reader.feed(piece) for piece in pieces)


def payloads(data: bytes) -> list[object]:
    """Return the data of every event, ``[DONE]`` as a string."""
    found = []
    for block in data.split(b"\n\n"):
        if block.startswith(b"data: "):
            text = block.removeprefix(b"data: ")
            found.append("[DONE]" if text == b"[DONE]" else json.loads(text))
    return found


def test_events_pass_as_they_are():
    """What the client may have reaches it byte by byte; usage and [DONE] are held back."""
    reader, out = run(ROLE, HELLO, WORLD, STOP, TOTAL, DONE)
    assert out == ROLE + HELLO + WORLD + STOP
    assert reader.done
    assert reader.error is None
    assert reader.reply() == Reply(Usage(9, 3), "c1", "up-1", "stop")


def test_the_end_carries_the_cost():
    """A client that asked for usage gets it once, at the end, with cost and details, and then [DONE]."""
    reader, _ = run(HELLO, STOP, TOTAL, DONE)
    end = reader.finish(CostTag(1_234_567, "0.001234567", charge="chg_1"))
    assert b'"cost":0.001234567,' in end
    last, done = payloads(end)
    assert done == "[DONE]"
    assert last["choices"] == []
    assert last["id"] == "c1"
    assert last["usage"] == {
        **USAGE,
        "cost": 0.001234567,
        "cost_details": {
            "upstream_inference_cost": 0.001234567,
            "nano_usd": 1_234_567,
            "estimated": False,
            "charge": "chg_1",
        },
    }


def test_a_client_that_did_not_ask_gets_a_comment():
    """Without stream_options the usage chunk is Podium's own: the client gets the cost as a comment."""
    reader, out = run(HELLO, STOP, TOTAL, DONE, wants=False)
    assert out == HELLO + STOP
    assert reader.reply().usage == Usage(9, 3)
    end = reader.finish(CostTag(1500, "0.0000015"))
    assert end == b": podium cost_nano_usd=1500 cost_usd=0.0000015\n\n" + DONE
    assert b"estimated=true" in reader.finish(CostTag(1500, "0.0000015", estimated=True))


def test_a_provider_without_usage():
    """Where the provider gave no usage there is none to make up: the cost comes as a comment."""
    reader, _ = run(HELLO, STOP, DONE)
    assert reader.reply().usage is None
    assert reader.finish(CostTag(9, "0.000000009", estimated=True)).startswith(b": podium cost_nano_usd=9 ")


@pytest.mark.parametrize("wants", [True, False])
def test_usage_in_the_last_content_chunk(wants):
    """Usage that comes with content is taken out of it, so that no client counts it twice."""
    both = chunk(delta={"content": "!"}, finish="stop", usage=USAGE)
    reader, out = run(HELLO, event(both), DONE, wants=wants)
    assert reader.reply() == Reply(Usage(9, 3), "c1", "up-1", "stop")
    _, last = payloads(out)
    assert last["choices"] == both["choices"]
    assert last.get("usage") is None
    assert ("usage" in last) is wants
    with_usage = [it for it in payloads(reader.finish(CostTag(5, "0.000000005"))) if it != "[DONE]"]
    assert len(with_usage) == wants


def test_repeated_usage_counts_once():
    """Of several usages the last is the one that counts."""
    first = {"prompt_tokens": 9, "completion_tokens": 1}
    reader, out = run(
        event(chunk(delta={"content": "a"}, usage=first)),
        event(chunk(delta={"content": "b"}, usage={**first, "completion_tokens": 2})),
        TOTAL,
        DONE,
    )
    assert [it["usage"] for it in payloads(out)] == [None, None]
    assert reader.reply().usage == Usage(9, 3)
    assert len(payloads(reader.finish(CostTag(5, "0.000000005")))) == 2


def test_a_usage_of_null_is_no_usage():
    """Providers that send ``usage: null`` with every chunk are passed on as they are."""
    for spaced in (False, True):
        nulls = [event(chunk(delta={"content": str(n)}, usage=None), spaced=spaced) for n in range(5)]
        reader, out = run(b"".join(nulls))
        assert out == b"".join(nulls)
        assert reader.reply().usage is None


def test_an_empty_finish_reason_is_none():
    """Servers that send an empty finish reason with every chunk have not finished."""
    reader, _ = run(HELLO, event(chunk(delta={"content": "x"}, finish="")))
    assert reader.reply().finish_reason is None


def test_usage_that_makes_no_sense_is_none():
    """A negative usage is not reckoned with."""
    reader, _ = run(HELLO, event(chunk(usage={"prompt_tokens": -1, "completion_tokens": 2})), DONE)
    assert reader.reply().usage is None


@pytest.mark.parametrize(
    ("delta", "is_token"),
    [
        ({"role": "assistant"}, False),
        ({"role": "assistant", "content": ""}, False),
        ({"role": "assistant", "content": None}, False),
        ({"content": None, "tool_calls": []}, False),
        ({"content": "x"}, True),
        ({"refusal": "no"}, True),
        ({"reasoning_content": "hm"}, True),
        ({"tool_calls": [{"index": 0, "function": {"name": "f", "arguments": ""}}]}, True),
    ],
)
def test_first_token(delta, is_token):
    """The first token is the first content, refusal, reasoning or tool call; a role alone is none."""
    reader, _ = run(event(chunk(delta=delta)))
    assert reader.first_token is is_token


@pytest.mark.parametrize(
    "data",
    [
        event({"error": {"message": "overloaded", "type": "server_error"}}),
        event({"error": "overloaded"}),
        event(chunk(delta={"content": ""}, finish="error", error={"code": 502, "message": "overloaded"})),
        b'event: error\ndata: {"error": {"message": "overloaded"}}\n\n',
    ],
)
@pytest.mark.parametrize("before", [b"", HELLO])
def test_an_error_inside_the_stream(before, data):
    """An error event ends the stream: its message is kept, and neither it nor what follows goes on."""
    reader, out = run(before + data + HELLO + DONE, HELLO)
    assert out == before
    assert reader.error == "overloaded"
    assert not reader.done


def test_an_error_in_no_known_shape():
    """An error event that is no JSON is still an error, with its text."""
    assert run(b"event: error\ndata: gone\n\n")[0].error == "gone"
    assert run(event({"error": {"detail": "gone"}}))[0].error == '{"error":{"detail":"gone"}}'


def test_failure_is_an_error_event():
    """A stream that breaks after its first byte ends in an error event that clients raise."""
    data = encode_stream_error(WireError(502, "upstream_broken", "It broke."))
    assert payloads(data) == [
        {"error": {"message": "It broke.", "type": "api_error", "param": None, "code": "upstream_broken"}}
    ]


def test_comments_and_multi_line_data():
    """Comments pass; data in several lines is read as one text."""
    comment = b": OPENROUTER PROCESSING\n\n"
    lines = (
        b'data: {"id": "c1", "choices": [],\n'
        b'data: "usage": {"prompt_tokens": 9,\n'
        b'data: "completion_tokens": 3}}\n\n'
    )
    reader, out = run(comment + HELLO + comment + lines + DONE)
    assert out == comment + HELLO + comment
    assert reader.reply().usage == Usage(9, 3)


def test_what_is_not_json_passes():
    """An event that Podium cannot read is for the client to judge."""
    odd = b"data: <html>\n\n" + b'data: {"usage": ' + b"[" * 9999 + b'\n\ndata: {"usage":"\xff\n\n'
    reader, out = run(HELLO + odd, DONE)
    assert out == HELLO + odd
    reader, _ = run(b'data: {"choices": 7, "usage": 7}\n\n', HELLO, DONE)
    assert reader.done
    assert reader.reply().usage is None


@pytest.mark.parametrize("end", [b"data: [DONE]", b"data: [DONE]\n", b"data: [DONE]\r\n", b"data:[DONE]\n\n"])
def test_a_sloppy_end(end):
    """[DONE] counts also where the server forgets the empty line behind it."""
    reader, _ = run(HELLO, end)
    reader.end()
    assert reader.done


def test_nothing_counts_behind_the_end():
    """What follows [DONE] is ignored."""
    reader, out = run(HELLO + DONE + HELLO, HELLO, TOTAL)
    assert out == HELLO
    assert reader.reply().usage is None


@pytest.mark.parametrize("cut", [1, 50, 130, 10_000])
def test_an_event_has_a_longest_length(cut):
    """An event above the limit is a clear error, whether it comes whole or in pieces; one below passes."""
    long = event(chunk(delta={"content": "x" * 100}))
    pieces = [long[at : at + cut] for at in range(0, len(long), cut)]
    reader, out = run(HELLO, *pieces, max_event_bytes=len(long))
    assert (out, reader.error) == (HELLO + long, None)
    reader, out = run(HELLO, *pieces, max_event_bytes=len(long) - 1)
    assert out == HELLO
    assert reader.error == f"one event is longer than {len(long) - 1} bytes"


EVENTS = [
    ROLE,
    HELLO,
    WORLD,
    STOP,
    TOTAL,
    event(chunk(delta={"content": "é€𝄞"}, usage=None), end=b"\r\n"),
    event(chunk(delta={"content": "a"}, usage=None), spaced=True),
    event(chunk(delta={"content": "b"}, finish="length", usage=USAGE), end=b"\r\n"),
    event({"choices": []}),
    b": ping\n\n",
    b"\n",
    b"event: message\r\ndata: {}\r\n\r\n",
    b'data: {"id":"c2",\ndata: "choices":[]}\n\n',
    b"data: not json\r\r",
    b"data: " + b"x" * 300 + b"\n\n",
    event({"error": {"message": "no"}}),
    DONE,
    b"data: [DONE]\r\n\r\n",
]


def facts(reader: StreamReader, out: bytes) -> tuple[object, ...]:
    end = reader.finish(CostTag(7, "0.000000007"))
    return out, reader.reply(), reader.done, reader.error, reader.first_token, end


@given(
    st.lists(st.sampled_from(EVENTS), max_size=10),
    st.lists(st.integers(0, 3000), max_size=12),
    st.booleans(),
    st.sampled_from([250, 1 << 20]),
)
def test_pieces_do_not_matter(events, cuts, wants, longest):
    """However a stream is cut, the same bytes go on and the same is read."""
    stream = b"".join(events)
    edges = sorted({0, len(stream), *(min(cut, len(stream)) for cut in cuts)})
    pieces = [stream[a:b] for a, b in pairwise(edges)]
    whole = facts(*run(stream, wants=wants, max_event_bytes=longest))
    assert facts(*run(*pieces, wants=wants, max_event_bytes=longest)) == whole


def test_every_single_cut():
    """A stream cut in two at any byte, and byte by byte, gives what it gives whole."""
    stream = ROLE + EVENTS[5] + WORLD + b": ping\r\n\r\n" + EVENTS[7] + TOTAL + DONE
    whole = facts(*run(stream))
    for cut in range(len(stream) + 1):
        assert facts(*run(stream[:cut], stream[cut:])) == whole
    assert facts(*run(*(stream[at : at + 1] for at in range(len(stream))))) == whole


def piece(
    content: bytes, *, tail: bytes = b'},"finish_reason":null}],"usage":null}', end: bytes = b"\n\n"
) -> bytes:
    return b'data: {"id":"c1","choices":[{"index":0,"delta":{"content":"' + content + b'"' + tail + end


PIECES = [
    piece(b" la"),
    piece(b""),
    piece(b"[DONE]"),
    piece(b"event: x"),
    piece(b"\\"),
    piece(b'\\"usage\\":5'),
    piece(b'"},"usage":{"prompt_tokens":1},"x":{"y":"'),
    piece(b"a\nevent: error"),
    piece(b"a\rb"),
    piece(b"a", end=b"\r\n\r\n"),
    piece(b"", tail=b""),
    piece(b"b", tail=b'},"finish_reason":"length"}],"usage":null}'),
    piece(b"b", tail=b'},"finish_reason":null}],"usage":{"prompt_tokens":1,"completion_tokens":2}}'),
    piece(b"x" * 200),
    b"event: error\n",
    b"\n",
    TOTAL,
    DONE,
]


@given(
    st.lists(st.one_of(st.just(PIECES[0]), st.sampled_from(PIECES)), max_size=14),
    st.lists(st.integers(0, 2000), max_size=8),
    st.booleans(),
    st.sampled_from([250, 1 << 20]),
)
def test_events_of_one_shape_pass_as_if_each_was_looked_at(events, cuts, wants, longest):
    """What passes for its shape is what would pass by looking for every mark."""
    stream = b"".join([HELLO, *events])
    places = {0, len(stream), *(min(cut, len(stream)) for cut in cuts)}
    results = []
    for learns in (True, False):
        reader = StreamReader(client_wants_usage=wants, max_event_bytes=longest)
        if not learns:
            reader._learnt = 99
        out = b"".join([reader.feed(stream[a:b]) for a, b in pairwise(sorted(places))])
        results.append(facts(reader, out))
    assert results[0] == results[1]


def test_a_piece_of_text_is_not_searched_for_marks():
    """Once an event with a text has passed, others that differ in their text alone pass without a search."""
    reader, _ = run(HELLO, piece(b"one"))
    reader._marks = ()
    several = piece(b"two") + piece(b"") + piece(b"three")
    assert reader.feed(piece(b"two")) == piece(b"two")
    assert reader.feed(several) == several


def test_a_cut_stream_has_a_usage_only_behind_the_end_of_every_choice():
    """Servers that count as they go have not counted to the end before it; the hold is charged then."""
    early = event(chunk(delta={"content": "x"}, usage=USAGE))
    assert run(HELLO, early)[0].reply().usage is None
    assert run(HELLO, early, STOP)[0].reply().usage is None
    assert run(HELLO, STOP, TOTAL)[0].reply().usage == Usage(9, 3)
    assert run(HELLO, event(chunk(finish="stop", usage=USAGE)))[0].reply().usage == Usage(9, 3)
    assert run(HELLO, early, STOP, DONE)[0].reply().usage == Usage(9, 3)
    second = chunk(finish="length", usage=USAGE)
    second["choices"][0]["index"] = 1
    assert run(HELLO, event(chunk(finish="stop", usage=USAGE)), choices=2)[0].reply().usage is None
    assert run(HELLO, STOP, event(second), choices=2)[0].reply().usage == Usage(9, 3)
