"""What providers say is left of their own limits, and the calls under way that draw on it.

A provider tells with an answer what it has left, and not which of the calls under way it has counted by then.
So all of them count as not yet counted: the next call goes if there is room for it behind them. Several
workers draw on one limit, and each sees its own answers alone: each goes by its part of what it was told.
"""

import asyncio
import math
from collections import deque
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Final

from podium.ports import Clock
from podium.spend.bounds import Bound
from podium.wire.limit_headers import Remaining

if TYPE_CHECKING:
    from podium.gateway.attempt import Attempt

Key = tuple[str, str]
"""A provider and its name of the model, since limits are a model's."""

FEW: Final = {"requests": 1_000}
FEW_TOKENS: Final = 10_000_000
"""From so much on nothing is counted: hardly anybody has so much under way. `told` reads by it."""
OVERTAKE_NS: Final = 2_000_000_000
"""So much later a call may reach its provider than one that was sent behind it."""
STALE_NS: Final = 1_000_000_000
"""With other workers beside it a worker that has heard nothing for so long sends one call, and listens."""
LEARN: Final = 1.05
LEAST: Final = 0.001
"""With each answer a call's tokens may count for so much more than they were found to."""
_ALL: Final = math.inf


class Flight:
    """A call on its way to a provider, until the head of its answer is there."""

    __slots__ = ("_book", "began_ns", "bound", "key")

    def __init__(self, book: "Allowances", key: Key, bound: Bound, began_ns: int) -> None:
        self._book: Allowances | None = book
        self.key = key
        self.bound = bound
        self.began_ns = began_ns

    def end(self, *, sent: bool) -> None:
        """Take note that no answer tells: it may be counted if it was ``sent``. May be called again."""
        if self._book is not None:
            self._book.landed(self, None if not sent else ())

    def leave(self) -> bool:
        """Return whether it was on its way up to now."""
        was, self._book = self._book is not None, None
        return was


class _Limit:
    """One limit, as it was told last.

    Answers overtake each other, so the least that those under way have told holds, until a call has been
    answered that was sent when all of them had been.
    """

    __slots__ = (
        "_before",
        "_since_ns",
        "_told",
        "counted_ns",
        "kind",
        "limit",
        "per_ns",
        "told_ns",
        "until_ns",
        "weight",
    )

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.limit: int | None = None
        self.until_ns = 0
        """When all of it is there again; 0: it is, and nothing was told since."""
        self.told_ns = 0
        self.counted_ns = 0
        """Calls that began before this are counted in what was told; while nothing is, before the reset."""
        self.per_ns = 0.0
        """So much comes back all the time."""
        self.weight = 1.0
        """What the provider counts of a call's bound: some count output when it is there, or no cache."""
        self._before = self._told = _ALL
        self._since_ns = 0

    def need(self, bound: Bound) -> float:
        """Return what a call takes."""
        if self.kind == "requests":
            return 1
        tokens = bound.input_tokens if self.kind != "output-tokens" else 0
        tokens += bound.output_tokens if self.kind != "input-tokens" else 0
        return tokens * self.weight

    def hear(self, it: Remaining, bound: Bound, sent_ns: int, now_ns: int, *, refills: bool) -> None:
        """Take what an answer tells."""
        if not self.until_ns or sent_ns >= self._since_ns:
            self._before, self._told, self._since_ns = self._told, it.left, now_ns
        else:
            self._told = min(self._told, it.left)
        if not self.until_ns:
            self._before = _ALL
        self.limit, self.told_ns = it.limit, now_ns
        counted_ns = sent_ns - OVERTAKE_NS
        self.counted_ns = max(self.counted_ns, counted_ns) if self.until_ns else counted_ns
        rounded_s = 1.0 if float(it.reset_s).is_integer() else 0.001  # down, it may be
        self.until_ns = now_ns + int((it.reset_s + rounded_s) * 1e9)
        gone = 0 if it.limit is None else it.limit - it.left
        self.per_ns = gone / (it.reset_s * 1e9) if refills and gone > 0 and it.reset_s > 0 else 0.0
        if it.limit is not None and self.kind != "requests":
            self.weight = min(1.0, self.weight * LEARN + LEAST)
            full = self.need(bound) / self.weight
            if full > gone:
                self.weight = min(self.weight, max(gone, 0) / full)

    def left(self, now_ns: int) -> float:
        """Return what is left by all that was told."""
        if self.until_ns and now_ns >= self.until_ns:
            self.counted_ns = self.until_ns
            self.until_ns, self._told, self._before = 0, _ALL, _ALL
        if not self.until_ns:
            return _ALL if self.limit is None else self.limit
        return min(self._before, self._told)

    def spend(self, bound: Bound) -> None:
        """Count a call of which nobody knows whether the provider did."""
        self._told -= self.need(bound)
        self._before -= self.need(bound)

    def wait_ns(self, bound: Bound, flying: Iterable[Flight], workers: int, now_ns: int) -> int:
        """Return how long a call has to wait for this, as far as is known; 0: it may go."""
        need, left = self.need(bound), self.left(now_ns)
        flying = [it for it in flying if it.began_ns >= self.counted_ns]
        if not self.until_ns or (workers > 1 and now_ns - self.told_ns > STALE_NS):
            if flying:
                return 1
            if not self.until_ns:
                return 0  # one call goes ahead, and its answer tells
        lacking = need + sum([self.need(it.bound) for it in flying]) - left / workers
        least = self.limit
        if lacking <= 0:
            return 0
        if not flying and least is not None and least < need * workers and left >= min(need, least):
            return 0  # no reset makes more room for it
        until_ns = self.until_ns - now_ns
        if self.per_ns:  # what has come back lets calls go one by one, as nobody has told of it yet
            there_ns = self.told_ns + int(lacking * workers / self.per_ns)
            return min(until_ns, max(there_ns - now_ns, 1 if flying else 0))
        return until_ns


