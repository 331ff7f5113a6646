"""The lane: a call goes through without a task where nothing in it has to be waited for or chosen.

A head that is known says who calls at which address. With the snapshot and orders in force that settles most
of `path`: it is kept with the head (`_Way`) for as long as both are in force. A call on the lane is driven by
what arrives: the client's last byte up to the write to the provider, the answer's last byte up to the write
to the client. Everything else is the path's: what is not usual in a request before its hold is written, with
all left as it was; what is not usual in its answer behind that, by ``resume``.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from functools import partial
from hashlib import blake2b
from typing import Final, Literal, get_args

import msgspec

from podium.gateway import outcomes
from podium.gateway.attempt import Attempt, Call, make_hold
from podium.gateway.choose import decide_route
from podium.gateway.delivery import answer, observe, stream_whole, take_head
from podium.gateway.drawing import Drawing, Ticket
from podium.gateway.endpoints import Endpoint, find_codec, find_credential, find_endpoint
from podium.gateway.health import Health
from podium.gateway.identity import HOUR_NS, Caller, implicit_task
from podium.gateway.plan import Plan, Plans, format_lines
from podium.gateway.rates import Lease
from podium.gateway.shedding import LoadGuard
from podium.gateway.slices import Line
from podium.gateway.standing import Standing
from podium.gateway.steps import Stepper
from podium.gateway.windows import Windows
from podium.kernel.call import Request
from podium.kernel.errors import JournalError, StateError
from podium.kernel.ids import FRESH_BYTES, SpanId, TaskId, TraceId, fresh_ids, parse_traceparent
from podium.manifest.orders import Orders
from podium.manifest.restraints import FREE
from podium.manifest.snapshot import RouteRow, Snapshot
from podium.net.server import Exchange
from podium.net.upstream import Pool, UpstreamReply
from podium.ports import Clock, Entropy, Secrets
from podium.ports.journal import Journal
from podium.ports.link import LANE_WAYS
from podium.wire.formats import Codec, Outgoing

_ONLY_THE_PATHS: Final = (b"x-podium-session", outcomes.HEADER)
"""With these in its head a call is no usual one."""
_TRACE: Final = b"traceparent"
_PAGE: Final = b"origin"

logger = logging.getLogger(__name__)


Why = Literal[
    "session", "caller", "request", "route", "provider", "limits", "rates", "connection", "load", "answer"
]
"""Why a call leaves the lane, or never takes it."""


class _Stretch(msgspec.Struct, eq=False):
    """A route as one caller goes it: one model comes first, whatever the request."""

    route: RouteRow
    plan: Plan
    codec: Codec
    able: frozenset[str]
    """What its model can do."""
    outgoing: Outgoing
    """What becomes of a request that limits its output itself."""
    lines: tuple[Line, ...] = ()
    """The limits on it, as long as ``paths`` are those of all slices."""
    paths: object = None
    heads: dict[bool, tuple[bytes, bytes]] = {}
    """Of streamed requests and of others: the plan's lines, with a credential, and the head with these."""


class _Way(msgspec.Struct, eq=False):
    """What a head settles while a snapshot and orders are in force. Without an endpoint it is the path's."""

    snapshot: Snapshot
    orders: Orders
    endpoint: Endpoint | None = None
    caller: Caller | None = None
    task_id: TaskId = TaskId("")
    root_id: str = ""
    limited: bool = False
    """There are limits of rate, which may be this one's."""
    closed: Why | None = None
    """Why it is the path's; None: it is, but no call goes here."""
    until_ns: int = 0
    """Unix time up to which the task is this one."""
    stretches: dict[str, _Stretch | None] = {}
    """By the route's name; None: what is called by that name is the path's."""
    trace_at: int = -1
    """Where the values of a request with this head have the trace of its client; -1: not among them."""
    context: tuple[TraceId, SpanId] | None = None
    """The trace in the head, where that does not vary."""


