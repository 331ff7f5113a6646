"""The seasonal baseline."""

import math
import random
from collections.abc import Iterator

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from podium.insight.baseline import IDLE_SHARE, Baseline

USD = 10**9


def world(
    weeks: int, *, weekend: float, swing: float, growth: float, noise: float
) -> Iterator[tuple[int, float]]:
    """Yield hours of a key that works by day, less on weekends, and more every week."""
    dice = random.Random(4)
    for hour in range(weeks * 168):
        shape = 1 + swing * math.sin((hour % 24 - 9) / 24 * 2 * math.pi)
        week = weekend if hour // 24 % 7 >= 5 else 1
        yield hour, USD * shape * week * (1 + growth) ** (hour / 168) * math.exp(dice.gauss(0, noise))


def test_cold() -> None:
    """For a day the declared rate is the baseline; without one there is none."""
    declared, silent = Baseline(5 * USD), Baseline()
    for hour in range(23):
        assert (declared.rate(hour), silent.rate(hour)) == (5 * USD, None)
        declared.observe(hour, USD)
        silent.observe(hour, USD)
    declared.observe(23, USD)
    silent.observe(23, USD)
    assert declared.rate(24) == silent.rate(24) == USD


def test_even_spend_is_met_exactly() -> None:
    """What is always the same is forecast to a thousandth, so that 3.9 and 4.1 times can be told apart."""
    baseline = Baseline()
    for hour in range(24 * 30):
        baseline.observe(hour, USD)
    assert abs(baseline.rate(24 * 30) / USD - 1) < 0.001


def test_hours_and_days_are_learned() -> None:
    """From the third week on a key with days, weekends and 5% of growth a week stays within 2.5 times its
    baseline, and is on average within 35% of it."""
    baseline, misses = Baseline(USD), []
    for hour, spent in world(9, weekend=0.3, swing=0.6, growth=0.05, noise=0.1):
        if hour >= 2 * 168:
            misses.append(spent / baseline.rate(hour))
        baseline.observe(hour, int(spent))
    assert max(misses) < 2.5
    assert sum(abs(math.log(miss)) for miss in misses) / len(misses) < 0.35


def test_growth_is_followed() -> None:
    """A key that grows by a third every week is never at twice its baseline for that."""
    baseline = Baseline(USD)
    for hour, spent in world(8, weekend=1, swing=0, growth=0.33, noise=0):
        if hour >= 24:
            assert spent < 2 * baseline.rate(hour)
        baseline.observe(hour, int(spent))


def test_its_own_anomalies_move_it_little() -> None:
    """Three hours at fifty times the usual, every week at another time, raise the baseline by less than a
    quarter, and just after them by less than half."""
    baseline = Baseline()
    for hour in range(168 * 6):
        if hour >= 168 and hour % 150 in {30, 31, 32}:
            baseline.observe(hour, USD * 50)
            assert baseline.rate(hour + 1) < 1.5 * USD
        else:
            baseline.observe(hour, USD)
    assert max(baseline.rate(168 * 6 + ahead) for ahead in range(168)) < 1.25 * USD


def test_a_runaway_on_the_first_day() -> None:
    """What was declared bounds what the first day can teach."""
    baseline = Baseline(USD)
    for hour in range(24):
        baseline.observe(hour, USD * 1000 if hour == 7 else USD)
    assert baseline.rate(24) < 1.2 * USD


def test_idle_hours() -> None:
    """In an hour that is usually idle the baseline is a quarter of the level, and not nothing."""
    baseline = Baseline()
    for hour in range(24 * 28):
        baseline.observe(hour, USD * 24 if hour % 24 == 12 else 0)
    assert baseline.rate(24 * 28 + 3) == round(baseline.level * IDLE_SHARE)
    assert baseline.rate(24 * 28 + 12) > baseline.rate(24 * 28 + 3)


def test_between_hours() -> None:
    """Between the middles of two hours the baseline goes evenly from one to the other."""
    baseline = Baseline()
    for hour in range(24 * 14):
        baseline.observe(hour, USD * (1 + hour % 24))
    day = 24 * 14
    start, end = baseline.rate(day + 10), baseline.rate(day + 11)
    assert abs(baseline.rate(day + 10, 0.999999) - (start + end) / 2) < 10_000
    assert baseline.rate(day + 10, 0.75) < baseline.rate(day + 11, 0.25)


@given(st.lists(st.integers(0, 10**13), max_size=400), st.integers(0, 10**12))
def test_any_history(history: list[int], expected: int) -> None:
    """Whatever was spent, the baseline is finite, never negative, and reads back from its bytes equal."""
    baseline = Baseline(expected)
    for hour, nano_usd in enumerate(history):
        baseline.observe(hour, nano_usd)
    rate = baseline.rate(len(history))
    assert rate is None or 0 <= rate <= max([*history, expected]) * 100
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(baseline), type=Baseline) == baseline
