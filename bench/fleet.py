"""A fleet of scripted agents while Podium's processes are killed with -9 at random.

python bench/fleet.py [--tasks 1000] [--kills 50] [--at-once 24] [--seed 1] [--confirm] [--keep DIR]

Each task is a program of five steps with one act that cannot be taken back, at a real MCP server that counts
its calls itself. At the end every task has ended, no act was done twice, a task that succeeded has done its
act once, and a task is `unknown` only where a kill of the tool gateway hit its act under way. Exit code 1 if
not. With --confirm the server can be asked whether an act was made (`confirm` of its tool), so that a task is
`unknown` only where it does not know either.
"""

import argparse
import asyncio
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import rig
from sqlalchemy import select

from podium.adapters.link import KeeperClient
from podium.adapters.records import open_for_reading
from podium.kernel.errors import PodiumError
from podium.kernel.ids import ulid
from podium.ports.acts import By
from podium.ports.database import calls, cases, charges
from podium.ports.fleet_tables import task_runs
from podium.ports.run_states import OVER
from podium.ports.runs import QueueTask
from podium.ports.tool_tables import tool_calls

VICTIMS = ("keeper", "gateway", "tools", "control", "runner")
WEIGHTS = (2, 2, 4, 1, 1)
"""The tool gateway most often: it alone can leave an act in doubt."""
STALLED_S = 120.0
LAG_NS = 100_000_000
ON_THE_WAY_NS = 10_000_000
"""Between the mark of a call that goes out and its server, and back."""
LONGEST_NS = 30_000_000_000
"""A call takes no longer, however busy the machine is."""

MANIFESTS = """
apiVersion: podium/v1
kind: Department
metadata: {{name: fleet}}
spec: {{}}
---
apiVersion: podium/v1
kind: Provider
metadata: {{name: upstream}}
spec: {{baseUrl: "http://127.0.0.1:{sim}/v1"}}
---
apiVersion: podium/v1
kind: Model
metadata: {{name: large}}
spec:
  provider: upstream
  upstream: sim-large
  price: {{inputPerMillionTokens: "2.5", outputPerMillionTokens: "10"}}
  contextWindowTokens: 128000
  maxOutputTokens: 4096
---
apiVersion: podium/v1
kind: Route
metadata: {{name: large}}
spec: {{candidates: [{{model: large}}]}}
---
apiVersion: podium/v1
kind: ToolServer
metadata: {{name: acts}}
spec:
  url: http://127.0.0.1:{acts}/mcp
  tools:
    post: {{effect: irreversible, intents: [post], arguments: {{record: {{sink: text}}}}{confirm}}}
    find: {{effect: read}}
    look: {{effect: read, arguments: {{record: {{sink: text}}}}, returns: {{integrity: organisation}}}}
---
apiVersion: podium/v1
kind: Agent
metadata: {{name: scripted}}
spec:
  department: fleet
  routes: [large]
  tools: {{acts/post: {{uses: 1}}, acts/look: {{}}}}
  run:
    command: [{python}, -I, -S, {agent}]
    reads: [{reads}]
    attempts: 10
    concurrency: {at_once}
"""


CONFIRM = ", confirm: {key: reference, tool: find, found: result.reference}"


