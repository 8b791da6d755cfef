"""The reader who writes: a comment is saved first, judged second; nothing is open while a check is waited for."""

from dataclasses import dataclass, replace
from datetime import timedelta

from commentkit import signing
from commentkit.draft import Draft
from commentkit.errors import Conflict, InvalidDraft, Problem, TextRefused, ThreadClosed
from commentkit.language import _
from commentkit.model import Comment, Status, Submission, Thread, Visit, Visitor
from commentkit.service import before, mail, names
from commentkit.service.house import House
from commentkit.service.judging import GRACE, first_look, judge, sealed_copies
from commentkit.signing import FormStamp
from commentkit.store import comments, copies, outbox, threads
from commentkit.store.database import Connection
from commentkit.text import SafeHtml, render


class OnceUsed(Conflict):
    """The same form came again with another text. The first one, `comment`, stands."""

    code = "already-sent"

    def __init__(self, comment: Comment) -> None:
        super().__init__(_("This form was already sent, with another text. The first one stands as it is."))
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
    settled = await judge(house, posted.thread, posted.comment, submission, first_look(house))
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
                raise Conflict(_("The comment could not be stored. Please send it again."))
            return await _repeated(connection, earlier, fingerprint, receipt), None
        await before.answered(
            house, connection, stamp, draft
        )  # first, as the sweep does: nobody waits for each other
        await mail.asked(house, connection, thread, comment.id, draft, origin.proof, origin.prefix)
        keep_until = now + timedelta(days=house.settings.akismet_keep_days)
        await copies.keep(connection, comment.id, sealed_copies(house, submission), keep_until)
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
            "not-found", _("The comment that you answer isn't there any more. Your text is safe below.")
        )
        raise InvalidDraft({"parent": problem})
    return parent
