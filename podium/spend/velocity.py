"""How fast a key (agent, task or department) spends, and whether that deviates from its baseline.

Velocity is judged on a short and a long window together, as burn rates of error budgets are (Beyer and
others, The Site Reliability Workbook, chapter 5, "Multiwindow, multi-burn-rate alerts"): the long window says
that it matters, the short one that it is still going on. A window may hold one call more than it has gaps,
which at evenly spaced calls reads up to a call too much; so a window is measured from the last call before
it, where there is one within an eighth of its length, or without one call, whichever is more.

A ramp lags in a long window by half its length. Where the long velocity has grown on that of the window
before, and still grows, it is judged where that growth has brought it by now: the slope signal. How much of
the growth is believed depends on how steadily it came. Two bursts in a row look like growth too, but pause
for breath; what runs away does not. So all of it counts only where every part of the long window is busy.

Nothing here is money that is charged: velocities decide on a pause alone.
"""

from array import array
from enum import StrEnum
from typing import Final

import msgspec

HOUR_S: Final = 3600
STRETCH: Final = 8
"""A window reaches back to a call by up to its length over this."""
LEAST_GROWTH: Final = 1.1
MOST_GROWTH: Final = 1.25
"""From a long window to the next, where spend comes in bursts: more is not extrapolated, so that a long
velocity below 89% of what is allowed does not pause."""
STEADY_GROWTH: Final = 1.7
"""The same where spend is steady; below 77% of what is allowed nothing ever pauses. A doubling every 5
minutes is 1.52 in 180 s."""
STEADY_PARTS: Final = 6
LEAST_PART: Final = 0.5
"""Of what is allowed: spend is steady where each of so many equal parts of the long window holds so much."""
LEAST_BEFORE: Final = 0.3
"""Of what is allowed: so much the long window before must have held, else it is a burst and no ramp."""
LEAST_HALVES: Final = 1.05
"""The second half of the long window to the first: what has stopped growing is no ramp."""
LEAST_SHORT: Final = 0.6
"""Of what is allowed: so much the short window must hold for a ramp."""


class Signal(StrEnum):
    """What a second's measurement says, from calm to worse."""

    CALM = "calm"
    RISING = "rising"
    RAMP = "ramp"
    DEVIATES = "deviates"


class Rule(msgspec.Struct, frozen=True):
    """When velocity deviates. The defaults were chosen by the table in docs/breakers.md."""

    short_s: int = 60
    long_s: int = 180
    over_pct: int = 300
    """Deviation that pauses: 300 is more than 4 times the baseline."""
    warn_pct: int = 200
    """Deviation that warns: 200 is more than 3 times the baseline."""
    floor_nano_usd_per_hour: int = 1_000_000_000
    """A velocity up to this neither warns nor pauses."""
    fewest_seconds: int = 8
    """Spend in fewer seconds than this of the long window is a few calls, and no velocity."""

    def reach_s(self) -> int:
        """Return how many seconds back a judgement looks at most."""
        return 2 * self.long_s


class Allowed(msgspec.Struct, frozen=True):
    """What a key may spend in each window, in nano-USD: made when its baseline changes, not every second."""

    short: int
    long: int
    warn_short: int
    warn_long: int
    ramp_short: int
    floor_long: int