class Fleet:
    """One Podium under attack."""

    def __init__(self, folder: Path, tasks: int, seed: int) -> None:
        self.folder, self.tasks = folder, tasks
        self.state, self.acts_file = folder / "state", folder / "acts"
        self.chance = random.Random(seed)
        self.kills: list[tuple[str, int]] = []
        """What was killed, and when (Unix nanoseconds)."""
        self.supervisor = 0
        self._engine: Any = None

    # The tasks

    async def queue(self) -> None:
        """Put the tasks into the queue; each is named, so that asking again after a kill finds it."""
        link = KeeperClient(self.state / "keeper.sock")
        for number in range(self.tasks):
            task_id = "task_" + ulid(time.time_ns() // 1_000_000, os.urandom(16))
            wish = QueueTask(By(), "scripted", f"Look at and post record {number}.", task_id=task_id)
            while True:
                try:
                    await link.ask(wish)
                    break
                except (PodiumError, OSError):
                    await link.close()
                    await asyncio.sleep(0.1)
        await link.close()

    def states(self) -> Counter[str]:
        """Return how many runs are in which state."""
        if self._engine is None:
            self._engine = open_for_reading(self.state)
        with self._engine.connect() as connection:
            return Counter(connection.execute(select(task_runs.c.state)).scalars())

    def ended(self) -> int:
        """Return how many have ended."""
        return sum(count for state, count in self.states().items() if state in OVER or state == "unknown")

    # The kills

    def processes(self) -> dict[str, list[int]]:
        """Return Podium's processes by what they are."""
        found: dict[str, list[int]] = {}
        for pid in rig.children_of(self.supervisor):
            try:
                words = Path(f"/proc/{pid}/cmdline").read_bytes().decode().split("\0")
            except OSError:
                continue
            if "-m" in words:
                found.setdefault(words[words.index("-m") + 1].rsplit(".", 1)[-1], []).append(pid)
        return found

    def kill(self) -> None:
        """Kill one of them."""
        living = self.processes()
        name = self.chance.choices(VICTIMS, WEIGHTS)[0]
        if not living.get(name):
            return
        pid = self.chance.choice(living[name])
        self.kills.append((name, time.time_ns()))
        os.kill(pid, signal.SIGKILL)

    async def attack(self, kills: int) -> None:
        """Kill so many over the life of the fleet, and wait until every task has ended."""
        last, moved = -1, time.monotonic()
        queueing = asyncio.create_task(self.queue())
        while True:
            ended = await asyncio.to_thread(self.ended)
            if ended != last:
                last, moved = ended, time.monotonic()
            if ended >= self.tasks and len(self.kills) >= kills:
                break
            if time.monotonic() - moved > STALLED_S and queueing.done():
                print(f"nothing has ended for {STALLED_S:g} s: {dict(self.states())}", file=sys.stderr)
                break
            due = (len(self.kills) + 1) / (kills + 1) * self.tasks
            if len(self.kills) < kills and ended >= due - self.tasks / (kills + 1):
                await asyncio.sleep(self.chance.random() * 0.6)
                self.kill()
            await asyncio.sleep(0.1)
        await queueing

    # The reckoning

    def at_their_server(self, at_ns: int) -> set[str]:
        """Return the records of the acts that were at their server, or on the way, at a time."""
        path = self.acts_file.with_name(self.acts_file.name + ".times")
        lines = [line.split() for line in path.read_text().splitlines()] if path.exists() else []
        return {
            name
            for name, came_ns, left_ns in lines
            if int(came_ns) - ON_THE_WAY_NS <= at_ns <= int(left_ns) + ON_THE_WAY_NS
        }

    def rows(self, table: Any, *where: Any) -> list[Any]:
        """Return rows of the database."""
        with self._engine.connect() as connection:
            return list(connection.execute(select(table).where(*where)))


def reckon(it: Fleet) -> tuple[list[str], list[tuple[str, str]]]:
    """Return what is wrong, and the table."""
    runs, states = it.rows(task_runs), it.states()
    done = Counter(it.acts_file.read_text().split()) if it.acts_file.exists() else Counter()
    of_run = {row.task_id: row for row in runs}
    record = {row.task_id: str(row.request or "").split()[-1].rstrip(".") for row in runs}
    made = it.rows(tool_calls, tool_calls.c.effect == "irreversible", tool_calls.c.verdict == "allow")
    lost = [row for row in made if row.outcome == "unknown"]
    looks = it.rows(tool_calls, tool_calls.c.rule == "confirm", tool_calls.c.reason.endswith(" was made"))
    known = {row.reason.split()[0] for row in looks}
    unknown = [row for row in lost if row.call_id not in known]
    of_tools = sorted(at_ns for name, at_ns in it.kills if name == "tools")
    hits = Counter(_hit(row.at_ns, of_tools) for row in lost)
    by_chance = hits.pop(None, 0)
    open_cases = it.rows(cases, cases.c.kind == "outcome.unknown")
    replayed = sum(row.outcome == "replayed" for row in it.rows(calls))
    wrong = []
    if sum(states[state] for state in (*OVER, "unknown")) != it.tasks:
        wrong.append(f"not every task has ended: {dict(states)}")
    twice = [name for name, count in done.items() if count > 1]
    if twice:
        wrong.append(f"done twice: {twice[:10]}")
    for row in runs:
        if row.state == "succeeded" and done[record[row.task_id]] != 1:
            wrong.append(f"{row.task_id} succeeded and its act was done {done[record[row.task_id]]} times")
        if row.state == "failed":
            wrong.append(f"{row.task_id} failed after {row.attempt} attempts: {row.reason}")
    marked = {row.task_id for row in unknown}
    if marked != {row.task_id for row in runs if row.state == "unknown"}:
        wrong.append(f"{len(marked)} tasks have an act in doubt and {states['unknown']} are unknown")
    if by_chance:
        wrong.append(f"{by_chance} acts are in doubt without a kill")
    if len(open_cases) != len(unknown):
        wrong.append(f"{len(unknown)} acts are in doubt and {len(open_cases)} cases were opened")
    under_way = [len(it.at_their_server(at_ns)) for at_ns in of_tools]
    in_doubt = Counter(done[record[row.task_id]] for row in unknown if row.task_id in of_run)
    killed = Counter(name for name, _ in it.kills)
    attempts = Counter(row.attempt for row in runs)
    lines = [
        ("tasks", f"{it.tasks}: " + ", ".join(f"{count} {state}" for state, count in states.most_common())),
        (
            "kills",
            f"{len(it.kills)}: " + ", ".join(f"{count} {name}" for name, count in killed.most_common()),
        ),
        ("attempts", ", ".join(f"{count} tasks had {number}" for number, count in sorted(attempts.items()))),
        ("acts done, by their server", f"{sum(done.values())}, of them twice {len(twice)}"),
        ("acts that their server confirmed", f"{len(lost) - len(unknown)} of {len(lost)}"),
        (
            "acts in doubt",
            f"{len(unknown)} after {len(hits)} kills that hit one; done {in_doubt[1]}, not {in_doubt[0]}",
        ),
        (
            "acts under way at a kill",
            f"{sum(under_way)} at {sum(map(bool, under_way))} kills of the tool gateway, by their server",
        ),
        ("answered from the journal", f"{replayed} model calls, {_replays(it)} tool calls"),
        ("charges", f"{len(it.rows(charges))} for {3 * it.tasks} model calls"),
    ]
    return wrong, lines


def _hit(at_ns: int, kills: list[int]) -> int | None:
    """Return the kill under which a call that began then was under way."""
    return next((kill for kill in kills if at_ns - LAG_NS <= kill <= at_ns + LONGEST_NS), None)


def _replays(it: Fleet) -> int:
    return len(it.rows(tool_calls, tool_calls.c.rule == "replay"))


def fleet(
    folder: Path, *, tasks: int, kills: int, at_once: int, seed: int, confirm: bool = False
) -> list[str]:
    """Run it; return what is wrong."""
    it = Fleet(folder, tasks, seed)
    sim, acts, port, admin, tools = (rig.free_port() for _ in range(5))
    manifests = folder / "manifests"
    manifests.mkdir()
    agent = rig.HERE / "fleet_agent.py"
    text = MANIFESTS.format(
        sim=sim,
        acts=acts,
        python=sys.executable,
        agent=agent,
        reads=", ".join(dict.fromkeys((str(rig.HERE), sys.prefix, sys.base_prefix))),
        at_once=at_once,
        confirm=CONFIRM if confirm else "",
    )
    (manifests / "all.yaml").write_text(text)
    with ExitStack() as stack:
        stack.enter_context(
            rig.process(*rig.PODIUM, "simulate", "provider", "--port", str(sim), "--ttft-ms", "20")
        )
        stack.enter_context(
            rig.process(
                sys.executable,
                str(rig.HERE / "fleet_acts.py"),
                str(acts),
                str(it.acts_file),
                log=folder / "acts.log",
            )
        )
        rig.listening(acts, "the tools' server", folder / "acts.log", 60.0)
        command = [
            *rig.PODIUM,
            "--state",
            str(it.state),
            "up",
            "--manifests",
            str(manifests),
            "--workers",
            "2",
        ]
        command += ["--port", str(port), "--admin-port", str(admin), "--tools-port", str(tools)]
        up = stack.enter_context(rig.process(*command, log=folder / "up.log"))
        it.supervisor = up.pid
        rig.until(lambda: rig.answers(f"http://127.0.0.1:{port}/readyz"), "Podium")
        rig.until(lambda: rig.answers(f"http://127.0.0.1:{tools}/readyz"), "the tool gateway")
        began = time.monotonic()
        asyncio.run(it.attack(kills))
        took_s = time.monotonic() - began
        rig.until(lambda: rig.answers(f"http://127.0.0.1:{port}/readyz"), "Podium after the last kill")
        wrong, lines = reckon(it)
        deadline = time.monotonic() + 60  # the last rows of the audit come behind the end of their task
        while wrong and time.monotonic() < deadline:
            time.sleep(0.5)
            wrong, lines = reckon(it)
        for name, value in [*lines, ("took", f"{took_s:.0f} s")]:
            print(f"{name:28} {value}")
    return wrong


def main() -> None:
    """Read the command line and run it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--tasks", type=int, default=1000)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--at-once", type=int, default=24)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--confirm", action="store_true", help="The server can be asked about an act.")
    parser.add_argument("--keep", type=Path, help="Leave everything in this folder.")
    arguments = parser.parse_args()
    folder = arguments.keep or Path(tempfile.mkdtemp(prefix="podium-fleet-"))
    folder.mkdir(parents=True, exist_ok=True)
    print(rig.machine())
    wrong = fleet(
        folder,
        tasks=arguments.tasks,
        kills=arguments.kills,
        at_once=arguments.at_once,
        seed=arguments.seed,
        confirm=arguments.confirm,
    )
    for line in wrong[:20]:
        print(f"WRONG: {line}")
    if arguments.keep is None and not wrong:
        shutil.rmtree(folder, ignore_errors=True)
    elif wrong:
        print(f"everything is in {folder}")
    raise SystemExit(1 if wrong else 0)


if __name__ == "__main__":
    main()
