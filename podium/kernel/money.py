"""Money is an integer count of nano-USD (1e-9 USD). It is never a float."""

from decimal import ROUND_CEILING, Context, Decimal
from typing import Final, NewType

NanoUsd = NewType("NanoUsd", int)

NANO_PER_USD: Final = 1_000_000_000
EXACT: Final = Context(prec=60)
"""Sixty digits hold any product of a token count and a price that a provider publishes."""


def ceil_nano(amount: Decimal) -> NanoUsd:
    """Round an exact amount of nano-USD up: the one rounding, done once at settlement."""
    return NanoUsd(int(amount.to_integral_value(rounding=ROUND_CEILING, context=EXACT)))


def usd_text(nano_usd: int) -> str:
    """Return the exact decimal text of an amount in USD, with at least two decimals: ``0.00012``."""
    sign, magnitude = ("-", -nano_usd) if nano_usd < 0 else ("", nano_usd)
    whole, rest = divmod(magnitude, NANO_PER_USD)
    decimals = f"{rest:09d}".rstrip("0").ljust(2, "0")
    return f"{sign}{whole}.{decimals}"
