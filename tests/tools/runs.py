"""Runs whose attempts a test begins itself: it holds the runner's lock, and dies by changing its name."""

import fcntl
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from podium.ports.acts import By
from podium.ports.runs import RUNNER_LOCK, ClaimRun, QueueTask, RunnerHello, RunReport
from podium.tools.replaying import NAMED
from tests.tools.rig import Rig, until


class Run:
    """One run."""

    def __init__(self, it: Rig, runner: "Runner", task_id: str, token: str) -> None:
        self.it, self.runner, self.task_id, self.token = it, runner, task_id, token
        self.number = 1

    async def again(self) -> None:
        """Begin the next attempt, as after the runner's death."""
        await self.runner.die()
        await self.claim()

    async def claim(self) -> None:
        told = await self.it.ask(ClaimRun(self.runner.name, self.task_id))
        self.token, self.number = told.token, told.run.attempt

    async def end(self, state: str = "succeeded") -> Any:
        report = RunReport(self.runner.name, self.task_id, self.number, state)  # type: ignore[arg-type]
        return await self.it.ask(report)

    async def call(self, name: str, arguments: dict[str, Any], key: str | None = None) -> Any:
        async with self.it.client(self.token) as client:
            meta = {NAMED: key} if key is not None else None
            return await client.call_tool(name, arguments, meta=meta)  # type: ignore[arg-type]


class Runner:
    """Who holds the lock."""

    def __init__(self, it: Rig, fd: int) -> None:
        self.it, self._fd, self.lives = it, fd, 0
        self.name = ""

    async def die(self) -> None:
        """Be another one from now on."""
        self.lives += 1
        self.name = f"run_{self.lives}"
        os.ftruncate(self._fd, 0)
        os.pwrite(self._fd, self.name.encode(), 0)
        await self.it.ask(RunnerHello(self.name, os.getpid(), "boot"))

    async def start(self, agent: str, request: str) -> Run:
        """Queue a run and begin its first attempt."""
        queued = await self.it.ask(QueueTask(By(), agent, request, attempts=9))
        told = await self.it.ask(ClaimRun(self.name, queued.task_id))
        await until(lambda: self.it.house.standing.orders.tasks.keys != ())
        return Run(self.it, self, queued.task_id, told.token)


@asynccontextmanager
async def runner(it: Rig) -> AsyncIterator[Runner]:
    """Hold the lock until the block ends."""
    path: Path = it.state / RUNNER_LOCK
    fd = os.open(path, os.O_CREAT | os.O_RDWR, 0o600)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        made = Runner(it, fd)
        await made.die()
        yield made
    finally:
        os.close(fd)
