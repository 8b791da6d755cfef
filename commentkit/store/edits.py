"""Changed texts of comments: proposed once, published by taking the other's place, and kept for a while."""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import case, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from commentkit.errors import Conflict
from commentkit.language import _
from commentkit.model import Comment, Edit, EditStatus, Reason
from commentkit.store import copies
from commentkit.store.tables import comment, decision, edit, finding


def _edit(row: Any) -> Edit:
    return Edit(
        id=row.id,
        comment_id=row.comment_id,
        status=EditStatus(row.status),
        reason=Reason(row.reason),
        body=row.body,
        html=row.html,
        created_at=row.created_at,
        sent=json.loads(row.sent),
        shred_at=row.shred_at,
    )


async def add(
    connection: AsyncConnection,
    site: str,
    comment_id: int,
    *,
    body: str,
    html: str,
    sent: Mapping[str, str],
    shred_at: datetime,
    now: datetime,
) -> Edit:
    """Store a proposed text. One that waits already is replaced by it."""
    await connection.execute(
        update(edit)
        .where(edit.c.comment_id == comment_id, edit.c.status == EditStatus.WAITING)
        .values(status=EditStatus.REPLACED, settled_at=now)
    )
    values = {
        "site": site,
        "comment_id": comment_id,
        "status": EditStatus.WAITING,
        "reason": Reason.CHECK_LATE,
        "body": body,
        "html": html,
        "sent": json.dumps(dict(sent)),
        "shred_at": shred_at,
        "created_at": now,
    }
    return _edit((await connection.execute(insert(edit).values(**values).returning(*edit.c))).one())


async def of(connection: AsyncConnection, comment_ids: Iterable[int]) -> dict[int, list[Edit]]:
    """The changed texts of each of these comments, oldest first."""
    wanted = list(comment_ids)
    found: dict[int, list[Edit]] = {each: [] for each in wanted}
    for row in await connection.execute(
        select(edit).where(edit.c.comment_id.in_(wanted)).order_by(edit.c.id)
    ):
        found[row.comment_id].append(_edit(row))
    return found


async def newest(connection: AsyncConnection, comment_id: int) -> Edit | None:
    """The newest changed text of a comment, if it has one."""
    found = (await of(connection, [comment_id]))[comment_id]
    return found[-1] if found else None


async def settle(
    connection: AsyncConnection, seen: Edit, status: EditStatus, reason: Reason, now: datetime
) -> bool:
    """Say where a changed text stands, if it still is as it was seen; False when somebody was quicker."""
    result = await connection.execute(
        update(edit)
        .where(edit.c.id == seen.id, edit.c.status == seen.status, edit.c.reason == seen.reason)
        .values(status=status, reason=reason, settled_at=_settled(status, now))
    )
    return result.rowcount == 1


def _settled(status: EditStatus, now: datetime) -> datetime | None:
    return None if status is EditStatus.WAITING else now


async def swap(
    connection: AsyncConnection,
    seen: Edit,
    of_comment: Comment,
    status: EditStatus,
    now: datetime,
    reason: Reason = Reason.NONE,
) -> bool:
    """Let a changed text and its comment's text change places, with what was found in each and sent about each.

    The text that was there is kept where the changed one was. Swapped again, all is as before.

    Returns:
        False when somebody was quicker with the comment.
    Raises:
        Conflict: somebody was quicker with the changed text; nothing may be committed.
    """
    result = await connection.execute(
        update(comment)
        .where(comment.c.id == of_comment.id, comment.c.version == of_comment.version)
        .values(body=seen.body, html=seen.html, version=comment.c.version + 1)
    )
    if result.rowcount != 1:
        return False
    sent, shred_at = await copies.whole(connection, of_comment.id)
    result = await connection.execute(
        update(edit)
        .where(edit.c.id == seen.id, edit.c.status == seen.status, edit.c.body == seen.body)
        .values(
            status=status,
            reason=reason,
            settled_at=_settled(status, now),
            body=of_comment.body,
            html=of_comment.html,
            sent=json.dumps(sent),
            shred_at=shred_at or seen.shred_at,
        )
    )
    if result.rowcount != 1:
        raise Conflict(_("Somebody was quicker."))
    await copies.forget(connection, of_comment.id)
    await copies.keep(connection, of_comment.id, seen.sent, seen.shred_at)
    await connection.execute(
        update(finding)
        .where(finding.c.comment_id == of_comment.id)
        .where(finding.c.edit_id.is_(None) | (finding.c.edit_id == seen.id))
        .values(edit_id=case((finding.c.edit_id.is_(None), seen.id), else_=None))
    )
    return True


async def shred(connection: AsyncConnection, now: datetime) -> int:
    """Shred all sealed copies whose time is over; how many changed texts had any."""
    due = (edit.c.shred_at <= now) & (edit.c.sent != "{}")
    return (await connection.execute(update(edit).where(due).values(sent="{}"))).rowcount


async def sweep(connection: AsyncConnection, site: str, before: datetime) -> int:
    """Delete the other texts of comments that have waited for nobody since this moment; how many."""
    old = (edit.c.site == site) & (edit.c.settled_at < before)
    ids = select(edit.c.id).where(old)
    # In the order in which an erased comment loses them: nobody waits for each other.
    await connection.execute(delete(finding).where(finding.c.edit_id.in_(ids)))
    await connection.execute(update(decision).where(decision.c.edit_id.in_(ids)).values(edit_id=None))
    return (await connection.execute(delete(edit).where(old))).rowcount
