"""Sealed copies of what checks were sent about a comment, until their time is over."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from commentkit.store.tables import sealed


async def keep(
    connection: AsyncConnection, comment_id: int, blobs: Mapping[str, str], shred_at: datetime
) -> None:
    """Store sealed copies of what checks were sent, by check, until `shred_at`."""
    for check, blob in blobs.items():
        await connection.execute(
            insert(sealed).values(comment_id=comment_id, check=check, blob=blob, shred_at=shred_at)
        )


async def kept(connection: AsyncConnection, comment_id: int, check: str, now: datetime) -> str | None:
    """The sealed copy of what a check was sent; None once its time is over, swept out yet or not."""
    return await connection.scalar(
        select(sealed.c.blob).where(
            sealed.c.comment_id == comment_id, sealed.c.check == check, sealed.c.shred_at > now
        )
    )


async def all_kept(connection: AsyncConnection, comment_id: int, now: datetime) -> dict[str, str]:
    """All sealed copies of what checks were sent about a comment whose time isn't over, by check."""
    statement = select(sealed.c.check, sealed.c.blob).where(
        sealed.c.comment_id == comment_id, sealed.c.shred_at > now
    )
    return {row.check: row.blob for row in await connection.execute(statement)}


async def whole(connection: AsyncConnection, comment_id: int) -> tuple[dict[str, str], datetime | None]:
    """A comment's sealed copies as they lie, by check, and when the first of them is shredded."""
    rows = (await connection.execute(select(sealed).where(sealed.c.comment_id == comment_id))).all()
    return {row.check: row.blob for row in rows}, min((row.shred_at for row in rows), default=None)


async def forget(connection: AsyncConnection, comment_id: int) -> None:
    """Shred a comment's sealed copies."""
    await connection.execute(delete(sealed).where(sealed.c.comment_id == comment_id))


async def shred(connection: AsyncConnection, now: datetime) -> int:
    """Shred all sealed copies whose time is over; how many there were."""
    return (await connection.execute(delete(sealed).where(sealed.c.shred_at <= now))).rowcount
