"""Tests of `net.known`: what a connection says again is taken in as if llhttp had read it."""

import asyncio

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from podium.net import connection as connections
from podium.net.connection import Connection
from podium.net.exchange import Exchange
from podium.net.known import MAX_KNOWN_BYTES, MAX_SHARED, KnownHead, SharedHeads
from podium.net.server import Server, ServerLimits
from podium.net.timeouts import check_time
from tests.net.test_split import NOISE, Wire, cuts, served
from tests.net.test_strict import ROWS

HEAD = (
    b"POST /x?y HTTP/1.1\r\nHost: x\r\nAuthorization: a\r\ntraceparent: %b\r\nContent-Length: %d\r\n"
    b"X-Last: b\r\nX-Request-ID: %b\r\n\r\n"
)
VALUES = st.binary(max_size=3) | st.text("ab -~\t", max_size=4).map(str.encode) | st.just(b"x" * 4100)
"""Of a header that may vary: printable and not, empty, with blanks around, and too long."""
PLACES = st.lists(st.integers(0, 1 << 16), max_size=3)


def asked(body: bytes, trace: bytes = b"00-1", request_id: bytes = b"r-1") -> bytes:
    return HEAD % (trace, len(body), request_id) + body


def reads(patch: pytest.MonkeyPatch) -> list[bytes]:
    """Return the bodies, or beginnings of these, that are taken in without llhttp from now on."""
    taken: list[bytes] = []
    exchange = KnownHead.exchange

    def noted(it: KnownHead, connection: Connection, peer: str, values: list[bytes], body: bytes) -> Exchange:
        taken.append(body)
        return exchange(it, connection, peer, values, body)

    patch.setattr(KnownHead, "exchange", noted)
    return taken


LEARNT = [asked(b"one"), asked(b"three")]
"""After these the head is known."""


async def alike(pieces: list[bytes], patch: pytest.MonkeyPatch) -> list[tuple[object, ...]]:
    """Return what the handler saw, which was the same as where no head is ever known."""
    found = await served(pieces)
    with patch.context() as patched:
        patched.setattr(connections, "MAX_LEARNT", 0)
        assert await served(pieces) == found
    return found[0]


async def test_a_known_head_is_taken_in_with_its_own_length_and_body(monkeypatch: pytest.MonkeyPatch) -> None:
    """The third request is known, and the handler sees its own length and body."""
    taken = reads(monkeypatch)
    seen = (await served([*LEARNT, asked(b"a body"), asked(b"other")]))[0]
    assert taken == [b"a body", b"other"]
    assert [row[3] for row in seen] == [b"one", b"three", b"a body", b"other"]
    assert [row[2][b"content-length"] for row in seen] == [b"3", b"5", b"6", b"5"]  # type: ignore[index]
    assert {row[:2] for row in seen} == {("POST", "/x?y")}


async def test_values_that_vary_are_those_of_each_request(monkeypatch: pytest.MonkeyPatch) -> None:
    """A request with another trace is not read by llhttp, and the handler sees its own trace and id."""
    taken = reads(monkeypatch)
    more = [asked(b"%d" % number, b"00-%d" % number, b"r %d" % number) for number in range(3)]
    seen = await alike([*LEARNT, *more], monkeypatch)
    assert taken == [b"0", b"1", b"2"]
    headers: list[dict[bytes, bytes]] = [row[2] for row in seen[2:]]  # type: ignore[misc]
    assert [it[b"traceparent"] for it in headers] == [b"00-0", b"00-1", b"00-2"]
    assert [it[b"x-request-id"] for it in headers] == [b"r 0", b"r 1", b"r 2"]
    assert {it[b"authorization"] for it in headers} == {b"a"}


