"""A store of spans in memory: the fake of the port, with the same behaviour as DuckDB, less SQL."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

import msgspec

from podium.evidence import semconv
from podium.kernel.errors import InvalidRequest, StateError
from podium.kernel.spans import Span
from podium.ports.spans import (
    GetOutline,
    GetStats,
    OutlineIs,
    OutlineSpan,
    RunSql,
    SearchTraces,
    SqlIs,
    StatRow,
    StatsAre,
    SumsAre,
    SumTraces,
    TraceFilter,
    TraceRow,
    TracesAre,
    TraceSums,
    Within,
)

_HOUR_NS: Final = 3_600_000_000_000
_KEYS: Final = {
    "agent": semconv.AGENT,
    "department": semconv.DEPARTMENT,
    "tool": semconv.TOOL,
    "operation": semconv.OPERATION,
}


class MemorySpans:
    """Keeps spans as long as the process lives."""

    def __init__(self) -> None:
        self._spans: list[Span] = []
        self._cursors: dict[str, tuple[int, int]] = {}

    def append(self, spans: Sequence[Span], cursors: dict[str, tuple[int, int]]) -> None:
        """Add spans and move the cursors, both or neither."""
        taken = [msgspec.structs.replace(span) for span in spans]
        self._spans.extend(taken)
        self._cursors.update(cursors)

    def cursors(self) -> dict[str, tuple[int, int]]:
        """Return how far each source has been taken in."""
        return dict(self._cursors)

    def forget(self, before_ns: int) -> int:
        """Remove the spans that ended before a time."""
        kept = [span for span in self._spans if span.end_ns >= before_ns]
        removed, self._spans = len(self._spans) - len(kept), kept
        return removed

    def shrink(self, max_bytes: int) -> int:
        """Remove the oldest tenth where there is more than a byte allowed for each span."""
        if len(self._spans) <= max_bytes:
            return 0
        starts = sorted(span.start_ns for span in self._spans)
        oldest = starts[len(starts) // 10]
        kept = [span for span in self._spans if span.start_ns > oldest]
        removed, self._spans = len(self._spans) - len(kept), kept
        return removed

    def tidy(self) -> bool:
        """Nothing is ever out of order."""
        return False

    def of_trace(
        self, trace_id: str, *, span_id: str | None = None, within: Within = None
    ) -> list[dict[str, object]]:
        """Return a trace's spans by start time, each once; or one of them."""
        return [_plain(span) for span in self._of(trace_id, within) if span_id in {None, span.span_id}]

    def of_task(self, task_id: str, since_ns: int) -> list[dict[str, object]]:
        """Return the spans of a task that began since a time, each once."""
        found = {
            (span.trace_id, span.span_id): span
            for span in sorted(self._spans, key=lambda span: span.source != "otlp")
            if span.start_ns >= since_ns and span.attributes.get(semconv.TASK) == task_id
        }
        return [_plain(span) for span in sorted(found.values(), key=lambda it: (it.start_ns, it.span_id))]

    def outline(self, question: GetOutline) -> OutlineIs:
        """Return what a waterfall shows of a trace."""
        return OutlineIs([_outline(span) for span in self._of(question.trace_id, question.within)])

    def _of(self, trace_id: str, within: Within) -> list[Span]:
        own_last = sorted(self._spans, key=lambda span: span.source != "otlp")
        found = {span.span_id: span for span in own_last if span.trace_id == trace_id}
        if not _all_within(found.values(), within):
            return []
        return sorted(found.values(), key=lambda it: (it.start_ns, it.span_id))

    def _found(self, where: TraceFilter, within: Within) -> list[TraceRow]:
        traces: dict[str, list[Span]] = {}
        for span in self._spans:
            traces.setdefault(span.trace_id, []).append(span)
        return [
            _trace(spans) for spans in traces.values() if _fits(where, spans) and _all_within(spans, within)
        ]

    def sums(self, question: SumTraces) -> SumsAre:
        """Return figures of the traces that a filter lets through."""
        rows = self._found(question.where, question.within)
        durations = sorted(row.end_ns - row.start_ns for row in rows)
        p50, p95 = (_quantile(durations, part) if durations else None for part in (50, 95))
        whole = {
            name: sum(getattr(row, name) for row in rows)
            for name in ("spans", "cost_nano_usd", "input_tokens", "output_tokens")
        }
        failed = sum(row.errors > 0 for row in rows)
        return SumsAre(TraceSums(traces=len(rows), failed=failed, p50_ns=p50, p95_ns=p95, **whole))

    def search(self, question: SearchTraces) -> TracesAre:
        """Return traces, newest first."""
        rows = self._found(question.where, question.within)
        rows.sort(key=lambda row: (row.start_ns, row.trace_id), reverse=True)
        if question.after is not None:
            start, _, trace_id = question.after.partition("-")
            if not start.isdecimal() or len(trace_id) != len("0" * 32):
                raise InvalidRequest("this is no place in a list of traces", field="after")
            rows = [row for row in rows if (row.start_ns, row.trace_id) < (int(start), trace_id)]
        found = tuple(rows[: question.limit])
        more = len(rows) > len(found)
        return TracesAre(found, f"{found[-1].start_ns}-{found[-1].trace_id}" if more else None)

    def stats(self, question: GetStats) -> StatsAre:
        """Return figures by a key."""
        groups: dict[str, list[Span]] = {}
        for span in self._spans:
            if _counts(question, span):
                groups.setdefault(_key(question.by, span), []).append(span)
        rows = [_stat(key, spans) for key, spans in groups.items()]
        if question.by == "hour":
            return StatsAre(tuple(sorted(rows, key=lambda row: int(row.key))))
        return StatsAre(tuple(sorted(rows, key=lambda row: (-row.spans, row.key))))

    def sql(self, question: RunSql) -> SqlIs:
        """Refuse: there is no SQL in memory."""
        raise StateError(f"There is no SQL here to answer {question.sql!r}.")

    def close(self) -> None:
        """Nothing is held open."""


