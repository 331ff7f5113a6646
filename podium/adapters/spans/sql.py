"""One SELECT of a person over documented views: parsed by DuckDB, judged by what it names, run within limits.

What is not known is refused: statements, tables, table functions and functions each have a list of what may
stand there. None of the functions makes a text longer than what it was given, so that what a question holds
in memory is what DuckDB's own limit counts.
"""

import math
import re
import threading
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

import msgspec

from podium.adapters.spans import schema
from podium.kernel.errors import InvalidRequest
from podium.ports.spans import MAX_FOUND, RunSql, SqlIs

if TYPE_CHECKING:
    import duckdb

TIMEOUT_S: Final = 5.0
MAX_SQL_BYTES: Final = 20_000
MAX_DEPTH: Final = 200
"""Of a question's tree."""
_OWN: Final = ", ".join(column for column, _ in schema.ATTRIBUTES.values())

VIEWS: Final = f"""
CREATE OR REPLACE VIEW spans AS SELECT
    trace_id, printf('%016x', span_id) AS span_id, printf('%016x', parent_span_id) AS parent_span_id, name,
    kind, start_ns, start_ns + duration_ns AS end_ns, duration_ns, make_timestamp_ns(start_ns) AS started,
    status, status_message, source, {_OWN}, more AS attributes, resource
FROM span_rows;
CREATE OR REPLACE VIEW traces AS FROM all_trace_parts;
CREATE OR REPLACE VIEW hours AS SELECT
    make_timestamp_ns(hour * {schema.HOUR_NS}) AS hour, department, agent, operation, model, tool,
    spans, errors, cost_nano_usd, input_tokens, output_tokens, reported_tokens
FROM whole_hours;
"""  # noqa: S608 - constants
_MISSING: Final = re.compile(
    r'Referenced (column|table) "([^"]*)" not found[^\n]*(?:\nCandidate (?:bindings|tables): ([^\n]*))?'
)
_KIND: Final = re.compile(r"^[A-Za-z ]+ Error: ")
ALLOWED: Final = frozenset({"spans", "traces", "hours"})
FUNCTIONS: Final = frozenset(
    """
    + - * / // % ~~ !~~ ~~* !~~* ~~~ abs avg bool_and bool_or ceil ceiling coalesce contains count
    count_if count_star date_diff date_part date_trunc day dayname dayofweek ends_with epoch epoch_ms
    epoch_ns exp first floor greatest hour if ifnull ilike_escape json_exists json_extract_string ->>
    last least left length len ln log log10 log2 lower ltrim make_timestamp make_timestamp_ns max mean
    min minute mod month monthname nullif pow power prefix starts_with suffix approx_count_distinct
    approx_quantile arg_max arg_min any_value corr covar_pop dense_rank first_value lag last_value
    to_days to_hours to_minutes to_seconds to_months to_years to_weeks row ~ lead ntile percent_rank
    cume_dist rank rank_dense row_number regexp_matches regexp_full_match right round rtrim sign sqrt
    stddev stddev_pop stddev_samp strftime strptime substr substring sum sum_no_overflow fsum kahan_sum
    time_bucket to_timestamp trim trunc upper var_pop var_samp variance week year yearweek
    not_like_escape like_escape list_contains array_contains list_has ^@ today current_date quarter
    second millisecond
    """.split()  # noqa: SIM905 - a list of them would be a page
)
_CLASSES: Final = frozenset(
    {
        "BETWEEN", "CASE", "CAST", "COLUMN_REF", "COMPARISON", "CONJUNCTION", "CONSTANT", "FUNCTION",
        "OPERATOR", "STAR", "SUBQUERY", "TYPE", "WINDOW",
    }
)  # fmt: skip
"""Of expressions."""
_OPERATORS: Final = frozenset(
    {
        "ARRAY_EXTRACT", "ARRAY_SLICE", "COMPARE_IN", "COMPARE_NOT_IN", "OPERATOR_COALESCE",
        "OPERATOR_IS_NOT_NULL", "OPERATOR_IS_NULL", "OPERATOR_NOT", "OPERATOR_NULLIF",
    }
)  # fmt: skip
_TYPES: Final = frozenset(
    {
        "bigint", "bool", "boolean", "date", "decimal", "double", "float", "hugeint", "int", "integer",
        "interval", "numeric", "real", "smallint", "text", "time", "timestamp", "timestamp_ns", "tinyint",
        "ubigint", "uuid", "varchar",
    }
)  # fmt: skip
"""An array of a million elements would be a million times its one column."""
_FROM: Final = frozenset(
    {"BASE_TABLE", "SUBQUERY", "JOIN", "EMPTY", "SELECT_NODE", "SET_OPERATION_NODE"}
    | {"LIMIT_MODIFIER", "LIMIT_PERCENT_MODIFIER", "ORDER_MODIFIER", "DISTINCT_MODIFIER"}
    | {"ORDER_DEFAULT", "ASCENDING", "DESCENDING"}
)
"""What a node that is no expression may be."""


