"""What only genai-prices has: odd units, fees, a version to name, and no network."""

import socket
import subprocess
import sys
from datetime import UTC, datetime
from decimal import Decimal
from importlib.metadata import version

import pytest
from genai_prices.data import providers
from genai_prices.types import ModelPrice, TieredPrices
from genai_prices.types import Tier as ListedTier
from genai_prices.types import Usage as ListedUsage

from podium.adapters.prices.genai import GenaiPrices, to_sheet
from podium.kernel.call import Usage
from podium.kernel.money import ceil_nano
from podium.spend.prices import Rate, Tier, cost

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
NOW_NS = int(NOW.timestamp()) * 10**9


def test_every_rate_has_its_place():
    """Each unit of the list becomes the rate of its kind, exactly."""
    listed = ModelPrice(
        input_mtok=TieredPrices(Decimal("1.25"), [ListedTier(200_000, Decimal("2.5"))]),
        output_mtok=Decimal(10),
        cache_read_mtok=Decimal("0.0375"),
        cache_write_mtok=Decimal("1.5"),
        cache_write_1h_mtok=Decimal(2),
        output_reasoning_mtok=Decimal(3),
        input_audio_mtok=Decimal(4),
        output_audio_mtok=Decimal(5),
        cache_audio_read_mtok=Decimal(6),
        requests_kcount=Decimal(12),
        web_searches_kcount=Decimal(35),
        storage_searches_kcount=Decimal("2.5"),
    )
    sheet = to_sheet(listed, source="s")
    assert sheet is not None
    assert sheet.input == Rate(Decimal(1250), (Tier(200_000, Decimal(2500)),))
    assert sheet.output == Rate(Decimal(10_000))
    assert sheet.cache_read == Rate(Decimal("37.5"))
    assert sheet.cache_write == Rate(Decimal(1500))
    assert sheet.cache_write_1h == Rate(Decimal(2000))
    assert sheet.reasoning == Rate(Decimal(3000))
    assert sheet.input_audio == Rate(Decimal(4000))
    assert sheet.output_audio == Rate(Decimal(5000))
    assert sheet.cache_audio_read == Rate(Decimal(6000))
    assert sheet.tool_uses == {"web_search": Decimal(35_000_000), "file_search": Decimal(2_500_000)}
    assert sheet.request_nano_usd == 12_000_000
    assert str(sheet.output.nano_usd_per_token) == "10000"


@pytest.mark.parametrize(
    "listed",
    [
        ModelPrice(),
        ModelPrice(output_mtok=Decimal(1)),
        ModelPrice(audio_hours=Decimal(3)),
        ModelPrice(input_mtok=Decimal(1), output_mtok=Decimal(2), output_image_mtok=Decimal(30)),
        ModelPrice(input_mtok=Decimal(1), output_citation_mtok=Decimal(2)),
    ],
)
def test_what_token_counts_do_not_price_has_no_sheet(listed):
    """A price by units that a usage does not count would not be exact, so there is none."""
    assert to_sheet(listed, source="s") is None


def test_output_without_a_price_is_not_free():
    """An embedding model has a price of input only; output, should there be any, costs as much."""
    sheet = to_sheet(ModelPrice(input_mtok=Decimal("0.02")), source="s")
    assert sheet is not None
    assert sheet.output == sheet.input


def test_the_source_names_version_and_model():
    """People can see where a price comes from."""
    sheet = GenaiPrices().find("https://api.openai.com/v1", "gpt-4o", NOW_NS)
    assert sheet is not None
    assert sheet.source == f"genai-prices {version('genai-prices')} openai/gpt-4o"


def test_hours_of_the_day():
    """A price that depends on the hour is the one of the given moment."""
    prices = GenaiPrices()
    noon, night = (datetime(2025, 5, 1, hour, tzinfo=UTC) for hour in (12, 20))
    found = [
        prices.find_named("deepseek", "deepseek-chat", int(moment.timestamp()) * 10**9)
        for moment in (noon, night)
    ]
    assert [sheet.input.nano_usd_per_token for sheet in found if sheet] == [270, 135]


def test_context_window():
    """The window is there where the list has it."""
    prices = GenaiPrices()
    assert prices.context_window_tokens("https://api.openai.com/v1", "gpt-4o") == 128_000
    assert prices.context_window_tokens("https://api.openai.com/v1", "no-such-model") is None


def test_costs_agree_with_the_lists_own_calculation():
    """For every model with a sheet, Podium's cost is the list's own, rounded up to the nano-USD."""
    prices = GenaiPrices()
    compared = 0
    for provider in providers:
        for model in provider.models:
            listed = model.get_prices(NOW)
            sheet = to_sheet(listed, source="s")
            if sheet is None:
                continue
            for size, written in ((1234, 0), (250_001, 100)):
                own = {"input_tokens": size, "output_tokens": 77, "cache_read_tokens": 500}
                if listed.cache_read_mtok is None:
                    del own["cache_read_tokens"]
                if listed.cache_write_mtok is not None and listed.cache_read_mtok is not None:
                    own["cache_write_tokens"] = written
                if listed.output_mtok is None:
                    own["output_tokens"] = 0
                usage = Usage(
                    size,
                    own["output_tokens"],
                    own.get("cache_read_tokens", 0),
                    own.get("cache_write_tokens", 0),
                )
                usd = listed.calc_price(ListedUsage(**own))["total_price"]
                assert cost(sheet, usage).nano_usd == ceil_nano(usd * 10**9), (provider.id, model.id)
                compared += 1
    assert compared > 2000
    assert prices.find_named("openai", "gpt-4o", NOW_NS) is not None


def test_no_network(monkeypatch):
    """Looking up a price opens no socket."""

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("the price list went to the network")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    assert GenaiPrices().find("https://api.openai.com/v1", "gpt-4o", NOW_NS) is not None


def test_the_list_is_loaded_late():
    """Importing the adapter does not load the list: processes that ask for no price do not pay for it."""
    code = "import sys, podium.adapters.prices.genai; sys.exit('genai_prices' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize(
    ("provider", "model"),
    [
        ("openai", "gpt-4o-search-preview"),
        ("openai", "gpt-5-search-api"),
        ("openrouter", "perplexity/sonar"),
        ("openrouter", "openai/gpt-4o:online"),
    ],
)
def test_models_that_search_unasked_have_no_price_without_the_fee(provider, model):
    """Their searches cost what no token count shows, so the list's prices of tokens alone are not theirs."""
    assert GenaiPrices().find_named(provider, model, NOW_NS) is None


@pytest.mark.parametrize(("provider", "model"), [("perplexity", "sonar"), ("openai", "gpt-4o")])
def test_models_whose_fee_is_listed_have_their_price(provider, model):
    """A fee of each request is in the list, or the model does not search by itself."""
    assert GenaiPrices().find_named(provider, model, NOW_NS) is not None
