"""A real `podium up` that judges tasks while they run, and agents that are driven and judged afterwards."""

import json
import os
import signal
import sys
import time
from pathlib import Path

import httpx
import pytest

from podium.adapters.link import call
from podium.ports.acts import BeginTask, By
from podium.ports.tasks import TaskIs
from tests.app.running import MANIFESTS, Running, podium, running, simulator, until

MORE = """
---
apiVersion: podium/v1
kind: Agent
metadata: {{name: worker}}
spec:
  department: support
  routes: [large]
  content: {{record: full}}
  run: {{command: [{python}, worker.py], folder: {folder}}}
---
apiVersion: podium/v1
kind: Agent
metadata: {{name: auditor}}
spec: {{department: acme, routes: [large]}}
---
apiVersion: podium/v1
kind: Audit
metadata: {{name: manners}}
spec:
  live: true
  agents: [worker]
  judges:
    loud: {{of: model_call, rubric: It is loud., agent: auditor, route: large, votes: 2}}
  rules:
    - {{name: quiet, says: never judged loud, severity: warning}}
---
apiVersion: podium/v1
kind: Audit
metadata: {{name: bounds}}
spec:
  live: true
  departments: [support]
  rules:
    - {{name: short, says: at most 2 model_call, severity: safety}}
    - {{name: asks, says: eventually model_call, severity: warning}}
"""
PROGRAM = """
import json, os, urllib.request

body = {"model": "large", "messages": [{"role": "user", "content": "x"}], "max_completion_tokens": 2}
for _ in range(int(os.environ["PODIUM_REQUEST"])):
    call = urllib.request.Request(
        os.environ["OPENAI_BASE_URL"] + "/chat/completions",
        json.dumps(body).encode(),
        {"content-type": "application/json", "authorization": "Bearer " + os.environ["OPENAI_API_KEY"]},
    )
    urllib.request.urlopen(call).read()
"""


def begin(it: Running) -> TaskIs:
    told = call(it.state / "keeper.sock", BeginTask(By(), "triage", "Sort it."))
    assert isinstance(told, TaskIs)
    return told


def ask(it: Running, task: TaskIs) -> int:
    said = [{"role": "user", "content": f"x {time.monotonic_ns()}"}]  # the same again would be a loop
    body = {"model": "large", "messages": said, "max_completion_tokens": 2}
    headers = {"authorization": f"Bearer {task.token}"}
    reply = httpx.post(f"{it.url}/v1/chat/completions", json=body, headers=headers, timeout=120)
    if reply.status_code != 200:
        assert "paused" in reply.text, reply.text
    return reply.status_code


def found(it: Running, *arguments: str) -> list[dict[str, object]]:
    done = podium("audit", "results", *arguments, "--json", state=it.state)
    assert done.returncode == 0, done.stderr
    rows: list[dict[str, object]] = json.loads(done.stdout)["results"]
    return rows


def paid(it: Running) -> list[dict[str, object]]:
    """Return the charges of votes."""
    return [row for row in it.ledger() if row["agent"] == "auditor"]


def breaks(it: Running) -> TaskIs:
    """Have a task break the rule, and wait until its calls are refused."""
    task = begin(it)
    assert [ask(it, task) for _ in range(3)] == [200, 200, 200]
    until(lambda: found(it, "--task", task.task_id), "a verdict")
    until(lambda: ask(it, task) == 403, "the pause in every worker")
    return task


@pytest.mark.crash
def test_tasks_are_judged_while_they_run(tmp_path: Path) -> None:
    """A task that breaks a safety rule is paused with a case, also after kill -9 of the collector; what ran
    before is judged over history, and an agent that is driven is judged each time. What a model has judged
    while a task ran an offline run need not ask for."""
    (tmp_path / "worker.py").write_text(PROGRAM)
    (tmp_path / "manifests").mkdir()
    with simulator(tmp_path) as (port, _):
        text = MANIFESTS.format(sim_port=port) + MORE.format(python=sys.executable, folder=tmp_path)
        text = text.replace("  maxOutputTokens", "  capabilities: [structured_output]\n  maxOutputTokens")
        (tmp_path / "manifests" / "all.yaml").write_text(text)
        with running(tmp_path, port) as it:
            first = breaks(it)
            (row,) = found(it, "--task", first.task_id)
            assert (row["audit"], row["rule"], row["verdict"], row["final"]) == (
                "bounds",
                "short",
                "fail",
                True,
            )
            cases = json.loads(podium("inbox", "list", "--json", state=it.state).stdout)["cases"]
            assert [(case["kind"], case["id"]) for case in cases] == [("audit.failed", row["case_id"])]
            os.kill(it.children()["collector"], signal.SIGKILL)
            second = breaks(it)
            done = podium("task", "kill", second.task_id, "--reason", "It is enough.", state=it.state)
            assert done.returncode == 0, done.stderr
            until(lambda: len(found(it, "--task", second.task_id)) == 2, "all its verdicts")
            assert podium("audit", "history", "--agent", "triage", state=it.state).returncode == 1
            driven = ["audit", "run", "--suite", str(it.manifest), "--agent", "worker", "--times", "2"]
            done = podium(*driven, "--request", "1", state=it.state)
            assert done.returncode == 0, done.stdout + done.stderr
            assert "bounds/short\tsafety\t2\t0\t0\t100%" in done.stdout
            until(lambda: found(it, "--audit", "manners", "--verdict", "fail")[1:], "votes of both")
            until(lambda: len(paid(it)) >= 2, "the charges of the votes")
            votes = len(paid(it))
            history = ["audit", "history", "--agent", "worker", "--content", "--judge", "--json"]
            done = podium(*history, state=it.state)
            assert done.returncode == 0, done.stderr
            told = json.loads(done.stdout)
            assert [(one["yes"], one["votes"], one["asked"]) for one in told["judges"]] == [(2, 4, 0)]
            failed = [one["rule"] for one in told["verdicts"] if one["verdict"] == "fail"]
            assert failed == ["quiet", "quiet"]
            assert 2 <= votes <= 4  # the same answer is judged once
            assert it.stop() == 0
