"""Reports by readers, content warnings"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column(
        "commentkit_comment", sa.Column("warning", sa.String(length=1000), nullable=False, server_default="")
    )
    op.create_table(
        "commentkit_report",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("comment_id", _ID, nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("network", sa.String(length=64), nullable=True),
        sa.Column("shred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decision_id", _ID, nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["comment_id"], ["commentkit_comment.id"], name=op.f("fk_commentkit_report_comment_id")
        ),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["commentkit_decision.id"], name=op.f("fk_commentkit_report_decision_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commentkit_report")),
        sa.UniqueConstraint("comment_id", "network", name=op.f("uq_commentkit_report_comment_id_network")),
    )
    op.create_index(op.f("ix_commentkit_report_decision_id"), "commentkit_report", ["decision_id"])
    op.create_index("ix_commentkit_report_open", "commentkit_report", ["decision_id", "comment_id"])


def downgrade() -> None:
    op.drop_table("commentkit_report")
    op.drop_column("commentkit_comment", "warning")
