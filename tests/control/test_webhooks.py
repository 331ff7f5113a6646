"""Webhooks over loopback: what they are sent, and what becomes of it."""

import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from podium.adapters.records import open_records
from podium.control.webhooks import FIRST_PAUSE_S, GIVEN_UP_NS, LONGEST_PAUSE_S, Webhooks, pause_s, wants
from podium.keeper.occurrences import occur
from podium.kernel.errors import StateError
from podium.manifest.snapshot import CredentialRef, WebhookRow, decode_snapshot, encode_snapshot
from podium.net.upstream import Pool
from podium.ports.acts import AnswerCase, By, OpenCase
from podium.ports.database import deliveries
from podium.ports.link import PutSnapshot
from podium.views.inbox import case_detail
from tests.admin.test_people import ActingKeeper
from tests.keeper.acting import House
from tests.keeper.samples import HandClock, rows
from tests.keeper.test_inbox import CASE
from tests.net.sockets import serving

OCCURRED = {
    "name": "tool.changed/mail/send/1", "type_": "tool.changed", "subject": "tool/mail/send",
    "department": "acme/support", "link": "/inbox/case_1", "data": {"tool": "mail/send"},
}  # fmt: skip
SECRET = "a-secret-of-the-hook"


class OneSecret:
    """The secret of every hook; none where ``gone``."""

    gone = False

    def read(self, ref: CredentialRef) -> str:
        if self.gone:
            raise StateError("environment variable HOOK is not set")
        return SECRET


class Office:
    """A house with one webhook, a receiver for it, and what tells it."""

    def __init__(self, folder: Path, port: int) -> None:
        self.clock = HandClock()
        self.engine = open_records(folder)
        self.house = House(self.engine, self.clock, folder)
        self.secrets, self.pool = OneSecret(), Pool()
        self.told = Webhooks(
            engine=self.engine,
            keeper=ActingKeeper(self.house),
            pool=self.pool,
            secrets=self.secrets,
            clock=self.clock,
            public_url="https://podium.example/",
        )
        self.hook(WebhookRow("on-call", "http", "127.0.0.1", port, "/hook", CredentialRef("HOOK"), "private"))

    def hook(self, row: WebhookRow) -> None:
        snapshot = decode_snapshot(self.house.authority.in_force.snapshot_document or b"")
        with_hook = msgspec.structs.replace(snapshot, digest=str(row), webhooks={row.name: row})
        self.house.authority.put_snapshot(PutSnapshot("dir", encode_snapshot(with_hook)))

    def open(self, key: str = "large") -> str:
        case = self.house.acts.do(OpenCase(By(), msgspec.structs.replace(CASE, key=key))).case
        return str(case.id)

    def deliveries(self, case_id: str) -> list[Any]:
        with self.engine.connect() as connection:
            return case_detail(connection, case_id, None).deliveries


class Receiver:
    """Answers with the statuses that it was given, then 204."""

    def __init__(self) -> None:
        self.got: list[tuple[dict[str, str], bytes]] = []
        self.statuses: list[int] = []

    async def handle(self, exchange: Any) -> None:
        body = await exchange.read_body()
        headers = {name.decode(): value.decode() for name, value in exchange.headers.items()}
        self.got.append((headers, bytes(body)))
        exchange.respond(self.statuses.pop(0) if self.statuses else 204, [], b"")


@pytest.fixture
async def receiver() -> Receiver:
    return Receiver()


@pytest.fixture
async def office(tmp_path: Path, receiver: Receiver) -> AsyncIterator[Office]:
    async with serving(receiver.handle) as server:
        office = Office(tmp_path, server.port)
        yield office
        await office.pool.close()
        office.engine.dispose()


