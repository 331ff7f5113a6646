"""Budgets as all faces show them."""

import pytest

from podium.keeper.ledger import Batch
from podium.keeper.limits import LimitBook
from podium.kernel.errors import NotFound
from podium.manifest.snapshot import encode_snapshot
from podium.ports.database import model_blocks, snapshots
from podium.ports.link import Draw, Want
from podium.views.budgets import budget, budgets
from tests.keeper.conftest import clock, engine, tail  # noqa: F401 - fixtures
from tests.keeper.samples import NOW_NS, hello, hold, incarnation, settle
from tests.keeper.test_limits import DAY, TASK, snapshot


@pytest.fixture
def used(tail, engine, clock, tmp_path):  # noqa: F811 - fixtures
    """A limit of 1000: 150 charged, 50 held for a call under way, 100 free at the worker; and two tasks."""
    (tmp_path / "journals" / incarnation(1)).mkdir(parents=True)
    tail.register(hello(1))
    book = LimitBook(engine, clock)
    book.know(snapshot())
    wants = (Want(DAY, 300, 0, 3), Want(TASK, 20, 0, 3, "task_a"), Want(TASK, 30, 0, 3, "task_b"))
    grants = book.draw([Draw(incarnation(1), wants)])[0].grants
    batch = Batch(1)
    batch.add_charge(hold(draws=(grants[0].slice, 200)), settle(cost_nano_usd=150), incarnation(1))
    with engine.begin() as connection:
        connection.execute(
            snapshots.insert().values(
                version=1, digest="d", source="s", in_force_from_ns=0, document=encode_snapshot(snapshot())
            )
        )
        book.settle(connection, batch)
        book.override(
            connection, limit=DAY, amount=500, until_ns=NOW_NS + 9, override_id="ovr_1", by=("ada", "bob")
        )
        connection.execute(model_blocks.insert().values(model="wild", charge_id="chg_1", at_ns=NOW_NS))
    return engine


def test_the_tree_of_budgets(used):
    """Departments, then agents; each limit with its window, what is used and left, bands and overrides."""
    with used.connect() as connection:
        found = budgets(connection, NOW_NS)
    assert [(node.kind, node.name, node.depth) for node in found.nodes] == [
        ("department", "acme", 0),
        ("agent", "triage", 1),
    ]
    (day,) = found.nodes[0].limits
    assert (day.amount, day.added, day.window.charged, day.window.outstanding, day.left) == (
        1500,
        500,
        150,
        150,
        1200,
    )
    assert day.used_percent == 20
    assert day.window.starts_ns <= NOW_NS < day.window.ends_ns
    assert [(band.action, band.reserved, band.used) for band in day.bands] == [
        ("open", 1200, 300),
        ("warn", 150, 0),
        ("smaller", 105, 0),
        ("cheapest", 45, 0),
    ]
    assert (day.band, day.overrides[0].by) == (0, "ada, bob")
    (task,) = found.nodes[1].limits
    assert [(window.key, window.outstanding) for window in task.windows] == [("task_b", 30), ("task_a", 20)]
    assert found.blocked_models == ("wild",)


def test_one_budget_tells_who_holds_what(used):
    """The view of one limit has what each worker holds."""
    with used.connect() as connection:
        (held,) = budget(connection, DAY, NOW_NS).slices
        assert (held.worker, held.outstanding, held.spent, held.alive) == ("gateway-1", 150, 150, True)
        with pytest.raises(NotFound, match="no limit"):
            budget(connection, "department/none/usd/day", NOW_NS)


def test_the_next_window_is_empty(used):
    """A window of which nothing was used yet has no row, and is shown all the same."""
    with used.connect() as connection:
        later = budget(connection, DAY, NOW_NS + 86_400_000_000_000)
    assert (later.window.charged, later.left, later.amount) == (0, 1000, 1000)


def test_without_manifests(engine):  # noqa: F811 - a fixture
    """Before the first manifests there is nothing to show."""
    with engine.connect() as connection:
        assert budgets(connection, NOW_NS).nodes == ()
