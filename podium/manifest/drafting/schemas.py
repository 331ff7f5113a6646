"""What a tool takes and returns, by its JSON Schemas: arguments and fields, each by its path.

Servers write schemas of every kind, so that nothing is expected of them: what cannot be read is not there.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any, Final, Literal

from podium.manifest.secrets import find_in_lines
from podium.trust.values.paths import PATH

MAX_DEPTH: Final = 6
"""Objects within objects that are looked into."""
MAX_FIELDS: Final = 200
"""Of one tool."""
MAX_PATH: Final = 200
"""Characters of a path that somebody would write."""
MAX_SAID: Final = 400
"""Characters of what a schema says of a value."""
MAX_ALTERNATIVES: Final = 32
"""Schemas that one is made of."""
MAX_INNER: Final = 24
"""Fields of an object within a thing."""
MAX_THINGS: Final = 50
"""Of one result."""
MAX_WITHIN: Final = 2
"""Things within things of a result: of an order its lines. What is deeper nobody names."""
_REFERENCES: Final = 8
KEYS: Final = "name"
"""The field as which the keys of a map by names are read."""
Form = Literal["object", "list", "text", "values", "unknown"]
"""Of a result. `values`: one number, or a list of texts or numbers."""


@dataclass(frozen=True, slots=True)
class Field:
    """An argument, or a field of a result."""

    path: str
    name: str
    """The last key of its path, or that of the list whose element it is."""
    kinds: frozenset[str] = frozenset()
    """JSON types that it may have; none: its schema does not say."""
    many: bool = False
    """It is a list of values."""
    values: tuple[Any, ...] = ()
    """Those that it may have, where its schema lists them."""
    format: str = ""
    default: Any = None
    loose: bool = False
    """It is an object of which the schema does not say the keys."""
    says: str = ""
    """What the schema says of it in words, the beginning."""

    @property
    def number(self) -> bool:
        """Whether it is a number and nothing else."""
        return bool(self.kinds) and self.kinds <= {"integer", "number"}

    @property
    def flag(self) -> bool:
        """Whether it says yes or no."""
        return self.kinds == {"boolean"}


@dataclass(frozen=True, slots=True)
class Rows:
    """A thing, or a list of things, in a result."""

    path: str
    """Where it is; empty: the result itself."""
    fields: tuple[Field, ...]
    """Of one thing, their paths from it; no further things in it."""
    listed: bool
    """Whether there may be several."""
    values: str = ""
    """Of a map by names: as which field what stands there is read, where it is no object; empty: no map.

    Its keys are read as `KEYS`.
    """


def words_of(name: str) -> list[str]:
    """Return the words of a name, in lower case: ``sendMail_v2`` is ``send``, ``mail``."""
    apart = re.sub(r"([a-z0-9])([A-Z])|([A-Z])([A-Z][a-z])", r"\1\3 \2\4", name)
    return [word for word in re.findall(r"[^\W\d_]+", apart.casefold()) if not re.fullmatch("v", word)]


def fields_of(schema: Any) -> tuple[tuple[Field, ...], tuple[str, ...]]:
    """Return the arguments of an input schema, and the names of those that no manifest can say."""
    found: list[Field] = []
    unsayable: list[str] = []
    _take(schema, schema, "", 0, found, unsayable)
    return tuple({field.path: field for field in found}.values()), tuple(dict.fromkeys(unsayable))


def _take(schema: Any, root: Any, inside: str, depth: int, found: list[Field], unsayable: list[str]) -> None:
    for name, inner in _properties(schema, root).items():
        path = f"{inside}.{name}" if inside else name
        if len(found) + len(unsayable) >= MAX_FIELDS:
            unsayable.append(name)
            return
        if not sayable(name) or len(path) > MAX_PATH:
            unsayable.append(name)
            continue
        field, below, at = _field(path, name, inner, root)
        if below is not None and depth < MAX_DEPTH:
            _take(below, root, at, depth + 1, found, unsayable)
        else:
            found.append(replace(field, loose=field.loose or below is not None))


def sayable(name: str) -> bool:
    """Return whether a manifest can name a key of an object."""
    plain = name.isprintable() and bool(name) and "." not in name and bool(PATH.fullmatch(name))
    return plain and not like_a_key(name)


def like_a_key(text: str) -> bool:
    """Return whether a text looks like a secret, which no manifest may hold, remarks included."""
    return bool(find_in_lines("", text, set()))


def _field(path: str, name: str, schema: Any, root: Any) -> tuple[Field, Any, str]:
    """Return a field; the schema of the objects that it is or holds, if it has keys; where they are."""
    many, at, outer = False, path, schema
    for _ in range(MAX_DEPTH):
        items = _items(schema, root)
        if items is None:
            break
        schema, at, many = items, f"{at}[]" if many else at, True
    told = _facts(schema, root)
    of = Field(
        at,
        name,
        frozenset(told.kinds),
        many,
        tuple(told.values),
        told.format,
        _facts(outer, root).default,
        loose="object" in told.kinds and not _properties(schema, root),
        says=_facts(outer, root).says,
    )
    below = schema if _properties(schema, root) else None
    return of, below, f"{at}[]" if many else at


@dataclass(slots=True)
class _Facts:
    kinds: set[str]
    values: list[Any]
    format: str = ""
    default: Any = None
    says: str = ""


def _facts(schema: Any, root: Any) -> _Facts:
    """Return what a schema and its alternatives say of a value."""
    told = _Facts(set(), [])
    for one in _alternatives(schema, root):
        kind = one.get("type")
        kinds = [kind] if isinstance(kind, str) else kind if isinstance(kind, list) else ()
        told.kinds |= {it for it in kinds if isinstance(it, str) and it != "null"}
        listed = one.get("enum")
        values = [*(listed if isinstance(listed, list) else ()), *([one["const"]] if "const" in one else ())]
        told.values += [it for it in values if it is not None and it not in told.values]
        if isinstance(one.get("format"), str):
            told.format = one["format"]
        if one.get("default") is not None:
            told.default = one["default"]
        if isinstance(one.get("description"), str):
            told.says = told.says or one["description"][:MAX_SAID]
    return told


def _alternatives(schema: Any, root: Any) -> list[Mapping[str, Any]]:
    """Return a schema and all that it is made of, references followed; each once, however it recurs."""
    found: list[Mapping[str, Any]] = []
    seen: set[int] = set()
    waiting = [(schema, 0)]
    while waiting and len(found) < MAX_ALTERNATIVES:
        told, depth = waiting.pop()
        one = _resolved(told, root)
        if not isinstance(one, Mapping) or depth > MAX_DEPTH or id(one) in seen:
            continue
        seen.add(id(one))
        found.append(one)
        options = [one[kind] for kind in ("anyOf", "oneOf", "allOf") if isinstance(one.get(kind), list)]
        within = [option for each in options for option in each[:MAX_ALTERNATIVES]]
        waiting += [(option, depth + 1) for option in reversed(within)]
    return found


def _properties(schema: Any, root: Any) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for one in _alternatives(schema, root):
        properties = one.get("properties")
        if isinstance(properties, Mapping):
            found.update({name: it for name, it in properties.items() if isinstance(name, str)})
    return found


def _items(schema: Any, root: Any) -> Any:
    """Return the schema of a list's elements, None where it is no list."""
    for one in _alternatives(schema, root):
        kind = one.get("type")
        if kind == "array" or (isinstance(kind, list) and "array" in kind) or "items" in one:
            items = one.get("items")
            return items if isinstance(items, Mapping) else {}
    return None


