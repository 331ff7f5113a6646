"""Journals of another machine reach a real keeper exactly once, over TLS, through every cut and restart."""

import asyncio
import contextlib
import random
import shutil

import pytest

from podium.adapters.certificates import Authority
from podium.adapters.link import KeeperClient, Remote, RemoteKeeper, answering
from podium.adapters.system import SystemClock
from podium.evidence.contents.rules import ContentRule
from podium.gateway.relay import Relay
from podium.gateway.shipping import Shipper
from podium.keeper import server
from podium.keeper.connection import Door, listen_here
from podium.kernel.errors import Forbidden, NotReady, PodiumError, StateError
from podium.net.tls import TlsFiles
from podium.ports.acts import By
from podium.ports.content import ContentKept, KeepContent, ReadContent, Said, Where
from podium.ports.database import calls, holds, incarnations
from podium.ports.link import Answer, Ask, GetSnapshot, Goodbye, IssueCredential, SnapshotIs
from podium.ports.machines import Died, GetKeys, KeysAre, Ship, Shipped
from tests.app.running import free_port
from tests.keeper.samples import Pen, call, done, hello, hold, rows, settle
from tests.keeper.test_server import Running, booked, until


@pytest.fixture(scope="session")
def certs(tmp_path_factory):
    folder = tmp_path_factory.mktemp("certs")
    authority = Authority(folder)
    authority.create()
    authority.issue_keeper(["127.0.0.1"], 1)
    authority.issue_gateway("rack-1", 1)
    authority.issue_gateway("rack-2", 1)
    return folder


@pytest.fixture
def quick(monkeypatch):
    monkeypatch.setattr(server, "PATROL_S", 0.05)
    monkeypatch.setattr(server, "BATCH_EVERY_S", 0.005)
    monkeypatch.setattr("podium.adapters.records.postgres.TAKE_S", 60)
    monkeypatch.setattr("podium.gateway.shipping.LOOK_NS", 1)


class House:
    """A keeper that takes gateways in, and can be started again."""

    def __init__(self, state, certs):
        self.state, self.port = state, free_port()
        files = TlsFiles(certs / "keeper.pem", certs / "keeper.key", certs / "ca.pem")
        self.options = {
            "door": Door("127.0.0.1", self.port, files),
            "digest_key": lambda: b"k" * 32,
        }
        self.certs = certs

    async def start(self):
        self.keeper = await Running(self.state, **self.options).start()

    async def end(self):
        await self.keeper.end()

    def link(self, name="rack-1", ca="ca"):
        path = self.certs / name
        return RemoteKeeper(
            Remote(
                "127.0.0.1",
                self.port,
                path.with_suffix(".pem"),
                path.with_suffix(".key"),
                self.certs / f"{ca}.pem",
            )
        )


@pytest.fixture
async def house(tmp_path, place_records, certs, quick):
    state = tmp_path / "keeper"
    state.mkdir(mode=0o700)
    place_records(state)
    house = House(state, certs)
    await house.start()
    yield house
    await house.end()


@pytest.fixture
async def link(house):
    link = house.link()
    yield link
    await link.close()


@pytest.fixture
def machine(tmp_path):
    """The gateway's state directory."""
    return tmp_path / "machine"


async def ship_until(shipper, condition):
    async with asyncio.timeout(60):
        while not condition():
            await shipper.step()
            await asyncio.sleep(0.01)


async def test_a_journal_is_shipped(house, link, machine):
    """What a worker writes is in the ledger soon; segments that are in it are gone on both machines."""
    pen = Pen(machine)
    shipper = Shipper(machine / "journals", link, SystemClock(), "boot")
    pen.write(*call(1), hold(2))
    await ship_until(shipper, lambda: len(booked(house.state)) == 1)
    assert booked(house.state, incarnations)[0]["worker"] == "rack-1/gateway-1"
    first = pen.path
    pen.write(settle(2, end=done(2)))
    pen.roll()
    pen.write(*call(3))
    await ship_until(shipper, lambda: len(booked(house.state)) == 3 and not first.exists())
    copies = house.state / "journals" / pen.name
    assert sorted(path.name for path in copies.glob("*.journal")) == ["000002.journal"]
    pen.end()
    pen.killed()
    await ship_until(shipper, lambda: not pen.folder.exists())
    assert not copies.exists()
    assert booked(house.state, incarnations)[0]["end"] == "clean"


