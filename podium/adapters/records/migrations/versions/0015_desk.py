"""Cases name their task, and say whom they are with."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; the task of older cases stands in their evidence alone."""
    op.add_column("cases", sa.Column("task_id", sa.String()))
    op.add_column("cases", sa.Column("escalated", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("cases", sa.Column("escalated_ns", sa.BigInteger()))
    op.create_index("cases_task", "cases", ["task_id"])


def downgrade() -> None:
    """Refuse: an older Podium refuses a newer schema, so there is no way back."""
    raise NotImplementedError("Restore a backup instead.")
