"""A pipeline fans out over agents: one does its work, one loops and is paused, one asks before it writes.

`podium up` with its runner and the programs that it runs, the simulated provider and the simulated desk with
their own counts, the command line, and the console in a real Chromium.
"""

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.app.desk import TOOLS, desk
from tests.app.running import MANIFESTS, Running, podium, simulator, until
from tests.console.browser import Browser
from tests.console.conftest import wait_for_answer

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

ROOT = Path(__file__).parents[2]
OWN = """
---
apiVersion: podium/v1
kind: Agent
metadata: {{name: closer}}
spec:
  department: support
  routes: [large]
  tools: {{tickets/search_tickets: {{}}, tickets/close_ticket: {{}}, tickets/reply_to_ticket: {{}}}}
  run:
    command: {closer}
    reads: [{package}]
---
apiVersion: podium/v1
kind: Agent
metadata: {{name: ponderer}}
spec:
  department: support
  routes: [large]
  run:
    command: {ponderer}
    reads: [{package}]
---
apiVersion: podium/v1
kind: Agent
metadata: {{name: writer}}
spec:
  department: support
  routes: [large]
  tools:
    tickets/search_tickets: {{}}
    tickets/reply_to_ticket: {{arguments: {{properties: {{body: {{maxLength: 5}}}}}}, else: ask}}
  run:
    command: {writer}
    reads: [{package}]
---
apiVersion: podium/v1
kind: Pipeline
metadata: {{name: morning}}
spec:
  agent: closer
  description: Close what is settled, think about the rest, and reply to those who wait.
  budgetUsd: 1
  steps:
    - name: close
      task: {{agent: closer, request: "Close Cleo Fink's ticket."}}
    - name: ponder
      mayFail: true
      task: {{agent: ponderer, request: "Think about it."}}
    - name: write
      task: {{agent: writer, request: "Reply to Ada Berg's ticket that it is refunded."}}
"""

OVER = {"succeeded", "failed", "timeout", "killed", "denied", "skipped"}
"""States in which a step of a pipeline stays."""


def scripted(*arguments: str) -> str:
    """Return a command of a scripted agent as YAML."""
    return json.dumps(
        [sys.executable, "-m", "podium.app.entry", "simulate", "agent", "--model", "large", *arguments]
    )


def searched(query: str) -> tuple[str, str]:
    return "--tool", f'tickets_search_tickets={{"query": "{query}"}}'


def tell(line: str) -> None:
    """Tell what has just been shown to be true."""
    print(f"  {line}", flush=True)


@dataclass
class House:
    """What the story happens in."""

    up: Running
    acts_file: Path
    provider_count: Path

    def cli(self, *arguments: str) -> Any:
        """Return what a verb says in JSON."""
        done = podium(*arguments, "--json", state=self.up.state)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def acts(self) -> list[dict[str, Any]]:
        """Return what the desk itself has counted."""
        return [json.loads(line) for line in self.acts_file.read_text().splitlines()]

    def open_case(self, *kinds: str) -> dict[str, Any]:
        """Return the one open case of some kinds."""
        found: list[dict[str, Any]] = []

        def one() -> bool:
            cases = self.cli("inbox", "list")["cases"]
            found[:] = [case for case in cases if case["kind"] in kinds]
            return len(found) == 1

        until(one, f"a case {kinds}")
        return found[0]


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with desk(tmp_path) as (port, acts), simulator(tmp_path) as (sim_port, count):
        reply = 'tickets_reply_to_ticket={"number": 4468, "body": "It is refunded."}'
        (tmp_path / "manifests").mkdir()
        (tmp_path / "manifests" / "all.yaml").write_text(
            (MANIFESTS + TOOLS + OWN).format(
                sim_port=sim_port,
                port=port,
                package=ROOT / "podium",
                closer=scripted(*searched("Cleo"), "--tool", 'tickets_close_ticket={"number": 4470}'),
                ponderer=scripted("--behaviour", "loop", "--pause", "0.05"),
                writer=scripted(*searched("Ada"), "--tool", reply),
            )
        )
        up = Running(tmp_path, sim_port, "--workers", "1")
        try:
            up.wait_ready()
            yield House(up, acts, count)
            up.stop()
        finally:
            up.close()


def test_a_morning_of_the_fleet(house: House, visitor: Browser) -> None:
    """Each agent gets what it should: its work done, a pause and an end, a person's answer; figures agree."""
    print()
    run_id = house.cli("pipeline", "run", "morning")["run"]
    tell(f"`podium pipeline run morning`: {run_id} fans out over three agents.")

    def step(name: str) -> dict[str, Any]:
        steps = {it["name"]: it for it in house.cli("pipeline", "show", run_id)["steps"]}
        found: dict[str, Any] = steps[name]
        return found

    def comes_to(name: str, state: str) -> None:
        """Wait until a step has a state; another end is told with its reason."""
        until(lambda: step(name)["state"] in OVER, f"{name}'s end")
        assert step(name)["state"] == state, step(name)

    comes_to("close", "succeeded")
    assert house.acts() == [{"tool": "close_ticket", "number": 4470}]
    tell("closer finds Cleo Fink's ticket and closes it; the desk has counted one act.")

    console = f"http://127.0.0.1:{house.up.admin_port}"
    wait_for_answer(console)
    visitor.log_in(console, (house.up.state / "admin.token").read_text().strip())
    case = house.open_case("tool.call")
    visitor.open(f"/inbox/{case['id']}")
    visitor.sees("It is refunded.")
    visitor.wait(lambda: visitor.all("input[value=approve]"), "the choices")
    assert len(house.acts()) == 1
    tell("writer's reply waits: the Inbox shows what it would write, and nothing has gone out.")
    visitor.click("input[value=approve]")
    visitor.find("#reason").send_keys("She was charged twice.")
    visitor.click("button[type=submit]", "Answer")
    comes_to("write", "succeeded")
    assert house.acts()[1:] == [{"tool": "reply_to_ticket", "number": 4468, "body": "It is refunded."}]
    tell("A person approves it; it goes out once.")

    paused = house.open_case("breaker.pause")
    visitor.open(f"/inbox/{paused['id']}")
    visitor.sees("the same")
    tell("ponderer says the same again and again: its breaker has paused it, and the case says why.")
    (task_id,) = [it["task_id"] for it in step("ponder")["units"]]
    done = podium("task", "kill", task_id, "--reason", "It only repeats itself.", state=house.up.state)
    assert done.returncode == 0, done.stderr
    until(lambda: house.cli("pipeline", "show", run_id)["run"]["state"] == "succeeded", "the end of the run")
    assert step("ponder")["state"] == "killed"
    tell("It is killed; it may fail, so the run has succeeded.")

    visitor.open(f"/ship/pipelines/{run_id}")
    visitor.sees("succeeded")
    visitor.sees("killed", "[aria-label=Steps]")
    told = json.dumps(house.cli("explain", run_id))
    assert "morning" in told
    charges, served = list[Any](), list[str]()

    def agree() -> bool:  # what was under way at the kill is charged behind it
        charges[:] = [row for row in house.up.ledger() if row["outcome"] != "refused"]
        served[:] = [line for line in house.provider_count.read_text().splitlines() if line]
        return len(charges) == len(served)

    until(agree, "a charge for each call")
    tell(f"The page and `podium explain` tell the run; {len(charges)} charges = {len(served)} calls served.")
