"""The writer with their receipt: sees how their comment stands, takes it back, erases, asks again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from commentkit import signing
from commentkit.errors import Conflict, Refused
from commentkit.language import _
from commentkit.model import Comment, Edit, EditStatus, Erasure, Reason, Status, Thread
from commentkit.policy import unfinished
from commentkit.service import care
from commentkit.service.decisions import record
from commentkit.service.editing import ASK, editable_until, mine
from commentkit.service.house import WRITER, House
from commentkit.service.notify import announce
from commentkit.store import comments, desk, edits, findings, mail, outbox, threads
from commentkit.store.database import Connection
from commentkit.store.mail import Watch

WITHDRAW = "withdraw"
PUT_BACK = "put-back"
ERASED = {
    Erasure.TEXT: "erase-text",
    Erasure.IDENTITY: "erase-identity",
    Erasure.BOTH: "erase",
}


@dataclass(frozen=True)
class Mine:
    """A comment as its writer sees it.

    Attributes:
        newest: the newest text that they changed it to, if they did; waiting, refused or done.
        has_email: an e-mail address is kept with it.
        told: what was asked for with its e-mail address. Whether that was confirmed only its holder may know: whoever
            typed another's address must not learn whether it is known here.
        editable_until: until when its text can be changed; None where it can't (any more).
        warned: the content warnings that a moderator has set.
    """

    thread: Thread
    comment: Comment
    newest: Edit | None
    has_email: bool
    editable_until: datetime | None
    told: Watch | None = None
    warned: Sequence[str] = ()

    @property
    def proposed(self) -> Edit | None:
        """A changed text that readers don't see: it waits, or was refused."""
        shown = {EditStatus.WAITING, EditStatus.REFUSED}
        return self.newest if self.newest is not None and self.newest.status in shown else None

    @property
    def may_withdraw(self) -> bool:
        """Whether it can be taken back."""
        return self.comment.status not in {Status.WITHDRAWN, Status.ERASED}

    @property
    def may_ask(self) -> bool:
        """Whether another look can be asked for, once: after a moderator's decision, since before it somebody looks."""
        return self.comment.asked_at is None and (_asks_comment(self.comment) or self._asks_edit)

    @property
    def _asks_edit(self) -> bool:
        return self.comment.status is Status.PUBLISHED and _asks_edit(self.newest)

    @property
    def has_identity(self) -> bool:
        """Whether there is a name, website or e-mail to erase."""
        return bool(self.comment.name or self.comment.website or self.has_email)


def _asks_comment(comment: Comment) -> bool:
    return comment.status in {Status.HIDDEN, Status.SPAM} and comment.reason is Reason.MODERATOR


def _asks_edit(edit: Edit | None) -> bool:
    return edit is not None and edit.status is EditStatus.REFUSED


async def look(house: House, receipt: str) -> Mine:
    """A comment by its private receipt. Nothing is written.

    Raises:
        NotFound: no comment has this receipt.
    """
    async with house.db.read() as connection:
        comment = await mine(connection, house, receipt)
        history = (await desk.history(connection, [comment.id]))[comment.id]
        return Mine(
            thread=await threads.get(connection, comment.thread_id),
            comment=comment,
            newest=await edits.newest(connection, comment.id),
            has_email=bool(await comments.sealed_email(connection, comment.id)),
            editable_until=editable_until(house, comment),
            told=await mail.watch_of(connection, comment.id),
            warned=tuple(care.set_by_moderators(comment, history)),
        )


async def withdraw(house: House, receipt: str) -> None:
    """Take a comment back: readers don't see it, and nobody but its writer can put it back.

    Raises:
        NotFound: no comment has this receipt.
        Refused: it was erased.
    """
    async with house.db.write() as connection:
        comment = await mine(connection, house, receipt, lock=True)
        if comment.status is Status.ERASED:
            raise Refused(_("It was erased; there is nothing left to take back."))
        if comment.status is not Status.WITHDRAWN:
            await _move(connection, house, comment, WITHDRAW, Status.WITHDRAWN)


