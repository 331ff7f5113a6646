"""The life of one call: identify, admit, decode, then per attempt choose, bound, hold, send, settle, tag."""

import asyncio
import logging
import math
from collections.abc import Awaitable, Callable
from hashlib import blake2b
from typing import Final

import msgspec

from podium import __version__
from podium.gateway import answers
from podium.gateway.attempt import Attempt, Call
from podium.gateway.choose import attempts, decide_order
from podium.gateway.endpoints import MODEL_ENDPOINTS, Endpoint
from podium.gateway.journal import Journal
from podium.gateway.refusals import read_refusal
from podium.gateway.standing import Standing
from podium.kernel.call import Request
from podium.kernel.errors import (
    BrokenReply,
    Forbidden,
    InvalidRequest,
    JournalError,
    NotFound,
    PodiumError,
    StateError,
    Unbounded,
    UpstreamError,
    UpstreamRefused,
)
from podium.kernel.ids import CallId, ChargeId, TaskId, TraceId, parse_traceparent, ulid
from podium.manifest.snapshot import AgentRow, ModelRow, ProviderRow, RouteRow, Snapshot
from podium.net.server import Exchange
from podium.net.upstream import Deadlines, Origin, Pool, UpstreamReply
from podium.ports import Clock, Entropy, Secrets
from podium.spend.bounds import Calibrator, ModelFacts, decide_bound, has_media
from podium.spend.prices import CostLine, cost_lines
from podium.spend.settlement import Settlement
from podium.wire import openai_chat

MAX_REPLY_BYTES: Final = 64 << 20
_HOUR_NS: Final = 3_600_000_000_000
_MAX_SESSION_CHARS: Final = 128

logger = logging.getLogger(__name__)


