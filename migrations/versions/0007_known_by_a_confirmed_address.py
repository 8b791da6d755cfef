"""Known again by a confirmed address; mails in their reader's language"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_COLUMNS = (
    ("answers", sa.Boolean(), sa.true()),
    ("known", sa.Boolean(), sa.false()),
    ("proven", sa.Boolean(), sa.false()),
    ("language", sa.String(length=20), "en"),
    ("prefix", sa.String(length=20), ""),
)


def upgrade() -> None:
    for name, kind, value in _COLUMNS:
        op.add_column("commentkit_watch", sa.Column(name, kind, nullable=False, server_default=value))


def downgrade() -> None:
    # Who asked only to be known again asked for no mail.
    op.execute("DELETE FROM commentkit_watch WHERE NOT answers")
    op.execute("DELETE FROM commentkit_mailbox WHERE id NOT IN (SELECT mailbox_id FROM commentkit_watch)")
    for name, _, _ in reversed(_COLUMNS):
        op.drop_column("commentkit_watch", name)
