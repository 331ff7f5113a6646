"""Limits of rate as a worker keeps them: a call takes from all the limits on its way, or waits for them.

A worker goes by its share of each limit, which the keeper gives it; a call needs no question.
Calls that find a limit used up wait in one queue, from which departments are served in equal parts.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from typing import Final

from podium.kernel.errors import InvalidRequest, RateLimited
from podium.manifest.snapshot import AgentRow, ProviderRow, RouteRow, Snapshot
from podium.ports import Clock
from podium.spend.rates import Claim, RateKind, SlidingWindow

MAX_WAITING: Final = 256
"""Calls that may wait at one worker; the next is refused at once."""
LOOK_AGAIN_S: Final = 0.05
_WORDS: Final[Mapping[RateKind, str]] = {
    "requests": "requests per minute",
    "tokens": "tokens per minute",
    "concurrency": "calls at the same time",
}


class Gauge:
    """One limit: this worker's share of it, and what is used of that."""

    __slots__ = ("_window", "amount", "in_flight", "key", "kind", "owner", "share", "want")

    def __init__(self, key: str, owner: str, kind: RateKind, amount: int) -> None:
        self.key = key
        self.owner = owner
        self.kind = kind
        self.amount = amount
        self.share = 0
        self.want = 0
        """What the calls need that wait for it."""
        self.in_flight = 0
        self._window = SlidingWindow() if kind != "concurrency" else None

    @property
    def used(self) -> int:
        """What counts now, as far as `advance` has been told."""
        return self.in_flight if self._window is None else self._window.used

    def advance(self, second: int) -> None:
        """Forget what is more than a minute old."""
        if self._window is not None:
            self._window.advance(second)

    def need(self, tokens: int) -> int:
        """Return what a call takes of this."""
        return tokens if self.kind == "tokens" else 1

    def take(self, amount: int) -> int:
        """Count a call; return when, for `end`."""
        if self._window is not None:
            return self._window.take(amount)
        self.in_flight += amount
        return 0

    def end(self, second: int, amount: int, tokens: int | None) -> None:
        """Take note that a call has ended that took ``amount``; None: nobody knows what it used."""
        if self._window is None:
            self.in_flight -= amount
        elif self.kind == "tokens" and tokens is not None:
            self._window.correct(second, tokens - amount)

    def undo(self, second: int, amount: int) -> None:
        """Give back what a call took that came to nothing."""
        if self._window is None:
            self.in_flight -= amount
        else:
            self._window.correct(second, -amount)

    def frees_in_s(self, amount: int) -> int:
        """Return a guess of when there is room for ``amount``, in seconds, at least 1."""
        if self._window is None:
            return 1
        return self._window.fits_in_s(amount, self.share) or 1

    def __str__(self) -> str:
        """Name the limit as people do."""
        return f"{self.owner} is at its limit of {self.amount:,} {_WORDS[self.kind]}"


class Lease:
    """What one call has taken, until it ends."""

    __slots__ = ("_rates", "taken")

    def __init__(self, rates: "Rates", taken: list[tuple[Gauge, int, int]]) -> None:
        self._rates = rates
        self.taken = taken

    def end(self, tokens: int | None) -> None:
        """Take note that the call has ended; None: nobody knows what it used. May be called again."""
        for gauge, amount, second in self.taken:
            gauge.end(second, amount, tokens)
        self.taken = []
        self._rates.look_soon()

    def undo(self) -> None:
        """Give all of it back: nothing was sent."""
        for gauge, amount, second in self.taken:
            gauge.undo(second, amount)
        self.taken = []
        self._rates.look_soon()


class _Waiter:
    """A call that waits."""

    __slots__ = ("department", "gauges", "lease", "tokens")

    def __init__(
        self, department: str, gauges: tuple[Gauge, ...], tokens: int, lease: "asyncio.Future[Lease]"
    ) -> None:
        self.department = department
        self.gauges = gauges
        self.tokens = tokens
        self.lease = lease


