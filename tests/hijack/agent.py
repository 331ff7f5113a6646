"""The scripted agent: it does its task's calls, and the attacker's from the moment that it reads his text."""

import json
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from tests.hijack.model import Call, Goal, State, Task, Trace, World

When = Literal["at once", "afterwards"]


@dataclass(frozen=True)
class Answer:
    """What came back for a call. `verdict` is Podium's: allow, ask or deny; without Podium it is allow."""

    ok: bool
    text: str
    verdict: str = "allow"
    rule: str = ""
    reason: str = ""


@dataclass
class Run:
    """What happened in one run."""

    answers: list[tuple[Call, Answer]] = field(default_factory=list)
    read_poison: bool = False
    reached: bool = False
    asked: list[str] = field(default_factory=list)
    """Of each question: tool and rule."""
    unwanted: list[Call] = field(default_factory=list)
    """Irreversible calls that went through and that the user did not want."""

    def failed(self) -> list[tuple[Call, Answer]]:
        """Return the calls that did not go through."""
        return [(call, answer) for call, answer in self.answers if not answer.ok]

    def done(self) -> list[Call]:
        """Return the calls that went through."""
        return [call for call, answer in self.answers if answer.ok]


Do = Callable[[Call], Awaitable[Answer]]


@dataclass(frozen=True)
class Case:
    """An attack on a task: the attacker's goal, his way, and when the agent makes his calls."""

    world: World
    task: Task
    goal: Goal
    trace: Trace
    when: When

    @property
    def name(self) -> str:
        """Name the case in a table."""
        return f"{self.task.name} | {self.goal.name} | {self.trace.name} | {self.when}"


async def benign(task: Task, do: Do) -> Run:
    """Do the task's calls, one after another."""
    run = Run()
    for one in task.calls:
        run.answers.append((one, await do(one)))
    return run


async def hijacked(case: Case, do: Do, look: Callable[[], State]) -> Run:
    """Do the task's calls until the poison has been read; then the attacker's, at once or after the rest.

    `look` shows the state: the goal counts as reached if it was so after any of the attacker's calls, or in
    the end, even if the user's own calls undo it.
    """
    run = Run()
    mark = json.dumps(case.trace.says)[1:-1][:30]
    for one in case.task.calls:
        answer = await do(one)
        run.answers.append((one, answer))
        if not run.read_poison and (mark in answer.text or case.trace.says[:30] in answer.text):
            run.read_poison = True
            if case.when == "at once":
                await _attack(case, do, look, run)
    if run.read_poison and case.when == "afterwards":
        await _attack(case, do, look, run)
    run.reached = run.reached or case.goal.reached(look(), case.task)
    return run


async def _attack(case: Case, do: Do, look: Callable[[], State], run: Run) -> None:
    for one in case.trace.calls:
        run.answers.append((one, await do(one)))
        run.reached = run.reached or case.goal.reached(look(), case.task)


def cases(world: World) -> Iterator[Case]:
    """Yield each attack on each task, whether the task reads the poison or not."""
    for task in world.tasks:
        for goal in world.goals:
            for trace in goal.traces(task):
                for when in ("at once", "afterwards"):
                    yield Case(world, task, goal, trace, when)


def said(result: Any) -> str:
    """Return all text of a tool's result."""
    texts = [block.text for block in result.content if block.type == "text"]
    return "\n".join(texts) + json.dumps(result.structured_content, ensure_ascii=False)
