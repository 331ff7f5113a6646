"""The reference says what the kinds are."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from podium.manifest.compile import compile_manifests
from podium.manifest.kinds import KINDS
from podium.manifest.reference import EXAMPLES, json_schema, markdown

from .samples import DictPrices, compiled, document

DOCS = Path(__file__).parents[2] / "docs" / "manifests.md"


def test_the_page_is_current() -> None:
    """docs/manifests.md is what the kinds say today."""
    assert DOCS.read_text(encoding="utf-8") == markdown()


def test_the_examples_compile() -> None:
    """The example of each kind is a manifest without faults, once what it refers to is there."""
    rest = [
        "apiVersion: podium/v1\nkind: Department\nmetadata: {name: acme}\n",
        document("Model", "larger", "provider: openai\ntier: frontier\nceilingUsd: 1"),
        document("Model", "small", "provider: openai\ntier: small\nceilingUsd: 1"),
    ]
    files = [(f"{i}.yaml", text) for i, text in enumerate([*EXAMPLES.values(), *rest])]
    snapshot = compile_manifests(files, prices=DictPrices(), at_ns=0)
    assert list(EXAMPLES) == list(KINDS)
    assert snapshot.agents["code-reviewer"].department_path == "acme/engineering"


def fields(schema: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(schema, dict):
        yield from schema.get("properties", {}).items()
        for value in schema.values():
            yield from fields(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from fields(value)


@pytest.mark.parametrize("kind", list(KINDS))
def test_every_field_is_described(kind: str) -> None:
    """No field is without a description, and no schema allows fields that are not known."""
    schema = json_schema(kind)
    for name, field in fields(schema):
        assert field.get("description"), name
        assert re.fullmatch(r"[a-z][A-Za-z0-9]*", name)
    for shape in [schema, *schema["$defs"].values()]:
        assert shape["additionalProperties"] is False


def defaults(shape: dict[str, Any], definitions: dict[str, Any]) -> dict[str, Any]:
    """Return every default that a schema names, as a person would write it."""
    out: dict[str, Any] = {}
    for name, field in shape["properties"].items():
        inner = definitions.get(field.get("$ref", "").rsplit("/", 1)[-1])
        if inner is not None and "required" not in inner:
            out[name] = defaults(inner, definitions)
        elif "default" in field:
            out[name] = field["default"]
    return {name: value for name, value in out.items() if value != {}}


@pytest.mark.parametrize(
    ("kind", "needed"),
    [
        ("Provider", {"baseUrl": "https://h/v1"}),
        (
            "Model",
            {"provider": "remote", "price": {"inputPerMillionTokens": "1", "outputPerMillionTokens": "2"}},
        ),
        ("Route", {"candidates": [{"model": "small"}]}),
        ("Department", {"parent": "acme"}),
        ("Agent", {"department": "acme", "routes": ["openai/gpt-4o_mini"]}),
    ],
)
def test_a_default_written_out_changes_nothing(kind: str, needed: dict[str, Any]) -> None:
    """The defaults that the reference names are those that are used."""
    definitions = json_schema(kind)["$defs"]
    named = defaults(definitions[f"{kind}Spec"], definitions)
    for name, value in needed.items():
        named[name] = {**named.get(name, {}), **value} if isinstance(value, dict) else value
    written = yaml.safe_dump(named)
    left_out = yaml.safe_dump(needed)
    assert compiled(document(kind, "x", written)) == compiled(document(kind, "x", left_out))


def test_defaults_are_written_as_in_yaml() -> None:
    """Durations have their unit, so that an editor may fill them in."""
    timeouts = json_schema("Provider")["$defs"]["Timeouts"]["properties"]
    assert {name: field["default"] for name, field in timeouts.items()} == {
        "connect": "5s",
        "firstByte": "2m",
        "idle": "1m",
        "total": "10m",
    }
    retry = json_schema("Route")["$defs"]["Retry"]["properties"]
    assert (retry["backoff"]["default"], retry["maxAttempts"]["maximum"]) == ("200ms", 10)


def test_one_schema_for_all_kinds() -> None:
    """The schema of any document chooses by kind, and every reference in it leads somewhere."""
    schema = json_schema()
    assert [choice["then"]["$ref"] for choice in schema["allOf"]] == [f"#/$defs/{kind}" for kind in KINDS]
    references = re.findall(r"'\$ref': '#/\$defs/(\w+)'", repr(schema))
    assert set(references) <= set(schema["$defs"])


def test_a_kind_that_there_is_not() -> None:
    """Asking for the schema of no kind is a KeyError."""
    with pytest.raises(KeyError):
        json_schema("Tool")