async def test_a_death_is_proved_where_the_lock_is(house, link, machine):
    """While a worker lives its holds stay open, however long it is silent; dead, they are charged in full."""
    pen = Pen(machine)
    shipper = Shipper(machine / "journals", link, SystemClock(), "boot")
    pen.write(*call(1), hold(2))
    await ship_until(shipper, lambda: len(booked(house.state)) == 1)
    for _ in range(20):
        await shipper.step()
        await asyncio.sleep(0.01)
    assert booked(house.state, incarnations)[0]["end"] is None
    pen.write_bytes(b"\x40\x00")  # a torn frame
    pen.killed()
    await ship_until(shipper, lambda: not pen.folder.exists())
    assert [row["outcome"] for row in booked(house.state)] == ["ok", "crashed"]
    assert booked(house.state, holds) == []
    assert booked(house.state, incarnations)[0]["end"] == "crashed"


async def test_a_worker_that_never_said_hello(house, link, machine):
    """A journal that the keeper was never told of is introduced by its own first record."""
    pen, empty = Pen(machine), Pen(machine, 2, header=False)
    pen.write(*call(1))
    pen.killed()
    empty.killed()
    shipper = Shipper(machine / "journals", link, SystemClock(), "boot")
    await ship_until(shipper, lambda: not pen.folder.exists() and not empty.folder.exists())
    assert len(booked(house.state)) == 1


class Torn:
    """A link that breaks at random, before a question has arrived or after it was answered."""

    def __init__(self, link, chance):
        self._link, self._chance = link, chance

    async def ask(self, question):
        if self._chance.random() < 0.15:
            raise NotReady("cut before")
        reply = await self._link.ask(question)
        if self._chance.random() < 0.15:
            raise NotReady("cut behind")
        return reply

    async def connect(self):
        await self._link.connect()

    async def close(self):
        await self._link.close()


@pytest.mark.parametrize("seed", range(3))
async def test_exactly_once_through_cuts_and_restarts(house, link, machine, monkeypatch, seed):
    """Cut anywhere, both sides started again, the keeper's disk lost: each call is in the ledger once."""
    monkeypatch.setattr("podium.gateway.shipping.SHIP_BYTES", 700)
    chance = random.Random(seed)
    pens = [Pen(machine, 1), Pen(machine, 2)]
    shipper = Shipper(machine / "journals", Torn(link, chance), SystemClock(), "boot")
    number = 0
    for turn in range(60):
        for pen in pens:
            for _ in range(chance.randrange(4)):
                number += 1
                pen.write(*call(number))
            if chance.random() < 0.2:
                pen.roll()
        await shipper.step()
        if turn % 15 == 10:
            await house.end()
            if chance.random() < 0.5:
                shutil.rmtree(house.state / "journals")
            await house.start()
        if turn % 20 == 15:
            shipper = Shipper(machine / "journals", Torn(link, chance), SystemClock(), "boot")
    pens[0].end()
    for pen in pens:
        pen.killed()
    await ship_until(shipper, lambda: not any(pen.folder.exists() for pen in pens))
    assert sorted(row["charge_id"] for row in booked(house.state)) == sorted(
        f"chg_{n}" for n in range(1, number + 1)
    )
    assert len(booked(house.state, calls)) == number
    assert {row["end"] for row in booked(house.state, incarnations)} == {"clean", "crashed"}


async def test_a_host_that_has_lost_the_end_of_a_journal(house, link, machine):
    """What had reached the keeper counts, though the machine has lost it in a crash."""
    pen = Pen(machine)
    shipper = Shipper(machine / "journals", link, SystemClock(), "boot")
    size = pen.path.stat().st_size
    pen.write(*call(1))
    await ship_until(shipper, lambda: len(booked(house.state)) == 1)
    with pen.path.open("r+b") as file:
        file.truncate(size)
    pen.killed()
    await ship_until(shipper, lambda: not pen.folder.exists())
    assert len(booked(house.state)) == 1


