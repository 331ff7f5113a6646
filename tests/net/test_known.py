"""Tests of `net.known`: what a connection says again is taken in as if llhttp had read it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from podium.net import connection as connections
from podium.net.exchange import Exchange
from podium.net.known import MAX_SHARED, KnownHead, SharedHeads
from tests.net.test_split import served
from tests.net.test_strict import ROWS

HEAD = b"POST /x?y HTTP/1.1\r\nHost: x\r\nAuthorization: a\r\nContent-Length: %d\r\nX-Last: b\r\n\r\n"


def asked(body: bytes) -> bytes:
    return HEAD % len(body) + body


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
    taken: list[bytes] = []
    find_body = KnownHead.find_body

    def noted(known: KnownHead, data: bytes) -> bytes | None:
        found = find_body(known, data)
        if found is not None:
            taken.append(found)
        return found

    monkeypatch.setattr(KnownHead, "find_body", noted)
    seen = (await served([*LEARNT, asked(b"a body"), asked(b"other")]))[0]
    assert taken == [b"a body", b"other"]
    assert [row[3] for row in seen] == [b"one", b"three", b"a body", b"other"]
    assert [row[2][b"content-length"] for row in seen] == [b"3", b"5", b"6", b"5"]  # type: ignore[index]
    assert {row[:2] for row in seen} == {("POST", "/x?y")}


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
    """The first makes room; what is like a head in its length alone is not found."""
    heads = SharedHeads()
    assert heads.find(asked(b"abc")) is None
    exchange = Exchange(None, "")  # type: ignore[arg-type]  # it is not asked for
    for number in range(MAX_SHARED + 1):
        heads.keep(KnownHead(exchange, b"POST /%d HTTP/1.1\r\ncontent-length: " % number, b"\r\n\r\n"))
    assert heads.find(b"POST /0 HTTP/1.1\r\ncontent-length: 3\r\n\r\nabc") is None
    last = b"POST /%d HTTP/1.1\r\ncontent-length: 3\r\n\r\nabc" % MAX_SHARED
    found = heads.find(last)
    assert found is not None
    assert found.find_body(last) == b"abc"
    assert found.find_body(last + b"d") is None


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

    def learnt(data: bytes, *, body_bytes: int, **headers: bytes) -> KnownHead | None:
        exchange = Exchange(None, "")  # type: ignore[arg-type]  # it is not asked for
        exchange.method, exchange.target = "POST", "/x?y"
        exchange.headers = {name.replace("_", "-").encode(): value for name, value in headers.items()}
        exchange._body_bytes = body_bytes
        return KnownHead.learn(data, exchange)

    assert learnt(asked(b"abc"), body_bytes=3, content_length=b"3") is not None
    assert learnt(asked(b"abc"), body_bytes=3, content_length=b"3", expect=b"100-continue") is None
    assert learnt(asked(b"abc"), body_bytes=3, transfer_encoding=b"chunked") is None
    assert learnt(asked(b"abc"), body_bytes=2, content_length=b"3") is None
    assert learnt(b"\r\n" + asked(b"abc"), body_bytes=3, content_length=b"3") is None
    assert learnt(asked(b""), body_bytes=0, content_length=b"0") is None
    long = asked(b"abc").replace(b"X-Last: b", b"X-Last: " + b"b" * 5000)
    assert learnt(long, body_bytes=3, content_length=b"3") is None
