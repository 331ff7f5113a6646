"""The queue of spans on the disk: in order, bounded, and there after a crash."""

from podium.collector import outbox as outboxes
from podium.collector.outbox import Outbox
from podium.kernel.spans import Span


def span(number):
    return Span("1" * 32, f"{number:016x}", None, f"step {number}", "CLIENT", 1, 2, "OK", None, {"n": number})


def names(spans):
    return [it.attributes["n"] for it in spans]


def test_first_in_first_out(tmp_path):
    """Small files go together, in order; they stay until they are sent."""
    box = Outbox(tmp_path, 1 << 20)
    for number in range(3):
        box.put([span(number)])
    files, spans = box.take()
    assert names(spans) == [0, 1, 2]
    assert names(box.take()[1]) == [0, 1, 2]
    box.done(files, sent=True)
    assert box.take() == ([], [])
    assert (box.spans, box.size, box.dropped) == (0, 0, 0)


def test_many_spans_are_several_requests(tmp_path, monkeypatch):
    """No request has more than it may."""
    monkeypatch.setattr(outboxes, "FILE_SPANS", 4)
    box = Outbox(tmp_path, 1 << 20)
    box.put([span(number) for number in range(10)])
    found = []
    while True:
        files, spans = box.take()
        if not files:
            break
        found.append(names(spans))
        box.done(files, sent=True)
    assert found == [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9]]


def test_another_process_goes_on(tmp_path):
    """What an earlier process has left is sent first; what it had not finished to write is gone."""
    Outbox(tmp_path, 1 << 20).put([span(1)])
    (tmp_path / "0000000000000009-1.part").write_bytes(b"half")
    box = Outbox(tmp_path, 1 << 20)
    box.put([span(2)])
    assert names(box.take()[1]) == [1, 2]
    assert not list(tmp_path.glob("*.part"))


def test_a_full_queue(tmp_path, caplog):
    """Where there is no room the oldest go, are counted, and that is said."""
    box = Outbox(tmp_path, 1)
    box.put([span(1), span(2)])
    box.put([span(3)])
    assert names(box.take()[1]) == [3]
    assert box.dropped == 2
    assert "2 spans wait no longer" in caplog.text


def test_a_file_that_is_spoilt(tmp_path, caplog):
    """It is named, dropped, and keeps nothing up."""
    box = Outbox(tmp_path, 1 << 20)
    box.put([span(1)])
    [path] = tmp_path.glob("*.spans")
    path.write_bytes(b"\xc1")
    box.put([span(2)])
    assert names(box.take()[1]) == [2]
    assert box.dropped == 1
    assert str(path) in caplog.text
    assert not path.exists()


def test_no_room_on_the_disk(tmp_path, caplog):
    """Spans that cannot be written are counted, and said once: their store goes on."""
    box = Outbox(tmp_path / "a", 1 << 20)
    (tmp_path / "a").rmdir()
    box.put([span(1)])
    box.put([span(2)])
    assert box.dropped == 2
    assert caplog.text.count("cannot be kept for their export") == 1
