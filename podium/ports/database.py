"""The tables of the one database: a contract between the keeper, which alone writes, and the views.

Alembic's revisions live beside the adapter that runs them. Times are Unix nanoseconds, money nano-USD.
"""

from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Subquery,
    Table,
    Text,
    false,
    select,
)
from sqlalchemy.exc import InterfaceError, InternalError, OperationalError
from sqlalchemy.sql import ColumnElement
from sqlalchemy.sql.elements import UnaryExpression
from sqlalchemy.sql.operators import custom_op

from podium.ports import packing

PASSING: Final = (OperationalError, InterfaceError, InternalError)
"""What SQLAlchemy raises where a later try may succeed: a full disk, a server that is away."""

metadata = MetaData()

meta = Table(
    "meta",
    metadata,
    Column("key", String, primary_key=True),
    Column("value", Text, nullable=False),
)

snapshots = Table(
    "snapshots",
    metadata,
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("digest", String, nullable=False),
    Column("source", String, nullable=False),
    Column("in_force_from_ns", BigInteger, nullable=False),
    Column("document", LargeBinary, nullable=False),
)

reconciliations = Table(
    "reconciliations",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at_ns", BigInteger, nullable=False),
    Column("source", String, nullable=False),
    Column("version", Integer),  # the version that came into force, or stays
    Column("ok", Boolean, nullable=False),
    Column("findings", Text, nullable=False),  # JSON list of "file:line: field: message"
)

credentials = Table(
    "credentials",
    metadata,
    Column("id", String, primary_key=True),
    Column("agent", String, nullable=False),
    Column("sha256", String, nullable=False, unique=True),
    Column("created_ns", BigInteger, nullable=False),
    Column("revoked_ns", BigInteger),
)

incarnations = Table(
    "incarnations",
    metadata,
    Column("id", String, primary_key=True),
    Column("worker", String, nullable=False),
    Column("pid", Integer, nullable=False),
    Column("boot_id", String, nullable=False),
    Column("started_ns", BigInteger, nullable=False),
    Column("ended_ns", BigInteger),
    Column("end", String),  # clean | crashed | damaged
    Column("segment", Integer, nullable=False),  # cursor: how far the journal is in the ledger
    Column("offset", BigInteger, nullable=False),
    Column("gateway", String),  # the machine that ships its journal; null: the keeper's own
    Column("strict", Boolean, nullable=False, server_default=false()),  # waits for the disk before it sends
)

limit_windows = Table(  # what is used of a limit in one of its windows; the authority alone writes it
    "limit_windows",
    metadata,
    Column("id", String, primary_key=True),  # LIMIT@WINDOW
    Column("limit_id", String, nullable=False),
    Column("window_key", String, nullable=False),
    Column("unit", String, nullable=False),
    Column("starts_ns", BigInteger),  # null: it has no bounds
    Column("ends_ns", BigInteger),
    Column("charged", BigInteger, nullable=False),  # nano-USD or tokens, here and below
    Column("outstanding", BigInteger, nullable=False),
    Column("unattributed", BigInteger, nullable=False),  # of what is charged
    Column("band", Integer, nullable=False),  # the highest one that was entered
    Column("band_ns", BigInteger),  # when
    Index("limit_windows_limit", "limit_id"),
)

slices = Table(  # one worker's account of one band of one limit in one window; counters only grow
    "slices",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("incarnation", String, nullable=False),
    Column("window_id", String, nullable=False),
    Column("band", Integer, nullable=False),
    Column("granted", BigInteger, nullable=False),
    Column("returned", BigInteger, nullable=False),
    Column("spent", BigInteger, nullable=False),
    Column("sequence", Integer, nullable=False),  # of the last return
    Column("covered", BigInteger, nullable=False),  # charged ahead of its journal: written off
    Column("state", String, nullable=False),  # out | reclaimed | unattributed
    Column("note", Text),  # who wrote it off, and why
    Index("slices_place", "incarnation", "window_id", "band", unique=True),
    Index("slices_window", "window_id"),
)

