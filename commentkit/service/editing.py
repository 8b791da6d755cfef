"""A writer changes their text. What readers see stays until the new one has been judged; no text is lost."""

from dataclasses import replace
from datetime import datetime, timedelta

from commentkit import signing
from commentkit.draft import Draft
from commentkit.errors import Conflict, NotFound, Refused
from commentkit.language import _, plural
from commentkit.model import Comment, Edit, EditStatus, Judged, Reason, Status, Submission, Thread
from commentkit.service import before, care, writer
from commentkit.service.decisions import decided, record
from commentkit.service.house import MACHINE, WRITER, House
from commentkit.service.judging import (
    EDIT,
    GRACE,
    Look,
    first_look,
    judge,
    sealed_copies,
    second_look,
    submission_of,
    weigh,
)
from commentkit.service.notify import announce
from commentkit.service.writer import Origin
from commentkit.signing import ActStamp, FormStamp
from commentkit.store import comments, desk, edits, findings, outbox, threads
from commentkit.store.database import Connection

PUBLISH_EDIT = "publish-edit"
REFUSE_EDIT = "refuse-edit"
HOLD_EDIT = "hold-edit"
ASK = "ask"

OPEN = frozenset({Status.PENDING, Status.PUBLISHED})
"""Where a comment's text can be changed: what a moderator took away isn't brought back by changing it."""


class ChangedMeanwhile(Conflict):
    """Another text was sent for this comment since the form was opened; this one was not stored."""

    code = "changed-meanwhile"

    def __init__(self) -> None:
        super().__init__(_("Another text was sent for this comment since you opened the form."))


def editable_until(house: House, comment: Comment) -> datetime | None:
    """Until when a comment's text can be changed; None where it can't (any more)."""
    until = comment.created_at + timedelta(minutes=house.settings.edit_minutes)
    return until if comment.status in OPEN and house.clock() < until else None


async def edit(
    house: House,
    receipt: str,
    form: ActStamp,
    draft: Draft,
    origin: Origin,
    *,
    seen: int | None,
    confirmed: bool = False,
    warning: str | None = None,
) -> Comment:
    """Store a new text, have it judged, and publish it if nothing asks for a person.

    The text of a comment that waits is changed at once (nobody has read it) and the comment judged anew. Where only the
    content warning is another, nothing is judged.

    Args:
        form: what the form was signed with.
        draft: only its text is taken.
        seen: the newest changed text (its id, 0 for none) when the form was opened; None to take it as it is.
        confirmed: the writer wants no advice.
        warning: the content warnings as for `warn`; None to leave them as they are.
    Raises:
        NotFound: no comment has this receipt.
        BeforePosting: the writer may want to see something first; nothing was stored or sent to a check.
        InvalidDraft: the text can't be rendered.
        Refused: the text can't be changed (any more).
        ChangedMeanwhile: another text was sent since the form was opened.
    """
    html = writer.render_body(draft)
    stamp = FormStamp(house.site, "", "", "", "", form.once, form.made, form.shown)
    async with house.db.read() as connection:
        comment = await mine(connection, house, receipt)
        new = draft.body != _text(comment, await edits.newest(connection, comment.id))
    if new and not confirmed:
        await before.look(house, stamp, draft)
    now = house.clock()
    async with house.db.write() as connection:
        comment = await mine(connection, house, receipt, lock=True)
        newest = await edits.newest(connection, comment.id)
        if warning is not None:
            comment = await care.warn_own(connection, house, comment, warning)
        if draft.body == _text(comment, newest):
            return comment  # it is there already, perhaps from the same form
        if editable_until(house, comment) is None:
            raise Refused(too_late(house, comment))
        if seen is not None and seen != (newest.id if newest else 0):
            raise ChangedMeanwhile
        thread = await threads.get(connection, comment.thread_id)
        submission = replace(
            await submission_of(house, connection, comment, origin.page),
            body=draft.body,
            html=html,
            visitor=origin.visitor,
            again=False,
        )
        changed = await edits.add(
            connection,
            house.site,
            comment.id,
            body=draft.body,
            html=html,
            sent=sealed_copies(house, submission),
            shred_at=now + timedelta(days=house.settings.akismet_keep_days),
            now=now,
        )
        await before.answered(house, connection, stamp, draft)
        await outbox.checked(connection, comment.id, now, outbox.EDIT)  # of a text that is replaced now
        if comment.status is Status.PENDING:
            moved = await edits.swap(connection, changed, comment, EditStatus.DONE, now)
            await outbox.checked(connection, comment.id, now)
        else:
            moved = await comments.touch(connection, comment)
        if not moved:
            raise Conflict(_("Somebody was quicker."))
        await record(connection, house, comment, WRITER, EDIT, comment.status, edit_id=changed.id)
        await outbox.put(
            connection,
            house.site,
            outbox.CHECK if comment.status is Status.PENDING else outbox.EDIT,
            due_at=now + timedelta(seconds=house.settings.check_patience) + GRACE,
            comment_id=comment.id,
            payload={"page": origin.page, "age": None, "trap": False},
        )
        current = await comments.get(connection, comment.id) or comment
    if comment.status is Status.PENDING:
        return await judge(house, thread, current, submission, first_look(house))
    return await _judge(house, thread, current, changed, submission, first_look(house))


def _text(comment: Comment, newest: Edit | None) -> str:
    """What its writer sent last."""
    return newest.body if newest is not None and newest.status is EditStatus.WAITING else comment.body


