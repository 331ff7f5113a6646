"""One suite for every store of spans."""

import duckdb
import msgspec
import pytest

from podium.adapters.spans import schema
from podium.adapters.spans.duckdb import DuckSpans
from podium.adapters.spans.memory import MemorySpans
from podium.evidence import semconv
from podium.kernel.errors import InvalidRequest, StateError
from podium.kernel.spans import Span
from podium.ports.spans import GetOutline, GetStats, RunSql, SearchTraces, SumTraces, TraceFilter

TRACE = "a" * 32


def span(number, *, trace_id=TRACE, start_ns=None, parent=None):
    return Span(
        trace_id=trace_id,
        span_id=f"{number:016x}",
        parent_span_id=parent,
        name="chat gpt-5-mini",
        kind="CLIENT",
        start_ns=number if start_ns is None else start_ns,
        end_ns=2**62,
        status="ERROR" if number % 2 else "UNSET",
        status_message="why" if number % 2 else None,
        attributes={"text": "ü\"'", "int": 2**53 + 1, "float": 0.5, "bool": True, "list": ["stop", "length"]},
    )


@pytest.fixture(params=[MemorySpans, DuckSpans])
def store(request, tmp_path):
    store = MemorySpans() if request.param is MemorySpans else DuckSpans(tmp_path / "spans.duckdb")
    yield store
    store.close()


def test_an_empty_store(store):
    """A new store has no cursors and no traces."""
    assert store.cursors() == {}
    assert store.of_trace(TRACE) == []


def test_spans_come_back_whole(store):
    """Every field comes back with its value and type."""
    store.append([span(2, parent="b" * 16), span(1)], {})
    first, second = store.of_trace(TRACE)
    assert first == {
        "trace_id": TRACE,
        "span_id": f"{1:016x}",
        "parent_span_id": None,
        "name": "chat gpt-5-mini",
        "kind": "CLIENT",
        "start_ns": 1,
        "end_ns": 2**62,
        "status": "ERROR",
        "status_message": "why",
        "attributes": span(1).attributes,
        "source": "otlp",
    }
    assert (second["parent_span_id"], second["status_message"]) == ("b" * 16, None)


def test_a_trace_is_in_order_and_alone(store):
    """A trace's spans are ordered by start, then id, and no other trace's are among them."""
    store.append([span(3, start_ns=5), span(1, start_ns=9)], {})
    store.append([span(2, start_ns=5), span(4, trace_id="c" * 32)], {})
    assert [found["span_id"] for found in store.of_trace(TRACE)] == [f"{n:016x}" for n in (2, 3, 1)]


def test_what_is_too_old_is_forgotten(store):
    """Spans that ended before a time are gone, the others and the cursors stay."""
    old, new = (
        msgspec.structs.replace(span(number), end_ns=end_ns) for number, end_ns in ((1, 99), (2, 100))
    )
    store.append([old, new], {"ledger": (0, 2)})
    assert store.forget(100) == 1
    assert [found["span_id"] for found in store.of_trace(TRACE)] == [f"{2:016x}"]
    assert store.cursors() == {"ledger": (0, 2)}
    assert store.forget(100) == 0


def test_a_span_that_comes_twice_is_read_once(store):
    """Whoever sends again what was stored already does no harm to a trace."""
    store.append([span(1), span(2)], {})
    store.append([span(1)], {})
    assert len(store.of_trace(TRACE)) == 2


HOUR_NS = 3_600_000_000_000


def work(
    trace, number, name, start_ns, *, duration_ns=1000, source="ledger", error=False, parent=1, **attributes
):
    """A span of a small fleet; attributes by the names that `semconv` has for them."""
    return Span(
        trace_id=f"{trace:032x}",
        span_id=f"{number:016x}",
        parent_span_id=f"{parent:016x}" if parent else None,
        name=name,
        kind="CLIENT",
        start_ns=start_ns,
        end_ns=start_ns + duration_ns,
        status="ERROR" if error else "UNSET",
        status_message=None,
        attributes={getattr(semconv, key.upper()): value for key, value in attributes.items()},
        source=source,
    )


