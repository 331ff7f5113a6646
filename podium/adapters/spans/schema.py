"""The tables and views of the store of spans in DuckDB.

Spans lie in the order in which they came, which is nearly that of time: the zone maps of ``start_ns`` leave
few row groups to look at. Summaries of traces and hours are added with each commit as parts, to tables of
their own (``…_new``), and are joined later with what was there of the same trace or hour (`DuckSpans.tidy`).
So all but the newest have one row, and questions about them group nothing.
"""

from typing import Final

from podium.evidence import semconv, windows
from podium.kernel.window import KINDS

VERSION: Final = 4
"""Of what is written below; 1 had one table of spans alone, 3 several rows of a trace, or an hour, that was
joined. Columns are added without a new version."""
UNJOINED: Final = 3
"""The version whose rows are joined once, and are then those of today."""

ATTRIBUTES: Final[dict[str, tuple[str, type]]] = {
    semconv.OPERATION: ("operation", str),
    semconv.PROVIDER: ("provider", str),
    semconv.AGENT: ("agent", str),
    semconv.CONVERSATION: ("conversation", str),
    semconv.REQUEST_MODEL: ("request_model", str),
    semconv.RESPONSE_MODEL: ("response_model", str),
    semconv.RESPONSE_ID: ("response_id", str),
    semconv.ERROR_TYPE: ("error_type", str),
    semconv.CALL: ("call_id", str),
    semconv.CHARGE: ("charge_id", str),
    semconv.TASK: ("task", str),
    semconv.DEPARTMENT: ("department", str),
    semconv.ROUTE: ("route", str),
    semconv.MODEL: ("model", str),
    semconv.REGION: ("region", str),
    semconv.DIALECT: ("dialect", str),
    semconv.OUTCOME: ("outcome", str),
    semconv.REQUEST_DIGEST: ("request_digest", str),
    semconv.REPLY_DIGEST: ("reply_digest", str),
    semconv.UPSTREAM_REQUEST_ID: ("upstream_request_id", str),
    semconv.TOOL: ("tool", str),
    semconv.TOOL_CALL: ("tool_call_id", str),
    semconv.VERDICT: ("verdict", str),
    semconv.VERDICT_RULE: ("verdict_rule", str),
    semconv.REQUEST_STREAM: ("streamed", bool),
    semconv.ESTIMATED: ("estimated", bool),
    semconv.OVERRUN: ("overrun", bool),
    semconv.INPUT_TOKENS: ("input_tokens", int),
    semconv.OUTPUT_TOKENS: ("output_tokens", int),
    semconv.CACHE_READ_TOKENS: ("cache_read_tokens", int),
    semconv.CACHE_WRITE_TOKENS: ("cache_write_tokens", int),
    semconv.REASONING_TOKENS: ("reasoning_tokens", int),
    semconv.HTTP_STATUS: ("http_status", int),
    semconv.ATTEMPT: ("attempt", int),
    semconv.SNAPSHOT_VERSION: ("snapshot_version", int),
    semconv.COST_NANO_USD: ("cost_nano_usd", int),
    semconv.HOLD_NANO_USD: ("hold_nano_usd", int),
    semconv.TIME_TO_FIRST_CHUNK: ("time_to_first_chunk_s", float),
    semconv.TIME_TO_FIRST_TOKEN_S: ("time_to_first_token_s", float),
    semconv.OUTPUT_TOKENS_PER_SECOND: ("output_tokens_per_second", float),
    **{name: (f"window_{kind}_tokens", int) for name, kind in zip(windows.TOKENS, KINDS, strict=True)},
    windows.CACHED: ("window_cached_tokens", int),
    windows.DROPPED: ("window_dropped_tokens", int),
    windows.GROWTH: ("window_growth_tokens", int),
    windows.MEDIA: ("window_media", int),
    windows.AGAINST: ("window_against", str),
    windows.BYTES: ("window_bytes", int),
}
"""Attributes with a column of their own: a column compresses to a fraction of what JSON takes."""
SQL_TYPES: Final = {str: "VARCHAR", bool: "BOOLEAN", int: "BIGINT", float: "DOUBLE"}
_OWN: Final = ", ".join(f"{name} {SQL_TYPES[kind]}" for name, kind in ATTRIBUTES.values())
_LISTED: Final = {
    "agents": "agent",
    "departments": "department",
    "models": "coalesce(model, request_model)",
    "tools": "tool",
    "tasks": "task",
    "verdicts": "verdict",
}
"""Lists of a trace, and of what in its spans."""
_PART: Final = f"""(
    trace_id UUID NOT NULL,
    start_ns BIGINT NOT NULL,
    end_ns BIGINT NOT NULL,
    spans BIGINT NOT NULL,
    errors BIGINT NOT NULL,
    cost_nano_usd BIGINT NOT NULL,
    input_tokens BIGINT NOT NULL,
    output_tokens BIGINT NOT NULL,
    reported_tokens BIGINT NOT NULL,
    model_calls BIGINT NOT NULL,
    tool_calls BIGINT NOT NULL,
    root VARCHAR,
    first VARCHAR,
    names VARCHAR NOT NULL,
    {", ".join(f"{name} VARCHAR[]" for name in _LISTED)}
)"""
_HOUR: Final = """(
    hour BIGINT NOT NULL,
    department VARCHAR,
    agent VARCHAR,
    operation VARCHAR,
    model VARCHAR,
    tool VARCHAR,
    bucket SMALLINT NOT NULL,
    spans BIGINT NOT NULL,
    errors BIGINT NOT NULL,
    cost_nano_usd BIGINT NOT NULL,
    input_tokens BIGINT NOT NULL,
    output_tokens BIGINT NOT NULL,
    reported_tokens BIGINT NOT NULL
)"""
_TOTAL: Final = _HOUR.replace("    bucket SMALLINT NOT NULL,\n", "")
HOUR_NS: Final = 3_600_000_000_000
BUCKET_BASE: Final = 1.1
"""Each bucket of durations is a tenth wider than the one before: its middle is less than 5 % off."""