overrides = Table(  # what a person has added to a limit for a time
    "overrides",
    metadata,
    Column("id", String, primary_key=True),
    Column("limit_id", String, nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("from_ns", BigInteger, nullable=False),
    Column("until_ns", BigInteger, nullable=False),
    Column("by", String, nullable=False),
    Column("reason", Text, nullable=False),
    Column("at_ns", BigInteger, nullable=False),
)

model_blocks = Table(  # models whose usage was above a bound that cannot be passed: not under a hard limit
    "model_blocks",
    metadata,
    Column("model", String, primary_key=True),
    Column("charge_id", String, nullable=False),
    Column("at_ns", BigInteger, nullable=False),
)

holds = Table(  # in the journal, not yet settled, when the cursor passed them
    "holds",
    metadata,
    Column("charge_id", String, primary_key=True),
    Column("incarnation", String, nullable=False),
    Column("admitted_ns", BigInteger, nullable=False),
    Column("hold_nano_usd", BigInteger, nullable=False),
    Column("record", LargeBinary, nullable=False),  # MessagePack of the Hold
    Index("holds_incarnation", "incarnation"),
)

facets = Table(  # what many charges and calls have in common, said once; null where a call has no such thing
    "facets",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("agent", String, nullable=False),
    Column("department", String, nullable=False),
    Column("route", String, nullable=False),
    Column("operation", String, nullable=False),
    Column("outcome", String, nullable=False),
    Column("http_status", Integer),
    Column("model", String),  # from here on of attempts alone
    Column("upstream_model", String),
    Column("provider", String),
    Column("region", String),
    Column("dialect", String),
    Column("reported_model", String),  # the model name in the provider's answer
    Column("finish_reason", String),
    Column("incarnation", String),
    Column("digest", LargeBinary, nullable=False, unique=True),  # BLAKE2b of the others, as MessagePack
)
FACETS: Final = tuple(column.name for column in facets.columns)[1:-1]

charge_rows = Table(  # the ledger: one row an attempt, written once; read as `charges`
    "charges",
    metadata,
    # The order in which rows were committed, without gaps: what reads the ledger on keeps its place by it.
    Column("seq", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("charge_id", packing.CHARGE_ID, nullable=False, unique=True),
    Column("call_id", packing.CALL_ID, nullable=False),
    Column("trace_id", packing.TRACE_ID, nullable=False),
    Column("span_id", packing.SPAN_ID, nullable=False),
    Column("parent_span_id", packing.SPAN_ID),
    Column("attempt", Integer, nullable=False),
    Column("task_id", packing.TASK_ID, nullable=False),
    Column("session", String),
    Column("streamed", Boolean, nullable=False),
    Column("snapshot_version", Integer, nullable=False),
    Column("admitted_ns", BigInteger, nullable=False),
    Column("hold_nano_usd", BigInteger, nullable=False),
    Column("input_bound_tokens", BigInteger, nullable=False),
    Column("output_bound_tokens", BigInteger, nullable=False),
    Column("request_digest", packing.DIGEST, nullable=False),
    Column("cost_nano_usd", BigInteger, nullable=False),
    Column("estimated", Boolean, nullable=False),
    Column("overrun", Boolean, nullable=False),
    Column("reason", Text),
    Column("input_tokens", BigInteger),  # all token columns: null where the provider did not say
    Column("output_tokens", BigInteger),
    Column("cache_read_tokens", BigInteger),
    Column("cache_write_tokens", BigInteger),
    Column("cache_write_1h_tokens", BigInteger),
    Column("reasoning_tokens", BigInteger),
    Column("input_audio_tokens", BigInteger),
    Column("output_audio_tokens", BigInteger),
    Column("cache_audio_read_tokens", BigInteger),
    Column("tool_uses", Text),  # {"web_search": 3}: the provider's own tools; null where none ran
    Column("error_code", String),
    Column("upstream_id", packing.NAME),
    Column("upstream_request_id", packing.NAME),
    Column("reply_digest", packing.DIGEST),
    Column("sent_us", BigInteger),
    Column("first_byte_us", BigInteger),
    Column("first_token_us", BigInteger),
    Column("end_us", BigInteger, nullable=False),
    Column("draws", packing.DRAWS),  # what was drawn, as SLICE:AMOUNT with blanks between
    Column("degraded_from", String),  # the model that a limit kept from serving
    Column("degraded_reason", Text),
    Column("unattributed", Boolean, nullable=False, server_default=false()),
    Column("step", packing.DIGEST),  # digests of the end and the beginning of what was said, and of the tools
    Column("filled", packing.NUMBERS),  # what filled the model's window (evidence.windows); null: not counted
    Column("facet", Integer, nullable=False),
    Index("charges_admitted", "admitted_ns"),
)

call_rows = Table(  # one row a call of a client, refused ones included; read as `calls`
    "calls",
    metadata,
    Column("call_id", packing.CALL_ID, primary_key=True),
    Column("trace_id", packing.TRACE_ID, nullable=False),
    Column("task_id", packing.TASK_ID, nullable=False),
    Column("session", String),
    Column("streamed", Boolean, nullable=False),
    Column("snapshot_version", Integer, nullable=False),
    Column("admitted_ns", BigInteger, nullable=False),
    Column("error_code", String),
    Column("attempts", Integer, nullable=False),
    Column("cost_nano_usd", BigInteger, nullable=False),
    Column("duration_us", BigInteger, nullable=False),
    Column("overhead_us", BigInteger),
    Column("message", Text),
    Column("facet", Integer, nullable=False),
    Index("calls_admitted", "admitted_ns"),
    Index("calls_trace", "trace_id"),
    Index("calls_task", "task_id"),
)


def _whole(rows: Table, name: str, order: str) -> Subquery:
    """Return a table with its facets as columns, in an order.

    The plus keeps SQLite from beginning with the facets: their ids are looked up for rows that were found.
    """
    of = facets.alias(f"{name}_facets")
    facet: ColumnElement[int] = UnaryExpression(rows.c.facet, operator=custom_op("+"), type_=Integer())
    columns = [rows.c[each] if each in rows.c else of.c[each] for each in order.split()]
    return select(*columns).join_from(rows, of, of.c.id == facet).subquery(name)


charges = _whole(
    charge_rows,
    "ledger",
    """seq charge_id call_id trace_id span_id parent_span_id attempt task_id session agent department route
    model upstream_model provider region dialect operation streamed snapshot_version admitted_ns hold_nano_usd
    input_bound_tokens output_bound_tokens request_digest cost_nano_usd outcome estimated overrun reason
    input_tokens output_tokens cache_read_tokens cache_write_tokens cache_write_1h_tokens reasoning_tokens
    input_audio_tokens output_audio_tokens cache_audio_read_tokens tool_uses http_status error_code
    upstream_id reported_model upstream_request_id reply_digest finish_reason sent_us first_byte_us
    first_token_us end_us incarnation draws degraded_from degraded_reason unattributed step filled""",
)
"""The ledger as it is read, one row an attempt. What is looked for by trace or task is found by `calls`."""

calls = _whole(
    call_rows,
    "client_calls",
    """call_id trace_id task_id session agent department route operation streamed snapshot_version admitted_ns
    outcome http_status error_code attempts cost_nano_usd duration_us overhead_us message""",
)
"""Calls of clients as they are read, refused ones included."""

tasks = Table(  # implicit tasks: one per agent and session, else per agent and hour
    "tasks",
    metadata,
    Column("task_id", packing.TASK_ID, primary_key=True),
    Column("agent", String, nullable=False),
    Column("department", String, nullable=False),
    Column("session", String),
    Column("kind", String, nullable=False),  # implicit
    Column("first_ns", BigInteger, nullable=False),
    Column("last_ns", BigInteger, nullable=False),
)

chain = Table(  # the acts of people and of the manifests; see evidence.chain
    "chain",
    metadata,
    Column("seq", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False),
    Column("at_ns", BigInteger, nullable=False),
    Column("kind", String, nullable=False),
    Column("actor", String, nullable=False),
    Column("subject", String, nullable=False),
    Column("outcome", String, nullable=False),
    Column("body", Text, nullable=False),  # canonical JSON
    Column("previous", String, nullable=False),
    Column("sha256", String, nullable=False),
    Index("chain_subject", "subject"),
)

checkpoints = Table(
    "checkpoints",
    metadata,
    Column("seq", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False),
    Column("at_ns", BigInteger, nullable=False),
    Column("sha256", String, nullable=False),
    Column("key_id", String, nullable=False),
    Column("signature", String, nullable=False),  # hexadecimal
)

users = Table(
    "users",
    metadata,
    Column("id", String, primary_key=True),
    Column("name", String, nullable=False, unique=True),
    Column("roles", Text, nullable=False),  # JSON list; see trust.people
    Column("password", Text),  # argon2id in PHC form; null: no login by password
    Column("identity", String, unique=True),  # ISSUER and SUBJECT of OpenID Connect, a space between
    Column("created_ns", BigInteger, nullable=False),
    Column("disabled_ns", BigInteger),
)

sessions = Table(
    "sessions",
    metadata,
    Column("id", String, primary_key=True),
    Column("user_id", String),  # null: the owner, by the admin token
    Column("sha256", String, nullable=False, unique=True),  # of the cookie
    Column("proof", String, nullable=False),  # for the owner: SHA-256 of the admin token; else empty
    Column("method", String, nullable=False),  # password | oidc | admin.token
    Column("address", String, nullable=False),
    Column("device", String, nullable=False),
    Column("created_ns", BigInteger, nullable=False),
    Column("expires_ns", BigInteger, nullable=False),
    Column("ended_ns", BigInteger),
    Index("sessions_user", "user_id"),
)

tokens = Table(  # of people, for the admin API and the command line
    "tokens",
    metadata,
    Column("id", String, primary_key=True),
    Column("user_id", String, nullable=False),
    Column("label", String, nullable=False),
    Column("sha256", String, nullable=False, unique=True),
    Column("created_ns", BigInteger, nullable=False),
    Column("expires_ns", BigInteger, nullable=False),
    Column("revoked_ns", BigInteger),
    Index("tokens_user", "user_id"),
)

cases = Table(  # what waits for a person, and what has waited; see trust.cases.Case
    "cases",
    metadata,
    Column("id", String, primary_key=True),
    Column("kind", String, nullable=False),
    Column("key", String, nullable=False),
    Column("title", Text, nullable=False),
    Column("why", Text, nullable=False),
    Column("evidence", Text, nullable=False),  # JSON
    Column("choices", Text, nullable=False),  # JSON
    Column("department", String, nullable=False),
    Column("owner", String, nullable=False),
    Column("otherwise", Text, nullable=False),
    Column("created_ns", BigInteger, nullable=False),
    Column("expires_ns", BigInteger),
    Column("expiry_choice", String),
    Column("requested_by", String),
    Column("state", String, nullable=False),  # open | answered | expired
    Column("answered_ns", BigInteger),
    Column("answered_by", String),
    Column("choice", String),
    Column("reason", Text),
    Column("result", Text),
    Column("task_id", String),
    Column("escalated", Integer, nullable=False, server_default="0"),  # 0 | 1 | 2: see trust.cases
    Column("escalated_ns", BigInteger),
    Index("cases_state", "state", "created_ns"),
    Index("cases_task", "task_id"),
    Index("cases_key", "kind", "key"),
)

outcomes = Table(  # what became of tasks and calls, as their agents say; the last word counts
    "outcomes",
    metadata,
    Column("subject", String, primary_key=True),  # a task's or a call's id
    Column("task_id", packing.TASK_ID, nullable=False),
    Column("agent", String, nullable=False),
    Column("department", String, nullable=False),
    Column("outcome", String, nullable=False),  # success | failure
    Column("value_nano_usd", BigInteger),  # null: nobody said what it was worth
    Column("at_ns", BigInteger, nullable=False),
    Index("outcomes_task", "task_id"),
)

breakers = Table(  # what is not closed, and what was; the keeper's breakers alone write it
    "breakers",
    metadata,
    Column("key", String, primary_key=True),  # agent/NAME, department/NAME, task/ID, all
    Column("state", String, nullable=False),  # see spend.breaker.State
    Column("since_s", BigInteger, nullable=False),  # Unix seconds
    Column("share_pct", Integer, nullable=False),
    Column("baseline_pct", Integer, nullable=False),
    Column("reason", Text, nullable=False),
    Column("department", String, nullable=False),  # path
    Column("agent", String, nullable=False),  # of a task; else empty
    Column("baseline_nano_usd_per_hour", BigInteger),  # when it changed last; null: there was none
    Column("disturbed_from", Integer),  # hours since 1970 that teach no baseline, first and last
    Column("disturbed_to", Integer),
    Column("restraint", LargeBinary),  # MessagePack of manifest.orders.Restraint; null: closed
)

baselines = Table(  # what a key usually spends, as it was learned up to an hour
    "baselines",
    metadata,
    Column("key", String, primary_key=True),
    Column("hour", Integer, nullable=False),  # the last one learned, in hours since 1970
    Column("document", Text, nullable=False),  # JSON of insight.baseline.Baseline
)

notices = Table(  # what webhooks are told: one row an event of a case
    "notices",
    metadata,
    Column("seq", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("case_id", String, nullable=False),
    Column(
        "event", String, nullable=False
    ),  # opened | escalated:parent | escalated:admins | answered | expired
    Column("at_ns", BigInteger, nullable=False),
    Index("notices_at", "at_ns"),
)

deliveries = Table(  # of a notice to a webhook
    "deliveries",
    metadata,
    Column("notice", BigInteger, primary_key=True, autoincrement=False),
    Column("webhook", String, primary_key=True),
    Column("attempts", Integer, nullable=False),
    Column("next_ns", BigInteger),  # null: over
    Column("done_ns", BigInteger),  # null: not delivered
    Column("error", Text),
)

override_requests = Table(  # asked for more of a limit: what was asked, and what became of it
    "override_requests",
    metadata,
    Column("id", String, primary_key=True),
    Column("limit", String, nullable=False),
    Column("department", String, nullable=False),
    Column("unit", String, nullable=False),
    Column("amount", BigInteger, nullable=False),  # nano-USD where the unit is usd, else tokens
    Column("until_ns", BigInteger, nullable=False),
    Column("reason", Text, nullable=False),
    Column("requested_by", String, nullable=False),
    Column("requested_ns", BigInteger, nullable=False),
    Column("case_id", String),  # null: nobody else had to approve
    Column("state", String, nullable=False),  # waiting | granted | denied | expired | failed
    Column("decided_by", String),
    Column("decided_ns", BigInteger),
    Index("override_requests_limit", "limit"),
)

task_identities = Table(  # tasks that have tokens of their own
    "task_identities",
    metadata,
    Column("task_id", String, primary_key=True),
    Column("agent", String, nullable=False),
    Column("department", String, nullable=False),
    Column("sub", Text, nullable=False),  # the SPIFFE id
    Column("parent_id", String),
    Column("root_id", String, nullable=False),
    Column("act", Text),  # JSON: on whose behalf, as it stands in tokens
    Column("details", Text, nullable=False),  # JSON: the grants, as they stand in tokens
    Column("prompt_sha256", String),
    Column("jkt", String),
    Column("state", String, nullable=False),  # running | paused | ended | killed | revoked
    Column("started_ns", BigInteger, nullable=False),
    Column("until_ns", BigInteger, nullable=False),
    Column("token_until_ns", BigInteger, nullable=False),  # when the last token given out expires
    Column("changed_ns", BigInteger, nullable=False),
    Index("task_identities_parent", "parent_id"),
    Index("task_identities_root", "root_id"),
    Index("task_identities_state", "state", "token_until_ns"),
    Index("task_identities_started", "started_ns"),
)
