"""The collector under load: spans by OTLP with authentication while questions are asked; then what they take.

    python -m bench.collector --spans 1000000 --senders 4

A collector's parts in this process: batches of 512 spans as protobuf with a collector key come in over HTTP,
while traces, searches and figures are asked for. CPU figures are valid whatever else the machine does.
"""

import argparse
import asyncio
import hashlib
import os
import random
import resource
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from podium.adapters.spans.duckdb import DuckSpans
from podium.adapters.system import SystemClock
from podium.collector.desk import Desk
from podium.collector.door import LIMITS, SpanDoor
from podium.collector.feed import SpanFeed
from podium.collector.intake import Intake
from podium.collector.standing import CollectorStanding
from podium.manifest.orders import CollectorKey, Orders
from podium.net.server import Server
from podium.ports.spans import GetStats, RunSql, SearchTraces, TraceFilter

BATCH = 512
SPANS_A_TRACE = 20
KEY = b"podium_ck_bench"
AGENTS = [f"agent-{number}" for number in range(40)]
MODELS = ["gpt-5-mini", "claude-sonnet-5", "gemini-3-flash", "large"]
TOOLS = [f"server-{number % 7}/tool-{number}" for number in range(30)]


def request(rng: random.Random, began_ns: int, count: int) -> tuple[bytes, list[str]]:
    """Return a request of whole traces as an instrumented fleet sends it, and the ids of its traces."""
    message = ExportTraceServiceRequest()
    holder = message.resource_spans.add()
    for name, value in (
        ("service.name", "fleet"),
        ("telemetry.sdk.language", "python"),
        ("telemetry.sdk.name", "opentelemetry"),
        ("telemetry.sdk.version", "1.45.2"),
    ):
        holder.resource.attributes.add(key=name).value.string_value = value
    scope = holder.scope_spans.add()
    traces = []
    for number in range(count):
        if number % SPANS_A_TRACE == 0:
            trace, agent = rng.randbytes(16), rng.choice(AGENTS)
            traces.append(trace.hex())
            root = rng.randbytes(8)
        kind = number % SPANS_A_TRACE
        begin_ns = began_ns + number * 1_000_000
        span = scope.spans.add(
            trace_id=trace,
            span_id=root if kind == 0 else rng.randbytes(8),
            parent_span_id=b"" if kind == 0 else root,
            kind=3,
            start_time_unix_nano=begin_ns,
            end_time_unix_nano=begin_ns + rng.randrange(10**6, 3 * 10**9),
        )
        texts = {"gen_ai.agent.name": agent, "gen_ai.conversation.id": f"conversation-{trace.hex()[:12]}"}
        numbers = {}
        if kind == 0:
            span.name = f"invoke_agent {agent}"
            texts["gen_ai.operation.name"] = "invoke_agent"
        elif kind % 2:
            model = rng.choice(MODELS)
            span.name = f"chat {model}"
            texts |= {
                "gen_ai.operation.name": "chat",
                "gen_ai.provider.name": "openai",
                "gen_ai.request.model": model,
                "gen_ai.response.model": model,
                "gen_ai.response.id": "chatcmpl-" + rng.randbytes(12).hex(),
                "server.address": "127.0.0.1",
            }
            numbers = {
                "gen_ai.usage.input_tokens": rng.randrange(9000),
                "gen_ai.usage.output_tokens": rng.randrange(900),
                "gen_ai.request.max_tokens": 1024,
                "server.port": 8710,
            }
        else:
            tool = rng.choice(TOOLS)
            span.name = f"execute_tool {tool}"
            texts |= {
                "gen_ai.operation.name": "execute_tool",
                "gen_ai.tool.name": tool,
                "gen_ai.tool.call.id": "call_" + rng.randbytes(12).hex(),
                "gen_ai.tool.type": "function",
            }
            if rng.random() < 0.05:
                span.status.code = 2
                texts["error.type"] = "TimeoutError"
        for name, value in texts.items():
            span.attributes.add(key=name).value.string_value = value
        for name, number_value in numbers.items():
            span.attributes.add(key=name).value.int_value = number_value
    return message.SerializeToString(), traces


