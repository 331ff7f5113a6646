"""Marks of a stream are found wherever they stand; a pattern that would hide some is refused."""

import pytest

from podium.wire.passing import marks


@pytest.mark.parametrize("pattern", [rb"one|two", rb'"a"(?:b|c)|event:', rb"[|]x|y", rb"\\\\|a", rb"|a"])
def test_alternatives_beside_each_other_are_refused(pattern: bytes) -> None:
    """The literal of the first one says nothing of the second: such a mark would be passed over."""
    with pytest.raises(ValueError, match="alternatives outside of a group"):
        marks(pattern)


@pytest.mark.parametrize(
    ("pattern", "event"),
    [
        (rb'"response\.(?:failed|incomplete)"', b'{"type":"response.incomplete"}'),
        (rb"event: ?error", b"event:error"),
        (rb'"usage"(?!: ?null)', b'{"usage":{}}'),
        (rb"a\|b", b"xa|b"),
        (rb"a[|]b", b"xa|b"),
        (rb"a[]|]b", b"xa|b"),
        (rb"ab{0,2}c", b"xac"),
        (rb"(?:one|two)", b"x two"),
    ],
)
def test_marks_are_found(pattern: bytes, event: bytes) -> None:
    """A search by the literal alone finds no fewer marks than the pattern does."""
    (find,) = marks(pattern)
    assert find(event, 0) is not None
