"""A writer changes their text. What readers see stays until the new one has been judged; no text is lost."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from commentkit import policy, signing
from commentkit.checks.run import run
from commentkit.draft import Draft
from commentkit.errors import Conflict, NotFound, Refused
from commentkit.hooks import Check
from commentkit.model import (
    Comment,
    Edit,
    EditStatus,
    Finding,
    Judged,
    Reason,
    Status,
    Submission,
    Thread,
    Visitor,
)
from commentkit.service import before, writer
from commentkit.service.decisions import decided
from commentkit.service.house import MACHINE, WRITER, House
from commentkit.service.notify import announce
from commentkit.service.writer import EDIT, Origin
from commentkit.signing import ActStamp, FormStamp
from commentkit.store import comments, desk, edits, outbox, threads
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
) -> Comment:
    """Store a new text, have it judged, and publish it if nothing asks for a person.

    The text of a comment that waits is changed at once (nobody has read it) and the comment judged anew.

    Args:
        form: what the form was signed with.
        draft: only its text is taken.
        seen: the newest changed text (its id, 0 for none) when the form was opened; None to take it as it is.
        confirmed: the writer wants no advice.
    Raises:
        NotFound: no comment has this receipt.
        BeforePosting: the writer may want to see something first; nothing was stored or sent to a check.
        InvalidDraft: the text can't be rendered.
        Refused: the text can't be changed (any more).
        ChangedMeanwhile: another text was sent since the form was opened.
    """
    html = writer.render_body(draft)
    stamp = FormStamp(house.site, "", "", "", "", form.once, form.made, form.shown)
    if not confirmed:
        await before.look(house, stamp, draft)
    now = house.clock()
    async with house.db.write() as connection:
        comment = await comments.by_receipt(connection, house.site, signing.token_hash(receipt), lock=True)
        if comment is None:
            raise NotFound("There is no comment with this receipt.")
        newest = await edits.newest(connection, comment.id)
        waiting = newest if newest is not None and newest.status is EditStatus.WAITING else None
        if draft.body == (waiting or comment).body:
            return comment  # it is there already, perhaps from the same form
        if editable_until(house, comment) is None:
            raise Refused(too_late(house, comment))
        if seen is not None and seen != (newest.id if newest else 0):
            raise ChangedMeanwhile("Another text was sent for this comment since you opened the form.")
        thread = await threads.get(connection, comment.thread_id)
        submission = replace(
            await _submission(house, connection, comment, draft.body, html, origin.page),
            visitor=origin.visitor,
            again=False,
        )
        changed = await edits.add(
            connection,
            house.site,
            comment.id,
            body=draft.body,
            html=html,
            sent=writer.sealed_copies(house, submission),
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
            raise Conflict("Somebody was quicker.")
        await desk.record(
            connection,
            house.site,
            comment,
            actor=WRITER,
            move=EDIT,
            after=comment.status,
            note="",
            at=now,
            edit_id=changed.id,
        )
        await outbox.put(
            connection,
            house.site,
            outbox.CHECK if comment.status is Status.PENDING else outbox.EDIT,
            due_at=now + timedelta(seconds=house.settings.check_patience) + writer.GRACE,
            comment_id=comment.id,
            payload={"page": origin.page, "age": None, "trap": False},
        )
        current = await comments.get(connection, comment.id) or comment
    patience = house.settings.check_patience
    if comment.status is Status.PENDING:
        return await writer.judge(house, thread, current, submission, house.checks, [], patience)
    return await _judge(house, thread, current, changed, submission, house.checks, [], patience)


def too_late(house: House, comment: Comment) -> str:
    """Why the text of a comment can't be changed (any more)."""
    if comment.status is Status.WITHDRAWN:
        return "You took this comment back. Put it back first, then change it."
    if comment.status not in OPEN:
        return "This comment isn't shown just now, so its text can't be changed."
    minutes = house.settings.edit_minutes
    if not minutes:
        return "On this site a comment's text can't be changed once it is posted."
    return f"A comment's text can be changed for {minutes} minutes after it was posted; that time is over."


async def _submission(
    house: House, connection: Connection, comment: Comment, body: str, html: str, page: str
) -> Submission:
    return Submission(
        public_id=comment.public_id,
        permalink=page,
        name=comment.name,
        email=await writer.email_of(house, connection, comment.id),
        website=comment.website,
        body=body,
        html=html,
        created_at=comment.created_at,
        is_reply=comment.parent_id is not None,
        by_guest=comment.by_guest,
        visitor=Visitor(address=None),
        again=True,
    )


async def _judge(
    house: House,
    thread: Thread,
    comment: Comment,
    changed: Edit,
    submission: Submission,
    checks: Sequence[Check],
    earlier: Sequence[Finding],
    patience: float,
    attempts: int = 0,
) -> Comment:
    """Ask `checks` about the changed text of a published comment, then publish it or let it wait.

    Whatever the checks say, the text that readers see stays where it is until a better verdict: even what looks like
    spam only waits.
    """
    found = await run(checks, submission, patience)
    asked = {check.name for check in checks}
    findings = [finding for finding in earlier if finding.check not in asked] + found
    now = house.clock()
    async with house.db.write() as connection:
        judged = await decided(house, connection, thread, comment, findings)
        current = await comments.get(connection, comment.id, lock=True)
        newest = await edits.newest(connection, comment.id)
        if current is None or newest is None or newest.id != changed.id or current.name != comment.name:
            return (
                current or comment
            )  # erased or changed once more: nothing may be found about what isn't there
        if newest.status is not EditStatus.WAITING or newest.reason is Reason.ASKED:
            await outbox.checked(connection, comment.id, now, outbox.EDIT)
            return current  # a person was quicker, or is asked for
        await comments.report(connection, comment.id, found, newest.id)
        await _settle(house, connection, thread, current, newest, judged)
        if unfinished := policy.unfinished(findings):
            due_at = now + writer.pause(found, attempts)
            await outbox.check_again(connection, comment.id, due_at, ", ".join(unfinished), outbox.EDIT)
        else:
            await outbox.checked(connection, comment.id, now, outbox.EDIT)
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
        raise Conflict("Somebody was quicker.")
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
    await desk.record(
        connection,
        house.site,
        comment,
        actor=actor,
        move=move,
        after=comment.status,
        note=note,
        at=house.clock(),
        undoes=undoes,
        edit_id=changed.id,
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
            there = {check.name for check in house.checks}
            earlier = [
                finding
                for finding in await edits.findings(connection, changed.id)
                if finding.check in there or finding.code != policy.COULD_NOT_CHECK
            ]
            lines = (await desk.history(connection, [comment_id]))[comment_id]
            judged = bool(earlier) or any(
                line.edit_id == changed.id and line.actor != WRITER for line in lines
            )
            failed = policy.unfinished(earlier)
            checks = [check for check in house.checks if not judged or check.name in failed]
            submission = await _submission(house, connection, comment, changed.body, changed.html, page)
    if comment is None or changed is None or not waits:
        async with house.db.write() as connection:
            await outbox.checked(connection, comment_id, now, outbox.EDIT)
        return
    kept = changed.sent if changed.shred_at > now else {}
    again = [writer.Again(check, house.signer.unseal("sent", kept.get(check.name, ""))) for check in checks]
    await _judge(
        house, thread, comment, changed, submission, again, earlier, writer.SECOND_PATIENCE, attempts
    )
