"""The keeper as its clients see it, over its socket."""

import asyncio
import stat
import threading
from functools import partial

import msgspec
import pytest
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from podium.adapters.evidence_keys import FileKeys
from podium.adapters.link import KeeperClient
from podium.adapters.records import HEAD, open_for_reading, open_records
from podium.adapters.system import Entropy, SystemClock
from podium.adapters.task_keys import MemoryTaskKeys
from podium.keeper import roundtrip, server
from podium.keeper.server import serve
from podium.keeper.wakes import Wakes
from podium.kernel.errors import InvalidRequest, JournalError, NotFound, NotReady, StateError
from podium.ports.acts import AddUser, By, OpenCase
from podium.ports.database import calls, cases, charges, incarnations
from podium.ports.link import (
    FRAME,
    MAX_FRAME_BYTES,
    PROTOCOL,
    Answer,
    Ask,
    Done,
    GetMetrics,
    GetOrders,
    GetSnapshot,
    GetStatus,
    Goodbye,
    Hello,
    IssueCredential,
    LookIn,
    PutSnapshot,
    Refused,
    Welcome,
    decode_reply,
)
from podium.ports.process_tables import losses
from podium.ports.runs import AwaitRuns
from tests.keeper.samples import Pen, call, hello, hold, incarnation, rows
from tests.keeper.test_authority import document
from tests.keeper.test_inbox import CASE


