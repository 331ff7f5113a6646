"""Forecasts of a window's end."""

import random

from hypothesis import given
from hypothesis import strategies as st

from podium.insight.forecast import decide_forecast


def test_a_week_that_repeats_itself() -> None:
    """What has been the same every week is expected to be so again, without doubt."""
    week = [100, 100, 100, 100, 100, 10, 10]
    found = decide_forecast(50, week * 4, rest_of_today=0.5, days_after=6)
    assert found is not None
    assert found.expected_nano_usd == found.low_nano_usd == found.high_nano_usd == 50 + 50 + 400 + 20
    assert (found.weeks, found.level) == (4, 0.8)


def test_the_weekday_counts() -> None:
    """Today has the weekday of seven days ago, tomorrow that of six days ago."""
    history = [7, 1, 2, 3, 4, 5, 6] * 2
    assert decide_forecast(0, history, rest_of_today=1, days_after=0).expected_nano_usd == 7
    assert decide_forecast(0, history, rest_of_today=0, days_after=1).expected_nano_usd == 1
    assert decide_forecast(0, history, rest_of_today=0, days_after=8).expected_nano_usd == 28 + 1


def test_too_little_history() -> None:
    """Less than two whole weeks give no forecast; of a long history the last eight weeks count."""
    assert decide_forecast(5, [100] * 13, rest_of_today=0.5, days_after=3) is None
    assert decide_forecast(5, [], rest_of_today=0.5, days_after=3) is None
    found = decide_forecast(0, [10**9] * 70 + [10] * 56, rest_of_today=0, days_after=1)
    assert (found.expected_nano_usd, found.weeks) == (10, 8)


def test_worked_by_hand() -> None:
    """Two weeks of days at 100 that were 110 and 90 in turn: spread 200 (14 residuals of 10, 7 degrees of
    freedom), one day to come: variance 200 (1 + 1/2), reach 1.415 * sqrt(300) = 24.5."""
    found = decide_forecast(0, [110] * 7 + [90] * 7, rest_of_today=0, days_after=1)
    assert (found.low_nano_usd, found.expected_nano_usd, found.high_nano_usd) == (75, 100, 125)


def test_the_interval_covers_what_it_says() -> None:
    """Of windows of independent days about 80% end in the interval, whatever the weeks and days."""
    dice = random.Random(11)
    for weeks, days_after in ((2, 3), (4, 20), (8, 60)):
        inside, rounds = 0, 1500
        means = [1_000 * (1 + place) for place in range(7)]

        def day(place: int, means: list[int] = means) -> int:
            return round(dice.gauss(means[place % 7], 300))

        for _ in range(rounds):
            history = [day(place) for place in range(weeks * 7)]
            found = decide_forecast(0, history, rest_of_today=0, days_after=days_after)
            came = sum(day(place) for place in range(1, days_after + 1))
            inside += found.low_nano_usd <= came <= found.high_nano_usd
        assert 0.77 < inside / rounds < 0.83, (weeks, days_after)


@given(
    spent=st.integers(0, 10**15),
    history=st.lists(st.integers(0, 10**15), max_size=70),
    rest=st.floats(0, 1),
    days=st.integers(0, 92),
)
def test_never_below_what_is_spent(spent: int, history: list[int], rest: float, days: int) -> None:
    """The interval holds what is expected and never reaches below what has been spent."""
    found = decide_forecast(spent, history, rest_of_today=rest, days_after=days)
    if found is not None:
        assert spent <= found.low_nano_usd <= found.expected_nano_usd <= found.high_nano_usd
