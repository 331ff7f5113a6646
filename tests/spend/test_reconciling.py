"""A provider's bill against the ledger."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from podium.kernel.bill import Bill, BillLine
from podium.kernel.call import Usage
from podium.spend.prices import PriceSheet, Rate, Tier
from podium.spend.reconciling import Entry, cost_of_sum, decide_comparison, model_matches, shares

HOUR_NS = 3_600_000_000_000
SHEET = PriceSheet(input=Rate(Decimal(1000)), output=Rate(Decimal(2000)))
SHEETS = {(3, "small"): SHEET}


def entry(number: int = 1, cost: int = 5_000, **changes) -> Entry:
    fields = {
        "charge_id": f"chg_{number}",
        "admitted_ns": number,
        "models": ("gpt-5-mini-2025-08-07", "gpt-5-mini"),
        "request_ids": (f"req_{number}",),
        "cost_nano_usd": cost,
        "usage": Usage(3, 1),
        "estimated": False,
        "overrun": False,
        "price_key": (3, "small"),
    }
    return Entry(**{**fields, **changes})


def doubtful(number: int, cost: int, **changes) -> Entry:
    return entry(number, cost, usage=None, estimated=True, **{"request_ids": (), **changes})


def line(number: int, cost: int | None = None, *, request: int | None = None, **changes) -> BillLine:
    ids = () if request is None else (f"req_{request}",)
    at = 0 if request is None else request
    when = (0, HOUR_NS) if request is None else (at, at + 1)
    money = None if cost is None else Decimal(cost)
    return BillLine(number, *when, "gpt-5-mini", ids, cost_nano_usd=money, **changes)


def compared(lines, entries, *, covers=(), **options):
    return decide_comparison(Bill(tuple(lines), tuple(covers)), entries, SHEETS, **options)


def states(found) -> list[tuple[str, int | None]]:
    return [(one.state, one.line) for one in found.findings]


def test_a_request_that_agrees() -> None:
    """The exact amount of a request agrees, whether it is told or its tokens are priced; nothing follows."""
    found = compared([line(2, 5_000, request=1)], [entry()])
    assert (states(found), found.corrections) == ([("agreed", 2)], ())
    assert states(compared([line(2, request=1, usage=Usage(3, 1))], [entry()])) == [("agreed", 2)]


def test_an_estimate_is_settled_by_its_request() -> None:
    """A charge in doubt whose request the bill names takes the bill's amount and tokens, and is exact."""
    held = entry(1, 9_000, estimated=True, usage=None)
    (one,) = compared([line(2, 5_000, request=1, usage=Usage(3, 1))], [held]).corrections
    assert (one.was_nano_usd, one.delta_nano_usd, one.settled, one.usage) == (
        9_000,
        -4_000,
        True,
        Usage(3, 1),
    )
    (same,) = compared([line(2, 9_000, request=1)], [held]).corrections
    assert (same.delta_nano_usd, same.settled) == (0, True)


def test_an_overrun_is_confirmed() -> None:
    """An overrun that the bill names too is settled without a change."""
    (one,) = compared([line(2, 5_000, request=1)], [entry(overrun=True)]).corrections
    assert (one.delta_nano_usd, one.settled) == (0, True)


def test_an_exact_charge_differs() -> None:
    """A charge that is exact by its usage is not touched, unless that is asked for."""
    lines, entries = [line(2, 7_000, request=1)], [entry()]
    found = compared(lines, entries)
    assert (states(found), found.corrections) == ([("different", 2)], ())
    (one,) = compared(lines, entries, correct_exact=True).corrections
    assert one.delta_nano_usd == 2_000


def test_a_request_that_is_billed_twice() -> None:
    """The second line for one request is no second charge."""
    found = compared([line(2, 5_000, request=1), line(3, 5_000, request=1)], [entry()])
    assert states(found) == [("agreed", 2), ("different", 3)]


def test_a_request_that_is_not_here() -> None:
    """A line whose request no charge names is missing here, or what an attempt without an id has cost."""
    missing = compared([line(2, 5_000, request=7)], [entry(1)])
    assert states(missing) == [("missing_here", 2)]
    (one,) = compared([line(2, 5_000, request=7)], [entry(1), doubtful(2, 9_000)]).corrections
    assert (one.charge_id, one.delta_nano_usd, one.settled) == ("chg_2", -4_000, True)


def test_a_bucket_that_agrees() -> None:
    """A bucket agrees to within the rounding of its charges; its estimates are right then, each."""
    found = compared([line(1, 9_999), line(2, 4_000)], [entry(1), entry(2), doubtful(3, 4_000)])
    assert states(found) == [("agreed", 1)]
    assert [(one.charge_id, one.delta_nano_usd, one.settled) for one in found.corrections] == [
        ("chg_3", 0, True)
    ]


def test_what_a_bucket_leaves_for_one_estimate() -> None:
    """One estimate beside exact charges takes what is left, with its tokens where they are known."""
    entries = [entry(1), doubtful(2, 9_000)]
    (one,) = compared([line(1, 7_000)], entries).corrections
    assert (one.charge_id, one.delta_nano_usd, one.settled, one.usage) == ("chg_2", -7_000, True, None)
    (one,) = compared([line(1, usage=Usage(4, 1), requests=2)], entries).corrections
    assert (one.delta_nano_usd, one.usage) == (1_000 - 9_000, Usage(1, 0))


