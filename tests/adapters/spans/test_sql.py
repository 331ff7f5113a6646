"""Read-only SQL over the documented views: what is answered, and what is refused."""

import pytest

from podium.adapters.spans.duckdb import DuckSpans
from podium.adapters.spans.memory import MemorySpans
from podium.kernel.errors import InvalidRequest, StateError
from podium.ports.spans import RunSql
from tests.adapters.spans.test_conformance import fleet, found


@pytest.fixture(scope="module")
def duck(tmp_path_factory):
    """A store that its tests only ask."""
    store = DuckSpans(tmp_path_factory.mktemp("duck") / "spans.duckdb")
    fleet(store)
    yield store
    store.close()


@pytest.mark.parametrize(
    ("sql", "rows"),
    [
        ("SELECT agent, count(*) FROM spans GROUP BY agent ORDER BY 2 DESC, 1 LIMIT 1;", [["clerk", 3]]),
        (
            "WITH a AS (SELECT * FROM spans) SELECT sum(cost_nano_usd) FROM a WHERE name ILIKE 'CHAT%'",
            [[790]],
        ),
        ("SELECT name FROM spans WHERE trace_id = '00000000000000000000000000000003'", [["report"]]),
        ("FROM traces SELECT trace_id, agents[1] WHERE errors > 0", [[f"{1:032x}", "clerk"]]),
        (
            "SELECT hour, sum(spans) FROM hours GROUP BY 1 ORDER BY 1 DESC LIMIT 1",
            [["1970-01-01 01:00:00", 2]],
        ),
        (
            "SELECT CASE WHEN max(duration_ns) > 5 THEN 'long' END, 1.5, NULL FROM spans",
            [["long", "1.5", None]],
        ),
        ("SELECT row_number() OVER (ORDER BY start_ns) FROM spans ORDER BY 1 LIMIT 2", [[1], [2]]),
        ("SELECT count(*) FROM spans s JOIN traces t USING (trace_id) WHERE s.status = 'ERROR'", [[1]]),
    ],
)
def test_sql(duck, sql, rows):
    """One SELECT over the views answers in plain values."""
    assert duck.sql(RunSql(sql)).rows == rows


@pytest.mark.parametrize(
    "sql",
    [
        "",
        "SELECT 1; SELECT 2",
        "DROP TABLE span_rows",
        "INSERT INTO cursors VALUES ('x', 0, 0)",
        "COPY spans TO '/tmp/stolen'",
        "ATTACH '/tmp/other.duckdb'",
        "PRAGMA database_list",
        "SET memory_limit = '9GB'",
        "INSTALL httpfs",
        "EXPLAIN SELECT 1",
        "CALL duckdb_settings()",
        "SELECT * FROM span_rows",
        "SELECT * FROM main.spans",
        "SELECT * FROM information_schema.tables",
        "SELECT * FROM sqlite_master",
        "SELECT * FROM '/etc/passwd'",
        "SELECT * FROM read_text('/etc/passwd')",
        "SELECT * FROM glob('/*')",
        "SELECT * FROM duckdb_settings()",
        "SELECT * FROM query('SELECT * FROM cursors')",
        "SELECT * FROM range(1000000000)",
        "SELECT * FROM (VALUES (1)) t",
        "SELECT * FROM (DESCRIBE spans)",
        "WITH cursors AS (SELECT * FROM cursors) SELECT * FROM cursors",
        "WITH a AS (SELECT * FROM b), b AS (SELECT 1) SELECT * FROM a",
        "SELECT (SELECT max(position) FROM cursors)",
        "SELECT * FROM spans ORDER BY (SELECT 1 FROM cursors)",
        "SELECT * FROM spans LIMIT (SELECT count(*) FROM cursors)",
        "SELECT name FROM spans UNION SELECT source FROM cursors",
        "WITH RECURSIVE t AS (SELECT name x FROM spans UNION ALL SELECT x || x FROM t) FROM t",
        "SELECT repeat('x', 2000000000)",
        "SELECT name || name FROM spans",
        "SELECT lpad('x', 2000000000, 'x')",
        "SELECT list(name) FROM spans",
        "SELECT string_agg(name) FROM spans",
        "SELECT CAST(NULL AS INTEGER[100000])",
        "SELECT list_transform([1], lambda x: x)",
        "SELECT [1, 2]",
        "SELECT getenv('HOME')",
        "SELECT current_setting('temp_directory')",
        "SELECT nextval('x')",
        "SELECT $1",
        "SELECT 1) LIMIT 1; DROP TABLE span_rows; SELECT * FROM (SELECT 1",
        "SELECT 1 /*",
        "SELECT " + "abs(" * 300 + "1" + ")" * 300,
        "SELECT '" + "x" * 30_000 + "'",
        "SELECT missing FROM spans",
    ],
)
def test_sql_that_is_refused(duck, sql):
    """What is no single SELECT over the views, reads elsewhere, or could hold much memory, is refused."""
    with pytest.raises(InvalidRequest):
        duck.sql(RunSql(sql))
    assert found(duck) == [2, 1, 3]


@pytest.mark.parametrize(
    ("sql", "words"),
    [
        ("SELECT cost_usd FROM hours", "there is no column cost_usd; near it: cost_nano_usd, "),
        ("SELECT x.agent FROM spans", "there is no view x; near it: spans."),
        ("SELECT a FROM charges", "there is no view charges (hours, spans, traces)."),
        ("SELECT agent, count(*) FROM spans", 'column "agent" must appear in the GROUP BY clause'),
        (
            "SELECT sum(name) FROM spans",
            "No function matches the given name and argument types 'sum(VARCHAR)'",
        ),
        ("SELECT * FORM spans", 'syntax error at or near "spans".'),
        ("UPDATE spans SET name = 'x'", "it is no SELECT."),
    ],
)
def test_what_is_wrong_is_told_in_a_line(duck, sql, words):
    """An error names what is wrong and the views, and not DuckDB's own words around it."""
    with pytest.raises(InvalidRequest) as refused:
        duck.sql(RunSql(sql))
    said = str(refused.value)
    assert words in said
    assert said.endswith("One SELECT over hours, spans, traces, whose columns are in docs/traces.md.")
    assert not any(raw in said for raw in ("DuckDB", "Binder", "LINE", "\n"))


def test_sql_has_limits(duck, monkeypatch):
    """Rows beyond the limit are cut and told; what takes too long is broken off, and the store goes on."""
    cut = duck.sql(RunSql("SELECT name FROM spans ORDER BY start_ns", limit=2))
    assert (cut.columns, cut.rows, cut.cut) == (("name",), [["report"], ["Refund ORDER"]], True)
    many = ", ".join(f"spans s{number}" for number in range(14))
    long = f"SELECT count(*) FROM {many} WHERE s0.start_ns + s1.start_ns + s13.start_ns > 7"
    with monkeypatch.context() as hasty:
        hasty.setattr("podium.adapters.spans.sql.TIMEOUT_S", 0.2)
        with pytest.raises(InvalidRequest, match="longer than"):
            duck.sql(RunSql(long))
    monkeypatch.setattr("podium.adapters.spans.sql.TIMEOUT_S", 60)
    assert len(duck.sql(RunSql("SELECT * FROM spans")).rows) == 6


def test_there_is_no_sql_in_memory():
    """The fake says so."""
    with pytest.raises(StateError, match="no SQL"):
        MemorySpans().sql(RunSql("SELECT 1"))
