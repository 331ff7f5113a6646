"""What a translation costs: CPU of a call for each client's format and each provider's.

python bench/translate.py [--calls 2000] [--rounds 5] [--long]

The real gateway, journal and wire formats, with clients and providers in memory (as `bench/stages.py`), so
that nothing but Podium's own work is timed: plain answers, streams of 34 events in one burst, and with
``--long`` requests of 1 MB: in one turn, in a thousand, and in a thousand of lists of parts.
A row is a client, a column a provider; the cell is microseconds of CPU (best of the interleaved rounds) and
times the pass-through of the same client. `NET_US` is what net/ and the kernel add to every call
(`bench/net_proxy.py`), whatever the formats; the second table has it.
"""

import argparse
import asyncio
import gc
import hashlib
import json
import os
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any, cast

import rig
import uvloop
from stages import MemoryExchange, MemoryReply, OpenBank, SteadyStanding

from podium.adapters.journal import Journal
from podium.adapters.prices.fake import FakePriceList
from podium.adapters.system import Entropy, HostSecrets, SystemClock
from podium.gateway.endpoints import CHAT_FORMATS
from podium.gateway.path import Gateway
from podium.gateway.supply import keep_supplied
from podium.kernel import chat
from podium.kernel.call import CostTag, Request, Usage
from podium.manifest.compile import compile_manifests
from podium.manifest.orders import Credential, Orders
from podium.net.server import Exchange
from podium.net.upstream import Pool
from podium.ports.link import Answer
from podium.spend.journal import Header

KEY = "podium_sk_bench"
NET_US = 26.0
EVENTS = 34
TURNS = 1000
PATHS: dict[str, Callable[[bool], str]] = {
    "openai": lambda _: "/v1/chat/completions",
    "openai-responses": lambda _: "/v1/responses",
    "anthropic": lambda _: "/v1/messages",
    "gemini": lambda stream: (
        f"/v1beta/models/to-{{}}:{'streamGenerateContent' if stream else 'generateContent'}"
    ),
}
PATHS = {dialect: path for dialect, path in PATHS.items() if dialect in CHAT_FORMATS}
WORDS = "The players of an orchestra follow one score, each with a part of their own. "
CODE = ('say("\\u00fc")\n\t' * 200)[:700]
"""Nearly a kilobyte in JSON, of which every third character is an escape."""
USAGE = Usage(412, EVENTS * 3)
TAG = CostTag(0, "0.00")

MANIFEST = """
---
apiVersion: podium/v1
kind: Provider
metadata: {{name: {dialect}}}
spec: {{dialect: {dialect}, baseUrl: "http://127.0.0.1:9/v1"}}
---
apiVersion: podium/v1
kind: Model
metadata: {{name: {dialect}}}
spec:
  provider: {dialect}
  upstream: bench-large
  price: {{inputPerMillionTokens: "2.5", outputPerMillionTokens: "10"}}
  contextWindowTokens: 2000000
  maxOutputTokens: 4096
---
apiVersion: podium/v1
kind: Route
metadata: {{name: to-{dialect}}}
spec:
  candidates: [{{model: {dialect}}}]
  retry: {{maxAttempts: 1}}
"""


def body_of(client: str, route: str, texts: list[str], *, stream: bool, listed: bool = False) -> bytes:
    """Return a request in a client's format; ``listed``: each text is a list of one part."""
    system, turn = "Be brief.", "What does the conductor do?"
    said = [("user" if at % 2 == 0 else "assistant", text) for at, text in enumerate(texts)]
    if len(texts) % 2:
        said.append(("assistant", "Yes."))
    said.append(("user", turn))
    fields: dict[str, Any]
    if client == "gemini":
        roles = {"user": "user", "assistant": "model"}
        fields = {
            "systemInstruction": {"parts": [{"text": system}]},
            "contents": [{"role": roles[role], "parts": [{"text": text}]} for role, text in said],
            "generationConfig": {"maxOutputTokens": 256, "temperature": 0.2},
        }
        return json.dumps(fields).encode()
    kinds = {"user": "text", "assistant": "text"}
    if client == "openai-responses":
        kinds = {"user": "input_text", "assistant": "output_text"}
    talk = [
        {"role": role, "content": [{"type": kinds[role], "text": text}] if listed else text}
        for role, text in said
    ]
    if client == "openai":
        fields = {"messages": [{"role": "system", "content": system}, *talk], "max_completion_tokens": 256}
    elif client == "anthropic":
        fields = {"system": system, "messages": talk, "max_tokens": 256}
    else:
        fields = {"instructions": system, "input": talk, "max_output_tokens": 256, "store": False}
    fields |= {"model": route, "temperature": 0.2}
    if stream:
        fields["stream"] = True
    return json.dumps(fields).encode()


