"""A Podium's collector under load: spans by OTLP with authentication while questions are asked; then at rest.

    python bench/collector.py --spans 10000000 --days 30 --idle 600

`podium up` in a folder of its own, and a sender in another process: batches of 512 spans as protobuf come in
over HTTP with collector keys of four departments, as if they came evenly over ``--days``. Meanwhile, and
then over all of them at rest, what the console, the admin API and the verbs ask of the collector is asked
over its socket, as they do; the CPU of a question at rest is valid whatever else the machine does. Then
nothing happens for ``--idle`` seconds. It ends by itself: where less than 1,000 spans a second come in, or
the disk or the collector's memory is more than it may be, it says so and goes on with what there is.
"""

import argparse
import asyncio
import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import rig
from span_load import AGENTS, MODELS, TOOLS

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from podium.adapters.link import KeeperClient
from podium.kernel.errors import PodiumError
from podium.ports.link import Question
from podium.ports.spans import (
    GetOutline,
    GetStats,
    GetTrace,
    RunSql,
    SearchTraces,
    SumTraces,
    TraceFilter,
)

HOUR_NS = 3_600_000_000_000
DEPARTMENTS = [f"bench/dep-{number}" for number in range(4)]
MANIFESTS = "".join(
    f"---\napiVersion: podium/v1\nkind: Department\nmetadata: {{name: {path.rpartition('/')[2]}}}\n"
    "spec: {parent: bench}\n"
    for path in DEPARTMENTS
)
LEAST_SPANS_A_S = 1_000
PAUSE_S = 0.05
TELL_EVERY_S = 15.0
CALM_WITHIN_S = 120.0
TIDIED_AFTER_S = 65.0
SAMPLE_EVERY_S = 10.0
TRACE_MS, QUERY_MS = 50, 500
Kinds = dict[str, Callable[[], Question]]


class Bench:
    """The Podium, what was sent to it, and how long its answers took."""

    def __init__(self, it: rig.Podium, seed: int) -> None:
        self.it, self.rng = it, random.Random(seed)
        self.traces: list[str] = []
        self.sent = self.refused = 0
        self.took_ms: dict[str, list[float]] = {}
        self.failed: dict[str, str] = {}
        self.cpu_ms: dict[str, float] = {}

    def trace(self) -> str:
        """Return some trace."""
        return self.rng.choice(self.traces)

    def heard(self, line: str) -> None:
        """Take a report of the sender."""
        said = json.loads(line)
        self.sent, self.refused = said["sent"], said["refused"]
        self.traces += said["traces"]

    async def ask(self, client: KeeperClient, name: str, question: Question) -> object:
        """Ask, and note how long it took."""
        began = time.perf_counter()
        try:
            found = await client.ask(question)
        except PodiumError as error:
            self.failed[name] = str(error)
            return None
        self.took_ms.setdefault(name, []).append((time.perf_counter() - began) * 1e3)
        return found

    async def keep_asking(self, kinds: Kinds, pause_s: float) -> None:
        """Ask each kind of question in turn, for ever, over a connection of its own."""
        client = KeeperClient(self.it.state / "collector.sock")
        try:
            while True:
                for name, question in kinds.items():
                    if self.traces:
                        await self.ask(client, name, question())
                    await asyncio.sleep(pause_s)
        finally:
            await client.close()

    async def ask_at_rest(self, kinds: Kinds, rounds: int) -> None:
        """Ask each kind of question so many times, and note what CPU the collector took for it."""
        client, pid = KeeperClient(self.it.state / "collector.sock"), self.it.pids()["collector"]
        for name, question in kinds.items():
            before_s = rig.cpu_s(pid)
            for _ in range(rounds):
                await self.ask(client, name, question())
            self.cpu_ms[name] = (rig.cpu_s(pid) - before_s) / rounds * 1e3
        await client.close()

    def table(self, title: str) -> None:
        """Print how long answers took, by kind, and forget it."""
        print(f"\n{title}")
        for name, took in sorted(self.took_ms.items()):
            took.sort()
            p95, most = took[min(len(took) - 1, int(len(took) * 0.95))], _most_ms(name)
            cpu = f"  CPU {self.cpu_ms[name]:>6.1f}" if name in self.cpu_ms else ""
            print(
                f"  {name:<40} n {len(took):>5}  p50 {took[len(took) // 2]:>8.1f}  p95 {p95:>8.1f}  "
                f"most {took[-1]:>8.1f}{cpu} ms;  of {most}: {'met' if p95 < most else 'MISSED'}"
            )
        for name, why in self.failed.items():
            print(f"  {name:<40} FAILED: {why}")
        self.took_ms, self.failed = {}, {}

    def size_bytes(self) -> int:
        """Return what the store takes on the disk."""
        return sum(file.stat().st_size for file in self.it.state.glob("spans.duckdb*") if file.is_file())


