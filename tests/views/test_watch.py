"""What is told of a task that is watched: its steps, what they wait for, took and cost."""

import json

import msgspec
import pytest
from sqlalchemy import Engine, insert

from podium.kernel.errors import NotFound
from podium.manifest.snapshot import AgentRow, Candidate, RouteRow, encode_snapshot
from podium.ports.acts import AnswerCase, By, SteerTask
from podium.ports.database import cases
from podium.ports.link import PutSnapshot
from podium.ports.runs import RunIs
from podium.ports.tasks import DelegateTask
from podium.ports.tool_tables import tool_calls
from podium.trust.cases import Case, Choice
from podium.views.runs import WaitsFor, waiting, waits_of_running
from podium.views.watch import Step, Watched, changed, merged, watched
from tests.console.seed import Seeder, hash_of, ulid_text
from tests.keeper.acting import House
from tests.keeper.conftest import clock, engine  # noqa: F401 - fixtures
from tests.keeper.samples import HandClock
from tests.keeper.test_runs import FIRST, RUN, claim, hello, queue, report

WRITER, READER = "code-reviewer", "test-writer"
ROOT, BELOW = (ulid_text("task", hash_of(name)) for name in (WRITER, READER))


@pytest.fixture
def it(engine: Engine, clock: HandClock, tmp_path) -> House:  # noqa: F811 - fixtures
    """A keeper whose manifests have two agents that Podium runs, and a runner."""
    house = House(engine, clock, tmp_path)
    routes = {"code": RouteRow("code", "chat", (Candidate("m"),))}
    agents = {
        WRITER: AgentRow(WRITER, "support", "acme/support", frozenset(routes), delegates=(READER,), run=RUN),
        READER: AgentRow(READER, "support", "acme/support", frozenset(routes), run=RUN),
    }
    snapshot = house.tasks.in_force_snapshot()
    snapshot = msgspec.structs.replace(
        snapshot, digest="d2", routes=routes, agents=agents, trust_domain="acme.podium"
    )
    house.authority.put_snapshot(PutSnapshot("dir", encode_snapshot(snapshot)))
    hello(house, FIRST)
    return house


def look(house: House, task_id: str = ROOT) -> Watched:
    with house.engine.connect() as connection:
        return watched(connection, task_id, house.clock.now_ns)


def called(house: House, agent: str, number: int, **more: object) -> None:
    """Have a model called by the task that bears an agent's number."""
    with house.engine.begin() as connection:
        Seeder(connection, first=number).call(house.clock.now_ns, agent=agent, kind="ok", **more)


def used(house: House, number: int, verdict: str, **more: object) -> str:
    """Have a tool called by the task at the root."""
    house.clock.now_ns += 1_000_000
    call_id = ulid_text("call", 900 + number)
    row = {"call_id": call_id, "task_id": ROOT, "root_id": ROOT, "verdict": verdict, "agent": WRITER}
    row |= {"at_ns": house.clock.now_ns, "duration_us": 2000, "tool": "crm/refund", "rule": "ask.money"}
    row |= {"trace_id": "0" * 32, "span_id": "0" * 16, "department": "acme/support", "snapshot_version": 1}
    row |= {"arguments_digest": "d", "incarnation": "inc_1", "outcome": None, **more}
    with house.engine.begin() as connection:
        connection.execute(insert(tool_calls).values(**row))
    return call_id


def asked(house: House, task_id: str = ROOT) -> str:
    """Open a case about a task."""
    case = Case(
        *("", "tool.call", "key", "Refund 20 USD?", "It is money.", {"task_id": task_id}),
        *((Choice("approve", "Approve", "It goes out."),), "acme/support", "operator", "It is not made.", 0),
        expires_ns=None,
    )
    with house.engine.begin() as connection:
        return house.acts.inbox.open(connection, case, actor="keeper").id


def started(house: House) -> RunIs:
    queue(house, WRITER, task_id=ROOT)
    return claim(house, ROOT).run


def by_kind(seen: Watched, kind: str) -> list[Step]:
    return [step for step in seen.steps if step.kind == kind]


def test_a_task_waits_for_the_cases_that_refer_to_it(it: House):
    """A case of it, of what it has started, or of its agent's pause; not one whose text has its id in it."""
    started(it)

    def waits(**case: object) -> bool:
        given = {"id": "case_1", "kind": "tool.call", "key": "k", "title": ROOT, "why": "W", "choices": "[]"}
        given |= {"department": "acme", "owner": "operator", "otherwise": "No.", "state": "open"}
        given |= {"evidence": json.dumps({"tasks": [{"task": ROOT}]}), "created_ns": 1, "escalated": 0}
        with it.engine.connect() as connection:
            connection.execute(insert(cases).values(**given | case))
            return waits_of_running(connection, [ROOT]) == {ROOT: "person"}

    assert not waits()
    assert not waits(key=f"x{ROOT}/mail/send")
    assert not waits(state="answered", task_id=ROOT)
    assert not waits(kind="breaker.warning", key=f"agent/{WRITER}")
    assert not waits(kind="breaker.pause", key=f"agent/{READER}")
    assert waits(task_id=ROOT)
    assert waits(key=f"{ROOT}/mail/send")
    assert waits(kind="breaker.pause", key=f"task/{ROOT}")
    assert waits(kind="breaker.pause", key=f"agent/{WRITER}")


