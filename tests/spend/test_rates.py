"""Limits of rate: the window, and the shares of workers."""

from hypothesis import given
from hypothesis import strategies as st

from podium.spend.rates import Part, RateLimits, SlidingWindow, decide_share

steps = st.lists(st.tuples(st.integers(0, 70_000), st.integers(1, 6)), max_size=60)


@given(limit=st.integers(1, 20), steps=steps)
def test_no_minute_holds_more_than_the_limit(limit: int, steps: list[tuple[int, int]]) -> None:
    """Whatever comes when, what was let through in any 60 seconds is within the limit."""
    window, now_ms, let_through = SlidingWindow(), 0, []
    for wait_ms, amount in steps:
        now_ms += wait_ms
        window.advance(now_ms // 1000)
        if window.used + amount <= limit:
            window.take(amount)
            let_through.append((now_ms, amount))
    for start_ms, _ in let_through:
        inside = [amount for at_ms, amount in let_through if start_ms <= at_ms < start_ms + 60_000]
        assert sum(inside) <= limit


@given(limit=st.integers(1, 20), steps=steps, amount=st.integers(1, 25))
def test_the_wait_that_is_told_is_right(limit: int, steps: list[tuple[int, int]], amount: int) -> None:
    """After the seconds that `fits_in_s` tells it fits, and a second sooner it does not."""
    window, second = SlidingWindow(), 0
    for wait_ms, one in steps:
        second += wait_ms // 1000
        window.advance(second)
        if window.used + one <= limit:
            window.take(one)
    wait_s = window.fits_in_s(amount, limit)
    assert (wait_s is None) == (amount > limit)
    if not wait_s:
        return
    window.advance(second + wait_s - 1)
    assert window.used + amount > limit
    window.advance(second + wait_s)
    assert window.used + amount <= limit


@given(
    steps=st.lists(st.tuples(st.integers(0, 40), st.integers(0, 9), st.integers(0, 9)), max_size=30),
    wait_s=st.integers(0, 70),
)
def test_a_correction_counts_where_it_was_taken(steps: list[tuple[int, int, int]], wait_s: int) -> None:
    """A window in which bounds were corrected is the window in which the truth was taken at once."""
    bounds, truth, second = SlidingWindow(), SlidingWindow(), 0
    taken = []
    for pause_s, bound, used in steps:
        second += pause_s
        bounds.advance(second)
        truth.advance(second)
        taken.append((bounds.take(bound), used - bound))
        truth.take(used)
    second += wait_s
    bounds.advance(second)
    truth.advance(second)
    for at, by in taken:
        bounds.correct(at, by)
    assert bounds.used == truth.used
    for later in range(second, second + 62):
        bounds.advance(later)
        truth.advance(later)
        assert bounds.used == truth.used
    assert bounds.used == 0


class Worker:
    """A worker by the protocol: it uses what its share allows, and reports before it hears."""

    def __init__(self) -> None:
        self.used = self.share = self.want = 0


acts = st.lists(
    st.tuples(
        st.sampled_from(["use", "end", "tell", "hear", "lower", "raise"]),
        st.integers(0, 3),
        st.integers(1, 9),
    ),
    max_size=150,
)


@given(amount=st.integers(1, 24), acts=acts)
def test_shares_never_add_up_to_more_than_the_limit(amount: int, acts: list[tuple[str, int, int]]) -> None:
    """However use, reports and answers interleave, all workers together stay within the limit."""
    workers = {str(number): Worker() for number in range(4)}
    parts: dict[str, Part] = {}
    on_the_way: dict[str, int] = {}
    for act, number, units in acts:
        name = str(number)
        it = workers[name]
        if act == "use":
            fits = it.used + units <= it.share
            it.used += units if fits else 0
            it.want = 0 if fits else units
        elif act == "end":
            it.used = max(0, it.used - units)
        elif act == "tell" and name not in on_the_way:
            given_before = parts[name].given if name in parts else 0
            parts[name] = Part(used=it.used, want=it.want, held=it.share, given=given_before)
            on_the_way[name] = parts[name].given = decide_share(amount, name, parts)
        elif act == "hear" and name in on_the_way:
            it.share = on_the_way.pop(name)
        assert sum(it.used for it in workers.values()) <= amount


def rounds(amount: int, parts: dict[str, Part], times: int) -> list[list[str]]:
    """Let all tell and hear some times; return who held something after each answer."""
    holders = []
    for turn in range(times):
        for name, part in parts.items():
            part.held = part.given
            part.given = decide_share(amount, name, parts)
            part.turn = turn + 1 if part.given else part.turn
            holders.append([other for other, its in parts.items() if its.given])
    return holders


@given(amount=st.integers(1, 50), wants=st.lists(st.integers(0, 20), min_size=1, max_size=5))
def test_shares_settle_on_what_is_needed(amount: int, wants: list[int]) -> None:
    """When all have told and heard a few times, nobody lacks what another does not need."""
    parts = {str(number): Part(want=want) for number, want in enumerate(wants)}
    rounds(amount, parts, 6)
    given_out = [part.given for part in parts.values()]
    if sum(wants) <= amount:
        assert sum(given_out) <= amount
        assert all(share >= want for share, want in zip(given_out, wants, strict=True))
    else:
        assert all(
            share >= min(want, amount // len(wants)) - 1 for share, want in zip(given_out, wants, strict=True)
        )


def test_a_limit_of_one_goes_round() -> None:
    """Two workers that both want the only unit get it by turns, never both at once."""
    holders = rounds(1, {"a": Part(want=1), "b": Part(want=1)}, 12)
    assert all(len(now) <= 1 for now in holders)
    first_half, second_half = holders[:12], holders[12:]
    for half in (first_half, second_half):
        assert ["a"] in half
        assert ["b"] in half


def test_only_limits_that_are_there_are_told() -> None:
    """A limit that is None is none."""
    assert RateLimits(requests_per_minute=3, concurrency=2).amounts() == (("requests", 3), ("concurrency", 2))
