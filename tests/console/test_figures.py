"""Figures: exact money, units, and "–" for nothing."""

import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podium.console import figures
from podium.kernel.money import NANO_PER_USD


@given(st.integers(min_value=-(10**18), max_value=10**18))
def test_money_is_shown_to_its_last_digit(nano_usd: int) -> None:
    """The digits on the page, read back, are the amount: nothing is rounded."""
    shown = re.sub(r"<[^>]*>|,", "", figures.usd(nano_usd)).replace("\N{MINUS SIGN}", "-")
    assert Decimal(shown) * NANO_PER_USD == nano_usd
    told = figures.usd_text(nano_usd).removesuffix(" USD").replace(",", "").replace("\N{MINUS SIGN}", "-")
    assert Decimal(told) * NANO_PER_USD == nano_usd


@pytest.mark.parametrize(
    ("nano_usd", "html"),
    [
        (1_234_567_891, '<span class="usd">1.2345<span class="fine">67891</span></span>'),
        (68_900, '<span class="usd">0.0000689<span class="fine">00</span></span>'),
        (1, '<span class="usd">0.000000001<span class="fine"></span></span>'),
        (0, '<span class="usd zero">0.0000<span class="fine">00000</span></span>'),
        (None, "<span>–</span>"),
    ],
)
def test_what_tells_something_stands_in_front(nano_usd: int | None, html: str) -> None:
    """Four decimals stand in front, or as many as three telling digits need."""
    assert figures.usd(nano_usd) == html


@pytest.mark.parametrize(
    ("us", "text"),
    [
        (None, "–"),
        (0, "0 µs"),
        (465, "465 µs"),
        (1_040, "1.0 ms"),
        (9_949, "9.9 ms"),
        (842_300, "842 ms"),
        (9_999_000, "9,999 ms"),
        (12_400_000, "12.4 s"),
        (200_000_000, "3 min 20 s"),
    ],
)
def test_durations_have_a_unit(us: int | None, text: str) -> None:
    """A duration is told in the unit that fits it."""
    assert figures.ms(us) == text


def test_nothing_is_divided_by_nothing() -> None:
    """A share of nothing and an unknown count are "–", never 0."""
    assert figures.percent(0, 0) == "–"
    assert figures.percent(1, 8) == "12.5 %"
    assert figures.percent(1, 3372) == "0.03 %"
    assert figures.percent(1, 10**9) == "< 0.01 %"
    assert figures.percent(0, 8) == "0.0 %"
    assert figures.count(None) == "–"
    assert figures.count(12_345) == "12,345"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0 s"), (59, "59 s"), (60, "1 min 0 s"), (3_700, "1 h 1 min"), (90_000, "1 d 1 h")],
)
def test_long_stretches_have_two_units(seconds: int, text: str) -> None:
    """A long stretch is told in its two largest units."""
    assert figures.length(seconds * 10**9) == text


def test_times_are_absolute_and_relative() -> None:
    """A time carries its absolute text, which the browser makes relative."""
    shown = figures.ago(1_800_000_000 * 10**9)
    assert "2027-01-15 08:00:00 UTC" in shown
    assert 'datetime="2027-01-15T08:00:00Z"' in shown
    assert 'data-ms="1800000000000"' in shown


def test_exact_lines_keep_every_digit() -> None:
    """A line of a cost that is not a whole nano-dollar shows all its digits; rates are per million."""
    assert figures.exact_usd(Decimal("59700.125")) == "0.000059700125"
    assert figures.exact_usd(Decimal(597) * 10**9) == "597.000000000"
    assert figures.per_million(Decimal(150)) == "0.15"
    assert figures.per_million(Decimal("3.125")) == "0.003125"


def test_what_is_expected_has_few_digits() -> None:
    """A forecast is no exact amount and does not look like one."""
    assert figures.about_usd(1_234_567_890_123) == "1,234.57"
    assert figures.about_usd(12_345_678) == "0.0123"
    assert figures.about_usd(0) == "0.00"
