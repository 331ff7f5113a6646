"""Tests of `net.known`: an answer whose head came before is taken in as if llhttp had read it."""

import asyncio

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from podium.kernel.errors import BrokenReply
from podium.net import reply as replies
from podium.net.known import MAX_KNOWN_BYTES, KnownAnswer
from podium.net.reply import UpstreamConnection, UpstreamReply
from podium.net.upstream import Origin, Pool
from tests.net.test_split import BROKEN, DEADLINES, REPLIES, Wire

HEAD = b"HTTP/1.1 200 OK\r\nDate: now\r\nContent-Length: %d\r\nServer: x\r\n\r\n"


def said(body: bytes) -> bytes:
    return HEAD % len(body) + body


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
        patch.setattr(replies, "MAX_LEARNT", 0)
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
    """Only an answer of 2xx with one length, a body and no other framing is known, and only a short head."""

    def learnt(data: bytes, body_bytes: int, *more: tuple[bytes, bytes]) -> KnownAnswer | None:
        return KnownAnswer.learn(data, 200, [(b"content-length", b"3"), *more], body_bytes)

    assert learnt(said(b"abc"), 3) is not None
    assert learnt(said(b"abc"), 2) is None
    assert learnt(said(b"abc").replace(b"200", b"500"), 3) is None
    assert learnt(said(b"abc"), 3, (b"transfer-encoding", b"chunked")) is None
    assert learnt(said(b""), 0) is None
    long = said(b"abc").replace(b"Server: x", b"Server: " + b"x" * MAX_KNOWN_BYTES)
    assert learnt(long, 3) is None


async def test_heads_that_never_come_again_are_not_learnt_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    """So many in a row, and it is left; a connection whose heads come again goes on."""
    learn, times = UpstreamConnection._learn, list[bytes]()

    def noted(it: UpstreamConnection, data: bytes, reply: UpstreamReply) -> None:
        times.append(data)
        learn(it, data, reply)

    monkeypatch.setattr(UpstreamConnection, "_learn", noted)
    other = [[said(b"abc").replace(b"now", b"%d" % number)] for number in range(9)]
    await answers_of(*other)
    assert len(times) == replies.MAX_LEARNT
    times.clear()
    await answers_of(*[message for one in other for message in (one, one)])
    assert len(times) == 9
