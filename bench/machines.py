"""Three gateways in three network namespaces, one keeper, one PostgreSQL, and everything that can break.

sudo .venv/bin/python bench/machines.py [--away 10] [--clients 4] [--limit-usd 0.004] [--short] [--keep DIR]

Each gateway has two networks: one to its clients and the provider, one to the keeper. Under load, one after
the other: a gateway is cut off from the keeper and brought back; a worker gets SIGKILL; the keeper gets
SIGKILL; PostgreSQL is stopped for ``--away`` seconds; a whole machine gets SIGKILL and is brought back (and
calls when it is ready, as from a load balancer). Every call must be answered or refused within 2 s (with
``--short``, on a machine that others use too, within 10 s), one agent's limit must hold, and at the end the
ledger must equal the provider's own count. Exit code 1 if not, 3 where it cannot be run.
"""

import argparse
import asyncio
import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from podium.adapters.simulator.count import read_records
from tests import postgres
from tests.app.running import free_port

PODIUM = [sys.executable, "-m", "podium.app.entry"]
INPUT_NANO_USD, OUTPUT_NANO_USD = 2_500, 10_000
"""2.5 and 10 USD per million tokens, as in the manifests."""
MANIFESTS = """
apiVersion: podium/v1
kind: Department
metadata: {{name: acme}}
spec: {{}}
---
apiVersion: podium/v1
kind: Provider
metadata: {{name: simulated}}
spec: {{dialect: openai, baseUrl: "http://{provider}/v1"}}
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
metadata: {{name: free}}
spec: {{department: acme, routes: [large]}}
---
apiVersion: podium/v1
kind: Agent
metadata: {{name: capped}}
spec:
  department: acme
  routes: [large]
  limits: [{{amount: {limit}, window: month}}]
"""


def run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True)


class Networks:
    """Two bridges, and namespaces that have an end of a cable in each: ``keeper`` and ``data``."""

    def __init__(self, count: int) -> None:
        self.tag = f"pd{os.getpid() % 10_000}"
        self.spaces = [f"{self.tag}-{n}" for n in range(count)]
        self._nets = {"keeper": f"10.231.{os.getpid() % 250}", "data": f"10.232.{os.getpid() % 250}"}

    def address(self, net: str, number: int | None = None) -> str:
        """Return the address of a namespace, or of this host, in a network."""
        return f"{self._nets[net]}.{1 if number is None else 10 + number}"

    def make(self) -> None:
        """Lay the cables."""
        for net in self._nets:
            bridge = f"{self.tag}{net[0]}"
            run("ip", "link", "add", bridge, "type", "bridge")
            run("ip", "address", "add", f"{self.address(net)}/24", "dev", bridge)
            run("ip", "link", "set", bridge, "up")
        for number, space in enumerate(self.spaces):
            run("ip", "netns", "add", space)
            run("ip", "-n", space, "link", "set", "lo", "up")
            for net in self._nets:
                here = self._cable(net, number)
                run("ip", "link", "add", here, "type", "veth", "peer", "name", net, "netns", space)
                run("ip", "link", "set", here, "master", f"{self.tag}{net[0]}", "up")
                run("ip", "-n", space, "address", "add", f"{self.address(net, number)}/24", "dev", net)
                run("ip", "-n", space, "link", "set", net, "up")

    def _cable(self, net: str, number: int) -> str:
        return f"{self.tag}{net[0]}{number}"

    def plug(self, number: int, *, into: bool) -> None:
        """Cut a gateway off from the keeper's network without a word, or plug it in again."""
        run("ip", "link", "set", self._cable("keeper", number), "up" if into else "down")

    def remove(self) -> None:
        """Take away everything that was made."""
        for space in self.spaces:
            subprocess.run(["ip", "netns", "delete", space], capture_output=True)
        for net in self._nets:
            subprocess.run(["ip", "link", "delete", f"{self.tag}{net[0]}"], capture_output=True)


