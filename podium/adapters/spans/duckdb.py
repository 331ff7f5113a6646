"""Spans in one DuckDB file, inserted as Arrow tables.

Importing DuckDB and Arrow takes longer than a keeper may take to be ready, so both are imported, and the
file opened, at the first use. Not safe for several threads: the keeper uses it in one.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import msgspec

from podium.kernel.errors import StateError
from podium.ports import Span

if TYPE_CHECKING:
    import duckdb

MEMORY_LIMIT: Final = "64MB"
"""Of DuckDB's buffers: it fills what it may."""
_SCHEMA: Final = """
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
    attributes VARCHAR NOT NULL
);
CREATE TABLE IF NOT EXISTS cursors (
    source VARCHAR PRIMARY KEY,
    segment BIGINT NOT NULL,
    position BIGINT NOT NULL
);
"""
_COLUMNS: Final = (
    "trace_id", "span_id", "parent_span_id", "name", "kind", "start_ns", "end_ns", "status", "status_message",
)  # fmt: skip
_NUMBERS: Final = frozenset({"start_ns", "end_ns"})


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
            self._opened.execute(_SCHEMA)
        return self._opened

    def append(self, spans: Sequence[Span], cursors: dict[str, tuple[int, int]]) -> None:
        """Add spans and move the cursors in one transaction. Raises StateError where the file fails."""
        connection = self._connection()
        import duckdb  # noqa: PLC0415 - imported by now
        import pyarrow as pa  # noqa: PLC0415 - slow to import

        pa.set_memory_pool(pa.system_memory_pool())  # it gives back what it does not use
        encode = msgspec.json.encode
        columns: dict[str, pa.Array[Any]] = {
            name: pa.array(
                [getattr(span, name) for span in spans], pa.int64() if name in _NUMBERS else pa.string()
            )
            for name in _COLUMNS
        }
        columns["attributes"] = pa.array([encode(span.attributes).decode() for span in spans], pa.string())
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
        names = (*_COLUMNS, "attributes")
        rows = self._connection().execute(
            f"SELECT {', '.join(names)} FROM spans WHERE trace_id = ? ORDER BY start_ns, span_id",  # noqa: S608 - constants
            [trace_id],
        )
        spans = [dict(zip(names, row, strict=True)) for row in rows.fetchall()]
        for span in spans:
            span["attributes"] = msgspec.json.decode(span["attributes"])
        return spans

    def close(self) -> None:
        """Checkpoint and release the file."""
        if self._opened is not None:
            self._opened.close()
            self._opened = None
