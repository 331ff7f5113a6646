"""How long the programs of runs have kept GPUs busy, and how that is known."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; of runs of before nothing is known."""
    op.add_column("task_runs", sa.Column("gpu_ms", sa.BigInteger(), nullable=True))
    op.add_column("task_runs", sa.Column("gpu_how", sa.String(), nullable=True))


def downgrade() -> None:
    """Refuse: an older Podium refuses a newer schema, so there is no way back."""
    raise NotImplementedError("Restore a backup instead.")
