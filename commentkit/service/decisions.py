"""What decisions pass: the verdict of what was found, a comment as a moderator saw it, its history, who was quicker."""

from collections.abc import Sequence

from commentkit import policy
from commentkit.errors import Conflict, NotFound
from commentkit.model import Comment, Decision, Finding, Judged, Status, Thread
from commentkit.service import mail
from commentkit.service.house import House
from commentkit.store import comments, desk
from commentkit.store.database import Connection

DISMISS = "dismiss"
WARN = "warn"

NO_COMMENT = "There is no such comment."


class TooLate(Conflict):
    """Somebody decided since the page was loaded.

    Attributes:
        comment: as it stands now.
        last: the newest line of its history.
    """

    code = "somebody-was-quicker"

    def __init__(self, comment: Comment, last: Decision | None) -> None:
        super().__init__("Somebody was quicker.")
        self.comment = comment
        self.last = last


async def decided(
    house: House, connection: Connection, thread: Thread, comment: Comment, findings: Sequence[Finding]
) -> Judged:
    """Where what was found takes a comment of this writer in this thread."""
    return policy.decide(
        findings,
        house.publishing(thread),
        by_guest=comment.by_guest,
        hold_points=house.settings.hold_points,
        known=await mail.is_known(connection, comment.id),
    )


async def seen(
    connection: Connection, house: House, public_id: str, version: int | None = None, *, lock: bool = False
) -> Comment:
    """The comment that a decision is about, if it is still as the moderator saw it.

    Raises:
        NotFound: there is no such comment.
        TooLate: it was moved since it was seen.
    """
    comment = await comments.by_public_id(connection, house.site, public_id, lock=lock)
    if comment is None or comment.status is Status.ERASED:
        raise NotFound(NO_COMMENT)
    if version is not None and comment.version != version:
        raise TooLate(comment, await last_line(connection, comment))
    return comment


async def last_line(connection: Connection, comment: Comment) -> Decision | None:
    """The newest line of a comment's history."""
    lines = (await desk.history(connection, [comment.id]))[comment.id]
    return lines[-1] if lines else None


async def stays(
    connection: Connection,
    house: House,
    comment: Comment,
    actor: str,
    move: str,
    note: str,
    undoes: int | None = None,
    warning: str | None = None,
) -> int:
    """A line in the history of a comment that stays where it is; the line's id.

    Args:
        warning: its new content warning, if the line is about that.
    """
    if not await comments.touch(connection, comment):
        raise TooLate(comment, await last_line(connection, comment))
    return await record(
        connection, house, comment, actor, move, comment.status, note, undoes=undoes, warning=warning
    )


async def record(
    connection: Connection,
    house: House,
    comment: Comment,
    actor: str,
    move: str,
    after: Status,
    note: str = "",
    *,
    undoes: int | None = None,
    edit_id: int | None = None,
    warning: str | None = None,
) -> int:
    """A line in the history, at this moment; the line's id.

    Args:
        comment: as it stood before.
        warning: as for `stays`.
    """
    return await desk.record(
        connection,
        house.site,
        comment,
        actor=actor,
        move=move,
        after=after,
        note=note,
        at=house.clock(),
        undoes=undoes,
        edit_id=edit_id,
        warning=warning,
    )
