"""Why nobody can tell what a live audit's verdict is: it is being judged, its budget is used up, ..."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; of results of before no reason is known."""
    op.add_column("audit_results", sa.Column("reason", sa.Text(), nullable=True))


def downgrade() -> None:
    """Refuse: an older Podium refuses a newer schema, so there is no way back."""
    raise NotImplementedError("Restore a backup instead.")
