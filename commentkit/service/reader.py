"""The reader who reads: a thread, one comment in its place. Nothing is written."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from commentkit.errors import NotFound
from commentkit.language import _
from commentkit.model import Comment, Status, Thread
from commentkit.service.house import House
from commentkit.store import comments, reading, threads
from commentkit.store.comments import path_of
from commentkit.tree import Node, nest


@dataclass(frozen=True)
class InPlace:
    """One comment with its thread, the comment it answers (if that can be seen) and the answers to it.

    Attributes:
        more: there are more answers than these.
    """

    thread: Thread
    comment: Comment
    parent: Comment | None
    replies: Sequence[Node]
    more: bool = False


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
        raise NotFound(_("There is no such thread (yet)."))
    return found


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
            raise NotFound(_("There is no such comment, or it isn't published."))
        thread = await threads.get(connection, comment.thread_id)
        parent = await comments.get(connection, comment.parent_id) if comment.parent_id is not None else None
        most = house.settings.page_comments
        answers = await reading.below(connection, comment, most + 1)
        known = {comment.id, *comment.above, *(each.id for each in answers)}
        missing = {one for each in answers for one in (*each.above, each.parent_id) if one is not None}
        between = await reading.by_ids(connection, missing - known)
    if parent is not None and parent.status is not Status.PUBLISHED and not moderator:
        parent = None
    family = sorted([*answers[:most], *between], key=path_of)
    replies = nest(family, house.settings.max_depth, below=comment.depth + 1)
    return InPlace(thread, comment, parent, replies, more=len(answers) > most)


async def counts(house: House, keys: Sequence[str]) -> dict[str, int]:
    """How many published comments each of these threads has; 0 for unknown ones."""
    async with house.db.read() as connection:
        return await threads.counts(connection, house.site, keys)


async def recent(house: House, limit: int, key: str = "") -> list[tuple[Comment, Thread]]:
    """The newest comments of a thread, or of the whole site without a key; none where there is no such thread."""
    async with house.db.read() as connection:
        thread_id = None
        if key:
            thread = await threads.find(connection, house.site, key)
            if thread is None:
                return []
            thread_id = thread.id
        found = await reading.newest(connection, house.site, limit, thread_id)
        about = {each.id: each for each in await threads.some(connection, {one.thread_id for one in found})}
    return [(comment, about[comment.thread_id]) for comment in found]
