"""The reader who writes: a comment is saved first, judged second; nothing is open while a check is waited for."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from commentkit import policy, signing
from commentkit.checks.run import run
from commentkit.draft import Draft
from commentkit.errors import Conflict, InvalidDraft, Problem, TextRefused, ThreadClosed
from commentkit.hooks import Check, Remembers
from commentkit.model import (
    Comment,
    Decision,
    Finding,
    Judged,
    Reason,
    Status,
    Submission,
    Thread,
    Visit,
    Visitor,
    Weight,
)
from commentkit.service import before, mail, names
from commentkit.service.decisions import decided
from commentkit.service.house import MACHINE, WRITER, House
from commentkit.service.notify import announce
from commentkit.signing import FormStamp
from commentkit.store import comments, desk, outbox, threads
from commentkit.store.database import Connection
from commentkit.text import SafeHtml, render

GRACE = timedelta(seconds=5)  # a comment whose judging died with its process is looked at again after this
SECOND_PATIENCE = 15.0  # seconds; nobody waits for a second look


EDIT = "edit"
"""The line in the history that says that a comment's writer changed its text."""


class OnceUsed(Conflict):
    """The same form came again with another text. The first one, `comment`, stands."""

    code = "already-sent"

    def __init__(self, comment: Comment) -> None:
        super().__init__("This form was already sent, with another text. The first one stands as it is.")
        self.comment = comment


@dataclass(frozen=True)
class Origin:
    """How a form came in: who sent it, from which page, how old it was, what was in its trap, and by which device.

    Attributes:
        proof, prefix: as for `mail.asked`.
    """

    visitor: Visitor
    page: str
    age: float | None = None
    trap: str = ""
    device: str = ""
    proof: str = ""
    prefix: str = ""


@dataclass(frozen=True)
class Posted:
    """A stored comment. `again` tells that the very same form had come before."""

    thread: Thread
    comment: Comment
    receipt: str
    again: bool = False


def render_body(draft: Draft) -> SafeHtml:
    """A draft's text as safe HTML.

    Raises:
        InvalidDraft: the text has more markup than can be shown.
    """
    try:
        return render(draft.body)
    except TextRefused as error:
        raise InvalidDraft({"body": Problem(error.code, str(error))}) from None


async def submit(
    house: House,
    stamp: FormStamp,
    draft: Draft,
    origin: Origin,
    guest: Visit | None,
    *,
    confirmed: bool = False,
) -> Posted:
    """Store a comment, have it judged, and settle it.

    Args:
        stamp: what the form was signed with.
        guest: the visit of this thread's guest author, if it is one.
        confirmed: the writer wants no advice.
    Raises:
        BeforePosting: the writer may want to see something first; nothing was stored or sent to a check.
        ThreadClosed: the thread takes no more comments.
        OnceUsed: the form was sent before with another text.
        InvalidDraft: the text can't be rendered, what it answers can't be seen, or the name looks like a guest's.
    """
    html = render_body(draft)
    if guest is None:
        await names.free(house, stamp, draft)
    if not confirmed:
        await before.look(house, stamp, draft, lambda connection: _place(connection, house, stamp, draft))
    posted, submission = await _save(house, stamp, draft, html, origin, guest)
    if submission is None:
        return posted
    settled = await judge(
        house, posted.thread, posted.comment, submission, house.checks, [], house.settings.check_patience
    )
    return replace(posted, comment=settled)


