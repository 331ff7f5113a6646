"""Tests of `net.known`: an answer whose head came before is taken in as if llhttp had read it."""

import asyncio
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from podium.kernel.errors import BrokenReply
from podium.net import known_answers
from podium.net.known import MAX_KNOWN_BYTES
from podium.net.known_answers import MAX_LEARNT, KnownAnswer
from podium.net.reply import UpstreamConnection, UpstreamReply
from podium.net.upstream import Origin, Pool
from tests.net.test_split import BROKEN, DEADLINES, NOISE, REPLIES, Wire, cuts

HEAD = (
    b"HTTP/1.1 200 OK\r\nDate: %b\r\nContent-Length: %d\r\nServer: x\r\nContent-Type: text/plain\r\n"
    b"X-Request-Id: %b\r\n\r\n"
)


def said(body: bytes, date: bytes = b"now", request_id: bytes = b"r-1") -> bytes:
    return HEAD % (date, len(body), request_id) + body


def chunked(body: bytes, date: bytes = b"now", request_id: bytes = b"r-1") -> bytes:
    head = said(b"", date, request_id).replace(b"Content-Length: 0", b"Transfer-Encoding: chunked")
    return head + b"".join([b"1;x\r\n%b\r\n" % body[at : at + 1] for at in range(len(body))]) + b"0\r\n\r\n"


async def answers_of(*messages: list[bytes]) -> list[tuple[object, ...]]:
    """Return what a caller reads of answers that come one after the other, each in these pieces."""
    loop = asyncio.get_running_loop()
    pool, found = Pool(), list[tuple[object, ...]]()
    connection, wire = UpstreamConnection(pool, Origin("http", "provider", 80)), Wire()
    connection.connection_made(wire)
    for pieces in messages:
        if connection.closed or wire.closed:
            break
        now = loop.time()
        reply = UpstreamReply(connection, loop, DEADLINES.idle_s, now + 5, now + 5)
        pool._busy.add(reply)
        connection.start(b"GET / HTTP/1.1\r\n\r\n", reply)
        for piece in pieces:
            if piece and not wire.closed and not connection.closed:
                connection.data_received(piece)
        if not reply.complete and reply._error is None and not connection.closed:
            connection.connection_lost(None)
        try:
            await reply.head()
            body = await reply.read(1 << 20)
            found.append((reply.status, tuple(reply.headers), body, reply.header(b"content-length")))
        except BrokenReply as error:
            found.append((type(error), error.sent))
        assert reply not in pool._busy
        idle = pool._idle.get(connection.origin)
        found.append((bool(idle), connection.closed))
        if idle:
            idle.clear()
    await pool.close()
    return found


async def alike(*messages: list[bytes]) -> list[tuple[object, ...]]:
    """Return what is read, which is the same where no head is ever known."""
    found = await answers_of(*messages)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(known_answers, "MAX_LEARNT", 0)
        assert await answers_of(*messages) == found
    return found


async def test_a_known_head_is_taken_in_with_its_own_length_and_body(monkeypatch: pytest.MonkeyPatch) -> None:
    """llhttp reads the first answer; the second has its own length and body, and the connection is kept."""
    real, fed = UpstreamConnection.on_headers_complete, list[int]()
    monkeypatch.setattr(UpstreamConnection, "on_headers_complete", lambda it: (fed.append(1), real(it))[1])
    found = await answers_of([said(b"one")], [said(b"the second")])
    assert fed == [1]
    assert found[2][2:] == (b"the second", b"10")
    assert found[0][1][0] == found[2][1][0] == (b"date", b"now")  # type: ignore[index]
    assert found[1] == found[3] == (True, False)