def _most_ms(name: str) -> int:
    return TRACE_MS if name.startswith("one trace") else QUERY_MS


def of_one_trace(bench: Bench) -> Kinds:
    """Return what the page of a trace asks."""
    return {
        "one trace: its row": lambda: SearchTraces(TraceFilter(trace=bench.trace()), 1),
        "one trace: its outline": lambda: GetOutline(bench.trace()),
        "one trace: its spans": lambda: GetTrace(bench.trace()),
        "one trace: of a department's reader": lambda: GetOutline(bench.trace(), ("bench",)),
    }


def of_lists(bench: Bench, until_ns: int) -> Kinds:
    """Return what the list of traces asks, with each of its filters: a page and the figures of all."""
    rng = bench.rng
    filters: dict[str, Callable[[], TraceFilter]] = {
        "all": TraceFilter,
        "of 24 h": lambda: TraceFilter(since_ns=until_ns - 24 * HOUR_NS),
        "by agent": lambda: TraceFilter(agent=rng.choice(AGENTS)),
        "by department": lambda: TraceFilter(department=rng.choice(DEPARTMENTS)),
        "by model": lambda: TraceFilter(model=rng.choice(MODELS)),
        "by tool": lambda: TraceFilter(tool=rng.choice(TOOLS)),
        "by agent and tool, failed, of 7 d": lambda: TraceFilter(
            since_ns=until_ns - 168 * HOUR_NS,
            agent=rng.choice(AGENTS),
            tool=rng.choice(TOOLS),
            status="error",
        ),
        "failed": lambda: TraceFilter(status="error"),
        "longer than 2.9 s": lambda: TraceFilter(min_duration_ns=2_900_000_000),
        "dearer than $0.01 (none)": lambda: TraceFilter(min_cost_nano_usd=10_000_000),
        "by verdict (none)": lambda: TraceFilter(verdict="deny"),
        "by agent (none)": lambda: TraceFilter(agent="nobody"),
        "by text": lambda: TraceFilter(text=rng.choice(TOOLS).upper()),
        "by text (none)": lambda: TraceFilter(text="nothing like that"),
    }
    kinds: Kinds = {}
    for name, where in filters.items():
        kinds[f"list {name}"] = _asking(SearchTraces, where)
        kinds[f"sums {name}"] = _asking(SumTraces, where)
    within = (DEPARTMENTS[0].rpartition("/")[2],)
    kinds["list of a department's reader"] = lambda: SearchTraces(within=within)
    kinds["sums of a department's reader"] = lambda: SumTraces(within=within)
    return kinds


def _asking(kind: type[SearchTraces | SumTraces], where: Callable[[], TraceFilter]) -> Callable[[], Question]:
    return lambda: kind(where())


def of_figures(bench: Bench, until_ns: int) -> Kinds:
    """Return what the admin API and the verbs ask besides."""
    rng = bench.rng
    asked = {
        "spans, failed, by agent": "SELECT agent, count(*) FROM spans WHERE status = 'ERROR' GROUP BY 1",
        "hours by agent": "SELECT agent, sum(spans) FROM hours GROUP BY 1 ORDER BY 2 DESC",
        "traces, those with most failures": "SELECT trace_id, errors FROM traces ORDER BY 2 DESC LIMIT 5",
    }
    return {
        "figures by agent": lambda: GetStats("agent"),
        "figures by hour": lambda: GetStats("hour"),
        "figures by model of 7 d": lambda: GetStats("model", since_ns=until_ns - 168 * HOUR_NS),
        "figures by tool of an agent": lambda: GetStats("tool", agent=rng.choice(AGENTS)),
        **{f"SQL: {name}": partial(RunSql, text) for name, text in asked.items()},
        "SQL: spans of a trace": lambda: RunSql(
            f"SELECT name, duration_ns FROM spans WHERE trace_id = '{bench.trace()}' ORDER BY start_ns"
        ),
    }


