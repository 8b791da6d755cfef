"""The reader's pages: a thread, one comment in its place, writing, the data page."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from commentkit import signing
from commentkit.advice import Advice
from commentkit.checks.traps import TRAP_FIELD
from commentkit.draft import Draft
from commentkit.errors import CommentkitError, InvalidDraft, NotFound, Problem, ThreadClosed, TokenInvalid
from commentkit.language import _
from commentkit.model import Comment, Status, Thanks, Thread, Visit
from commentkit.service import reader, thanks, writer
from commentkit.service.before import BeforePosting
from commentkit.service.editing import editable_until
from commentkit.service.house import comment_page, thread_page
from commentkit.signing import FormStamp, TokenExpired
from commentkit.store.database import DatabaseBusy
from commentkit.text import SafeHtml
from commentkit.web import data, guards
from commentkit.web.errors import headers_of, status_of
from commentkit.web.face import Face, face_of
from commentkit.web.fields import chosen_warnings
from commentkit.web.mount import TONGUE
from commentkit.web.pages import REASON_WORDS, STATE_WORDS, marked, steps, trusted, view

_TRAP_KEPT = 500


async def index(request: Request) -> Response:
    """The front door: says what this is."""
    return face_of(request).page(request, "index.html", store=True)


async def thread(request: Request) -> Response:
    """A thread on a page of its own, for sites that can't show it themselves."""
    face = face_of(request)
    known = await reader.known_thread(face.house, guards.read_key(request))
    base = face.base(request)
    fragment = await face.fragment(request, known, base, f"{base}/thread")
    return face.page(request, "thread_page.html", store=True, thread=known, fragment=fragment)


async def permalink(request: Request) -> Response:
    """One comment: what it answers, itself, and what was answered. A signed-in moderator can hide it here."""
    face = face_of(request)
    visit = await face.moderator(request)
    place = await reader.in_place(face.house, request.path_params["id"], moderator=visit is not None)
    base = face.base(request)
    open_thread = not place.thread.closed
    offered = face.house.settings.thanks
    shown = view(
        place.comment,
        base,
        open_thread=open_thread and place.comment.status is Status.PUBLISHED,
        thanks=offered if place.comment.status is Status.PUBLISHED else Thanks.OFF,
        report=place.comment.status is Status.PUBLISHED,
    )
    device = face.device(request)
    said = await thanks.said(face.house, device, [shown.id]) if device else ()
    return face.page(
        request,
        "permalink.html",
        store=visit is None,
        thread=place.thread,
        place=comment_page(base, place.thread, shown.id),
        standing=place.comment.status,
        comment=replace(shown, said_so=shown.id in said),
        parent=view(place.parent, base, open_thread=open_thread) if place.parent else None,
        steps=steps(place.replies, base, open_thread=open_thread, thanks=Thanks.OFF),
        more=place.more,
        moderator=visit.name if visit else "",
        version=place.comment.version,
        csrf=face.house.signer.csrf(visit.token_hash) if visit else "",
    )


async def reply(request: Request) -> Response:
    """The form to answer one comment, with that comment in sight."""
    face = face_of(request)
    place = await reader.in_place(face.house, request.path_params["id"])
    return await _write(request, face, place.thread, parent=place.comment.public_id)


