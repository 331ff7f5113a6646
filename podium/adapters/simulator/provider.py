"""The simulated provider: OpenAI's format at a set speed, with set faults, and a count of its own."""

import asyncio
import functools
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager

import msgspec

from podium.adapters.simulator import answers, anthropic, gemini, responses
from podium.adapters.simulator.config import SimulatorConfig, Steering
from podium.adapters.simulator.count import Count, Operation, SimRecord
from podium.adapters.simulator.plan import Plan, decide
from podium.net.server import Exchange, Header, Server

_JSON: Header = (b"content-type", b"application/json")
_EVENTS: Header = (b"content-type", b"text/event-stream; charset=utf-8")


class Fate(msgspec.Struct, frozen=True):
    """What shall go wrong with one request; nothing, if all are unset."""

    status: int | None = None
    retry_after: str | None = None
    hang: bool = False
    hang_after_events: int | None = None
    cut: bool = False
    cut_after_events: int | None = None
    """Half-way, if ``cut`` is set and this is not."""
    error_after_events: int | None = None


def decide_fate(config: SimulatorConfig, steer: Steering, draws: tuple[float, float, float]) -> Fate:
    """Decide a request's fate: what it asks for itself, else what three draws from [0, 1) say."""
    if steer.status is not None:
        return Fate(status=steer.status, retry_after=steer.retry_after)
    if steer.hang or steer.cut_after_events is not None or steer.error_after_events is not None:
        return Fate(
            hang=steer.hang,
            cut=steer.cut_after_events is not None,
            cut_after_events=steer.cut_after_events,
            error_after_events=steer.error_after_events,
        )
    if steer.hang_after_events is not None:
        return Fate(hang_after_events=steer.hang_after_events)
    error, hang, cut = draws
    if error < config.error_rate:
        return Fate(status=config.error_status)
    return Fate(hang=hang < config.hang_rate, cut=cut < config.cut_rate)