@contextmanager
def sender(
    port: int, keys: list[str], times_ns: tuple[int, int], arguments: argparse.Namespace
) -> Iterator[asyncio.Future[asyncio.subprocess.Process]]:
    """Start the sender; it is ended with the block."""
    numbers = {
        "port": port, "spans": arguments.spans, "senders": arguments.senders, "seed": arguments.seed,
        "began-ns": times_ns[0], "until-ns": times_ns[1],
    }  # fmt: skip
    words = [word for name, number in numbers.items() for word in (f"--{name}", str(number))]
    starting = asyncio.ensure_future(
        asyncio.create_subprocess_exec(
            sys.executable, str(rig.HERE / "span_load.py"), *words,
            stdout=subprocess.PIPE, limit=1 << 20, env=rig.environment() | {"SPAN_KEYS": ",".join(keys)},
        )
    )  # fmt: skip
    try:
        yield starting
    finally:
        child = starting.result() if starting.done() and not starting.exception() else None
        if child is not None and child.returncode is None:
            child.terminate()


async def take_in(
    bench: Bench, port: int, keys: list[str], times_ns: tuple[int, int], arguments: argparse.Namespace
) -> None:
    """Have spans sent while questions are asked, and print what it took."""
    collector = bench.it.pids()["collector"]
    asking = [
        asyncio.create_task(bench.keep_asking(kinds, arguments.pause))
        for kinds in (
            of_one_trace(bench),
            of_lists(bench, times_ns[1]) | of_figures(bench, times_ns[1]),
        )
    ]
    with sender(port, keys, times_ns, arguments) as starting:
        child = await starting
        assert child.stdout is not None
        began_s, began_cpu_s, others_s = time.monotonic(), rig.cpu_s(collector), rig.others_cpu_s()
        told_s, told_spans = began_s, 0
        while line := await child.stdout.readline():
            bench.heard(line.decode())
            now_s = time.monotonic()
            if now_s - told_s >= TELL_EVERY_S:
                rate = (bench.sent - told_spans) / (now_s - told_s)
                size, memory = bench.size_bytes(), rig.rss_bytes(collector)
                print(
                    f"{bench.sent:>12,} spans, {rate:,.0f}/s now; {size / 1e6:,.0f} MB on the disk; "
                    f"collector: {memory / 1e6:,.0f} MB resident; {bench.refused} refusals",
                    flush=True,
                )
                told_s, told_spans = now_s, bench.sent
                why = (
                    "few spans come in" if rate < LEAST_SPANS_A_S
                    else "the disk takes more than it may" if size > arguments.most_disk_mb * 1e6
                    else "the memory is more than it may be" if memory > arguments.most_memory_mb * 1e6
                    else ""
                )  # fmt: skip
                if why:
                    print(f"no more spans: {why}")
                    break
        wall_s, used_s = time.monotonic() - began_s, rig.cpu_s(collector) - began_cpu_s
        others_s = rig.others_cpu_s() - others_s
    for task in asking:
        task.cancel()
    await asyncio.gather(*asking, return_exceptions=True)
    if not bench.sent:
        raise SystemExit("no span was sent")
    bench.table("questions while spans came in:")
    print(
        f"\n{bench.sent:,} spans in {wall_s:,.1f} s: {bench.sent / wall_s:,.0f} spans/s, "
        f"{bench.refused} refusals; {used_s / bench.sent * 1e6:.1f} us CPU a span of the collector, "
        f"questions included: {bench.sent / used_s:,.0f} spans/s a core. "
        f"Strangers on this machine used {others_s / wall_s:.0%} of a core."
    )


