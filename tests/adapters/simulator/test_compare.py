import re
from typing import Any

import pytest

from podium.adapters.simulator.compare import LedgerRow, compare
from podium.adapters.simulator.count import SimRecord
from podium.views.replay import ChargeRow


def record(charge: str = "chg_1", **fields: Any) -> SimRecord:
    answered = {"status": 200, "completed": True, "prompt_tokens": 3, "completion_tokens": 5}
    return SimRecord(0, charge, "chat", 0, **{**answered, **fields})


def row(charge: str = "chg_1", **fields: Any) -> LedgerRow:
    settled = {"model": "m", "cost_nano_usd": 11, "estimated": False, "input_tokens": 3, "output_tokens": 5}
    return ChargeRow(charge, provider="sim", agent="a", department="d", **{**settled, **fields})


def test_a_ledger_that_agrees_is_exact():
    """One row a call, the same tokens, the priced cost, and what the client was told: no finding."""
    agreement = compare(
        [record()], [row()], price=lambda _, r: r.prompt_tokens * 2 + r.completion_tokens, told={"chg_1": 11}
    )
    assert agreement.exact
    assert (agreement.settled, agreement.settled_nano_usd, agreement.estimated) == (1, 11, 0)
    assert "every settled one agrees" in agreement.summary()


@pytest.mark.parametrize(
    ("records", "rows", "message"),
    [
        ([record()], [], "the ledger has no row of it"),
        ([record(), record()], [row()], "arrived 2 times"),
        ([record()], [row(), row()], "more than one row"),
        ([record()], [row(output_tokens=6)], "3 \\+ 6 tokens in the ledger, 3 \\+ 5 at the provider"),
        ([record()], [row(cost_nano_usd=12)], "12 nano-USD, the usage is 11"),
        ([record(completed=False)], [row()], "never finished"),
        ([], [row()], "never reached the provider"),
    ],
)
def test_each_disagreement_is_found(records: list[SimRecord], rows: list[LedgerRow], message: str):
    """What is missing, doubled, miscounted, mispriced or invented is a finding that names the charge."""
    agreement = compare(records, rows, price=lambda *_: 11)
    assert not agreement.exact
    assert any(re.search(message, finding) for finding in agreement.findings)
    assert "chg_1" in agreement.summary()


def test_an_estimated_row_may_differ():
    """A row marked estimated agrees whether its call was cut, answered or never arrived."""
    rows = [row(estimated=True), row("chg_2", estimated=True, cost_nano_usd=5)]
    agreement = compare([record(completed=False)], rows)
    assert agreement.exact
    assert (agreement.never_arrived, agreement.estimated_nano_usd) == (1, 16)


def test_a_client_told_another_cost_is_a_finding():
    """The cost in the answer is the ledger's, or it is reported."""
    assert not compare([record()], [row()], told={"chg_1": 12}).exact
    assert compare([record()], [row()], told={"chg_1": None}).exact
