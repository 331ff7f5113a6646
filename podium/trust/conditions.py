"""Conditions of rules in Cedar that never hold, and words in them that nothing is ever called.

A rule that never holds forbids nothing, and nobody notices: a `"Secret"` for `"secret"` lets all through.
Only what is sure is told, so what is not known here counts as if it might be anything. Source: Cedar's policy
format in JSON (https://docs.cedarpolicy.com/policies/json-format.html).
"""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple, get_args

from podium.trust.tools import Confidentiality, Effect, Integrity, ToolRow

UNKNOWN: Final = object()
"""What a call decides."""
_CONTEXT: Final = {"Var": "context"}


def _attribute(left: Any, name: str) -> dict[str, Any]:
    return {".": {"left": left, "attr": name}}


_READ: Final = _attribute(_CONTEXT, "read")
_ARGUMENTS: Final = _attribute(_CONTEXT, "arguments")
_USES: Final = _attribute(_CONTEXT, "uses")
_CALLED: Final = _attribute(_CONTEXT, "called")
_DOMAINS: Final = _attribute(_CONTEXT, "domains")
_OF_RESOURCE: Final = ("server", "name", "effect")
_ORDER: Final = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
"""Comparisons, and what each is from the other side."""


class Case(NamedTuple):
    """One agent and one tool that a rule is about."""

    agent: str
    departments: frozenset[str]
    """Its own and those above it."""
    tool: ToolRow


class Slip(NamedTuple):
    """A word that nothing which a rule looks at is ever called. ``known``: what it may be; empty: see why."""

    word: str
    why: str
    known: tuple[str, ...] = ()


def never(conditions: Sequence[Mapping[str, Any]], case: Case) -> bool:
    """Return whether conditions, as Cedar's JSON has them, hold for no call of a tool by an agent."""
    asked = [it["body"] for it in conditions if it["kind"] == "when"]
    barred = [it["body"] for it in conditions if it["kind"] == "unless"]
    return (
        any(_value(it, case) is False for it in asked)
        or any(_value(it, case) is True for it in barred)
        or _torn([part for it in asked for part in _parts(it)])
    )


def needs(conditions: Sequence[Mapping[str, Any]]) -> frozenset[str]:
    """Return the arguments that are asked for with `has`, without each of which conditions do not hold."""
    parts = [part for it in conditions if it["kind"] == "when" for part in _parts(it["body"])]
    return frozenset(it["has"]["attr"] for it in parts if "has" in it and it["has"].get("left") == _ARGUMENTS)


def slips(conditions: Any, tools: Collection[ToolRow]) -> Iterator[Slip]:
    """Yield the words that a rule compares with what is never called so, wherever they stand in it."""
    if isinstance(conditions, dict):
        for kind in ("==", "!="):
            if kind in conditions:
                sides = conditions[kind]
                for one, other in ((sides["left"], sides["right"]), (sides["right"], sides["left"])):
                    yield from _slips_of(one, _words(other), tools)
        for kind in ("contains", "containsAny", "containsAll"):
            if kind in conditions:
                sides = conditions[kind]
                yield from _slips_of(sides["left"], _words(sides["right"]), tools)
                yield from _slips_of(sides["right"], _words(sides["left"]), tools)
        for inner in conditions.values():
            yield from slips(inner, tools)
    elif isinstance(conditions, (list, tuple)):
        for inner in conditions:
            yield from slips(inner, tools)


def _slips_of(place: Any, words: Sequence[str], tools: Collection[ToolRow]) -> Iterator[Slip]:
    vocabulary = _vocabulary(place, tools)
    for word in words:
        if place == _DOMAINS:
            if not _is_domain(word):
                yield Slip(word, "a domain is in lower case, and has no `@`, `/`, `:` or `*`")
        elif vocabulary is not None and word not in vocabulary:
            yield Slip(word, f"nothing in {_name(place)} is ever called so", tuple(sorted(vocabulary)))


def _vocabulary(place: Any, tools: Collection[ToolRow]) -> frozenset[str] | None:
    """Return all that a place can ever hold, None where nobody knows."""
    if place == _CALLED:
        return frozenset(it.id for it in tools)
    if place == _attribute(_READ, "integrity"):
        return frozenset(get_args(Integrity))
    if place == _attribute(_READ, "confidentiality"):
        return frozenset(get_args(Confidentiality))
    if place == _attribute({"Var": "resource"}, "effect"):
        return frozenset(get_args(Effect))
    if place == _attribute({"Var": "resource"}, "server"):
        return frozenset(it.server for it in tools)
    if place == _attribute({"Var": "resource"}, "name"):
        return frozenset(it.name for it in tools)
    return None


def _name(place: Any) -> str:
    inner = place.get(".")
    return f"{_name(inner['left'])}.{inner['attr']}" if inner is not None else str(place.get("Var", ""))


def _words(node: Any) -> list[str]:
    """Return the texts that a literal, or a set of literals, holds."""
    parts = node.get("Set", [node]) if isinstance(node, dict) else []
    return [it["Value"] for it in parts if isinstance(it, dict) and isinstance(it.get("Value"), str)]


