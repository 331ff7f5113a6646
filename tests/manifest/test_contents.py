"""What is kept of content, as manifests say it."""

import pytest

from podium.evidence.contents.rules import PATTERNS
from podium.kernel.errors import ManifestError
from podium.manifest.compile import compile_manifests

from .samples import DictPrices

BASE = """
apiVersion: podium/v1
kind: Department
metadata: {{name: acme}}
spec: {{content: {{{root}}}}}
---
apiVersion: podium/v1
kind: Department
metadata: {{name: support}}
spec: {{parent: acme, content: {{{department}}}}}
---
apiVersion: podium/v1
kind: Provider
metadata: {{name: p}}
spec: {{baseUrl: "https://example.com/v1"}}
---
apiVersion: podium/v1
kind: Model
metadata: {{name: m}}
spec: {{provider: p, ceilingUsd: 1}}
---
apiVersion: podium/v1
kind: Route
metadata: {{name: r}}
spec: {{candidates: [{{model: m}}]}}
---
apiVersion: podium/v1
kind: Agent
metadata: {{name: a}}
spec:
  department: support
  routes: [r]
  content: {{{agent}}}
"""


def compiled(root="", department="", agent=""):
    text = BASE.format(root=root, department=department, agent=agent)
    return compile_manifests([("a.yaml", text)], prices=DictPrices(), at_ns=0).agents["a"].content


def findings(**parts):
    with pytest.raises(ManifestError) as caught:
        compiled(**parts)
    return [(it.field, it.line, it.message) for it in caught.value.findings]


def test_off_where_nobody_says_otherwise():
    """Nothing is kept by default; a Department's word holds for its agents, which may keep less."""
    assert compiled() is None
    assert compiled(root="record: redacted").record == "redacted"
    assert compiled(root="record: redacted", agent="record: off") is None
    assert (
        compiled(root="record: full", department="record: redacted", agent="record: hashed").record
        == "hashed"
    )
    assert compiled(agent="record: full").record == "full"


def test_what_adds_up():
    """Patterns of all that is above hold too; of the days the least; whoever names none means all."""
    found = compiled(
        root="record: redacted, patterns: [email], keepDays: 90",
        department="own: [{name: badge, regex: 'E-[0-9]+'}], keepDays: 60",
        agent="patterns: [card], keepDays: 30",
    )
    assert (found.patterns, found.own, found.keep_days) == (("email", "card"), (("badge", "E-[0-9]+"),), 30)
    assert compiled(root="record: redacted", agent="patterns: [card]").patterns == PATTERNS
    assert compiled(root="record: full", agent="record: redacted, patterns: [ip]").patterns == ("ip",)


def test_a_pattern_of_the_same_name_is_one_more():
    """An agent cannot take a Department's own pattern away by giving its name to another."""
    found = compiled(
        root="record: redacted, own: [{name: badge, regex: 'E-[0-9]+'}]",
        agent="own: [{name: badge, regex: 'nothing'}]",
    )
    assert found.own == (("badge", "E-[0-9]+"), ("badge", "nothing"))


def test_what_keeps_more_is_refused():
    """Who keeps more, or longer, than the Department above is told so, with file, line and field."""
    (found,) = findings(root="record: hashed", agent="record: redacted")
    assert found[:2] == ("spec.content.record", 33)
    assert "`hashed`, which acme at a.yaml:2" in found[2]
    (found,) = findings(root="record: redacted", department="record: full")
    assert found[:2] == ("spec.content.record", 10)
    (found,) = findings(root="keepDays: 5", agent="keepDays: 6")
    assert found[0] == "spec.content.keepDays"


@pytest.mark.parametrize(
    ("agent", "field"),
    [
        ("record: redacted, own: [{name: x, regex: '(a'}]", "spec.content.own[0].regex"),
        (r"record: redacted, own: [{name: x, regex: '(a)\1'}]", "spec.content.own[0].regex"),
        ("record: redacted, own: [{name: card, regex: 'a'}]", "spec.content.own[0].name"),
        ("record: redacted, patterns: []", "spec.content.patterns"),
        ("record: some", "spec.content.record"),
        ("record: redacted, patterns: [names]", "spec.content.patterns[0]"),
    ],
)
def test_what_cannot_be_used_is_refused(agent, field):
    """A pattern that RE2 does not take, that has another's name, or that is none, is a finding."""
    assert [it[0] for it in findings(agent=agent)] == [field]
