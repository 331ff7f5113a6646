"""Runs: tasks that Podium itself starts, what they leave behind, and what people say to them."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make their tables."""
    op.create_table(
        "task_runs",
        sa.Column("task_id", sa.String(), primary_key=True),
        sa.Column("agent", sa.String(), nullable=False),
        sa.Column("department", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("parent_id", sa.String()),
        sa.Column("root_id", sa.String(), nullable=False),
        sa.Column("pipeline_run_id", sa.String()),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("item", sa.String(), nullable=False),
        sa.Column("retry_of", sa.String()),
        sa.Column("request", sa.Text()),
        sa.Column("input_sha256", sa.String()),
        sa.Column("spec", sa.Text(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("budget_nano_usd", sa.BigInteger()),
        sa.Column("deadline_ns", sa.BigInteger()),
        sa.Column("queued_ns", sa.BigInteger(), nullable=False),
        sa.Column("started_ns", sa.BigInteger()),
        sa.Column("attempt_ns", sa.BigInteger()),
        sa.Column("ended_ns", sa.BigInteger()),
        sa.Column("changed_ns", sa.BigInteger(), nullable=False),
        sa.Column("runner", sa.String()),
        sa.Column("exit_code", sa.Integer()),
        sa.Column("result_sha256", sa.String()),
        sa.Column("cpu_ms", sa.BigInteger()),
        sa.Column("peak_memory_bytes", sa.BigInteger()),
        sa.Column("by", sa.String(), nullable=False),
        sa.UniqueConstraint("pipeline_run_id", "step", "item", name="task_runs_step"),
    )
    for name, columns in {
        "queue": ["state", "queued_ns"],
        "queued": ["queued_ns"],
        "agent": ["agent", "queued_ns"],
        "department": ["department", "queued_ns"],
        "parent": ["parent_id"],
        "root": ["root_id"],
        "ended": ["ended_ns"],
    }.items():
        op.create_index(f"task_runs_{name}", "task_runs", columns)
    op.create_table(
        "artifacts",
        sa.Column("task_id", sa.String(), primary_key=True),
        sa.Column("name", sa.String(), primary_key=True),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("at_ns", sa.BigInteger(), nullable=False),
    )
    op.create_index("artifacts_sha256", "artifacts", ["sha256"])
    op.create_table(
        "task_messages",
        sa.Column("task_id", sa.String(), primary_key=True),
        sa.Column("seq", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("at_ns", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
    )


def downgrade() -> None:
    """Refuse: an older Podium refuses a newer schema, so there is no way back."""
    raise NotImplementedError("Restore a backup instead.")
