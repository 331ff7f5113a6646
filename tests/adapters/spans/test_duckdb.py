"""What is DuckDB's own: its file, and those of older versions."""

import duckdb
import msgspec
import pytest

from podium.adapters.spans import schema
from podium.adapters.spans.duckdb import DuckSpans
from podium.kernel.errors import StateError
from podium.ports.spans import RunSql
from tests.adapters.spans.test_conformance import TRACE, span


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
