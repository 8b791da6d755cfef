"""Every table and column. After a change here, write a migration: a test compares the two."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    literal_column,
)

PREFIX = "commentkit_"
VERSION_TABLE = PREFIX + "version"

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)


class Moment(TypeDecorator[datetime]):
    """A point in time, always with its zone. SQLite forgets zones, so UTC goes in and UTC comes out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs its time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        found: datetime = value
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


# SQLite counts up only an INTEGER PRIMARY KEY.
Id = BigInteger().with_variant(Integer, "sqlite")


def _id() -> Column[int]:
    return Column("id", Id, primary_key=True, autoincrement=True)


def _site() -> Column[str]:
    return Column("site", String(40), nullable=False)


thread = Table(
    PREFIX + "thread",
    metadata,
    _id(),
    _site(),
    Column("key", String(500), nullable=False),
    Column("title", String(500), nullable=False),
    Column("url", String(2000), nullable=False),
    Column("guest", String(500), nullable=False),
    Column("publishing", String(20)),
    Column("closed", String(500), nullable=False),
    Column("version", Integer, nullable=False),
    Column("published", Integer, nullable=False),
    Column("created_at", Moment, nullable=False),
    UniqueConstraint("site", "key"),
)

# `path`, `root_id` and `branch` let a page be read without its thread (see `store.reading`): a comment's place in page
# order, the top comment it stands below (itself, for a top comment), and on top comments the number of published
# comments from there down.
comment = Table(
    PREFIX + "comment",
    metadata,
    _id(),
    _site(),
    Column("thread_id", Id, ForeignKey(thread.c.id), nullable=False),
    Column("parent_id", Id, ForeignKey(PREFIX + "comment.id")),
    Column("public_id", String(40), nullable=False, unique=True),
    Column("once", String(40), nullable=False),
    Column("fingerprint", String(64), nullable=False),
    Column("receipt_hash", String(64), nullable=False, unique=True),
    Column("depth", Integer, nullable=False),
    Column("status", String(20), nullable=False),
    Column("reason", String(20), nullable=False),
    Column("name", String(500), nullable=False),
    Column("email_sealed", Text, nullable=False),
    Column("website", String(2000), nullable=False),
    Column("body", Text, nullable=False),
    Column("html", Text, nullable=False),
    Column("by_guest", Boolean, nullable=False),
    Column("seed", String(40), nullable=False),
    Column("version", Integer, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("asked_at", Moment),
    Column("root_id", Id),
    Column("path", LargeBinary, nullable=False),
    Column("branch", Integer, nullable=False),
    Column("thanks", Integer, nullable=False),
    Column("warning", String(1000), nullable=False),
    UniqueConstraint("site", "once"),
    Index("ix_commentkit_comment_thread", "thread_id", "id"),
    Index("ix_commentkit_comment_desk", "site", "status", "id"),
    Index("ix_commentkit_comment_branch", "root_id", "status", "path"),
)

# Only top comments that show: hidden ones would have to be read past. The number is written out, since SQLite can't
# use such an index for a bound one.
shows = comment.c.branch > literal_column("0")
Index(
    "ix_commentkit_comment_tops",
    comment.c.thread_id,
    comment.c.id,
    sqlite_where=shows,
    postgresql_where=shows,
)
Index(
    "ix_commentkit_comment_thanked",
    comment.c.thread_id,
    comment.c.thanks,
    comment.c.id,
    sqlite_where=shows,
    postgresql_where=shows,
)

# `mark` is a keyed hash of a device's random token and one comment: no two rows tell that they are one reader's.
thanks = Table(
    PREFIX + "thanks",
    metadata,
    Column("mark", String(64), primary_key=True),
    Column("comment_id", Id, ForeignKey(comment.c.id), nullable=False, index=True),
    Column("shred_at", Moment, nullable=False, index=True),
)

edit = Table(
    PREFIX + "edit",
    metadata,
    _id(),
    _site(),
    Column("comment_id", Id, ForeignKey(comment.c.id), nullable=False, index=True),
    Column("status", String(20), nullable=False),
    Column("reason", String(20), nullable=False),
    Column("body", Text, nullable=False),
    Column("html", Text, nullable=False),
    Column("sent", Text, nullable=False),
    Column("shred_at", Moment, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("settled_at", Moment),
    Index("ix_commentkit_edit_desk", "site", "status"),
)

finding = Table(
    PREFIX + "finding",
    metadata,
    _id(),
    Column("comment_id", Id, ForeignKey(comment.c.id), nullable=False, index=True),
    Column("edit_id", Id, ForeignKey(edit.c.id), index=True),
    Column("check", String(60), nullable=False),
    Column("code", String(120), nullable=False),
    Column("reason", Text, nullable=False),
    Column("weight", Integer, nullable=False),
    Column("points", Integer, nullable=False),
    Column("start", Integer),
    Column("end", Integer),
    Column("data", Text, nullable=False),
)

sealed = Table(
    PREFIX + "sealed",
    metadata,
    Column("comment_id", Id, ForeignKey(comment.c.id), primary_key=True),
    Column("check", String(60), primary_key=True),
    Column("blob", Text, nullable=False),
    Column("shred_at", Moment, nullable=False, index=True),
)

# `warning_before` and `warning_after` are there on lines about the content warning only.
decision = Table(
    PREFIX + "decision",
    metadata,
    _id(),
    _site(),
    Column("comment_id", Id, ForeignKey(comment.c.id), nullable=False, index=True),
    Column("actor", String(120), nullable=False),
    Column("move", String(20), nullable=False),
    Column("before", String(20), nullable=False),
    Column("after", String(20), nullable=False),
    Column("note", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("undoes", Id, ForeignKey(PREFIX + "decision.id")),
    Column("edit_id", Id, ForeignKey(edit.c.id), index=True),
    Column("warning_before", String(1000)),
    Column("warning_after", String(1000)),
    Index("ix_commentkit_decision_site", "site", "id"),
)

# `network` is a keyed hash of the reporter's network and this one comment, gone after a while. A report is open until a
# decision has settled it; undone, it is open again.
report = Table(
    PREFIX + "report",
    metadata,
    _id(),
    Column("comment_id", Id, ForeignKey(comment.c.id), nullable=False),
    Column("reason", String(20), nullable=False),
    Column("text", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("network", String(64)),
    Column("shred_at", Moment, nullable=False),
    Column("decision_id", Id, ForeignKey(decision.c.id), index=True),
    Column("settled_at", Moment),
    UniqueConstraint("comment_id", "network"),
    Index("ix_commentkit_report_open", "decision_id", "comment_id"),
)

person = Table(
    PREFIX + "person",
    metadata,
    _id(),
    _site(),
    Column("name", String(80), nullable=False),
    Column("password_hash", String(200)),
    Column("created_at", Moment, nullable=False),
    UniqueConstraint("site", "name"),
)

visit = Table(
    PREFIX + "visit",
    metadata,
    _id(),
    _site(),
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("person_id", Id, ForeignKey(person.c.id, ondelete="CASCADE"), index=True),
    Column("thread_id", Id, ForeignKey(thread.c.id)),
    Column("name", String(500), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
)

link = Table(
    PREFIX + "link",
    metadata,
    _id(),
    _site(),
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("person_id", Id, ForeignKey(person.c.id, ondelete="CASCADE"), index=True),
    Column("thread_id", Id, ForeignKey(thread.c.id)),
    Column("name", String(500), nullable=False),
    Column("expires_at", Moment, nullable=False),
)

outbox = Table(
    PREFIX + "outbox",
    metadata,
    _id(),
    _site(),
    Column("kind", String(20), nullable=False),
    Column("receiver", String(120), nullable=False),
    Column("comment_id", Id, ForeignKey(comment.c.id)),
    Column("payload", Text, nullable=False),
    Column("due_at", Moment, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("error", String(200), nullable=False),
    Column("done_at", Moment),
    Index("ix_commentkit_outbox_due", "site", "done_at", "due_at"),
    Index("ix_commentkit_outbox_comment", "comment_id"),
)

prompt = Table(
    PREFIX + "prompt",
    metadata,
    _id(),
    _site(),
    Column("once", String(40), nullable=False),
    Column("fingerprint", String(64), nullable=False),
    Column("codes", Text, nullable=False),
    Column("shown_at", Moment, nullable=False, index=True),
    UniqueConstraint("site", "once"),
)

prompt_count = Table(
    PREFIX + "prompt_count",
    metadata,
    Column("site", String(40), primary_key=True),
    Column("code", String(120), primary_key=True),
    Column("answer", String(20), primary_key=True),
    Column("count", Integer, nullable=False),
)

# An address is found by `mark`, a keyed hash of it; what is sealed is opened only to send a mail.
mailbox = Table(
    PREFIX + "mailbox",
    metadata,
    _id(),
    _site(),
    Column("mark", String(64), nullable=False),
    Column("sealed", Text, nullable=False),
    Column("once", String(40), nullable=False),
    Column("confirm_hash", String(64), nullable=False, unique=True),
    Column("stop_hash", String(64), nullable=False, unique=True),
    Column("daily", Boolean, nullable=False),
    Column("asked_at", Moment),
    Column("confirmed_at", Moment),
    UniqueConstraint("site", "mark"),
)

# What was asked for with a comment and an address: `answers` by mail, or to be `known` again. `proven` says that the
# address's holder, and nobody else, gave it.
watch = Table(
    PREFIX + "watch",
    metadata,
    _id(),
    Column("comment_id", Id, ForeignKey(comment.c.id), nullable=False, unique=True),
    Column("mailbox_id", Id, ForeignKey(mailbox.c.id), nullable=False, index=True),
    Column("once", String(40), nullable=False),
    Column("stop_hash", String(64), nullable=False, unique=True),
    Column("answers", Boolean, nullable=False),
    Column("known", Boolean, nullable=False),
    Column("proven", Boolean, nullable=False),
    Column("language", String(20), nullable=False),
    Column("prefix", String(20), nullable=False),
)

# `comment_id` is the answer's: about each somebody is told once. `job` names the mail that tells.
notice = Table(
    PREFIX + "notice",
    metadata,
    Column("comment_id", Id, ForeignKey(comment.c.id), primary_key=True),
    Column("watch_id", Id, ForeignKey(watch.c.id), nullable=False, index=True),
    Column("job", Id),
    Column("sent_at", Moment),
)