class Running:
    """A keeper in this loop."""

    def __init__(self, state, **options):
        self.state, self.options = state, options
        self.stop = asyncio.Event()
        self.engine = open_records(state)
        self.on_begin = self.on_commit = lambda: None
        """What a test has a transaction do: none can be added while the keeper's thread calls them."""
        event.listen(self.engine, "begin", lambda _: self.on_begin())
        event.listen(self.engine, "commit", lambda _: self.on_commit())

    async def start(self):
        ready = asyncio.Event()
        self.task = asyncio.create_task(
            serve(
                state=self.state,
                engine=self.engine,
                clock=SystemClock(),
                entropy=Entropy(),
                keys=FileKeys(self.state / "keys"),
                task_keys=MemoryTaskKeys(),
                gateway_url="http://127.0.0.1:8710",
                ready=lambda _: ready.set(),
                stop=self.stop,
                **self.options,
            )
        )
        waiting = asyncio.create_task(ready.wait())
        await asyncio.wait({self.task, waiting}, return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
        if self.task.done():
            await self.task
        return self

    async def end(self):
        self.stop.set()
        await self.task


@pytest.fixture
async def keeper(tmp_path, place_records, monkeypatch):
    monkeypatch.setattr("podium.adapters.records.postgres.TAKE_S", 60)
    place_records(tmp_path)
    monkeypatch.setattr(server, "PATROL_S", 0.05)
    monkeypatch.setattr(server, "BATCH_EVERY_S", 0.005)
    keeper = await Running(tmp_path).start()
    yield keeper
    await keeper.end()


@pytest.fixture
async def client(keeper, tmp_path):
    client = KeeperClient(tmp_path / "keeper.sock")
    yield client
    await client.close()


def ask(pen):
    return Ask(pen.name, pen.segment, pen.path.stat().st_size, 0, 0)


async def until(condition):
    async with asyncio.timeout(60):
        while not condition():
            await asyncio.sleep(0.005)


async def refused(client, pen, words):
    """Ask until the answer is a refusal with these words."""
    async with asyncio.timeout(60):
        while True:
            try:
                await client.ask(ask(pen))
            except NotReady as error:
                if words in error.message:
                    return
            await asyncio.sleep(0.005)


async def answered(client, pen, question=None):
    """Ask until there is an answer: a database that is slow for a moment is none that is away."""
    async with asyncio.timeout(60):
        while True:
            try:
                return await client.ask(question or ask(pen))
            except NotReady:
                await asyncio.sleep(0.005)


def booked(state, table=charges):
    engine = open_for_reading(state)
    try:
        return rows(engine, table)
    finally:
        engine.dispose()


async def test_who_waits_at_the_end_is_answered(tmp_path, monkeypatch):
    """Whoever waits for news when the keeper ends is let go: nothing is cut off, which would be an error."""
    heard, wait = asyncio.Event(), Wakes.wait

    async def hear(self, question):
        heard.set()
        return await wait(self, question)

    monkeypatch.setattr(Wakes, "wait", hear)
    keeper = await Running(tmp_path).start()
    client = KeeperClient(tmp_path / "keeper.sock")
    waiting = asyncio.create_task(client.ask(AwaitRuns(0)))
    await heard.wait()
    await keeper.end()
    assert not [it for it in asyncio.all_tasks() if "serve_connection" in repr(it.get_coro())]
    await asyncio.gather(waiting, return_exceptions=True)
    await client.close()


async def test_a_worker_from_hello_to_goodbye(tmp_path, client):
    """Hello, questions while calls are booked, and a goodbye behind which everything is in the ledger."""
    pen = Pen(tmp_path)
    assert await client.ask(hello()) == Welcome(epoch=1)
    assert await answered(client, pen) == Answer(snapshot_version=0, orders_version=0)
    pen.write(*call(1))
    await answered(client, pen)
    await until(lambda: booked(tmp_path))
    pen.write(*call(2))
    pen.end()
    assert await client.ask(Goodbye(pen.name)) == Done()
    assert [row["charge_id"] for row in booked(tmp_path)] == ["chg_1", "chg_2"]
    assert booked(tmp_path, incarnations)[0]["end"] == "clean"
    assert await client.ask(Goodbye(pen.name)) == Done()


async def test_a_worker_that_does_not_ask_is_read(tmp_path, client):
    """Journals are read at a slow pace even when nobody says that there is something in them."""
    pen = Pen(tmp_path)
    await client.ask(hello())
    pen.write(*call(1))
    await until(lambda: booked(tmp_path))


async def test_a_worker_that_is_killed(tmp_path, client):
    """When a worker's connection goes and its lock is free, what it held is charged."""
    pen = Pen(tmp_path)
    await client.ask(hello())
    pen.write(hold(1))
    pen.killed()
    await client.close()
    await until(lambda: booked(tmp_path, calls))
    assert booked(tmp_path)[0]["outcome"] == "crashed"


async def test_a_worker_whose_connection_broke(tmp_path, client):
    """A connection that goes while the lock is held proves nothing, and the worker may come back."""
    pen = Pen(tmp_path)
    await client.ask(hello())
    pen.write(hold(1))
    await client.close()
    await asyncio.sleep(0.1)
    assert await client.ask(hello()) == Welcome(epoch=1)
    assert booked(tmp_path) == []


async def test_what_is_in_force(client):
    """Snapshots and orders that are put are what workers get, by version."""
    assert (await client.ask(GetSnapshot())).document is None
    assert (await client.ask(PutSnapshot("dir", document()))).version == 1
    await client.ask(IssueCredential("reviewer", "key_1", "0" * 64))
    assert (await client.ask(GetSnapshot())).version == 1
    assert (await client.ask(GetOrders())).version == 1
    with pytest.raises(NotFound, match="no agent ghost"):
        await client.ask(IssueCredential("ghost", "key_2", "1" * 64))


async def test_status(tmp_path, client):
    """The status names each worker with its lag."""
    pen = Pen(tmp_path)
    await client.ask(hello())
    await answered(client, pen, Ask(pen.name, 1, 0, 7, 8))
    pen.write(*call(1), hold(2))
    await until(lambda: booked(tmp_path))
    status = await client.ask(GetStatus())
    (worker,) = status.workers
    assert (worker["worker"], worker["snapshot_version"], worker["orders_version"]) == ("gateway-1", 7, 8)
    assert (worker["open_holds"], status.lag_bytes, status.schema) == (1, 0, HEAD)


async def test_what_workers_have_lost_is_told(tmp_path, keeper, client):
    """With its questions and its goodbye a worker says what it could not keep: a metric, and the status."""
    pen = Pen(tmp_path)
    await client.ask(hello())
    await client.ask(msgspec.structs.replace(ask(pen), content_lost=3))
    await client.ask(LookIn(life="collector-01A", export_lost=8))
    await client.ask(Goodbye(pen.name, content_lost=4))
    told = (await client.ask(GetMetrics())).text.decode()
    assert 'podium_lost_total{process="gateway-1",what="content"} 4.0' in told
    assert 'podium_lost_total{process="collector",what="export"} 8.0' in told
    await until(lambda: len(booked(tmp_path, losses)) == 2)


async def test_who_is_refused(tmp_path, client):
    """Another protocol, and a question before the hello."""
    with pytest.raises(StateError, match=f"speaks protocol {PROTOCOL + 1}"):
        await client.ask(Hello(PROTOCOL + 1, "w", incarnation(), 1, "boot"))
    with pytest.raises(NotReady, match="Say hello first"):
        await client.ask(Ask(incarnation(), 1, 0, 0, 0))


async def test_a_damaged_journal_takes_no_more_calls(tmp_path, client):
    """A worker whose journal is damaged is told so, and the keeper goes on."""
    pen = Pen(tmp_path)
    await client.ask(hello())
    pen.write_bytes(b"\x00" * 8 + b"damage")
    await until(lambda: booked(tmp_path, incarnations)[0]["end"])

    async def ask_on():  # what is committed is known to the loop a moment later
        while True:
            await client.ask(ask(pen))

    with pytest.raises(JournalError, match="damaged"):
        await asyncio.wait_for(ask_on(), 60)
    assert (await client.ask(GetStatus())).workers == []


async def raw(path, data):
    reader, writer = await asyncio.open_unix_connection(str(path))
    writer.write(data)
    answer = await reader.read()
    writer.close()
    return answer


@pytest.mark.parametrize(
    "data",
    [
        FRAME.pack(MAX_FRAME_BYTES + 1),
        FRAME.pack(3) + b"\xff\xff\xff",
        FRAME.pack(6) + b"\x81\xa4type",
        FRAME.pack(11) + b"\x81\xa4type\xa4nope",
    ],
)
async def test_a_malformed_frame(tmp_path, client, data):
    """A frame too large or malformed is answered with a refusal, and closes that connection alone."""
    answer = await raw(tmp_path / "keeper.sock", data)
    refused = decode_reply(answer[FRAME.size :])
    assert isinstance(refused, Refused)
    assert refused.code == "invalid_request"
    assert await client.ask(GetStatus())


async def test_half_a_frame(tmp_path, client):
    """A client that goes away within a frame leaves nothing behind."""
    _, writer = await asyncio.open_unix_connection(str(tmp_path / "keeper.sock"))
    writer.write(FRAME.pack(100) + b"half")
    writer.close()
    await writer.wait_closed()
    assert await client.ask(GetStatus())


async def test_a_database_that_fails(tmp_path, keeper, client):
    """While the ledger cannot be written no worker is answered; when it can be again, nothing is missing."""
    pen = Pen(tmp_path)
    await client.ask(hello())
    broken = True

    def fail():
        if broken:
            raise OperationalError("INSERT", {}, Exception("database or disk is full"))

    keeper.on_commit = fail
    pen.write(*call(1))
    await refused(client, pen, "cannot be written")
    broken = False
    await until(lambda: booked(tmp_path))
    assert await answered(client, pen) == Answer(0, 0)
    assert len(booked(tmp_path)) == 1


async def test_a_database_that_hangs(tmp_path, keeper, client, monkeypatch):
    """Without a completed round trip to the database within the last moments, no worker is answered."""
    pen = Pen(tmp_path)
    await client.ask(hello())
    go_on = threading.Event()
    keeper.on_begin = partial(go_on.wait, 60)
    with monkeypatch.context() as soon:
        soon.setattr(roundtrip, "FRESH_NS", 20_000_000)
        soon.setattr(roundtrip, "PROBE_EVERY_NS", 10_000_000)
        soon.setattr(roundtrip, "PROBE_WAIT_S", 0.02)
        pen.write(*call(1))
        await refused(client, pen, "has not answered")
    go_on.set()
    assert await answered(client, pen) == Answer(0, 0)


async def test_a_database_that_fails_for_good(tmp_path, keeper, client):
    """A failure that trying again does not mend ends the keeper with that error, for its supervisor."""
    pen = Pen(tmp_path)
    await client.ask(hello())
    broken = True

    def fail():
        if broken:
            raise ZeroDivisionError

    keeper.on_commit = fail
    pen.write(*call(1))
    with pytest.raises(ZeroDivisionError):
        await keeper.task
    broken = False
    keeper.task = asyncio.create_task(asyncio.sleep(0))
    assert booked(tmp_path) == []


async def test_a_second_keeper(tmp_path, keeper, monkeypatch):
    """A second keeper on the same state says who has it; the first is not disturbed."""
    monkeypatch.setattr("podium.adapters.records.postgres.TAKE_S", 0.2)
    with pytest.raises(StateError, match=r"Another keeper \(.*pid \d+.*\)"):
        await Running(tmp_path).start()
    assert not keeper.task.done()


async def test_the_socket(tmp_path, keeper):
    """Only its owner may connect, and it goes with the keeper."""
    path = tmp_path / "keeper.sock"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    await keeper.end()
    assert not path.exists()


async def test_a_restart(tmp_path, keeper):
    """A keeper that begins again takes in what was written in between, and what died in between."""
    pen, dead = Pen(tmp_path), Pen(tmp_path, 2)
    client = KeeperClient(tmp_path / "keeper.sock")
    await client.ask(hello())
    await client.ask(hello(2))
    await client.close()
    await keeper.end()
    pen.write(*call(1))
    dead.write(hold(2))
    dead.killed()
    again = await Running(tmp_path).start()
    await until(lambda: len(booked(tmp_path)) == 2)
    assert await answered(client, pen) == Answer(0, 0)
    await client.close()
    await again.end()
    assert sorted(row["outcome"] for row in booked(tmp_path)) == ["crashed", "ok"]


async def test_a_state_path_that_no_socket_can_have(tmp_path):
    """A path that is too long for a Unix socket is refused in words."""
    state = tmp_path / ("x" * 120)
    with pytest.raises(StateError, match="too long"):
        await Running(state).start()


async def test_people_act_over_the_socket(client, keeper):
    """Acts are answered like any question, and the keeper closes by itself what has expired."""
    assert (await client.ask(AddUser(By(), "ann", ("viewer",)))).id.startswith("usr_")
    with pytest.raises(InvalidRequest, match="already"):
        await client.ask(AddUser(By(), "ann", ("viewer",)))
    case = (await client.ask(OpenCase(By(), CASE, 1_000_000))).case
    while not (closed := [row for row in rows(keeper.engine, cases) if row["state"] == "expired"]):
        await asyncio.sleep(0.01)
    assert [row["id"] for row in closed] == [case.id]
