"""What a grant says to one call: allow, ask or deny. Unknown means deny.

JSON Schema: https://json-schema.org/draft/2020-12, by `jsonschema-rs`. References lead nowhere outside the
schema. Patterns have no look-arounds or back-references, so that each takes linear time; one that gave up
half-way would let calls through under `not`.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, NamedTuple

import jsonschema_rs

from podium.kernel.nearest import nearest
from podium.trust.tools import GrantRow, ToolRow
from podium.trust.values.forms import Form, forms_of


@dataclass(frozen=True, slots=True)
class Permit:
    """The grant lets the call through."""

    rule: str


@dataclass(frozen=True, slots=True)
class Ask:
    """The grant does not cover the call, and its author wants a person to be asked."""

    rule: str
    reason: str


@dataclass(frozen=True, slots=True)
class Deny:
    """The grant does not cover the call."""

    rule: str
    reason: str


Answer = Permit | Ask | Deny


def decide_grant(
    grant: GrantRow | None,
    tool: ToolRow | None,
    arguments: Mapping[str, Any],
    uses_so_far: int,
    called: Mapping[str, int] | None = None,
) -> Answer:
    """Return what the grant says. ``uses_so_far``: calls of this tool that were let through in this task.

    ``called``: the same of each tool, by its id.
    A tool or a grant that is not there, and whatever goes wrong, is a denial.
    """
    if tool is None or grant is None:
        return Deny("grant", "the agent has no grant for such a tool")
    if grant.tool != tool.id:
        return Deny("grant", f"the grant is for {grant.tool}, not for {tool.id}")
    here = f"tools.{tool.id}"
    try:
        fault = _mismatch(grant.schema, arguments)
    except Exception as error:  # noqa: BLE001 - a schema that cannot be judged must not let anything through
        return Deny(f"{here}.arguments", f"the grant's schema could not be applied ({type(error).__name__})")
    if fault is not None:
        return _otherwise(grant, f"{here}.arguments", fault)
    if grant.uses is not None and uses_so_far >= grant.uses:
        times = _times(grant.uses)
        if grant.past is not None:
            rule, reason = "request.uses", f"the request asks for {tool.id} {times}, and it was called"
            return Ask(rule, reason) if grant.past == "ask" else Deny(rule, reason)
        return _otherwise(grant, f"{here}.uses", f"this task may call {tool.id} {times}, and has")
    if (others := _done_by(grant, {**(called or {}), tool.id: uses_so_far})) is not None:
        return Ask("request.uses", f"the request asks {others} did it")
    return Permit(here)


def _done_by(grant: GrantRow, called: Mapping[str, int]) -> str | None:
    """Return how often a request asks for what a tool does, and by which others that was done; else None."""
    for one in grant.shared:
        others = ", ".join(it for it in one.tools if it != grant.tool and called.get(it, 0))
        if others and sum(called.get(it, 0) for it in one.tools) >= one.most:
            return f"{_times(one.most)} for what {grant.tool} does, and {others}"
    return None


def _times(number: int) -> str:
    return "once" if number == 1 else f"{number} times"


def schema_fault(schema: Mapping[str, Any]) -> tuple[tuple[str | int, ...], str] | None:
    """Return where a JSON Schema is wrong and why, or None."""
    try:
        _validator(json.dumps(schema))
    except jsonschema_rs.ValidationError as error:
        where = tuple(error.instance_path)
        return where, _in_words(where[-1:], error.instance) or error.message.rstrip(".")
    except (ValueError, jsonschema_rs.ReferencingError) as error:
        return (), (str(error).splitlines() or [""])[0].rstrip(".")
    return None


def _in_words(keyword: tuple[str | int, ...], value: Any) -> str:
    """Return what is wrong with the two keywords in which most slips are, empty for others."""
    if keyword == ("pattern",) and isinstance(value, str):
        around = "; there is no looking ahead or behind, and no going back" if _AROUND.search(value) else ""
        return f"{value!r} is not a regular expression that is matched in linear time{around}"
    if keyword == ("type",) and isinstance(value, str):
        return f"there is no type `{value}`. {nearest(value, _TYPES)}".rstrip(".")
    return ""


_AROUND: Final = re.compile(r"\(\?<?[=!]|\\[1-9]")
_TYPES: Final = ("array", "boolean", "integer", "null", "number", "object", "string")


def _otherwise(grant: GrantRow, rule: str, reason: str) -> Answer:
    return Ask(rule, reason) if grant.otherwise == "ask" else Deny(rule, reason)


def _mismatch(schema: str | None, arguments: Mapping[str, Any]) -> str | None:
    """Return in words how arguments miss a schema, without repeating more of them than a line."""
    if schema is None:
        return None
    validator = _validator(schema)
    if validator.is_valid(arguments):
        return None
    error = next(iter(validator.iter_errors(arguments)))
    where = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in error.instance_path)
    message = error.message if len(error.message) <= 200 else f"{error.message[:199]}…"
    return f"{where.lstrip('.') or 'arguments'}: {message}"


@lru_cache(maxsize=4096)
def _validator(schema: str) -> Any:
    """Return the compiled schema. Cached by its text: a snapshot's grants are compiled once."""
    return jsonschema_rs.Draft202012Validator(
        json.loads(schema),
        validate_formats=True,
        offline=True,
        pattern_options=jsonschema_rs.RegexOptions(),
    )


