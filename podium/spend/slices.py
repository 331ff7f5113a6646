"""Slices: what the authority gives a worker of a limit, and the worker's local book of them.

A slice is one worker's account of one band of one limit in one window. Its counters only grow: ``granted`` is
the authority's, ``returned`` the worker's, ``spent`` follows from the journal; so every message about it may
come late, twice or out of order. What a worker may still draw is ``granted - returned - spent - held``; what
is outstanding is ``granted - returned - spent``.
"""

from collections.abc import Iterable, Sequence

import msgspec

from podium.kernel.call import Usage
from podium.spend.limits import Limit, Unit, used_of

SHARE: int = 8
"""A grant beyond a single call is at most this part of the room that is left to the band's edge."""


class Decision(msgspec.Struct, frozen=True):
    """What is granted: ``amount`` of ``band``. ``single``: an edge is near, so it is one call's worth."""

    band: int
    amount: int
    single: bool


def decide_grant(
    edges: Sequence[int] | None, position: int, *, need: int, want: int, last_band: int
) -> Decision | None:
    """Return what a worker gets that needs ``need`` for a call and would like ``want``, or None.

    ``edges`` are where the bands end (None: nothing ends), ``position`` is charged and outstanding. A grant
    lies within one band and none above ``last_band``. The nearer the edge, the smaller it is, down to the one
    call, so that nothing is stranded with a worker that does not need it.
    """
    if edges is None:
        return Decision(0, max(need, want), single=False)
    for band, edge in enumerate(edges[: last_band + 1]):
        room = edge - position
        if room < need:
            continue
        amount = max(need, min(want, room // SHARE))
        return Decision(band, amount, single=room // SHARE < need)
    return None


class Slice:
    """A worker's view of one slice. ``free`` may be drawn; it is below zero after an overrun."""

    __slots__ = ("band", "free", "granted", "holds", "id", "limit", "returned", "sequence", "single", "unit")

    def __init__(self, slice_id: int, limit: Limit, band: int) -> None:
        self.id = slice_id
        self.limit = limit
        self.unit: Unit = limit.unit
        self.band = band
        self.granted = 0
        self.returned = 0
        self.sequence = 0
        self.free = 0
        self.single = False
        """An edge is near: what no call needs goes back at once."""
        self.holds = 0
        """Attempts that have drawn from it and have not ended."""

    def hear(self, granted: int) -> None:
        """Take what the authority has granted in all; an older word changes nothing."""
        if granted > self.granted:
            self.free += granted - self.granted
            self.granted = granted

    def give_back(self) -> int:
        """Give back what is free; return how much that is. The next message tells of it."""
        amount = self.free
        if amount <= 0:
            return 0
        self.free = 0
        self.returned += amount
        self.sequence += 1
        return amount


class Purse:
    """What a worker has of one limit in one window, by band."""

    __slots__ = ("ends_ns", "limit", "near", "slices", "used_ns", "window")

    def __init__(self, limit: Limit, window: str, ends_ns: int | None) -> None:
        self.limit = limit
        self.window = window
        self.ends_ns = ends_ns
        """Monotonic nanoseconds; None: it has no end."""
        self.slices: list[Slice] = []
        self.used_ns = 0
        """When it was drawn on last, monotonic."""
        self.near = False
        """Bounds must be certain, because what passed them would pass the limit."""

    def find(self, need: int, last_band: int) -> Slice | None:
        """Return a slice that has ``need`` free, in the lowest band that has."""
        for it in self.slices:
            if it.free >= need and it.band <= last_band:
                return it
        return None

    def hear(
        self, slice_id: int, band: int, granted: int, *, single: bool, known: Slice | None = None
    ) -> Slice:
        """Take a grant. ``known``: the slice, where the worker has had it before.

        What is granted is told in all, so that a slice which was forgotten would be full again: with what was
        spent of it, and what was given back.
        """
        found = next((it for it in self.slices if it.id == slice_id), None)
        if found is None:
            found = known or Slice(slice_id, self.limit, band)
            found.limit = self.limit
            self.slices.append(found)
            self.slices.sort(key=lambda it: it.band)
        found.hear(granted)
        found.single = single
        self.near = self.limit.hard and (single or band > 0)
        return found

    def give_back(self) -> list[Slice]:
        """Give back everything that is free; return the slices that changed."""
        return [it for it in self.slices if it.give_back()]

    def run_short(self) -> None:
        """Take note that somebody lacks some of the limit."""
        self.near = self.limit.hard
        for it in self.slices:
            it.single = True

    @property
    def idle(self) -> bool:
        """Whether no attempt has drawn from it that has not ended."""
        return not any(it.holds for it in self.slices)


class Drawn(msgspec.Struct, eq=False):
    """What one attempt has drawn, until it is settled or let go."""

    parts: list[tuple[Slice, int]]

    def record(self) -> tuple[int, ...]:
        """Return what the journal keeps: slice and amount, in turn."""
        if len(self.parts) == 1:
            ((it, amount),) = self.parts
            return it.id, amount
        return tuple([number for it, amount in self.parts for number in (it.id, amount)])

    def settle(self, *, cost_nano_usd: int, usage: Usage | None, estimated: bool) -> None:
        """Free what was not used. An overrun takes from what else is free in the slice."""
        for it, amount in self.parts:
            it.holds -= 1
            if it.unit == "usd":
                it.free += amount - cost_nano_usd
            else:
                it.free += amount - used_of(
                    it.unit, amount, cost_nano_usd=cost_nano_usd, usage=usage, estimated=estimated
                )
        self.parts = []

    def let_go(self) -> None:
        """Free all of it: no HOLD of it was written. May be called again."""
        for it, amount in self.parts:
            it.holds -= 1
            it.free += amount
        self.parts = []


def draw(lines: Iterable[tuple[Purse | None, int, int]]) -> Drawn | None:
    """Draw on every limit of a path or on none. A line is a purse, what is needed, and the last band."""
    parts: list[tuple[Slice, int]] = []
    for purse, need, last_band in lines:
        found = purse.find(need, last_band) if purse is not None else None
        if found is None:
            return None
        parts.append((found, need))
    return take(parts)


def take(parts: list[tuple[Slice, int]]) -> Drawn:
    """Take from slices that have it."""
    for it, need in parts:
        it.free -= need
        it.holds += 1
    return Drawn(parts)
