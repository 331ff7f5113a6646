"""How long somebody can have looked."""

from hypothesis import given
from hypothesis import strategies as st

from podium.trust.stamping import Answered, looks_s, rank, warning

S = 10**9


def test_a_look_is_at_most_the_time_since_the_answer_before() -> None:
    """An old case was looked at no longer than since the last answer; answers at once count as one."""
    given_ = [Answered(0, 100 * S, approved=True), Answered(0, 104 * S, approved=True)]
    at_once = [Answered(0, 200 * S, approved=True)] * 5
    assert looks_s([*given_, *at_once]) == [100, 4, 96]


def test_who_looks_is_not_warned() -> None:
    """Approving everything is no fault of who takes the time for it; nor is being quick in 20 cases."""
    slow = [Answered(0, number * 60 * S, approved=True) for number in range(1, 30)]
    quick = [Answered(0, number * S, approved=True) for number in range(1, 22)]
    assert warning(slow) is None
    assert warning(quick[:20]) is None
    assert warning(quick) is not None


@given(st.lists(st.integers(0, 1000), min_size=1), st.floats(0.01, 1.0))
def test_a_rank_covers_its_share(values: list[int], share: float) -> None:
    """So great a share of the values is not above it, and it is one of them."""
    found = rank(values, share)
    assert found in values
    assert sum(value <= found for value in values) >= share * len(values)