async def _save(
    house: House, stamp: FormStamp, draft: Draft, html: SafeHtml, origin: Origin, guest: Visit | None
) -> tuple[Posted, Submission | None]:
    """Transaction 1: the comment as PENDING with its job and its sealed copies. From here nothing can be lost."""
    now = house.clock()
    signer = house.signer
    receipt = signer.receipt(stamp.once)
    typed = (draft.parent, draft.name, draft.email, draft.website, draft.body)
    fingerprint = signer.fingerprint(stamp.key, *typed, *([draft.warning] if draft.warning else []))
    async with house.db.write() as connection:
        earlier = await comments.by_once(connection, house.site, stamp.once)
        if earlier is not None:
            return await _repeated(connection, earlier, fingerprint, receipt), None
        thread, parent = await _place(connection, house, stamp, draft)
        if not thread.id:
            thread = await threads.ensure(connection, thread, now)
        by_guest = guest is not None and guest.thread_id == thread.id
        name = guest.name if guest is not None and by_guest else draft.name
        submission = Submission(
            public_id=signing.random_id(),
            permalink=origin.page,
            name=name,
            email=draft.email,
            website=draft.website,
            body=draft.body,
            html=html,
            created_at=now,
            is_reply=parent is not None,
            by_guest=by_guest,
            visitor=origin.visitor,
            trap=origin.trap,
            age=origin.age,
        )
        comment = await comments.add(
            connection,
            comments.NewComment(
                site=house.site,
                thread_id=thread.id,
                parent_id=parent.id if parent else None,
                public_id=submission.public_id,
                once=stamp.once,
                fingerprint=fingerprint,
                receipt_hash=signing.token_hash(receipt),
                depth=parent.depth + 1 if parent else 0,
                name=name,
                email_sealed=signer.seal("email", {"email": draft.email}) if draft.email else "",
                website=draft.website,
                body=draft.body,
                html=html,
                by_guest=by_guest,
                seed=signer.seed(origin.device, thread.key, name) if origin.device else signing.random_id(),
                created_at=now,
                warning=draft.warning,
            ),
        )
        if comment is None:  # the same form, sent twice at once: the other one was quicker
            earlier = await comments.by_once(connection, house.site, stamp.once)
            if earlier is None:
                raise Conflict("The comment could not be stored. Please send it again.")
            return await _repeated(connection, earlier, fingerprint, receipt), None
        await mail.asked(house, connection, thread, comment.id, draft, origin.proof, origin.prefix)
        await before.answered(house, connection, stamp, draft)
        keep_until = now + timedelta(days=house.settings.akismet_keep_days)
        await comments.keep(connection, comment.id, sealed_copies(house, submission), keep_until)
        patience = timedelta(seconds=house.settings.check_patience)
        await outbox.put(
            connection,
            house.site,
            outbox.CHECK,
            due_at=now + patience + GRACE,
            comment_id=comment.id,
            payload={"page": origin.page, "age": origin.age, "trap": bool(origin.trap)},
        )
    return Posted(thread, comment, receipt), submission


def sealed_copies(house: House, submission: Submission) -> dict[str, str]:
    """What each check that remembers will be sent, sealed, by check."""
    return {
        check.name: house.signer.seal("sent", check.remember(submission))
        for check in house.checks
        if isinstance(check, Remembers)
    }


async def _repeated(
    connection: Connection, earlier: tuple[Comment, str], fingerprint: str, receipt: str
) -> Posted:
    comment, first = earlier
    if not signing.same(first, fingerprint):
        raise OnceUsed(comment)
    return Posted(await threads.get(connection, comment.thread_id), comment, receipt, again=True)


async def _place(
    connection: Connection, house: House, stamp: FormStamp, draft: Draft
) -> tuple[Thread, Comment | None]:
    """The thread of a form, which may not be stored yet, and what the draft answers in it."""
    descriptor = Thread(0, house.site, stamp.key, stamp.title, stamp.url, stamp.guest)
    thread = await threads.find(connection, house.site, stamp.key) or descriptor
    if thread.closed:
        raise ThreadClosed(thread.closed)
    return thread, await _parent(connection, house.site, thread, draft.parent)


async def _parent(connection: Connection, site: str, thread: Thread, public_id: str) -> Comment | None:
    if not public_id:
        return None
    parent = await comments.by_public_id(connection, site, public_id)
    if parent is None or parent.thread_id != thread.id or parent.status is not Status.PUBLISHED:
        problem = Problem(
            "not-found", "The comment that you answer isn't there any more. Your text is safe below."
        )
        raise InvalidDraft({"parent": problem})
    return parent


async def judge(
    house: House,
    thread: Thread,
    comment: Comment,
    submission: Submission,
    checks: Sequence[Check],
    earlier: Sequence[Finding],
    patience: float,
    attempts: int = 0,
    judged_before: bool = False,
) -> Comment:
    """Ask `checks`, then transaction 2: settle if nobody was quicker. Returns the comment as it then stands.

    Args:
        earlier: what was found before by checks that aren't asked now.
        attempts: how often it was tried before.
        judged_before: it has been settled at least once; only a change is then worth a line in the history.
    """
    found = await run(checks, submission, patience)
    asked = {check.name for check in checks}
    findings = [finding for finding in earlier if finding.check not in asked] + found
    now = house.clock()
    async with house.db.write() as connection:
        judged = await decided(house, connection, thread, comment, findings)
        current = await comments.get(connection, comment.id, lock=True)
        if current is None or current.status is Status.ERASED:
            return current or comment  # its jobs went with it, and no finding may come after
        if (current.body, current.name) != (comment.body, comment.name):
            return current  # this was about what isn't there any more; the job that is left looks at what is
        if current.asked_at is not None:
            judged = Judged(Status.PENDING, Reason.ASKED)  # its writer asked for a person
        await comments.report(connection, comment.id, found)
        unfinished = policy.unfinished(findings)
        due_at = now + pause(found, attempts)
        if judged_before and judged == Judged(current.status, current.reason):
            # Nothing has changed: no line in the history, and a moderator who is looking isn't disturbed.
            if unfinished:
                await outbox.check_again(connection, comment.id, due_at, ", ".join(unfinished))
            else:
                await outbox.checked(connection, comment.id, now)
        elif await comments.settle(connection, comment, judged):
            await desk.record(
                connection,
                house.site,
                comment,
                actor=MACHINE,
                move="judge",
                after=judged.status,
                note="",
                at=now,
            )
            await threads.bump(connection, thread.id)
            await announce(connection, house, "judged", thread, comment, judged.status)
            if unfinished:
                await outbox.check_again(connection, comment.id, due_at, ", ".join(unfinished))
            else:
                await outbox.checked(connection, comment.id, now)
        # Else somebody was quicker, and that stands; the job that is left sees so when it is due.
        return await comments.get(connection, comment.id) or comment