class Gateway:
    """Serves exchanges. One per worker."""

    def __init__(
        self,
        *,
        standing: Standing,
        journal: Journal,
        pool: Pool,
        secrets: Secrets,
        clock: Clock,
        entropy: Entropy,
        digest_key: bytes,
        strict: bool,
    ) -> None:
        self._standing = standing
        self._journal = journal
        self._pool = pool
        self._secrets = secrets
        self._clock = clock
        self._entropy = entropy
        self._digest_key = digest_key
        self._strict = strict
        self._calibrators: dict[str, Calibrator] = {}
        self._plain: dict[str, Callable[[Exchange], Awaitable[None]]] = {
            "/v1/models": self._models,
            "/livez": self._livez,
            "/readyz": self._readyz,
        }

    async def handle(self, exchange: Exchange) -> None:
        """Serve one exchange to its end. Only cancellation and net's own errors come out of it."""
        endpoint = MODEL_ENDPOINTS.get(exchange.path)
        if endpoint is not None and exchange.method == "POST":
            await self._serve(exchange, endpoint)
            return
        try:
            plain = self._plain.get(exchange.path)
            if plain is not None and exchange.method in {"GET", "HEAD"}:
                await plain(exchange)
                return
            if plain is not None or endpoint is not None:
                allowed = "POST" if endpoint is not None else "GET"
                raise NotFound(
                    f"{exchange.path} does not take {exchange.method}.",
                    fix=f"Use {allowed}.",
                    code="method_not_allowed",
                )
            raise NotFound(
                f"There is nothing at {exchange.method} {exchange.path}.", fix="See docs/gateway.md."
            )
        except PodiumError as error:
            status, headers, body = answers.refusal(error, [])
            if status == 405:
                headers.append((b"allow", b"POST" if endpoint is not None else b"GET, HEAD"))
            exchange.respond(status, headers, body)

    async def _livez(self, exchange: Exchange) -> None:
        exchange.respond(200, [answers.JSON], b'{"status":"live"}')

    async def _readyz(self, exchange: Exchange) -> None:
        reason = self._standing.refusal()
        if reason is None:
            exchange.respond(200, [answers.JSON], b'{"status":"ready"}')
        else:
            body = answers.error_body(503, "not_ready", f"not ready: {reason}")
            exchange.respond(503, [answers.JSON, (b"retry-after", b"1")], body)

    async def _models(self, exchange: Exchange) -> None:
        snapshot = await self._standing.admit()
        agent = self._standing.identify(exchange.headers.get(b"authorization"))
        data = [
            {"id": name, "object": "model", "created": 0, "owned_by": "podium"}
            for name in sorted(agent.routes)
        ]
        body = msgspec.json.encode({"object": "list", "data": data})
        exchange.respond(200, [answers.JSON, (b"x-podium-manifests", b"%d" % snapshot.version)], body)

    async def _serve(self, exchange: Exchange, endpoint: Endpoint) -> None:
        call: Call | None = None
        try:
            snapshot = await self._standing.admit()
            agent = self._standing.identify(exchange.headers.get(b"authorization"))
            call = self._begin(exchange, endpoint, snapshot, agent)
            body = await exchange.read_body()
            call.body_done_ns = self._clock.monotonic_ns()
            request = endpoint.wire.decode_request(body)
            call.route, call.streamed = request.route, request.stream
            route = _decide_route(snapshot, agent, request)
            call.request_digest = blake2b(body, key=self._digest_key, digest_size=16).hexdigest()
            await self._run(exchange, endpoint, call, request, route)
        except PodiumError as error:
            await self._refuse(exchange, call, error)

    def _begin(self, exchange: Exchange, endpoint: Endpoint, snapshot: Snapshot, agent: AgentRow) -> Call:
        clock, headers = self._clock, exchange.headers
        now_ns, started_ns = clock.wall_ns(), clock.monotonic_ns()
        entropy = self._entropy(26)
        session = _session(headers.get(b"x-podium-session"))
        parent = headers.get(b"traceparent")
        context = parse_traceparent(parent.decode("latin-1")) if parent is not None else None
        trace_id, parent_span_id = context if context is not None else (TraceId(entropy[10:26].hex()), None)
        return Call(
            call_id=CallId("call_" + ulid(now_ns // 1_000_000, entropy[:10])),
            trace_id=trace_id,
            parent_span_id=parent_span_id,
            agent=agent,
            task_id=implicit_task(agent.name, session, now_ns),
            session=session,
            snapshot=snapshot,
            operation=endpoint.operation,
            admitted_ns=now_ns,
            started_ns=started_ns,
        )

    async def _refuse(self, exchange: Exchange, call: Call | None, error: PodiumError) -> None:
        extra: list[answers.Header] = []
        if call is not None:
            extra = [
                (b"x-podium-trace-id", call.trace_id.encode()),
                (b"x-podium-task", call.task_id.encode()),
            ]
        status, headers, body = answers.refusal(error, extra)
        if isinstance(error, UpstreamRefused) and error.retry_after_s is not None:
            headers.append((b"retry-after", b"%d" % math.ceil(error.retry_after_s)))
        if call is not None and not call.ended and not isinstance(error, JournalError):
            outcome = "error" if call.attempts else "refused"
            self._journal.write(
                call.done(
                    self._clock.monotonic_ns(),
                    outcome=outcome,
                    status=200 if exchange.started else status,
                    code=error.error_code,
                    message=str(error),
                )
            )
        if not exchange.started:
            exchange.respond(status, headers, body)
            return
        # The head has gone out: an error is an event now, and the stream ends without [DONE].
        await exchange.write(openai_chat.StreamReader.failure(code=error.error_code, message=str(error)))
        exchange.finish()

    async def _run(
        self, exchange: Exchange, endpoint: Endpoint, call: Call, request: Request, route: RouteRow
    ) -> None:
        models = decide_order(call.snapshot, route, request, self._entropy)
        last: PodiumError | None = None
        for model, again in attempts(models, route.retry.max_attempts):
            if (
                again
                and last is not None
                and (not last.retryable or not await _pause(last, call.attempts - len(models), route))
            ):
                break
            try:
                await self._attempt(exchange, endpoint, call, request, route, model)
            except (UpstreamError, StateError, Unbounded) as error:
                if exchange.started or not _may_try_another(error):
                    raise
                last = error
            else:
                return
        if last is None:
            raise NotFound(f"Route {route.name} has no model.", fix="Add candidates to it.", field="model")
        raise last

    async def _attempt(
        self,
        exchange: Exchange,
        endpoint: Endpoint,
        call: Call,
        request: Request,
        route: RouteRow,
        model: ModelRow,
    ) -> None:
        provider = call.snapshot.providers[model.provider]
        facts = ModelFacts(
            name=model.name,
            prices=model.prices,
            context_window_tokens=model.context_window_tokens,
            max_output_tokens=model.max_output_tokens,
            ceiling_nano_usd=model.ceiling_nano_usd,
        )
        calibrator = self._calibrators.get(model.name)
        if calibrator is None:
            calibrator = self._calibrators[model.name] = Calibrator()
        bound = decide_bound(request, facts, calibrator.estimate(request.body_bytes))
        headers = self._upstream_headers(provider, request)
        body = endpoint.wire.encode_request(
            request,
            upstream_model=model.upstream,
            output_limit_field=provider.output_limit_field,
            max_output_tokens=bound.set_max_output_tokens,
        )
        entropy = self._entropy(18)
        attempt = Attempt(
            call=call,
            request=request,
            route=route,
            model=model,
            provider=provider,
            bound=bound,
            charge_id=ChargeId("chg_" + ulid(call.admitted_ns // 1_000_000, entropy[:10])),
            span_id=entropy[10:].hex(),
            journal=self._journal,
            clock=self._clock,
            strict=self._strict,
        )
        headers.append((b"x-client-request-id", attempt.charge_id.encode()))
        headers.append((b"traceparent", f"00-{call.trace_id}-{attempt.span_id}-01".encode()))
        async with attempt:
            reply = await self._send(attempt, endpoint, headers, body)
            try:
                if request.stream:
                    await self._stream(exchange, attempt, reply)
                else:
                    await self._plain_answer(exchange, endpoint, attempt, reply)
            finally:
                reply.abort()
        usage = attempt.reply.usage if attempt.reply is not None else None
        if usage is not None and not has_media(request):
            calibrator.observe(request.body_bytes, usage.input_tokens)

    def _upstream_headers(self, provider: ProviderRow, request: Request) -> list[answers.Header]:
        headers = [
            (b"content-type", b"application/json"),
            (b"accept", b"text/event-stream" if request.stream else b"application/json"),
            (b"accept-encoding", b"identity"),
            (b"user-agent", b"podium/" + __version__.encode()),
        ]
        headers.extend((name.encode(), value.encode()) for name, value in provider.headers.items())
        if provider.credential is not None:
            secret = self._secrets.read(provider.credential)
            headers.append((provider.auth_header.encode(), (provider.auth_prefix + secret).encode()))
        return headers

    async def _send(
        self, attempt: Attempt, endpoint: Endpoint, headers: list[answers.Header], body: bytes
    ) -> UpstreamReply:
        provider, timeouts = attempt.provider, attempt.provider.timeouts

        def on_sent() -> None:
            attempt.sent = True

        reply = await self._pool.send(
            Origin(provider.scheme, provider.host, provider.port, provider.ca_file),
            method="POST",
            target=provider.base_path + endpoint.upstream_path,
            headers=headers,
            body=body,
            deadlines=Deadlines(timeouts.connect_s, timeouts.first_byte_s, timeouts.idle_s, timeouts.total_s),
            on_sent=on_sent,
        )
        attempt.sent = True
        attempt.sent_ns, attempt.first_byte_ns = reply.sent_ns, reply.first_byte_ns
        attempt.http_status = reply.status
        request_id = reply.header(b"x-request-id")
        attempt.upstream_request_id = request_id.decode("latin-1") if request_id is not None else None
        if attempt.call.overhead_us is None:
            attempt.call.overhead_us = (reply.sent_ns - attempt.call.body_done_ns) // 1000
        if not 200 <= reply.status < 300:
            raise await read_refusal(provider, reply)
        attempt.received = True
        attempt.digest = blake2b(key=self._digest_key, digest_size=16)
        return reply

    async def _plain_answer(
        self, exchange: Exchange, endpoint: Endpoint, attempt: Attempt, reply: UpstreamReply
    ) -> None:
        body = await reply.read(MAX_REPLY_BYTES)
        if attempt.digest is not None:
            attempt.digest.update(body)
        try:
            attempt.reply = endpoint.wire.decode_reply(body)
        except (msgspec.MsgspecError, InvalidRequest) as error:
            raise BrokenReply(
                f"{attempt.provider.name} answered no {attempt.call.operation} object.", sent=True
            ) from error
        settlement = self._settle_ok(attempt)
        lines = _lines(attempt, settlement)
        usage = attempt.reply.usage
        details = answers.cost_details(attempt.hold, settlement.cost_nano_usd, settlement.estimated, lines)
        headers = [
            answers.JSON,
            *answers.call_headers(attempt.hold, attempt.call.overhead_us),
            *answers.cost_headers(
                settlement.cost_nano_usd,
                usage.input_tokens if usage is not None else None,
                usage.output_tokens if usage is not None else None,
                settlement.estimated,
            ),
        ]
        exchange.respond(200, headers, endpoint.wire.tag_reply(body, settlement.cost_nano_usd, details))

    async def _stream(self, exchange: Exchange, attempt: Attempt, reply: UpstreamReply) -> None:
        content_type = reply.header(b"content-type") or b""
        if not content_type.startswith(b"text/event-stream"):
            shown = content_type.decode("latin-1") or "no type"
            raise BrokenReply(f"{attempt.provider.name} answered a streamed request with {shown}.", sent=True)
        reader = openai_chat.StreamReader(client_wants_usage=attempt.request.wants_usage)
        attempt.partial = reader.reply
        digest, monotonic_ns = attempt.digest, self._clock.monotonic_ns
        chunk = await reply.next_chunk()
        exchange.start_stream(
            200, [answers.EVENT_STREAM, *answers.call_headers(attempt.hold, attempt.call.overhead_us)]
        )
        while chunk:
            if digest is not None:
                digest.update(chunk)
            out = reader.feed(chunk)
            if reader.first_token and not attempt.first_token_ns:
                attempt.first_token_ns = monotonic_ns()
            if reader.done or reader.error is not None:
                if out:
                    await exchange.write(out)
                break
            if out:
                await exchange.write(out)
            chunk = await reply.next_chunk()
        attempt.reply = reader.reply()
        if reader.error is not None:
            raise BrokenReply(
                f"{attempt.provider.name} ended the stream with an error: {reader.error}", sent=True
            )
        if not reader.done:
            raise BrokenReply(f"{attempt.provider.name} ended the stream before [DONE].", sent=True)
        settlement = self._settle_ok(attempt)
        lines = _lines(attempt, settlement)
        details = answers.cost_details(attempt.hold, settlement.cost_nano_usd, settlement.estimated, lines)
        await exchange.write(reader.finish(settlement.cost_nano_usd, details))
        exchange.finish()

    def _settle_ok(self, attempt: Attempt) -> Settlement:
        usage = attempt.reply.usage if attempt.reply is not None else None
        return attempt.settle(outcome="ok", usage=usage, final=True, status=200)


def implicit_task(agent: str, session: str | None, now_ns: int) -> TaskId:
    """Return the task of a call that names none: one per agent and session, else per agent and hour.

    Every worker derives the same id without asking: the entropy is a digest of the names, the time is the
    hour's start (zero for a session, whose first call no worker knows).
    """
    if session is not None:
        return TaskId("task_" + ulid(0, blake2b(f"{agent}\0{session}".encode(), digest_size=10).digest()))
    hour_ns = now_ns - now_ns % _HOUR_NS
    return TaskId("task_" + ulid(hour_ns // 1_000_000, blake2b(agent.encode(), digest_size=10).digest()))


def _session(value: bytes | None) -> str | None:
    if value is None:
        return None
    text = value.decode("latin-1")
    if not text or len(text) > _MAX_SESSION_CHARS or not text.isascii() or not text.isprintable():
        raise InvalidRequest(
            "The x-podium-session header is not usable.",
            fix=f"Send 1 to {_MAX_SESSION_CHARS} printable ASCII characters.",
            field="x-podium-session",
        )
    return text


def _decide_route(snapshot: Snapshot, agent: AgentRow, request: Request) -> RouteRow:
    route = snapshot.routes.get(request.route)
    if route is None:
        raise NotFound(
            f"There is no route {request.route!r}.",
            fix="GET /v1/models lists yours.",
            field="model",
            code="model_not_found",
        )
    if route.name not in agent.routes:
        raise Forbidden(
            f"Agent {agent.name} may not call route {route.name}.",
            fix="Add it to the Agent's spec.routes.",
            field="model",
            code="route_not_allowed",
        )
    if route.operation != request.operation:
        raise InvalidRequest(
            f"Route {route.name} serves {route.operation}, not {request.operation}.", field="model"
        )
    return route


def _lines(attempt: Attempt, settlement: Settlement) -> tuple[CostLine, ...]:
    usage = attempt.reply.usage if attempt.reply is not None else None
    if usage is None or attempt.model.prices is None or settlement.estimated:
        return ()
    return cost_lines(attempt.model.prices, usage)


def _may_try_another(error: PodiumError) -> bool:
    if isinstance(error, UpstreamRefused):
        return answers.is_transient(error.status)
    if isinstance(error, UpstreamError):
        return not error.received
    return True


async def _pause(error: PodiumError, turn: int, route: RouteRow) -> bool:
    """Wait before a second turn; False when the provider asks for longer than the route waits."""
    wait_s = route.retry.backoff_ms / 1000 * 2 ** max(turn, 0)
    if isinstance(error, UpstreamRefused) and error.retry_after_s is not None:
        if error.retry_after_s > route.retry.max_retry_after_s:
            return False
        wait_s = max(wait_s, error.retry_after_s)
    await asyncio.sleep(wait_s)
    return True
