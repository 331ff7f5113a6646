"""What happens to streams on their way, in every format: the same vectors for each, made of its own streams.

The framing is that of https://html.spec.whatwg.org/multipage/server-sent-events.html; what each provider
sends besides stands in the tests of its format.
"""

import pytest

from podium.kernel import chat
from podium.kernel.call import Usage
from podium.kernel.chat import Answer
from podium.wire.formats import WireError
from tests.wire.neutral import TAG, gather, stream_of
from tests.wire.test_fuzz import CHATS, passed, requests

ANSWER = Answer(
    (
        chat.Text("Grüße, 𝄞 and €: \\ \n\n data: [DONE]"),
        chat.ToolCall("call_1", "look", '{"place":"Köln","n":1}'),
        chat.ToolCall("call_2", "book", '{"deep":{"list":[1,2,{"x":"}"}]}}'),
    ),
    "tool_calls",
    Usage(90, 30, cache_read_tokens=20),
    "id_1",
    "up-1",
)


def stream(name: str, answer: Answer = ANSWER) -> bytes:
    """Return a stream as the format writes it, one character a delta, with LF."""
    wire, request = CHATS[name], requests(name)[1]  # it asks for a stream, and for its usage
    reply = wire.decode_reply(wire.encode_answer(answer, request, TAG))
    writer = wire.stream_writer(request)
    return (writer.write(stream_of(answer)) + writer.finish(reply, TAG)).replace(b"\r\n", b"\n")


def read(name: str, *pieces: bytes) -> tuple[Answer, object]:
    decoder = CHATS[name].stream_decoder()
    events = [event for piece in pieces for event in decoder.feed(piece)]
    if not decoder.done and decoder.error is None:
        events += decoder.end()
    return gather(events), decoder


def told(name: str, data: bytes) -> tuple[object, ...]:
    """Return what a reader makes of a stream, but for the bytes that it passes on."""
    _, done, error, first_token, reply, _ = passed(CHATS[name], requests(name)[0], [data])
    return done, error, first_token, reply


def events_of(data: bytes) -> list[bytes]:
    return [event + b"\n\n" for event in data.split(b"\n\n") if event]


def in_lines(data: bytes) -> bytes:
    """Return a stream whose data stand in two lines each: broken behind the first brace."""
    return data.replace(b'data: {"', b'data: {\ndata: "')


VARIANTS = {
    "CRLF": lambda data: data.replace(b"\n", b"\r\n"),
    "CR": lambda data: data.replace(b"\n", b"\r") + b"\r",
    "comments": lambda data: b": hello\n\n" + data.replace(b"\n\n", b"\n\n: ping\n\n"),
    "comments inside events": lambda data: data.replace(b"data: {", b": ping\ndata: {"),
    "empty lines": lambda data: data.replace(b"\n\n", b"\n\n\n\n"),
    "a byte order mark": lambda data: b"\xef\xbb\xbf" + data,
    "data in several lines": in_lines,
    "no blank behind the colon": lambda data: data.replace(b"data: {", b"data:{"),
    "ids and retries": lambda data: data.replace(b"data: {", b"id: 7\nretry: 10\ndata: {"),
}


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("name", CHATS)
def test_framing_does_not_matter(name, variant):
    """However a stream is framed, and wherever it is cut (inside a character too), the same is read."""
    plain = stream(name)
    data = VARIANTS[variant](plain)
    wanted, wanted_by = read(name, plain)
    assert wanted_by.done
    assert wanted.parts == ANSWER.parts
    for pieces in ([data], [data[at : at + 1] for at in range(len(data))]):
        made, decoder = read(name, *pieces)
        assert made == wanted
        assert (decoder.reply(), decoder.error) == (wanted_by.reply(), None)
    assert told(name, data) == told(name, plain)


@pytest.mark.parametrize("name", CHATS)
def test_a_stream_that_is_cut_is_not_whole(name):
    """Cut in the middle of any event, or between two, a stream is not whole."""
    data = stream(name)
    # Of the end, some formats can do without the last event: cuts behind it are theirs to judge.
    whole = len(b"".join(events_of(data)[:-4]))
    for at in range(0, whole, 37):
        _, decoder = read(name, data[:at])
        assert not decoder.done
        assert not told(name, data[:at])[0]


@pytest.mark.parametrize("name", CHATS)
def test_an_error_in_the_middle_ends_it(name):
    """The format's own error event ends a stream with its words, whatever follows."""
    events = events_of(stream(name))
    half = b"".join(events[: len(events) // 2])
    error = CHATS[name].encode_stream_error(WireError(500, "overloaded", "Too much to do."))
    data = half + error + b"".join(events[len(events) // 2 :])
    _, decoder = read(name, data)
    assert not decoder.done
    assert "Too much to do." in str(decoder.error)
    done, said, _, _ = told(name, data)
    assert not done
    assert "Too much to do." in str(said)


@pytest.mark.parametrize("name", CHATS)
def test_usage_that_arrives_twice_counts_once(name):
    """An event with the usage that comes a second time adds nothing; a zero stays a zero."""
    for usage in (ANSWER.usage, Usage(0, 0)):
        answer = Answer((chat.Text("a"),), "stop", usage, "id_1", "up-1")
        events = events_of(stream(name, answer))
        with_usage = max(at for at, event in enumerate(events) if b"oken" in event and b"cost" in event)
        twice = b"".join([*events[: with_usage + 1], *events[with_usage:]])
        assert read(name, twice)[1].reply().usage == usage
        assert told(name, twice)[3].usage == usage
