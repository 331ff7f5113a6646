"""Tests of `gateway.told`: what is made ready for heads that are alike says what reading each does."""

import pytest
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


@pytest.mark.parametrize(
    ("name", "few", "many"),
    [
        (b"x-ratelimit-remaining-requests", b"999", b"1000"),
        (b"x-ratelimit-remaining-tokens", b"9999999", b"10000000"),
        (b"x-ratelimit-remaining", b"0", b"1000"),
        (b"anthropic-ratelimit-requests-remaining", b"12", b"4000"),
        (b"anthropic-ratelimit-input-tokens-remaining", b"450000", b"10000000"),
        (b"anthropic-ratelimit-tokens-remaining", b"9999999", b"10000000"),
        (b"ratelimit-remaining", b"7", b"70000"),
    ],
)
def test_a_limit_of_which_little_is_left_is_seen(name: bytes, few: bytes, many: bytes) -> None:
    """Only then what is left is read."""
    more = [(b"x-ratelimit-limit-requests", b"50"), (b"x-ratelimit-reset-requests", b"1s")]
    teller = Teller([(name, b"5"), *more], [0])
    for value, limited in ((few, True), (many, False)):
        assert read_told([(name, value), *more]).limited is limited
        assert teller.told([value]).limited is limited


def test_a_list_of_limits_is_read() -> None:
    """`RateLimit` names what is left within its value."""
    assert read_told([(b"x-request-id", b"1"), (b"ratelimit", b'"all";r=5;t=3')]).limited
    assert not read_told([(b"ratelimit-policy", b'"all";q=50;w=60')]).limited
