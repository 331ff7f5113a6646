"""Conditions in Cedar that never hold, and words that nothing is ever called; what may hold is not told."""

import json

import cedarpy
import pytest

from podium.trust.conditions import Case, needs, never, slips
from podium.trust.tools import SinkRow, ToolRow

PAY = ToolRow(
    "bank", "pay", "irreversible", arguments={"iban": SinkRow("payee"), "amount": SinkRow("amount")}
)
NOTE = ToolRow("bank", "note", "write")
CASE = Case("clerk", frozenset(("books", "acme")), PAY)


def conditions(text: str) -> list[dict[str, object]]:
    """Return the conditions of a rule as Cedar has them in JSON."""
    rule = json.loads(cedarpy.policies_to_json_str(f"forbid(principal, action, resource) {text};"))
    found: list[dict[str, object]] = rule["staticPolicies"]["policy0"]["conditions"]
    return found


@pytest.mark.parametrize(
    "text",
    [
        "when { false }",
        "unless { true }",
        "when { context.outside && !true }",
        "when { context.outside } unless { context.outside || true }",
        "when { context.uses < 0 }",
        "when { -1 >= context.uses }",
        "when { context.uses > 3 && context.uses < 4 }",
        "when { context.uses == 1 } when { context.uses == 2 }",
        'when { context.read.integrity == "user" && "public" == context.read.integrity }',
        'when { resource.effect == "write" }',
        'when { resource.server != "bank" }',
        'when { principal == Agent::"other" }',
        'when { principal in Department::"sales" || action == Action::"bank/note" }',
        'when { action in [Action::"read", Action::"bank/note"] }',
        "when { context.arguments has note && context.outside }",
        "when { if context.outside then false else 1 == 2 }",
        "unless { context.uses >= 0 }",
    ],
)
def test_what_never_holds(text: str) -> None:
    """Whatever a call of this tool by this agent has, such a rule forbids nothing."""
    assert never(conditions(text), CASE)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "when { true }",
        "when { context.outside }",
        "when { context.uses > 3 && context.uses < 5 }",
        "when { context.uses > 3 || context.uses < 2 }",
        "when { !(context.uses > 3 && context.uses < 2) }",
        'when { context.read.integrity == "user" || context.read.integrity == "public" }',
        'when { context.read.integrity != "user" && context.read.integrity != "public" }',
        'when { principal in Department::"acme" && action in Action::"write" && context.outside }',
        'when { action == Action::"bank/pay" && resource.effect == "irreversible" }',
        'when { context.arguments has amount && context.arguments.amount.greaterThan(decimal("1.0")) }',
        'when { context.arguments has iban && context.arguments.iban like "DE*" }',
        'when { context.called.contains("bank/note") } unless { context.domains.isEmpty() }',
        "unless { context.uses > 0 }",
    ],
)
def test_what_may_hold(text: str) -> None:
    """What a call decides is not told."""
    assert not never(conditions(text), CASE)
    assert list(slips(conditions(text), (PAY, NOTE))) == []


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ('when { context.outside || context.read.confidentiality == "Secret" }', "Secret"),
        ('when { "trusted" != context.read.integrity }', "trusted"),
        ('when { ["private", "top"].contains(context.read.confidentiality) }', "top"),
        ('when { resource.effect == "delete" }', "delete"),
        ('when { resource.name == "bank/pay" }', "bank/pay"),
        ('when { context.called.contains("bank_pay") }', "bank_pay"),
        ('when { context.called.containsAny(["bank/note", "bank/nota"]) }', "bank/nota"),
        ('unless { context.domains.contains("@acme.example") }', "@acme.example"),
        ('when { context.domains.containsAny(["acme.example", "Evil.example"]) }', "Evil.example"),
    ],
)
def test_words_that_nothing_is_called(text: str, word: str) -> None:
    """A word that a closed list does not have, wherever it stands in a rule."""
    assert [it.word for it in slips(conditions(text), (PAY, NOTE))] == [word]


def test_what_conditions_need() -> None:
    """Arguments that a rule asks for with `has`, where it holds without none of them."""
    text = "when { context.arguments has iban && (context.arguments has a || context.arguments has b) }"
    assert needs(conditions(text)) == {"iban"}
    assert needs(conditions("unless { context.arguments has iban }")) == frozenset()
