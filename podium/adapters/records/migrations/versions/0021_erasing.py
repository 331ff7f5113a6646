"""Indexes for erasing what runs have said, and for the tasks below one at the root."""

from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add them."""
    op.create_index("task_runs_erased", "task_runs", ["erased_ns", "ended_ns"])
    op.create_index("task_runs_input", "task_runs", ["input_sha256"])
    op.create_index("task_runs_result", "task_runs", ["result_sha256"])
    op.create_index("pipeline_units_result", "pipeline_units", ["result_sha256"])
    op.create_index("task_identities_root", "task_identities", ["root_id"])


def downgrade() -> None:
    """Refuse: an older Podium refuses a newer schema, so there is no way back."""
    raise NotImplementedError("Restore a backup instead.")
