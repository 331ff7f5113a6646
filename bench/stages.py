"""Where the microseconds of a call go inside Podium's worker: the path without sockets, stage by stage.

python bench/stages.py [--calls 20000] [--rounds 5] [--limits 5] [--profile FILE]

The real gateway, journal (in a temporary folder) and wire formats serve calls that come from memory and go to
a provider that answers from memory, in this process and without a network. What is left is what Podium itself
does; `bench/net_proxy.py` measures net/ and the kernel. Wall time of one thread, best of the rounds; the
calls' own parts are timed beside it, each alone. ``--profile``: cProfile's table goes to FILE.
"""

import argparse
import asyncio
import cProfile
import gc
import hashlib
import io
import os
import pstats
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import cast

import msgspec
import rig
import uvloop
from canned import Canned
from load import request
from purses import some_limits

from podium.adapters.journal import Journal
from podium.adapters.prices.fake import FakePriceList
from podium.adapters.system import Entropy, HostSecrets, SystemClock
from podium.gateway import answers
from podium.gateway.path import Gateway
from podium.gateway.standing import Standing
from podium.gateway.supply import keep_supplied
from podium.kernel.call import CostTag
from podium.manifest.compile import compile_manifests
from podium.manifest.orders import Credential, Orders
from podium.net.server import Exchange
from podium.net.upstream import Pool
from podium.ports.link import Answer, Draw, Drawn, Grant, Question, Reply, Want
from podium.spend import journal as records
from podium.spend.journal import Header
from podium.spend.rates import Claim, RateLimits
from podium.wire import openai_chat
from podium.wire.formats import Outgoing
from podium.wire.openai_stream import StreamReader

KEY = "podium_sk_bench"
STREAM_HEADERS = [(b"content-type", b"text/event-stream")]
PLAIN_HEADERS = [(b"content-type", b"application/json")]
PLAIN = Canned.plain.partition(b"\r\n\r\n")[2]
BURST = b"".join(piece.split(b"\r\n", 1)[1][:-2] for piece in Canned.pieces[1:-1])
FIRST = Canned.pieces[0].partition(b"\r\n\r\n")[2].split(b"\r\n", 1)[1][:-2]
STREAM = FIRST + BURST + b"data: [DONE]\n\n"


class MemoryExchange:
    """A call that has arrived whole, and whose client takes whatever it is sent."""

    method = "POST"
    path = "/v1/chat/completions"
    target = path
    query = ""
    peer = "127.0.0.1"

    def __init__(self, headers: dict[bytes, bytes], body: bytes) -> None:
        self.headers = headers
        self._body = body
        self.started = self.finished = False
        self.sent: list[bytes] = []

    async def read_body(self) -> bytes:
        """Return the body."""
        return self._body

    def respond(self, status: int, headers: list[tuple[bytes, bytes]], body: bytes) -> None:
        """Take a plain answer."""
        assert status == 200, body
        assert headers
        self.started = self.finished = True
        self.sent.append(body)

    def start_stream(self, status: int, headers: list[tuple[bytes, bytes]]) -> None:
        """Take a stream's head."""
        assert status == 200
        assert headers
        self.started = True

    async def write(self, data: bytes) -> None:
        """Take a piece of a stream."""
        self.sent.append(data)

    def push(self, data: bytes) -> bool:
        """Take a piece of a stream, at once."""
        self.sent.append(data)
        return True

    async def room(self) -> None:
        """Return: there is always room."""

    async def write_last(self, data: bytes) -> None:
        """Take a stream's end."""
        self.sent.append(data)
        self.finished = True


class MemoryReply:
    """A provider's answer that is there at once."""

    status = 200
    known = None
    _connection = None

    def __init__(self, headers: list[tuple[bytes, bytes]], body: bytes) -> None:
        self.headers = headers
        self._body = body
        self.sent_ns = self.first_byte_ns = time.monotonic_ns()

    def header(self, name: bytes) -> bytes | None:
        """Return a header's value."""
        return next((value for key, value in self.headers if key == name), None)

    async def next_chunk(self) -> bytes:
        """Return the body, then nothing."""
        body, self._body = self._body, b""
        return body

    async def pump(self, take: Callable[[bytes], bool]) -> bool:
        """Hand over the body."""
        while chunk := await self.next_chunk():
            if not take(chunk):
                return True
        return False

    def whole(self) -> bytes | None:
        """Return the body."""
        return self._body

    async def read(self, max_bytes: int) -> bytes:
        """Return the body."""
        assert len(self._body) < max_bytes
        return self._body

    def abort(self) -> None:
        """Do nothing: there is no connection."""


