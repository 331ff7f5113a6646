"""`podium task watch`, and the verbs that pause several tasks."""

import io
import json
from pathlib import Path

import pytest
from rich.console import Console

from podium.adapters.records import open_for_reading, open_records
from podium.cli import run
from podium.cli.task_watch import readings
from podium.cli.watch_tree import folded, in_words, tree
from podium.ports.acts import By
from podium.ports.runs import QueueTask
from podium.views.watch import Step, Watched
from tests.keeper.acting import House
from tests.keeper.samples import HandClock
from tests.keeper.test_runs import FIRST, claim, hello, queue, report, with_agents


class Composed:
    """What the verbs are handed: a keeper in this process."""

    def __init__(self, state: Path) -> None:
        self.state, self.clock = state, HandClock()
        self.house = House(open_records(state), self.clock, state)
        with_agents(self.house)
        hello(self.house, FIRST)

    def by(self):
        return By()

    def engine(self):
        return open_for_reading(self.state)

    def ask(self, question):
        acts = self.house.acts
        return acts.do_run(question) if isinstance(question, QueueTask) else acts.do(question)


@pytest.fixture
def composed(tmp_path: Path, monkeypatch):
    composed = Composed(tmp_path)
    monkeypatch.setattr("podium.cli.task_watch.LOOK_S", 0.001)
    yield composed
    composed.house.engine.dispose()


def step(id_: str, kind: str = "model", **more: object) -> Step:
    at_ns = int(id_.strip("t") or 0) * 10**9
    fields = {"parent_id": "t", "title": "large", "state": "ok", "at_ns": at_ns, "ended_ns": at_ns + 10**9}
    return Step(id=id_, kind=kind, **fields | more)  # type: ignore[arg-type] # a kind


ROOT = step("t", "task", parent_id=None, state="running", ended_ns=None, cost_nano_usd=5)


def test_lines_and_exit_codes(composed, capsys):
    """Without a terminal each step is a line as it comes, and the state of a task says the exit code."""
    first = claim(composed.house, queue(composed.house).task_id).run
    report(composed.house, first, "succeeded")
    assert run(["task", "watch", first.task_id], composed) == 0
    told = capsys.readouterr()
    assert f"{first.task_id} triage: succeeded" in told.out
    assert f"{first.task_id} has succeeded after" in told.err
    for state, code in (("failed", 1), ("killed", 7), ("unknown", 8)):
        one = claim(composed.house, queue(composed.house).task_id).run
        report(composed.house, one, state, reason="So it is.")
        assert run(["task", "watch", one.task_id, "--json"], composed) == code
        lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
        assert [line["event"] for line in lines] == ["step", "end"]
        assert (lines[0]["id"], lines[-1]["state"], lines[-1]["exit_code"]) == (one.task_id, state, code)
    assert run(["task", "watch", "task_none"], composed) == 6


@pytest.mark.parametrize(
    "wrong",
    [
        ["task", "start", "triage", "Go.", "--deadline", "soon"],
        ["task", "start", "triage", "Go.", "--deadline", "0m"],
        ["task", "start", "triage", "Go.", "--budget", "much"],
        ["task", "steer", "task_1", "--reason", "x", "--deadline", "2 hours"],
        ["task", "steer", "task_1", "--reason", "x", "--limit", "1e-12"],
        ["task", "token", "triage", "--for", "999999d"],
        ["ledger", "--since", "99999999999d"],
        ["calls", "--until", "9999-12-31"],
        ["traces", "list", "--since", "0001-01-01"],
        ["traces", "list", "--min-usd", "nan"],
        ["traces", "list", "--max-usd", "1e15"],
        ["traces", "list", "--min-seconds", "inf"],
        ["traces", "list", "--max-seconds", "-1"],
        ["run", "triage", "--for", "1w", "--", "true"],
        ["budget", "override", "agent/a:usd:month", "--amount", "1", "--for", "x", "--reason", "r"],
        ["budget", "override", "agent/a:usd:month", "--amount", "1", "--reason", "r"],
    ],
)
def test_times_and_amounts_that_are_none(wrong, composed, capsys):
    """What cannot be meant is wrong usage, told with what to write, and nothing is asked of the keeper."""
    before = len(composed.house.rows())
    assert run(wrong, composed) == 2
    assert "write" in (told := capsys.readouterr().err.lower()) or "give one of" in told
    assert len(composed.house.rows()) == before


