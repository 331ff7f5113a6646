"""Who guesses is slowed down."""

from hypothesis import given
from hypothesis import strategies as st

from podium.trust.credentials.slowing import (
    ACCOUNT_FREE,
    ACCOUNT_LONGEST_S,
    ADDRESS_FREE,
    ADDRESS_LONGEST_S,
    FORGIVEN_S,
    MOST_KEYS,
    Slowing,
)


def test_a_few_mistakes_cost_nothing() -> None:
    """The first tries are free; then each failure doubles the wait, up to a minute."""
    slowing, waits = Slowing(), []
    for number in range(ACCOUNT_FREE + 10):
        slowing.failed("ann", f"10.0.0.{number}", 0.0)
        waits.append(slowing.wait_s("ann", "other", 0.0))
    assert waits[: ACCOUNT_FREE - 1] == [0.0] * (ACCOUNT_FREE - 1)
    assert waits[ACCOUNT_FREE - 1 :][:3] == [1.0, 2.0, 4.0]
    assert waits[-1] == ACCOUNT_LONGEST_S


def test_an_address_that_tries_many_accounts() -> None:
    """Many accounts from one address wait too, and longer; another address does not."""
    slowing = Slowing()
    for number in range(ADDRESS_FREE + 20):
        slowing.failed(f"user{number}", "10.0.0.1", 0.0)
    assert slowing.wait_s("new", "10.0.0.1", 0.0) == ADDRESS_LONGEST_S
    assert slowing.wait_s("new", "10.0.0.2", 0.0) == 0.0


def test_a_success_forgives_the_account_alone() -> None:
    """Who knows one password has not bought tries at others."""
    slowing = Slowing()
    for _ in range(ADDRESS_FREE):
        slowing.failed("ann", "10.0.0.1", 0.0)
    slowing.succeeded("ann")
    assert slowing.wait_s("ann", "10.0.0.2", 0.0) == 0.0
    assert slowing.wait_s("ann", "10.0.0.1", 0.0) > 0.0


def test_time_forgives() -> None:
    """An hour after the last failure one begins anew."""
    slowing = Slowing()
    for _ in range(ACCOUNT_FREE):
        slowing.failed("ann", "a", 0.0)
    assert slowing.wait_s("ann", "b", FORGIVEN_S) == 0.0
    assert not slowing.failed("ann", "a", FORGIVEN_S)
    assert slowing.wait_s("ann", "b", FORGIVEN_S) == 0.0


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("xy"), st.floats(0, 100)), max_size=60))
def test_waits_end(tries: list[tuple[str, str, float]]) -> None:
    """Whatever was tried, nobody waits longer than the longest wait, and waiting it out lets in."""
    slowing, now_s = Slowing(), 0.0
    for account, address, pause_s in tries:
        now_s += pause_s
        slowing.failed(account, address, now_s)
        wait_s = slowing.wait_s(account, address, now_s)
        assert 0.0 <= wait_s <= ADDRESS_LONGEST_S
        assert slowing.wait_s(account, address, now_s + wait_s) < 1e-6


def test_memory_is_bounded() -> None:
    """A flood of accounts is not remembered without end."""
    slowing = Slowing()
    for number in range(MOST_KEYS + 100):
        slowing.failed(f"user{number}", f"address{number}", float(number))
    assert len(slowing._failures) == MOST_KEYS
