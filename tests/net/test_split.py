"""The same events, however the network cuts the bytes: server and upstream parser.

And a fuzzer for both, bounded and the same in every run: what it finds must be an answer, a refusal or one of
the three errors of `kernel.errors`, and never a hang, a second answer or an exception that escapes.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Iterable, Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from podium.kernel.errors import BrokenReply, ConnectFailed, UpstreamTimeout
from podium.net.connection import Connection
from podium.net.known import SharedHeads
from podium.net.reply import UpstreamConnection, UpstreamReply
from podium.net.server import Exchange, RequestRefused, Server, ServerLimits
from podium.net.upstream import Deadlines, Origin, Pool
from tests.net.test_strict import ROWS

DEADLINES = Deadlines(connect_s=5, first_byte_s=5, idle_s=5, total_s=5)
GOOD = (
    b"GET /a?b HTTP/1.1\r\nhost: x\r\n\r\n"
    b"POST /b HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nX-A:  1\t\r\nx-a: 2\r\n\r\nhello"
    b"POST /c HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n"
    b"3;q=1\r\nabc\r\nA\r\n0123456789\r\n0\r\nt: u\r\n\r\n"
    b"HEAD /d HTTP/1.1\r\nhost: x\r\nconnection: keep-alive\r\n\r\n"
    b"PUT /e HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\ncontent-length: 2\r\n\r\nhi"
    b"GET /f HTTP/1.0\r\n\r\n"
)


class Wire(asyncio.Transport):
    """A transport that keeps what is written."""

    def __init__(self) -> None:
        super().__init__()
        self.sent = bytearray()
        self.closed = False

    def write(self, data: bytes | bytearray | memoryview) -> None:
        if not self.closed:
            self.sent += data

    def get_extra_info(self, name: str, default: object = None) -> object:
        return ("127.0.0.1", 1) if name == "peername" else default

    def get_write_buffer_size(self) -> int:
        return 0

    def can_write_eof(self) -> bool:
        return False

    def is_closing(self) -> bool:
        return self.closed

    def pause_reading(self) -> None:
        pass

    def resume_reading(self) -> None:
        pass

    def close(self) -> None:
        self.closed = True

    abort = close


def cuts(data: bytes, places: Iterable[int]) -> Iterator[bytes]:
    start = 0
    for place in sorted({place % (len(data) + 1) for place in places}):
        yield data[start:place]
        start = place
    yield data[start:]


async def served(
    pieces: Iterable[bytes], heads: SharedHeads | None = None
) -> tuple[list[tuple[object, ...]], bytes]:
    """Return what the handler saw of these pieces, and what the client was sent.

    ``heads``: what other connections of the server have said.
    """
    seen: list[tuple[object, ...]] = []

    async def handle(exchange: Exchange) -> None:
        try:
            body = await exchange.read_body()
        except RequestRefused as refused:
            seen.append((exchange.method, exchange.target, refused.status))
            raise
        seen.append((exchange.method, exchange.target, dict(exchange.headers), body))
        exchange.respond(200, [], body)

    server = Server(handle, limits=ServerLimits())
    server.loop = asyncio.get_running_loop()
    server.heads = heads or server.heads
    connection, wire = Connection(server), Wire()
    connection.connection_made(wire)
    for piece in pieces:
        if piece and not wire.closed:
            connection.data_received(piece)
            await asyncio.sleep(0)
    for _ in range(30):
        await asyncio.sleep(0)
    connection.connection_lost(None)
    await asyncio.sleep(0)
    assert server.in_flight == 0
    if server._sweeper is not None:
        server._sweeper.cancel()
    return seen, bytes(wire.sent).replace(b"HTTP/1.1 100 Continue\r\n\r\n", b"")


async def test_every_split_of_requests_is_served_alike() -> None:
    """Wherever one cut falls, the handler sees the same requests and the client gets the same bytes."""
    whole = await served([GOOD])
    assert [row[1] for row in whole[0]] == ["/a?b", "/b", "/c", "/d", "/e", "/f"]
    for place in range(len(GOOD)):
        assert await served([GOOD[:place], GOOD[place:]]) == whole
    assert await served(bytes([byte]) for byte in GOOD) == whole


@pytest.mark.parametrize("name", [name for name, (message, _) in ROWS.items() if len(message) < 400])
async def test_every_split_of_a_bad_request_is_refused_alike(name: str) -> None:
    """A malformed message gets the same status wherever it is cut, and is never whole for the handler."""
    message, status = ROWS[name]
    for place in range(len(message)):
        seen, sent = await served([message[:place], message[place:] + b"GET /x HTTP/1.1\r\nhost: x\r\n\r\n"])
        assert int(sent[9:12]) == status, (place, sent)
        assert sent.count(b"HTTP/1.1 ") == 1
        assert all(len(row) == 3 for row in seen)


@settings(max_examples=150, derandomize=True, deadline=None)
@given(st.lists(st.integers(0, len(GOOD)), max_size=12))
def test_many_cuts_change_nothing(places: list[int]) -> None:
    """Any number of cuts anywhere."""

    async def run() -> None:
        assert await served(cuts(GOOD, places)) == await served([GOOD])

    asyncio.run(run())


TOKENS = [
    b"GET ", b"POST ", b"/x", b" HTTP/1.1", b" HTTP/1.0", b"\r\n", b"\n", b"\r", b"host: x\r\n", b"\r\n\r\n",
    b"content-length: 3\r\n", b"content-length: 0\r\n", b"transfer-encoding: chunked\r\n",
    b"connection: close\r\n", b"expect: 100-continue\r\n", b"upgrade: h2c\r\nconnection: upgrade\r\n",
    b"3\r\nabc\r\n", b"0\r\n\r\n", b"abc", b"ffffffffffffffff\r\n", b" ", b"\t", b":", b"\0", b"\xff",
    b"x-a: b\r\n", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 100 C\r\n\r\n",
    b"HTTP/1.1 204 N\r\n\r\n", b"HTTP/1.1 304 N\r\n", b"1;a=b\r\nx\r\n",
]  # fmt: skip
NOISE = st.lists(st.one_of(st.sampled_from(TOKENS), st.binary(max_size=6)), max_size=25).map(b"".join)


@settings(max_examples=400, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(NOISE, st.lists(st.integers(0, 400), max_size=4))
def test_no_bytes_break_the_server(data: bytes, places: list[int]) -> None:
    """Whatever comes: one answer to each request that was seen and one refusal at most, for every cut."""

    async def run() -> None:
        seen, sent = await served(cuts(data, places))
        again, same = await served([data])
        assert (seen, sent) == (again, same)
        answers = sent.count(b"HTTP/1.1 ")
        whole = [row for row in seen if len(row) == 4]
        assert len(whole) <= answers <= len(seen) + 1
        assert b"internal_error" not in sent

    asyncio.run(run())


REPLIES = {
    "length": b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\nx-a: b\r\n\r\nhello",
    "chunks": b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"
    b"3;a=b\r\nabc\r\n2\r\nde\r\n0\r\nt: u\r\n\r\n",
    "nothing": b"HTTP/1.1 204 No Content\r\n\r\n",
    "continue": b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Hints\r\nlink: x\r\n\r\n"
    b"HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\nx",
    "until-close": b"HTTP/1.1 200 OK\r\n\r\nall of it",
}
OK = b"HTTP/1.1 200 OK\r\n"
BROKEN = {
    "length-and-encoding": OK + b"content-length: 3\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
    "lengths-that-differ": OK + b"content-length: 3\r\ncontent-length: 4\r\n\r\nabcd",
    "bare-lf": b"HTTP/1.1 200 OK\ncontent-length: 3\r\n\r\nabc",
    "obs-fold": OK + b"x-a: b\r\n c\r\ncontent-length: 3\r\n\r\nabc",
    "space-before-colon": OK + b"content-length : 3\r\n\r\nabc",
    "chunk-size": OK + b"transfer-encoding: chunked\r\n\r\nzz\r\nabc\r\n0\r\n\r\n",
    "chunk-size-too-long": OK + b"transfer-encoding: chunked\r\n\r\n11111111111111111\r\nabc\r\n",
    "chunk-too-long": OK + b"transfer-encoding: chunked\r\n\r\n3\r\nabcd\r\n0\r\n\r\n",
    "gzip": OK + b"transfer-encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
    "switching": b"HTTP/1.1 101 Switching Protocols\r\nupgrade: h2c\r\nconnection: upgrade\r\n\r\n",
    "no-http": b"SSH-2.0-OpenSSH_9.2\r\n",
    "cut-head": OK + b"content-le",
    "cut-body": OK + b"content-length: 5\r\n\r\nhel",
    "cut-chunks": OK + b"transfer-encoding: chunked\r\n\r\n5\r\nhel",
    "empty": b"",
}


async def pumping(reply: UpstreamReply) -> AsyncIterator[bytes]:
    """Yield the body as `pump` hands it over, one piece a call."""
    parts: list[bytes] = []

    def take(part: bytes) -> bool:
        parts.append(part)
        return False

    while await reply.pump(take):
        yield parts.pop()
        assert not parts
    assert not parts


async def answered(pieces: Iterable[bytes], *, pumped: bool = False) -> tuple[object, ...]:
    """Return what a caller reads of an answer that comes in these pieces and then ends.

    ``pumped``: it is handed the pieces as they come, and says after each that it has enough for now.
    """
    loop = asyncio.get_running_loop()
    pool, origin = Pool(), Origin("http", "provider", 80)
    connection, wire = UpstreamConnection(pool, origin), Wire()
    connection.connection_made(wire)
    now = loop.time()
    reply = UpstreamReply(connection, loop, DEADLINES.idle_s, now + DEADLINES.first_byte_s, now + 5)
    pool._busy.add(reply)
    connection.start(b"GET / HTTP/1.1\r\n\r\n", reply)

    async def read() -> tuple[object, ...]:
        try:
            while not reply.status:
                if reply._error is not None:
                    raise reply._error
                await reply._event()
            body = b"".join([part async for part in pumping(reply)]) if pumped else await reply.read(1 << 20)
        except (BrokenReply, ConnectFailed, UpstreamTimeout) as error:
            return type(error), error.sent
        return reply.status, tuple(reply.headers), body

    reading = asyncio.create_task(read())
    for piece in pieces:
        if piece and not wire.closed:
            connection.data_received(piece)
            await asyncio.sleep(0)
    if not connection.closed:
        connection.connection_lost(None)
    async with asyncio.timeout(60):
        result = await reading
    reused = any(pool._idle.values())
    await pool.close()
    return (*result, reused)


@pytest.mark.parametrize("name", REPLIES)
async def test_every_split_of_an_answer_reads_alike(name: str) -> None:
    """Status, headers and body of an answer do not depend on the cuts."""
    whole = await answered([REPLIES[name]])
    assert isinstance(whole[0], int)
    for place in range(len(REPLIES[name])):
        got = await answered([REPLIES[name][:place], REPLIES[name][place:]])
        assert got[:3] == whole[:3], place
        got = await answered([REPLIES[name][:place], REPLIES[name][place:]], pumped=True)
        assert got[:3] == whole[:3], place


@pytest.mark.parametrize("name", BROKEN)
async def test_a_malformed_answer_is_broken_wherever_it_is_cut(name: str) -> None:
    """BrokenReply, sent; and its connection is not used again."""
    message = BROKEN[name]
    for place in range(max(len(message), 1)):
        for pumped in (False, True):
            got = await answered([message[:place], message[place:]], pumped=pumped)
            assert got == (BrokenReply, True, False), place


@settings(max_examples=400, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(NOISE, st.booleans(), st.lists(st.integers(0, 400), max_size=4))
def test_no_bytes_break_the_upstream_parser(data: bytes, begun: bool, places: list[int]) -> None:
    """Whatever a provider sends, a caller gets an answer or one of the three errors, alike for every cut."""
    if begun:
        data = b"HTTP/1.1 200 OK\r\n" + data

    async def run() -> None:
        whole = await answered([data])
        got = await answered(cuts(data, places))
        assert got[:2] == whole[:2], json.dumps([repr(data), places])
        assert (await answered(cuts(data, places), pumped=True))[:2] == whole[:2], json.dumps(
            [repr(data), places]
        )
        assert isinstance(got[0], int) or got[0] in {BrokenReply, UpstreamTimeout}

    asyncio.run(run())
