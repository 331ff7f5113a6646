"""Spans in one DuckDB file, inserted as Arrow tables.

Importing DuckDB and Arrow takes a while, so both are imported, and the file opened, at the first use. What
writes is called from one thread; what reads, from any.
"""

import contextlib
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from podium.adapters.spans import reading, schema, sql
from podium.adapters.spans.adding import Adding
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

MEMORY_LIMIT: Final = "192MB"
HEADERS_BYTES: Final = 3 * 4096
MAGIC: Final = b"DUCK"
"""Headers, and what the first bears (https://duckdb.org/docs/stable/internals/storage). All else follows."""
GROUP_SPANS: Final = 122_880
"""Rows that DuckDB keeps together (https://duckdb.org/docs/stable/internals/storage)."""
"""Of DuckDB's buffers: it fills what it may."""


class DuckSpans:
    """The store. Nothing is opened before the first use."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._opened: duckdb.DuckDBPyConnection | None = None
        self._adding: Adding | None = None
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
            self._remove_what_was_never_whole()
            opened = duckdb.connect(str(self._path), config=config)
            opened.execute("SET enable_progress_bar = false")  # it would be drawn into the log
            version = _version(opened)
            if version == schema.UNJOINED:
                _renew(opened)
            elif version == schema.VERSION and opened.execute(schema.IN_PARTS).fetchone() != (0,):
                _in_one(opened, schema.JOIN_TRACES)
            self._prepare(opened, version)
        except (duckdb.Error, OSError) as error:
            raise StateError(
                f"{self._path} cannot be opened: {error}",
                fix="Free the disk, or move it away: spans of calls are made again from the ledger.",
            ) from error
        return opened

    def _remove_what_was_never_whole(self) -> None:
        """Remove a file without all its headers: the disk was full when it was made, and it holds nothing."""
        with contextlib.suppress(FileNotFoundError):
            if self._path.stat().st_size < HEADERS_BYTES:
                begins = self._path.read_bytes()
                if begins[8:12] == MAGIC or not begins.strip(b"\0"):
                    self._path.unlink()

    def _prepare(self, opened: "duckdb.DuckDBPyConnection", version: int) -> None:
        """Give the file the tables and views of this version."""
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

    @contextmanager
    def _changing(self) -> "Iterator[duckdb.DuckDBPyConnection]":
        """Make one durable transaction. Raises StateError where the file fails.

        Raises ValueError where the data does not fit. Nothing was changed then.
        """
        connection = self._connection()
        import duckdb  # noqa: PLC0415 - imported by now

        try:
            connection.begin()
            yield connection
            connection.commit()
        except duckdb.DataError as error:  # a sum that no column holds: the file is sound
            self._abandon()
            raise ValueError(f"what is to be stored does not fit: {error}") from error
        except duckdb.Error as error:
            self._abandon()
            raise StateError(f"{self._path} cannot be written: {error}", fix="Free the disk.") from error
        except BaseException:
            connection.rollback()
            raise

    def append(self, spans: Sequence[Span], cursors: dict[str, tuple[int, int]]) -> None:
        """Add spans and move the cursors in one transaction. Raises as `_changing` says."""
        adding = self._prepared() if spans else None
        with self._changing() as connection:
            if adding is not None:
                adding.add(spans)
            for source, (segment, position) in cursors.items():
                connection.execute(
                    "INSERT OR REPLACE INTO cursors VALUES (?, ?, ?)", [source, segment, position]
                )

    def _prepared(self) -> Adding:
        connection = self._connection()
        if self._adding is None:
            import duckdb  # noqa: PLC0415 - imported by now

            try:
                self._adding = Adding(connection)
            except duckdb.Error as error:
                self._abandon()
                raise StateError(f"{self._path} cannot be written: {error}", fix="Free the disk.") from error
        return self._adding

    def _abandon(self) -> None:
        """Close after a failure; the next use opens the file again as the last commit left it."""
        with self._lock:
            if self._opened is not None:
                self._opened.close()
                self._opened = self._adding = None

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

        Spans lie in the order of time, so that whole groups of rows go, and their room is used again. Where
        there are no more spans than one group has, none goes: a part of it takes as much room as all of it.
        """
        connection = self._connection()
        row = connection.execute("SELECT used_blocks * block_size FROM pragma_database_size()").fetchone()
        if row is None or row[0] <= max_bytes:
            return 0
        oldest = connection.execute(
            "SELECT approx_quantile(start_ns, 0.1), count(*) FROM span_rows"
        ).fetchone()
        if oldest is None or oldest[0] is None or oldest[1] <= GROUP_SPANS:
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
            for statement in (*schema.SETTLE_TRACES, *schema.JOIN_HOURS):
                connection.execute(statement)
            (left,) = connection.execute(schema.HOURS_LEFT).fetchone() or (False,)
        if self._adding is not None:
            self._adding.renew()
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
    _in_one(opened, (*schema.JOIN_ALL, f"UPDATE version SET version = {schema.VERSION}"))  # noqa: S608 - a constant


def _in_one(opened: "duckdb.DuckDBPyConnection", statements: Sequence[str]) -> None:
    opened.begin()
    for statement in statements:
        opened.execute(statement)
    opened.commit()