class Load:
    """A collector in this process, and what happened to it."""

    def __init__(self, store: DuckSpans, feed: SpanFeed, spans: int) -> None:
        self.store, self.spans = store, spans
        self.desk = Desk(store, feed)
        self.sent = self.ids_seen = 0
        self.traces: list[str] = []
        self.took_ms: dict[str, list[float]] = {}
        self.building_s = 0.0

    async def send(self, port: int, rng: random.Random, done: asyncio.Event) -> None:
        """Send batches over one connection until enough were sent."""
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        began_ns = time.time_ns() - 30 * 24 * 3600 * 10**9
        while self.sent < self.spans:
            before = time.thread_time()
            # Time goes by as it would at some hundred spans a second, so that there are hours to count by.
            body, ids = request(rng, began_ns + self.sent * 4_000_000, BATCH)
            self.building_s += time.thread_time() - before
            self.sent += BATCH
            head = (
                f"POST /v1/traces HTTP/1.1\r\nhost: x\r\ncontent-type: application/x-protobuf\r\n"
                f"authorization: Bearer {KEY.decode()}\r\ncontent-length: {len(body)}\r\n\r\n"
            )
            writer.write(head.encode() + body)
            answer = await reader.readuntil(b"\r\n\r\n")
            if not answer.startswith(b"HTTP/1.1 200"):
                raise SystemExit(answer.decode())
            if rng.random() < 0.05:
                self.traces.append(rng.choice(ids))
        writer.close()
        done.set()

    async def ask(self, rng: random.Random, rounds: int | None, pause_s: float) -> None:
        """Ask every kind of question, for ever or so many rounds."""
        questions = {
            "one trace": lambda: self.store.of_trace(rng.choice(self.traces)),
            "search, newest": lambda: self.store.search(SearchTraces()),
            "search by agent": lambda: self.store.search(SearchTraces(TraceFilter(agent=rng.choice(AGENTS)))),
            "search by tool": lambda: self.store.search(SearchTraces(TraceFilter(tool=rng.choice(TOOLS)))),
            "search by text": lambda: self.store.search(SearchTraces(TraceFilter(text="TOOL-17"))),
            "search errors": lambda: self.store.search(
                SearchTraces(TraceFilter(status="error", min_duration_ns=10**9))
            ),
            "figures by agent": lambda: self.store.stats(GetStats("agent")),
            "figures by hour": lambda: self.store.stats(GetStats("hour")),
            "figures by model": lambda: self.store.stats(GetStats("model", agent=rng.choice(AGENTS))),
            "sql by agent": lambda: self.store.sql(
                RunSql("SELECT agent, sum(spans) FROM hours GROUP BY 1 ORDER BY 2 DESC")
            ),
        }
        while rounds is None or rounds > 0:
            for name, question in questions.items():
                if self.traces:
                    began = time.perf_counter()
                    await self.desk.read(_call, question)
                    self.took_ms.setdefault(name, []).append((time.perf_counter() - began) * 1e3)
                await asyncio.sleep(pause_s)
            rounds = rounds - 1 if rounds is not None else None

    def table(self, title: str) -> None:
        """Print how long questions took."""
        print(title)
        for name, took in self.took_ms.items():
            took.sort()
            p95 = took[min(len(took) - 1, int(len(took) * 0.95))]
            print(f"  {name:<20} n {len(took):>4}   p50 {took[len(took) // 2]:>8.1f} ms   p95 {p95:>8.1f} ms")
        self.took_ms = {}


def _call(question: Callable[[], object]) -> object:
    return question()


def cpu_s() -> float:
    """Return the CPU seconds of this process."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


async def measure(path: Path, arguments: argparse.Namespace) -> None:
    """Send, ask, and print."""
    rng = random.Random(arguments.seed)
    store = DuckSpans(path)
    feed = SpanFeed.__new__(SpanFeed)  # no ledger here: only what tidies is used
    feed.__dict__.update(
        untidy_spans=0,
        _clock=SystemClock(),
        _keep_ns=None,
        _keep_bytes=None,
        _store=store,
        _tidied_ns=0,
        _forgot_ns=None,
    )
    load = Load(store, feed, arguments.spans)
    standing = CollectorStanding(SystemClock())
    key = CollectorKey("ckey_1", "bench", "acme/bench", hashlib.sha256(KEY).hexdigest())
    standing.orders = Orders(1, collector_keys=(key,))
    standing._asked_ns = 1 << 62  # noqa: SLF001 - there is no keeper here
    intake = Intake(load.desk, load.desk.add)
    door = SpanDoor(standing, intake)
    server = Server(door.handle, limits=LIMITS)
    await server.listen()
    storing = asyncio.create_task(intake.keep_storing())
    done = asyncio.Event()
    tidying = asyncio.create_task(_tidy(load.desk, feed))
    began, cpu = time.perf_counter(), cpu_s()
    asking = asyncio.create_task(load.ask(rng, None, 0.05))
    await asyncio.gather(*(load.send(server.port, random.Random(n), done) for n in range(arguments.senders)))
    wall_s, used_s = time.perf_counter() - began, cpu_s() - cpu - load.building_s
    asking.cancel()
    tidying.cancel()
    await asyncio.gather(asking, tidying, return_exceptions=True)
    load.table("questions while spans came in:")
    print(
        f"{load.sent:,} spans in {wall_s:.1f} s: {load.sent / wall_s:,.0f} spans/s; "
        f"{used_s / load.sent * 1e6:.1f} us CPU a span, questions included: "
        f"{load.sent / used_s:,.0f} spans/s a core"
    )
    feed.untidy_spans = 1
    await load.desk.write(feed.tidy)
    await load.ask(rng, arguments.rounds, 0)
    load.table(f"questions over {load.sent:,} spans:")
    resident = int(
        Path(  # noqa: ASYNC240 - once
            "/proc/self/statm"
        )
        .read_text()
        .split()[1]
    ) * os.sysconf("SC_PAGE_SIZE")
    storing.cancel()
    await server.drain(1)
    await asyncio.gather(storing, return_exceptions=True)
    door.close()
    await load.desk.write(store.close)
    size = sum(file.stat().st_size for file in os.scandir(path.parent))
    print(
        f"{size / load.sent:,.0f} bytes a span on the disk; "
        f"{resident / 1e6:,.0f} MB resident, with the senders"
    )


async def _tidy(desk: Desk, feed: SpanFeed) -> None:
    while True:
        await asyncio.sleep(1)
        await desk.write(feed.tidy)


def main() -> None:
    """Parse the command line and measure."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--spans", type=int, default=200_000)
    parser.add_argument("--senders", type=int, default=4)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(measure(Path(folder) / "spans.duckdb", arguments))


if __name__ == "__main__":
    main()
