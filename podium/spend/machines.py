"""What machines cost that Podium itself runs: processor, memory and graphics time, and shares of servers.

These amounts stand beside the ledger, which has what providers charge. A quantity that nobody has measured
and a price that nobody has set are None, and never zero.
"""

from collections.abc import Sequence
from decimal import Decimal

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
