"""The writer's receipt: edits, what is asked for again"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "commentkit_edit",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("site", sa.String(length=40), nullable=False),
        sa.Column("comment_id", _ID, nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("sent", sa.Text(), nullable=False),
        sa.Column("shred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["comment_id"], ["commentkit_comment.id"], name=op.f("fk_commentkit_edit_comment_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commentkit_edit")),
    )
    op.create_index(op.f("ix_commentkit_edit_comment_id"), "commentkit_edit", ["comment_id"])
    op.create_index("ix_commentkit_edit_desk", "commentkit_edit", ["site", "status"])
    op.add_column("commentkit_comment", sa.Column("asked_at", sa.DateTime(timezone=True)))
    # Plain SQL: Alembic would copy the table on SQLite, and can't drop the old one while its own lines refer to it.
    kind = "INTEGER" if op.get_bind().dialect.name == "sqlite" else "BIGINT"
    for table in ("finding", "decision"):
        op.execute(
            f"ALTER TABLE commentkit_{table} ADD COLUMN edit_id {kind} "
            f"CONSTRAINT fk_commentkit_{table}_edit_id REFERENCES commentkit_edit (id)"
        )
        op.create_index(op.f(f"ix_commentkit_{table}_edit_id"), f"commentkit_{table}", ["edit_id"])


def downgrade() -> None:
    # What refers to lines of the same table is put aside while the table is copied.
    op.execute("CREATE TEMPORARY TABLE undone AS SELECT id, undoes FROM commentkit_decision")
    op.execute("UPDATE commentkit_decision SET undoes = NULL")
    for table in ("decision", "finding"):
        with op.batch_alter_table(f"commentkit_{table}") as batch_op:
            batch_op.drop_index(op.f(f"ix_commentkit_{table}_edit_id"))
            batch_op.drop_column("edit_id")
    op.execute(
        "UPDATE commentkit_decision SET undoes = "
        "(SELECT undoes FROM undone WHERE undone.id = commentkit_decision.id)"
    )
    op.execute("DROP TABLE undone")
    op.drop_column("commentkit_comment", "asked_at")
    op.drop_index("ix_commentkit_edit_desk", "commentkit_edit")
    op.drop_index(op.f("ix_commentkit_edit_comment_id"), "commentkit_edit")
    op.drop_table("commentkit_edit")
