"""The language of pipelines: what it says, what it refuses, and when."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podium.kernel.errors import InvalidRequest
from podium.manifest.expressions import names_of, parse, parse_template, render, type_of, value_of

VALUES: dict[str, Any] = {
    "inputs": {"branch": "main", "limit": 3, "loud": True},
    "steps": {"list": {"state": "succeeded", "result": {"files": ["a", "b"], "odd name": None}}},
    "item": {"path": "a"},
}
KNOWN: dict[str, Any] = {
    "inputs": {"branch": "text", "limit": "number", "loud": "flag"},
    "steps": {"list": {"state": "text", "result": "any"}},
    "item": "any",
}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("inputs.branch == 'main' and inputs.limit > 2", True),
        ("not inputs.loud or length(steps.list.result.files) == 2", True),
        ("'b' in steps.list.result.files", True),
        ("'x' not in steps.list.result.files", True),
        ("item.path in ['a', \"b\"]", True),
        ("steps.list.result.files[-1]", "b"),
        ("steps.list.result['odd name'] == null", True),
        ("default(steps.list.result.missing, 7)", 7),
        ("number('4.5') >= 4", True),
        ("text(3) == '3'", True),
        ("(1 == 2) == false", True),
        ("inputs.branch == null", False),
        ("-1 < 0", True),
    ],
)
def test_expressions_have_values(text: str, value: object) -> None:
    """What passes the check gives its value."""
    type_of(parse(text), KNOWN)
    assert value_of(parse(text), VALUES) == value


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("inputs.brnach == 'x'", "inputs has no `brnach`"),
        ("steps.lst.state == 'x'", "steps has no `lst`"),
        ("inputs.limit == 'x'", "number and text are never equal"),
        ("inputs.limit < 'x'", "two numbers or two texts"),
        ("inputs.branch and true", "wants true or false, not text"),
        ("length(3) == 1", "`length` takes list or map or text"),
        ("exec('x')", "no function `exec`"),
        ("inputs.limit[0] == 1", "inputs.limit is number"),
        ("1 in 2", "looks into a list"),
        ("secrets.key", "there is no `secrets`"),
    ],
)
def test_types_are_checked_before_anything_runs(text: str, said: str) -> None:
    """Names that are not there and values that never fit are found without running."""
    with pytest.raises(InvalidRequest, match=said.replace("(", r"\(")):
        type_of(parse(text), KNOWN)


@pytest.mark.parametrize("text", ["", "1 ==", "(1", "a b", "1 = 2", "'x", "a.", "[1 2]", "x; y", "(" * 99])
def test_what_is_no_expression_is_refused(text: str) -> None:
    """A text that does not parse says so."""
    with pytest.raises(InvalidRequest):
        parse(text)


def test_nothing_undecided_counts_as_true_or_false() -> None:
    """A missing value is null, and orders and truths of it are errors."""
    for text in ("steps.list.result.none > 1", "not steps.list.result.none", "steps.list.result and true"):
        found = parse(text)
        with pytest.raises(InvalidRequest):
            value_of(found, VALUES)


def test_references_become_values() -> None:
    """A text that is one reference keeps the value's type; within other text it is written out."""
    written = {"a": "${{ steps.list.result.files }}", "b": ["${{inputs.limit}} of ${{ item }}"], "c": 5}
    assert render(written, VALUES) == {"a": ["a", "b"], "b": ['3 of {"path":"a"}'], "c": 5}
    assert names_of(parse("steps.list.result[inputs.limit] == item.path")) == [
        ("steps", "list", "result"),
        ("inputs", "limit"),
        ("item", "path"),
    ]
    with pytest.raises(InvalidRequest):
        parse_template("${{ inputs.x")


@given(st.text(alphabet="abinort .()[]'\"=<>!,0123-", max_size=40))
def test_any_text_parses_or_is_refused(text: str) -> None:
    """No text does anything but have a value, or be refused."""
    try:
        found = parse(text)
        type_of(found, {"*": "any"})
        value_of(found, {})
    except InvalidRequest:
        pass
