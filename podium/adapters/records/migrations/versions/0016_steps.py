"""Answers of tasks that live, sealed, and what people want undone."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make their tables."""
    op.create_table(
        "task_keys",
        sa.Column("task_id", sa.String(), primary_key=True),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.Column("ended_ns", sa.BigInteger()),
    )
    op.create_index("task_keys_ended", "task_keys", ["ended_ns"])
    op.create_table(
        "task_steps",
        sa.Column("task_id", sa.String(), primary_key=True),
        sa.Column("key", sa.String(), primary_key=True),
        sa.Column("ordinal", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("at_ns", sa.BigInteger(), nullable=False),
    )
    op.create_table(
        "task_undos",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("task_id", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("result", sa.Text()),
        sa.Column("at_ns", sa.BigInteger(), nullable=False),
        sa.Column("ended_ns", sa.BigInteger()),
    )
    op.create_index("task_undos_task", "task_undos", ["task_id"])
    op.create_index("task_undos_state", "task_undos", ["state"])


def downgrade() -> None:
    """Refuse: an older Podium refuses a newer schema, so there is no way back."""
    raise NotImplementedError("Restore a backup instead.")
