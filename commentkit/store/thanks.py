"""Thanks: a mark for each device and comment, so that nobody counts twice; and the number, which stays."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from commentkit.store.database import insert_once
from commentkit.store.tables import comment, thanks


async def give(connection: AsyncConnection, comment_id: int, mark: str, shred_at: datetime) -> bool:
    """Count one more; False when this mark is there already."""
    values = {"mark": mark, "comment_id": comment_id, "shred_at": shred_at}
    if await insert_once(connection, thanks, values) is None:
        return False
    await _add(connection, comment_id, 1)
    return True


async def take_back(connection: AsyncConnection, comment_id: int, mark: str) -> bool:
    """Count one less; False when there is no such mark."""
    result = await connection.execute(
        delete(thanks).where(thanks.c.mark == mark, thanks.c.comment_id == comment_id)
    )
    if result.rowcount != 1:
        return False
    await _add(connection, comment_id, -1)
    return True


async def _add(connection: AsyncConnection, comment_id: int, change: int) -> None:
    await connection.execute(
        update(comment).where(comment.c.id == comment_id).values(thanks=comment.c.thanks + change)
    )


async def given(connection: AsyncConnection, marks: Collection[str]) -> set[str]:
    """Which of these marks are there."""
    if not marks:
        return set()
    return set((await connection.execute(select(thanks.c.mark).where(thanks.c.mark.in_(marks)))).scalars())


async def sweep(connection: AsyncConnection, now: datetime) -> int:
    """Shred the marks whose time is over; the numbers stay. How many there were."""
    return (await connection.execute(delete(thanks).where(thanks.c.shred_at <= now))).rowcount
