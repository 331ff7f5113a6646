"""The worlds without Podium: calls go straight to their servers."""

from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from mcp.server import MCPServer
from mcp.server.mcpserver.exceptions import ToolError

from tests.hijack.agent import Answer, Case, Run, benign, cases, hijacked, said
from tests.hijack.model import Call, Stage, State, Task, World


class Bare:
    """A world's servers in this process."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.stage = Stage(world.seed())
        self.servers: dict[str, MCPServer] = world.servers(self.stage)
        for server in self.servers.values():
            here(server)

    async def do(self, one: Call) -> Answer:
        """Make a call."""
        server, tool = one.tool.split("/")
        try:
            result = await self.servers[server].call_tool(tool, dict(one.arguments))
        except ToolError as error:
            return Answer(ok=False, text=str(error))
        return Answer(ok=not result.is_error, text=said(result))

    async def benign(self, task: Task) -> tuple[Run, State]:
        """Do a task in a new state."""
        self.stage.state = self.world.seed()
        return await benign(task, self.do), self.stage.state

    async def tells(self, case: Case) -> bool:
        """Return whether the goal tells his calls from the poison and the user's own calls alone."""
        self.stage.state = self.world.poisoned(case.goal, case.trace.says)
        if case.goal.reached(self.stage.state, case.task):
            return False
        await benign(case.task, self.do)
        return not case.goal.reached(self.stage.state, case.task)

    async def hijacked(self, case: Case) -> Run:
        """Do a task in a poisoned state."""
        self.stage.state = self.world.poisoned(case.goal, case.trace.says)
        return await hijacked(case, self.do, lambda: self.stage.state)


def here(server: MCPServer) -> None:
    """Have a server's tools run where they are called: a thread for each takes longer than all else."""
    for tool in server._tool_manager.list_tools():
        if not tool.is_async:
            tool.fn, tool.is_async = _awaited(tool.fn), True


def _awaited(tool: Callable[..., Any]) -> Callable[..., Awaitable[Any]]:
    async def inline(**arguments: Any) -> Any:
        return tool(**arguments)

    return inline


async def attacks(world: World, tried: Iterable[Case] | None = None) -> list[Case]:
    """Return the attacks that succeed without Podium: the agent reads the poison, and the goal is reached.

    Of `tried`, else of all that there are.
    """
    bare, tried = Bare(world), cases(world) if tried is None else tried
    return [case for case in tried if await bare.tells(case) and (await bare.hijacked(case)).reached]