def decide_allowed(rule: Rule, baseline_nano_usd_per_hour: int) -> Allowed:
    """Return what the windows may hold under a baseline."""

    def amount(window_s: int, over_pct: int) -> int:
        per_hour = max(baseline_nano_usd_per_hour * (100 + over_pct) // 100, rule.floor_nano_usd_per_hour)
        return per_hour * window_s // HOUR_S

    short = amount(rule.short_s, rule.over_pct)
    return Allowed(
        short,
        amount(rule.long_s, rule.over_pct),
        amount(rule.short_s, rule.warn_pct),
        amount(rule.long_s, rule.warn_pct),
        int(short * LEAST_SHORT),
        rule.floor_nano_usd_per_hour * rule.long_s // HOUR_S,
    )


class Meter:
    """What one key has spent, as running totals at the end of each of the last seconds.

    Memory is the same whatever it counts: 8 bytes for each second that `Rule.reach_s` looks back.
    """

    __slots__ = ("_size", "_totals", "second", "total")

    def __init__(self, rule: Rule, second: int) -> None:
        self._size = rule.reach_s() + 2
        self._totals = array("q", bytes(8 * self._size))
        self.second = second
        self.total = 0

    @property
    def reach_s(self) -> int:
        """How many seconds back it can be asked, and two more."""
        return self._size

    def advance(self, second: int) -> None:
        """Go on to ``second``; a clock that stands or steps back changes nothing."""
        now, size = self.second, self._size
        if second == now + 1:
            self._totals[second % size] = self.total
            self.second = second
        elif second > now:
            total, totals = self.total, self._totals
            for at in range(max(now + 1, second - size + 1), second + 1):
                totals[at % size] = total
            self.second = second

    def add(self, second: int, nano_usd: int) -> None:
        """Count what was spent in ``second``; what comes late counts now."""
        self.advance(second)
        self.total += nano_usd
        self._totals[self.second % self._size] = self.total

    def forget(self) -> None:
        """Let all windows begin anew, so that what led to a pause does not lead to the next."""
        self._totals = array("q", bytes(8 * self._size))
        self.total = 0

    def take_out(self, other: "Meter") -> None:
        """Count what another meter has counted, of the same seconds, no more: it is judged by itself."""
        now, length = self.second, min(self._size, other.reach_s) - 2
        whole, left = other.spent(length), self._totals[(now - length) % self._size]
        for ago in range(length - 1, -1, -1):
            at = (now - ago) % self._size
            # A meter that has begun anew has not counted all of the other: no second is less than none.
            left = self._totals[at] = max(left, self._totals[at] - whole + other.spent(ago))
        self.total = left

    def curve(self, step_s: int) -> list[tuple[int, int]]:
        """Return nano-USD an hour by seconds before now, the oldest first: what a person is shown."""
        steps = (self._size - 2) // step_s
        return [
            (ago, self.spent(step_s, ago) * HOUR_S // step_s)
            for ago in range((steps - 1) * step_s, -1, -step_s)
        ]

    def spent(self, from_s: int, until_s: int = 0) -> int:
        """Return nano-USD spent in the ``from_s`` seconds that end ``until_s`` seconds ago."""
        totals, size, now = self._totals, self._size, self.second
        return totals[(now - until_s) % size] - totals[(now - until_s - from_s) % size]

    def measured(self, window_s: int) -> int:
        """Return the spend of a window without the call that its edges may give it too much.

        Calls are known by their second alone, so the way from one to another is taken half a second longer.
        """
        totals, size = self._totals, self._size
        first = self.second - window_s
        spent = self.total - totals[first % size]
        without_one = spent - spent // max(1, self.busy_seconds(window_s, window_s))
        for start in range(first, first - window_s // STRETCH - 1, -1):
            if totals[start % size] != totals[(start - 1) % size]:
                stretched = (self.total - totals[start % size]) * window_s / (self.second - start + 0.5)
                return max(int(stretched), without_one)
        return without_one

    def busy_seconds(self, window_s: int, enough: int) -> int:
        """Return in how many seconds of a window anything was spent; the count ends at ``enough``."""
        totals, size, busy = self._totals, self._size, 0
        later = self.total
        for at in range(self.second - 1, self.second - window_s - 1, -1):
            total = totals[at % size]
            if total != later:
                busy += 1
                if busy >= enough:
                    break
                later = total
        return busy

    def per_hour(self, window_s: int) -> int:
        """Return the velocity over a window, in nano-USD an hour: what a person is shown."""
        return self.measured(window_s) * HOUR_S // window_s


def decide_signal(meter: Meter, rule: Rule, allowed: Allowed) -> Signal:
    """Return what the meter says at the end of its second.

    What most keys are most of the time, calm, costs two look-ups and a comparison; what costs more
    is looked at only where it can still change the answer.
    """
    short = meter.spent(rule.short_s)
    if short <= allowed.ramp_short and short <= allowed.warn_short:
        return Signal.CALM
    long = meter.spent(rule.long_s)
    if (
        long <= allowed.floor_long
        or meter.busy_seconds(rule.long_s, rule.fewest_seconds) < rule.fewest_seconds
    ):
        return Signal.CALM
    # The long window says how much, so it is measured; the short one only that it still goes on.
    if short > allowed.short and long > allowed.long and meter.measured(rule.long_s) > allowed.long:
        return Signal.DEVIATES
    if short > allowed.ramp_short and _ramps(meter, rule, allowed):
        return Signal.RAMP
    return Signal.RISING if short > allowed.warn_short and long > allowed.warn_long else Signal.CALM


def _ramps(meter: Meter, rule: Rule, allowed: Allowed) -> bool:
    """Return whether the long velocity is past what is allowed once it is brought to now by its growth.

    The mean of a window lags behind its end by half the window: hence the square root of its growth.
    """
    long = meter.spent(rule.long_s)
    if long * STEADY_GROWTH**0.5 <= allowed.long:
        return False
    before, second_half = meter.spent(rule.long_s, rule.long_s), meter.spent(rule.long_s // 2)
    if before <= 0 or before < allowed.long * LEAST_BEFORE:
        return False
    # One call less, since even calls may fall into two halves unevenly by one.
    call = long // max(1, meter.busy_seconds(rule.long_s, rule.long_s))
    growth = long / before
    if growth < LEAST_GROWTH or second_half - call < (long - second_half) * LEAST_HALVES:
        return False
    for most in (MOST_GROWTH, STEADY_GROWTH):
        if (long - call) * min(growth, most) ** 0.5 > allowed.long:
            return most == MOST_GROWTH or _is_steady(meter, rule, allowed)
    return False


def _is_steady(meter: Meter, rule: Rule, allowed: Allowed) -> bool:
    """Return whether spend goes on without a pause for breath."""
    part_s = rule.long_s // STEADY_PARTS
    least = allowed.long * LEAST_PART / STEADY_PARTS
    return all(meter.spent(part_s, number * part_s) >= least for number in range(STEADY_PARTS))