class MemoryPool:
    """A provider without a network."""

    async def send(self, *_: object, body: bytes, on_sent: Callable[[], None], **__: object) -> MemoryReply:
        """Answer as the canned provider does."""
        on_sent()
        if b'"stream":true' in body:
            return MemoryReply(STREAM_HEADERS, STREAM)
        return MemoryReply(PLAIN_HEADERS, PLAIN)


class OpenBank:
    """A keeper that grants whatever is wanted of a limit."""

    def __init__(self) -> None:
        self._granted: dict[tuple[str, str | None], tuple[int, int]] = {}

    async def connect(self) -> None:
        """Do nothing: it is always there."""

    async def close(self) -> None:
        """Do nothing: it stays."""

    async def ask(self, question: Question) -> Reply:
        """Grant."""
        assert isinstance(question, Draw)
        return Drawn(tuple(self._grant(want) for want in question.wants))

    def _grant(self, want: Want) -> Grant:
        key = (want.limit, want.task)
        number, granted = self._granted.get(key, (len(self._granted) + 1, 0))
        granted += max(want.need, want.want, 1 << 50)
        self._granted[key] = number, granted
        return Grant("now", None, number, 0, granted)


class SteadyStanding(Standing):
    """A standing whose keeper has always just answered."""

    def refusal(self) -> str | None:
        """Return None, after all that is looked at usually."""
        self._asked_ns = self.clock.monotonic_ns()
        return super().refusal()


def gateway(
    folder: Path,
    pool: Pool | None = None,
    port: int = 9,
    limits: int = 0,
    rates: RateLimits | None = None,
) -> tuple[Gateway, Journal, "asyncio.Task[None]"]:
    """Return a gateway over the bench's manifests, its journal, and the task that supplies it with slices.

    Without a pool its provider is memory. So many ``limits`` are on the way of a call;
    ``rates`` are its agent's, and all its worker's.
    """
    clock = SystemClock()
    manifests = rig.MANIFESTS.format(port=port, first_byte="60s")
    snapshot = compile_manifests([("bench.yaml", manifests)], prices=FakePriceList(), at_ns=clock.wall_ns())
    standing = SteadyStanding(clock, Entropy())
    of_department, of_agent = some_limits(limits, "bench", "bench")
    department = msgspec.structs.replace(snapshot.departments["bench"], limits=of_department)
    agent = msgspec.structs.replace(snapshot.agents["bench"], limits=of_agent, rates=rates)
    snapshot = msgspec.structs.replace(snapshot, departments={"bench": department}, agents={"bench": agent})
    standing.apply_snapshot(snapshot)
    standing.apply_orders(
        Orders(1, (Credential("key_1", "bench", hashlib.sha256(KEY.encode()).hexdigest()),))
    )
    standing.in_step(Answer(snapshot.version, 1), clock.monotonic_ns())
    if rates is not None and standing.rates.limit(snapshot):
        claims = [Claim(f"agent/bench/{kind}", amount, 0, 0, 0) for kind, amount in rates.amounts()]
        standing.rates.hear(claims, [claim.amount for claim in claims])
    journal = Journal(folder / "inc", Header("inc", "gateway-0", os.getpid(), "boot", 0, clock.wall_ns()))
    made = Gateway(
        standing=standing,
        journal=journal,
        pool=pool if pool is not None else cast("Pool", MemoryPool()),
        secrets=HostSecrets(os.environ.get, clock.monotonic_ns),
        clock=clock,
        entropy=Entropy(),
        digest_key=b"k" * 32,
        strict=False,
    )
    supplying = asyncio.create_task(keep_supplied(standing.slices, OpenBank(), "inc", clock))
    return made, journal, supplying


