"""The tables of pipelines' runs; a part of the contract of `database`. Times are Unix nanoseconds."""

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table, Text, UniqueConstraint

from podium.ports.database import metadata

pipeline_runs = Table(
    "pipeline_runs",
    metadata,
    Column("id", String, primary_key=True),  # prun_ and a ULID
    Column("pipeline", String, nullable=False),
    Column("department", String, nullable=False),  # path
    Column("agent", String, nullable=False),
    Column("snapshot_version", Integer, nullable=False),  # by whose definition it runs to its end
    Column("trigger", String, nullable=False),  # person, or the trigger's name
    Column("trigger_key", String),  # what happened; null: a person said so
    Column("message_key", String),  # what a sender calls it who may tell it twice; null: nothing
    Column("told", Text, nullable=False),  # JSON: what the trigger told; erased some days after the end
    Column("inputs", Text, nullable=False),  # JSON; erased likewise
    Column("state", String, nullable=False),  # running | cancelling | over
    Column("verdict", String),  # succeeded | failed | cancelled
    Column("reason", Text, nullable=False),
    Column("revision", BigInteger, nullable=False),  # counts its changes
    Column("root_id", String, nullable=False),  # the task at the root, of its last try
    Column("trace_id", String, nullable=False),
    Column("budget_nano_usd", BigInteger),
    Column("deadline_ns", BigInteger, nullable=False),
    Column("started_ns", BigInteger, nullable=False),
    Column("ended_ns", BigInteger),
    Column("by", String, nullable=False),
    UniqueConstraint("pipeline", "trigger_key", name="pipeline_runs_key"),
    UniqueConstraint("pipeline", "message_key", name="pipeline_runs_message"),
    Index("pipeline_runs_started", "started_ns"),
    Index("pipeline_runs_state", "state"),
    Index("pipeline_runs_pipeline", "pipeline", "started_ns"),
)

pipeline_units = Table(  # what a run does: one row a step, and one an entry of a step's list
    "pipeline_units",
    metadata,
    Column("run_id", String, primary_key=True),
    Column("step", String, primary_key=True),
    Column("item", Integer, primary_key=True, autoincrement=False),  # -1: the step itself
    Column("state", String, nullable=False),  # see ports.pipelines.UnitState
    Column("attempt", Integer, nullable=False),  # 0: it has never begun
    Column("allowed", Integer, nullable=False),  # attempts before a person's last retry: they do not count
    Column("reason", Text, nullable=False),
    Column("items", Text),  # JSON, of what is expanded; erased some days after the end
    Column("task_id", String),  # of the last attempt
    Column("case_id", String),
    Column("due_ns", BigInteger),  # of `again`
    Column("deadline_ns", BigInteger),
    Column("result_sha256", String),
    Column("began_ns", BigInteger),
    Column("ended_ns", BigInteger),
    Index("pipeline_units_task", "task_id"),
    Index("pipeline_units_result", "result_sha256"),
)

pipeline_triggers = Table(  # what triggers remember
    "pipeline_triggers",
    metadata,
    Column("pipeline", String, primary_key=True),
    Column("trigger", String, primary_key=True),
    Column("memory", Text, nullable=False),  # JSON
    Column("at_ns", BigInteger, nullable=False),
)
