"""How providers are, as a worker has seen it: which one is left alone for a while, and for how long.

Nothing is refused because of this but what a provider has said that it would refuse: a provider that fails is
tried last, not never.
"""

import math
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from podium.gateway.allowances import Allowances, Flight, Key
from podium.gateway.plan import Plan
from podium.kernel.errors import PodiumError, RateLimited, UpstreamError, UpstreamRefused
from podium.manifest.snapshot import ModelRow
from podium.net.upstream import UpstreamReply
from podium.ports import Clock
from podium.spend.bounds import Bound
from podium.wire.limit_headers import read_remaining

FAILURES: Final = 5
"""So many failures in a row, and a provider is tried last."""
EJECTION_S: Final = 5.0
"""For so long at first; twice as long each time that it fails again, up to MAX_EJECTION_S."""
MAX_EJECTION_S: Final = 60.0
RETRY_RATIO: Final = 0.2
"""Repeats at one provider may be so many of its attempts."""
RETRIES_AT_FIRST: Final = 10.0
"""And so many besides, so that a quiet provider's are not refused."""


class _Row:
    """Failures of one provider in a row."""

    __slots__ = ("ejections", "failures", "until_ns")

    def __init__(self) -> None:
        self.failures = 0
        self.ejections = 0
        self.until_ns = 0


class Health:
    """What one worker has learned of providers."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._failing: dict[str, _Row] = {}
        self._retries: dict[str, float] = {}
        self._paused_until_ns: dict[Key, int] = {}
        """Of those that have refused a call, and said for how long."""
        self.allowances = Allowances(clock)

    def order(self, models: Sequence[ModelRow]) -> Sequence[ModelRow]:
        """Return the models, last those whose providers are ejected."""
        if not self._failing or len(models) == 1:
            return models
        now_ns = self._clock.monotonic_ns()
        return sorted(models, key=lambda model: self.is_ejected(model.provider, now_ns))

    def is_ejected(self, provider: str, now_ns: int) -> bool:
        """Return whether a provider has failed so often that it is tried last now."""
        row = self._failing.get(provider)
        return row is not None and now_ns < row.until_ns

    def is_well(self, plan: Plan) -> bool:
        """Return whether a provider takes calls of a model now, and is not tried last."""
        if not self._failing and not self._paused_until_ns and not self.allowances.limits:
            return True
        if plan.key in self._paused_until_ns or plan.key in self.allowances.limits:
            return False  # the path waits, and counts
        return not self.is_ejected(plan.provider.name, self._clock.monotonic_ns())

    async def allow(self, plan: Plan, bound: Bound, max_wait_s: float) -> Flight:
        """Wait until a provider takes a call of a model. Raises RateLimited where that is too long."""
        allowances, key = self.allowances, plan.key
        patient_ns = self._clock.monotonic_ns() + int(max_wait_s * 1e9)
        waited = False
        while wait_ns := self._wait_ns(key, bound):
            left_ns = patient_ns - self._clock.monotonic_ns()
            hopeless = wait_ns > left_ns and not allowances.is_flying(key)
            if left_ns <= 0 or hopeless:
                allowances.wake(key)
                raise _limited(plan, wait_ns / 1e9)
            await allowances.news(key, min(wait_ns if wait_ns > 1 else left_ns, left_ns) / 1e9)
            waited = True
        flight = allowances.begin(key, bound)
        if waited:
            allowances.wake(key)
        return flight

    def _wait_ns(self, key: Key, bound: Bound) -> int:
        until_ns = self._paused_until_ns.get(key)
        if until_ns is not None:
            wait_ns = until_ns - self._clock.monotonic_ns()
            if wait_ns > 0:
                return wait_ns
            del self._paused_until_ns[key]
        return self.allowances.wait_ns(key, bound)

    def heard(self, plan: Plan, flight: Flight | None, bound: Bound, reply: UpstreamReply) -> None:
        """Take note of what the head of an answer tells of limits."""
        now = datetime.fromtimestamp(self._clock.wall_ns() / 1e9, UTC)
        told = read_remaining(reply.headers, now)
        if reply.status == 429:
            self.allowances.refused(plan.key)
        if flight is not None:
            self.allowances.landed(flight, told, reply.sent_ns)
        else:
            self.allowances.hear(plan.key, bound, told, reply.sent_ns)

    def _pause(self, plan: Plan, wait_s: float) -> None:
        until_ns = self._clock.monotonic_ns() + int(wait_s * 1e9)
        self._paused_until_ns[plan.key] = max(until_ns, self._paused_until_ns.get(plan.key, 0))

    def went_well(self, plan: Plan) -> None:
        """Take note of an answer."""
        if self._failing:
            self._failing.pop(plan.provider.name, None)
        if self._retries:
            self._earn(plan.provider.name)

    def _earn(self, provider: str) -> None:
        left = self._retries.get(provider)
        if left is None:
            return
        if left + RETRY_RATIO >= RETRIES_AT_FIRST:
            del self._retries[provider]
        else:
            self._retries[provider] = left + RETRY_RATIO

    def failed(self, plan: Plan, error: PodiumError) -> None:
        """Take note of an attempt that failed."""
        if isinstance(error, UpstreamRefused):
            if error.status == 429 and error.retry_after_s:
                self._pause(plan, error.retry_after_s)
            if error.status < 500:
                return
        elif not isinstance(error, UpstreamError):
            return
        row = self._failing.setdefault(plan.provider.name, _Row())
        row.failures += 1
        now_ns = self._clock.monotonic_ns()
        if row.failures >= FAILURES and now_ns >= row.until_ns:
            ejected_s = min(EJECTION_S * 2**row.ejections, MAX_EJECTION_S)
            row.ejections = min(row.ejections + 1, 10)
            row.until_ns = now_ns + int(ejected_s * 1e9)
        self._earn(plan.provider.name)

    def probed(self, provider: str, *, well: bool, again_s: float) -> bool:
        """Take note of what a look found; the next is ``again_s`` away. Return whether that is new."""
        if well:
            return self._failing.pop(provider, None) is not None
        was_ejected = self.is_ejected(provider, self._clock.monotonic_ns())
        row = self._failing.setdefault(provider, _Row())
        row.failures = max(row.failures + 1, FAILURES)
        row.until_ns = max(row.until_ns, self._clock.monotonic_ns() + int(2 * again_s * 1e9))
        return not was_ejected

    def may_repeat(self, provider: str) -> bool:
        """Take one repeat from a provider's budget; False when it is used up."""
        left = self._retries.get(provider, RETRIES_AT_FIRST)
        if left < 1:
            return False
        self._retries[provider] = left - 1
        return True


def _limited(plan: Plan, wait_s: float) -> RateLimited:
    seconds = max(1, math.ceil(wait_s))
    return RateLimited(
        f"{plan.provider.name} takes no calls of {plan.model.upstream} for {seconds} s, by what it says.",
        retry_after_s=max(1.0, wait_s),
        fix=f"Try again in {seconds} s.",
    )
