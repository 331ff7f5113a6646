"""A program while it runs: its token is renewed, and what happens to its task happens to it.

Who knows how the task stands says so with `told`; a program whose task has ended is ended, one whose task is
paused is held, with all that it has started.
"""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final

from podium.fleet.given import write_token
from podium.kernel.errors import PodiumError, StateError
from podium.ports import Clock
from podium.ports.executor import Holding, Measure, Outcome, Prepared, Running

RETRY_S: Final = 5.0
Renewal = Callable[[], Awaitable[tuple[str, float]]]
"""Returns a new token and how long it is good, in seconds. Raises PodiumError, OSError."""


class Tending:
    """Looks after one program that runs."""

    def __init__(
        self,
        running: Running,
        *,
        clock: Clock,
        private: Path,
        renew: Renewal | None,
        good_s: float = 0.0,
        say: Callable[[str], None] = lambda _: None,
    ) -> None:
        """``renew``: gets the next token; None: the program has none. ``good_s``: of the one it has."""
        self._running = running
        self._clock = clock
        self._private = private
        self._renew = renew
        self._renew_at_s = self._now_s() + good_s / 2
        self._say = say
        self._news = asyncio.Event()
        self._state = "running"
        self._end: str | None = None

    @property
    def state(self) -> str:
        """What was told last."""
        return self._state

    def told(self, state: str) -> None:
        """Take note of how its task stands: ``running``, ``paused``, or that it has ended."""
        self._state = state
        self._news.set()

    async def tend(self, over: frozenset[str]) -> Outcome:
        """Return how the program ended, when nothing of it is left. ``over``: states that end it."""
        ended = asyncio.create_task(self._running.wait())
        paused = False
        try:
            while True:
                waking = asyncio.create_task(self._news.wait())
                await asyncio.wait(
                    {ended, waking}, timeout=self._patience_s(), return_when=asyncio.FIRST_COMPLETED
                )
                waking.cancel()
                self._news.clear()
                if ended.done():
                    return ended.result()
                if self._state in over:
                    self._say(f"is {self._state}: its program ends.")
                    return await self._running.kill()
                if (self._state == "paused") != paused:
                    paused = not paused
                    (self._running.pause if paused else self._running.resume)()
                    self._say(
                        f"is {self._state}{': its calls are refused, its program is held' if paused else ''}."
                    )
                if self._renew is not None and self._now_s() >= self._renew_at_s and not paused:
                    await self._renewed(self._renew)
        finally:
            if not ended.done():
                await self._running.kill()

    def _patience_s(self) -> float | None:
        return max(0.01, self._renew_at_s - self._now_s()) if self._renew is not None else None

    async def _renewed(self, renew: Renewal) -> None:
        """Put a new token in place. A failure is tried again."""
        try:
            token, good_s = await renew()
        except (PodiumError, OSError):
            self._renew_at_s = self._now_s() + RETRY_S
            return
        write_token(self._private, token)
        self._renew_at_s = self._now_s() + good_s / 2

    def _now_s(self) -> float:
        return self._clock.monotonic_ns() / 1e9


async def refuse(prepared: Prepared, require: tuple[Measure, ...], whose: str) -> None:
    """Give a program up where what is required is not in force. Raises StateError then.

    ``whose``: who requires it, as the message says.
    """
    held = {holding.measure: holding for holding in prepared.holdings}
    open_ = [held[name] for name in require if name not in held or not held[name].in_force]
    if open_:
        await prepared.abandon()
        why = "; ".join(f"{it.measure}: {it.how}" for it in open_)
        raise StateError(
            f"What {whose} asks for is not in force here, so nothing was run. {why}.",
            fix="See docs/sandbox.md, or require less.",
            code="not_confined",
        )


def holding_lines(holdings: tuple[Holding, ...]) -> list[str]:
    """Return in lines what holds a program, and what does not."""
    width = max(len(holding.measure) for holding in holdings)
    return [
        f"  {holding.measure:<{width}}  {'in force' if holding.in_force else 'NOT IN FORCE'}: {holding.how}"
        for holding in holdings
    ]
