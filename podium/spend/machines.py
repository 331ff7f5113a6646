"""What machines cost that Podium itself runs: processor, memory and graphics time, and shares of servers.

These amounts stand beside the ledger, which has what providers charge. A quantity that nobody has measured
and a price that nobody has set are None, and never zero.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Final, Literal

import msgspec


class MachinePrices(msgspec.Struct, frozen=True):
    """Nano-USD of a unit, exact; None: no price is set."""

    cpu_second: Decimal | None = None
    gigabyte_second: Decimal | None = None
    """Of memory, in units of 10^9 bytes."""
    gpu_second: Decimal | None = None

    def over(self, above: "MachinePrices") -> "MachinePrices":
        """Return these prices, and where one is not set that of ``above``."""
        return MachinePrices(
            *(
                getattr(above, name) if getattr(self, name) is None else getattr(self, name)
                for name in self.__struct_fields__
            )
        )


class Interval(msgspec.Struct, frozen=True):
    """A time in which a server worked on a request, in microseconds since any one moment."""

    start_us: int
    end_us: int


def busy_share_us(mine: Sequence[Interval], others: Sequence[Interval]) -> Decimal:
    """Return how long a server was busy for ``mine``, in microseconds.

    While it works on n requests at once, each has an n-th of the time, so that the shares of all add up to
    the time in which it was busy. In one sweep over the ends of all intervals; exact to 28 digits.
    """
    edges: list[tuple[int, int, int]] = []
    for intervals, own in ((mine, 1), (others, 0)):
        for it in intervals:
            if it.end_us > it.start_us:
                edges += [(it.start_us, own, 1), (it.end_us, own, -1)]
    edges.sort()
    total, active, owned, before = Decimal(0), 0, 0, 0
    for at, own, change in edges:
        if owned and at > before:
            total += Decimal((at - before) * owned) / active
        active += change
        owned += own * change
        before = at
    return total


GpuHow = Literal[
    "kept_off", "no_device", "sampled", "no_package", "no_driver", "foreign", "contained", "failed", "lost"
]
"""How a program's GPU time is known, or why it is not: `GPU_WORDS`."""
NO_GPU: Final[frozenset[GpuHow]] = frozenset({"kept_off", "no_device"})
"""There it is zero, exactly."""
GPU_WORDS: Final[dict[GpuHow, str]] = {
    "kept_off": "it had no GPU in its reach",
    "no_device": "its machine has no GPU",
    "sampled": "by the driver's samples, once a second",
    "no_package": "a GPU was in its reach, and Podium's extra `gpus` is not installed",
    "no_driver": "a GPU was in its reach, and there is no driver that tells what it did (libnvidia-ml.so.1)",
    "foreign": "a GPU was in its reach of which nothing is told: only NVIDIA's are measured",
    "contained": "a GPU was in its reach, and Podium's processes have other numbers than the driver's",
    "failed": "a GPU was in its reach, and its driver has refused to tell",
    "lost": "the runner died that measured it",
}
"""Said of the program, in its cost sheet."""


class GpuSample(msgspec.Struct, frozen=True):
    """How busy one process has kept one GPU, as its driver says, in the time up to a moment."""

    gpu: int
    pid: int
    at_us: int
    """By the driver's clock."""
    busy_percent: int


def gpu_busy_us(samples: Sequence[GpuSample], seen_us: dict[int, int], most_us: int) -> dict[int, Decimal]:
    """Return how long each process has kept GPUs busy, in microseconds of one GPU; ``seen_us`` is moved on.

    A sample stands for the time since the one before it of the same process and GPU, at first since what was
    seen last of that GPU, and for ``most_us`` at most: the time since the last look.
    """
    found: dict[int, Decimal] = {}
    before: dict[tuple[int, int], int] = {}
    new = (it for it in samples if it.at_us > seen_us.get(it.gpu, -1))
    for it in sorted(new, key=lambda it: it.at_us):
        since = before.get((it.gpu, it.pid), seen_us.get(it.gpu, it.at_us - most_us))
        lasted_us = max(0, min(it.at_us - since, most_us))
        found[it.pid] = found.get(it.pid, Decimal(0)) + Decimal(lasted_us * min(it.busy_percent, 100)) / 100
        before[it.gpu, it.pid] = it.at_us
    for (gpu, _), at_us in before.items():
        seen_us[gpu] = max(at_us, seen_us.get(gpu, at_us))
    return found
