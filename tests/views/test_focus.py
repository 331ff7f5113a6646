"""The ledger as FOCUS 1.2."""

import csv
from decimal import Decimal

import pytest
from sqlalchemy import Engine

from podium.keeper.aggregates import Aggregates
from podium.keeper.corrections import Correcting, write_corrections
from podium.keeper.ledger import Batch, Ledger
from podium.kernel.call import Usage
from podium.kernel.money import NANO_PER_USD
from podium.spend.reconciling import Correction
from podium.views.focus import By, focus_csv, focus_rows
from podium.views.ledger import LedgerFilters, totals
from tests.keeper.conftest import clock, engine
from tests.keeper.samples import NOW_NS, done, hold, settle
from tests.views.focus_1_2 import SCHEMA, faults

__all__ = ["clock", "engine"]

DAY_NS = 86_400_000_000_000


def write(engine: Engine) -> None:
    """Write eight charges of two agents, one of them estimated, and correct two of them by a bill."""
    ledger, batch = Ledger(engine), Batch(1)
    for number in range(1, 9):
        of = {"agent": "=cmd" if number == 3 else "reviewer", "region": None if number == 2 else "eu-west-1"}
        silent = {"usage": None, "estimated": True} if number == 4 else {}
        cost = {"cost_nano_usd": 1_000_000_001 * number}
        batch.add_charge(hold(number, **of), settle(number, **cost, **silent), "inc")
        batch.add_call(done(number, cost=cost["cost_nano_usd"], agent=of["agent"]))
    with engine.begin() as connection:
        ledger.open(connection)
        ledger.write(connection, batch)
    for number, at_ns in ((1, NOW_NS), (2, NOW_NS + 40 * DAY_NS)):
        was = 1_000_000_001 * number
        asked = Correction(f"chg_{number}", number, was, -7, settled=True, usage=Usage(10, 7, 4), reason="so")
        of = Correcting("simulated", f"{number:064x}", "jane", at_ns)
        aggregates = Aggregates(engine)
        with engine.begin() as connection:
            aggregates.open(connection)
            write_corrections(connection, aggregates, of, [asked])


def exported(engine: Engine, by: By, filters: LedgerFilters | None = None) -> list[dict[str, str]]:
    with engine.connect() as connection:
        text = "".join(focus_csv(focus_rows(connection, filters or LedgerFilters(), by=by)))
    return list(csv.DictReader(text.splitlines()))


@pytest.mark.parametrize("by", ["charge", "hour"])
def test_every_row_is_as_the_specification_wants_it(engine: Engine, by: By) -> None:
    """Each row has FOCUS's columns, exact decimals, times in UTC, and nulls only where they are allowed."""
    write(engine)
    rows = exported(engine, by)
    assert [fault for row in rows for fault in faults(row)] == []
    assert {name for name, (level, *_) in SCHEMA.items() if level == "mandatory"} <= rows[0].keys()


@pytest.mark.parametrize("by", ["charge", "hour"])
@pytest.mark.parametrize("filters", [LedgerFilters(), LedgerFilters(agent="reviewer")])
def test_costs_add_up_to_the_ledger(engine: Engine, by: By, filters: LedgerFilters) -> None:
    """All four costs add up to what the ledger says, to the nano-USD, and so do tokens and charges."""
    write(engine)
    rows = exported(engine, by, filters)
    with engine.connect() as connection:
        [total] = totals(connection, filters)
    for name in ("BilledCost", "EffectiveCost", "ListCost", "ContractedCost"):
        assert sum(Decimal(row[name]) for row in rows) * NANO_PER_USD == total.cost_nano_usd
    assert sum(int(row["x_CostNanoUsd"]) for row in rows) == total.cost_nano_usd
    assert sum(int(row["x_Charges"]) for row in rows) == total.charges
    assert sum(int(row["x_InputTokens"] or 0) for row in rows) == total.input_tokens


def test_a_correction_is_a_row_of_its_own(engine: Engine) -> None:
    """It is billed when it is made, for the time of its charge; only of another month it has a class."""
    write(engine)
    rows = exported(engine, "charge")
    of = {row["x_ChargeId"]: row for row in rows if not row["x_CorrectionId"]}
    same, later = (row for row in rows if row["x_CorrectionId"])
    assert (same["ChargeClass"], later["ChargeClass"]) == ("", "Correction")
    assert same["BilledCost"] == later["BilledCost"] == "-0.000000007"
    assert later["ChargePeriodStart"] == of["chg_2"]["ChargePeriodStart"]
    assert later["BillingPeriodStart"] > of["chg_2"]["BillingPeriodStart"]


def test_tokens_nobody_counted_are_those_that_were_charged(engine: Engine) -> None:
    """Where the provider did not say, the bounds are consumed, kinds are null, and the row says estimated."""
    write(engine)
    [row] = [row for row in exported(engine, "charge") if row["x_Estimated"] == "true"]
    assert (row["ConsumedQuantity"], row["ConsumedUnit"], row["x_InputTokens"]) == ("50", "Tokens", "")


def test_an_hour_is_a_row_for_what_its_charges_share(engine: Engine) -> None:
    """Charges of one hour, agent, model, region and certainty are one row; the rest are rows of their own."""
    write(engine)
    rows = exported(engine, "hour", LedgerFilters(agent="reviewer"))
    assert sorted(int(row["x_Charges"]) for row in rows) == [0, 0, 1, 1, 5]
    assert all(row["ChargePeriodStart"].endswith(":00:00Z") for row in rows if row["x_Charges"] != "0")