async def test_values_that_vary_are_those_of_each_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    """An answer with another date and id is not read by llhttp, and has its own."""
    fed = list[bytes]()
    real = UpstreamConnection.on_header
    monkeypatch.setattr(
        UpstreamConnection, "on_header", lambda it, name, value: (fed.append(name), real(it, name, value))[1]
    )
    found = await answers_of([said(b"one")], [said(b"two", b"then", b"r 2")], [said(b"three", b"0", b"r-3")])
    assert len(fed) == 5
    heads = [dict(one[1]) for one in found[::2]]  # type: ignore[call-overload]
    assert [it[b"date"] for it in heads] == [b"now", b"then", b"0"]
    assert [it[b"x-request-id"] for it in heads] == [b"r-1", b"r 2", b"r-3"]
    assert [it[b"content-length"] for it in heads] == [b"3", b"3", b"5"]
    fed.clear()
    streams = [[chunked(b"abc")], [chunked(b"defg", b"then", b"r 2")]]
    found = await alike(*streams)
    assert found[2][2] == b"defg"
    assert dict(found[2][1])[b"x-request-id"] == b"r 2"  # type: ignore[call-overload]
    fed.clear()
    await answers_of(*streams)
    assert [name.lower() for name in fed[5:]] == [b"transfer-encoding"]


async def test_a_head_of_one_connection_is_known_to_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    """What one connection to an origin has read another takes in, and keeps as long as it says."""
    pool, origin = Pool(), Origin("http", "provider", 80)
    message = said(b"one").replace(b"Server: x", b"Keep-Alive: timeout=9")
    for number in range(2):
        connection, now = UpstreamConnection(pool, origin), asyncio.get_running_loop().time()
        connection.connection_made(Wire())
        reply = UpstreamReply(connection, asyncio.get_running_loop(), 5, now + 5, now + 5)
        connection.start(b"GET / HTTP/1.1\r\n\r\n", reply)
        if number:
            monkeypatch.setattr(UpstreamConnection, "on_headers_complete", None)
        connection.data_received(message)
        assert reply.complete
        assert connection.keep_s == 8.0
    await pool.close()


VALUES = st.binary(max_size=3) | st.text("ab -~\t", max_size=4).map(str.encode) | st.just(b"x" * 4100)
PLACES = st.lists(st.integers(0, 1 << 16), max_size=3)


@settings(max_examples=200, derandomize=True, deadline=None)
@given(VALUES, VALUES, VALUES, PLACES, st.booleans())
async def test_any_value_that_varies_is_read_as_without_it(
    first: bytes, date: bytes, request_id: bytes, places: list[int], streams: bool
) -> None:
    """Whatever values a head was learnt with and comes with, wherever cut: as if llhttp had read it."""
    make = chunked if streams else said
    message = list(cuts(make(b"abc", date, request_id), places))
    await alike([make(b"one", first)], message, [make(b"two")])
    await alike([make(b"one")], message, [make(b"two")])


@settings(max_examples=300, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(NOISE, NOISE, NOISE, PLACES, st.booleans())
async def test_no_noise_in_a_known_head_is_read_otherwise(
    one: bytes, other: bytes, behind: bytes, places: list[int], streams: bool
) -> None:
    """Whatever stands where a value may vary, or behind the head, is llhttp's to judge."""
    make = chunked if streams else said
    await alike([make(b"one")], list(cuts(make(b"abc", one, other), places)), [make(b"two")])
    head = make(b"abc", b"then").partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
    await alike([make(b"one")], list(cuts(head + behind, places)), [make(b"two")])


@pytest.mark.parametrize("make", [said, chunked])
async def test_every_split_of_a_known_answer_reads_alike(make: Callable[..., bytes]) -> None:
    """Wherever an answer with a known head is cut, a caller reads the same."""
    message = make(b"abcdef", b"then", b"r-2")
    whole = await alike([make(b"one")], [message], [make(b"two")])
    for place in range(len(message)):
        assert await answers_of([make(b"one")], [message[:place], message[place:]], [make(b"two")]) == whole


@pytest.mark.parametrize("size", [1, 9, 10, 97, 98, 99, 100, 101, 998, 999, 1000])
async def test_bodies_of_any_length(size: int) -> None:
    """However many digits a length has, the body is the same."""
    assert (await alike([said(b"one")], [said(b"x" * size)]))[2][2] == b"x" * size


@pytest.mark.parametrize("name", [*REPLIES, *BROKEN])
async def test_other_answers_are_read_as_ever(name: str) -> None:
    """What is not such a head, or is none at all, gets what it gets on a new connection."""
    message = {**REPLIES, **BROKEN}[name]
    await alike([said(b"one")], [message], [said(b"two")])
    await alike([message], [message], [message])
    await alike([said(b"one")], [message[:9], message[9:]], [said(b"two")])


@pytest.mark.parametrize(
    "message",
    [
        said(b"abc") + b"d",
        said(b"abc")[:-1],
        said(b"abc") + said(b"d"),
        b"HTTP/1.1 100 Continue\r\n\r\n" + said(b"abc"),
        said(b"abc").replace(b"200", b"201"),
        said(b"abc").replace(b": 3", b": 03"),
        said(b"").replace(b": 0", b": "),
        said(b"abc").replace(b"Server: x", b"Connection: close"),
    ],
)
async def test_what_is_not_quite_a_known_head_is_read(message: bytes) -> None:
    """What is cut off, has something behind it or says another thing is llhttp's to read."""
    await alike([said(b"one")], [message], [said(b"two")])
    await alike([said(b"one")], [message[:50], message[50:]], [said(b"two")])


@settings(max_examples=150, derandomize=True, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 1 << 16), st.integers(0, 2), st.binary(max_size=2) | st.just(b"\r\n")),
        min_size=1,
        max_size=3,
    ),
    st.integers(0, 1 << 16),
)
async def test_any_edit_of_a_known_head_is_read_as_without_it(
    edits: list[tuple[int, int, bytes]], cut: int
) -> None:
    """Whatever is put in, taken out or cut apart, a caller reads the same."""
    message = said(b"abcdef")
    for place, gone, put in edits:
        at = place % (len(message) + 1)
        message = message[:at] + put + message[at + gone :]
    at = cut % (2 * len(message))
    await alike([said(b"one")], [message[:at], message[at:]], [said(b"last")])


