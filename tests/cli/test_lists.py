"""Names and ids on a command line that are none."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from podium.adapters.system import SystemClock
from podium.cli import run
from podium.kernel.errors import NotReady, StateError
from podium.ports.spans import TracesAre
from tests.console import seed


@pytest.fixture(scope="module")
def composition(tmp_path_factory):
    folder = tmp_path_factory.mktemp("lists")
    engine = seed.create(folder / "podium.db")
    seed.seed_fleet(engine, 1_800_000_123_000_000_000, hours=0.1)
    yield SimpleNamespace(
        engine=lambda: engine,
        clock=SystemClock(),
        state=folder,
        evidence_keys=lambda _: {},
        good_signature=None,
        ask_collector=lambda _: TracesAre((), None),
    )
    engine.dispose()


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (NotReady("The keeper did not answer within 10 s."), "podium takes no calls. The keeper did not"),
        (StateError("Nobody listens.", code="not_running"), "podium is not running. Nobody listens."),
    ],
)
def test_status_tells_a_keeper_that_stands_still_from_none(composition, capsys, error, says):
    """One that is there and does not answer is not called one that does not run: it is not to be started."""

    def ask(_question):
        raise error

    code = run(["status"], SimpleNamespace(**{**vars(composition), "ask": ask}))
    assert code == 5
    assert capsys.readouterr().out.startswith(says)


@pytest.mark.parametrize(
    "line",
    [
        ("ledger", "--agent", "nobody"),
        ("calls", "--department", "no/where"),
        ("task", "list", "--agent", "nobody"),
        ("tool", "calls", "--agent", "nobody"),
        ("inbox", "list", "--department", "nowhere"),
        ("traces", "list", "--agent", "nobody"),
        ("traces", "stats", "--department", "nowhere"),
        ("audit", "results", "--agent", "nobody"),
        ("report", "--department", "nowhere"),
        ("agent", "list", "nobody"),
        ("explain", "v99"),
    ],
)
def test_a_name_that_is_none_is_told(composition, capsys, line):
    """A list that is filtered by it is not empty: exit code 6, with the names that there are."""
    assert run(line, composition) == 6
    told = capsys.readouterr()
    assert told.out == ""
    assert ("There is no version 99" if line[0] == "explain" else "Choose from: ") in told.err


def test_agents_are_listed(composition, capsys):
    """With where they belong, what they may call, and who starts them."""
    assert run(["agents"], composition) == 0
    rows = [line.split("\t") for line in capsys.readouterr().out.splitlines()]
    assert rows[0][:2] == ["agent", "department"] or rows[0][1].startswith("acme")
    assert ["ticket-triage", "acme/support"] in [row[:2] for row in rows]


def test_what_a_program_may_read_must_be_there(composition, tmp_path: Path, capsys):
    """`podium run --read` of what is not there is wrong usage, told before a task begins."""
    line = ["run", "ticket-triage", "--request", "x", "--read", str(tmp_path / "none"), "--", "true"]
    assert run(line, composition) == 2
    assert "there is no such file or folder for it to see" in capsys.readouterr().err
