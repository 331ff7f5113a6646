"""Corrections: what a provider's bill adds to the ledger."""

from decimal import Decimal

import pytest

from podium.keeper.corrections import Corrections
from podium.kernel.bill import Bill, BillLine
from podium.kernel.call import Usage
from podium.kernel.errors import Forbidden, InvalidRequest, NotFound
from podium.ports.acts import By
from podium.ports.aggregates import corrections, usage_days, usage_tasks
from podium.ports.database import charges
from podium.ports.link import Correct, Corrected
from podium.spend.reconciling import Correction
from podium.views.aggregates import check
from podium.views.bills import compare
from podium.views.explain import explain
from podium.views.ledger import LedgerFilters, totals
from tests.keeper.acting import House
from tests.keeper.samples import NOW_NS, Pen, call, done, hello, hold, rows, settle

SHA = "ab" * 32
FALL = Correction("chg_2", 7, 5_000, -2_000, True, Usage(9, 5), "The bill says so.")


def asked(*found: Correction, **changes) -> Correct:
    fields = {"by": By(), "provider": "simulated", "export_sha256": SHA, "corrections": found}
    return Correct(**{**fields, **changes})


@pytest.fixture
def house(engine, clock, tmp_path):
    return House(engine, clock, tmp_path)


@pytest.fixture
def ledger(tmp_path, tail, house, clock):
    """An exact charge of 3,000 and an estimate of 5,000 without tokens."""
    pen = Pen(tmp_path)
    tail.register(hello())
    estimate = settle(2, end=done(2), cost_nano_usd=5_000, estimated=True, usage=None, outcome="broken")
    pen.write(*call(1), hold(2), estimate)
    tail.step()
    return Corrections(house.acts, house.chain, clock, tail)


def total(engine):
    with engine.connect() as connection:
        assert check(connection).differences == []
        return totals(connection, LedgerFilters())[0]


def test_an_estimate_is_settled(engine, ledger):
    """The charge's row stays; sums, ledger and explanation have what the bill says, with its tokens."""
    before = rows(engine, charges)
    assert total(engine).estimated_nano_usd == 5_000
    assert ledger.do(asked(FALL)) == Corrected(1, 0)
    assert rows(engine, charges) == before
    found = total(engine)
    assert (found.cost_nano_usd, found.estimated_nano_usd) == (6_000, 0)
    assert (found.input_tokens, found.output_tokens) == (12 + 9, 7 + 5)
    days = rows(engine, usage_days)
    assert sum(row["estimated"] for row in days) == sum(row["unreported"] for row in days) == 0
    assert sum(row["corrected_nano_usd"] for row in rows(engine, usage_tasks)) == -2_000
    with engine.connect() as connection:
        (working,) = explain(connection, "chg_2", now_ns=NOW_NS).charges
    assert working.stands_nano_usd == 3_000
    assert working.words[-2].startswith(
        f"A bill of simulated changed it by -0.000002 USD (line 7 of export {SHA[:12]}, applied by "
    )
    assert working.words[-1] == "With that it stands at 0.000003 USD, exact."


def test_twice_is_once(engine, ledger):
    """The same line of the same export for the same charge counts once, whoever applies it again."""
    ledger.do(asked(FALL))
    assert ledger.do(asked(FALL)) == Corrected(0, 1)
    assert (len(rows(engine, corrections)), total(engine).cost_nano_usd) == (1, 6_000)


def test_a_share_stays_an_estimate(engine, ledger):
    """A share of a sum changes the amount; the charge is an estimate still, until its own line settles it."""
    ledger.do(asked(Correction("chg_2", 1, 5_000, -1_000, False, None, "its share")))
    assert (total(engine).cost_nano_usd, total(engine).estimated_nano_usd) == (7_000, 4_000)
    ledger.do(asked(Correction("chg_2", 2, 4_000, 500, True, None, "its line")))
    assert (total(engine).cost_nano_usd, total(engine).estimated_nano_usd) == (7_500, 0)


@pytest.mark.parametrize(
    ("question", "error", "said"),
    [
        (asked(Correction("chg_2", 1, 4_999, 1, True, None, "")), InvalidRequest, "stands at 5000 nano-USD"),
        (asked(Correction("chg_2", 1, 5_000, -5_001, True, None, "")), InvalidRequest, "stands at 5000"),
        (asked(Correction("chg_9", 1, 1, 1, True, None, "")), NotFound, "no charge chg_9"),
        (asked(FALL, provider="other"), InvalidRequest, "is of simulated"),
        (asked(FALL, export_sha256="ab"), InvalidRequest, "no SHA-256"),
    ],
)
def test_what_does_not_fit(engine, ledger, question, error, said):
    """A correction that was decided on another state, or of another charge, changes nothing."""
    with pytest.raises(error, match=said):
        ledger.do(question)
    assert (rows(engine, corrections), total(engine).cost_nano_usd) == ([], 8_000)


def test_an_admin_applies_and_the_chain_has_it(engine, ledger, house):
    """Only an admin corrects the ledger; what was done and what was refused are rows of the chain."""
    viewer, admin = house.user("vera", "viewer", "operator"), house.user("ada", "admin")
    with pytest.raises(Forbidden):
        ledger.do(asked(FALL, by=viewer))
    ledger.do(asked(FALL, by=admin))
    refused, done = house.told("ledger.correct")
    assert (refused["actor"], refused["outcome"]) == ("vera", "refused")
    assert (done["actor"], done["subject"], done["export_sha256"]) == ("ada", "simulated", SHA)
    assert (done["corrections"], done["nano_usd"]) == (1, -2_000)
    (row,) = rows(engine, corrections)
    assert row["actor"] == "ada"


def test_all_or_none(engine, ledger):
    """One that does not fit takes the others of its message with it."""
    with pytest.raises(NotFound):
        ledger.do(asked(FALL, Correction("chg_9", 1, 1, 1, True, None, "")))
    assert (rows(engine, corrections), total(engine).cost_nano_usd) == ([], 8_000)


def test_a_bill_is_applied_and_agrees(engine, ledger):
    """What a bill has settled agrees with the same bill from then on, and nothing is left to correct."""
    line = BillLine(1, NOW_NS, NOW_NS + 10, "gpt-5-mini-2026", cost_nano_usd=Decimal(4_500))
    bill = Bill((line,))
    with engine.connect() as connection:
        found = compare(connection, bill, "simulated")
    assert [one.delta_nano_usd for one in found.corrections] == [-3_500]
    ledger.do(asked(*found.corrections))
    with engine.connect() as connection:
        again = compare(connection, bill, "simulated")
    assert ([one.state for one in again.findings], again.corrections) == (["agreed"], ())


def test_no_such_provider(engine, ledger):
    """A provider that the ledger has no charge of is named, with those that it has."""
    with engine.connect() as connection, pytest.raises(InvalidRequest, match="'other'") as refused:
        compare(connection, Bill(()), "other")
    assert "simulated" in refused.value.fix
