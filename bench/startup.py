"""How soon and how quietly: from `podium up` to the first answered call, and CPU and memory at rest.

python bench/startup.py [--runs 5] [--idle-seconds 30]

A run begins with an empty state directory, so that the first one includes the migrations; its key is made
as soon as the keeper takes it, and the clock stops when the first plain call has been answered. Later runs
on the same state show what a restart costs. The idle figure is CPU of all processes over one core.
"""

import argparse
import asyncio
import statistics
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

import rig
from load import closed_loop, request, runner


def first_call(it: rig.Podium, runs: asyncio.Runner, *, fresh: bool) -> float:
    """Start Podium and return the seconds until its first answered call."""
    began_s = time.monotonic()
    it.start()
    it.wait_ready()
    if fresh:
        it.make_key()
    while True:
        message = request(it.port, it.key, stream=False)
        loop, _ = runs.run(closed_loop(it.port, message, connections=1, calls=1))
        if loop.answered:
            return time.monotonic() - began_s
        if time.monotonic() - began_s > 30:
            raise SystemExit(f"no answered call in 30 s:\n{it.log.read_text(encoding='utf-8')}")
        time.sleep(0.01)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--idle-seconds", type=float, default=30.0)
    arguments = parser.parse_args()
    print(rig.machine())
    upstream = rig.free_port()
    with ExitStack() as stack:
        runs = stack.enter_context(runner())
        stack.enter_context(rig.process(sys.executable, str(rig.HERE / "canned.py"), str(upstream)))
        fresh: list[float] = []
        again: list[float] = []
        for number in range(arguments.runs):
            with tempfile.TemporaryDirectory(prefix="podium-startup-") as folder:
                it = rig.Podium(Path(folder), upstream)
                try:
                    fresh.append(first_call(it, runs, fresh=True))
                    it.stop()
                    again.append(first_call(it, runs, fresh=False))
                    if number == arguments.runs - 1:
                        rest(it, arguments.idle_seconds)
                finally:
                    it.stop()
    for what, seconds in (("an empty state, key made on the way", fresh), ("a state with a key", again)):
        print(
            f"first answered call after `podium up` on {what}: median {statistics.median(seconds):.2f} s, "
            f"worst {max(seconds):.2f} s of {len(seconds)}"
        )


def rest(it: rig.Podium, seconds: float) -> None:
    """Print the CPU and memory of every process while nothing happens."""
    if it.process is None:
        return
    time.sleep(5.0)  # the web frameworks are still being imported when the first call is answered
    family = rig.family_of(it.process.pid)
    before = {pid: rig.cpu_s(pid) for pid in family}
    time.sleep(seconds)
    used = {pid: rig.cpu_s(pid) - before[pid] for pid in family}
    names = {pid: name for name, pid in it.pids().items()} | {it.process.pid: "supervisor"}
    rows = [
        [names.get(pid, str(pid)), f"{100 * used[pid] / seconds:.2f}%", f"{rig.rss_bytes(pid) / 1e6:.0f} MB"]
        for pid in family
    ]
    rig.put_table([f"at rest, {seconds:g} s", "CPU of one core", "resident"], rows)
    print(f"all processes together: {100 * sum(used.values()) / seconds:.2f}% of one core")


if __name__ == "__main__":
    main()
