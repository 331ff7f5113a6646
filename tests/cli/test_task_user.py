"""`podium task token` and `start` with who the user is, and `show`, which tells it."""

import json
from pathlib import Path

import pytest
from sqlalchemy import select

from podium.cli import run
from podium.ports.tool_tables import task_requests
from podium.trust.request.user import User
from podium.views.runs import run_detail
from podium.views.tasks import task_detail
from tests.cli.test_task_watch import Composed
from tests.keeper.test_runs import claim

NOOR = ["--user-name", "Noor Haddad", "--user-address", "noor@spokes.example", "--user-id", "noor"]
USER = User(("Noor Haddad",), ("noor@spokes.example",), ("noor",))


@pytest.fixture
def composed(tmp_path: Path):
    composed = Composed(tmp_path)
    yield composed
    composed.house.engine.dispose()


def test_token(composed, capsys):
    """The task knows its user while it lives, and shows it; without options nobody says who that is."""
    assert run(["task", "token", "triage", "--request", "Send it to me.", *NOOR, "--json"], composed) == 0
    task_id = json.loads(capsys.readouterr().out)["task_id"]
    assert run(["task", "show", task_id], composed) == 0
    assert "user      Noor Haddad, noor@spokes.example, noor\n" in capsys.readouterr().out
    assert run(["task", "show", task_id, "--json"], composed) == 0
    assert json.loads(capsys.readouterr().out)["user"]["ids"] == ["noor"]
    assert run(["task", "end", task_id, "--reason", "done"], composed) == 0
    with composed.engine().connect() as connection:
        assert task_detail(connection, task_id, composed.clock.wall_ns()).user is None
    assert run(["task", "token", "triage", "--request", "Send it to me.", "--json"], composed) == 0
    task_id = json.loads(capsys.readouterr().out.splitlines()[-1])["task_id"]
    assert run(["task", "show", task_id], composed) == 0
    assert "user " not in capsys.readouterr().out


def test_start(composed, capsys):
    """A run keeps its user until what it says is erased; its identity has it once it begins."""
    assert run(["task", "start", "triage", "Send it to me.", *NOOR, "--json"], composed) == 0
    task_id = json.loads(capsys.readouterr().out)["task_id"]
    with composed.engine().connect() as connection:
        assert run_detail(connection, task_id).user == USER
        assert connection.execute(select(task_requests)).all() == []
    claim(composed.house, task_id)
    with composed.engine().connect() as connection:
        assert task_detail(connection, task_id, composed.clock.wall_ns()).user == USER


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--user-address", "noor"], "an address is a mail address or a telephone number"),
        (["--user-name", ""], "it is empty"),
    ],
)
def test_senseless_users(composed, capsys, options, words):
    """What is nobody's is refused, and no task begins."""
    assert run(["task", "start", "triage", "Send it to me.", *options], composed) != 0
    assert words in capsys.readouterr().err
    assert run(["task", "token", "triage", "--user-name", "Noor Haddad"], composed) != 0
    assert "there is no request" in capsys.readouterr().err