async def _write(
    request: Request,
    face: Face,
    thread: Thread,
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    token: str = "",
    parent: str = "",
    typed: Mapping[str, str] | None = None,
    problems: Mapping[str, Problem] | None = None,
    problem: str = "",
    preview: SafeHtml | None = None,
    first: Comment | None = None,
    edit_first: str = "",
    advice: Sequence[Advice] = (),
    read: str = "",
) -> Response:
    """The page for writing: an answer, a preview, advice, or what was refused, always with the text in it.

    Args:
        first: what the same form brought before.
        edit_first: where that can be changed, if it can be.
        read: the text that the advice is about.
    """
    base = face.base(request)
    form = await face.form(
        request, thread, base, token=token, typed=typed, problems=problems, problem=problem, parent=parent
    )
    form = replace(form, edit_first=edit_first)
    answered = None
    if parent:
        try:
            answered = view((await reader.in_place(face.house, parent)).comment, base, open_thread=False)
        except NotFound:
            form = replace(form, parent="")  # it is gone; the text can still be posted by itself
    response = face.page(
        request,
        "write.html",
        status,
        store=status == 200,
        thread=thread,
        thread_url=comment_page(base, thread, answered.id) if answered else thread_page(base, thread),
        form=form,
        answered=answered,
        preview=trusted(preview) if preview is not None else None,
        first=first,
        advice=advice,
        read=read,
        pieces=marked(read, advice),
        first_state=_(STATE_WORDS[first.status]) if first else "",
        first_reason=_(REASON_WORDS[first.reason]) if first else "",
    )
    response.headers.update(headers or {})
    return response


def read_stamp(face: Face, token: str) -> FormStamp:
    """A form's token, checked for time and site.

    Raises:
        TokenInvalid: it can't be used here.
    """
    house = face.house
    stamp = house.signer.read_stamp(
        token, now=house.clock().timestamp(), lifetime=house.settings.form_hours * 3600
    )
    if stamp.site != house.site:
        raise TokenInvalid(_("This form was made for another site."))
    return stamp


def described(stamp: FormStamp) -> Thread:
    """The thread that a form was made for."""
    return Thread(0, stamp.site, stamp.key, stamp.title, stamp.url, stamp.guest)


async def post(request: Request) -> Response:
    """Preview or post a comment. Whatever goes wrong, the answer has the text in it."""
    face = face_of(request)
    guards.check_origin(request, face.house.settings)
    fields = await guards.read_form(request)
    try:
        return await _post(request, face, fields)
    except DatabaseBusy as error:  # not even the thread can be read
        return lost(request, face, fields.get("body", ""), error)


async def _post(request: Request, face: Face, fields: Mapping[str, str]) -> Response:
    try:
        stamp = read_stamp(face, fields.get("token", ""))
    except TokenInvalid as error:
        return await _renewed(request, face, fields, error)
    thread = await reader.thread_of(face.house, described(stamp))
    token, parent = fields["token"], fields.get("parent", "")
    guest = await face.guest(request, thread)
    device = face.writer(request, thread, guest)
    fresh = "" if device else signing.random_token()
    try:
        draft = parse_draft(face, fields, guest)
        if fields.get("action") == "preview":
            preview = writer.render_body(draft)
            return await _write(
                request, face, thread, token=token, parent=parent, typed=fields, preview=preview
            )
        trap = fields.get(TRAP_FIELD, "")
        posted = await send(request, face, stamp, draft, guest, trap=trap, device=device or fresh)
        if posted.again and not face.has_sent(request, stamp, thread, guest, posted.comment, again=True):
            raise writer.OnceUsed(posted.comment)
    except BeforePosting as error:
        shown = face.house.signer.stamp(replace(stamp, shown=True))
        return await _write(
            request,
            face,
            thread,
            token=shown,
            parent=parent,
            typed=fields,
            advice=error.advice,
            read=draft.body,
        )
    except writer.OnceUsed as error:
        return await _write(
            request,
            face,
            thread,
            status=409,
            parent=parent,
            typed=fields,
            problem=str(error),
            first=error.comment,
            edit_first=_edit_first(request, face, stamp, thread, guest, error.comment),
        )
    except CommentkitError as error:
        status = status_of(error)[0]
        problems = error.problems if isinstance(error, InvalidDraft) else None
        if isinstance(error, ThreadClosed):
            message = _("This thread was closed while you were writing. Nothing is lost: your text is below.")
        elif not problems:
            message = _("%(problem)s Nothing is lost: your text is below.", problem=error)
        elif fields.get("body"):
            message = _("Nothing is lost: your text is below.")
        else:
            message = _("Something is missing or needs another look.")
        return await _write(
            request,
            face,
            thread,
            status=status,
            headers=headers_of(error),
            token=token,
            parent=parent,
            typed=fields,
            problems=problems,
            problem=message,
        )
    response = RedirectResponse(f"{face.base(request)}/receipt/{posted.receipt}", 303)
    if fresh and not posted.again:
        face.know_writer(request, response, posted.thread, fresh)
    if guest is None:
        face.remember(request, response, draft, ticked=bool(fields.get("remember")))
    return response