SCHEMA: Final = f"""
CREATE TABLE IF NOT EXISTS span_rows (
    trace_id UUID NOT NULL,
    span_id UBIGINT NOT NULL,
    parent_span_id UBIGINT,
    name VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    start_ns BIGINT NOT NULL,
    duration_ns BIGINT NOT NULL,
    status VARCHAR NOT NULL,
    status_message VARCHAR,
    source VARCHAR NOT NULL,
    {_OWN},
    more VARCHAR,
    resource VARCHAR
);
CREATE TABLE IF NOT EXISTS trace_parts {_PART};
CREATE TABLE IF NOT EXISTS trace_parts_new {_PART};
CREATE TABLE IF NOT EXISTS hour_parts {_HOUR};
CREATE TABLE IF NOT EXISTS hour_parts_new {_HOUR};
CREATE TABLE IF NOT EXISTS hour_totals {_TOTAL};
CREATE TABLE IF NOT EXISTS cursors (
    source VARCHAR PRIMARY KEY,
    segment BIGINT NOT NULL,
    position BIGINT NOT NULL
);
CREATE TABLE IF NOT EXISTS version (version INTEGER NOT NULL);
CREATE OR REPLACE VIEW all_trace_parts AS FROM trace_parts UNION ALL FROM trace_parts_new;
CREATE OR REPLACE VIEW all_hour_parts AS FROM hour_parts UNION ALL FROM hour_parts_new;
"""
TABLES: Final = (
    "spans", "span_rows", "trace_parts", "trace_parts_new", "hour_parts", "hour_parts_new", "hour_totals",
    "cursors", "version",
)  # fmt: skip
"""Those of today, and those of the first version."""
COLUMNS: Final = "SELECT column_name FROM duckdb_columns() WHERE table_name = 'span_rows'"
ADD_COLUMNS: Final = {
    name: f"ALTER TABLE span_rows ADD COLUMN {name} {SQL_TYPES[kind]}" for name, kind in ATTRIBUTES.values()
}
"""By their names, for a store from before there was one of them."""
HAS_TABLES: Final = "SELECT 1 FROM duckdb_tables() WHERE table_name IN ('spans', 'span_rows')"

