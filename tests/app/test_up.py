"""`podium up`: the processes start, restart, and end in order."""

import contextlib
import os
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import openai
import pytest

from tests.app.running import PODIUM, Running, environment, free_port, podium, running, simulator, until


def ask(client: openai.OpenAI, **more: object) -> object:
    messages = [{"role": "user", "content": "hi"}]
    create: Any = client.chat.completions.create
    return create(model="large", messages=messages, **more)


def test_first_call_and_clean_end(tmp_path: Path) -> None:
    """A call through `podium up` is in the ledger to the nano-USD; SIGTERM ends everything with code 0."""
    with simulator(tmp_path) as (port, _), running(tmp_path, port) as it:
        ask(it.client(it.key()), max_completion_tokens=4)
        until(lambda: len(it.ledger()) == 1, "the ledger row")
        (row,) = it.ledger()
        # 1 word in x 2500 + 4 tokens out x 10000
        assert row["cost_nano_usd"] == 42_500
        assert row["department"] == "acme/support"
        until(lambda: "collector" in it.children(), "the collector")
        children = it.children()
        assert set(children) == {"keeper", "control", "gateway", "collector"}
        explained = podium("explain", str(row["charge_id"]), state=it.state)
        assert "the lines add up" in explained.stdout
        assert it.stop() == 0
        assert not [pid for pid in children.values() if Path(f"/proc/{pid}").exists()]


def test_streams_in_flight_finish_and_new_calls_are_refused(tmp_path: Path) -> None:
    """On SIGTERM a stream runs to its end and settles, while nothing new is taken."""
    with simulator(tmp_path, "--itl-ms", "30") as (port, _), running(tmp_path, port) as it:
        key = it.key()
        client = it.client(key)
        chunks: list[object] = []
        begun = threading.Event()

        def stream() -> None:
            for chunk in ask(client, stream=True, max_completion_tokens=50):  # type: ignore[attr-defined]
                chunks.append(chunk)
                begun.set()

        thread = threading.Thread(target=stream)
        thread.start()
        assert begun.wait(120)
        it.process.send_signal(signal.SIGTERM)
        until(lambda: not _is_heard(it), "the refusal")
        with pytest.raises(openai.APIError):
            ask(it.client(key))
        thread.join(120)
        assert it.process.wait(120) == 0
        assert chunks[-1].choices[0].finish_reason == "length"  # type: ignore[attr-defined]
        (row,) = it.ledger()
        assert (row["outcome"], row["estimated"], row["output_tokens"]) == ("ok", False, 50)


def _is_heard(it: Running) -> bool:
    """Whether somebody still looks at the key of a new call."""
    try:
        ask(it.client("x"))
    except openai.AuthenticationError:
        return True
    except openai.APIError:
        return False
    return True


@pytest.mark.crash
def test_a_child_that_dies_is_started_again_and_it_says_so(tmp_path: Path) -> None:
    """kill -9 of worker, keeper and control: each comes back, and the log names it."""
    with simulator(tmp_path) as (port, _), running(tmp_path, port) as it:
        client = it.client(it.key())
        until(lambda: "console http" in it.log.read_text(), "the console")
        for name in ("gateway", "keeper", "control"):
            pid = it.children()[name]
            os.kill(pid, signal.SIGKILL)
            until(lambda name=name, pid=pid: it.children().get(name, pid) != pid, f"another {name}")
            shown = "gateway-0" if name == "gateway" else name
            until(lambda shown=shown: f"{shown} died of SIGKILL" in it.log.read_text(), "the log line")

        def answered() -> bool:
            try:
                ask(client)
            except openai.APIError:
                return False
            return True

        until(answered, "a call after the restarts")
        assert it.stop() == 0