class Process:
    """A `podium` of ours, alone in its namespace where one is named."""

    def __init__(self, folder: Path, name: str, *arguments: str, space: str | None = None) -> None:
        self._command = [*(["ip", "netns", "exec", space] if space else []), *PODIUM, *arguments]
        self._log = folder / f"{name}.log"
        self.start()

    def start(self) -> None:
        """Start it, again after it has ended."""
        environment = {key: value for key, value in os.environ.items() if not key.startswith("PODIUM_")}
        with self._log.open("ab") as log:
            self.process = subprocess.Popen(self._command, stdout=log, stderr=log, env=environment)

    def children(self) -> dict[int, str]:
        """Return the module that each child runs."""
        found = {}
        path = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        for pid in path.read_text().split() if path.exists() else []:
            with contextlib.suppress(FileNotFoundError):
                words = Path(f"/proc/{pid}/cmdline").read_bytes().decode().split("\0")
                found[int(pid)] = next((word for word in words if word.startswith("podium.app.")), "")
        return found

    def kill(self, module: str) -> None:
        """Send SIGKILL to the first child that runs a module."""
        pid = next(pid for pid, found in self.children().items() if found == f"podium.app.{module}")
        os.kill(pid, signal.SIGKILL)

    def kill_all(self) -> None:
        """End all of it at once, as a power cut does."""
        children = self.children()
        for pid in (self.process.pid, *children):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.process.wait()

    def stop(self) -> int:
        """End it in order; return its exit code."""
        if self.process.poll() is None:
            self.process.terminate()
        try:
            return self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.kill_all()
            return -9


