"""From the database to the store of spans."""

import pytest

from podium.adapters.spans.memory import MemorySpans
from podium.collector import feed as feeding
from podium.collector.feed import SpanFeed
from podium.keeper.tail import Tail
from tests.keeper.samples import Pen, call, hello


@pytest.fixture
def store():
    return MemorySpans()


def spans(store, numbers):
    return [len(store.of_trace(f"{number:032x}")) for number in numbers]


def booked(tmp_path, engine, clock, numbers=(1, 2, 3)):
    """Book calls, one transaction each."""
    tail = Tail(tmp_path, engine, clock)
    tail.open()
    pen = Pen(tmp_path)
    tail.register(hello())
    for number in numbers:
        pen.write(*call(number))
        while tail.step():
            pass
    tail.close()


def test_rows_become_spans_once(tmp_path, engine, clock, store):
    """Each row is stored once, however often the store is brought up; the cursor is the last row."""
    feed = SpanFeed(engine, store, clock)
    assert not feed.behind()
    booked(tmp_path, engine, clock)
    assert feed.behind()
    feed.flush()
    feed.flush()
    assert not feed.behind()
    assert spans(store, (1, 2, 3)) == [1, 1, 1]
    assert store.cursors() == {"ledger": (0, 3)}
    again = SpanFeed(engine, store, clock)
    again.flush()
    assert spans(store, (1, 2, 3)) == [1, 1, 1]


def test_many_rows(tmp_path, engine, clock, store, monkeypatch):
    """More rows than go into one transaction are read in order and once."""
    monkeypatch.setattr(feeding, "BATCH_SPANS", 2)
    feed = SpanFeed(engine, store, clock)
    booked(tmp_path, engine, clock, numbers=range(1, 8))
    feed.flush()
    assert spans(store, range(1, 8)) == [1] * 7


def test_a_store_that_fails(tmp_path, engine, clock, store):
    """A failed append loses nothing: the next flush begins where the store says that it stands."""
    feed = SpanFeed(engine, store, clock)
    booked(tmp_path, engine, clock)
    append, store.append = store.append, lambda _spans, _cursors: 1 / 0
    with pytest.raises(ZeroDivisionError):
        feed.flush()
    store.append = append
    assert feed.behind()
    feed.flush()
    assert spans(store, (1, 2, 3)) == [1, 1, 1]


def test_what_is_added_is_put_in_order(tmp_path, engine, clock, store, monkeypatch):
    """The store is put in order a minute after something came, or at once where much did."""
    tidied = []
    store.tidy = lambda: tidied.append(clock.monotonic_ns())
    feed = SpanFeed(engine, store, clock)
    booked(tmp_path, engine, clock)
    feed.tidy()
    feed.flush()
    feed.tidy()
    assert tidied == []
    monkeypatch.setattr(feeding, "TIDY_EVERY_NS", 0)
    feed.tidy()
    feed.tidy()
    assert len(tidied) == 1
    monkeypatch.setattr(feeding, "TIDY_EVERY_NS", 10**18)
    feed.untidy_spans = feeding.TIDY_ABOVE_SPANS
    feed.tidy()
    assert len(tidied) == 2


def test_spans_that_are_too_old_are_forgotten_once_an_hour(tmp_path, engine, clock, store):
    """With a time to keep, older spans go; without one all stay."""
    booked(tmp_path, engine, clock)
    SpanFeed(engine, store, clock).flush()
    feed = SpanFeed(engine, store, clock, keep_ns=10**18)
    feed.tidy()
    assert spans(store, (1, 2, 3)) == [1, 1, 1]
    eager = SpanFeed(engine, store, clock, keep_ns=-(2**62))
    eager.tidy()
    assert spans(store, (1, 2, 3)) == [0, 0, 0]
    assert store.cursors() == {"ledger": (0, 3)}
