"""The tables of what Podium's processes tell of themselves; a part of the contract of `database`."""

from sqlalchemy import BigInteger, Column, String, Table

from podium.ports.database import metadata

losses = Table(  # one row for each life of a process, and kind of loss
    "losses",
    metadata,
    Column("life", String, primary_key=True),  # a worker's incarnation; else another id
    Column("what", String, primary_key=True),  # content: calls and spans | export: spans
    Column("process", String, nullable=False),  # its name, on another machine MACHINE/NAME
    Column("count", BigInteger, nullable=False),
    Column("first_ns", BigInteger, nullable=False),  # when the keeper was told first
    Column("last_ns", BigInteger, nullable=False),  # when it grew last
)

model_memory = Table(  # a row each time when a model server of Podium's has had more memory than before
    "model_memory",
    metadata,
    Column("provider", String, primary_key=True),
    Column("at_ns", BigInteger, primary_key=True),
    Column("life", String, nullable=False),  # of its process
    Column("peak_bytes", BigInteger, nullable=False),  # resident, at most, since that began
)
