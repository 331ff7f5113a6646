from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from podium.wire import sse


def framed(*pieces: bytes) -> bytes:
    framer = sse.Framer()
    return b"".join(framer.feed(piece) for piece in pieces)


def test_whole_events_pass_as_they_are():
    """Bytes that end with an event come out at once and unchanged."""
    assert framed(b"data: 1\n\ndata: 2\n\n") == b"data: 1\n\ndata: 2\n\n"


def test_a_begun_event_waits():
    """The beginning of an event waits for its empty line."""
    framer = sse.Framer()
    assert framer.feed(b"data: 1\n\ndata: 2") == b"data: 1\n\n"
    assert framer.rest == b"data: 2"
    assert framer.feed(b"\n") == b""
    assert framer.feed(b"\n: x") == b"data: 2\n\n"


def test_line_ends_become_lf():
    """CRLF and CR end lines as LF does, also when a CRLF comes in two pieces."""
    assert framed(b"data: 1\r\n\r\n") == b"data: 1\n\n"
    assert framed(b"data: 1\r", b"\n\r", b"\ndata: 2\n\n") == b"data: 1\n\ndata: 2\n\n"
    assert framed(b"data: 1\r\r", b"data: 2\n\n") == b"data: 1\n\ndata: 2\n\n"


def test_a_leading_byte_order_mark_is_dropped():
    """One byte order mark at the stream's start is dropped, in whatever pieces it comes."""
    assert framed(b"\xef\xbb\xbfdata: 1\n\n") == b"data: 1\n\n"
    assert framed(b"\xef", b"\xbb", b"\xbfdata: 1\n\n") == b"data: 1\n\n"
    assert framed(b"data: \xef\xbb\xbf\n\n") == b"data: \xef\xbb\xbf\n\n"


@given(
    st.lists(
        st.sampled_from([b"data: a", b"\n", b"\r\n", b"\r", b"\n\n", b": c", b"\xef\xbb\xbf"]), max_size=12
    ),
    st.lists(st.integers(0, 60), max_size=8),
)
def test_pieces_do_not_matter(parts, cuts):
    """Whatever the pieces, the same events come out and the same rest stays."""
    stream = b"".join(parts) + b"\n"
    edges = sorted({0, len(stream), *(min(cut, len(stream)) for cut in cuts)})
    whole, pieces = sse.Framer(), sse.Framer()
    expected = whole.feed(stream)
    got = b"".join(pieces.feed(stream[a:b]) for a, b in pairwise(edges))
    assert got == expected
    assert pieces.rest == whole.rest


def test_parse():
    """Data lines are joined by LF, one space behind a colon is no value, comments are nothing."""
    assert sse.parse(b"data: {}\n\n") == (b"", b"{}")
    assert sse.parse(b"data:{}\n\n") == (b"", b"{}")
    assert sse.parse(b"data:  x\n\n") == (b"", b" x")
    assert sse.parse(b"event: error\ndata: a\ndata: b\n\n") == (b"error", b"a\nb")
    assert sse.parse(b": keep-alive\n\n") == (b"", None)
    assert sse.parse(b"\ndata: x\nid: 7\nretry\n\n") == (b"", b"x")
    assert sse.parse(b"data\n\n") == (b"", b"")


def test_encode():
    """Events and comments end in an empty line."""
    assert sse.parse(sse.encode_event(b"{}")) == (b"", b"{}")
    assert sse.encode_comment("x") == b": x\n\n"
