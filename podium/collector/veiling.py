"""Answers about one trace for who sees only some of its departments: `evidence.veiled`, as they are asked."""

from collections.abc import Iterable, Mapping
from typing import Any

from podium.evidence import semconv, veiled
from podium.ports.spans import OutlineIs, OutlineSpan, SpanReader, TraceFilter, TraceRow, TracesAre

_LISTS = {
    "agents": (semconv.AGENT,),
    "departments": (semconv.DEPARTMENT,),
    "models": (semconv.MODEL, semconv.REQUEST_MODEL),
    "tools": (semconv.TOOL,),
    "tasks": (semconv.TASK,),
    "verdicts": (semconv.VERDICT,),
}


def veiled_trace(
    store: SpanReader, trace_id: str, within: tuple[str, ...], span_id: str | None = None
) -> list[dict[str, Any]]:
    """Return a trace's spans, those of other departments as opaque nodes; or one of them."""
    found = veiled.veiled(store.of_trace(trace_id), within)
    return [span for span in found if span_id in {None, span["span_id"]}]


def veiled_outline(store: SpanReader, trace_id: str, within: tuple[str, ...]) -> OutlineIs:
    """Return what a waterfall shows of such a trace."""
    return OutlineIs([_outline(span) for span in veiled_trace(store, trace_id, within)])


def veiled_row(store: SpanReader, where: TraceFilter, within: tuple[str, ...]) -> TracesAre:
    """Return the row of such a trace where it is asked for by its id alone: figures of their own spans.

    With other filters there is none: what they find tells of spans that are not theirs.
    """
    if where.trace is None or where != TraceFilter(trace=where.trace):
        return TracesAre(())
    spans = veiled_trace(store, where.trace, within)
    return TracesAre((_row(spans),) if spans else ())


def _outline(span: Mapping[str, Any]) -> OutlineSpan:
    of = span["attributes"].get
    return OutlineSpan(
        span["span_id"],
        span["parent_span_id"],
        span["name"],
        span["start_ns"],
        span["end_ns"] - span["start_ns"],
        span["status"] == "ERROR",
        span["source"],
        of(semconv.AGENT),
        of(semconv.TOOL) or of(semconv.MODEL) or of(semconv.REQUEST_MODEL),
        of(semconv.VERDICT),
        of(semconv.INPUT_TOKENS),
        of(semconv.OUTPUT_TOKENS),
        of(semconv.COST_NANO_USD),
    )


def _row(spans: list[dict[str, Any]]) -> TraceRow:
    theirs = [span for span in spans if span["source"] != veiled.SOURCE]
    made = [span for span in theirs if span["source"] != "otlp"]
    told = [span for span in theirs if span["source"] == "otlp"]
    return TraceRow(
        trace_id=spans[0]["trace_id"],
        name=next((it["name"] for it in theirs if it["parent_span_id"] is None), theirs[0]["name"]),
        start_ns=min(span["start_ns"] for span in theirs),
        end_ns=max(span["end_ns"] for span in theirs),
        spans=len(spans),
        errors=sum(span["status"] == "ERROR" for span in theirs),
        cost_nano_usd=_sum(made, semconv.COST_NANO_USD),
        input_tokens=_sum(made, semconv.INPUT_TOKENS),
        output_tokens=_sum(made, semconv.OUTPUT_TOKENS),
        reported_tokens=_sum(told, semconv.INPUT_TOKENS) + _sum(told, semconv.OUTPUT_TOKENS),
        model_calls=sum(span["source"] == "ledger" for span in theirs),
        tool_calls=sum(span["source"] == "tools" for span in theirs),
        **{field: _values(theirs, names) for field, names in _LISTS.items()},
    )


def _sum(spans: Iterable[Mapping[str, Any]], name: str) -> int:
    return sum(int(span["attributes"].get(name) or 0) for span in spans)


def _values(spans: Iterable[Mapping[str, Any]], names: tuple[str, ...]) -> tuple[str, ...]:
    found = {
        next((value for name in names if (value := span["attributes"].get(name))), None) for span in spans
    }
    return tuple(sorted(str(value) for value in found if value is not None))
