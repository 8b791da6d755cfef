"""The guest author: let in by a link that is good for one thread; the badge comes from that sign-in alone."""

from datetime import timedelta

from commentkit import signing
from commentkit.errors import NotFound, Refused
from commentkit.language import N_, _
from commentkit.model import Thread, Visit
from commentkit.service.house import House
from commentkit.store import people, threads
from commentkit.text import clean_line

_GONE = N_("This link has expired, or it was replaced. Ask the person who sent it for a new one.")


OFFERED = 500
"""Threads to choose from on one page; others are found by their key."""


async def choices(house: House) -> list[Thread]:
    """The newest threads, for which a link may be wanted."""
    async with house.db.read() as connection:
        return await threads.of_site(connection, house.site, OFFERED)


async def make_link(house: House, wanted: Thread, name: str) -> tuple[Thread, str]:
    """A link that lets a guest author answer in one thread, on as many devices as they have, until it expires.

    The thread is made if nobody has commented yet: the owner asks.

    Returns:
        The thread and the link's token.
    Raises:
        Refused: the name is empty or too long.
    """
    cleaned = clean_line(name)
    if not cleaned or len(cleaned) > house.settings.name_max:
        raise Refused(_("The guest's name has 1 to %(most)s characters.", most=house.settings.name_max))
    token, now = signing.random_token(), house.clock()
    until = now + timedelta(days=house.settings.guest_link_days)
    async with house.db.write() as connection:
        thread = await threads.ensure(connection, wanted, now)
        if thread.guest != cleaned:
            await threads.change(connection, thread.id, guest=cleaned)
        await people.add_link(
            connection, house.site, signing.token_hash(token), cleaned, until=until, thread_id=thread.id
        )
    return thread, token


async def link_thread(house: House, token: str) -> tuple[Thread, str]:
    """The thread that a guest's link opens, and the guest's name; looking changes nothing.

    Raises:
        NotFound: the link has expired or was ended.
    """
    async with house.db.read() as connection:
        found = await people.find_link(connection, house.site, signing.token_hash(token), house.clock())
        if found is None or found[1] is None:
            raise NotFound(_(_GONE))
        return await threads.get(connection, found[1]), found[2]


async def enter(house: House, token: str) -> tuple[Thread, str]:
    """Start a guest's visit; returns the thread and the cookie's value.

    Raises:
        NotFound: as for `link_thread`.
    """
    thread, name = await link_thread(house, token)
    cookie, now = signing.random_token(), house.clock()
    until = now + timedelta(days=house.settings.guest_link_days)
    async with house.db.write() as connection:
        await people.start_visit(
            connection,
            house.site,
            signing.token_hash(cookie),
            name,
            now=now,
            until=until,
            thread_id=thread.id,
        )
    return thread, cookie


async def visit(house: House, cookie: str, thread: Thread) -> Visit | None:
    """The guest's visit that this cookie stands for, if it is this thread's."""
    async with house.db.read() as connection:
        found = await people.find_visit(connection, house.site, signing.token_hash(cookie), house.clock())
    return found if found and thread.id and found.thread_id == thread.id else None


async def end(house: House, key: str) -> None:
    """Sign a thread's guest out everywhere and spoil their links.

    Raises:
        NotFound: there is no such thread.
    """
    async with house.db.write() as connection:
        thread = await threads.find(connection, house.site, key)
        if thread is None:
            raise NotFound(_("There is no such thread."))
        await people.end_visits(connection, thread_id=thread.id)
