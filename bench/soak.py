"""A million calls: how much the memory of every process grows, and that the ledger has a row for each.

python bench/soak.py [--calls 1000000] [--settled-after 50000] [--connections 32]

Half of the calls are streamed, and one in twenty ends because its client goes away after the first bytes.
Growth is measured from the first ``--settled-after`` calls to the end.
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
AT_REST_S = 2.0
"""After the ledger has every row, so that the spans are stored as well: what is measured is what stays."""


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


async def go_away(port: int, message: bytes, calls: int) -> None:
    """Make calls one after the other, each on a connection of its own that is cut at the first bytes."""
    for _ in range(calls):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(message)
        await reader.read(64)
        writer.transport.abort()


async def aborted(it: rig.Podium, calls: int, connections: int) -> None:
    """Make so many calls that their clients leave."""
    message = request(it.port, it.key, stream=True, user="paced")
    share, rest = divmod(calls, connections)
    await asyncio.gather(*(go_away(it.port, message, share + (n < rest)) for n in range(connections)))


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--calls", type=int, default=1_000_000)
    parser.add_argument("--settled-after", type=int, default=50_000)
    parser.add_argument("--connections", type=int, default=32)
    arguments = parser.parse_args()
    print(rig.machine())
    per_step = arguments.calls // STEPS // 40 * 40
    upstream = rig.free_port()
    samples: list[tuple[int, dict[str, int]]] = []
    with ExitStack() as stack:
        stack.enter_context(rig.process(sys.executable, str(rig.HERE / "canned.py"), str(upstream)))
        it = stack.enter_context(rig.podium(upstream))
        runs = stack.enter_context(runner())
        pids = it.pids() | ({"supervisor": it.process.pid} if it.process is not None else {})
        began_s = time.monotonic()
        at_start = {name: rig.rss_bytes(pid) for name, pid in pids.items()}
        for number in range(1, STEPS + 1):
            leaving = per_step // 20
            step(it, runs, per_step - leaving, arguments.connections)
            runs.run(aborted(it, leaving, arguments.connections))
            rig.until(lambda: rows_of(it) >= number * per_step, "the ledger", seconds=300, pause_s=0.2)  # noqa: B023 - called at once
            time.sleep(AT_REST_S)
            sizes = {name: rig.rss_bytes(pid) for name, pid in pids.items()}
            samples.append((number * per_step, sizes))
            told = ", ".join(f"{name} {size / 1e6:.1f} MB" for name, size in sizes.items())
            print(f"{number * per_step:>9,} calls: {told}", flush=True)
        took_s = time.monotonic() - began_s
        calls = samples[-1][0]
        rig.until(lambda: rows_of(it) >= calls, "the ledger to catch up", seconds=120, pause_s=0.5)
        time.sleep(1.0)
        rows = rows_of(it)
    settled = next(sample for sample in samples if sample[0] >= arguments.settled_after)
    print(f"{calls:,} calls in {took_s:.0f} s; the ledger has {rows:,} rows")
    for name, before in at_start.items():
        then, last = settled[1][name], samples[-1][1][name]
        print(
            f"{name}: {before / 1e6:.1f} MB before the first call, {then / 1e6:.1f} MB after {settled[0]:,}, "
            f"{last / 1e6:.1f} MB at the end: {last / then - 1:+.1%} since then"
        )
    if rows != calls:
        raise SystemExit(f"{calls:,} calls, {rows:,} rows")


if __name__ == "__main__":
    main()
