"""The table of collector keys: what programs that are no task of Podium's send their spans with."""

from sqlalchemy import BigInteger, Column, String, Table

from podium.ports.database import metadata

collector_keys = Table(
    "collector_keys",
    metadata,
    Column("id", String, primary_key=True),
    Column("name", String, nullable=False),
    Column("department", String, nullable=False),  # its path
    Column("sha256", String, nullable=False, unique=True),
    Column("created_ns", BigInteger, nullable=False),
    Column("created_by", String, nullable=False),
    Column("revoked_ns", BigInteger),
)
