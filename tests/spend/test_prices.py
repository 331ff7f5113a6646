from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podium.kernel.call import Usage
from podium.kernel.money import ceil_nano
from podium.spend.prices import (
    PriceSheet,
    Rate,
    Tier,
    cost,
    cost_lines,
    unpriced_uses,
    worst_input_rate,
    worst_output_rate,
)

INPUT_KINDS = {"input", "cache_read", "cache_write", "cache_write_1h", "input_audio", "cache_audio_read"}


def rate(nano_usd: str) -> Rate:
    return Rate(Decimal(nano_usd))


rates = st.builds(
    lambda base, tiers: Rate(base, tuple(Tier(at, price) for at, price in sorted(tiers))),
    st.decimals(0, 100_000, places=4),
    st.lists(st.tuples(st.integers(1, 400_000), st.decimals(0, 100_000, places=4)), max_size=2),
)
sheets = st.builds(
    PriceSheet,
    input=rates,
    output=rates,
    cache_read=st.none() | rates,
    cache_write=st.none() | rates,
    cache_write_1h=st.none() | rates,
    reasoning=st.none() | rates,
    input_audio=st.none() | rates,
    output_audio=st.none() | rates,
    cache_audio_read=st.none() | rates,
    request_nano_usd=st.decimals(0, 10**8, places=3),
)
count = st.integers(0, 300_000)


@st.composite
def usages(draw):
    text, cached, cached_audio, audio, written, written_1h = (draw(count) for _ in range(6))
    answer, reasoning, spoken = (draw(count) for _ in range(3))
    return Usage(
        input_tokens=text + cached + cached_audio + audio + written + written_1h,
        output_tokens=answer + reasoning + spoken,
        cache_read_tokens=cached + cached_audio,
        cache_write_tokens=written + written_1h,
        cache_write_1h_tokens=written_1h,
        reasoning_tokens=reasoning,
        input_audio_tokens=audio + cached_audio,
        output_audio_tokens=spoken,
        cache_audio_read_tokens=cached_audio,
    )


@given(sheets, usages())
def test_every_token_is_in_exactly_one_line(sheet, usage):
    """The lines split input and output into disjoint parts that add up to the totals."""
    lines = [line for line in cost_lines(sheet, usage) if line.kind != "request"]
    assert all(line.tokens > 0 for line in lines)
    assert sum(line.tokens for line in lines if line.kind in INPUT_KINDS) == usage.input_tokens
    assert sum(line.tokens for line in lines if line.kind not in INPUT_KINDS) == usage.output_tokens


@given(sheets, usages() | st.builds(Usage, input_tokens=count, output_tokens=count))
def test_cost_is_the_lines_rounded_up_once(sheet, usage):
    """The cost is the exact sum of the lines, rounded up once: less than one nano-USD above it."""
    exact = sum((line.nano_usd for line in cost_lines(sheet, usage)), Decimal(0))
    assert cost(sheet, usage).nano_usd == ceil_nano(exact)
    assert 0 <= cost(sheet, usage).nano_usd - exact < 1


@given(sheets, usages())
def test_no_usage_costs_more_than_the_worst_rates(sheet, usage):
    """No split into kinds and no tier makes a usage cost more than all its tokens at the worst rates."""
    worst = worst_input_rate(sheet) * usage.input_tokens + worst_output_rate(sheet) * usage.output_tokens
    assert cost(sheet, usage).nano_usd <= ceil_nano(worst + sheet.request_nano_usd)


