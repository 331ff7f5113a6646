"""The collector of a running Podium: programs' spans beside the gateway's own, and a sudden death."""

import gzip
import json
import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from tests.app.running import Running, podium, running, simulator, until

TRACE = bytes.fromhex("0af7651916cd43dd8448eb211c80319c")
NOW_NS = time.time_ns()
ROOT = bytes.fromhex("b7ad6b7169203331")


def key(it: Running) -> str:
    done = podium("collector", "key", "tests", "--department", "support", "--json", state=it.state)
    assert done.returncode == 0, done.stderr
    made: str = json.loads(done.stdout)["key"]
    return made


def body(number: int, count: int = 50) -> bytes:
    message = ExportTraceServiceRequest()
    spans = message.resource_spans.add().scope_spans.add().spans
    for place in range(count):
        span_id = ROOT if number == place == 0 else (number * 1000 + place + 1).to_bytes(8, "big")
        spans.add(
            trace_id=TRACE, span_id=span_id, name="invoke_agent outside" if span_id == ROOT else "step",
            start_time_unix_nano=NOW_NS, end_time_unix_nano=NOW_NS + 9,
        )  # fmt: skip
    return message.SerializeToString()


def send(it: Running, secret: str, number: int, count: int = 50, by: Any = httpx) -> int | None:
    """Return the status of a request, None where the connection broke. ``by``: an httpx client."""
    headers = {"authorization": f"Bearer {secret}", "content-type": "application/x-protobuf"}
    url = f"http://127.0.0.1:{it.collector_port}/v1/traces"
    try:
        return by.post(url, content=body(number, count), headers=headers, timeout=120).status_code
    except httpx.TransportError:
        return None


@contextmanager
def elsewhere() -> Iterator[tuple[int, set[str]]]:
    """Another collector: its port, and the ids of the spans that it was sent."""
    found: set[str] = set()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            sent = gzip.decompress(self.rfile.read(int(self.headers["content-length"])))
            for resource in ExportTraceServiceRequest.FromString(sent).resource_spans:
                for scope in resource.scope_spans:
                    found.update(span.span_id.hex() for span in scope.spans)
            self.send_response(200)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_address[1], found
    finally:
        server.shutdown()
        server.server_close()


def shown(it: Running) -> list[dict[str, object]]:
    done = podium("traces", "show", TRACE.hex(), "--json", state=it.state)
    return [row["span"] for row in json.loads(done.stdout)["spans"]] if done.returncode == 0 else []


@pytest.mark.crash
def test_what_was_acknowledged_survives(tmp_path: Path) -> None:
    """A program's span and the gateway's call are one tree; kill -9 in the midst of it loses no span that was
    acknowledged, and all of them come to the collector elsewhere."""
    with (
        simulator(tmp_path) as (port, _),
        elsewhere() as (other, exported),
        running(tmp_path, port, "--export-spans", f"http://127.0.0.1:{other}") as it,
    ):
        agent, secret = it.key(), key(it)
        until(lambda: send(it, secret, 0, 1) == 200, "the collector")
        client = it.client(agent)
        client.chat.completions.create(
            model="large",
            messages=[{"role": "user", "content": "x"}],
            max_completion_tokens=4,
            extra_headers={"traceparent": f"00-{TRACE.hex()}-{ROOT.hex()}-01"},
        )
        until(lambda: len(shown(it)) == 2, "the gateway's span")
        root, call = sorted(shown(it), key=lambda span: str(span["source"]), reverse=True)
        assert (root["span_id"], call["parent_span_id"], call["source"]) == (ROOT.hex(), ROOT.hex(), "ledger")
        listed = podium("traces", "list", "--agent", "triage", "--json", state=it.state)
        (trace,) = json.loads(listed.stdout)["traces"]
        assert (trace["name"], trace["spans"], trace["cost_nano_usd"]) == ("invoke_agent outside", 2, 42_500)

        acknowledged: list[int] = []
        numbers, stop, old = iter(range(1, 10_000)), threading.Event(), it.children()["collector"]

        def load() -> None:
            with httpx.Client() as client:
                while not stop.is_set():
                    number = next(numbers)
                    if send(it, secret, number, by=client) == 200:
                        acknowledged.append(number)
                        if len(acknowledged) == 40:  # at once: what waited to be stored would be lost
                            os.kill(old, signal.SIGKILL)
                    elif len(acknowledged) >= 40:
                        stop.wait(0.05)

        senders = [threading.Thread(target=load) for _ in range(6)]
        for sender in senders:
            sender.start()
        until(lambda: len(acknowledged) >= 40, "spans on their way")
        until(lambda: it.children().get("collector", old) != old, "another collector")
        before = len(acknowledged)
        until(lambda: len(acknowledged) > before + 5, "spans after the restart")
        stop.set()
        for sender in senders:
            sender.join()
        known = {span["span_id"] for span in shown(it)}
        wanted = {f"{number * 1000 + place + 1:016x}" for number in acknowledged for place in range(50)}
        assert wanted - known == set()
        until(lambda: not (wanted | {str(call["span_id"])}) - exported, "the spans elsewhere")
        until(
            lambda: "waiting    0 spans" in podium("traces", "export", state=it.state).stdout,
            "an empty queue",
        )
        assert podium("collector", "keys", state=it.state).stdout.count("support") == 1
        assert it.stop() == 0
