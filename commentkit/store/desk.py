"""What moderators see: lists by status, and the history, which only grows."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import case, func, insert, select
from sqlalchemy.engine import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from commentkit.model import Comment, Decision, Reason, Status, Thread
from commentkit.store.comments import read_comment
from commentkit.store.tables import comment, decision, thread


def _decision(row: Row[Any]) -> Decision:
    return Decision(
        id=row.id,
        comment_id=row.comment_id,
        actor=row.actor,
        move=row.move,
        before=Status(row.before),
        after=Status(row.after),
        note=row.note,
        at=row.at,
        undoes=row.undoes,
    )


async def listed(
    connection: AsyncConnection, site: str, status: Status, *, limit: int, offset: int = 0
) -> list[Comment]:
    """Comments of one status. Waiting ones: flagged words first, then the longest waiting; others newest first."""
    flagged_first = case((comment.c.reason == Reason.WORDS, 0), else_=1)
    order = (flagged_first, comment.c.id) if status is Status.PENDING else (comment.c.id.desc(),)
    statement = (
        select(comment)
        .where(comment.c.site == site, comment.c.status == status)
        .order_by(*order)
        .limit(limit)
        .offset(offset)
    )
    return [read_comment(row) for row in await connection.execute(statement)]


async def totals(connection: AsyncConnection, site: str) -> dict[Status, int]:
    """How many comments stand where."""
    statement = (
        select(comment.c.status, func.count()).where(comment.c.site == site).group_by(comment.c.status)
    )
    found = {Status(status): count for status, count in await connection.execute(statement)}
    return {status: found.get(status, 0) for status in Status}


async def threads_of(connection: AsyncConnection, some: Iterable[Comment]) -> dict[int, Thread]:
    """The threads of these comments, by id (what the desk needs of them)."""
    wanted = {each.thread_id for each in some}
    rows = await connection.execute(select(thread).where(thread.c.id.in_(wanted)))
    return {
        row.id: Thread(
            row.id, row.site, row.key, row.title, row.url, row.guest, None, row.closed, row.version
        )
        for row in rows
    }


async def record(
    connection: AsyncConnection,
    site: str,
    seen: Comment,
    *,
    actor: str,
    move: str,
    after: Status,
    note: str,
    at: datetime,
    undoes: int | None = None,
) -> None:
    """Add a line to the history."""
    await connection.execute(
        insert(decision).values(
            site=site,
            comment_id=seen.id,
            actor=actor,
            move=move,
            before=seen.status,
            after=after,
            note=note,
            at=at,
            undoes=undoes,
        )
    )


async def history(connection: AsyncConnection, comment_ids: Iterable[int]) -> dict[int, list[Decision]]:
    """The history of each of these comments, oldest first."""
    wanted = list(comment_ids)
    found: dict[int, list[Decision]] = {each: [] for each in wanted}
    statement = select(decision).where(decision.c.comment_id.in_(wanted)).order_by(decision.c.id)
    for row in await connection.execute(statement):
        found[row.comment_id].append(_decision(row))
    return found


async def recent(
    connection: AsyncConnection, site: str, *, limit: int, offset: int = 0
) -> list[tuple[Decision, str, str]]:
    """What people decided, newest first, with the public id and the name of each line's comment."""
    statement = (
        select(decision, comment.c.public_id, comment.c.name)
        .join(comment, comment.c.id == decision.c.comment_id)
        .where(decision.c.site == site, decision.c.actor != "")
        .order_by(decision.c.id.desc())
        .limit(limit)
        .offset(offset)
    )
    return [(_decision(row), row.public_id, row.name) for row in await connection.execute(statement)]
