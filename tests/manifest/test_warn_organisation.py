"""An organisation with nobody inside, and rules that hold for everybody, are warned of."""

from pathlib import Path

import pytest

import podium
from podium.manifest.compile import find_warnings

from .samples import document

DEPARTMENT = "apiVersion: podium/v1\nkind: Department\nmetadata: {name: acme}\n"
INSIDE = "spec: {organisation: {domains: [acme.example]}}\n"
SERVERS = """
  send: {effect: irreversible, intents: [send], arguments: {to: {sink: recipient}}}
  look: {effect: read, arguments: {query: {sink: query}}}
"""


def of_organisation(department: str, rule: str, **granted: str) -> list[str]:
    """Return what is told of the organisation where some agents have some tools of servers `x` and `y`."""
    files = [("d.yaml", department)]
    files += [(f"{n}.yaml", document("ToolServer", n, f"command: [mcp]\ntools:\n{SERVERS}")) for n in "xy"]
    for name, tools in granted.items():
        grants = ", ".join(f"{tool}: {{}}" for tool in tools.split())
        files.append(
            (f"{name}.yaml", document("Agent", name, f"department: acme\nroutes: [r]\ntools: {{{grants}}}"))
        )
    if rule:
        files.append(("p.yaml", document("Policy", "p", f"cedar: |\n  // all\n  {rule};")))
    found = [it for it in find_warnings(files) if it.file in {"d.yaml", "p.yaml"}]
    return [f"{it.file}:{it.line} {it.message}" for it in found]


@pytest.mark.parametrize(
    ("department", "granted", "told"),
    [
        (DEPARTMENT, "x/send", True),
        (DEPARTMENT + INSIDE, "x/send", False),
        (DEPARTMENT, "x/look", False),
        (DEPARTMENT + "spec: {parent: all}\n", "x/send", False),
    ],
)
def test_an_organisation_with_nobody_inside(department: str, granted: str, told: bool) -> None:
    """Where an agent writes to addresses colleagues are outside too; no Department below says who is not."""
    found = of_organisation(department, "", a=granted)
    assert [it for it in found if "everybody is outside" in it] == found
    assert bool(found) is told


ALL = "forbid(principal, action, resource)"
WRITES = 'forbid(principal, action in Action::"write", resource)'


@pytest.mark.parametrize(
    ("rule", "granted", "told"),
    [
        (WRITES, {"a": "x/send", "b": "y/send"}, "a, b"),
        (ALL, {"a": "x/look", "b": "y/send"}, "a, b"),
        (WRITES, {"a": "x/look", "b": "y/send"}, ""),
        (WRITES, {"a": "x/send", "b": "x/send y/send"}, ""),
        (WRITES, {"a": "x/send"}, ""),
        ('forbid(principal, action == Action::"x/send", resource)', {"a": "x/send", "b": "y/send"}, ""),
        ('forbid(principal == Agent::"a", action, resource)', {"a": "x/send", "b": "y/send"}, ""),
        ('forbid(principal in Department::"acme", action, resource)', {"a": "x/send", "b": "y/send"}, ""),
        ("forbid(principal", {"a": "x/send", "b": "y/send"}, ""),
    ],
)
def test_rules_that_hold_for_everybody(rule: str, granted: dict[str, str], told: str) -> None:
    """Of agents that share no server a rule about a whole group of acts is hardly meant for both."""
    found = of_organisation(DEPARTMENT + INSIDE, rule, **granted)
    assert found == ([f"p.yaml:7 this rule holds for every agent: {told}."] if told else [])


LETTERS = "forbid(principal{}, action{}, resource) when {{ {} }}"
SEND, LOOK = ' == Action::"x/send"', ' == Action::"x/look"'


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        (LETTERS.format(' == Agent::"a"', SEND, "context.outside"), ""),
        (LETTERS.format(' in Department::"acme"', ' in Action::"write"', "context.outside"), ""),
        (LETTERS.format(' == Agent::"a"', LOOK, "true"), "no agent that it is about is granted"),
        (LETTERS.format(' == Agent::"b"', SEND, "true"), "no agent that it is about is granted"),
        (LETTERS.format(' in Department::"other"', "", "true"), "no agent that it is about is granted"),
        (LETTERS.format("", ' in [Action::"x/look", Action::"x/send"]', "context.outside"), ""),
        (LETTERS.format("", SEND, "context.outside && context.arguments has to"), ""),
        (
            LETTERS.format(' == Agent::"a"', SEND, "context.outside && context.arguments has two"),
            "none of its tools lists an argument `two`",
        ),
        (LETTERS.format("", SEND, "context.outside || context.arguments has two"), ""),
        (LETTERS.format("", SEND, "context.uses < 0"), "what it asks for holds for no call"),
        (LETTERS.format("", SEND, 'resource.effect == "irreversible" && context.uses > 2'), ""),
        (
            LETTERS.format("", SEND, 'principal == Agent::"b" || resource.server == "y"'),
            "what it asks for holds for no call",
        ),
        (LETTERS.format("", "", 'resource.server == "y"'), "what it asks for holds for no call"),
        (LETTERS.format("", ' in [Action::"x/look", Action::"x/send"]', 'resource.name == "look"'), ""),
    ],
)
def test_rules_that_forbid_nothing(rule: str, told: str) -> None:
    """A rule about what nobody it names is granted, or about an argument that none of its tools lists."""
    found = [
        it for it in of_organisation(DEPARTMENT + INSIDE, rule, a="x/send", b="x/look") if "p.yaml" in it
    ]
    assert ["forbids nothing" in it and told in it and "p.yaml:7 " in it for it in found] == [True] * bool(
        told
    )


def test_words_of_a_rule_that_nothing_is_called() -> None:
    """A word that a closed list has not, with the nearest one that it has; one that it has is not told."""
    rule = LETTERS.format("", SEND, 'context.outside && context.read.confidentiality == "Secret"')
    (told,) = of_organisation(DEPARTMENT + INSIDE, rule, a="x/send")
    assert told.startswith(
        "p.yaml:7 `Secret` stands in this rule, and nothing in context.read.confidentiality"
    )
    rule = rule.replace("Secret", "secret").replace("context.outside", 'context.called.contains("y/send")')
    assert of_organisation(DEPARTMENT + INSIDE, rule, a="x/send") == []


def test_the_example_fleet_is_warned_of_nothing() -> None:
    """Whoever begins with it learns from it."""
    folder = Path(podium.__file__).parent / "cli" / "fleet"
    files = [(path.name, path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.yaml"))]
    assert files
    assert find_warnings(files) == []
