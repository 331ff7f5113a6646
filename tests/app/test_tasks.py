"""Tasks that a real `podium up` runs: a small program without an SDK, and what happens when processes die."""

import hashlib
import json
import os
import signal
import sqlite3
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from podium.adapters.link import call
from podium.ports.acts import By, RetryTask, SteerTask
from podium.ports.runs import QueueTask, RunIs
from podium.ports.tasks import DelegateTask, TaskIs
from tests.app.running import MANIFESTS, Running, podium, running, simulator, until

AGENTS = """
---
apiVersion: podium/v1
kind: Agent
metadata: {{name: worker}}
spec:
  department: support
  routes: [large]
  delegates: [triage]
  run:
    command: [{python}, worker.py]
    folder: {folder}
    writes: [{shared}]
    env: {{SHARED: {{value: {shared}}}}}
"""
PROGRAM = """
import json, os, subprocess, sys, time, urllib.error, urllib.request

shared, request, attempt = os.environ["SHARED"], os.environ["PODIUM_REQUEST"], os.environ["PODIUM_ATTEMPT"]
what, _, name = request.partition(" ")
print("began", sorted(os.environ))
sys.stdout.flush()
with open(f"{shared}/{name}.{attempt}", "w") as file:
    file.write(open(os.environ["PODIUM_TASK_TOKEN_FILE"]).read())
if what == "tree":
    subprocess.Popen(["sh", "-c", f"sh -c 'sleep 300; : {name}' & wait; : {name}"])
    time.sleep(300)
if what == "wait":
    while not os.path.exists(f"{shared}/{name}.go"):
        time.sleep(0.02)
body = {"model": "large", "messages": [{"role": "user", "content": request}], "max_completion_tokens": 2}
call = urllib.request.Request(
    os.environ["OPENAI_BASE_URL"] + "/chat/completions",
    json.dumps(body).encode(),
    {"content-type": "application/json", "authorization": "Bearer " + os.environ["OPENAI_API_KEY"]},
)
for again in range(20):
    try:
        urllib.request.urlopen(call).read()
        break
    except urllib.error.HTTPError as error:
        if error.code != 503:
            raise
        time.sleep(0.5)
given = open(os.environ["PODIUM_INPUT"]).read() if "PODIUM_INPUT" in os.environ else None
told = [json.loads(line)["text"] for line in open(os.environ["PODIUM_MESSAGES"])]
with open(os.environ["PODIUM_RESULT"], "w") as file:
    json.dump({"attempt": attempt, "input": given, "told": told}, file)
os.makedirs(os.environ["PODIUM_ARTIFACTS"] + "/notes")
with open(os.environ["PODIUM_ARTIFACTS"] + "/notes/a.md", "w") as file:
    file.write("# Notes")
"""


class Fleet:
    """One `podium up`, and what its runs' programs can be told by files."""

    def __init__(self, it: Running, shared: Path) -> None:
        self.it, self.shared = it, shared

    def ask(self, question: object) -> object:
        return call(self.it.state / "keeper.sock", question)  # type: ignore[arg-type]

    def start(self, request: str, **wish: object) -> str:
        told = self.ask(QueueTask(By(), "worker", request, **wish))  # type: ignore[arg-type]
        assert isinstance(told, RunIs)
        return told.task_id

    def steer(self, task_id: str, act: str, **more: object) -> None:
        self.ask(SteerTask(By(), task_id, act, "The test says so.", **more))  # type: ignore[arg-type]

    def row(self, task_id: str) -> sqlite3.Row:
        with sqlite3.connect(f"file:{self.it.state}/podium.db?mode=ro", uri=True) as database:
            database.row_factory = sqlite3.Row
            found: sqlite3.Row = database.execute(
                "SELECT * FROM task_runs WHERE task_id = ?", [task_id]
            ).fetchone()
        database.close()
        return found

    def ends(self, task_id: str) -> sqlite3.Row:
        until(
            lambda: self.row(task_id)["ended_ns"] and not self.row(task_id)["runner"], f"the end of {task_id}"
        )
        return self.row(task_id)

    def began(self, name: str, attempt: int = 1) -> str:
        """Wait until an attempt's program runs; return its token."""
        path = self.shared / f"{name}.{attempt}"
        until(lambda: path.exists() and path.read_text(), f"attempt {attempt} of {name}")
        return path.read_text()

    def body(self, sha256: str) -> bytes:
        body = (self.it.state / "artifacts" / sha256[:2] / sha256).read_bytes()
        assert hashlib.sha256(body).hexdigest() == sha256
        return body

    def result(self, task_id: str) -> dict[str, object]:
        row = self.ends(task_id)
        assert (row["state"], row["reason"]) == ("succeeded", "")
        found: dict[str, object] = json.loads(self.body(row["result_sha256"]))
        return found


