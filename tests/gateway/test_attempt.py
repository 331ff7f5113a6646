"""Tests of `gateway.attempt`: each record's field is what its name says."""

from hashlib import blake2b
from types import SimpleNamespace
from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from podium.gateway.attempt import Attempt, Call, make_hold
from podium.gateway.told import Told
from podium.kernel.call import Reply, Request, Usage
from podium.spend.bounds import Bound
from podium.spend.prices import PriceSheet, Rate
from podium.spend.settlement import Settlement

OF_CALL: dict[str, Any] = {
    "call_id": "call",
    "trace_id": "trace",
    "task_id": "task",
    "session": "session",
    "operation": "chat",
    "route": "route",
    "streamed": True,
    "admitted_ns": 5,
    "attempts": 2,
}
"""What a call and its records call by the same name."""


def a_call() -> Call:
    return Call(
        **OF_CALL,
        parent_span_id="parent",
        agent=SimpleNamespace(name="agent", department_path="acme/department"),
        root_id="root",
        snapshot=SimpleNamespace(version=9),
        started_ns=1_000_000,
        cost_nano_usd=77,
        overhead_us=11,
        request_digest="digest",
        step="step",
    )


def a_ticket() -> Any:
    provider = SimpleNamespace(name="provider", region="region", dialect="dialect")
    return SimpleNamespace(
        plan=SimpleNamespace(model=SimpleNamespace(name="model", upstream="upstream"), provider=provider),
        bound=Bound(31, 32, 33, None),
        record=(1, 33),
        degraded_from="larger",
        reason="why",
    )


def test_a_hold_says_who_asks_for_what_and_what_is_held() -> None:
    """Every field of a hold is that of the call, its plan and its bound which bears its name."""
    assert msgspec.structs.asdict(make_hold(a_call(), a_ticket(), "charge", "span")) == {
        **{name: value for name, value in OF_CALL.items() if name != "attempts"},
        "attempt": 3,
        "charge_id": "charge",
        "span_id": "span",
        "parent_span_id": "parent",
        "agent": "agent",
        "department": "acme/department",
        "model": "model",
        "upstream_model": "upstream",
        "provider": "provider",
        "region": "region",
        "dialect": "dialect",
        "snapshot_version": 9,
        "hold_nano_usd": 33,
        "input_bound_tokens": 31,
        "output_bound_tokens": 32,
        "request_digest": "digest",
        "draws": (1, 33),
        "degraded_from": "larger",
        "degraded_reason": "why",
        "step": "step",
    }


def test_the_end_of_a_call_says_how_it_ended() -> None:
    """Every field of the record that ends a call is what its name says."""
    call = a_call()
    done = call.done(4_000_000, outcome="error", status=502, code="code", message="message")
    assert call.ended
    assert msgspec.structs.asdict(done) == {
        **OF_CALL,
        "agent": "agent",
        "department": "acme/department",
        "snapshot_version": 9,
        "outcome": "error",
        "http_status": 502,
        "error_code": "code",
        "cost_nano_usd": 77,
        "duration_us": 3000,
        "overhead_us": 11,
        "message": "message",
    }


def test_a_settlement_says_what_was_charged_and_what_came() -> None:
    """Every field of a settlement is what its name says."""
    call, ticket = a_call(), a_ticket()
    hold = make_hold(call, ticket, "charge", "span")
    digest = blake2b(b"answer")
    made: Any = Attempt(call, None, ticket.plan, ticket, hold, None, None)  # type: ignore[arg-type]
    made.http_status, made.told, made.digest = 200, Told("request", b"", False), digest
    made.reply = Reply(None, "id", "named", "stop")
    made.sent_ns, made.first_byte_ns, made.first_token_ns = 2_000_000, 3_000_000, 4_000_000
    usage, settlement = Usage(1, 2), Settlement(44, estimated=True, reason="reason")
    record = made._record(settlement, "ok", usage, "code", None, 6_000_000)
    assert msgspec.structs.asdict(record) == {
        "charge_id": "charge",
        "outcome": "ok",
        "cost_nano_usd": 44,
        "usage": usage,
        "estimated": True,
        "overrun": False,
        "reason": "reason",
        "http_status": 200,
        "error_code": "code",
        "upstream_id": "id",
        "upstream_model": "named",
        "upstream_request_id": "request",
        "reply_digest": digest.hexdigest(),
        "finish_reason": "stop",
        "sent_us": 1000,
        "first_byte_us": 2000,
        "first_token_us": 3000,
        "end_us": 5000,
        "done": None,
        "beyond": False,
        "window": (),
    }


class Written:
    """A journal and a clock, and what a ticket is told."""

    def __init__(self) -> None:
        self.records: list[object] = []
        self.told: list[object] = []

    def write(self, record: object) -> None:
        self.records.append(record)

    def monotonic_ns(self) -> int:
        return 7_000_000

    def settle(self, **told: object) -> None:
        self.told.append(told)


COUNTS = st.integers(0, 50)
RATES = st.decimals(min_value=0, max_value=100, places=2, allow_nan=False, allow_infinity=False)
USAGES = st.builds(
    Usage,
    COUNTS,
    COUNTS,
    COUNTS,
    reasoning_tokens=COUNTS,
    tool_uses=st.sampled_from([(), (("web_search", 1),)]),
)


@given(
    st.none() | USAGES,
    st.none() | st.builds(PriceSheet, st.builds(Rate, RATES), st.builds(Rate, RATES)),
    st.integers(0, 9000),
    st.booleans(),
    st.sampled_from([(), ("plugins",)]),
    st.sampled_from(["chat", "embeddings", "count_tokens"]),
)
def test_what_goes_well_is_settled_as_everything_is(
    usage: Usage | None,
    prices: PriceSheet | None,
    hold_nano_usd: int,
    streamed: bool,
    unpriced: tuple[str, ...],
    operation: Any,
) -> None:
    """The usual way writes the record, and tells the ticket and the call, what the way of all does."""
    found = []
    for well in (True, False):
        call, ticket, written = a_call(), a_ticket(), Written()
        call.operation = operation
        ticket.bound, ticket.settle, ticket.block = Bound(9, 9, hold_nano_usd, None), written.settle, None
        ticket.block = lambda: written.told.append("blocked")  # noqa: B023 - it is called in this round
        ticket.plan.model.prices = prices
        ticket.plan.facts = SimpleNamespace(context_window_tokens=99)
        request = Request(operation, "route", {}, 50, unpriced=unpriced)
        hold = make_hold(call, ticket, "charge", "span")
        made: Any = Attempt(call, request, ticket.plan, ticket, hold, written, written)  # type: ignore[arg-type]
        made.sent, made.http_status, made.told = True, 200, Told("request", b"", False)
        made.digest, made.reply = blake2b(b"answer"), Reply(usage, "id", "named", "stop")
        made.sent_ns, made.first_byte_ns = 2_000_000, 3_000_000
        made.first_token_ns = 4_000_000 if streamed else 0
        settlement = (
            made.settle_well() if well else made.settle(outcome="ok", usage=usage, final=True, status=200)
        )
        found.append(
            (
                written.records,
                written.told,
                settlement,
                made.settlement,
                call.cost_nano_usd,
                call.used,
                call.ended,
            )
        )
    assert found[0] == found[1]
    assert len(found[0][0]) == 1
