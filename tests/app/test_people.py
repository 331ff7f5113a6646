"""People and the chain on the command line, with a Podium that runs and without one."""

import json
import sqlite3
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.app.forked import run_verb
from tests.app.running import Running, environment, podium, running, until


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("people"), 1) as it:
        until(lambda: "console http" in it.log.read_text(), "the admin API")
        yield it


def as_user(token: str, *arguments: str, state: Path) -> subprocess.CompletedProcess[str]:
    """Run a verb in the name of a token."""
    return run_verb(
        ["--state", str(state), *arguments], environment() | {"PODIUM_TOKEN": token}, within_s=200
    )


def done(result: subprocess.CompletedProcess[str]) -> str:
    assert result.returncode == 0, result.stderr
    return result.stdout


def test_people_on_the_command_line(up: Running, tmp_path: Path) -> None:
    """Users are made with passwords from files; verbs act in a token's name; what is refused says why."""
    secret = tmp_path / "secret"
    secret.write_text("correct horse battery\n")
    done(podium("user", "add", "ann", "--role", "admin", "--password-file", str(secret), state=up.state))
    done(podium("user", "add", "vera", "--role", "viewer", "--no-password", state=up.state))
    token = done(podium("user", "token", "vera", "--label", "ci", state=up.state)).strip()
    refused = as_user(token, "user", "role", "vera", "admin", state=up.state)
    assert refused.returncode == 1
    assert "vera may not change roles" in refused.stderr
    assert as_user("podium_ut_wrong", "agent", "key", "triage", state=up.state).returncode == 1
    headers = {"authorization": f"Bearer {token}"}
    url = f"http://127.0.0.1:{up.admin_port}/podium/v1"
    assert httpx.get(f"{url}/status", headers=headers).status_code == 200
    assert httpx.post(f"{url}/agents/triage/keys", headers=headers).status_code == 403
    users = json.loads(done(podium("user", "list", "--json", state=up.state)))["users"]
    assert [(row["name"], row["login"]) for row in users] == [("ann", "password"), ("vera", "none")]
    done(podium("user", "token", "ann", "--label", "mine", state=up.state))
    own = json.loads(done(as_user(token, "user", "tokens", "--json", state=up.state)))["tokens"]
    assert [row["user"] for row in own] == ["vera"]  # sessions and tokens are an admin's to see
    assert json.loads(done(as_user(token, "user", "sessions", "--json", state=up.state)))["sessions"] == []
    assert "vera may not list what is ann's" in as_user(token, "user", "tokens", "ann", state=up.state).stderr
    (row,) = own
    done(as_user(token, "user", "revoke", row["id"], state=up.state))
    assert httpx.get(f"{url}/status", headers=headers).status_code == 401
    acts = json.loads(done(podium("evidence", "list", "--refused", "--json", state=up.state)))["acts"]
    assert {act["actor"] for act in acts} == {"vera"}
    weak = podium("user", "password", "ann", "--password-file", "-", state=up.state)
    assert "fewer than 12" in weak.stderr
    assert podium("inbox", "show", "case_none", state=up.state).returncode == 6
    assert "case" in done(podium("inbox", "list", state=up.state))


def test_the_chain_is_verified_offline(up: Running, tmp_path: Path) -> None:
    """With an export and the public key alone; an edit, a deletion and a shorter chain are found."""
    key, export = tmp_path / "evidence.pub", tmp_path / "chain.jsonl"
    key.write_bytes((up.state / "keys" / "evidence.pub").read_bytes())
    done(podium("evidence", "rotate", state=up.state))
    done(podium("evidence", "export", str(export), state=up.state))
    verify = ("evidence", "verify", "--file", str(export), "--public-key", str(key))
    nowhere = tmp_path / "nowhere"
    assert "rows and" in done(podium(*verify, state=nowhere))
    lines = export.read_text().splitlines(keepends=True)
    export.write_text("".join(lines).replace('"actor":"command line"', '"actor":"somebody"', 1))
    found = podium(*verify, state=nowhere)
    assert found.returncode == 1
    assert found.stdout.startswith("Row 3: ")
    export.write_text("".join(lines[:-4]))  # two rows with their checkpoints
    assert podium(*verify, state=nowhere).returncode == 0
    whole = tmp_path / "whole.jsonl"
    whole.write_text("".join(lines))
    against = podium(*verify, "--against", str(whole), state=nowhere)
    assert against.returncode == 1
    assert "there were rows up to" in against.stdout
    export.write_text("nonsense\n")
    assert podium(*verify, state=nowhere).returncode == 1
    assert "no public key" in podium("evidence", "verify", state=nowhere).stderr


def test_a_database_that_was_changed(up: Running, tmp_path: Path) -> None:
    """The state's own chain verifies while Podium runs; a copy in which a row was taken out does not."""
    assert "verify" in done(podium("evidence", "verify", state=up.state))
    backup = tmp_path / "backup.tar.gz"
    done(podium("backup", str(backup), state=up.state))
    copy = tmp_path / "copy"
    done(podium("restore", str(backup), state=copy))
    assert "verify" in done(podium("evidence", "verify", state=copy))
    with sqlite3.connect(copy / "podium.db") as database:
        database.execute("DELETE FROM chain WHERE seq = 2")
    database.close()
    found = podium("evidence", "verify", "--json", state=copy)
    assert found.returncode == 1
    assert json.loads(found.stdout)["fault"]["seq"] == 2


LIMITED = """
apiVersion: podium/v1
kind: Department
metadata: {name: legal}
spec:
  parent: acme
  approvals: {overrides: always}
  limits: [{amount: 5}]
"""


def test_an_override_from_asking_to_giving(up: Running, tmp_path: Path) -> None:
    """Asked on the command line by one, approved by another with a token, in force in the budget."""
    up.manifest.write_text(up.manifest.read_text() + "---" + LIMITED)
    limit = "department/legal/usd/month"
    until(lambda: limit in podium("budget", state=up.state).stdout, "the limit")
    for name, role in (("otto", "operator"), ("lara", "approver:legal")):
        done(podium("user", "add", name, "--role", role, "--no-password", state=up.state))
    tokens = {
        name: done(podium("user", "token", name, "--label", "x", state=up.state)).strip()
        for name in ("otto", "lara")
    }
    ask = ("budget", "override", limit, "--amount", "2.50", "--for", "7d", "--reason", "launch day")
    assert "waits in the Inbox for" in done(as_user(tokens["otto"], *ask, state=up.state))
    (case,) = json.loads(done(podium("inbox", "list", "--json", state=up.state)))["cases"]
    assert "launch day" in done(podium("inbox", "show", case["id"], state=up.state))
    answer = ("inbox", "answer", case["id"], "approve", "--reason", "go")
    for refused, why in (
        (as_user(tokens["otto"], *answer, state=up.state), "otto may not answer"),
        (podium(*answer, state=up.state), "in a name"),
    ):
        assert refused.returncode == 1
        assert why in refused.stderr
    assert "2.50 USD more" in done(as_user(tokens["lara"], *answer, state=up.state))
    budget = json.loads(done(podium("budget", "show", limit, "--json", state=up.state)))
    assert budget["amount"] == 7_500_000_000
    (more,) = budget["overrides"]
    assert more["by"] == "otto, lara"
    wrong = podium(*ask[:3], "--for", "7d", "--amount", "x", "--reason", "y", state=up.state)
    assert "'x' is no amount" in wrong.stderr
    assert "has an end" in podium(*ask[:5], "--reason", "y", state=up.state).stderr
    assert "verify" in done(podium("evidence", "verify", state=up.state))
