"""Providers' exports of usage and costs."""

import contextlib
import json
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podium.kernel.bill import BillLine
from podium.kernel.call import Usage
from podium.kernel.errors import InvalidRequest
from podium.wire.bills import decode_bill

BILLS = Path(__file__).parent / "bills"
SECOND_NS = 1_000_000_000
HOUR = (1_790_000_000 * SECOND_NS, 1_790_003_600 * SECOND_NS)
DAY = (1_789_948_800 * SECOND_NS, 1_790_035_200 * SECOND_NS)


def read(name: str) -> bytes:
    return (BILLS / name).read_bytes()


def test_openai_usage() -> None:
    """Buckets of tokens by model; an empty bucket is covered too."""
    bill = decode_bill(read("openai-usage.json"), "openai")
    assert bill.lines == (
        BillLine(1, *HOUR, "gpt-5-mini-2025-08-07", requests=5, usage=Usage(1000, 500, 800)),
    )
    assert bill.covers == (HOUR, (HOUR[1], HOUR[1] + 3600 * SECOND_NS))


def test_openai_costs() -> None:
    """Amounts in USD by line item, whose name begins with the model's; pages may come one a line."""
    bill = decode_bill(read("openai-costs.json"), "openai")
    assert [(line.number, line.model, line.cost_nano_usd) for line in bill.lines] == [
        (1, "gpt-5-mini-2025-08-07", 60_000_000),
        (2, "gpt-5-mini-2025-08-07", 12_500_000),
    ]
    assert bill.covers == (DAY,)
    page = json.dumps(json.loads(read("openai-costs.json"))).encode()
    assert [line.number for line in decode_bill(page + b"\n" + page, "openai").lines] == [1, 2, 3, 4]
    assert len(decode_bill(b"[" + page + b"," + page + b"]", "openai").lines) == 4


def test_anthropic_usage() -> None:
    """The parts of the input become the neutral model's total with its parts."""
    (line,) = decode_bill(read("anthropic-usage.json"), "anthropic").lines
    assert line.model == "claude-opus-4-20250514"
    assert line.usage == Usage(3200, 500, 200, 1500, 1000)
    assert (line.since_ns, line.until_ns) == DAY


def test_anthropic_costs() -> None:
    """Amounts are cents: 123.78912 is 1.2378912 USD, exact to the last digit that is printed."""
    tokens, search = decode_bill(read("anthropic-costs.json"), "anthropic").lines
    assert (tokens.cost_nano_usd, tokens.quantum_nano_usd) == (Decimal(1_237_891_200), 100)
    assert (search.model, search.cost_nano_usd) == (None, 100_000_000)


def test_csv() -> None:
    """Lines of requests and of buckets, with columns named as they are."""
    text = (
        "When,End,Req,Model,Cost,in,out\n"
        "2026-09-21T14:13:20Z,,req_1,gpt-5-mini,0.0125,10,4\n"
        "1790000000,1790003600,,gpt-5-mini,0.000000001,,\n"
    )
    columns = {
        "time": "When",
        "until": "End",
        "request_id": "Req",
        "model": "Model",
        "cost_usd": "Cost",
        "input_tokens": "in",
        "output_tokens": "out",
    }
    one, many = decode_bill(b"\xef\xbb\xbf" + text.encode(), "csv", columns).lines
    assert (one.number, one.request_ids, one.usage) == (2, ("req_1",), Usage(10, 4))
    assert (one.since_ns, one.until_ns) == (HOUR[0], HOUR[0] + 1)
    assert (one.cost_nano_usd, one.quantum_nano_usd) == (12_500_000, 1_000)
    assert many == BillLine(3, *HOUR, "gpt-5-mini", cost_nano_usd=Decimal(1), quantum_nano_usd=Decimal(1))


@pytest.mark.parametrize(
    ("data", "format_", "said"),
    [
        (b"nonsense", "openai", "no JSON"),
        (b"{}", "openai", "no list 'data'"),
        (b'{"data": [], "has_more": true}', "openai", "not complete"),
        (b'{"data": [{"results": []}]}', "openai", "start_time"),
        (read("openai-costs.json").replace(b"usd", b"eur"), "openai", "Result 1 is in eur"),
        (read("openai-usage.json"), "anthropic", "starting_at"),
        (read("anthropic-costs.json").replace(b'"10"', b'"ten"'), "anthropic", "'ten' is no amount"),
        (b'{"data": [{"start_time": "1", "end_time": 2, "results": []}]}', "openai", "no whole number"),
        (read("openai-usage.json").replace(b": 500", b": -1"), "openai", "no whole number"),
        (b"", "csv", "no column 'time'"),
        (b"time,cost_usd\n2026-09-21,1\n", "csv", "line 2 .* neither a request_id nor an until"),
        (b"time,until,cost_usd\nsoon,2026-09-21,1\n", "csv", "line 2 of the CSV"),
        (b"time,until,cost_usd\n2026-09-21,2026-09-22,NaN\n", "csv", "'NaN' is no amount"),
    ],
)
def test_what_cannot_be_read(data: bytes, format_: str, said: str) -> None:
    """What is no export of that format is refused, with the place."""
    with pytest.raises(InvalidRequest, match=said):
        decode_bill(data, format_)  # type: ignore[arg-type] # the formats


def test_columns_that_are_none() -> None:
    """A field that does not exist, or a column that the file has not, is named."""
    with pytest.raises(InvalidRequest, match="colour: no field"):
        decode_bill(b"time\n", "csv", {"colour": "x"})
    with pytest.raises(InvalidRequest, match="no column 'Cost' for cost_usd"):
        decode_bill(b"time\n", "csv", {"cost_usd": "Cost"})


@given(data=st.binary(max_size=200), format_=st.sampled_from(["csv", "openai", "anthropic"]))
def test_any_bytes(data: bytes, format_: str) -> None:
    """Whatever bytes come, the result is a bill or a refusal."""
    with contextlib.suppress(InvalidRequest):
        decode_bill(data, format_)  # type: ignore[arg-type] # the formats
