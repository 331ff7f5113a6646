"""The conformance suite of the port `PriceList`: every implementation passes it, the fake included."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

import msgspec
import pytest

from podium.adapters.prices.fake import FakePriceList
from podium.adapters.prices.genai import GenaiPrices
from podium.ports import PriceList
from podium.spend.prices import PriceSheet, Rate, Tier


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()) * 10**9


@dataclass(frozen=True)
class World:
    """A list, and what it is known to hold."""

    prices: PriceList
    base_url: str
    provider: str
    model: str
    """Cost input 10 USD and output 40 USD per million tokens, from 2025-06-10 on 2 and 8."""
    tiered: tuple[str, str]
    """Provider and model: input 3 USD per million tokens, 6 above 200,000 tokens of input."""


def _genai() -> World:
    return World(
        GenaiPrices(), "https://api.openai.com/v1", "openai", "o3", ("anthropic", "claude-sonnet-4-5")
    )


def _fake() -> World:
    def sheet(input_usd: int, output_usd: int, *tiers: Tier) -> PriceSheet:
        return PriceSheet(
            input=Rate(Decimal(input_usd) * 1000, tiers),
            output=Rate(Decimal(output_usd) * 1000),
            source="fake",
        )

    dated = ((0, sheet(10, 40)), (at("2025-06-10"), sheet(2, 8)))
    tiered = sheet(3, 15, Tier(200_000, Decimal(6000)))
    prices = FakePriceList(
        {("maker", "model"): dated, ("maker", "tiered"): ((0, tiered),)},
        addresses={"https://api.maker.example/": "maker"},
    )
    return World(prices, "https://api.maker.example/v1", "maker", "model", ("maker", "tiered"))


@pytest.fixture(params=[_genai, _fake], ids=["genai", "fake"], scope="module")
def world(request: pytest.FixtureRequest) -> World:
    make: Callable[[], World] = request.param
    return make()


def rates(sheet: PriceSheet | None) -> tuple[Decimal, Decimal]:
    assert sheet is not None
    return sheet.input.nano_usd_per_token, sheet.output.nano_usd_per_token


def test_by_address(world):
    """A model is found by its provider's base URL; USD per million tokens become nano-USD per token."""
    sheet = world.prices.find(world.base_url, world.model, at("2025-07-01"))
    assert rates(sheet) == (2000, 8000)
    assert sheet.source


def test_by_name(world):
    """The same sheet is found by the list's own ids."""
    now = at("2025-07-01")
    by_name = world.prices.find_named(world.provider, world.model, now)
    assert by_name == world.prices.find(world.base_url, world.model, now)


def test_by_date(world):
    """The sheet is the one in force at the given time, to the nanosecond."""
    turn = at("2025-06-10")
    assert rates(world.prices.find(world.base_url, world.model, turn - 1)) == (10_000, 40_000)
    assert rates(world.prices.find(world.base_url, world.model, turn)) == (2000, 8000)


def test_tiers(world):
    """Tiers come as thresholds of input."""
    sheet = world.prices.find_named(*world.tiered, at("2026-01-01"))
    assert sheet is not None
    assert sheet.input.at(200_000) == 3000
    assert sheet.input.at(200_001) == 6000


def test_unknown_is_none(world):
    """What the list does not have has no price: not another provider's, and not a similar model's."""
    now = at("2026-01-01")
    assert world.prices.find(world.base_url, "no-such-model", now) is None
    assert world.prices.find("https://api.nobody.example/v1", world.model, now) is None
    assert world.prices.find_named("nobody", world.model, now) is None
    assert world.prices.find_named(world.provider, "no-such-model", now) is None


def test_a_sheet_survives_a_snapshot(world):
    """A sheet is equal to itself after JSON, in which snapshots travel."""
    sheet = world.prices.find_named(*world.tiered, at("2026-01-01"))
    assert msgspec.json.decode(msgspec.json.encode(sheet), type=PriceSheet) == sheet
