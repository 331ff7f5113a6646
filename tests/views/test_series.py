"""Steps: edges that stand still, and sums that are the ledger's."""

from pathlib import Path

from sqlalchemy import func, select

from podium.ports.database import charges
from podium.views.series import STEPS, steps
from tests.console import seed

SECOND_NS = 1_000_000_000
NOW_NS = 1_800_000_123 * SECOND_NS


def test_steps_hold_the_whole_window(tmp_path: Path) -> None:
    """The steps of a window together hold every charge and call of it, to the nano-dollar."""
    engine = seed.create(tmp_path / "podium.db")
    seed.seed_fleet(engine, NOW_NS, hours=0.5)
    with engine.connect() as connection:
        found = steps(connection, NOW_NS, 3600)
        cost = connection.execute(select(func.sum(charges.c.cost_nano_usd))).scalar_one()
        calls = connection.execute(select(func.count(charges.c.call_id.distinct()))).scalar_one()
    assert sum(sum(step.cost_nano_usd.values()) for step in found.steps) == cost
    assert sum(step.calls for step in found.steps) == calls
    assert set(found.departments) == {department for department, _, _ in seed.AGENTS.values()}
    assert 0 < sum(step.errors for step in found.steps) < calls
    engine.dispose()


def test_edges_stand_still(tmp_path: Path) -> None:
    """Two readings a second apart cut time at the same moments, and agree on every step that is over."""
    engine = seed.create(tmp_path / "podium.db")
    seed.seed_fleet(engine, NOW_NS, hours=0.5)
    with engine.connect() as connection:
        one, other = steps(connection, NOW_NS, 900), steps(connection, NOW_NS + SECOND_NS, 900)
    assert one.step_s == 15
    assert len(one.steps) == STEPS
    assert all(step.start_ns % (15 * SECOND_NS) == 0 for step in one.steps)
    over = {step.start_ns: step for step in other.steps if step.start_ns + 15 * SECOND_NS <= NOW_NS}
    shared = [step for step in one.steps if step.start_ns in over]
    assert len(shared) >= STEPS - 2
    assert all(over[step.start_ns] == step for step in shared)
    engine.dispose()


def test_no_calls_no_quantiles(tmp_path: Path) -> None:
    """A step without calls costs nothing and has no quantiles, not zero ones."""
    engine = seed.create(tmp_path / "podium.db")
    with engine.connect() as connection:
        found = steps(connection, NOW_NS, 900)
    assert found.departments == []
    assert all(step.cost_nano_usd == {} and step.calls == 0 for step in found.steps)
    assert all(step.first_token.p50_us is None for step in found.steps)
    assert found.from_ns < NOW_NS <= found.to_ns
    engine.dispose()
