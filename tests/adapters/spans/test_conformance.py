"""One suite for every store of spans."""

import msgspec
import pytest

from podium.adapters.spans.duckdb import DuckSpans
from podium.adapters.spans.memory import MemorySpans
from podium.kernel.errors import StateError
from podium.kernel.spans import Span

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
