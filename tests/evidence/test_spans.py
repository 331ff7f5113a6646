"""Spans are made of ledger rows."""

import pytest

from podium.evidence import semconv
from podium.evidence.spans import decide_output_tokens_per_second, decide_span, decide_tool_span
from podium.keeper.ledger import Batch
from podium.kernel.call import Usage
from tests.keeper.samples import NOW_NS, as_mapping, hold, settle


def row(held=None, **settled):
    return as_mapping(Batch(1).add_charge(held or hold(), settle(**settled), "inc_1"))


def test_a_call_that_went_well():
    """A span has OpenTelemetry's name, kind, times from the request sent, and unset status."""
    span = decide_span(row())
    assert (span.name, span.kind, span.status, span.status_message) == (
        "chat gpt-5-mini",
        "CLIENT",
        "UNSET",
        None,
    )
    assert (span.start_ns, span.end_ns) == (NOW_NS + 1 + 100_000, NOW_NS + 1 + 1_000_000)
    assert span.attributes["gen_ai.operation.name"] == "chat"
    assert span.attributes["gen_ai.request.model"] == "gpt-5-mini"
    assert span.attributes["gen_ai.response.model"] == "gpt-5-mini-2026"
    assert span.attributes["gen_ai.response.finish_reasons"] == ["stop"]
    assert span.attributes["gen_ai.usage.input_tokens"] == 12
    assert span.attributes["gen_ai.usage.cache_read.input_tokens"] == 4
    assert "gen_ai.usage.reasoning.output_tokens" not in span.attributes
    assert span.attributes["gen_ai.response.time_to_first_chunk"] == pytest.approx(300e-6)
    assert span.attributes["podium.time_to_first_token_s"] == pytest.approx(400e-6)
    assert span.attributes["podium.cost.nano_usd"] == 3_000
    assert span.attributes["podium.department"] == "acme/engineering"
    assert "error.type" not in span.attributes


def test_nothing_is_named_twice():
    """Every attribute has a name of its own, either OpenTelemetry's or ours."""
    names = [value for name, value in vars(semconv).items() if name.isupper() and name != "VERSION"]
    assert len(names) == len(set(names))
    assert all(name.startswith(("gen_ai.", "podium.", "error.", "http.")) for name in names)


def test_a_failure():
    """A failed attempt has status ERROR, its code as error.type, and the reason in words."""
    span = decide_span(row(outcome="timeout", error_code="upstream_timeout_idle", reason="no byte for 60 s"))
    assert (span.status, span.status_message) == ("ERROR", "no byte for 60 s")
    assert span.attributes["error.type"] == "upstream_timeout_idle"
    assert decide_span(row(outcome="broken")).attributes["error.type"] == "broken"


def test_an_attempt_that_sent_nothing():
    """What was never sent begins and ends where it was given up, and has no times to first anything."""
    span = decide_span(
        row(outcome="unsent", usage=None, sent_us=None, first_byte_us=None, first_token_us=None, end_us=70)
    )
    assert span.start_ns == span.end_ns == NOW_NS + 1 + 70_000
    assert "gen_ai.response.time_to_first_chunk" not in span.attributes
    assert "gen_ai.usage.input_tokens" not in span.attributes


def test_an_attempt_of_a_dead_worker():
    """Nobody knows when it was sent, so it spans from admission to the last sign of life."""
    span = decide_span(row(outcome="crashed", usage=None, sent_us=None, first_byte_us=None, end_us=900))
    assert (span.start_ns, span.end_ns) == (NOW_NS + 1, NOW_NS + 1 + 900_000)


def test_a_plain_answer():
    """Times to the first chunk belong to streams alone."""
    span = decide_span(row(hold(streamed=False), first_token_us=None))
    assert "gen_ai.response.time_to_first_chunk" not in span.attributes
    assert span.attributes["gen_ai.request.stream"] is False


@pytest.mark.parametrize(
    ("streamed", "changes", "expected"),
    [
        # 7 tokens; 6 behind the first one, in 1000 - 500 us: 6 / 0.0005 s
        (True, {}, 12_000),
        # 7 tokens in 1000 - 100 us: 7 / 0.0009 s
        (False, {}, 7 / 0.0009),
        (True, {"usage": None}, None),
        (True, {"usage": Usage(5, 0)}, None),
        (True, {"usage": Usage(5, 1)}, None),
        (True, {"first_token_us": None}, None),
        (True, {"end_us": 500}, None),
        (False, {"sent_us": None}, None),
    ],
)
def test_tokens_per_second(streamed, changes, expected):
    """A rate without tokens or without time is None, never zero."""
    rate = decide_output_tokens_per_second(row(hold(streamed=streamed), **changes))
    assert rate == (None if expected is None else pytest.approx(expected))


def test_the_conversation():
    """A session is OpenTelemetry's conversation."""
    assert decide_span(row(hold(session="s-1"))).attributes["gen_ai.conversation.id"] == "s-1"


@pytest.mark.parametrize(
    ("verdict", "outcome", "status", "error"),
    [
        ("ask", None, "UNSET", None),
        ("deny", None, "ERROR", "deny"),
        ("ask", "unknown", "ERROR", "unknown"),
        ("allow", "succeeded", "UNSET", None),
    ],
)
def test_a_call_that_waits_for_a_person_is_no_error(verdict, outcome, status, error):
    """A refusal and a failure are; the verdict is told of each."""
    columns = ["agent", "task_id", "department", "snapshot_version", "arguments_digest", "rule", "trace_id"]
    columns += ["span_id", "parent_span_id", "approval_id", "effect", "result_digest"]
    call: dict[str, object] = dict.fromkeys(columns, "it")
    call |= {"tool": "bank/pay", "call_id": "c", "at_ns": 1, "duration_us": 2, "reason": "much"}
    span = decide_tool_span(call | {"verdict": verdict, "outcome": outcome, "error_code": None})
    assert (span.status, span.attributes.get(semconv.ERROR_TYPE)) == (status, error)
    assert span.attributes[semconv.VERDICT] == verdict
