"""The moderator who looks after readers: dismisses reports, and puts comments behind content warnings."""

from commentkit.errors import Refused
from commentkit.model import Comment
from commentkit.service.decisions import DISMISS, WARN, seen, stays
from commentkit.service.house import House
from commentkit.store import comments, reports, threads


async def dismiss(
    house: House, actor: str, public_id: str, *, version: int | None, upto: int | None = None, note: str = ""
) -> Comment:
    """Decide that a reported comment stays as it is.

    Args:
        actor, version, note: as for `decide`.
        upto: the newest report that the moderator saw; later ones stay open. None for all.
    Raises:
        NotFound, TooLate: as for `decide`.
        Refused: there is no open report.
    """
    async with house.db.write() as connection:
        comment = await seen(connection, house, public_id, version, lock=True)
        if all(each.settled for each in (await reports.of(connection, [comment.id]))[comment.id]):
            raise Refused("There is no report that waits for a decision.")
        line = await stays(connection, house, comment, actor, DISMISS, note)
        await reports.settle(connection, comment.id, line, house.clock(), upto)
        return await comments.get(connection, comment.id) or comment


async def warn(
    house: House, actor: str, public_id: str, warning: str, *, version: int | None, note: str = ""
) -> Comment:
    """Put a comment behind content warnings, or take them away; it can be set anew at any time.

    Args:
        warning: of the site's list, separated by a comma and a space; '' for none.
        actor, version, note: as for `decide`.
    Raises:
        NotFound, TooLate: as for `decide`.
    """
    async with house.db.write() as connection:
        comment = await seen(connection, house, public_id, version, lock=True)
        if comment.warning != warning:
            await comments.warn(connection, comment.id, warning)
            said = f"Now: {warning or 'none'}. Before: {comment.warning or 'none'}."
            await stays(connection, house, comment, actor, WARN, f"{said} {note}".strip())
            await threads.bump(connection, comment.thread_id)
        return await comments.get(connection, comment.id) or comment
