"""People who may sign in, their visits (signed-in browsers) and one-purpose links. Tokens are stored hashed."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.engine import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from commentkit.model import Person, Visit
from commentkit.store.database import insert_once
from commentkit.store.tables import comment, link, person, visit


def _person(row: Row[Any]) -> Person:
    return Person(id=row.id, name=row.name, password_hash=row.password_hash)


def _visit(row: Row[Any]) -> Visit:
    return Visit(
        id=row.id,
        token_hash=row.token_hash,
        person_id=row.person_id,
        thread_id=row.thread_id,
        name=row.name,
        created_at=row.created_at,
        expires_at=row.expires_at,
    )


async def add_person(connection: AsyncConnection, site: str, name: str, now: datetime) -> Person:
    """The moderator of this name; made if there is none."""
    await insert_once(connection, person, {"site": site, "name": name, "created_at": now})
    found = await find_person(connection, site, name)
    assert found is not None  # noqa: S101  (just inserted, or there before)
    return found


async def find_person(connection: AsyncConnection, site: str, name: str) -> Person | None:
    """The moderator of this name."""
    statement = select(person).where(person.c.site == site, person.c.name == name)
    row = (await connection.execute(statement)).one_or_none()
    return _person(row) if row else None


async def get_person(connection: AsyncConnection, person_id: int) -> Person | None:
    """The moderator with this id."""
    row = (await connection.execute(select(person).where(person.c.id == person_id))).one_or_none()
    return _person(row) if row else None


async def persons(connection: AsyncConnection, site: str) -> list[Person]:
    """All moderators of a site."""
    rows = await connection.execute(select(person).where(person.c.site == site).order_by(person.c.name))
    return [_person(row) for row in rows]


async def set_password(connection: AsyncConnection, person_id: int, password_hash: str) -> None:
    """Set or change a password; every signed-in browser of the person is signed out."""
    await connection.execute(
        update(person).where(person.c.id == person_id).values(password_hash=password_hash)
    )
    await end_visits(connection, person_id=person_id)


async def remove_person(connection: AsyncConnection, person_id: int) -> None:
    """Remove a moderator with their visits and links. The history keeps their name."""
    for table in (visit, link):
        await connection.execute(delete(table).where(table.c.person_id == person_id))
    await connection.execute(delete(person).where(person.c.id == person_id))


async def start_visit(
    connection: AsyncConnection,
    site: str,
    token_hash: str,
    name: str,
    *,
    now: datetime,
    until: datetime,
    person_id: int | None = None,
    thread_id: int | None = None,
) -> None:
    """A browser signs in."""
    await connection.execute(
        insert(visit).values(
            site=site,
            token_hash=token_hash,
            name=name,
            person_id=person_id,
            thread_id=thread_id,
            created_at=now,
            expires_at=until,
        )
    )


async def find_visit(connection: AsyncConnection, site: str, token_hash: str, now: datetime) -> Visit | None:
    """The visit of this cookie, unless it was ended or has expired."""
    statement = select(visit).where(
        visit.c.site == site, visit.c.token_hash == token_hash, visit.c.expires_at > now
    )
    row = (await connection.execute(statement)).one_or_none()
    return _visit(row) if row else None


async def visits_of(connection: AsyncConnection, site: str, now: datetime) -> list[Visit]:
    """All signed-in browsers of a site, newest first."""
    statement = (
        select(visit).where(visit.c.site == site, visit.c.expires_at > now).order_by(visit.c.id.desc())
    )
    return [_visit(row) for row in await connection.execute(statement)]


async def end_visit(connection: AsyncConnection, site: str, visit_id: int) -> None:
    """Sign one browser out."""
    await connection.execute(delete(visit).where(visit.c.site == site, visit.c.id == visit_id))


async def end_visits(
    connection: AsyncConnection, *, person_id: int | None = None, thread_id: int | None = None
) -> None:
    """Sign out every browser of a moderator or of a thread's guest, and spoil their open links."""
    for table in (visit, link):
        mine = table.c.person_id == person_id if person_id is not None else table.c.thread_id == thread_id
        await connection.execute(delete(table).where(mine))


async def add_link(
    connection: AsyncConnection,
    site: str,
    token_hash: str,
    name: str,
    *,
    until: datetime,
    person_id: int | None = None,
    thread_id: int | None = None,
) -> None:
    """Store a link that lets somebody in: as a moderator, or as one thread's guest."""
    await connection.execute(
        insert(link).values(
            site=site,
            token_hash=token_hash,
            name=name,
            person_id=person_id,
            thread_id=thread_id,
            expires_at=until,
        )
    )


async def find_link(
    connection: AsyncConnection, site: str, token_hash: str, now: datetime
) -> tuple[int | None, int | None, str] | None:
    """Whom an open link lets in: (person id, thread id, name)."""
    statement = select(link).where(
        link.c.site == site, link.c.token_hash == token_hash, link.c.expires_at > now
    )
    row = (await connection.execute(statement)).one_or_none()
    return (row.person_id, row.thread_id, row.name) if row else None


async def use_link(connection: AsyncConnection, site: str, token_hash: str, now: datetime) -> bool:
    """Use a link up; False when it was used before (of two at once, one wins)."""
    result = await connection.execute(
        delete(link).where(link.c.site == site, link.c.token_hash == token_hash, link.c.expires_at > now)
    )
    return result.rowcount == 1


async def badged(connection: AsyncConnection, thread_id: int) -> set[str]:
    """Everybody who answers in a thread with the badge, or could: by a link, a sign-in, or what stands there."""
    found: set[str] = set()
    for table in (visit, link):
        statement = select(table.c.name).where(table.c.thread_id == thread_id, table.c.person_id.is_(None))
        found |= set((await connection.execute(statement)).scalars())
    statement = select(comment.c.name).where(comment.c.thread_id == thread_id, comment.c.by_guest).distinct()
    return found | set((await connection.execute(statement)).scalars())


async def sweep(connection: AsyncConnection, now: datetime) -> int:
    """Delete expired visits and links; how many there were."""
    gone = 0
    for table in (visit, link):
        gone += (await connection.execute(delete(table).where(table.c.expires_at <= now))).rowcount
    return gone
