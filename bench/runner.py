"""What Podium adds to a run, how many run at once, and how soon a kill is in force.

python bench/runner.py [--starts 20] [--at-once 200] [--kills 50]

A real `podium up` on free ports, a simulated provider, and programs in Python's standard library alone.
Printed are: the time from the question to the program's first line, the same of a bare interpreter between
two such starts, and the difference, which is Podium's own share (medians, ms); the memory beyond that before
of Podium's processes and of those that hold programs, while so many programs sleep; and the time from a kill
to the refusal of the token and the end of the program.

Memory is the proportional set size (Pss of /proc/PID/smaps_rollup): a page that n processes share counts as
1/n in each, so that the sum is what they take of the machine. Who holds programs shares most of its pages
with what it was forked from. The programs themselves are not in it.

Exit code 1 where Podium's share is 150 ms or more at the median, 200 at once take 300 MB or more, or a kill's
99th percentile is a second or more.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import httpx

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from podium.adapters.executors.procs import below
from podium.adapters.link import call
from podium.ports.acts import By, SteerTask
from podium.ports.runs import QueueTask, RunIs
from tests.app.running import MANIFESTS, Running, running, simulator, until

AGENT = """
---
apiVersion: podium/v1
kind: Agent
metadata: {{name: worker}}
spec:
  department: support
  routes: [large]
  run:
    command: [{python}, worker.py]
    folder: {folder}
    writes: [{shared}]
    env: {{SHARED: {{value: {shared}}}}}
"""
PROGRAM = """
import os, time
name = os.environ["PODIUM_REQUEST"]
with open(os.environ["SHARED"] + "/." + name, "w") as file:
    file.write(f"{time.time_ns()} " + os.environ["PODIUM_TASK_TOKEN"])
os.rename(os.environ["SHARED"] + "/." + name, os.environ["SHARED"] + "/" + name)
time.sleep(600)
"""
MOST_START_MS, MOST_BYTES, MOST_KILL_MS = 150, 300_000_000, 1000


def quantile(found: list[float], part: float) -> float:
    """Return a quantile of what was measured."""
    ordered = sorted(found)
    return ordered[min(len(ordered) - 1, int(len(ordered) * part))]


def memory_bytes(pids: list[int], wanted: Callable[[str], bool]) -> int:
    """Return the proportional set size of those processes whose command line is wanted."""
    total = 0
    for pid in pids:
        try:
            if wanted(Path(f"/proc/{pid}/cmdline").read_bytes().decode("utf-8", "replace")):
                text = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
                total += sum(
                    int(line.split()[1]) << 10 for line in text.splitlines() if line.startswith("Pss:")
                )
        except OSError:
            continue
    return total


class Bench:
    """One Podium, and the folder in which programs say that they have begun."""

    def __init__(self, it: Running, shared: Path) -> None:
        self.it, self.shared = it, shared
        self.socket = it.state / "keeper.sock"

    def start(self, name: str) -> str:
        """Queue a run of this name; return its id."""
        told = call(self.socket, QueueTask(By(), "worker", name))
        if not isinstance(told, RunIs):
            raise SystemExit(f"the keeper answered {told}")
        return told.task_id

    def began(self, name: str) -> tuple[int, str]:
        """Return when a program has begun (Unix nanoseconds), and its token."""
        path = self.shared / name
        until(path.exists, f"the program {name}", 300)
        at_ns, token = path.read_text().split()
        return int(at_ns), token

    def kill(self, task_id: str) -> None:
        """End a run."""
        call(self.socket, SteerTask(By(), task_id, "kill", "It is measured."))

    def podiums_bytes(self) -> int:
        """Return the memory of Podium's processes, those that hold programs among them."""
        pids = [self.it.process.pid, *below([self.it.process.pid])]
        return memory_bytes(pids, lambda command: "worker.py" not in command)

    def bare(self) -> float:
        """Return how long a bare interpreter takes to a program's first line, in ms."""
        name = "bare"
        environment = {"PODIUM_REQUEST": name, "PODIUM_TASK_TOKEN": "-", "SHARED": str(self.shared)}
        began_ns = time.time_ns()
        command = [sys.executable, str(self.shared.parent / "agent" / "worker.py")]
        with subprocess.Popen(command, env=environment) as process:
            at_ns, _ = self.began(name)
            process.kill()
        (self.shared / name).unlink()
        return (at_ns - began_ns) / 1e6

    def starts(self, count: int) -> tuple[list[float], list[float]]:
        """Return how long starts took, and bare ones between them, in ms."""
        found, bare = [], []
        for number in range(count):
            bare.append(self.bare())
            began_ns = time.time_ns()
            task_id = self.start(f"start-{number}")
            at_ns, _ = self.began(f"start-{number}")
            found.append((at_ns - began_ns) / 1e6)
            self.kill(task_id)
        return found, bare

    def at_once(self, count: int) -> int:
        """Return how much memory so many runs take beyond their programs'."""
        before = self.podiums_bytes()
        ids = [self.start(f"many-{number}") for number in range(count)]
        for number in range(count):
            self.began(f"many-{number}")
        held = self.podiums_bytes() - before
        for task_id in ids:
            self.kill(task_id)
        return held

    def kills(self, count: int) -> list[float]:
        """Return how long kills took, in ms."""
        found = []
        with httpx.Client(base_url=self.it.url) as client:
            for number in range(count):
                task_id = self.start(f"kill-{number}")
                _, token = self.began(f"kill-{number}")
                headers = {"authorization": f"Bearer {token}"}
                began = time.perf_counter()
                self.kill(task_id)
                while client.get("/v1/models", headers=headers).status_code != 401:
                    time.sleep(0.002)
                leftover = self.it.state / "runs" / f"{task_id}.json"
                while leftover.exists():
                    time.sleep(0.002)
                found.append((time.perf_counter() - began) * 1000)
        return found


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--starts", type=int, default=20)
    parser.add_argument("--at-once", type=int, default=200)
    parser.add_argument("--kills", type=int, default=50)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, simulator(Path(name)) as (port, _):
        folder = Path(name)
        agent, shared, manifests = folder / "agent", folder / "shared", folder / "manifests"
        for one in (agent, shared, manifests):
            one.mkdir()
        (agent / "worker.py").write_text(PROGRAM)
        text = AGENT.format(python=sys.executable, folder=agent, shared=shared)
        (manifests / "all.yaml").write_text(MANIFESTS.format(sim_port=port) + text)
        with running(folder, port) as it:
            until(lambda: "runner" in it.children(), "the runner")
            bench = Bench(it, shared)
            bench.starts(2)
            for path in shared.iterdir():
                path.unlink()
            starts, bare = bench.starts(asked.starts)
            held, kills = bench.at_once(asked.at_once), bench.kills(asked.kills)
    start_ms, kill_ms = quantile(starts, 0.5) - quantile(bare, 0.5), quantile(kills, 0.99)
    print(
        f"from the question to the program's first line: {quantile(starts, 0.5):.0f} ms, "
        f"a bare interpreter {quantile(bare, 0.5):.0f} ms: Podium's share {start_ms:.0f} ms"
    )
    print(f"{asked.at_once} at once: {held / 1e6:.0f} MB beyond the agents' own memory")
    print(f"a kill in force, token and program: median {quantile(kills, 0.5):.0f}, p99 {kill_ms:.0f} ms")
    return 0 if start_ms < MOST_START_MS and held < MOST_BYTES and kill_ms < MOST_KILL_MS else 1


if __name__ == "__main__":
    sys.exit(main())