async def calls(made: Gateway, count: int, *, stream: bool) -> float:
    """Serve so many calls; return microseconds for each."""
    body = request(9, KEY, stream=stream).partition(b"\r\n\r\n")[2]
    headers = {
        b"host": b"x",
        b"authorization": b"Bearer " + KEY.encode(),
        b"content-type": b"application/json",
    }
    start_ns = time.perf_counter_ns()
    for _ in range(count):
        exchange = MemoryExchange(headers, body)
        await made.handle(cast("Exchange", exchange))
        assert exchange.finished
    return (time.perf_counter_ns() - start_ns) / count / 1000


def alone(work: Callable[[], object], count: int) -> float:
    """Return the microseconds of one part by itself: best of five."""
    best = float("inf")
    for _ in range(5):
        start_ns = time.perf_counter_ns()
        for _ in range(count):
            work()
        best = min(best, (time.perf_counter_ns() - start_ns) / count / 1000)
    return best


def parts(folder: Path) -> list[list[str]]:
    """Time the parts that can be called by themselves."""
    body = request(9, KEY, stream=False).partition(b"\r\n\r\n")[2]
    asked = openai_chat.decode_request(body)
    reply = openai_chat.decode_reply(PLAIN)
    assert reply.usage is not None
    tag = CostTag(1_234_567, "0.001234567", charge="chg_" + "0" * 26, input_usd="0.001", output_usd="0.2")
    data = records.encode(Header("inc_" + "0" * 26, "gateway-0", 1, "boot" * 9, 1, 1)) * 4
    file = os.open(folder / "written", os.O_CREAT | os.O_APPEND | os.O_WRONLY)

    def stream() -> None:
        reader = StreamReader(client_wants_usage=True)
        reader.feed(STREAM)
        reader.reply()
        reader.finish(tag)

    rows: list[tuple[str, Callable[[], object]]] = [
        ("read the request", lambda: openai_chat.decode_request(body)),
        (
            "write the provider's request",
            lambda: openai_chat.encode_request(asked, Outgoing("m", None, "max_tokens")),
        ),
        ("read the answer", lambda: openai_chat.decode_reply(PLAIN)),
        ("tag the answer with its cost", lambda: openai_chat.tag_reply(PLAIN, tag)),
        ("read and tag a stream of 34 events", stream),
        ("digest request and answer", lambda: (_digest(body), _digest(PLAIN))),
        ("one error body", lambda: answers.error_body(404, "x", "y")),
        (f"one write of {len(data)} bytes to a file", lambda: os.write(file, data)),
    ]
    table = [[name, f"{alone(work, 2000):.1f}"] for name, work in rows]
    os.close(file)
    return table


def _digest(data: bytes) -> str:
    return hashlib.blake2b(data, key=b"k" * 32, digest_size=16).hexdigest()


async def measure(arguments: argparse.Namespace, folder: Path) -> None:
    """Measure and print."""
    made, journal, supplying = gateway(folder, limits=arguments.limits)
    gc.collect()
    gc.freeze()
    table = []
    for stream in (False, True):
        await calls(made, 500, stream=stream)
        rounds = [await calls(made, arguments.calls // 5, stream=stream) for _ in range(arguments.rounds)]
        table.append(
            ["streamed, one burst" if stream else "plain", f"{min(rounds):.1f}", f"{max(rounds):.1f}"]
        )
    rig.put_table(["a whole call, without sockets", "best µs", "worst µs"], table)
    print()
    rig.put_table(["a part, alone", "µs"], parts(folder))
    if arguments.profile:
        with cProfile.Profile() as profile:
            await calls(made, 5000, stream=arguments.stream)
        with io.StringIO() as text:
            pstats.Stats(profile, stream=text).sort_stats("tottime").print_stats(60)
            Path(arguments.profile).write_text(text.getvalue(), encoding="utf-8")  # noqa: ASYNC240 - it is over
    supplying.cancel()
    journal.close()
    journal.release()


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--calls", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--limits", type=int, default=0, help="limits of money and tokens on the way")
    parser.add_argument("--profile")
    parser.add_argument("--stream", action="store_true", help="profile streamed calls")
    arguments = parser.parse_args()
    print(rig.machine())
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="podium-stages-")))
        uvloop.run(measure(arguments, folder))


if __name__ == "__main__":
    main()
