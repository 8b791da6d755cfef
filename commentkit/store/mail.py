"""Addresses (sealed, found by a keyed hash), what was asked for with them, and what they were told."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, exists, select, update
from sqlalchemy.engine import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from commentkit.letter import Mailbox, Tongue
from commentkit.model import Status
from commentkit.store.database import insert_once
from commentkit.store.outbox import MAIL
from commentkit.store.tables import comment, decision, mailbox, notice, outbox, thread, watch


@dataclass(frozen=True)
class Watch:
    """What was asked for with a comment and an address.

    Attributes:
        answers: to be told about answers to it.
        known: to be known again.
        proven: the address's holder, and nobody else, gave it.
    """

    id: int
    comment_id: int
    mailbox: Mailbox
    once: str
    answers: bool
    known: bool
    proven: bool
    tongue: Tongue


@dataclass(frozen=True)
class Notice:
    """An answer to be told about, and the comment that it answers."""

    answer_id: int
    comment_id: int
    once: str
    tongue: Tongue


def _mailbox(row: Row[Any]) -> Mailbox:
    return Mailbox(
        id=row.id,
        mark=row.mark,
        sealed=row.sealed,
        once=row.once,
        daily=row.daily,
        asked_at=row.asked_at,
        confirmed_at=row.confirmed_at,
    )


async def _one(
    connection: AsyncConnection, *where: ColumnElement[bool], lock: bool = False
) -> Mailbox | None:
    statement = select(mailbox).where(*where)
    row = (await connection.execute(statement.with_for_update() if lock else statement)).one_or_none()
    return _mailbox(row) if row else None


async def ensure(
    connection: AsyncConnection,
    site: str,
    *,
    mark: str,
    sealed: str,
    once: str,
    confirm_hash: str,
    stop_hash: str,
) -> Mailbox:
    """The address with this mark, made if it isn't known; nobody forgets it until the transaction ends."""
    values = {
        "site": site,
        "mark": mark,
        "sealed": sealed,
        "once": once,
        "confirm_hash": confirm_hash,
        "stop_hash": stop_hash,
        "daily": False,
    }
    while True:  # who finds it there may find it forgotten a moment later
        row = await insert_once(connection, mailbox, values)
        if row is not None:
            return _mailbox(row)
        found = await by_mark(connection, site, mark, lock=True)
        if found is not None and not found.sealed:  # it was emptied
            await change(connection, found.id, sealed=sealed)
            return replace(found, sealed=sealed)
        if found is not None:
            return found


async def get(connection: AsyncConnection, mailbox_id: int, *, lock: bool = False) -> Mailbox | None:
    """The address with this id.

    Args:
        lock: let nobody else forget it, or note an answer for it, until the transaction ends.
    """
    return await _one(connection, mailbox.c.id == mailbox_id, lock=lock)


async def by_mark(connection: AsyncConnection, site: str, mark: str, *, lock: bool = False) -> Mailbox | None:
    """The address with this mark.

    Args:
        lock: as for `get`.
    """
    return await _one(connection, mailbox.c.site == site, mailbox.c.mark == mark, lock=lock)


async def by_confirm_hash(
    connection: AsyncConnection, site: str, hashed: str, *, lock: bool = False
) -> Mailbox | None:
    """The address that this link confirms; None once nothing is asked for with it.

    Args:
        lock: as for `get`.
    """
    where = (mailbox.c.site == site, mailbox.c.confirm_hash == hashed, mailbox.c.sealed != "")
    return await _one(connection, *where, lock=lock)


async def by_stop_hash(connection: AsyncConnection, site: str, hashed: str) -> Mailbox | None:
    """The address to which this link ends all mails."""
    return await _one(connection, mailbox.c.site == site, mailbox.c.stop_hash == hashed)


async def change(connection: AsyncConnection, mailbox_id: int, **values: object) -> None:
    """Set columns of an address."""
    await connection.execute(update(mailbox).where(mailbox.c.id == mailbox_id).values(**values))


async def add_watch(connection: AsyncConnection, new: Watch, stop_hash: str) -> None:
    """Store what was asked for with a comment; its id is given by the database."""
    values = {
        "comment_id": new.comment_id,
        "mailbox_id": new.mailbox.id,
        "once": new.once,
        "stop_hash": stop_hash,
        "answers": new.answers,
        "known": new.known,
        "proven": new.proven,
        "language": new.tongue.language,
        "prefix": new.tongue.prefix,
    }
    await insert_once(connection, watch, values)


def _read(row: Row[Any], box: Mailbox) -> Watch:
    return Watch(
        id=row.id,
        comment_id=row.comment_id,
        mailbox=box,
        once=row.once,
        answers=row.answers,
        known=row.known,
        proven=row.proven,
        tongue=Tongue(row.language, row.prefix),
    )