def test_a_tree_with_calls_and_what_waits(it: House):
    """Tasks stand before what is below them, costs add up, a call that was asked about waits for a person."""
    run = started(it)
    queue(it, READER, task_id=BELOW, parent_id=ROOT)
    called(it, WRITER, 1)
    called(it, READER, 2)
    case_id = asked(it)
    first = used(it, 1, "ask", approval_id=case_id, reason="more than 10 USD")
    used(it, 2, "ask", approval_id=case_id, reason="more than 10 USD")
    used(it, 3, "allow", outcome="succeeded")
    used(it, 4, "deny", reason="a stranger wrote that")
    seen = look(it)
    root, child = by_kind(seen, "task")
    assert (root.id, root.state, root.waits_for, root.parent_id) == (ROOT, "running", "person", None)
    assert (child.id, child.parent_id, child.state) == (BELOW, ROOT, "queued")
    own, its = by_kind(seen, "model")
    assert {own.parent_id, its.parent_id} == {ROOT, BELOW}
    assert root.cost_nano_usd == (own.cost_nano_usd or 0) + (its.cost_nano_usd or 0)
    waits, done, denied = by_kind(seen, "tool")
    assert (waits.id, waits.times, waits.waits_for, waits.case_id) == (first, 2, "person", case_id)
    assert waits.ended_ns is None
    assert (done.state, denied.state, denied.why) == ("succeeded", "denied", "a stranger wrote that")
    assert not by_kind(seen, "person"), "a case that a call names is that call's"
    it.acts.do(AnswerCase(By(), case_id, "approve", "It is due."))
    after = look(it)
    assert {step.id for step in changed(seen.steps, after.steps)} == {ROOT, first}
    assert changed(after.steps, look(it).steps) == []
    assert not after.over
    report(it, run, "failed", reason="It broke.")
    end = look(it)
    assert (end.over, end.state, end.steps[0].why) == (True, "failed", "It broke.")


def test_a_task_without_a_run_is_watched_too(it: House):
    """A task that began by its agent's key is told by its identity, with what it has delegated."""
    token = claim(it, queue(it, WRITER).task_id).token or ""
    child = it.tasks.do(DelegateTask(token, READER))
    asked(it, child.task_id)
    seen = look(it, child.task_id)
    assert [(step.title, step.state, step.waits_for) for step in seen.steps] == [
        (READER, "running", "person"),
        ("Refund 20 USD?", "open", "person"),
    ]
    it.acts.do(SteerTask(By(), child.task_id, "kill", "Enough."))
    assert (look(it, child.task_id).state, look(it, child.task_id).over) == ("killed", True)
    with pytest.raises(NotFound):
        look(it, "task_none")


def test_waiting_for_money(it: House):
    """A run whose newest call was refused for want of money waits for it, until it is given more or calls."""
    started(it)

    def waits() -> dict[str, WaitsFor]:
        with it.engine.connect() as connection:
            return waiting(connection, [claim(it, ROOT).run])

    called(it, WRITER, 1)
    assert waits() == {}
    it.clock.now_ns += 1000
    called(it, WRITER, 2, outcome="refused", error_code="budget_exhausted")
    assert waits() == {ROOT: "money"}
    assert look(it).steps[0].waits_for == "money"
    it.clock.now_ns += 1000
    it.acts.do(SteerTask(By(), ROOT, "limit", "It is worth it.", amount_nano_usd=10**9))
    assert waits() == {}
    it.clock.now_ns += 1000
    called(it, WRITER, 3, outcome="refused", error_code="budget_exhausted")
    assert waits() == {ROOT: "money"}
    it.clock.now_ns += 1000
    called(it, WRITER, 4)
    assert waits() == {}


def test_what_only_repeats_is_one_step():
    """Refused calls that follow one another for the same reason are one step; what went out never is."""

    def step(number: int, state: str, why: str = "") -> Step:
        return Step(
            id=f"{number}", kind="model", parent_id="t", title="code", state=state, why=why, at_ns=number
        )

    states = ["ok", "ok", "refused", "refused", "ok", "refused", "refused"]
    whys = ["", "", "a", "a", "", "a", "b"]
    steps = [step(number, *pair) for number, pair in enumerate(zip(states, whys, strict=True))]
    found = merged(steps)
    assert [(it.id, it.times) for it in found] == [("0", 1), ("1", 1), ("2", 2), ("4", 1), ("5", 1), ("6", 1)]