TRACES_OF_INCOMING: Final = f"""
SELECT * REPLACE (
    lower(array_to_string(list_distinct(names), chr(10))) AS names,
    {", ".join(f"list_distinct({name}) AS {name}" for name in _LISTED)}
) FROM (SELECT
    trace_id,
    min(start_ns) AS start_ns,
    max(start_ns + duration_ns) AS end_ns,
    count(*) AS spans,
    count(*) FILTER (status = 'ERROR') AS errors,
    coalesce(sum(cost_nano_usd) FILTER (source <> 'otlp'), 0) AS cost_nano_usd,
    coalesce(sum(input_tokens) FILTER (source <> 'otlp'), 0) AS input_tokens,
    coalesce(sum(output_tokens) FILTER (source <> 'otlp'), 0) AS output_tokens,
    coalesce(sum(coalesce(input_tokens, 0) + coalesce(output_tokens, 0)) FILTER (source = 'otlp'), 0)
        AS reported_tokens,
    count(*) FILTER (source = 'ledger') AS model_calls, count(*) FILTER (source = 'tools') AS tool_calls,
    any_value(name) FILTER (parent_span_id IS NULL) AS root, arg_min(name, start_ns) AS first,
    list(name) AS names,
    {", ".join(f"list({value}) FILTER ({value} IS NOT NULL) AS {name}" for name, value in _LISTED.items())}
    FROM incoming GROUP BY trace_id
)
"""  # noqa: S608 - constants
"""Lists of all values that are then made distinct: a DISTINCT for each would be a table for each."""
HOURS_OF_INCOMING: Final = f"""
SELECT
    start_ns // {HOUR_NS} AS hour, department, agent, operation, coalesce(model, request_model) AS model,
    tool, CASE WHEN duration_ns <= 0 THEN 0 ELSE ceil(ln(duration_ns) / ln({BUCKET_BASE})) END AS bucket,
    count(*) AS spans, count(*) FILTER (status = 'ERROR') AS errors, coalesce(sum(cost_nano_usd) FILTER
    (source <> 'otlp'), 0) AS cost_nano_usd, coalesce(sum(input_tokens) FILTER (source <> 'otlp'), 0) AS
    input_tokens, coalesce(sum(output_tokens) FILTER (source <> 'otlp'), 0) AS output_tokens,
    coalesce(sum(coalesce(input_tokens, 0) + coalesce(output_tokens, 0)) FILTER (source = 'otlp'), 0)
        AS reported_tokens
FROM incoming GROUP BY ALL
"""  # noqa: S608 - constants
_UNION = "list_distinct(flatten(list({0}) FILTER ({0} IS NOT NULL))) AS {0}"
JOINED: Final = f"""
    trace_id,
    min(start_ns) AS start_ns,
    max(end_ns) AS end_ns,
    sum(spans)::BIGINT AS spans,
    sum(errors)::BIGINT AS errors,
    sum(cost_nano_usd)::BIGINT AS cost_nano_usd,
    sum(input_tokens)::BIGINT AS input_tokens,
    sum(output_tokens)::BIGINT AS output_tokens,
    sum(reported_tokens)::BIGINT AS reported_tokens,
    sum(model_calls)::BIGINT AS model_calls,
    sum(tool_calls)::BIGINT AS tool_calls,
    any_value(root) AS root,
    arg_min(first, start_ns) AS first,
    array_to_string(list_distinct(flatten(list(string_split(names, chr(10))))), chr(10)) AS names,
    {", ".join(_UNION.format(name) for name in _LISTED)}
"""
"""The parts of a trace as one; to be grouped by ``trace_id``."""
_TOUCHED_TRACES: Final = """(
    FROM trace_parts_new UNION ALL SELECT * FROM trace_parts SEMI JOIN trace_parts_new USING (trace_id)
)"""
IN_PARTS: Final = """
SELECT (SELECT count(*) - count(DISTINCT trace_id) FROM trace_parts_new)
    + (SELECT count(*) FROM trace_parts SEMI JOIN trace_parts_new USING (trace_id))
"""
"""How many traces have more than one row, which an older Podium left in parts."""
JOIN_TRACES: Final = (
    f"CREATE OR REPLACE TEMP TABLE joined AS SELECT {JOINED} FROM {_TOUCHED_TRACES} GROUP BY trace_id",  # noqa: S608 - constants
    "DELETE FROM trace_parts WHERE trace_id IN (SELECT trace_id FROM trace_parts_new)",
    "INSERT INTO trace_parts BY NAME FROM joined ORDER BY start_ns",
    "DELETE FROM trace_parts_new",
    "DROP TABLE joined",
)
SETTLE_TRACES: Final = (
    "INSERT INTO trace_parts BY NAME FROM trace_parts_new ORDER BY start_ns",
    "DELETE FROM trace_parts_new",
)
_HOUR_SUMS = ", ".join(
    f"sum({name})::BIGINT AS {name}"
    for name in ("spans", "errors", "cost_nano_usd", "input_tokens", "output_tokens", "reported_tokens")
)
_TOTAL_KEYS = "hour, department, agent, operation, model, tool"
_HOUR_KEYS = f"{_TOTAL_KEYS}, bucket"
HOURS_AT_ONCE: Final = 48
"""So many are joined in one go: each is written anew, and spans can be of any time."""
_HOURS = "hour IN (SELECT hour FROM joining)"


