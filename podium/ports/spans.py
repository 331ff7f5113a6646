"""The store of spans, and the language in which the collector, its one owner, is asked about them.

Times are Unix nanoseconds, durations nanoseconds, amounts integer nano-USD. Money and tokens of a trace are
those of Podium's own spans, which agree with the ledger; what programs report of themselves stands beside it.
"""

from collections.abc import Sequence
from typing import Any, Final, Literal, Protocol

import msgspec

from podium.kernel.spans import Span

MAX_FOUND: Final = 1000
"""Traces, or rows of SQL, in one answer."""
Key = Literal["agent", "department", "model", "tool", "operation", "hour"]


class TraceFilter(msgspec.Struct, frozen=True, omit_defaults=True):
    """Which traces. What is None does not matter; all that is set must hold.

    ``agent``, ``model``, ``tool``, ``task`` and ``verdict``: some span of the trace has it. ``department``: a
    path; what lies below counts. ``status``: ``error`` where any span failed. ``text`` is looked for in the
    names of spans, whatever its case. The times and the duration are the whole trace's: from its first span's
    start to its last one's end.
    """

    since_ns: int | None = None
    until_ns: int | None = None
    agent: str | None = None
    department: str | None = None
    model: str | None = None
    tool: str | None = None
    task: str | None = None
    trace: str | None = None
    """Its id."""
    verdict: str | None = None
    status: Literal["ok", "error"] | None = None
    text: str | None = None
    min_cost_nano_usd: int | None = None
    max_cost_nano_usd: int | None = None
    min_duration_ns: int | None = None
    max_duration_ns: int | None = None


class TraceRow(msgspec.Struct, frozen=True):
    """One trace in a list."""

    trace_id: str
    name: str
    """Of its root; of its first span where no span is the root."""
    start_ns: int
    end_ns: int
    spans: int
    errors: int
    cost_nano_usd: int
    input_tokens: int
    output_tokens: int
    reported_tokens: int
    """Input and output as programs report them: it may count again what the gateway has counted."""
    model_calls: int
    """That went through the gateway, attempts counted each."""
    tool_calls: int
    """That went through the tool gateway."""
    agents: tuple[str, ...]
    departments: tuple[str, ...]
    models: tuple[str, ...]
    tools: tuple[str, ...]
    tasks: tuple[str, ...]
    verdicts: tuple[str, ...]


class StatRow(msgspec.Struct, frozen=True):
    """Spans that share a key. The quantiles of durations are estimates, at most 5 % off."""

    key: str
    """Empty for spans that have none; an hour as the Unix nanoseconds of its start."""
    spans: int
    errors: int
    cost_nano_usd: int
    input_tokens: int
    output_tokens: int
    reported_tokens: int
    p50_ns: int | None
    p95_ns: int | None


class TraceSums(msgspec.Struct, frozen=True):
    """Figures of the traces that a filter lets through. The quantiles of durations are estimates."""

    traces: int
    failed: int
    """Traces in which some span failed."""
    spans: int
    cost_nano_usd: int
    input_tokens: int
    output_tokens: int
    p50_ns: int | None
    """Of whole traces; None where there are none."""
    p95_ns: int | None


class OutlineSpan(msgspec.Struct, frozen=True, array_like=True):
    """What a waterfall needs of a span: all attributes of 20,000 would be many megabytes."""

    span_id: str
    parent_span_id: str | None
    name: str
    start_ns: int
    duration_ns: int
    failed: bool
    source: str
    agent: str | None
    what: str | None
    """The tool, else the model."""
    verdict: str | None
    input_tokens: int | None
    output_tokens: int | None
    cost_nano_usd: int | None


Within = tuple[str, ...] | None
"""Names of departments: only what is theirs, or of those below them. None: everything.

A trace is theirs where each of its spans is: one that goes through others' departments is not.
"""


class GetTrace(msgspec.Struct, frozen=True, tag="get_trace"):
    """Ask for a trace's spans. ``span_id``: for one of them alone.

    ``veiled``: of a trace that goes through other departments too, theirs as opaque nodes; else it has none.
    """

    trace_id: str
    span_id: str | None = None
    within: Within = None
    veiled: bool = False


class GetOutline(msgspec.Struct, frozen=True, tag="get_outline"):
    """Ask for what a waterfall shows of a trace, by start."""

    trace_id: str
    within: Within = None


class SumTraces(msgspec.Struct, frozen=True, tag="sum_traces"):
    """Ask for figures of all traces that a filter lets through."""

    where: TraceFilter = TraceFilter()
    within: Within = None


class GetTaskSpans(msgspec.Struct, frozen=True, tag="get_task_spans"):
    """Ask for a task's spans since a time (Unix nanoseconds), of whatever trace they say that they are."""

    task_id: str
    since_ns: int = 0
    within: Within = None


class SearchTraces(msgspec.Struct, frozen=True, tag="search_traces"):
    """Ask for traces, newest first. ``after`` is the ``next`` of the page before."""

    where: TraceFilter = TraceFilter()
    limit: int = 50
    after: str | None = None
    within: Within = None


