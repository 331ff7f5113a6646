"""Reports on audited traces, read back as CI reads them."""

import json
import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest

from podium.evidence.audits.rules import Audit, Rule, vocabulary_of
from podium.kernel.spans import Span
from podium.views.audits import Audited, audit_traces, junit, markdown, sarif, traces_of
from tests.evidence.audits.traces import tool


@pytest.fixture
def found() -> list[Audited]:
    """One trace: a failure at two steps, a warning, an unknown and a pass."""
    rules = [
        Rule("once", "at most 1 a", "error", "Twice is | once too often."),
        Rule("warned", "never tool b", "warning"),
        Rule("unseen", "never (tool c and big)"),
        Rule("held", "eventually a"),
    ]
    words = vocabulary_of({"a": {"tool": "a"}, "big": {"arguments.n": "> 3"}})
    steps = [tool(number, name) for number, name in enumerate("aabc")]
    return audit_traces({"f" * 32: steps}, [Audit("it", rules, words)])


def test_verdicts(found: list[Audited]) -> None:
    """Each rule has its verdict, the steps that decided, and whether it fails a run."""
    told = [(one.finding.rule.name, one.finding.verdict, one.names, one.failed, one.steps) for one in found]
    assert told == [
        ("once", "fail", ("execute_tool a", "execute_tool a"), True, 4),
        ("warned", "fail", ("execute_tool b",), False, 4),
        ("unseen", "unknown", ("execute_tool c",), False, 4),
        ("held", "pass", ("execute_tool a",), False, 4),
    ]


def test_junit(found: list[Audited]) -> None:
    """A failure is a failure, unknown is skipped, a warning is text; the counts add up."""
    root = ET.fromstring(junit(found))
    assert root.attrib == {"name": "podium audit", "tests": "4", "failures": "1", "errors": "0"}
    (suite,) = root
    assert suite.attrib == {"name": "f" * 32, "tests": "4", "failures": "1", "errors": "0", "skipped": "1"}
    cases = {case.get("name"): case for case in root.iter("testcase")}
    failure = cases["it/once"].find("failure")
    assert failure is not None
    assert failure.get("message") == "at most 1 a"
    assert "execute_tool a (span 0000000000000000), execute_tool a (span 0000000000000001)" in str(
        failure.text
    )
    assert cases["it/warned"].find("failure") is None
    assert len(cases["it/held"]) == 0


def test_sarif(found: list[Audited]) -> None:
    """What did not pass is a result with its level and place; every rule is described."""
    log = json.loads(sarif(found, {"f" * 32: "my traces/ü.json"}))
    (run,) = log["runs"]
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == [
        "it/once",
        "it/warned",
        "it/unseen",
        "it/held",
    ]
    results = [(one["ruleId"], one["ruleIndex"], one["level"], one["kind"]) for one in run["results"]]
    assert results == [
        ("it/once", 0, "error", "fail"),
        ("it/warned", 1, "warning", "fail"),
        ("it/unseen", 2, "none", "open"),
    ]
    place = run["results"][0]["locations"][0]
    assert place["physicalLocation"]["artifactLocation"]["uri"] == "my%20traces/%C3%BC.json"
    assert [it["name"] for it in place["logicalLocations"]] == [f"{0:016x}", f"{1:016x}"]


def test_places_in_sarif(found: list[Audited]) -> None:
    """Each result stands in its trace's file, and is another one than that of the same rule elsewhere."""
    other = [replace(one, trace_id="e" * 32) for one in found]
    log = json.loads(sarif([found[0], other[0], *found[1:]], {"f" * 32: "a.json", "e" * 32: "/b.json"}))
    results = log["runs"][0]["results"]
    places = [one["locations"][0]["physicalLocation"] for one in results[:2]]
    assert [it["artifactLocation"]["uri"] for it in places] == ["a.json", "file:///b.json"]
    assert places[0]["region"] == {"startLine": 1}
    assert len({one["partialFingerprints"]["primaryLocationLineHash"] for one in results}) == len(results)
    (recorded,) = json.loads(sarif(other[:1], {}))["runs"][0]["results"]
    assert recorded["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == f"traces/{'e' * 32}"


def test_names_are_others_words(found: list[Audited]) -> None:
    """What XML cannot hold, and what Markdown or a terminal would make something of, stays in its place."""
    evil = [replace(found[0], names=("a\x00\x1b[31m<!-- | `x`\n| pass |", "b"))]
    failure = ET.fromstring(junit(evil)).find("testsuite/testcase/failure")
    assert failure is not None
    assert "a\ufffd\ufffd[31m<!-- | `x`" in str(failure.text)
    (row,) = markdown(evil).splitlines()[4:]
    assert row.endswith(r"| a \[31m&lt;!-- \| \`x\` \| pass \|, b |")


def test_markdown(found: list[Audited]) -> None:
    """Sums, then a row for each verdict that is not pass; what is passed needs no table."""
    lines = markdown(found).splitlines()
    assert lines[0] == "**1 trace, 4 verdicts:** 1 pass, 2 fail, 1 unknown."
    assert [line.split(" | ")[0] for line in lines[4:]] == ["| fail", "| fail", "| unknown"]
    assert markdown(found[3:]).splitlines() == ["**1 trace, 1 verdict:** 1 pass, 0 fail, 0 unknown.", ""]


def test_steps_of_traces() -> None:
    """Spans of GenAI operations, whatever convention names them, by trace and start; others are no steps."""

    def span(trace: str, number: int, start: int, **attributes: object) -> Span:
        ids = (trace * 32, f"{number:016x}", None, str(number))
        return Span(*ids, "CLIENT", start, start, "UNSET", None, attributes)

    found = traces_of(
        [
            span("a", 1, 5, **{"openinference.span.kind": "TOOL"}),
            span("b", 2, 1, **{"gen_ai.operation.name": "chat"}),
            span("a", 3, 2, **{"traceloop.span.kind": "agent"}),
            span("a", 4, 1, **{"http.request.method": "GET"}),
        ]
    )
    assert {trace[0]: [step.name for step in steps] for trace, steps in found.items()} == {
        "a": ["3", "1"],
        "b": ["2"],
    }
