"""What successes cost."""

from sqlalchemy import Engine, insert

from podium.keeper.ledger import Batch, Ledger
from podium.kernel.call import Usage
from podium.ports.database import outcomes
from podium.ports.fleet_tables import task_runs
from podium.views.economics import economics
from tests.keeper.conftest import clock, engine
from tests.keeper.samples import NOW_NS, done, hold, settle
from tests.views.test_breakers import place_records
from tests.views.test_cost import run_row

__all__ = ["clock", "engine", "place_records"]

HOUR_NS = 3_600_000_000_000


def write(engine: Engine, *charged: tuple[str, str, int]) -> None:
    """Write calls into the ledger: task, agent, cost."""
    ledger, batch = Ledger(engine), Batch(1)
    for number, (task, agent, cost) in enumerate(charged, 1):
        batch.add_charge(
            hold(number, task_id=task, agent=agent),
            settle(number, cost_nano_usd=cost, usage=Usage(10, 20), end_us=500_000),
            "inc",
        )
        batch.add_call(done(number, task_id=task, agent=agent, cost=cost))
    with engine.begin() as connection:
        ledger.open(connection)
        ledger.write(connection, batch)


def say(engine: Engine, subject: str, task: str, outcome: str, value: int | None = None) -> None:
    with engine.begin() as connection:
        connection.execute(
            insert(outcomes).values(
                subject=subject,
                task_id=task,
                agent="a",
                department="acme/engineering",
                outcome=outcome,
                value_nano_usd=value,
                at_ns=NOW_NS,
            )
        )


def test_unknown_is_a_column_of_its_own(engine: Engine) -> None:
    """Successes and failures share their cost among successes; what nobody spoke of is in no mean."""
    write(engine, ("task_1", "a", 100), ("task_1", "a", 50), ("task_2", "a", 30), ("task_3", "a", 1000))
    say(engine, "task_1", "task_1", "success", 400)
    say(engine, "task_2", "task_2", "failure")
    with engine.connect() as connection:
        found = economics(connection, since_ns=NOW_NS - HOUR_NS, until_ns=NOW_NS + HOUR_NS)
    [row] = found.rows
    assert (row.key, row.succeeded, row.failed, row.unknown_tasks) == ("a", 1, 1, 1)
    assert (row.cost_succeeded_nano_usd, row.cost_failed_nano_usd, row.cost_unknown_nano_usd) == (
        150,
        30,
        1000,
    )
    assert row.cost_per_success_nano_usd == 180
    assert row.margin_nano_usd == 250
    assert row.output_tokens_per_second == 40.0
    assert found.total.cost_per_success_nano_usd == 180


def test_calls_are_units_where_their_task_is_none(engine: Engine) -> None:
    """Of a task of which nothing was said its reported calls count, and the rest of it is unknown."""
    write(engine, ("task_1", "a", 100), ("task_1", "a", 50), ("task_2", "b", 7))
    say(engine, "call_1", "task_1", "success")
    with engine.connect() as connection:
        found = economics(connection, since_ns=NOW_NS - HOUR_NS, until_ns=NOW_NS + HOUR_NS)
        by = economics(connection, since_ns=NOW_NS - HOUR_NS, until_ns=NOW_NS + HOUR_NS, by="department")
    rows = {row.key: row for row in found.rows}
    assert (rows["a"].cost_succeeded_nano_usd, rows["a"].cost_unknown_nano_usd) == (100, 50)
    assert rows["a"].margin_nano_usd is None
    assert rows["b"].cost_per_success_nano_usd is None
    assert rows["b"].unknown_tasks == 1
    assert [row.key for row in by.rows] == ["acme/engineering"]
    assert by.total.cost_unknown_nano_usd == 57


def test_the_trend_has_every_day(engine: Engine) -> None:
    """Each day of the period is there; a task counts whole in the day of its last call."""
    write(engine, ("task_1", "a", 100), ("task_1", "a", 50), ("task_2", "b", 30))
    say(engine, "task_1", "task_1", "success", 400)
    day_ns = 24 * HOUR_NS
    with engine.connect() as connection:
        found = economics(connection, since_ns=NOW_NS - 2 * day_ns, until_ns=NOW_NS)
    starts = [day.start_ns for day in found.trend]
    assert starts == [NOW_NS // day_ns * day_ns + back * day_ns for back in (-2, -1, 0)]
    worths = [day.worth for day in found.trend]
    assert [it.cost_per_success_nano_usd for it in worths] == [None, None, 150]
    assert worths[-1].margin_per_unit_nano_usd == 250
    assert [(it.margin_nano_usd, it.unknown_tasks) for it in worths] == [(None, 0), (None, 0), (250, 1)]


def test_processor_time_stands_beside(engine: Engine) -> None:
    """Programs that ended in the period: their CPU time is their agent's; those without one are counted."""
    with engine.begin() as connection:
        rows = [
            run_row("task_1", None, cpu_ms=1500, ended_ns=NOW_NS),
            run_row("task_2", None, ended_ns=NOW_NS),
            run_row("task_3", None, cpu_ms=7, ended_ns=NOW_NS - 9 * HOUR_NS),
            run_row("task_4", None, kind="tool", ended_ns=NOW_NS),
        ]
        connection.execute(insert(task_runs), rows)
    with engine.connect() as connection:
        found = economics(connection, since_ns=NOW_NS - HOUR_NS, until_ns=NOW_NS + HOUR_NS)
    [row] = found.rows
    assert (row.key, row.cpu_ms, row.unmeasured_programs, found.total.cpu_ms) == ("coder", 1500, 1, 1500)
