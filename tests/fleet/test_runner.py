"""The runner: what it takes from the queue, and what it says of it. The keeper's book is a real one."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from podium.adapters.artifacts import FileArtifacts
from podium.adapters.executors.fake import FakeExecutor
from podium.adapters.records import open_records
from podium.fleet import runner as fleet
from podium.fleet.attempt import Parts
from podium.fleet.given import Given
from podium.fleet.leftovers import Leftover, Leftovers
from podium.fleet.lock import RunnerLock
from podium.fleet.runner import Runner
from podium.kernel.errors import NotReady, StateError
from podium.manifest.runs import RunRow
from podium.ports.acts import By, SteerTask
from podium.ports.runs import AwaitRuns, GetRun, LostRun, QueueTask, RunIs, RunReport
from tests.keeper.acting import House
from tests.keeper.samples import HandClock
from tests.keeper.test_runs import with_agents

NAME = "run_01TEST00000000000000000007"


class Asking:
    """A keeper without a socket, which tells no news. ``away``: it cannot be reached."""

    def __init__(self, house: House) -> None:
        self.house, self.away, self.asked = house, False, list[Any]()

    async def ask(self, question: Any) -> Any:
        if isinstance(question, AwaitRuns):
            await asyncio.Event().wait()
        self.asked.append(question)
        if self.away:
            raise NotReady("away")
        return self.house.acts.do_run(question)


class Desk:
    """A keeper with two agents, and a runner beside it."""

    def __init__(self, house: House, state: Path, hand: HandClock, **more: Any) -> None:
        self.house, self.keeper, self.executor = house, Asking(house), FakeExecutor()
        self.ended: list[int] = []
        self.hand = hand
        self.parts = Parts(
            executor=self.executor,
            store=FileArtifacts(state),
            leftovers=Leftovers(state),
            clock=hand,
            variable=lambda _: "",
            began=more.pop("began", lambda _: None),
            given=Given("http://127.0.0.1:8710"),
            path="/usr/bin:/bin",
            here=state,
            lost=more.pop("lost", ()),
        )
        self.stop = asyncio.Event()
        self.ready = asyncio.Event()
        self.runner = Runner(
            NAME,
            self.parts,
            keeper=self.keeper,
            hearing=self.keeper,
            engine=house.engine,
            most=more.pop("most", 8),
            boot_id="boot",
            pid=1,
            end_process=self.ended.append,
            **more,
        )

    def queue(self, agent: str = "triage", **wish: Any) -> str:
        told = self.house.acts.do_run(QueueTask(By(), agent, **wish))
        assert isinstance(told, RunIs)
        return told.task_id

    def now(self, task_id: str) -> RunIs:
        told = self.house.acts.do_run(GetRun(task_id))
        assert isinstance(told, RunIs)
        return told

    async def until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(60):
            while not condition():
                await asyncio.sleep(0.01)

    async def until_state(self, task_id: str, state: str) -> RunIs:
        await self.until(lambda: self.now(task_id).state == state)
        return self.now(task_id)


@pytest.fixture
async def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Callable[..., Desk]]:
    """What makes a desk, whose runner has begun; it is stopped at the end."""
    for name, seconds in (("LOOK_EVERY_S", 0.01), ("RETRY_S", 0.01), ("LEFT_S", 0.05)):
        monkeypatch.setattr(fleet, name, seconds)
    engine, clock, lock = open_records(tmp_path), HandClock(), RunnerLock(tmp_path, NAME)
    under_way: list[tuple[Desk, asyncio.Task[None]]] = []

    def make(command: str = "true", **more: Any) -> Desk:
        house = House(engine, clock, tmp_path)
        with_agents(house, RunRow((command,), priority=7, life_s=600))
        made = Desk(house, tmp_path, clock, **more)
        under_way.append((made, asyncio.create_task(made.runner.run(made.stop, made.ready.set))))
        return made

    yield make
    for made, task in under_way:
        made.stop.set()
        await task
    lock.release()
    engine.dispose()


async def test_what_is_queued_is_run_and_told(desk):
    """A run is claimed, its program runs, and the keeper hears how it ended and what it has used."""
    it = desk()
    run = await it.until_state(it.queue(), "succeeded")
    assert (run.exit_code, run.cpu_ms, run.attempt) == (0, 1, 1)
    await it.until(lambda: not it.runner.under_way)
    assert it.parts.leftovers.found() == []


async def test_no_more_at_once_than_there_may_be(desk):
    """What is above the number of programs waits, and is said to; it begins when one has ended."""
    it = desk("sleep", most=2)
    ids = [it.queue() for _ in range(3)]
    await it.until(lambda: len(it.executor.running) == 2)
    assert sorted(it.now(task_id).state for task_id in ids) == ["queued", "running", "running"]
    it.executor.running[0].signal(15)
    await it.until(lambda: len(it.executor.running) == 3)


async def test_a_kill_ends_the_program(desk):
    """A person's kill reaches the program by the next look, and what it used is added to the killed run."""
    it = desk("sleep")
    task_id = it.queue()
    await it.until(lambda: bool(it.executor.running))
    it.house.acts.do(SteerTask(By(), task_id, "kill", "It is not needed."))
    await it.until(lambda: not it.runner.under_way)
    assert (it.now(task_id).state, it.now(task_id).cpu_ms) == ("killed", 1)


