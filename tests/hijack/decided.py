"""The worlds behind Podium's decision alone: the verdicts of the tools process, without a process."""

import itertools
from collections.abc import Iterable
from pathlib import Path

from mcp.server.mcpserver.exceptions import ToolError

from podium.adapters.prices.genai import GenaiPrices
from podium.control.reconcile import compile_folder
from podium.manifest.snapshot import Snapshot
from podium.tools.contents import content_of
from podium.trust.grants import Answer as GrantAnswer
from podium.trust.grounding.record.readings import Read, Readings
from podium.trust.policies import Rules
from podium.trust.request.effective import EffectiveGrant
from podium.trust.request.narrowing import narrow
from podium.trust.tools import GrantRow
from podium.trust.verdict import Standing, ToolCall, Verdict, decide_tool_call
from tests.hijack.agent import Answer, Case, Run, benign, hijacked, said
from tests.hijack.bare import here
from tests.hijack.human import Habit, Human
from tests.hijack.model import Call, Stage, State, Task, World
from tests.hijack.worlds import EVERY

POLICIES = Path(__file__).parent / "policies"
SECOND_NS = 1_000_000_000


def write_policies(folder: Path, port: int, worlds: Iterable[World] = EVERY, *, other: bool = False) -> Path:
    """Write the manifests of worlds and of what they share, with their servers' port; return the folder.

    ``other``: where another author wrote a world's policy too, his.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("organisation", *sorted(world.name for world in worlds)):
        path, his = POLICIES / f"{name}.yaml", POLICIES / "other" / f"{name}.yaml"
        path = his if other and his.exists() else path
        text = path.read_text(encoding="utf-8").replace("PORT", str(port))
        (folder / path.name).write_text(text, encoding="utf-8")
    return folder


def rules_of(snapshot: Snapshot) -> Rules:
    """Return the organisation's rules, as the tools process makes them."""
    return Rules(
        snapshot.policies,
        [tool for server in snapshot.tool_servers.values() for tool in server.tools.values()],
        departments={row.name: row.parent for row in snapshot.departments.values()},
        agents={agent.name: agent.department for agent in snapshot.agents.values()},
    )


def compiled(folder: Path, *, other: bool = False) -> Snapshot:
    """Return the snapshot of all policies. ``other``: with those that another author wrote."""
    return compile_folder(write_policies(folder, 9, other=other), prices=GenaiPrices(), at_ns=0)


class Decided:
    """A world whose calls are decided first. A call that is approved is repeated, as an agent would do."""

    def __init__(
        self,
        world: World,
        snapshot: Snapshot,
        rules: Rules | None = None,
        *,
        labels: bool = True,
        narrowing: bool = True,
        users: bool = False,
    ) -> None:
        """``users``: Podium is told who the user is, where a world says so."""
        self.world, self.snapshot = world, snapshot
        self.rules = rules if rules is not None else rules_of(snapshot)
        self.labels, self.narrowing = labels, narrowing
        self.user = world.user if users else None
        self.stage = Stage(world.seed())
        self.servers = world.servers(self.stage)
        for server in self.servers.values():
            here(server)
        self.agent = snapshot.agents[world.name]
        self.tools = snapshot.tools_of(self.agent)
        self._effective: dict[str, EffectiveGrant] = {}

    def effective(self, request: str) -> EffectiveGrant:
        """Return what a request opens; every attack on a task has the same one."""
        if request not in self._effective:
            self._effective[request] = narrow(self.agent.tools, self.tools, request)
        return self._effective[request]

    async def benign(self, task: Task, habit: Habit) -> tuple[Run, State]:
        """Do a task in a new state."""
        self.stage.state = self.world.seed()
        life = Life(self, task, habit)
        run = await benign(task, life.do)
        run.asked = life.asked
        return run, self.stage.state

    async def hijacked(self, case: Case, habit: Habit) -> Run:
        """Do a task in a poisoned state."""
        self.stage.state = self.world.poisoned(case.goal, case.trace.says)
        life = Life(self, case.task, habit)
        run = await hijacked(case, life.do, lambda: self.stage.state)
        run.asked, run.unwanted = life.asked, life.unwanted
        return run


class Life:
    """One task: its effective grant, what it has read, how often it called."""

    def __init__(self, place: Decided, task: Task, habit: Habit) -> None:
        self.place, self.human = place, Human(task, habit)
        self.unwanted: list[Call] = []
        self.asked: list[str] = []
        self.tools = place.tools
        self.grants: dict[str, GrantRow | None] = {grant.tool: grant for grant in place.agent.tools}
        self.refusals: dict[str, GrantAnswer | None] = {}
        if place.narrowing:
            effective = place.effective(task.request)
            self.grants = {tool: effective.grant(tool) for tool in self.tools}
            self.refusals = {tool: effective.refusal(tool) for tool in self.tools}
        self.readings = Readings(task.request, place.world.today, place.user)
        self.uses: dict[str, int] = {}
        self.clock = itertools.count(SECOND_NS, SECOND_NS)

    async def do(self, one: Call) -> Answer:
        """Decide, ask, make the call, remember what came back."""
        verdict = self._decide(one)
        if verdict.answer == "ask":
            self.asked.append(f"{one.tool} {verdict.rule}")
            if self.human.approves(one):
                verdict = self._decide(one, verdict.arguments_sha256)
        if verdict.answer != "allow":
            return Answer(
                ok=False,
                text=verdict.reason,
                verdict=verdict.answer,
                rule=verdict.rule,
                reason=verdict.reason,
            )
        if verdict.sent is not None:
            self.readings.apply(verdict.sent)
        self.uses[one.tool] = self.uses.get(one.tool, 0) + 1
        if not self.human.saw(one) and one.tool in self.place.world.irreversible:
            self.unwanted.append(one)
        return await self._call(one)

    async def _call(self, one: Call) -> Answer:
        server, name = one.tool.split("/")
        arguments = dict(one.arguments)
        try:
            result = await self.place.servers[server].call_tool(name, arguments)
        except ToolError as error:
            return Answer(ok=False, text=str(error))
        tool = self.tools[one.tool]
        content, extra = content_of(tool, result.model_dump(by_alias=True, mode="json"))
        self.readings.apply(
            Read(tool.id, tool.returns, arguments, content, next(self.clock), extra, tool.writes)
        )
        return Answer(ok=not result.is_error, text=said(result))

    def _decide(self, one: Call, *approved: str) -> Verdict:
        tool = self.tools.get(one.tool)
        standing = Standing(
            self.readings,
            self.grants.get(one.tool),
            uses_so_far=self.uses.get(one.tool, 0),
            called=self.uses,
            refusal=self.refusals.get(one.tool),
            rules=self.place.rules,
            domains=frozenset(self.place.snapshot.domains),
            approved=approved,
            labels=self.place.labels,
        )
        name = tool.client_name if tool else one.tool
        return decide_tool_call(ToolCall(self.place.world.name, name, tool, one.arguments), standing)
