"""Amounts in and out of text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podium.kernel.errors import InvalidRequest
from podium.kernel.money import parse_amount, usd_text


@given(st.integers(0, 10**18))
def test_what_is_written_is_read(nano_usd: int) -> None:
    """An amount that is shown can be typed in again, to the nano-dollar."""
    assert parse_amount(usd_text(nano_usd), "usd") == nano_usd


@pytest.mark.parametrize(
    ("nano_usd", "text"),
    [
        (0, "0.00"),
        (1, "0.000000001"),
        (10_000_000, "0.01"),
        (100_000_000, "0.10"),
        (120_000_000, "0.12"),
        (123_000_000, "0.123"),
        (999_999_999, "0.999999999"),
        (1_000_000_000, "1.00"),
        (1_500_000_000, "1.50"),
        (12_000_000_010, "12.00000001"),
        (-1_500_000, "-0.0015"),
    ],
)
def test_amounts_as_text(nano_usd: int, text: str) -> None:
    """Two decimals at least, and no zeros behind them."""
    assert usd_text(nano_usd) == text


@pytest.mark.parametrize(
    ("text", "unit", "amount"),
    [("2.50", "usd", 2_500_000_000), (" 1,000 ", "tokens", 1000), ("1e3", "tokens", 1000)],
)
def test_amounts(text: str, unit: str, amount: int) -> None:
    """USD with decimals, tokens whole, commas between digits."""
    assert parse_amount(text, unit) == amount


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("", "usd"),
        ("x", "usd"),
        ("1.5", "tokens"),
        ("0.0000000001", "usd"),
        ("inf", "usd"),
        ("nan", "usd"),
        ("1e30", "usd"),
        ("1e999999999", "tokens"),
    ],
)
def test_what_is_no_amount(text: str, unit: str) -> None:
    """Words, fractions of the smallest unit, and what is too large are refused."""
    with pytest.raises(InvalidRequest):
        parse_amount(text, unit)
