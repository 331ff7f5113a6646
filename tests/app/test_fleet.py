"""Runs of real programs through a whole `podium up` whose processes get kill -9 (see bench/fleet.py)."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import pytest

from podium.adapters.simulator.count import read_records
from tests.app.running import Running, environment, free_port, podium, running, simulator, until
from tests.app.test_tools import tools_ready

BENCH = Path(__file__).parents[2] / "bench"


def manifests(**values: object) -> str:
    """Return the bench's manifests."""
    sys.path.insert(0, str(BENCH))
    try:
        spec = spec_from_file_location("fleet_bench", BENCH / "fleet.py")
        assert spec is not None
        assert spec.loader is not None
        module = module_from_spec(spec)
        spec.loader.exec_module(module)
    finally:
        sys.path.remove(str(BENCH))
    reads = ", ".join(dict.fromkeys((str(BENCH), sys.prefix, sys.base_prefix)))
    text: str = module.MANIFESTS.format(
        python=sys.executable, agent=BENCH / "fleet_agent.py", reads=reads, at_once=4, confirm="", **values
    )
    return text


@contextmanager
def acting(folder: Path, delay_s: float) -> Iterator[tuple[int, Path]]:
    """Run the server of acts; yield its port and its own count."""
    port, count = free_port(), folder / "acts"
    command = [sys.executable, str(BENCH / "fleet_acts.py"), str(port), str(count), str(delay_s)]
    process = subprocess.Popen(command, env=environment())
    try:
        yield port, count
    finally:
        process.terminate()
        process.wait(timeout=120)


def rows(it: Running, query: str, *values: object) -> list[tuple[Any, ...]]:
    connection = sqlite3.connect(f"file:{it.state / 'podium.db'}?mode=ro", uri=True)
    try:
        return connection.execute(query, values).fetchall()
    finally:
        connection.close()


def state(it: Running, task_id: str) -> str:
    ((found,),) = rows(it, "SELECT state FROM task_runs WHERE task_id = ?", task_id)
    return str(found)


def done(count: Path) -> list[str]:
    return count.read_text().split() if count.exists() else []


def start(it: Running, number: int) -> str:
    answer = podium(
        "task", "start", "scripted", f"Look at and post record {number}.", "--json", state=it.state
    )
    assert answer.returncode == 0, answer.stderr
    task_id: str = json.loads(answer.stdout)["task_id"]
    return task_id


@pytest.fixture(scope="module")
def it(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Running, Path, Path]]:
    """A Podium, the count of its provider, and that of its server of acts."""
    folder = tmp_path_factory.mktemp("fleet")
    with (
        simulator(folder, "--ttft-ms", "400") as (sim, count),
        acting(folder, 3.0) as (port, acts),
    ):
        (folder / "manifests").mkdir()
        (folder / "manifests" / "all.yaml").write_text(manifests(sim=sim, acts=port))
        with running(folder, sim) as made:
            until(lambda: tools_ready(made), "the tool gateway")
            yield made, count, acts


def asked(count: Path) -> int:
    return len(list(read_records(str(count))))


@pytest.mark.crash
def test_the_runner_dies_within_an_act(it: tuple[Running, Path, Path]) -> None:
    """Its program's successor is answered from the journal: of models, and with the act's own result."""
    made, count, acts = it
    task = start(made, 1)
    until(lambda: "1" in done(acts), "the act")
    before = asked(count)
    os.kill(made.children()["runner"], signal.SIGKILL)
    until(lambda: state(made, task) == "succeeded", "the task")
    assert rows(made, "SELECT attempt FROM task_runs WHERE task_id = ?", task) == [(2,)]
    assert done(acts).count("1") == 1
    assert asked(count) == before + 1
    undone = podium("task", "undo", task, "--reason", "A test.", state=made.state)
    assert undone.returncode == 1, undone.stderr
    assert "cannot be undone" in undone.stdout


@pytest.mark.crash
def test_the_tool_gateway_dies_within_an_act(it: tuple[Running, Path, Path]) -> None:
    """The act was done once, is unknown, and waits for a person, whose word lets the task go on."""
    made, _, acts = it
    task = start(made, 2)
    until(lambda: "2" in done(acts), "the act")
    os.kill(made.children()["tools"], signal.SIGKILL)
    until(lambda: state(made, task) == "unknown", "the task to be unknown")
    of_case = "SELECT id, why FROM cases WHERE kind = 'outcome.unknown'"
    until(lambda: rows(made, of_case), "the case")
    ((case_id, why),) = rows(made, of_case)
    assert "no answer came" in why
    of_act = "SELECT outcome FROM tool_calls WHERE task_id = ? AND tool = 'acts/post' AND outcome IS NOT NULL"
    until(lambda: rows(made, of_act, task) == [("unknown",)], "the audit")
    words = ("inbox", "answer", case_id, "happened", "--reason", "The server has it.")
    answered = podium(*words, state=made.state)
    assert answered.returncode == 0, answered.stderr
    until(lambda: state(made, task) == "succeeded", "the task")
    assert done(acts).count("2") == 1


@pytest.mark.crash
def test_a_gateway_dies_within_an_answer(it: tuple[Running, Path, Path]) -> None:
    """The call is made again and charged on its own; what was answered before is not asked again, not by the
    program's successor either."""
    made, count, acts = it
    before = asked(count)
    task = start(made, 3)
    of_task = "SELECT count(*) FROM tool_calls WHERE task_id = ?"
    until(lambda: rows(made, of_task, task)[0][0], "the second step")
    os.kill(made.children()["gateway"], signal.SIGKILL)
    os.kill(made.children()["runner"], signal.SIGKILL)
    until(lambda: state(made, task) == "succeeded", "the task")
    assert done(acts).count("3") == 1
    replayed = "SELECT 1 FROM calls JOIN facets ON facets.id = calls.facet WHERE facets.outcome = 'replayed'"
    until(lambda: rows(made, replayed), "the row of the replay")
    assert asked(count) - before <= 4


@pytest.mark.crash
def test_a_small_fleet_under_kill_9(tmp_path: Path) -> None:
    """Every task ends, no act is done twice, and one is unknown only where a kill hit it."""
    few = ("--tasks", "10", "--kills", "3", "--keep", str(tmp_path))
    command = [sys.executable, str(BENCH / "fleet.py"), *few]
    ended = subprocess.run(command, capture_output=True, text=True, env=environment(), timeout=240)
    assert ended.returncode == 0, ended.stdout + ended.stderr
