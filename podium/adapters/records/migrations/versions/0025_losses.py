"""What was to be kept or sent, and is lost; and how much memory model servers have had."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "losses",
        sa.Column("life", sa.String(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("process", sa.String(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.Column("first_ns", sa.BigInteger(), nullable=False),
        sa.Column("last_ns", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("life", "what"),
    )
    op.create_table(
        "model_memory",
        sa.Column("provider", sa.String(), nullable=False),
        sa.Column("at_ns", sa.BigInteger(), nullable=False),
        sa.Column("life", sa.String(), nullable=False),
        sa.Column("peak_bytes", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("provider", "at_ns"),
    )


def downgrade() -> None:
    """Refuse: an older Podium refuses a newer schema, so there is no way back."""
    raise NotImplementedError("Restore a backup instead.")
