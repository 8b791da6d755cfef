"""The moderator: sees what needs a person, decides once, can undo; nobody's decision is overwritten unseen."""

from collections.abc import Sequence
from dataclasses import dataclass

from commentkit import policy
from commentkit.errors import NotFound, Refused
from commentkit.model import (
    Comment,
    Decision,
    Edit,
    EditStatus,
    Finding,
    Move,
    Reason,
    Report,
    Status,
    Thread,
)
from commentkit.service import care
from commentkit.service.decisions import (
    DISMISS,
    NO_COMMENT,
    WARN,
    TooLate,
    decided,
    last_line,
    record,
    seen,
    stays,
)
from commentkit.service.editing import ASK, PUBLISH_EDIT, REFUSE_EDIT, told
from commentkit.service.house import MACHINE, WRITER, House
from commentkit.service.judging import EDIT
from commentkit.service.lessons import overturn
from commentkit.service.notify import announce
from commentkit.store import comments, desk, edits, findings, outbox, reports, threads
from commentkit.store.database import Connection

UNDO = "undo"
ERASE = "erase"
NOBODY = (MACHINE, WRITER)
"""The actors in the history that are no moderators."""


@dataclass(frozen=True)
class Entry:
    """A comment as the desk shows it.

    Attributes:
        texts: its other texts, oldest first: one that waits, earlier ones, refused ones.
        text_findings: what was found in the one that waits.
        reports: what readers reported, settled or not.
    """

    thread: Thread
    comment: Comment
    parent: Comment | None
    findings: Sequence[Finding]
    history: Sequence[Decision]
    texts: Sequence[Edit] = ()
    text_findings: Sequence[Finding] = ()
    reports: Sequence[Report] = ()

    @property
    def proposed(self) -> Edit | None:
        """The changed text that waits for a decision."""
        newest = self.texts[-1] if self.texts else None
        return newest if newest is not None and newest.status is EditStatus.WAITING else None

    @property
    def asked(self) -> bool:
        """Its writer asked for another look, and nobody has decided since."""
        about_text = self.proposed is not None and self.proposed.reason is Reason.ASKED
        return about_text or (self.comment.status is Status.PENDING and self.comment.reason is Reason.ASKED)

    @property
    def decided_first(self) -> Decision | None:
        """The person's decision that another look was asked for after, if there was one."""
        asked = [place for place, line in enumerate(self.history) if (line.actor, line.move) == (WRITER, ASK)]
        before = self.history[: asked[-1]] if asked else ()
        people = [
            line
            for line in before
            if line.actor not in NOBODY and line.undoes is None and line.warning_after is None
        ]
        return people[-1] if people else None

    @property
    def reported(self) -> Sequence[Report]:
        """The reports that nobody has decided about."""
        return [each for each in self.reports if not each.settled]

    @property
    def moves(self) -> Sequence[Move]:
        """What can be done with it."""
        return policy.moves(self.comment.status)

    @property
    def undoable(self) -> Decision | None:
        """The decision that an undo would take back."""
        return last_decision(self.comment, self.history)


def last_decision(comment: Comment, history: Sequence[Decision]) -> Decision | None:
    """The newest decision of a person that still stands, if the comment is where it put it.

    One about the content warning stands as long as the comment has the warning that it gave.
    """
    undone = {line.undoes for line in history}
    standing = [
        line
        for line in history
        if line.actor not in NOBODY
        and line.undoes is None
        and line.id not in undone
        and line.move != ERASE
        and (line.move != WARN or line.warning_after == comment.warning)
    ]
    if not standing:
        return None
    last = standing[-1]
    if last.move != WARN and last.after is not comment.status:
        return None
    if last.edit_id is not None and any(
        line.id > last.id and line.actor == WRITER and line.move in {EDIT, ASK} for line in history
    ):
        return None  # its writer has sent another text since, or asked about it: there is something new to decide
    return last


