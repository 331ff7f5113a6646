"""What a correction has changed in limits, and what bills explain of unattributed charges."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; corrections of before have changed no limit, which their next ones make up for."""
    op.add_column("corrections", sa.Column("windows", sa.Text(), nullable=True))
    op.add_column("corrections", sa.Column("explained_nano_usd", sa.BigInteger(), nullable=True))
    op.add_column("corrections", sa.Column("complete", sa.Boolean(), nullable=True))


def downgrade() -> None:
    """Refuse: an older Podium refuses a newer schema, so there is no way back."""
    raise NotImplementedError("Restore a backup instead.")
