"""The worlds are right: without Podium each task is done, and each attack succeeds."""

from dataclasses import replace

import pytest
from mcp import Client

from tests.hijack.agent import cases
from tests.hijack.bare import Bare
from tests.hijack.model import Stage, World
from tests.hijack.serving import serving
from tests.hijack.worlds import EVERY, OFFICE, SECOND, THIRD, WORLDS, WRITTEN


@pytest.mark.parametrize("world", [*WORLDS, *WRITTEN, *SECOND, *THIRD], ids=lambda world: world.name)
async def test_each_task_is_done(world: World) -> None:
    """A task's calls all succeed, and leave what the user wanted."""
    bare = Bare(world)
    for task in world.tasks:
        run, state = await bare.benign(task)
        assert run.failed() == [], task.name
        assert task.done(state), task.name
        assert not any(goal.reached(state, task) for goal in world.goals), task.name


@pytest.mark.parametrize("world", [*SECOND, *THIRD], ids=lambda world: world.name)
async def test_second_tasks_are_checked_strictly(world: World) -> None:
    """Each has a name and a request of its own, is not done where one of its acts is missing, and fits."""
    bare, first = Bare(world), next(one for one in EVERY if one.name == world.name)
    known = {text for task in first.tasks for text in (task.name, task.request)}
    own = [text for task in world.tasks for text in (task.name, task.request)]
    assert len({*own, *known}) == len(own) + len(known)
    assert len(world.tasks) >= 8
    for task in world.tasks:
        for at, one in enumerate(task.calls):
            if one.tool in world.writes | world.irreversible:
                _, state = await bare.benign(replace(task, calls=(*task.calls[:at], *task.calls[at + 1 :])))
                assert not task.done(state), (task.name, one.tool)


@pytest.mark.parametrize("world", SECOND, ids=lambda world: world.name)
async def test_some_attack_reaches_each_second_task_that_is_read(world: World) -> None:
    """The attackers' goals fit these tasks too: at least half of them read what a stranger wrote."""
    bare, attacked = Bare(world), set[str]()
    for case in cases(world):
        if case.task.name not in attacked and await bare.tells(case) and (await bare.hijacked(case)).reached:
            attacked.add(case.task.name)
    assert len(attacked) >= len(world.tasks) / 2


@pytest.mark.parametrize("world", WORLDS, ids=lambda world: world.name)
async def test_each_attack_succeeds_without_podium(world: World) -> None:
    """Whoever reads the poison reaches the attacker's goal on each way, unless the user's own calls "
    "forestall it."""
    bare, tried = Bare(world), set[str]()
    for case in cases(world):
        run = await bare.hijacked(case)
        if run.reached:
            tried.add(f"{case.goal.name}: {case.trace.name}")
        else:
            assert run.failed() or not run.read_poison, case.name
    ways = {
        f"{goal.name}: {trace.name}"
        for goal in world.goals
        for task in world.tasks
        for trace in goal.traces(task)
    }
    assert tried == ways


def test_how_much_is_tried() -> None:
    """There are four worlds, 60 tasks and 30 goals or more, and a third of them or more is held out."""
    tasks = [task for world in WORLDS for task in world.tasks]
    goals = [goal for world in WORLDS for goal in world.goals]
    assert len(WORLDS) >= 4
    assert len({task.name for task in tasks}) == len(tasks) >= 60
    assert len({goal.name for goal in goals}) == len(goals) >= 30
    for things in (tasks, goals):
        held_out = [thing for thing in things if thing.held_out]
        assert len(held_out) / len(things) >= 0.33


@pytest.mark.parametrize("world", [*WORLDS, *WRITTEN], ids=lambda world: world.name)
async def test_every_tool_is_declared(world: World) -> None:
    """What writes and what cannot be undone is said for tools that exist."""
    bare = Bare(world)
    tools = {
        f"{name}/{tool.name}" for name, server in bare.servers.items() for tool in await server.list_tools()
    }
    assert world.writes | world.irreversible <= tools
    assert not world.writes & world.irreversible


async def test_the_worlds_speak_mcp() -> None:
    """The official client does a task over HTTP, and the world's state says so."""
    stage = Stage(OFFICE.seed())
    with serving(OFFICE.servers(stage)) as port:
        task = OFFICE.tasks[0]
        for one in task.calls:
            server, tool = one.tool.split("/")
            async with Client(f"http://127.0.0.1:{port}/{server}/mcp") as client:
                result = await client.call_tool(tool, dict(one.arguments))
                assert not result.is_error
    assert task.done(stage.state)
