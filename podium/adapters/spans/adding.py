"""One commit of spans: their rows, and what the summaries of traces and hours get from them.

The statements are prepared once: to plan them takes DuckDB longer than to run them over 2,000 spans.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from podium.adapters.spans import schema
from podium.adapters.spans.columns import Held, table_of
from podium.kernel.spans import Span

if TYPE_CHECKING:
    import duckdb

_STATEMENTS: Final = {
    "add_spans": "INSERT INTO span_rows BY NAME FROM incoming",
    "add_hours": f"INSERT INTO hour_parts_new BY NAME {schema.HOURS_OF_INCOMING}",
    "sum_traces": f"INSERT INTO arriving BY NAME {schema.TRACES_OF_INCOMING}",
    "find_new": "INSERT INTO going_on FROM trace_parts_new SEMI JOIN arriving USING (trace_id)",
    # Of the many that are in order the ids alone are looked at, for they are nearly never among them.
    "count_old": "SELECT count(*) FROM trace_parts SEMI JOIN arriving USING (trace_id)",
    "find_old": "INSERT INTO going_on FROM trace_parts SEMI JOIN arriving USING (trace_id)",
    "take_old": "DELETE FROM trace_parts WHERE trace_id IN (SELECT trace_id FROM going_on)",
    "take_new": "DELETE FROM trace_parts_new WHERE trace_id IN (SELECT trace_id FROM going_on)",
    "add_going_on": f"""INSERT INTO trace_parts_new BY NAME SELECT {schema.JOINED} FROM
        (FROM going_on UNION ALL FROM arriving SEMI JOIN going_on USING (trace_id)) GROUP BY trace_id""",  # noqa: S608 - constants
    "add_begun": "INSERT INTO trace_parts_new FROM arriving ANTI JOIN going_on USING (trace_id)",
    "forget_arriving": "DELETE FROM arriving",
    "forget_going_on": "DELETE FROM going_on",
}


class Adding:
    """Adds spans over one connection, in transactions that others begin and commit."""

    def __init__(self, connection: "duckdb.DuckDBPyConnection") -> None:
        self._connection = connection
        self._incoming = Held()
        connection.register("incoming", self._incoming)
        self.renew()
        for name, statement in _STATEMENTS.items():
            connection.execute(f"PREPARE {name} AS {statement}")

    def renew(self) -> None:
        """Make the tables anew that a commit fills and empties: rows that are gone keep their room there."""
        for table in ("arriving", "going_on"):
            self._connection.execute(f"CREATE OR REPLACE TEMP TABLE {table} AS FROM trace_parts LIMIT 0")

    def add(self, spans: Sequence[Span]) -> None:
        """Add spans; a trace that was there before keeps one row. Raises duckdb.Error, or Arrow's own."""
        self._incoming.table = table_of(spans)
        try:
            self._do("add_spans", "add_hours", "sum_traces")
            going_on = self._count("find_new")
            if self._count("count_old"):
                going_on += self._count("find_old")
                self._do("take_old")
            if going_on:
                self._do("take_new", "add_going_on")
            self._do("add_begun", "forget_arriving")
            if going_on:
                self._do("forget_going_on")
        finally:
            self._incoming.clear()

    def _do(self, *names: str) -> None:
        for name in names:
            self._connection.execute(f"EXECUTE {name}")

    def _count(self, name: str) -> int:
        row = self._connection.execute(f"EXECUTE {name}").fetchone()
        return int(row[0]) if row is not None else 0
