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
    Table,
    Text,
)
from sqlalchemy.exc import InterfaceError, InternalError, OperationalError

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

charges = Table(  # the ledger: one row an attempt, written once
    "charges",
    metadata,
    # The order in which rows were committed, without gaps: what reads the ledger on keeps its place by it.
    Column("seq", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("charge_id", String, nullable=False, unique=True),
    Column("call_id", String, nullable=False),
    Column("trace_id", String, nullable=False),
    Column("span_id", String, nullable=False),
    Column("parent_span_id", String),
    Column("attempt", Integer, nullable=False),
    Column("task_id", String, nullable=False),
    Column("session", String),
    Column("agent", String, nullable=False),
    Column("department", String, nullable=False),
    Column("route", String, nullable=False),
    Column("model", String, nullable=False),
    Column("upstream_model", String, nullable=False),
    Column("provider", String, nullable=False),
    Column("region", String),
    Column("dialect", String, nullable=False),
    Column("operation", String, nullable=False),
    Column("streamed", Boolean, nullable=False),
    Column("snapshot_version", Integer, nullable=False),
    Column("admitted_ns", BigInteger, nullable=False),
    Column("hold_nano_usd", BigInteger, nullable=False),
    Column("input_bound_tokens", BigInteger, nullable=False),
    Column("output_bound_tokens", BigInteger, nullable=False),
    Column("request_digest", String, nullable=False),
    Column("cost_nano_usd", BigInteger, nullable=False),
    Column("outcome", String, nullable=False),
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
    Column("http_status", Integer),
    Column("error_code", String),
    Column("upstream_id", String),
    Column("reported_model", String),  # the model name in the provider's answer
    Column("upstream_request_id", String),
    Column("reply_digest", String),
    Column("finish_reason", String),
    Column("sent_us", BigInteger),
    Column("first_byte_us", BigInteger),
    Column("first_token_us", BigInteger),
    Column("end_us", BigInteger, nullable=False),
    Column("incarnation", String, nullable=False),
    Index("charges_admitted", "admitted_ns"),
    Index("charges_call", "call_id"),
    Index("charges_trace", "trace_id"),
    Index("charges_task", "task_id"),
)

calls = Table(  # one row a call of a client, refused ones included
    "calls",
    metadata,
    Column("call_id", String, primary_key=True),
    Column("trace_id", String, nullable=False),
    Column("task_id", String, nullable=False),
    Column("session", String),
    Column("agent", String, nullable=False),
    Column("department", String, nullable=False),
    Column("route", String, nullable=False),
    Column("operation", String, nullable=False),
    Column("streamed", Boolean, nullable=False),
    Column("snapshot_version", Integer, nullable=False),
    Column("admitted_ns", BigInteger, nullable=False),
    Column("outcome", String, nullable=False),
    Column("http_status", Integer, nullable=False),
    Column("error_code", String),
    Column("attempts", Integer, nullable=False),
    Column("cost_nano_usd", BigInteger, nullable=False),
    Column("duration_us", BigInteger, nullable=False),
    Column("overhead_us", BigInteger),
    Column("message", Text),
    Index("calls_admitted", "admitted_ns"),
    Index("calls_trace", "trace_id"),
    Index("calls_task", "task_id"),
)

tasks = Table(  # implicit tasks: one per agent and session, else per agent and hour
    "tasks",
    metadata,
    Column("task_id", String, primary_key=True),
    Column("agent", String, nullable=False),
    Column("department", String, nullable=False),
    Column("session", String),
    Column("kind", String, nullable=False),  # implicit
    Column("first_ns", BigInteger, nullable=False),
    Column("last_ns", BigInteger, nullable=False),
)
