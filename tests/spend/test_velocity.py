"""Velocity against a baseline."""

import random
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podium.spend.velocity import HOUR_S, Meter, Rule, Signal, decide_allowed, decide_signal

SPEC = spec_from_file_location("breakers", Path(__file__).parents[2] / "bench" / "breakers.py")
BENCH = module_from_spec(SPEC)
SPEC.loader.exec_module(BENCH)

FREE = Rule(floor_nano_usd_per_hour=0)
ORDER = [Signal.CALM, Signal.RISING, Signal.RAMP, Signal.DEVIATES]
SPENDS = st.lists(st.tuples(st.integers(0, 700), st.integers(0, 10**9)), max_size=80)


def metered(rule: Rule, spends: list[tuple[int, int]], until: int) -> Meter:
    meter = Meter(rule, -1)
    for second, nano_usd in sorted(spends):
        meter.add(second, nano_usd)
    meter.advance(until)
    return meter


@given(SPENDS, st.integers(0, 10**10))
def test_windows_hold_what_was_spent_in_them(spends: list[tuple[int, int]], baseline: int) -> None:
    """A window of any length up to what is kept holds exactly the spend of its seconds."""
    meter = metered(FREE, spends, 700)
    for window in (1, 60, 180, 360):
        assert meter.spent(window) == sum(nano for second, nano in spends if 700 - window < second <= 700)
    assert meter.spent(180, 180) == sum(nano for second, nano in spends if 340 < second <= 520)


@given(SPENDS, st.integers(0, 10**9))
def test_nothing_is_said_below_the_floor(spends: list[tuple[int, int]], baseline: int) -> None:
    """A key that spends no faster than the floor is calm, whatever its baseline."""
    meter = metered(FREE, spends, 700)
    long = meter.spent(180)
    floor = -(-long * HOUR_S // 180)
    rule = Rule(floor_nano_usd_per_hour=floor)
    assert decide_signal(meter, rule, decide_allowed(rule, baseline)) is Signal.CALM


@given(SPENDS, st.integers(1, 10**10), st.integers(1, 20))
def test_more_spend_is_never_less_grave(spends: list[tuple[int, int]], baseline: int, times: int) -> None:
    """The same calls at a multiple of their cost give the same signal or a graver one; so does a lower
    baseline."""
    allowed = decide_allowed(FREE, baseline)
    found = ORDER.index(decide_signal(metered(FREE, spends, 700), FREE, allowed))
    dearer = [(second, nano_usd * times) for second, nano_usd in spends]
    assert ORDER.index(decide_signal(metered(FREE, dearer, 700), FREE, allowed)) >= found
    lower = decide_allowed(FREE, baseline // times)
    assert ORDER.index(decide_signal(metered(FREE, spends, 700), FREE, lower)) >= found


@given(SPENDS)
def test_it_calms_down(spends: list[tuple[int, int]]) -> None:
    """Whatever was spent, a key that has spent nothing for the short window is calm."""
    meter = metered(FREE, spends, 700 + FREE.short_s)
    assert decide_signal(meter, FREE, decide_allowed(FREE, 1)) is Signal.CALM


@pytest.mark.parametrize("gap_s", [0.7, 1.0, 2.0, 3.3, 10.0, 31.7, 60.0])
def test_even_calls(gap_s: float) -> None:
    """Evenly spaced calls of one cost are paused at 4.1 times the baseline, and not at 3.9 times."""
    assert BENCH.steady(FREE, gap_s, 3.9) is None
    assert BENCH.steady(FREE, gap_s, 4.1) is not None


def test_a_few_dear_calls_are_no_velocity() -> None:
    """A key that makes its usual call once an hour is not paused for it."""
    spends = [(hour * HOUR_S + 5, BENCH.CALL_NANO_USD * 100) for hour in range(3)]
    meter, allowed = Meter(FREE, -1), decide_allowed(FREE, BENCH.CALL_NANO_USD * 100)
    for second, nano_usd in spends:
        meter.add(second, nano_usd)
        assert decide_signal(meter, FREE, allowed) is Signal.CALM


def test_what_was_forgotten_does_not_pause_again() -> None:
    """After a pause the windows begin anew; a clock that stands still or steps back changes nothing."""
    meter, allowed = Meter(FREE, 0), decide_allowed(FREE, BENCH.CALL_NANO_USD)
    for second in range(200):
        meter.add(second, BENCH.CALL_NANO_USD)
    assert decide_signal(meter, FREE, allowed) is Signal.DEVIATES
    meter.advance(10)
    assert (meter.second, decide_signal(meter, FREE, allowed)) == (199, Signal.DEVIATES)
    meter.forget()
    assert (meter.spent(180), decide_signal(meter, FREE, allowed)) == (0, Signal.CALM)


def test_a_person_is_shown_the_velocity() -> None:
    """A cent a second is 36 USD an hour over any window."""
    meter = Meter(FREE, 0)
    for second in range(400):
        meter.add(second, BENCH.CALL_NANO_USD)
    assert meter.per_hour(60) == pytest.approx(36 * 10**9, rel=0.02)
    assert meter.per_hour(180) == pytest.approx(36 * 10**9, rel=0.01)


TRACES = {"azure": BENCH.read_azure(BENCH.AZURE), "mooncake": BENCH.read_mooncake(BENCH.MOONCAKE)}


@pytest.mark.parametrize("by_tokens", [False, True], ids=["equal", "tokens"])
@pytest.mark.parametrize("agents", [1, 3, 10, 20])
@pytest.mark.parametrize("name", TRACES)
def test_recorded_traffic(name: str, agents: int, by_tokens: bool) -> None:
    """On recorded traffic, split over agents: jumps to ten times the baseline are paused within 90 s and
    before 0.3 hours of it are lost, ramps within 90 s of crossing, and clean replays never."""
    trace, row = TRACES[name], BENCH.Row()
    dice = random.Random(f"{name} {agents} {by_tokens}")
    for spends in BENCH.split(trace, agents, by_tokens, dice)[:4]:
        BENCH.judge(Rule(), spends, trace[-1].at_s, dice, row)
    assert row.false == 0
    assert row.jumps.within(90) == 1.0
    assert max(row.jumps.lost_h) < 0.3
    assert row.ramps.within(90) == 1.0


def test_the_traffic_is_bursty() -> None:
    """The recorded traffic alone passes four times its mean over 30 s: that window alone would pause it."""
    trace = TRACES["azure"]
    spends = BENCH.split(trace, 1, False, random.Random(1))[0]
    baseline = round(sum(spend.nano_usd for spend in spends) * HOUR_S / trace[-1].at_s)
    assert BENCH.replay(Rule(short_s=30, long_s=30), spends, baseline, trace[-1].at_s)
    assert not BENCH.replay(Rule(), spends, baseline, trace[-1].at_s)
