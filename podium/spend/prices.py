"""Price sheets and the exact cost of a usage.

A rate is nano-USD per token, as an exact ``Decimal`` (1 USD per million tokens is 1000 nano-USD per token).
Tiers are by threshold, as providers publish them and genai-prices models them: when the whole input is
above a tier's start, every token of that kind is priced at that tier's rate.
"""

from decimal import Decimal
from functools import cached_property
from typing import Final

import msgspec

from podium.kernel.call import Usage
from podium.kernel.money import EXACT, ceil_nano


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
        if not self.tiers:
            return rate
        for tier in self.tiers:
            if input_tokens > tier.above_input_tokens:
                rate = tier.nano_usd_per_token
        return rate

    def highest(self) -> Decimal:
        """Return the highest rate of any tier, in nano-USD per token."""
        return max((self.nano_usd_per_token, *(tier.nano_usd_per_token for tier in self.tiers)))


class PriceSheet(msgspec.Struct, frozen=True, dict=True):
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
    tool_uses: dict[str, Decimal] = msgspec.field(default_factory=dict)
    """Nano-USD of one use of a tool that the provider runs, by kind: ``web_search``, ``file_search``."""
    source: str = "manifest"
    """Where the prices come from, for people: ``manifest`` or ``genai-prices VERSION PROVIDER/MODEL``."""

    @cached_property
    def whole_rates(self) -> tuple[int, int, int] | None:
        """Rates of input, of output and of a request where all are whole nano-USD and without tiers.

        Whole numbers reckon as exactly as decimals, in a tenth of the time.
        """
        rates = self.input.nano_usd_per_token, self.output.nano_usd_per_token, self.request_nano_usd
        if self.input.tiers or self.output.tiers or any(rate % 1 for rate in rates):
            return None
        return int(rates[0]), int(rates[1]), int(rates[2])


FREE: Final = PriceSheet(Rate(Decimal(0)), Rate(Decimal(0)), source="counting is free")


def sheet_of(operation: str, sheet: PriceSheet | None) -> PriceSheet | None:
    """Return the prices of an operation at a model with ``sheet``: providers count tokens for nothing."""
    return FREE if operation == "count_tokens" else sheet


_OUTPUT_KINDS: Final = frozenset({"output", "reasoning", "output_audio"})


class CostLine(msgspec.Struct, frozen=True):
    """One line of a cost worked out: tokens times a rate, exact and not yet rounded.

    Lines of requests and of tools count those instead of tokens.
    """

    kind: str
    tokens: int
    nano_usd_per_token: Decimal
    nano_usd: Decimal

    @property
    def of_tokens(self) -> bool:
        """Whether it counts tokens."""
        return self.kind != "request" and not self.kind.startswith("tool_uses.")


def cost_lines(sheet: PriceSheet, usage: Usage) -> tuple[CostLine, ...]:
    """Return the cost of a usage line by line: kinds are disjoint, and a kind without tokens has no line.

    The input's kinds: cached audio, cached, written for an hour, written, audio, and the rest. The output's:
    reasoning, audio, and the rest. ``cache_write_tokens`` includes ``cache_write_1h_tokens``. A sheet's price
    of a request is a line of one; uses of a tool are a line ``tool_uses.KIND`` of that many.
    """
    size = usage.input_tokens
    lines: list[CostLine] = []
    for kind, tokens, rate in _parts(sheet, usage):
        if tokens:
            at = rate.at(size)
            lines.append(CostLine(kind, tokens, at, EXACT.multiply(at, tokens)))
    if sheet.request_nano_usd:
        lines.append(CostLine("request", 1, sheet.request_nano_usd, sheet.request_nano_usd))
    for kind, uses in usage.tool_uses:
        price = sheet.tool_uses.get(kind)
        if price is not None:
            lines.append(CostLine(f"tool_uses.{kind}", uses, price, EXACT.multiply(price, uses)))
    return tuple(lines)


class Cost(msgspec.Struct, frozen=True):
    """What a usage costs: ``nano_usd`` is the sum of the other two, rounded up once.

    ``input_nano_usd`` (prices of the request and of tool uses included) and ``output_nano_usd`` are exact.
    """

    nano_usd: int
    input_nano_usd: Decimal | int
    output_nano_usd: Decimal | int


