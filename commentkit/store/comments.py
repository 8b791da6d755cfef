"""Comments: added once, settled by compare-and-set, read by id or receipt, erased with all that hangs from them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import and_, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from commentkit.model import ABOVE_MAX, Comment, Judged, Reason, Status
from commentkit.policy import COULD_NOT_CHECK
from commentkit.store import copies, mail
from commentkit.store.database import insert_once
from commentkit.store.tables import comment, decision, edit, finding, thanks, thread
from commentkit.store.tables import report as reports

shown = [column for column in comment.c if column.name not in {"email_sealed", "receipt_hash", "fingerprint"}]

_SEGMENT = 6  # bytes of an id within a path; most significant first, so that paths sort as the page does


def _above(path: bytes) -> tuple[int, ...]:
    return tuple(
        int.from_bytes(path[start : start + _SEGMENT]) for start in range(0, len(path) - _SEGMENT, _SEGMENT)
    )


def path_of(seen: Comment) -> bytes:
    """A comment's path: the ids of what it stands below, and its own."""
    return b"".join(each.to_bytes(_SEGMENT) for each in (*seen.above, seen.id))


def read_comment(row: Any) -> Comment:
    """A row as the noun."""
    return Comment(
        id=row.id,
        public_id=row.public_id,
        thread_id=row.thread_id,
        parent_id=row.parent_id,
        depth=row.depth,
        status=Status(row.status),
        reason=Reason(row.reason),
        name=row.name,
        website=row.website,
        body=row.body,
        html=row.html,
        by_guest=row.by_guest,
        seed=row.seed,
        created_at=row.created_at,
        version=row.version,
        asked_at=row.asked_at,
        above=_above(row.path),
        thanks=row.thanks,
        warning=row.warning,
    )


@dataclass(frozen=True)
class NewComment:
    """All that a comment is stored with, before it has an id."""

    site: str
    thread_id: int
    parent_id: int | None
    public_id: str
    once: str
    fingerprint: str
    receipt_hash: str
    depth: int
    name: str
    email_sealed: str
    website: str
    body: str
    html: str
    by_guest: bool
    seed: str
    created_at: datetime
    warning: str = ""


async def add(connection: AsyncConnection, new: NewComment) -> Comment | None:
    """Store a comment as PENDING; None when its once-number was used before."""
    values = {
        **new.__dict__,
        "status": Status.PENDING,
        "reason": Reason.CHECK_LATE,
        "version": 0,
        "path": b"",
        "branch": 0,
        "thanks": 0,
    }
    row = await insert_once(connection, comment, values)
    if row is None:
        return None
    parent = None
    if new.parent_id is not None:
        where = select(comment.c.path, comment.c.root_id).where(comment.c.id == new.parent_id)
        parent = (await connection.execute(where)).one()
    above = parent.path[: ABOVE_MAX * _SEGMENT] if parent else b""
    path = above + row.id.to_bytes(_SEGMENT)
    root_id = parent.root_id if parent else row.id
    await connection.execute(update(comment).where(comment.c.id == row.id).values(path=path, root_id=root_id))
    return replace(read_comment(row), above=_above(path))


async def by_once(connection: AsyncConnection, site: str, once: str) -> tuple[Comment, str] | None:
    """The comment that used this once-number, with its fingerprint."""
    statement = select(*shown, comment.c.fingerprint).where(comment.c.site == site, comment.c.once == once)
    row = (await connection.execute(statement)).one_or_none()
    return (read_comment(row), row.fingerprint) if row else None


async def by_public_id(
    connection: AsyncConnection, site: str, public_id: str, *, lock: bool = False
) -> Comment | None:
    """The comment with this public id, whatever its status: the caller decides who may see it.

    Args:
        lock: as for `get`.
    """
    if not (public_id.isascii() and public_id.isprintable()):
        return None  # PostgreSQL refuses even the question when there is a NUL in it
    statement = select(*shown).where(comment.c.site == site, comment.c.public_id == public_id)
    row = (await connection.execute(statement.with_for_update() if lock else statement)).one_or_none()
    return read_comment(row) if row else None


async def by_receipt(
    connection: AsyncConnection, site: str, receipt_hash: str, *, lock: bool = False
) -> Comment | None:
    """The comment whose receipt hashes to this.

    Args:
        lock: as for `get`.
    """
    statement = select(*shown).where(comment.c.site == site, comment.c.receipt_hash == receipt_hash)
    row = (await connection.execute(statement.with_for_update() if lock else statement)).one_or_none()
    return read_comment(row) if row else None


async def get(connection: AsyncConnection, comment_id: int, *, lock: bool = False) -> Comment | None:
    """The comment with this internal id.

    Args:
        lock: let nobody change it until the transaction ends (SQLite has one writer anyway).
    """
    statement = select(*shown).where(comment.c.id == comment_id)
    row = (await connection.execute(statement.with_for_update() if lock else statement)).one_or_none()
    return read_comment(row) if row else None


async def sealed_email(connection: AsyncConnection, comment_id: int) -> str:
    """The sealed e-mail of a comment, '' where none was given."""
    found = await connection.scalar(select(comment.c.email_sealed).where(comment.c.id == comment_id))
    return found or ""


async def parents_of(connection: AsyncConnection, some: Iterable[Comment]) -> dict[int, Comment]:
    """The parents of these comments, by id."""
    wanted = {each.parent_id for each in some if each.parent_id is not None}
    if not wanted:
        return {}
    rows = await connection.execute(select(*shown).where(comment.c.id.in_(wanted)))
    return {row.id: read_comment(row) for row in rows}


