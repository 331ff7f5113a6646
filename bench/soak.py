"""300,000 calls: how much a worker's memory grows, and that the ledger has a row for each.

python bench/soak.py [--calls 300000] [--settled-after 50000] [--connections 32]

Every second call is streamed. Growth is measured from the first ``--settled-after`` calls to the end.
"""

import argparse
import asyncio
import sqlite3
import sys
import time
from contextlib import ExitStack

import rig
from load import closed_loop, request, runner

STEPS = 30


def rows_of(it: rig.Podium) -> int:
    """Return how many rows the ledger has, read from the database itself."""
    with sqlite3.connect(f"file:{it.state / 'podium.db'}?mode=ro", uri=True) as database:
        (rows,) = database.execute("select count(*) from charges").fetchone()
    return int(rows)


def step(it: rig.Podium, runs: asyncio.Runner, calls: int, connections: int) -> None:
    """Make so many calls, half of them streamed. Ends the bench when one fails."""
    for stream in (False, True):
        message = request(it.port, it.key, stream=stream, user="burst")
        loop, _ = runs.run(closed_loop(it.port, message, connections=connections, calls=calls // 2))
        if loop.failed or loop.lost:
            raise SystemExit(f"{loop.failed} calls failed, {loop.lost} had no answer")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--calls", type=int, default=300_000)
    parser.add_argument("--settled-after", type=int, default=50_000)
    parser.add_argument("--connections", type=int, default=32)
    arguments = parser.parse_args()
    print(rig.machine())
    per_step = arguments.calls // STEPS // 2 * 2
    upstream = rig.free_port()
    samples: list[tuple[int, int, int]] = []
    with ExitStack() as stack:
        stack.enter_context(rig.process(sys.executable, str(rig.HERE / "canned.py"), str(upstream)))
        it = stack.enter_context(rig.podium(upstream))
        runs = stack.enter_context(runner())
        pids = it.pids()
        began_s = time.monotonic()
        at_start = rig.rss_bytes(pids["gateway"])
        for number in range(1, STEPS + 1):
            step(it, runs, per_step, arguments.connections)
            samples.append((number * per_step, rig.rss_bytes(pids["gateway"]), rig.rss_bytes(pids["keeper"])))
            calls, worker, keeper = samples[-1]
            print(
                f"{calls:>8,} calls: worker {worker / 1e6:.1f} MB, keeper {keeper / 1e6:.1f} MB", flush=True
            )
        took_s = time.monotonic() - began_s
        calls = samples[-1][0]
        rig.until(lambda: rows_of(it) >= calls, "the ledger to catch up", seconds=120, pause_s=0.5)
        time.sleep(1.0)
        rows = rows_of(it)
    settled = next(sample for sample in samples if sample[0] >= arguments.settled_after)
    growth = samples[-1][1] / settled[1] - 1
    print(f"{calls:,} calls in {took_s:.0f} s; the ledger has {rows:,} rows")
    print(
        f"worker: {at_start / 1e6:.1f} MB before the first call, "
        f"{settled[1] / 1e6:.1f} MB after {settled[0]:,}, "
        f"{samples[-1][1] / 1e6:.1f} MB at the end: {growth:+.1%} since then"
    )
    if rows != calls:
        raise SystemExit(f"{calls:,} calls, {rows:,} rows")


if __name__ == "__main__":
    main()