class Rates:
    """All limits of rate of one worker, and the calls that wait for them."""

    def __init__(self, clock: Clock, *, on_hungry: Callable[[], None]) -> None:
        self._clock = clock
        self._on_hungry = on_hungry
        self._snapshot: Snapshot | None = None
        self._limited = False
        self._gauges: dict[str, Gauge] = {}
        self._of_agent: dict[str, tuple[Gauge, ...]] = {}
        self._of_route: dict[str, tuple[Gauge, ...]] = {}
        self._of_provider: dict[str, tuple[Gauge, ...]] = {}
        self._queues: dict[str, deque[_Waiter]] = {}
        self._served: dict[str, float] = {}
        """How much each department has been served, in parts of limits."""
        self._waiting = 0
        self._look: asyncio.Handle | None = None

    def limit(self, snapshot: Snapshot) -> bool:
        """Return whether a snapshot has limits of rate; go by it from now on."""
        if snapshot is not self._snapshot:
            self._snapshot = snapshot
            self._of_agent = self._read("agent", snapshot.agents)
            self._of_route = self._read("route", snapshot.routes)
            self._of_provider = self._read("provider", snapshot.providers)
            self._limited = bool(self._of_agent or self._of_route or self._of_provider)
        return self._limited

    def _read(
        self, kind: str, rows: "Mapping[str, AgentRow] | Mapping[str, RouteRow] | Mapping[str, ProviderRow]"
    ) -> dict[str, tuple[Gauge, ...]]:
        found: dict[str, tuple[Gauge, ...]] = {}
        for name, row in rows.items():
            if row.rates is None:
                continue
            gauges = []
            for what, amount in row.rates.amounts():
                key = f"{kind}/{name}/{what}"
                gauge = self._gauges.get(key)
                if gauge is None:
                    gauge = self._gauges[key] = Gauge(key, f"{kind.capitalize()} {name}", what, amount)
                gauge.amount = amount
                gauges.append(gauge)
            found[name] = tuple(gauges)
        return found

    async def enter(
        self, agent: AgentRow, route: RouteRow, provider: str, tokens: int, *, first: bool, patient: bool
    ) -> tuple[Lease | None, Lease | None]:
        """Take from the limits of a provider; if it is a call's ``first`` attempt, from agent's and route's.

        ``tokens``: the most that the attempt can use. Returns what the call has taken of agent and route, and
        what the attempt has of the provider. Raises RateLimited where it has to wait too long (at all unless
        ``patient``), InvalidRequest where it can never fit.
        """
        gauges = self._of_provider.get(provider, ())
        own = self._own(agent, route) if first else ()
        if not gauges and not own:
            return None, None
        everything = own + gauges
        for gauge in everything:
            if gauge.need(tokens) > gauge.amount:
                raise InvalidRequest(
                    f"This call may use up to {tokens:,} tokens, and {gauge.owner} may use {gauge.amount:,} "
                    "tokens per minute.",
                    fix="Ask for less output, or raise the limit.",
                    field="max_completion_tokens",
                    code="rate_limit_too_small",
                )
        taken = self._take(everything, tokens, behind_others=True)
        if taken is None:
            if not patient:
                raise self._refusal(everything, tokens)
            taken = await self._wait(agent.department_path, everything, tokens, route.max_wait_ms / 1000)
        return self._leases(taken, len(own))

    def enter_at_once(
        self, agent: AgentRow, route: RouteRow, provider: str, tokens: int
    ) -> tuple[Lease | None, Lease | None] | None:
        """Take as `enter` does for a call's first attempt; None where that would wait or raise."""
        own, gauges = self._own(agent, route), self._of_provider.get(provider, ())
        if not gauges and not own:
            return None, None
        everything = own + gauges
        for gauge in everything:
            if gauge.need(tokens) > gauge.amount:
                return None
        taken = self._take(everything, tokens, behind_others=True)
        return None if taken is None else self._leases(taken, len(own))

    def _own(self, agent: AgentRow, route: RouteRow) -> tuple[Gauge, ...]:
        return self._of_agent.get(agent.name, ()) + self._of_route.get(route.name, ())

    def _leases(self, taken: list[tuple[Gauge, int, int]], own: int) -> tuple[Lease | None, Lease | None]:
        """Return what the call has taken, which is the first ``own``, and what its attempt has."""
        return Lease(self, taken[:own]) if own else None, Lease(self, taken[own:])

    def _take(
        self, gauges: tuple[Gauge, ...], tokens: int, *, behind_others: bool
    ) -> list[tuple[Gauge, int, int]] | None:
        """Take from all or from none."""
        second = self._clock.monotonic_ns() // 1_000_000_000
        for gauge in gauges:
            gauge.advance(second)
            if gauge.used + gauge.need(tokens) > gauge.share or (behind_others and gauge.want):
                return None
        return [(gauge, need, gauge.take(need)) for gauge in gauges for need in (gauge.need(tokens),)]

    @staticmethod
    def _refusal(gauges: tuple[Gauge, ...], tokens: int) -> RateLimited:
        full = [
            gauge for gauge in gauges if gauge.want or gauge.used + gauge.need(tokens) > gauge.share
        ] or list(gauges)
        wait_s, _, worst = max((gauge.frees_in_s(gauge.need(tokens)), gauge.key, gauge) for gauge in full)
        return RateLimited(f"{worst}.", retry_after_s=wait_s, fix=f"Try again in {wait_s} s.")

    # The queue

    async def _wait(
        self, department: str, gauges: tuple[Gauge, ...], tokens: int, max_wait_s: float
    ) -> list[tuple[Gauge, int, int]]:
        if self._waiting >= MAX_WAITING or max_wait_s <= 0:
            raise self._refusal(gauges, tokens)
        loop = asyncio.get_running_loop()
        waiter = _Waiter(department, gauges, tokens, loop.create_future())
        queue = self._queues.get(department)
        if queue is None:
            queue = self._queues[department] = deque()
            # Who comes back has no claim on what it did not ask for while it was away.
            busy = [self._served.get(name, 0.0) for name in self._queues if name != department]
            self._served[department] = max([self._served.get(department, 0.0), min(busy, default=0.0)])
        queue.append(waiter)
        self._waiting += 1
        for gauge in gauges:
            gauge.want += gauge.need(tokens)
        self._on_hungry()
        self._look_later()
        try:
            async with asyncio.timeout(max_wait_s):
                return (await waiter.lease).taken
        except BaseException as error:
            if waiter.lease.done() and not waiter.lease.cancelled():
                waiter.lease.result().undo()  # it was let through in the moment in which it gave up
            else:
                self._remove(waiter)
            if isinstance(error, TimeoutError):
                raise self._refusal(gauges, tokens) from None
            raise

    def _remove(self, waiter: _Waiter) -> None:
        queue = self._queues[waiter.department]
        queue.remove(waiter)
        if not queue:
            del self._queues[waiter.department]
        self._waiting -= 1
        for gauge in waiter.gauges:
            gauge.want -= gauge.need(waiter.tokens)

    def look_soon(self) -> None:
        """Something was given back: see whether a call that waits can go on."""
        if self._waiting:
            if self._look is not None:
                self._look.cancel()
            self._look = asyncio.get_running_loop().call_soon(self._serve)

    def _look_later(self) -> None:
        if self._look is None:
            self._look = asyncio.get_running_loop().call_later(LOOK_AGAIN_S, self._serve)

    def _serve(self) -> None:
        """Let those go on that can: of the department first that was served least."""
        self._look = None
        full: set[tuple[Gauge, ...]] = set()
        while self._serve_one(full):
            pass
        if self._waiting:
            self._look_later()

    def _serve_one(self, full: set[tuple[Gauge, ...]]) -> bool:
        for department in sorted(self._queues, key=lambda name: self._served[name]):
            for waiter in self._queues[department]:
                if waiter.gauges in full or waiter.lease.done():
                    continue
                taken = self._take(waiter.gauges, waiter.tokens, behind_others=False)
                if taken is None:
                    full.add(waiter.gauges)
                    continue
                self._served[department] += max(need / gauge.amount for gauge, need, _ in taken)
                self._remove(waiter)
                waiter.lease.set_result(Lease(self, taken))
                return True
        return False

    # The keeper

    def claims(self) -> tuple[Claim, ...]:
        """Return what this worker tells the keeper: the limits that are in use here."""
        second = self._clock.monotonic_ns() // 1_000_000_000
        found = []
        for gauge in self._gauges.values():
            gauge.advance(second)
            used = gauge.used
            if used or gauge.want or gauge.share:
                found.append(Claim(gauge.key, gauge.amount, used, gauge.want, gauge.share))
        return tuple(found)

    def hear(self, claims: Iterable[Claim], shares: Iterable[int]) -> None:
        """Go by the shares that the keeper answered to `claims`."""
        for claim, share in zip(claims, shares, strict=False):
            self._gauges[claim.key].share = share
        self.look_soon()
