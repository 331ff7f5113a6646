"""The golden vectors of golden.md, through the wire formats, plain and streamed."""

import re
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest

from podium.kernel.call import Usage
from podium.kernel.money import ceil_nano
from podium.spend.prices import PriceSheet, Rate, Tier, cost, cost_lines
from podium.wire import openai_chat

_TEXT = (Path(__file__).parent / "golden.md").read_text()
_MODELS = ("tiered", "plain")


def _table(heading: str) -> list[dict[str, str]]:
    rows = _TEXT.split(f"## {heading}", 1)[1].split("\n## ")[0]
    lines = [line.strip("|").split("|") for line in rows.splitlines() if line.startswith("|")]
    names = [name.strip() for name in lines[0]]
    return [dict(zip(names, (cell.strip() for cell in line), strict=True)) for line in lines[2:]]


def _sheet(model: str) -> PriceSheet:
    rates = {}
    for row in _table(f"Prices of model `{model}`"):
        low, high = Decimal(row["up to 200000 input tokens"]), Decimal(row["above"])
        rates[row["kind"]] = Rate(low) if low == high else Rate(low, (Tier(200_000, high),))
    return PriceSheet(**rates)


def _usage(row: dict[str, str]) -> dict[str, object]:
    n = {name: int(row[name]) for name in row if name not in {"case", "calculation", "nano_usd"}}
    return {
        "prompt_tokens": n["prompt"],
        "completion_tokens": n["completion"],
        "total_tokens": n["prompt"] + n["completion"],
        "prompt_tokens_details": {
            "cached_tokens": n["cached"],
            "audio_tokens": n["audio_in"],
            "cache_write_tokens": n["written"],
            "cache_creation_token_details": {"ephemeral_1h_input_tokens": n["written_1h"]},
            "cached_tokens_details": {"audio_tokens": n["cached_audio"]},
        },
        "completion_tokens_details": {"reasoning_tokens": n["reasoning"], "audio_tokens": n["audio_out"]},
    }


def _by_hand(calculation: str) -> int:
    """Work out ``a*b + c*d`` in whole thousandths, by nothing that Podium uses."""
    thousandths = 0
    for term in calculation.removeprefix("up(").removesuffix(")").split(" + "):
        tokens, _, rate = term.rpartition("*")
        whole, _, decimals = rate.partition(".")
        assert re.fullmatch(r"\d*", tokens)
        thousandths += int(tokens or 1) * (int(whole) * 1000 + int(decimals.ljust(3, "0")))
    rest = thousandths % 1000
    assert bool(rest) == calculation.startswith("up(")
    return thousandths // 1000 + bool(rest)


def _plain(usage: dict[str, object]) -> Usage | None:
    body = {"id": "c", "model": "m", "choices": [{"finish_reason": "stop"}], "usage": usage}
    return openai_chat.decode_reply(msgspec.json.encode(body)).usage


def _streamed(usage: dict[str, object]) -> Usage | None:
    reader = openai_chat.StreamReader(client_wants_usage=True)
    chunks = [
        {"id": "c", "model": "m", "choices": [{"delta": {"content": "Hi"}}], "usage": None},
        {"id": "c", "model": "m", "choices": [{"delta": {}, "finish_reason": "stop"}], "usage": None},
        {"id": "c", "model": "m", "choices": [], "usage": usage},
    ]
    for chunk in chunks:
        reader.feed(b"data: " + msgspec.json.encode(chunk) + b"\n\n")
    reader.feed(b"data: [DONE]\n\n")
    assert reader.done
    return reader.reply().usage


_CASES = [
    pytest.param(model, row, id=f"{model}: {row['case']}")
    for model in _MODELS
    for row in _table(f"Vectors of `{model}`")
]


@pytest.mark.parametrize(("model", "row"), _CASES)
@pytest.mark.parametrize("read", [_plain, _streamed], ids=["plain", "streamed"])
def test_cost_agrees_with_the_hand_calculation(read, model, row):
    """Cost agrees to the nano-USD with the calculation written beside each vector, plain and streamed."""
    expected = int(row["nano_usd"])
    assert _by_hand(row["calculation"]) == expected
    usage = read(_usage(row))
    assert usage is not None
    sheet = _sheet(model)
    assert cost(sheet, usage).nano_usd == expected
    lines = cost_lines(sheet, usage)
    assert ceil_nano(sum((line.nano_usd for line in lines), Decimal(0))) == expected


@pytest.mark.parametrize(("model", "row"), _CASES)
def test_streamed_equals_plain(model, row):
    """A stream's usage is the plain answer's usage, token by token."""
    assert _streamed(_usage(row)) == _plain(_usage(row))


def test_every_kind_is_there_on_both_sides_of_the_tier():
    """Each kind of token has a vector below and one above 200,000 tokens of input."""
    cases = {row["case"] for row in _table("Vectors of `tiered`")}
    for kind in (
        "uncached",
        "cached",
        "written",
        "written for an hour",
        "reasoning",
        "audio",
        "cached audio",
    ):
        assert {f"{kind}, below", f"{kind}, above"} <= cases
