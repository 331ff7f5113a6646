"""The verbs of money, on a seeded state."""

import json
from pathlib import Path

import pytest
from sqlalchemy import update

from podium.adapters.records import open_for_reading, open_records
from podium.cli import run
from podium.ports.aggregates import usage_hours
from tests.console import seed
from tests.keeper.samples import HandClock


class Composed:
    """What the verbs are handed."""

    def __init__(self, state: Path) -> None:
        self.state = state
        self.clock = HandClock()

    def engine(self):
        return open_for_reading(self.state)


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
    assert run(["report", "--period", "soon"], composed) == 1
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
