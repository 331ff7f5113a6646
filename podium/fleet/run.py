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
from podium.kernel.errors import PodiumError, StateError, Unauthenticated
from podium.ports import Clock, Entropy
from podium.ports.acts import BeginTask, By
from podium.ports.database import task_identities
from podium.ports.executor import Executor, Holding, Measure, Outcome, Prepared, Program, Resources, Running
from podium.ports.tasks import DEAD_STATES, FinishTask, RenewTask, TaskIs

LOOK_EVERY_S: Final = 0.25
"""So often it is looked whether the task lives: a kill reaches the program well within a second."""
RETRY_S: Final = 5.0
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
        task: TaskIs = await self._keeper.ask(BeginTask(wish.by, wish.agent, wish.given.request, wish.life_s))
        try:
            write_token(self._private, task.token or "")
            prepared = await self._executor.prepare(self._program(task))
            self._say(f"{task.task_id} of {task.agent} ({task.department})")
            for line in holding_lines(prepared.holdings):
                self._say(line)
            await self._refuse(prepared)
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
            environment=environment(wish.given, task, self._private, trace),
            folder=wish.folder,
            private=str(self._private),
            doors=wish.given.doors,
            reads=wish.reads,
            writes=wish.writes,
            hidden=wish.hidden,
            resources=wish.resources,
        )

    async def _refuse(self, prepared: Prepared) -> None:
        held = {holding.measure: holding for holding in prepared.holdings}
        open_ = [held[name] for name in self._wish.require if name not in held or not held[name].in_force]
        if open_:
            await prepared.abandon()
            why = "; ".join(f"{it.measure}: {it.how}" for it in open_)
            raise StateError(
                f"What --require asks for is not in force here, so nothing was run. {why}.",
                fix="See docs/sandbox.md, or require less.",
                code="not_confined",
            )

    async def _watch(self, running: Running, task: TaskIs) -> tuple[Outcome, TaskIs]:
        """Return how the program ended, and its task with the newest token."""
        loop = asyncio.get_running_loop()
        for number in PASSED_ON:
            loop.add_signal_handler(number, running.signal, number)
        ended = asyncio.create_task(running.wait())
        renew_at_s = self._now_s() + task.token_expires_in_s / 2
        paused = False
        try:
            while True:
                await asyncio.wait({ended}, timeout=LOOK_EVERY_S)
                if ended.done():
                    return ended.result(), task
                state = await asyncio.to_thread(self._state, task)
                if state in DEAD_STATES:
                    self._say(f"{task.task_id} is {state}: its program ends.")
                    return await running.kill(), msgspec.structs.replace(task, state=state)
                if (state == "paused") != paused:
                    paused = not paused
                    self._say(f"{task.task_id} is {state}{': its calls are refused' if paused else ''}.")
                if self._now_s() >= renew_at_s and not paused:
                    task, renew_at_s = await self._renew(task)
        finally:
            for number in PASSED_ON:
                loop.remove_signal_handler(number)
            if not ended.done():
                await running.kill()

    async def _renew(self, task: TaskIs) -> tuple[TaskIs, float]:
        """Return the task with a new token, and when the next one is due. A failure is tried again."""
        try:
            renewed: TaskIs = await self._keeper.ask(RenewTask(task.token or ""))
        except (PodiumError, OSError):
            return task, self._now_s() + RETRY_S
        write_token(self._private, renewed.token or "")
        return renewed, self._now_s() + renewed.token_expires_in_s / 2

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

    def _now_s(self) -> float:
        return self._clock.monotonic_ns() / 1e9


def _used(outcome: Outcome) -> str:
    if outcome.cpu_ms is None or outcome.peak_memory_bytes is None:
        return ""
    return f", {outcome.cpu_ms / 1000:.2f} CPU seconds, {outcome.peak_memory_bytes / 1e6:.0f} MB at most"


def holding_lines(holdings: tuple[Holding, ...]) -> list[str]:
    """Return in lines what holds a program, and what does not."""
    width = max(len(holding.measure) for holding in holdings)
    return [
        f"  {holding.measure:<{width}}  {'in force' if holding.in_force else 'NOT IN FORCE'}: {holding.how}"
        for holding in holdings
    ]


def folders_of(folder: str, home: str | None) -> tuple[str, ...]:
    """Return what a program may read because it is started there: nothing where that is the home or above."""
    here = os.path.realpath(folder)
    above = os.path.realpath(home) if home else "/"
    if here in {"/", above} or above.startswith(here.rstrip("/") + "/"):
        return ()
    return (here,)
