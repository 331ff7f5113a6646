"""How often the provider's own tools ran in an attempt."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; what ran before is not known to have used any."""
    op.add_column("charges", sa.Column("tool_uses", sa.Text(), nullable=True))


def downgrade() -> None:
    """Refuse: an older Podium refuses a newer schema, so there is no way back."""
    raise NotImplementedError("Restore a backup instead.")
