"""Results that have things by their names, `{"Casa Lina": {"price": 118}}`, read as lists of them."""

from collections.abc import Sequence
from typing import Any

from podium.trust.tools import ObjectRow


def as_lists(content: Any, rules: Sequence[ObjectRow]) -> Any:
    """Return a result with the maps that rules tell of as lists of things, each with its key as a field."""
    for rule in rules:
        if rule.keys:
            content = _at(content, [name for name in rule.at.replace("[]", "").split(".") if name], rule)
    return content


def _at(value: Any, way: Sequence[str], rule: ObjectRow, *, top: bool = True) -> Any:
    """Return a value with the maps at a place in it as lists. ``top``: the SDK's wrapper may be around it."""
    if isinstance(value, list):
        return [_at(one, way, rule, top=False) for one in value] if way else value
    if not isinstance(value, dict):
        return value
    inner = value.get("result")
    if top and set(value) == {"result"} and isinstance(inner, dict) and way[:1] != ["result"]:
        return {"result": _at(inner, way, rule, top=False)}
    if not way:
        return [_thing(key, held, rule) for key, held in value.items()]
    if way[0] not in value:
        return value
    return {**value, way[0]: _at(value[way[0]], way[1:], rule, top=False)}


def _thing(key: str, held: Any, rule: ObjectRow) -> dict[str, Any]:
    """Return one thing of a map. What it holds under the name of the key's field is not taken for the key."""
    if isinstance(held, dict) and rule.keys not in held:
        return {rule.keys: key, **held}
    return {rule.keys: key, rule.values: held}