class Begun(msgspec.Struct, eq=False):
    """A call whose hold is written and which was sent."""

    lane: "Lane"
    exchange: Exchange
    endpoint: Endpoint
    codec: Codec
    route: RouteRow
    attempt: Attempt
    limited: bool = False
    """There are limits of rate, which may be its own."""
    lease: Lease | None = None
    """What the attempt has taken from the limits of its provider."""
    reply: UpstreamReply | None = None
    error: Exception | None = None
    """What went wrong with its answer here."""

    def arrived(self, body: bytes | None) -> None:
        """Answer the client where the provider's answer is whole and good; else a task goes on."""
        reply = self.reply
        if reply is None:
            return  # it came from within the sending, whose error goes the same way
        if body is None:
            body = reply.whole()
        answered = False
        try:
            answered = body is not None and reply.status == 200 and self.lane.finish(self, reply, body)
        except Exception as error:  # noqa: BLE001 - the task raises it
            self.error = error
        if answered:
            self.lane.went += 1
            self.exchange.end()
            return
        if body is not None and self.error is None:
            reply.put_back(body)
        self.hand_over()

    def give_back(self) -> None:
        """Let limits of rate know what the attempt has used, when it is settled."""
        if self.limited:
            call, bound = self.attempt.call, self.attempt.ticket.bound
            call.tokens = bound.input_tokens + bound.output_tokens if call.used is None else call.used
            if self.lease is not None:
                self.lease.end(call.used)

    def hand_over(self) -> None:
        """Have a task go on."""
        self.lane.left["answer"] += 1
        self.exchange.hand_over(partial(self.lane.resume, self))

    def cut(self) -> None:
        """Have a task settle and refuse a call that `Call.cut` says is not to go on."""
        if self.reply is not None:
            self.reply.on_event = None
            self.reply.abort()
        self.error = self.attempt.call.cut
        self.hand_over()

    def gone(self) -> None:
        """Settle a call whose client has gone away."""
        self.lane.went += 1
        error = asyncio.CancelledError()
        if self.reply is not None:
            self.reply.on_event = None
            self.reply.abort()
        try:
            self.attempt.__exit__(type(error), error, None)
        except JournalError as failed:
            logger.warning("a call that its client left could not be settled: %s", failed)
        self.attempt.ticket.let_go()
        self.give_back()
        if self.attempt.call.lease is not None:
            self.attempt.call.lease.end(self.attempt.call.tokens)