def test_an_empty_request_is_refused(composed, capsys):
    """An agent is not started on nothing, and a department that there is not is told as such."""
    for verb in (["task", "start", "triage", " "], ["task", "token", "triage", "--request", ""]):
        assert run(verb, composed) == 2
        assert "it is empty: say what it shall do" in capsys.readouterr().err
    composed.ask = lambda _: composed.house.acts.do_run(QueueTask(By(), "triage", " "))  # as REST asks
    assert run(["task", "start", "triage", "x"], composed) == 1
    assert "The request is empty. Say what it shall do" in capsys.readouterr().err
    del composed.ask
    assert run(["task", "pause", "--department", "nosuch", "--reason", "x"], composed) == 6
    assert "There is no department nosuch." in capsys.readouterr().err


def test_interrupted_it_goes_on(composed, capsys, monkeypatch):
    """Ctrl-C ends the watching alone: nothing is asked of the keeper, and that is said."""
    one = claim(composed.house, queue(composed.house).task_id).run

    def interrupt(_seconds: float) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("podium.cli.task_watch.time.sleep", interrupt)
    before = len(composed.house.rows())
    assert run(["task", "watch", one.task_id], composed) == 130
    assert f"{one.task_id} goes on unwatched: it is running." in capsys.readouterr().err
    assert len(composed.house.rows()) == before


def test_what_comes_late_is_told_too():
    """After a task's end its last calls are waited for; what has been told is not told again."""
    over = step("t", "task", parent_id=None, state="failed")
    late = step("1")
    seen = [[ROOT], [ROOT], [over], [over], [over, late], *[[over, late]] * 9]
    looks = iter([Watched(steps, steps[0].state, steps[0].state != "running", 0) for steps in seen])
    told = [[one.id for one in news] for news, _ in readings(lambda: next(looks), lambda _: None)]
    assert told == [["t"], [], ["t"], [], ["1"], [], [], []]


def test_what_does_not_fit_is_folded():
    """What is over goes first, the oldest first, tasks after their steps; what goes on is always there."""
    waits = step("9", waits_for="person", case_id="case_1", state="asked", kind="tool", ended_ns=None)
    child = step("6", "task", state="succeeded")
    steps = [ROOT, *(step(str(number)) for number in range(1, 6)), child, step("7", parent_id="6"), waits]
    shown, hidden = folded(steps, 6)
    assert ([one.id for one in shown], hidden) == (["t", "5", "6", "7", "9"], {"t": 4})
    shown, hidden = folded(steps, 1)
    assert ([one.id for one in shown], hidden) == (["t", "9"], {"t": 7})
    assert folded(steps, 50) == (steps, {})


def test_the_tree_on_a_terminal():
    """A line tells what a step is, how it stands, how long it took and what it cost; the rest is named."""
    waits = step(
        "9", waits_for="person", case_id="case_1", state="asked", kind="tool", ended_ns=None, times=3
    )
    console = Console(width=120, record=True, force_terminal=True, file=io.StringIO())
    console.print(
        tree(Watched([ROOT, step("1", cost_nano_usd=2000), waits], "running", False, 7), 12 * 10**9)
    )
    lines = [line.rstrip() for line in console.export_text().splitlines()]
    assert lines[1].split() == ["●", "large", "t", "running", "12.0", "s", "0.000000005"]
    assert lines[2].split() == ["├─", "✓", "model", "large", "ok", "1.0", "s", "0.000002"]
    assert lines[3].startswith("└─ ◌ tool large  case_1")
    assert "waits for a person, 3 times" in lines[3]
    assert lines[4].startswith("7 older steps are not shown")
    assert in_words(step("1", state="failed", why="It broke.")) == "failed: It broke"


def test_several_are_paused_at_once(composed, capsys):
    """Named or chosen ones are paused with one reason; what could not be is told, and if nothing matches."""
    running, waiting = (
        claim(composed.house, queue(composed.house).task_id).run,
        queue(composed.house, "search"),
    )
    why = ["--reason", "The provider is away."]
    assert run(["task", "pause", "--agent", "triage", *why], composed) == 0
    assert f"{running.task_id}\ttriage\tdone: " in capsys.readouterr().out
    assert run(["task", "pause", "--department", "support", "--json", *why], composed) == 1
    told = {one["task_id"]: one for one in json.loads(capsys.readouterr().out)["tasks"]}
    assert not told[running.task_id]["done"]
    assert told[running.task_id]["text"] == f"The task {running.task_id} is paused."
    assert told[waiting.task_id]["done"]
    assert run(["task", "resume", running.task_id, waiting.task_id, *why], composed) == 0
    assert run(["task", "resume", "--agent", "nobody", *why], composed) == 6
    assert "There is no agent nobody." in capsys.readouterr().err
    assert run(["task", "kill", waiting.task_id, *why], composed) == 0
    assert run(["task", "pause", "--agent", "search", *why], composed) == 0
    assert "No task that lives matches." in capsys.readouterr().err
    assert run(["task", "pause", running.task_id, *why], composed) == 0
    assert "is paused." in capsys.readouterr().out
    assert run(["task", "pause", *why], composed) == 2
