"""Events of one shape are known by it, and nothing else is taken for them."""

from typing import Final

from hypothesis import example, given
from hypothesis import strategies as st

from podium.wire.passing import marks
from podium.wire.shape import Shape, shape_of

_MARKS: Final = marks(rb'"usage"(?!: ?null)', rb"event: ?error")
_EVENTS: Final = (
    b'data: {"delta":{"content":"la"},"usage":null}\n\n',
    b'event: delta\ndata: {"delta":{"content":"la"}}\n\n',
)
_PIECES: Final = (
    b'"',
    b"\n",
    b"\r",
    b"\\",
    b"\n\n",
    b"la",
    b"",
    b"}",
    b'"},"usage":null}\n\n',
    b'{"content":"',
)


def _shape(event: bytes) -> Shape:
    shape = shape_of(event, b'"content":"', _MARKS)
    assert shape is not None
    return shape


@given(st.sampled_from(_EVENTS), st.lists(st.text("abc äß{}[]:,\\", max_size=12), min_size=1, max_size=6))
def test_texts(event: bytes, texts: list[str]) -> None:
    """Events that differ in their texts fit, however many."""
    shape = _shape(event)
    assert shape.fits(b"".join(shape.head + text.encode() + shape.tail for text in texts))


@given(st.sampled_from(_EVENTS), st.lists(st.lists(st.sampled_from(_PIECES), max_size=5), max_size=4))
@example(_EVENTS[0], [[b"a"], [b'"', b"\n\n"], [b"b"]])
def test_nothing_else(event: bytes, parts: list[list[bytes]]) -> None:
    """What fits is head, text and tail again and again, and no text has a quote or a line break."""
    shape = _shape(event)
    events = shape.head + (shape.tail + shape.head).join(b"".join(it) for it in parts) + shape.tail
    rest, texts = events, list[bytes]()
    while rest.startswith(shape.head) and (end := rest.find(shape.tail, len(shape.head))) >= 0:
        texts.append(rest[len(shape.head) : end])
        rest = rest[end + len(shape.tail) :]
    clean = not rest and not any(set(text) & set(b'"\n\r') for text in texts)
    assert shape.fits(events) == clean


def test_another_event_between() -> None:
    """An event of another kind between two that fit is not taken for their text."""
    first = _EVENTS[0]
    shape = _shape(first)
    assert not shape.fits(first + b'data: {"delta":{"content":"x"},"usage":{"total_tokens":9}}\n\n' + first)
    assert not shape.fits(first + b"data: [DONE]\n\n" + first)
    assert not shape.fits(first + b"\n" + first)


def test_marked_events_have_no_shape() -> None:
    """An event with a mark, or without a text, makes no shape."""
    assert shape_of(b'data: {"delta":{"content":"x"},"usage":{"a":1}}\n\n', b'"content":"', _MARKS) is None
    assert shape_of(b'data: {"usage":null}\n\n', b'"content":"', _MARKS) is None
    assert shape_of(b'event: error\ndata: {"content":"x"}\n\n', b'"content":"', _MARKS) is None
