"""How soon a pause, a resume, a kill and an answer in the Inbox are in force in every worker.

python bench/reach.py [--workers 4] [--connections 16] [--trials 500] [--what breaker|kill|inbox]

A real `podium up` with so many workers; connections that stay open, at least one to each worker, call one
after the other. By the keeper's own language an agent is stopped and released; or (`kill`) a task is killed,
a new one each time; or (`inbox`) cases are answered that pause and resume a task. Measured is the time from
the question to the last connection's first refusal, and from the release to the last one's first answer: a
call's own time and up to 40 ms between two calls are in it. Prints median, 99th percentile and worst in ms
of so many trials, of two acts half of them each; exit code 1 where a 99th percentile is a second or more, or
something is not in force after half a minute.
"""

import argparse
import asyncio
import contextlib
import itertools
import os
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import httpx

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from podium.adapters.link import KeeperClient
from podium.ports.acts import AnswerCase, BeginTask, By, OpenCase, SteerBreaker, SteerTask
from podium.trust.cases import Case, Choice
from tests.app.running import MANIFESTS, Running, running, simulator

BETWEEN_S = 0.04
PATIENCE_S = 30.0
MOST = 64
"""Connections that are opened in the search for one to each worker."""
KEY = "agent/triage"
ESTABLISHED = "01"


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

    async def close(self) -> None:
        """Close the connection."""
        await self._client.aclose()


class Crowd:
    """All connections."""

    def __init__(self, it: Running, key: str) -> None:
        self._it, self._key = it, key
        self._callers: dict[Caller, asyncio.Task[None]] = {}

    async def gather(self, connections: int) -> None:
        """Open so many, and more until each worker has one; of the most that may be the oldest gives way."""
        until_s = time.monotonic() + PATIENCE_S
        while len(self._callers) < connections or self.served() < len(self._it.workers()):
            if time.monotonic() > until_s:
                raise RuntimeError(f"{len(self._callers)} connections do not reach every worker")
            if len(self._callers) >= MOST:
                oldest = next(iter(self._callers))
                self._callers.pop(oldest).cancel()
                await oldest.close()
            caller = Caller(self._it.url, self._key)
            self._callers[caller] = asyncio.create_task(caller.run())
            await asyncio.sleep(0.1)

    def __len__(self) -> int:
        return len(self._callers)

    def served(self) -> int:
        """Return how many workers have a connection (proc_pid_net: tcp; proc_pid_fd)."""
        port = f":{self._it.port:04X}"
        lines = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
        open_ = {f"socket:[{it[9]}]" for it in lines if it[1].endswith(port) and it[3] == ESTABLISHED}
        return sum(not open_.isdisjoint(_files(pid)) for pid in self._it.workers())

    def bear(self, key: str) -> None:
        """Call with another key from now on."""
        self._key = key
        for caller in self._callers:
            caller.key = key

    async def until(self, *, refused: bool) -> None:
        """Wait until the calls of all are refused, or answered. Raises what one of them has failed with."""
        waiting = asyncio.gather(*(caller.until(refused=refused) for caller in self._callers))
        watched: set[asyncio.Future[Any]] = {waiting, *self._callers.values()}
        done, _ = await asyncio.wait(watched, timeout=PATIENCE_S, return_when=asyncio.FIRST_COMPLETED)
        if waiting in done:
            return
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        for failed in done:
            failed.result()
        raise TimeoutError(f"not in force in every worker after {PATIENCE_S:g} s")

    async def close(self) -> None:
        """End all of them."""
        for task in self._callers.values():
            task.cancel()
        await asyncio.gather(*self._callers.values(), return_exceptions=True)
        for caller in self._callers:
            await caller.close()


def asked_of(crowd: Crowd) -> str:
    """Return in words who was asked."""
    return f"{len(crowd)} connections to {crowd.served()} workers"


def _files(pid: int) -> set[str]:
    found = set()
    for path in Path(f"/proc/{pid}/fd").iterdir():
        with contextlib.suppress(OSError):
            found.add(str(path.readlink()))
    return found


def line(name: str, found: list[float]) -> float:
    """Print a distribution; return its 99th percentile in ms."""
    ordered = sorted(found)
    at99 = ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]
    told = f"median {ordered[len(ordered) // 2]:.0f}, p99 {at99:.0f}, worst {ordered[-1]:.0f} ms"
    print(f"{name}, {len(ordered)} trials: {told}")
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


async def measure(it: Running, connections: int, trials: int, what: str) -> bool:
    """Return whether the 99th percentile of each act is below a second."""
    link, crowd = KeeperClient(it.state / "keeper.sock"), Crowd(it, it.key())
    await link.connect()
    found: dict[str, list[float]] = {name: [] for name, _, _ in WHATS[what]}
    try:
        await crowd.gather(connections)
        task = ""
        for number in range(-(-trials // len(found))):
            if what == "kill" or (what == "inbox" and not task):
                begun: Any = await link.ask(BeginTask(By(), "triage"))
                task = begun.task_id
                crowd.bear(begun.token)
            await crowd.until(refused=False)
            for name, refused, act in WHATS[what]:
                if what == "inbox":
                    await asking(link, task)
                await crowd.gather(connections)  # a connection that has carried many calls is closed
                await crowd.until(refused=not refused)
                began = time.perf_counter()
                await act(link, task, number)
                await crowd.until(refused=refused)
                found[name].append((time.perf_counter() - began) * 1000)
                await asyncio.sleep(0.1 + 0.013 * (number % 7))
        print(f"{asked_of(crowd)}, the machine's load {os.getloadavg()[0]:.1f}")
    finally:
        await crowd.close()
        await link.close()
    return max([line(f"{name} in force everywhere", times) for name, times in found.items()]) < 1000


@contextlib.contextmanager
def podium(folder: Path, port: int, *arguments: str) -> Iterator[Running]:
    """Run `podium up` with manifests in which a task may ask the same as often as it wants."""
    text = MANIFESTS.format(sim_port=port)
    agent = "{department: support, routes: [large]"
    (folder / "manifests").mkdir()
    (folder / "manifests" / "all.yaml").write_text(text.replace(agent, agent + ", breaker: {loops: false}"))
    with running(folder, port, *arguments) as it:
        yield it


def main() -> int:
    """Read the command line and measure."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--workers", type=int, default=4)
    parser.add_argument("--connections", type=int, default=16)
    parser.add_argument("--trials", type=int, default=500)
    parser.add_argument("--what", choices=list(WHATS), default="breaker")
    asked = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as name,
        simulator(Path(name)) as (port, _count),
        podium(Path(name), port, "--workers", str(asked.workers)) as it,
    ):
        good = asyncio.run(measure(it, asked.connections, asked.trials, asked.what))
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
