"""Advice before posting"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "commentkit_prompt",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("site", sa.String(length=40), nullable=False),
        sa.Column("once", sa.String(length=40), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("codes", sa.Text(), nullable=False),
        sa.Column("shown_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commentkit_prompt")),
        sa.UniqueConstraint("site", "once", name=op.f("uq_commentkit_prompt_site_once")),
    )
    op.create_index(op.f("ix_commentkit_prompt_shown_at"), "commentkit_prompt", ["shown_at"])
    op.create_table(
        "commentkit_prompt_count",
        sa.Column("site", sa.String(length=40), nullable=False),
        sa.Column("code", sa.String(length=120), nullable=False),
        sa.Column("answer", sa.String(length=20), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("site", "code", "answer", name=op.f("pk_commentkit_prompt_count")),
    )


def downgrade() -> None:
    op.drop_table("commentkit_prompt_count")
    op.drop_index(op.f("ix_commentkit_prompt_shown_at"), "commentkit_prompt")
    op.drop_table("commentkit_prompt")