@pytest.mark.parametrize(
    ("usage", "sheet", "expected"),
    [
        pytest.param(Usage(10, 0, 4), {}, 10 * 100, id="a cache read without a rate costs input"),
        pytest.param(Usage(10, 0, 0, 4), {}, 10 * 100, id="a cache write without a rate costs input"),
        pytest.param(
            Usage(10, 0, 0, 4, 3), {"cache_write": rate("130")}, 6 * 100 + 4 * 130, id="an hour costs a write"
        ),
        pytest.param(Usage(0, 10, reasoning_tokens=4), {}, 10 * 200, id="reasoning costs output"),
        pytest.param(Usage(0, 10, output_audio_tokens=4), {}, 10 * 200, id="spoken output costs output"),
        pytest.param(Usage(10, 0, input_audio_tokens=4), {}, 10 * 100, id="audio costs input"),
        pytest.param(
            Usage(10, 0, 4, input_audio_tokens=4, cache_audio_read_tokens=4),
            {"cache_read": rate("10"), "input_audio": rate("900")},
            6 * 100 + 4 * 900,
            id="cached audio costs audio, which is never less",
        ),
        pytest.param(
            Usage(10, 0, 4, input_audio_tokens=4, cache_audio_read_tokens=4),
            {"cache_read": rate("10")},
            6 * 100 + 4 * 10,
            id="cached audio costs a cache read where audio has no rate of its own",
        ),
    ],
)
def test_a_kind_without_a_rate_costs_what_it_is_part_of(usage, sheet, expected):
    """A kind of token without a rate of its own costs what its total costs."""
    assert cost(PriceSheet(input=rate("100"), output=rate("200"), **sheet), usage).nano_usd == expected


def test_a_request_price_is_a_line_of_its_own():
    """A price of the request is added once, whatever the tokens."""
    sheet = PriceSheet(input=rate("0"), output=rate("0"), request_nano_usd=Decimal(12_000_000))
    assert cost(sheet, Usage()).nano_usd == 12_000_000
    assert [line.kind for line in cost_lines(sheet, Usage(5, 5))] == ["input", "output", "request"]


def test_a_huge_usage_is_exact():
    """A trillion tokens at an odd price lose no digit."""
    sheet = PriceSheet(input=rate("1234.567891"), output=rate("0.000001"))
    assert cost(sheet, Usage(10**12, 1)).nano_usd == 1_234_567_891_000_001


def test_uses_of_tools_are_lines_of_their_own():
    """Each kind of a provider's tool is a line of so many uses; a kind without a price has none."""
    sheet = PriceSheet(rate("100"), rate("200"), tool_uses={"web_search": Decimal(10_000_000)})
    usage = Usage(10, 5, tool_uses=(("other", 4), ("web_search", 3)))
    lines = cost_lines(sheet, usage)
    assert [(line.kind, line.tokens, line.of_tokens) for line in lines] == [
        ("input", 10, True),
        ("output", 5, True),
        ("tool_uses.web_search", 3, False),
    ]
    assert cost(sheet, usage).nano_usd == 10 * 100 + 5 * 200 + 30_000_000
    assert unpriced_uses(sheet, usage) == ("other",)


@given(st.integers(0, 100_000), st.integers(0, 100_000), st.integers(0, 10**8), count, count)
def test_whole_prices_cost_what_their_lines_say(of_input, of_output, of_request, tokens, answer):
    """Where prices are whole, whole numbers give the sums of the lines to the nano-dollar."""
    sheet = PriceSheet(
        Rate(Decimal(of_input)), Rate(Decimal(of_output)), request_nano_usd=Decimal(of_request)
    )
    assert sheet.whole_rates == (of_input, of_output, of_request)
    usage = Usage(tokens, answer)
    by_kind = {line.kind: line.nano_usd for line in cost_lines(sheet, usage)}
    found = cost(sheet, usage)
    assert found.output_nano_usd == by_kind.pop("output", 0)
    assert found.input_nano_usd == sum(by_kind.values())
    assert found.nano_usd == found.input_nano_usd + found.output_nano_usd


@given(sheets)
def test_fractions_and_tiers_are_no_whole_prices(sheet):
    """Whole rates are those that decimals are, and none are said where one is a fraction or has tiers."""
    rates = (sheet.input.nano_usd_per_token, sheet.output.nano_usd_per_token, sheet.request_nano_usd)
    if sheet.whole_rates is None:
        assert sheet.input.tiers or sheet.output.tiers or any(rate != int(rate) for rate in rates)
    else:
        assert sheet.whole_rates == rates
        assert not sheet.input.tiers
        assert not sheet.output.tiers
