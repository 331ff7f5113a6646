"""The ledger takes half the room: ids and digests are bytes, and what many rows share is said once.

Every row is carried over, batch by batch and within the one transaction. Texts are packed by the functions of
`ports.packing`, and facets are found by the digest of `keeper.facets`: both are formats that do not change.
"""

from collections.abc import Iterator, Sequence
from hashlib import blake2b
from typing import Any

import msgspec
import sqlalchemy as sa
from alembic import op

from podium.ports import packing

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

BATCH = 5_000
_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_NUMBER = sa.BigInteger()
_FACETS = (
    "agent", "department", "route", "operation", "outcome", "http_status", "model", "upstream_model",
    "provider", "region", "dialect", "reported_model", "finish_reason", "incarnation",
)  # fmt: skip
_NEEDED = frozenset({"agent", "department", "route", "operation", "outcome"})
_TOKENS = (
    "input_tokens", "output_tokens", "cache_read_tokens", "cache_write_tokens", "cache_write_1h_tokens",
    "reasoning_tokens", "input_audio_tokens", "output_audio_tokens", "cache_audio_read_tokens",
)  # fmt: skip
_SUMMED = (
    "charges", "calls", "cost_nano_usd", "estimated", "estimated_nano_usd", "overruns", "unreported",
    "input_tokens", "output_tokens", "cache_read_tokens", "cache_write_tokens", "reasoning_tokens",
    "call_duration_us", "corrections", "corrected_nano_usd",
)  # fmt: skip
_CORRECTED = ("cost_nano_usd", "estimated", "estimated_nano_usd", "unreported", *_TOKENS)


def _needed(name: str, type_: Any, **more: Any) -> sa.Column[Any]:
    return sa.Column(name, type_, nullable=False, **more)


def _charges() -> list[Any]:
    return [
        _needed("seq", _BIG, primary_key=True),
        _needed("charge_id", packing.CHARGE_ID, unique=True),
        _needed("call_id", packing.CALL_ID),
        _needed("trace_id", packing.TRACE_ID),
        _needed("span_id", packing.SPAN_ID),
        sa.Column("parent_span_id", packing.SPAN_ID),
        _needed("attempt", sa.Integer()),
        _needed("task_id", packing.TASK_ID),
        sa.Column("session", sa.String()),
        _needed("streamed", sa.Boolean()),
        _needed("snapshot_version", sa.Integer()),
        _needed("admitted_ns", _NUMBER),
        _needed("hold_nano_usd", _NUMBER),
        _needed("input_bound_tokens", _NUMBER),
        _needed("output_bound_tokens", _NUMBER),
        _needed("request_digest", packing.DIGEST),
        _needed("cost_nano_usd", _NUMBER),
        _needed("estimated", sa.Boolean()),
        _needed("overrun", sa.Boolean()),
        sa.Column("reason", sa.Text()),
        *(sa.Column(name, _NUMBER) for name in _TOKENS),
        sa.Column("tool_uses", sa.Text()),
        sa.Column("error_code", sa.String()),
        sa.Column("upstream_id", packing.NAME),
        sa.Column("upstream_request_id", packing.NAME),
        sa.Column("reply_digest", packing.DIGEST),
        sa.Column("sent_us", _NUMBER),
        sa.Column("first_byte_us", _NUMBER),
        sa.Column("first_token_us", _NUMBER),
        _needed("end_us", _NUMBER),
        sa.Column("draws", packing.DRAWS),
        sa.Column("degraded_from", sa.String()),
        sa.Column("degraded_reason", sa.Text()),
        _needed("unattributed", sa.Boolean(), server_default=sa.false()),
        _needed("facet", sa.Integer()),
        sa.Index("charges_admitted", "admitted_ns"),
    ]


def _calls() -> list[Any]:
    return [
        _needed("call_id", packing.CALL_ID, primary_key=True),
        _needed("trace_id", packing.TRACE_ID),
        _needed("task_id", packing.TASK_ID),
        sa.Column("session", sa.String()),
        _needed("streamed", sa.Boolean()),
        _needed("snapshot_version", sa.Integer()),
        _needed("admitted_ns", _NUMBER),
        sa.Column("error_code", sa.String()),
        _needed("attempts", sa.Integer()),
        _needed("cost_nano_usd", _NUMBER),
        _needed("duration_us", _NUMBER),
        sa.Column("overhead_us", _NUMBER),
        sa.Column("message", sa.Text()),
        _needed("facet", sa.Integer()),
        sa.Index("calls_admitted", "admitted_ns"),
        sa.Index("calls_trace", "trace_id"),
        sa.Index("calls_task", "task_id"),
    ]


