"""The reader who reads: a thread, one comment in its place. Nothing is written."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from commentkit.errors import NotFound
from commentkit.model import Comment, Status, Thread
from commentkit.service.house import House
from commentkit.store import comments, threads
from commentkit.tree import Node, nest


@dataclass(frozen=True)
class InPlace:
    """One comment with its thread, the comment it answers (if that can be seen) and the answers to it."""

    thread: Thread
    comment: Comment
    parent: Comment | None
    replies: Sequence[Node]


async def thread_of(house: House, descriptor: Thread) -> Thread:
    """The stored thread with this key, or the descriptor itself: reading an unknown key stores nothing.

    What the page says of itself now (title, address, guest) is newer than what was stored with the first comment.
    """
    async with house.db.read() as connection:
        found = await threads.find(connection, house.site, descriptor.key)
    if found is None:
        return descriptor
    return replace(
        found,
        title=descriptor.title or found.title,
        url=descriptor.url or found.url,
        guest=descriptor.guest or found.guest,
    )


async def known_thread(house: House, key: str) -> Thread:
    """The stored thread with this key.

    Raises:
        NotFound: there is none.
    """
    async with house.db.read() as connection:
        found = await threads.find(connection, house.site, key)
    if found is None:
        raise NotFound("There is no such thread (yet).")
    return found


async def comments_of(house: House, thread: Thread) -> list[Node]:
    """The visible comments of a thread, nested."""
    if not thread.id:
        return []
    async with house.db.read() as connection:
        return nest(await comments.of_thread(connection, thread.id), house.settings.max_depth)


async def in_place(house: House, public_id: str, *, moderator: bool = False) -> InPlace:
    """One comment where it stands.

    Args:
        moderator: may see comments that aren't published.
    Raises:
        NotFound: there is no such comment for this reader; unpublished and absent look the same.
    """
    async with house.db.read() as connection:
        comment = await comments.by_public_id(connection, house.site, public_id)
        if comment is None or (comment.status is not Status.PUBLISHED and not moderator):
            raise NotFound("There is no such comment, or it isn't published.")
        thread = await threads.get(connection, comment.thread_id)
        family = await comments.of_thread(connection, thread.id)
    parent = next((each for each in family if each.id == comment.parent_id), None)
    if parent is not None and parent.status is not Status.PUBLISHED and not moderator:
        parent = None
    below = {comment.id}
    answers = []
    for each in family:
        if each.parent_id in below:
            below.add(each.id)
            answers.append(each)
    top = [replace(each, parent_id=None) if each.parent_id == comment.id else each for each in answers]
    return InPlace(thread, comment, parent, nest(top, house.settings.max_depth))


async def counts(house: House, keys: Sequence[str]) -> dict[str, int]:
    """How many published comments each of these threads has; 0 for unknown ones."""
    async with house.db.read() as connection:
        return await threads.counts(connection, house.site, keys)
