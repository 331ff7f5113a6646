"""What corrections mean for limits."""

from hypothesis import given
from hypothesis import strategies as st

from podium.kernel.call import Usage
from podium.spend.crediting import charged_at_first, decide_kept, decide_standing

UNITS = st.sampled_from(["usd", "tokens", "reasoning_tokens"])
AMOUNTS = st.integers(0, 10**12)
USAGES = st.none() | st.builds(
    lambda i, o, r: Usage(i, o, reasoning_tokens=min(o, r)), *(st.integers(0, 10**6) for _ in range(3))
)
STEPS = st.lists(st.tuples(AMOUNTS, USAGES, st.booleans()), max_size=5)


@given(UNITS, AMOUNTS, AMOUNTS, USAGES, st.booleans(), STEPS)
def test_any_number_of_steps_comes_to_the_last(unit, drawn, cost, usage, estimated, steps):
    """No window is credited more than it was charged, and money stands at what the last correction says."""
    stands = charged_at_first(
        unit, drawn, cost_nano_usd=cost, usage=usage, estimated=estimated, crashed=False
    )
    for to, told, settled in steps:
        before = stands
        stands = decide_standing(unit, before, cost_nano_usd=to, usage=told, settled=settled)
        assert stands >= 0
        if unit == "usd":
            assert stands == to
        elif told is None and not (settled and to == 0):
            assert stands == before
        again = decide_standing(unit, stands, cost_nano_usd=to, usage=told, settled=settled)
        assert again == stands


def test_tokens_by_the_bill():
    """Tokens of a charge that had none are what the bill counted; what cost nothing has used none."""
    first = charged_at_first("tokens", 900, cost_nano_usd=5, usage=None, estimated=True, crashed=False)
    assert first == 900
    of = {"cost_nano_usd": 3, "usage": Usage(9, 5, reasoning_tokens=2), "settled": True}
    assert decide_standing("tokens", first, **of) == 14
    assert decide_standing("reasoning_tokens", first, **of) == 2
    assert decide_standing("tokens", first, cost_nano_usd=0, usage=None, settled=True) == 0


def test_what_a_crash_left_is_what_was_taken():
    """A charge that the keeper settled for a dead worker took what its row says that it drew."""
    of = {"cost_nano_usd": 400, "usage": None, "estimated": True, "crashed": True}
    assert charged_at_first("usd", 100, **of) == 100


@given(UNITS, AMOUNTS, AMOUNTS)
def test_what_is_explained_is_kept(unit, left, explained):
    """No limit gives back what bills explain; where they explain nothing all comes back."""
    kept = decide_kept(unit, left, explained)
    assert min(left, explained if unit == "usd" else left * bool(explained)) <= kept <= left
    assert decide_kept(unit, left, 0) == 0
