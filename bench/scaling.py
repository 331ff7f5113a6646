"""One worker and two, with load and provider on the same cores: calls a second, CPU, and what is the limit.

python bench/scaling.py [--rounds 3] [--seconds 3] [--connections 64] [--workers 1,2]

Nothing is pinned: on a machine of two cores two workers share them with the load, the provider and the
keeper, so a second worker can only use what those leave. The Podiums run side by side, in interleaved rounds;
those in which other programs took over 0.3 cores are left out of the medians. Afterwards each keeper follows
its journal to the end, and that time is told too: a rate that the keeper cannot follow cannot last.
"""

import argparse
import asyncio
import os
import statistics
import time
from contextlib import ExitStack

import rig
from load import closed_loop, request, runner
from subjects import TOO_MUCH, calm, say_left_out

FULL = 0.9
"""Of a core: a process that takes so much, or cores of which so much is taken, are the limit."""


class Course:
    """One Podium, and what was measured of it: cores by process, calls a second."""

    def __init__(self, it: rig.Podium, upstream_pid: int) -> None:
        self.it = it
        self.pids = it.all_pids() | {"provider": upstream_pid, "load": os.getpid()}
        self.cores: dict[str, list[float]] = {name: [] for name in self.pids}
        self.per_s: list[float] = []
        self.others_cores: list[float] = []
        self.behind_s: list[float] = []

    def measure(self, runs: asyncio.Runner, *, stream: bool, connections: int, seconds: float) -> None:
        """Run one round. Ends the bench when a call fails."""
        message = request(self.it.port, self.it.key, stream=stream, user="burst")
        before = {name: rig.cpu_s(pid) for name, pid in self.pids.items()}
        others_s = rig.others_cpu_s()
        loop, took_s = runs.run(closed_loop(self.it.port, message, connections=connections, seconds=seconds))
        if loop.failed or loop.lost or not loop.answered:
            raise SystemExit(f"{loop.answered} answered, {loop.failed} failed, {loop.lost} lost")
        self.others_cores.append((rig.others_cpu_s() - others_s) / took_s)
        for name, pid in self.pids.items():
            self.cores[name].append((rig.cpu_s(pid) - before[name]) / took_s)
        self.per_s.append(loop.answered / took_s)
        ended_s = time.monotonic()
        calm(self.pids["keeper"])
        self.behind_s.append(time.monotonic() - ended_s)

    def forget(self) -> None:
        """Forget what was measured: it was the warm-up."""
        for figures in (*self.cores.values(), self.per_s, self.others_cores, self.behind_s):
            figures.clear()


def limit(cores: dict[str, float], others: float) -> str:
    """Say what the limit was, from the cores that each process took."""
    usable = len(os.sched_getaffinity(0))
    together = sum(cores.values())
    full = [name for name, used in cores.items() if used >= FULL]
    if full:
        return f"{' and '.join(full)}: a core full"
    if together + others >= FULL * usable:
        return f"the machine: {together:.2f} of {usable} cores taken by these, {others:.2f} by other programs"
    return f"none is full: {together:.2f} of {usable} cores taken by these, {others:.2f} by other programs"


def report(title: str, courses: list[Course]) -> None:
    """Print a table, one row for each Podium, and the limits below it."""
    count = len(courses[0].per_s)
    good = [n for n in range(count) if all(course.others_cores[n] <= TOO_MUCH for course in courses)]
    taken = good or list(range(count))

    def median(figures: list[float]) -> float:
        return statistics.median(figures[n] for n in taken)

    rows, limits = [], []
    for course in courses:
        cores = {name: median(figures) for name, figures in course.cores.items()}
        workers = [name for name in cores if name.startswith("gateway")]
        cells = [median(course.per_s), median(course.behind_s)]
        rest = ["keeper", "load", "provider"]
        rows.append(
            [
                f"{len(workers)}",
                f"{cells[0]:,.0f}",
                " + ".join(f"{cores[name]:.2f}" for name in workers),
                *(f"{cores[name]:.2f}" for name in rest),
                f"{median(course.others_cores):.2f}",
                f"{cells[1]:.1f}",
            ]
        )
        limits.append(
            f"{len(workers)} worker{'s' * (len(workers) > 1)}: {limit(cores, median(course.others_cores))}"
        )
    print()
    columns = ["workers", "calls/s", "their cores", "keeper's", "load's", "provider's", "others'"]
    rig.put_table([*columns, "s to the ledger"], rows)
    print(f"({title})")
    print("the limit with", "; ".join(limits))
    say_left_out(count, len(good))


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=3.0)
    parser.add_argument("--connections", type=int, default=64)
    parser.add_argument("--workers", default="1,2")
    arguments = parser.parse_args()
    print(rig.machine())
    with ExitStack() as stack:
        upstream = stack.enter_context(rig.canned())
        (upstream_pid,) = rig.children_of(os.getpid())
        courses = [
            Course(stack.enter_context(rig.podium(upstream, workers=int(workers))), upstream_pid)
            for workers in arguments.workers.split(",")
        ]
        runs = stack.enter_context(runner())
        for stream in (False, True):
            for number in range(arguments.rounds + 1):
                for course in courses:
                    seconds = arguments.seconds if number else 1.0
                    course.measure(runs, stream=stream, connections=arguments.connections, seconds=seconds)
                    if not number:
                        course.forget()
            what = "streamed, 34 events in one burst" if stream else "plain"
            report(f"{what}, {arguments.connections} connections, medians of rounds", courses)
            for course in courses:
                course.forget()


if __name__ == "__main__":
    main()