async def test_a_body_may_come_later_than_its_head(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wherever a request is cut behind its head, the rest of its body is waited for."""
    taken = reads(monkeypatch)
    message, behind = asked(b"a body", b"00-2"), asked(b"other", b"00-3")
    size = message.index(b"\r\n\r\n") + 4
    whole = await alike([*LEARNT, message, behind], monkeypatch)
    for at in range(size, len(message)):
        taken.clear()
        assert await alike([*LEARNT, message[:at], message[at:], behind], monkeypatch) == whole
        assert taken == [message[size:at], b"other"]
        assert await alike([*LEARNT, message[:at], message[at:] + behind], monkeypatch) == whole
        assert (
            await alike([*LEARNT, message[:at], message[at:] + behind[:9], behind[9:]], monkeypatch) == whole
        )
    pieces = [message[:size], *[message[at : at + 1] for at in range(size, len(message))]]
    assert await alike([*LEARNT, *pieces, behind], monkeypatch) == whole


async def test_a_body_that_does_not_come_is_not_waited_for_for_ever() -> None:
    """Behind a known head too there is a time for the body; what has come is answered by a refusal."""
    server = Server(never, limits=ServerLimits(body_timeout_s=5))
    server.loop = asyncio.get_running_loop()
    connection, wire = Connection(server), Wire()
    connection.connection_made(wire)
    connection._known = KnownHead.learn(LEARNT[0][:-3], exchange_of(LEARNT[0]))
    connection.data_received(asked(b"abc")[:-1])
    check_time(connection, connection._since + 4)
    assert not wire.sent
    check_time(connection, connection._since + 6)
    await asyncio.sleep(0)
    assert bytes(wire.sent).startswith(b"HTTP/1.1 408 ")
    connection.connection_lost(None)
    await asyncio.sleep(0)
    assert server.in_flight == 0


async def test_a_client_that_leaves_before_its_body_leaves_nothing() -> None:
    """What was begun behind a known head is forgotten with its connection."""
    seen = await served([*LEARNT, asked(b"abc")[:-1]])
    assert len(seen[0]) == 2


@settings(max_examples=200, derandomize=True, deadline=None)
@given(VALUES, VALUES, VALUES, PLACES)
async def test_any_value_that_varies_is_read_as_without_it(
    first: bytes, trace: bytes, request_id: bytes, places: list[int]
) -> None:
    """Whatever values a head was learnt with and comes with, wherever cut: as if llhttp had read it."""
    with pytest.MonkeyPatch.context() as patch:
        learnt = [asked(b"one", first), asked(b"three", first)]
        message = asked(b"abc", trace, request_id) + asked(b"d", request_id, trace)
        await alike([*learnt, *cuts(message, places), asked(b"last", b"00-3")], patch)
        await alike([*LEARNT, *cuts(message, places), asked(b"last", b"00-3")], patch)


@settings(max_examples=300, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(NOISE, NOISE, PLACES)
async def test_no_noise_in_a_known_head_is_read_otherwise(
    one: bytes, other: bytes, places: list[int]
) -> None:
    """Whatever stands where a value may vary, line breaks and whole heads among it, is llhttp's to judge."""
    with pytest.MonkeyPatch.context() as patch:
        await alike([*LEARNT, *cuts(asked(b"abc", one, other), places), asked(b"last")], patch)


async def test_a_head_is_known_to_other_connections(monkeypatch: pytest.MonkeyPatch) -> None:
    """What one connection has said twice, another says for the first time, and llhttp does not read it."""
    heads = SharedHeads()
    first = (await served(LEARNT, heads))[0]
    monkeypatch.setattr("podium.net.connection.Connection._parse_first", None)
    again = (await served([LEARNT[1], LEARNT[0]], heads))[0]
    assert again == first[::-1]


@pytest.mark.parametrize("name", ROWS)
async def test_what_is_refused_is_refused_on_a_new_connection(name: str) -> None:
    """A malformed message gets the same answer where other connections have said heads."""
    message, _ = ROWS[name]
    heads = SharedHeads()
    await served(LEARNT, heads)
    assert await served([message], heads) == await served([message])
    behind = asked(b"x") + message
    assert await served([behind], heads) == await served([behind])


def test_so_many_heads_are_shared() -> None:
    """Each is learnt when it comes again; the first makes room."""
    heads = SharedHeads()
    assert heads.find(asked(b"abc")) is None
    messages = [asked(b"abc").replace(b"POST /x", b"POST /%d" % number) for number in range(MAX_SHARED + 1)]
    for message in messages:
        assert heads.learn(message, exchange_of(message)) is None
        assert heads.find(message) is None
        assert heads.learn(message, exchange_of(message)) is not None
    assert heads.find(messages[0]) is None
    found = heads.find(messages[-1].replace(b"00-1", b"00-22"))
    assert found is not None
    assert found is heads.find(messages[-1])
    values, at = found.read(messages[-1]) or ([], 0)
    assert (values, messages[-1][at:], values[found.length]) == ([b"00-1", b"3", b"r-1"], b"abc", b"3")


def exchange_of(message: bytes) -> Exchange:
    """Return what is read of a request by splitting it."""
    exchange = Exchange(None, "")  # type: ignore[arg-type]  # it is not asked for
    first, *lines = message.partition(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")
    exchange.method, exchange.target, _ = first.split(" ")
    pairs = [line.split(":", 1) for line in lines]
    exchange.headers = {name.lower().encode(): value.strip(" \t").encode("latin-1") for name, value in pairs}
    return exchange


async def never(_: Exchange) -> None:
    raise AssertionError("this request is not whole")


@pytest.mark.parametrize(
    "size",
    [
        1,
        9,
        10,
        11,
        50,
        97,
        98,
        99,
        100,
        101,
        995,
        996,
        997,
        998,
        999,
        1000,
        1001,
        9_999,
        20_000,
        200_000,
        300_000,
    ],
)
async def test_bodies_of_any_length(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many digits a length has, the handler sees the body."""
    seen = await alike([*LEARNT, asked(b"x" * size)], monkeypatch)
    assert seen[2][3] == b"x" * size


@pytest.mark.parametrize("name", ROWS)
async def test_what_is_refused_is_refused_behind_a_known_head(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A malformed message gets the same answer on a connection whose head is known."""
    message, _ = ROWS[name]
    first, _, rest = message.partition(b"\r\n\r\n")
    await alike([*LEARNT, message], monkeypatch)
    await alike([*LEARNT, LEARNT[0] + message], monkeypatch)
    await alike([*LEARNT, asked(b"x") + first, b"\r\n\r\n" + rest], monkeypatch)


@pytest.mark.parametrize(
    "piece",
    [
        asked(b"abc") + asked(b"defg"),
        asked(b"abc")[:-1],
        asked(b"abc") + b"\r\n",
        b"\r\n" + asked(b"abc"),
        asked(b"abc").replace(b": 3", b": 03"),
        asked(b"abc").replace(b": 3", b": +3"),
        asked(b"abc").replace(b": 3", b":  3"),
        asked(b"abc").replace(b": 3", b": 3 "),
        asked(b"abc").replace(b": 3", b": 0"),
        asked(b"").replace(b": 0", b": "),
        asked(b"abc").replace(b"X-Last: b", b"Connection: close"),
    ],
)
async def test_what_is_not_quite_a_known_head_is_read(piece: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is cut off, has something behind it or writes its length in another way is llhttp's to read."""
    await alike([*LEARNT, piece, b"c", asked(b"last")], monkeypatch)


async def test_nothing_follows_a_request_that_closes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Behind ``connection: close`` a known head is known no more."""
    closing = asked(b"abc").replace(b"X-Last: b", b"Connection: close")
    seen = await alike([*LEARNT, closing + asked(b"d"), asked(b"e")], monkeypatch)
    assert len(seen) == 3


@settings(max_examples=120, derandomize=True, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.integers(0, 1 << 16),
            st.integers(0, 2),
            st.binary(max_size=2) | st.just(b"\r\n"),
        ),
        min_size=1,
        max_size=3,
    ),
    st.integers(0, 1 << 16),
)
async def test_any_edit_of_a_known_head_is_read_as_without_it(
    edits: list[tuple[int, int, bytes]], cut: int
) -> None:
    """Whatever is put in, taken out or cut apart, the handler and the client see the same."""
    message = asked(b"abcdef")
    for place, gone, put in edits:
        at = place % (len(message) + 1)
        message = message[:at] + put + message[at + gone :]
    at = cut % (2 * len(message))
    with pytest.MonkeyPatch.context() as patch:
        await alike([*LEARNT, message[:at], message[at:], asked(b"last")], patch)


def test_a_head_that_is_long_or_frames_otherwise_is_not_learnt() -> None:
    """Only a head with one length and nothing else that frames is known, and only a short one."""

    def learnt(message: bytes, most: int = MAX_KNOWN_BYTES, **more: bytes) -> KnownHead | None:
        exchange = exchange_of(message)
        exchange.headers |= {name.replace("_", "-").encode(): value for name, value in more.items()}
        heads = SharedHeads(most)
        assert heads.learn(message, exchange) is None
        return heads.learn(message, exchange)

    assert learnt(asked(b"abc")) is not None
    assert learnt(asked(b"abc"), expect=b"100-continue") is None
    assert learnt(asked(b"abc"), transfer_encoding=b"chunked") is None
    assert learnt(asked(b"abc"), x_other=b"that is not in it") is None
    assert learnt(asked(b"abc").replace(b"X-Last", b"Expect")) is None
    assert learnt(asked(b"abc").replace(b"X-Last", b"Content-Length")) is None
    assert learnt(asked(b"abc").replace(b"X-Last", b"Host")) is None
    assert learnt(asked(b"")) is None
    closing = exchange_of(asked(b"abc"))
    closing._keep_alive = False
    assert KnownHead.learn(asked(b"abc")[:-3], closing) is None
    assert learnt(asked(b"abc").replace(b"X-Last: b", b"X-Last: " + b"b" * 5000)) is None
    short = learnt(asked(b"abc"), len(asked(b"abc")) - 3)
    assert short is not None
    assert short.read(asked(b"abc")) is not None
    assert short.read(asked(b"abc", b"00-12")) is None
