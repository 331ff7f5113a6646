"""Prices of machines: from their kind to the rows of the snapshot."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from podium.kernel.money import EXACT, NANO_PER_USD
from podium.manifest.kinds_machines import MachinePricesSpec
from podium.spend.machines import MachinePrices

NONE: Final = MachinePrices()


def nano_usd(usd: Decimal) -> Decimal:
    """Return a price in nano-USD, the same digits for the same price however it was written."""
    return EXACT.multiply(usd, NANO_PER_USD).normalize(EXACT)


def machine_prices(said: Sequence[MachinePricesSpec], above: MachinePrices = NONE) -> MachinePrices:
    """Return the prices that hold: of each kind the nearest one, those that are ``said`` first."""
    found = NONE
    for spec in said:
        usd = (spec.cpu_second_usd, spec.gigabyte_second_usd, spec.gpu_second_usd)
        found = found.over(MachinePrices(*(None if it is None else nano_usd(it) for it in usd)))
    return found.over(above)
