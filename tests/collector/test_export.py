"""Spans on their way to another collector, which here is a real server over loopback."""

import asyncio
import gzip

import pytest

from podium.adapters.spans.memory import MemorySpans
from podium.collector.export import Exporter, TryLater, read_target
from podium.collector.feed import SpanFeed
from podium.collector.outbox import Outbox
from podium.kernel.errors import InvalidRequest
from podium.net.upstream import Pool
from podium.wire.otlp_proto import decode_request, encode_answer
from tests.collector.test_feed import booked
from tests.collector.test_outbox import span


class Receiver:
    """Answers as it is told, and keeps what it took."""

    def __init__(self):
        self.answers, self.requests, self.spans = [], [], []

    async def __aenter__(self):
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_):
        self._server.close()

    async def _serve(self, reader, writer):
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        length = int(head.partition("content-length: ")[2].partition("\r")[0])
        body = await reader.readexactly(length)
        self.requests.append(head)
        status, extra, answer = self.answers.pop(0) if self.answers else (200, "", b"")
        if status == 200:
            self.spans += decode_request(gzip.decompress(body))[0]
        writer.write(f"HTTP/1.1 {status} X\r\n{extra}connection: close\r\n".encode())
        writer.write(f"content-length: {len(answer)}\r\n\r\n".encode() + answer)
        await writer.drain()
        writer.close()


def exporting(tmp_path, receiver, headers=None):
    box = Outbox(tmp_path / "export", 1 << 20)
    return box, Exporter(read_target(f"http://127.0.0.1:{receiver.port}", headers), box, Pool())


async def test_spans_are_sent(tmp_path):
    """One POST of OTLP's protobuf with the headers of the file; what was sent waits no longer."""
    file = tmp_path / "headers"
    file.write_text("# the team's\nx-scope-orgid: acme\n")
    async with Receiver() as receiver:
        box, exporter = exporting(tmp_path, receiver, file)
        box.put([span(1), span(2)])
        assert await exporter.once() == 2
        assert await exporter.once() == 0
    assert [it.attributes["n"] for it in receiver.spans] == [1, 2]
    [head] = receiver.requests
    assert head.startswith("post /v1/traces ")
    assert "x-scope-orgid: acme" in head
    assert "content-type: application/x-protobuf" in head
    figures = exporter.figures()
    assert (figures.sent_spans, figures.waiting_spans, figures.error) == (2, 0, None)


async def test_what_may_be_tried_again(tmp_path, caplog):
    """After 503, 429 and a connection that fails the spans are still there; the pause is what it asks for."""
    async with Receiver() as receiver:
        box, exporter = exporting(tmp_path, receiver)
        box.put([span(1)])
        receiver.answers = [(503, "retry-after: 7\r\n", b""), (429, "", b"")]
        with pytest.raises(TryLater) as found:
            await exporter.once()
        assert found.value.pause_s == 7
        with pytest.raises(TryLater):
            await exporter.once()
        assert exporter.figures().waiting_spans == 1
        assert await exporter.once() == 1
    box.put([span(2)])
    with pytest.raises(TryLater):
        await exporter.once()
    assert exporter.figures().waiting_spans == 1


async def test_what_is_refused_for_good(tmp_path, caplog):
    """400 drops a request's spans, counted and said; a partial success says how many were not taken."""
    async with Receiver() as receiver:
        box, exporter = exporting(tmp_path, receiver)
        receiver.answers = [(400, "", b"no"), (200, "", encode_answer(1, "too old"))]
        box.put([span(1)])
        await exporter.once()
        box.put([span(2), span(3)])
        await exporter.once()
    figures = exporter.figures()
    assert (figures.sent_spans, figures.rejected_spans, figures.dropped_spans) == (1, 1, 1)
    assert "answered 400" in caplog.text
    assert "rejected 1 spans: too old" in caplog.text


async def test_run_goes_on(tmp_path, monkeypatch):
    """It sends until it is stopped, through a refusal that passes."""
    monkeypatch.setattr("podium.collector.export.FIRST_PAUSE_S", 0.01)
    monkeypatch.setattr("podium.collector.export.LOOK_S", 0.01)
    async with Receiver() as receiver:
        box, exporter = exporting(tmp_path, receiver)
        receiver.answers = [(502, "", b"")]
        box.put([span(1)])
        running = asyncio.create_task(exporter.run())
        async with asyncio.timeout(60):
            while exporter.figures().sent_spans != 1:
                await asyncio.sleep(0.01)
        running.cancel()
    assert exporter.figures().error is None


def test_rows_are_copied_before_they_are_stored(tmp_path, engine, clock):
    """Calls of the ledger go into the queue too, each once."""
    booked(tmp_path, engine, clock, numbers=(1, 2))
    box, store = Outbox(tmp_path / "export", 1 << 20), MemorySpans()
    feed = SpanFeed(engine, store, clock, copy=box.put)
    feed.flush()
    feed.flush()
    assert box.spans == 2


@pytest.mark.parametrize("url", ["otlp.example", "ftp://a", "http://", "http://a:x", "http://a/?b=c"])
def test_an_address_that_is_none(url):
    """It is named with the option."""
    with pytest.raises(InvalidRequest) as found:
        read_target(url)
    assert found.value.field == "--export-spans"
    assert url in found.value.message


def test_the_path():
    """A collector's address gets /v1/traces, one that has it is left alone."""
    assert read_target("http://a:4318").path == "/v1/traces"
    assert read_target("https://a/otlp/").path == "/otlp/v1/traces"
    assert read_target("https://a/v1/traces").path == "/v1/traces"


def test_headers_that_are_none(tmp_path):
    """The line is named."""
    file = tmp_path / "headers"
    file.write_text("a: b\nno header\n")
    with pytest.raises(InvalidRequest) as found:
        read_target("http://a", file)
    assert found.value.field == f"{file}:2"
    with pytest.raises(InvalidRequest, match="cannot be read"):
        read_target("http://a", tmp_path / "none")


def test_a_password_in_the_address():
    """It is refused and not repeated: addresses are shown to whoever may look."""
    with pytest.raises(InvalidRequest, match="a name or a password") as found:
        read_target("https://me:hunter22@otlp.example.com")
    assert "hunter22" not in str(found.value)
    assert "--export-spans-headers" in found.value.fix
