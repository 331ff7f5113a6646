"""What a step is, and what can be read of it: a span, by short names of its attributes.

A step is one span of a trace, in the order of their starts. Attributes are those of OpenTelemetry's GenAI
conventions (`evidence.semconv`) and Podium's own.
"""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final, Protocol

import msgspec

from podium.evidence import semconv


class Step(Protocol):
    """One span: see `podium.evidence.spans.Span`. Times are Unix nanoseconds."""

    @property
    def span_id(self) -> str:
        """Its id, by which a verdict points at it."""

    @property
    def name(self) -> str:
        """The span's name."""

    @property
    def start_ns(self) -> int:
        """When it began."""

    @property
    def end_ns(self) -> int:
        """When it ended."""

    @property
    def status(self) -> str:
        """OK, UNSET or ERROR."""

    @property
    def attributes(self) -> Mapping[str, Any]:
        """By their full names."""


class Unseen:
    """The value of what was not recorded: it may be anything."""

    def __repr__(self) -> str:
        """Say so."""
        return "UNSEEN"


UNSEEN: Final = Unseen()
CHAT: Final = "chat"
TOOL_CALL: Final = "execute_tool"

ATTRIBUTES: Final = {
    "operation": semconv.OPERATION,
    "tool": semconv.TOOL,
    "tool_type": semconv.TOOL_TYPE,
    "agent": semconv.AGENT,
    "model": semconv.REQUEST_MODEL,
    "provider": semconv.PROVIDER,
    "conversation": semconv.CONVERSATION,
    "error": semconv.ERROR_TYPE,
    "finish": semconv.FINISH_REASONS,
    "effect": semconv.TOOL_EFFECT,
    "verdict": semconv.VERDICT,
    "rule": semconv.VERDICT_RULE,
    "department": semconv.DEPARTMENT,
    "route": semconv.ROUTE,
    "task": semconv.TASK,
    "outcome": semconv.OUTCOME,
    "region": semconv.REGION,
}
"""Fields that are one attribute of few values: their predicates are worked out once for each of them."""
NUMBERS: Final = {
    "input_tokens": semconv.INPUT_TOKENS,
    "output_tokens": semconv.OUTPUT_TOKENS,
    "reasoning_tokens": semconv.REASONING_TOKENS,
    "cached_tokens": semconv.CACHE_READ_TOKENS,
    "cost_nano_usd": semconv.COST_NANO_USD,
    "attempt": semconv.ATTEMPT,
}
CONTENTS: Final = {
    "arguments": semconv.TOOL_ARGUMENTS,
    "result": semconv.TOOL_RESULT,
    "input": semconv.INPUT_MESSAGES,
    "output": semconv.OUTPUT_MESSAGES,
}
"""Fields that are recorded only where content is: without them a predicate is unknown."""
_CONTENT_OF: Final = {"arguments": TOOL_CALL, "result": TOOL_CALL, "input": CHAT, "output": CHAT}

Reader = Callable[[Step], object]
"""Reads a field: its value, None where the step has none, UNSEEN where it has one that was not recorded."""


def reader(field: str) -> Reader | None:
    """Return what reads a field; None where there is no such field.

    A dotted name is an attribute by its full name; ``arguments.to.0`` is a value inside a content.
    """
    if field in ("status", "name"):
        return (lambda step: step.status.lower()) if field == "status" else (lambda step: step.name)
    if field == "duration_s":
        return lambda step: (step.end_ns - step.start_ns) / 1e9
    if field == "cost_usd":
        return _cost_usd
    attribute = ATTRIBUTES.get(field) or NUMBERS.get(field)
    head, _, path = field.partition(".")
    if attribute is None and head in CONTENTS:
        return _content_reader(head, path.split(".") if path else [])
    if attribute is None and path:
        attribute = field
    if attribute is None:
        return None
    return lambda step: step.attributes.get(attribute)


def _cost_usd(step: Step) -> object:
    nano = step.attributes.get(semconv.COST_NANO_USD)
    return Decimal(nano) / 1_000_000_000 if isinstance(nano, int) else None


def _content_reader(field: str, path: list[str]) -> Reader:
    operation = _CONTENT_OF[field]

    def read(step: Step) -> object:
        if step.attributes.get(semconv.OPERATION) != operation:
            return None
        value = content(step, field)
        for name in path:
            if isinstance(value, dict):
                value = value.get(name)
            elif isinstance(value, list) and name.isdecimal() and int(name) < len(value):
                value = value[int(name)]
            else:
                return value if value is UNSEEN else None
        return value

    return read


def content(step: Step, field: str) -> object:
    """Return a content of a step: JSON's values where it is JSON, else text; UNSEEN where not recorded."""
    value = step.attributes.get(CONTENTS[field])
    if value is None:
        return UNSEEN
    if isinstance(value, str):
        try:
            return msgspec.json.decode(value)
        except msgspec.DecodeError:
            return value
    return value


def texts(value: object) -> list[str]:
    """Return all texts and numbers inside of JSON's values, in their order."""
    found: list[str] = []
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            found.append(one)
        elif isinstance(one, dict):
            waiting.extend(reversed(one.values()))
        elif isinstance(one, list):
            waiting.extend(reversed(one))
        elif isinstance(one, (int, float)) and not isinstance(one, bool):
            found.append(repr(one))
    return found


_WORD: Final = re.compile(r"[^\W_]+")
_THOUSANDS: Final = re.compile(r"(?<=[0-9])[,\u2009'](?=[0-9]{3}(?![0-9]))")


def in_words(value: object) -> list[str]:
    """Return all texts and numbers inside of JSON's values as folded words, with a space around each word.

    What is no letter or digit parts words; numbers lose the separators of their thousands.
    """
    found = []
    for text in texts(value):
        plain = _THOUSANDS.sub("", text) if "," in text or "'" in text or "\u2009" in text else text
        found.append(f" {' '.join(_WORD.findall(plain.casefold()))} ")
    return found


class Seen:
    """What the atoms of one trace share: the words of a step's result, worked out once for all of them."""

    def __init__(self, judged: Mapping[str, Mapping[str, bool | None]] | None = None) -> None:
        """``judged``: what judges found of this trace's steps, by judge and span; None: see the audit."""
        self.judged = judged
        self._step: Step | None = None
        self._result: list[str] | Unseen = []

    def result(self, step: Step) -> list[str] | Unseen:
        """Return a result in words, UNSEEN where it was not recorded."""
        if step is not self._step:
            value = content(step, "result")
            self._result = UNSEEN if isinstance(value, Unseen) else in_words(value)
            self._step = step
        return self._result
