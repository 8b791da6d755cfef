"""The reader who reports a comment: without an account, and with nothing kept that tells who they are.

A report changes nothing by itself: the comment stays as it is until a moderator has read it. What is kept of the
reporter is a keyed code of their network and this one comment, for a while, so that one network counts once.
"""

from datetime import timedelta

from commentkit.errors import Conflict, NotFound
from commentkit.language import _
from commentkit.model import Comment, ReportReason, Status, Thread
from commentkit.service.house import House
from commentkit.service.notify import announce
from commentkit.store import comments, reports, threads


class ReportedBefore(Conflict):
    """A report of this comment has come from the same network already; that one stands."""

    code = "reported-before"

    def __init__(self) -> None:
        super().__init__(
            _(
                "This comment was reported from your network before. The moderators have that report; this one was "
                "not added to it."
            )
        )


async def report(
    house: House, public_id: str, reason: ReportReason, text: str, network: str | None
) -> tuple[Thread, Comment]:
    """Report a published comment to the moderators.

    Args:
        network: where it comes from; None where that can't be known, and then nothing stands for it.
    Raises:
        NotFound: there is no such comment for readers.
        ReportedBefore: a report of it came from the same network before.
    """
    now = house.clock()
    code = house.signer.network(f"report {public_id} {network}") if network is not None else None
    shred_at = now + timedelta(days=house.settings.report_days)
    async with house.db.write() as connection:
        comment = await comments.by_public_id(connection, house.site, public_id, lock=True)
        if comment is None or comment.status is not Status.PUBLISHED:
            raise NotFound(_("There is no such comment, or it isn't published."))
        if not await reports.add(connection, comment.id, reason, text, now, code, shred_at):
            raise ReportedBefore
        thread = await threads.get(connection, comment.thread_id)
        await announce(connection, house, "reported", thread, comment, comment.status)
        return thread, comment
