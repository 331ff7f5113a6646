"""What this worker holds of limits. Calls draw from it without a question; `supply` keeps it filled.

What is free here is outstanding at the keeper, so little is kept: as much as the last seconds needed, what
one call needs where an edge is near, and nothing of what lies idle, is recalled, or belongs to a past window.
"""

import asyncio
import itertools
from collections.abc import Callable, Iterable, Iterator
from typing import Final

import msgspec

from podium.manifest.snapshot import AgentRow, ModelRow, RouteRow, Snapshot
from podium.ports import Clock
from podium.ports.link import Draw, Drawn, Grant, Returned, Want
from podium.spend.bounds import Bound
from podium.spend.limits import Limit, counts, need_of
from podium.spend.slices import Drawn as Taken
from podium.spend.slices import Purse, Slice, take

FIRST_CALLS: Final = 4
"""A worker asks for so many calls' worth at first."""
SOON_NS: Final = 500_000_000
"""Who needs more within this time asks for twice as much."""
LATE_NS: Final = 5_000_000_000
"""Who needs more after this time asks for half as much; who needs nothing for so long gives it back."""
VERDICT_NS: Final = 300_000_000
"""What the keeper has not granted is not asked for again so soon."""
BLOCKED_NS: Final = 5_000_000_000
FIRST_WANT_NANO_USD: Final = 50_000_000
"""Asked for before the first call."""
_MOST: Final = 1 << 50
FORGET_NS: Final = 60_000_000_000
"""Slices of a window that has ended are forgotten so long after: the keeper's clock may be behind."""
REMEMBERED: Final = 100_000
"""So many slices of windows without an end, of tasks, are remembered."""

Key = tuple[str, str | None, int]
"""A limit, the task where it is one of tasks, and the last band that may be drawn from."""


class Meter:
    """One limit at this worker."""

    __slots__ = ("asked_ns", "limit", "purses", "target")

    def __init__(self, limit: Limit) -> None:
        self.limit = limit
        self.purses: dict[str | None, Purse] = {}
        """By task; None where the limit is not one of tasks."""
        self.target = 0
        """How much it asks for, beyond what is needed."""
        self.asked_ns = 0

    def grow(self, need: int, now_ns: int) -> None:
        """Find how much to ask for, from how soon it is needed again."""
        since_ns, self.asked_ns = now_ns - self.asked_ns, now_ns
        if since_ns < SOON_NS:
            self.target = min(self.target * 2, _MOST)
        elif since_ns > LATE_NS:
            self.target //= 2
        self.target = max(self.target, FIRST_CALLS * need)


class Line:
    """One limit on the way of a route's model, and the last band of it that the model may draw from."""

    __slots__ = ("last_band", "limit", "meter", "of_tasks", "unit")

    def __init__(self, meter: Meter, last_band: int) -> None:
        self.meter = meter
        self.limit = meter.limit
        self.unit = meter.limit.unit
        self.last_band = last_band
        self.of_tasks = meter.limit.window == "task"

    def key(self, task: str) -> Key:
        """Return what it is called in questions."""
        return self.limit.id, task if self.of_tasks else None, self.last_band


class Short(msgspec.Struct, frozen=True):
    """A limit has no room now. ``hopeless``: nor will it have, whatever is given back."""

    limit: Limit
    grant: Grant
    need: int
    hopeless: bool


