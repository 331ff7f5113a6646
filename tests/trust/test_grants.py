"""A grant's answer to one call."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podium.trust.grants import Ask, Deny, Permit, decide_grant, schema_fault
from podium.trust.tools import GrantRow, ToolRow

PAY = ToolRow("bank", "pay", "irreversible")
SCHEMA = json.dumps(
    {
        "properties": {"amount": {"type": "number", "maximum": 100}, "to": {"pattern": "^DE"}},
        "required": ["to"],
    }
)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"to": "DE1", "amount": 100}, None),
        ({"to": "DE1", "amount": 101}, "amount: 101 is greater than the maximum of 100"),
        ({"to": "FR1"}, 'to: "FR1" does not match "^DE"'),
        ({}, 'arguments: "to" is a required property'),
    ],
)
def test_schema(arguments, said) -> None:
    """A call that the schema does not cover is denied or asked, with what does not fit."""
    for otherwise, kind in (("deny", Deny), ("ask", Ask)):
        found = decide_grant(GrantRow("bank/pay", schema=SCHEMA, otherwise=otherwise), PAY, arguments, 0)
        if said is None:
            assert found == Permit("tools.bank/pay")
        else:
            assert found == kind("tools.bank/pay.arguments", said)


def test_uses() -> None:
    """A grant with uses counts the calls that were let through."""
    grant = GrantRow("bank/pay", uses=2)
    assert isinstance(decide_grant(grant, PAY, {}, 1), Permit)
    assert decide_grant(grant, PAY, {}, 2) == Deny(
        "tools.bank/pay.uses", "this task may call bank/pay 2 times, and has"
    )


def test_unknown_means_no() -> None:
    """No tool, no grant, another tool's grant, a broken schema, arguments that are none: denied."""
    assert isinstance(decide_grant(None, PAY, {}, 0), Deny)
    assert isinstance(decide_grant(GrantRow("bank/pay"), None, {}, 0), Deny)
    assert isinstance(decide_grant(GrantRow("bank/other"), PAY, {}, 0), Deny)
    for broken in (
        '{"type": "no such"}',
        "{",
        "[]",
        '{"$ref": "https://example.com/x"}',
        '{"pattern": "(?=a)"}',
    ):
        assert isinstance(decide_grant(GrantRow("bank/pay", schema=broken), PAY, {}, 0), Deny), broken
    odd = {"x": object()}
    assert isinstance(decide_grant(GrantRow("bank/pay", schema=SCHEMA, otherwise="ask"), PAY, odd, 0), Deny)


def test_no_schema_is_fetched() -> None:
    """A reference that leads out of the schema is a fault, and nothing is asked for over the network."""
    fault = schema_fault({"$ref": "http://127.0.0.1:1/schema"})
    assert fault is not None
    assert "127.0.0.1:1" in fault[1]


def test_a_pattern_takes_linear_time() -> None:
    """A pattern with a look-around is refused, so that none can hold a call up."""
    where, message = schema_fault({"properties": {"a": {"pattern": "^(?=b)"}}}) or ((), "")
    assert where == ("properties", "a", "pattern")
    assert "no looking ahead" in message
    assert "looking" not in (schema_fault({"properties": {"a": {"pattern": "(b"}}}) or ((), ""))[1]
    grant = GrantRow("bank/pay", schema='{"properties": {"a": {"pattern": "^(a+)+$"}}}')
    assert isinstance(decide_grant(grant, PAY, {"a": "a" * 50_000 + "!"}, 0), Deny)


def test_a_long_value_is_not_repeated() -> None:
    """A reason stays a line, whatever the arguments hold."""
    found = decide_grant(GrantRow("bank/pay", schema=SCHEMA), PAY, {"to": "x" * 10_000}, 0)
    assert isinstance(found, Deny)
    assert len(found.reason) < 250


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(["to", "amount", "x"]), values), st.integers(0, 3))
def test_a_permit_means_that_the_schema_holds(arguments, uses) -> None:
    """Whatever the arguments: a permit is given only where the schema and the uses hold."""
    grant = GrantRow("bank/pay", schema=SCHEMA, uses=2)
    holds = isinstance(arguments.get("to"), str) is False or arguments["to"].startswith("DE")
    amount = arguments.get("amount")
    small = amount is None or isinstance(amount, bool) or (isinstance(amount, int) and amount <= 100)
    found = decide_grant(grant, PAY, arguments, uses)
    if isinstance(found, Permit):
        assert uses < 2
        assert "to" in arguments
        assert holds
        assert small
