"""What every agent does now, from a keeper's database."""

import msgspec
from sqlalchemy import Engine, insert

from podium.ports.acts import By, SteerTask
from podium.ports.database import cases, holds
from podium.ports.tool_tables import tool_calls
from podium.spend.journal import Hold
from podium.trust.values.labels import Label
from podium.views.agents_now import agents_now
from podium.views.label_flow import flow_of
from tests.keeper.acting import House
from tests.keeper.conftest import clock, engine  # noqa: F401 - fixtures
from tests.keeper.test_tasks import it, start  # noqa: F401 - a fixture, and how a task begins


def used(task_id: str, seq: int, at_ns: int, *, tool: str = "mail/read", verdict: str = "allow") -> dict:
    """The row of a call of a tool."""
    return {
        "seq": seq, "call_id": f"tcl_{seq}", "trace_id": "ab" * 16, "span_id": f"{seq:016x}",
        "task_id": task_id, "root_id": task_id, "agent": "triage", "department": "acme/support",
        "tool": tool, "effect": "read", "snapshot_version": 1, "at_ns": at_ns, "arguments_digest": "d",
        "verdict": verdict, "rule": "safe-read",
        "outcome": "succeeded" if verdict == "allow" else None, "duration_us": 5, "incarnation": "inc_1",
    }  # fmt: skip


def flying(charge: str, task_id: str, agent: str, admitted_ns: int) -> dict:
    """The row of a hold whose call is in flight."""
    hold = Hold(
        charge, "call_1", "cd" * 16, "1" * 16, None, 1, task_id, None, agent, "acme/support", "small",
        "m", "m-1", "p", None, "openai", "chat", False, 1, admitted_ns, 5, 1, 1, "d",
    )  # fmt: skip
    return {
        "charge_id": charge, "incarnation": "inc_1", "admitted_ns": admitted_ns, "hold_nano_usd": 5,
        "record": msgspec.msgpack.encode(hold),
    }  # fmt: skip


def pause(case_id: str, key: str, created_ns: int) -> dict:
    """The row of an open case about a Safety Pause."""
    return {
        "id": case_id, "kind": "breaker.pause", "key": key, "title": f"Safety Pause of {key}", "why": "",
        "evidence": "{}", "choices": "[]", "department": "acme/support", "owner": "operator", "otherwise": "",
        "created_ns": created_ns, "state": "open",
    }  # fmt: skip


def test_the_step_of_each_task(it: House, engine: Engine):  # noqa: F811 - fixtures
    """A call in flight comes before the step that has ended; who has done nothing has begun; the last verdict
    stands beside it; calls by an agent's key are told too."""
    busy, idle, used_tool = start(it), start(it), start(it)
    it.acts.do(SteerTask(By(), idle.task_id, "pause", "Look first."))
    now_ns = it.clock.now_ns
    with engine.begin() as connection:
        connection.execute(
            insert(tool_calls),
            [
                used(busy.task_id, 1, now_ns - 5000),
                used(used_tool.task_id, 2, now_ns - 9000),
                used(used_tool.task_id, 3, now_ns - 8000, tool="mail/send", verdict="deny"),
            ],
        )
        connection.execute(
            insert(holds),
            [
                flying("chg_1", busy.task_id, "triage", now_ns - 700),
                flying("chg_2", busy.task_id, "triage", now_ns - 600),
                flying("chg_3", "task_of_a_key", "writer", now_ns - 10),
            ],
        )
    with engine.connect() as connection:
        rows = {row.task_id: row for row in agents_now(connection, now_ns=now_ns)}
        assert [row.agent for row in agents_now(connection, now_ns=now_ns, agent="writer")] == ["writer"]
        assert agents_now(connection, now_ns=now_ns, department="acme/finance") == []
    first, second, third = (rows[one.task_id] for one in (busy, idle, used_tool))
    assert (first.doing, first.what, first.flying, first.verdict) == ("model", "m", 2, "allow")
    assert (second.doing, second.state, second.verdict) == ("begun", "paused", None)
    assert (third.doing, third.what, third.verdict, third.rule) == (
        "after tool",
        "mail/send",
        "deny",
        "safe-read",
    )
    assert third.since_ns == now_ns - 8000 + 5000
    assert (rows["task_of_a_key"].state, rows["task_of_a_key"].since_ns) == ("implicit", now_ns - 10)


def test_who_is_in_safety_pause_waits_for_a_person(it: House, engine: Engine):  # noqa: F811 - fixtures
    """Of a task's own pause, or its agent's: not "has asked a model", whatever it asks for meanwhile."""
    task, other = start(it), start(it)
    with engine.begin() as connection:
        connection.execute(insert(cases), [pause("case_1", f"task/{task.task_id}", 7)])
    with engine.connect() as connection:
        rows = {row.task_id: row for row in agents_now(connection, now_ns=it.clock.now_ns)}
    first, second = rows[task.task_id], rows[other.task_id]
    assert (first.doing, first.what, first.since_ns) == ("person", "case_1", 7)
    assert second.doing == "begun"
    with engine.begin() as connection:
        connection.execute(insert(cases), [pause("case_2", f"agent/{second.agent}", 9)])
    with engine.connect() as connection:
        rows = {row.task_id: row for row in agents_now(connection, now_ns=it.clock.now_ns)}
    assert [rows[one.task_id].what for one in (task, other)] == ["case_1", "case_2"]


def test_the_label_flow_of_a_task(it: House, engine: Engine):  # noqa: F811 - fixtures
    """Calls are read in their order; a tool that the manifests do not declare returns a stranger's words."""
    task = start(it)
    with engine.begin() as connection:
        rows = [used(task.task_id, 1, 20), used(task.task_id, 2, 10), used("task_other", 3, 1)]
        connection.execute(insert(tool_calls), [row | {"trace_id": f"{row['seq']:032x}"} for row in rows])
    with engine.connect() as connection:
        second, first = flow_of(connection, task=task.task_id)
        assert [second.call.call_id, first.call.call_id] == ["tcl_2", "tcl_1"]
        assert (second.after, second.lowered, first.lowered) == (Label("public", "private"), True, False)
        assert [step.call.call_id for step in flow_of(connection, trace=f"{3:032x}")] == ["tcl_3"]
