"""Spans: one an attempt, made of its ledger row, which is made of its journal records.

Span name, kind and status follow OpenTelemetry's GenAI conventions, pinned in `evidence.semconv`.
"""

from collections.abc import Mapping
from typing import Any, Final

from podium.evidence import semconv
from podium.evidence.windows import window_attributes
from podium.kernel.spans import Span

KIND_CLIENT: Final = "CLIENT"
EXECUTE_TOOL: Final = "execute_tool"
ASK: Final = "ask"
"""The verdict of a call that waits for a person."""
STATUS_UNSET: Final = "UNSET"
STATUS_ERROR: Final = "ERROR"

Attribute = str | int | float | bool | list[str]

_ALWAYS: Final = (
    (semconv.OPERATION, "operation"),
    (semconv.PROVIDER, "provider"),
    (semconv.REQUEST_MODEL, "upstream_model"),
    (semconv.REQUEST_STREAM, "streamed"),
    (semconv.AGENT, "agent"),
    (semconv.CALL, "call_id"),
    (semconv.CHARGE, "charge_id"),
    (semconv.TASK, "task_id"),
    (semconv.DEPARTMENT, "department"),
    (semconv.ROUTE, "route"),
    (semconv.MODEL, "model"),
    (semconv.DIALECT, "dialect"),
    (semconv.ATTEMPT, "attempt"),
    (semconv.SNAPSHOT_VERSION, "snapshot_version"),
    (semconv.OUTCOME, "outcome"),
    (semconv.COST_NANO_USD, "cost_nano_usd"),
    (semconv.HOLD_NANO_USD, "hold_nano_usd"),
    (semconv.ESTIMATED, "estimated"),
    (semconv.OVERRUN, "overrun"),
    (semconv.REQUEST_DIGEST, "request_digest"),
)
_WHERE_KNOWN: Final = (
    (semconv.CONVERSATION, "session"),
    (semconv.REGION, "region"),
    (semconv.RESPONSE_ID, "upstream_id"),
    (semconv.RESPONSE_MODEL, "reported_model"),
    (semconv.UPSTREAM_REQUEST_ID, "upstream_request_id"),
    (semconv.REPLY_DIGEST, "reply_digest"),
    (semconv.HTTP_STATUS, "http_status"),
    (semconv.INPUT_TOKENS, "input_tokens"),
    (semconv.OUTPUT_TOKENS, "output_tokens"),
)
_WHERE_ANY: Final = (  # "when applicable": a zero says only that the provider has such a field
    (semconv.CACHE_READ_TOKENS, "cache_read_tokens"),
    (semconv.CACHE_WRITE_TOKENS, "cache_write_tokens"),
    (semconv.CACHE_WRITE_1H_TOKENS, "cache_write_1h_tokens"),
    (semconv.REASONING_TOKENS, "reasoning_tokens"),
    (semconv.AUDIO_INPUT_TOKENS, "input_audio_tokens"),
    (semconv.AUDIO_OUTPUT_TOKENS, "output_audio_tokens"),
    (semconv.AUDIO_CACHE_READ_TOKENS, "cache_audio_read_tokens"),
    (semconv.TOOL_USES, "tool_uses"),
)

_OF_TOOLS: Final = (
    (semconv.APPROVAL, "approval_id"),
    (semconv.TOOL_EFFECT, "effect"),
    (semconv.RESULT_DIGEST, "result_digest"),
)


