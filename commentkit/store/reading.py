"""A page of a thread without the rest of it: top comments by their order, and what stands below each by its path.

Nothing here takes longer in a thread of ten thousand comments than in one of a hundred.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from commentkit.model import ABOVE_MAX, Comment, Order, Status
from commentkit.store.comments import path_of, read_comment, shown
from commentkit.store.tables import comment, shows


@dataclass(frozen=True)
class Top:
    """A top comment that shows, itself or as a tombstone, and how many published comments there are from it down."""

    id: int
    thanks: int
    branch: int


@dataclass(frozen=True)
class Spot:
    """Where one comment stands: in which thread, below which top comment, and there by its path."""

    thread_id: int
    top: Top
    path: bytes
    published: bool


async def spot(connection: AsyncConnection, site: str, public_id: str) -> Spot | None:
    """Where the comment with this public id stands, whatever its status."""
    if not (public_id.isascii() and public_id.isalnum()):
        return None
    top = comment.alias()
    statement = (
        select(comment.c.thread_id, comment.c.path, comment.c.status, top.c.id, top.c.thanks, top.c.branch)
        .join(top, top.c.id == comment.c.root_id)
        .where(comment.c.site == site, comment.c.public_id == public_id)
    )
    row = (await connection.execute(statement)).one_or_none()
    if row is None:
        return None
    top_comment = Top(row.id, row.thanks, row.branch)
    return Spot(row.thread_id, top_comment, bytes(row.path), row.status == Status.PUBLISHED)


async def tops(
    connection: AsyncConnection, thread_id: int, order: Order, after: Top | None, most: int
) -> list[Top]:
    """The top comments that come next; those with equally many thanks come newest first."""
    statement = (
        select(comment.c.id, comment.c.thanks, comment.c.branch)
        .where(comment.c.thread_id == thread_id, shows)
        .limit(most)
    )
    if order is Order.OLDEST:
        statement = statement.order_by(comment.c.id)
        if after:
            statement = statement.where(comment.c.id > after.id)
    elif order is Order.NEWEST:
        statement = statement.order_by(comment.c.id.desc())
        if after:
            statement = statement.where(comment.c.id < after.id)
    else:
        statement = statement.order_by(comment.c.thanks.desc(), comment.c.id.desc())
        if after:
            place = tuple_(comment.c.thanks, comment.c.id)
            statement = statement.where(place < tuple_(after.thanks, after.id))
    return [Top(row.id, row.thanks, row.branch) for row in await connection.execute(statement)]


def _published(root: ColumnElement[bool]) -> Select[Any]:
    return select(*shown).where(root, comment.c.status == Status.PUBLISHED)


async def branches(connection: AsyncConnection, roots: Sequence[int]) -> list[Comment]:
    """All published comments below these top comments, with them: branch by branch, each in page order."""
    place = {root: number for number, root in enumerate(roots)}
    rows = (await connection.execute(_published(comment.c.root_id.in_(roots)))).all()
    return [read_comment(row) for row in sorted(rows, key=lambda row: (place[row.root_id], row.path))]


async def answers(connection: AsyncConnection, root: int, after: bytes, most: int) -> list[Comment]:
    """The published comments of one branch that stand after a path, in page order."""
    statement = (
        _published(comment.c.root_id == root)
        .where(comment.c.path > after)
        .order_by(comment.c.path)
        .limit(most)
    )
    return [read_comment(row) for row in await connection.execute(statement)]


async def rest(connection: AsyncConnection, root: int, after: bytes, most: int) -> int:
    """How many there are of those, counted up to `most`."""
    found = (
        select(comment.c.id)
        .where(comment.c.root_id == root, comment.c.status == Status.PUBLISHED, comment.c.path > after)
        .limit(most)
        .subquery()
    )
    return await connection.scalar(select(func.count()).select_from(found)) or 0


async def some_before(connection: AsyncConnection, root: int, path: bytes, many: int) -> bytes:
    """The path after which a branch is read on so that `many` comments stand before the one at `path`."""
    statement = (
        select(comment.c.path)
        .where(comment.c.root_id == root, comment.c.status == Status.PUBLISHED, comment.c.path < path)
        .order_by(comment.c.path.desc())
        .limit(many + 1)
    )
    paths = list((await connection.execute(statement)).scalars())
    return bytes(paths[-1]) if len(paths) > many else b""


async def below(connection: AsyncConnection, seen: Comment, most: int) -> list[Comment]:
    """The published comments that stand below one, in page order."""
    path = path_of(seen)
    deepest = len(seen.above) == ABOVE_MAX  # its answers stand beside it
    around = path_of(replace(seen, id=seen.above[-1], above=seen.above[:-1])) if deepest else path
    end = (int.from_bytes(around) + 1).to_bytes(len(around))
    statement = (
        _published(comment.c.root_id == (*seen.above, seen.id)[0])
        .where(comment.c.path > path, comment.c.path < end)
        .order_by(comment.c.path)
        .limit(most)
    )
    found = [read_comment(row) for row in await connection.execute(statement)]
    if not deepest:
        return found
    family = {seen.id}
    for each in found:
        if each.parent_id in family:
            family.add(each.id)
    return [each for each in found if each.id in family]


async def by_ids(connection: AsyncConnection, ids: Collection[int]) -> list[Comment]:
    """These comments, whatever their status."""
    if not ids:
        return []
    rows = await connection.execute(select(*shown).where(comment.c.id.in_(ids)))
    return [read_comment(row) for row in rows]


async def newest(
    connection: AsyncConnection, site: str, most: int, thread_id: int | None = None
) -> list[Comment]:
    """The newest published comments of a thread, or of a whole site."""
    statement = select(*shown).where(comment.c.site == site, comment.c.status == Status.PUBLISHED)
    if thread_id is not None:
        statement = statement.where(comment.c.thread_id == thread_id)
    rows = await connection.execute(statement.order_by(comment.c.id.desc()).limit(most))
    return [read_comment(row) for row in rows]