class GetStats(msgspec.Struct, frozen=True, tag="get_span_stats"):
    """Ask for figures of spans by a key, those with most spans first; hours in their order.

    The times are taken to the hour: the one in which ``since_ns`` lies counts whole, that of ``until_ns``
    too.
    """

    by: Key
    since_ns: int | None = None
    until_ns: int | None = None
    agent: str | None = None
    department: str | None = None
    model: str | None = None
    tool: str | None = None
    operation: str | None = None
    within: Within = None


class RunSql(msgspec.Struct, frozen=True, tag="run_span_sql"):
    """Ask one SELECT over the documented views (docs/traces.md), which hold all departments' spans."""

    sql: str
    limit: int = MAX_FOUND


class TraceIs(msgspec.Struct, frozen=True, tag="trace_is"):
    """To GetTrace and GetTaskSpans."""

    spans: list[dict[str, object]]


class OutlineIs(msgspec.Struct, frozen=True, tag="outline_is"):
    """To GetOutline."""

    spans: list[OutlineSpan]


class SumsAre(msgspec.Struct, frozen=True, tag="trace_sums_are"):
    """To SumTraces."""

    sums: TraceSums


class TracesAre(msgspec.Struct, frozen=True, tag="traces_are"):
    """To SearchTraces. ``next`` is there where there may be more."""

    traces: tuple[TraceRow, ...]
    next: str | None = None


class StatsAre(msgspec.Struct, frozen=True, tag="span_stats_are"):
    """To GetStats."""

    rows: tuple[StatRow, ...]


class SqlIs(msgspec.Struct, frozen=True, tag="span_sql_is"):
    """To RunSql. ``cut``: there were more rows than were asked for."""

    columns: tuple[str, ...]
    rows: list[list[Any]]
    cut: bool


class GetExport(msgspec.Struct, frozen=True, tag="get_span_export"):
    """Ask how the export of spans to another collector stands."""


class ExportIs(msgspec.Struct, frozen=True, tag="span_export_is"):
    """To GetExport. Counts are those since the collector's start, but what waits, which the disk has."""

    url: str | None
    """None: spans are not exported."""
    waiting_spans: int = 0
    waiting_bytes: int = 0
    sent_spans: int = 0
    rejected_spans: int = 0
    """By the other side, in a request that it took."""
    dropped_spans: int = 0
    """Because the queue was full, could not be written, or the other side refused their request."""
    error: str | None = None
    """Why nothing gets through at the moment."""


SpanQuestion = GetTrace | GetTaskSpans | GetOutline | SearchTraces | SumTraces | GetStats | RunSql | GetExport
SpanReply = TraceIs | OutlineIs | TracesAre | SumsAre | StatsAre | SqlIs | ExportIs


class SpanReader(Protocol):
    """What answers questions about spans. Its methods may be called from several threads."""

    def of_trace(
        self, trace_id: str, *, span_id: str | None = None, within: Within = None
    ) -> list[dict[str, object]]:
        """Return a trace's spans by start time, each once, as OTLP-like dictionaries; or one of them."""
        ...

    def outline(self, question: GetOutline) -> OutlineIs:
        """Return what a waterfall shows of a trace: by start time, each span once."""
        ...

    def sums(self, question: SumTraces) -> SumsAre:
        """Return figures of the traces that a filter lets through."""
        ...

    def of_task(self, task_id: str, since_ns: int) -> list[dict[str, object]]:
        """Return the spans of a task that began since a time, likewise, of whatever trace they are."""
        ...

    def search(self, question: SearchTraces) -> TracesAre:
        """Return traces, newest first. Raises InvalidRequest for an ``after`` that is none."""
        ...

    def stats(self, question: GetStats) -> StatsAre:
        """Return figures by a key."""
        ...

    def sql(self, question: RunSql) -> SqlIs:
        """Return what one SELECT finds. Raises InvalidRequest for what is not allowed, or takes too much."""
        ...


class SpanStore(SpanReader, Protocol):
    """Where spans are kept. One owner process; the methods here belong to one thread."""

    def append(self, spans: Sequence[Span], cursors: dict[str, tuple[int, int]]) -> None:
        """Add spans and move the cursors (a source's name -> its position) in one durable transaction."""
        ...

    def cursors(self) -> dict[str, tuple[int, int]]:
        """Return how far each source has been taken in. The ledger is one: ``ledger -> (0, charges.seq)``."""
        ...

    def forget(self, before_ns: int) -> int:
        """Remove the spans that ended before a time (Unix nanoseconds); return how many. The cursors stay."""
        ...

    def shrink(self, max_bytes: int) -> int:
        """Remove the oldest tenth of the spans where they take more room than so much; return how many."""
        ...

    def tidy(self) -> bool:
        """Put what was added since the last time in order, so that questions stay quick.

        Return whether some of it is left for another time.
        """
        ...

    def close(self) -> None:
        """Flush and release."""
        ...
