"""The life of one call: identify, admit, decode, then per attempt choose, bound, hold, send, settle, tag."""

import asyncio
import logging
from collections.abc import Awaitable
from contextlib import ExitStack
from functools import partial
from hashlib import blake2b
from typing import Final

import msgspec

from podium.gateway import answers, outcomes
from podium.gateway.allowances import Flight
from podium.gateway.attempt import Attempt, Call, make_hold
from podium.gateway.choose import decide_order, decide_route, smaller_first
from podium.gateway.counting import answer_estimate, is_estimated
from podium.gateway.cutting import why_ended
from podium.gateway.delivery import answer, observe, stream, take_head
from podium.gateway.drawing import Drawing, Ticket
from podium.gateway.endpoints import (
    Endpoint,
    asks_for_websocket,
    error_format,
    find_codec,
    find_credential,
    find_endpoint,
    no_websockets,
    nothing_at,
    spoken_by,
)
from podium.gateway.health import Health
from podium.gateway.hearing import hear
from podium.gateway.identity import HOUR_NS, Caller, check_key_calls, implicit_task, read_session
from podium.gateway.lane import Begun, Lane
from podium.gateway.listing import list_models, lists
from podium.gateway.plan import Plan, Plans, format_lines
from podium.gateway.recall import Recall
from podium.gateway.refusals import keep_to_ourselves, read_refusal
from podium.gateway.repeating import may_try_another, pause
from podium.gateway.shedding import LoadGuard
from podium.gateway.standing import Standing
from podium.gateway.steps import Stepper
from podium.gateway.tasks import TaskDoor
from podium.gateway.windows import Windows
from podium.kernel.call import Request
from podium.kernel.errors import (
    BudgetExhausted,
    Inexpressible,
    JournalError,
    NotFound,
    NotReady,
    PodiumError,
    RateLimited,
    StateError,
    Unbounded,
    UpstreamError,
    UpstreamRefused,
)
from podium.kernel.ids import FRESH_BYTES, fresh_ids, parse_traceparent
from podium.manifest.restraints import refusal
from podium.manifest.snapshot import RouteRow, Snapshot
from podium.net.leaving import leave
from podium.net.server import Exchange
from podium.net.upstream import Pool, UpstreamReply
from podium.ports import Clock, Entropy, Secrets
from podium.ports.content import ContentSink
from podium.ports.journal import Journal
from podium.wire.formats import Codec, ErrorFormat, Outgoing, WireError

