"""Jobs that must happen after a commit: stored in the same transaction, leased by a worker, retried, done once."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from commentkit.store.tables import outbox

CHECK = "check"  # judge a comment (again)
EDIT = "edit"  # judge a changed text (again)
LEARN = "learn"  # tell a check that a person overturned it
TELL = "tell"  # tell a listener about an event
MAIL = "mail"  # send a mail


@dataclass(frozen=True)
class Job:
    """One thing to do. `attempts` counts this one."""

    id: int
    kind: str
    receiver: str
    comment_id: int | None
    payload: Mapping[str, Any]
    attempts: int


async def put(
    connection: AsyncConnection,
    site: str,
    kind: str,
    *,
    due_at: datetime,
    receiver: str = "",
    comment_id: int | None = None,
    payload: Mapping[str, Any] | None = None,
) -> None:
    """Add a job."""
    await connection.execute(
        insert(outbox).values(
            site=site,
            kind=kind,
            receiver=receiver,
            comment_id=comment_id,
            payload=json.dumps(dict(payload or {})),
            due_at=due_at,
            attempts=0,
            error="",
        )
    )


async def is_due(connection: AsyncConnection, site: str, now: datetime) -> bool:
    """Whether there is anything to do; asking takes no lock."""
    due = (outbox.c.site == site) & outbox.c.done_at.is_(None) & (outbox.c.due_at <= now)
    return await connection.scalar(select(outbox.c.id).where(due).limit(1)) is not None


async def claim(
    connection: AsyncConnection, site: str, now: datetime, lease_until: datetime, limit: int
) -> list[Job]:
    """Take jobs that are due. Should the worker die, they are due again at `lease_until`."""
    due = (
        select(outbox.c.id)
        .where(outbox.c.site == site, outbox.c.done_at.is_(None), outbox.c.due_at <= now)
        .order_by(outbox.c.due_at, outbox.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)  # other workers take other rows; SQLite has one writer anyway
    )
    ids = list((await connection.execute(due)).scalars())
    if not ids:
        return []
    statement = (
        update(outbox)
        .where(outbox.c.id.in_(ids))
        .values(due_at=lease_until, attempts=outbox.c.attempts + 1)
        .returning(*outbox.c)
    )
    rows = {row.id: row for row in await connection.execute(statement)}
    return [
        Job(row.id, row.kind, row.receiver, row.comment_id, json.loads(row.payload), row.attempts)
        for row in (rows[job_id] for job_id in ids)  # RETURNING keeps no order
    ]


async def done(connection: AsyncConnection, job_id: int, now: datetime, error: str = "") -> None:
    """A job is finished; with `error`, given up."""
    await connection.execute(update(outbox).where(outbox.c.id == job_id).values(done_at=now, error=error))


async def again(connection: AsyncConnection, job_id: int, due_at: datetime, error: str) -> None:
    """A job failed and is due again later. `error` is a kind of failure, never a text or an address."""
    await connection.execute(update(outbox).where(outbox.c.id == job_id).values(due_at=due_at, error=error))


async def checked(connection: AsyncConnection, comment_id: int, now: datetime, kind: str = CHECK) -> None:
    """A comment, or with `EDIT` its changed text, needs no further look by the checks."""
    await connection.execute(
        update(outbox)
        .where(outbox.c.comment_id == comment_id, outbox.c.kind == kind, outbox.c.done_at.is_(None))
        .values(done_at=now)
    )


async def check_again(
    connection: AsyncConnection, comment_id: int, due_at: datetime, error: str, kind: str = CHECK
) -> None:
    """The checks of a comment, or with `EDIT` of its changed text, are asked again at `due_at`."""
    await connection.execute(
        update(outbox)
        .where(outbox.c.comment_id == comment_id, outbox.c.kind == kind, outbox.c.done_at.is_(None))
        .values(due_at=due_at, error=error)
    )


async def reopen(connection: AsyncConnection, comment_id: int, due_at: datetime) -> None:
    """A comment waits for its checks again: the job that was dropped when a person decided is due at `due_at`."""
    mine = (outbox.c.comment_id == comment_id) & (
        outbox.c.kind == CHECK
    )  # each text sent meanwhile had its own
    newest = select(func.max(outbox.c.id)).where(mine).scalar_subquery()
    await connection.execute(update(outbox).where(outbox.c.id == newest).values(done_at=None, due_at=due_at))


async def of_comment(connection: AsyncConnection, comment_id: int) -> list[Job]:
    """All jobs about a comment that are still kept, done or not, oldest first."""
    statement = select(outbox).where(outbox.c.comment_id == comment_id).order_by(outbox.c.id)
    return [
        Job(row.id, row.kind, row.receiver, row.comment_id, json.loads(row.payload), row.attempts)
        for row in await connection.execute(statement)
    ]


async def hurry(connection: AsyncConnection, site: str, now: datetime) -> None:
    """Make every job that waits due now, but no mail that was never tried: its reader wants it once a day."""
    waits = (outbox.c.site == site) & outbox.c.done_at.is_(None)
    failed = (outbox.c.kind != MAIL) | (outbox.c.attempts > 0)
    await connection.execute(update(outbox).where(waits, failed).values(due_at=now))


async def last_lesson(connection: AsyncConnection, comment_id: int, receiver: str) -> bool | None:
    """What a check was last told about a comment: spam or not; None when it was told nothing."""
    statement = (
        select(outbox.c.payload)
        .where(outbox.c.comment_id == comment_id, outbox.c.kind == LEARN, outbox.c.receiver == receiver)
        .order_by(outbox.c.id.desc())
        .limit(1)
    )
    payload = await connection.scalar(statement)
    return bool(json.loads(payload)["spam"]) if payload else None


async def forget(connection: AsyncConnection, comment_id: int) -> None:
    """Drop the jobs of a comment that was erased."""
    await connection.execute(delete(outbox).where(outbox.c.comment_id == comment_id))


async def waiting(connection: AsyncConnection, site: str) -> int:
    """How many jobs aren't done yet."""
    statement = select(func.count()).where(outbox.c.site == site, outbox.c.done_at.is_(None))
    return (await connection.scalar(statement)) or 0


async def sweep(connection: AsyncConnection, site: str, before: datetime) -> int:
    """Delete a site's jobs that were done before this moment; how many there were."""
    old = (outbox.c.site == site) & (outbox.c.done_at < before)
    return (await connection.execute(delete(outbox).where(old))).rowcount