def fleet(store):
    """Three traces: a refund with a failed tool, a summary whose program reports tokens, a long report."""
    acme = {"agent": "clerk", "department": "acme/support", "task": "task_1"}
    store.append(
        [
            work(
                1, 2, "chat m", 10, cost_nano_usd=700, input_tokens=30, output_tokens=5, model="large", **acme
            ),
            work(
                1,
                3,
                "execute_tool mail/send",
                20,
                source="tools",
                error=True,
                tool="mail/send",
                verdict="deny",
                **acme,
            ),
        ],
        {},
    )
    store.append([work(1, 1, "Refund ORDER", 5, source="otlp", parent=None, duration_ns=100, **acme)], {})
    store.tidy()
    other = {"agent": "writer", "department": "acme", "task": "task_2"}
    store.append(
        [
            work(
                2,
                1,
                "summary",
                HOUR_NS + 5,
                parent=None,
                source="otlp",
                input_tokens=40,
                output_tokens=2,
                **other,
            ),
            work(
                2,
                2,
                "chat s",
                HOUR_NS + 6,
                cost_nano_usd=90,
                input_tokens=40,
                output_tokens=2,
                request_model="s",
                **other,
            ),
        ],
        {},
    )
    store.append(
        [work(3, 1, "report", 3, parent=None, source="otlp", duration_ns=10**9, operation="invoke_agent")], {}
    )


def found(store, **where):
    return [int(row.trace_id, 16) for row in store.search(SearchTraces(TraceFilter(**where))).traces]


def test_a_trace_in_a_list(store):
    """A trace has its parts' figures: money and tokens of Podium's own spans alone, its root's name."""
    fleet(store)
    second, first, third = store.search(SearchTraces()).traces
    assert (first.name, first.start_ns, first.end_ns, first.spans, first.errors) == (
        "Refund ORDER",
        5,
        1020,
        3,
        1,
    )
    assert (first.cost_nano_usd, first.input_tokens, first.output_tokens) == (700, 30, 5)
    assert (first.model_calls, first.tool_calls, first.reported_tokens) == (1, 1, 0)
    assert (first.agents, first.departments, first.models) == (("clerk",), ("acme/support",), ("large",))
    assert (first.tools, first.tasks, first.verdicts) == (("mail/send",), ("task_1",), ("deny",))
    assert (second.input_tokens, second.reported_tokens, second.models) == (40, 42, ("s",))
    assert (third.agents, third.cost_nano_usd) == ((), 0)


@pytest.mark.parametrize(
    ("where", "traces"),
    [
        ({}, [2, 1, 3]),
        ({"agent": "clerk"}, [1]),
        ({"department": "acme"}, [2, 1]),
        ({"department": "acme/support"}, [1]),
        ({"department": "acm"}, []),
        ({"model": "s"}, [2]),
        ({"tool": "mail/send"}, [1]),
        ({"task": "task_2"}, [2]),
        ({"verdict": "deny"}, [1]),
        ({"status": "error"}, [1]),
        ({"status": "ok"}, [2, 3]),
        ({"text": "order"}, [1]),
        ({"text": "100%_"}, []),
        ({"min_cost_nano_usd": 90}, [2, 1]),
        ({"max_cost_nano_usd": 90}, [2, 3]),
        ({"min_duration_ns": 10**9}, [3]),
        ({"max_duration_ns": 1015}, [2, 1]),
        ({"since_ns": 5}, [2, 1]),
        ({"until_ns": 5}, [3]),
        ({"agent": "clerk", "status": "ok"}, []),
    ],
)
def test_search(store, where, traces):
    """Every filter leaves the traces that fit, newest first."""
    fleet(store)
    assert found(store, **where) == traces


def test_pages(store):
    """Page by page each trace comes once; a place that is none is refused."""
    fleet(store)
    seen, after = [], None
    for _ in range(3):
        page = store.search(SearchTraces(limit=1, after=after))
        seen += [int(row.trace_id, 16) for row in page.traces]
        after = page.next
    assert (seen, after) == ([2, 1, 3], None)
    with pytest.raises(InvalidRequest, match="no place in a list"):
        store.search(SearchTraces(after="x"))


def test_figures(store):
    """Figures by a key count each span once, before and after the store is put in order."""
    fleet(store)
    for _ in range(2):
        rows = {row.key: row for row in store.stats(GetStats(by="agent")).rows}
        assert {key: row.spans for key, row in rows.items()} == {"clerk": 3, "writer": 2, "": 1}
        assert (rows["clerk"].errors, rows["clerk"].cost_nano_usd, rows["clerk"].input_tokens) == (1, 700, 30)
        assert rows["writer"].reported_tokens == 42
        assert rows[""].p50_ns == pytest.approx(10**9, rel=0.05)
        hours = store.stats(GetStats(by="hour")).rows
        assert [(row.key, row.spans) for row in hours] == [("0", 4), (str(HOUR_NS), 2)]
        assert [row.key for row in store.stats(GetStats(by="tool", department="acme/support")).rows] == [
            "",
            "mail/send",
        ]
        assert [row.key for row in store.stats(GetStats(by="model", since_ns=HOUR_NS + 9)).rows] == ["", "s"]
        assert [
            row.key for row in store.stats(GetStats(by="agent", until_ns=1, operation="invoke_agent")).rows
        ] == [""]
        store.tidy()


