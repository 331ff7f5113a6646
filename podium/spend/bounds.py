"""The most that one attempt can cost, decided before anything is sent (point 9 of the money protocol).

Input. A body of n bytes holds at most n tokens: byte-level BPE never makes more tokens than bytes, and the
JSON around a message is longer than the few tokens that a chat template adds. So one token a byte, and with
tools or a schema the instructions that providers put before them, is the bound that cannot be passed. It is
about four times too high for English, so a `Calibrator` learns how many tokens a byte a model really makes
and adds a margin. What is not in the body as text (images, audio, documents, even inline: their tokens follow
their size in pixels or seconds, not their bytes) is bounded by the context window alone.

Output. The client's limit, else the model's own, which is then put into the request; times the choices.

Tools that the provider runs. Each use costs its price, and the model reads its results in another round: so a
request whose uses are bounded is bounded by that many uses, and by one window of input for every round.

What nothing bounds needs a declared ceiling, or is refused; where both hold, the lower one is the bound.
"""

import math
from collections import deque
from decimal import Decimal
from typing import Final

import msgspec

from podium.kernel.call import Request
from podium.kernel.errors import Unbounded
from podium.kernel.money import EXACT, ceil_nano
from podium.spend.prices import PriceSheet, worst_input_rate, worst_output_rate

MIN_SAMPLES: Final = 20
"""Calls of a model before its estimate leaves the certain bound."""
WINDOW_SAMPLES: Final = 256
QUANTILE: Final = 0.98
MARGIN: Final = 1.25
TEMPLATE_TOKENS: Final = 64
"""Added to every estimate: what a chat template and a hidden system prompt add."""
TYPICAL_BYTES_PER_TOKEN: Final = 4
"""OpenAI's rule of thumb for English text, https://help.openai.com/en/articles/4936856."""
INSTRUCTIONS_TOKENS: Final = 1024
"""Allowed for what providers write before tools and schemas: Anthropic documents up to 530 tokens."""
_INSTRUCTED: Final = frozenset({"tools", "structured_output"})
_MEDIA: Final = frozenset({"vision", "audio", "documents"})


class ModelFacts(msgspec.Struct, frozen=True):
    """What of a model decides a bound."""

    name: str
    prices: PriceSheet | None
    context_window_tokens: int | None
    max_output_tokens: int | None
    ceiling_nano_usd: int | None = None
    worst: tuple[int, int, int, int] = (0, 0, 0, 1)
    """The highest rates of any tier and kind: of a token of input, of output, and of the request, as counts
    of a unit of which the last number makes a nano-USD. Whole numbers reckon as exactly as decimals, in a
    fraction of the time. Follows from the prices."""

    def __post_init__(self) -> None:
        """Work out once what every call needs."""
        if self.prices is not None:
            msgspec.structs.force_setattr(self, "worst", _in_units(self.prices))


