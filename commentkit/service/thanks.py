"""The reader who says "this rings true": once for each device and comment, without an account, and can take it back.

A device has a random token and nothing else. What is stored of it is a keyed hash together with one comment, so that
no two thanks can be joined up to one reader, and for a while only.
"""

from collections.abc import Collection
from datetime import timedelta

from commentkit.errors import NotFound, Refused
from commentkit.language import _
from commentkit.model import Comment, Status, Thanks, Thread
from commentkit.service.house import House
from commentkit.store import comments, thanks, threads


async def say(house: House, device: str, public_id: str, *, back: bool) -> tuple[Thread, Comment]:
    """Thank for a comment, or take that back. The same again changes nothing.

    Args:
        device: the device's random token.
    Returns:
        The thread and the comment as it stands now.
    Raises:
        Refused: this site has no thanks.
        NotFound: there is no such comment for readers.
    """
    if house.settings.thanks is Thanks.OFF:
        raise Refused(_("Comments can't be thanked for on this site."))
    mark = house.signer.mark(device, public_id)
    async with house.db.write() as connection:
        comment = await comments.by_public_id(connection, house.site, public_id, lock=True)
        if comment is None or comment.status is not Status.PUBLISHED:
            raise NotFound(_("There is no such comment, or it isn't published."))
        if back:
            changed = await thanks.take_back(connection, comment.id, mark)
        else:
            shred_at = house.clock() + timedelta(days=house.settings.thanks_days)
            changed = await thanks.give(connection, comment.id, mark, shred_at)
        if changed:
            await threads.bump(connection, comment.thread_id)
        now = await comments.get(connection, comment.id)
        return await threads.get(connection, comment.thread_id), now or comment


async def said(house: House, device: str, public_ids: Collection[str]) -> set[str]:
    """For which of these comments this device has thanked."""
    marks = {house.signer.mark(device, public_id): public_id for public_id in public_ids}
    async with house.db.read() as connection:
        return {marks[mark] for mark in await thanks.given(connection, marks)}