async def _entries(connection: Connection, some: Sequence[Comment]) -> list[Entry]:
    ids = [each.id for each in some]
    found = await findings.of(connection, ids)
    history = await desk.history(connection, ids)
    parents = await comments.parents_of(connection, some)
    places = await desk.threads_of(connection, some)
    texts = await edits.of(connection, ids)
    told = await reports.of(connection, ids)
    about = {each: await findings.of_edit(connection, texts[each][-1].id) for each in ids if texts[each]}
    return [
        Entry(
            places[each.thread_id],
            each,
            parents.get(each.parent_id or 0),
            found[each.id],
            history[each.id],
            texts[each.id],
            about.get(each.id, ()),
            told[each.id],
        )
        for each in some
    ]


async def listed(house: House, status: Status, *, limit: int, offset: int = 0) -> list[Entry]:
    """One of the desk's lists."""
    async with house.db.read() as connection:
        some = await desk.listed(connection, house.site, status, limit=limit, offset=offset)
        return await _entries(connection, some)


async def reported(house: House, *, limit: int, offset: int = 0) -> list[Entry]:
    """Published comments that readers reported and nobody has decided about since."""
    async with house.db.read() as connection:
        some = await reports.listed(connection, house.site, limit=limit, offset=offset)
        return await _entries(connection, some)


async def total_reported(house: House) -> int:
    """How many of those there are."""
    async with house.db.read() as connection:
        return await reports.total(connection, house.site)


async def totals(house: House) -> dict[Status, int]:
    """How many comments stand where."""
    async with house.db.read() as connection:
        return await desk.totals(connection, house.site)


async def entry(house: House, public_id: str) -> Entry:
    """One comment as the desk shows it.

    Raises:
        NotFound: there is no such comment.
    """
    async with house.db.read() as connection:
        return (await _entries(connection, [await seen(connection, house, public_id)]))[0]


async def history(house: House, *, limit: int, offset: int = 0) -> list[tuple[Decision, str, str]]:
    """What moderators decided, newest first, with each comment's public id and name."""
    async with house.db.read() as connection:
        return await desk.recent(connection, house.site, NOBODY, limit=limit, offset=offset)


async def decide(
    house: House, actor: str, public_id: str, move: Move, *, version: int | None, note: str = ""
) -> Comment:
    """Move a comment.

    Args:
        actor: the moderator's name, for the history.
        version: of the comment as the moderator saw it; None to take it as it is.
    Raises:
        NotFound: there is no such comment.
        TooLate: it was moved since it was seen.
        Refused: the move isn't allowed from where it stands.
    """
    async with house.db.write() as connection:
        comment = await seen(connection, house, public_id, version)
        after = policy.after(comment.status, move)
        if comment.status is Status.WITHDRAWN:
            raise Refused("Its writer has taken this comment back. Only they can put it back.")
        if after is None:
            raise Refused(f"A comment that is {comment.status} can't be moved by {move.value!r}.")
        reason = Reason.NONE if after is Status.PUBLISHED else Reason.MODERATOR
        return await _move(connection, house, comment, actor, move.value, after, reason, note)


async def decide_text(
    house: House, actor: str, public_id: str, *, publish: bool, version: int | None, note: str = ""
) -> Comment:
    """Decide about the changed text of a comment: it takes the place of the other, or the other stays.

    Args:
        actor, version, note: as for `decide`.
    Raises:
        NotFound, TooLate: as for `decide`.
        Refused: no changed text waits.
    """
    now = house.clock()
    async with house.db.write() as connection:
        comment = await seen(connection, house, public_id, version, lock=True)
        changed = await edits.newest(connection, comment.id)
        if changed is None or changed.status is not EditStatus.WAITING:
            raise Refused("There is no changed text that waits.")
        if publish:
            done = await edits.swap(connection, changed, comment, EditStatus.DONE, now)
        else:
            done = await edits.settle(connection, changed, EditStatus.REFUSED, Reason.MODERATOR, now)
            done = await comments.touch(connection, comment) and done
        if not done:
            raise TooLate(comment, await last_line(connection, comment))
        await outbox.checked(connection, comment.id, now, outbox.EDIT)
        thread = await threads.get(connection, comment.thread_id)
        move = PUBLISH_EDIT if publish else REFUSE_EDIT
        await told(house, connection, thread, comment, changed, actor, move, note)
        if publish:
            await overturn(connection, house, comment, comment.status)
        return await comments.get(connection, comment.id) or comment


