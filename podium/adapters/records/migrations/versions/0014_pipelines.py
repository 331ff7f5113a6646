"""Pipelines: their runs, what these do, and what triggers remember."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make their tables."""
    op.create_table(
        "pipeline_runs",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("pipeline", sa.String(), nullable=False),
        sa.Column("department", sa.String(), nullable=False),
        sa.Column("agent", sa.String(), nullable=False),
        sa.Column("snapshot_version", sa.Integer(), nullable=False),
        sa.Column("trigger", sa.String(), nullable=False),
        sa.Column("trigger_key", sa.String()),
        sa.Column("message_key", sa.String()),
        sa.Column("told", sa.Text(), nullable=False),
        sa.Column("inputs", sa.Text(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("verdict", sa.String()),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("root_id", sa.String(), nullable=False),
        sa.Column("trace_id", sa.String(), nullable=False),
        sa.Column("budget_nano_usd", sa.BigInteger()),
        sa.Column("deadline_ns", sa.BigInteger(), nullable=False),
        sa.Column("started_ns", sa.BigInteger(), nullable=False),
        sa.Column("ended_ns", sa.BigInteger()),
        sa.Column("by", sa.String(), nullable=False),
        sa.UniqueConstraint("pipeline", "trigger_key", name="pipeline_runs_key"),
        sa.UniqueConstraint("pipeline", "message_key", name="pipeline_runs_message"),
    )
    op.create_index("pipeline_runs_started", "pipeline_runs", ["started_ns"])
    op.create_index("pipeline_runs_state", "pipeline_runs", ["state"])
    op.create_index("pipeline_runs_pipeline", "pipeline_runs", ["pipeline", "started_ns"])
    op.create_table(
        "pipeline_units",
        sa.Column("run_id", sa.String(), primary_key=True),
        sa.Column("step", sa.String(), primary_key=True),
        sa.Column("item", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("allowed", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("items", sa.Text()),
        sa.Column("task_id", sa.String()),
        sa.Column("case_id", sa.String()),
        sa.Column("due_ns", sa.BigInteger()),
        sa.Column("deadline_ns", sa.BigInteger()),
        sa.Column("result_sha256", sa.String()),
        sa.Column("began_ns", sa.BigInteger()),
        sa.Column("ended_ns", sa.BigInteger()),
    )
    op.create_index("pipeline_units_task", "pipeline_units", ["task_id"])
    op.create_table(
        "pipeline_triggers",
        sa.Column("pipeline", sa.String(), primary_key=True),
        sa.Column("trigger", sa.String(), primary_key=True),
        sa.Column("memory", sa.Text(), nullable=False),
        sa.Column("at_ns", sa.BigInteger(), nullable=False),
    )


def downgrade() -> None:
    """Refuse: an older Podium refuses a newer schema, so there is no way back."""
    raise NotImplementedError("Restore a backup instead.")
