"""${message}"""

from alembic import op
import sqlalchemy as sa
${imports if imports else ""}

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring a database one revision forward."""
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    """An older Podium refuses a newer schema, so there is no way back."""
    raise NotImplementedError("Restore a backup instead.")
