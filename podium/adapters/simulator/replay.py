"""Carries recorded arrivals through a gateway as several agents: an open loop at a multiple of real time.

Open loop: a call is sent when it is due, whether or not earlier ones have been answered. Only when
``max_in_flight`` are under way does the next one wait, and it is then counted as a late start.
"""

import asyncio
import contextlib
import functools
import random
import re
import time
from collections.abc import Callable, Coroutine, Sequence
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

import msgspec

from podium.adapters.simulator.tally import Caller, Outcome, Tally
from podium.adapters.simulator.trace import Arrival
from podium.kernel.errors import InvalidRequest, PodiumError
from podium.kernel.money import EXACT, NANO_PER_USD
from podium.net.upstream import Deadlines, Origin, Pool, UpstreamReply

LATE_US = 50_000
"""A call sent this much after it was due is a late start."""
_WATCH_INTERVAL_S = 0.25
_GRACE_S = 3.0
"""How long calls under way may take after an interruption."""
_TAIL_BYTES = 16_384
"""Of a stream only its end is kept: the usage event is the last before ``[DONE]``."""
_FIRST_TOKEN = re.compile(rb'"(?:content|arguments)": ?"[^"]')
_WORDS = (
    "note",
    "rest",
    "bar",
    "beat",
    "tune",
    "tone",
    "part",
    "page",
    "cue",
    "solo",
    "duet",
    "hall",
    "score",
)


class ReplayOptions(msgspec.Struct, frozen=True, kw_only=True):
    """Where to and how fast. ``speed`` 60 turns a recorded minute into a second."""

    gateway: str = "http://127.0.0.1:8710"
    speed: float = 60.0
    max_in_flight: int = 256
    call_timeout_s: float = 120.0
    seed: int = 0


class _Usage(msgspec.Struct, frozen=True):
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cost: Decimal | None = None


class _Error(msgspec.Struct, frozen=True):
    code: str | None = None
    type: str | None = None


class _Document(msgspec.Struct, frozen=True):
    """What a replay reads of an answer, an event or an error."""

    usage: _Usage | None = None
    error: _Error | None = None


_DOCUMENT = msgspec.json.Decoder(_Document)


def origin_of(gateway: str) -> tuple[Origin, str]:
    """Return the origin and the path before ``/v1`` of a gateway's URL. Raises InvalidRequest."""
    parts = urlsplit(gateway if "://" in gateway else f"http://{gateway}")
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise InvalidRequest(
            f"{gateway!r} is no gateway.", fix="Give its URL: http://127.0.0.1:8710.", field="--gateway"
        )
    port = parts.port or (443 if parts.scheme == "https" else 80)
    return Origin(parts.scheme, parts.hostname, port, network="private"), parts.path.rstrip("/").removesuffix(
        "/v1"
    )


@functools.lru_cache(maxsize=4096)
def prompt_of(tokens: int) -> str:
    """Return a text of so many words: filler, as a recorded trace holds no prompts."""
    whole, rest = divmod(max(1, tokens), len(_WORDS))
    return " ".join(_WORDS * whole + _WORDS[:rest])


def encode_call(arrival: Arrival, route: str) -> bytes:
    """Return the body of a recorded call: streamed, with usage, bounded by what the trace generated."""
    return msgspec.json.encode(
        {
            "model": route,
            "messages": [{"role": "user", "content": prompt_of(arrival.input_tokens)}],
            "stream": True,
            "stream_options": {"include_usage": True},
            "max_completion_tokens": max(1, arrival.output_tokens),
        }
    )


def cost_of(usage: _Usage) -> int | None:
    """Return ``usage.cost`` in nano-USD, exactly. Raises ValueError if it has a fraction of a nano-USD."""
    if usage.cost is None:
        return None
    nano_usd = EXACT.multiply(usage.cost, Decimal(NANO_PER_USD))
    if nano_usd != nano_usd.to_integral_value():
        raise ValueError(f"usage.cost {usage.cost} is no whole number of nano-USD")
    return int(nano_usd)


