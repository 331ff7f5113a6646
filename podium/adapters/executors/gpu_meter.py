"""Measures how long programs keep GPUs busy, by what the driver tells of processes once a second.

Programs are told apart by their processes: each is below the one that holds its program. One that lives less
than a second may be gone before it is seen whose it is, and is counted for nobody.
"""

import asyncio
import time
from decimal import Decimal
from typing import Final

from podium.adapters.executors import procs
from podium.kernel.errors import StateError
from podium.ports.gpus import Gpus
from podium.spend.machines import NO_GPU, GpuHow, gpu_busy_us

EVERY_S: Final = 1.0


class GpuCount:
    """What one program has used. ``pid``: the process that holds it."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.busy_us = Decimal(0)
        self.how: GpuHow = "sampled"


class GpuMeter:
    """Looks while there is somebody to measure. Its methods belong to one event loop."""

    def __init__(self, gpus: Gpus, *, every_s: float = EVERY_S) -> None:
        self._gpus, self._every_s = gpus, every_s
        self._counts: list[GpuCount] = []
        self._owners: dict[int, GpuCount] = {}
        """By process, those of programs that run."""
        self._seen_us: dict[int, int] = {}
        self._looked_ns = 0
        self._looking: asyncio.Task[None] | None = None
        self._one = asyncio.Lock()

    def reach(self, *, confined: bool, given: bool) -> GpuHow:
        """Return how the GPU time of a program will be known, or why not.

        ``confined``: it has a ``/dev`` of its own, with GPUs only where they were ``given``.
        """
        if not self._gpus.nodes():
            return "no_device"
        if confined and not given:
            return "kept_off"
        return self._gpus.unread() or "sampled"

    async def begin(self, pid: int) -> GpuCount:
        """Measure a program from now on."""
        await self._look()
        count = GpuCount(pid)
        self._counts.append(count)
        if self._looking is None:
            self._looking = asyncio.create_task(self._keep_looking())
        return count

    async def end(self, count: GpuCount) -> None:
        """Look a last time, and measure that program no more."""
        await self._look()
        self._counts.remove(count)
        self._owners = {pid: it for pid, it in self._owners.items() if it is not count}
        if not self._counts and self._looking is not None:
            self._looking.cancel()
            self._looking = None

    async def _keep_looking(self) -> None:
        while True:
            await asyncio.sleep(self._every_s)
            await self._look()

    async def _look(self) -> None:
        async with self._one:
            now_ns = time.monotonic_ns()
            most_us, self._looked_ns = (now_ns - self._looked_ns) // 1000, now_ns
            try:
                samples = await asyncio.to_thread(self._gpus.samples, dict(self._seen_us))
            except StateError:
                for count in self._counts:
                    count.how = "failed"
                return
            for pid, busy_us in gpu_busy_us(samples, self._seen_us, most_us).items():
                if (owner := self._owner(pid)) is not None:
                    owner.busy_us += busy_us

    def _owner(self, pid: int) -> GpuCount | None:
        """Return whose process this is, also when it has ended since; None: nobody's that is measured."""
        if pid not in self._owners:
            above: int | None = pid
            holders = {count.pid: count for count in self._counts}
            while above is not None and above not in holders:
                above = procs.parent(above)
            if above is None:
                return None
            self._owners[pid] = holders[above]
        return self._owners[pid]


async def used(meter: GpuMeter, count: GpuCount | None, how: GpuHow) -> tuple[int | None, GpuHow]:
    """Return a program's GPU time in milliseconds at its end, None where it is not known, and how it is."""
    if count is None:
        return (0 if how in NO_GPU else None), how
    await meter.end(count)
    return (int(count.busy_us / 1000) if count.how == "sampled" else None), count.how