async def test_a_case_is_told(office: Office, receiver: Receiver) -> None:
    """Opening and answering are told once each, signed, with a permalink and without the evidence."""
    case_id = office.open()
    assert await office.told.once() == 1
    office.house.acts.do(AnswerCase(By(), case_id, "keep", "seen"))
    assert await office.told.once() == 1
    assert await office.told.once() == 0
    (headers, body), (answered, second) = receiver.got
    at, mac = (part.split("=")[1] for part in headers["podium-signature"].split(","))
    assert int(at) == office.clock.now_ns // 10**9
    assert mac == hmac.new(SECRET.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    told = json.loads(body)
    assert (told["event"], told["case"]["id"]) == ("case.opened", case_id)
    assert told["url"] == f"https://podium.example/inbox/{case_id}"
    assert "evidence" not in told["case"]
    assert headers["idempotency-key"] == f"{case_id}.opened"
    assert answered["idempotency-key"] == f"{case_id}.answered"
    assert json.loads(second)["case"]["answered_by"] == "command line"
    assert [one.done_ns for one in office.deliveries(case_id)] == [office.clock.now_ns] * 2


async def test_what_fails_is_tried_again(office: Office, receiver: Receiver) -> None:
    """After a growing pause, with the same key, until it is told; then no more."""
    case_id = office.open()
    receiver.statuses = [500, 302]
    assert [await office.told.once(), await office.told.once()] == [1, 0]
    (one,) = office.deliveries(case_id)
    assert (one.error, one.attempts) == ("it answered 500", 1)
    office.clock.now_ns += int(FIRST_PAUSE_S * 1e9)
    assert await office.told.once() == 1
    office.clock.now_ns += int(2 * FIRST_PAUSE_S * 1e9) - 1
    assert await office.told.once() == 0
    office.clock.now_ns += 1
    assert await office.told.once() == 1
    assert len({headers["idempotency-key"] for headers, _ in receiver.got}) == 1
    assert office.deliveries(case_id)[0].done_ns is not None


async def test_what_is_given_up(office: Office, receiver: Receiver) -> None:
    """410 at once, anything else after a day; a restart begins nothing anew."""
    case_id = office.open()
    receiver.statuses = [410]
    await office.told.once()
    assert (office.deliveries(case_id)[0].next_ns, len(receiver.got)) == (None, 1)
    other = office.open("small")
    receiver.statuses = [500]
    office.clock.now_ns += GIVEN_UP_NS - 1
    await office.told.once()
    assert (office.deliveries(other)[0].next_ns, office.deliveries(other)[0].attempts) == (None, 1)
    office.clock.now_ns += GIVEN_UP_NS
    assert await office.told.once() == 0
    assert len(rows(office.engine, deliveries)) == 2


async def test_addresses_are_checked(office: Office, receiver: Receiver) -> None:
    """A name that leads to this machine is not connected to unless the manifest says so."""
    port = office.told._hooks[0].port if office.told._hooks else 1
    office.hook(WebhookRow("inside", "http", "localhost", port, "/", CredentialRef("HOOK"), "public"))
    case_id = office.open()
    await office.told.once()
    assert "not connected to" in office.deliveries(case_id)[0].error
    assert receiver.got == []


async def test_a_secret_that_is_missing(office: Office, receiver: Receiver) -> None:
    """Nothing is sent unsigned; when the secret is there, it is sent."""
    case_id = office.open()
    office.secrets.gone = True
    await office.told.once()
    assert "HOOK is not set" in office.deliveries(case_id)[0].error
    office.secrets.gone = False
    office.clock.now_ns += int(FIRST_PAUSE_S * 1e9)
    await office.told.once()
    assert len(receiver.got) == 1


@pytest.mark.parametrize(
    ("kinds", "department", "told"),
    [
        ((), None, True),
        (("model.blocked",), "acme", True),
        (("budget.override",), None, False),
        ((), "acme/support", True),
        ((), "acme/supp", False),
        ((), "acme/finance", False),
    ],
)
def test_who_wants_what(kinds: tuple[str, ...], department: str | None, told: bool) -> None:
    """A webhook is told of its kinds, in its department and below."""
    hook = WebhookRow("x", "https", "h", 443, "/", CredentialRef("X"), kinds=kinds, department=department)
    assert wants(hook, CASE) is told


def test_pauses_grow_to_an_hour() -> None:
    """5 s, then twice as long each time, and never more than an hour."""
    assert [pause_s(number) for number in (1, 2, 3)] == [5.0, 10.0, 20.0]
    assert pause_s(1000) == LONGEST_PAUSE_S


async def test_what_has_occurred_is_a_cloud_event(office: Office, receiver: Receiver) -> None:
    """A webhook of events gets a signed CloudEvent of its types and department, once, and no cases."""
    now_ns = office.clock.now_ns
    with office.engine.begin() as connection:
        assert occur(connection, now_ns, **OCCURRED)
        assert not occur(connection, now_ns, **OCCURRED)
        occur(connection, now_ns, **OCCURRED | {"name": "2", "type_": "prompt.changed"})
        occur(connection, now_ns, **OCCURRED | {"name": "3", "department": "acme/finance"})
    (row,) = decode_snapshot(office.house.authority.in_force.snapshot_document or b"").webhooks.values()
    office.hook(msgspec.structs.replace(row, events=("tool.changed",), department="acme/support"))
    office.open()
    receiver.statuses = [500]
    assert await office.told.once() == 1
    assert await office.told.once() == 0
    office.clock.now_ns += int(FIRST_PAUSE_S * 1e9) + 1
    assert await office.told.once() == 1
    assert await office.told.once() == 0
    (_, first), (headers, body) = receiver.got
    assert first == body
    assert headers["content-type"] == "application/cloudevents+json"
    at_s = headers["podium-signature"].partition(",")[0].removeprefix("t=")
    mac = hmac.new(SECRET.encode(), f"{at_s}.".encode() + body, hashlib.sha256).hexdigest()
    assert headers["podium-signature"] == f"t={at_s},v1={mac}"
    event = json.loads(body)
    assert (event["id"], event["type"], event["subject"]) == (
        OCCURRED["name"],
        "podium.tool.changed",
        "tool/mail/send",
    )
    assert event["data"]["evidence"] == "https://podium.example/inbox/case_1"
