"""What is content in a span that a program sends: attributes and events, by the names of the conventions."""

import json
from collections.abc import Mapping
from typing import Any, Final

from podium.evidence import semconv
from podium.evidence.conventions import normalised
from podium.evidence.taking import is_content
from podium.kernel.spans import Span

EVENTS: Final = "events"
"""Name of the piece with a span's events, each with its name and attributes."""
STATUS: Final = "status.message"
MAX_PIECES: Final = 16
"""Of one span."""
_USERS: Final = (
    "user.id",
    "enduser.id",
    "gen_ai.user.id",
    "langfuse.user.id",
    "traceloop.association.properties.user_id",
)
_NUMBERED: Final = ("gen_ai.prompt.", "gen_ai.completion.", "llm.input_messages.", "llm.output_messages.")
"""Beginnings of names whose content is joined under the names of messages."""
_VALUES: Final = ("input.value", "output.value", "traceloop.entity.input", "traceloop.entity.output")


def contents_of(span: Span) -> dict[str, Any]:
    """Return what a span says, by the names of `semconv` where they have one. Texts of JSON are read."""
    attributes = normalised(span.attributes)
    found: dict[str, Any] = {}
    for name, value in attributes.items():
        if value is None or name.startswith(_NUMBERED) or not is_content(name):
            continue
        found[name] = _read(value)
    for name in _VALUES:
        value = span.attributes.get(name)
        if value is not None and not any(value == attributes.get(one) for one in found):
            found[name] = _read(value)
    if span.status_message:
        found[STATUS] = span.status_message
    events = [_event(found, name, told) for name, told in span.events]
    if kept := [one for one in events if one["attributes"]]:
        found[EVENTS] = kept
    return dict(list(found.items())[:MAX_PIECES])


def user_of(span: Span) -> str | None:
    """Return whom a span is about, as its program names them."""
    named = (span.attributes.get(name) for name in _USERS)
    return next((one for one in named if isinstance(one, str) and one), None)


def _event(found: dict[str, Any], name: str, attributes: Mapping[str, Any]) -> dict[str, Any]:
    """Return an event; what stands in it under a name of content is taken out, as if the span had it."""
    rest = {}
    for key, value in normalised(attributes).items():
        to = {"gen_ai.prompt": semconv.INPUT_MESSAGES, "gen_ai.completion": semconv.OUTPUT_MESSAGES}.get(
            key, key
        )
        if is_content(to) and value is not None:
            found.setdefault(to, _read(value))
        elif value is not None:
            rest[key] = value
    return {"name": name, "attributes": rest}


def _read(value: Any) -> Any:
    """Return the JSON that a text is, any other value as it is."""
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, str) and value.lstrip()[:1] in {"[", "{"}:
        try:
            return json.loads(value)
        except (ValueError, RecursionError):
            return value
    return value
