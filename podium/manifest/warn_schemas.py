"""Grants whose JSON Schema no call can meet: contradictions, and defaults that the schema itself refuses.

Such a grant denies each call, or asks about it, and only says so when the agent calls. Only what is sure is
told: what a reference (`$ref`) leads to, and what stands under `not`, `if` and `then`, is not looked at.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import jsonschema_rs

from podium.kernel.errors import Finding
from podium.manifest.load import Document
from podium.trust.tools import GrantRow

Path = tuple[str | int, ...]
_NUMBERS: Final = frozenset(("number", "integer"))
_SIZES: Final = (
    ("minLength", "maxLength", "no text has at least {} and at most {} characters", "string"),
    ("minItems", "maxItems", "no list has at least {} and at most {} entries", "array"),
    ("minProperties", "maxProperties", "no object has at least {} and at most {} keys", "object"),
)
_REFUSED: Final = {
    "const": "what stands beside `const` refuses it",
    "enum": "what stands beside `enum` refuses each of its values",
    "allOf": "no value meets all of these",
}
_FIX: Final = "Mend one of the two."


def warn_schemas(document: Document, grant: GrantRow) -> Iterator[Finding]:
    """Yield what no value can meet in the schema of a grant, each with its line."""
    schema = json.loads(grant.schema) if grant.schema else {}
    at = ("spec", "tools", grant.tool, "arguments")
    end = "each call is asked about" if grant.otherwise == "ask" else "no call is let through"
    closed = _never(schema, "object")
    for path, message, fix in _faults(schema, (), root=True):
        yield document.finding(
            (*at, *path), f"{message}{f': {end}' if closed and len(path) == 1 else ''}.", fix
        )


def _faults(schema: Any, path: Path, *, root: bool = False) -> Iterator[tuple[Path, str, str]]:
    """Yield the contradictions in a schema and in those within it: where, what, and what to do."""
    if not isinstance(schema, dict):
        return
    yield from _own(schema, path, root=root)
    for place, inner in _within(schema):
        yield from _faults(inner, (*path, *place))


def _own(schema: Mapping[str, Any], path: Path, *, root: bool) -> Iterator[tuple[Path, str, str]]:
    parts = _parts(schema)
    types = _types(parts)
    if types is not None and not types:
        yield (*path, "type"), "no value is of both these types", _FIX
    elif root and types is not None and "object" not in types:
        yield (*path, "type"), "the arguments of a call are always an object", "Write `properties`."
    if (bounds := _bounds(parts)) is not None:
        yield (*path, bounds[0]), bounds[1], _FIX
    for low, high, words, _ in _SIZES:
        least, most = _most(parts, low), _least(parts, high)
        if least is not None and most is not None and least > most:
            yield (*path, low if low in schema else "allOf"), words.format(least, most), _FIX
    if (word := _closed_list(schema, parts)) is not None:
        what = "`enum` is empty" if schema.get(word) == [] else _REFUSED[word]
        yield (*path, word), what, "Mend the values, or what stands beside them."
    if "default" in schema and _takes(schema, schema["default"]) is False:
        message = f"the schema refuses its own default, {json.dumps(schema['default'], ensure_ascii=False)}"
        yield (*path, "default"), message, "List it among the others, or take it away."
    for name, why in _required(parts):
        yield (
            (*path, "required" if "required" in schema else "allOf"),
            f"`{name}` is required, and {why}",
            _FIX,
        )
    for word in ("anyOf", "oneOf"):
        options = schema.get(word)
        if isinstance(options, list) and options and all(_never(it) for it in options):
            yield (*path, word), "no value meets any of these", "Mend one of them."


def _within(schema: Mapping[str, Any]) -> Iterator[tuple[Path, Any]]:
    """Yield the schemas within one that a value has to meet, or may, each with its place."""
    for word in ("properties", "patternProperties"):
        inner = schema.get(word)
        for name, one in inner.items() if isinstance(inner, dict) else ():
            yield (word, name), one
    for word in ("items", "contains", "additionalProperties", "propertyNames"):
        yield (word,), schema.get(word)
    for word in ("anyOf", "oneOf", "prefixItems"):
        for number, one in enumerate(schema.get(word) or ()):
            yield (word, number), one
    for part in _parts(schema)[1:]:
        for place, one in _within(part):
            yield ("allOf", *place), one


def _parts(schema: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return a schema and all that stand in its `allOf`: each of them must be met."""
    found = [schema]
    for one in schema.get("allOf") or ():
        found += _parts(one) if isinstance(one, dict) else []
    return found


