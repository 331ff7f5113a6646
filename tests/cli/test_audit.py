"""`podium audit`: what a person sees, and the exit codes."""

import json
from pathlib import Path
from types import SimpleNamespace

import msgspec
import pytest
import yaml

from podium.cli import audit_driving, run
from podium.ports.acts import By
from podium.ports.runs import QueueTask
from podium.ports.spans import TraceIs
from tests.evidence.audits.traces import tools

SUITE = """\
apiVersion: podium/v1
kind: Audit
metadata: {name: mine}
spec:
  ready: [no-loop]
  let: {pays: {tool: pay}, asks: {tool: ask}}
  rules:
    - {name: asked, says: asks before pays}
    - {name: small, says: "never (pays and tool big)", severity: warning}
"""


def write_traces(folder: Path, *tools: str) -> Path:
    """Write a trace of calls of tools, without content."""
    spans = [
        {
            "traceId": "ab" * 16,
            "spanId": f"{number:016x}",
            "name": f"execute_tool {name}",
            "startTimeUnixNano": str(number),
            "endTimeUnixNano": str(number),
            "attributes": [
                {"key": "gen_ai.operation.name", "value": {"stringValue": "execute_tool"}},
                {"key": "gen_ai.tool.name", "value": {"stringValue": name}},
            ],
        }
        for number, name in enumerate(tools)
    ]
    file = folder / "traces.json"
    file.write_text(json.dumps({"resourceSpans": [{"scopeSpans": [{"spans": spans}]}]}), encoding="utf-8")
    return file


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    """A suite of one audit."""
    file = tmp_path / "audits.yaml"
    file.write_text(SUITE, encoding="utf-8")
    return file


def audit(*arguments: object) -> int:
    return run(["audit", *map(str, arguments)], SimpleNamespace())