def _plain(span: Span) -> dict[str, object]:
    found = msgspec.to_builtins(span)
    del found["events"]  # never stored with a span
    found["attributes"] = {**found.pop("resource"), **found["attributes"]}
    return dict(found)


def _outline(span: Span) -> OutlineSpan:
    of = span.attributes.get
    return OutlineSpan(
        span.span_id,
        span.parent_span_id,
        span.name,
        span.start_ns,
        span.end_ns - span.start_ns,
        span.status == "ERROR",
        span.source,
        of(semconv.AGENT),
        of(semconv.TOOL) or of(semconv.MODEL) or of(semconv.REQUEST_MODEL),
        of(semconv.VERDICT),
        of(semconv.INPUT_TOKENS),
        of(semconv.OUTPUT_TOKENS),
        of(semconv.COST_NANO_USD),
    )


def _seen(department: object, within: tuple[str, ...]) -> bool:
    return not set(str(department or "").split("/")).isdisjoint(within)


def _all_within(spans: Iterable[Span], within: Within) -> bool:
    return within is None or all(_seen(span.attributes.get(semconv.DEPARTMENT), within) for span in spans)


def _values(spans: Iterable[Span], *names: str) -> tuple[str, ...]:
    found = {
        next((span.attributes[name] for name in names if name in span.attributes), None) for span in spans
    }
    return tuple(sorted(str(value) for value in found if value is not None))


def _sum(spans: Iterable[Span], *names: str, own: bool) -> int:
    return sum(
        int(span.attributes.get(name) or 0)
        for span in spans
        if (span.source != "otlp") is own
        for name in names
    )