async def _watch(connection: AsyncConnection, *where: ColumnElement[bool]) -> Watch | None:
    row = (await connection.execute(select(watch).where(*where))).one_or_none()
    box = await get(connection, row.mailbox_id) if row else None
    return _read(row, box) if row and box else None


async def watches(connection: AsyncConnection, box: Mailbox) -> list[Watch]:
    """All that was asked for with an address, oldest first."""
    rows = await connection.execute(select(watch).where(watch.c.mailbox_id == box.id).order_by(watch.c.id))
    return [_read(row, box) for row in rows]


async def prove(connection: AsyncConnection, watch_ids: Sequence[int]) -> None:
    """These were asked for by the address's holder."""
    await connection.execute(update(watch).where(watch.c.id.in_(watch_ids)).values(proven=True))


def _taken_for_spam() -> ColumnElement[bool]:
    """A comment was taken for spam and not published since: its writer can take it back, but not undo that."""
    line, later = decision.alias(), decision.alias()
    since = exists().where(
        later.c.comment_id == line.c.comment_id, later.c.id > line.c.id, later.c.after == Status.PUBLISHED
    )
    return exists().where(line.c.comment_id == comment.c.id, line.c.after == Status.SPAM, ~since)


async def has_standing(connection: AsyncConnection, mailbox_id: int) -> bool:
    """Whether an address's holder has a comment published, and none of theirs is taken for spam."""
    theirs = (
        watch.c.comment_id == comment.c.id,
        watch.c.mailbox_id == mailbox_id,
        watch.c.known,
        watch.c.proven,
    )
    published = exists().where(*theirs, comment.c.status == Status.PUBLISHED)
    return bool(await connection.scalar(select(published & ~exists().where(*theirs, _taken_for_spam()))))


async def once_of(connection: AsyncConnection, comment_id: int) -> str:
    """The once-number that a comment's receipt is made from."""
    found: str = (
        await connection.execute(select(comment.c.once).where(comment.c.id == comment_id))
    ).scalar_one()
    return found


async def watch_of(connection: AsyncConnection, comment_id: int) -> Watch | None:
    """What was asked for with a comment."""
    return await _watch(connection, watch.c.comment_id == comment_id)


async def watch_by_stop_hash(connection: AsyncConnection, site: str, hashed: str) -> Watch | None:
    """What this link ends."""
    found = await _watch(connection, watch.c.stop_hash == hashed)
    own = found and await _one(connection, mailbox.c.id == found.mailbox.id, mailbox.c.site == site)
    return found if own else None


async def add_notice(connection: AsyncConnection, answer_id: int, watch_id: int) -> bool:
    """Note that somebody is to be told about an answer; False when that was noted before."""
    row = await insert_once(connection, notice, {"comment_id": answer_id, "watch_id": watch_id})
    return row is not None


async def take(connection: AsyncConnection, mailbox_id: int, job: int) -> list[Notice]:
    """What this job is to tell an address: all that no other does."""
    watched = select(watch.c.id).where(watch.c.mailbox_id == mailbox_id)
    mine = (
        notice.c.watch_id.in_(watched),
        notice.c.sent_at.is_(None),
        notice.c.job.is_(None) | (notice.c.job == job),
    )
    await connection.execute(update(notice).where(*mine).values(job=job))
    statement = (
        select(
            notice.c.comment_id.label("answer_id"),
            watch.c.comment_id,
            watch.c.once,
            watch.c.language,
            watch.c.prefix,
        )
        .join(watch, watch.c.id == notice.c.watch_id)
        .where(notice.c.watch_id.in_(watched), notice.c.job == job, notice.c.sent_at.is_(None))
        .order_by(notice.c.comment_id)
    )
    return [
        Notice(row.answer_id, row.comment_id, row.once, Tongue(row.language, row.prefix))
        for row in await connection.execute(statement)
    ]


async def sent(connection: AsyncConnection, answer_ids: Sequence[int], at: datetime) -> None:
    """Somebody was told about these answers."""
    await connection.execute(update(notice).where(notice.c.comment_id.in_(answer_ids)).values(sent_at=at))


async def hold(connection: AsyncConnection, comment_ids: Sequence[int]) -> None:
    """Take the addresses that these comments were given with: nobody else changes them until the transaction ends."""
    statement = (
        select(mailbox.c.id)
        .join(watch, watch.c.mailbox_id == mailbox.c.id)
        .where(watch.c.comment_id.in_(comment_ids))
        .order_by(mailbox.c.id)
        .with_for_update(of=mailbox)
    )
    await connection.execute(statement)


