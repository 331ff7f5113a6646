"""What bills show of unattributed money."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podium.kernel.bill import Bill, BillLine
from podium.kernel.call import Usage
from podium.spend.attributing import PART, Lost, covers, decide_explained, decide_rest
from podium.spend.reconciling import Explained, decide_comparison

LOST = Lost("chg_lost", 1_000, 2_000, 500)
EXPLAINED = st.builds(Explained, st.integers(0, 2_000), st.booleans())


def explained(*lines, lost=(LOST,), covers=((0, 5_000),), complete=True):
    bill = Bill(lines, covers)
    return decide_explained(bill, decide_comparison(bill, [], {}), lost, complete=complete)


def line(since_ns=1_500, until_ns=1_600, cost=300, **more):
    cost = None if cost is None else Decimal(cost)
    return BillLine(1, since_ns, until_ns, "gpt-5-mini", cost_nano_usd=cost, **more)


@pytest.mark.parametrize(
    ("lines", "amount"),
    [
        ((), 0),
        ((line(),), 300),
        ((line(cost=900),), 500),
        ((line(), line(since_ns=1_700, until_ns=1_800, cost=150)), 450),
        ((line(since_ns=0, until_ns=1_001),), 300),
        ((line(since_ns=0, until_ns=1_000),), 0),
        ((line(since_ns=2_001, until_ns=2_002),), 0),
        ((line(cost=None, usage=Usage(5, 5)),), 500),
    ],
)
def test_what_no_charge_explains(lines, amount):
    """It counts where it may be of that time, up to the charge; of unknown cost it is all of it."""
    (one,) = explained(*lines)
    assert one.explained == Explained(amount, complete=True)
    assert (one.charge_id, one.delta_nano_usd, one.settled) == ("chg_lost", 0, False)


def test_a_bill_of_a_part_is_not_the_whole():
    """A bill that is not complete, or does not cover all of the time, says something only by what it has."""
    assert explained(complete=False) == ()
    assert explained(covers=((0, 1_500), (1_501, 5_000))) == ()
    (one,) = explained(line(), complete=False)
    assert (one.line, one.explained) == (PART, Explained(300, complete=False))


def test_a_surplus_counts_for_each_that_it_may_be_of():
    """Where two workers were lost the same surplus is kept from both: doubt creates no money."""
    other = Lost("chg_other", 0, 1_550, 200)
    found = explained(line(), lost=(LOST, other))
    assert [one.explained.nano_usd for one in found] == [300, 200]


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), max_size=6), st.integers(0, 49))
def test_covers_is_every_moment(times, since):
    """Times cover a span when each of its moments is in one of them."""
    until = since + 7
    every = all(any(a <= moment < b for a, b in times) for moment in range(since, until + 1))
    assert covers(times, since, until) == every


@given(
    st.integers(0, 3_000),
    st.frozensets(st.sampled_from("abc")),
    st.dictionaries(st.sampled_from("abcd"), EXPLAINED),
)
def test_nothing_is_released_before_all_have_spoken(stands, needed, said):
    """The rest is known when each provider's complete bill is there, and never less than what they show."""
    rest = decide_rest(stands, needed, said)
    spoken = {name for name, one in said.items() if one.complete}
    assert (rest is not None) == (bool(needed) and needed <= spoken)
    if rest is not None:
        assert rest == min(stands, sum(one.nano_usd for one in said.values()))
