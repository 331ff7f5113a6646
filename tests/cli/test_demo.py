"""`podium demo` and `podium replay` as a person runs them: real processes on free ports."""

import json
import re
import shlex
import signal
import subprocess
from pathlib import Path

import psutil
import pytest

from podium.cli.demo import call_of
from tests.app.running import PODIUM, Running, environment, free_port, podium, running, simulator, until

FLEET = Path(__file__).parents[2] / "examples" / "fleet"


def fleet_at(folder: Path, provider_port: int) -> Path:
    """Copy the example fleet, with the simulated and the local provider on free ports."""
    copy = folder / "fleet"
    copy.mkdir()
    for file in FLEET.glob("*.yaml"):
        text = file.read_text().replace(":8790/", f":{provider_port}/").replace(":8720/", f":{free_port()}/")
        (copy / file.name).write_text(text)
    return copy


def demo(folder: Path, *arguments: str) -> "subprocess.Popen[str]":
    provider_port = free_port()
    command = [*PODIUM, "demo", "--state", str(folder / "state"), "--provider-port", str(provider_port)]
    command += ["--desk-port", str(free_port())]
    command += ["--manifests", str(fleet_at(folder, provider_port)), "--minutes", "1", "--speed", "120"]
    # Without a model cache and without an index there is no local model: the demo goes on without it.
    nowhere = {"PODIUM_MODEL_CACHE": str(folder / "models"), "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": ""}
    names = ("PORT", "ADMIN_PORT", "TOOLS_PORT", "COLLECTOR_PORT")
    ports = {f"PODIUM_{name}": str(free_port()) for name in names}
    return subprocess.Popen(
        [*command, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=environment() | nowhere | ports,
    )


def test_the_demo_ends_by_itself_with_totals_that_agree(tmp_path: Path):
    """With --exit: traffic by six agents, the table, exact totals, the console's address, exit code 0.

    The pipeline has fanned out, one agent is paused, one waits for a person; the totals hold their calls.
    """
    process = demo(tmp_path, "--exit")
    said, _ = process.communicate(timeout=200)
    assert process.returncode == 0, said
    assert "the demo goes on without a local answer" in said
    assert "239 of 239 calls" in said
    for name in ("engineering", "support", "finance", "code-reviewer", "report-writer"):
        assert name in said
    assert "every settled one agrees" in said
    assert "/login?token=" in said
    for state in ("sort succeeded", "close succeeded", "ponder waiting", "write waiting", "report pending"):
        assert state in said
    assert "answer: Safety Pause of a task of ponderer; desk/reply_to_ticket: number 4468" in said
    for place in ("Now", "Budgets", "Fleet", "Pipeline", "Inbox", "Traces"):
        assert re.search(rf"^  {place} +http://127\.0\.0\.1:\d+/", said, re.MULTILINE), said
    counted, rows = map(int, re.findall(r"(\d+) calls counted by the provider, (\d+) rows", said)[0])
    assert counted == rows > 239 + 8
    desk = (tmp_path / "state" / "simulated-desk.jsonl").read_text().splitlines()
    assert [json.loads(line) for line in desk] == [{"tool": "close_ticket", "number": 4470}]
    answered = podium("inbox", "list", "--all", "--json", state=tmp_path / "state")
    whys = {case["title"]: case["why"] for case in json.loads(answered.stdout)["cases"]}
    why = whys["desk/reply_to_ticket: number 4468"]
    assert why.startswith("What goes to a customer is read by a person first: forbid(")
    left = json.loads(podium("inbox", "list", "--json", state=tmp_path / "state").stdout)["cases"]
    assert left == []
    runs = podium("pipeline", "list", "--runs", "--json", state=tmp_path / "state")
    assert [run["state"] for run in json.loads(runs.stdout)["runs"]] == ["cancelled"]
    keys = json.loads(podium("agent", "list", "--json", state=tmp_path / "state").stdout)["keys"]
    assert len(keys) == 6
    assert all(key["revoked_ns"] for key in keys)


def test_a_call_by_hand_is_short_and_whole():
    """The command that the demo prints: a body that a shell hands on as it is, with a limit of tokens."""
    program, url, *rest = shlex.split(call_of("it's"))
    assert (program, url) == ("curl", "$OPENAI_BASE_URL/chat/completions")
    assert rest[rest.index("-H") + 1] == "authorization: Bearer $OPENAI_API_KEY"
    body = json.loads(rest[rest.index("-d") + 1])
    assert (body["model"], body["max_tokens"]) == ("it's", 64)


def command_of(process: psutil.Process) -> list[str]:
    try:
        return list(process.cmdline())
    except psutil.Error:  # it has just ended
        return []


def lives(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:  # it has just ended
        return False


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_the_demos_children_end_with_it(tmp_path: Path, number: int):
    """However the demo ends, nothing that it started is left."""
    process = demo(tmp_path)
    try:
        log = tmp_path / "state" / "log" / "up.log"
        until(lambda: log.exists() and "podium: ready" in log.read_text(), "the demo's Podium")
        family: list[psutil.Process] = []

        def plays() -> bool:
            family[:] = psutil.Process(process.pid).children(recursive=True)
            return any("--behaviour" in command_of(it) for it in family)

        until(plays, "a program of the fleet")
        assert len(family) >= 8
        process.send_signal(number)
        process.communicate(timeout=200)
        until(lambda: not any(map(lives, family)), "the children")
    finally:
        process.kill()


def replayed(it: Running, keys: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    where = ["--gateway", it.url, "--keys-file", str(keys), "--speed", "600", "--limit", "40"]
    return podium("replay", "azure-code", *where, *arguments, state=it.state)


def test_a_replay_ends_with_the_table_and_the_ledgers_total(tmp_path: Path):
    """Exit code 0 when all succeeded and the ledger has what clients were told; 1 when calls failed."""
    keys = tmp_path / "keys.json"
    with simulator(tmp_path, "--tokens", "2000") as (port, _), running(tmp_path, port) as it:
        entry = {"key": it.key(), "route": "large", "department": "support"}
        keys.write_text(json.dumps({"triage": entry}))
        good = replayed(it, keys)
        bad = replayed(it, keys, "--routes", "triage=nowhere")
    assert good.returncode == 0, good.stdout + good.stderr
    assert "40 of 40 calls" in good.stdout
    assert "for 40 calls, the ledger has" in good.stdout
    assert bad.returncode == 1
    assert "errors: model_not_found 40" in bad.stdout
    wrong = podium("replay", "nowhere.csv", "--keys-file", str(keys), state=it.state)
    assert wrong.returncode == 1
    assert "nowhere.csv: the trace cannot be read" in wrong.stderr
