"""Reading page by page, and thanks"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_DEEPEST = 63 * 6  # bytes of a path before a comment's own: see `store.comments`
_BATCH = 1000


def upgrade() -> None:
    op.add_column(
        "commentkit_thread", sa.Column("published", sa.Integer(), nullable=False, server_default="0")
    )
    op.add_column("commentkit_comment", sa.Column("root_id", _ID))
    op.add_column(
        "commentkit_comment", sa.Column("path", sa.LargeBinary(), nullable=False, server_default="")
    )
    op.add_column("commentkit_comment", sa.Column("branch", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("commentkit_comment", sa.Column("thanks", sa.Integer(), nullable=False, server_default="0"))
    _fill()
    op.create_index("ix_commentkit_comment_branch", "commentkit_comment", ["root_id", "status", "path"])
    shows = sa.text("branch > 0")
    op.create_index(
        "ix_commentkit_comment_tops",
        "commentkit_comment",
        ["thread_id", "id"],
        sqlite_where=shows,
        postgresql_where=shows,
    )
    op.create_index(
        "ix_commentkit_comment_thanked",
        "commentkit_comment",
        ["thread_id", "thanks", "id"],
        sqlite_where=shows,
        postgresql_where=shows,
    )
    op.create_table(
        "commentkit_thanks",
        sa.Column("mark", sa.String(length=64), nullable=False),
        sa.Column("comment_id", _ID, nullable=False),
        sa.Column("shred_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["comment_id"], ["commentkit_comment.id"], name=op.f("fk_commentkit_thanks_comment_id")
        ),
        sa.PrimaryKeyConstraint("mark", name=op.f("pk_commentkit_thanks")),
    )
    op.create_index(op.f("ix_commentkit_thanks_comment_id"), "commentkit_thanks", ["comment_id"])
    op.create_index(op.f("ix_commentkit_thanks_shred_at"), "commentkit_thanks", ["shred_at"])


def _fill() -> None:
    """Places and numbers of the comments that are there; each comes after what it answers."""
    connection = op.get_bind()
    comment = sa.table(
        "commentkit_comment",
        sa.column("id", _ID),
        sa.column("thread_id", _ID),
        sa.column("parent_id", _ID),
        sa.column("status", sa.String()),
        sa.column("root_id", _ID),
        sa.column("path", sa.LargeBinary()),
        sa.column("branch", sa.Integer()),
    )
    thread = sa.table("commentkit_thread", sa.column("id", _ID), sa.column("published", sa.Integer()))
    places: dict[int, tuple[int, bytes]] = {}
    branches: dict[int, int] = {}
    published: dict[int, int] = {}
    last = 0
    while True:
        rows = connection.execute(
            sa.select(comment.c.id, comment.c.thread_id, comment.c.parent_id, comment.c.status)
            .where(comment.c.id > last)
            .order_by(comment.c.id)
            .limit(_BATCH)
        ).all()
        for row in rows:
            root_id, above = places[row.parent_id] if row.parent_id is not None else (row.id, b"")
            path = above[:_DEEPEST] + row.id.to_bytes(6)
            places[row.id] = (root_id, path)
            connection.execute(
                sa.update(comment).where(comment.c.id == row.id).values(root_id=root_id, path=path)
            )
            if row.status == "published":
                branches[root_id] = branches.get(root_id, 0) + 1
                published[row.thread_id] = published.get(row.thread_id, 0) + 1
        if len(rows) < _BATCH:
            break
        last = rows[-1].id
    for root_id, count in branches.items():
        connection.execute(sa.update(comment).where(comment.c.id == root_id).values(branch=count))
    for thread_id, count in published.items():
        connection.execute(sa.update(thread).where(thread.c.id == thread_id).values(published=count))


def downgrade() -> None:
    op.drop_table("commentkit_thanks")
    for index in ("thanked", "tops", "branch"):
        op.drop_index(f"ix_commentkit_comment_{index}", "commentkit_comment")
    for column in ("thanks", "branch", "path", "root_id"):
        op.drop_column("commentkit_comment", column)
    op.drop_column("commentkit_thread", "published")