def test_what_is_forgotten_is_found_no_more(store):
    """A trace that has ended before the time is in no list."""
    fleet(store)
    store.forget(2_000)
    assert found(store) == [2, 3]


def test_the_oldest_go_where_there_is_no_room(store):
    """Where spans take more than they may, the oldest go with their traces; where they do not, none."""
    many = [work(number, 1, "chat", 10 * number, parent=None, duration_ns=0) for number in range(1, 41)]
    store.append(many, {"ledger": (0, 40)})
    store.tidy()
    assert store.shrink(10**12) == 0
    gone = store.shrink(0)
    assert 1 <= gone <= 8
    assert len(found(store)) == 40 - gone
    assert store.cursors() == {"ledger": (0, 40)}


def test_cursors_move(store):
    """Cursors are kept by source; the ones that are not named stay."""
    store.append([], {"ledger": (0, 5), "other": (1, 7)})
    store.append([span(1)], {"ledger": (0, 6)})
    assert store.cursors() == {"ledger": (0, 6), "other": (1, 7)}


def test_both_or_neither(store):
    """An append that fails adds no span and moves no cursor."""
    store.append([span(1)], {"ledger": (0, 1)})
    with pytest.raises((AttributeError, TypeError)):
        store.append([span(2), object()], {"ledger": (0, 2)})
    assert store.cursors() == {"ledger": (0, 1)}
    assert len(store.of_trace(TRACE)) == 1


def test_duckdb_keeps_what_it_was_given(tmp_path):
    """Closed and opened again, spans and cursors are there."""
    path = tmp_path / "spans.duckdb"
    first = DuckSpans(path)
    first.append([span(1)], {"ledger": (0, 1)})
    first.close()
    again = DuckSpans(path)
    assert (len(again.of_trace(TRACE)), again.cursors()) == (1, {"ledger": (0, 1)})
    again.close()


def test_duckdb_opens_nothing_before_its_first_use(tmp_path):
    """A store that was only named has no file."""
    store = DuckSpans(tmp_path / "spans.duckdb")
    store.close()
    assert list(tmp_path.iterdir()) == []


def test_a_failed_commit_leaves_duckdb_usable(tmp_path):
    """A transaction that the database refuses changes nothing, and the next one works."""
    store = DuckSpans(tmp_path / "spans.duckdb")
    store.append([span(1)], {"ledger": (0, 1)})
    with pytest.raises(StateError, match="cannot be written"):
        store.append([span(2)], {"ledger": (0, 2**70)})
    assert (len(store.of_trace(TRACE)), store.cursors()) == (1, {"ledger": (0, 1)})
    store.append([span(2)], {"ledger": (0, 2)})
    assert len(store.of_trace(TRACE)) == 2
    store.close()


def test_a_file_that_is_no_database(tmp_path):
    """A file that DuckDB cannot open is named, with what to do."""
    path = tmp_path / "spans.duckdb"
    path.write_bytes(b"no database" * 1000)
    with pytest.raises(StateError, match="made again from the ledger"):
        DuckSpans(path).cursors()


def test_what_an_older_podium_left_is_made_again(tmp_path):
    """A file of the first kind loses its spans and cursors, so that the ledger is read from its beginning."""
    path = tmp_path / "spans.duckdb"
    with duckdb.connect(str(path)) as old:
        old.execute("CREATE TABLE spans (trace_id VARCHAR, more VARCHAR)")
        old.execute("CREATE TABLE cursors (source VARCHAR PRIMARY KEY, segment BIGINT, position BIGINT)")
        old.execute("INSERT INTO cursors VALUES ('ledger', 0, 9)")
    store = DuckSpans(path)
    assert store.cursors() == {}
    store.append([span(1)], {})
    store.close()
    store = DuckSpans(path)
    assert len(store.of_trace(TRACE)) == 1
    store.close()


def test_a_store_from_before_windows_gets_their_columns(tmp_path):
    """Its spans stay, and what filled a window is kept and asked for in columns of its own."""
    path = tmp_path / "spans.duckdb"
    store = DuckSpans(path)
    store.append([span(1)], {})
    store.close()
    with duckdb.connect(str(path)) as old:
        for attribute, (column, _) in schema.ATTRIBUTES.items():
            if attribute.startswith("podium.window."):
                old.execute(f"ALTER TABLE span_rows DROP COLUMN {column}")
    store = DuckSpans(path)
    filled = {"podium.window.user_tokens": 7, "podium.window.growth_tokens": -3}
    store.append([msgspec.structs.replace(span(2), attributes=filled)], {})
    assert [len(found["attributes"]) for found in store.of_trace(TRACE)] == [5, 2]
    asked = store.sql(RunSql("SELECT window_user_tokens, window_growth_tokens FROM spans ORDER BY span_id"))
    assert [tuple(row) for row in asked.rows] == [(None, None), (7, -3)]
    store.close()


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


