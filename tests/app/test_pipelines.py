"""A pipeline through a whole `podium up`: every kind of step, a signed webhook, processes killed mid-run."""

import hashlib
import hmac
import json
import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest

from podium.adapters.records import open_for_reading
from podium.views.pipelines import LIVE, RunDetail, run_detail
from tests.app.running import Running, podium, running, until
from tests.app.test_tools import mail_server, tools_ready
from tests.tools.samples import MANIFESTS

pytestmark = pytest.mark.crash

PIPELINE = """
---
apiVersion: podium/v1
kind: Pipeline
metadata: {{name: round}}
spec:
  agent: clerk
  description: List my messages.
  inputs:
    greeting: {{default: hello}}
    slow: {{type: list, default: []}}
  triggers:
    - webhook: {{credential: {{file: {key}}}}}
      inputs: {{greeting: "${{{{ trigger.body.text }}}}"}}
  steps:
    - name: make
      command: {{run: [sh, -c, 'printf "[1,2,3]" > "$PODIUM_RESULT"; echo note > "$PODIUM_ARTIFACTS/note"']}}
    - name: mail
      tool: {{tool: mail/list_messages}}
    - name: post
      each: ${{{{ steps.make.result }}}}
      concurrency: 2
      http:
        url: http://127.0.0.1:{port}/items/${{{{ item }}}}
        method: POST
        body: {{greeting: "${{{{ inputs.greeting }}}}", mails: "${{{{ length(steps.mail.result.result) }}}}"}}
    - name: read
      command:
        run: [sh, -c, 'cat "$PODIUM_INPUT" > "$PODIUM_RESULT"']
        input: ${{{{ steps.make.artifacts.note }}}}
    - name: slow
      needs: [post, read]
      each: ${{{{ inputs.slow }}}}
      command: {{run: [sleep, "${{{{ item }}}}"]}}
    - name: ask
      needs: [slow]
      when: length(inputs.slow) > 0
      approval: {{title: "Go on after ${{{{ steps.read.result }}}}?", expires: 1h}}
    - name: tell
      needs: [ask]
      when: true
      http: {{url: "http://127.0.0.1:{port}/done", method: POST, body: "${{{{ run.id }}}}"}}
"""
SECRET = "a-key-of-the-hook"


@contextmanager
def counter() -> Iterator[tuple[int, list[tuple[str, str, Any]]]]:
    """Serve what counts requests: path, key, body."""
    seen: list[tuple[str, str, Any]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"])).decode()
            seen.append((self.path, self.headers["idempotency-key"], body))
            self.send_response(200)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_address[1], seen
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Running, list[tuple[str, str, Any]]]]:
    folder: Path = tmp_path_factory.mktemp("pipelines")
    key = folder / "hook.key"
    key.write_text(SECRET)
    with mail_server() as mail, counter() as (port, seen):
        (folder / "manifests").mkdir()
        text = MANIFESTS.format(port=mail) + PIPELINE.format(port=port, key=key)
        (folder / "manifests" / "all.yaml").write_text(text)
        with running(folder, 9) as it:
            until(lambda: tools_ready(it), "the tool gateway")
            until(lambda: "runner" in it.children(), "the runner")
            yield it, seen


def asked(it: Running, *arguments: str) -> Any:
    done = podium(*arguments, "--json", state=it.state)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def shown(it: Running, run_id: str) -> RunDetail:
    engine = open_for_reading(it.state)
    try:
        with engine.connect() as connection:
            return run_detail(connection, run_id)
    finally:
        engine.dispose()


def test_every_kind_of_step(place: tuple[Running, list[tuple[str, str, Any]]]) -> None:
    """A program, a tool, requests over a list and an artifact between steps, by the command line."""
    it, seen = place
    seen.clear()
    done = podium("pipeline", "run", "round", "--input", "greeting=good day", "--wait", state=it.state)
    assert done.returncode == 0, done.stdout + done.stderr + it.log.read_text()
    posted = sorted((path, json.loads(body)) for path, _, body in seen if path != "/done")
    said = {"greeting": "good day", "mails": 1}
    assert posted == [(f"/items/{number}", said) for number in (1, 2, 3)]
    run_id = next(body for path, _, body in seen if path == "/done")
    assert {step["name"]: step["state"] for step in asked(it, "pipeline", "show", run_id)["steps"]} == {
        "make": "succeeded",
        "mail": "succeeded",
        "post": "succeeded",
        "read": "succeeded",
        "slow": "succeeded",
        "ask": "skipped",
        "tell": "succeeded",
    }
    assert asked(it, "pipeline", "list")["pipelines"][0]["last"]["id"] == run_id


def test_a_signed_webhook_starts_a_run(place: tuple[Running, list[tuple[str, str, Any]]]) -> None:
    """Over HTTP, once for a message that comes twice, and not for one that is not signed."""
    it, seen = place
    seen.clear()
    url = f"http://127.0.0.1:{it.admin_port}/podium/v1/pipelines/round/triggers/webhook"
    body, at_s = b'{"text": "told"}', int(time.time())
    mac = hmac.new(SECRET.encode(), f"{at_s}.".encode() + body, hashlib.sha256).hexdigest()
    headers = {"podium-signature": f"t={at_s},v1={mac}", "content-type": "application/json"}
    first, second = (httpx.post(url, headers=headers, content=body) for _ in range(2))
    assert (first.status_code, first.json()["started"]) == (202, True)
    assert second.json() == {"run": first.json()["run"], "started": False}
    assert httpx.post(url, content=body).status_code == 401
    run_id = first.json()["run"]
    until(lambda: shown(it, run_id).run.state == "succeeded", "the run")
    assert {json.loads(one)["greeting"] for path, _, one in seen if path != "/done"} == {"told"}


def test_killed_processes_lose_and_repeat_nothing(place: tuple[Running, list[tuple[str, str, Any]]]) -> None:
    """Runner and keeper die mid-run: it goes on, no step begins twice, and a person's answer ends it."""
    it, seen = place
    seen.clear()
    told = asked(it, "pipeline", "run", "round", "--input", "slow=[0.5, 1.5, 1.5, 0.2]")
    run_id = told["run"]

    def state(step: str) -> str:
        return {one.name: one.state for one in shown(it, run_id).steps}[step]

    for victim, step in (("keeper", "post"), ("runner", "slow"), ("keeper", "slow"), ("runner", "slow")):
        until(lambda step=step: state(step) != "pending", step)  # type: ignore[misc]
        until(lambda victim=victim: victim in it.children(), victim)  # type: ignore[misc]
        os.kill(it.children()[victim], signal.SIGKILL)
    until(lambda: state("ask") == "waiting", "the approval")
    cases = [unit.case_id for step in shown(it, run_id).steps for unit in step.units if unit.case_id]
    answered = podium("inbox", "answer", cases[0], "approve", "--reason", "Good.", state=it.state)
    assert answered.returncode == 0, answered.stderr
    until(lambda: shown(it, run_id).run.state not in LIVE, "the end")
    detail = shown(it, run_id)
    assert detail.run.state == "succeeded", (detail, it.log.read_text())
    assert all(unit.attempt <= 1 for step in detail.steps for unit in step.units)
    counted = Counter(path for path, _, _ in seen)
    assert counted == {"/items/1": 1, "/items/2": 1, "/items/3": 1, "/done": 1}
