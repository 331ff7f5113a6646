"""What every bench needs: processes on free ports, figures from /proc, and a Podium of its own."""

import contextlib
import itertools
import json
import os
import platform
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")
HERE = Path(__file__).parent
PODIUM = [sys.executable, "-m", "podium.app.entry"]
TICKS_PER_S = os.sysconf("SC_CLK_TCK")
PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")

MANIFESTS = """
apiVersion: podium/v1
kind: Department
metadata: {{name: bench}}
spec: {{}}
---
apiVersion: podium/v1
kind: Provider
metadata: {{name: upstream}}
spec:
  baseUrl: http://127.0.0.1:{port}/v1
  timeouts: {{firstByte: {first_byte}, idle: {first_byte}}}
---
apiVersion: podium/v1
kind: Model
metadata: {{name: large}}
spec:
  provider: upstream
  upstream: bench-large
  price: {{inputPerMillionTokens: "2.5", outputPerMillionTokens: "10"}}
  contextWindowTokens: 128000
  maxOutputTokens: 4096
---
apiVersion: podium/v1
kind: Route
metadata: {{name: large}}
spec:
  candidates: [{{model: large}}]
  retry: {{maxAttempts: 1}}
---
apiVersion: podium/v1
kind: Agent
metadata: {{name: bench}}
spec: {{department: bench, routes: [large]}}
"""


_ports = itertools.count(os.getpid() * 499)


def free_port() -> int:
    """Return a port that was free a moment ago, below those that outgoing connections get meanwhile."""
    while True:
        port = 10_000 + next(_ports) % 10_000
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


def environment() -> dict[str, str]:
    """Return the environment without Podium's own variables."""
    return {key: value for key, value in os.environ.items() if not key.startswith("PODIUM_")}


def until(condition: Callable[[], T], what: str, seconds: float = 120.0, pause_s: float = 0.01) -> T:
    """Return the first true value of a condition, or end the bench when that takes too long."""
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise SystemExit(f"waited {seconds:g} s in vain for {what}")
        time.sleep(pause_s)


def answers(url: str) -> bool:
    """Return whether a GET of the URL is answered 200."""
    try:
        with urllib.request.urlopen(url, timeout=2) as reply:
            status: int = reply.status
            return status == 200
    except (urllib.error.URLError, OSError):
        return False


def cpu_s(pid: int) -> float:
    """Return the CPU seconds (user and system, all threads) that a process has used; see proc(5), stat."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS_PER_S


def rss_bytes(pid: int) -> int:
    """Return the resident memory of a process; see proc(5), statm."""
    return int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]) * PAGE_BYTES


def others_cpu_s() -> float:
    """Return the CPU seconds that everything but this bench and what it started has used so far.

    Time that the hypervisor gave to others counts too (steal). Children that ended count with their parents.
    The kernel's own threads are left out, because they work for the bench as well; see proc(5).
    """
    ours = set(family_of(os.getpid()))
    ticks = 0
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit() or int(folder.name) in ours:
            continue
        try:
            fields = (
                (folder / "stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
            )
        except OSError:
            continue  # it has ended meanwhile
        if fields[1] != "2" and folder.name != "2":
            ticks += sum(int(field) for field in fields[11:15])
    steal = Path("/proc/stat").read_text(encoding="ascii").partition("\n")[0].split()[8]
    return (ticks + int(steal)) / TICKS_PER_S


def children_of(pid: int) -> list[int]:
    """Return the process ids of a process's children."""
    found: list[int] = []
    try:
        for task in Path(f"/proc/{pid}/task").iterdir():
            found += [int(child) for child in (task / "children").read_text().split()]
    except OSError:
        return []  # it has ended meanwhile
    return found


def family_of(pid: int) -> list[int]:
    """Return a process and all below it."""
    found, todo = [], [pid]
    while todo:
        one = todo.pop()
        found.append(one)
        todo += children_of(one)
    return found


def pin(pid: int, core: int) -> None:
    """Keep all threads of a process on one core."""
    for task in Path(f"/proc/{pid}/task").iterdir():
        os.sched_setaffinity(int(task.name), {core})


def on_core(core: int | None, command: Sequence[str]) -> list[str]:
    """Return the command that keeps a program on one core (taskset of util-linux), or as it is for None."""
    return list(command) if core is None else ["taskset", "-c", str(core), *command]


def cores() -> tuple[int, int]:
    """Return the core of what is measured and that of everything else; they are one where there is one."""
    usable = sorted(os.sched_getaffinity(0))
    return usable[0], usable[-1]


def machine() -> str:
    """Return what a figure was measured on."""
    model = "unknown processor"
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            model = line.partition(":")[2].strip()
            break
    usable = len(os.sched_getaffinity(0))
    return f"{model}, {usable} cores, Linux {platform.release()}, Python {platform.python_version()}"


