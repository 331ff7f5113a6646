"""The authority of limits: drawing on five limits, and grants a second with their latency.

python bench/grants.py [--clients 64] [--seconds 5]

Drawing is measured in this process (best of the rounds): a worker's book with five limits on the way, drawn
on and settled. Grants are asked of a real keeper on SQLite over its socket, by so many clients at once, each
with one question under way; a grant is durable when it is answered.
"""

import argparse
import asyncio
import fcntl
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import rig
from purses import PLENTY, some_limits

from podium.adapters.link import KeeperClient
from podium.gateway.slices import Slices
from podium.manifest.snapshot import (
    AgentRow,
    Candidate,
    DepartmentRow,
    ModelRow,
    RouteRow,
    Snapshot,
    encode_snapshot,
)
from podium.ports.link import PROTOCOL, Draw, Drawn, Grant, Hello, PutSnapshot, Want
from podium.spend.bounds import Bound


class StillClock:
    """Costs nothing."""

    def wall_ns(self) -> int:
        """Return nothing."""
        return 0

    def monotonic_ns(self) -> int:
        """Return nothing."""
        return 0


def snapshot(count: int) -> Snapshot:
    """Return manifests with so many limits on the way, the organisation's among them."""
    of_department, of_agent = some_limits(count - 1, "bench", "bench")
    agent = AgentRow("bench", "bench", "bench", frozenset({"r"}), limits=of_agent)
    return Snapshot(
        1,
        "d",
        "bench",
        {},
        {"m": ModelRow("m", "p", "m", None, None, None)},
        {"r": RouteRow("r", "chat", (Candidate("m"),))},
        {"bench": DepartmentRow("bench", None, "bench", limits=of_department)},
        {"bench": agent},
    )


def drawing(count: int, calls: int = 20_000, rounds: int = 7) -> float:
    """Return the microseconds of one draw on so many limits and its settlement."""
    asyncio.set_event_loop(asyncio.new_event_loop())
    book, found = Slices(StillClock()), snapshot(count)
    book.know(found)
    for number, limit in enumerate(found.limits().values(), 1):
        book.ask_for((limit.id, None, 0), 1, PLENTY)
        question = book.question("inc")
        assert question is not None
        book.hear(question, Drawn(tuple(Grant("w", None, number, 0, PLENTY) for _ in question.wants)), 0)
    path = book.path(found, found.agents["bench"], found.routes["r"], found.models["m"])
    assert len(path) == count
    bound, best = Bound(500, 100, 2_000_000, None), float("inf")
    for _ in range(rounds):
        start_ns = time.perf_counter_ns()
        for _ in range(calls):
            taken = book.take(path, "task", bound)
            assert taken is not None
            taken.record()
            book.freed(taken)
            taken.settle(cost_nano_usd=1_000_000, usage=None, estimated=True)
        best = min(best, (time.perf_counter_ns() - start_ns) / calls / 1000)
    return best


async def ask(state: Path, number: int, limit: str, until: float, took_s: list[float]) -> None:
    """Be one worker that asks again and again."""
    name = f"inc_01BENCH{number:019d}"
    folder = state / "journals" / name
    folder.mkdir(parents=True)
    lock = os.open(folder / "lock", os.O_CREAT | os.O_RDWR)
    fcntl.flock(lock, fcntl.LOCK_EX)  # a free one would prove that this worker is dead
    link = KeeperClient(state / "keeper.sock")
    await link.connect()
    await link.ask(Hello(PROTOCOL, f"gateway-{number}", name, os.getpid(), "boot"))
    while time.perf_counter() < until:
        began = time.perf_counter()
        answer = await link.ask(Draw(name, (Want(limit, 1000, 1000, 3),)))
        took_s.append(time.perf_counter() - began)
        assert isinstance(answer, Drawn)
        assert answer.grants[0].slice
    await link.close()
    os.close(lock)


async def grants(state: Path, clients: int, seconds: float) -> list[float]:
    """Return how long each grant took."""
    link = KeeperClient(state / "keeper.sock")
    await link.ask(PutSnapshot("bench", encode_snapshot(snapshot(5))))
    await link.close()
    took_s: list[float] = []
    until = time.perf_counter() + seconds
    limit = "department/bench/usd/day"
    await asyncio.gather(*[ask(state, number, limit, until, took_s) for number in range(clients)])
    return took_s


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--clients", type=int, default=64)
    parser.add_argument("--seconds", type=float, default=5.0)
    arguments = parser.parse_args()
    print(rig.machine())
    table = [[f"draw on {count} and settle", f"{drawing(count):.1f}"] for count in (1, 5)]
    rig.put_table(["in the worker", "µs"], table)
    with tempfile.TemporaryDirectory(prefix="podium-grants-") as name:
        state = Path(name)
        (state / "journals").mkdir()
        command = [sys.executable, "-m", "podium.app.keeper", "--state", name]
        keeper = subprocess.Popen(command, env=rig.environment())
        try:
            rig.until((state / "keeper.sock").exists, "the keeper")
            took_s = asyncio.run(grants(state, arguments.clients, arguments.seconds))
        finally:
            keeper.terminate()
            keeper.wait()
    parts = statistics.quantiles(took_s, n=100)
    rig.put_table(
        ["grants, each durable", "a second", "p50 ms", "p99 ms"],
        [
            [
                f"{arguments.clients} clients",
                f"{len(took_s) / arguments.seconds:,.0f}",
                f"{parts[49] * 1000:.1f}",
                f"{parts[98] * 1000:.1f}",
            ]
        ],
    )


if __name__ == "__main__":
    main()