def test_sql_has_limits(duck, monkeypatch):
    """Rows beyond the limit are cut and told; what takes too long is broken off, and the store goes on."""
    cut = duck.sql(RunSql("SELECT name FROM spans ORDER BY start_ns", limit=2))
    assert (cut.columns, cut.rows, cut.cut) == (("name",), [["report"], ["Refund ORDER"]], True)
    monkeypatch.setattr("podium.adapters.spans.sql.TIMEOUT_S", 0.2)
    many = ", ".join(f"spans s{number}" for number in range(14))
    with pytest.raises(InvalidRequest, match="longer than"):
        duck.sql(RunSql(f"SELECT count(*) FROM {many} WHERE s0.start_ns + s1.start_ns + s13.start_ns > 7"))
    assert len(duck.sql(RunSql("SELECT * FROM spans")).rows) == 6


def test_there_is_no_sql_in_memory():
    """The fake says so."""
    with pytest.raises(StateError, match="no SQL"):
        MemorySpans().sql(RunSql("SELECT 1"))


@pytest.mark.parametrize(
    ("within", "traces"),
    [(None, [2, 1, 3]), (("acme",), [2, 1]), (("support",), [1]), (("sup",), []), ((), [])],
)
def test_only_what_is_of_departments_that_may_be_seen(store, within, traces):
    """A search, its figures, a trace and its outline hold departments that were named, and those below."""
    fleet(store)
    rows = store.search(SearchTraces(within=within)).traces
    assert [int(row.trace_id, 16) for row in rows] == traces
    assert store.sums(SumTraces(within=within)).sums.traces == len(traces)
    for number in (1, 2, 3):
        trace = f"{number:032x}"
        there = number in traces
        assert bool(store.of_trace(trace, within=within)) is there
        assert bool(store.outline(GetOutline(trace, within)).spans) is there
    found = {row.key for row in store.stats(GetStats("department", within=within)).rows}
    assert found == {None: {"", "acme", "acme/support"}, ("acme",): {"acme", "acme/support"}}.get(
        within, {"acme/support"} if within == ("support",) else set()
    )


def test_a_trace_that_goes_through_others_departments_is_not_shown(store):
    """One span of another department is enough, whichever part of the trace came first."""
    fleet(store)
    store.append([work(1, 9, "ask legal", 30, department="acme/legal", agent="jurist")], {})
    assert store.search(SearchTraces(within=("support",))).traces == ()
    assert store.of_trace(f"{1:032x}", within=("support",)) == []
    assert len(store.of_trace(f"{1:032x}", within=("support", "legal"))) == 4


def test_an_outline_and_figures_of_all(store):
    """An outline has what a waterfall shows of each span; figures are those of the whole list."""
    fleet(store)
    root, chat, tool = store.outline(GetOutline(f"{1:032x}")).spans
    assert (root.name, root.parent_span_id, root.source, root.failed) == ("Refund ORDER", None, "otlp", False)
    assert (chat.what, chat.input_tokens, chat.cost_nano_usd, chat.duration_ns) == ("large", 30, 700, 1000)
    assert (tool.what, tool.verdict, tool.failed, tool.parent_span_id) == (
        "mail/send",
        "deny",
        True,
        f"{1:016x}",
    )
    (one,) = store.of_trace(f"{1:032x}", span_id=f"{2:016x}")
    assert one["name"] == "chat m"
    sums = store.sums(SumTraces()).sums
    assert (sums.traces, sums.failed, sums.spans, sums.cost_nano_usd) == (3, 1, 6, 790)
    assert sums.p50_ns is not None
    assert sums.p50_ns <= sums.p95_ns
    assert store.sums(SumTraces(TraceFilter(agent="nobody"))).sums.p50_ns is None


def test_a_program_does_not_take_the_place_of_an_own_span(store):
    """A span that a program sends under the id of one of Podium's own changes nothing of what is read."""
    store.append([work(1, 2, "execute_tool mail/send", 9, source="tools", error=True, verdict="deny")], {})
    store.append([work(1, 2, "nothing to see", 9, source="otlp")], {})
    (one,) = store.of_trace(f"{1:032x}")
    (row,) = store.outline(GetOutline(f"{1:032x}")).spans
    assert (one["source"], one["name"], row.verdict) == ("tools", "execute_tool mail/send", "deny")