def _types(parts: Sequence[Mapping[str, Any]]) -> frozenset[str] | None:
    """Return the types that a value may have, None where nothing says so."""
    found: frozenset[str] | None = None
    for part in parts:
        said = part.get("type")
        if said is None:
            continue
        here = frozenset([said] if isinstance(said, str) else said)
        here |= {"integer"} if "number" in here else set()
        found = here if found is None else found & here
    return found


def _numbers(parts: Sequence[Mapping[str, Any]], word: str) -> list[float]:
    found = [part[word] for part in parts if word in part]
    return [it for it in found if isinstance(it, (int, float)) and not isinstance(it, bool)]


def _most(parts: Sequence[Mapping[str, Any]], word: str) -> float | None:
    return max(_numbers(parts, word), default=None)


def _least(parts: Sequence[Mapping[str, Any]], word: str) -> float | None:
    return min(_numbers(parts, word), default=None)


def _bounds(parts: Sequence[Mapping[str, Any]]) -> tuple[str, str] | None:
    """Return the keyword and the words of bounds between which no number is, None where there is one."""
    lows = [(it, False, "minimum") for it in _numbers(parts, "minimum")]
    lows += [(it, True, "exclusiveMinimum") for it in _numbers(parts, "exclusiveMinimum")]
    highs = [(it, False, "maximum") for it in _numbers(parts, "maximum")]
    highs += [(it, True, "exclusiveMaximum") for it in _numbers(parts, "exclusiveMaximum")]
    for low, above, word in lows:
        for high, below, _ in highs:
            if low > high or (low == high and (above or below)):
                least = f"{'more than' if above else 'at least'} {low}"
                most = f"{'less than' if below else 'at most'} {high}"
                return word if word in parts[0] else "allOf", f"no number is {least} and {most}"
    return None


def _closed_list(schema: Mapping[str, Any], parts: Sequence[Mapping[str, Any]]) -> str | None:
    """Return the keyword that names values, where the schema takes none of them; else None."""
    for part in parts:
        for word in ("const", "enum"):
            if word not in part:
                continue
            values = [part[word]] if word == "const" else part[word]
            if all(_takes(schema, it) is False for it in values):
                return word if part is schema else "allOf"
            return None
    return None


def _takes(schema: Mapping[str, Any], value: Any) -> bool | None:
    """Return whether a value meets a schema, None where that is not known: it refers to another place."""
    if re.search(r'"\$(?:ref|dynamicRef|id|recursiveRef)"', json.dumps(schema)):
        return None
    try:
        found: bool = jsonschema_rs.Draft202012Validator(dict(schema), validate_formats=True).is_valid(value)
    except (ValueError, jsonschema_rs.ValidationError):
        return None
    return found


def _required(parts: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    """Yield the keys that have to be there and cannot: each with why."""
    names = [it for part in parts for it in part.get("required") or () if isinstance(it, str)]
    for name in dict.fromkeys(names):
        if any(_never(one) for part in parts for key, one in _properties(part).items() if key == name):
            yield name, "no value of it is let through"
        elif any(_left_out(part, name) for part in parts):
            yield name, "`additionalProperties: false` leaves it out"


def _properties(part: Mapping[str, Any]) -> Mapping[str, Any]:
    found = part.get("properties")
    return found if isinstance(found, dict) else {}


def _left_out(part: Mapping[str, Any], name: str) -> bool:
    closed = part.get("additionalProperties") is False and not part.get("patternProperties")
    return closed and name not in _properties(part)


def _never(schema: Any, kind: str | None = None) -> bool:
    """Return whether it is sure that no value meets a schema. ``kind``: of this JSON type alone."""
    if not isinstance(schema, dict):
        return schema is False
    parts = _parts(schema)
    types = _types(parts)
    if kind is not None:
        types = frozenset((kind,)) if types is None else types & {kind}
    if types is not None and not types:
        return True
    if any(part.get("not") is True or part.get("not") == {} for part in parts):
        return True
    if _closed_list(schema, parts) is not None:
        return True
    if types is not None and types <= _NUMBERS and _bounds(parts) is not None:
        return True
    for low, high, _, of in _SIZES:
        least, most = _most(parts, low), _least(parts, high)
        if types == frozenset((of,)) and least is not None and most is not None and least > most:
            return True
    if types == frozenset(("object",)) and any(_required(parts)):
        return True
    options = [
        part[word] for part in parts for word in ("anyOf", "oneOf") if isinstance(part.get(word), list)
    ]
    return any(it and all(_never(one) for one in it) for it in options)