def run(cursor: "duckdb.DuckDBPyConnection", question: RunSql) -> SqlIs:
    """Return what a SELECT finds. Raises InvalidRequest for what is not allowed, fails, or takes too long."""
    import duckdb  # noqa: PLC0415 - slow to import

    text = question.sql.strip().rstrip(";").strip()
    _check(cursor, text)
    limit = max(1, min(question.limit, MAX_FOUND))
    timer = threading.Timer(TIMEOUT_S, cursor.interrupt)
    timer.start()
    try:
        found = cursor.execute(f"SELECT * FROM (\n{text}\n) LIMIT {limit + 1}")  # noqa: S608 - judged above
        columns = tuple(str(column[0]) for column in found.description or ())
        rows = found.fetchall()
    except duckdb.InterruptException as error:
        raise InvalidRequest(
            f"The question took longer than {TIMEOUT_S:g} s.",
            fix="Ask for less time: WHERE start_ns > …",
            field="sql",
        ) from error
    except (duckdb.Error, RuntimeError) as error:
        raise _refused(_words_of(str(error))) from error
    finally:
        timer.cancel()
    return SqlIs(columns, [[_plain(value) for value in row] for row in rows[:limit]], len(rows) > limit)


def _plain(value: Any) -> Any:
    """Return a value as JSON has it."""
    match value:
        case None | bool() | int() | str():
            return value
        case float():
            return value if math.isfinite(value) else str(value)
        case UUID():
            return value.hex
        case list() | tuple():
            return [_plain(one) for one in value]
        case dict():
            return {str(name): _plain(one) for name, one in value.items()}
    return str(value)


def _check(cursor: "duckdb.DuckDBPyConnection", text: str) -> None:
    """Raise InvalidRequest for what is not one SELECT over the views."""
    if len(text.encode()) > MAX_SQL_BYTES:
        raise _refused(f"it is longer than {MAX_SQL_BYTES} bytes")
    import duckdb  # noqa: PLC0415 - slow to import

    try:
        row = cursor.execute("SELECT json_serialize_sql(?)", [text]).fetchone()
        tree = msgspec.json.decode(row[0] if row is not None else "{}")
    except (duckdb.Error, msgspec.DecodeError, RecursionError) as error:
        raise _refused("it cannot be read") from error
    if tree.get("error", True):
        said = str(tree.get("error_message") or "")
        raise _refused("it is no SELECT" if not said or "Only SELECT" in said else said)
    statements = tree.get("statements", [])
    if len(statements) != 1:
        raise _refused("it is not one statement")
    _look(statements[0].get("node"), ALLOWED, 0)
    if statements[0].get("named_param_map"):
        raise _refused("it has parameters")


def _look(value: Any, tables: frozenset[str], depth: int) -> None:
    """Go through the tree of a statement; ``tables`` are the names that a FROM may have here."""
    if depth > MAX_DEPTH:
        raise _refused("it is nested too deeply")
    if isinstance(value, list):
        for one in value:
            _look(one, tables, depth + 1)
        return
    if not isinstance(value, dict):
        return
    for entry in value.get("cte_map", {}).get("map", []):
        # A body sees what stands before it; its own name means the table of that name.
        _look(entry["value"], tables, depth + 1)
        tables |= {str(entry["key"]).lower()}
    _judge(value, tables)
    for name, inner in value.items():
        if name != "cte_map":
            _look(inner, tables, depth + 1)


def _judge(value: dict[str, Any], tables: frozenset[str]) -> None:
    """Raise InvalidRequest for a node that is not on its list."""
    kind = value.get("type")
    if isinstance(kind, str):
        of = value.get("class")
        said = kind.lower().replace("_", " ")
        if of is None and kind not in _FROM:
            raise _refused(f"it has a {said}")
        if of is not None and of not in _CLASSES:
            raise _refused(f"it has a {str(of).lower()}")
        if of == "OPERATOR" and kind not in _OPERATORS:
            raise _refused(f"it has a {said}")
        if of == "TYPE" and str(value.get("type_name")).lower() not in _TYPES:
            raise _refused(f"it casts to {value.get('type_name')}")
    if value.get("type") == "BASE_TABLE":
        name = str(value.get("table_name", ""))
        if value.get("schema_name") or value.get("catalog_name") or name.lower() not in tables:
            raise _refused(f"there is no view {name} ({', '.join(sorted(ALLOWED))})")
    if "function_name" in value:
        name = str(value["function_name"]).lower()
        if name not in FUNCTIONS or value.get("schema") or value.get("catalog"):
            raise _refused(f"the function {name} is not among those that may be used")


def _words_of(said: str) -> str:
    """Return in a line what DuckDB says is wrong, without its kind, its candidates and where in our query."""
    missing = _MISSING.search(said)
    if missing is not None:
        kind, name, near = missing.groups(default="")
        what = "view" if kind == "table" else "column"
        return f"there is no {what} {name}" + "; near it: " * bool(near) + near.replace('"', "")
    return _KIND.sub("", said).partition("\n")[0].rstrip(".!")


def _refused(why: str) -> InvalidRequest:
    return InvalidRequest(
        f"The SQL is not taken: {why}.",
        fix=f"One SELECT over {', '.join(sorted(ALLOWED))}, whose columns are in docs/traces.md.",
        field="sql",
    )
