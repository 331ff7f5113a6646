"""What a policy names of a tool and the tool's own definition lacks: arguments, and fields of its result."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from podium.kernel.errors import Finding
from podium.kernel.nearest import nearest
from podium.manifest.load import Document
from podium.trust.tools import ObjectRow, ToolRow

Definitions = Mapping[str, Mapping[str, Any] | None]
"""By a tool's id, what its server says of it, as MCP has it; None: it has shown others, and not this one."""
MAX_DEPTH: Final = 32


def warn_definition(
    document: Document, at: tuple[str, ...], row: ToolRow, definition: Mapping[str, Any]
) -> Iterator[Finding]:
    """Yield what a tool's manifest names and its definition lacks; where that leaves it open, nothing."""
    takes, returns = definition.get("inputSchema"), definition.get("outputSchema")
    nothing = isinstance(takes, Mapping) and takes.get("properties") == {} and _is_closed(takes)
    for path, where in _arguments(row):
        known = [] if nothing else _missing(takes, takes, _steps(path))
        if known is not None:
            yield _finding(document, (*at, *where), f"the tool has no argument {path}", path, known)
    for path, argument in row.arguments.items():
        if not argument.many and _schema_of(definition, path).get("type") == "array":
            message = f"{path} is a list, by the tool's definition: a rule that names it denies each call."
            yield document.finding((*at, "arguments", path), message, "Write `many: true` beside its sink.")
        if row.writes and argument.sink != "text" and _has_free_keys(definition, path):
            message = (
                f"{path} has keys of any name, by the tool's definition: as a whole nothing ever says it."
            )
            fix = f"Leave it out, then each key is looked at; or list those that there are: `{path}.KEY`."
            yield document.finding((*at, "arguments", path, "sink"), message, fix)
        listed = values_of(definition, path)
        if row.writes and argument.sink == "text" and len(listed) > 1:
            message = (
                f"{path} is one of {len(listed)} words, by the tool's definition: a `text` decides nothing."
            )
            fix = "Write `sink: value`, with these words in the grant; leave it, if none of them hurts."
            yield document.finding((*at, "arguments", path, "sink"), message, fix)
    for path, value, where in _values(row):
        listed = values_of(definition, path)
        if listed and value not in listed:
            fix = nearest(value, listed) or f"Choose from: {', '.join(listed)}."
            message = f"{path} is never {value!r}, by the tool's definition."
            yield document.finding((*at, *where), message, fix)
    lost: list[str] = []
    for path, where in _fields(row):
        if any(path.startswith(f"{one}[].") for one in lost):
            continue  # it is told of the list
        if (known := _missing(returns, returns, _steps(path))) is not None:
            yield _finding(document, (*at, "returns", *where), f"its result has no field {path}", path, known)
            lost += [path] * (where[-1] == "list")


def warn_unseen(document: Document, at: tuple[str, ...], row: ToolRow) -> Iterator[Finding]:
    """Yield that a tool was never seen at its server, where others of it were."""
    message = f"its server has shown no tool {row.name}, only others of it: calls are denied."
    yield document.finding(at, message, "Look for a slip in its name, or remove it.")


def _is_closed(schema: Mapping[str, Any]) -> bool:
    """Return whether a schema has the keys that it lists alone, as servers mean it that say nothing else."""
    return schema.get("additionalProperties") in (None, False) and not schema.get("patternProperties")


def _arguments(row: ToolRow) -> Iterator[tuple[str, tuple[str | int, ...]]]:
    for path in row.arguments:
        yield path, ("arguments", path)
    for path in row.returns.where:
        yield path, ("returns", "where", path)
    if row.confirm is not None:
        yield row.confirm.key, ("confirm", "key")


def _values(row: ToolRow) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Yield the values of arguments on which something depends."""
    for path, argument in row.arguments.items():
        for value in argument.readers_of:
            yield path, value, ("arguments", path, "readersOf", value)
    for path, by_value in row.returns.where.items():
        for value in by_value:
            yield path, value, ("returns", "where", path, value)


def _fields(row: ToolRow) -> Iterator[tuple[str, tuple[str | int, ...]]]:
    for at, found in objects_at(row):
        if found.at:
            yield found.at, (*at, "list")
    for path in row.returns.fields:
        yield path, ("fields", path)
    for at, found in objects_at(row):
        inside = f"{found.at}[]." if found.at else ""
        yield f"{inside}{found.id}", (*at, "id")
        for kind, paths in (("names", found.names), ("structured", found.structured)):
            for number, path in enumerate(paths):
                yield f"{inside}{path}", (*at, kind, number)
        for path in found.rows:
            yield f"{inside}{path}", (*at, "rows", path)
        if found.vouched is not None:
            for path in found.vouched.when:
                yield f"{inside}{path}", (*at, "vouched", "when", path)
            for path in found.vouched.unless:
                yield f"{inside}{path}", (*at, "vouched", "unless", path)
            for number, path in enumerate(found.vouched.fields):
                yield f"{inside}{path}", (*at, "vouched", "fields", number)


def objects_at(row: ToolRow) -> Iterator[tuple[tuple[str | int, ...], ObjectRow]]:
    """Yield the objects of a tool's results, each with where its manifest says it."""
    if row.returns.object is not None:
        yield ("object",), row.returns.object
    for number, found in enumerate(row.returns.also):
        yield ("also", number), found


