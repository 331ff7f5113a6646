"""1,000 slow connections and a flood at once, and how many calls of honest clients are answered.

python bench/overload.py [--seconds 20] [--flood 640] [--slow 1000] [--honest 16] [--limit 600]

One worker. The flood is an agent that calls on ``--flood`` connections without a pause: ten times the 64 that
use up a worker's core. ``--limit`` gives it a limit of rate (`requestsPerMinute`); without, only the worker's
own shedding holds it. The slow connections send one byte of their request a second. The honest clients are
another agent's, each of which calls five times a second and gives up after 5 seconds; the target is that 95%
of their calls are answered. Memory is that of each process before, and the most that it had.
"""

import argparse
import asyncio
import json
import os
import re
import statistics
import sys
import time
from contextlib import ExitStack
from pathlib import Path

import rig
from load import closed_loop, request, runner

FLOOD = """
apiVersion: podium/v1
kind: Agent
metadata: {name: flood}
spec: {department: bench, routes: [large]}
"""
LIMITED = FLOOD.replace("[large]", "[large], rateLimits: {requestsPerMinute: %d}")
PAUSE_S = 0.2
GIVE_UP_S = 5.0


class Honest:
    """What honest clients saw."""

    def __init__(self) -> None:
        self.took_s: list[float] = []
        self.others: list[str] = []

    async def call(self, port: int, message: bytes, until_s: float) -> None:
        """Call again and again on one connection, or on a new one after a failure."""
        streams = None
        while time.monotonic() < until_s:
            began_s = time.monotonic()
            try:
                async with asyncio.timeout(GIVE_UP_S):
                    if streams is None:
                        streams = await asyncio.open_connection("127.0.0.1", port)
                    reader, writer = streams
                    writer.write(message)
                    head = await reader.readuntil(b"\r\n\r\n")
                    found = re.search(rb"content-length: (\d+)", head)
                    await reader.readexactly(int(found[1]) if found else 0)
                status = head.split(b" ", 2)[1].decode()
                if status == "200":
                    self.took_s.append(time.monotonic() - began_s)
                else:
                    self.others.append(status)
                if b"connection: close" in head:
                    streams = None
            except (OSError, TimeoutError, asyncio.IncompleteReadError) as error:
                self.others.append(type(error).__name__)
                streams = None
            await asyncio.sleep(max(0.0, PAUSE_S - (time.monotonic() - began_s)))


async def slow(port: int, message: bytes, until_s: float) -> int:
    """Send a byte a second until the end, or until the connection is closed; return the bytes sent."""
    sent = 0
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    while time.monotonic() < until_s and not reader.at_eof():
        writer.write(message[sent : sent + 1])
        sent += 1
        await asyncio.sleep(1.0)
    writer.transport.abort()
    return sent


async def sizes(pids: dict[str, int], most: dict[str, int]) -> None:
    """Keep the most memory that each process had, until this is cancelled."""
    while True:
        for name, pid in pids.items():
            most[name] = max(most.get(name, 0), rig.rss_bytes(pid))
        await asyncio.sleep(0.5)


async def clients(
    it: rig.Podium, pids: dict[str, int], arguments: argparse.Namespace
) -> tuple[Honest, list[int], dict[str, int]]:
    """Run the honest and the slow clients; return what they saw and sent, and each process's most memory."""
    message, seen = request(it.port, it.key, stream=False), Honest()
    until_s = time.monotonic() + arguments.seconds
    most: dict[str, int] = {}
    watching = asyncio.create_task(sizes(pids, most))
    slow_tasks = [asyncio.create_task(slow(it.port, message, until_s)) for _ in range(arguments.slow)]
    await asyncio.sleep(1.0)
    await asyncio.gather(*(seen.call(it.port, message, until_s) for _ in range(arguments.honest)))
    ended = await asyncio.gather(*slow_tasks, return_exceptions=True)
    watching.cancel()
    return seen, [sent for sent in ended if isinstance(sent, int)], most


def flood(port: int, key: str, seconds: float, connections: int) -> None:
    """Be the flood: a process of its own."""
    with runner() as runs:
        message = request(port, key, stream=False)
        loop, took_s = runs.run(closed_loop(port, message, connections=connections, seconds=seconds))
    print(
        json.dumps({"answered": loop.answered, "refused": loop.failed, "lost": loop.lost, "seconds": took_s})
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--flood", type=int, default=640)
    parser.add_argument("--slow", type=int, default=1000)
    parser.add_argument("--honest", type=int, default=16)
    parser.add_argument("--limit", type=int, help="calls a minute of the flood's agent")
    parser.add_argument("--be-flood", nargs=2, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.be_flood is not None:
        port, key = arguments.be_flood
        flood(int(port), key, arguments.seconds, arguments.flood)
        return
    print(rig.machine())
    mine, others = rig.cores()
    more = LIMITED % arguments.limit if arguments.limit else FLOOD
    with ExitStack() as stack:
        upstream = stack.enter_context(rig.canned(others))
        it = stack.enter_context(rig.podium(upstream, more=f"---{more}"))
        flood_key = it.make_key("flood")
        pids = it.all_pids()
        rig.pin(pids["gateway"], mine)
        os.sched_setaffinity(0, {others})
        runs = stack.enter_context(runner())
        before = {name: rig.rss_bytes(pid) for name, pid in pids.items()}
        log = Path(it.folder) / "flood.json"
        command = [sys.executable, __file__, f"--seconds={arguments.seconds}", f"--flood={arguments.flood}"]
        with rig.process(*command, "--be-flood", str(it.port), flood_key, core=others, log=log) as child:
            seen, sent, most = runs.run(clients(it, pids, arguments))
            child.wait(30)
        told = json.loads(log.read_text().splitlines()[-1])
    report(seen, sent, told)
    sizes = (f"{name} {before[name] / 1e6:.0f} to {most[name] / 1e6:.0f}" for name in pids)
    print(f"memory, MB: {', '.join(sizes)}")


def report(seen: Honest, sent: list[int], told: dict[str, float]) -> None:
    """Print what came of it."""
    asked, took_ms = len(seen.took_s) + len(seen.others), sorted(took_s * 1e3 for took_s in seen.took_s)
    print(f"honest: {len(took_ms)} of {asked} calls answered: {len(took_ms) / asked:.1%} (target: 95%)")
    if took_ms:
        p99 = took_ms[int(len(took_ms) * 0.99)]
        print(f"  median {statistics.median(took_ms):.0f} ms, p99 {p99:.0f} ms")
    for what in sorted(set(seen.others)):
        print(f"  not answered: {seen.others.count(what)} x {what}")
    rate = told["answered"] / told["seconds"]
    print(f"flood: {rate:,.0f} calls/s answered, {told['refused']:.0f} refused, {told['lost']:.0f} lost")
    print(f"slow: {len(sent)} connections, {sum(sent):,} bytes sent")


if __name__ == "__main__":
    main()
