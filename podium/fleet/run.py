"""The life of one program: its task begins, it runs behind what holds it, and both end together.

```
begin the task -> prepare what holds the program -> say it, or refuse -> run
               -> renew the token, look whether the task lives -> the one ends: end the other
```
"""

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Final, Protocol

import msgspec
from sqlalchemy import Engine, select

from podium.fleet.given import Given, environment, write_token
from podium.fleet.tending import Tending, holding_lines, refuse
from podium.kernel.errors import PodiumError, Unauthenticated
from podium.ports import Clock, Entropy
from podium.ports.acts import BeginTask, By
from podium.ports.database import task_identities
from podium.ports.executor import Executor, Measure, Outcome, Program, Resources, Running
from podium.ports.tasks import DEAD_STATES, FinishTask, RenewTask, TaskIs
from podium.spend.machines import GPU_WORDS
from podium.trust.request.user import User

LOOK_EVERY_S: Final = 0.25
"""So often it is looked whether the task lives: a kill reaches the program well within a second."""
PASSED_ON: Final = (
    signal.SIGTERM,
    signal.SIGINT,
    signal.SIGHUP,
    signal.SIGQUIT,
    signal.SIGUSR1,
    signal.SIGUSR2,
)


class Keeper(Protocol):
    """Where tasks begin and end."""

    def ask(self, question: Any) -> Awaitable[Any]:
        """Return the answer. Raises what the keeper refused."""
        ...


class Wish(msgspec.Struct, frozen=True):
    """What a person wants to run. Paths are absolute."""

    by: By
    agent: str
    command: tuple[str, ...]
    folder: str
    given: Given
    """How the gateway is reached, and what else the program is told."""
    reads: tuple[str, ...] = ()
    writes: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    require: tuple[Measure, ...] = ()
    """Without these in force the program does not start."""
    resources: Resources = Resources()
    life_s: int | None = None
    user: User | None = None
    """Who *me* of the request is; None: whom the agent's manifest says."""


class Run:
    """Runs one program. ``say``: gets sentences for the person, ``private``: a folder of this run's own."""

    def __init__(
        self,
        wish: Wish,
        *,
        executor: Executor,
        keeper: Keeper,
        engine: Engine,
        clock: Clock,
        entropy: Entropy,
        private: Path,
        say: Callable[[str], None],
    ) -> None:
        self._wish = wish
        self._executor = executor
        self._keeper = keeper
        self._engine = engine
        self._clock = clock
        self._entropy = entropy
        self._private = private
        self._say = say

    async def run(self) -> int:
        """Return the exit code: the program's own, or 137 where its task was ended.

        Raises StateError where what is required is not in force, and what the keeper refuses.
        """
        wish = self._wish
        begin = BeginTask(wish.by, wish.agent, wish.given.request, wish.life_s, wish.user)
        task: TaskIs = await self._keeper.ask(begin)
        try:
            write_token(self._private, task.token or "")
            prepared = await self._executor.prepare(self._program(task))
            self._say(f"{task.task_id} of {task.agent} ({task.department})")
            for line in holding_lines(prepared.holdings):
                self._say(line)
            await refuse(prepared, wish.require, "--require")
            outcome, task = await self._watch(await prepared.start(), task)
        finally:
            await self._finish(task)
        self._say(f"{task.task_id} is over: exit code {outcome.exit_code}{_used(outcome)}")
        return outcome.exit_code

    def _program(self, task: TaskIs) -> Program:
        wish = self._wish
        trace = f"00-{self._entropy(16).hex()}-{self._entropy(8).hex()}-01"
        return Program(
            command=wish.command,
            environment=environment(wish.given, task.task_id, task.token, self._private, trace),
            folder=wish.folder,
            private=str(self._private),
            doors=wish.given.doors,
            reads=wish.reads,
            writes=wish.writes,
            hidden=wish.hidden,
            resources=wish.resources,
        )

    async def _watch(self, running: Running, task: TaskIs) -> tuple[Outcome, TaskIs]:
        """Return how the program ended, and its task as it was seen last, with the newest token."""
        loop = asyncio.get_running_loop()
        for number in PASSED_ON:
            loop.add_signal_handler(number, running.signal, number)
        newest = task

        async def renew() -> tuple[str, float]:
            nonlocal newest
            newest = await self._keeper.ask(RenewTask(newest.token or ""))
            return newest.token or "", newest.token_expires_in_s

        tending = Tending(
            running,
            clock=self._clock,
            private=self._private,
            renew=renew,
            good_s=task.token_expires_in_s,
            say=lambda text: self._say(f"{task.task_id} {text}"),
        )
        looking = asyncio.create_task(self._look(tending, task))
        try:
            outcome = await tending.tend(DEAD_STATES)
        finally:
            looking.cancel()
            for number in PASSED_ON:
                loop.remove_signal_handler(number)
        return outcome, msgspec.structs.replace(newest, state=tending.state)

    async def _look(self, tending: Tending, task: TaskIs) -> None:
        """Look for ever how the task stands."""
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            tending.told(await asyncio.to_thread(self._state, task))

    async def _finish(self, task: TaskIs) -> None:
        """End the task, unless it has ended."""
        if task.state in DEAD_STATES:
            return
        try:
            await self._keeper.ask(FinishTask(task.token or ""))
        except (Unauthenticated, PodiumError, OSError) as error:
            self._say(f"{task.task_id} could not be ended ({error}); it ends by itself.")

    def _state(self, task: TaskIs) -> str:
        """Return the task's state. A database that does not answer says nothing new."""
        query = select(task_identities.c.state).where(task_identities.c.task_id == task.task_id)
        try:
            with self._engine.connect() as connection:
                state = connection.execute(query).scalar()
        except OSError:
            return task.state
        if state not in DEAD_STATES and task.until_s * 1_000_000_000 <= self._clock.wall_ns():
            return "expired"
        return str(state)


def _used(outcome: Outcome) -> str:
    if outcome.cpu_ms is None or outcome.peak_memory_bytes is None:
        return ""
    gpu = f"{outcome.gpu_ms / 1000:.2f} GPU seconds, " if outcome.gpu_ms else ""
    if outcome.gpu_ms is None and outcome.gpu_how is not None:
        gpu = f"GPU seconds not measured ({GPU_WORDS[outcome.gpu_how]}), "
    return f", {outcome.cpu_ms / 1000:.2f} CPU seconds, {gpu}{outcome.peak_memory_bytes / 1e6:.0f} MB at most"


def folders_of(folder: str, *around: str | None) -> tuple[str, ...]:
    """Return what a program may read because it is started there: nothing where that holds one of these."""
    here = os.path.realpath(folder)
    for place in around:
        real = os.path.realpath(place) if place else "/"
        if here == real or real.startswith(here.rstrip("/") + "/"):
            return ()
    return (here,)
