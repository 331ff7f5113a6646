"""Tests of `gateway.told`: what is made ready for heads that are alike says what reading each does."""

from hypothesis import given, settings
from hypothesis import strategies as st

from podium.gateway.told import Teller, read_told

NAMES = st.sampled_from(
    [
        b"x-request-id",
        b"request-id",
        b"date",
        b"x-ratelimit-remaining-requests",
        b"x-ratelimit-reset-requests",
        b"anthropic-ratelimit-tokens-remaining",
        b"x-ratelimit-50%-left",
        b"cf-ray",
    ]
)
PRINTABLE = st.text("09 a%-~", min_size=1, max_size=5).map(str.strip).filter(bool).map(str.encode)
VALUES = PRINTABLE | st.sampled_from([b"", b"\xff", b"a\tb"])
HEADS = st.lists(st.tuples(NAMES, VALUES, st.none() | PRINTABLE), max_size=7)
"""Of each header its value in one head, and the one in the other where it varies."""


@settings(max_examples=500, derandomize=True, deadline=None)
@given(HEADS)
def test_a_teller_says_what_reading_says(head: list[tuple[bytes, bytes, bytes | None]]) -> None:
    """Of the head that it was made from, and of one with other values."""
    pairs = [(name, value) for name, value, _ in head]
    places = [place for place, (_, value, other) in enumerate(head) if other is not None and value.isascii()]
    places = [place for place in places if pairs[place][1].decode().isprintable() and pairs[place][1]]
    teller = Teller(pairs, places)
    assert teller.told([pairs[place][1] for place in places]) == read_told(pairs)
    changed = pairs.copy()
    for place in places:
        changed[place] = (pairs[place][0], head[place][2] or b"")
    assert teller.told([changed[place][1] for place in places]) == read_told(changed)


def test_a_limit_of_which_nothing_is_left_is_seen() -> None:
    """Only then what is left is read."""
    pairs = [(b"x-ratelimit-remaining-requests", b"7"), (b"x-ratelimit-reset-requests", b"1s")]
    assert not read_told(pairs).limited
    teller = Teller(pairs, [0])
    assert not teller.told([b"12"]).limited
    assert teller.told([b"0"]).limited
    assert read_told([(b"x-ratelimit-remaining-requests", b"0")]).limited
