"""Forecasts of what a window will have cost at its end.

The method is the seasonal mean (Hyndman and Athanasopoulos, Forecasting: Principles and Practice, 3rd ed.,
5.2 and 5.5): a day that is to come is expected to cost what its weekday has cost on the mean of the last
whole weeks, 2 to 8 of them. Of the current day the part that is left is expected at its share of the day. The
interval is of 80%: Student's t, with the spread of the days about the means of their weekdays, days taken to
be independent of each other, and the doubt about the means included. It never reaches below what has been
spent. A trend is not followed.
"""

import math
from collections.abc import Sequence
from typing import Final

import msgspec

WEEK: Final = 7
FEWEST_WEEKS: Final = 2
MOST_WEEKS: Final = 8
LEVEL: Final = 0.8
_T90: Final = {2: 1.415, 3: 1.345, 4: 1.323, 5: 1.313, 6: 1.306, 7: 1.302, 8: 1.299}
"""Quantile 0.9 of Student's t by weeks of history: 7 (weeks - 1) degrees of freedom."""


class Forecast(msgspec.Struct, frozen=True):
    """At a window's end, in nano-USD. ``low`` to ``high`` is the interval of ``level``."""

    expected_nano_usd: int
    low_nano_usd: int
    high_nano_usd: int
    level: float
    weeks: int
    """Whole weeks of history that it rests on."""


def decide_forecast(
    spent_nano_usd: int, history: Sequence[int], *, rest_of_today: float, days_after: int
) -> Forecast | None:
    """Return what a window will have cost, or None where fewer than two whole weeks are known.

    ``history``: the cost in nano-USD of each whole day before today, the last one yesterday.
    ``rest_of_today``: the share of today that is left and in the window, 0 to 1. ``days_after``: whole days
    of the window behind today. ``spent_nano_usd`` is what the window has cost so far, today included.
    """
    weeks = min(len(history) // WEEK, MOST_WEEKS)
    if weeks < FEWEST_WEEKS:
        return None
    days = history[-weeks * WEEK :]
    # The place of a day in its week: 0 is today's weekday, as seven days ago was.
    means = [sum(days[place::WEEK]) / weeks for place in range(WEEK)]
    spread = sum((day - means[place % WEEK]) ** 2 for place, day in enumerate(days)) / (WEEK * (weeks - 1))
    weights = [0.0] * WEEK
    weights[0] += rest_of_today
    for day in range(1, days_after + 1):
        weights[day % WEEK] += 1
    to_come = sum(weight * mean for weight, mean in zip(weights, means, strict=True))
    # A day's own spread, and that of its weekday's mean, which all days of that weekday share.
    days_to_come = rest_of_today + days_after
    variance = spread * (days_to_come + sum(weight * weight for weight in weights) / weeks)
    reach = _T90[weeks] * math.sqrt(variance)
    return Forecast(
        spent_nano_usd + round(to_come),
        spent_nano_usd + max(0, round(to_come - reach)),
        spent_nano_usd + round(to_come + reach),
        LEVEL,
        weeks,
    )
