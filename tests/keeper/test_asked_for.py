"""What a task is asked for, and by whom: kept for the tool gateway until the task ends."""

from hashlib import sha256

import msgspec
import pytest
from sqlalchemy import Engine, select

from podium.kernel.errors import InvalidRequest
from podium.manifest.snapshot import AgentRow, Candidate, RouteRow, Snapshot, encode_snapshot
from podium.ports.acts import BeginTask, By, SteerTask
from podium.ports.link import IssueCredential, PutSnapshot
from podium.ports.tasks import DelegateTask, GetRequest, RequestIs, StartTask, TaskIs
from podium.ports.tool_tables import task_requests
from podium.trust.request.user import User
from tests.keeper.acting import House
from tests.keeper.samples import HandClock

SECRET = "podium_sk_triage"
NOOR = User(("Noor Haddad",), ("noor@spokes.example",), ("noor",))
EVA = User(names=("Eva Berg",))


@pytest.fixture
def it(engine: Engine, clock: HandClock, tmp_path) -> House:
    """A keeper with an agent of Noor's, which delegates to one of Eva's."""
    house = House(engine, clock, tmp_path)
    document = house.authority.in_force.snapshot_document
    assert document is not None
    routes = frozenset({"big"})
    agents = {
        "triage": AgentRow("triage", "support", "acme/support", routes, delegates=("search",), user=NOOR),
        "search": AgentRow("search", "support", "acme/support", routes, user=EVA),
        "plain": AgentRow("plain", "support", "acme/support", routes),
    }
    snapshot = msgspec.structs.replace(
        msgspec.json.decode(document, type=Snapshot),
        digest="d2",
        routes={"big": RouteRow("big", "chat", (Candidate("m"),))},
        agents=agents,
        trust_domain="acme.podium",
    )
    house.authority.put_snapshot(PutSnapshot("dir", encode_snapshot(snapshot)))
    house.authority.issue(IssueCredential("triage", "key_triage", sha256(SECRET.encode()).hexdigest()))
    return house


def of(it: House, task_id: str) -> RequestIs:
    return it.tasks.request_of(GetRequest(task_id))


def test_whom_a_task_says(it: House):
    """Who a task says the user is, counts; else whom its agent's manifest says; else nobody."""
    given = it.tasks.do(StartTask(secret=SECRET, request="Send it to me.", user=EVA))
    usual = it.tasks.do(StartTask(secret=SECRET, request="Send it to me."))
    nobody = it.acts.do(BeginTask(By(), "plain", "Send it to me."))
    told = it.acts.do(BeginTask(By(), "plain", "Send it to me.", user=NOOR))
    assert isinstance(given, TaskIs)
    assert isinstance(usual, TaskIs)
    assert isinstance(nobody, TaskIs)
    assert isinstance(told, TaskIs)
    users = [of(it, one.task_id).user for one in (given, usual, nobody, told)]
    assert users == [EVA, NOOR, None, NOOR]


def test_below_it_is_the_same(it: House):
    """A sub-agent's task has neither a request nor a user of its own: the root's hold."""
    told = it.tasks.do(StartTask(secret=SECRET, request="Send it to me."))
    assert isinstance(told, TaskIs)
    assert told.token is not None
    below = it.tasks.do(DelegateTask(told.token, "search"))
    assert isinstance(below, TaskIs)
    assert of(it, below.task_id) == RequestIs(None)
    assert of(it, told.task_id).user == NOOR


def test_it_is_gone_with_the_task(it: House, engine: Engine):
    """Nothing of it is left once the task has ended, or its time is over."""
    told = it.tasks.do(StartTask(secret=SECRET, request="Send it to me.", user=EVA, life_s=60))
    assert isinstance(told, TaskIs)
    it.acts.do(SteerTask(By(), told.task_id, "end", "done"))
    assert of(it, told.task_id) == RequestIs(None)
    it.tasks.do(StartTask(secret=SECRET, request="Send it to me.", user=EVA, life_s=60))
    it.clock.now_ns += 61_000_000_000
    it.tasks.do(StartTask(secret=SECRET))
    with engine.connect() as connection:
        assert connection.execute(select(task_requests)).all() == []


@pytest.mark.parametrize(
    ("question", "field"),
    [
        (StartTask(secret=SECRET, user=EVA), "user"),
        (StartTask(secret=SECRET, request="x", user=User()), "user"),
        (StartTask(secret=SECRET, request="x", user=User(addresses=("eva",))), "user.addresses[0]"),
        (StartTask(secret=SECRET, request="x", user=User(ids=("a",) * 9)), "user.ids"),
    ],
)
def test_senseless_users(it: House, question: StartTask, field: str):
    """A user beside no request, or with what is none of anybody's, is refused, and no task begins."""
    with pytest.raises(InvalidRequest) as error:
        it.tasks.do(question)
    assert error.value.field == field