class Allowances:
    """What one worker knows of its providers' limits. ``workers``: how many draw on them."""

    def __init__(self, clock: Clock) -> None:
        self.workers: Callable[[], int] = lambda: 1
        self.on_lane: Callable[[], Iterable[Attempt]] = tuple
        """What is under way that nobody has told here of."""
        self.limits: dict[Key, dict[tuple[str, str], _Limit]] = {}
        self._clock = clock
        self._flying: dict[Key, dict[Flight, None]] = {}
        self._fixed: set[Key] = set()
        """Of these a refusal has shown that nothing comes back before the reset."""
        self._waiting: dict[Key, deque[asyncio.Future[None]]] = {}

    def begin(self, key: Key, bound: Bound) -> Flight:
        """Take note of a call that is sent now."""
        flight = Flight(self, key, bound, self._clock.monotonic_ns())
        self._flying.setdefault(key, {})[flight] = None
        return flight

    def wait_ns(self, key: Key, bound: Bound) -> int:
        """Return how long a call has to wait, as far as is known; 0: it may go."""
        limits = self.limits.get(key)
        if limits is None:
            return 0
        now_ns, flying, workers = self._clock.monotonic_ns(), self._flying.get(key, ()), self.workers()
        return max([it.wait_ns(bound, flying, max(1, workers), now_ns) for it in limits.values()])

    def is_flying(self, key: Key) -> bool:
        """Return whether an answer is still to come, which will tell more."""
        return key in self._flying

    def landed(self, flight: Flight, told: Iterable[Remaining] | None, sent_ns: int = 0) -> None:
        """Take what the head of an answer tells: nothing where there is none, None where nothing was sent."""
        key = flight.key
        if not flight.leave():
            return
        flying = self._flying[key]
        del flying[flight]
        if not flying:
            del self._flying[key]
        if told is not None:
            self.hear(key, flight.bound, told, sent_ns)
        self.wake(key)

    def hear(self, key: Key, bound: Bound, told: Iterable[Remaining], sent_ns: int) -> None:
        """Go by what an answer tells; what is told to be plenty is counted no more."""
        limits, found = self.limits.get(key), {(it.kind, it.name): it for it in told}
        few = any(it.left < FEW.get(it.kind, FEW_TOKENS) for it in found.values())
        if limits is None:
            if not few:
                return
            limits = self.limits[key] = {}
            for attempt in self.on_lane():
                if attempt.plan.key == key and attempt.flight is None and attempt.http_status is None:
                    attempt.flight = self.begin(key, attempt.ticket.bound)
                    attempt.flight.began_ns = attempt.call.started_ns
        elif found and not few:
            del self.limits[key]
            return
        now_ns = self._clock.monotonic_ns()
        for name, it in found.items():
            limit = limits.setdefault(name, _Limit(it.kind))
            limit.hear(it, bound, sent_ns, now_ns, refills=it.refills and key not in self._fixed)
        for name in limits.keys() - found.keys():
            if found or now_ns >= limits[name].until_ns:
                del limits[name]  # it is told no more
            else:
                limits[name].spend(bound)
        if not limits:
            del self.limits[key]

    def refused(self, key: Key) -> None:
        """Take note of a refusal for a limit of rate: what was thought to come back does not."""
        for limit in self.limits.get(key, {}).values():
            self._fixed.add(key)
            limit.per_ns = 0.0

    async def news(self, key: Key, within_s: float) -> None:
        """Wait until an answer has come and it is this call's turn to look, or so long."""
        waiting = self._waiting.setdefault(key, deque())
        news = asyncio.get_running_loop().create_future()
        waiting.append(news)
        try:
            async with asyncio.timeout(within_s):
                await news
        except TimeoutError:
            pass
        except BaseException:
            if news.done() and not news.cancelled():
                self.wake(key)  # it was this one's turn, and it goes
            raise
        finally:
            if not news.done():
                news.cancel()

    def wake(self, key: Key) -> None:
        """Have the first that waits look again; if it goes it wakes the next."""
        waiting = self._waiting.get(key)
        while waiting:
            news = waiting.popleft()
            if not news.done():
                news.set_result(None)
                return
        self._waiting.pop(key, None)
