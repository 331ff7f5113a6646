"""GPUs that do what they are told."""

from collections.abc import Mapping, Sequence

from podium.kernel.errors import StateError
from podium.spend.machines import GpuHow, GpuSample


class FakeGpus:
    """Tells of what was put into ``told``; None: it fails."""

    def __init__(self, nodes: tuple[str, ...] = (), unread: GpuHow | None = None) -> None:
        self._nodes, self._unread = nodes, unread
        self.told: list[GpuSample] | None = []
        self.asked = 0

    def nodes(self) -> tuple[str, ...]:
        """Return what it was given."""
        return self._nodes

    def unread(self) -> GpuHow | None:
        """Return what it was given."""
        return self._unread

    def samples(self, seen_us: Mapping[int, int]) -> Sequence[GpuSample]:
        """Return what was told and is new. Raises StateError."""
        self.asked += 1
        if self.told is None:
            raise StateError("The GPUs do not answer.")
        return [it for it in self.told if it.at_us > seen_us.get(it.gpu, 0)]
