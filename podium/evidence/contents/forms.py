"""The forms in which content is kept: redacted, hashed or as it is; within bounds, and what was cut is said.

Messages are those of OpenTelemetry's GenAI conventions: a list of ``{"role", "parts": [{"type", …}]}``
(https://github.com/open-telemetry/semantic-conventions-genai, model/gen-ai/gen-ai-input-messages.json).
"""

import hmac
from typing import Any, Final

import msgspec

from podium.evidence.contents.redaction import Redactor
from podium.evidence.contents.rules import ContentRule

MAX_TEXT_CHARS: Final = 65_536
"""Of one text; the rest is cut, and the piece says how much."""
MAX_PIECE_BYTES: Final = 1 << 20
"""Of one piece: where it is longer, texts are cut shorter, then messages are left out from the middle."""
_SHORTER: Final = (16_384, 4_096, 1_024, 256)
_FIRST: Final = 4
"""Messages at the beginning that stay where some must go."""
_ROLES: Final = frozenset({"system", "developer", "user", "assistant", "model", "tool", "function"})
_TYPES: Final = frozenset(
    {"text", "reasoning", "tool_call", "tool_call_response", "refusal", "blob", "uri", "file"}
)


class Kept(msgspec.Struct, frozen=True):
    """One piece as it is kept."""

    text: bytes
    """JSON."""
    cut: bool
    """Something of it was too long."""


class Keeper:
    """Brings content into the form of a rule. ``hash_key``: the department's."""

    def __init__(self, rule: ContentRule, hash_key: bytes) -> None:
        self._rule = rule
        self._hash_key = hash_key
        self._redactor = Redactor(rule.patterns, rule.own) if rule.record == "redacted" else None

    def keep(self, value: Any) -> Kept:
        """Return a piece as the rule wants it. What is redacted is so before anything is cut."""
        try:
            if self._rule.record == "hashed":
                return bounded(hashed(value, self._hash_key))
            return bounded(value if self._redactor is None else self._redactor.value(value))
        except RecursionError:
            return Kept(_json({"unreadable": True}), cut=True)


def hashed(value: Any, key: bytes) -> Any:
    """Return HMACs (SHA-256) in the place of what is said: of each part of messages, or of the whole.

    Equal parts of one department have equal HMACs. Roles, the kinds of parts and lengths stay.
    """
    if isinstance(value, list) and value and all(_is_message(one) for one in value):
        return [
            {"role": _known(one.get("role"), _ROLES), "parts": [_part(part, key) for part in one["parts"]]}
            for one in value
        ]
    if isinstance(value, list) and value and all(isinstance(one, dict) and "type" in one for one in value):
        return [_part(part, key) for part in value]  # system instructions are parts
    return _digest(value, key)


def _is_message(value: Any) -> bool:
    return isinstance(value, dict) and isinstance(value.get("parts"), list)


def _part(part: Any, key: bytes) -> dict[str, Any]:
    if not isinstance(part, dict):
        return _digest(part, key)
    said = {name: one for name, one in part.items() if name not in {"type", "id"}}
    only = next(iter(said.values())) if len(said) == 1 else said
    return {"type": _known(part.get("type"), _TYPES)} | _digest(only, key)


def _known(value: Any, names: frozenset[str]) -> str:
    return value if isinstance(value, str) and value in names else "other"


def _digest(value: Any, key: bytes) -> dict[str, Any]:
    text = value.encode("utf-8", "surrogatepass") if isinstance(value, str) else _json(value)
    return {"hmac_sha256": hmac.digest(key, text, "sha256").hex(), "bytes": len(text)}


def bounded(value: Any) -> Kept:
    """Return JSON within the bounds."""
    cut = [0]
    found = _shortened(value, MAX_TEXT_CHARS, cut)
    text = _json(found)
    for chars in _SHORTER:
        if len(text) <= MAX_PIECE_BYTES:
            break
        found = _shortened(value, chars, cut)
        text = _json(found)
    if len(text) > MAX_PIECE_BYTES and isinstance(found, list):
        text, cut = _json(_without_the_middle(found)), [1]
    if len(text) > MAX_PIECE_BYTES:
        text, cut = _json({"cut_bytes": len(text)}), [1]
    return Kept(text, cut[0] > 0)


def _shortened(value: Any, chars: int, cut: list[int]) -> Any:
    match value:
        case str() if len(value) > chars:
            cut[0] += 1
            return f"{value[:chars]}… [{len(value) - chars} characters are cut]"
        case dict():
            return {key: _shortened(one, chars, cut) for key, one in value.items()}
        case list() | tuple():
            return [_shortened(one, chars, cut) for one in value]
    return value


def _without_the_middle(values: list[Any]) -> list[Any]:
    """Leave out what stands behind the first ones, until the rest fits."""
    sizes = [len(_json(one)) + 1 for one in values]
    room = MAX_PIECE_BYTES - 4096 - sum(sizes[:_FIRST])
    last = len(values)
    while last > _FIRST and sizes[last - 1] <= room:
        last -= 1
        room -= sizes[last]
    return [*values[:_FIRST], {"cut": f"{last - _FIRST} messages"}, *values[last:]]


def _json(value: Any) -> bytes:
    try:
        return msgspec.json.encode(value)
    except (UnicodeEncodeError, msgspec.MsgspecError, TypeError, OverflowError, RecursionError):
        return msgspec.json.encode({"unreadable": True})
