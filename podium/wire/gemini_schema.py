"""Google's schema dialect, and JSON Schema.

``parameters`` and ``responseSchema`` are an OpenAPI 3.0 subset: types in upper case, ``nullable``, counts as
texts, ``propertyOrdering``. ``parametersJsonSchema`` and ``responseJsonSchema`` take JSON Schema. Source:
Google's API reference, ``Schema`` and ``GenerationConfig.responseJsonSchema``, which lists the keywords that
it heeds.
"""

from typing import Any, Final

import msgspec

from podium.kernel.errors import InvalidRequest
from podium.wire.gemini_fields import camel
from podium.wire.openai_fields import UNREADABLE

_COUNTS: Final = frozenset(
    {"minItems", "maxItems", "minLength", "maxLength", "minProperties", "maxProperties"}
)
_SCHEMAS: Final = frozenset({"items", "additionalProperties", "not"})
_LISTS: Final = frozenset({"anyOf", "oneOf", "allOf", "prefixItems"})
_MAPS: Final = frozenset({"properties", "$defs", "defs", "definitions"})
_RENAMED: Final = {"defs": "$defs", "ref": "$ref"}
_HEEDED: Final = frozenset(
    {
        *("$id", "$defs", "$ref", "$anchor", "type", "format", "title", "description", "enum", "items"),
        *("prefixItems", "minItems", "maxItems", "minimum", "maximum", "anyOf", "oneOf", "properties"),
        *("additionalProperties", "required", "propertyOrdering"),
    }
)
_NOTES: Final = frozenset(
    {"$schema", "$comment", "default", "examples", "deprecated", "readOnly", "writeOnly", "definitions"}
)
"""Keywords that constrain nothing."""


def to_json_schema(raw: msgspec.Raw, field: str) -> str:
    """Return an OpenAPI schema of Google's as the text of a JSON Schema. Raises InvalidRequest."""
    try:
        return msgspec.json.encode(_to_json(msgspec.json.decode(raw))).decode()
    except (*UNREADABLE, ValueError, TypeError, AttributeError) as error:
        raise InvalidRequest(
            f"{field} is no schema: {error}.", fix="Send a Schema as Google's API has it.", field=field
        ) from error


def _to_json(schema: Any) -> Any:
    if not isinstance(schema, dict):
        return schema
    found: dict[str, Any] = {}
    for key, value in schema.items():
        name = camel(key) if "_" in key else key
        name = _RENAMED.get(name, name)
        if value is None or name in {"nullable", "propertyOrdering"}:
            continue
        if name in _SCHEMAS:
            found[name] = _to_json(value)
        elif name in _LISTS:
            found[name] = [_to_json(item) for item in value]
        elif name in _MAPS:
            found[name] = {own: _to_json(item) for own, item in value.items()}
        elif name in _COUNTS:
            found[name] = int(value)
        elif name == "example":
            found["examples"] = [value]
        elif name == "type":
            if value != "TYPE_UNSPECIFIED":
                found["type"] = value.lower() if isinstance(value, str) else value
        elif name != "format" or value != "enum":
            found[name] = value
    _order(found, schema.get("propertyOrdering") or schema.get("property_ordering"))
    if schema.get("nullable") is True:
        _allow_null(found)
    return found


def _order(found: dict[str, Any], names: list[str] | None) -> None:
    properties = found.get("properties")
    if names and properties:
        first = {name: properties[name] for name in names if name in properties}
        found["properties"] = {**first, **properties}


def _allow_null(found: dict[str, Any]) -> None:
    if "type" in found:
        if isinstance(found["type"], str) and found["type"] != "null":
            found["type"] = [found["type"], "null"]
        if "enum" in found and None not in found["enum"]:
            found["enum"] = [*found["enum"], None]
    elif "anyOf" in found:
        found["anyOf"] = [*found["anyOf"], {"type": "null"}]


def unheeded(schema: str) -> str | None:
    """Return a keyword of a JSON Schema that constrains and that Google does not heed, or None."""
    try:
        return _unheeded(msgspec.json.decode(schema))
    except UNREADABLE:
        return "schema"


def _unheeded(schema: Any) -> str | None:
    if not isinstance(schema, dict):
        return None
    inner: list[Any] = []
    for key, value in schema.items():
        if key not in _HEEDED and key not in _NOTES:
            return str(key)
        if key in _SCHEMAS:
            inner.append(value)
        elif key in _LISTS and isinstance(value, list):
            inner += value
        elif key in _MAPS and isinstance(value, dict):
            inner += value.values()
    return next((found for item in inner if (found := _unheeded(item)) is not None), None)


def with_names(schema: str, title: str | None, description: str | None) -> msgspec.Raw:
    """Return a JSON Schema with a name and a description, where it has none of its own, and no ``const``."""
    if title is None and description is None and '"const"' not in schema:
        return msgspec.Raw(schema.encode())
    try:
        found = _without_const(msgspec.json.decode(schema))
        if isinstance(found, dict):
            if title is not None:
                found.setdefault("title", title)
            if description is not None:
                found.setdefault("description", description)
        return msgspec.Raw(msgspec.json.encode(found))
    except UNREADABLE:
        return msgspec.Raw(schema.encode())


def _without_const(schema: Any) -> Any:
    """Return a schema whose ``const`` is an ``enum`` of one, which says the same and is heeded."""
    if not isinstance(schema, dict):
        return schema
    found: dict[str, Any] = {}
    for key, value in schema.items():
        if key == "const":
            found["enum"] = [value]
        elif key in _SCHEMAS:
            found[key] = _without_const(value)
        elif key in _LISTS and isinstance(value, list):
            found[key] = [_without_const(item) for item in value]
        elif key in _MAPS and isinstance(value, dict):
            found[key] = {own: _without_const(item) for own, item in value.items()}
        else:
            found[key] = value
    return found
