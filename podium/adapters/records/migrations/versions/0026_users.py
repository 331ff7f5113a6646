"""Who the user of a task is, beside what they have asked for."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns."""
    op.add_column("task_requests", sa.Column("user_json", sa.Text(), nullable=True))
    op.add_column("task_runs", sa.Column("user_json", sa.Text(), nullable=True))


def downgrade() -> None:
    """Refuse: an older Podium refuses a newer schema, so there is no way back."""
    raise NotImplementedError("Restore a backup instead.")
