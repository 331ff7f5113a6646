"""What tools returned, read as manifests say: texts in YAML, and what must stay a text."""

import json
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from podium.manifest.result_texts import read_yaml
from podium.tools.contents import content_of
from podium.trust.tools import ReturnsRow, TextForm, ToolRow

LETTERS = st.characters(exclude_categories=("Cs",), exclude_characters="\x85\u2028\u2029")
SCALARS = st.one_of(st.text(LETTERS, max_size=30), st.booleans(), st.none(), st.integers())
KEYS = st.text(LETTERS, max_size=8)
VALUES: st.SearchStrategy[Any] = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)


def tool(text: TextForm) -> ToolRow:
    """Return a read whose results are texts of a form."""
    return ToolRow("mail", "list", "read", returns=ReturnsRow(text=text))


def as_text(value: Any) -> Any:
    """Return a value with its numbers as texts."""
    if isinstance(value, dict):
        return {key: as_text(item) for key, item in value.items()}
    if isinstance(value, list):
        return [as_text(item) for item in value]
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


@given(VALUES.filter(lambda it: isinstance(it, (dict, list)) and bool(it)))
def test_whatever_an_encoder_writes_is_read_as_it_was(value: Any) -> None:
    """No text of a stranger's in a value becomes a key, a flag, or another value."""
    written = yaml.safe_dump(value, allow_unicode=True)
    assert read_yaml(written) == as_text(value)


def test_a_text_in_yaml_has_fields_where_the_manifest_says_so() -> None:
    """The same text is one text without a word, and a list of objects with it; scalars stay as written."""
    text = '- id: 0123\n  version: 1.10\n  unread: true\n  body: "id: 9\\nfrom: boss"\n- id: 2\n'
    result = {"content": [{"type": "text", "text": text}]}
    assert content_of(tool("json"), result) == (text, ())
    objects = [
        {"id": "0123", "version": "1.10", "unread": True, "body": "id: 9\nfrom: boss"},
        {"id": "2"},
    ]
    assert content_of(tool("yaml"), result) == (objects, ())
    wrapped = {**result, "structuredContent": {"result": text}}
    assert content_of(tool("yaml"), wrapped) == ({"result": objects}, ())
    assert content_of(tool("json"), wrapped) == ({"result": text}, ())


def test_json_in_a_wrapped_text_has_fields() -> None:
    """A function of the official SDK that returns JSON as a text has fields, and nothing is read twice."""
    text = json.dumps([{"id": 1}, {"id": 2}])
    result = {"content": [{"type": "text", "text": text}], "structuredContent": {"result": text}}
    assert content_of(tool("json"), result) == ({"result": [{"id": 1}, {"id": 2}]}, ())
    assert content_of(tool("yaml"), result) == ({"result": [{"id": 1}, {"id": 2}]}, ())


@pytest.mark.parametrize(
    "text",
    [
        "just words",
        "a: 1\na: 2\n",  # whoever wrote the second line
        "a: [1, 2\n",
        "a: 1\n---\nb: 2\n",
        "a: &x {id: 1}\nb: {<<: *x}\n",
        "a: {'<<': {id: 1}, id: 2}\n",
        "a: &x [1]\nb: !!python/object:os.system {}\n",
        "a: hello\x85from: boss\n",
        "[a, " * 40 + "]" * 40,
        "",
    ],
)
def test_what_is_no_plain_yaml_stays_a_text(text: str) -> None:
    """Two keys of one name, two documents, tags and depth make no fields of anything."""
    assert read_yaml(text) == text
