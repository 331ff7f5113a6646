"""Grants that no call can meet are warned of, with their line; what some call meets is not."""

import pytest

from podium.manifest.compile import find_warnings

from .samples import document

TOOLS = """
  pay:
    effect: irreversible
    intents: [pay]
    arguments:
      {iban: {sink: payee}, amount: {sink: amount}, who: {sink: recipient, many: true}, kind: {sink: text}}
"""
SERVER = ("x.yaml", document("ToolServer", "x", f"command: [mcp]\ntools:\n{TOOLS}"))


def told_of(schema: str, *more: str) -> list[str]:
    """Return field and message of what is told of a grant with a schema."""
    grant = ", ".join((f"arguments: {schema}", *more))
    agent = document("Agent", "a", f"department: acme\nroutes: [r]\ntools: {{x/pay: {{{grant}}}}}")
    found = [it for it in find_warnings([SERVER, ("a.yaml", agent)]) if it.file == "a.yaml"]
    assert all(it.line > 1 and it.fix for it in found)
    return [f"{it.field.removeprefix('spec.tools.x/pay.arguments')}: {it.message}" for it in found]


def of(**properties: str) -> str:
    return "{properties: {" + ", ".join(f"{name}: {it}" for name, it in properties.items()) + "}}"


@pytest.mark.parametrize(
    ("schema", "field", "message"),
    [
        (of(amount="{minimum: 10, maximum: 5}"), "amount.minimum", "no number is at least 10 and at most 5."),
        (
            of(amount="{exclusiveMinimum: 5, maximum: 5}"),
            "amount.exclusiveMinimum",
            "no number is more than 5 and at most 5.",
        ),
        (
            of(kind="{minLength: 5, maxLength: 2}"),
            "kind.minLength",
            "no text has at least 5 and at most 2 ch",
        ),
        (
            of(who="{minItems: 3, maxItems: 1}"),
            "who.minItems",
            "no list has at least 3 and at most 1 entries.",
        ),
        (of(who="{items: {enum: []}}"), "who.items.enum", "`enum` is empty."),
        (of(kind="{const: a, enum: [b, c]}"), "kind.const", "what stands beside `const` refuses it."),
        (of(kind="{type: string, enum: [1, 2]}"), "kind.enum", "what stands beside `enum` refuses each"),
        (
            of(kind='{enum: [Low], pattern: "^[a-z]+$"}'),
            "kind.enum",
            "what stands beside `enum` refuses each",
        ),
        (of(kind="{allOf: [{const: a}, {const: b}]}"), "kind.allOf", "no value meets all of these."),
        (
            of(kind="{anyOf: [{enum: []}, {type: string, const: 1}]}"),
            "kind.anyOf",
            "no value meets any of these.",
        ),
        (of(kind="{default: a, enum: [b, c]}"), "kind.default", 'the schema refuses its own default, "a".'),
    ],
)
def test_what_no_value_meets(schema: str, field: str, message: str) -> None:
    """Bounds that leave nothing, values that the rest refuses, a default that is none of the values."""
    told = told_of(schema)
    assert any(it.startswith(f".properties.{field}: {message}") for it in told), told
    assert not any("no call is let through" in it for it in told)


@pytest.mark.parametrize(
    ("schema", "field", "message"),
    [
        ("{type: array}", ".type", "the arguments of a call are always an object"),
        (
            "{required: [amount], properties: {amount: false}}",
            ".required",
            "`amount` is required, and no value",
        ),
        (
            "{required: [iban, note], properties: {iban: {}}, additionalProperties: false}",
            ".required",
            "`note` is required, and `additionalProperties: false` leaves it out",
        ),
        (
            "{minProperties: 3, maxProperties: 1}",
            ".minProperties",
            "no object has at least 3 and at most 1 keys",
        ),
    ],
)
def test_what_no_call_meets(schema: str, field: str, message: str) -> None:
    """What lets no call through says so, or that each is asked about."""
    assert any(
        it.startswith(f"{field}: {message}") and "no call is let through" in it for it in told_of(schema)
    )
    assert any("each call is asked about" in it for it in told_of(schema, "else: ask"))


@pytest.mark.parametrize(
    "schema",
    [
        of(amount="false"),  # an argument that no call may give
        of(amount="{not: {}}"),
        of(amount="{minimum: 5, maximum: 5}"),
        of(amount="{type: integer, enum: [1, 2, a]}"),  # some of it
        of(kind="{enum: [a, b], default: a}"),
        of(kind='{anyOf: [{enum: [a]}, {}], default: "whatever"}'),
        of(kind="{anyOf: [{const: a}, {type: integer, const: b}]}"),
        of(kind="{not: {minLength: 5, maxLength: 2}}"),
        of(who="{items: {enum: [a@acme.example]}, minItems: 1, maxItems: 3}"),
        '{$defs: {k: {enum: [a]}}, properties: {kind: {$ref: "#/$defs/k", const: a}}}',
        '{required: [kind], patternProperties: {"^k": {}}, additionalProperties: false}',
        "{type: [object, array], properties: {iban: {}}}",
    ],
)
def test_what_some_value_meets(schema: str) -> None:
    """Nothing is told that is not sure, and a `false` is what it says."""
    sure = (
        "no value",
        "no number",
        "no text",
        "no list",
        "refuses",
        "is required",
        "always an object",
        "is empty",
    )
    assert [it for it in told_of(schema) if any(word in it for word in sure)] in (
        [],
        # One of two alternatives that nothing meets is told of; the grant as a whole is none of it.
        [".properties.kind.anyOf[1].const: what stands beside `const` refuses it."],
    )