async def test_what_does_not_fit_is_not_taken(house, link, machine):
    """Parts that come twice, or too early, change nothing: the keeper says what it wants."""
    pen = Pen(machine)
    pen.write(*call(1), *call(2))
    data = pen.path.read_bytes()
    await link.ask(hello())
    assert (await link.ask(Ship(pen.name, 1, 0, data[:50]))).offset == 50
    for segment, offset, part in ((1, 0, data), (1, 60, data[60:]), (1, 40, data[40:]), (3, 0, b"x")):
        answer = await link.ask(Ship(pen.name, segment, offset, part))
        assert (answer.segment, answer.offset) == (1, 50)
    assert (await link.ask(Ship(pen.name, 1, 50, data[50:]))).offset == len(data)
    await until(lambda: len(booked(house.state)) == 2)
    with pytest.raises(NotReady, match="not whole"):
        await link.ask(Died(pen.name, 1, len(data) + 1, 0, "boot"))


async def test_a_gateway_speaks_of_its_own_workers_only(house, link, machine):
    """Another gateway, or the keeper's own machine, can neither ship, nor ask, nor bury in its name."""
    await link.ask(hello())
    other = house.link("rack-2")
    name = hello().incarnation
    for question in (
        hello(),
        Ask(name, 1, 0, 0, 0),
        Ship(name, 1, 0, b"x"),
        Died(name, 1, 0, 0, "boot"),
        Goodbye(name),
    ):
        with pytest.raises(Forbidden):
            await other.ask(question)
    here = KeeperClient(house.state / "keeper.sock")
    with pytest.raises(Forbidden):
        await here.ask(Ship(name, 1, 0, b"x"))
    own = Pen(house.state, 2)
    await here.ask(hello(2))
    with pytest.raises(Forbidden):
        await link.ask(Died(own.name, 1, 0, 0, "boot"))
    with pytest.raises(Forbidden, match="may not say IssueCredential"):
        await link.ask(IssueCredential("reviewer", "key_1", "a" * 64))
    await other.close()
    await here.close()


async def test_content_is_passed_on(tmp_path, place_records, certs, quick):
    """Content reaches the collector beside the keeper with the name of its machine, which no machine chooses;
    nobody on the keeper's machine goes that way."""
    state, taken = tmp_path / "keeper", []
    state.mkdir(mode=0o700)
    place_records(state)

    async def collect(question):
        taken.append(question)
        return ContentKept(1)

    house = House(state, certs)
    house.options["collector"] = KeeperClient(state / "collector.sock")
    await house.start()
    link, here = house.link(), KeeperClient(state / "keeper.sock")
    handed = (Said(Where("a" * 32, "call_1", "t", "triage", "acme", 1), ContentRule("full"), {"x": b"1"}),)
    with pytest.raises(NotReady):  # it is not there yet, and the gateway tries again
        await link.ask(KeepContent(handed))
    async with answering(state / "collector.sock", collect):
        assert await link.ask(KeepContent(handed, gateway="rack-2")) == ContentKept(1)
        with pytest.raises(Forbidden):
            await here.ask(KeepContent(handed))
        with pytest.raises(Forbidden, match="may not say ReadContent"):
            await link.ask(ReadContent(By(), "a" * 32))
        await house.options["collector"].close()
    assert taken == [KeepContent(handed, gateway="rack-1")]
    await link.close()
    await here.close()
    await house.end()


async def test_what_a_gateway_gets(house, link):
    """Snapshot and keys come over the link."""
    assert isinstance(await link.ask(GetSnapshot()), SnapshotIs)
    assert await link.ask(GetKeys()) == KeysAre(b"k" * 32)


async def test_who_is_no_gateway(house, tmp_path, certs):
    """A keeper's certificate, one of another authority, or none, does not get in; nor is it told anything."""
    stranger = Authority(tmp_path / "strangers")
    stranger.create()
    stranger.issue_gateway("rack-1", 1)
    for folder, name in ((certs, "keeper"), (tmp_path / "strangers", "rack-1")):
        remote = Remote(
            "127.0.0.1", house.port, folder / f"{name}.pem", folder / f"{name}.key", certs / "ca.pem"
        )
        with pytest.raises(PodiumError):
            await RemoteKeeper(remote).ask(GetKeys())


