"""What the records promise, in SQLite and in a real PostgreSQL."""

import threading

import pytest
from sqlalchemy import insert, inspect, select, text
from sqlalchemy.exc import DBAPIError

from podium.adapters.records import open_for_reading, open_records
from podium.keeper.ledger import UNTAKEABLE, add_rows
from podium.kernel.errors import StateError
from podium.ports.database import meta
from tests.keeper.samples import done

mine = meta.c.key != "fence"
"""Without what an adapter keeps for itself."""


@pytest.fixture
def state(tmp_path, place_records):
    place_records(tmp_path)
    return tmp_path


@pytest.fixture
def writer(state):
    engine = open_records(state)
    yield engine
    engine.dispose()


def test_again(state, writer):
    """Opened again, what was written is there."""
    with writer.begin() as connection:
        connection.execute(insert(meta).values(key="a", value="1"))
    writer.dispose()
    again = open_records(state)
    with again.connect() as connection:
        assert connection.execute(select(meta.c.value).where(mine)).scalars().all() == ["1"]
    again.dispose()


def test_a_transaction_is_whole(writer):
    """What fails within a transaction leaves nothing of it, tables included."""

    def write_and_fail():
        with writer.begin() as connection:
            connection.execute(text("CREATE TABLE extra (a INTEGER)"))
            connection.execute(insert(meta).values(key="a", value="1"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write_and_fail()
    with writer.connect() as connection:
        assert connection.execute(select(meta.c.key).where(mine)).all() == []
        assert not inspect(connection).has_table("extra")


def test_a_reader_reads_while_the_keeper_writes(state, writer):
    """A reader sees what is committed, waits for nobody, and cannot write."""
    reader = open_for_reading(state)
    with writer.begin() as writing:
        writing.execute(insert(meta).values(key="a", value="1"))
        with reader.connect() as reading:
            assert reading.execute(select(meta.c.key).where(mine)).all() == []
    with reader.connect() as reading:
        assert reading.execute(select(meta.c.value).where(mine)).scalar() == "1"
        with pytest.raises(DBAPIError, match=r"read-?only"):
            reading.execute(insert(meta).values(key="b", value="2"))
    reader.dispose()


def test_a_reading_transaction_of_the_writer(writer):
    """The writer's engine reads beside a transaction that writes, where it says that it only reads."""
    with writer.begin() as writing:
        writing.execute(insert(meta).values(key="a", value="1"))
        with writer.connect().execution_options(read_only=True) as reading:
            assert reading.execute(select(meta.c.key).where(mine)).all() == []


def test_a_reader_sees_one_moment(state, writer):
    """What is committed while a reader reads is not in what it goes on to read."""
    reader = open_for_reading(state)
    with reader.connect() as reading:
        assert reading.execute(select(meta.c.key).where(mine)).all() == []
        with writer.begin() as writing:
            writing.execute(insert(meta).values(key="a", value="1"))
        assert reading.execute(select(meta.c.key).where(mine)).all() == []
    reader.dispose()


def test_two_writers_take_turns(writer):
    """A transaction that writes waits for the end of the one before it."""
    order, begun = [], threading.Event()

    def second():
        begun.wait()
        with writer.begin() as connection:
            order.append("second")
            connection.execute(insert(meta).values(key="b", value="2"))

    thread = threading.Thread(target=second)
    thread.start()
    with writer.begin() as connection:
        connection.execute(insert(meta).values(key="a", value="1"))
        begun.set()
        thread.join(0.2)
        order.append("first")
    thread.join()
    assert order == ["first", "second"]


@pytest.mark.parametrize("wrong", [{"cost_nano_usd": 2**63}, {"outcome": None}, {"call_id": "there"}])
def test_what_it_can_never_take(writer, wrong):
    """A row that is too large, half, or there already is told apart from a database that fails."""
    row = {name: getattr(done(), name) for name in done().__struct_fields__}
    with writer.begin() as connection:
        add_rows(connection, [], [{**row, "call_id": "there"}])
    with pytest.raises(UNTAKEABLE), writer.begin() as connection:
        add_rows(connection, [], [{**row, **wrong}])


def stamp(state, revision):
    engine = open_records(state)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :revision"), {"revision": revision})
    engine.dispose()


def test_a_newer_schema_is_refused(state):
    """An older Podium neither writes nor reads what a newer one has migrated, and changes nothing."""
    stamp(state, "9999")
    for opening in (open_records, open_for_reading):
        with pytest.raises(StateError, match=r"newer Podium \(schema 9999"):
            opening(state)


def test_an_older_schema_is_not_read(state):
    """A reader does not migrate: it says what to do."""
    engine = open_records(state)
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM alembic_version"))
    engine.dispose()
    with pytest.raises(StateError, match=r"older Podium .* migrates the state"):
        open_for_reading(state)
