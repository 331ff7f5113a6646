"""The example agents and the scripted ones: programs of tasks, with models and tools behind the gateways."""

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.app.desk import TOOLS
from tests.app.desk import desk as serving
from tests.app.running import MANIFESTS, PODIUM, Running, environment, podium, simulator, until

ROOT = Path(__file__).parents[2]
INSTRUMENT = str(Path(sys.executable).with_name("opentelemetry-instrument"))
EXAMPLES = ROOT / "examples" / "agents"
GRANTS = "tools: {tickets/search_tickets: {}, tickets/reply_to_ticket: {}, tickets/close_ticket: {}}"


class Desk:
    """A Podium with a support desk's tools."""

    def __init__(self, up: Running, count: Path) -> None:
        self.up, self._count = up, count

    def acts(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self._count.read_text().splitlines()]

    def run(
        self, request: str, *program: str, folder: Path, reads: Sequence[Path] = ()
    ) -> "subprocess.CompletedProcess[str]":
        variables = environment() | {
            "PODIUM_PORT": str(self.up.port),
            "PODIUM_TOOLS_PORT": str(self.up.tools_port),
            "PODIUM_COLLECTOR_PORT": str(self.up.collector_port),
        }
        seen = [word for path in (ROOT / "podium", *reads) for word in ("--read", str(path))]
        line = [*PODIUM, "--state", str(self.up.state), "run", "triage", "--request", request]
        return subprocess.run(
            [*line, "--env", "MODEL=large", *seen, "--", *program],
            cwd=folder,
            env=variables,
            capture_output=True,
            text=True,
            timeout=120,
        )

    def spans(self, done: "subprocess.CompletedProcess[str]") -> list[dict[str, Any]]:
        """Return the spans of a run's task, those of all its traces."""
        task = done.stderr.partition("podium: ")[2].partition(" ")[0]
        listed = podium("traces", "list", "--task", task, "--json", state=self.up.state).stdout
        found = []
        for trace in json.loads(listed)["traces"]:
            shown = podium("traces", "show", trace["trace_id"], "--json", state=self.up.state).stdout
            found += [row["span"] for row in json.loads(shown)["spans"]]
        return found

    def charges(self, done: "subprocess.CompletedProcess[str]", least: int = 1) -> int:
        """Return how many charges the task of a run has, once it has so many."""
        told = podium("task", "list", "--all", "--json", state=self.up.state).stdout
        (task,) = [it["task_id"] for it in json.loads(told)["tasks"] if it["task_id"] in done.stderr]

        def found() -> list[dict[str, object]]:
            return [row for row in self.up.ledger() if row["task_id"] == task]

        until(lambda: len(found()) >= least, "the charges")
        return len(found())


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    folder = tmp_path_factory.mktemp("examples")
    with serving(folder) as (port, count), simulator(folder) as (sim_port, _):
        text = (MANIFESTS + TOOLS).format(sim_port=sim_port, port=port)
        (folder / "manifests").mkdir()
        (folder / "manifests" / "all.yaml").write_text(
            text.replace("routes: [large]}", f"routes: [large], {GRANTS}}}").replace(
                "  maxOutputTokens", "  capabilities: [tools]\n  maxOutputTokens"
            )
        )
        up = Running(folder, sim_port, "--workers", "1")
        with closing(up):
            up.wait_ready()
            yield Desk(up, count)


@pytest.mark.parametrize(
    ("interpreter", "name"),
    [
        (sys.executable, "openai_loop.py"),
        ("sh", "ask.sh"),
    ],
)
def test_the_examples_run(desk: Desk, tmp_path: Path, interpreter: str, name: str) -> None:
    """Each example has under 40 lines, answers, and what it calls is charged to its task."""
    text = (EXAMPLES / name).read_text()
    assert len(text.splitlines()) < 40
    (tmp_path / name).write_text(text)
    done = desk.run('Say "hi".\nOnce.', interpreter, name, folder=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()
    assert desk.charges(done) > 0


@pytest.mark.parametrize(
    ("name", "agent", "joined"),
    [
        ("openai_agents_sdk.py", "desk", True),
        ("langgraph_loop.py", "LangGraph", False),  # its instrumentation does not make its spans current
        ("pydantic_ai_agent.py", "invoke_agent agent", True),
    ],
)
def test_what_instrumentation_tells(desk: Desk, tmp_path: Path, name: str, agent: str, joined: bool) -> None:
    """A framework that `opentelemetry-instrument` watches has its spans in the task's traces, with the
    gateway's own calls below them, without a line of Podium's."""
    text = (EXAMPLES / name).read_text()
    assert len(text.splitlines()) < 40
    text = text.replace("set_tracing_disabled(disabled=True)", "pass")
    text = text.replace("    agent = Agent(model,", "    Agent.instrument_all()\n    agent = Agent(model,")
    (tmp_path / name).write_text(text)
    done = desk.run('Say "hi".', INSTRUMENT, sys.executable, name, folder=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()
    assert desk.charges(done) > 0
    spans: list[dict[str, Any]] = []

    def arrived() -> bool:
        spans[:] = desk.spans(done)
        return {"ledger", "otlp"} <= {span["source"] for span in spans}

    until(arrived, "the spans")
    by_id = {span["span_id"]: span for span in spans}
    assert agent in {span["name"] for span in spans}
    for call in (span for span in spans if span["source"] == "ledger"):
        above, span = [], call
        while span["parent_span_id"] in by_id:
            span = by_id[span["parent_span_id"]]
            above.append(span["name"])
        assert above, "a call of the gateway hangs below what the program did"
        assert (agent in above) is joined


def scripted(desk: Desk, folder: Path, request: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
    return desk.run(request, *PODIUM, "simulate", "agent", "--model", "large", *arguments, folder=folder)


SEARCH = 'tickets_search_tickets={"query": "Cleo"}'
CLOSE = 'tickets_close_ticket={"number": 4470}'


def test_a_scripted_agent_does_what_is_asked(desk: Desk, tmp_path: Path) -> None:
    """It asks three times, finds the ticket and closes it; the tool server's own count says so."""
    before = len(desk.acts())
    done = scripted(desk, tmp_path, "Close Cleo Fink's ticket.", "--tool", SEARCH, "--tool", CLOSE)
    assert done.returncode == 0, done.stderr
    assert desk.acts()[before:] == [{"tool": "close_ticket", "number": 4470}]
    assert desk.charges(done, 3) == 3


def test_a_hijacked_one_is_held(desk: Desk, tmp_path: Path) -> None:
    """What the trap in a ticket orders is refused, and the tool server never hears of it."""
    before = len(desk.acts())
    trap = 'tickets_search_tickets={"query": "Dan"}'
    done = scripted(desk, tmp_path, "What does Dan Moor want?", "--behaviour", "hijacked", "--tool", trap)
    assert "the text orders tickets_reply_to_ticket" in done.stderr
    assert "refused: tickets_reply_to_ticket" in done.stderr
    assert desk.acts()[before:] == []


def test_wrong_calls_are_told(desk: Desk, tmp_path: Path) -> None:
    """Arguments that are no JSON, and a program that is not a task's, are told with what to do."""
    done = scripted(desk, tmp_path, "x", "--tool", "tickets_search_tickets={query}")
    assert done.returncode == 2
    assert "what follows = is no JSON" in done.stderr
    alone = podium("simulate", "agent", state=desk.up.state)
    assert alone.returncode == 1
    assert "podium run AGENT" in alone.stderr
