"""The verbs of money, on a seeded state."""

import csv
import json
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from podium.adapters.records import open_for_reading, open_records
from podium.cli import run
from podium.keeper.corrections import Corrections
from podium.keeper.tail import Tail
from podium.ports.acts import By
from podium.ports.aggregates import HOUR_NS, usage_hours
from podium.ports.database import charges
from tests.console import seed
from tests.keeper.acting import House
from tests.keeper.samples import HandClock


class Composed:
    """What the verbs are handed."""

    def __init__(self, state: Path) -> None:
        self.state = state
        self.clock = HandClock()

    def by(self):
        return By()

    @staticmethod
    def good_signature(*_):
        return False

    @staticmethod
    def evidence_keys(_state):
        return None

    def engine(self):
        return open_for_reading(self.state)

    def ask(self, question):
        """Be the keeper for one question."""
        engine = open_records(self.state)
        tail = Tail(self.state, engine, self.clock)
        tail.open()
        house = House(engine, self.clock, self.state)
        done = Corrections(house.acts, house.chain, self.clock, tail).do(question)
        tail.close()
        engine.dispose()
        return done


@pytest.fixture
def composed(tmp_path: Path) -> Composed:
    composed = Composed(tmp_path)
    engine = open_records(tmp_path)
    seed.seed_fleet(engine, composed.clock.wall_ns(), hours=0.2)
    engine.dispose()
    return composed


def test_report(composed, capsys):
    """The table, the CSV and the JSON of one report have the same sum."""
    assert run(["report", "--period", "30d", "--by", "agent", "--json"], composed) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["no_forecast"].startswith("a forecast needs 14 whole days")
    assert run(["report", "--period", "30d", "--by", "agent"], composed) == 0
    table = capsys.readouterr().out.splitlines()
    assert table[0].split("\t")[:3] == ["agent", "calls", "charges"]
    (total,) = [line.split("\t") for line in table if line.startswith("(all)")]
    assert total[2] == str(found["total"]["now"]["charges"])
    assert total[6:8] == ["–", "–"]
    assert run(["report", "--period", "30d", "--by", "agent", "--csv"], composed) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1].split(",")[1] == total[5]
    assert run(["report", "--period", "soon"], composed) == 2
    assert "'soon' is no period" in capsys.readouterr().err


def test_check(composed, capsys):
    """The check says that all is well with 0, and with 1 what differs."""
    assert run(["ledger", "--check"], composed) == 0
    assert "Every aggregate is what its rows add up to." in capsys.readouterr().out
    engine = open_records(composed.state)
    with engine.begin() as connection:
        connection.execute(update(usage_hours).values(charges=usage_hours.c.charges + 1))
    engine.dispose()
    assert run(["ledger", "--check"], composed) == 1
    said = capsys.readouterr().out
    assert "charges is" in said
    assert "They differ." in said


def test_reconcile(composed, capsys, tmp_path):
    """A dry run changes nothing; --apply settles estimates once; the bill agrees from then on."""
    with composed.engine().connect() as connection:
        held = connection.execute(
            select(charges.c.charge_id, charges.c.admitted_ns, charges.c.provider, charges.c.upstream_model)
            .where(charges.c.estimated)
            .limit(1)
        ).one()
    hour_ns = held.admitted_ns - held.admitted_ns % HOUR_NS
    with composed.engine().connect() as connection:
        exact = connection.execute(
            select(func.coalesce(func.sum(charges.c.cost_nano_usd), 0)).where(
                charges.c.provider == held.provider,
                charges.c.upstream_model == held.upstream_model,
                charges.c.admitted_ns // HOUR_NS == hour_ns // HOUR_NS,
                charges.c.estimated.is_(False),
            )
        ).scalar_one()
    bill = tmp_path / "bill.csv"
    bill.write_text(
        "from,until,model,USD\n"
        f"{hour_ns // 10**9},{hour_ns // 10**9 + 3600},{held.upstream_model},{exact / 10**9:.9f}\n"
    )
    verb = [
        "reconcile",
        str(bill),
        "--provider",
        held.provider,
        "--column",
        "time=from",
        "--column",
        "cost_usd=USD",
    ]
    assert run(verb, composed) == 1
    said = capsys.readouterr().out
    assert "different" in said
    assert "Nothing was changed: --apply writes the corrections." in said
    assert run([*verb, "--apply", "--json"], composed) == 1
    applied = json.loads(capsys.readouterr().out)["applied"]
    assert (applied["written"] > 0, applied["there"]) == (True, 0)
    assert run([*verb, "--apply"], composed) == 1
    assert "1 agreed, 0 different" in capsys.readouterr().out
    assert run(["ledger", "--check"], composed) == 0
    capsys.readouterr()
    assert run(["explain", held.charge_id], composed) == 0
    assert "stands at" in capsys.readouterr().out
    assert run(["ledger", "--limit", "1000"], composed) == 0
    assert "estimated corrected" in capsys.readouterr().out
    assert run(["reconcile", str(bill), "--provider", "nobody", "--column", "time=from"], composed) == 1
    assert run(["reconcile", str(bill), "--provider", "x", "--column", "time"], composed) == 2
    assert run([*verb, "--since", "1d"], composed) == 2


def test_export_focus(composed, capsys, tmp_path):
    """The export of FOCUS 1.2, to a file or not, by charge or hour, costs what the ledger says."""
    assert run(["ledger", "--json"], composed) == 0
    total = json.loads(capsys.readouterr().out)["total"]
    assert run(["export", "focus", "--period", "30d"], composed) == 0
    rows = list(csv.DictReader(capsys.readouterr().out.splitlines()))
    assert len(rows) == total["charges"]
    out = tmp_path / "focus.csv"
    assert run(["export", "focus", "--period", "30d", "--by", "hour", "--out", str(out)], composed) == 0
    assert run(["export", "focus", "--out", str(tmp_path / "none" / "x.csv")], composed) == 1
    assert "x.csv: No such file or directory. Name another file" in capsys.readouterr().err
    hours = list(csv.DictReader(out.read_text().splitlines()))
    assert len(hours) < len(rows)
    for found in (rows, hours):
        assert sum(int(row["x_CostNanoUsd"]) for row in found) == total["cost_nano_usd"]
