"""What live audits found, and what has occurred."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

_SEQ = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add their tables."""
    op.create_table(
        "audit_results",
        sa.Column("seq", _SEQ, primary_key=True),
        sa.Column("task_id", sa.String(), nullable=False),
        sa.Column("audit", sa.String(), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("says", sa.Text(), nullable=False),
        sa.Column("severity", sa.String(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("final", sa.Boolean(), nullable=False),
        sa.Column("agent", sa.String(), nullable=False),
        sa.Column("department", sa.String(), nullable=False),
        sa.Column("steps", sa.Integer(), nullable=False),
        sa.Column("spans", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("snapshot_version", sa.Integer(), nullable=False),
        sa.Column("at_ns", sa.BigInteger(), nullable=False),
        sa.Column("case_id", sa.String()),
        sa.UniqueConstraint("task_id", "audit", "rule", name="audit_results_rule"),
    )
    op.create_index("audit_results_at", "audit_results", ["at_ns"])
    op.create_index("audit_results_audit", "audit_results", ["audit", "at_ns"])
    op.create_table(
        "occurrences",
        sa.Column("seq", _SEQ, primary_key=True),
        sa.Column("id", sa.String(), nullable=False, unique=True),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("agent", sa.String(), nullable=False),
        sa.Column("department", sa.String(), nullable=False),
        sa.Column("link", sa.String(), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("at_ns", sa.BigInteger(), nullable=False),
    )
    op.create_index("occurrences_at", "occurrences", ["at_ns"])
    op.create_table(
        "occurrence_deliveries",
        sa.Column("occurrence", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("webhook", sa.String(), primary_key=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_ns", sa.BigInteger()),
        sa.Column("done_ns", sa.BigInteger()),
        sa.Column("error", sa.Text()),
    )
    op.create_table(
        "known_prompts",
        sa.Column("agent", sa.String(), primary_key=True),
        sa.Column("what", sa.String(), primary_key=True),
        sa.Column("digest", sa.String(), primary_key=True),
        sa.Column("at_ns", sa.BigInteger(), nullable=False),
    )


def downgrade() -> None:
    """Refuse: an older Podium refuses a newer schema, so there is no way back."""
    raise NotImplementedError("Restore a backup instead.")
