"""Content warnings in the history: what it was and what it became"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("warning_before", "warning_after"):
        op.add_column("commentkit_decision", sa.Column(name, sa.String(length=1000), nullable=True))


def downgrade() -> None:
    for name in ("warning_after", "warning_before"):
        op.drop_column("commentkit_decision", name)