class Lane:
    """Takes exchanges for `net.server.Server.at_once`. ``resume`` goes on with one as the path does."""

    def __init__(
        self,
        *,
        standing: Standing,
        journal: Journal,
        pool: Pool,
        secrets: Secrets,
        clock: Clock,
        entropy: Entropy,
        keyed: blake2b,
        stepper: Stepper,
        guard: LoadGuard,
        plans: Plans,
        drawing: Drawing,
        health: Health,
        windows: Windows,
        resume: Callable[[Begun, Exchange], Awaitable[None]],
    ) -> None:
        self._standing, self._journal, self._pool, self._secrets = standing, journal, pool, secrets
        self._clock, self._entropy, self._keyed, self._stepper = clock, entropy, keyed, stepper
        self._guard, self._plans, self._drawing, self._health = guard, plans, drawing, health
        self._windows, self.resume = windows, resume
        self.went = self.on_path = 0
        """Calls that went by the lane, and those that the path was given from the start."""
        self.left: dict[str, int] = dict.fromkeys(get_args(Why), 0)
        """Calls that were offered to the lane and did not go by it to their end, by why."""
        self.under_way: Callable[[], Iterable[Exchange]] = tuple
        """As `net.server.Server` has it."""
        self.for_pages = False
        """What a page of a browser asks is the path's: its answer says who may read it."""
        health.allowances.on_lane = self._attempts

    def _attempts(self) -> list[Attempt]:
        """Return what goes by the lane now."""
        return [note.attempt for it in self.under_way() if isinstance(note := it.note, Begun)]

    def ways(self) -> tuple[int, ...]:
        """Return how many calls went which way, by `ports.link.LANE_WAYS`."""
        left = self.left
        unknown = self.on_path - sum(left.values()) + left["answer"]
        return self.went, max(0, unknown), *[left[why] for why in LANE_WAYS[2:]]

    def _leave(self, why: Why | None) -> bool:
        if why is not None:
            self.left[why] += 1
        return False

    def take(self, exchange: Exchange) -> bool:
        """Send a call on; False where it is the path's, and then nothing has been done."""
        standing, known, body = self._standing, exchange.known, exchange.whole_body()
        if known is None or body is None:
            return False
        snapshot = standing.now()
        if snapshot is None or self._guard.per_s is not None:
            return self._leave("load" if find_endpoint(exchange.path) is not None else None)
        now_ns = self._clock.wall_ns()
        way = known.note
        if (
            not isinstance(way, _Way)
            or way.snapshot is not snapshot
            or way.orders is not standing.orders
            or now_ns >= way.until_ns
        ):
            try:
                known.note = way = self._look(exchange, snapshot, now_ns)
            except Exception:  # noqa: BLE001 - the path says what is wrong
                return self._leave("caller")
        if way.endpoint is None:
            return self._leave(way.closed)
        try:
            request = way.endpoint.wire.decode_request(body, exchange.target)
            name = request.route
            stretch = way.stretches[name] if name in way.stretches else self._find(way, request)
        except Exception:  # noqa: BLE001 - the path says what is wrong
            return self._leave("request")
        if stretch is None or not request.needs <= stretch.able:
            return self._leave("route")
        if not self._health.is_well(stretch.plan):
            return self._leave("provider")
        why = self._begin(exchange, way, stretch, request, body, now_ns)
        return why is None or self._leave(why)

    def _look(self, exchange: Exchange, snapshot: Snapshot, now_ns: int) -> _Way:
        """Return what a head settles. Raises Unauthenticated or Forbidden."""
        standing, headers = self._standing, exchange.headers
        orders = standing.orders
        closed = _Way(snapshot, orders, closed="caller", until_ns=now_ns + HOUR_NS)
        endpoint = find_endpoint(exchange.path)
        if endpoint is None or exchange.method != "POST":
            closed.closed = None
            return closed
        if any(name in headers for name in _ONLY_THE_PATHS):
            closed.closed = "session"
            return closed
        if self.for_pages and _PAGE in headers:
            return closed
        caller = standing.caller(find_credential(exchange))
        agent, task = caller.agent, caller.task
        if caller.held != FREE or agent.content is not None:
            return closed
        if task is not None:
            if task.jkt is not None or task.run_attempt is not None:
                return closed
            task_id, root_id, until_ns = task.task_id, task.root_id, int(task.until_s * 1e9)
        else:
            hour = now_ns // HOUR_NS
            task_id = root_id = implicit_task(agent.name, None, hour)
            if not agent.keys_call or task_id in standing.restraints.of_tasks:
                return closed
            until_ns = (hour + 1) * HOUR_NS
        limited = standing.rates.limit(snapshot)
        way = _Way(snapshot, orders, endpoint, caller, task_id, root_id, limited, until_ns=until_ns)
        if exchange.known is not None and _TRACE in exchange.known.names:
            way.trace_at = exchange.known.names.index(_TRACE)
        elif _TRACE in headers:
            way.context = parse_traceparent(headers[_TRACE].decode("latin-1"))
        return way

    def _find(self, way: _Way, request: Request) -> _Stretch | None:
        """Return a caller's way along a route, and keep it. Raises what makes the path refuse."""
        if way.caller is None or way.endpoint is None:
            return None
        snapshot = way.snapshot
        route = decide_route(snapshot, way.caller.agent, request)
        found: _Stretch | None = None
        if len(route.candidates) == 1 and request.operation != "count_tokens":
            model = snapshot.models[route.candidates[0].model]
            plan = self._plans.of(snapshot, model)
            codec = find_codec(way.endpoint, plan.provider.dialect)
            outgoing = Outgoing(model.upstream, None, plan.provider.output_limit_field)
            found = _Stretch(route, plan, codec, model.capabilities, outgoing)
        way.stretches[route.name] = found
        return found

    def _begin(
        self, exchange: Exchange, way: _Way, stretch: _Stretch, request: Request, body: bytes, now_ns: int
    ) -> Why | None:
        """Send a call on; else return why it is the path's, with all left as it was."""
        ticket = own = lease = begun = None
        why: Why = "request"
        try:
            plan, drawing, route, caller = stretch.plan, self._drawing, stretch.route, way.caller
            if caller is None:
                return "caller"
            if stretch.paths is not drawing.slices.paths:
                stretch.lines = drawing.slices.path(way.snapshot, caller.agent, route, plan.model)
                stretch.paths = drawing.slices.paths
            drawn = drawing.take_from(stretch.lines, plan, request, way.root_id, way.orders.blocked_models)
            if not isinstance(drawn, Ticket):
                return "limits"
            ticket = drawn
            if way.limited:
                most = ticket.bound.input_tokens + ticket.bound.output_tokens
                leases = self._standing.rates.enter_at_once(caller.agent, route, plan.provider.name, most)
                if leases is None:
                    ticket.let_go()
                    return "rates"
                own, lease = leases
            begun, data = self._write(exchange, way, stretch, request, body, now_ns, ticket, own)
            begun.lease = lease
        except Exception:  # noqa: BLE001 - the path says what is wrong
            data = b""
        if begun is not None:
            if self._send(begun, data):
                return None
            why = "connection"
        if ticket is not None:
            ticket.let_go()
        if own is not None:
            own.undo()
        if lease is not None:
            lease.undo()
        return why

    def _write(
        self,
        exchange: Exchange,
        way: _Way,
        stretch: _Stretch,
        request: Request,
        body: bytes,
        now_ns: int,
        ticket: Ticket,
        own: Lease | None,
    ) -> tuple[Begun, bytes]:
        """Return a call, and the bytes that are sent for it. Raises what the path will raise."""
        endpoint, caller, plan, codec = way.endpoint, way.caller, stretch.plan, stretch.codec
        if endpoint is None or caller is None:
            raise StateError("this way is the path's")
        stream = request.stream
        started_ns = self._clock.monotonic_ns()
        if not codec.passes:
            msgspec.structs.force_setattr(request, "admitted_s", now_ns // 1_000_000_000)
        call_id, trace_id, charge_id, span_id = fresh_ids(now_ns // 1_000_000, self._entropy(FRESH_BYTES))
        context, parent_id = way.context, None
        if way.trace_at >= 0:
            context = parse_traceparent(exchange.values[way.trace_at].decode())
        if context is not None:
            trace_id, parent_id = context
        call = Call(
            call_id, trace_id, parent_id, caller.agent, way.task_id, way.root_id, None, way.snapshot,
            endpoint.operation, now_ns, started_ns, None, request.route, stream, started_ns,
        )  # fmt: skip
        outgoing, most = stretch.outgoing, ticket.bound.set_max_output_tokens
        if most is not None:
            outgoing = Outgoing(outgoing.model, most, outgoing.output_limit_field)
        sent, dropped = codec.encode_request(request, outgoing)
        head = self._head(stretch, request)
        if codec.headers:
            named, left_out = format_lines(codec, exchange.headers, plan.model)
            head, dropped = head + named, dropped + left_out
        lines = (
            f"\r\nx-client-request-id: {charge_id}\r\ntraceparent: 00-{trace_id}-{span_id}-01"
            f"\r\ncontent-length: {len(sent)!s}\r\n\r\n"
        )
        digest = self._keyed.copy()
        digest.update(body)
        call.request_digest = digest.hexdigest()
        call.step, call.lease = self._stepper.step(request), own
        if caller.task is not None:
            call.window = self._windows.begin(call.task_id, request, endpoint, way.snapshot, way.orders)
        hold = make_hold(call, ticket, charge_id, span_id)
        attempt = Attempt(call, request, plan, ticket, hold, self._journal, self._clock, dropped=dropped)
        begun = Begun(self, exchange, endpoint, codec, stretch.route, attempt, way.limited)
        return begun, b"".join((head, lines.encode(), sent))

    def _head(self, stretch: _Stretch, request: Request) -> bytes:
        """Return the head of what is sent, without the lines that are of one call."""
        plan, codec, stream = stretch.plan, stretch.codec, request.stream
        lines = plan.request_lines(self._secrets, stream=stream)
        kept = stretch.heads.get(stream)
        if kept is None or kept[0] is not lines:
            target = plan.target(codec, request.operation, stream=stream)
            kept = stretch.heads[stream] = lines, self._pool.head(plan.origin, "POST", target, lines)
        return kept[1]

    def _send(self, begun: Begun, data: bytes) -> bool:
        """Write the hold, then the request to the provider; False: neither was done."""
        attempt, pool = begun.attempt, self._pool
        plan = attempt.plan
        connection = None
        try:
            connection = pool.take(plan.origin)
            if connection is not None:
                attempt.__enter__()
        except Exception:  # noqa: BLE001 - the path says what is wrong
            if connection is not None:
                connection.abort()
            connection = None
        if connection is None:
            return False
        self._guard.refuses(attempt.call.agent.name)
        attempt.sent = True
        begun.exchange.gone, begun.exchange.note = begun.gone, begun
        try:
            begun.reply = pool.send_at_once(connection, data, plan.deadlines, begun.arrived)
        except Exception as error:  # noqa: BLE001 - the task raises it
            connection.abort()
            begun.error = error
            begun.hand_over()
        return True

    def finish(self, begun: Begun, reply: UpstreamReply, body: bytes) -> bool:
        """Settle a call and answer its client; False for a stream that has not come to its end."""
        attempt, exchange, codec = begun.attempt, begun.exchange, begun.codec
        take_head(attempt, reply, self._health)
        attempt.received = True
        attempt.digest = self._keyed.copy()
        if not attempt.request.stream:
            answer(exchange, codec, attempt, body)
        elif not stream_whole(exchange, codec, attempt, reply, body):
            return False
        observe(attempt)
        self._health.went_well(attempt.plan)
        if begun.limited:
            begun.give_back()
            call = attempt.call
            if call.lease is not None:
                call.lease.end(call.tokens)
        return True
