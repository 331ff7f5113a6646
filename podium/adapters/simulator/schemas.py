"""The plainest JSON value that fits a JSON Schema (https://json-schema.org/draft/2020-12)."""

from typing import Any

_MAX_DEPTH = 16


def example_of(schema: dict[str, Any] | bool, root: dict[str, Any] | None = None, depth: int = 0) -> Any:
    """Return a value that fits the schema; ``root`` resolves local references.

    Covers what structured output allows: const, enum, local $ref, anyOf/oneOf/allOf, objects, arrays,
    strings, numbers, booleans and null, with minimum lengths and values. Patterns are not generated.
    """
    if isinstance(schema, bool) or depth > _MAX_DEPTH:
        return None
    root = schema if root is None else root
    if "$ref" in schema:
        return example_of(_resolve(schema["$ref"], root), root, depth + 1)
    if "const" in schema:
        return schema["const"]
    if schema.get("enum"):
        return schema["enum"][0]
    for key in ("anyOf", "oneOf", "allOf"):
        if schema.get(key):
            return example_of(_plainest(schema[key]), root, depth + 1)
    kind = schema.get("type")
    kinds: list[str] = kind if isinstance(kind, list) else [kind] if kind else []
    if not kinds:
        kinds = ["object" if "properties" in schema else "null"]
    return _value("null" if "null" in kinds else kinds[0], schema, root, depth)


def _plainest(options: list[dict[str, Any]]) -> dict[str, Any]:
    """Return null where it is allowed, so that recursive schemas end; else the first."""
    return next((option for option in options if option.get("type") == "null"), options[0])


def _value(kind: str, schema: dict[str, Any], root: dict[str, Any], depth: int) -> Any:
    if kind == "object":
        properties: dict[str, Any] = schema.get("properties", {})
        required = schema.get("required", list(properties))
        return {name: example_of(properties.get(name, True), root, depth + 1) for name in required}
    if kind == "array":
        return [
            example_of(schema.get("items", True), root, depth + 1) for _ in range(schema.get("minItems", 0))
        ]
    if kind == "string":
        return "x" * int(schema.get("minLength", 0))
    if kind in {"integer", "number"}:
        least = schema.get("minimum", schema.get("exclusiveMinimum", -1) + 1)
        return max(0, least)
    return False if kind == "boolean" else None


def _resolve(reference: str, root: dict[str, Any]) -> dict[str, Any]:
    """Return what a local reference (``#/$defs/Name``) points to; elsewhere means anything goes."""
    node: Any = root
    for part in reference.removeprefix("#").strip("/").split("/") if reference.startswith("#/") else []:
        node = node.get(part, {}) if isinstance(node, dict) else {}
    return node if reference.startswith("#") else {}
