"""`podium up` as real processes on free ports, with the simulated provider as another one."""

import contextlib
import itertools
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import openai

from tests.app.forked import run_verb

PODIUM = [sys.executable, "-m", "podium.app.entry"]

MANIFESTS = """
apiVersion: podium/v1
kind: Department
metadata: {{name: acme}}
spec: {{}}
---
apiVersion: podium/v1
kind: Department
metadata: {{name: support}}
spec: {{parent: acme}}
---
apiVersion: podium/v1
kind: Provider
metadata: {{name: simulated}}
spec:
  dialect: openai
  baseUrl: http://127.0.0.1:{sim_port}/v1
---
apiVersion: podium/v1
kind: Model
metadata: {{name: large}}
spec:
  provider: simulated
  upstream: sim-large
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
metadata: {{name: triage}}
spec: {{department: support, routes: [large]}}
"""


_lane = int(os.environ.get("PYTEST_XDIST_WORKER", "")[2:] or os.getpid()) % 8 * 1_500
"""Processes that run tests at once have ports of their own: one that is free is not yet bound."""
_ports = itertools.count(os.getpid() * 499)


def free_port() -> int:
    """Return a port below the range from which the kernel takes those of outgoing connections."""
    while True:
        port = 20_000 + _lane + next(_ports) % 1_500
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


def until(condition: Callable[[], object], what: str, seconds: float = 120.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"waited {seconds:g} s in vain for {what}"
        time.sleep(0.02)


def answers(http: httpx.Client, url: str) -> bool:
    """Whether something answers there with 200. One client asks again and again: to make one takes 30 ms."""
    try:
        return http.get(url).status_code == 200
    except httpx.TransportError:
        return False


def environment() -> dict[str, str]:
    return {key: value for key, value in os.environ.items() if not key.startswith("PODIUM_")}


def podium(*arguments: str, state: Path) -> subprocess.CompletedProcess[str]:
    """Run a verb to its end."""
    return run_verb(["--state", str(state), *arguments], environment(), within_s=200)


class Running:
    """One `podium up`."""

    def __init__(self, folder: Path, sim_port: int, *arguments: str) -> None:
        self.state = folder / "state"
        self.manifests = folder / "manifests"
        self.manifests.mkdir(exist_ok=True)
        self.manifest = self.manifests / "all.yaml"
        if not self.manifest.exists():
            self.manifest.write_text(MANIFESTS.format(sim_port=sim_port))
        self.port, self.admin_port, self.tools_port = free_port(), free_port(), free_port()
        self.collector_port = free_port()
        self.log = folder / "up.log"
        self._file = self.log.open("a")
        command = [*PODIUM, "--state", str(self.state), "up", "--manifests", str(self.manifests)]
        command += ["--port", str(self.port), "--admin-port", str(self.admin_port)]
        command += ["--tools-port", str(self.tools_port), "--collector-port", str(self.collector_port)]
        command += arguments
        self.process = subprocess.Popen(command, stdout=self._file, stderr=self._file, env=environment())
        self._clients: list[openai.OpenAI] = []
        self.url = f"http://127.0.0.1:{self.port}"

    def wait_ready(self) -> None:
        def ready() -> bool:
            assert self.process.poll() is None, self.log.read_text()
            return answers(http, self.url + "/readyz")

        with httpx.Client(timeout=120) as http:
            until(ready, "readiness")

    def key(self, agent: str = "triage") -> str:
        done = podium("agent", "key", agent, "--json", state=self.state)
        assert done.returncode == 0, done.stderr
        key: str = json.loads(done.stdout)["key"]
        return key

    def client(self, key: str) -> openai.OpenAI:
        client = openai.OpenAI(base_url=self.url + "/v1", api_key=key, max_retries=0, timeout=120)
        self._clients.append(client)
        return client

    def ledger(self) -> list[dict[str, object]]:
        done = podium("ledger", "--json", "--limit", "1000000", state=self.state)
        assert done.returncode == 0, done.stderr
        rows: list[dict[str, object]] = json.loads(done.stdout)["charges"]
        return rows

    def children(self) -> dict[str, int]:
        """Process ids by the module that a child runs."""
        found = {}
        for pid in Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split():
            try:
                words = Path(f"/proc/{pid}/cmdline").read_bytes().decode().split("\0")
            except (FileNotFoundError, ProcessLookupError):  # it has just ended
                continue
            if "-m" in words:
                found[words[words.index("-m") + 1].rsplit(".", 1)[1]] = int(pid)
        return found

    def workers(self) -> list[int]:
        """Process ids of the gateway workers."""
        found = []
        for pid in Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split():
            with contextlib.suppress(FileNotFoundError, ProcessLookupError):
                if b"podium.app.gateway" in Path(f"/proc/{pid}/cmdline").read_bytes():
                    found.append(int(pid))
        return found

    def stop(self, number: int = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        return self.process.wait(timeout=120)

    def close(self) -> None:
        """Kill what is left."""
        for client in self._clients:
            client.close()
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self._file.close()


@contextmanager
def simulator(folder: Path, *arguments: str) -> Iterator[tuple[int, Path]]:
    """Yield the port and the count file of a simulated provider in a process of its own."""
    port, count = free_port(), folder / "count.jsonl"
    command = [*PODIUM, "simulate", "provider", "--port", str(port), "--count", str(count), *arguments]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, env=environment())
    try:
        with httpx.Client(timeout=120) as http:
            until(lambda: answers(http, f"http://127.0.0.1:{port}/v1/models"), "the simulated provider")
        yield port, count
    finally:
        process.terminate()
        process.wait(timeout=120)


@contextmanager
def running(folder: Path, sim_port: int, *arguments: str) -> Iterator[Running]:
    """Run `podium up` until the block ends; kill what is left."""
    it = Running(folder, sim_port, *arguments)
    try:
        it.wait_ready()
        yield it
        if it.process.poll() is None:
            it.stop()
    finally:
        it.close()
