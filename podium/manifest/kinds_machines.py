"""What machines cost that Podium itself runs: a part of the kinds Department, Agent and Provider."""

from pydantic import Field

from podium.manifest.fields import Shape, Usd


class MachinePricesSpec(Shape):
    """What machines cost that Podium itself runs programs on; shown in cost sheets beside the ledger."""

    cpu_second_usd: Usd | None = Field(None, description="USD for a second of one processor. None: no price.")
    gigabyte_second_usd: Usd | None = Field(
        None, description="USD for 10^9 bytes of memory for a second. None: no price."
    )
    gpu_second_usd: Usd | None = Field(None, description="USD for a second of one GPU. None: no price.")
