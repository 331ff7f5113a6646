"""Audits: what they compile to, and each fault at its line."""

import pytest

from podium.manifest.audit_rows import rules_of

from .samples import compiled, document, findings
from .test_check_pipelines import MORE

AUDIT = """
live: true
onFail: case
agents: [helper]
departments: [engineering]
ready: [no-loop]
let: {pays: {tool: pay}}
judges:
  polite: {of: pays, rubric: It is polite., agent: helper, route: openai/gpt-4o_mini, budgetUsd: 0.5}
rules:
  - {name: few, says: at most 3 pays, severity: safety, because: Money is short.}
  - {name: polite, says: always (pays implies judged polite)}
"""
PIPELINE = """
agent: helper
steps: [{name: a, command: {run: [x]}}]
triggers:
  - occurrence: {type: audit.failed, audit: mine, rule: few, agent: helper, department: engineering}
"""


def test_an_audit_compiles() -> None:
    """Its department is a path, its budget nano-USD; its rules and its ready ones are audits."""
    row = compiled(MORE, document("Audit", "mine", AUDIT)).audits["mine"]
    assert (row.live, row.on_fail, row.agents, row.ready) == (True, "case", ("helper",), ("no-loop",))
    (path,) = row.departments
    (judge,) = row.judges
    assert (judge.of, judge.reads, judge.votes, judge.budget_nano_usd) == (
        "pays",
        ("output",),
        3,
        500_000_000,
    )
    assert [audit.name for audit in rules_of(row)] == ["mine", "no-loop"]
    assert row.holds_for("other", path)
    assert row.holds_for("other", f"{path}/tests")
    assert row.holds_for("helper", "elsewhere")
    assert not row.holds_for("other", f"{path}-not")


@pytest.mark.parametrize(
    ("right", "wrong", "told"),
    [
        ("agents: [helper]", "agents: [helpr]", "spec.agents[0]"),
        ("departments: [engineering]", "departments: [moon]", "spec.departments[0]"),
        ("of: pays", "of: pay", "spec.judges.polite.of"),
        ("judged polite", "judged kind", "spec.rules[1].says"),
        ("route: openai/gpt-4o_mini", "route: nowhere", "spec.judges.polite.route"),
    ],
)
def test_faults(right: str, wrong: str, told: str) -> None:
    """What is named must be there."""
    found = findings(MORE, document("Audit", "mine", AUDIT.replace(right, wrong)))
    assert [finding.field for finding in found] == [told]


@pytest.mark.parametrize(
    ("right", "wrong", "told"),
    [
        ("audit: mine", "audit: yours", "spec.triggers[0].occurrence.audit"),
        ("agent: helper, d", "agent: helpr, d", "spec.triggers[0].occurrence.agent"),
        ("rule: few", "tool: mail/list_messages", "spec.triggers[0].occurrence.tool"),
        ("audit.failed", "audit.passed", "spec.triggers[0].occurrence.type"),
    ],
)
def test_faults_of_what_starts_a_pipeline(right: str, wrong: str, told: str) -> None:
    """A trigger names what is there, and is narrowed by what its type has."""
    audit = document("Audit", "mine", AUDIT)
    assert findings(MORE, audit, document("Pipeline", "mend", PIPELINE)) == []
    found = findings(MORE, audit, document("Pipeline", "mend", PIPELINE.replace(right, wrong)))
    assert [finding.field for finding in found] == [told]
