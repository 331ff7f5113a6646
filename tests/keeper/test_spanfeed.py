"""From the ledger to the store of spans."""

import pytest

from podium.adapters.spans.memory import MemorySpans
from podium.keeper import spanfeed
from podium.keeper.spanfeed import SpanFeed
from podium.keeper.tail import Tail
from tests.keeper.samples import Pen, call, hello


@pytest.fixture
def store():
    return MemorySpans()


def spans(store, numbers):
    return [len(store.of_trace(f"{number:032x}")) for number in numbers]


def booked(tmp_path, engine, clock, *, on_committed=lambda _seq, _rows: None, numbers=(1, 2, 3)):
    """Book calls, one transaction each."""
    tail = Tail(tmp_path, engine, clock, on_committed=on_committed)
    tail.open()
    pen = Pen(tmp_path)
    tail.register(hello())
    for number in numbers:
        pen.write(*call(number))
        while tail.step():
            pass
    tail.close()


def test_rows_from_memory(tmp_path, engine, clock, store):
    """What is offered is stored once, and the cursor is the ledger's last row."""
    feed = SpanFeed(engine, store, clock)
    booked(tmp_path, engine, clock, on_committed=feed.offer)
    feed.flush()
    feed.flush()
    assert spans(store, (1, 2, 3)) == [1, 1, 1]
    assert store.cursors() == {"ledger": (0, 3)}


def test_rows_that_were_never_offered(tmp_path, engine, clock, store):
    """What an earlier keeper booked and did not store is read from the ledger."""
    booked(tmp_path, engine, clock)
    SpanFeed(engine, store, clock).flush()
    assert spans(store, (1, 2, 3)) == [1, 1, 1]


def test_a_slow_store(tmp_path, engine, clock, store, monkeypatch):
    """Rows beyond what may wait in memory are read from the ledger, in order and once."""
    monkeypatch.setattr(spanfeed, "WAITING_ROWS", 1)
    monkeypatch.setattr(spanfeed, "BATCH_SPANS", 2)
    feed = SpanFeed(engine, store, clock)
    booked(tmp_path, engine, clock, on_committed=feed.offer, numbers=range(1, 8))
    feed.flush()
    assert spans(store, range(1, 8)) == [1] * 7


def test_a_store_that_fails(tmp_path, engine, clock, store):
    """A failed append loses nothing: the next flush begins where the store says that it stands."""
    feed = SpanFeed(engine, store, clock)
    booked(tmp_path, engine, clock, on_committed=feed.offer)
    append, store.append = store.append, lambda _spans, _cursors: 1 / 0
    with pytest.raises(ZeroDivisionError):
        feed.flush()
    store.append = append
    feed.flush()
    assert spans(store, (1, 2, 3)) == [1, 1, 1]


def test_a_trace_of_the_last_moment(tmp_path, engine, clock, store):
    """A trace is complete up to the ledger when it is asked for."""
    feed = SpanFeed(engine, store, clock)
    booked(tmp_path, engine, clock, on_committed=feed.offer)
    (span,) = feed.of_trace(f"{2:032x}")
    assert span["name"] == "chat gpt-5-mini"
    feed.close()


def test_spans_that_are_too_old_are_forgotten_once_an_hour(tmp_path, engine, clock, store):
    """With a time to keep, older spans go when the store is brought up; without one all stay."""
    booked(tmp_path, engine, clock)
    SpanFeed(engine, store, clock).flush()
    feed = SpanFeed(engine, store, clock, keep_ns=10**18)
    feed.flush()
    assert spans(store, (1, 2, 3)) == [1, 1, 1]
    eager = SpanFeed(engine, store, clock, keep_ns=-(2**62))
    eager.flush()
    assert spans(store, (1, 2, 3)) == [0, 0, 0]
    assert store.cursors() == {"ledger": (0, 3)}