def _in_units(sheet: PriceSheet) -> tuple[int, int, int, int]:
    ratios = [
        rate.as_integer_ratio()
        for rate in (worst_input_rate(sheet), worst_output_rate(sheet), sheet.request_nano_usd)
    ]
    unit = math.lcm(*[per for _, per in ratios])
    counts = [count * (unit // per) for count, per in ratios]
    return counts[0], counts[1], counts[2], unit


class Bound(msgspec.Struct, frozen=True):
    """The most that one attempt can use. Tokens are of the whole call, all choices together."""

    input_tokens: int
    output_tokens: int
    hold_nano_usd: int
    set_max_output_tokens: int | None
    """The limit of output to put into the request; None where the client set one."""


class Calibrator:
    """Learns one model's tokens per byte of request body."""

    def __init__(self) -> None:
        self._ratios: deque[float] = deque(maxlen=WINDOW_SAMPLES)
        self._ratio = 1.0
        self._until_sorted = MIN_SAMPLES
        self._excess_tokens = 0

    def observe(self, body_bytes: int, input_tokens: int) -> None:
        """Take in what a provider counted for a body."""
        if body_bytes <= 0 or input_tokens <= 0:
            return
        # A provider that adds a long prompt of its own can count more tokens than a short body has bytes.
        if input_tokens - body_bytes > self._excess_tokens:  # noqa: PLR1730 - max() takes ten times as long
            self._excess_tokens = input_tokens - body_bytes
        ratio = (input_tokens - TEMPLATE_TOKENS) / body_bytes if input_tokens > TEMPLATE_TOKENS else 0.0
        self._ratios.append(ratio)
        self._until_sorted -= 1
        if self._until_sorted <= 0:
            ordered = sorted(self._ratios)
            self._ratio = ordered[min(len(ordered) - 1, int(len(ordered) * QUANTILE))]
            self._until_sorted = MIN_SAMPLES
        elif ratio > self._ratio * MARGIN:
            self._ratio = ratio  # an estimate was passed: react at once, the next sort puts it in proportion

    def certain(self, body_bytes: int) -> int:
        """Return tokens that a body cannot pass, by all that is known."""
        return body_bytes + self._excess_tokens

    def estimate(self, body_bytes: int) -> int:
        """Return tokens that a body is expected not to pass, at most the certain bound."""
        certain = body_bytes + self._excess_tokens
        if len(self._ratios) < MIN_SAMPLES:
            return certain
        estimate = math.ceil(body_bytes * self._ratio * MARGIN) + TEMPLATE_TOKENS
        return estimate if estimate < certain else certain  # noqa: FURB136 - min() takes ten times as long

    def typical_tokens_per_byte(self) -> float:
        """Return what half of the calls did not pass, for an estimate that is to be near and not safe."""
        if not self._ratios:
            return 1 / TYPICAL_BYTES_PER_TOKEN
        return sorted(self._ratios)[len(self._ratios) // 2]


def has_media(request: Request) -> bool:
    """Return whether a request bears what is not text: its bytes say nothing about its tokens."""
    if not request.needs:
        return request.remote_content
    return request.remote_content or not _MEDIA.isdisjoint(request.needs)


def is_text(request: Request) -> bool:
    """Return whether a request is text alone, and nothing in it costs what is in no count of tokens."""
    return not (request.needs or request.remote_content or request.server_tools or request.unpriced)


def certain_input_bound(request: Request, model: ModelFacts) -> int | None:
    """Return input tokens that cannot be passed, or None where nothing bounds them."""
    return _input_bound(request, model, request.body_bytes)


def unpriced_fields(request: Request, sheet: PriceSheet | None) -> tuple[str, ...]:
    """Return the request's fields whose cost neither tokens nor counted uses show at a model's prices."""
    if not request.server_tools:
        return request.unpriced
    prices = {} if sheet is None else sheet.tool_uses
    return (*request.unpriced, *(it.field for it in request.server_tools if it.kind not in prices))


def _input_bound(request: Request, model: ModelFacts, text_tokens: int) -> int | None:
    window = model.context_window_tokens
    if request.server_tools:
        uses = _most_uses(request)
        return None if window is None or uses is None else window * (uses + 1)
    if has_media(request):
        return window
    if request.needs and not _INSTRUCTED.isdisjoint(request.needs):
        text_tokens += INSTRUCTIONS_TOKENS
    if window is None or request.operation == "embeddings":
        return text_tokens  # a window holds for each text of a batch, not for the batch
    return text_tokens if text_tokens < window else window  # noqa: FURB136 - as above


def decide_bound(request: Request, model: ModelFacts, estimate_tokens: int) -> Bound:
    """Return the most that an attempt can cost. Raises Unbounded where nothing bounds it.

    ``estimate_tokens`` is the input by `Calibrator.estimate`, or by `certain_input_bound` near a limit. The
    hold takes the worst price of any tier and kind of token.
    """
    if request.operation == "count_tokens":
        return Bound(0, 0, 0, None)  # providers count for nothing
    window, asked = model.context_window_tokens, request.max_output_tokens
    if (
        asked is not None
        and window is not None
        and model.prices is not None
        and request.operation == "chat"
        and is_text(request)
    ):  # what is below, of a usual request
        inputs = estimate_tokens if estimate_tokens < window else window  # noqa: FURB136 - as above
        most = model.max_output_tokens
        outputs = asked if most is None or asked < most else most
        outputs = outputs * request.choices + request.extra_output_tokens
        of_input, of_output, of_request, unit = model.worst
        units = of_input * inputs + of_output * outputs + of_request
        return Bound(inputs, outputs, -(-units // unit), None)
    return _decide_bound(request, model, estimate_tokens)


def _decide_bound(request: Request, model: ModelFacts, estimate_tokens: int) -> Bound:
    sheet, ceiling = model.prices, model.ceiling_nano_usd
    input_tokens = _input_bound(request, model, estimate_tokens)
    limit, to_set = _output_limit(request, model, estimate_tokens)
    output_tokens = None if limit is None else limit * request.choices + request.extra_output_tokens
    unpriced = unpriced_fields(request, sheet) if request.server_tools else request.unpriced
    if input_tokens is None or output_tokens is None or sheet is None or unpriced:
        if ceiling is None:
            raise _unbounded(request, model, output_tokens)
        return Bound(input_tokens or 0, output_tokens or 0, ceiling, to_set)
    of_input, of_output, of_request, unit = model.worst
    units = of_input * input_tokens + of_output * output_tokens + of_request
    if not request.server_tools:
        return Bound(input_tokens, output_tokens, -(-units // unit), to_set)
    most = ceil_nano(EXACT.add(EXACT.divide(units, unit), _worst_uses(request, sheet)))
    return Bound(input_tokens, output_tokens, most if ceiling is None else min(most, ceiling), to_set)


def _worst_uses(request: Request, sheet: PriceSheet) -> Decimal:
    """Return the most that uses of tools can cost: each its own number, or all together of the dearest."""
    together = request.most_tool_uses
    total = dearest = Decimal(0)
    for tool in request.server_tools:
        price = sheet.tool_uses[tool.kind]
        dearest = max(dearest, price)
        uses = tool.least_uses if together is not None else tool.most_uses or 0
        total = EXACT.add(total, EXACT.multiply(price, uses))
    return total if together is None else EXACT.add(total, EXACT.multiply(dearest, together))


def _most_uses(request: Request) -> int | None:
    """Return how often the provider's tools can run in all, or None where nothing bounds it."""
    if request.most_tool_uses is not None:
        return request.most_tool_uses
    total = 0
    for tool in request.server_tools:
        if tool.most_uses is None:
            return None
        total += tool.most_uses
    return total


def _output_limit(request: Request, model: ModelFacts, estimate_tokens: int) -> tuple[int | None, int | None]:
    """Return the most output tokens of one choice, and the limit to set if the client set none."""
    if request.operation == "embeddings":
        return 0, None
    asked, most = request.max_output_tokens, model.max_output_tokens
    if asked is not None:
        # Passed on unchanged; a model that stops earlier stops there.
        return asked if most is None or asked < most else most, None
    if most is None:
        return None, None
    if model.context_window_tokens is not None and not has_media(request):
        # What the window leaves, by a typical count: an estimate with margin would cut answers short.
        typical = min(estimate_tokens, request.body_bytes // TYPICAL_BYTES_PER_TOKEN)
        most = max(1, min(most, model.context_window_tokens - typical))
    return most, most


def _unbounded(request: Request, model: ModelFacts, output_tokens: int | None) -> Unbounded:
    ceiling = f"declare spec.ceilingUsd of Model {model.name}"
    unpriced = unpriced_fields(request, model.prices)
    if unpriced and not request.unpriced and model.prices is not None:
        kinds = ", ".join(dict.fromkeys(tool.kind for tool in request.server_tools))
        price = f"set spec.price.perToolUseUsd of Model {model.name}"
        no_end = any(tool.most_uses is None for tool in request.server_tools)
        return Unbounded(
            f"What a use of {kinds} costs is not in any count of tokens, and Model {model.name} has no price "
            "for it, so the cost of the call cannot be bounded.",
            fix=f"Leave it out, or {ceiling}, and {price}." if no_end else f"Leave it out, or {price}.",
            field=unpriced[0],
        )
    if unpriced:
        names = ", ".join(unpriced)
        return Unbounded(
            f"What {names} costs is not in any count of tokens, so the cost of the call cannot be bounded.",
            fix=f"Leave it out, or {ceiling}.",
            field=unpriced[0],
        )
    if model.prices is None:
        return Unbounded(
            f"Model {model.name} has no price, so the cost of the call cannot be bounded.",
            fix=f"Set spec.price of Model {model.name}, or {ceiling}.",
            field="model",
        )
    if output_tokens is None:
        return Unbounded(
            f"Neither the request nor Model {model.name} limits the output, so its cost cannot be bounded.",
            fix=f"Send {request.limit_field}, set spec.maxOutputTokens of Model {model.name}, or {ceiling}.",
            field=request.limit_field,
        )
    endless = next((tool for tool in request.server_tools if tool.most_uses is None), None)
    if endless is not None and request.most_tool_uses is None:
        return Unbounded(
            f"Nothing bounds how often {endless.kind} runs, so the cost of the call cannot be bounded.",
            fix=f"Bound its uses in {endless.bound_field}, or {ceiling}."
            if endless.bound_field is not None
            else f"Leave it out, or {ceiling}.",
            field=endless.bound_field or endless.field,
        )
    return Unbounded(
        "Images, audio, files and what a provider's tools find are bounded by the context window alone, and "
        f"Model {model.name} has none.",
        fix=f"Set spec.contextWindowTokens of Model {model.name}, or {ceiling}.",
        field=request.content_field,
    )