def _finding(
    document: Document, at: tuple[str | int, ...], message: str, path: str, known: Sequence[str]
) -> Finding:
    last = re.split(r"[.\[\]]+", path.removesuffix("[]"))[-1]
    fix = nearest(last, known) or "Look at its definition: `podium tool show SERVER/TOOL`."
    return document.finding(at, f"{message}, by its definition.", fix)


def _steps(path: str) -> list[str]:
    return re.findall(r"\[\]|[^\s.\[\]]+", path)


def _missing(schema: Any, root: Any, steps: Sequence[str], depth: int = 0) -> list[str] | None:
    """Return the keys that there are where a path leads nowhere; None where it leads on, or may."""
    schema = _resolved(schema, root)
    if not steps or not isinstance(schema, Mapping) or depth > MAX_DEPTH:
        return None
    options = [it for kind in ("anyOf", "oneOf", "allOf") for it in schema.get(kind) or ()]
    if options:
        found = [_missing(it, root, steps, depth + 1) for it in options if not _is_null(it)]
        return None if not found or None in found else [key for keys in found for key in keys or ()]
    head, rest = steps[0], steps[1:]
    if head == "[]" or (schema.get("type") == "array" and "items" in schema):
        return _missing(schema.get("items"), root, rest if head == "[]" else steps, depth + 1)
    properties = schema.get("properties")
    if not isinstance(properties, Mapping) or not properties or schema.get("patternProperties"):
        return None
    if head in properties:
        return _missing(properties[head], root, rest, depth + 1)
    if set(properties) == {"result"}:  # how SDKs wrap a bare value
        return _missing(properties["result"], root, steps, depth + 1)
    if not _is_closed(schema):
        return None
    return sorted(properties)


def values_of(definition: Mapping[str, Any], path: str) -> list[str]:
    """Return the values that an argument may have, empty where its definition does not list them."""
    return [str(one) for one in _without_null(definition, _schema_of(definition, path)).get("enum") or ()]


def flags_of(definition: Mapping[str, Any]) -> list[str]:
    """Return the arguments that say yes or no, by their names."""
    takes = _resolved(definition.get("inputSchema"), definition.get("inputSchema"))
    names = takes.get("properties") if isinstance(takes, Mapping) else None
    found = [name for name in names or () if isinstance(name, str)] if isinstance(names, Mapping) else []
    return [
        it for it in found if _without_null(definition, _schema_of(definition, it)).get("type") == "boolean"
    ]


def _has_free_keys(definition: Mapping[str, Any], path: str) -> bool:
    """Return whether an argument, or each of its list, is an object of which no keys are told."""
    schema = _without_null(definition, _schema_of(definition, path))
    if schema.get("type") == "array":
        items = _resolved(schema.get("items"), definition.get("inputSchema"))
        schema = _without_null(definition, items) if isinstance(items, Mapping) else {}
    return schema.get("type") == "object" and not schema.get("properties")


def _without_null(definition: Mapping[str, Any], schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the one schema that a value has which may also be nothing; else the schema itself."""
    options = [it for it in schema.get("anyOf") or schema.get("oneOf") or () if not _is_null(it)]
    inner = _resolved(options[0], definition.get("inputSchema")) if len(options) == 1 else schema
    return inner if isinstance(inner, Mapping) else {}


def default_of(definition: Mapping[str, Any], path: str) -> Any:
    """Return what an argument is where a call leaves it out, None where its definition does not say."""
    return _schema_of(definition, path).get("default")


def _schema_of(definition: Mapping[str, Any], path: str) -> Mapping[str, Any]:
    root: Any = definition.get("inputSchema")
    schema: Any = root
    for step in [*_steps(path), None]:
        schema = _resolved(schema, root)
        if not isinstance(schema, Mapping):
            return {}
        if step is not None:
            schema = schema.get("items") if step == "[]" else (schema.get("properties") or {}).get(step)
    found: Mapping[str, Any] = schema
    return found


def _resolved(schema: Any, root: Any) -> Any:
    """Follow references within a schema."""
    for _ in range(MAX_DEPTH):
        reference = schema.get("$ref") if isinstance(schema, Mapping) else None
        if not isinstance(reference, str) or not reference.startswith("#/"):
            return schema
        schema = root
        for step in reference[2:].split("/"):
            schema = schema.get(step) if isinstance(schema, Mapping) else None
    return None


def _is_null(schema: Any) -> bool:
    return isinstance(schema, Mapping) and schema.get("type") == "null"