def _figures(spans: list[Span]) -> dict[str, int]:
    return {
        "spans": len(spans),
        "errors": sum(span.status == "ERROR" for span in spans),
        "cost_nano_usd": _sum(spans, semconv.COST_NANO_USD, own=True),
        "input_tokens": _sum(spans, semconv.INPUT_TOKENS, own=True),
        "output_tokens": _sum(spans, semconv.OUTPUT_TOKENS, own=True),
        "reported_tokens": _sum(spans, semconv.INPUT_TOKENS, semconv.OUTPUT_TOKENS, own=False),
    }


def _trace(spans: list[Span]) -> TraceRow:
    first = min(spans, key=lambda span: span.start_ns)
    root = next((span for span in spans if span.parent_span_id is None), first)
    return TraceRow(
        trace_id=first.trace_id,
        name=root.name,
        start_ns=first.start_ns,
        end_ns=max(span.end_ns for span in spans),
        model_calls=sum(span.source == "ledger" for span in spans),
        tool_calls=sum(span.source == "tools" for span in spans),
        agents=_values(spans, semconv.AGENT),
        departments=_values(spans, semconv.DEPARTMENT),
        models=_values(spans, semconv.MODEL, semconv.REQUEST_MODEL),
        tools=_values(spans, semconv.TOOL),
        tasks=_values(spans, semconv.TASK),
        verdicts=_values(spans, semconv.VERDICT),
        **_figures(spans),
    )


def _below(department: str, wanted: str) -> bool:
    return department == wanted or department.startswith(f"{wanted}/")


def _fits(where: TraceFilter, spans: list[Span]) -> bool:
    row = _trace(spans)
    duration_ns = row.end_ns - row.start_ns
    has = (
        (where.agent, row.agents),
        (where.model, row.models),
        (where.tool, row.tools),
        (where.task, row.tasks),
        (where.trace, (row.trace_id,)),
    )
    limits = (
        (where.since_ns, row.start_ns, 0),
        (where.until_ns, row.start_ns + 1, 1),
        (where.min_cost_nano_usd, row.cost_nano_usd, 0),
        (where.max_cost_nano_usd, row.cost_nano_usd, 1),
        (where.min_duration_ns, duration_ns, 0),
        (where.max_duration_ns, duration_ns, 1),
    )
    return (
        all(wanted is None or wanted in found for wanted, found in (*has, (where.verdict, row.verdicts)))
        and all(
            limit is None or (value <= limit if above else value >= limit) for limit, value, above in limits
        )
        and (where.department is None or any(_below(one, where.department) for one in row.departments))
        and (not where.text or any(where.text.lower() in span.name.lower() for span in spans))
        and (where.status is None or (where.status == "error") is (row.errors > 0))
    )


def _of(span: Span, by: str) -> Any:
    if by == "model":
        return span.attributes.get(semconv.MODEL) or span.attributes.get(semconv.REQUEST_MODEL)
    return span.attributes.get(_KEYS[by])


def _key(by: str, span: Span) -> str:
    return str(span.start_ns // _HOUR_NS * _HOUR_NS) if by == "hour" else str(_of(span, by) or "")


def _counts(question: GetStats, span: Span) -> bool:
    hour = span.start_ns // _HOUR_NS
    return (
        all(
            (wanted := getattr(question, by)) is None or _of(span, by) == wanted
            for by in ("agent", "model", "tool", "operation")
        )
        and (question.within is None or _seen(_of(span, "department"), question.within))
        and (question.department is None or _below(str(_of(span, "department") or ""), question.department))
        and (question.since_ns is None or hour >= question.since_ns // _HOUR_NS)
        and (question.until_ns is None or hour <= question.until_ns // _HOUR_NS)
    )


def _quantile(ordered: list[int], percent: int) -> int:
    return ordered[max(0, -(-len(ordered) * percent // 100) - 1)]


def _stat(key: str, spans: list[Span]) -> StatRow:
    durations = sorted(span.end_ns - span.start_ns for span in spans)
    p50, p95 = (_quantile(durations, part) for part in (50, 95))
    return StatRow(key=key, p50_ns=p50, p95_ns=p95, **_figures(spans))