def _edit_first(
    request: Request, face: Face, stamp: FormStamp, thread: Thread, guest: Visit | None, first: Comment
) -> str:
    """Where the first comment of a form can be changed, if it can be and was sent by this device."""
    if editable_until(face.house, first) is None or not face.has_sent(request, stamp, thread, guest, first):
        return ""
    return f"{face.base(request)}/receipt/{face.house.signer.receipt(stamp.once)}/edit"


def parse_draft(face: Face, fields: Mapping[str, str], guest: Visit | None) -> Draft:
    """The draft in a form's fields. A guest author's name comes from their sign-in, whatever the form says.

    Raises:
        InvalidDraft: with one problem for every wrong field.
    """
    limits = face.house.limits()
    if chosen := chosen_warnings(fields):
        fields = {**fields, "warning": ", ".join(chosen)}
    if guest is not None:
        fields, limits = {**fields, "name": guest.name}, replace(limits, require_email=False)
    return Draft.parse(fields, limits)


async def send(
    request: Request,
    face: Face,
    stamp: FormStamp,
    draft: Draft,
    guest: Visit | None,
    *,
    trap: str,
    device: str,
    confirmed: bool = False,
) -> writer.Posted:
    """The last steps of posting, the same for forms and programs.

    Args:
        device: what this writer's avatars in this thread are drawn from; '' for a new one.
        confirmed: the writer wants no advice.
    Raises:
        TooMany: the network's limit is used up.
        CommentkitError: as for `service.writer.submit`.
    """
    house = face.house
    visitor = guards.visitor_of(request, house.settings)
    if not stamp.shown:  # it was counted when its writer was shown something
        await face.limits.post(visitor.address)
    page = face.absolute(request, stamp.url or thread_page(face.base(request), described(stamp)))
    age = max(0.0, house.clock().timestamp() - stamp.made)
    trap = trap[:_TRAP_KEPT].encode(errors="replace").decode()  # as far as it goes on to a spam check
    prefix = request.scope.get(TONGUE, "")
    origin = writer.Origin(visitor, page, age, trap, device, face.proof(request), prefix)
    return await writer.submit(house, stamp, draft, origin, guest, confirmed=confirmed)


async def _renewed(request: Request, face: Face, fields: Mapping[str, str], error: TokenInvalid) -> Response:
    """A form whose token can't be used: a fresh one with the same text, where we know for which thread."""
    status = status_of(error)[0]
    message = _("%(problem)s Nothing is lost: your text is below. Please send it again.", problem=error)
    thread = None
    if isinstance(error, TokenExpired):
        thread = await reader.thread_of(face.house, described(error.form))
    else:
        try:
            thread = await reader.known_thread(face.house, fields.get("thread", "").replace("\0", "")[:500])
        except NotFound:
            return lost(request, face, fields.get("body", ""), error)
    return await _write(
        request, face, thread, status=status, parent=fields.get("parent", ""), typed=fields, problem=message
    )


def lost(request: Request, face: Face, text: str, error: CommentkitError) -> Response:
    """No form can be made; the text at least is there, to be copied."""
    status = status_of(error)[0]
    response = face.page(request, "lost_form.html", status, text=text, problem=str(error))
    response.headers.update(headers_of(error))
    return response


async def data_page(request: Request) -> Response:
    """What happens to a comment's data."""
    face = face_of(request)
    return face.page(
        request,
        "data.html",
        store=True,
        receivers=data.receivers(face.house),
        kept=data.kept(face.house),
        cookies=data.cookies(face.house),
        publishing=face.house.settings.publishing,
    )