def _resolved(schema: Any, root: Any) -> Any:
    """Follow references within a schema."""
    for _ in range(_REFERENCES):
        reference = schema.get("$ref") if isinstance(schema, Mapping) else None
        if not isinstance(reference, str) or not reference.startswith("#/"):
            return schema
        schema = root
        for step in reference[2:].split("/"):
            key = step.replace("~1", "/").replace("~0", "~")
            schema = schema.get(key) if isinstance(schema, Mapping) else None
    return None


def fields_told(schema: Any) -> bool:
    """Return whether the schema of a result tells a field of it."""
    return any(one.fields for one in rows_of(schema))


def form_of(schema: Any) -> Form:
    """Return what a result is of which the schema may tell no field."""
    properties = _properties(schema, schema)
    inner = properties["result"] if set(properties) == {"result"} else schema
    if len(properties) == 1 and set(properties) <= _PROSE and _items(inner, schema) is None:
        inner = next(iter(properties.values()))  # `{"content": "..."}`: what stands beside it as a text
    items = _items(inner, schema)
    kinds = _facts(inner if items is None else items, schema).kinds
    if items is not None:
        return "values" if kinds and not kinds & {"object", "array"} else "list"
    if kinds == {"string"}:
        return "text"
    if kinds and kinds <= {"number", "integer", "boolean"}:
        return "values"
    return "object" if kinds == {"object"} else "unknown"


