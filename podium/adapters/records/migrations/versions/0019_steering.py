"""What people change of tasks that run, and when what runs say was erased."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns and the table; nobody has steered a run before."""
    for name in ("budget_ns", "erased_ns"):
        op.add_column("task_runs", sa.Column(name, sa.BigInteger()))
    op.create_table(
        "task_grants",
        sa.Column("task_id", sa.String(), primary_key=True),
        sa.Column("details", sa.Text(), nullable=False),
        sa.Column("until_ns", sa.BigInteger(), nullable=False),
    )


def downgrade() -> None:
    """Refuse: an older Podium refuses a newer schema, so there is no way back."""
    raise NotImplementedError("Restore a backup instead.")