async def is_waiting(connection: AsyncConnection, mailbox_id: int) -> bool:
    """Whether there is an answer that no mail has taken up yet: then a mail is on its way already."""
    watched = select(watch.c.id).where(watch.c.mailbox_id == mailbox_id)
    waits = notice.c.watch_id.in_(watched) & notice.c.sent_at.is_(None) & notice.c.job.is_(None)
    return await connection.scalar(select(notice.c.comment_id).where(waits).limit(1)) is not None


async def drop_notice(connection: AsyncConnection, answer_id: int) -> None:
    """Nobody is to be told about this answer now; once it can be read again, somebody is."""
    await connection.execute(
        delete(notice).where(notice.c.comment_id == answer_id, notice.c.sent_at.is_(None))
    )


async def end_watch(connection: AsyncConnection, comment_id: int) -> None:
    """Forget what was asked for with a comment; an address with which nothing else was asked for is forgotten too.

    Had the comment been taken for spam, its writer isn't known any more: erasing it doesn't make that undone.
    """
    found = await watch_of(connection, comment_id)
    if found is None:
        return
    # The thread before the address, as whoever publishes an answer does: nobody waits for each other.
    own = (
        select(thread.c.id)
        .join(comment, comment.c.thread_id == thread.c.id)
        .where(comment.c.id == comment_id)
    )
    await connection.execute(own.with_for_update(of=thread, key_share=True))
    if await get(connection, found.mailbox.id, lock=True) is None:
        return
    gone = watch.c.id == found.id
    spam = exists().where(comment.c.id == comment_id, _taken_for_spam())
    if found.known and found.proven and await connection.scalar(select(spam)):
        all_of_it = watch.c.mailbox_id == found.mailbox.id
        await connection.execute(update(watch).where(all_of_it).values(known=False))
        gone |= all_of_it & ~watch.c.answers
    await _end(connection, found.mailbox.id, gone)


async def _end(connection: AsyncConnection, mailbox_id: int, which: ColumnElement[bool]) -> None:
    """Forget what was asked for, and the address when nothing is left of that.

    One that was sent the mail to confirm by and didn't is emptied, and forgotten when that is over: else it could be
    sent that mail again and again by whoever posts, erases and posts again.
    """
    ended = select(watch.c.id).where(which)
    await connection.execute(delete(notice).where(notice.c.watch_id.in_(ended)))
    await connection.execute(delete(watch).where(which))
    if await connection.scalar(select(watch.c.id).where(watch.c.mailbox_id == mailbox_id).limit(1)):
        return
    await connection.execute(
        delete(outbox).where(outbox.c.kind == MAIL, outbox.c.receiver == receiver(mailbox_id))
    )
    asked = mailbox.c.asked_at.is_not(None) & mailbox.c.confirmed_at.is_(None)
    await connection.execute(delete(mailbox).where(mailbox.c.id == mailbox_id, ~asked))
    await change(connection, mailbox_id, sealed="")


def receiver(mailbox_id: int) -> str:
    """Who is named in the outbox as the receiver of a mail. The jobs of an address go with it: ids are used again."""
    return f"mailbox {mailbox_id}"


async def end_answers(connection: AsyncConnection, mailbox_id: int, watch_id: int | None = None) -> None:
    """Nobody is told about answers any more; what wasn't asked for also to be known again is forgotten.

    Args:
        watch_id: to one comment; to all that this address was given with when None.
    """
    await get(connection, mailbox_id, lock=True)
    which = watch.c.mailbox_id == mailbox_id
    if watch_id is not None:
        which &= watch.c.id == watch_id
    muted = select(watch.c.id).where(which)
    await connection.execute(delete(notice).where(notice.c.watch_id.in_(muted)))
    await connection.execute(update(watch).where(which).values(answers=False))
    await _end(connection, mailbox_id, which & ~(watch.c.known & watch.c.proven))


async def forget(connection: AsyncConnection, mailbox_id: int) -> None:
    """Forget all that an address was given for, and the address."""
    await get(connection, mailbox_id, lock=True)
    await _end(connection, mailbox_id, watch.c.mailbox_id == mailbox_id)


async def sweep(connection: AsyncConnection, before: datetime) -> int:
    """Forget addresses that were asked before this moment and have not confirmed; how many there were."""
    late = mailbox.c.confirmed_at.is_(None) & (mailbox.c.asked_at < before)
    boxes = list(
        await connection.scalars(select(mailbox.c.id).where(late).order_by(mailbox.c.id).with_for_update())
    )
    for each in boxes:
        await _end(connection, each, watch.c.mailbox_id == each)
    await connection.execute(delete(mailbox).where(mailbox.c.id.in_(boxes)))
    return len(boxes)
