"""Traces as they are read: questions of a face for the collector, and a trace as a tree.

What the collector answers (`ports.spans`) is ready to be shown.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final, Protocol

import msgspec

from podium.kernel.errors import NotFound
from podium.ports.content import ContentQuestion
from podium.ports.spans import GetTrace, SpanQuestion, TraceIs

_TRACE_ID: Final = re.compile("[0-9a-f]{32}")


class Collector(Protocol):
    """The collector's client."""

    async def ask(self, question: SpanQuestion | ContentQuestion) -> Any:
        """Ask; raises the error that a refusal means."""
        ...


class TreeSpan(msgspec.Struct, frozen=True):
    """One span of a trace in the order of its tree. Times are Unix nanoseconds."""

    depth: int
    """0 for a root, or a span whose parent is not there."""
    span: dict[str, Any]


def tree(spans: Sequence[Mapping[str, Any]]) -> list[TreeSpan]:
    """Return a trace's spans, each below its parent, siblings by their start. Circles are broken."""
    known = {span["span_id"] for span in spans}
    below: dict[str | None, list[Mapping[str, Any]]] = {}
    for span in spans:
        parent = span["parent_span_id"]
        below.setdefault(parent if parent in known and parent != span["span_id"] else None, []).append(span)
    found: list[TreeSpan] = []
    seen: set[str] = set()
    # Roots first; then whatever only a circle holds, from its earliest span on.
    for start in (*below.get(None, ()), *spans):
        waiting = [(0, start)]
        while waiting:
            depth, span = waiting.pop()
            if span["span_id"] in seen:
                continue
            seen.add(span["span_id"])
            found.append(TreeSpan(depth, dict(span)))
            waiting += [(depth + 1, child) for child in reversed(below.get(span["span_id"], ()))]
    return found


def trace_question(text: str) -> GetTrace:
    """Return the question for a trace. Raises NotFound for what is no trace's id."""
    if _TRACE_ID.fullmatch(text.lower()) is None:
        raise NotFound(f"{text} is no trace's id.", fix="It has 32 hexadecimal digits: podium traces list.")
    return GetTrace(text.lower())


def found_trace(reply: object, trace_id: str) -> list[TreeSpan]:
    """Return the spans of an answer as a tree. Raises NotFound where there are none."""
    if not isinstance(reply, TraceIs) or not reply.spans:
        raise NotFound(
            f"There is no trace {trace_id}.", fix="podium traces list; old spans are forgotten after a time."
        )
    return tree(reply.spans)