async def _undo_text(
    connection: Connection, house: House, comment: Comment, actor: str, last: Decision
) -> Comment:
    """Let the changed text wait again, after a decision about it."""
    now = house.clock()
    changed = await edits.newest(connection, comment.id)
    if changed is None or changed.id != last.edit_id:
        raise Refused("The other text isn't kept any more.")
    reason = Reason.ASKED if comment.asked_at is not None else Reason.MODERATOR
    if changed.status is EditStatus.DONE:
        done = await edits.swap(connection, changed, comment, EditStatus.WAITING, now, reason)
    else:
        done = await edits.settle(connection, changed, EditStatus.WAITING, reason, now)
        done = await comments.touch(connection, comment) and done
    if not done:
        raise TooLate(comment, await last_line(connection, comment))
    thread = await threads.get(connection, comment.thread_id)
    await told(house, connection, thread, comment, changed, actor, UNDO, undoes=last.id)
    return await comments.get(connection, comment.id) or comment


async def undo(house: House, actor: str, public_id: str, *, version: int | None) -> Comment:
    """Take back the newest decision of a person that still stands; a second undo takes back the one before.

    Raises:
        NotFound, TooLate: as for `decide`.
        Refused: there is nothing to undo.
    """
    async with house.db.write() as connection:
        comment = await seen(connection, house, public_id, version, lock=True)
        lines = (await desk.history(connection, [comment.id]))[comment.id]
        last = last_decision(comment, lines)
        if last is None:
            raise Refused("There is no decision to undo.")
        if last.move in {PUBLISH_EDIT, REFUSE_EDIT}:
            return await _undo_text(connection, house, comment, actor, last)
        if last.warning_before is not None:
            return await care.set_warning(
                connection, house, comment, actor, UNDO, last.warning_before, undoes=last.id
            )
        await reports.reopen(connection, last.id)
        if last.move == DISMISS:
            await stays(connection, house, comment, actor, UNDO, "", undoes=last.id)
            return await comments.get(connection, comment.id) or comment
        found = (await findings.of(connection, [comment.id]))[comment.id]
        reason = Reason.NONE if last.before is Status.PUBLISHED else Reason.MODERATOR
        if last.before in {Status.PENDING, Status.SPAM}:
            thread = await threads.get(connection, comment.thread_id)
            judged = await decided(house, connection, thread, comment, found)
            reason = judged.reason if judged.status is last.before else Reason.MODERATOR
        if last.before is Status.PENDING and comment.asked_at is not None:
            reason = Reason.ASKED
        elif last.before is Status.PENDING and policy.unfinished(found):
            await outbox.reopen(connection, comment.id, house.clock())
        return await _move(connection, house, comment, actor, UNDO, last.before, reason, "", undoes=last.id)


async def erase(house: House, actor: str, public_id: str) -> None:
    """Remove for good what a comment's writer wrote and told. Its place stays, so that replies keep their sense.

    Raises:
        NotFound: there is no such comment.
    """
    async with house.db.write() as connection:
        comment = await comments.by_public_id(connection, house.site, public_id, lock=True)
        if comment is None or not await comments.erase(connection, comment.id):
            raise NotFound(NO_COMMENT)
        thread = await threads.get(connection, comment.thread_id)
        await outbox.forget(connection, comment.id)
        await record(connection, house, comment, actor, ERASE, Status.ERASED)
        await threads.bump(connection, comment.thread_id)
        await announce(connection, house, "erased", thread, comment, Status.ERASED)


async def _move(
    connection: Connection,
    house: House,
    comment: Comment,
    actor: str,
    move: str,
    after: Status,
    reason: Reason,
    note: str,
    undoes: int | None = None,
) -> Comment:
    if not await comments.move(connection, comment, after, reason):
        current = await comments.get(connection, comment.id) or comment
        raise TooLate(current, await last_line(connection, comment))
    line = await record(connection, house, comment, actor, move, after, note, undoes=undoes)
    if undoes is None:
        await reports.settle(connection, comment.id, line, house.clock())
    await overturn(connection, house, comment, after)
    await threads.bump(connection, comment.thread_id)
    thread = await threads.get(connection, comment.thread_id)
    await announce(connection, house, "moved", thread, comment, after)
    return await comments.get(connection, comment.id) or comment