async def warn(house: House, receipt: str, warning: str) -> None:
    """Choose the content warnings of one's own comment, which can be done at any time.

    Args:
        warning: of the site's list, separated by a comma and a space; what a moderator has set stays besides.
    Raises:
        NotFound: no comment has this receipt.
        Refused: it was erased.
    """
    async with house.db.write() as connection:
        comment = await mine(connection, house, receipt, lock=True)
        await care.warn_own(connection, house, comment, warning)


async def mine(connection: Connection, house: House, receipt: str, *, lock: bool = False) -> Comment:
    """The comment of a receipt.

    Args:
        lock: let nobody change it until the transaction ends.
    Raises:
        NotFound: no comment has this receipt.
    """
    comment = await comments.by_receipt(connection, house.site, signing.token_hash(receipt), lock=lock)
    if comment is None:
        raise NotFound(_("There is no comment with this receipt."))
    return comment


def too_late(house: House, comment: Comment) -> str:
    """Why the text of a comment can't be changed (any more)."""
    if comment.status is Status.WITHDRAWN:
        return _("You took this comment back. Put it back first, then change it.")
    if comment.status not in OPEN:
        return _("This comment isn't shown just now, so its text can't be changed.")
    minutes = house.settings.edit_minutes
    if not minutes:
        return _("On this site a comment's text can't be changed once it is posted.")
    return plural(
        "A comment's text can be changed for %(num)s minute after it was posted; that time is over.",
        "A comment's text can be changed for %(num)s minutes after it was posted; that time is over.",
        minutes,
    )


async def _judge(
    house: House, thread: Thread, comment: Comment, changed: Edit, submission: Submission, look: Look
) -> Comment:
    """Have the changed text of a published comment looked at, then publish it or let it wait.

    Whatever the checks say, the text that readers see stays where it is until a better verdict: even what looks like
    spam only waits.
    """
    weighed = await weigh(submission, look)
    async with house.db.write() as connection:
        judged = await decided(house, connection, thread, comment, weighed.findings)
        current = await comments.get(connection, comment.id, lock=True)
        newest = await edits.newest(connection, comment.id)
        if current is None or newest is None or newest.id != changed.id or current.seed != comment.seed:
            # erased, the person alone too, or changed once more: nothing may be found about what isn't there
            return current or comment
        if newest.status is not EditStatus.WAITING or newest.reason is Reason.ASKED:
            await outbox.checked(connection, comment.id, house.clock(), outbox.EDIT)
            return current  # a person was quicker, or is asked for
        await findings.put(connection, comment.id, weighed.found, newest.id)
        await _settle(house, connection, thread, current, newest, judged)
        await weighed.finish(house, connection, comment.id, outbox.EDIT)
        return await comments.get(connection, comment.id) or comment


async def _settle(
    house: House, connection: Connection, thread: Thread, comment: Comment, changed: Edit, judged: Judged
) -> None:
    now = house.clock()
    publishes = judged.status is Status.PUBLISHED
    if publishes:
        done = await edits.swap(connection, changed, comment, EditStatus.DONE, now)
    elif judged.reason is changed.reason:
        return  # nothing has changed, and a moderator who is looking isn't disturbed
    else:
        done = await edits.settle(connection, changed, EditStatus.WAITING, judged.reason, now)
        done = await comments.touch(connection, comment) and done
    if not done:
        raise Conflict(_("Somebody was quicker."))
    move = PUBLISH_EDIT if publishes else HOLD_EDIT
    await told(house, connection, thread, comment, changed, MACHINE, move)


async def told(
    house: House,
    connection: Connection,
    thread: Thread,
    comment: Comment,
    changed: Edit,
    actor: str,
    move: str,
    note: str = "",
    undoes: int | None = None,
) -> None:
    """Write down what was done with a changed text, and let readers and listeners see it."""
    await record(
        connection, house, comment, actor, move, comment.status, note, undoes=undoes, edit_id=changed.id
    )
    await threads.bump(connection, thread.id)
    kind = "edit-waits" if move == HOLD_EDIT else "edited"
    if move != REFUSE_EDIT:
        await announce(connection, house, kind, thread, comment, comment.status)


async def judge_again(house: House, comment_id: int, page: str, attempts: int) -> None:
    """The worker's second look at a changed text whose checks failed, were late, or died with their process."""
    now = house.clock()
    async with house.db.read() as connection:
        comment = await comments.get(connection, comment_id)
        changed = await edits.newest(connection, comment_id)
        waits = comment is not None and changed is not None and changed.status is EditStatus.WAITING
        if comment is not None and changed is not None and waits:
            thread = await threads.get(connection, comment.thread_id)
            found = await findings.of_edit(connection, changed.id)
            lines = (await desk.history(connection, [comment_id]))[comment_id]
            submission = await submission_of(house, connection, comment, page)
    if comment is None or changed is None or not waits:
        async with house.db.write() as connection:
            await outbox.checked(connection, comment_id, now, outbox.EDIT)
        return
    submission = replace(submission, body=changed.body, html=changed.html)
    settled = any(line.edit_id == changed.id and line.actor != WRITER for line in lines)
    kept = changed.sent if changed.shred_at > now else {}
    look = second_look(house, found, kept, attempts, settled=settled)
    await _judge(house, thread, comment, changed, submission, look)
