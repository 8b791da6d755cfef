"""Answers by mail"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "commentkit_mailbox",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("site", sa.String(length=40), nullable=False),
        sa.Column("mark", sa.String(length=64), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("once", sa.String(length=40), nullable=False),
        sa.Column("confirm_hash", sa.String(length=64), nullable=False),
        sa.Column("stop_hash", sa.String(length=64), nullable=False),
        sa.Column("daily", sa.Boolean(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True)),
        sa.Column("confirmed_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commentkit_mailbox")),
        sa.UniqueConstraint("confirm_hash", name=op.f("uq_commentkit_mailbox_confirm_hash")),
        sa.UniqueConstraint("stop_hash", name=op.f("uq_commentkit_mailbox_stop_hash")),
        sa.UniqueConstraint("site", "mark", name=op.f("uq_commentkit_mailbox_site_mark")),
    )
    op.create_table(
        "commentkit_watch",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("comment_id", _ID, nullable=False),
        sa.Column("mailbox_id", _ID, nullable=False),
        sa.Column("once", sa.String(length=40), nullable=False),
        sa.Column("stop_hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["comment_id"], ["commentkit_comment.id"], name=op.f("fk_commentkit_watch_comment_id")
        ),
        sa.ForeignKeyConstraint(
            ["mailbox_id"], ["commentkit_mailbox.id"], name=op.f("fk_commentkit_watch_mailbox_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commentkit_watch")),
        sa.UniqueConstraint("comment_id", name=op.f("uq_commentkit_watch_comment_id")),
        sa.UniqueConstraint("stop_hash", name=op.f("uq_commentkit_watch_stop_hash")),
    )
    op.create_index(op.f("ix_commentkit_watch_mailbox_id"), "commentkit_watch", ["mailbox_id"])
    op.create_table(
        "commentkit_notice",
        sa.Column("comment_id", _ID, nullable=False),
        sa.Column("watch_id", _ID, nullable=False),
        sa.Column("job", _ID),
        sa.Column("sent_at", sa.DateTime(timezone=True)),
        sa.ForeignKeyConstraint(
            ["comment_id"], ["commentkit_comment.id"], name=op.f("fk_commentkit_notice_comment_id")
        ),
        sa.ForeignKeyConstraint(
            ["watch_id"], ["commentkit_watch.id"], name=op.f("fk_commentkit_notice_watch_id")
        ),
        sa.PrimaryKeyConstraint("comment_id", name=op.f("pk_commentkit_notice")),
    )
    op.create_index(op.f("ix_commentkit_notice_watch_id"), "commentkit_notice", ["watch_id"])


def downgrade() -> None:
    for table in ("notice", "watch", "mailbox"):
        op.drop_table(f"commentkit_{table}")