def test_heads_that_are_long_or_frame_otherwise_are_not_learnt() -> None:
    """Only an answer 200 that is framed once is known, only if short, and only as llhttp has read it."""

    def learnt(data: bytes, *without: bytes, most: int = MAX_KNOWN_BYTES) -> KnownAnswer | None:
        lines = data.partition(b"\r\n\r\n")[0].split(b"\r\n")[1:]
        pairs = [line.split(b":", 1) for line in lines]
        headers = [(name.lower(), value.strip(b" \t")) for name, value in pairs]
        return KnownAnswer.learn(data, [it for it in headers if it[0] not in without], most)

    assert learnt(said(b"abc")) is not None
    assert learnt(chunked(b"abc")) is not None
    assert learnt(said(b"abc"), b"date") is None
    for changed in (
        said(b"abc").replace(b"200", b"500"),
        said(b"abc").replace(b"200", b"204"),
        said(b"abc").replace(b"Server: x", b"Transfer-Encoding: chunked"),
        said(b"abc").replace(b"Server: x", b"Content-Length: 3"),
        said(b"abc").replace(b"Content-Length: 3\r\n", b""),
        chunked(b"abc").replace(b"chunked", b"Chunked"),
        said(b""),
        said(b"abc").replace(b"Server: x", b"Server: " + b"x" * MAX_KNOWN_BYTES),
    ):
        assert learnt(changed) is None
    short = learnt(said(b"abc"), most=len(said(b"")))
    assert short is not None
    heads = known_answers.KnownAnswers(len(said(b"")))
    pairs = short.headers([b"now", b"3", b"x", b"r-1"])
    heads.learn(said(b"abc"), pairs)
    assert heads.find(said(b"abc")) is not None
    assert heads.find(said(b"abc", b"later")) is None


async def test_heads_that_never_come_again_are_not_learnt_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    """So many in a row, and it is left; an origin whose heads come again goes on."""
    times = list[bytes]()
    learn = KnownAnswer.learn

    def noted(data: bytes, headers: list[tuple[bytes, bytes]], most: int) -> KnownAnswer | None:
        times.append(data)
        return learn(data, headers, most)

    monkeypatch.setattr(KnownAnswer, "learn", noted)
    other = [[said(b"abc").replace(b"Server", b"X-%d" % number)] for number in range(MAX_LEARNT + 5)]
    await answers_of(*other)
    assert len(times) == MAX_LEARNT
    times.clear()
    await answers_of(*[message for one in other for message in (one, one)])
    assert len(times) == len(other)
    refused = [said(b"abc").replace(b"200", b"500")]
    times.clear()
    await answers_of(*[refused] * 20, other[0], other[0])
    assert len(times) == 21
