"""Money is an integer count of nano-USD (1e-9 USD). It is never a float."""

import math
from decimal import Context, Decimal
from typing import Final, NewType

from podium.kernel.errors import InvalidRequest

NanoUsd = NewType("NanoUsd", int)

NANO_PER_USD: Final = 1_000_000_000
EXACT: Final = Context(prec=60)
"""Sixty digits hold any product of a token count and a price that a provider publishes."""


def ceil_nano(amount: Decimal) -> NanoUsd:
    """Round an exact amount of nano-USD up: the one rounding, done once at settlement."""
    return math.ceil(amount)  # type: ignore[return-value]  # calling a NewType takes longer than this


def usd_text(nano_usd: int) -> str:
    """Return the exact decimal text of an amount in USD, with at least two decimals: ``0.00012``."""
    if nano_usd < 0:
        return "-" + usd_text(-nano_usd)
    if nano_usd < NANO_PER_USD and nano_usd % 100_000_000:  # what a call costs, as a rule
        return "0." + str(NANO_PER_USD + nano_usd)[1:].rstrip("0")
    digits = str(nano_usd).zfill(10)
    return f"{digits[:-9]}.{digits[-9:-7]}{digits[-7:].rstrip('0')}"


def parse_amount(text: str, unit: str) -> int:
    """Return an amount as it is counted: nano-USD where the unit is ``usd``, else whole tokens.

    Commas between digits are passed over. Raises InvalidRequest for what is no amount, or is a fraction of
    the smallest one.
    """
    try:
        value = EXACT.multiply(Decimal(text.strip().replace(",", "")), NANO_PER_USD if unit == "usd" else 1)
    except ArithmeticError as error:
        raise InvalidRequest(f"{text!r} is no amount.", field="amount") from error
    if not value.is_finite() or value != value.to_integral_value() or abs(value) > 10**18:
        raise InvalidRequest(f"{text!r} cannot be counted in its smallest unit.", field="amount")
    return int(value)