def processes(word: str) -> list[int]:
    """Return the processes of this machine whose command line holds a word."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if word.encode() in path.read_bytes():
                found.append(int(path.parent.name))
        except OSError:
            continue
    return found


def standing(pid: int) -> str:
    """Return the state of a process as `ps` writes it, empty where it has just ended: others' come and go."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return ""


def is_there(url: str, headers: dict[str, str]) -> bool:
    try:
        return httpx.get(url, headers=headers).status_code == 200
    except httpx.TransportError:
        return False


@pytest.fixture(scope="module")
def fleet(tmp_path_factory) -> Iterator[Fleet]:
    folder = tmp_path_factory.mktemp("fleet")
    agent, shared = folder / "agent", folder / "shared"
    agent.mkdir()
    shared.mkdir()
    (agent / "worker.py").write_text(PROGRAM)
    with simulator(folder) as (port, _):
        manifests = folder / "manifests"
        manifests.mkdir()
        agents = AGENTS.format(python=sys.executable, folder=agent, shared=shared)
        (manifests / "all.yaml").write_text(MANIFESTS.format(sim_port=port) + agents)
        with running(folder, port) as it:
            until(lambda: "runner" in it.children(), "the runner")
            yield Fleet(it, shared)


def test_a_task_runs_and_leaves_its_result(fleet: Fleet, tmp_path):
    """`podium task start --wait` prints the result; its artifacts are kept by their digests."""
    (tmp_path / "in.txt").write_text("the input")
    done = podium(
        *("task", "start", "worker", "do first", "--input", str(tmp_path / "in.txt"), "--wait"),
        *("--budget", "1.00", "--deadline", "1h"),
        state=fleet.it.state,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {"attempt": "1", "input": "the input", "told": []}
    task_id = done.stderr.split()[1]
    token = (fleet.it.state / "admin.token").read_text().strip()
    url = f"http://127.0.0.1:{fleet.it.admin_port}/podium/v1"
    headers = {"authorization": f"Bearer {token}"}
    until(lambda: is_there(f"{url}/runs", headers), "the admin API")
    until(lambda: httpx.get(f"{url}/runs/{task_id}", headers=headers).json()["charges"], "the charge")
    told = httpx.get(f"{url}/runs/{task_id}", headers=headers).json()
    assert (told["run"]["state"], told["run"]["exit_code"], told["charges"]) == ("succeeded", 0, 1)
    assert told["run"]["cpu_ms"] > 0
    assert told["run"]["peak_memory_bytes"] > 1_000_000
    assert [it["name"] for it in told["artifacts"]] == ["notes/a.md", "output.txt"]
    notes = httpx.get(f"{url}/runs/{task_id}/artifacts/notes/a.md", headers=headers)
    assert notes.content == b"# Notes"
    wish = {"agent": "worker", "request": "do again", "task_id": "task_01HZZZZZZZZZZZZZZZZZZZZZZZ"}
    for _ in range(2):
        begun = httpx.post(f"{url}/tasks", headers=headers, json=wish)
        assert begun.status_code == 202, begun.text
    assert fleet.result(begun.json()["task_id"])["attempt"] == "1"
    shown = podium("task", "show", task_id, state=fleet.it.state)
    assert "left      notes/a.md (text/markdown, 7 bytes)" in shown.stdout


def test_a_kill_ends_all_that_a_task_has_started(fleet: Fleet):
    """The program, its children and theirs are gone, its token is dead, and so is its children's."""
    task_id = fleet.start("tree oak-of-the-kill")
    token = fleet.began("oak-of-the-kill")
    child = fleet.ask(DelegateTask(token, "triage"))
    assert isinstance(child, TaskIs)
    until(lambda: len(processes("oak-of-the-kill")) >= 2, "the grandchildren")
    fleet.steer(task_id, "kill")
    row = fleet.ends(task_id)
    assert (row["state"], row["reason"], row["exit_code"]) == ("killed", "The test says so.", 137)
    assert processes("oak-of-the-kill") == []

    def refused() -> bool:
        answers = {
            httpx.get(f"{fleet.it.url}/v1/models", headers={"authorization": f"Bearer {it}"}).status_code
            for it in (token, child.token)
        }
        return answers == {401}

    until(refused, "the end of both tokens")


def test_a_run_outlives_its_runner(fleet: Fleet):
    """After kill -9 of the runner no program of it is left, and the next runner begins another attempt."""
    task_id, tree = fleet.start("wait birch"), fleet.start("tree elm-of-the-runner", attempts=1)
    fleet.began("birch")
    fleet.began("elm-of-the-runner")
    until(lambda: processes("elm-of-the-runner"), "its children")
    os.kill(fleet.it.children()["runner"], signal.SIGKILL)
    fleet.began("birch", 2)
    assert processes("elm-of-the-runner") == []
    (fleet.shared / "birch.go").touch()
    assert fleet.result(task_id)["attempt"] == "2"
    assert (fleet.ends(tree)["state"], fleet.ends(tree)["reason"]) == ("failed", "The runner has died.")


def test_a_run_goes_on_while_the_keeper_is_away(fleet: Fleet):
    """After kill -9 of the keeper a program goes on, and what has become of it is told to the next one."""
    task_id = fleet.start("wait ash")
    fleet.began("ash")
    os.kill(fleet.it.children()["keeper"], signal.SIGKILL)
    (fleet.shared / "ash.go").touch()
    row = fleet.ends(task_id)
    assert row["attempt"] == 1
    until(lambda: is_there(fleet.it.url + "/readyz", {}), "readiness")


def test_a_run_is_held_steered_and_tried_again(fleet: Fleet):
    """A paused program stands still, a message is in its file when it goes on; a retry is another task."""
    task_id = fleet.start("wait fir")
    fleet.began("fir")
    fleet.steer(task_id, "pause")

    until(lambda: "T" in map(standing, processes("worker.py")), "the program to stand still")
    fleet.steer(task_id, "message", text="Mind the gap.")
    (fleet.shared / "fir.go").touch()
    fleet.steer(task_id, "resume")
    assert fleet.result(task_id)["told"] == ["Mind the gap."]
    again = fleet.ask(RetryTask(By(), task_id, "Once more."))
    until(lambda: fleet.row(again.id)["ended_ns"], "the second try")  # type: ignore[attr-defined]
    assert fleet.row(again.id)["retry_of"] == task_id  # type: ignore[attr-defined]


def test_a_budget_holds_whatever_asks(fleet: Fleet):
    """A run whose budget has no room for its call is refused, and so fails; a larger one lets it through."""
    poor = fleet.start("wait larch", budget_nano_usd=1)
    richer = fleet.start("wait yew", budget_nano_usd=1)
    for name in ("larch", "yew"):
        fleet.began(name)
    fleet.steer(richer, "limit", amount_nano_usd=1_000_000_000)
    for name in ("larch", "yew"):
        (fleet.shared / f"{name}.go").touch()
    assert fleet.ends(poor)["state"] == "failed"
    assert fleet.result(richer)["attempt"] == "1"


def test_a_deadline_ends_a_run(fleet: Fleet):
    """What is not over at its deadline is ended, and says why."""
    task_id = fleet.start("tree pine")
    fleet.began("pine")
    with sqlite3.connect(fleet.it.state / "podium.db") as database:
        (now_ns,) = database.execute("SELECT max(changed_ns) FROM task_runs").fetchone()
    database.close()
    fleet.steer(task_id, "deadline", deadline_ns=now_ns + 1_500_000_000)
    assert fleet.ends(task_id)["reason"] == "Its time is over"
