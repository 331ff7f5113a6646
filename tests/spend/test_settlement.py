from decimal import Decimal
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podium.kernel.call import ServerTool, Usage
from podium.spend.journal import Outcome
from podium.spend.prices import PriceSheet, Rate
from podium.spend.settlement import decide_settlement, failed_before_generation, with_least_uses

SHEET = PriceSheet(input=Rate(Decimal(100)), output=Rate(Decimal("200.5")))
USAGE = Usage(10, 3)  # 10 * 100 + 3 * 200.5 = 1601.5, rounded up: 1602
HOLD = 5000

# sheet, usage, outcome, sent, status -> cost, estimated, overrun
TABLE = [
    pytest.param(SHEET, None, "unsent", False, None, 0, False, False, id="nothing was sent"),
    pytest.param(SHEET, None, "aborted", False, None, 0, False, False, id="client gone before it was sent"),
    pytest.param(SHEET, USAGE, "ok", True, 200, 1602, False, False, id="final usage"),
    pytest.param(SHEET, USAGE, "aborted", True, 200, 1602, False, False, id="client gone behind the usage"),
    pytest.param(SHEET, USAGE, "broken", True, 200, 1602, False, False, id="broken behind the usage"),
    pytest.param(SHEET, Usage(100, 0), "ok", True, 200, 10_000, False, True, id="usage above the hold"),
    pytest.param(SHEET, Usage(50, 0), "ok", True, 200, 5000, False, False, id="usage exactly the hold"),
    pytest.param(SHEET, Usage(), "ok", True, 200, 0, False, False, id="a provider's zero stays zero"),
    pytest.param(None, USAGE, "ok", True, 200, HOLD, True, False, id="usage without a price"),
    pytest.param(SHEET, None, "ok", True, 200, HOLD, True, False, id="answer without usage"),
    pytest.param(SHEET, None, "refused", True, 302, 0, False, False, id="redirected"),
    pytest.param(SHEET, None, "refused", True, 400, 0, False, False, id="bad request"),
    pytest.param(SHEET, None, "refused", True, 401, 0, False, False, id="unauthorised"),
    pytest.param(SHEET, None, "refused", True, 404, 0, False, False, id="not found"),
    pytest.param(SHEET, None, "refused", True, 408, HOLD, True, False, id="request time-out"),
    pytest.param(SHEET, None, "refused", True, 429, 0, False, False, id="too many requests"),
    pytest.param(SHEET, None, "refused", True, 499, HOLD, True, False, id="client closed, says a proxy"),
    pytest.param(SHEET, None, "refused", True, 500, 0, False, False, id="internal error"),
    pytest.param(SHEET, None, "refused", True, 501, 0, False, False, id="not implemented"),
    pytest.param(SHEET, None, "refused", True, 502, HOLD, True, False, id="bad gateway"),
    pytest.param(SHEET, None, "refused", True, 503, 0, False, False, id="unavailable"),
    pytest.param(SHEET, None, "refused", True, 504, HOLD, True, False, id="gateway time-out"),
    pytest.param(SHEET, None, "refused", True, 524, HOLD, True, False, id="a proxy's time-out"),
    pytest.param(SHEET, None, "refused", True, 529, 0, False, False, id="overloaded"),
    pytest.param(SHEET, None, "broken", True, 429, HOLD, True, False, id="refusal that broke off"),
    pytest.param(SHEET, None, "broken", True, 200, HOLD, True, False, id="broken stream"),
    pytest.param(SHEET, None, "broken", True, None, HOLD, True, False, id="broken before the head"),
    pytest.param(SHEET, None, "timeout", True, None, HOLD, True, False, id="no first byte"),
    pytest.param(SHEET, None, "aborted", True, 200, HOLD, True, False, id="client gone"),
    pytest.param(SHEET, None, "crashed", True, None, HOLD, True, False, id="worker died"),
    pytest.param(SHEET, None, "error", True, None, HOLD, True, False, id="failed inside Podium"),
]


@pytest.mark.parametrize(
    ("sheet", "usage", "outcome", "sent", "status", "cost", "estimated", "overrun"), TABLE
)
def test_table(sheet, usage, outcome, sent, status, cost, estimated, overrun):
    """Every row of the table in the module's docstring."""
    settlement = decide_settlement(
        hold_nano_usd=HOLD, sheet=sheet, usage=usage, outcome=outcome, sent=sent, http_status=status
    )
    assert (settlement.cost_nano_usd, settlement.estimated, settlement.overrun) == (cost, estimated, overrun)
    assert settlement.reason or not (estimated or overrun)


def test_unpriced_fields_are_never_settled_as_exact():
    """With fields whose cost no token count shows, the larger of usage and hold is charged, marked."""
    for usage, expected in ((USAGE, HOLD), (Usage(100, 0), 10_000)):
        settlement = decide_settlement(
            hold_nano_usd=HOLD,
            sheet=SHEET,
            usage=usage,
            outcome="ok",
            sent=True,
            http_status=200,
            unpriced=("plugins",),
        )
        assert settlement.estimated
        assert settlement.cost_nano_usd == expected
        assert "plugins" in settlement.reason


@given(
    st.sampled_from(get_args(Outcome)),
    st.none() | st.integers(100, 599),
    st.none() | st.builds(Usage, input_tokens=st.integers(0, 99), output_tokens=st.integers(0, 99)),
    st.sampled_from([SHEET, None]),
)
def test_doubt_never_creates_money(outcome, status, usage, sheet):
    """What was sent is never settled for less than it may have cost, unless a complete refusal says so."""
    settlement = decide_settlement(
        hold_nano_usd=HOLD, sheet=sheet, usage=usage, outcome=outcome, sent=True, http_status=status
    )
    if usage is None and not (outcome == "refused" and status and failed_before_generation(status)):
        assert settlement.cost_nano_usd == HOLD
        assert settlement.estimated
    assert settlement.cost_nano_usd >= 0


def test_a_tool_that_ran_without_a_price_is_an_estimate():
    """Uses of a tool are charged at their price; uses without one make the charge an estimate."""
    usage = Usage(10, 0, tool_uses=(("web_search", 2),))
    priced = PriceSheet(SHEET.input, SHEET.output, tool_uses={"web_search": Decimal(400)})
    exact = decide_settlement(hold_nano_usd=HOLD, sheet=priced, usage=usage, outcome="ok", sent=True)
    assert (exact.cost_nano_usd, exact.estimated) == (10 * 100 + 2 * 400, False)
    rough = decide_settlement(hold_nano_usd=HOLD, sheet=SHEET, usage=usage, outcome="ok", sent=True)
    assert (rough.cost_nano_usd, rough.estimated) == (HOLD, True)
    assert "web_search" in (rough.reason or "")


def test_what_runs_with_every_request_is_counted():
    """A tool that must have run is in the usage, and what the answer counted stays where it is more."""
    tools = (ServerTool("web_search", "a", 1, 1), ServerTool("code", "b", 3, 1), ServerTool("other", "c", 1))
    told = Usage(10, 0, tool_uses=(("web_search", 2),))
    assert with_least_uses(told, tools) == Usage(10, 0, tool_uses=(("code", 1), ("web_search", 2)))
    assert with_least_uses(Usage(10), tools[2:]) == Usage(10)
