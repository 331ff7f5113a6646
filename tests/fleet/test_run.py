"""A program and its task, which end together."""

import asyncio
import os
import signal
import stat
from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlalchemy import Engine

from podium.adapters.executors.fake import FakeExecutor
from podium.adapters.system import Entropy
from podium.fleet import run as fleet
from podium.fleet import tending
from podium.fleet.given import Given, local_url
from podium.fleet.run import Run, Wish, folders_of
from podium.keeper.keyring import TOKEN_S
from podium.kernel.errors import NotReady, PodiumError, StateError
from podium.ports.acts import BeginTask, By, SteerTask
from podium.ports.executor import Door
from podium.ports.tasks import FinishTask, RenewTask, TaskIs
from podium.trust.credentials.tokens import Keys
from tests.keeper.acting import ISSUER, House
from tests.keeper.conftest import clock, engine  # noqa: F401 - fixtures
from tests.keeper.test_tasks import it, orders  # noqa: F401 - a fixture

S = 1_000_000_000


class Asking:
    """A keeper without a socket. ``away``: it cannot be reached."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.away = False
        self.asked: list[Any] = []

    async def ask(self, question: Any) -> Any:
        self.asked.append(question)
        if self.away:
            raise NotReady("away")
        if isinstance(question, BeginTask):
            return self.house.acts.do(question)
        return self.house.tasks.do(question)


class Running:
    """One run, in a task of this loop."""

    def __init__(self, house: House, tmp_path: Path, executor: FakeExecutor, **wish: Any) -> None:
        self.house, self.executor, self.keeper = house, executor, Asking(house)
        self.private, self.said = tmp_path, []
        given = Given("https://gateway.example", mcp_url="http://127.0.0.1:8712/mcp", request="Sort my mail.")
        given = msgspec.structs.replace(given, otlp_url="http://127.0.0.1:8713")
        wanted = {"by": By(), "agent": "triage", "command": ("sleep",), "folder": "/work", "given": given}
        self.run = Run(
            Wish(**(wanted | wish)),
            executor=executor,
            keeper=self.keeper,
            engine=house.engine,
            clock=house.clock,
            entropy=Entropy(),
            private=tmp_path,
            say=self.said.append,
        )

    @property
    def task_id(self) -> str:
        return self.executor.programs[-1].environment["PODIUM_TASK_ID"]

    def state(self) -> str:
        return self.run._state(TaskIs(self.task_id, "", "", "", "running", 1 << 33))


@pytest.fixture(autouse=True)
def _quickly(monkeypatch):
    monkeypatch.setattr(fleet, "LOOK_EVERY_S", 0.01)
    monkeypatch.setattr(tending, "RETRY_S", 0.0)
    monkeypatch.setattr(tending, "RESUME_AFTER_S", 0.0)


async def until(condition) -> None:
    async with asyncio.timeout(60):
        while not condition():
            await asyncio.sleep(0.005)


async def test_the_task_ends_with_the_program(it: House, tmp_path):  # noqa: F811 - a fixture
    """A program that ends ends its task; the exit code is its own; no variable is the host's."""
    running = Running(it, tmp_path, FakeExecutor(), command=("false",))
    assert await running.run.run() == 1
    assert running.state() == "ended"
    (program,) = running.executor.programs
    assert program.doors == (Door("gateway.example", 443), Door("127.0.0.1", 8712), Door("127.0.0.1", 8713))
    token = (tmp_path / "token").read_text()
    assert stat.S_IMODE((tmp_path / "token").stat().st_mode) == 0o600
    assert (tmp_path / "request").read_text() == "Sort my mail."
    environment = program.environment
    assert {environment[f"{it}_API_KEY"] for it in ("OPENAI", "ANTHROPIC", "GEMINI")} == {token}
    assert environment["OPENAI_BASE_URL"] == "https://gateway.example/v1"
    assert environment["GOOGLE_GEMINI_BASE_URL"] == environment["ANTHROPIC_BASE_URL"]
    assert environment["PODIUM_MCP_URL"] == "http://127.0.0.1:8712/mcp"
    assert len(environment["TRACEPARENT"]) == 55
    assert environment["OTEL_EXPORTER_OTLP_ENDPOINT"] == "http://127.0.0.1:8713"
    assert environment["OTEL_EXPORTER_OTLP_HEADERS"] == f"Authorization=Bearer%20{token}"
    assert not {"HOME", "USER", "PYTEST_CURRENT_TEST"} & set(environment)
    assert "environment  in force: pretended" in running.said[1]


