"""Spans in one DuckDB file, inserted as Arrow tables.

Importing DuckDB and Arrow takes a while, so both are imported, and the file opened, at the first use. What
writes is called from one thread; what reads, from any.
"""

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import msgspec

from podium.adapters.spans import reading, schema, sql
from podium.kernel.errors import StateError
from podium.kernel.spans import Span
from podium.ports.spans import (
    GetOutline,
    GetStats,
    OutlineIs,
    RunSql,
    SearchTraces,
    SqlIs,
    StatsAre,
    SumsAre,
    SumTraces,
    TracesAre,
    Within,
)

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

MEMORY_LIMIT: Final = "192MB"
"""Of DuckDB's buffers: it fills what it may."""
_LARGEST: Final = 1 << 63
_TEXTS: Final = ("name", "kind", "status", "status_message", "source")


class DuckSpans:
    """The store. Nothing is opened before the first use."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._opened: duckdb.DuckDBPyConnection | None = None
        self._lock = threading.Lock()

    def _connection(self) -> "duckdb.DuckDBPyConnection":
        with self._lock:
            if self._opened is None:
                self._opened = self._open()
            return self._opened

    def _open(self) -> "duckdb.DuckDBPyConnection":
        import duckdb  # noqa: PLC0415 - slow to import, see the module's docstring

        config: dict[str, str | bool | int | float | list[str]] = {
            "threads": 1,
            "preserve_insertion_order": False,
            "memory_limit": MEMORY_LIMIT,
            "max_temp_directory_size": "1GB",
            "checkpoint_threshold": "64MB",
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "enable_external_access": False,
        }
        try:
            opened = duckdb.connect(str(self._path), config=config)
            opened.execute("SET enable_progress_bar = false")  # it would be drawn into the log
            version = _version(opened)
            if version == schema.UNJOINED:
                _renew(opened)
        except duckdb.Error as error:
            raise StateError(
                f"{self._path} cannot be opened: {error}",
                fix="Free the disk, or move it away: spans of calls are made again from the ledger.",
            ) from error
        self._path.chmod(0o600)
        if version not in {schema.VERSION, schema.UNJOINED}:
            # What the ledger has is made again; spans of programs are gone with the older store.
            for table in schema.TABLES:
                opened.execute(f"DROP TABLE IF EXISTS {table} CASCADE")
            opened.execute(schema.SCHEMA)
            opened.execute("INSERT INTO version VALUES (?)", [schema.VERSION])
        there = {name for (name,) in opened.execute(schema.COLUMNS).fetchall()}
        for name, statement in schema.ADD_COLUMNS.items():
            if name not in there:
                opened.execute(statement)
        opened.execute(schema.WHOLE)
        opened.execute(sql.VIEWS)
        opened.execute("SET lock_configuration = true")
        return opened

    @contextmanager
    def _changing(self) -> "Iterator[duckdb.DuckDBPyConnection]":
        """Make one durable transaction. Raises StateError where the file fails; then nothing was changed."""
        connection = self._connection()
        import duckdb  # noqa: PLC0415 - imported by now

        try:
            connection.begin()
            yield connection
            connection.commit()
        except duckdb.Error as error:
            self._abandon()
            raise StateError(f"{self._path} cannot be written: {error}", fix="Free the disk.") from error
        except BaseException:
            connection.rollback()
            raise

    def append(self, spans: Sequence[Span], cursors: dict[str, tuple[int, int]]) -> None:
        """Add spans and move the cursors in one transaction. Raises StateError where the file fails."""
        columns = _columns(spans) if spans else None
        with self._changing() as connection:
            if columns is not None:
                import pyarrow as pa  # noqa: PLC0415 - slow to import

                connection.register("incoming", pa.table(columns))
                connection.execute("INSERT INTO span_rows BY NAME SELECT * FROM incoming")
                connection.execute(schema.ADD_TRACES)
                connection.execute(schema.ADD_HOURS)
                connection.unregister("incoming")
            for source, (segment, position) in cursors.items():
                connection.execute(
                    "INSERT OR REPLACE INTO cursors VALUES (?, ?, ?)", [source, segment, position]
                )

    def _abandon(self) -> None:
        """Close after a failure; the next use opens the file again as the last commit left it."""
        with self._lock:
            if self._opened is not None:
                self._opened.close()
                self._opened = None

    def cursors(self) -> dict[str, tuple[int, int]]:
        """Return how far each source has been taken in."""
        rows = self._connection().execute("SELECT source, segment, position FROM cursors").fetchall()
        return {source: (segment, position) for source, segment, position in rows}

    def forget(self, before_ns: int) -> int:
        """Remove the spans that ended before a time. Raises StateError where the file fails."""
        with self._changing() as connection:
            found = connection.execute(
                "DELETE FROM span_rows WHERE start_ns < $1 AND start_ns + duration_ns < $1", [before_ns]
            ).fetchone()
            for table in ("trace_parts", "trace_parts_new"):
                connection.execute(f"DELETE FROM {table} WHERE end_ns < ?", [before_ns])  # noqa: S608 - constants
            for table in ("hour_parts", "hour_parts_new", "hour_totals"):
                connection.execute(f"DELETE FROM {table} WHERE hour < ?", [before_ns // schema.HOUR_NS])  # noqa: S608 - constants
        self._checkpoint()
        return int(found[0]) if found is not None else 0

    def shrink(self, max_bytes: int) -> int:
        """Remove the oldest tenth of the spans where they take more room than so much; return how many.

        Spans lie in the order of time, so that whole groups of rows go, and their room is used again.
        """
        connection = self._connection()
        row = connection.execute("SELECT used_blocks * block_size FROM pragma_database_size()").fetchone()
        if row is None or row[0] <= max_bytes:
            return 0
        oldest = connection.execute("SELECT approx_quantile(start_ns, 0.1) FROM span_rows").fetchone()
        if oldest is None or oldest[0] is None:
            return 0
        with self._changing() as changing:
            found = changing.execute("DELETE FROM span_rows WHERE start_ns <= ?", [oldest[0]]).fetchone()
            for table in ("trace_parts", "trace_parts_new"):
                changing.execute(f"DELETE FROM {table} WHERE end_ns <= ?", [oldest[0]])  # noqa: S608 - constants
        self._checkpoint()
        return int(found[0]) if found is not None else 0

    def tidy(self) -> bool:
        """Join what was added since the last time with what was there; return whether some is left."""
        with self._changing() as connection:
            for statement in (*schema.JOIN_TRACES, *schema.JOIN_HOURS):
                connection.execute(statement)
            (left,) = connection.execute(schema.HOURS_LEFT).fetchone() or (False,)
        self._checkpoint()
        return bool(left)

    def _checkpoint(self) -> None:
        import duckdb  # noqa: PLC0415 - imported by now

        try:
            self._connection().execute("CHECKPOINT")
        except duckdb.TransactionException:
            pass  # somebody reads; a later one does it
        except duckdb.Error as error:
            self._abandon()
            raise StateError(f"{self._path} cannot be written: {error}", fix="Free the disk.") from error

    # Reading

    def of_trace(
        self, trace_id: str, *, span_id: str | None = None, within: Within = None
    ) -> list[dict[str, object]]:
        """Return a trace's spans by start time, each once; or one of them."""
        return reading.of_trace(self._connection().cursor(), trace_id, span_id=span_id, within=within)

    def outline(self, question: GetOutline) -> OutlineIs:
        """Return what a waterfall shows of a trace."""
        return reading.outline(self._connection().cursor(), question)

    def sums(self, question: SumTraces) -> SumsAre:
        """Return figures of the traces that a filter lets through."""
        return reading.sums(self._connection().cursor(), question)

    def of_task(self, task_id: str, since_ns: int) -> list[dict[str, object]]:
        """Return the spans of a task that began since a time, each once."""
        return reading.of_task(self._connection().cursor(), task_id, since_ns)

    def search(self, question: SearchTraces) -> TracesAre:
        """Return traces, newest first. Raises InvalidRequest for an ``after`` that is none."""
        return reading.search(self._connection().cursor(), question)

    def stats(self, question: GetStats) -> StatsAre:
        """Return figures by a key."""
        return reading.stats(self._connection().cursor(), question)

    def sql(self, question: RunSql) -> SqlIs:
        """Return what one SELECT finds. Raises InvalidRequest for what is not allowed, or takes too much."""
        return sql.run(self._connection().cursor(), question)

    def close(self) -> None:
        """Checkpoint and release the file."""
        self._abandon()