class Load:
    """Clients of one gateway, which call without pause."""

    def __init__(self, url: str, keys: dict[str, str], clients: int) -> None:
        self._url, self._keys, self._clients = url, keys, clients
        self.seen: Counter[str] = Counter()
        self.longest: dict[str, float] = {}
        """Seconds of the longest call, by what it came to."""
        self.calling = asyncio.Event()
        self.calling.set()
        self.stop = asyncio.Event()

    async def run(self) -> None:
        """Call until told to stop."""
        agents = ["free"] * self._clients + ["capped"] * max(1, self._clients // 2)
        await asyncio.gather(*(self._client(agent, number) for number, agent in enumerate(agents)))

    async def _client(self, agent: str, number: int) -> None:
        limits = httpx.Limits(max_keepalive_connections=1)
        headers = {"authorization": f"Bearer {self._keys[agent]}"}
        async with httpx.AsyncClient(headers=headers, timeout=30, limits=limits) as http:
            while not self.stop.is_set():
                await self.calling.wait()
                body = {
                    "model": "large",
                    "messages": [{"role": "user", "content": "one two three"}],
                    "max_tokens": 4 + number,
                    "stream": number % 2 == 1,
                }
                began = time.monotonic()
                try:
                    answer = await http.post(f"{self._url}/v1/chat/completions", json=body)
                    what = "ok" if answer.status_code == 200 else answer.json()["error"]["code"]
                except httpx.TransportError as error:
                    what = type(error).__name__
                name = what if agent == "free" else f"{what}, capped"
                self.longest[name] = max(self.longest.get(name, 0.0), round(time.monotonic() - began, 2))
                self.seen[name] += 1
                await asyncio.sleep(0.01 if what.startswith("ok") else 0.05)


class House:
    """Everything that runs, and the story that is told with it."""

    def __init__(self, folder: Path, arguments: argparse.Namespace, nets: Networks) -> None:
        self.folder, self.arguments, self.nets = folder, arguments, nets
        self.server = postgres.Postgres()
        self.provider = f"{nets.address('data')}:{free_port()}"
        self.count = folder / "count.jsonl"
        self.processes: list[Process] = []
        self.gateways: list[Process] = []
        self.loads: list[Load] = []

    def podium(self, *arguments: str) -> str:
        """Run a verb beside the keeper, and return what it prints."""
        command = [*PODIUM, "--state", str(self.folder / "keeper"), *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=True, timeout=120).stdout

    def start(self) -> None:
        """Start the provider, the keeper, and the gateways, each in its namespace."""
        host, port = self.provider.split(":")
        provide = ("simulate", "provider", "--host", host, "--port", port, "--ttft-ms", "30", "--itl-ms", "1")
        self.processes.append(Process(self.folder, "provider", *provide, "--count", str(self.count)))
        certs, here = self.folder / "certs", self.nets.address("keeper")
        self.podium("certs", "init", "--dir", str(certs))
        self.podium("certs", "issue", "keeper", here, "--dir", str(certs))
        manifests = self.folder / "all.yaml"
        limit = f"{self.arguments.limit_usd:.4f}"
        manifests.write_text(MANIFESTS.format(provider=self.provider, limit=limit))
        door = f"{here}:{free_port()}"
        files = ("--keeper-cert", f"{certs}/keeper.pem", "--keeper-key", f"{certs}/keeper.key")
        up = ("--manifests", str(manifests), "--database", self.server.database())
        ports = ("--port", str(free_port()), "--admin-port", str(free_port()))
        self.up = Process(
            self.folder,
            "up",
            *("--state", str(self.folder / "keeper"), "up", *up, *ports),
            *("--keeper-listen", door, *files, "--keeper-ca", f"{certs}/ca.pem"),
        )
        self.processes.append(self.up)
        for number, space in enumerate(self.nets.spaces):
            name = f"rack-{number}"
            self.podium("certs", "issue", "gateway", name, "--dir", str(certs))
            listen = ("--host", self.nets.address("data", number), "--port", "8710", "--workers", "2")
            mine = (
                "--cert",
                f"{certs}/{name}.pem",
                "--key",
                f"{certs}/{name}.key",
                "--ca",
                f"{certs}/ca.pem",
            )
            state = ("--state", str(self.folder / name))
            keeper = ("gateway", "--keeper", door)
            self.gateways.append(
                Process(
                    self.folder, name, *state, *keeper, *mine, "--ca", f"{certs}/ca.pem", *listen, space=space
                )
            )
        self.processes[0:0] = self.gateways

    async def until(self, condition: Callable[[], bool], what: str, seconds: float = 120) -> None:
        """Wait for something. Raises TimeoutError."""
        deadline = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > deadline:
                raise TimeoutError(f"waited {seconds:g} s in vain for {what}")
            await asyncio.sleep(0.05)

    async def grows(self, what: str, numbers: tuple[int, ...] = (0, 1, 2), by: int = 5) -> None:
        """Wait until clients of these gateways have seen something so often from now on."""
        began = time.monotonic()
        wanted = {number: self.loads[number].seen[what] + by for number in numbers}
        enough = lambda: all(self.loads[n].seen[what] >= count for n, count in wanted.items())  # noqa: E731
        await self.until(enough, f"{what} of {numbers}")
        print(f"  {what} of {numbers} after {time.monotonic() - began:.1f} s", flush=True)

    async def ready(self, number: int) -> None:
        """Wait until a gateway calls itself ready."""
        deadline = time.monotonic() + 60
        async with httpx.AsyncClient(timeout=5) as http:
            while time.monotonic() < deadline:
                with contextlib.suppress(httpx.TransportError):
                    answer = await http.get(f"http://{self.nets.address('data', number)}:8710/readyz")
                    if answer.status_code == httpx.codes.OK:
                        return
                await asyncio.sleep(0.1)
        raise TimeoutError(f"rack-{number} did not become ready")

    async def story(self) -> None:
        """Break one thing after the other, and wait until everything is well again."""
        key = None
        while key is None:
            with contextlib.suppress(subprocess.CalledProcessError):
                key = json.loads(await asyncio.to_thread(self.podium, "agent", "key", "free", "--json"))
            await asyncio.sleep(0.2)
        capped = json.loads(await asyncio.to_thread(self.podium, "agent", "key", "capped", "--json"))
        keys = {"free": key["key"], "capped": capped["key"]}
        self.loads = [
            Load(f"http://{self.nets.address('data', number)}:8710", keys, self.arguments.clients)
            for number in range(len(self.gateways))
        ]
        running = [asyncio.create_task(load.run()) for load in self.loads]
        await self.grows("ok")
        print("rack-0 is cut off from the keeper", flush=True)
        self.nets.plug(0, into=False)
        await self.grows("not_ready", (0,))
        await self.grows("ok", (1, 2))
        self.nets.plug(0, into=True)
        await self.grows("ok", (0,))
        print("a worker of rack-1 gets SIGKILL", flush=True)
        self.gateways[1].kill("gateway")
        await self.grows("ok")
        print("the keeper gets SIGKILL", flush=True)
        self.up.kill("keeper")
        await self.grows("ok")
        print(f"PostgreSQL is stopped for {self.arguments.away:g} s", flush=True)
        await asyncio.to_thread(self.server.stop)
        await self.grows("not_ready")
        await asyncio.sleep(self.arguments.away)
        self.server.launch()
        await asyncio.to_thread(self.server.wait)
        await self.grows("ok")
        print("rack-2 gets SIGKILL, all of it", flush=True)
        self.gateways[2].kill_all()
        await self.grows("ConnectError", (2,))
        self.loads[2].calling.clear()  # as a load balancer does
        await self.grows("ok", (0, 1))
        self.gateways[2].start()
        await self.ready(2)
        self.loads[2].calling.set()
        await self.grows("ok")
        for load in self.loads:
            load.stop.set()
        await asyncio.gather(*running)

    def verify(self) -> list[str]:
        """Return what is not as it must be. Everything has ended but keeper and provider."""
        served = {record.request_id: record for record in read_records(str(self.count))}
        rows: list[dict[str, object]] = []
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            rows = json.loads(self.podium("ledger", "--json", "--limit", "1000000"))["charges"]
            if set(served) <= {str(row["charge_id"]) for row in rows}:
                break
            time.sleep(0.5)
        wrong = []
        ids = Counter(str(row["charge_id"]) for row in rows)
        wrong += [f"{name} is in the ledger {n} times" for name, n in ids.items() if n > 1]
        wrong += [f"{name} is not in the ledger" for name in served.keys() - ids.keys()]
        for row in rows:
            record = served.get(str(row["charge_id"]))
            if row["estimated"] or record is None:
                if not row["estimated"] and row["cost_nano_usd"]:
                    wrong.append(f"{row['charge_id']} reached no provider, and is charged")
                continue
            exact = INPUT_NANO_USD * record.prompt_tokens + OUTPUT_NANO_USD * record.completion_tokens
            if row["cost_nano_usd"] != exact:
                wrong.append(f"{row['charge_id']} costs {row['cost_nano_usd']}, by the provider {exact}")
        spent = sum(int(str(row["cost_nano_usd"])) for row in rows if row["agent"] == "capped")
        limit = round(self.arguments.limit_usd * 1e9)
        if spent > limit:
            wrong.append(f"capped has spent {spent} nano-USD of {limit}")
        holds, ends = self._open()
        while (holds or ends.get(None, 0) != 1) and time.monotonic() < deadline:
            time.sleep(0.5)
            holds, ends = self._open()
        if holds:
            wrong.append(f"{holds} holds are open")
        open_ones = ends.get(None, 0)
        if open_ones != 1:
            wrong.append(f"{open_ones} incarnations are open, and only the keeper's own worker is left")
        longest_s = max(max(load.longest.values()) for load in self.loads)
        bound_s = 25.0 if self.arguments.short else 2.0  # in a test the machine may be as busy as it likes
        if longest_s > bound_s:
            wrong.append(f"a call took {longest_s:.2f} s")
        estimated = sum(bool(row["estimated"]) for row in rows)
        print(f"{len(rows)} charges, {len(served)} at the provider, {estimated} estimates")
        print(f"capped: {spent / 1e9:.6f} of {limit / 1e9:.6f} USD; incarnations: {ends}")
        for number, load in enumerate(self.loads):
            print(f"rack-{number}: {dict(load.seen)}, the longest in seconds: {load.longest}")
        return wrong

    def _open(self) -> tuple[object, dict[object, object]]:
        """Return how many holds are open, and how many lives of workers have which end."""
        url = self.database().rpartition("/")[2]
        counted = self.server.sql('SELECT "end", count(*) FROM incarnations GROUP BY 1', url)
        holds = self.server.sql("SELECT count(*) FROM holds", url)[0][0]
        return holds, {row[0]: row[1] for row in counted}

    def database(self) -> str:
        """Return the URL that the keeper's state directory has."""
        return (self.folder / "keeper" / "database").read_text().strip()

    def stop_gateways(self) -> None:
        """End every gateway in order."""
        for gateway in self.gateways:
            gateway.stop()

    def close(self) -> None:
        """End what is left."""
        for process in self.processes:
            if process.process.poll() is None:
                process.stop()
        self.server.close()


def why_not() -> str | None:
    """Say why this cannot be run here, or nothing."""
    if os.getuid() != 0:
        return "network namespaces need root"
    if postgres.why_not() is not None:
        return postgres.why_not()
    if shutil.which("ip") is None:
        return "there is no ip here (iproute2)"
    probe = f"pd{os.getpid()}-probe"
    if subprocess.run(["ip", "netns", "add", probe], capture_output=True).returncode:
        return "no network namespace can be made here"
    subprocess.run(["ip", "netns", "delete", probe], capture_output=True)
    return None


@contextmanager
def house(arguments: argparse.Namespace) -> Iterator[House]:
    folder = Path(arguments.keep or tempfile.mkdtemp(prefix="podium-machines-"))
    folder.mkdir(parents=True, exist_ok=True)
    nets = Networks(3)
    made = None
    try:
        nets.make()
        made = House(folder, arguments, nets)
        made.start()
        yield made
    finally:
        if made is not None:
            made.close()
        nets.remove()
        if not arguments.keep:
            shutil.rmtree(folder, ignore_errors=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--away", type=float, default=10.0)
    parser.add_argument("--clients", type=int, default=4)
    parser.add_argument("--limit-usd", type=float, default=0.004)
    parser.add_argument("--short", action="store_true")
    parser.add_argument("--keep")
    arguments = parser.parse_args()
    if arguments.short:
        arguments.away, arguments.clients, arguments.limit_usd = 0.5, 2, 0.003
    reason = why_not()
    if reason is not None:
        print(reason)
        return 3
    with house(arguments) as it:
        asyncio.run(it.story())
        it.stop_gateways()
        wrong = it.verify()
    for line in wrong[:20]:
        print(f"WRONG: {line}")
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