def canned(dialect: str, times: int = 1) -> tuple[bytes, bytes]:
    """Return a provider's plain answer and its stream of one burst, written by the format itself.

    ``times`` as many words come ``times`` as often.
    """
    wire = CHAT_FORMATS[dialect]
    request = Request("chat", "bench-large", {}, 0, wants_usage=True)
    pieces = [f" {word}" for word in (WORDS * 9).split()[: EVENTS * 3]]
    answer = chat.Answer((chat.Text("".join(pieces)),), "stop", USAGE, "id_1", "bench-large")
    step = len(pieces) // EVENTS
    deltas = [chat.Delta(0, "".join(pieces[at : at + step])) for at in range(0, len(pieces), step)] * times
    events: list[chat.Event] = [
        chat.Began("id_1", "bench-large", USAGE),
        chat.PartBegan(0, chat.Text("")),
        *deltas,
        chat.PartEnded(0),
        chat.Ended("stop"),
    ]
    writer = wire.stream_writer(request)
    plain = wire.encode_answer(answer, request, TAG)
    return plain, writer.write(events) + writer.finish(wire.decode_reply(plain), TAG)


def decoding(dialect: str, piece_bytes: int, times: int) -> float:
    """Return the microseconds of CPU that one event of a long stream takes to be decoded: best of five."""
    stream = canned(dialect, times)[1]
    pieces = [stream[at : at + piece_bytes] for at in range(0, len(stream), piece_bytes)]
    best = float("inf")
    for _ in range(5):
        decoder = CHAT_FORMATS[dialect].stream_decoder()
        start_ns = time.process_time_ns()
        for piece in pieces:
            decoder.feed(piece)
        best = min(best, (time.process_time_ns() - start_ns) / stream.count(b"\n\n") / 1000)
        decoder.end()
        assert decoder.done
        assert decoder.error is None
    return best


class MemoryPool:
    """Providers of every dialect, without a network."""

    def __init__(self) -> None:
        self.plain: bytes = b""
        self.stream: bytes = b""
        self.streamed = False

    async def send(self, *_: object, on_sent: Callable[[], None], **__: object) -> MemoryReply:
        """Answer as the provider at hand does."""
        on_sent()
        if self.streamed:
            return MemoryReply([(b"content-type", b"text/event-stream")], self.stream)
        return MemoryReply([(b"content-type", b"application/json")], self.plain)


def gateway(folder: Path, pool: MemoryPool) -> tuple[Gateway, Journal, "asyncio.Task[None]"]:
    """Return a gateway with a route to every dialect, its journal, and the task that supplies it."""
    clock = SystemClock()
    routes = ", ".join(f"to-{dialect}" for dialect in PATHS)
    head = (
        "apiVersion: podium/v1\nkind: Department\nmetadata: {name: bench}\nspec: {}\n---\n"
        "apiVersion: podium/v1\nkind: Agent\nmetadata: {name: bench}\n"
        f"spec: {{department: bench, routes: [{routes}]}}\n"
    )
    text = head + "".join(MANIFEST.format(dialect=dialect) for dialect in PATHS)
    snapshot = compile_manifests([("bench.yaml", text)], prices=FakePriceList(), at_ns=clock.wall_ns())
    standing = SteadyStanding(clock, Entropy())
    standing.apply_snapshot(snapshot)
    digest = hashlib.sha256(KEY.encode()).hexdigest()
    standing.apply_orders(Orders(1, (Credential("key_1", "bench", digest),)))
    standing.in_step(Answer(snapshot.version, 1), clock.monotonic_ns())
    journal = Journal(folder / "inc", Header("inc", "gateway-0", os.getpid(), "boot", 0, clock.wall_ns()))
    made = Gateway(
        standing=standing,
        journal=journal,
        pool=cast("Pool", pool),
        secrets=HostSecrets(os.environ.get, clock.monotonic_ns),
        clock=clock,
        entropy=Entropy(),
        digest_key=b"k" * 32,
        strict=False,
    )
    supplying = asyncio.create_task(keep_supplied(standing.slices, OpenBank(), "inc", clock))
    return made, journal, supplying