def _version(opened: "duckdb.DuckDBPyConnection") -> int:
    """Return the version of a file's tables: 0 for a new file, 1 for the first tables."""
    if opened.execute("SELECT 1 FROM duckdb_tables() WHERE table_name = 'version'").fetchone() is None:
        return 1 if opened.execute(schema.HAS_TABLES).fetchone() is not None else 0
    row = opened.execute("SELECT max(version) FROM version").fetchone()
    return int(row[0] or 0) if row is not None else 0


def _renew(opened: "duckdb.DuckDBPyConnection") -> None:
    """Join what a store of version 3 has of one trace or hour."""
    opened.begin()
    for statement in schema.JOIN_ALL:
        opened.execute(statement)
    opened.execute("UPDATE version SET version = ?", [schema.VERSION])
    opened.commit()


def _columns(spans: Sequence[Span]) -> "dict[str, pa.Array[Any]]":
    """Return spans as columns of the table."""
    import pyarrow as pa  # noqa: PLC0415 - slow to import

    pa.set_memory_pool(pa.system_memory_pool())  # it gives back what it does not use
    uuids = [bytes.fromhex(span.trace_id) for span in spans]
    parents = [int(span.parent_span_id, 16) if span.parent_span_id else None for span in spans]
    found: dict[str, pa.Array[Any]] = {
        "trace_id": pa.array(uuids, pa.uuid()),
        "span_id": pa.array([int(span.span_id, 16) for span in spans], pa.uint64()),
        "parent_span_id": pa.array(parents, pa.uint64()),
        "start_ns": pa.array([span.start_ns for span in spans], pa.int64()),
        "duration_ns": pa.array([span.end_ns - span.start_ns for span in spans], pa.int64()),
    }
    for name in _TEXTS:
        found[name] = pa.array([getattr(span, name) for span in spans], pa.string())
    resources: dict[int, str | None] = {}
    for span in spans:
        if id(span.resource) not in resources:
            text = msgspec.json.encode(span.resource).decode() if span.resource else None
            resources[id(span.resource)] = text
    found["resource"] = pa.array([resources[id(span.resource)] for span in spans], pa.string())
    return found | _attribute_columns([span.attributes for span in spans])


def _attribute_columns(spans: Sequence[Mapping[str, object]]) -> "dict[str, pa.Array[Any]]":
    """Return spans' attributes as columns; what has none, or not its type, goes into ``more``."""
    import pyarrow as pa  # noqa: PLC0415 - imported by now

    arrow = {str: pa.string(), bool: pa.bool_(), int: pa.int64(), float: pa.float64()}
    count = len(spans)
    values: dict[str, list[object]] = {}
    more: list[str | None] = [None] * count
    for place, attributes in enumerate(spans):
        rest = {}
        for name, value in attributes.items():
            column = schema.ATTRIBUTES.get(name)
            if (
                column is not None
                and type(value) is column[1]
                and (type(value) is not int or -_LARGEST <= value < _LARGEST)
            ):
                held = values.get(name)
                if held is None:
                    held = values[name] = [None] * count
                held[place] = value
            else:
                rest[name] = value
        if rest:
            more[place] = msgspec.json.encode(rest).decode()
    columns: dict[str, pa.Array[Any]] = {"more": pa.array(more, pa.string())}
    for name, (column_name, kind) in schema.ATTRIBUTES.items():
        found = values.get(name)
        columns[column_name] = pa.array([None] * count if found is None else found, arrow[kind])
    return columns
