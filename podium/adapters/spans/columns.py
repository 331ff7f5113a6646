"""Spans as the Arrow table that DuckDB inserts: a column for each of `span_rows`, always the same ones."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, Final

import msgspec

from podium.adapters.spans import schema
from podium.kernel.spans import Span

if TYPE_CHECKING:
    import pyarrow as pa

_LARGEST: Final = 1 << 63
_TEXTS: Final = ("name", "kind", "status", "status_message", "source")
Columns = dict[str, "pa.Array[Any]"]


class Held:
    """A table in a place that DuckDB knows: what was prepared over it reads what lies there now."""

    def __init__(self) -> None:
        self.table: Any = table_of([])
        self._none = self.table

    def clear(self) -> None:
        """Hold no rows."""
        self.table = self._none

    def __arrow_c_stream__(self, requested_schema: object = None) -> Any:
        """Return the rows by Arrow's PyCapsule interface."""
        return self.table.__arrow_c_stream__(requested_schema)

    def __arrow_c_schema__(self) -> Any:
        """Return the columns by Arrow's PyCapsule interface."""
        return self.table.schema.__arrow_c_schema__()


def table_of(spans: Sequence[Span]) -> "pa.Table":
    """Return spans as columns. Raises what Arrow raises for a text that is none."""
    import pyarrow as pa  # noqa: PLC0415 - slow to import

    pa.set_memory_pool(pa.system_memory_pool())  # it gives back what it does not use
    parents = [int(span.parent_span_id, 16) if span.parent_span_id else None for span in spans]
    found: Columns = {
        "trace_id": pa.array([bytes.fromhex(span.trace_id) for span in spans], pa.uuid()),
        "span_id": pa.array([int(span.span_id, 16) for span in spans], pa.uint64()),
        "parent_span_id": pa.array(parents, pa.uint64()),
        "start_ns": pa.array([span.start_ns for span in spans], pa.int64()),
        "duration_ns": pa.array([span.end_ns - span.start_ns for span in spans], pa.int64()),
    }
    for name in _TEXTS:
        found[name] = pa.array([getattr(span, name) for span in spans], pa.string())
    found |= _attributes([span.attributes for span in spans])
    resources: dict[int, str | None] = {}
    for span in spans:
        if id(span.resource) not in resources:
            text = msgspec.json.encode(span.resource).decode() if span.resource else None
            resources[id(span.resource)] = text
    found["resource"] = pa.array([resources[id(span.resource)] for span in spans], pa.string())
    return pa.table(found)


def _attributes(spans: Sequence[Mapping[str, object]]) -> Columns:
    """Return spans' attributes as columns; what has none, or not its type, goes into ``more``."""
    import pyarrow as pa  # noqa: PLC0415 - imported by now

    count = len(spans)
    values: dict[str, list[object]] = {}
    more: list[str | None] = [None] * count
    types = _TYPES
    for place, attributes in enumerate(spans):
        rest = None
        for name, value in attributes.items():
            if types.get(name) is type(value) and (type(value) is not int or -_LARGEST <= value < _LARGEST):
                held = values.get(name)
                if held is None:
                    held = values[name] = [None] * count
                held[place] = value
            elif rest is None:
                rest = {name: value}
            else:
                rest[name] = value
        if rest is not None:
            more[place] = msgspec.json.encode(rest).decode()
    arrow = _arrow_types()
    columns: Columns = {}
    for name, (column, kind) in schema.ATTRIBUTES.items():
        found = values.get(name)
        columns[column] = pa.nulls(count, arrow[kind]) if found is None else pa.array(found, arrow[kind])
    columns["more"] = pa.array(more, pa.string())
    return columns


_TYPES: Final = {name: kind for name, (_, kind) in schema.ATTRIBUTES.items()}


@cache
def _arrow_types() -> dict[type, Any]:
    import pyarrow as pa  # noqa: PLC0415 - imported by now

    return {str: pa.string(), bool: pa.bool_(), int: pa.int64(), float: pa.float64()}
