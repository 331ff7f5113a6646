"""A budget under many times the load that it pays for, over the workers of a running Podium."""

import argparse
import runpy
from pathlib import Path

import pytest

BENCH = Path(__file__).parent.parent.parent / "bench" / "budget.py"


@pytest.mark.crash
def test_no_number_of_workers_passes_a_budget() -> None:
    """Workers die, one stands still, clients abort: the limit holds, none of it is stranded, no hold is left.

    `bench/budget.py` itself does it with a thousand clients.
    """
    few = {"usd": 0.04, "clients": 24, "workers": 4, "seconds": 12.0, "stopped": 4.0, "settle": 8.0}
    found = runpy.run_path(str(BENCH))["run"](argparse.Namespace(**few, calm=False))
    assert found["charged"] <= found["amount"]
    assert found["left"] < found["worst_call"]
    assert found["deaths"] > 3
    assert found["outcomes"]["budget_exhausted"] > found["outcomes"]["ok"]
