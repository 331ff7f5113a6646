"""Questions about spans as SQL for DuckDB. Each value is a parameter; only constants are joined into it."""

from typing import TYPE_CHECKING, Any, Final

import msgspec

from podium.adapters.spans import schema
from podium.kernel.errors import InvalidRequest
from podium.ports.spans import (
    MAX_FOUND,
    GetOutline,
    GetStats,
    OutlineIs,
    OutlineSpan,
    SearchTraces,
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

if TYPE_CHECKING:
    import duckdb

_FIELDS: Final = (
    "trace_id", "span_id", "parent_span_id", "name", "kind", "start_ns", "duration_ns", "status",
    "status_message", "source",
)  # fmt: skip
_OWN: Final = tuple((name, column) for name, (column, _) in schema.ATTRIBUTES.items())
_SELECTED: Final = ", ".join((*_FIELDS, *(column for _, column in _OWN), "more", "resource"))
_TRACE_DIGITS: Final = 32
_SPAN_DIGITS: Final = 16
_HEXADECIMAL: Final = frozenset("0123456789abcdef")


_OTHERS: Final = "list_filter(departments, lambda it: NOT list_has_any(string_split(it, '/'), ?::VARCHAR[]))"
_WITHIN: Final = f"coalesce(len(departments) > 0 AND len({_OTHERS}) = 0, false)"
"""Of a trace: each span is of a department that is asked for, or below it."""
_OUTLINED: Final = (
    "span_id, parent_span_id, name, start_ns, duration_ns, status = 'ERROR', source, agent, "
    "coalesce(tool, model, request_model), verdict, input_tokens, output_tokens, cost_nano_usd"
)
_OUTLINED_SOURCE: Final = 6
"""Place of `source` in it."""


def of_trace(
    cursor: "duckdb.DuckDBPyConnection", trace_id: str, *, span_id: str | None = None, within: Within = None
) -> list[dict[str, object]]:
    """Return a trace's spans by start; one that came twice, once. ``span_id``: that one alone."""
    rows = _rows(cursor, _SELECTED, trace_id, within, span_id)
    spans = {row[1]: _span(row) for row in _own_last(rows, _FIELDS.index("source"))}
    return sorted(spans.values(), key=lambda span: (span["start_ns"], span["span_id"]))


def of_task(cursor: "duckdb.DuckDBPyConnection", task_id: str, since_ns: int) -> list[dict[str, object]]:
    """Return a task's spans by start; one that came twice, once."""
    rows = cursor.execute(
        f"SELECT {_SELECTED} FROM span_rows WHERE start_ns >= ? AND task = ?",  # noqa: S608 - constants
        [since_ns, task_id],
    ).fetchall()
    spans = {(row[0], row[1]): _span(row) for row in _own_last(rows, _FIELDS.index("source"))}
    return sorted(spans.values(), key=lambda span: (span["start_ns"], span["span_id"]))


def outline(cursor: "duckdb.DuckDBPyConnection", question: GetOutline) -> OutlineIs:
    """Return what a waterfall shows of a trace."""
    spans = {
        row[0]: OutlineSpan(f"{row[0]:016x}", f"{row[1]:016x}" if row[1] is not None else None, *row[2:])
        for row in _own_last(_rows(cursor, _OUTLINED, question.trace_id, question.within), _OUTLINED_SOURCE)
    }
    return OutlineIs(sorted(spans.values(), key=lambda span: (span.start_ns, span.span_id)))


def _rows(
    cursor: "duckdb.DuckDBPyConnection",
    selected: str,
    trace_id: str,
    within: Within,
    span_id: str | None = None,
) -> list[tuple[Any, ...]]:
    """Return columns of a trace's spans; none where somebody may not see the trace."""
    if not _is_hexadecimal(trace_id, _TRACE_DIGITS):
        return []
    if span_id is not None and not _is_hexadecimal(span_id, _SPAN_DIGITS):
        return []
    # The summary knows when the trace was, so that the zone maps of start_ns leave few spans to look at.
    seen = "true" if within is None else _WITHIN
    bounds = cursor.execute(
        f"SELECT start_ns, end_ns, {seen} FROM all_trace_parts WHERE trace_id = ?::UUID",  # noqa: S608 - constants
        [trace_id] if within is None else [list(within), trace_id],
    ).fetchone()
    if bounds is None or not bounds[2]:
        return []
    values: list[Any] = [*bounds[:2], trace_id]
    one = ""
    if span_id is not None:
        one = " AND span_id = ?"
        values.append(int(span_id, 16))
    return cursor.execute(
        f"SELECT {selected} FROM span_rows WHERE start_ns BETWEEN ? AND ? AND trace_id = ?{one}",  # noqa: S608 - constants
        values,
    ).fetchall()


def _own_last(rows: list[tuple[Any, ...]], source: int) -> list[tuple[Any, ...]]:
    """Return Podium's own spans after programs': one under the id of an own span does not take its place.

    DuckDB would take as long to sort the many columns as it took to find them.
    """
    return sorted(rows, key=lambda row: row[source] != "otlp")


def _is_hexadecimal(text: str, digits: int) -> bool:
    return len(text) == digits and set(text) <= _HEXADECIMAL


def _span(row: tuple[Any, ...]) -> dict[str, object]:
    """Return a row as the span that it was."""
    own = len(_FIELDS)
    trace_id, span_id, parent, name, kind, start_ns, duration_ns, status, message, source = row[:own]
    attributes = {
        attribute: value for (attribute, _), value in zip(_OWN, row[own:-2], strict=True) if value is not None
    }
    for more in row[-2:]:
        if more is not None:
            attributes = {**msgspec.json.decode(more), **attributes}
    return {
        "trace_id": trace_id.hex,
        "span_id": f"{span_id:016x}",
        "parent_span_id": f"{parent:016x}" if parent is not None else None,
        "name": name,
        "kind": kind,
        "start_ns": start_ns,
        "end_ns": start_ns + duration_ns,
        "status": status,
        "status_message": message,
        "attributes": attributes,
        "source": source,
    }


# Search

_LISTS: Final = ("agents", "departments", "models", "tools", "tasks", "verdicts")
_HAS: Final = (
    ("agent", "agents"),
    ("model", "models"),
    ("tool", "tools"),
    ("task", "tasks"),
    ("verdict", "verdicts"),
)
_LIMITS: Final = (
    ("since_ns", "start_ns >="),
    ("until_ns", "start_ns <"),
    ("min_cost_nano_usd", "cost_nano_usd >="),
    ("max_cost_nano_usd", "cost_nano_usd <="),
    ("min_duration_ns", "end_ns - start_ns >="),
    ("max_duration_ns", "end_ns - start_ns <="),
)


def search(cursor: "duckdb.DuckDBPyConnection", question: SearchTraces) -> TracesAre:
    """Return traces, newest first."""
    conditions, values = _conditions(question.where, question.within)
    if question.after is not None:
        start_ns, trace_id = _place(question.after)
        # The first of the two is what zone maps know.
        conditions.append("start_ns <= ? AND (start_ns < ? OR trace_id < ?)")
        values += [start_ns, start_ns, trace_id]
    limit = max(1, min(question.limit, MAX_FOUND))
    newest = f"{_where(conditions)} ORDER BY start_ns DESC, trace_id DESC LIMIT {limit + 1}"
    # First which ones, of few columns; of each table, for of two together DuckDB would look at all rows.
    tables = " UNION ALL ".join(
        f"(SELECT trace_id, start_ns FROM {table} {newest})"  # noqa: S608 - constants
        for table in ("trace_parts", "trace_parts_new")
    )
    found = cursor.execute(
        f"FROM ({tables}) ORDER BY start_ns DESC, trace_id DESC LIMIT {limit + 1}",
        [*values, *values],
    ).fetchall()
    if not found:
        return TracesAre(())
    wanted = found[:limit]
    rows = cursor.execute(
        "SELECT * FROM all_trace_parts WHERE start_ns BETWEEN ? AND ? "
        "AND trace_id IN (SELECT unnest(?::UUID[])) ORDER BY start_ns DESC, trace_id DESC",
        [wanted[-1][1], wanted[0][1], [row[0] for row in wanted]],
    )
    names = [column[0] for column in rows.description or ()]
    traces = tuple(_trace(dict(zip(names, row, strict=True))) for row in rows.fetchall())
    last = traces[-1]
    return TracesAre(traces, f"{last.start_ns}-{last.trace_id}" if len(found) > limit else None)


def sums(cursor: "duckdb.DuckDBPyConnection", question: SumTraces) -> SumsAre:
    """Return figures of the traces that a filter lets through."""
    conditions, values = _conditions(question.where, question.within)
    row = cursor.execute(
        f"""
        SELECT count(*), count(*) FILTER (errors > 0), coalesce(sum(spans), 0)::BIGINT,
            coalesce(sum(cost_nano_usd), 0)::BIGINT, coalesce(sum(input_tokens), 0)::BIGINT,
            coalesce(sum(output_tokens), 0)::BIGINT, approx_quantile(end_ns - start_ns, [0.5, 0.95])
        FROM all_trace_parts {_where(conditions)}
        """,  # noqa: S608 - constants
        values,
    ).fetchone()
    *figures, quantiles = row or (0, 0, 0, 0, 0, 0, None)
    return SumsAre(TraceSums(*figures, *(quantiles or (None, None))))


def _conditions(where: TraceFilter, within: Within) -> tuple[list[str], list[Any]]:
    conditions: list[str] = []
    values: list[Any] = []
    if where.trace is not None:
        conditions.append("trace_id = ?::UUID")
        values.append(where.trace if _is_hexadecimal(where.trace, _TRACE_DIGITS) else "0" * _TRACE_DIGITS)
    if within is not None:
        conditions.append(_WITHIN)
        values.append(list(within))
    for field, column in _HAS:
        value = getattr(where, field)
        if value is not None:
            conditions.append(f"list_contains({column}, ?)")
            values.append(value)
    for field, condition in _LIMITS:
        value = getattr(where, field)
        if value is not None:
            conditions.append(f"{condition} ?")
            values.append(value)
    if where.department is not None:
        below = "list_filter(departments, lambda it: it = ? OR starts_with(it, ?))"
        conditions.append(f"len({below}) > 0")
        values += [where.department, f"{where.department}/"]
    if where.text:
        conditions.append("contains(names, lower(?))")
        values.append(where.text)
    if where.status is not None:
        conditions.append("errors > 0" if where.status == "error" else "errors = 0")
    return conditions, values


def _where(conditions: list[str]) -> str:
    return f"WHERE {' AND '.join(conditions)}" if conditions else ""


def _place(after: str) -> tuple[int, str]:
    start, _, trace_id = after.partition("-")
    if start.isdecimal() and _is_hexadecimal(trace_id, _TRACE_DIGITS):
        return int(start), trace_id
    raise InvalidRequest(
        f"{after!r} is no place in a list of traces.", fix="Use `next` of the page before.", field="after"
    )


def _trace(row: dict[str, Any]) -> TraceRow:
    first, root = row.pop("first"), row.pop("root")
    del row["names"]
    lists = {name: tuple(sorted(row.pop(name) or ())) for name in _LISTS}
    return TraceRow(
        **{**row, **lists, "trace_id": row["trace_id"].hex, "name": root if root is not None else first}
    )


# Figures


def stats(cursor: "duckdb.DuckDBPyConnection", question: GetStats) -> StatsAre:
    """Return figures of spans by a key, from the summaries of hours."""
    conditions: list[str] = []
    values: list[Any] = []
    for field in ("agent", "model", "tool", "operation"):
        value = getattr(question, field)
        if value is not None:
            conditions.append(f"{field} = ?")
            values.append(value)
    if question.department is not None:
        conditions.append("(department = ? OR starts_with(department, ?))")
        values += [question.department, f"{question.department}/"]
    if question.within is not None:
        conditions.append("coalesce(list_has_any(string_split(department, '/'), ?::VARCHAR[]), false)")
        values.append(list(question.within))
    if question.since_ns is not None:
        conditions.append("hour >= ?")
        values.append(question.since_ns // schema.HOUR_NS)
    if question.until_ns is not None:
        conditions.append("hour <= ?")
        values.append(question.until_ns // schema.HOUR_NS)
    where = _where(conditions)
    key = f"hour * {schema.HOUR_NS}" if question.by == "hour" else question.by
    order = "totals.key DESC" if question.by == "hour" else "spans DESC, totals.key NULLS FIRST"
    # A quantile is the middle of the bucket in which it lies (geometric: at most 5 % off).
    rows = cursor.execute(
        f"""
        WITH totals AS (
            SELECT {key} AS key, sum(spans)::BIGINT AS spans, sum(errors)::BIGINT AS errors,
                sum(cost_nano_usd)::BIGINT AS cost, sum(input_tokens)::BIGINT AS input,
                sum(output_tokens)::BIGINT AS output, sum(reported_tokens)::BIGINT AS reported
            FROM whole_hours {where} GROUP BY 1
        ), buckets AS (
            SELECT {key} AS key, bucket, sum(spans)::BIGINT AS spans FROM all_hour_parts {where} GROUP BY ALL
        ), ranked AS (
            SELECT key, bucket, sum(spans) OVER (PARTITION BY key ORDER BY bucket) AS upto,
                sum(spans) OVER (PARTITION BY key) AS whole
            FROM buckets
        ), quantiles AS (
            SELECT key, min(bucket) FILTER (upto >= 0.5 * whole) AS p50,
                min(bucket) FILTER (upto >= 0.95 * whole) AS p95
            FROM ranked GROUP BY key
        )
        SELECT coalesce(totals.key::VARCHAR, ''), spans, errors, cost, input, output, reported, p50, p95
        FROM totals LEFT JOIN quantiles ON totals.key IS NOT DISTINCT FROM quantiles.key
        ORDER BY {order} LIMIT {MAX_FOUND}
        """,  # noqa: S608 - constants
        values * 2,
    ).fetchall()
    if question.by == "hour":
        rows.reverse()
    return StatsAre(tuple(_stat(row) for row in rows))


def _stat(row: tuple[Any, ...]) -> StatRow:
    figures = dict(zip(StatRow.__struct_fields__, row, strict=True))
    return StatRow(**{**figures, "p50_ns": _middle_ns(row[-2]), "p95_ns": _middle_ns(row[-1])})


def _middle_ns(bucket: int | None) -> int | None:
    if bucket is None:
        return None
    return round(schema.BUCKET_BASE ** (bucket - 0.5)) if bucket > 0 else 0
