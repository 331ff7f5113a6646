"""What filled a window: the provider's count, shared out."""

from fractions import Fraction
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from podium.evidence.windows import TOKENS, Window, shares, window_attributes
from podium.kernel.window import KINDS

WEIGHTS = st.lists(st.integers(0, 10**7), min_size=len(KINDS), max_size=len(KINDS))
TOKEN_COUNTS = st.integers(0, 10**7)


@given(WEIGHTS, TOKEN_COUNTS)
def test_shares_add_up_exactly(weights, total):
    """Shares are whole, add up to the total, and each is less than one token off its exact part."""
    found = shares(weights, total)
    assert sum(found) == total
    assert min(found) >= 0
    if sum(weights):
        exact = [Fraction(weight * total, sum(weights)) for weight in weights]
        assert all(abs(share - part) < 1 for share, part in zip(found, exact, strict=True))
        assert all(share == 0 for share, weight in zip(found, weights, strict=True) if not weight)


@given(WEIGHTS, TOKEN_COUNTS)
def test_more_weight_is_never_a_smaller_share(weights, total):
    """Of two kinds the heavier one does not get less."""
    found = sorted(zip(weights, shares(weights, total), strict=True))
    if sum(weights):
        assert all(low[1] <= high[1] for low, high in pairwise(found) if low[0] < high[0])


@given(
    st.builds(
        Window,
        st.tuples(*[TOKEN_COUNTS] * len(KINDS)),
        st.none() | TOKEN_COUNTS,
        st.none() | st.integers(-(10**7), 10**7),
        st.integers(0, 99),
        st.none() | st.integers(1, 2**64 - 1).map("{:016x}".format),
        TOKEN_COUNTS,
    )
)
def test_a_window_comes_back_from_its_numbers(window):
    """Numbers are whole and not negative, and say all that a window says."""
    numbers = window.numbers()
    assert all(number >= 0 for number in numbers)
    assert Window.of(numbers) == window
    older = Window.of(numbers[:-1])
    assert older is not None
    assert (older.tokens, older.against, older.bytes) == (window.tokens, window.against, 0)


def test_a_span_says_what_is_known():
    """Attributes add up to the input tokens; unknown figures are absent; a row without a window has none."""
    window = Window((1, 2, 3, 4, 5, 6, 7), None, -4)
    row = {"filled": " ".join(map(str, window.numbers())), "cache_read_tokens": 9}
    found = window_attributes(row)
    assert sum(found[name] for name in TOKENS) == 28
    assert (found["podium.window.cached_tokens"], found["podium.window.growth_tokens"]) == (9, -4)
    assert "podium.window.dropped_tokens" not in found
    assert window_attributes({"filled": None}) == {}
    assert Window.of((1, 2)) is None