def test_what_a_bucket_leaves_for_several_estimates() -> None:
    """Several share it by what they are charged; their sum is exact and none of them is."""
    found = compared([line(1, 8_000)], [entry(1), doubtful(2, 6_000), doubtful(3, 3_000)])
    assert [(one.delta_nano_usd, one.settled) for one in found.corrections] == [
        (-4_000, False),
        (-2_000, False),
    ]
    nothing = compared([line(1, 5_000)], [entry(1), doubtful(2, 6_000), doubtful(3, 3_000)])
    assert [(one.delta_nano_usd, one.settled) for one in nothing.corrections] == [
        (-6_000, True),
        (-3_000, True),
    ]


def test_a_bucket_that_no_estimate_explains() -> None:
    """A bill below the exact charges or above all of them is for a person; nothing is corrected."""
    entries = [entry(1), doubtful(2, 9_000)]
    for cost in (4_000, 20_000):
        found = compared([line(1, cost)], entries)
        assert (states(found), found.corrections) == ([("different", 1)], ())


def test_a_charge_that_the_bill_does_not_know() -> None:
    """It is missing there; an estimate has cost nothing only if the bill is said to be complete."""
    entries, covers = [entry(1), doubtful(2, 9_000)], [(0, HOUR_NS)]
    found = compared([], entries, covers=covers)
    assert (states(found), found.corrections) == ([("missing_there", None)], ())
    assert (found.findings[0].charges, found.findings[0].ours_nano_usd) == (2, 14_000)
    (one,) = compared([], entries, covers=covers, complete=True).corrections
    assert (one.charge_id, one.delta_nano_usd, one.settled) == ("chg_2", -9_000, True)
    assert compared([], [entry(HOUR_NS + 1)], covers=covers).findings == ()


def test_prices_that_cannot_be_added_up() -> None:
    """Tokens of a bucket have no cost where a rate depends on the length of a call."""
    tiered = PriceSheet(input=Rate(Decimal(1), (Tier(200_000, Decimal(2)),)), output=Rate(Decimal(1)))
    assert cost_of_sum(tiered, Usage(10, 10), 2) is None
    assert cost_of_sum(tiered, Usage(10, 10), 1) == 20
    by_request = PriceSheet(input=Rate(Decimal(1)), output=Rate(Decimal(1)), request_nano_usd=Decimal("2.5"))
    assert cost_of_sum(by_request, Usage(10, 10), 3) == 28
    found = decide_comparison(
        Bill((line(1, usage=Usage(6, 2)),)), [entry(1), entry(2)], {(3, "small"): tiered}
    )
    assert states(found) == [("agreed", 1)]


def test_names_of_models() -> None:
    """A model is the same with and without its date, and no other."""
    assert model_matches(entry(models=("gpt-4o",)), "gpt-4o-2024-08-06")
    assert model_matches(entry(models=("claude-opus-4-20250514",)), "claude-opus-4")
    assert not model_matches(entry(models=("gpt-4o",)), "gpt-4o-mini")
    assert not model_matches(entry(models=("gpt-4o-2024-08-06",)), "gpt-4o-2024-11-20")


@given(weights=st.lists(st.integers(0, 10**12), min_size=1, max_size=20), whole=st.integers(0, 10**13))
def test_shares(weights: list[int], whole: int) -> None:
    """Shares add up to the whole, and none is above its weight where the whole is not above all of them."""
    parts = shares(weights, whole)
    assert sum(parts) == whole
    assert min(parts) >= 0
    if whole <= sum(weights):
        assert all(part <= weight for part, weight in zip(parts, weights, strict=True))


COSTS = st.integers(0, 10**9)


@given(
    exact=st.lists(COSTS, max_size=5),
    doubt=st.lists(st.tuples(COSTS, st.floats(0, 1)), max_size=5),
    by_request=st.booleans(),
)
def test_the_truth_is_found(exact, doubt, by_request) -> None:
    """Where the bill tells the truth and estimates are upper bounds, the corrected sum is the bill's."""
    entries = [entry(number, cost) for number, cost in enumerate(exact, 1)]
    truth = {one.charge_id: one.cost_nano_usd for one in entries}
    for number, (cost, share) in enumerate(doubt, len(exact) + 1):
        entries.append(doubtful(number, cost, request_ids=(f"req_{number}",) if by_request else ()))
        truth[f"chg_{number}"] = int(cost * share)
    if by_request:
        lines = [line(n, truth[f"chg_{n}"], request=n) for n in range(1, len(entries) + 1)]
    else:
        lines = [line(1, sum(truth.values()))] if entries else []
    found = compared(lines, entries)
    stands = {one.charge_id: one.cost_nano_usd for one in entries}
    for one in found.corrections:
        stands[one.charge_id] += one.delta_nano_usd
        if one.settled and by_request:
            assert abs(stands[one.charge_id] - truth[one.charge_id]) <= 1
    assert abs(sum(stands.values()) - sum(truth.values())) <= len(entries)
    assert min(stands.values(), default=0) >= 0
