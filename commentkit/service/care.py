"""Looking after readers: moderators dismiss reports, and they and writers put comments behind content warnings.

What a moderator has set stays until a moderator takes it away: its writer can add to it, and take away what they
added. Everybody can be warned too much; nobody is to be warned too little by the one who is warned about.
"""

from collections.abc import Sequence

from commentkit.errors import Refused
from commentkit.language import _
from commentkit.model import Comment, Decision, Status
from commentkit.service.decisions import DISMISS, WARN, seen, stays
from commentkit.service.house import WRITER, House
from commentkit.store import comments, desk, reports, threads
from commentkit.store.database import Connection


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
        return await set_warning(connection, house, comment, actor, WARN, warning, note=note)


async def set_warning(
    connection: Connection,
    house: House,
    comment: Comment,
    actor: str,
    move: str,
    warning: str,
    *,
    note: str = "",
    undoes: int | None = None,
) -> Comment:
    """Let a comment have this content warning, with a line in the history; the comment as it then stands.

    Raises:
        TooLate: it was moved since it was seen.
    """
    if comment.warning == warning:
        return comment
    await comments.warn(connection, comment.id, warning)
    await stays(connection, house, comment, actor, move, note, undoes, warning)
    await threads.bump(connection, comment.thread_id)
    return await comments.get(connection, comment.id) or comment


def parts(warning: str) -> list[str]:
    """The single content warnings in one."""
    return warning.split(", ") if warning else []


def set_by_moderators(comment: Comment, history: Sequence[Decision]) -> list[str]:
    """The content warnings of a comment that a moderator has set."""
    undone = {line.undoes for line in history}
    kept = [
        line.warning_after
        for line in history
        if line.warning_after is not None
        and line.actor != WRITER
        and line.undoes is None
        and line.id not in undone
    ]
    return [each for each in parts(comment.warning) if each in parts(kept[-1])] if kept else []


async def warn_own(connection: Connection, house: House, comment: Comment, warning: str) -> Comment:
    """A comment's writer chooses its content warnings, which is no text and needs no look by anybody.

    What a moderator has set stays, and so does what isn't on the site's list any more.

    Raises:
        Refused: it was erased.
        TooLate: it was moved since it was seen.
    """
    if comment.status is Status.ERASED:
        raise Refused(_("It was erased; there is nothing left that readers could be warned of."))
    there = house.settings.warnings
    moderators = set_by_moderators(comment, (await desk.history(connection, [comment.id]))[comment.id])
    stay = [each for each in parts(comment.warning) if each in moderators or each not in there]
    wanted = {*stay, *parts(warning)}
    chosen = [each for each in there if each in wanted] + [each for each in stay if each not in there]
    return await set_warning(connection, house, comment, WRITER, WARN, ", ".join(chosen))
