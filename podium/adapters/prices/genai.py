"""Published prices from the ``genai-prices`` package: the list that ships inside it, never the network.

Format: https://github.com/pydantic/genai-prices (MIT). Prices are Decimal USD per million tokens (per
thousand for requests); tiers are by threshold, as in `podium.spend.prices`. The package loads slowly, so it
is imported with the first question.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cached_property
from importlib.metadata import version
from typing import TYPE_CHECKING, Final

from podium.kernel.money import EXACT, NANO_PER_USD
from podium.spend.prices import PriceSheet, Rate, Tier

if TYPE_CHECKING:
    from genai_prices.data_snapshot import DataSnapshot
    from genai_prices.types import ModelInfo, ModelPrice, Provider, TieredPrices

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_NANO_USD_PER_TOKEN: Final = Decimal(NANO_PER_USD // 1_000_000)
"""Of one USD per million tokens."""
_NANO_USD_PER_REQUEST: Final = Decimal(NANO_PER_USD // 1_000)
"""Of one USD per thousand requests."""
_OPTIONAL: Final = {
    "cache_read": "cache_read_mtok",
    "cache_write": "cache_write_mtok",
    "cache_write_1h": "cache_write_1h_mtok",
    "reasoning": "output_reasoning_mtok",
    "input_audio": "input_audio_mtok",
    "output_audio": "output_audio_mtok",
    "cache_audio_read": "cache_audio_read_mtok",
}
_TOOL_FEES: Final = {"web_search": "web_searches_kcount", "file_search": "storage_searches_kcount"}
"""Fees of each thousand uses of the provider's own tools, by kind."""
_KNOWN: Final = frozenset(
    {"input_mtok", "output_mtok", "requests_kcount", *_OPTIONAL.values(), *_TOOL_FEES.values()}
)


_SEARCHES_UNASKED: Final = re.compile(r"search-preview|search-api|sonar|-research|[-:]online|compound")
"""Models that search, or run tools, in every call: OpenAI's, Perplexity's, Groq's, OpenRouter's suffix."""


class GenaiPrices:
    """`podium.ports.PriceList` over genai-prices."""

    @cached_property
    def _list(self) -> "DataSnapshot":
        from genai_prices.data import providers  # noqa: PLC0415 - a slow import, needed by few processes
        from genai_prices.data_snapshot import DataSnapshot  # noqa: PLC0415 - as above

        return DataSnapshot(providers=providers, from_auto_update=False)

    @cached_property
    def _name(self) -> str:
        return f"genai-prices {version('genai-prices')}"

    def find(self, provider_base_url: str, upstream_model: str, at_ns: int) -> PriceSheet | None:
        """Return the sheet in force at a Unix time in nanoseconds, or None where the list has no such model.

        None also where the list prices what token counts do not tell apart (images that are generated,
        pages, characters), or leaves out the fees of a model that searches unasked: such a price would not be
        exact.
        """
        return self._sheet(self._lookup(upstream_model, None, provider_base_url), upstream_model, at_ns)

    def find_named(self, provider_id: str, model_id: str, at_ns: int) -> PriceSheet | None:
        """Return the sheet by the list's own provider and model ids, or None."""
        return self._sheet(self._lookup(model_id, provider_id, None), model_id, at_ns)

    def context_window_tokens(self, provider_base_url: str, upstream_model: str) -> int | None:
        """Return the model's context window where the list has it."""
        found = self._lookup(upstream_model, None, provider_base_url)
        return found[1].context_window if found is not None else None

    def _lookup(
        self, model: str, provider_id: str | None, base_url: str | None
    ) -> "tuple[Provider, ModelInfo] | None":
        try:
            return self._list.find_provider_model(model, None, provider_id, base_url)
        except LookupError:
            return None

    def _sheet(self, found: "tuple[Provider, ModelInfo] | None", asked: str, at_ns: int) -> PriceSheet | None:
        if found is None:
            return None
        provider, model = found
        prices = model.get_prices(_EPOCH + timedelta(microseconds=at_ns // 1000))
        sheet = to_sheet(prices, source=f"{self._name} {provider.id}/{model.id}")
        if sheet is None or sheet.request_nano_usd or sheet.tool_uses:
            return sheet
        return None if _SEARCHES_UNASKED.search(f"{model.id} {asked}".lower()) else sheet


def to_sheet(prices: "ModelPrice", *, source: str) -> PriceSheet | None:
    """Return the sheet of a model's prices, or None where tokens and requests do not price it exactly."""
    given: Mapping[str, Decimal | TieredPrices] = {
        name: price for name, price in vars(prices).items() if price is not None
    }
    if "input_mtok" not in given or not given.keys() <= _KNOWN:
        return None
    requests = given.get("requests_kcount", Decimal(0))
    if not isinstance(requests, Decimal):
        return None
    tool_uses: dict[str, Decimal] = {}
    for kind, key in _TOOL_FEES.items():
        fee = given.get(key)
        if isinstance(fee, Decimal):
            tool_uses[kind] = _times(fee, _NANO_USD_PER_REQUEST)
    optional = {name: _rate(given[key]) for name, key in _OPTIONAL.items() if key in given}
    return PriceSheet(
        input=_rate(given["input_mtok"]),
        # An embedding model has no output, and no price of it: if it ever had some, it would not be free.
        output=_rate(given.get("output_mtok", given["input_mtok"])),
        request_nano_usd=_times(requests, _NANO_USD_PER_REQUEST),
        tool_uses=tool_uses,
        source=source,
        **optional,
    )


def _rate(price: "Decimal | TieredPrices") -> Rate:
    if isinstance(price, Decimal):
        return Rate(_times(price, _NANO_USD_PER_TOKEN))
    tiers = tuple(Tier(tier.start, _times(tier.price, _NANO_USD_PER_TOKEN)) for tier in price.tiers)
    return Rate(_times(price.base, _NANO_USD_PER_TOKEN), tiers)


def _times(price: Decimal, factor: Decimal) -> Decimal:
    """Return the exact product in its shortest plain form, so that equal prices read and compare equal."""
    product = EXACT.multiply(price, factor)
    if product == product.to_integral_value(context=EXACT):
        return product.quantize(Decimal(1), context=EXACT)
    return product.normalize(EXACT)