def cost(sheet: PriceSheet, usage: Usage) -> Cost:
    """Return the cost of a usage in nano-USD: the exact sum of its lines, rounded up once."""
    if has_parts(usage):
        of_input = of_output = Decimal(0)
        for line in cost_lines(sheet, usage):
            if line.kind in _OUTPUT_KINDS:
                of_output = EXACT.add(of_output, line.nano_usd)
            else:
                of_input = EXACT.add(of_input, line.nano_usd)
    elif sheet.whole_rates is not None:
        of_token, of_answer, of_request = sheet.whole_rates
        inputs = of_token * usage.input_tokens + of_request
        outputs = of_answer * usage.output_tokens
        return Cost(inputs + outputs, inputs, outputs)
    else:
        size = usage.input_tokens
        of_input = EXACT.multiply(sheet.input.at(size), size)
        if sheet.request_nano_usd:
            of_input = EXACT.add(of_input, sheet.request_nano_usd)
        of_output = EXACT.multiply(sheet.output.at(size), usage.output_tokens)
    return Cost(ceil_nano(EXACT.add(of_input, of_output)), of_input, of_output)


def has_parts(usage: Usage) -> bool:
    """Return whether any part of a usage may have a price of its own."""
    return bool(
        usage.cache_read_tokens
        or usage.cache_write_tokens
        or usage.reasoning_tokens
        or usage.input_audio_tokens
        or usage.output_audio_tokens
        or usage.tool_uses
    )


def unpriced_uses(sheet: PriceSheet, usage: Usage) -> tuple[str, ...]:
    """Return the kinds of tools that ran and have no price."""
    return tuple(kind for kind, uses in usage.tool_uses if uses and kind not in sheet.tool_uses)


def _parts(sheet: PriceSheet, usage: Usage) -> tuple[tuple[str, int, Rate], ...]:
    """Return each kind, its tokens (disjoint, of one usage) and its rate.

    A kind without a rate costs what the kind that it is part of costs; cached audio, part of two, costs what
    audio costs, which is never less than it does.
    """
    cached_audio = usage.cache_audio_read_tokens
    cached = usage.cache_read_tokens - cached_audio
    audio = usage.input_audio_tokens - cached_audio
    written = usage.cache_write_tokens - usage.cache_write_1h_tokens
    rest = usage.input_tokens - usage.cache_read_tokens - usage.cache_write_tokens - audio
    spoken = usage.output_audio_tokens
    answer = usage.output_tokens - usage.reasoning_tokens - spoken
    cache_read = sheet.cache_read or sheet.input
    cache_write = sheet.cache_write or sheet.input
    return (
        ("input", rest, sheet.input),
        ("cache_read", cached, cache_read),
        ("cache_write", written, cache_write),
        ("cache_write_1h", usage.cache_write_1h_tokens, sheet.cache_write_1h or cache_write),
        ("input_audio", audio, sheet.input_audio or sheet.input),
        ("cache_audio_read", cached_audio, sheet.cache_audio_read or sheet.input_audio or cache_read),
        ("output", answer, sheet.output),
        ("reasoning", usage.reasoning_tokens, sheet.reasoning or sheet.output),
        ("output_audio", spoken, sheet.output_audio or sheet.output),
    )


def worst_input_rate(sheet: PriceSheet) -> Decimal:
    """Return the highest rate of any tier and any kind of input, in nano-USD per token."""
    return _worst(
        sheet.input,
        sheet.cache_read,
        sheet.cache_write,
        sheet.cache_write_1h,
        sheet.input_audio,
        sheet.cache_audio_read,
    )


def worst_output_rate(sheet: PriceSheet) -> Decimal:
    """Return the highest rate of any tier and any kind of output, in nano-USD per token."""
    return _worst(sheet.output, sheet.reasoning, sheet.output_audio)


def _worst(total: Rate, *parts: Rate | None) -> Decimal:
    worst = total.highest() if total.tiers else total.nano_usd_per_token
    for part in parts:
        if part is not None:
            worst = max(worst, part.highest())
    return worst
