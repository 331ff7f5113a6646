"""Limits of rate: how much of one is used, and which part of one each worker may use.

A limit of a minute holds in every window of 60 seconds, wherever it begins. Workers decide alone, each within
its share of a limit; the shares of all workers never add up to more than the limit.
"""

from collections.abc import Mapping
from typing import Final, Literal

import msgspec

WINDOW_S: Final = 60

RateKind = Literal["requests", "tokens", "concurrency"]


class RateLimits(msgspec.Struct, frozen=True):
    """What an agent, a route or a provider may at most; None: no limit.

    ``tokens_per_minute`` counts input and output: a call's bound when it is sent, its usage when it ends.
    """

    requests_per_minute: int | None = None
    tokens_per_minute: int | None = None
    concurrency: int | None = None

    def amounts(self) -> tuple[tuple[RateKind, int], ...]:
        """Return the limits that there are."""
        pairs: tuple[tuple[RateKind, int | None], ...] = (
            ("requests", self.requests_per_minute),
            ("tokens", self.tokens_per_minute),
            ("concurrency", self.concurrency),
        )
        return tuple((kind, amount) for kind, amount in pairs if amount is not None)


class SlidingWindow:
    """A sum over the last 60 seconds and up to one more, in slots of a second.

    What was taken within the second in which a window begins counts as inside of it, so that no window of 60
    seconds ever holds more than was allowed.
    """

    __slots__ = ("_second", "_slots", "used")

    def __init__(self) -> None:
        self._slots = [0] * (WINDOW_S + 1)
        self._second = 0
        self.used = 0

    def advance(self, second: int) -> None:
        """Forget what is too old at ``second``; a clock that stands or steps back forgets nothing."""
        behind = second - self._second
        if behind <= 0:
            return
        slots = self._slots
        if behind > WINDOW_S:
            slots[:] = [0] * (WINDOW_S + 1)
            self.used = 0
        else:
            for at in range(self._second + 1, second + 1):
                slot = at % (WINDOW_S + 1)
                self.used -= slots[slot]
                slots[slot] = 0
        self._second = second

    def take(self, amount: int) -> int:
        """Add to the sum; return the second that it was added in, for `correct`."""
        self._slots[self._second % (WINDOW_S + 1)] += amount
        self.used += amount
        return self._second

    def correct(self, second: int, by: int) -> None:
        """Change what was taken in a second by ``by``, if that second still counts."""
        if self._second - second <= WINDOW_S:
            self._slots[second % (WINDOW_S + 1)] += by
            self.used += by

    def fits_in_s(self, amount: int, share: int) -> int | None:
        """Return after how many seconds ``amount`` more stays within ``share``; None: never."""
        if amount > share:
            return None
        used = self.used
        if used + amount <= share:
            return 0
        for ahead in range(1, WINDOW_S + 2):
            used -= self._slots[(self._second + ahead) % (WINDOW_S + 1)]
            if used + amount <= share:
                return ahead
        raise AssertionError("unreachable: a window empties")


class Claim(msgspec.Struct, frozen=True, array_like=True):
    """What one worker tells of one limit. ``held``: the share that it goes by now."""

    key: str
    amount: int
    used: int
    want: int
    """What calls that wait here need beyond ``used``."""
    held: int


class Part(msgspec.Struct):
    """What the authority knows of one worker's part of one limit."""

    used: int = 0
    want: int = 0
    held: int = 0
    given: int = 0
    """The share that was told last."""
    turn: int = 0
    """When it last was given anything, counted in answers."""

    @property
    def bound(self) -> int:
        """The most that this worker can be using until it tells otherwise."""
        return max(self.used, self.held, self.given)


def decide_share(amount: int, worker: str, parts: Mapping[str, Part]) -> int:
    """Return the share of ``worker``: what it is due, as far as nobody else can still be using it.

    Every worker is due what it needs, the smallest needs first; where that is too much for the limit, those
    that need most get the same; what nobody needs is dealt out in equal parts, so that others need not ask.
    """
    free = amount - sum([part.bound for name, part in parts.items() if name != worker])
    return max(0, min(free, _due(amount, parts)[worker]))


def _due(amount: int, parts: Mapping[str, Part]) -> dict[str, int]:
    wanting = sum([1 for part in parts.values() if part.used or part.want])

    def rank(name: str) -> tuple[int, int, str]:
        part = parts[name]
        # Among equals who has more keeps it; but a limit of fewer than want it goes round.
        return part.used + part.want, part.turn if amount < wanting else -part.given, name

    order = sorted(parts, key=rank)
    due: dict[str, int] = {}
    left = amount
    for position, name in enumerate(order):
        level = -(-left // (len(order) - position))
        due[name] = min(parts[name].used + parts[name].want, level)
        left -= due[name]
    active = [name for name in order if parts[name].used or parts[name].want]
    for position, name in enumerate(active):
        extra = left // (len(active) - position)
        due[name] += extra
        left -= extra
    return due