def pause(found: Sequence[Finding], attempts: int) -> timedelta:
    """How long until failed checks are asked again: as they asked, else 30 s, 2 min, 8 min … up to 6 h."""
    asked = [int(finding.data["retry_after"]) for finding in found if "retry_after" in finding.data]
    return timedelta(seconds=max(asked) if asked else min(30 * 4 ** min(attempts, 8), 6 * 3600))


async def judge_again(
    house: House, comment_id: int, page: str, age: float | None, trap: bool, attempts: int
) -> None:
    """The worker's second look at a comment whose checks failed, were late, or died with their process."""
    now = house.clock()
    async with house.db.read() as connection:
        comment = await comments.get(connection, comment_id)
        waits = comment is not None and comment.status is Status.PENDING
        if comment is not None and waits:
            thread = await threads.get(connection, comment.thread_id)
            there = {check.name for check in house.checks}
            earlier = [
                finding
                for finding in (await comments.findings(connection, [comment_id]))[comment_id]
                # A check that was taken out of the settings can't be waited for any longer.
                if finding.check in there or finding.code != policy.COULD_NOT_CHECK
            ]
            # A text about which nothing was found or settled was never judged: ask everyone.
            judged = bool(earlier) or _settled((await desk.history(connection, [comment_id]))[comment_id])
            failed = policy.unfinished(earlier)
            checks = [check for check in house.checks if not judged or check.name in failed]
            email = await email_of(house, connection, comment_id)
            sent = {
                check.name: await comments.kept(connection, comment_id, check.name, now) for check in checks
            }
    if comment is None or not waits:
        async with house.db.write() as connection:
            await outbox.checked(connection, comment_id, now)
        return
    submission = Submission(
        public_id=comment.public_id,
        permalink=page,
        name=comment.name,
        email=email,
        website=comment.website,
        body=comment.body,
        html=comment.html,
        created_at=comment.created_at,
        is_reply=comment.parent_id is not None,
        by_guest=comment.by_guest,
        visitor=Visitor(address=None),
        trap="filled in" if trap else "",
        age=age,
        again=True,
    )
    await judge(
        house,
        thread,
        comment,
        submission,
        [Again(check, house.signer.unseal("sent", sent[check.name] or "")) for check in checks],
        earlier,
        SECOND_PATIENCE,
        attempts,
        judged_before=judged,
    )


def _settled(history: Sequence[Decision]) -> bool:
    """Whether somebody has settled the comment since its writer last changed it."""
    since = [line.actor for line in history]
    edits = [place for place, line in enumerate(history) if (line.actor, line.move) == (WRITER, EDIT)]
    return any(actor != WRITER for actor in since[edits[-1] if edits else 0 :])


async def email_of(house: House, connection: Connection, comment_id: int) -> str:
    """A comment's e-mail address, opened from its seal; '' where none was given."""
    sealed = await comments.sealed_email(connection, comment_id)
    return (house.signer.unseal("email", sealed) or {}).get("email", "") if sealed else ""


@dataclass(frozen=True)
class Again:
    """A check that is asked again with what it was sent first; without that copy, only a person can decide."""

    check: Check
    sent: dict[str, str] | None

    @property
    def name(self) -> str:
        return self.check.name

    async def examine(self, submission: Submission) -> Sequence[Finding]:
        if isinstance(self.check, Remembers) and self.sent is None:
            reason = (
                "What this check was sent is no longer kept, so it can't be asked again. A person decides."
            )
            return [Finding(self.name, "copy-gone", reason, Weight.HOLD)]
        return await self.check.examine(replace(submission, sent=self.sent))
