"""What a provider's export of usage or costs says, whatever its format."""

from decimal import Decimal

import msgspec

from podium.kernel.call import Usage


class BillLine(msgspec.Struct, frozen=True):
    """One line: of one request where ``request_ids`` names it, else of all requests of a model in a time."""

    number: int
    """Its place in the export: the line of a CSV, or the result's place in a JSON document, from 1."""
    since_ns: int
    until_ns: int
    """Unix nanoseconds, exclusive. Of one request: its moment, and the nanosecond behind it."""
    model: str | None = None
    """None: of every model."""
    request_ids: tuple[str, ...] = ()
    requests: int | None = None
    cost_nano_usd: Decimal | None = None
    quantum_nano_usd: Decimal = Decimal(0)
    """By how much the cost may be off, because the export prints no more digits."""
    usage: Usage | None = None


class Bill(msgspec.Struct, frozen=True):
    """An export. ``covers``: the times that its buckets are of."""

    lines: tuple[BillLine, ...]
    covers: tuple[tuple[int, int], ...] = ()
