"""The tables of the step journal; a part of the contract of `database`."""

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, String, Table, Text

from podium.ports.database import metadata

task_keys = Table(  # the key of each task of which something is sealed, wrapped by keys/wrap.key
    "task_keys",
    metadata,
    Column("task_id", String, primary_key=True),  # a run, or the root of a delegation
    Column("wrapped", LargeBinary, nullable=False),
    Column("ended_ns", BigInteger),  # erased some days later: what may be undone is sealed with it
    Index("task_keys_ended", "ended_ns"),
)

task_steps = Table(  # answers of a run that lives, sealed with its key: gone when it ends
    "task_steps",
    metadata,
    Column("task_id", String, primary_key=True),  # the run
    Column("key", String, primary_key=True),  # what was asked: a digest, or the client's own key's
    Column("ordinal", Integer, primary_key=True),  # among equal ones
    Column("kind", String, nullable=False),
    Column("attempt", Integer, nullable=False),  # the last one that made it, or took it
    Column("sealed", LargeBinary, nullable=False),
    Column("bytes", BigInteger, nullable=False),
    Column("at_ns", BigInteger, nullable=False),
)

task_undos = Table(  # what people want undone of tasks, and what came of it
    "task_undos",
    metadata,
    Column("id", String, primary_key=True),
    Column("task_id", String, nullable=False),  # the root of its delegation
    Column("by", String, nullable=False),
    Column("reason", Text, nullable=False),
    Column("state", String, nullable=False),  # asked | done
    Column("result", Text),  # JSON: list of what was done about each act, the last act first
    Column("at_ns", BigInteger, nullable=False),
    Column("ended_ns", BigInteger),
    Index("task_undos_task", "task_id"),
    Index("task_undos_state", "state"),
)
