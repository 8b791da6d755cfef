"""The writer with their receipt: sees how their comment stands, takes it back, erases, asks again, takes all along."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from commentkit import signing
from commentkit.errors import Conflict, NotFound, Refused
from commentkit.model import Comment, Decision, Edit, EditStatus, Erasure, Reason, Status, Thread
from commentkit.policy import unfinished
from commentkit.service import writer
from commentkit.service.editing import ASK, editable_until
from commentkit.service.house import MACHINE, WRITER, House
from commentkit.service.notify import announce
from commentkit.store import comments, desk, edits, mail, outbox, reports, threads
from commentkit.store.database import Connection
from commentkit.store.mail import Watch

WITHDRAW = "withdraw"
PUT_BACK = "put-back"
ERASED = {
    Erasure.TEXT: "erase-text",
    Erasure.IDENTITY: "erase-identity",
    Erasure.BOTH: "erase",
}

_NO_RECEIPT = "There is no comment with this receipt."


@dataclass(frozen=True)
class Mine:
    """A comment as its writer sees it.

    Attributes:
        newest: the newest text that they changed it to, if they did; waiting, refused or done.
        has_email: an e-mail address is kept with it.
        told: what was asked for with its e-mail address. Whether that was confirmed only its holder may know: whoever
            typed another's address must not learn whether it is known here.
        editable_until: until when its text can be changed; None where it can't (any more).
    """

    thread: Thread
    comment: Comment
    newest: Edit | None
    has_email: bool
    editable_until: datetime | None
    told: Watch | None = None

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
        comment = await comments.by_receipt(connection, house.site, signing.token_hash(receipt))
        if comment is None:
            raise NotFound(_NO_RECEIPT)
        return Mine(
            thread=await threads.get(connection, comment.thread_id),
            comment=comment,
            newest=await edits.newest(connection, comment.id),
            has_email=bool(await comments.sealed_email(connection, comment.id)),
            editable_until=editable_until(house, comment),
            told=await mail.watch_of(connection, comment.id),
        )


async def withdraw(house: House, receipt: str) -> None:
    """Take a comment back: readers don't see it, and nobody but its writer can put it back.

    Raises:
        NotFound: no comment has this receipt.
        Refused: it was erased.
    """
    async with house.db.write() as connection:
        comment = await _mine(connection, house, receipt)
        if comment.status is Status.ERASED:
            raise Refused("It was erased; there is nothing left to take back.")
        if comment.status is not Status.WITHDRAWN:
            await _move(connection, house, comment, WITHDRAW, Status.WITHDRAWN)


async def put_back(house: House, receipt: str) -> None:
    """Put back what was taken back, to where it stood: what waited waits, what a moderator hid stays hidden.

    Raises:
        NotFound: no comment has this receipt.
        Refused: it was erased meanwhile.
    """
    async with house.db.write() as connection:
        comment = await _mine(connection, house, receipt)
        if comment.status is Status.ERASED:
            raise Refused("It was erased; it can't be put back.")
        if comment.status is not Status.WITHDRAWN:
            return  # it is there already
        lines = (await desk.history(connection, [comment.id]))[comment.id]
        [*_, taken] = [line for line in lines if line.after is Status.WITHDRAWN]
        await _move(connection, house, comment, PUT_BACK, taken.before)
        if taken.before is Status.PENDING:
            found = (await comments.findings(connection, [comment.id]))[comment.id]
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
        comment = await _mine(connection, house, receipt)
        if comment.asked_at is not None:
            raise Refused("You have asked for another look before. That can be done once.")
        newest = await edits.newest(connection, comment.id)
        about_edit = newest is not None and comment.status is Status.PUBLISHED and _asks_edit(newest)
        if not about_edit and not _asks_comment(comment):
            raise Refused("There is no decision that could be looked at again.")
        asked = await comments.ask(connection, comment, now, about_edit=about_edit)
        if about_edit and newest is not None:
            asked = asked and await edits.settle(connection, newest, EditStatus.WAITING, Reason.ASKED, now)
        if not asked:
            raise Conflict("Somebody was quicker.")
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
        comment = await _mine(connection, house, receipt)
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


async def _mine(connection: Connection, house: House, receipt: str) -> Comment:
    comment = await comments.by_receipt(connection, house.site, signing.token_hash(receipt), lock=True)
    if comment is None:
        raise NotFound(_NO_RECEIPT)
    return comment


async def _move(connection: Connection, house: House, comment: Comment, move: str, after: Status) -> None:
    """The reason stays as it was, so that a comment that is put back stands as it did."""
    if not await comments.move(connection, comment, after, comment.reason):
        raise Conflict("Somebody was quicker.")
    await _tell(connection, house, comment, move, after)


async def _tell(connection: Connection, house: House, comment: Comment, move: str, after: Status) -> None:
    await desk.record(
        connection, house.site, comment, actor=WRITER, move=move, after=after, note="", at=house.clock()
    )
    await threads.bump(connection, comment.thread_id)
    thread = await threads.get(connection, comment.thread_id)
    await announce(connection, house, _EVENTS.get(move, "erased"), thread, comment, after)


_EVENTS = {WITHDRAW: "withdrawn", PUT_BACK: "put-back", ASK: "asked"}


async def everything(house: House, receipt: str) -> dict[str, Any]:
    """All that is kept about a comment, for its writer to take along, as values that JSON can hold.

    Raises:
        NotFound: no comment has this receipt.
    """
    now = house.clock()
    async with house.db.read() as connection:
        comment = await comments.by_receipt(connection, house.site, signing.token_hash(receipt))
        if comment is None:
            raise NotFound(_NO_RECEIPT)
        thread = await threads.get(connection, comment.thread_id)
        parents = await comments.parents_of(connection, [comment])
        history = (await desk.history(connection, [comment.id]))[comment.id]
        texts = (await edits.of(connection, [comment.id]))[comment.id]
        sealed = await comments.all_kept(connection, comment.id, now)
        jobs = await outbox.of_comment(connection, comment.id)
        reported = (await reports.of(connection, [comment.id]))[comment.id]
        email = await writer.email_of(house, connection, comment.id)
        watch = await mail.watch_of(connection, comment.id)
    parent = parents.get(comment.parent_id or 0)
    return {
        "site": house.settings.site_name,
        "thread": {"key": thread.key, "title": thread.title, "url": thread.url},
        "comment": {
            "id": comment.public_id,
            "posted_at": comment.created_at.isoformat(),
            "in_reply_to": parent.public_id if parent else None,
            "state": comment.status,
            "why": comment.reason,
            "asked_again_at": comment.asked_at.isoformat() if comment.asked_at else None,
            "name": comment.name,
            "email": email,
            "website": comment.website,
            "content_warning": comment.warning,
            "text": comment.body,
            "html": comment.html,
            "as_guest_author": comment.by_guest,
            "seed_of_the_avatar": comment.seed,
        },
        "answers_by_mail": _told(watch) if watch else None,
        "other_texts": [
            {
                "state": each.status,
                "why": each.reason,
                "sent_at": each.created_at.isoformat(),
                "text": each.body,
                "html": each.html,
                "checks_were_sent": _opened(house, each.sent if each.shred_at > now else {}),
            }
            for each in texts
        ],
        "decisions": [
            {"at": line.at.isoformat(), "by": _by(line), "what": line.move, "before": line.before,
             "after": line.after}
            for line in history
        ],
        "checks_were_sent": _opened(house, sealed),
        "background_jobs": [{"kind": job.kind, "about": dict(job.payload)} for job in jobs],
        "reports": [{"at": each.at.isoformat(), "reason": each.reason} for each in reported],
        "not_in_this_file": (
            "What is kept and is somebody else's: whether and when the holder of the e-mail address confirmed it, "
            "and how often they want mails (the links in those tell); what readers who reported the comment wrote to "
            "the moderators; which moderator decided, and their notes. Which words or signs a check pointed out, so "
            "that checks can't be tried out. The receipt and the form that the comment came by, which are kept as "
            "codes only."
        ),
    }  # fmt: skip


def _told(asked_for: Watch) -> dict[str, Any]:
    return {
        "told_about_answers": asked_for.answers,
        "known_again": asked_for.known,
        "language": asked_for.tongue.language,
    }


def _by(line: Decision) -> str:
    return {MACHINE: "the checks", WRITER: "you"}.get(line.actor, "a moderator")


def _opened(house: House, sealed: Mapping[str, str]) -> dict[str, dict[str, str] | None]:
    """Sealed copies, opened; None where the key has changed since."""
    return {check: house.signer.unseal("sent", blob) for check, blob in sealed.items()}
