"""The manifests' reference, made from the kinds themselves: JSON Schema for editors, Markdown for people."""

from collections.abc import Iterator
from typing import Any

from podium.manifest.kinds import KINDS

_HEAD = """# Manifests

Generated from the schema by `podium schema --markdown`; do not edit.

Each YAML document has `apiVersion: podium/v1`, `kind`, `metadata` and `spec`. A file may hold several
documents. Unknown fields, dangling references, duplicate names, cycles and inline secrets are errors, all
reported at once with file, line and field. Durations are text (`200ms`, `5s`, `2m`), money and prices are
decimal text in USD.
"""


def json_schema(kind: str | None = None) -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of one kind, or of a document of any kind. Raises KeyError."""
    if kind is not None:
        schema = KINDS[kind].model_json_schema(by_alias=True)
        return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
    definitions: dict[str, Any] = {}
    for name, shape in KINDS.items():
        schema = shape.model_json_schema(by_alias=True)
        definitions |= schema.pop("$defs", {})
        definitions[name] = schema
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Podium manifests",
        "oneOf": [{"$ref": f"#/$defs/{name}"} for name in KINDS],
        "$defs": definitions,
    }


def markdown() -> str:
    """Return docs/manifests.md."""
    return "\n".join([_HEAD, *(line for name in KINDS for line in _kind(name))])


def _kind(name: str) -> Iterator[str]:
    schema = json_schema(name)
    definitions = schema.get("$defs", {})
    yield f"## {name}\n"
    yield f"{_one_line(schema.get('description', ''))}\n"
    yield "| field | what | type | default |"
    yield "|---|---|---|---|"
    for part in ("metadata", "spec"):
        shape = _resolve(schema["properties"][part], definitions)
        if part == "metadata":
            yield f"| `metadata.name` | {_cell(shape['properties']['name'])} | text | required |"
            continue
        yield from _rows(shape, definitions, part)
    yield ""


def _rows(shape: dict[str, Any], definitions: dict[str, Any], path: str) -> Iterator[str]:
    required = set(shape.get("required", []))
    for name, field in shape.get("properties", {}).items():
        inner, suffix = _inner(field, definitions)
        default = "required" if name in required else _default(field)
        where = f"{path}.{name}{suffix}"
        kind = "object" if inner is not None else _type(field, definitions)
        yield f"| `{where}` | {_cell(field)} | {kind} | {default} |"
        if inner is not None:
            yield from _rows(inner, definitions, where)


def _inner(field: dict[str, Any], definitions: dict[str, Any]) -> tuple[dict[str, Any] | None, str]:
    """Return the object behind a field, and ``[]`` where it is a list of them."""
    suffix = ""
    for option in (field, *field.get("anyOf", [])):
        candidate = option
        if candidate.get("type") == "array":
            candidate, suffix = candidate.get("items", {}), "[]"
        shape = _resolve(candidate, definitions)
        if "properties" in shape:
            return shape, suffix
        suffix = ""
    return None, ""


def _resolve(field: dict[str, Any], definitions: dict[str, Any]) -> dict[str, Any]:
    if "$ref" in field:
        resolved: dict[str, Any] = definitions[field["$ref"].rsplit("/", 1)[1]]
        return resolved
    return field


def _type(field: dict[str, Any], definitions: dict[str, Any]) -> str:
    options = [option for option in field.get("anyOf", [field]) if option.get("type") != "null"]
    names = []
    for option in options:
        shape = _resolve(option, definitions)
        if "enum" in shape:
            names.append(" or ".join(f"`{value}`" for value in shape["enum"]))
        elif "const" in shape:
            names.append(f"`{shape['const']}`")
        elif shape.get("type") == "array":
            names.append("list of " + _type(shape.get("items", {}), definitions))
        else:
            names.append(
                {"string": "text", "integer": "whole number"}.get(
                    shape.get("type", ""), shape.get("type", "text")
                )
            )
    return " or ".join(dict.fromkeys(names))


def _default(field: dict[str, Any]) -> str:
    default = field.get("default")
    if default in (None, "", [], {}) or isinstance(default, dict):
        return "–"
    return f"`{default}`"


def _cell(field: dict[str, Any]) -> str:
    return _one_line(field.get("description", "")).replace("|", "\\|")


def _one_line(text: str) -> str:
    return " ".join(text.split())