def last_events(tail: bytes) -> list[_Document]:
    """Return the documents of the whole events at a stream's end, the last one last; ``[DONE]`` left out."""
    documents: list[_Document] = []
    for event in tail.replace(b"\r\n", b"\n").split(b"\n\n"):
        data = event.removeprefix(b"data:").strip() if event.startswith(b"data:") else b""
        if data.startswith(b"{"):
            with contextlib.suppress(msgspec.MsgspecError):  # the first event of a tail may be half of one
                documents.append(_DOCUMENT.decode(data))
    return documents


def assign(arrivals: Sequence[Arrival], callers: Sequence[Caller], seed: int) -> list[Caller]:
    """Return who makes each call: drawn by weight, the same for the same seed. Raises InvalidRequest."""
    if not callers:
        raise InvalidRequest("no agent to replay as.", fix="Name one with its key.", field="--keys-file")
    chance = random.Random(seed)  # noqa: S311 - a draw of lots, no secret
    return chance.choices(callers, weights=[caller.weight for caller in callers], k=len(arrivals))


class Replay:
    """One run: its pool, its tally and its calls under way."""

    def __init__(self, options: ReplayOptions, tally: Tally) -> None:
        self._options = options
        self._tally = tally
        self._origin, prefix = origin_of(options.gateway)
        self._target = f"{prefix}/v1/chat/completions"
        self._pool = Pool(max_idle_per_origin=options.max_in_flight)
        self._room = asyncio.Semaphore(options.max_in_flight)
        self._calls: set[asyncio.Task[None]] = set()
        limit_s = options.call_timeout_s
        self._deadlines = Deadlines(connect_s=5.0, first_byte_s=limit_s, idle_s=limit_s, total_s=limit_s)

    async def run(self, arrivals: Sequence[Arrival], callers: Sequence[Caller], stop: asyncio.Event) -> None:
        """Send every call when it is due; end early, in good order, when ``stop`` is set."""
        start_ns = time.monotonic_ns()
        stopped = asyncio.create_task(stop.wait())
        try:
            for arrival, caller in zip(arrivals, callers, strict=True):
                due_ns = start_ns + int(arrival.at_us * 1000 / self._options.speed)
                body = encode_call(arrival, caller.route)
                await self._wait_for(due_ns, stopped)
                if stop.is_set():
                    break
                self._spawn(self._call(caller, body, due_ns))
            await self._settle(stopped)
        finally:
            stopped.cancel()
            for call in self._calls:
                call.cancel()
            await asyncio.gather(stopped, *self._calls, return_exceptions=True)
            await self._pool.close()

    def _spawn(self, call: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(call)
        self._calls.add(task)
        task.add_done_callback(self._calls.discard)

    async def _wait_for(self, due_ns: int, stopped: "asyncio.Task[bool]") -> None:
        """Wait until a call is due and there is room for it, or until the stop."""
        delay_s = (due_ns - time.monotonic_ns()) / 1e9
        if delay_s > 0:
            await asyncio.wait({stopped}, timeout=delay_s)
        if stopped.done():
            return
        if self._room.locked():
            entering = asyncio.ensure_future(self._room.acquire())
            await asyncio.wait({entering, stopped}, return_when=asyncio.FIRST_COMPLETED)
            if not entering.done():
                entering.cancel()
        else:
            await self._room.acquire()

    async def _settle(self, stopped: "asyncio.Task[bool]") -> None:
        """Wait for the calls under way; after a stop for a grace period only."""
        if self._calls and not stopped.done():
            everything = asyncio.ensure_future(asyncio.wait(set(self._calls)))
            await asyncio.wait({everything, stopped}, return_when=asyncio.FIRST_COMPLETED)
            everything.cancel()
        if self._calls:
            await asyncio.wait(set(self._calls), timeout=_GRACE_S)

    async def _call(self, caller: Caller, body: bytes, due_ns: int) -> None:
        tally = self._tally
        sent_ns = time.monotonic_ns()
        late_us = max(0, (sent_ns - due_ns) // 1000)
        tally.started += 1
        tally.in_flight += 1
        tally.late_starts += late_us > LATE_US
        try:
            outcome = await self._exchange(caller, body, sent_ns, late_us)
        except PodiumError as error:
            outcome = Outcome(error.error_code, late_us, (time.monotonic_ns() - sent_ns) // 1000)
        except asyncio.CancelledError:
            tally.add(caller, Outcome("interrupted", late_us, (time.monotonic_ns() - sent_ns) // 1000))
            raise
        finally:
            tally.in_flight -= 1
            self._room.release()
        tally.add(caller, outcome)

    async def _exchange(self, caller: Caller, body: bytes, sent_ns: int, late_us: int) -> Outcome:
        headers = [
            (b"authorization", b"Bearer " + caller.key.encode()),
            (b"content-type", b"application/json"),
            (b"accept", b"text/event-stream"),
        ]
        reply = await self._pool.send(
            self._origin,
            method="POST",
            target=self._target,
            headers=headers,
            body=body,
            deadlines=self._deadlines,
        )
        try:
            charge_id = (reply.header(b"x-podium-charge") or b"").decode("latin-1")
            overhead_us = int(reply.header(b"x-podium-overhead-us") or -1)
            if reply.status != 200:
                error = await _refusal(reply)
                end_us = (time.monotonic_ns() - sent_ns) // 1000
                return Outcome(error, late_us, end_us, charge_id=charge_id)
            outcome = await _read_stream(reply, sent_ns, late_us, charge_id)
            return outcome if overhead_us < 0 else msgspec.structs.replace(outcome, overhead_us=overhead_us)
        finally:
            reply.abort()


async def _refusal(reply: UpstreamReply) -> str:
    """Return the stable code of an error answer, else its status."""
    try:
        document = _DOCUMENT.decode(await reply.read(65_536))
    except msgspec.MsgspecError:
        return f"http_{reply.status}"
    error = document.error
    return (error and (error.code or error.type)) or f"http_{reply.status}"


async def _read_stream(reply: UpstreamReply, sent_ns: int, late_us: int, charge_id: str) -> Outcome:
    """Read a stream to its end, noting when its first token came, and what its last events say."""
    first_token_us: int | None = None
    tail = b""
    while chunk := await reply.next_chunk():
        tail += chunk
        if first_token_us is None and _FIRST_TOKEN.search(tail):
            first_token_us = (time.monotonic_ns() - sent_ns) // 1000
        if first_token_us is not None and len(tail) > 2 * _TAIL_BYTES:
            tail = tail[-_TAIL_BYTES:]
    end_us = (time.monotonic_ns() - sent_ns) // 1000
    documents = last_events(tail)
    usage = next((d.usage for d in reversed(documents) if d.usage is not None), None)
    error = next((d.error for d in reversed(documents) if d.error is not None), None)
    code = (error.code or error.type or "error_event") if error else ""
    if not code and b"data: [DONE]" not in tail:
        code = "stream_without_end"
    if usage is None:
        return Outcome(code or "stream_without_usage", late_us, end_us, first_token_us, charge_id=charge_id)
    return Outcome(
        code,
        late_us,
        end_us,
        first_token_us,
        usage.prompt_tokens,
        usage.completion_tokens,
        cost_of(usage),
        charge_id,
    )


async def replay(
    arrivals: Sequence[Arrival],
    callers: Sequence[Caller],
    options: ReplayOptions,
    *,
    stop: asyncio.Event,
    watch: Callable[[Tally], None] = lambda _: None,
) -> Tally:
    """Carry the arrivals through the gateway and return what was seen.

    ``watch`` is called with the growing tally four times a second and once at the end. Raises
    InvalidRequest for options that make no sense; what goes wrong with a call is counted, not raised.
    """
    if options.speed <= 0:
        raise InvalidRequest(
            "a replay needs a speed above 0.", fix="60 is a minute a second.", field="--speed"
        )
    tally = Tally(planned=len(arrivals))
    drawn = assign(arrivals, callers, options.seed)
    start_s = time.monotonic()

    async def keep_watching() -> None:
        while True:
            await asyncio.sleep(_WATCH_INTERVAL_S)
            tally.elapsed_s = time.monotonic() - start_s
            watch(tally)

    watching = asyncio.create_task(keep_watching())
    try:
        await Replay(options, tally).run(arrivals, drawn, stop)
    finally:
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)
        tally.elapsed_s = time.monotonic() - start_s
        tally.interrupted = stop.is_set()
        watch(tally)
    return tally