async def test_what_a_keeper_that_is_away_has_not_heard_waits(desk):
    """A program goes on without the keeper, and its end is told when there is one again."""
    it = desk("sleep")
    task_id = it.queue()
    await it.until(lambda: bool(it.executor.running))
    it.keeper.away = True
    it.executor.running[0].signal(15)
    await it.until(lambda: any(isinstance(one, RunReport) for one in it.keeper.asked))
    assert it.now(task_id).state == "running"
    it.keeper.away = False
    assert (await it.until_state(task_id, "failed")).exit_code == 143


async def test_at_its_own_end_runs_go_back_into_the_queue(desk):
    """A stop in good order ends programs, and their runs wait for the next runner without a lost attempt."""
    it = desk("sleep")
    task_id = it.queue()
    await it.until(lambda: bool(it.executor.running))
    it.stop.set()
    run = await it.until_state(task_id, "queued")
    assert run.runner is None


async def test_one_whose_time_is_over_does_not_begin(desk):
    """A deadline that passed in the queue is a failure with that reason."""
    it = desk("sleep", most=1)
    it.queue()
    await it.until(lambda: bool(it.executor.running))
    late = it.queue(deadline_ns=it.hand.now_ns + 1000)
    it.hand.now_ns += 2000
    it.executor.running[0].signal(15)
    run = await it.until_state(late, "failed")
    assert "deadline" in run.reason
    assert len(it.executor.programs) == 1


async def test_a_step_that_is_no_program(desk):
    """What a kind of step does is done by what stands for it; a failure of it is the run's."""

    async def call(claimed: Any, name: str) -> RunReport:
        if claimed.request == "bad":
            raise StateError("It cannot be called.")
        return RunReport(name, claimed.run.task_id, claimed.run.attempt, "succeeded")

    it = desk(steps={"http": call})
    wish = {"agent": "", "kind": "http", "department": "acme/support"}
    good, bad = it.queue(request="good", **wish), it.queue(request="bad", **wish)
    await it.until_state(good, "succeeded")
    assert "cannot be called" in (await it.until_state(bad, "failed")).reason


async def test_what_a_dead_runner_has_left(desk, tmp_path: Path):
    """A program that outlives its runner is ended before anything is claimed, and what it used is told."""
    folder = tmp_path / "left"
    folder.mkdir()
    Leftovers(tmp_path).note(Leftover("task_1", 1, str(folder), pid=77, began=5))
    lost = (LostRun("task_1", 1, 10, 20),)
    it = desk(began=lambda pid: 5 if pid == 77 else None, lost=lost)
    await asyncio.wait_for(it.ready.wait(), 60)
    assert it.ended == [77]
    assert not folder.exists()
    assert it.keeper.asked[0].lost == lost
