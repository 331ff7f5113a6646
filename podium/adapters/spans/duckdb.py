"""Spans in one DuckDB file, inserted as Arrow tables.

Importing DuckDB and Arrow takes longer than a keeper may take to be ready, so both are imported, and the
file opened, at the first use. Not safe for several threads: the keeper uses it in one.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import msgspec

from podium.evidence import semconv
from podium.kernel.errors import StateError
from podium.kernel.spans import Span

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

MEMORY_LIMIT: Final = "64MB"
"""Of DuckDB's buffers: it fills what it may."""
_ATTRIBUTES: Final = {
    **dict.fromkeys(
        (
            semconv.OPERATION, semconv.PROVIDER, semconv.AGENT, semconv.CONVERSATION, semconv.REQUEST_MODEL,
            semconv.RESPONSE_MODEL, semconv.RESPONSE_ID, semconv.ERROR_TYPE, semconv.CALL, semconv.CHARGE,
            semconv.TASK, semconv.DEPARTMENT, semconv.ROUTE, semconv.MODEL, semconv.REGION, semconv.DIALECT,
            semconv.OUTCOME, semconv.REQUEST_DIGEST, semconv.REPLY_DIGEST, semconv.UPSTREAM_REQUEST_ID,
        ),
        str,
    ),
    **dict.fromkeys((semconv.REQUEST_STREAM, semconv.ESTIMATED, semconv.OVERRUN), bool),
    **dict.fromkeys(
        (
            semconv.INPUT_TOKENS, semconv.OUTPUT_TOKENS, semconv.CACHE_READ_TOKENS,
            semconv.CACHE_WRITE_TOKENS, semconv.CACHE_WRITE_1H_TOKENS, semconv.REASONING_TOKENS,
            semconv.AUDIO_INPUT_TOKENS, semconv.AUDIO_OUTPUT_TOKENS, semconv.AUDIO_CACHE_READ_TOKENS,
            semconv.HTTP_STATUS, semconv.ATTEMPT, semconv.SNAPSHOT_VERSION,
            semconv.COST_NANO_USD, semconv.HOLD_NANO_USD,
        ),
        int,
    ),
    **dict.fromkeys(
        (semconv.TIME_TO_FIRST_CHUNK, semconv.TIME_TO_FIRST_TOKEN_S, semconv.OUTPUT_TOKENS_PER_SECOND), float
    ),
}  # fmt: skip
"""Attributes with a column of their own, by type: a column compresses to a fraction of what JSON takes."""
_TYPES: Final = {str: "VARCHAR", bool: "BOOLEAN", int: "BIGINT", float: "DOUBLE"}
_LARGEST: Final = 1 << 63
_COLUMNS: Final = (
    "trace_id", "span_id", "parent_span_id", "name", "kind", "start_ns", "end_ns", "status", "status_message",
)  # fmt: skip
_NUMBERS: Final = frozenset({"start_ns", "end_ns"})
_SCHEMA: Final = f"""
CREATE TABLE IF NOT EXISTS spans (
    trace_id VARCHAR NOT NULL,
    span_id VARCHAR NOT NULL,
    parent_span_id VARCHAR,
    name VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    start_ns BIGINT NOT NULL,
    end_ns BIGINT NOT NULL,
    status VARCHAR NOT NULL,
    status_message VARCHAR,
    {", ".join(f'"{name}" {_TYPES[kind]}' for name, kind in _ATTRIBUTES.items())},
    more VARCHAR
);
CREATE TABLE IF NOT EXISTS cursors (
    source VARCHAR PRIMARY KEY,
    segment BIGINT NOT NULL,
    position BIGINT NOT NULL
);
"""
"""``more`` is JSON of the attributes without a column."""
_OLD: Final = "SELECT 1 FROM duckdb_columns() WHERE table_name = 'spans' AND column_name = 'attributes'"
"""Finds the table of an older Podium, in which all attributes were one JSON text."""