class Slices:
    """All that this worker holds. ``hungry`` wakes the loop that asks the keeper."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._snapshot: Snapshot | None = None
        self._meters: dict[str, Meter] = {}
        self._restrained: tuple[Limit, ...] = ()
        self.paths: dict[tuple[str, tuple[str, ...], tuple[Limit, ...], str, str], tuple[Line, ...]] = {}
        """The limits on each way that was asked for; another dictionary, when they may be others."""
        self._old: list[Purse] = []
        """What is not drawn on any more, until everything of it has been given back."""
        self._known: dict[int, tuple[Slice, int | None]] = {}
        """Every slice that was ever granted here, and when its window ends: see `Purse.hear`."""
        self._look_ns = 0
        self._forgotten = 0
        """The highest id of a slice that is not remembered any more, though its window has no end."""
        self._spare: dict[int, Slice] = {}
        """Slices near an edge from which something became free."""
        self._dirty: dict[int, Slice] = {}
        """Slices of which the keeper does not know yet what was given back."""
        self._wants: dict[Key, tuple[int, int]] = {}
        self._verdicts: dict[Key, tuple[Grant, int]] = {}
        """What was not granted, and until when that is believed."""
        self._some_near = False
        self.limited = False
        """Whether something is held here of a limit, which others may lack."""
        self.blocked: dict[str, int] = {}
        """Models whose usage was above what cannot be passed, and until when (monotonic) that is remembered.

        By then the keeper's orders tell of it.
        """
        self.failure: str | None = None
        """Why the keeper does not answer; None since it last did."""
        self.hungry = asyncio.Event()
        self.on_change: Callable[[], None] = lambda: None
        """Called when the keeper has spoken, or an attempt has given something back."""

    # Ways

    def path(self, snapshot: Snapshot, agent: AgentRow, route: RouteRow, model: ModelRow) -> tuple[Line, ...]:
        """Return the limits on the way of a call."""
        if snapshot is not self._snapshot:
            self.know(snapshot, self._restrained)
        key = (agent.name, agent.acts_for, agent.restrained, route.name, model.name)
        found = self.paths.get(key)
        if found is None:
            rung, rungs = route.rung_of(model.tier), route.rungs
            found = self.paths[key] = tuple(
                Line(self._meter(limit), limit.last_band(rung, rungs))
                for limit in snapshot.limits_of(agent)
                if counts(limit, model.tier, reasons=model.reasons)
            )
        return found

    def _meter(self, limit: Limit) -> Meter:
        """Return a limit's meter: a call from before the orders changed may bring one of its own."""
        return self._meters.setdefault(limit.id, Meter(limit))

    def know(self, snapshot: Snapshot, restrained: tuple[Limit, ...] = ()) -> None:
        """Go by the limits of a snapshot, and by what breakers let through.

        What is held of a limit that is gone is given back.
        """
        before = self._meters
        self._snapshot, self.paths, self._meters = snapshot, {}, {}
        self._restrained = restrained
        for limit in (*snapshot.limits().values(), *restrained):
            meter = before.pop(limit.id, None) or Meter(limit)
            meter.limit = limit
            self._meters[limit.id] = meter
            if limit.amount is None and not meter.purses:
                self.ask_for((limit.id, None, 0), 1, FIRST_WANT_NANO_USD)
        for meter in before.values():
            self._old += meter.purses.values()

    # Drawing

    def near(self, lines: tuple[Line, ...], task: str) -> bool:
        """Return whether a limit on the way is near, so that bounds have to be certain."""
        for line in lines if self._some_near else ():
            purse = line.meter.purses.get(task if line.of_tasks else None)
            if purse is not None and purse.near:
                return True
        return False

    def take(self, lines: tuple[Line, ...], task: str, bound: Bound) -> Taken | None:
        """Draw on every limit of a way, or on none."""
        now_ns = self._clock.monotonic_ns()
        parts: list[tuple[Slice, int]] = []
        for line in lines:
            purse = line.meter.purses.get(task if line.of_tasks else None)
            if purse is None or (purse.ends_ns is not None and purse.ends_ns <= now_ns):
                return None
            if line.unit == "usd":
                need = bound.hold_nano_usd
            else:
                need = bound.output_tokens + (0 if line.unit == "reasoning_tokens" else bound.input_tokens)
            purse.used_ns = now_ns
            for it in purse.slices:
                if it.free >= need and it.band <= line.last_band:
                    parts.append((it, need))
                    break
            else:
                return None
        taken = take(parts)
        for number, (it, need) in enumerate(parts):
            line = lines[number]
            if it.free * 2 < line.meter.target and not it.single and not line.of_tasks:
                self._refill(line, need, now_ns)
        return taken

    def _refill(self, line: Line, need: int, now_ns: int) -> None:
        """Ask for more before it is used up."""
        key = line.key("")
        if key not in self._wants and key not in self._verdicts:
            line.meter.grow(need, now_ns)
            self.ask_for(key, need, line.meter.target)

    def ask_for(self, key: Key, need: int, want: int) -> None:
        """Have the next question ask for ``want`` of a limit, of which a call needs ``need``."""
        self._wants[key] = (need, want)
        self.hungry.set()

    def want(self, lines: tuple[Line, ...], task: str, bound: Bound) -> None:
        """Ask the keeper for what a call lacks."""
        now_ns = self._clock.monotonic_ns()
        for line, need in _needs(lines, bound):
            meter, own = line.meter, task if line.of_tasks else None
            purse = meter.purses.get(own)
            if purse is not None and purse.ends_ns is not None and purse.ends_ns <= now_ns:
                self._old.append(meter.purses.pop(own))
                purse = None
            if purse is not None and purse.find(need, line.last_band) is not None:
                continue
            key = line.key(task)
            earlier = self._wants.get(key)
            if earlier is None:
                meter.grow(need, now_ns)
                self.ask_for(key, need, need + (0 if line.of_tasks else meter.target))
            else:
                self.ask_for(key, min(earlier[0], need), earlier[1] + need)

    def shortage(self, lines: tuple[Line, ...], task: str, bound: Bound) -> Short | None:
        """Return what the keeper has said lately that keeps a call from going."""
        found: Short | None = None
        now_ns = self._clock.monotonic_ns()
        for line, need in _needs(lines, bound):
            verdict = self._verdicts.get(line.key(task))
            if verdict is None or verdict[1] <= now_ns:
                continue
            grant = verdict[0]
            if need > grant.left:
                return Short(line.limit, grant, need, hopeless=True)
            found = Short(line.limit, grant, need, hopeless=False)
        return found

    def block(self, model: str) -> None:
        """Take note that a model's usage was above a bound that cannot be passed."""
        self.blocked[model] = self._clock.monotonic_ns() + BLOCKED_NS

    def freed(self, taken: Taken) -> None:
        """Take note, before it is settled, that an attempt ends: what it leaves serves another one."""
        for it, _ in taken.parts:
            if it.single:
                self._spare[it.id] = it
                self.hungry.set()
        self.on_change()

    # The keeper

    def tick(self, recalled: Iterable[str] = ()) -> None:
        """Give back what is recalled, what lies idle, and what belongs to windows that have ended."""
        now_ns, wanted = self._clock.monotonic_ns(), frozenset(recalled)
        self._some_near = self.limited = False
        for meter in self._meters.values():
            limited = meter.limit.amount is not None
            self.limited = self.limited or (limited and bool(meter.purses))
            for own, purse in list(meter.purses.items()):
                if wanted and f"{meter.limit.id}@{purse.window}" in wanted:
                    purse.run_short()
                    self._spare.update({it.id: it for it in purse.slices})
                self._some_near = self._some_near or purse.near
                ended = purse.ends_ns is not None and purse.ends_ns <= now_ns
                if ended or (limited and now_ns - purse.used_ns > LATE_NS and purse.idle):
                    self._old.append(meter.purses.pop(own))
        self._verdicts = {key: it for key, it in self._verdicts.items() if it[1] > now_ns}
        for purse in self._old:
            self._dirty.update({it.id: it for it in purse.give_back()})
        self._old = [it for it in self._old if not it.idle or any(one.id in self._dirty for one in it.slices)]
        self._forget(now_ns)
        if self._dirty or self._spare:
            self.hungry.set()

    def question(self, incarnation: str) -> Draw | None:
        """Return what to tell and ask the keeper next, if there is anything."""
        wants, self._wants = self._wants, {}
        for limit_id, own, _ in wants:
            meter = self._meters.get(limit_id)
            purse = meter.purses.get(own) if meter is not None else None
            if purse is not None:
                self._spare.update({it.id: it for it in purse.slices if it.single})
        for it in self._spare.values():
            if it.give_back():
                self._dirty[it.id] = it
        self._spare = {}
        if not wants and not self._dirty:
            return None
        return Draw(
            incarnation,
            tuple(Want(key[0], need, want, key[2], key[1]) for key, (need, want) in wants.items()),
            tuple(Returned(it.id, it.sequence, it.returned) for it in self._dirty.values()),
        )

    def hear(self, question: Draw, answer: Drawn, asked_ns: int) -> bool:
        """Take the keeper's answer to what was asked at ``asked_ns``. Return whether it has granted any."""
        for returned in question.returns:
            it = self._dirty.get(returned.slice)
            if it is not None and it.sequence == returned.sequence:
                del self._dirty[returned.slice]
        granted = False
        for want, grant in zip(question.wants, answer.grants, strict=True):
            granted = self._hear(want, grant, asked_ns) or granted
        self.failure = None
        self.on_change()
        return granted

    def _hear(self, want: Want, grant: Grant, asked_ns: int) -> bool:
        if not grant.window:
            return False  # the keeper does not know the limit yet, or not any more
        meter, key = self._meters.get(want.limit), (want.limit, want.task, want.last_band)
        purse = meter.purses.get(want.task) if meter is not None else None
        if not grant.slice:
            self._verdicts[key] = (grant, self._clock.monotonic_ns() + VERDICT_NS)
            if purse is not None:
                purse.run_short()
                self._some_near = True
            return False
        self._verdicts.pop(key, None)
        if purse is None or purse.window != grant.window:
            if purse is not None:
                self._old.append(purse)
            ends_ns = None if grant.ends_in_ns is None else asked_ns + grant.ends_in_ns
            limit = meter.limit if meter is not None else Limit(want.limit, "", "usd", None, "always")
            purse = self._revive(limit, grant.window) or Purse(limit, grant.window, ends_ns)
            purse.used_ns = asked_ns
            if meter is not None:
                meter.purses[want.task] = purse
            else:
                self._old.append(purse)
        self._take_in(purse, grant)
        self._some_near = self._some_near or purse.near
        return True

    def _revive(self, limit: Limit, window: str) -> Purse | None:
        """Return the purse of a window that is being given back, to be drawn on again."""
        for purse in self._old:
            if purse.limit.id == limit.id and purse.window == window:
                self._old.remove(purse)
                purse.limit = limit
                return purse
        return None

    def _take_in(self, purse: Purse, grant: Grant) -> None:
        known, _ = self._known.pop(grant.slice, (None, None))
        if known is None and grant.slice <= self._forgotten and purse.ends_ns is None:
            # How much of it was spent nobody knows here any more: nothing of it is drawn on.
            known = Slice(grant.slice, purse.limit, grant.band)
            known.granted = grant.granted
        it = purse.hear(grant.slice, grant.band, grant.granted, single=grant.single, known=known)
        self._known[grant.slice] = it, purse.ends_ns

    def _forget(self, now_ns: int) -> None:
        """Forget slices on which nothing can be granted any more, and of tasks those that are too many."""
        if self._known and now_ns >= self._look_ns:
            self._look_ns = now_ns + FORGET_NS
            over = [
                number
                for number, (it, ends_ns) in self._known.items()
                if ends_ns is not None and ends_ns + FORGET_NS <= now_ns and not it.holds
            ]
            for number in over:
                del self._known[number]
        for number in list(itertools.islice(self._known, max(0, len(self._known) - REMEMBERED))):
            it, ends_ns = self._known[number]
            if ends_ns is None and not it.holds and it.free <= 0 and number not in self._dirty:
                del self._known[number]
                self._forgotten = max(self._forgotten, number)

    def failed(self, reason: str) -> None:
        """Take note that the keeper has not answered: nobody knows what it has granted until it does."""
        self.failure = reason
        self.on_change()


def _needs(lines: tuple[Line, ...], bound: Bound) -> Iterator[tuple[Line, int]]:
    for line in lines:
        need = need_of(
            line.unit,
            hold_nano_usd=bound.hold_nano_usd,
            input_tokens=bound.input_tokens,
            output_tokens=bound.output_tokens,
        )
        yield line, need