@pytest.fixture(scope="module")
def it(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """One Podium with two workers, for the tests that need none of their own."""
    folder = tmp_path_factory.mktemp("shared")
    with simulator(folder) as (port, _), running(folder, port, "--workers", "2") as it:
        yield it


def test_state_and_port_are_taken_once(it: Running, tmp_path: Path) -> None:
    """A second `podium up` on the same state, or on the same port, refuses clearly with exit code 4."""
    same_state = podium("up", "--manifests", str(it.manifests), state=it.state)
    assert same_state.returncode == 4
    assert f"in use by another podium up (process {it.process.pid})" in same_state.stderr
    arguments = ["up", "--manifests", str(it.manifests), "--port", str(it.port)]
    same_port = podium(*arguments, state=tmp_path / "other")
    assert same_port.returncode == 4
    assert f"port {it.port}" in same_port.stderr
    admin = ["up", "--manifests", str(it.manifests), "--port", str(free_port())]
    admin += ["--admin-port", str(it.admin_port)]
    assert podium(*admin, state=tmp_path / "other").returncode == 4


def test_a_bad_version_leaves_the_old_one_in_force(it: Running) -> None:
    """A manifest that does not compile is refused with file, line and field, and calls go on."""
    client = it.client(it.key())
    good = it.manifest.read_text()
    it.manifest.write_text(good.replace("candidates: [{model: large}]", "candidates: [{model: lagre}]"))
    until(lambda: "REFUSED" in podium("status", state=it.state).stdout, "the refusal")
    said = podium("status", state=it.state).stdout
    assert "all.yaml:" in said
    assert "lagre" in said
    assert "version 1" in said
    ask(client)
    it.manifest.write_text(good.replace("routes: [large]", "routes: [large, other]") + MORE)
    until(lambda: "version 2" in podium("status", state=it.state).stdout, "version 2")
    assert "REFUSED" not in podium("status", state=it.state).stdout
    until(lambda: {model.id for model in client.models.list()} == {"large", "other"}, "the new route")


MORE = """
---
apiVersion: podium/v1
kind: Route
metadata: {name: other}
spec: {candidates: [{model: large}]}
"""


def test_two_workers_share_the_port(it: Running) -> None:
    """Two workers answer on one port, each with a journal of its own, and every call is in the ledger."""
    key = it.key()
    for _ in range(24):
        with httpx.Client() as client:  # a connection each, so that the kernel spreads them
            body = {"model": "large", "messages": [{"role": "user", "content": "hi"}], "max_tokens": 2}
            headers = {"authorization": f"Bearer {key}"}
            assert client.post(it.url + "/v1/chat/completions", json=body, headers=headers).status_code == 200
    until(lambda: sum(row["output_tokens"] == 2 for row in it.ledger()) == 24, "the 24 rows of two tokens")


def test_a_revoked_credential_is_refused_within_a_second(it: Running) -> None:
    """Orders reach the workers: a key works at once when made, and is dead once revoked."""

    def listed() -> dict[str, str]:
        lines = podium("agent", "list", state=it.state).stdout.splitlines()[1:]
        return {line.split("\t")[0]: line for line in lines}

    before = listed()
    key = it.key()
    client = it.client(key)
    until(lambda: _works(client), "the key in force")
    (key_id,) = listed().keys() - before.keys()
    assert key not in "".join(listed().values())
    assert podium("agent", "revoke", key_id, state=it.state).returncode == 0
    until(lambda: not _works(client), "the revocation")


def _works(client: openai.OpenAI) -> bool:
    try:
        ask(client)
    except openai.AuthenticationError:
        return False
    return True


def test_podium_status_when_nothing_runs(tmp_path: Path) -> None:
    """Exit code 5 and a sentence, not a traceback."""
    done = podium("status", state=tmp_path / "nowhere")
    assert done.returncode == 5
    assert "not running" in done.stdout
    assert "Traceback" not in done.stderr


def test_a_supervisor_that_dies_takes_its_children_along(tmp_path: Path) -> None:
    """kill -9 of the supervisor: the children end by themselves, and the state can be used again."""
    with simulator(tmp_path) as (port, _):
        it = Running(tmp_path, port)
        it.wait_ready()
        children = it.children()
        it.close()
        until(lambda: not [p for p in children.values() if _alive(p)], "the children's end")
        again = Running(tmp_path, port)
        again.wait_ready()
        assert again.stop() == 0
        again.close()


def _alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):  # it may end between the opening and the reading
        return False


def test_help_names_every_verb() -> None:
    """`podium --help` lists the verbs, and each has a help of its own."""
    shown = subprocess.run([*PODIUM, "--help"], capture_output=True, text=True, env=environment())
    assert shown.returncode == 0
    for verb in ("init", "validate", "up", "ledger", "explain"):
        assert verb in shown.stdout


def test_a_stop_while_children_start_is_clean(tmp_path: Path) -> None:
    """SIGTERM while children start ends with code 0: one that did not serve yet has lost nothing."""
    with simulator(tmp_path) as (port, _):
        for delay_s in (0.0, 0.15, 0.3):
            it = Running(tmp_path, port)
            with contextlib.closing(it):
                until(lambda it=it: "gateway" in it.children(), "the children")
                time.sleep(delay_s)
                assert it.stop() == 0, it.log.read_text()
