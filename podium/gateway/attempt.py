"""One attempt at a provider: entered when its HOLD is written, left when its SETTLE is.

It is a context manager so that no way out of it, a cancellation included, leaves money unaccounted for.
"""

import asyncio
from collections.abc import Callable
from hashlib import blake2b
from types import TracebackType
from typing import Protocol, Self

import msgspec

from podium.gateway.allowances import Flight
from podium.gateway.drawing import Ticket
from podium.gateway.plan import Plan
from podium.gateway.rates import Lease
from podium.gateway.told import NOTHING_TOLD, Told
from podium.gateway.windows import Filling
from podium.kernel.call import Reply, Request, Usage
from podium.kernel.errors import PodiumError, UpstreamError, UpstreamRefused, UpstreamTimeout
from podium.kernel.ids import CallId, ChargeId, SpanId, TaskId, TraceId
from podium.manifest.orders import Orders, Restraint
from podium.manifest.snapshot import AgentRow, Snapshot
from podium.ports import Clock
from podium.ports.journal import Journal
from podium.ports.tasks import ReportOutcome
from podium.spend.bounds import certain_input_bound, unpriced_fields
from podium.spend.journal import Done, Hold, Settle
from podium.spend.prices import cost, sheet_of
from podium.spend.settlement import Settlement, decide_settlement, with_least_uses


class Heard(Protocol):
    """What is to be ended with the call."""

    def end(self) -> None:
        """Hand over what was said."""
        ...


class Call(msgspec.Struct, eq=False):
    """One call of a client, from its admission to its end."""

    call_id: CallId
    trace_id: TraceId
    parent_span_id: str | None
    agent: AgentRow
    task_id: TaskId
    root_id: str
    """The task at the root of the delegation: limits of a task are its."""
    session: str | None
    snapshot: Snapshot
    operation: str
    admitted_ns: int
    """Unix nanoseconds."""
    started_ns: int
    """Monotonic nanoseconds of the same moment."""
    fresh: tuple[ChargeId, SpanId] | None = None
    """What its first attempt will be called; None: that was made."""
    route: str = ""
    streamed: bool = False
    body_done_ns: int = 0
    attempts: int = 0
    cost_nano_usd: int = 0
    used: int | None = None
    """Input and output of the attempt that was settled last; None: nobody knows."""
    tokens: int = 0
    """Input and output of all attempts; of one that told no usage, its bound."""
    lease: Lease | None = None
    """What the call has taken from the limits of its agent and route."""
    overhead_us: int | None = None
    ended: bool = False
    request_digest: str = ""
    step: str | None = None
    """By what it is known again: see `gateway.steps`."""
    warned: Restraint | None = None
    """A breaker that prefers smaller models for it."""
    report: ReportOutcome | None = None
    """What its header says became of a task or call; told when this call has ended."""
    heard: Heard | None = None
    """Hears what is said, where the agent's content is kept."""
    orders: Orders | None = None
    """By which it was admitted; None: by some."""
    cut: PodiumError | None = None
    """Why it is cut while it is under way."""
    window: Filling | None = None
    """Counts what fills the model's window; None: of no task and no session, or no chat."""

    def done(
        self,
        now_ns: int,
        outcome: str,
        status: int,
        *,
        code: str | None = None,
        message: str | None = None,
    ) -> Done:
        """Return the record that ends this call, ``now_ns`` on the monotonic clock."""
        self.ended = True
        return Done(
            self.call_id,
            self.trace_id,
            self.task_id,
            self.session,
            self.agent.name,
            self.agent.department_path,
            self.route,
            self.operation,
            self.streamed,
            self.snapshot.version,
            self.admitted_ns,
            outcome,
            status,
            code,
            self.attempts,
            self.cost_nano_usd,
            (now_ns - self.started_ns) // 1000,
            self.overhead_us,
            message,
        )


def make_hold(call: Call, ticket: Ticket, charge_id: str, span_id: str) -> Hold:
    """Return the record of the call's next attempt."""
    bound, model, provider = ticket.bound, ticket.plan.model, ticket.plan.provider
    call.attempts += 1
    return Hold(
        charge_id,
        call.call_id,
        call.trace_id,
        span_id,
        call.parent_span_id,
        call.attempts,
        call.task_id,
        call.session,
        call.agent.name,
        call.agent.department_path,
        call.route,
        model.name,
        model.upstream,
        provider.name,
        provider.region,
        provider.dialect,
        call.operation,
        call.streamed,
        call.snapshot.version,
        call.admitted_ns,
        bound.hold_nano_usd,
        bound.input_tokens,
        bound.output_tokens,
        call.request_digest,
        ticket.record,
        ticket.degraded_from,
        ticket.reason,
        call.step,
    )


