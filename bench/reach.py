"""How soon a pause, a resume, a kill and an answer in the Inbox are in force in every worker.

python bench/reach.py [--workers 4] [--connections 16] [--rounds 50] [--what breaker|kill|inbox]

A real `podium up` with so many workers; connections that stay open, spread over all of them, call one after
the other. By the keeper's own language an agent is stopped and released; or (`kill`) a task is killed, a new
one each round; or (`inbox`) cases are answered that pause and resume a task. Measured is the time from the
question to the last connection's first refusal, and from the release to the last one's first answer: a
call's own time and up to 20 ms between two calls are in it. Prints median, 99th percentile and worst in ms;
exit code 1 where the 99th percentile is a second or more.
"""

import argparse
import asyncio
import itertools
import json
import sqlite3
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from podium.adapters.link import KeeperClient
from podium.ports.acts import AnswerCase, BeginTask, By, OpenCase, SteerBreaker, SteerTask
from podium.trust.cases import Case, Choice
from tests.app.running import running, simulator

BETWEEN_S = 0.02
KEY = "agent/triage"


class Caller:
    """One connection that calls for ever, and tells when its answers change."""

    def __init__(self, url: str, key: str) -> None:
        self.key = key
        self._client = httpx.AsyncClient(
            base_url=url,
            limits=httpx.Limits(max_connections=1, max_keepalive_connections=1),
        )
        self.refused = False
        self.changed = asyncio.Event()

    async def run(self) -> None:
        """Call until cancelled."""
        for number in itertools.count():
            # Each call asks something else: what repeats itself is paused by its breaker.
            words = [{"role": "user", "content": f"Hi {id(self)} {number}"}]
            body = {"model": "large", "messages": words, "max_completion_tokens": 1}
            key = self.key
            headers = {"authorization": f"Bearer {key}"}
            answer = await self._client.post("/v1/chat/completions", json=body, headers=headers)
            refused = answer.status_code in {401, 403}
            if refused and "Safety Pause" in answer.text and KEY not in answer.text:
                raise RuntimeError(answer.text)
            if key != self.key:
                continue
            if refused is not self.refused:
                self.refused = refused
                self.changed.set()
            await asyncio.sleep(BETWEEN_S)

    async def until(self, *, refused: bool) -> None:
        """Wait until calls are refused, or answered."""
        while self.refused is not refused:
            self.changed.clear()
            await self.changed.wait()


def line(name: str, found: list[float]) -> float:
    """Print a distribution; return its 99th percentile in ms."""
    ordered = sorted(found)
    at99 = ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]
    print(f"{name}: median {ordered[len(ordered) // 2]:.0f}, p99 {at99:.0f}, worst {ordered[-1]:.0f} ms")
    return at99


Act = Callable[[KeeperClient, str, int], Awaitable[None]]
"""(link, task, number of the round): what is measured."""


async def stop(link: KeeperClient, _task: str, number: int) -> None:
    """Stop the agent."""
    await link.ask(SteerBreaker(By(), KEY, "stop", f"round {number}"))


async def release(link: KeeperClient, _task: str, number: int) -> None:
    """Release the agent."""
    await link.ask(SteerBreaker(By(), KEY, "resume", f"round {number}"))


async def kill(link: KeeperClient, task: str, number: int) -> None:
    """Kill a task."""
    await link.ask(SteerTask(By(), task, "kill", f"round {number}"))


def answering(choice: str) -> Act:
    """Return what opens a case about a task, and answers it."""

    async def act(link: KeeperClient, task: str, number: int) -> None:
        await link.ask(AnswerCase(By(), cases[task], choice, f"round {number}"))

    return act


cases: dict[str, str] = {}
"""The open case about each task."""


async def asking(link: KeeperClient, task: str) -> None:
    """Open a case about a task, as a decoy that it touched does."""
    choices = tuple(Choice(name, name, "For the measurement.", approves=True) for name in ("pause", "resume"))
    case = Case("", "tool.decoy", task, "A decoy", "Measured.", {}, choices, "acme", "operator", "-", 0, None)
    told: Any = await link.ask(OpenCase(By(), case))
    cases[task] = told.case.id


WHATS: dict[str, tuple[tuple[str, bool, Act], ...]] = {
    "breaker": (("stop", True, stop), ("release", False, release)),
    "kill": (("kill", True, kill),),
    "inbox": (
        ("answer that pauses", True, answering("pause")),
        ("answer that resumes", False, answering("resume")),
    ),
}
"""Name, whether calls are refused afterwards, and what does it."""


async def measure(url: str, key: str, socket: Path, connections: int, rounds: int, what: str) -> bool:
    """Return whether the 99th percentile of each act is below a second."""
    link = KeeperClient(socket)
    await link.connect()
    callers = [Caller(url, key) for _ in range(connections)]
    running_now = [asyncio.create_task(caller.run()) for caller in callers]
    await asyncio.sleep(1)
    found: dict[str, list[float]] = {name: [] for name, _, _ in WHATS[what]}
    task = ""
    for number in range(rounds):
        if what == "kill" or (what == "inbox" and not task):
            begun: Any = await link.ask(BeginTask(By(), "triage"))
            task = begun.task_id
            for caller in callers:
                caller.key = begun.token
            await asyncio.gather(*(caller.until(refused=False) for caller in callers))
        for name, refused, act in WHATS[what]:
            if what == "inbox":
                await asking(link, task)
            began = time.perf_counter()
            await act(link, task, number)
            await asyncio.gather(*(caller.until(refused=refused) for caller in callers))
            found[name].append((time.perf_counter() - began) * 1000)
            await asyncio.sleep(0.1 + 0.013 * (number % 7))
    for one in running_now:
        one.cancel()
    await asyncio.gather(*running_now, return_exceptions=True)
    await link.close()
    return max([line(f"{name} in force everywhere", times) for name, times in found.items()]) < 1000


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--workers", type=int, default=4)
    parser.add_argument("--connections", type=int, default=16)
    parser.add_argument("--rounds", type=int, default=50)
    parser.add_argument("--what", choices=list(WHATS), default="breaker")
    asked = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as name,
        simulator(Path(name)) as (port, _count),
        running(Path(name), port, "--workers", str(asked.workers)) as it,
    ):
        good = asyncio.run(
            measure(it.url, it.key(), it.state / "keeper.sock", asked.connections, asked.rounds, asked.what)
        )
        with sqlite3.connect(it.state / "podium.db") as database:
            (served,) = database.execute("SELECT count(DISTINCT incarnation) FROM facets").fetchone()
        print(json.dumps({"workers": asked.workers, "workers that served": served, "rounds": asked.rounds}))
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