async def test_who_is_no_keeper(house, tmp_path, certs):
    """A gateway tells nothing to whoever is not certified as keeper under the name that it connects to."""
    stranger = Authority(tmp_path / "strangers")
    stranger.create()
    gateway = certs / "rack-1.pem", certs / "rack-1.key"
    with pytest.raises(NotReady, match="do not trust each other"):
        await RemoteKeeper(Remote("127.0.0.1", house.port, *gateway, tmp_path / "strangers" / "ca.pem")).ask(
            GetKeys()
        )
    with pytest.raises(NotReady, match="do not trust each other"):
        await RemoteKeeper(Remote("localhost", house.port, *gateway, certs / "ca.pem")).ask(GetKeys())
    with pytest.raises(StateError, match="of no use"):
        await RemoteKeeper(
            Remote("127.0.0.1", house.port, certs / "rack-1.pem", certs / "rack-2.key", certs / "ca.pem")
        ).ask(GetKeys())


async def test_the_relay(house, link, machine):
    """Workers speak to the relay as to a keeper; at a goodbye their journal is shipped first."""
    machine.mkdir(mode=0o700)
    shipper = Shipper(machine / "journals", link, SystemClock(), "boot")
    relay = Relay(house.link, shipper)
    listening = await asyncio.start_unix_server(relay.serve_connection, sock=listen_here(machine))
    worker = KeeperClient(machine / "keeper.sock")
    pen = Pen(machine)
    await worker.ask(hello())
    assert isinstance(await worker.ask(Ask(pen.name, 1, 0, 0, 0)), Answer)
    with pytest.raises(Forbidden):
        await worker.ask(IssueCredential("reviewer", "key_1", "a" * 64))
    pen.write(*call(1))
    pen.end()
    await worker.ask(Goodbye(pen.name))
    assert booked(house.state, incarnations)[0]["end"] == "clean"
    await house.end()
    with pytest.raises(NotReady):
        await worker.ask(Ask(pen.name, 1, 0, 0, 0))
    await house.start()
    with pytest.raises(NotReady, match="Say hello first"):
        await worker.ask(Ask(pen.name, 1, 0, 0, 0))
    pen.killed()
    assert await shipper.finish(5, ended=True)
    assert not pen.folder.exists()
    await worker.close()
    listening.close()


async def test_an_ended_incarnation(house, link, machine):
    """Whoever ships on for an incarnation that has ended is told how it did."""
    pen = Pen(machine)
    pen.end()
    pen.killed()
    shipper = Shipper(machine / "journals", link, SystemClock(), "boot")
    await ship_until(shipper, lambda: not pen.folder.exists())
    answer = await link.ask(Ship(pen.name, 1, 0, b"x"))
    assert isinstance(answer, Shipped)
    assert answer.end == "clean"
    assert rows(house.keeper.engine, incarnations)[0]["gateway"] == "rack-1"


async def test_new_certificates(house, link, certs, monkeypatch):
    """Replaced files are read without a restart, by the keeper at once, by a gateway when it connects."""
    monkeypatch.setattr("podium.keeper.connection.LOOK_AT_FILES_S", 0.02)
    await link.ask(GetKeys())
    before = link._streams[1].get_extra_info("peercert")["serialNumber"]
    Authority(certs).issue_keeper(["127.0.0.1"], 1)
    Authority(certs).issue_gateway("rack-1", 1)

    async def renewed():
        while True:
            await link.close()
            await link.ask(GetKeys())
            if link._streams[1].get_extra_info("peercert")["serialNumber"] != before:
                return

    await asyncio.wait_for(renewed(), 60)


async def test_a_certificate_that_has_ended(house, link, monkeypatch):
    """A connection does not outlive the certificate with which it was made."""
    await link.ask(GetKeys())
    monkeypatch.setattr("podium.keeper.connection.Connection.expired", lambda *_: True)
    with contextlib.suppress(NotReady):
        await link.ask(GetKeys())  # it was being waited for
    with pytest.raises(NotReady):
        await link.ask(GetKeys())
