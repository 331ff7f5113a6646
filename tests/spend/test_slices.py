"""Slices: what the authority decides, and the worker's book."""

from hypothesis import given
from hypothesis import strategies as st

from podium.spend.limits import Limit
from podium.spend.slices import SHARE, Purse, decide_grant, draw

LIMIT = Limit("department/acme/usd/day", "department/acme", "usd", 1000, "day")
amounts = st.integers(0, 2_000)


@given(st.lists(amounts, min_size=1, max_size=4).map(sorted), amounts, amounts, amounts, st.integers(0, 5))
def test_a_grant_stays_within_one_band(edges, position, need, want, last_band):
    """Points 1 and 2: never beyond the edge of its band, never above the last, never less than one call."""
    found = decide_grant(edges, position, need=need, want=want, last_band=last_band)
    if found is None:
        assert all(edge - position < need for edge in edges[: last_band + 1])
        return
    assert found.band <= last_band
    assert need <= found.amount
    assert position + found.amount <= edges[found.band]
    assert all(edge - position < need for edge in edges[: found.band])
    assert found.amount in (need, want) or found.amount <= (edges[found.band] - position) // SHARE


def test_near_an_edge_a_slice_is_a_single_call():
    """Point 2: where the room is less than a few calls, a worker gets what one call needs and no more."""
    assert decide_grant((1000,), 0, need=10, want=500, last_band=0).amount == 125
    near = decide_grant((1000,), 950, need=10, want=500, last_band=0)
    assert (near.amount, near.single) == (10, True)
    assert decide_grant((1000,), 991, need=10, want=500, last_band=0) is None


def test_without_a_limit_everything_is_granted():
    """The organisation always grants slices."""
    assert decide_grant(None, 10**15, need=10, want=500, last_band=0).amount == 500


def purse(free: int = 100, band: int = 0, number: int = 1, limit: Limit = LIMIT) -> Purse:
    it = Purse(limit, "today", None)
    it.hear(number, band, free, single=False)
    return it


def test_a_call_draws_on_all_limits_or_on_none():
    """Point 2: one limit without room, and nothing is taken from the others."""
    first, second = purse(100), purse(5, number=2)
    assert draw([(first, 10, 3), (second, 6, 3)]) is None
    assert draw([(first, 10, 3), (None, 1, 3)]) is None
    assert (first.slices[0].free, second.slices[0].free) == (100, 5)
    drawn = draw([(first, 10, 3), (second, 5, 3)])
    assert drawn.record() == (1, 10, 2, 5)
    assert (first.slices[0].free, second.slices[0].free) == (90, 0)


def test_a_slice_of_a_later_band_is_not_for_every_rung():
    """Point 2: a band takes effect on a worker that holds a slice of it, for each rung as the limit says."""
    it = purse(100, band=2)
    assert it.find(10, 1) is None
    assert it.find(10, 2) is it.slices[0]


def test_what_was_not_used_is_free_again():
    """A settled call frees its hold less its cost; one that was not sent, all of it, once."""
    it = purse(100)
    drawn = draw([(it, 60, 0)])
    drawn.settle(cost_nano_usd=25, usage=None, estimated=False)
    assert it.slices[0].free == 75
    drawn.let_go()
    drawn = draw([(it, 60, 0)])
    drawn.let_go()
    drawn.let_go()
    assert (it.slices[0].free, it.idle) == (75, True)


def test_an_overrun_takes_from_what_is_free():
    """Point 8: the truth is counted; below zero nothing can be drawn."""
    it = purse(100)
    drawn = draw([(it, 60, 0)])
    drawn.settle(cost_nano_usd=130, usage=None, estimated=False)
    assert it.slices[0].free == -30
    assert it.find(0, 3) is None
    assert it.give_back() == []


def test_words_of_the_authority_come_late_or_twice():
    """Point 10: what was granted is told in all, so that an old or repeated word changes nothing."""
    it = purse(100)
    it.hear(1, 0, 100, single=False)
    it.hear(1, 0, 80, single=False)
    assert it.slices[0].free == 100
    it.hear(1, 0, 150, single=True)
    assert it.slices[0].free == 150
    assert [(one.returned, one.sequence, one.free) for one in it.give_back()] == [(150, 1, 0)]
