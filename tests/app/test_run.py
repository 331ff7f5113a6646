"""`podium run` with a Podium that runs: a real program, its token, and the gateway as its only way out."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import openai
import psutil
import pytest

from tests.app.running import PODIUM, Running, environment, podium, running, simulator, until

AGENT = """
import json, os, sys, urllib.request
with open(os.environ["PODIUM_TASK_TOKEN_FILE"]) as file:
    token = file.read()
body = {"model": "large", "messages": [{"role": "user", "content": "hello"}]}
headers = {"authorization": f"Bearer {token}", "content-type": "application/json"}
url = os.environ["OPENAI_BASE_URL"] + "/chat/completions"
request = urllib.request.Request(url, json.dumps(body).encode(), headers)
with urllib.request.urlopen(request) as answer:
    print(json.load(answer)["choices"][0]["message"]["role"])
print(open(os.environ["PODIUM_REQUEST_FILE"]).read())
print(sorted(os.environ.get(name, "") for name in ("SECRET", "GIVEN")))
sys.exit(7)
"""


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("run")
    with simulator(folder) as (port, _), running(folder, port) as it:
        yield it


def command(up: Running, *arguments: str) -> tuple[list[str], dict[str, str]]:
    variables = environment() | {"PODIUM_PORT": str(up.port), "SECRET": "of the host"}
    return [*PODIUM, "--state", str(up.state), "run", *arguments], variables


def test_a_program_calls_with_its_task_s_token(up: Running, tmp_path: Path) -> None:
    """It has its token, its request and the gateway, and nothing of the host's; the charge is its task's."""
    (tmp_path / "agent.py").write_text(AGENT)
    wanted = ("--request", "Sort my mail.", "--env", "GIVEN=yes")
    line, variables = command(up, "triage", *wanted, "--", sys.executable, "agent.py")
    done = subprocess.run(line, cwd=tmp_path, env=variables, capture_output=True, text=True, timeout=200)
    assert done.returncode == 7, done.stderr
    assert done.stdout == "assistant\nSort my mail.\n['', 'yes']\n"
    (task,) = [it for it in tasks(up) if it["task_id"] in done.stderr]
    assert task["state"] == "ended"

    def charged() -> bool:
        return "1 charges" in podium("task", "show", task["task_id"], state=up.state).stdout

    until(charged, "the charge")
    told = podium("task", "cost", task["task_id"], "--windows", "--json", state=up.state)
    assert told.returncode == 0, told.stderr
    found = json.loads(told.stdout)
    sheet, (step,) = found["cost"]["sheet"], found["windows"]
    whole = json.loads(podium("task", "show", task["task_id"], "--json", state=up.state).stdout)
    assert sheet["agrees"]
    assert sheet["ledger_nano_usd"] == sheet["lines_nano_usd"] == whole["cost_nano_usd"] > 0
    assert sum(step["tokens"].values()) == step["input_tokens"] == step["tokens"]["user"] > 0
    shown = podium("task", "cost", task["task_id"], "--windows", state=up.state).stdout
    assert "ledger" in shown
    assert "growth" in shown


def test_a_kill_reaches_the_program(up: Running, tmp_path: Path) -> None:
    """`podium task kill` ends the program and all that it has started."""
    line, variables = command(up, "triage", "--", "sh", "-c", "sleep 314159 & sleep 314159")
    process = subprocess.Popen(line, cwd=tmp_path, env=variables, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    with process.stderr:
        until(lambda: len(sleeping()) == 2, "the program")
        (task,) = [it for it in tasks(up) if it["state"] == "running"]
        assert podium("task", "kill", task["task_id"], "--reason", "Enough.", state=up.state).returncode == 0
        assert process.wait(120) == 137
    assert sleeping() == []


def tasks(up: Running) -> list[dict[str, str]]:
    found: list[dict[str, str]] = json.loads(
        podium("task", "list", "--all", "--json", state=up.state).stdout
    )["tasks"]
    return found


def sleeping() -> list[int]:
    return [it.pid for it in psutil.process_iter(["cmdline"]) if it.info["cmdline"] == ["sleep", "314159"]]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("triage", "--require", "walls", "--", "true"), "choose from environment"),
        (("triage", "--env", "1=2", "--", "true"), "write NAME=VALUE"),
        (("triage", "--memory", "much", "--", "true"), "write 512m or 2g"),
        (("triage",), "Missing argument"),
        (("nobody", "--", "true"), "There is no agent nobody"),
    ],
)
def test_what_makes_no_sense(up: Running, arguments: tuple[str, ...], words: str) -> None:
    """A wrong option and an agent that is not there are told before anything runs."""
    line, variables = command(up, *arguments)
    done = subprocess.run(line, env=variables, capture_output=True, text=True, timeout=200)
    assert done.returncode != 0
    assert words in done.stderr


def test_a_task_for_its_token(up: Running) -> None:
    """`podium task token` starts a task, and what it prints is the key of the routes."""
    token = podium("task", "token", "triage", "--for", "1h", state=up.state).stdout.strip()
    with openai.OpenAI(base_url=f"{up.url}/v1", api_key=token, max_retries=0) as client:
        answer = client.chat.completions.create(model="large", messages=[{"role": "user", "content": "Hi"}])
    assert answer.choices[0].message.content
    told = json.loads(podium("task", "token", "triage", "--json", state=up.state).stdout)
    assert told["state"] == "running"
    assert podium("task", "token", "nobody", state=up.state).returncode == 6


def test_the_state_is_hidden_behind_a_link_too(up: Running, tmp_path: Path) -> None:
    """Neither its own path nor a link to it shows a program what is in the state directory."""
    (tmp_path / "state").symlink_to(up.state)
    look = f"cat state/admin.token {up.state}/admin.token; ls {up.state.parent}/manifests"
    line, variables = command(up, "triage", "--read", str(up.state.parent), "--", "sh", "-c", look)
    line[line.index(str(up.state))] = str(tmp_path / "state")
    done = subprocess.run(line, cwd=tmp_path, env=variables, capture_output=True, text=True, timeout=200)
    token = (up.state / "admin.token").read_text().strip()
    assert done.stdout.splitlines() == ["all.yaml"]
    assert token not in done.stdout + done.stderr
    assert done.stderr.count("No such file or directory") + done.stderr.count("Permission denied") == 2
