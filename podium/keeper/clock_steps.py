"""Sees that the wall clock was set: the windows of limits, deadlines and schedules follow it."""

import logging
from typing import Final

from podium.ports import Clock

TOLD_NS: Final = 5_000_000_000
"""A smaller step is the daily work of whoever keeps the clock right."""

logger = logging.getLogger("podium.keeper")


class ClockSteps:
    """Holds the wall clock against the monotonic one."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._apart_ns = clock.wall_ns() - clock.monotonic_ns()

    def look(self) -> None:
        """Warn where the wall clock has gone otherwise than time since the last look."""
        apart_ns = self._clock.wall_ns() - self._clock.monotonic_ns()
        step_ns, self._apart_ns = apart_ns - self._apart_ns, apart_ns
        if abs(step_ns) < TOLD_NS:
            return
        logger.warning(
            "the wall clock went %s by %d s (it was set%s): "
            "windows of limits, deadlines and schedules follow it",
            "ahead" if step_ns > 0 else "back",
            abs(step_ns) // 1_000_000_000,
            ", or the machine was suspended" if step_ns > 0 else "",
        )
