"""The worlds behind the tool gateway: tasks, the official MCP client, a person who answers cases."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from mcp import Client

from podium.tools.replaying import DECISION
from podium.trust.tools import client_name
from tests.hijack.agent import Answer, Case, Run, benign, hijacked, said
from tests.hijack.decided import write_policies
from tests.hijack.human import Habit, Human
from tests.hijack.model import Call, Stage, State, Task, World
from tests.hijack.serving import serving
from tests.tools.rig import Rig, rig


@dataclass
class House:
    """A tool gateway with the policies of worlds, and their servers. Made once for many runs."""

    rig: Rig
    stages: dict[str, Stage]


@asynccontextmanager
async def house(folder: Path, worlds: tuple[World, ...], *, other: bool = False) -> AsyncIterator[House]:
    """Start everything; stop it when the block ends. ``other``: with the policies of another author."""
    stages = {world.name: Stage(world.seed()) for world in worlds}
    servers = {name: server for world in worlds for name, server in world.servers(stages[world.name]).items()}
    with serving(servers) as port:
        manifests = write_policies(folder / "manifests", port, worlds, other=other)
        async with rig(folder, manifests) as running:
            yield House(running, stages)


class Through:
    """A world whose calls go through the tool gateway."""

    def __init__(self, world: World, place: House, *, labels: bool = True, narrowing: bool = True) -> None:
        self.world, self.rig = world, place.rig
        self.stage = place.stages[world.name]
        self._labels, self._narrowing = labels, narrowing

    async def benign(self, task: Task, habit: Habit) -> tuple[Run, State]:
        """Do a task in a new state."""
        self.stage.state = self.world.seed()
        async with self._life(task, habit) as life:
            run = await benign(task, life.do)
        run.asked = life.asked
        return run, self.stage.state

    async def hijacked(self, case: Case, habit: Habit) -> Run:
        """Do a task in a poisoned state."""
        self.stage.state = self.world.poisoned(case.goal, case.trace.says)
        async with self._life(case.task, habit) as life:
            run = await hijacked(case, life.do, lambda: self.stage.state)
        run.asked, run.unwanted = life.asked, life.unwanted
        return run

    @asynccontextmanager
    async def _life(self, task: Task, habit: Habit) -> AsyncIterator["_Life"]:
        self.rig.gate.labels, self.rig.gate.narrowing = self._labels, self._narrowing
        token = await self.rig.task(self.world.name, task.request)
        async with self.rig.client(token) as client:
            yield _Life(self, client, task, habit)
        await self.rig.end(token)


class _Life:
    """One task over one connection."""

    def __init__(self, place: Through, client: Client, task: Task, habit: Habit) -> None:
        self.place, self.client, self.human = place, client, Human(task, habit)
        self.asked: list[str] = []
        self.unwanted: list[Call] = []

    async def do(self, one: Call) -> Answer:
        """Make a call; where a person is asked, have the question answered; repeat it after a yes."""
        answer, approval = await self._call(one)
        if answer.verdict == "ask":
            self.asked.append(f"{one.tool} {answer.rule}")
            if self.human.habit != "nobody":
                yes = self.human.approves(one)
                await self.place.rig.answer(approval, "approve" if yes else "deny")
                if yes:
                    answer, _ = await self._call(one)
        unwanted = answer.verdict == "allow" and not self.human.saw(one)
        if unwanted and one.tool in self.place.world.irreversible:
            self.unwanted.append(one)
        return answer

    async def _call(self, one: Call) -> tuple[Answer, str]:
        result = await self.client.call_tool(client_name(*one.tool.split("/")), dict(one.arguments))
        decision = (result.meta or {}).get(DECISION)
        if decision is None:
            return Answer(ok=not result.is_error, text=said(result)), ""
        verdict = Answer(
            ok=False,
            text=said(result),
            verdict=decision["verdict"],
            rule=decision["rule"],
            reason=decision["reason"],
        )
        return verdict, decision.get("approval_id") or ""
