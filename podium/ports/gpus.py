"""The GPUs of this machine, and what its processes do with them."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from podium.spend.machines import GpuHow, GpuSample


class Gpus(Protocol):
    """What the machine has of GPUs."""

    def nodes(self) -> tuple[str, ...]:
        """Return the device files by which a program reaches them; empty: it can reach none."""
        ...

    def unread(self) -> GpuHow | None:
        """Return why nothing is told of what they do; None: it is. Not asked where there are none."""
        ...

    def samples(self, seen_us: Mapping[int, int]) -> Sequence[GpuSample]:
        """Return what is new since the newest sample that was seen of each. Raises StateError.

        It may take some milliseconds.
        """
        ...
