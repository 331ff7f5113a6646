"""Answers of runs: kept before their last bytes go out, and given again in a later attempt.

Only calls that bear a run's token come here (`podium.ports.steps`). An answer is kept by the client's own
``Idempotency-Key``, else by a digest of the agent, the address and the body; equal calls take equal answers
in their order. A call that is answered from the journal reaches no provider and costs nothing.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from hashlib import blake2b, sha256
from typing import Any, Final, cast

import msgspec

from podium.gateway import answers
from podium.gateway.attempt import Call
from podium.gateway.identity import TaskIdentity
from podium.kernel.errors import InvalidRequest, NotReady, PodiumError, StateError
from podium.net.server import Exchange
from podium.ports import Clock
from podium.ports.journal import Journal
from podium.ports.link import KeeperLink
from podium.ports.steps import MAX_ANSWER_BYTES, FindStep, KeepSteps, Step, StepIs, StepsKept
from podium.spend.journal import REPLAYED

KEEP_S: Final = 1.0
"""So long an answer waits for the keeper; then it goes on without being kept."""
AGAIN_S: Final = 0.05
"""After a keeper that was away."""
MAX_KEY_CHARS: Final = 255
BATCH: Final = 32
BATCH_BYTES: Final = 16 << 20
IDEMPOTENCY: Final = b"idempotency-key"
_ONCE: Final = (
    b"x-podium-trace-id",
    b"x-podium-task",
    b"x-podium-cost-nano-usd",
    b"x-podium-cost-usd",
    b"x-podium-cost-estimated",
    b"x-podium-overhead-us",
)
"""Lines of a head that are about the call that was made, and are not repeated."""

logger = logging.getLogger(__name__)


class Kept(msgspec.Struct, frozen=True, array_like=True):
    """One answer, as it is kept."""

    call_id: str
    asked: str
    """Digest of what was asked: another question may not have the same idempotency key."""
    streamed: bool
    head: bytes
    """Its lines, as they went out."""
    body: bytes


_Waiting = tuple[Step, "asyncio.Future[str | None]"]
_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Kept)


class Recall:
    """Keeps and finds the answers of one worker's calls. ``link``: a connection of its own."""

    def __init__(self, link: KeeperLink, clock: Clock, digest_key: bytes) -> None:
        self._link = link
        self._clock = clock
        self._keyed = blake2b(key=digest_key, digest_size=16, person=b"podium recall")
        self._waiting: list[_Waiting] = []
        self._sending: asyncio.Task[None] | None = None

    async def serve(
        self,
        exchange: Exchange,
        call: Call,
        task: TaskIdentity,
        body: bytes,
        journal: Journal,
        run: Callable[[Exchange], Awaitable[None]],
    ) -> None:
        """Answer from the journal, or by ``run``, whose answer is kept. Raises what that raises.

        NotReady where the keeper cannot say whether there is an answer: the call is not made a second time.
        """
        asked = self._digest(exchange.path, body)
        named = exchange.headers.get(IDEMPOTENCY)
        key = asked if named is None else _named(named)
        if named is not None or (task.run_attempt or 0) > 1:
            found = await self._find(FindStep(task.token, key, named is not None))
            if found is not None:
                if found.asked != asked:
                    raise InvalidRequest(
                        "The idempotency key was used for another request.",
                        fix="Give each request a key of its own.",
                        field="idempotency-key",
                        code="idempotency_key_reused",
                    )
                journal.write(call.done(self._clock.monotonic_ns(), outcome=REPLAYED, status=200))
                await _give(exchange, call, found)
                return

        async def keep(head: bytes, parts: list[bytes], *, streamed: bool) -> None:
            text = _encoder.encode(Kept(call.call_id, asked, streamed, head, b"".join(parts)))
            step = Step(task.token, call.admitted_ns // 1_000_000_000, key, named is not None, text)
            why_not = await self._keep(step)
            if why_not is not None:
                logger.warning("the answer of %s of %s is not kept: %s", call.call_id, call.task_id, why_not)

        keeping = _Keeping(exchange, keep)
        await run(cast("Exchange", keeping))
        await keeping.end()

    def _digest(self, path: str, body: bytes) -> str:
        digest = self._keyed.copy()
        digest.update(path.encode())
        digest.update(b"\0")
        digest.update(body)
        return digest.hexdigest()

    async def _find(self, question: FindStep) -> Kept | None:
        try:
            told = await self._link.ask(question)
        except (OSError, StateError) as error:
            raise NotReady("The keeper cannot be reached.", fix="Try again soon.") from error
        if not isinstance(told, StepIs):
            raise NotReady(f"the keeper answered {type(told).__name__} to FindStep")
        return None if told.text is None else _decoder.decode(told.text)

    async def _keep(self, step: Step) -> str | None:
        """Have an answer kept; return in words why it was not."""
        if len(step.text) > MAX_ANSWER_BYTES:
            return f"it is longer than {MAX_ANSWER_BYTES >> 20} MiB"
        kept: asyncio.Future[str | None] = asyncio.get_running_loop().create_future()
        self._waiting.append((step, kept))
        if self._sending is None:
            self._sending = asyncio.create_task(self._send())
        try:
            async with asyncio.timeout(KEEP_S):
                return await kept
        except TimeoutError:
            return f"the keeper did not answer within {KEEP_S:g} s"

    async def _send(self) -> None:
        """Send what waits, as much at a time as has come together, until nothing does."""
        try:
            while self._waiting:
                await self._settle(self._next())
        finally:
            self._sending = None

    async def _settle(self, batch: list[_Waiting]) -> None:
        """Tell each what the keeper says; one that is away is asked again while anybody waits.

        An answer that went on without being kept is not sent any more.
        """
        while batch := [(step, kept) for step, kept in batch if not kept.done()]:
            try:
                told = await self._link.ask(KeepSteps(tuple(step for step, _ in batch)))
            except (PodiumError, OSError):
                await asyncio.sleep(AGAIN_S)
                continue
            unknown = f"the keeper answered {type(told).__name__}"
            refused = told.refused if isinstance(told, StepsKept) else (unknown,) * len(batch)
            for (_, kept), why_not in zip(batch, refused, strict=True):
                if not kept.done():
                    kept.set_result(why_not)
            return

    def _next(self) -> list[_Waiting]:
        count = size = 0
        for step, _ in self._waiting[:BATCH]:
            size += len(step.text)
            if count and size > BATCH_BYTES:
                break
            count += 1
        batch, self._waiting = self._waiting[:count], self._waiting[count:]
        return batch

    async def close(self) -> None:
        """Close the connection to the keeper."""
        if self._sending is not None:
            self._sending.cancel()
        await self._link.close()


class _Keeping:
    """An exchange whose answer is kept before its end goes out. It has what the path needs of one."""

    def __init__(self, exchange: Exchange, keep: Callable[..., Awaitable[None]]) -> None:
        self._exchange = exchange
        self._keep = keep
        self._head = b""
        self._parts: list[bytes] = []
        self._bytes = 0
        self._answer: tuple[int, Any, bytes] | None = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._exchange, name)

    @property
    def started(self) -> bool:
        return self._answer is not None or self._exchange.started

    def respond(self, status: int, headers: Any, body: bytes) -> None:
        """Hold a whole answer back until `end`."""
        self._answer = (status, headers, body)

    def start_stream(self, status: int, headers: bytes) -> None:
        self._head = headers
        self._exchange.start_stream(status, headers)

    def push(self, data: bytes) -> bool:
        self._note(data)
        return self._exchange.push(data)

    async def write_last(self, data: bytes) -> None:
        """Keep a stream's answer, and send its end, behind which nothing comes."""
        self._note(data)
        if self._bytes <= MAX_ANSWER_BYTES:
            await self._keep(self._head, self._parts, streamed=True)
        await self._exchange.write_last(data)

    def _note(self, data: bytes) -> None:
        self._bytes += len(data)
        if self._bytes <= MAX_ANSWER_BYTES:
            self._parts.append(data)
        else:
            self._parts.clear()

    async def end(self) -> None:
        """Keep an answer that was held back, and send it."""
        if self._answer is None:
            return
        status, headers, body = self._answer
        if status == 200:
            await self._keep(headers, [body], streamed=False)
        self._exchange.respond(status, headers, body)


async def _give(exchange: Exchange, call: Call, kept: Kept) -> None:
    head = b"".join(
        b"\r\n" + line for line in kept.head.split(b"\r\n") if line and not line.lower().startswith(_ONCE)
    )
    head += (
        b"\r\nx-podium-trace-id: %b\r\nx-podium-task: %b\r\nx-podium-cost-nano-usd: 0\r\nx-podium-cost-usd: 0"
        % (
            call.trace_id.encode(),
            call.task_id.encode(),
        )
    )
    head += b"\r\nx-podium-replayed: " + answers.safe_text(kept.call_id)
    if not kept.streamed:
        exchange.respond(200, head, kept.body)
        return
    exchange.start_stream(200, head)
    await exchange.write_last(kept.body)


def _named(value: bytes) -> str:
    """Return a client's idempotency key as it is kept. Raises InvalidRequest where it is not usable."""
    text = value.decode("latin-1")
    if not text or len(text) > MAX_KEY_CHARS or not text.isascii() or not text.isprintable():
        raise InvalidRequest(
            "The idempotency-key header is not usable.",
            fix=f"Send 1 to {MAX_KEY_CHARS} printable ASCII characters.",
            field="idempotency-key",
        )
    return sha256(value).hexdigest()
