"""What a key usually spends in an hour: a seasonal forecast that is learned hour by hour.

A level, a factor for each hour of the day and one for each day of the week multiply to the forecast, smoothed
exponentially and taught by each hour's error in turn (the multiplicative seasonal method of Holt and Winters,
with two seasons: Taylor, "Short-term electricity demand forecasting using double seasonal exponential
smoothing", J. Oper. Res. Soc. 54, 2003; without a trend: the level follows growth by itself). An hour's
spend counts at most `CLIP` times its forecast and at least the forecast over `CLIP_DOWN` (the cleaned series
of Gelper, Fried and Croux, "Robust forecasting with exponential and Holt-Winters smoothing", J. Forecasting
29, 2010), so that a runaway hour that nobody paused moves the forecast little; hours of a pause are not shown
to it at all.

Some 40 numbers a key, whatever it has seen. Estimates: floats, not money.
"""

from typing import Final

import msgspec

DAY: Final = 24
COLD_HOURS: Final = DAY
"""Until so many hours were seen, the declared rate alone counts, if there is one."""
LEVEL_GAIN: Final = 0.006
"""Of an hour's error: a lasting change is learned by a seventh a day, a weekend does not pass for one."""
DAY_GAIN: Final = 0.1
"""Of an hour's error, for its hour of the day."""
WEEK_GAIN: Final = 0.6
"""Of a day's error, for its day of the week."""
CLIP: Final = 2.5
CLIP_DOWN: Final = 4.0
LEAST_FACTOR: Final = 0.02
IDLE_SHARE: Final = 0.25
"""The baseline is never below this share of the level: an hour that is usually idle may see some work."""
UNSEEN: Final = -1.0
HOUR_S: Final = 3600
_FROM_MONDAY: Final = 3 * DAY
"""1970 began on a Thursday."""


def hour_of(second: int) -> int:
    """Return the hour of a Unix second as baselines count them: from a Monday's midnight, in UTC."""
    return second // HOUR_S + _FROM_MONDAY


class Baseline(msgspec.Struct):
    """The forecast of one key. Hours count from a Monday's midnight, in the zone that its people live in."""

    expected_nano_usd_per_hour: int = 0
    """What its owner has declared; 0: nothing."""
    level: float = 0.0
    hours: int = 0
    """How many it has seen."""
    of_day: list[float] = msgspec.field(default_factory=lambda: [UNSEEN] * DAY)
    day: int = -1
    day_hours: int = 0
    day_spent: float = 0.0
    day_plain: float = 0.0
    """Of the day that is going on: its hours, their spend, and their forecast without the day's factor."""
    of_week: list[float] = msgspec.field(default_factory=lambda: [1.0] * 7)

    def observe(self, hour: int, nano_usd: int) -> None:
        """Learn what a whole hour has cost; leave out those in which the key was paused or limited."""
        seen = self.hours
        self.hours = seen + 1
        if seen < COLD_HOURS:
            self._first_day(hour, nano_usd)
            return
        forecast = self._forecast(hour)
        if forecast <= 0:
            # It cost nothing for its whole first day: anything is more, and a day's mean is not yet known.
            self.level, self.of_day = nano_usd / DAY, [1.0] * DAY
            return
        spent = min(max(float(nano_usd), forecast / CLIP_DOWN), forecast * CLIP)
        error = spent / forecast - 1
        self.level *= 1 + LEVEL_GAIN * error
        self._teach_hour(hour, self.of_day[hour % DAY] * (1 + error), DAY_GAIN)
        self._weigh_day(hour, spent, forecast / self.of_week[hour // DAY % 7])
        self._normalise()

    def rate(self, hour: int, share_of_hour: float = 0.5) -> int | None:
        """Return the baseline in nano-USD an hour; None: cold, and nothing was declared.

        ``share_of_hour``: 0 to 1, how much of the hour is over; between the middles of two hours the baseline
        goes from one's forecast to the other's.
        """
        if self.hours < COLD_HOURS:
            return self.expected_nano_usd_per_hour or None
        other = hour + (1 if share_of_hour >= 0.5 else -1)
        weight = abs(share_of_hour - 0.5)
        between = self._forecast(hour) * (1 - weight) + self._forecast(other) * weight
        return round(max(between, self.level * IDLE_SHARE))

    def rate_at(self, second: int) -> int | None:
        """Return `rate` at a Unix second."""
        return self.rate(hour_of(second), second % HOUR_S / HOUR_S)

    def _forecast(self, hour: int) -> float:
        return self.level * self.of_day[hour % DAY] * self.of_week[hour // DAY % 7]

    def _first_day(self, hour: int, nano_usd: int) -> None:
        """Collect a day's hours; at its end they become the level, and, half believed, the day's shape."""
        most = self.expected_nano_usd_per_hour * CLIP
        spent = min(float(nano_usd), most) if most else float(nano_usd)
        self.level += (spent - self.level) / self.hours
        self.of_day[hour % DAY] = spent
        if self.hours == COLD_HOURS:
            mean = self.level
            self.of_day = [
                1.0 if spent == UNSEEN or mean <= 0 else (1 + spent / mean) / 2 for spent in self.of_day
            ]
            self._normalise()

    def _weigh_day(self, hour: int, spent: float, plain: float) -> None:
        """Compare a day, when it is over, with what it would have cost were all days of the week alike."""
        if hour // DAY != self.day:
            self.day, self.day_hours, self.day_spent, self.day_plain = hour // DAY, 0, 0.0, 0.0
        self.day_hours += 1
        self.day_spent += spent
        self.day_plain += plain
        if self.day_hours == DAY and self.day_plain > 0:
            weekday = self.day % 7
            factor = self.of_week[weekday]
            factor += WEEK_GAIN * (self.day_spent / self.day_plain - factor)
            self.of_week[weekday] = max(factor, LEAST_FACTOR)

    def _teach_hour(self, hour: int, factor: float, gain: float) -> None:
        day = hour % DAY
        self.of_day[day] = max(self.of_day[day] + gain * (factor - self.of_day[day]), LEAST_FACTOR)

    def _normalise(self) -> None:
        """Keep the mean factor of a season at 1, so that only the level says how much."""
        for factors in (self.of_day, self.of_week):
            mean = sum(factors) / len(factors)
            if abs(mean - 1) > 1e-9:
                self.level *= mean
                for place, factor in enumerate(factors):
                    factors[place] = factor / mean