Case = tuple[list[str], bool]
"""The texts of a request, and whether each is a list of parts."""


async def calls(made: Gateway, client: str, dialect: str, case: Case, count: int, *, stream: bool) -> float:
    """Serve so many calls; return microseconds of CPU for each."""
    route = f"to-{dialect}"
    texts, listed = case
    body = body_of(client, route, texts, stream=stream, listed=listed)
    headers = {b"host": b"x", b"authorization": b"Bearer " + KEY.encode()}
    path = PATHS[client](stream).replace("{}", dialect)
    start_ns = time.process_time_ns()
    for _ in range(count):
        exchange = MemoryExchange(headers, body)
        exchange.path = path
        exchange.query = "alt=sse" if client == "gemini" and stream else ""
        exchange.target = f"{path}?{exchange.query}"
        await made.handle(cast("Exchange", exchange))
        assert exchange.finished
    return (time.process_time_ns() - start_ns) / count / 1000


Cells = dict[tuple[str, str], float]


async def table(
    made: Gateway, pool: MemoryPool, case: Case, arguments: argparse.Namespace, *, stream: bool
) -> Cells:
    """Time every pair, in interleaved rounds; return the best of each."""
    best: Cells = {}
    bodies = {dialect: canned(dialect) for dialect in PATHS}
    count = arguments.calls if sum(map(len, case[0])) < 10_000 else max(5, arguments.calls // 100)
    pool.streamed = stream
    for round_ in range(arguments.rounds + 1):
        for client in PATHS:
            for dialect in PATHS:
                pool.plain, pool.stream = bodies[dialect]
                took = await calls(
                    made, client, dialect, case, count if round_ else max(5, count // 10), stream=stream
                )
                if round_:  # the first one warms up
                    best[client, dialect] = min(took, best.get((client, dialect), took))
    return best


def show(title: str, cells: Cells, plus_us: float = 0.0) -> None:
    """Print microseconds, and times the pass-through of the same client."""
    print(f"\n{title}\n")
    rows = []
    for client in PATHS:
        base = cells[client, client] + plus_us
        row = [client]
        for dialect in PATHS:
            value = cells[client, dialect] + plus_us
            row.append(f"{value:.0f} ({value / base:.2f}x)")
        rows.append(row)
    rig.put_table(["client \\ provider", *PATHS], rows)


async def measure(arguments: argparse.Namespace, folder: Path) -> None:
    """Measure and print."""
    pool = MemoryPool()
    made, journal, supplying = gateway(folder, pool)
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)  # as a worker has it
    for stream, kind in ((False, "plain"), (True, f"{EVENTS} events in a burst")):
        cells = await table(made, pool, ([WORDS * 8], False), arguments, stream=stream)
        show(f"{kind}: µs of Podium's own work, without sockets", cells)
        show(f"{kind}: with the {NET_US:.0f} µs of net/ and the kernel", cells, NET_US)
    print("\na streamed event decoded, µs\n")
    kinds = ((1 << 14, 60), (1 << 14, 240), (121, 60))
    rig.put_table(
        ["format", "2,000 events", "8,000 events", "2,000, in pieces of 121 bytes"],
        [[dialect, *(f"{decoding(dialect, *kind):.2f}" for kind in kinds)] for dialect in PATHS],
    )
    if arguments.long:
        short = await table(made, pool, ([WORDS], False), arguments, stream=False)
        whole, turn = WORDS * (1_000_000 // len(WORDS)), (WORDS * 13)[: 1_000_000 // TURNS]
        for kind, case in (
            ("in one turn", ([whole], False)),
            (f"in {TURNS} turns", ([turn] * TURNS, False)),
            (f"in {TURNS} turns of a list of parts", ([turn] * TURNS, True)),
            (f"in {TURNS} turns of escapes", ([CODE] * TURNS, True)),
        ):
            long = await table(made, pool, case, arguments, stream=False)
            show(
                f"a request of 1 MB {kind}, plain: µs more than a short one",
                {k: long[k] - short[k] for k in long},
            )
    supplying.cancel()
    journal.close()
    journal.release()


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--calls", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--long", action="store_true", help="requests of 1 MB too")
    arguments = parser.parse_args()
    print(rig.machine())
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="podium-translate-")))
        uvloop.run(measure(arguments, folder))


if __name__ == "__main__":
    main()