class SimulatedProvider:
    """A running simulated provider: its handler, its count and its address."""

    def __init__(self, config: SimulatorConfig, count: Count) -> None:
        self.config = config
        self.count = count
        self.server = Server(self.handle)
        self.extra_headers: list[Header] = []
        """Sent with every answer."""
        self._random = random.Random(config.seed)  # noqa: S311 - faults are drawn, not secrets
        self._answer_headers = {"plain": [_JSON], "stream": [_EVENTS, (b"cache-control", b"no-cache")]}

    @property
    def base_url(self) -> str:
        """What a client takes as its base URL: ``http://127.0.0.1:8790/v1``."""
        return f"http://{self.config.host}:{self.server.port}/v1"

    @property
    def records(self) -> list[SimRecord]:
        """The record of every request so far, in the order of arrival."""
        return self.count.records

    async def handle(self, exchange: Exchange) -> None:
        """Answer one HTTP request."""
        route = (exchange.method, exchange.path.removesuffix("/"))
        if route == ("POST", "/v1/chat/completions"):
            await self._counted(exchange, "chat", self._chat)
        elif route == ("POST", "/v1/embeddings"):
            await self._counted(exchange, "embeddings", self._embeddings)
        elif route == ("POST", "/v1/messages"):
            await self._counted(exchange, "chat", self._message)
        elif route == ("POST", "/v1/messages/count_tokens"):
            await self._counted(exchange, "count_tokens", self._count_tokens)
        elif route == ("POST", "/v1/responses"):
            await self._counted(exchange, "chat", self._respond)
        elif exchange.path.startswith("/v1beta/models/") and exchange.method == "POST":
            await self._google(exchange)
        elif route == ("GET", "/v1beta/models"):
            exchange.respond(200, [_JSON], gemini.encode_models(self.config.models))
        elif route == ("GET", "/v1/models"):
            exchange.respond(200, [_JSON], answers.encode_models(self.config.models))
        elif route == ("GET", "/count"):
            exchange.respond(200, [_JSON], self.count.encode_totals())
        elif route == ("GET", "/count/records"):
            exchange.respond(200, [(b"content-type", b"application/jsonl")], self.count.encode_records())
        else:
            message = f"The simulated provider has no {exchange.method} {exchange.path}."
            exchange.respond(404, [_JSON], _encode_error(exchange)(404, message))

    async def _google(self, exchange: Exchange) -> None:
        """Answer one of Google's methods, which stand behind the model in the path."""
        model, method = gemini.method_of(exchange.path)
        if method in {"generateContent", "streamGenerateContent"}:
            await self._counted(exchange, "chat", self._generate)
        elif method in {"embedContent", "batchEmbedContents"}:
            await self._counted(exchange, "embeddings", self._google_embeddings)
        elif method == "countTokens":
            tokens = gemini.count_prompt(gemini.decode_generate(await exchange.read_body()))
            exchange.respond(200, [_JSON], b'{"totalTokens":%d}' % tokens)
        else:
            message = f"The simulated provider has no method {method} of {model}."
            exchange.respond(404, [_JSON], gemini.encode_error(404, message))

    async def _counted(
        self,
        exchange: Exchange,
        operation: Operation,
        answer: Callable[[Exchange, SimRecord, bytes], Awaitable[None]],
    ) -> None:
        """Answer a model call; its record ends with it, however it ends."""
        request_id = exchange.headers.get(b"x-client-request-id", b"").decode("latin-1")
        record = self.count.begin(request_id=request_id, operation=operation, received_ns=time.time_ns())
        try:
            body = await exchange.read_body()
            try:
                await answer(exchange, record, body)
            except msgspec.MsgspecError as invalid:
                self._refuse(exchange, record, Fate(status=400), str(invalid))
        finally:
            self.count.end(record)

    def _headers(self, record: SimRecord, kind: str) -> list[Header]:
        request_id = (b"x-request-id", b"req_sim_%d" % record.number)
        return [*self._answer_headers[kind], *self.extra_headers, request_id]

    def _refuse(self, exchange: Exchange, record: SimRecord, fate: Fate, message: str) -> None:
        status = fate.status or 500
        headers = self._headers(record, "plain")
        encode = _encode_error(exchange)
        if fate.retry_after is not None and encode is gemini.encode_error:
            encode = functools.partial(encode, retry_after=fate.retry_after)  # Google tells it in the body
        elif fate.retry_after is not None:
            headers.append((b"retry-after", fate.retry_after.encode()))
        exchange.respond(status, headers, encode(status, message, code="simulated"))
        record.status = status
        record.completed = True

    async def _meet_fate(
        self, exchange: Exchange, record: SimRecord, steer: Steering, received_s: float
    ) -> Fate | None:
        """Wait for the first token's time. Return what is left to go wrong, or None if it was refused."""
        draws = (self._random.random(), self._random.random(), self._random.random())
        fate = decide_fate(self.config, steer, draws)
        if fate.hang:
            await _forever()
        ttft_ms = self.config.ttft_ms if steer.ttft_ms is None else steer.ttft_ms
        await _until(received_s + ttft_ms / 1000)
        if fate.status is not None:
            self._refuse(exchange, record, fate, f"The simulated provider answers {fate.status}.")
            return None
        return fate

    async def _chat(self, exchange: Exchange, record: SimRecord, body: bytes) -> None:
        received_s = asyncio.get_running_loop().time()
        request = answers.decode_chat(body)
        record.model, record.streamed = request.model, request.stream
        question = answers.question_of(request)
        steer = question.steer
        fate = await self._meet_fate(exchange, record, steer, received_s)
        if fate is None:
            return
        plan = decide(question, default_tokens=self.config.tokens)
        asked = request.stream_options is not None and request.stream_options.include_usage
        with_usage = not steer.no_usage and (asked or not request.stream)
        answer_id, created_s = f"chatcmpl-sim{record.number}", record.received_ns // 1_000_000_000
        record.status = 200
        if not request.stream:
            whole = answers.encode_plain(
                plan, answer_id=answer_id, created_s=created_s, with_usage=with_usage
            )
            itl_ms = self.config.itl_ms if steer.itl_ms is None else steer.itl_ms
            if itl_ms:
                await asyncio.sleep(itl_ms / 1000 * plan.all_pieces)
            await self._answer_plain(exchange, record, fate, whole)
            record.take_usage(plan.usage)
            return
        stream = answers.Stream(plan, answer_id=answer_id, created_s=created_s, with_usage=with_usage)
        await self._answer_stream(exchange, record, fate, stream, plan, steer)

    async def _message(self, exchange: Exchange, record: SimRecord, body: bytes) -> None:
        received_s = asyncio.get_running_loop().time()
        request = anthropic.decode_request(body)
        record.model, record.streamed = request.model, request.stream
        steer = anthropic.question_of(request).steer
        fate = await self._meet_fate(exchange, record, steer, received_s)
        if fate is None:
            return
        answer = anthropic.answer(request, number=record.number, default_tokens=self.config.tokens)
        record.status = 200
        if record.streamed:
            await self._answer_stream(exchange, record, fate, answer, answer.plan, steer)
            return
        await self._answer_plain(exchange, record, fate, answer.encode_plain())
        record.take_usage(answer.plan.usage)

    async def _respond(self, exchange: Exchange, record: SimRecord, body: bytes) -> None:
        received_s = asyncio.get_running_loop().time()
        request = responses.decode_request(body)
        record.model, record.streamed = request.model, bool(request.stream)
        steer = responses.question_of(request).steer
        fate = await self._meet_fate(exchange, record, steer, received_s)
        if fate is None:
            return
        answer = responses.answer(
            request,
            number=record.number,
            created_s=record.received_ns // 1_000_000_000,
            default_tokens=self.config.tokens,
        )
        record.status = 200
        if record.streamed:
            await self._answer_stream(exchange, record, fate, answer, answer.plan, steer)
            return
        await self._answer_plain(exchange, record, fate, answer.encode_plain())
        record.take_usage(answer.plan.usage)

    async def _count_tokens(self, exchange: Exchange, record: SimRecord, body: bytes) -> None:
        request = anthropic.decode_request(body)
        record.model, record.status, record.completed = request.model, 200, True
        count = msgspec.json.encode({"input_tokens": anthropic.input_tokens(request)})
        exchange.respond(200, self._headers(record, "plain"), count)

    async def _generate(self, exchange: Exchange, record: SimRecord, body: bytes) -> None:
        received_s = asyncio.get_running_loop().time()
        record.model, method = gemini.method_of(exchange.path)
        record.streamed = method == "streamGenerateContent"
        request = gemini.decode_generate(body)
        question = gemini.question_of(record.model, request)
        steer = question.steer
        fate = await self._meet_fate(exchange, record, steer, received_s)
        if fate is None:
            return
        plan = decide(question, default_tokens=self.config.tokens)
        answer = gemini.Answer(
            plan,
            answer_id=gemini.answer_id_of(record.number),
            thoughts=gemini.shows_thoughts(request),
            steer=steer,
        )
        record.status = 200
        if record.streamed:
            await self._answer_stream(exchange, record, fate, gemini.Stream(answer), plan, steer)
            return
        await self._answer_plain(exchange, record, fate, gemini.encode_plain(answer))
        record.take_usage(plan.usage)

    async def _google_embeddings(self, exchange: Exchange, record: SimRecord, body: bytes) -> None:
        received_s = asyncio.get_running_loop().time()
        record.model, method = gemini.method_of(exchange.path)
        one = method == "embedContent"
        requests = gemini.decode_embeddings(body, one=one)
        fate = await self._meet_fate(exchange, record, Steering(), received_s)
        if fate is None:
            return
        record.status = 200
        whole, record.prompt_tokens = gemini.encode_embeddings(requests, one=one)
        await self._answer_plain(exchange, record, fate, whole)

    async def _embeddings(self, exchange: Exchange, record: SimRecord, body: bytes) -> None:
        received_s = asyncio.get_running_loop().time()
        request = answers.decode_embeddings(body)
        record.model = request.model
        fate = await self._meet_fate(exchange, record, request.podium_sim, received_s)
        if fate is None:
            return
        record.status = 200
        with_usage = not request.podium_sim.no_usage
        await self._answer_plain(
            exchange, record, fate, answers.encode_embeddings(request, with_usage=with_usage)
        )
        record.prompt_tokens = answers.embedding_tokens(request)

    async def _answer_plain(self, exchange: Exchange, record: SimRecord, fate: Fate, whole: bytes) -> None:
        if fate.cut:
            exchange.start_stream(200, self._headers(record, "plain"))
            await exchange.write(whole[: len(whole) // 2])
            await _cut()
        exchange.respond(200, self._headers(record, "plain"), whole)
        record.completed = True

    async def _answer_stream(
        self,
        exchange: Exchange,
        record: SimRecord,
        fate: Fate,
        stream: answers.Stream | anthropic.Answer | gemini.Stream | responses.Answer,
        plan: Plan,
        steer: Steering,
    ) -> None:
        opening, tokens, closing = stream.opening(), stream.tokens(), [*stream.closing(), *stream.sentinel]
        events = opening + tokens + closing
        record.prompt_tokens = plan.usage.prompt_tokens
        exchange.start_stream(200, self._headers(record, "stream"))
        itl_s = (self.config.itl_ms if steer.itl_ms is None else steer.itl_ms) / 1000
        stops = [fate.hang_after_events, fate.cut_after_events, fate.error_after_events]
        until = min([len(events) // 2 if fate.cut else len(events), *[s for s in stops if s is not None]])
        sent = 0
        start_s = asyncio.get_running_loop().time()
        while sent < until:
            due = until if itl_s <= 0 else await _due(start_s, itl_s, sent, len(opening), len(tokens))
            due = min(due, until)
            await exchange.write(b"".join(events[sent:due]))
            sent = due
            record.completion_tokens = min(max(0, sent - len(opening)), len(tokens))
        await self._end_stream(exchange, fate, until == len(events))
        if until == len(events):
            record.take_usage(plan.usage)
            record.completed = True

    async def _end_stream(self, exchange: Exchange, fate: Fate, whole: bool) -> None:
        """End a stream in good order, or with the fault that stopped it before its last event."""
        if not whole and fate.hang_after_events is not None:
            await _forever()
        if not whole and fate.error_after_events is not None:
            message = "The simulated provider broke off."
            if exchange.path.startswith("/v1/responses"):
                await exchange.write(responses.encode_break(message))
            else:
                error = _encode_error(exchange)(500, message, code="simulated")
                named = b"event: error\n" if exchange.path.startswith("/v1/messages") else b""
                await exchange.write(b"%bdata: %b\n\n" % (named, error))
        elif not whole:
            await _cut()
        exchange.finish()


def _encode_error(exchange: Exchange) -> Callable[..., bytes]:
    """Return how an error is written in the format of a path."""
    if exchange.path.startswith("/v1/messages"):
        return anthropic.encode_error
    return gemini.encode_error if exchange.path.startswith("/v1beta/") else answers.encode_error


async def _due(start_s: float, itl_s: float, sent: int, opening: int, tokens: int) -> int:
    """Wait until the next event is due; return how many are due then, what comes after the last token too.

    The n-th token is due n intervals after the first, however late the loop is: so the pace holds.
    """
    token = max(0, sent - opening)
    await _until(start_s + token * itl_s)
    elapsed = asyncio.get_running_loop().time() - start_s
    due = max(token, int(elapsed / itl_s)) + 1
    return opening + due if due < tokens else opening + tokens + (1 << 30)


async def _until(at_s: float) -> None:
    delay_s = at_s - asyncio.get_running_loop().time()
    if delay_s > 0:
        await asyncio.sleep(delay_s)


async def _cut() -> None:
    """End this handler unfinished: the server closes the connection of a handler that is cancelled."""
    raise asyncio.CancelledError


async def _forever() -> None:
    await asyncio.Event().wait()


@asynccontextmanager
async def simulated_provider(config: SimulatorConfig | None = None) -> AsyncIterator[SimulatedProvider]:
    """Run a simulated provider in this loop; by default on a free port. Cuts what is in flight at the end."""
    config = config or SimulatorConfig(port=0)
    with Count(config.count_file) as count:
        provider = SimulatedProvider(config, count)
        await provider.server.listen(host=config.host, port=config.port)
        try:
            yield provider
        finally:
            await provider.server.drain(0)


async def serve(
    config: SimulatorConfig, *, stop: asyncio.Event, announce: Callable[[str], None] = lambda _: None
) -> None:
    """Serve until ``stop`` is set. ``announce`` is told the base URL once it answers. Raises OSError."""
    async with simulated_provider(config) as provider:
        announce(provider.base_url)
        await stop.wait()


def faults_of(config: SimulatorConfig) -> Sequence[str]:
    """Return in words which faults are set, for the line that is printed at the start."""
    rates = {"errors": config.error_rate, "hangs": config.hang_rate, "cuts": config.cut_rate}
    return [f"{name} {rate:.1%}" for name, rate in rates.items() if rate]
