"""Threads: found by key, made with their first accepted comment or by their owner."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.engine import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from commentkit.model import Publishing, Thread
from commentkit.store import live
from commentkit.store.database import insert_once, storable
from commentkit.store.tables import thread


def _thread(row: Row[Any]) -> Thread:
    return Thread(
        id=row.id,
        site=row.site,
        key=row.key,
        title=row.title,
        url=row.url,
        guest=row.guest,
        publishing=Publishing(row.publishing) if row.publishing else None,
        closed=row.closed,
        version=row.version,
        published=row.published,
    )


async def find(connection: AsyncConnection, site: str, key: str) -> Thread | None:
    """The thread with this key, if it exists."""
    if not storable(key):
        return None
    row = (
        await connection.execute(select(thread).where(thread.c.site == site, thread.c.key == key))
    ).one_or_none()
    return _thread(row) if row else None


async def get(connection: AsyncConnection, thread_id: int) -> Thread:
    """The thread with this id, which must exist."""
    return _thread((await connection.execute(select(thread).where(thread.c.id == thread_id))).one())


async def ensure(connection: AsyncConnection, wanted: Thread, now: datetime) -> Thread:
    """The thread with `wanted`'s key; made from `wanted` if there is none yet."""
    values = {
        "site": wanted.site,
        "key": wanted.key,
        "title": wanted.title,
        "url": wanted.url,
        "guest": wanted.guest,
        "publishing": wanted.publishing,
        "closed": wanted.closed,
        "version": 0,
        "published": 0,
        "created_at": now,
    }
    row = await insert_once(connection, thread, values)
    if row is not None:
        return _thread(row)
    found = await find(connection, wanted.site, wanted.key)
    assert found is not None  # noqa: S101  (the conflict was with this very row; threads are never deleted)
    return found


async def change(connection: AsyncConnection, thread_id: int, **values: object) -> None:
    """Set columns of a thread and let its readers see them."""
    await connection.execute(
        update(thread).where(thread.c.id == thread_id).values(version=thread.c.version + 1, **values)
    )
    await live.tell(connection, thread_id)


async def bump(connection: AsyncConnection, thread_id: int) -> None:
    """Count the version up: what was kept ready for readers is made anew."""
    await change(connection, thread_id)


async def of_site(connection: AsyncConnection, site: str, limit: int | None = None) -> list[Thread]:
    """All threads of a site, or so many of them, newest first."""
    statement = select(thread).where(thread.c.site == site).order_by(thread.c.id.desc()).limit(limit)
    return [_thread(row) for row in await connection.execute(statement)]


async def counts(connection: AsyncConnection, site: str, keys: Iterable[str]) -> dict[str, int]:
    """Published comments for each key; 0 where there is no thread."""
    wanted = list(keys)
    askable = [key for key in wanted if storable(key)]
    statement = select(thread.c.key, thread.c.published).where(
        thread.c.site == site, thread.c.key.in_(askable)
    )
    found = {row[0]: row[1] for row in await connection.execute(statement)}
    return {key: found.get(key, 0) for key in wanted}


async def some(connection: AsyncConnection, thread_ids: Iterable[int]) -> list[Thread]:
    """The threads with these ids."""
    statement = select(thread).where(thread.c.id.in_(list(thread_ids)))
    return [_thread(row) for row in await connection.execute(statement)]
