"""Traces for tests of audits, a few words a step."""

import json
from typing import Any

from podium.evidence import semconv
from podium.kernel.spans import Span

SECOND_NS = 1_000_000_000


def span(number: int, name: str, status: str = "UNSET", **attributes: Any) -> Span:
    """Return a span that begins at second ``number`` and takes half of one."""
    return Span(
        trace_id="0" * 31 + "1",
        span_id=f"{number:016x}",
        parent_span_id=None,
        name=name,
        kind="INTERNAL",
        start_ns=number * SECOND_NS,
        end_ns=number * SECOND_NS + SECOND_NS // 2,
        status=status,
        status_message=None,
        attributes=attributes,
    )


def tool(number: int, name: str, arguments: Any = None, result: Any = None, **more: Any) -> Span:
    """Return a tool's call; what is None was not recorded."""
    attributes = {semconv.OPERATION: "execute_tool", semconv.TOOL: name, **more}
    if arguments is not None:
        attributes[semconv.TOOL_ARGUMENTS] = json.dumps(arguments)
    if result is not None:
        attributes[semconv.TOOL_RESULT] = json.dumps(result)
    return span(number, f"execute_tool {name}", **attributes)


def chat(number: int, said: str | None = None, asked: str | None = None, **more: Any) -> Span:
    """Return a model's call."""
    attributes = {semconv.OPERATION: "chat", **more}
    if said is not None:
        parts = [{"type": "text", "content": said}]
        attributes[semconv.OUTPUT_MESSAGES] = json.dumps([{"role": "assistant", "parts": parts}])
    if asked is not None:
        parts = [{"type": "text", "content": asked}]
        attributes[semconv.INPUT_MESSAGES] = json.dumps([{"role": "user", "parts": parts}])
    return span(number, "chat", **attributes)


def tools(names: str) -> list[Span]:
    """Return a call for each letter, the tool of its name."""
    return [tool(number, name, {"n": number}, {}) for number, name in enumerate(names)]
