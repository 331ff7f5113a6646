"""Breakers, baselines, and the digests by which a call is known as a step."""

import sqlalchemy as sa
from alembic import op

from podium.ports import packing

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables and the column; what was charged before has no step."""
    op.add_column("charges", sa.Column("step", packing.DIGEST, nullable=True))
    op.create_table(
        "breakers",
        sa.Column("key", sa.String(), primary_key=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("since_s", sa.BigInteger(), nullable=False),
        sa.Column("share_pct", sa.Integer(), nullable=False),
        sa.Column("baseline_pct", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("department", sa.String(), nullable=False),
        sa.Column("agent", sa.String(), nullable=False),
        sa.Column("baseline_nano_usd_per_hour", sa.BigInteger()),
        sa.Column("disturbed_from", sa.Integer()),
        sa.Column("disturbed_to", sa.Integer()),
        sa.Column("restraint", sa.LargeBinary()),
    )
    op.create_table(
        "baselines",
        sa.Column("key", sa.String(), primary_key=True),
        sa.Column("hour", sa.Integer(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
    )


def downgrade() -> None:
    """Refuse: an older Podium refuses a newer schema, so there is no way back."""
    raise NotImplementedError("Restore a backup instead.")
