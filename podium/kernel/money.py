"""Money is an integer count of nano-USD (1e-9 USD). It is never a float."""

import math
from decimal import Context, Decimal
from typing import Final, NewType

NanoUsd = NewType("NanoUsd", int)

NANO_PER_USD: Final = 1_000_000_000
EXACT: Final = Context(prec=60)
"""Sixty digits hold any product of a token count and a price that a provider publishes."""


def ceil_nano(amount: Decimal) -> NanoUsd:
    """Round an exact amount of nano-USD up: the one rounding, done once at settlement."""
    return NanoUsd(math.ceil(amount))


def usd_text(nano_usd: int) -> str:
    """Return the exact decimal text of an amount in USD, with at least two decimals: ``0.00012``."""
    if nano_usd < 0:
        return "-" + usd_text(-nano_usd)
    whole, rest = divmod(nano_usd, NANO_PER_USD)
    return f"{whole}.{rest:09d}".rstrip("0") if rest % 100_000_000 else f"{whole}.{rest // 10_000_000:02d}"