@lru_cache(maxsize=4096)
def fixed_values(schema: str) -> dict[str, frozenset[Form]]:
    """Return by path the values that a grant's schema names: constants and lists of them."""
    found: dict[str, frozenset[Form]] = {}
    for path, part in _parts(json.loads(schema), ""):
        named = [part["const"]] if "const" in part else part.get("enum", [])
        if forms := frozenset(form for value in named for form in forms_of(value)):
            found[path] = found.get(path, frozenset()) | forms
    return found | {path.removesuffix("[]"): forms for path, forms in found.items() if path.endswith("[]")}


@lru_cache(maxsize=4096)
def listed_values(schema: str) -> dict[str, frozenset[str]]:
    """Return by path the words of which a grant's schema lets an argument be one, in lower case."""
    found: dict[str, frozenset[str]] = {}
    for path, part in _parts(json.loads(schema), ""):
        pattern = _ONE_OF.fullmatch(str(part.get("pattern", "")))
        words = pattern[1].split("|") if pattern else part.get("enum", [])
        if len(words) > 1 and all(isinstance(word, str) for word in words):
            found[path] = found.get(path, frozenset()) | {word.casefold() for word in words}
    return found


@lru_cache(maxsize=4096)
def worded_values(schema: str) -> dict[str, frozenset[Form]]:
    """Return by path the words that a grant's schema lets an argument be by a pattern, one alone too."""
    found: dict[str, frozenset[Form]] = {}
    for path, part in _parts(json.loads(schema), ""):
        pattern = str(part.get("pattern", ""))
        listed = _ONE_OF.fullmatch(pattern) or _ONE.fullmatch(pattern)
        for word in listed[1].split("|") if listed else ():
            found[path] = found.get(path, frozenset()) | set(forms_of(word))
    return found


@lru_cache(maxsize=4096)
def listed_flags(schema: str) -> dict[str, frozenset[bool]]:
    """Return by path what a grant's schema lists for an argument that says yes or no."""
    found: dict[str, frozenset[bool]] = {}
    for path, part in _parts(json.loads(schema), ""):
        named = [part["const"]] if "const" in part else part.get("enum", [])
        if flags := frozenset(value for value in named if isinstance(value, bool)):
            found[path] = found.get(path, frozenset()) | flags
    return found


class Default(NamedTuple):
    """What an argument is where a request says nothing else of it: the `default` of a grant's JSON Schema."""

    value: Any
    forms: frozenset[Form]
    others: frozenset[Form]
    """What else the schema lists: where a request says one of these, it does not mean the default."""


@lru_cache(maxsize=4096)
def default_values(schema: str) -> dict[str, Default]:
    """Return by path what a grant's schema gives as default: it goes unsaid, and nothing else by it.

    Where alternatives give several, nothing tells which of them it is: none goes.
    """
    listed = listed_values(schema)
    found: dict[str, Default] = {}
    torn: set[str] = set()
    for path, part in _parts(json.loads(schema), ""):
        if "default" in part:
            value = part["default"]
            others = frozenset(("text", word) for word in listed.get(path, ()))
            one = Default(value, frozenset(forms_of(value)), others)
            torn |= {path} if found.setdefault(path, one) != one else set()
    return {path: one for path, one in found.items() if path not in torn}


def _parts(schema: Any, path: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the schemas that stand in one, each with the path of what it is about."""
    if not isinstance(schema, dict):
        return
    yield path, schema
    for key in ("anyOf", "oneOf", "allOf"):
        for inner in schema.get(key) or ():
            yield from _parts(inner, path)
    for key, inner in (schema.get("properties") or {}).items():
        yield from _parts(inner, f"{path}.{key}" if path else key)
    yield from _parts(schema.get("items"), f"{path}[]")


_ONE: Final = re.compile(r"\^\(?(?:\?:)?([\w .-]+)\)?\$")
"""A pattern that is one plain word."""
_ONE_OF: Final = re.compile(r"\^?\(?(?:\?:)?([\w .-]+(?:\|[\w .-]+)+)\)?\$?")
"""A pattern that lists plain words."""