def calm(bench: Bench) -> None:
    """Wait until the collector has put everything in order, which it does once a minute."""
    time.sleep(TIDIED_AFTER_S)
    pid, deadline_s = bench.it.pids()["collector"], time.monotonic() + CALM_WITHIN_S
    quiet = 0
    while quiet < 3 and time.monotonic() < deadline_s:
        before_s = rig.cpu_s(pid)
        time.sleep(2)
        quiet = quiet + 1 if rig.cpu_s(pid) - before_s < 0.1 else 0


def rest(bench: Bench, seconds: float) -> None:
    """Do nothing for a time, and print what each process used and how it grew."""
    pids = bench.it.all_pids()
    size = bench.size_bytes()
    cpu = {name: rig.cpu_s(pid) for name, pid in pids.items()}
    sizes = {name: [rig.rss_bytes(pid)] for name, pid in pids.items()}
    began_s = time.monotonic()
    while (left_s := began_s + seconds - time.monotonic()) > 0:
        time.sleep(min(SAMPLE_EVERY_S, left_s))
        for name, pid in pids.items():
            sizes[name].append(rig.rss_bytes(pid))
    wall_s, total = time.monotonic() - began_s, 0.0
    print(f"\n{wall_s:.0f} s with nothing to do, over {bench.sent:,} spans:")
    for name, pid in pids.items():
        share = (rig.cpu_s(pid) - cpu[name]) / wall_s
        total += share
        first, last = sizes[name][0], sizes[name][-1]
        print(
            f"  {name:<12} {share:>7.2%} of a core   {first / 1e6:>7.1f} MB resident, {last / 1e6:>7.1f} at "
            f"the end ({(last - first) / 1e6:+.1f}; at most {max(sizes[name]) / 1e6:.1f})"
        )
    print(
        f"  all of it    {total:>7.2%} of a core, {total / (os.cpu_count() or 1):.2%} of this machine, "
        f"of 1 %; the store grew by {bench.size_bytes() - size:,} bytes"
    )


def measure(arguments: argparse.Namespace) -> None:
    """Send, ask, rest, and print."""
    print(rig.machine())
    port = rig.free_port()
    until_ns = time.time_ns()
    times_ns = (until_ns - int(arguments.days * 24 * HOUR_NS), until_ns)
    options = ("--collector-port", str(port), "--keep-spans-days", str(int(arguments.days) + 30))
    # No call of a model is made: the provider need not be there.
    with rig.podium(rig.free_port(), more=MANIFESTS, options=options) as it:
        made = [
            it.run("collector", "key", f"bench-{number}", "--department", path, "--json")
            for number, path in enumerate(DEPARTMENTS)
        ]
        keys = [str(json.loads(one)["key"]) for one in made]
        time.sleep(1)  # until the collector has heard of them
        rig.until(lambda: "collector" in it.pids(), "the collector")
        bench = Bench(it, arguments.seed)
        asyncio.run(take_in(bench, port, keys, times_ns, arguments))
        if arguments.rounds or arguments.idle:
            calm(bench)
        if arguments.rounds:
            for kinds in (of_one_trace(bench), of_lists(bench, until_ns), of_figures(bench, until_ns)):
                asyncio.run(bench.ask_at_rest(kinds, arguments.rounds))
            bench.table(f"questions over {bench.sent:,} spans at rest:")
        print(f"\n{bench.size_bytes() / bench.sent:,.0f} bytes a span on the disk")
        if arguments.idle:
            rest(bench, arguments.idle)


def main() -> None:
    """Parse the command line and measure."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--spans", type=int, default=200_000)
    parser.add_argument("--senders", type=int, default=4)
    parser.add_argument("--days", type=float, default=7, help="over which their times are spread")
    parser.add_argument("--rounds", type=int, default=40, help="of each question at rest")
    parser.add_argument("--pause", type=float, default=PAUSE_S, help="seconds between two questions")
    parser.add_argument("--idle", type=float, default=0, help="seconds with nothing to do")
    parser.add_argument("--most-disk-mb", type=int, default=3000)
    parser.add_argument("--most-memory-mb", type=int, default=1500)
    parser.add_argument("--seed", type=int, default=1)
    measure(parser.parse_args())


if __name__ == "__main__":
    main()
