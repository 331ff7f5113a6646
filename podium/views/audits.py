"""Traces under audits: verdicts a trace and rule, and the reports that CI reads.

JUnit as Jenkins and GitLab read it (junit-10.xsd of https://github.com/jenkinsci/xunit-plugin wants `errors`
of each suite); SARIF 2.1.0 (OASIS,
https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html); Markdown for a merge request.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote
from xml.etree.ElementTree import Element, SubElement, tostring

import msgspec

from podium import __version__
from podium.evidence.audits.ordering import Steps
from podium.evidence.audits.rules import Audit, Finding, judge
from podium.kernel.spans import Span

FAILS: Final = ("safety", "error")
"""Severities whose failure fails a run."""
_NO_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 has no way to write, and names of spans may hold."""
_MARKS: Final = re.compile(r"[\\`*\[\]|~]")
"""What Markdown makes something of within a line."""
_STEERING: Final = re.compile("[\x00-\x1f\x7f-\x9f]+")


@dataclass(frozen=True, slots=True)
class Audited:
    """What came of one rule over one trace."""

    trace_id: str
    steps: int
    audit: str
    finding: Finding
    names: tuple[str, ...]
    """Of the steps that decided, in the finding's order."""

    @property
    def failed(self) -> bool:
        """Whether it fails a run."""
        return self.finding.verdict == "fail" and self.finding.rule.severity in FAILS


def traces_of(spans: Iterable[Span]) -> dict[str, list[Span]]:
    """Return the steps of each trace, by their starts: spans of GenAI operations, under the pinned names."""
    found: dict[str, Steps] = {}
    for span in spans:
        found.setdefault(span.trace_id, Steps()).add(span)
    return {trace_id: steps.ordered() for trace_id, steps in found.items()}


def audit_traces(traces: dict[str, list[Span]], audits: Sequence[Audit]) -> list[Audited]:
    """Return every verdict, by trace, audit and rule."""
    found = []
    for trace_id, steps in traces.items():
        names = {step.span_id: step.name for step in steps}
        for audit in audits:
            for finding in judge(audit, steps):
                said = tuple(names[span_id] for span_id in finding.spans)
                found.append(Audited(trace_id, len(steps), audit.name, finding, said))
    return found


def junit(found: Sequence[Audited]) -> bytes:
    """Return a JUnit report: a suite a trace, a case a rule; unknown is skipped."""
    root = Element("testsuites", name="podium audit")
    suites: dict[str, Element] = {}
    for one in found:
        suite = suites.get(one.trace_id)
        if suite is None:
            suite = suites[one.trace_id] = SubElement(root, "testsuite", name=one.trace_id)
        name = f"{one.audit}/{one.finding.rule.name}"
        case = SubElement(suite, "testcase", name=name, classname=one.trace_id)
        told = _NO_XML.sub("\ufffd", _told(one))
        if one.failed:
            SubElement(case, "failure", message=one.finding.rule.says).text = told
        elif one.finding.verdict == "unknown":
            SubElement(case, "skipped", message=f"unknown: {told}")
        elif one.finding.verdict == "fail":
            SubElement(case, "system-out").text = f"warning: {told}"
    for element in (root, *suites.values()):
        cases = list(element.iter("testcase"))
        element.set("tests", str(len(cases)))
        element.set("failures", str(sum(case.find("failure") is not None for case in cases)))
        element.set("errors", "0")
    for element in suites.values():  # and of all together it is no attribute
        element.set("skipped", str(len(element.findall("testcase/skipped"))))
    data: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return data


def _told(one: Audited) -> str:
    where = ", ".join(
        f"{name} (span {span})" for name, span in zip(one.names, one.finding.spans, strict=True)
    )
    because = f" {one.finding.rule.because}" if one.finding.rule.because else ""
    return f"{where or 'the whole trace'}.{because}"


def sarif(found: Sequence[Audited], places: Mapping[str, str]) -> bytes:
    """Return a SARIF 2.1.0 log: a result for each verdict that is not pass, placed in its trace's file.

    ``places``: paths of the files, relative or absolute, by the ids of traces that come from one.
    """
    rules: dict[str, dict[str, Any]] = {}
    results = []
    for one in found:
        rule = one.finding.rule
        name = f"{one.audit}/{rule.name}"
        rules.setdefault(
            name,
            {
                "id": name,
                "shortDescription": {"text": rule.says},
                "fullDescription": {"text": rule.because or rule.says},
                "defaultConfiguration": {"level": _LEVELS[rule.severity]},
            },
        )
        if one.finding.verdict == "pass":
            continue
        unknown = one.finding.verdict == "unknown"
        results.append(
            {
                "ruleId": name,
                "ruleIndex": list(rules).index(name),
                "kind": "open" if unknown else "fail",
                "level": "none" if unknown else _LEVELS[rule.severity],
                "message": {"text": f"{rule.says}: {one.finding.verdict} at {_told(one)}"},
                "locations": [
                    {
                        "physicalLocation": {
                            "artifactLocation": {"uri": _uri(places.get(one.trace_id), one.trace_id)},
                            "region": {"startLine": 1},
                        },
                        "logicalLocations": [
                            {"name": span, "fullyQualifiedName": f"{one.trace_id}/{span}", "kind": "object"}
                            for span in one.finding.spans or (one.trace_id,)
                        ],
                    }
                ],
                "partialFingerprints": _fingerprints(f"{one.trace_id}/{name}"),
            }
        )
    driver = {"name": "podium audit", "version": __version__, "rules": list(rules.values())}
    log = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{"tool": {"driver": driver}, "results": results}],
    }
    return msgspec.json.format(msgspec.json.encode(log))


def _uri(path: str | None, trace_id: str) -> str:
    """Return where a trace is as a reference of RFC 3986."""
    if path is None:
        return f"traces/{trace_id}"
    return f"file://{quote(path)}" if path.startswith("/") else quote(path)


def _fingerprints(of: str) -> dict[str, str]:
    """Return what says that two results are the same. GitHub goes by a line's, which all of a file share."""
    return {"trace": of, "primaryLocationLineHash": f"{hashlib.sha256(of.encode()).hexdigest()[:16]}:1"}


_LEVELS: Final = {"safety": "error", "error": "error", "warning": "warning"}


def markdown(found: Sequence[Audited]) -> str:
    """Return a table of what did not pass, under a line of sums."""
    verdicts = [one.finding.verdict for one in found]
    traces = len({one.trace_id for one in found})
    sums = ", ".join(f"{verdicts.count(verdict)} {verdict}" for verdict in ("pass", "fail", "unknown"))
    lines = [f"**{_count(traces, 'trace')}, {_count(len(found), 'verdict')}:** {sums}.", ""]
    rows = [one for one in found if one.finding.verdict != "pass"]
    if rows:
        lines += ["| verdict | rule | severity | trace | steps that decided |", "|---|---|---|---|---|"]
    for one in rows:
        rule = one.finding.rule
        where = ", ".join(_cell(name) for name in one.names) or "the whole trace"
        lines.append(
            f"| {one.finding.verdict} | {one.audit}/{rule.name}: {_cell(rule.says)} | {rule.severity} "
            f"| `{one.trace_id}` | {where} |"
        )
    return "\n".join(lines) + "\n"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _cell(text: str) -> str:
    """Return a text as a cell that is nothing but that text: names are others' words."""
    return _MARKS.sub(r"\\\g<0>", _STEERING.sub(" ", text)).replace("&", "&amp;").replace("<", "&lt;")