def _join_hours(table: str, new: str, keys: str) -> tuple[str, ...]:
    both = f"(FROM {table} UNION ALL BY NAME SELECT {new} FROM hour_parts_new) WHERE {_HOURS}"  # noqa: S608 - constants
    return (
        f"CREATE OR REPLACE TEMP TABLE joined AS SELECT {keys}, {_HOUR_SUMS} FROM {both} GROUP BY ALL",  # noqa: S608 - constants
        f"DELETE FROM {table} WHERE {_HOURS}",  # noqa: S608 - constants
        f"INSERT INTO {table} BY NAME FROM joined ORDER BY hour",
        "DROP TABLE joined",
    )


_MOST_HOURS = f"SELECT hour FROM hour_parts_new GROUP BY 1 ORDER BY count(*) DESC LIMIT {HOURS_AT_ONCE}"  # noqa: S608 - constants
JOIN_HOURS: Final = (
    f"CREATE OR REPLACE TEMP TABLE joining AS {_MOST_HOURS}",
    *_join_hours("hour_totals", "* EXCLUDE (bucket)", _TOTAL_KEYS),
    *_join_hours("hour_parts", "*", _HOUR_KEYS),
    f"DELETE FROM hour_parts_new WHERE {_HOURS}",  # noqa: S608 - constants
    "DROP TABLE joining",
)
HOURS_LEFT: Final = "SELECT count(*) > 0 FROM hour_parts_new"


def _join_all(table: str, selected: str, grouped: str) -> tuple[str, ...]:
    return (
        f"CREATE OR REPLACE TEMP TABLE joined AS SELECT {selected} FROM {table} GROUP BY {grouped}",  # noqa: S608 - constants
        f"DELETE FROM {table}",  # noqa: S608 - constants
        f"INSERT INTO {table} BY NAME FROM joined",
        "DROP TABLE joined",
    )


JOIN_ALL: Final = (
    "DROP VIEW IF EXISTS all_hour_totals CASCADE",
    *_join_all("trace_parts", JOINED, "trace_id"),
    *_join_all("hour_parts", f"{_HOUR_KEYS}, {_HOUR_SUMS}", "ALL"),
    *_join_all("hour_totals", f"{_TOTAL_KEYS}, {_HOUR_SUMS}", "ALL"),
)
"""What makes rows of version 3 those of today."""
WHOLE: Final = f"""
CREATE OR REPLACE VIEW whole_hours AS
    WITH fresh AS (SELECT DISTINCT hour FROM hour_parts_new)
    SELECT * FROM hour_totals ANTI JOIN fresh USING (hour)
    UNION ALL BY NAME SELECT {_TOTAL_KEYS}, {_HOUR_SUMS} FROM (
        SELECT * FROM hour_totals SEMI JOIN fresh USING (hour)
        UNION ALL BY NAME SELECT * EXCLUDE (bucket) FROM hour_parts_new
    ) GROUP BY ALL;
"""  # noqa: S608 - constants
"""Each hour by its keys, once."""