class DuckSpans:
    """The store. Nothing is opened before the first use."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._opened: duckdb.DuckDBPyConnection | None = None

    def _connection(self) -> "duckdb.DuckDBPyConnection":
        if self._opened is None:
            import duckdb  # noqa: PLC0415 - slow to import, see the module's docstring

            config: dict[str, str | bool | int | float | list[str]] = {
                "threads": 1,
                "preserve_insertion_order": False,
                "memory_limit": MEMORY_LIMIT,
                "autoinstall_known_extensions": False,
                "autoload_known_extensions": False,
            }
            try:
                self._opened = duckdb.connect(str(self._path), config=config)
            except duckdb.Error as error:
                raise StateError(
                    f"{self._path} cannot be opened: {error}",
                    fix="Delete it: spans are made again from the ledger.",
                ) from error
            self._path.chmod(0o600)
            if self._opened.execute(_OLD).fetchone() is not None:
                # Spans are made again from the ledger, so nothing is lost.
                self._opened.execute("DROP TABLE spans; DROP TABLE cursors")
            self._opened.execute(_SCHEMA)
        return self._opened

    def append(self, spans: Sequence[Span], cursors: dict[str, tuple[int, int]]) -> None:
        """Add spans and move the cursors in one transaction. Raises StateError where the file fails."""
        connection = self._connection()
        import duckdb  # noqa: PLC0415 - imported by now
        import pyarrow as pa  # noqa: PLC0415 - slow to import

        pa.set_memory_pool(pa.system_memory_pool())  # it gives back what it does not use
        columns: dict[str, pa.Array[Any]] = {
            name: pa.array(
                [getattr(span, name) for span in spans], pa.int64() if name in _NUMBERS else pa.string()
            )
            for name in _COLUMNS
        }
        columns |= _attribute_columns([span.attributes for span in spans])
        try:
            connection.begin()
            if spans:
                connection.register("incoming", pa.table(columns))
                connection.execute("INSERT INTO spans BY NAME SELECT * FROM incoming")
                connection.unregister("incoming")
            for source, (segment, position) in cursors.items():
                connection.execute(
                    "INSERT OR REPLACE INTO cursors VALUES (?, ?, ?)", [source, segment, position]
                )
            connection.commit()
        except duckdb.Error as error:
            self._abandon()
            raise StateError(f"{self._path} cannot be written: {error}", fix="Free the disk.") from error

    def _abandon(self) -> None:
        """Close after a failure; the next use opens the file again as the last commit left it."""
        if self._opened is not None:
            self._opened.close()
            self._opened = None

    def cursors(self) -> dict[str, tuple[int, int]]:
        """Return how far each source has been taken in."""
        rows = self._connection().execute("SELECT source, segment, position FROM cursors").fetchall()
        return {source: (segment, position) for source, segment, position in rows}

    def forget(self, before_ns: int) -> int:
        """Remove the spans that ended before a time. Raises StateError where the file fails."""
        connection = self._connection()
        import duckdb  # noqa: PLC0415 - imported by now

        try:
            found = connection.execute("DELETE FROM spans WHERE end_ns < ?", [before_ns]).fetchone()
            connection.execute("CHECKPOINT")
        except duckdb.Error as error:
            self._abandon()
            raise StateError(f"{self._path} cannot be written: {error}", fix="Free the disk.") from error
        return int(found[0]) if found is not None else 0

    def of_trace(self, trace_id: str) -> list[dict[str, object]]:
        """Return a trace's spans by start time."""
        names = (*_COLUMNS, *_ATTRIBUTES, "more")
        quoted = ", ".join(f'"{name}"' for name in names)
        rows = self._connection().execute(
            f"SELECT {quoted} FROM spans WHERE trace_id = ? ORDER BY start_ns, span_id",  # noqa: S608 - constants
            [trace_id],
        )
        return [_span(dict(zip(names, row, strict=True))) for row in rows.fetchall()]

    def close(self) -> None:
        """Checkpoint and release the file."""
        if self._opened is not None:
            self._opened.close()
            self._opened = None


def _attribute_columns(spans: Sequence[Mapping[str, object]]) -> "dict[str, pa.Array[Any]]":
    """Return spans' attributes as columns; what has none, or not its type, goes into ``more``."""
    import pyarrow as pa  # noqa: PLC0415 - imported by now

    arrow = {str: pa.string(), bool: pa.bool_(), int: pa.int64(), float: pa.float64()}
    values: dict[str, list[object]] = {name: [None] * len(spans) for name in _ATTRIBUTES}
    more: list[str | None] = []
    for place, attributes in enumerate(spans):
        rest = {}
        for name, value in attributes.items():
            kind = _ATTRIBUTES.get(name)
            if type(value) is kind and (kind is not int or -_LARGEST <= value < _LARGEST):  # type: ignore[operator] # an int by now
                values[name][place] = value
            else:
                rest[name] = value
        more.append(msgspec.json.encode(rest).decode() if rest else None)
    columns: dict[str, pa.Array[Any]] = {
        name: pa.array(column, arrow[_ATTRIBUTES[name]]) for name, column in values.items()
    }
    return columns | {"more": pa.array(more, pa.string())}


def _span(row: dict[str, Any]) -> dict[str, object]:
    """Return a row as the span that it was."""
    attributes = {name: value for name in _ATTRIBUTES if (value := row.pop(name)) is not None}
    more = row.pop("more")
    return {**row, "attributes": attributes | (msgspec.json.decode(more) if more else {})}
