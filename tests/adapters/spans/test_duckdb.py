"""What is DuckDB's own: its file, and those of older versions."""

import duckdb
import msgspec
import pytest

from podium.adapters.spans import schema
from podium.adapters.spans.duckdb import DuckSpans
from podium.kernel.errors import StateError
from podium.ports.spans import GetStats, RunSql, SearchTraces, SumTraces
from tests.adapters.spans.test_conformance import TRACE, span, work


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
    """What does not fit changes nothing, is no fault of the file, and the next transaction works."""
    store = DuckSpans(tmp_path / "spans.duckdb")
    store.append([span(1)], {"ledger": (0, 1)})
    with pytest.raises(ValueError, match="does not fit"):
        store.append([span(2)], {"ledger": (0, 2**70)})
    assert (len(store.of_trace(TRACE)), store.cursors()) == (1, {"ledger": (0, 1)})
    store.append([span(2)], {"ledger": (0, 2)})
    assert len(store.of_trace(TRACE)) == 2
    store.close()


def test_what_frees_no_room_is_kept(tmp_path):
    """Below a group of rows nothing goes, however little room there is: all would go, and free none."""
    store = DuckSpans(tmp_path / "spans.duckdb")
    store.append([span(number) for number in range(1, 41)], {})
    store.tidy()
    assert (store.shrink(0), len(store.of_trace(TRACE))) == (0, 40)
    store.close()


def test_a_file_that_is_no_database(tmp_path):
    """A file that DuckDB cannot open is named, with what to do."""
    path = tmp_path / "spans.duckdb"
    path.write_bytes(b"no database" * 1000)
    with pytest.raises(StateError, match="made again from the ledger"):
        DuckSpans(path).cursors()


@pytest.mark.parametrize("size", [0, 2048, 4096, 8192])
def test_a_file_that_was_made_on_a_full_disk(tmp_path, size):
    """Not all of its headers are there, and so nothing else: it is made anew when there is room."""
    path = tmp_path / "spans.duckdb"
    duckdb.connect(str(path)).close()
    whole = path.read_bytes()
    assert len(whole) >= 12288
    path.write_bytes(whole[:size])
    store = DuckSpans(path)
    store.append([span(1)], {"ledger": (0, 1)})
    assert len(store.of_trace(TRACE)) == 1
    store.close()


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


TRACES = "SELECT trace_id, spans, errors, start_ns, end_ns FROM traces ORDER BY 1"
TRACES_OF_SPANS = (
    "SELECT trace_id, count(*), count_if(status = 'ERROR'), min(start_ns), max(end_ns) FROM spans "
    "GROUP BY 1 ORDER BY 1"
)
HOURS = "SELECT epoch_ns(hour), agent, model, spans, errors FROM hours ORDER BY 1, 2, 3"
HOURS_OF_SPANS = (
    "SELECT start_ns // 3600000000000 * 3600000000000, agent, model, count(*), count_if(status = 'ERROR') "
    "FROM spans GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"
)


def again_and_again(store, first):
    """Six traces in four hours, each of them in each of the three commits that follow."""
    for commit in range(first, first + 3):
        store.append(
            [
                work(
                    number, commit * 10 + number, "chat", number % 4 * schema.HOUR_NS + commit * 50 + number,
                    error=number == commit, duration_ns=10 + commit, model=f"m{number % 3}",
                    agent="a" * (number % 2),
                )
                for number in range(1, 7)
            ],
            {},
        )  # fmt: skip


def check_whole(store):
    """Traces and hours are what spans add up to, each once, by SQL, in lists and in figures."""
    for summary, spans in ((TRACES, TRACES_OF_SPANS), (HOURS, HOURS_OF_SPANS)):
        assert store.sql(RunSql(summary)).rows == store.sql(RunSql(spans)).rows
    traces = store.search(SearchTraces()).traces
    total = sum(row.spans for row in traces)
    assert (len({row.trace_id for row in traces}), len(traces)) == (6, 6)
    sums = store.sums(SumTraces()).sums
    assert (sums.traces, sums.spans, sums.failed) == (6, total, sum(row.errors > 0 for row in traces))
    rows = store.stats(GetStats("hour")).rows
    assert (len(rows), sum(row.spans for row in rows)) == (4, total)
    assert all(row.p50_ns is not None for row in rows)


def test_traces_and_hours_that_go_on_are_one_whatever_was_joined(tmp_path):
    """Before, between and after what joins their parts, no trace and no hour is there twice."""
    store = DuckSpans(tmp_path / "spans.duckdb")
    for first in (1, 4, 7):
        again_and_again(store, first)
        check_whole(store)
        assert not store.tidy()
        check_whole(store)
    store.close()


def test_few_hours_are_joined_at_a_time(tmp_path, monkeypatch):
    """Where spans are of more hours, the rest are joined the next time, and figures are right meanwhile."""
    few = tuple(it.replace(f"LIMIT {schema.HOURS_AT_ONCE}", "LIMIT 3") for it in schema.JOIN_HOURS)
    monkeypatch.setattr(schema, "JOIN_HOURS", few)
    store = DuckSpans(tmp_path / "spans.duckdb")
    again_and_again(store, 1)
    for left in (True, False):
        assert store.tidy() is left
        check_whole(store)
    store.close()


def test_a_store_whose_parts_were_joined_in_several_rows(tmp_path):
    """A file of version 3 keeps its spans, and has each trace and hour once from then on."""
    path = tmp_path / "spans.duckdb"
    store = DuckSpans(path)
    again_and_again(store, 1)
    store.close()
    with duckdb.connect(str(path)) as old:
        old.execute("INSERT INTO trace_parts FROM trace_parts_new")
        old.execute("INSERT INTO hour_parts FROM hour_parts_new")
        old.execute("INSERT INTO hour_totals SELECT * EXCLUDE (bucket) FROM hour_parts_new")
        old.execute("DELETE FROM trace_parts_new")
        old.execute("DELETE FROM hour_parts_new")
        old.execute("UPDATE version SET version = 3")
    store = DuckSpans(path)
    check_whole(store)
    store.close()


def test_a_store_whose_traces_lie_in_parts(tmp_path):
    """Where an older Podium has left a trace in several rows, it has one from then on."""
    path = tmp_path / "spans.duckdb"
    store = DuckSpans(path)
    again_and_again(store, 1)
    store.close()
    with duckdb.connect(str(path)) as old:
        old.execute("DELETE FROM trace_parts_new")
        for table, commit in (("trace_parts", 1), ("trace_parts_new", 2), ("trace_parts_new", 3)):
            old.execute(
                "CREATE OR REPLACE TEMP VIEW incoming AS FROM span_rows "
                f"WHERE start_ns % {schema.HOUR_NS} // 50 = {commit}"
            )
            old.execute(f"INSERT INTO {table} BY NAME {schema.TRACES_OF_INCOMING}")
    store = DuckSpans(path)
    check_whole(store)
    again_and_again(store, 4)
    check_whole(store)
    store.close()