def test_a_good_trace(tmp_path: Path, suite: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What passed is counted, and the exit code is 0."""
    assert audit("run", write_traces(tmp_path, "ask", "pay"), "--suite", suite) == 0
    assert capsys.readouterr().out == "1 trace, 3 verdicts: 3 pass, 0 fail, 0 unknown\n"


def test_a_bad_trace_and_its_reports(tmp_path: Path, suite: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A failure is told with the step that decided, exit code 1, and each report is written."""
    reports = [f"--{name}={tmp_path / name}" for name in ("junit", "sarif", "markdown")]
    assert audit("run", write_traces(tmp_path, "pay", "ask"), "--suite", suite, *reports) == 1
    said = capsys.readouterr().out.splitlines()
    assert said[1] == f"fail\terror\tmine/asked\t{'ab' * 16}\texecute_tool pay {0:016x}"
    assert said[-1] == "1 trace, 3 verdicts: 2 pass, 1 fail, 0 unknown"
    assert b'failures="1"' in (tmp_path / "junit").read_bytes()
    assert json.loads((tmp_path / "sarif").read_bytes())["runs"][0]["results"][0]["ruleId"] == "mine/asked"
    assert "| fail | mine/asked: asks before pays | error |" in (tmp_path / "markdown").read_text()


def test_unknown_fails_only_where_it_is_to(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Without content some verdicts are unknown: exit code 0, and 1 with --strict."""
    traces = write_traces(tmp_path, "x", "x", "x")
    assert audit("run", traces, "--ready", "no-loop", "--json") == 0
    (verdict,) = json.loads(capsys.readouterr().out)["verdicts"]
    assert (verdict["verdict"], verdict["rule"], verdict["steps"]) == ("unknown", "no-loop", 3)
    assert audit("run", traces, "--ready", "no-loop", "--strict") == 1


FAULTS = [
    (
        "asks before pays",
        "asks befor pays",
        "audits.yaml:8: spec.rules[0].says: 'asks befor pays': 'befor' at char",
    ),
    (
        "no-loop",
        "no-lop",
        "audits.yaml:5: spec.ready[0]: there is no ready audit no-lop. Did you mean `no-loop`?",
    ),
    ("{tool: ask}", "{toll: ask}", "audits.yaml:6: spec.let.asks: asks: 'toll' is no field of a step."),
    ("name: small", "name: asked", "spec.rules[1].name: there are two rules asked. Rename one."),
]


@pytest.mark.parametrize(
    ("suite_text", "code", "told"),
    [
        *((SUITE.replace(right, wrong), 3, told) for right, wrong, told in FAULTS),
        (
            "apiVersion: podium/v1\nkind: Audit\nmetadata: {name: x}\nspec: {}\n",
            3,
            "spec: it asks for nothing.",
        ),
        ("apiVersion: podium/v1\nkind: Department\nmetadata: {name: x}\n", 2, "there is no audit to run."),
    ],
)
def test_a_suite_that_means_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], suite_text: str, code: int, told: str
) -> None:
    """Every finding has file, line and field, as `podium validate` tells it."""
    file = tmp_path / "audits.yaml"
    file.write_text(suite_text, encoding="utf-8")
    assert audit("run", write_traces(tmp_path, "x"), "--suite", file) == code
    assert told in capsys.readouterr().err


@pytest.mark.parametrize("text", ["", '{"resourceSpans": []}', "unsteps"])
def test_nothing_to_judge(tmp_path: Path, suite: Path, capsys: pytest.CaptureFixture[str], text: str) -> None:
    """A file without a step proves nothing: it is named, and the run fails, whatever else is judged."""
    good = write_traces(tmp_path, "ask", "pay")
    empty = tmp_path / "empty.json"
    empty.write_text(
        good.read_text().replace("gen_ai.", "my.") if text == "unsteps" else text, encoding="utf-8"
    )
    assert audit("run", good, empty, "--suite", suite) == 2
    assert f"{empty}: there is nothing to judge" in " ".join(capsys.readouterr().err.split())


def test_a_trace_that_podium_has(capsys: pytest.CaptureFixture[str]) -> None:
    """Spans come from the keeper; one that it does not have is told, and so is none at all."""
    spans = [msgspec.to_builtins(step) for step in tools("aaa")]
    asked = SimpleNamespace(
        ask_collector=lambda question: TraceIs(spans=spans if question.trace_id == "t" else [])
    )
    assert run(["audit", "run", "--trace", "t", "--ready", "one-payment"], asked) == 0
    assert capsys.readouterr().out == "1 trace, 1 verdict: 1 pass, 0 fail, 0 unknown\n"
    assert run(["audit", "run", "--trace", "x", "--ready", "all"], asked) == 6
    assert "there is no trace x." in capsys.readouterr().err
    assert audit("run", "--ready", "all") == 2
    assert "there is no trace to judge." in capsys.readouterr().err


def test_traces_that_are_none(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The error names the file and what is wrong in it; so does one of a ready audit that is not there."""
    file = tmp_path / "traces.json"
    file.write_text("{}", encoding="utf-8")
    assert audit("run", file, "--ready", "all") == 2
    assert f"{file}: the file has no resourceSpans." in capsys.readouterr().err
    assert audit("run", write_traces(tmp_path, "x"), "--ready", "nope") == 2
    assert "there is no ready audit nope. `podium audit list`" in capsys.readouterr().err


def test_ready_audits_are_listed_and_shown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A ready audit that is shown is a manifest which runs."""
    assert audit("list") == 0
    listed = [line.split("\t")[0] for line in capsys.readouterr().out.splitlines()[1:]]
    assert len(listed) >= 20
    for name in listed:
        assert audit("show", name) == 0
        text = capsys.readouterr().out
        assert yaml.safe_load(text)["metadata"]["name"] == name
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    traces = write_traces(tmp_path, "plan", "get_x")
    assert audit("run", traces, *(f"--suite={tmp_path / name}.yaml" for name in listed)) in (0, 1)
    assert "1 trace, " in capsys.readouterr().out
    assert audit("show", "nope") == 1


class Driven:
    """A Podium whose runner is quick: every task makes one call of a tool and succeeds."""

    settings = None

    def __init__(self, *tools: str) -> None:
        self.tools, self.asked = tools, []

    def by(self) -> By:
        return By()

    def ask(self, question):
        self.asked.append(question)
        number = sum(isinstance(it, QueueTask) for it in self.asked)
        if isinstance(question, QueueTask):
            return SimpleNamespace(task_id=f"task_{number - 1}")
        return SimpleNamespace(state="succeeded")

    def ask_collector(self, question):
        spans = tools([self.tools[int(question.task_id.removeprefix("task_"))]])
        return TraceIs([msgspec.to_builtins(it) for it in spans])


def test_an_agent_is_driven(
    suite: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Tasks are queued, waited for and judged, each by itself; a table says how often each rule held."""
    monkeypatch.setattr(audit_driving, "LOOK_S", 0)
    monkeypatch.setattr(audit_driving, "STILL_S", 0)
    arguments = ["audit", "run", "--suite", str(suite), "--agent", "triage", "--times", "4"]
    assert run([*arguments], Driven()) == 2
    assert "there is nothing to ask the agent for" in capsys.readouterr().err
    arguments += ["--request", "Pay Ann."]
    assert run(arguments, Driven("ask", "pay", "ask", "ask")) == 1
    said = capsys.readouterr().out.splitlines()
    assert said[0] == "4 tasks of triage: 4 succeeded"
    assert "mine/asked\terror\t3\t1\t0\t75%" in said
    assert run([*arguments, "--at-least", "0.7"], Driven("ask", "pay", "ask", "ask")) == 0
    assert run([*arguments, "--at-least", "0.7"], Driven("pay", "pay", "ask", "ask")) == 1


def test_a_trace_of_which_more_comes_is_not_judged(
    suite: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is not all there yet passes no rule: the task is named, and what to do."""
    monkeypatch.setattr(audit_driving, "LOOK_S", 0)
    monkeypatch.setattr(audit_driving, "LATE_S", 0)

    class Late(Driven):
        def ask_collector(self, question: object) -> TraceIs:
            self.tools = (*self.tools, "ask")
            return TraceIs([msgspec.to_builtins(it) for it in tools(self.tools)])

    arguments = ["audit", "run", "--suite", str(suite), "--agent", "triage", "--request", "Pay Ann."]
    assert run(arguments, Late("ask")) != 0
    assert "task_0 is over, but after 0 s its spans still come in." in capsys.readouterr().err
