"""Cells say what runs, waits, is paused and spent, by agent and department."""

import time

import msgspec
import pytest

from podium.adapters.records import open_records
from podium.ports.acts import BeginTask, By, OpenCase, SteerBreaker, SteerTask
from podium.views.fleet_cells import fleet_cells
from podium.views.living import counted, living_tasks, standing_over
from podium.views.tasks import TaskFilters, fleet
from tests.console import seed
from tests.console.test_fleet import Now, furnished
from tests.keeper.acting import House
from tests.keeper.test_desk import CALL


@pytest.fixture
def house(tmp_path, place_records):
    place_records(tmp_path)
    engine = open_records(tmp_path)
    yield furnished(House(engine, Now(), tmp_path))
    engine.dispose()


def test_cells_count_what_agents_do(house):
    """A task that a case is open about waits, one whose breaker lets nothing through is paused; each is
    counted once, as the list has it; a department has what is below it; no calls, no share."""
    first, second, third, held = (house.acts.do(BeginTask(By(), "triage", "x")) for _ in range(4))
    house.acts.do(SteerTask(By(), second.task_id, "pause", "look"))
    about = msgspec.structs.replace(CALL, evidence={"task_id": first.task_id})
    house.acts.do(OpenCase(By(), about))
    house.acts.do(SteerBreaker(By(), "agent/search", "stop", "it loops"))
    house.acts.do(SteerBreaker(By(), f"task/{held.task_id}", "stop", "it loops"))
    with house.engine.connect() as connection:
        living = living_tasks(connection, now_ns=house.clock.now_ns)
        found = {it.whole.name: it for it in fleet_cells(connection, living, now_ns=house.clock.now_ns)}
        below = fleet_cells(connection, living, now_ns=house.clock.now_ns, department="acme/finance")
        listed = {
            state: {
                row.task_id
                for row in fleet(
                    connection, TaskFilters(state=state), now_ns=house.clock.now_ns, limit=9
                ).rows
            }
            for state in ("running", "paused")
        }
    assert list(found) == ["acme", "acme/finance", "acme/support"]
    assert [it.whole.name for it in below] == ["acme/finance"]
    cells = {cell.name: cell for cell in found["acme/support"].agents}
    triage = cells["triage"]
    assert (triage.running, triage.waiting, triage.paused, triage.failed_share) == (1, 1, 2, None)
    assert {id_: it.state for id_, it in living.items()} == {
        first.task_id: "waiting", second.task_id: "paused", third.task_id: "running", held.task_id: "paused",
    }  # fmt: skip
    assert living[first.task_id].waits_for == "person"
    assert listed["paused"] == {second.task_id, held.task_id}
    assert counted(living.values(), agent=None, department="acme") == {
        "running": 1,
        "waiting": 1,
        "paused": 2,
    }
    assert not counted(living.values(), agent="search", department=None)
    assert cells["search"].held == "stopped"
    assert (found["acme"].whole.running, found["acme"].agents) == (1, [])


def test_money_is_that_of_the_ledger(tmp_path):
    """Spend and failures of a day are the sums of the ledger's rows."""
    engine = seed.create(tmp_path / "podium.db")
    now_ns = time.time_ns()
    seed.seed_fleet(engine, now_ns, hours=0.3)
    with engine.connect() as connection:
        whole = fleet_cells(connection, {}, now_ns=now_ns)[0].whole
        count, failed, cost = connection.exec_driver_sql(
            "SELECT (SELECT count(*) FROM calls), "
            "(SELECT count(*) FROM calls JOIN facets ON facets.id = facet "
            "WHERE outcome NOT IN ('ok', 'replayed')), (SELECT sum(cost_nano_usd) FROM charges)"
        ).one()
    engine.dispose()
    assert (whole.calls, whole.failed, whole.spent_nano_usd) == (count, failed, cost)
    assert whole.failed_share == failed / count
    assert whole.burn_nano_usd_per_hour > 0


def test_what_lets_nothing_through_is_told(house):
    """A task's own breaker and its agent's, with why and without the task's id; none where all is well."""
    begun = house.acts.do(BeginTask(By(), "triage", "x"))

    def told():
        with house.engine.connect() as connection:
            found = standing_over(connection, begun.task_id, begun.task_id, "triage", "acme/support")
        return [(one.key, one.state, one.reason, one.case_id) for one in found]

    assert told() == []
    house.acts.do(SteerBreaker(By(), f"task/{begun.task_id}", "stop", f"{begun.task_id} loops"))
    house.acts.do(SteerBreaker(By(), "agent/triage", "stop", "look"))
    house.acts.do(SteerBreaker(By(), "agent/search", "stop", "another's"))
    assert told() == [
        (f"task/{begun.task_id}", "stopped", "It loops", None),
        ("agent/triage", "stopped", "look", None),
    ]