async def settle(connection: AsyncConnection, seen: Comment, judged: Judged) -> bool:
    """Move a PENDING comment to where it was judged; False when somebody was quicker."""
    result = await connection.execute(
        update(comment)
        .where(comment.c.id == seen.id, comment.c.status == Status.PENDING, comment.c.version == seen.version)
        .values(status=judged.status, reason=judged.reason, version=comment.c.version + 1)
    )
    if result.rowcount != 1:
        return False
    await count(connection, seen, judged.status)
    return True


async def move(connection: AsyncConnection, seen: Comment, after: Status, reason: Reason) -> bool:
    """Move a comment that still is as it was seen; False when somebody was quicker."""
    result = await connection.execute(
        update(comment)
        .where(comment.c.id == seen.id, comment.c.status == seen.status, comment.c.version == seen.version)
        .values(status=after, reason=reason, version=comment.c.version + 1)
    )
    if result.rowcount != 1:
        return False
    await count(connection, seen, after)
    return True


async def count(connection: AsyncConnection, seen: Comment, after: Status) -> None:
    """Keep the numbers of published comments right. Whoever changes a status calls this in the same transaction.

    Args:
        seen: as it stood before the change, which nobody else can have made.
    """
    change = (after is Status.PUBLISHED) - (seen.status is Status.PUBLISHED)
    if not change:
        return
    root = select(comment.c.root_id).where(comment.c.id == seen.id).scalar_subquery()
    await connection.execute(
        update(comment).where(comment.c.id == root).values(branch=comment.c.branch + change)
    )
    await connection.execute(
        update(thread).where(thread.c.id == seen.thread_id).values(published=thread.c.published + change)
    )


async def ask(connection: AsyncConnection, seen: Comment, at: datetime, *, about_edit: bool = False) -> bool:
    """Mark a comment as asked to be looked at again, and let it wait; False when somebody was quicker.

    Args:
        about_edit: it is a changed text that waits; the comment stays where it stands.
    """
    waits = {} if about_edit else {"status": Status.PENDING, "reason": Reason.ASKED}
    result = await connection.execute(
        update(comment)
        .where(comment.c.id == seen.id, comment.c.version == seen.version, comment.c.asked_at.is_(None))
        .values(asked_at=at, version=comment.c.version + 1, **waits)
    )
    if result.rowcount != 1:
        return False
    if not about_edit:
        await count(connection, seen, Status.PENDING)
    return True


async def touch(connection: AsyncConnection, seen: Comment) -> bool:
    """Count the version up: something about the comment has changed; False when somebody was quicker."""
    return await move(connection, seen, seen.status, seen.reason)


async def warn(connection: AsyncConnection, comment_id: int, warning: str) -> None:
    """Set a comment's content warnings."""
    await connection.execute(update(comment).where(comment.c.id == comment_id).values(warning=warning))


_IDENTITY: Mapping[str, str] = {"name": "", "email_sealed": "", "website": ""}
# The fingerprint is made from text and identity alike; the seed drew an avatar that people may know.
_TEXT: Mapping[str, str] = {"body": "", "html": "", "fingerprint": "", "seed": "", "warning": ""}


async def erase(connection: AsyncConnection, comment_id: int, *, identity: bool = True) -> bool:
    """Remove everything that a person wrote or told; the empty row keeps the place of its replies.

    The row comes first: whoever was about to add something to it has done so, or finds it erased.

    Args:
        identity: their name, website and e-mail too.
    Returns:
        False when nothing was left to erase.
    """
    seen = await get(connection, comment_id, lock=True)
    if seen is None:
        return False
    nobody = and_(*(comment.c[column] == nothing for column, nothing in _IDENTITY.items()))
    result = await connection.execute(
        update(comment)
        .where(comment.c.id == comment_id, ~((comment.c.status == Status.ERASED) & nobody))
        .values(
            status=Status.ERASED,
            reason=Reason.NONE,
            thanks=0,
            version=comment.c.version + 1,
            **_TEXT,
            **(_IDENTITY if identity else {}),
        )
    )
    await count(connection, seen, Status.ERASED)
    await copies.forget(connection, comment_id)
    await mail.end_watch(connection, comment_id)
    await connection.execute(delete(thanks).where(thanks.c.comment_id == comment_id))
    await connection.execute(delete(reports).where(reports.c.comment_id == comment_id))
    await connection.execute(delete(finding).where(finding.c.comment_id == comment_id))
    nothing: Mapping[str, None] = {"edit_id": None, "warning_before": None, "warning_after": None}
    await connection.execute(update(decision).where(decision.c.comment_id == comment_id).values(**nothing))
    await connection.execute(delete(edit).where(edit.c.comment_id == comment_id))
    return result.rowcount == 1


async def erase_identity(connection: AsyncConnection, comment_id: int, seed: str) -> None:
    """Remove who somebody said they are; what they wrote stays, drawn from a new seed.

    Sealed copies and what was found about the sender go with it; findings about words stay.
    """
    await connection.execute(
        update(comment)
        .where(comment.c.id == comment_id)
        .values(fingerprint="", seed=seed, version=comment.c.version + 1, **_IDENTITY)
    )
    await copies.forget(connection, comment_id)
    await mail.end_watch(connection, comment_id)
    await connection.execute(update(edit).where(edit.c.comment_id == comment_id).values(sent="{}"))
    await connection.execute(
        delete(finding).where(
            finding.c.comment_id == comment_id,
            finding.c.start.is_(None),
            finding.c.code != COULD_NOT_CHECK,  # that a check hasn't answered yet must not be forgotten
        )
    )
