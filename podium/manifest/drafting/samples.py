"""What tools have returned, as the output schemas that their servers do not give.

Of a recorded result only the names of its fields and the kinds of their values are taken, no value.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from typing import Any, Final

from podium.manifest.drafting.schemas import MAX_DEPTH, MAX_FIELDS, fields_told
from podium.trust.values.contents import read_json

MOST_SEEN: Final = 100
"""Elements of a list that are looked at."""
_KEY: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,60}")
"""What is called like a field. Whatever else stands as a key is data: a name, an address."""


def with_results(
    definitions: Sequence[Mapping[str, Any]], results: Iterable[tuple[str, Any]]
) -> list[dict[str, Any]]:
    """Return definitions, and of each whose schema tells no field of its result a schema of its results.

    ``results``: what tools have returned, each by the tool's name.
    """
    by: dict[str, list[Any]] = {}
    for name, result in results:
        by.setdefault(name, []).append(_read(result))
    return [
        {**one, "outputSchema": schema_of(by[name])}
        if (name := str(one.get("name"))) in by and not fields_told(one.get("outputSchema"))
        else dict(one)
        for one in definitions
    ]


def _read(result: Any) -> Any:
    """Return a result as the gateway reads it: a text that is JSON has fields, one within it has none."""
    if isinstance(result, dict) and set(result) == {"result"}:
        return {"result": _read(result["result"]) if isinstance(result["result"], str) else result["result"]}
    return read_json(result) if isinstance(result, str) else result


def schema_of(values: Sequence[Any], depth: int = 0) -> dict[str, Any]:
    """Return a JSON Schema of values that stand in the same place."""
    values = list(islice(values, MOST_SEEN))
    kinds = list(dict.fromkeys(_kind(value) for value in values if value is not None))
    found: dict[str, Any] = {"type": kinds} if kinds else {}
    if depth >= MAX_DEPTH:
        return found
    listed = [item for value in values if isinstance(value, list) for item in value[:MOST_SEEN]]
    if "array" in kinds:
        found["items"] = schema_of(listed, depth + 1)
    held = [value for value in values if isinstance(value, dict)]
    keys = list(dict.fromkeys(key for value in held for key in value))
    if keys and not all(map(_KEY.fullmatch, keys)):
        alike = schema_of([it for value in held for it in value.values()], depth + 1)
        found |= {"additionalProperties": alike} if len(alike.get("type", ())) == 1 else {}
    elif keys and len(keys) <= MAX_FIELDS:
        found["properties"] = {
            key: schema_of([value[key] for value in held if key in value], depth + 1) for key in keys
        }
    return found


def _kind(value: Any) -> str:
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "number"
    return "object" if isinstance(value, dict) else "array" if isinstance(value, list) else "string"