async def put_back(house: House, receipt: str) -> None:
    """Put back what was taken back, to where it stood: what waited waits, what a moderator hid stays hidden.

    Raises:
        NotFound: no comment has this receipt.
        Refused: it was erased meanwhile.
    """
    async with house.db.write() as connection:
        comment = await mine(connection, house, receipt, lock=True)
        if comment.status is Status.ERASED:
            raise Refused(_("It was erased; it can't be put back."))
        if comment.status is not Status.WITHDRAWN:
            return  # it is there already
        lines = (await desk.history(connection, [comment.id]))[comment.id]
        taken = [line for line in lines if line.move == WITHDRAW][-1]
        await _move(connection, house, comment, PUT_BACK, taken.before)
        if taken.before is Status.PENDING:
            found = (await findings.of(connection, [comment.id]))[comment.id]
            if unfinished(found) or comment.reason is Reason.CHECK_LATE:
                await outbox.reopen(connection, comment.id, house.clock())


async def ask(house: House, receipt: str) -> None:
    """Ask for another look, once: the comment (or its changed text) waits again, with a mark.

    Raises:
        NotFound: no comment has this receipt.
        Refused: it was asked for before, or there is nothing to look at again.
    """
    now = house.clock()
    async with house.db.write() as connection:
        comment = await mine(connection, house, receipt, lock=True)
        if comment.asked_at is not None:
            raise Refused(_("You have asked for another look before. That can be done once."))
        newest = await edits.newest(connection, comment.id)
        about_edit = newest is not None and comment.status is Status.PUBLISHED and _asks_edit(newest)
        if not about_edit and not _asks_comment(comment):
            raise Refused(_("There is no decision that could be looked at again."))
        asked = await comments.ask(connection, comment, now, about_edit=about_edit)
        if about_edit and newest is not None:
            asked = asked and await edits.settle(connection, newest, EditStatus.WAITING, Reason.ASKED, now)
        if not asked:
            raise Conflict(_("Somebody was quicker."))
        after = comment.status if about_edit else Status.PENDING
        # Now a person decides: no check that is late may.
        for kind in (outbox.CHECK, outbox.EDIT):
            await outbox.checked(connection, comment.id, now, kind)
        await _tell(connection, house, comment, ASK, after)


async def erase(house: House, receipt: str, what: Erasure) -> None:
    """Erase for good. The place of an erased text stays, so that replies keep their sense.

    Without its text but with its name, the place says whose text stood there. Doing it again does nothing.

    Raises:
        NotFound: no comment has this receipt.
    """
    async with house.db.write() as connection:
        comment = await mine(connection, house, receipt, lock=True)
        erased = comment.status is Status.ERASED
        if what is Erasure.TEXT and erased:
            return
        if what is Erasure.IDENTITY and not erased:
            await comments.erase_identity(connection, comment.id, signing.random_id())
            after = comment.status
        elif await comments.erase(connection, comment.id, identity=what is not Erasure.TEXT):
            await outbox.forget(connection, comment.id)
            after = Status.ERASED
        else:
            return
        await _tell(connection, house, comment, ERASED[what], after)


async def _move(connection: Connection, house: House, comment: Comment, move: str, after: Status) -> None:
    """The reason stays as it was, so that a comment that is put back stands as it did."""
    if not await comments.move(connection, comment, after, comment.reason):
        raise Conflict(_("Somebody was quicker."))
    await _tell(connection, house, comment, move, after)


async def _tell(connection: Connection, house: House, comment: Comment, move: str, after: Status) -> None:
    await record(connection, house, comment, WRITER, move, after)
    await threads.bump(connection, comment.thread_id)
    thread = await threads.get(connection, comment.thread_id)
    await announce(connection, house, _EVENTS.get(move, "erased"), thread, comment, after)


_EVENTS = {WITHDRAW: "withdrawn", PUT_BACK: "put-back", ASK: "asked"}
