"""Aggregates of the ledger by hour, day and task, and corrections. The keeper counts what is there already."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_TOKENS = (
    "input_tokens",
    "output_tokens",
    "cache_read_tokens",
    "cache_write_tokens",
    "cache_write_1h_tokens",
    "reasoning_tokens",
    "input_audio_tokens",
    "output_audio_tokens",
    "cache_audio_read_tokens",
)
_MEASURES = (
    "charges",
    "calls",
    "cost_nano_usd",
    "estimated",
    "estimated_nano_usd",
    "overruns",
    "overrun_nano_usd",
    "unreported",
    *_TOKENS,
    "duration_us",
    "first_token_us",
    "first_tokens",
    "call_duration_us",
    "overhead_us",
    "overheads",
    "corrections",
    "corrected_nano_usd",
)
_TASK_MEASURES = (
    "charges",
    "calls",
    "cost_nano_usd",
    "estimated",
    "estimated_nano_usd",
    "overruns",
    "unreported",
    "input_tokens",
    "output_tokens",
    "cache_read_tokens",
    "cache_write_tokens",
    "reasoning_tokens",
    "call_duration_us",
    "corrections",
    "corrected_nano_usd",
)


def _sums(names: tuple[str, ...]) -> list[sa.Column[int]]:
    return [sa.Column(name, sa.BigInteger(), nullable=False) for name in names]


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "cells",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        *(
            sa.Column(name, sa.String(), nullable=False)
            for name in ("department", "agent", "route", "model", "provider", "outcome")
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint(
            "department", "agent", "route", "model", "provider", "outcome", name="cells_once"
        ),
    )
    for table, keys in (("usage_hours", ("hour", "cell")), ("usage_days", ("cell", "day"))):
        op.create_table(
            table,
            *(sa.Column(name, sa.Integer(), autoincrement=False, nullable=False) for name in keys),
            *_sums(_MEASURES),
            sa.PrimaryKeyConstraint(*keys),
            sqlite_with_rowid=False,
        )
    op.create_table(
        "usage_tasks",
        sa.Column("hour", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("task_id", sa.String(), nullable=False),
        *_sums(_TASK_MEASURES),
        sa.PrimaryKeyConstraint("hour", "task_id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "corrections",
        sa.Column("correction_id", sa.String(), nullable=False),
        sa.Column("charge_id", sa.String(), nullable=False),
        sa.Column("at_ns", sa.BigInteger(), nullable=False),
        sa.Column("provider", sa.String(), nullable=False),
        sa.Column("export_sha256", sa.String(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("settled", sa.Integer(), nullable=False),
        *_sums(("cost_nano_usd", "estimated", "estimated_nano_usd", "unreported", *_TOKENS)),
        sa.PrimaryKeyConstraint("correction_id"),
        sa.UniqueConstraint("export_sha256", "line", "charge_id", name="corrections_once"),
    )
    op.create_index("corrections_charge", "corrections", ["charge_id"], unique=False)


def downgrade() -> None:
    """Refuse: an older Podium refuses a newer schema, so there is no way back."""
    raise NotImplementedError("Restore a backup instead.")
