"""How providers are, as a worker has seen it: which one is left alone for a while, and for how long.

Nothing is refused because of this but what a provider has said that it would refuse: a provider that fails is
tried last, not never.
"""

import asyncio
import math
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from podium.gateway.plan import Plan
from podium.kernel.errors import PodiumError, RateLimited, UpstreamError, UpstreamRefused
from podium.manifest.snapshot import ModelRow
from podium.net.upstream import UpstreamReply
from podium.ports import Clock
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
        self._exhausted_until_ns: dict[tuple[str, str], int] = {}
        """By provider and its model, since limits are a model's."""

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
        if not self._failing and not self._exhausted_until_ns:
            return True
        provider = plan.provider.name
        return (provider, plan.model.upstream) not in self._exhausted_until_ns and not self.is_ejected(
            provider, self._clock.monotonic_ns()
        )

    @property
    def exhausted(self) -> bool:
        """Whether any provider has said that it takes no more calls for now."""
        return bool(self._exhausted_until_ns)

    async def allow(self, plan: Plan, max_wait_s: float) -> None:
        """Wait until a provider takes calls of a model again. Raises RateLimited where that is too long."""
        key = (plan.provider.name, plan.model.upstream)
        while (until_ns := self._exhausted_until_ns.get(key)) is not None:
            wait_s = (until_ns - self._clock.monotonic_ns()) / 1e9
            if wait_s <= 0:
                del self._exhausted_until_ns[key]
            elif wait_s <= max_wait_s:
                await asyncio.sleep(wait_s)
            else:
                seconds = math.ceil(wait_s)
                raise RateLimited(
                    f"{plan.provider.name} takes no calls of {plan.model.upstream} for {seconds} s, it says.",
                    retry_after_s=wait_s,
                    fix=f"Try again in {seconds} s.",
                )

    def heard(self, plan: Plan, reply: UpstreamReply) -> None:
        """Take note of what an answer tells of limits."""
        now = datetime.fromtimestamp(self._clock.wall_ns() / 1e9, UTC)
        wait_s = max([it.reset_s for it in read_remaining(reply.headers, now) if it.left == 0], default=0.0)
        if wait_s > 0:
            self._pause(plan, wait_s)

    def _pause(self, plan: Plan, wait_s: float) -> None:
        key = (plan.provider.name, plan.model.upstream)
        until_ns = self._clock.monotonic_ns() + int(wait_s * 1e9)
        # An answer that was under way may tell of a nearer reset than a refusal did.
        self._exhausted_until_ns[key] = max(until_ns, self._exhausted_until_ns.get(key, 0))

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