MAX_REPLY_BYTES: Final = 64 << 20
_TRY_ANOTHER: Final = (UpstreamError, StateError, Unbounded, RateLimited, Inexpressible)
"""Behind these another attempt may follow."""

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
        health: Health | None = None,
        tasks: TaskDoor | None = None,
        recall: Recall | None = None,
        content: ContentSink | None = None,
    ) -> None:
        self._standing = standing
        self._journal = journal
        self._pool = pool
        self._secrets = secrets
        self._clock = clock
        self._entropy = entropy
        self._keyed = blake2b(key=digest_key, digest_size=16)
        self._stepper = Stepper(digest_key)
        self._strict = strict
        self._tasks, self._recall, self._content, self._windows = tasks, recall, content, Windows()
        self.guard = LoadGuard()
        self._plans = Plans()
        self._drawing = Drawing(standing.slices, self._plans, clock)
        self._health = health if health is not None else Health(clock)
        self._health.allowances.workers = lambda: standing.workers
        lane = Lane(
            standing=standing,
            journal=journal,
            pool=pool,
            secrets=secrets,
            clock=clock,
            entropy=entropy,
            keyed=self._keyed,
            stepper=self._stepper,
            guard=self.guard,
            plans=self._plans,
            drawing=self._drawing,
            health=self._health,
            windows=self._windows,
            resume=self._resume,
        )
        self.lane = lane
        self.at_once = None if strict else lane.take
        """For `net.server.Server.at_once`."""
        self._plain = {"/livez": self._livez, "/readyz": self._readyz}

    def handle(self, exchange: Exchange) -> Awaitable[None]:
        """Serve one exchange to its end. Only cancellation and net's own errors come out of it."""
        endpoint = find_endpoint(exchange.path)
        if endpoint is not None and exchange.method == "POST":
            self.lane.on_path += 1
            return self._serve(exchange, endpoint)
        return self._serve_other(exchange, endpoint)

    async def _serve_other(self, exchange: Exchange, endpoint: Endpoint | None) -> None:
        if self._tasks is not None and self._tasks.serves(exchange.path):
            await self._tasks.handle(exchange)
            return
        try:
            plain = self._models if lists(exchange) else self._plain.get(exchange.path)
            if plain is not None and exchange.method in {"GET", "HEAD"}:
                await plain(exchange)
                return
            if asks_for_websocket(exchange):
                raise no_websockets()
            raise nothing_at(
                exchange, "POST" if endpoint is not None else "GET" if plain is not None else None
            )
        except PodiumError as error:
            status, headers, body = answers.refusal(error, [], error_format(exchange))
            if status == 405:
                headers.append((b"allow", b"POST" if endpoint is not None else b"GET, HEAD"))
            exchange.respond(status, headers, body)

    async def _livez(self, exchange: Exchange) -> None:
        exchange.respond(200, [answers.JSON], b'{"status":"live"}')

    async def _readyz(self, exchange: Exchange) -> None:
        exchange.respond(*answers.readiness(self._standing.refusal()))

    async def _models(self, exchange: Exchange) -> None:
        snapshot = await self._standing.admit()
        caller = self._standing.caller(find_credential(exchange))
        if caller.task is None:
            check_key_calls(caller.agent)
        self._standing.prove(exchange, caller)
        body = list_models(exchange.path, snapshot, caller.agent, spoken=spoken_by(exchange))
        exchange.respond(200, [answers.JSON, (b"x-podium-manifests", b"%d" % snapshot.version)], body)

    async def _serve(self, exchange: Exchange, endpoint: Endpoint) -> None:
        call: Call | None = None
        try:
            standing, headers = self._standing, exchange.headers
            snapshot = standing.now()
            if snapshot is None:
                snapshot = await standing.admit()
            caller = standing.caller(find_credential(exchange))
            agent, task = caller.agent, caller.task
            if task is None:
                check_key_calls(agent)
            elif task.jkt is not None:
                standing.prove(exchange, caller)
            if self.guard.refuses(agent.name):
                raise NotReady(
                    "This worker has more to do than it can.", fix="Try again soon.", code="overloaded"
                )
            exchange.note = call = self._begin(headers, endpoint, snapshot, caller)
            call.orders = standing.orders
            said = headers.get(outcomes.HEADER)
            if said is not None:
                call.report = outcomes.read_header(said, find_credential(exchange), caller, call.task_id)
            held = standing.held(caller, call)
            if held.refused is not None:
                raise refusal(held.refused)
            body = await exchange.read_body()
            call.body_done_ns = self._clock.monotonic_ns()
            request = endpoint.wire.decode_request(body, exchange.target)
            msgspec.structs.force_setattr(request, "admitted_s", call.admitted_ns // 1_000_000_000)
            call.route, call.streamed = request.route, request.stream
            route = decide_route(snapshot, call.agent, request)
            digest = self._keyed.copy()
            digest.update(body)
            call.request_digest = digest.hexdigest()
            call.step = self._stepper.step(request)
            call.warned = held.warned
            if agent.content is not None and self._content is not None:
                exchange = hear(exchange, call, endpoint, body, self._content)
            if task is not None or call.session is not None:
                call.window = self._windows.begin(call.task_id, request, endpoint, snapshot, standing.orders)
            if task is None or task.run_attempt is None or self._recall is None:
                await self._run(exchange, endpoint, call, request, route)
            else:
                run = partial(self._run, endpoint=endpoint, call=call, request=request, route=route)
                await self._recall.serve(exchange, call, task, body, self._journal, run)
        except (PodiumError, asyncio.CancelledError) as error:
            await self._refuse(exchange, call, why_ended(error, call), endpoint.wire)
        finally:
            if call is not None:
                if call.lease is not None:
                    call.lease.end(call.tokens)
                if call.heard is not None:
                    call.heard.end()
                if call.report is not None and self._tasks is not None:
                    self._tasks.reports.tell(call.report)

    def _begin(
        self, headers: dict[bytes, bytes], endpoint: Endpoint, snapshot: Snapshot, caller: Caller
    ) -> Call:
        clock = self._clock
        now_ns, started_ns = clock.wall_ns(), clock.monotonic_ns()
        call_id, own_trace, charge_id, span_id = fresh_ids(now_ns // 1_000_000, self._entropy(FRESH_BYTES))
        value = headers.get(b"x-podium-session")
        session = read_session(value) if value is not None else None
        parent = headers.get(b"traceparent")
        context = parse_traceparent(parent.decode("latin-1")) if parent is not None else None
        trace_id, parent_span_id = context if context is not None else (own_trace, None)
        agent, task = caller.agent, caller.task
        if task is not None:
            task_id, root_id = task.task_id, task.root_id
        else:
            task_id = root_id = implicit_task(
                agent.name, session, 0 if session is not None else now_ns // HOUR_NS
            )
        return Call(
            call_id,
            trace_id,
            parent_span_id,
            agent,
            task_id,
            root_id,
            session,
            snapshot,
            endpoint.operation,
            now_ns,
            started_ns,
            (charge_id, span_id),
        )

    async def _refuse(
        self, exchange: Exchange, call: Call | None, error: PodiumError, wire: ErrorFormat
    ) -> None:
        extra: list[answers.Header] = []
        if call is not None:
            extra = [
                (b"x-podium-trace-id", call.trace_id.encode()),
                (b"x-podium-task", call.task_id.encode()),
            ]
        status, headers, body = answers.refusal(error, extra, wire)
        if isinstance(error, (UpstreamRefused, RateLimited, BudgetExhausted)):
            headers += answers.retry_after(error.retry_after_s)
        if call is not None and not call.ended and not isinstance(error, JournalError):
            outcome = "error" if call.attempts else "refused"
            try:
                self._journal.write(
                    call.done(
                        self._clock.monotonic_ns(),
                        outcome=outcome,
                        status=200 if exchange.started else status,
                        code=error.error_code,
                        message=str(error),
                    )
                )
            except JournalError as failed:
                status, headers, body = answers.refusal(failed, extra, wire)
        if not exchange.started:
            exchange.respond(status, headers, body)
            return
        # The head has gone out: an error is an event now, and the stream ends without its end.
        told = WireError(status, error.error_code, error.told or str(error))
        await exchange.write(wire.encode_stream_error(told))
        exchange.finish()

    async def _run(
        self,
        exchange: Exchange,
        endpoint: Endpoint,
        call: Call,
        request: Request,
        route: RouteRow,
        last: PodiumError | None = None,
    ) -> None:
        """Make attempts until one goes well. ``last``: why the first one failed, which was made already."""
        health, snapshot, agent = self._health, call.snapshot, call.agent
        models = health.order(decide_order(snapshot, route, request, self._entropy))
        larger = models[0].name
        if call.warned is not None:
            models = smaller_first(route, models)
        limited, blocked = self._standing.rates.limit(snapshot), self._standing.orders.blocked_models
        most = route.retry.max_attempts
        for number in range(0 if last is None else 1, most):  # each model in turn, then from the start
            model = models[number % len(models)]
            if number >= len(models) and last is not None:
                if not last.retryable or not health.may_repeat(model.provider):
                    break
                if not await pause(last, call.attempts - len(models), route):
                    break
            plan = self._plans.of(snapshot, model)
            if call.operation == "count_tokens" and is_estimated(endpoint, plan):
                now_ns = self._clock.monotonic_ns()
                self._journal.write(answer_estimate(exchange, endpoint, call, request, plan, now_ns))
                return
            patient = number + 1 >= len(models) or number + 1 >= most
            ticket, flight = None, None
            try:
                found = self._drawing.take(snapshot, agent, route, plan, request, call.root_id, blocked)
                if not isinstance(found, Ticket):
                    found = await self._drawing.draw(
                        snapshot, agent, route, found, request, call.root_id, blocked
                    )
                ticket, plan = found, found.plan
                if call.warned is not None and plan.model.name != larger:
                    ticket.degrade(larger, f"the breaker of {call.warned.key} is {call.warned.state}")
                flight = await health.allow(plan, ticket.bound, route.max_wait_ms / 1000 if patient else 0.0)
                sending = exchange, endpoint, call, request, ticket, flight
                made = self._limited_attempt(*sending, route, patient) if limited else self._attempt(*sending)
                await made
            except _TRY_ANOTHER as error:
                self._failed(error, exchange, call, plan)
                last = error
                if patient and isinstance(error, RateLimited):
                    break
            else:
                health.went_well(plan)
                return
            finally:
                if ticket is not None:
                    ticket.let_go()
                if flight is not None:
                    flight.end(sent=False)
        if last is None:
            raise NotFound(f"Route {route.name} has no model.", fix="Add candidates to it.", field="model")
        raise last

    async def _limited_attempt(
        self,
        exchange: Exchange,
        endpoint: Endpoint,
        call: Call,
        request: Request,
        ticket: Ticket,
        flight: Flight,
        route: RouteRow,
        patient: bool,
    ) -> None:
        """Make an attempt within the limits of rate."""
        plan = ticket.plan
        most = ticket.bound.input_tokens + ticket.bound.output_tokens
        own, lease = await self._standing.rates.enter(
            call.agent, route, plan.provider.name, most, first=call.lease is None, patient=patient
        )
        if own is not None:
            call.lease = own
        made, spent = call.attempts, call.tokens
        try:
            await self._attempt(exchange, endpoint, call, request, ticket, flight)
        finally:
            if call.attempts > made:
                call.tokens = spent + (most if call.used is None else call.used)
            if lease is not None:
                if call.attempts > made:
                    lease.end(call.used)
                else:
                    lease.undo()

    async def _attempt(
        self,
        exchange: Exchange,
        endpoint: Endpoint,
        call: Call,
        request: Request,
        ticket: Ticket,
        flight: Flight,
    ) -> None:
        self._standing.check_still(exchange, call)
        plan, bound = ticket.plan, ticket.bound
        model = plan.model
        lines = plan.request_lines(self._secrets, stream=request.stream)
        codec = find_codec(endpoint, plan.provider.dialect)
        body, dropped = codec.encode_request(
            request, Outgoing(model.upstream, bound.set_max_output_tokens, plan.provider.output_limit_field)
        )
        if codec.headers:
            named, left_out = format_lines(codec, exchange.headers, model)
            lines, dropped = lines + named, dropped + left_out
        fresh, call.fresh = call.fresh, None
        if fresh is None:
            fresh = fresh_ids(call.admitted_ns // 1_000_000, self._entropy(FRESH_BYTES))[2:]
        charge_id, span_id = fresh
        own = f"\r\nx-client-request-id: {charge_id}\r\ntraceparent: 00-{call.trace_id}-{span_id}-01"
        hold = make_hold(call, ticket, charge_id, span_id)
        made = Attempt(call, request, plan, ticket, hold, self._journal, self._clock)
        with made as attempt:
            if self._strict:
                await attempt.durable()
            attempt.dropped, attempt.flight = dropped, flight
            reply = await self._pool.send(
                plan.origin,
                method="POST",
                target=plan.target(codec, request.operation, stream=request.stream),
                headers=lines + own.encode(),
                body=body,
                deadlines=plan.deadlines,
                on_sent=attempt.on_sent,
            )
            await self._receive(exchange, codec, attempt, reply)
        observe(attempt)

    async def _receive(
        self, exchange: Exchange, codec: Codec, attempt: Attempt, reply: UpstreamReply
    ) -> None:
        """Hand a provider's answer on, of which the head is in."""
        went_well = False
        try:
            take_head(attempt, reply, self._health)
            if not 200 <= reply.status < 300:
                raise await read_refusal(attempt.plan.provider, reply)
            attempt.received = True
            attempt.digest = self._keyed.copy()
            if attempt.request.stream:
                await stream(exchange, codec, attempt, reply)
            else:
                found = reply.whole()
                if found is None:
                    found = await reply.read(MAX_REPLY_BYTES)
                answer(exchange, codec, attempt, found)
            went_well = True
        finally:
            if went_well:
                leave(reply)
            else:
                reply.abort()

    async def _resume(self, begun: Begun, exchange: Exchange) -> None:
        """Go on with a call whose answer is not for the lane."""
        attempt, endpoint = begun.attempt, begun.endpoint
        call, plan = attempt.call, attempt.plan
        exchange.note = call
        last: PodiumError | None = None
        try:
            try:
                with ExitStack() as stack:
                    stack.push(attempt)
                    if begun.error is not None or begun.reply is None:
                        raise begun.error or StateError("a call was not sent")
                    await begun.reply.head()
                    await self._receive(exchange, begun.codec, attempt, begun.reply)
                observe(attempt)
                self._health.went_well(plan)
            except _TRY_ANOTHER as error:
                self._failed(error, exchange, call, plan)
                last = error
            finally:
                attempt.ticket.let_go()
                begun.give_back()
            if last is not None:
                await self._run(exchange, endpoint, call, attempt.request, begun.route, last)
        except (PodiumError, asyncio.CancelledError) as error:
            await self._refuse(exchange, call, why_ended(error, call), endpoint.wire)
        finally:
            if call.lease is not None:
                call.lease.end(call.tokens)

    def _failed(self, error: PodiumError, exchange: Exchange, call: Call, plan: Plan) -> None:
        """Take note of an attempt that failed. Raises its error where no other may follow."""
        keep_to_ourselves(error, plan, call.trace_id)
        self._health.failed(plan, error)
        if exchange.started or not may_try_another(error):
            raise error