def decide_span(row: Mapping[str, Any]) -> Span:
    """Return the span of one attempt from its ledger row (the columns of `ports.database.charges`).

    It begins when the request was sent; an attempt that sent nothing begins and ends where it was given up.
    """
    admitted_ns, end_us = row["admitted_ns"], row["end_us"]
    sent_us = row["sent_us"]
    begin_us = sent_us if sent_us is not None else (0 if row["outcome"] == "crashed" else end_us)
    attributes: dict[str, Attribute] = {name: row[column] for name, column in _ALWAYS}
    for name, column in _WHERE_KNOWN:
        if row[column] is not None:
            attributes[name] = row[column]
    for name, column in _WHERE_ANY:
        if row[column]:
            attributes[name] = row[column]
    attributes |= window_attributes(row)
    if row["finish_reason"] is not None:
        attributes[semconv.FINISH_REASONS] = [row["finish_reason"]]
    if row["streamed"] and sent_us is not None:
        if row["first_byte_us"] is not None:
            attributes[semconv.TIME_TO_FIRST_CHUNK] = (row["first_byte_us"] - sent_us) / 1e6
        if row["first_token_us"] is not None:
            attributes[semconv.TIME_TO_FIRST_TOKEN_S] = (row["first_token_us"] - sent_us) / 1e6
    rate = decide_output_tokens_per_second(row)
    if rate is not None:
        attributes[semconv.OUTPUT_TOKENS_PER_SECOND] = rate
    failed = row["outcome"] != "ok"
    if failed:
        attributes[semconv.ERROR_TYPE] = row["error_code"] or row["outcome"]
    return Span(
        trace_id=row["trace_id"],
        span_id=row["span_id"],
        parent_span_id=row["parent_span_id"],
        name=f"{row['operation']} {row['upstream_model']}",
        kind=KIND_CLIENT,
        start_ns=admitted_ns + 1000 * begin_us,
        end_ns=admitted_ns + 1000 * max(begin_us, end_us),
        status=STATUS_ERROR if failed else STATUS_UNSET,
        status_message=row["reason"] if failed else None,
        attributes=attributes,
        source="ledger",
    )


def decide_tool_span(row: Mapping[str, Any]) -> Span:
    """Return the span of a call of a tool from its row (the columns of `ports.tool_tables.tool_calls`).

    A call that was refused is an error whose type is the verdict; one that waits for a person is none.
    """
    attributes: dict[str, Attribute] = {
        semconv.OPERATION: EXECUTE_TOOL,
        semconv.TOOL: row["tool"],
        semconv.TOOL_CALL: row["call_id"],
        semconv.AGENT: row["agent"],
        semconv.TASK: row["task_id"],
        semconv.DEPARTMENT: row["department"],
        semconv.SNAPSHOT_VERSION: row["snapshot_version"],
        semconv.REQUEST_DIGEST: row["arguments_digest"],
        semconv.VERDICT: row["verdict"],
        semconv.VERDICT_RULE: row["rule"],
        semconv.OUTCOME: row["outcome"] or "refused",
    }
    attributes |= {name: row[column] for name, column in _OF_TOOLS if row[column] is not None}
    waits = row["verdict"] == ASK and row["outcome"] is None
    failed = row["outcome"] != "succeeded" and not waits
    if failed:
        refused = row["verdict"] if row["outcome"] is None else row["outcome"]
        attributes[semconv.ERROR_TYPE] = row["error_code"] or refused
    return Span(
        trace_id=row["trace_id"],
        span_id=row["span_id"],
        parent_span_id=row["parent_span_id"],
        name=f"{EXECUTE_TOOL} {row['tool']}",
        kind=KIND_CLIENT,
        start_ns=row["at_ns"],
        end_ns=row["at_ns"] + 1000 * row["duration_us"],
        status=STATUS_ERROR if failed else STATUS_UNSET,
        status_message=row["reason"] if failed else None,
        attributes=attributes,
        source="tools",
    )


def decide_output_tokens_per_second(row: Mapping[str, Any]) -> float | None:
    """Return how fast an answer came, None where tokens or time are not known.

    A stream: the tokens behind the first one, over the time from the first token to the end. A plain
    answer: all tokens over the time from the request sent to the end.
    """
    tokens = row["output_tokens"]
    since_us = row["first_token_us"] if row["streamed"] else row["sent_us"]
    if not tokens or since_us is None or row["end_us"] <= since_us:
        return None
    counted: int = tokens - 1 if row["streamed"] else tokens
    return counted * 1e6 / (row["end_us"] - since_us) if counted else None