_PROSE: Final = frozenset(("content", "text", "output", "markdown", "message", "stdout"))
"""Names under which a text is wrapped."""


def _held(schema: Any, root: Any) -> Any:
    """Return the schema of what stands under the keys of a map, None where it is none or not told."""
    held = [one.get("additionalProperties") for one in _alternatives(schema, root)]
    found = next((one for one in held if isinstance(one, Mapping) and one), None)
    return None if _properties(schema, root) else found


def rows_of(schema: Any, called: str = "value") -> tuple[Rows, ...]:
    """Return the things that a result holds: itself, or those of its lists, the outer ones first.

    ``called``: as which field is read what a map by names has and is no object.
    """
    properties = _properties(schema, schema)
    for at, told in (("", schema), *(properties.items() if len(properties) == 1 else ())):
        if (held := _held(told, schema)) is not None:
            return _by_names(at if at != "result" else "", held, schema, called)
    if set(properties) == {"result"}:  # how SDKs wrap what is no object
        inner = properties["result"]
        items = _items(inner, schema)
        if items is not None:
            return _with_own("[]" if _properties(items, schema) else "", items, schema, listed=True)
        return _with_own("", inner, schema, listed=False)
    if (items := _items(schema, schema)) is not None:
        return _with_own("[]", items, schema, listed=True)
    return _with_own("", schema, schema, listed=False)


def _by_names(path: str, held: Any, root: Any, called: str) -> tuple[Rows, ...]:
    """Return the things of a map by names, by the schema of what stands there."""
    inner = [rows for rows in _with_own("", held, root, listed=False) if not rows.path]
    fields = inner[0].fields if inner else (_field(called, called, held, root)[0],)
    key = Field(KEYS, KEYS, frozenset({"string"}))
    return (Rows(path, (key, *(one for one in fields if one.path != KEYS)), listed=True, values=called),)


def _with_own(path: str, schema: Any, root: Any, *, listed: bool, depth: int = 0) -> tuple[Rows, ...]:
    """Return a thing, and those in it. ``path``: where it is; a list's own place ends with no ``[]``."""
    fields: list[Field] = []
    further: list[Rows] = []
    for name, inner in islice(_properties(schema, root).items(), MAX_FIELDS):
        if len(further) >= MAX_THINGS:
            break
        if len(fields) >= MAX_FIELDS or not sayable(name):
            continue
        field, below, _ = _field(name, name, inner, root)
        if below is None:
            fields.append(field)
        elif depth < MAX_WITHIN:
            inside = f"{path}[]" if listed and path != "[]" else path
            at = f"{inside}.{name}" if inside else name
            further += _with_own(at, below, root, listed=field.many, depth=depth + 1)
            fields += _inner(name, below, root) if not field.many else ()
    own = (Rows("" if path == "[]" else path, tuple(fields), listed),) if fields else ()
    return (*own, *further)


def _inner(name: str, schema: Any, root: Any) -> Sequence[Field]:
    """Return the fields of an object within a thing: `from.email`."""
    found = []
    for key, inner in islice(_properties(schema, root).items(), MAX_INNER):
        field, below, _ = _field(f"{name}.{key}", key, inner, root)
        if sayable(key) and below is None:
            found.append(field)
    return found
