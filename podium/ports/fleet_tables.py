"""The tables of runs: tasks that Podium itself starts; a part of the contract of `database`."""

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table, Text, UniqueConstraint

from podium.ports.database import metadata

task_runs = Table(  # one row a run, over all its attempts; its identity has the same id
    "task_runs",
    metadata,
    Column("task_id", String, primary_key=True),
    Column("agent", String, nullable=False),  # empty: a step that needs no agent, and gets no token
    Column("department", String, nullable=False),  # path
    Column("kind", String, nullable=False),  # agent | command | tool | http
    Column("parent_id", String),  # the task that started it
    Column("root_id", String, nullable=False),  # the task at the root: its own id where nobody started it
    Column("pipeline_run_id", String),
    Column("step", String, nullable=False),  # of the pipeline; else empty
    Column("item", String, nullable=False),  # of a step's fan-out; else empty
    Column("retry_of", String),  # the run of which this is another try
    Column("request", Text),  # what is asked for, in words; erased some days after the end
    Column("input_sha256", String),  # of a body in the store of artifacts
    Column(
        "spec", Text, nullable=False
    ),  # JSON: what a step does; of an agent what its manifest does not say
    Column("priority", Integer, nullable=False),  # the higher, the sooner
    Column("state", String, nullable=False),  # see ports.runs.RunState
    Column("reason", Text, nullable=False),  # why it is in this state; empty: nothing to say
    Column("attempt", Integer, nullable=False),  # the one that is under way, or comes next: from 1 on
    Column("attempts", Integer, nullable=False),  # the most of them
    Column(
        "budget_nano_usd", BigInteger
    ),  # the most that it and what it starts may spend; null: no own limit
    Column("budget_ns", BigInteger),  # when a person has set it; null: it stands in all its tokens
    Column("deadline_ns", BigInteger),
    Column("queued_ns", BigInteger, nullable=False),  # the first time
    Column("started_ns", BigInteger),  # of the first attempt
    Column("attempt_ns", BigInteger),  # of the last one
    Column("ended_ns", BigInteger),
    Column("changed_ns", BigInteger, nullable=False),
    Column("erased_ns", BigInteger),  # when what it says was erased: request, messages, bodies
    Column("runner", String),  # the runner that has its program; null: nobody
    Column("exit_code", Integer),
    Column("result_sha256", String),  # of a body in the store of artifacts
    Column("cpu_ms", BigInteger),  # of all attempts
    Column("peak_memory_bytes", BigInteger),  # of the largest attempt
    Column("gpu_ms", BigInteger),  # of all attempts; null: of one of them it is not known
    Column("gpu_how", String),  # how it is, or why not: spend.machines.GpuHow; null: no program has run
    Column("by", String, nullable=False),  # who queued it
    Column("user_json", Text),  # who the user is, as the wish says; erased with the request
    UniqueConstraint("pipeline_run_id", "step", "item", name="task_runs_step"),
    Index("task_runs_queue", "state", "queued_ns"),
    Index("task_runs_queued", "queued_ns"),
    Index("task_runs_agent", "agent", "queued_ns"),
    Index("task_runs_department", "department", "queued_ns"),
    Index("task_runs_parent", "parent_id"),
    Index("task_runs_root", "root_id"),
    Index("task_runs_ended", "ended_ns"),
    Index("task_runs_erased", "erased_ns", "ended_ns"),
    Index("task_runs_input", "input_sha256"),
    Index("task_runs_result", "result_sha256"),
)

artifacts = Table(  # what a run has left behind; bodies are in the store of artifacts
    "artifacts",
    metadata,
    Column("task_id", String, primary_key=True),
    Column("name", String, primary_key=True),
    Column("sha256", String, nullable=False),
    Column("media_type", String, nullable=False),
    Column("bytes", BigInteger, nullable=False),
    Column("at_ns", BigInteger, nullable=False),
    Index("artifacts_sha256", "sha256"),
)

task_grants = Table(  # tasks that may do less than their tokens say
    "task_grants",
    metadata,
    Column("task_id", String, primary_key=True),
    Column("details", Text, nullable=False),  # JSON: the grants, as they stand in tokens
    Column("until_ns", BigInteger, nullable=False),  # when the last of those tokens expires
)

task_messages = Table(  # what people have said to a run while it ran; erased with its request
    "task_messages",
    metadata,
    Column("task_id", String, primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),  # from 1 on
    Column("at_ns", BigInteger, nullable=False),
    Column("by", String, nullable=False),
    Column("text", Text, nullable=False),
)
