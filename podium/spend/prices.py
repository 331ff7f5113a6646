"""Price sheets and the exact cost of a usage.

A rate is nano-USD per token, as an exact ``Decimal`` (1 USD per million tokens is 1000 nano-USD per token).
Tiers are by threshold, as providers publish them and genai-prices models them: when the whole input is
above a tier's start, every token of that kind is priced at that tier's rate.
"""

from decimal import Decimal

import msgspec

from podium.kernel.call import Usage
from podium.kernel.money import EXACT, NanoUsd, ceil_nano


class Tier(msgspec.Struct, frozen=True):
    """The rate that holds for every token when the input is above ``above_input_tokens``."""

    above_input_tokens: int
    nano_usd_per_token: Decimal


class Rate(msgspec.Struct, frozen=True):
    """The price of one kind of token."""

    nano_usd_per_token: Decimal
    tiers: tuple[Tier, ...] = ()

    def at(self, input_tokens: int) -> Decimal:
        """Return nano-USD per token for a call whose whole input is ``input_tokens``."""
        rate = self.nano_usd_per_token
        for tier in self.tiers:
            if input_tokens > tier.above_input_tokens:
                rate = tier.nano_usd_per_token
        return rate

    def highest(self) -> Decimal:
        """Return the highest rate of any tier, in nano-USD per token."""
        return max((self.nano_usd_per_token, *(tier.nano_usd_per_token for tier in self.tiers)))


class PriceSheet(msgspec.Struct, frozen=True):
    """What a model costs. A kind of token without a rate of its own costs what its total costs."""

    input: Rate
    output: Rate
    cache_read: Rate | None = None
    cache_write: Rate | None = None
    cache_write_1h: Rate | None = None
    reasoning: Rate | None = None
    input_audio: Rate | None = None
    output_audio: Rate | None = None
    cache_audio_read: Rate | None = None
    request_nano_usd: Decimal = Decimal(0)
    source: str = "manifest"
    """Where the prices come from, for people: ``manifest`` or ``genai-prices VERSION PROVIDER/MODEL``."""


class CostLine(msgspec.Struct, frozen=True):
    """One line of a cost worked out: tokens times a rate, exact and not yet rounded."""

    kind: str
    tokens: int
    nano_usd_per_token: Decimal
    nano_usd: Decimal