@pytest.mark.parametrize("act", ["kill", "end", "revoke"])
async def test_the_program_ends_with_the_task(it: House, tmp_path, act):  # noqa: F811 - a fixture
    """A task that a person ends takes its program along."""
    running = Running(it, tmp_path, FakeExecutor())
    done = asyncio.create_task(running.run.run())
    await until(lambda: running.executor.programs)
    it.acts.do(SteerTask(By(), running.task_id, act, "Enough."))
    assert await done == 128 + signal.SIGKILL
    assert any("its program ends" in line for line in running.said)
    assert not any(isinstance(question, FinishTask) for question in running.keeper.asked)


async def test_a_task_whose_life_is_over(it: House, tmp_path):  # noqa: F811 - a fixture
    """The program ends when its task's time is over."""
    running = Running(it, tmp_path, FakeExecutor(), life_s=60)
    done = asyncio.create_task(running.run.run())
    await until(lambda: running.executor.programs)
    it.clock.now_ns += 61 * S
    assert await done == 128 + signal.SIGKILL


async def test_a_pause_is_said_and_ends_nothing(it: House, tmp_path):  # noqa: F811 - a fixture
    """A paused task's program is held, and its calls are refused, until somebody resumes it."""
    running = Running(it, tmp_path, FakeExecutor())
    done = asyncio.create_task(running.run.run())
    await until(lambda: running.executor.programs)
    it.acts.do(SteerTask(By(), running.task_id, "pause", "Wait."))
    await until(lambda: "paused" in running.said[-1])
    assert running.executor.running[-1].held
    it.acts.do(SteerTask(By(), running.task_id, "resume", "Go on."))
    await until(lambda: "is running" in running.said[-1])
    os.kill(os.getpid(), signal.SIGTERM)
    assert await done == 128 + signal.SIGTERM
    assert running.state() == "ended"


async def test_the_token_is_renewed(it: House, tmp_path):  # noqa: F811 - a fixture
    """Half a token's life before its end another one is in the file; a keeper that is away is asked again."""
    running = Running(it, tmp_path, FakeExecutor())
    done = asyncio.create_task(running.run.run())
    await until(lambda: running.executor.programs)
    first = (tmp_path / "token").read_text()
    running.keeper.away = True
    it.clock.now_ns += (TOKEN_S // 2 + 1) * S
    await until(lambda: any(isinstance(question, RenewTask) for question in running.keeper.asked))
    running.keeper.away = False
    await until(lambda: (tmp_path / "token").read_text() != first)
    keys = Keys(orders(it).keys)
    now_s = it.clock.now_ns / S
    claims = keys.verify((tmp_path / "token").read_text(), issuer=ISSUER, audience=ISSUER, now_s=now_s)
    assert claims.exp - now_s > TOKEN_S - 5
    os.kill(os.getpid(), signal.SIGINT)
    assert await done == 128 + signal.SIGINT


async def test_what_is_required_must_be_in_force(it: House, tmp_path):  # noqa: F811 - a fixture
    """Where a measure that is required is not in force, nothing runs, the task is over, and it says why."""
    running = Running(
        it, tmp_path, FakeExecutor(without=frozenset({"network"})), require=("files", "network")
    )
    with pytest.raises(StateError, match="network: pretended") as raised:
        await running.run.run()
    assert raised.value.error_code == "not_confined"
    assert running.state() == "ended"
    assert any("NOT IN FORCE" in line for line in running.said)


async def test_a_command_that_is_not_there(it: House, tmp_path):  # noqa: F811 - a fixture
    """Its task is over at once."""
    running = Running(it, tmp_path, FakeExecutor(), command=("no-such",))
    with pytest.raises(PodiumError):
        await running.run.run()
    assert running.state() == "ended"


def test_where_a_program_may_read(tmp_path, engine: Engine):  # noqa: F811 - a fixture
    """The folder where it is started, unless that is the home, or around it, or the root."""
    home = tmp_path / "home"
    (home / "work").mkdir(parents=True)
    assert folders_of(str(home / "work"), str(home)) == (str(home / "work"),)
    for folder in (home, tmp_path, "/"):
        assert folders_of(str(folder), str(home)) == ()
    assert (local_url("0.0.0.0", 1), local_url("::", 1)) == ("http://127.0.0.1:1", "http://[::1]:1")