class Attempt(msgspec.Struct, eq=False):
    """The hold of one attempt. `settle` is called once: by the path, or on the way out."""

    call: Call
    request: Request
    plan: Plan
    ticket: Ticket
    """What it has drawn."""
    hold: Hold
    """The record that is written before anything is sent."""
    journal: Journal
    clock: Clock
    sent: bool = False
    received: bool = False
    sent_ns: int = 0
    first_byte_ns: int = 0
    first_token_ns: int = 0
    http_status: int | None = None
    told: Told = NOTHING_TOLD
    settlement: Settlement | None = None
    reply: Reply | None = None
    partial: Callable[[], Reply] | None = None
    """What a stream has told so far, for a stream that does not come to its end."""
    digest: blake2b | None = None
    dropped: tuple[str, ...] = ()
    """Fields of the client's that the provider's format has no place for: left out by choice."""
    flight: Flight | None = None
    """Counts it while no answer tells what is left of the provider's own limits; None: nobody counts."""

    def __enter__(self) -> Self:
        self.journal.write(self.hold)
        if self.call.window is not None and self.call.attempts == 1:
            # Its turn comes when this task waits: as a rule for the provider, to whom all is sent by then.
            asyncio.get_running_loop().call_soon(self.call.window.count)
        return self

    async def durable(self) -> None:
        """Wait until the hold is on the disk (``durability: strict``), before anything is sent."""
        try:
            await self.journal.durable()
        except BaseException:
            # Nothing was sent. If even this cannot be written the keeper charges the hold on replay.
            self.settle(outcome="unsent", final=False)
            raise

    def on_sent(self) -> None:
        """Take note that the first byte is about to be handed to the kernel."""
        self.sent = True

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.settlement is not None:
            return
        if isinstance(error, asyncio.CancelledError) and self.call.cut is not None:
            error = self.call.cut  # its client is still there
        if isinstance(error, UpstreamError):
            self.sent = self.sent or error.sent
            error.received = self.received
        if error is None or isinstance(error, asyncio.CancelledError):
            outcome, code = "aborted", "client_gone"
        elif isinstance(error, UpstreamRefused):
            outcome, code = "refused", error.error_code
        elif isinstance(error, UpstreamTimeout):
            outcome, code = "timeout", f"{error.error_code}_{error.phase}"
        elif isinstance(error, PodiumError):
            outcome, code = ("broken" if self.sent else "unsent"), error.error_code
        else:
            outcome, code = "error", "internal_error"
        final = isinstance(error, asyncio.CancelledError)
        usage = self._final_usage()
        self.settle(outcome=outcome, usage=usage, code=code, final=final, status=499 if final else 0)

    def _final_usage(self) -> Usage | None:
        """Return the usage of a stream that broke behind its final count, so that the truth is charged.

        Some servers count as they go; a count is final only behind a finish reason.
        """
        if self.reply is None and self.partial is not None:
            self.reply = self.partial()
        if self.reply is None or self.reply.finish_reason is None:
            return None
        return self.reply.usage

    def settle_well(self) -> Settlement:
        """Settle an attempt that was answered as it should be, and end its call with it.

        It decides and writes what `settle` does; all but the usual is left to that.
        """
        call, reply, request, hold = self.call, self.reply, self.request, self.hold
        usage = None if reply is None else reply.usage
        sheet = self.plan.model.prices
        if (
            reply is None
            or usage is None
            or sheet is None
            or usage.tool_uses
            or request.server_tools
            or request.unpriced
            or call.ended
            or not self.sent
            or call.operation == "count_tokens"
        ):
            return self.settle(outcome="ok", usage=usage, final=True, status=200)
        parts = cost(sheet, usage)
        exact = parts.nano_usd
        if exact > hold.hold_nano_usd:
            return self.settle(outcome="ok", usage=usage, final=True, status=200)
        now_ns, start = self.clock.monotonic_ns(), call.started_ns
        self.settlement = settlement = Settlement(exact, False, False, None, parts)
        call.cost_nano_usd += exact
        call.used = usage.input_tokens + usage.output_tokens
        filled = None if call.window is None else call.window.window(hold.span_id, usage)
        digest, first_token_ns = self.digest, self.first_token_ns
        self.journal.write(
            Settle(
                hold.charge_id,
                "ok",
                exact,
                usage,
                False,
                False,
                None,
                self.http_status,
                None,
                reply.upstream_id,
                reply.upstream_model,
                self.told.request_id,
                None if digest is None else digest.hexdigest(),
                reply.finish_reason,
                (self.sent_ns - start) // 1000,
                (self.first_byte_ns - start) // 1000,
                (first_token_ns - start) // 1000 if first_token_ns else None,
                (now_ns - start) // 1000,
                call.done(now_ns, "ok", 200),
                False,
                () if filled is None else filled.numbers(),
            )
        )
        self.ticket.settle(cost_nano_usd=exact, usage=usage, estimated=False)
        return settlement

    def settle(
        self,
        *,
        outcome: str,
        usage: Usage | None = None,
        code: str | None = None,
        final: bool,
        status: int = 0,
        message: str | None = None,
    ) -> Settlement:
        """Decide what the attempt cost and write it; ``final`` ends the call with ``status`` as well."""
        call = self.call
        if not self.sent:
            outcome = "unsent"
        if self.flight is not None:
            self.flight.end(sent=self.sent)
        if usage is not None and self.request.server_tools:
            usage = with_least_uses(usage, self.request.server_tools)
        now_ns = self.clock.monotonic_ns()
        settlement = decide_settlement(
            hold_nano_usd=self.hold.hold_nano_usd,
            sheet=sheet_of(call.operation, self.plan.model.prices),
            usage=usage,
            outcome=outcome,
            sent=self.sent,
            http_status=self.http_status,
            unpriced=unpriced_fields(self.request, self.plan.model.prices),
        )
        self.settlement = settlement
        call.cost_nano_usd += settlement.cost_nano_usd
        if usage is not None:
            call.used = usage.input_tokens + usage.output_tokens
        else:
            call.used = None if settlement.estimated else 0
        done = None
        if final and not call.ended:
            ending = "aborted" if outcome == "unsent" and code == "client_gone" else outcome
            done = call.done(now_ns, outcome=ending, status=status, code=code, message=message)
        self.journal.write(self._record(settlement, outcome, usage, code, done, now_ns))
        self.ticket.settle(
            cost_nano_usd=settlement.cost_nano_usd, usage=usage, estimated=settlement.estimated
        )
        return settlement

    def _record(
        self,
        settlement: Settlement,
        outcome: str,
        usage: Usage | None,
        code: str | None,
        done: Done | None,
        now_ns: int,
    ) -> Settle:
        """Return the record that ends the hold, ``now_ns`` on the monotonic clock."""
        reply, start = self.reply, self.call.started_ns
        beyond = settlement.overrun and usage is not None and self._is_beyond(usage)
        if beyond:
            self.ticket.block()
        filled = None
        if usage is not None and self.call.window is not None:
            filled = self.call.window.window(self.hold.span_id, usage)
        return Settle(
            self.hold.charge_id,
            outcome,
            settlement.cost_nano_usd,
            usage,
            settlement.estimated,
            settlement.overrun,
            settlement.reason,
            self.http_status,
            code,
            reply.upstream_id if reply is not None else None,
            reply.upstream_model if reply is not None else None,
            self.told.request_id,
            self.digest.hexdigest() if self.digest is not None else None,
            reply.finish_reason if reply is not None else None,
            (self.sent_ns - start) // 1000 if self.sent_ns else None,
            (self.first_byte_ns - start) // 1000 if self.first_byte_ns else None,
            (self.first_token_ns - start) // 1000 if self.first_token_ns else None,
            (now_ns - start) // 1000,
            done,
            beyond,
            () if filled is None else filled.numbers(),
        )

    def _is_beyond(self, usage: Usage) -> bool:
        """Whether an overrun was above what cannot be passed, and not only above an estimate."""
        certain = certain_input_bound(self.request, self.plan.facts)
        return (
            certain is None
            or usage.input_tokens > certain
            or usage.output_tokens > self.hold.output_bound_tokens
            or usage.input_tokens <= self.hold.input_bound_tokens
        )
