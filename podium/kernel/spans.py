"""Spans: one operation each, as OpenTelemetry has them."""

from typing import Any

import msgspec


class Span(msgspec.Struct, frozen=True):
    """One span. Times are Unix nanoseconds.

    ``trace_id`` is 32 lower-case hexadecimal digits, ``span_id`` 16; ``kind`` is OTLP's without its prefix
    (``CLIENT``), ``status`` UNSET, OK or ERROR.
    """

    trace_id: str
    span_id: str
    parent_span_id: str | None
    name: str
    kind: str
    start_ns: int
    end_ns: int
    status: str
    status_message: str | None
    attributes: dict[str, Any]
    """Texts, numbers, truth values and lists of them by their names; from elsewhere also mappings."""
    resource: dict[str, Any] = {}
    """Attributes of who made the span, the same for many spans."""
    events: tuple[tuple[str, dict[str, Any]], ...] = ()
    """Name and attributes of each, where somebody wants them; never stored with the span."""
    source: str = "otlp"
    """``ledger`` and ``tools``: made by Podium, whose figures count; ``otlp``: told by a program."""