def _tasks() -> list[Any]:
    return [
        _needed("task_id", packing.TASK_ID, primary_key=True),
        _needed("agent", sa.String()),
        _needed("department", sa.String()),
        sa.Column("session", sa.String()),
        _needed("kind", sa.String()),
        _needed("first_ns", _NUMBER),
        _needed("last_ns", _NUMBER),
    ]


def _usage_tasks() -> list[Any]:
    return [
        _needed("hour", sa.Integer(), primary_key=True, autoincrement=False),
        _needed("task_id", packing.TASK_ID, primary_key=True),
        *(_needed(name, _NUMBER) for name in _SUMMED),
    ]


def _corrections() -> list[Any]:
    return [
        _needed("correction_id", sa.String(), primary_key=True),
        _needed("charge_id", packing.CHARGE_ID),
        _needed("at_ns", _NUMBER),
        _needed("provider", sa.String()),
        _needed("export_sha256", sa.String()),
        _needed("line", sa.Integer()),
        _needed("actor", sa.String()),
        _needed("reason", sa.String()),
        _needed("settled", sa.Integer()),
        *(_needed(name, _NUMBER) for name in _CORRECTED),
        sa.UniqueConstraint("export_sha256", "line", "charge_id", name="corrections_once"),
        sa.Index("corrections_charge", "charge_id"),
    ]


class _Facets:
    """Numbers of facets, as the keeper gives them."""

    def __init__(self, connection: sa.Connection, table: sa.Table) -> None:
        self._connection = connection
        self._table = table
        self._known: dict[tuple[Any, ...], int] = {}

    def number(self, row: dict[str, Any]) -> int:
        values = tuple(row.pop(name, None) for name in _FACETS)
        found = self._known.get(values)
        if found is None:
            found = self._known[values] = len(self._known) + 1
            digest = blake2b(msgspec.msgpack.encode(values), digest_size=16).digest()
            of = dict(zip(_FACETS, values, strict=True))
            self._connection.execute(sa.insert(self._table).values(id=found, digest=digest, **of))
        return found


def upgrade() -> None:
    """Make the tables of facets and rows anew, and carry every row over."""
    connection = op.get_bind()
    named = [
        sa.Column(name, sa.Integer() if name == "http_status" else sa.String(), nullable=name not in _NEEDED)
        for name in _FACETS
    ]
    facets = _Facets(
        connection,
        op.create_table(
            "facets",
            _needed("id", sa.Integer(), primary_key=True, autoincrement=False),
            *named,
            _needed("digest", sa.LargeBinary(), unique=True),
        ),
    )
    _carry(connection, "charges", _charges(), facets)
    _carry(connection, "calls", _calls(), facets)
    _carry(connection, "tasks", _tasks())
    _carry(connection, "usage_tasks", _usage_tasks(), sqlite_with_rowid=False)
    _carry(connection, "corrections", _corrections())


def _carry(
    connection: sa.Connection,
    name: str,
    parts: list[Any],
    facets: _Facets | None = None,
    **options: Any,
) -> None:
    """Make a table anew under its name, with the rows of the one that it takes the place of."""
    aside = f"{name}_0007"
    op.rename_table(name, aside)
    old = sa.Table(aside, sa.MetaData(), autoload_with=connection)
    for index in old.indexes:
        index.drop(connection)
    for constraint in _names(connection, old):
        op.execute(f'ALTER TABLE "{aside}" RENAME CONSTRAINT "{constraint}" TO "{constraint}_0007"')
    new = op.create_table(name, *parts, **options)
    for part in parts:
        if isinstance(part, sa.Index):
            part.create(connection, checkfirst=True)
    for batch in _batches(connection, old):
        rows = [dict(row) for row in batch]
        if facets is not None:
            for row in rows:
                row["facet"] = facets.number(row)
        connection.execute(sa.insert(new), rows)
    op.drop_table(aside)


def _names(connection: sa.Connection, table: sa.Table) -> list[str]:
    """Return the constraints whose names must make room, which are the database's own in PostgreSQL."""
    if connection.dialect.name != "postgresql":
        return []
    found = sa.inspect(connection)
    key = found.get_pk_constraint(table.name)["name"]
    unique = [one["name"] for one in found.get_unique_constraints(table.name)]
    return [name for name in (key, *unique) if name is not None]


def _batches(connection: sa.Connection, old: sa.Table) -> Iterator[Sequence[Any]]:
    """Yield the rows in the order of their keys, which each batch goes on behind."""
    keys = list(old.primary_key.columns)
    query = sa.select(old).order_by(*keys).limit(BATCH)
    while rows := connection.execute(query).mappings().all():
        yield rows
        last = [rows[-1][key.name] for key in keys]
        query = sa.select(old).where(sa.tuple_(*keys) > sa.tuple_(*last)).order_by(*keys).limit(BATCH)


def downgrade() -> None:
    """Refuse: an older Podium refuses a newer schema, so there is no way back."""
    raise NotImplementedError("Restore a backup instead.")
