"""The first tables"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "commentkit_person",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("site", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commentkit_person")),
        sa.UniqueConstraint("site", "name", name=op.f("uq_commentkit_person_site_name")),
    )
    op.create_table(
        "commentkit_thread",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("site", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(length=500), nullable=False),
        sa.Column("title", sa.String(length=500), nullable=False),
        sa.Column("url", sa.String(length=2000), nullable=False),
        sa.Column("guest", sa.String(length=500), nullable=False),
        sa.Column("publishing", sa.String(length=20), nullable=True),
        sa.Column("closed", sa.String(length=500), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commentkit_thread")),
        sa.UniqueConstraint("site", "key", name=op.f("uq_commentkit_thread_site_key")),
    )
    op.create_table(
        "commentkit_comment",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("site", sa.String(length=40), nullable=False),
        sa.Column("thread_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("parent_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("public_id", sa.String(length=40), nullable=False),
        sa.Column("once", sa.String(length=40), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("receipt_hash", sa.String(length=64), nullable=False),
        sa.Column("depth", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=500), nullable=False),
        sa.Column("email_sealed", sa.Text(), nullable=False),
        sa.Column("website", sa.String(length=2000), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("by_guest", sa.Boolean(), nullable=False),
        sa.Column("seed", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["commentkit_comment.id"], name=op.f("fk_commentkit_comment_parent_id")
        ),
        sa.ForeignKeyConstraint(
            ["thread_id"], ["commentkit_thread.id"], name=op.f("fk_commentkit_comment_thread_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commentkit_comment")),
        sa.UniqueConstraint("public_id", name=op.f("uq_commentkit_comment_public_id")),
        sa.UniqueConstraint("receipt_hash", name=op.f("uq_commentkit_comment_receipt_hash")),
        sa.UniqueConstraint("site", "once", name=op.f("uq_commentkit_comment_site_once")),
    )
    with op.batch_alter_table("commentkit_comment", schema=None) as batch_op:
        batch_op.create_index("ix_commentkit_comment_desk", ["site", "status", "id"], unique=False)
        batch_op.create_index("ix_commentkit_comment_thread", ["thread_id", "id"], unique=False)

    op.create_table(
        "commentkit_link",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("site", sa.String(length=40), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("thread_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("name", sa.String(length=500), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["commentkit_person.id"],
            name=op.f("fk_commentkit_link_person_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["thread_id"], ["commentkit_thread.id"], name=op.f("fk_commentkit_link_thread_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commentkit_link")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_commentkit_link_token_hash")),
    )
    with op.batch_alter_table("commentkit_link", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_commentkit_link_person_id"), ["person_id"], unique=False)

    op.create_table(
        "commentkit_visit",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("site", sa.String(length=40), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("thread_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("name", sa.String(length=500), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["commentkit_person.id"],
            name=op.f("fk_commentkit_visit_person_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["thread_id"], ["commentkit_thread.id"], name=op.f("fk_commentkit_visit_thread_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commentkit_visit")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_commentkit_visit_token_hash")),
    )
    with op.batch_alter_table("commentkit_visit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_commentkit_visit_person_id"), ["person_id"], unique=False)

    op.create_table(
        "commentkit_decision",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("site", sa.String(length=40), nullable=False),
        sa.Column("comment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("actor", sa.String(length=120), nullable=False),
        sa.Column("move", sa.String(length=20), nullable=False),
        sa.Column("before", sa.String(length=20), nullable=False),
        sa.Column("after", sa.String(length=20), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undoes", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(
            ["comment_id"], ["commentkit_comment.id"], name=op.f("fk_commentkit_decision_comment_id")
        ),
        sa.ForeignKeyConstraint(
            ["undoes"], ["commentkit_decision.id"], name=op.f("fk_commentkit_decision_undoes")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commentkit_decision")),
    )
    with op.batch_alter_table("commentkit_decision", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_commentkit_decision_comment_id"), ["comment_id"], unique=False)
        batch_op.create_index("ix_commentkit_decision_site", ["site", "id"], unique=False)

    op.create_table(
        "commentkit_finding",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("comment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("check", sa.String(length=60), nullable=False),
        sa.Column("code", sa.String(length=120), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("weight", sa.Integer(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=True),
        sa.Column("end", sa.Integer(), nullable=True),
        sa.Column("data", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["comment_id"], ["commentkit_comment.id"], name=op.f("fk_commentkit_finding_comment_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commentkit_finding")),
    )
    with op.batch_alter_table("commentkit_finding", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_commentkit_finding_comment_id"), ["comment_id"], unique=False)

    op.create_table(
        "commentkit_outbox",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("site", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("receiver", sa.String(length=120), nullable=False),
        sa.Column("comment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("error", sa.String(length=200), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["comment_id"], ["commentkit_comment.id"], name=op.f("fk_commentkit_outbox_comment_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commentkit_outbox")),
    )
    with op.batch_alter_table("commentkit_outbox", schema=None) as batch_op:
        batch_op.create_index("ix_commentkit_outbox_comment", ["comment_id"], unique=False)
        batch_op.create_index("ix_commentkit_outbox_due", ["site", "done_at", "due_at"], unique=False)

    op.create_table(
        "commentkit_sealed",
        sa.Column("comment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("check", sa.String(length=60), nullable=False),
        sa.Column("blob", sa.Text(), nullable=False),
        sa.Column("shred_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["comment_id"], ["commentkit_comment.id"], name=op.f("fk_commentkit_sealed_comment_id")
        ),
        sa.PrimaryKeyConstraint("comment_id", "check", name=op.f("pk_commentkit_sealed")),
    )
    with op.batch_alter_table("commentkit_sealed", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_commentkit_sealed_shred_at"), ["shred_at"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("commentkit_sealed", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_commentkit_sealed_shred_at"))

    op.drop_table("commentkit_sealed")
    with op.batch_alter_table("commentkit_outbox", schema=None) as batch_op:
        batch_op.drop_index("ix_commentkit_outbox_due")
        batch_op.drop_index("ix_commentkit_outbox_comment")

    op.drop_table("commentkit_outbox")
    with op.batch_alter_table("commentkit_finding", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_commentkit_finding_comment_id"))

    op.drop_table("commentkit_finding")
    with op.batch_alter_table("commentkit_decision", schema=None) as batch_op:
        batch_op.drop_index("ix_commentkit_decision_site")
        batch_op.drop_index(batch_op.f("ix_commentkit_decision_comment_id"))

    op.drop_table("commentkit_decision")
    with op.batch_alter_table("commentkit_visit", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_commentkit_visit_person_id"))

    op.drop_table("commentkit_visit")
    with op.batch_alter_table("commentkit_link", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_commentkit_link_person_id"))

    op.drop_table("commentkit_link")
    with op.batch_alter_table("commentkit_comment", schema=None) as batch_op:
        batch_op.drop_index("ix_commentkit_comment_thread")
        batch_op.drop_index("ix_commentkit_comment_desk")

    op.drop_table("commentkit_comment")
    op.drop_table("commentkit_thread")
    op.drop_table("commentkit_person")