def _is_domain(word: str) -> bool:
    return word == word.casefold() and not any(it in "@/:* " for it in word)


def _value(node: Any, case: Case) -> Any:
    """Return what an expression is for every call of a case, UNKNOWN where that depends on the call."""
    kind, inner = next(iter(node.items()))
    if kind == "Value":
        entity = inner.get("__entity") if isinstance(inner, dict) else None
        return (entity["type"], entity["id"]) if entity else UNKNOWN if isinstance(inner, dict) else inner
    if kind == "Var":
        own = {"principal": ("Agent", case.agent), "action": ("Action", case.tool.id)}
        return {**own, "resource": ("Tool", case.tool.id)}.get(inner, UNKNOWN)
    if kind == ".":
        known = inner["left"] == {"Var": "resource"} and inner["attr"] in _OF_RESOURCE
        return getattr(case.tool, inner["attr"]) if known else UNKNOWN
    if kind in {"&&", "||"}:
        return _joined(kind == "||", _value(inner["left"], case), _value(inner["right"], case))
    if kind == "!":
        found = _value(inner["arg"], case)
        return not found if isinstance(found, bool) else UNKNOWN
    if kind == "if-then-else":
        asked = _value(inner["if"], case)
        then, otherwise = _value(inner["then"], case), _value(inner["else"], case)
        same = type(then) is type(otherwise) and then == otherwise
        return (then if asked else otherwise) if isinstance(asked, bool) else then if same else UNKNOWN
    if kind == "has":
        missing = inner["left"] == _ARGUMENTS and inner["attr"] not in case.tool.arguments
        return False if missing else UNKNOWN
    if kind in {"==", "!="}:
        found = _equal(inner, case)
        return not found if kind == "!=" and isinstance(found, bool) else found
    if kind in _ORDER:
        return _ordered(kind, inner["left"], inner["right"], case)
    if kind == "in":
        return _within(_value(inner["left"], case), inner["right"], case)
    return UNKNOWN


def _joined(decides: bool, one: Any, other: Any) -> Any:
    """Return a conjunction, or where ``decides`` is True a disjunction, of two values."""
    if one is decides or other is decides:
        return decides
    return (not decides) if isinstance(one, bool) and isinstance(other, bool) else UNKNOWN


def _equal(sides: Mapping[str, Any], case: Case) -> Any:
    one, other = _value(sides["left"], case), _value(sides["right"], case)
    if one is UNKNOWN or other is UNKNOWN:
        return UNKNOWN
    return type(one) is type(other) and one == other


def _ordered(kind: str, left: Any, right: Any, case: Case) -> Any:
    one, other = _value(left, case), _value(right, case)
    if right == _USES:
        return _ordered(_ORDER[kind], right, left, case)
    if left == _USES and type(other) is int:  # no call was let through less often than never
        beyond = other < 0 or (other == 0 and kind in {"<", ">="})
        return (kind in {">", ">="}) if beyond else UNKNOWN
    if type(one) is not int or type(other) is not int:
        return UNKNOWN
    return {"<": one < other, "<=": one <= other, ">": one > other, ">=": one >= other}[kind]


def _within(one: Any, right: Any, case: Case) -> Any:
    """Return whether an entity is another one, or below it; of several: one of them."""
    several = right.get("Set")
    if several is not None:
        found = [_within(one, it, case) for it in several]
        return True if True in found else UNKNOWN if UNKNOWN in found else False
    above = _value(right, case)
    if not isinstance(one, tuple) or not isinstance(above, tuple):
        return UNKNOWN
    if one == above:
        return True
    tool = case.tool
    if one == ("Agent", case.agent) and above[0] == "Department":
        return above[1] in case.departments
    if one == ("Action", tool.id) and above[0] == "Action":
        return above[1] == tool.effect or (above[1] == "write" and tool.writes)
    return UNKNOWN


def _parts(node: Any) -> Iterator[Any]:
    """Yield what all has to hold for a condition to hold."""
    if "&&" in node:
        yield from _parts(node["&&"]["left"])
        yield from _parts(node["&&"]["right"])
    else:
        yield node


def _torn(parts: Sequence[Any]) -> bool:
    """Return whether parts contradict each other: one place that is two words, or no number between two."""
    words: dict[str, set[str]] = {}
    low: dict[str, int] = {}
    high: dict[str, int] = {}
    for part in parts:
        kind, sides = next(iter(part.items()))
        if kind not in {"==", *_ORDER}:
            continue
        place, literal = sides["left"], sides["right"].get("Value")
        if "." not in place:
            kind, place, literal = _ORDER.get(kind, kind), sides["right"], sides["left"].get("Value")
        if "." not in place or isinstance(literal, (bool, dict)) or literal is None:
            continue
        key = json.dumps(place)
        if isinstance(literal, str):
            words.setdefault(key, set()).add(literal)
            continue
        if kind in {"==", ">", ">="}:
            low[key] = max(low.get(key, literal), literal + (kind == ">"))
        if kind in {"==", "<", "<="}:
            high[key] = min(high.get(key, literal), literal - (kind == "<"))
    return any(len(it) > 1 for it in words.values()) or any(
        low[it] > high[it] for it in low.keys() & high.keys()
    )
