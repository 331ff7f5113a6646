"""How soon a pause and a resume are in force in every worker.

python bench/reach.py [--workers 4] [--connections 16] [--rounds 50]

A real `podium up` with so many workers; connections that stay open, spread over all of them, call one after
the other. An agent is stopped and released by the keeper's own language. Measured is the time from the
question to the last connection's first refusal, and from the release to the last one's first answer: a
call's own time and up to 20 ms between two calls are in it. Prints median, 99th percentile and worst in ms;
exit code 1 where the 99th percentile is a second or more.
"""

import argparse
import asyncio
import json
import sqlite3
import sys
import tempfile
import time
from pathlib import Path

import httpx

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from podium.adapters.link import KeeperClient
from podium.ports.acts import By, SteerBreaker
from tests.app.running import running, simulator

BETWEEN_S = 0.02
KEY = "agent/triage"


class Caller:
    """One connection that calls for ever, and tells when its answers change."""

    def __init__(self, url: str, key: str) -> None:
        self._client = httpx.AsyncClient(
            base_url=url,
            headers={"authorization": f"Bearer {key}"},
            limits=httpx.Limits(max_connections=1, max_keepalive_connections=1),
        )
        self.refused = False
        self.changed = asyncio.Event()

    async def run(self) -> None:
        """Call until cancelled."""
        body = {"model": "large", "messages": [{"role": "user", "content": "Hi"}], "max_completion_tokens": 1}
        while True:
            answer = await self._client.post("/v1/chat/completions", json=body)
            refused = answer.status_code == 403
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


async def measure(url: str, key: str, socket: Path, connections: int, rounds: int) -> bool:
    link = KeeperClient(socket)
    await link.connect()
    callers = [Caller(url, key) for _ in range(connections)]
    running_now = [asyncio.create_task(caller.run()) for caller in callers]
    await asyncio.sleep(1)
    stops: list[float] = []
    releases: list[float] = []
    for number in range(rounds):
        for found, on in ((stops, "stop"), (releases, "resume")):
            began = time.perf_counter()
            await link.ask(SteerBreaker(By(), KEY, on, f"round {number}"))  # type: ignore[arg-type] # one of two
            await asyncio.gather(*(caller.until(refused=on == "stop") for caller in callers))
            found.append((time.perf_counter() - began) * 1000)
            await asyncio.sleep(0.1 + 0.013 * (number % 7))
    for task in running_now:
        task.cancel()
    await asyncio.gather(*running_now, return_exceptions=True)
    await link.close()
    return max(line("stop in force everywhere", stops), line("release in force everywhere", releases)) < 1000


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--workers", type=int, default=4)
    parser.add_argument("--connections", type=int, default=16)
    parser.add_argument("--rounds", type=int, default=50)
    asked = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as name,
        simulator(Path(name)) as (port, _count),
        running(Path(name), port, "--workers", str(asked.workers)) as it,
    ):
        good = asyncio.run(
            measure(it.url, it.key(), it.state / "keeper.sock", asked.connections, asked.rounds)
        )
        with sqlite3.connect(it.state / "podium.db") as database:
            (served,) = database.execute("SELECT count(DISTINCT incarnation) FROM facets").fetchone()
        print(json.dumps({"workers": asked.workers, "workers that served": served, "rounds": asked.rounds}))
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
