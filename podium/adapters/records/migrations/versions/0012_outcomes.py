"""What became of tasks and calls, as their agents report it."""

import sqlalchemy as sa
from alembic import op

from podium.ports import packing

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table; nobody has reported anything before."""
    op.create_table(
        "outcomes",
        sa.Column("subject", sa.String(), primary_key=True),
        sa.Column("task_id", packing.TASK_ID, nullable=False),
        sa.Column("agent", sa.String(), nullable=False),
        sa.Column("department", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("value_nano_usd", sa.BigInteger()),
        sa.Column("at_ns", sa.BigInteger(), nullable=False),
    )
    op.create_index("outcomes_task", "outcomes", ["task_id"])


def downgrade() -> None:
    """Refuse: an older Podium refuses a newer schema, so there is no way back."""
    raise NotImplementedError("Restore a backup instead.")
