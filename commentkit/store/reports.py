"""Readers' reports: one for each network and comment, open until a decision settles them."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from commentkit.model import Comment, Report, ReportReason, Status
from commentkit.store.comments import read_comment
from commentkit.store.database import insert_once
from commentkit.store.tables import comment, report


async def add(
    connection: AsyncConnection,
    comment_id: int,
    reason: ReportReason,
    text: str,
    at: datetime,
    network: str | None,
    shred_at: datetime,
) -> bool:
    """Store a report; False when this network has reported the comment before."""
    values = {
        "comment_id": comment_id,
        "reason": reason,
        "text": text,
        "at": at,
        "network": network,
        "shred_at": shred_at,
    }
    return await insert_once(connection, report, values) is not None


async def of(connection: AsyncConnection, comment_ids: Iterable[int]) -> dict[int, list[Report]]:
    """The reports of each of these comments, oldest first."""
    wanted = list(comment_ids)
    found: dict[int, list[Report]] = {each: [] for each in wanted}
    statement = select(report).where(report.c.comment_id.in_(wanted)).order_by(report.c.id)
    for row in await connection.execute(statement):
        one = Report(
            row.id,
            row.comment_id,
            ReportReason(row.reason),
            row.text,
            row.at,
            settled=row.decision_id is not None,
        )
        found[row.comment_id].append(one)
    return found


def _reported(site: str) -> ColumnElement[bool]:
    opened = select(report.c.comment_id).where(report.c.decision_id.is_(None))
    return (comment.c.site == site) & (comment.c.status == Status.PUBLISHED) & comment.c.id.in_(opened)


async def listed(connection: AsyncConnection, site: str, *, limit: int, offset: int = 0) -> list[Comment]:
    """Published comments with open reports, the longest waiting first."""
    first = (
        select(func.min(report.c.id))
        .where(report.c.comment_id == comment.c.id, report.c.decision_id.is_(None))
        .scalar_subquery()
    )
    statement = select(comment).where(_reported(site)).order_by(first).limit(limit).offset(offset)
    return [read_comment(row) for row in await connection.execute(statement)]


async def total(connection: AsyncConnection, site: str) -> int:
    """How many published comments have open reports."""
    return await connection.scalar(select(func.count()).select_from(comment).where(_reported(site))) or 0


async def settle(
    connection: AsyncConnection, comment_id: int, decision_id: int, at: datetime, upto: int | None = None
) -> int:
    """A decision settles a comment's open reports; how many there were.

    Args:
        upto: only those that were seen; later ones stay open.
    """
    statement = update(report).where(report.c.comment_id == comment_id, report.c.decision_id.is_(None))
    if upto is not None:
        statement = statement.where(report.c.id <= upto)
    result = await connection.execute(statement.values(decision_id=decision_id, settled_at=at))
    return result.rowcount


async def reopen(connection: AsyncConnection, decision_id: int) -> None:
    """The decision that settled them was undone."""
    await connection.execute(
        update(report).where(report.c.decision_id == decision_id).values(decision_id=None, settled_at=None)
    )


async def sweep(connection: AsyncConnection, site: str, now: datetime, settled_before: datetime) -> int:
    """Shred what tells networks apart once its time is over, and reports settled long ago; how many there were."""
    forgotten = await connection.execute(
        update(report).where(report.c.network.is_not(None), report.c.shred_at <= now).values(network=None)
    )
    own = select(comment.c.id).where(comment.c.site == site)
    gone = await connection.execute(
        delete(report).where(report.c.settled_at < settled_before, report.c.comment_id.in_(own))
    )
    return forgotten.rowcount + gone.rowcount
