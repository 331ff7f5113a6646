"""The tables of live audits and of what occurs; a part of the contract of `database`."""

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, String, Table, Text, UniqueConstraint

from podium.ports.database import metadata

audit_results = Table(  # what came of each rule over a task: one row, as it stands now
    "audit_results",
    metadata,
    Column("seq", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("task_id", String, nullable=False),
    Column("audit", String, nullable=False),
    Column("rule", String, nullable=False),
    Column("says", Text, nullable=False),
    Column("severity", String, nullable=False),  # safety | error | warning
    Column("verdict", String, nullable=False),  # pass | fail | unknown
    Column("final", Boolean, nullable=False),  # nothing that still comes can change it
    Column("agent", String, nullable=False),
    Column("department", String, nullable=False),  # path
    Column("steps", Integer, nullable=False),  # that were judged
    Column("spans", Text, nullable=False),  # JSON: those that decided
    Column("words", Text, nullable=False),
    Column("snapshot_version", Integer, nullable=False),
    Column("at_ns", BigInteger, nullable=False),  # when it became so
    Column("case_id", String),
    Column("reason", Text),  # why nobody can tell, where that is known: it is being judged, ...
    UniqueConstraint("task_id", "audit", "rule", name="audit_results_rule"),
    Index("audit_results_at", "at_ns"),
    Index("audit_results_audit", "audit", "at_ns"),
)

occurrences = Table(  # what has occurred that starts pipelines and is told to webhooks as a CloudEvent
    "occurrences",
    metadata,
    Column("seq", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("id", String, nullable=False, unique=True),  # follows from what has occurred: it occurs once
    Column("type", String, nullable=False),  # see evidence.occurrences
    Column("subject", String, nullable=False),
    Column("agent", String, nullable=False),  # empty: of none
    Column("department", String, nullable=False),  # path
    Column("link", String, nullable=False),  # the path of its evidence in the console
    Column("data", Text, nullable=False),  # JSON object
    Column("at_ns", BigInteger, nullable=False),
    Index("occurrences_at", "at_ns"),
)

occurrence_deliveries = Table(  # of an occurrence to a webhook
    "occurrence_deliveries",
    metadata,
    Column("occurrence", BigInteger, primary_key=True, autoincrement=False),
    Column("webhook", String, primary_key=True),
    Column("attempts", Integer, nullable=False),
    Column("next_ns", BigInteger),  # null: over
    Column("done_ns", BigInteger),  # null: not delivered
    Column("error", Text),
)

known_prompts = Table(  # instructions and lists of tools that an agent has used, by digest
    "known_prompts",
    metadata,
    Column("agent", String, primary_key=True),
    Column("what", String, primary_key=True),  # instructions | tools
    Column("digest", String, primary_key=True),
    Column("at_ns", BigInteger, nullable=False),
)
