"""The tables of tools and of what users ask for; a part of the contract of `database`."""

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table, Text

from podium.ports.database import metadata

task_requests = Table(  # what users have asked for, in their words: gone when the task ends
    "task_requests",
    metadata,
    Column("task_id", String, primary_key=True),
    Column("request", Text, nullable=False),
    Column("user_json", Text),  # who they are: trust.request.user.User; null: nobody says
)

tool_pins = Table(  # the definitions of tools, as their servers give them
    "tool_pins",
    metadata,
    Column("server", String, primary_key=True),
    Column("tool", String, primary_key=True),
    Column("sha256", String, nullable=False),  # of the definition that holds
    Column("definition", Text, nullable=False),  # canonical JSON
    Column("pinned_ns", BigInteger, nullable=False),
    Column("pinned_by", String, nullable=False),
    Column("seen_sha256", String, nullable=False),  # of the definition that was seen last
    Column("seen_definition", Text, nullable=False),
    Column("seen_ns", BigInteger, nullable=False),
    Column("state", String, nullable=False),  # of that one: approved | pending | rejected
    Column("case_id", String),
)

tool_calls = Table(  # one row a call of a tool, refused ones included
    "tool_calls",
    metadata,
    # In the order of commits: what reads them on keeps its place by it.
    Column("seq", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("call_id", String, nullable=False, unique=True),
    Column("trace_id", String, nullable=False),
    Column("span_id", String, nullable=False),
    Column("parent_span_id", String),
    Column("task_id", String, nullable=False),
    Column("root_id", String, nullable=False),
    Column("agent", String, nullable=False),
    Column("department", String, nullable=False),
    Column("tool", String, nullable=False),  # SERVER/TOOL; as the client named it where there is none
    Column("effect", String),  # read | write | irreversible
    Column("snapshot_version", Integer, nullable=False),
    Column("at_ns", BigInteger, nullable=False),
    Column("arguments_digest", String, nullable=False),
    Column("verdict", String, nullable=False),  # allow | ask | deny
    Column("rule", String, nullable=False),
    Column("reason", Text),
    Column("approval_id", String),
    Column("outcome", String),  # succeeded | failed | unknown; null: it was not made
    Column("error_code", String),
    Column("duration_us", BigInteger, nullable=False),
    Column("overhead_us", BigInteger),  # what Podium itself took; null where nothing was sent
    Column("result_digest", String),  # of what the tool answered
    Column("incarnation", String, nullable=False),
    Index("tool_calls_task", "task_id"),
    Index("tool_calls_root", "root_id"),
    Index("tool_calls_at", "at_ns"),
    Index("tool_calls_trace", "trace_id"),
)