@contextmanager
def process(
    *command: str, core: int | None = None, log: Path | None = None, quiet: bool = True
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a program until the block ends."""
    output = log.open("ab") if log is not None else subprocess.DEVNULL if quiet else None
    child = subprocess.Popen(
        on_core(core, command), stdin=subprocess.DEVNULL, stdout=output, stderr=output, env=environment()
    )
    try:
        yield child
    finally:
        if child.poll() is None:
            child.terminate()
            try:
                child.wait(20)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()


class Podium:
    """One `podium up` with a route ``large`` to one provider, and an agent's key."""

    def __init__(
        self,
        folder: Path,
        upstream_port: int,
        *,
        first_byte: str = "60s",
        more: str = "",
        workers: int = 1,
        options: Sequence[str] = (),
    ) -> None:
        self.folder = folder
        self.options = options
        self.workers = workers
        self.state = folder / "state"
        self.manifests = folder / "manifests"
        self.manifests.mkdir(parents=True, exist_ok=True)
        text = MANIFESTS.format(port=upstream_port, first_byte=first_byte) + more
        (self.manifests / "bench.yaml").write_text(text, encoding="utf-8")
        self.port, self.admin_port = free_port(), free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = folder / "up.log"
        self.process: subprocess.Popen[bytes] | None = None
        self.key = ""

    def start(self, core: int | None = None) -> None:
        """Start the processes; do not wait."""
        command = [*PODIUM, "up", "--state", str(self.state), "--manifests", str(self.manifests)]
        command += ["--port", str(self.port), "--admin-port", str(self.admin_port)]
        command += ["--workers", str(self.workers), *self.options]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                on_core(core, command), stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=environment()
            )

    def wait_ready(self) -> None:
        """Wait for /readyz."""

        def ready() -> bool:
            if self.process is None or self.process.poll() is not None:
                raise SystemExit(f"podium up ended:\n{self.log.read_text(encoding='utf-8')}")
            return answers(f"{self.url}/readyz")

        until(ready, "podium up to be ready")

    def run(self, *arguments: str) -> str:
        """Return the output of a verb. Ends the bench when it fails."""
        command = [*PODIUM, "--state", str(self.state), *arguments]
        done = subprocess.run(command, capture_output=True, text=True, env=environment(), check=False)
        if done.returncode != 0:
            raise SystemExit(f"podium {' '.join(arguments)} failed: {done.stderr}")
        return done.stdout

    def make_key(self, agent: str = "bench") -> str:
        """Make an agent's key, and wait until the workers know it."""
        key = str(json.loads(self.run("agent", "key", agent, "--json"))["key"])
        # Each question is a connection of its own, which may reach any worker.
        for _ in range(1 if self.workers == 1 else 8 * self.workers):
            until(lambda: self._knows(key), "the key to be known")
        if agent == "bench":
            self.key = key
        return key

    def _knows(self, key: str) -> bool:
        request = urllib.request.Request(f"{self.url}/v1/models", headers={"authorization": f"Bearer {key}"})
        try:
            with urllib.request.urlopen(request, timeout=2) as reply:
                return bool(reply.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def pids(self) -> dict[str, int]:
        """Return the process ids of the children: gateway (of several: gateway-0, ...), keeper, control."""
        if self.process is None:
            return {}
        found: dict[str, int] = {}
        number = 0
        for pid in children_of(self.process.pid):
            try:
                words = Path(f"/proc/{pid}/cmdline").read_bytes().decode().split("\0")
            except OSError:
                continue
            if "-m" in words:
                name = words[words.index("-m") + 1].rpartition(".")[2]
                if name == "gateway" and self.workers > 1:
                    name, number = f"gateway-{number}", number + 1
                found[name] = pid
        return found

    def all_pids(self) -> dict[str, int]:
        """Return the process ids of the children, and the supervisor's."""
        return self.pids() | ({"supervisor": self.process.pid} if self.process is not None else {})

    def stop(self) -> int:
        """End the processes; return the exit code."""
        if self.process is None:
            return 0
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(60)
        except subprocess.TimeoutExpired:
            for pid in reversed(family_of(self.process.pid)):
                os.kill(pid, signal.SIGKILL)
            return self.process.wait()


@contextmanager
def canned(core: int | None = None, *words: str) -> Iterator[int]:
    """Run the canned provider until the block ends, with these ``words`` behind; yield its port."""
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="podium-canned-") as folder:
        log = Path(folder) / "canned.log"
        with process(sys.executable, str(HERE / "canned.py"), str(port), *words, core=core, log=log):
            listening(port, "the canned provider", log)
            yield port


def listening(port: int, what: str, log: Path, seconds: float = 30.0) -> None:
    """Wait until something listens on a port of this machine; if nothing does, show its log and end."""

    def connects() -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", port)) == 0

    try:
        until(connects, what, seconds)
    except SystemExit:
        print(log.read_text(encoding="utf-8", errors="replace"), file=sys.stderr)
        raise


@contextmanager
def podium(
    upstream_port: int,
    *,
    core: int | None = None,
    first_byte: str = "60s",
    more: str = "",
    workers: int = 1,
    options: Sequence[str] = (),
) -> Iterator[Podium]:
    """Run a Podium in a folder of its own until the block ends; it is ready and has a key.

    ``options``: more words for `podium up`.
    """
    with tempfile.TemporaryDirectory(prefix="podium-bench-") as folder:
        it = Podium(
            Path(folder), upstream_port, first_byte=first_byte, more=more, workers=workers, options=options
        )
        it.start(core)
        try:
            it.wait_ready()
            it.make_key()
            yield it
        finally:
            it.stop()


def put_table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a table, the first column to the left, the others to the right."""
    widths = [max(len(row[i]) for row in [columns, *rows]) for i in range(len(columns))]
    for row in [columns, *rows]:
        cells = [
            cell.rjust(width) if i else cell.ljust(width)
            for i, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        print("  ".join(cells), flush=True)
