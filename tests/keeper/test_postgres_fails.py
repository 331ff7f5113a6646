"""A keeper on a PostgreSQL that is stopped, that hangs, or that another keeper has taken."""

import asyncio
import signal
import threading

import pytest
from sqlalchemy import event

from podium.adapters.link import KeeperClient
from podium.adapters.records import open_records, use_database
from podium.adapters.records.postgres import Seat
from podium.keeper import server
from podium.kernel.errors import NotReady, StateError
from podium.ports.database import charges, credentials
from podium.ports.link import GetStatus, IssueCredential, PutSnapshot
from tests.keeper.samples import Pen, call, hello, rows
from tests.keeper.test_authority import document
from tests.keeper.test_server import Running, answered, booked, refused, until
from tests.postgres import running


@pytest.fixture(scope="module")
def postgres_server():
    """A server that may be stopped."""
    with running() as it:
        yield it


@pytest.fixture
def state(tmp_path, postgres, monkeypatch):
    monkeypatch.setattr(server, "PATROL_S", 0.05)
    monkeypatch.setattr(server, "BATCH_EVERY_S", 0.005)
    monkeypatch.setattr("podium.adapters.records.postgres.TAKE_S", 60)
    use_database(tmp_path, postgres.database())
    return tmp_path


@pytest.fixture
async def keeper(state):
    keeper = await Running(state).start()
    yield keeper
    await keeper.end()


@pytest.fixture
async def client(keeper, state):
    client = KeeperClient(state / "keeper.sock")
    yield client
    await client.close()


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGQUIT, signal.SIGSTOP])
async def test_a_server_that_is_away(postgres, state, client, how):
    """Stopped, crashed or hung, no worker is answered; when it is back, by itself, and nothing is missing."""
    pen = Pen(state)
    await client.ask(hello())
    pen.write(*call(1))
    await answered(client, pen)
    away = postgres.send if how == signal.SIGSTOP else postgres.stop
    await asyncio.to_thread(away, how)
    try:
        pen.write(*call(2))
        await refused(client, pen, "")
        assert await client.ask(GetStatus())  # what is in memory is told all the same
    finally:
        if how == signal.SIGSTOP:
            postgres.send(signal.SIGCONT)
        else:
            postgres.start()
    await answered(client, pen)
    await until(lambda: len(booked(state)) == 2)
    assert [row["charge_id"] for row in booked(state, charges)] == ["chg_1", "chg_2"]


async def test_another_keeper(postgres, state, keeper, client, tmp_path_factory, monkeypatch):
    """A keeper that has lost its database to another stops, even where nobody wants it to write."""
    pen = Pen(state)
    await client.ask(hello())
    await answered(client, pen)
    other = tmp_path_factory.mktemp("other")
    use_database(other, (state / "database").read_text().strip())
    taken, take = threading.Event(), Seat.take

    def take_in_turn(seat):
        """The keeper that has had the database takes it again only when the other one has it."""
        assert seat.fence is None or taken.wait(60)
        take(seat)

    monkeypatch.setattr(Seat, "take", take_in_turn)
    postgres.sql(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'podium lock,%'"
    )
    monkeypatch.setattr("podium.adapters.records.postgres.TAKE_S", 60)  # it ends sessions when it can
    engine = await asyncio.to_thread(open_records, other)
    monkeypatch.setattr("podium.adapters.records.postgres.TAKE_S", 0.2)
    taken.set()
    await refused(client, pen, "")
    with pytest.raises(StateError, match="Another keeper"):
        await keeper.task
    keeper.task = asyncio.create_task(asyncio.sleep(0))
    engine.dispose()


async def test_a_commit_whose_answer_is_lost(state, keeper, client):
    """What was committed without a word of it is in force, and the next change goes on from there."""
    await client.ask(PutSnapshot("folder", document("a")))
    commit, lost, inserted = keeper.engine.dialect.do_commit, [], []

    def note_insert(connection, _cursor, statement, *_):
        if "INSERT INTO credentials" in statement:
            inserted.append(connection.connection.dbapi_connection)

    event.listen(keeper.engine, "after_cursor_execute", note_insert)

    def commit_and_break(connection):
        commit(connection)
        if (
            not lost and connection.dbapi_connection in inserted
        ):  # not one of those that the keeper makes each second
            lost.append(connection)
            connection.dbapi_connection.close()
            commit(connection)  # fails as a commit does whose connection breaks

    keeper.engine.dialect.do_commit = commit_and_break
    one, two = (IssueCredential("reviewer", f"key_{n}", f"{n}" * 64) for n in (1, 2))
    with pytest.raises(NotReady):
        await client.ask(one)
    keeper.engine.dialect.do_commit = commit
    await client.ask(two)
    found = {row["id"] for row in rows(keeper.engine, credentials)}
    assert found == {"key_1", "key_2"}
    assert (await client.ask(GetStatus())).orders_version == 2


async def test_an_end_while_the_server_is_away(postgres, state):
    """A keeper that is told to stop stops, though it can write nothing; the next one takes in the rest."""
    keeper = await Running(state).start()
    client = KeeperClient(state / "keeper.sock")
    pen = Pen(state)
    await client.ask(hello())
    await answered(client, pen)
    await client.close()
    await asyncio.to_thread(postgres.stop)
    try:
        pen.write(*call(1))
        await keeper.end()
    finally:
        postgres.start()
    again = await Running(state).start()
    await until(lambda: len(booked(state)) == 1)
    await again.end()


async def test_the_ask(state, client):
    """A worker is answered from memory while the database answers."""
    pen = Pen(state)
    await client.ask(hello())
    assert await answered(client, pen)
