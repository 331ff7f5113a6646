"""Which machine ships an incarnation's journal."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; whoever wrote a journal before was the keeper's own machine."""
    op.add_column("incarnations", sa.Column("gateway", sa.String(), nullable=True))


def downgrade() -> None:
    """Refuse: an older Podium refuses a newer schema, so there is no way back."""
    raise NotImplementedError("Restore a backup instead.")
