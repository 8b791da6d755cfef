"""What moderators see: lists by status, and the history, which only grows."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import case, func, insert, select
from sqlalchemy.engine import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from commentkit.model import Comment, Decision, EditStatus, Reason, Status, Thread
from commentkit.store.comments import read_comment
from commentkit.store.tables import comment, decision, edit, thread


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
        edit_id=row.edit_id,
        warning_before=row.warning_before,
        warning_after=row.warning_after,
    )


_waiting_edit = (edit.c.comment_id == comment.c.id) & (edit.c.status == EditStatus.WAITING)
_edit_waits = (comment.c.status == Status.PUBLISHED) & edit.c.id.is_not(None)


async def listed(
    connection: AsyncConnection, site: str, status: Status, *, limit: int, offset: int = 0
) -> list[Comment]:
    """Comments of one status. Waiting ones: flagged words first, then the longest waiting; others newest first.

    A published comment waits too while a changed text of it does.
    """
    statement = select(comment).where(comment.c.site == site)
    if status is Status.PENDING:
        first = (Reason.WORDS, Reason.ASKED)
        reason = case((comment.c.status == Status.PENDING, comment.c.reason), else_=edit.c.reason)
        statement = (
            statement.outerjoin(edit, _waiting_edit)
            .where((comment.c.status == Status.PENDING) | _edit_waits)
            .order_by(case((reason.in_(first), 0), else_=1), comment.c.id)
        )
    else:
        statement = statement.where(comment.c.status == status).order_by(comment.c.id.desc())
    statement = statement.limit(limit).offset(offset)
    return [read_comment(row) for row in await connection.execute(statement)]


async def totals(connection: AsyncConnection, site: str) -> dict[Status, int]:
    """How many comments each list has: one that is published with a changed text that waits is in two."""
    statement = (
        select(comment.c.status, func.count()).where(comment.c.site == site).group_by(comment.c.status)
    )
    found = {Status(status): count for status, count in await connection.execute(statement)}
    totals = {status: found.get(status, 0) for status in Status}
    statement = (
        select(func.count())
        .select_from(comment)
        .join(edit, _waiting_edit)
        .where(edit.c.site == site, _edit_waits)
    )
    totals[Status.PENDING] += await connection.scalar(statement) or 0
    return totals


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
    edit_id: int | None = None,
    warning: str | None = None,
) -> int:
    """Add a line to the history; its id.

    Args:
        warning: the new content warning, if the line is about that.
    """
    added = await connection.execute(
        insert(decision)
        .values(
            site=site,
            comment_id=seen.id,
            actor=actor,
            move=move,
            before=seen.status,
            after=after,
            note=note,
            at=at,
            undoes=undoes,
            edit_id=edit_id,
            warning_before=None if warning is None else seen.warning,
            warning_after=warning,
        )
        .returning(decision.c.id)
    )
    return int(added.scalar_one())


async def history(connection: AsyncConnection, comment_ids: Iterable[int]) -> dict[int, list[Decision]]:
    """The history of each of these comments, oldest first."""
    wanted = list(comment_ids)
    found: dict[int, list[Decision]] = {each: [] for each in wanted}
    statement = select(decision).where(decision.c.comment_id.in_(wanted)).order_by(decision.c.id)
    for row in await connection.execute(statement):
        found[row.comment_id].append(_decision(row))
    return found


async def recent(
    connection: AsyncConnection, site: str, nobody: Iterable[str], *, limit: int, offset: int = 0
) -> list[tuple[Decision, str, str]]:
    """What moderators decided, newest first, with the public id and the name of each line's comment.

    Args:
        nobody: the actors that are no moderators.
    """
    statement = (
        select(decision, comment.c.public_id, comment.c.name)
        .join(comment, comment.c.id == decision.c.comment_id)
        .where(decision.c.site == site, decision.c.actor.not_in(nobody))
        .order_by(decision.c.id.desc())
        .limit(limit)
        .offset(offset)
    )
    return [(_decision(row), row.public_id, row.name) for row in await connection.execute(statement)]
