"""Steps as runs: they end with their task, and with their runner they are let go or in doubt."""

import asyncio
from collections.abc import Mapping
from typing import Any

import msgspec
import pytest
from sqlalchemy import Engine, insert, update

from podium.fleet.step_runs import StepRuns
from podium.net.upstream import Pool
from podium.ports.fleet_tables import task_runs
from podium.ports.runs import Claimed, RunIs, RunReport
from tests.keeper.conftest import clock, engine  # noqa: F401 - fixtures
from tests.keeper.samples import HandClock

SPEC = {"tool": "mail/send", "arguments": {}}
TASK = "task_01M8AQ40NVMDKFPEJMSNSNTP49"


class Bodies:
    def put(self, body: bytes) -> str:
        return body.decode()

    def read(self, sha256: str) -> bytes:
        raise AssertionError(sha256)


class Nobody:
    async def ask(self, question: Any) -> Any:
        raise AssertionError(question)

    def read(self, ref: object) -> str:
        raise AssertionError(ref)


class Slow:
    """A gateway whose calls take until they are let go."""

    def __init__(self) -> None:
        self.called, self.answer = asyncio.Event(), asyncio.Event()

    async def call_tool(self, name: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
        assert (name, dict(arguments)) == ("mail_send", {})
        self.called.set()
        await self.answer.wait()
        return {"structuredContent": 7}


def claimed(now_ns: int) -> Claimed:
    run = RunIs(
        TASK, "a", "acme", "tool", "running", "", 1, 1, 0, now_ns, spec=msgspec.json.encode(SPEC).decode()
    )
    return Claimed(run, token="t")


def play(engine: Engine, clock: HandClock, act: str, monkeypatch: pytest.MonkeyPatch) -> RunReport:  # noqa: F811 - fixtures
    monkeypatch.setattr("podium.fleet.step_runs.LAST_S", 0.05)
    row = {column.name: "" for column in task_runs.columns if not column.nullable}
    numbers = dict.fromkeys(("priority", "attempt", "attempts", "queued_ns", "changed_ns"), 1)
    with engine.begin() as connection:
        connection.execute(insert(task_runs).values({**row, **numbers, "task_id": TASK, "state": "running"}))

    async def main() -> RunReport:
        slow = Slow()
        steps = StepRuns(
            engine=engine,
            keeper=Nobody(),
            bodies=Bodies(),
            pool=Pool(),
            secrets=Nobody(),
            connect=lambda _: slow,
            clock=clock,
        )
        working = asyncio.create_task(steps.tool(claimed(clock.now_ns), "run_1"))
        await slow.called.wait()
        if act == "kill":
            with engine.begin() as connection:
                connection.execute(update(task_runs).values(state="killed"))
        elif act == "stop":
            steps.stopping.set()
        else:
            slow.answer.set()
        return await working

    return asyncio.run(main())


@pytest.mark.parametrize(
    ("act", "state", "result"),
    [("answer", "succeeded", "7"), ("kill", "killed", None), ("stop", "unknown", None)],
)
def test_how_a_step_ends(
    engine: Engine,  # noqa: F811 - a fixture
    clock: HandClock,  # noqa: F811 - a fixture
    monkeypatch: pytest.MonkeyPatch,
    act: str,
    state: str,
    result: str | None,
) -> None:
    """Its answer, its task's end, or its runner's: a call that is under way then is in doubt."""
    report = play(engine, clock, act, monkeypatch)
    assert (report.state, report.result_sha256) == (state, result)
