"""Aggregates are what the rows of the ledger add up to."""

import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, delete, event, select, update

from podium.adapters.records import open_records
from podium.keeper.corrections import Correcting, write_corrections
from podium.keeper.tail import Tail
from podium.kernel.call import TOKEN_FIELDS, Usage
from podium.ports.aggregates import HOUR_NS, TABLES, cells, usage_days, usage_hours, usage_tasks
from podium.ports.database import charges
from podium.spend.reconciling import Correction
from podium.views.aggregates import check
from podium.views.bills import corrections_of
from tests.keeper.samples import NOW_NS, HandClock, Pen, call, done, hello, hold, rows, settle

USAGES = st.none() | st.builds(Usage, *(st.integers(0, 1_000) for _ in TOKEN_FIELDS))
ATTEMPTS = st.fixed_dictionaries(
    {
        "model": st.sampled_from(["small", "large"]),
        "outcome": st.sampled_from(["ok", "error", "timeout"]),
        "cost_nano_usd": st.integers(0, 10**15),
        "usage": USAGES,
        "estimated": st.booleans(),
        "overrun": st.booleans(),
        "first_token_us": st.none() | st.integers(0, 10**7),
    }
)
CALLS = st.fixed_dictionaries(
    {
        "agent": st.sampled_from(["reviewer", "writer"]),
        "route": st.sampled_from(["fast", "deep"]),
        "task_id": st.sampled_from(["task_a", "task_b", "task_c"]),
        "hours_ago": st.integers(0, 60),
        "overhead_us": st.none() | st.integers(0, 10**6),
        "attempts": st.lists(ATTEMPTS, max_size=3),
        "ends": st.booleans(),
    }
)


CORRECTIONS = st.fixed_dictionaries(
    {
        "place": st.integers(0, 30),
        "stands": st.integers(0, 10**15),
        "settled": st.booleans(),
        "usage": USAGES,
        "line": st.integers(1, 3),
    }
)


def correct(tail: Tail, engine: Engine, bills: list[dict]) -> None:
    """Correct charges of the ledger to where bills say that they stand, some of them again and again."""
    for bill in bills:
        with engine.connect() as connection:
            ids = sorted(connection.execute(select(charges.c.charge_id)).scalars())
            if not ids:
                return
            charge_id = ids[bill["place"] % len(ids)]
            was = stands(connection, charge_id)
        asked = Correction(
            charge_id, bill["line"], was, bill["stands"] - was, bill["settled"], bill["usage"], "so"
        )
        of = Correcting("simulated", f"{bill['stands']:064x}", "jane", NOW_NS)
        aggregates = tail.aggregates()
        with engine.begin() as connection:
            write_corrections(connection, aggregates, of, [asked])
        aggregates.committed()


def stands(connection: Connection, charge_id: str) -> int:
    """A charge with its corrections, in nano-USD."""
    cost = connection.execute(
        select(charges.c.cost_nano_usd).where(charges.c.charge_id == charge_id)
    ).scalar_one()
    return cost + sum(one.cost_nano_usd for one in corrections_of(connection, [charge_id]).get(charge_id, []))


def write(pen: Pen, number: int, shape: dict) -> None:
    """Write a call of the journal: its attempts, and its end, which a crash may have kept out."""
    who = {name: shape[name] for name in ("agent", "route", "task_id")}
    who["admitted_ns"] = NOW_NS - shape["hours_ago"] * HOUR_NS
    for attempt, settled in enumerate(shape["attempts"], 1):
        charge = number * 10 + attempt
        changes = {name: value for name, value in settled.items() if name != "model"}
        pen.write(
            hold(charge, attempt=attempt, call=number, model=settled["model"], **who),
            settle(charge, **changes),
        )
    if shape["ends"]:
        pen.write(done(number, attempts=len(shape["attempts"]), overhead_us=shape["overhead_us"], **who))
    elif not shape["attempts"]:
        pen.write(hold(number * 10, call=number, **who))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    batches=st.lists(st.lists(CALLS, max_size=6), min_size=1, max_size=4),
    crashes=st.booleans(),
    bills=st.lists(CORRECTIONS, max_size=8),
)
def test_equal_to_the_rows(batches: list[list[dict]], crashes: bool, bills: list[dict]) -> None:
    """Whatever calls come, and whatever is corrected, each aggregate is what its rows add up to."""
    with tempfile.TemporaryDirectory() as folder:
        state = Path(folder)
        engine = open_records(state)
        tail = Tail(state, engine, HandClock())
        tail.open()
        pen = Pen(state)
        tail.register(hello())
        number = 0
        for batch in batches:
            for shape in batch:
                number += 1
                write(pen, number, shape)
            while tail.step():
                pass
        if crashes:
            pen.killed()
            while tail.step(tuple(tail.lives)):
                pass
        correct(tail, engine, bills)
        tail.close()
        with engine.connect() as connection:
            found = check(connection)
        assert found.differences == []
        assert found.calls or found.charges or not any(found.keys.values())
        engine.dispose()


def test_a_transaction_that_failed(tmp_path, engine, tail):
    """What a transaction that was rolled back had added is added once, by the one that follows."""
    pen = Pen(tmp_path)
    tail.register(hello())
    pen.write(*call(1), *call(2))
    failed = []

    def fail_once(*_):
        if not failed:
            failed.append(True)
            raise OSError("no space left")

    event.listen(engine, "commit", fail_once)
    for _ in range(2):
        try:
            tail.step()
        except OSError:
            continue
    assert failed
    assert sum(row["calls"] for row in rows(engine, usage_hours)) == 2
    with engine.connect() as connection:
        assert check(connection).differences == []


def test_a_row_that_the_ledger_cannot_take(tmp_path, engine, tail):
    """A dead letter is in no sum."""
    pen = Pen(tmp_path)
    tail.register(hello())
    pen.write(*call(1), hold(2), settle(2, end=done(2), cost_nano_usd=2**63))
    tail.step()
    assert sum(row["charges"] for row in rows(engine, usage_hours)) == 1
    with engine.connect() as connection:
        assert check(connection).differences == []


def test_a_ledger_from_before_is_counted(tmp_path, engine, tail, clock):
    """A keeper that finds rows and no aggregates counts them, and goes on from there."""
    pen = Pen(tmp_path)
    tail.register(hello())
    pen.write(*call(1), hold(2), settle(2, end=done(2), estimated=True))
    tail.step()
    before = {table: rows(engine, table) for table, _ in TABLES.values()}
    tail.close()
    with engine.begin() as connection:
        for table in (usage_hours, usage_days, usage_tasks, cells):
            connection.execute(delete(table))
    again = Tail(tmp_path, engine, clock)
    again.open()
    assert sorted(rows(engine, usage_tasks), key=str) == sorted(before[usage_tasks], key=str)
    pen.write(*call(3))
    again.step()
    again.close()
    with engine.connect() as connection:
        assert check(connection).differences == []
        assert connection.execute(select(cells.c.id).order_by(cells.c.id)).scalars().all() == [1, 2]


def test_a_difference_is_named(tmp_path, engine, tail):
    """The check names the key that differs, with both sums."""
    pen = Pen(tmp_path)
    tail.register(hello())
    pen.write(*call(1))
    tail.step()
    with engine.begin() as connection:
        connection.execute(update(usage_tasks).values(cost_nano_usd=1))
    with engine.connect() as connection:
        (found,) = check(connection).differences
    assert found.grain == "task"
    assert found.key == [NOW_NS // HOUR_NS, "task_1"]
    assert (found.rows["cost_nano_usd"], found.aggregate["cost_nano_usd"]) == (3_000, 1)
