"""A store of spans in memory: the fake of the port, with the same behaviour as DuckDB."""

from collections.abc import Sequence

import msgspec

from podium.kernel.spans import Span


class MemorySpans:
    """Keeps spans as long as the process lives."""

    def __init__(self) -> None:
        self._spans: list[dict[str, object]] = []
        self._cursors: dict[str, tuple[int, int]] = {}

    def append(self, spans: Sequence[Span], cursors: dict[str, tuple[int, int]]) -> None:
        """Add spans and move the cursors, both or neither."""
        rows = [msgspec.to_builtins(span) for span in spans]
        self._spans.extend(rows)
        self._cursors.update(cursors)

    def cursors(self) -> dict[str, tuple[int, int]]:
        """Return how far each source has been taken in."""
        return dict(self._cursors)

    def forget(self, before_ns: int) -> int:
        """Remove the spans that ended before a time."""
        kept = [span for span in self._spans if int(str(span["end_ns"])) >= before_ns]
        removed, self._spans = len(self._spans) - len(kept), kept
        return removed

    def of_trace(self, trace_id: str) -> list[dict[str, object]]:
        """Return a trace's spans by start time."""
        found = [span for span in self._spans if span["trace_id"] == trace_id]
        return sorted(found, key=lambda span: (span["start_ns"], span["span_id"]))

    def close(self) -> None:
        """Nothing is held open."""
