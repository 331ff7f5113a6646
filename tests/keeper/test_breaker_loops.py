"""Cheap loops: the same call of a tool over and over, and a call graph that does not end."""

import msgspec
import pytest

from podium.keeper.ledger import Batch
from podium.manifest.snapshot import (
    ToolServerRow,
    decode_snapshot,
    encode_snapshot,
)
from podium.ports.link import PutSnapshot
from podium.spend.journal import ToolCall
from tests.keeper.spending import Spending


@pytest.fixture
def house(engine, clock, tmp_path):
    house = Spending(engine, clock, tmp_path)
    house.breakers.open()
    return house


def tool_call(number: int, **changes) -> ToolCall:
    fields = {
        "call_id": f"tcall_{number}",
        "trace_id": "t",
        "span_id": "s",
        "parent_span_id": None,
        "task_id": "task_b",
        "root_id": "task_b",
        "agent": "triage",
        "department": "acme/support",
        "tool": "mail/send_email",
        "effect": "irreversible",
        "snapshot_version": 1,
        "at_ns": 0,
        "arguments_digest": "ab",
        "verdict": "allow",
        "rule": "grant",
        "outcome": "succeeded",
    }
    return ToolCall(**{**fields, **changes})


def test_a_task_that_calls_the_same_tool_over_and_over_is_paused(house) -> None:
    """The same write, or the same refusal, ten times over is a loop; a read that tells what is new is not."""
    house.task("task_b")
    house.breakers.called([tool_call(n, tool="mail/list", effect="read") for n in range(30)])
    house.breakers.called(
        [tool_call(n, tool="mail/list", effect="read", result_digest=f"{n}") for n in range(30)]
    )
    house.breakers.called([tool_call(n, arguments_digest=f"{n}") for n in range(9)])
    house.breakers.evaluate()
    assert house.restraints() == {}
    house.breakers.called(
        [tool_call(n, verdict="deny", rule="no_grant", outcome=None, tool="mail/rm") for n in range(12)]
    )
    house.breakers.evaluate()
    assert house.restraints() == {"task/task_b": "paused"}
    [case] = house.open_cases()
    assert case.why.endswith("10 times: the tool mail/rm")
    house.breakers.called([tool_call(1, task_id="task_unknown")])


def test_a_call_that_waits_for_a_person_is_no_loop(house) -> None:
    """Who asks again and again whether a person has answered is not paused for it."""
    house.task("task_b")
    house.breakers.called([tool_call(n, verdict="ask", rule="grant", outcome=None) for n in range(200)])
    house.breakers.evaluate()
    assert house.restraints() == {}


def test_a_read_that_tells_the_same_over_and_over_is_a_loop(house) -> None:
    """The same read with the same result ten times over pauses the task; the case says so in words."""
    house.task("task_b")
    calls = [tool_call(n, tool="wiki/find", effect="read", result_digest="cd" * 16) for n in range(12)]
    with house.engine.begin() as connection:
        batch = Batch(1)
        batch.tool_calls = [(msgspec.structs.replace(it, at_ns=house.clock.now_ns), "inc") for it in calls]
        house.ledger.write(connection, batch)
    house.breakers.called(calls)
    house.breakers.evaluate()
    [case] = house.open_cases()
    assert case.key == "task/task_b"
    [words] = case.evidence["repeated"]
    assert words.startswith(
        "12 of 12 calls of tools are wiki/find with the same arguments (digest ab); 12 of"
    )
    assert words.endswith("outcome: succeeded, the same answer (digest cdcdcdcd).")


def test_a_tool_that_polls_is_asked_again(house) -> None:
    """A tool that its manifest says is there to be asked again is no loop."""
    row = decode_snapshot(house.authority.in_force.snapshot_document)
    server = ToolServerRow("job", polls=("status",))
    row = msgspec.structs.replace(row, digest="polls", tool_servers={"job": server})
    house.authority.put_snapshot(PutSnapshot("polls", encode_snapshot(row)))
    house.task("task_b")
    calls = [tool_call(n, tool="job/status", effect="read", result_digest="cd") for n in range(60)]
    house.breakers.called(calls)
    house.breakers.evaluate()
    assert house.restraints() == {}
    house.breakers.called([msgspec.structs.replace(it, tool="job/other") for it in calls])
    house.breakers.evaluate()
    assert house.restraints() == {"task/task_b": "paused"}


def test_a_graph_that_does_not_end_is_paused_at_its_root(house) -> None:
    """A task that starts sub-task after sub-task is paused itself, and so whatever it starts."""
    house.task("task_root")
    for number in range(512):
        house.task(f"task_{number}", parent="task_root")
    house.charge(0.000001, task="task_510")
    house.breakers.evaluate()
    assert house.restraints() == {"task/task_root": "paused"}
    assert "one of 513 tasks" in house.open_cases()[0].why
