"""The receipt's pages: how one's own comment stands, and all that its writer can do with it. GET shows, POST acts."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from commentkit import signing
from commentkit.advice import Advice
from commentkit.draft import Draft
from commentkit.errors import (
    CommentkitError,
    InvalidDraft,
    Malformed,
    NotFound,
    Problem,
    Refused,
    TokenInvalid,
)
from commentkit.language import N_, _
from commentkit.model import EditStatus, Erasure, Reason, Status
from commentkit.service import care, editing, receipt, takeout, writer
from commentkit.service.before import BeforePosting
from commentkit.service.house import House, comment_page, thread_page
from commentkit.service.receipt import Mine
from commentkit.signing import ActStamp
from commentkit.store.database import DatabaseBusy
from commentkit.text import SafeHtml, restore
from commentkit.web import guards
from commentkit.web.errors import headers_of, status_of
from commentkit.web.face import Face, face_of
from commentkit.web.fields import chosen_warnings
from commentkit.web.pages import REASON_WORDS, STATE_WORDS, marked, trusted, view
from commentkit.web.reader import lost

_KEPT_TEXT = N_("Nothing is lost: your text is below.")
_TOLD = frozenset({Status.PENDING, Status.HIDDEN, Status.SPAM})
_REFUSED = N_("A moderator has read it and kept the text as it was.")

_ACTS = {"withdraw": receipt.withdraw, "put-back": receipt.put_back, "ask": receipt.ask}


def why(mine: Mine) -> str:
    """Why a comment stands where it does, for its writer."""
    return _reason(mine.comment.reason) if mine.comment.status in _TOLD else ""


def _reason(reason: Reason) -> str:
    words = REASON_WORDS[reason]
    return _(words) if words else ""


def why_proposed(mine: Mine) -> str:
    """Why readers don't see its changed text, for its writer."""
    if mine.proposed is None:
        return ""
    refused = mine.proposed.status is EditStatus.REFUSED
    return _(_REFUSED) if refused else _reason(mine.proposed.reason)


async def show(request: Request) -> Response:
    """The private page of one's own comment: its state, why, and what can be done."""
    return await _show(request, face_of(request))


async def _show(
    request: Request,
    face: Face,
    *,
    status: int = 200,
    problem: str = "",
) -> Response:
    mine = await receipt.look(face.house, _receipt(request))
    base = face.base(request)
    proposed = mine.proposed
    return _page(
        request,
        face,
        "receipt.html",
        mine,
        status,
        problem,
        link=face.absolute(request, _here(request, face)),
        thread=mine.thread,
        thread_url=thread_page(base, mine.thread),
        place=comment_page(base, mine.thread, mine.comment.public_id),
        comment=view(mine.comment, base, open_thread=False),
        state=_(STATE_WORDS[mine.comment.status]),
        reason=why(mine),
        proposed=trusted(restore(proposed.html)) if proposed else None,
        proposed_reason=why_proposed(mine),
        # The state says that a text is erased; nothing else on the page would say it of a name.
        nameless=request.query_params.get("erased") == Erasure.IDENTITY and not mine.has_identity,
    )


def _page(
    request: Request,
    face: Face,
    template: str,
    mine: Mine,
    status: int,
    problem: str,
    *,
    act: str = "",
    headers: Mapping[str, str] | None = None,
    store: bool = False,
    **values: Any,
) -> Response:
    """One of a receipt's pages, with what all of them show.

    Args:
        act: the token of its forms; a fresh one where none is to be used again.
        store: the browser may keep it for Back.
    """
    response = face.page(
        request,
        template,
        status,
        store=store,
        mine=mine,
        here=_here(request, face),
        act=act or _token(face, request),
        problem=problem,
        standing=mine.comment.status,
        **values,
    )
    response.headers.update(headers or {})
    return response


def _receipt(request: Request) -> str:
    found: str = request.path_params["receipt"]
    return found


def _here(request: Request, face: Face) -> str:
    return f"{face.base(request)}/receipt/{_receipt(request)}"


def _token(face: Face, request: Request, *, shown: bool = False, once: str = "") -> str:
    """A fresh token for the forms of this receipt's page."""
    made = int(face.house.clock().timestamp())
    hashed = signing.token_hash(_receipt(request))
    return face.house.signer.act(ActStamp(hashed, once or signing.random_id(), made, shown))


def _stamp(face: Face, request: Request, fields: Mapping[str, str]) -> ActStamp:
    house = face.house
    return house.signer.read_act(
        fields.get("act", ""),
        signing.token_hash(_receipt(request)),
        now=house.clock().timestamp(),
        lifetime=house.settings.form_hours * 3600,
    )


async def _form(request: Request, face: Face) -> dict[str, str]:
    guards.check_origin(request, face.house.settings, own_only=True, by_token=True)
    return await guards.read_form(request)


async def act(request: Request) -> Response:
    """Take it back, put it back, ask for another look, or erase. Whatever goes wrong, the page says so."""
    face = face_of(request)
    name = request.path_params["act"]
    if name not in _ACTS and name != "erase":
        raise NotFound(_("There is nothing at this address."))
    fields = await _form(request, face)
    await receipt.look(face.house, _receipt(request))  # one that isn't known has no page to say anything on
    try:
        _stamp(face, request, fields)
        if name == "erase":
            what = await _erase(face.house, _receipt(request), fields)
            return RedirectResponse(f"{_here(request, face)}?erased={what}", 303)
        else:
            await _ACTS[name](face.house, _receipt(request))
    except (DatabaseBusy, NotFound, Malformed):
        raise
    except CommentkitError as error:
        status = status_of(error)[0]
        again = [_("Please try again.")] if isinstance(error, TokenInvalid) else []
        return await _show(request, face, status=status, problem=" ".join([str(error), *again]))
    return RedirectResponse(_here(request, face), 303)


async def _erase(house: House, secret: str, fields: Mapping[str, str]) -> Erasure:
    try:
        what = Erasure(fields.get("what", ""))
    except ValueError:
        raise Malformed(_("The form can't be read.")) from None
    if not fields.get("sure"):
        raise Refused(_("Nothing was erased: please tick the box first, because it can't be undone."))
    await receipt.erase(house, secret, what)
    return what


async def everything(request: Request) -> Response:
    """All that is kept about one's own comment, as a file."""
    face = face_of(request)
    found = await takeout.everything(face.house, _receipt(request))
    return Response(
        json.dumps(found, ensure_ascii=False, indent=2),
        media_type="application/json",
        headers={
            "Cache-Control": "private, no-store",
            "Content-Disposition": 'attachment; filename="my-comment.json"',
        },
    )


async def edit_form(request: Request) -> Response:
    """The form to change the text and the content warning."""
    return await _edit_page(request, face_of(request))


async def _edit_page(
    request: Request,
    face: Face,
    *,
    status: int = 200,
    act: str = "",
    typed: Mapping[str, str] | None = None,
    problem: str = "",
    wrong: Mapping[str, Problem] | None = None,
    headers: Mapping[str, str] | None = None,
    preview: SafeHtml | None = None,
    advice: Sequence[Advice] = (),
    read: str = "",
) -> Response:
    mine = await receipt.look(face.house, _receipt(request))
    newest = mine.newest
    waiting = newest is not None and newest.status is EditStatus.WAITING
    current = newest.body if newest is not None and waiting else mine.comment.body
    chosen = care.parts(mine.comment.warning) if typed is None else chosen_warnings(typed)
    return _page(
        request,
        face,
        "receipt_edit.html",
        mine,
        status,
        problem,
        act=act,
        headers=headers,
        store=status == 200,  # else a text would be gone once its writer has come back from an error
        chosen=[*chosen, *mine.warned],
        seen=newest.id if newest else 0,
        body=typed.get("body", "") if typed is not None else current,
        current=current,
        wrong={name: each.message for name, each in (wrong or {}).items()},
        too_late=editing.too_late(face.house, mine.comment) if mine.editable_until is None else "",
        preview=trusted(preview) if preview is not None else None,
        advice=advice,
        read=read,
        pieces=marked(read, advice),
    )


async def edit(request: Request) -> Response:
    """Show, preview or send a new text. Whatever goes wrong, the answer has the text in it."""
    face = face_of(request)
    fields = await _form(request, face)
    try:
        return await _edit(request, face, fields)
    except DatabaseBusy as error:  # not even the comment can be read
        return lost(request, face, fields.get("body", ""), error)


def text_of(house: House, fields: Mapping[str, str]) -> Draft:
    """The draft in a form that has a text alone.

    Raises:
        InvalidDraft: with what is wrong with the text.
    """
    limits = replace(house.limits(), require_name=False, require_email=False)
    return Draft.parse({"body": fields.get("body", "")}, limits)


def warning_of(house: House, fields: Mapping[str, str]) -> str:
    """The content warnings that were ticked in a form.

    Raises:
        InvalidDraft: the site has no such warning.
    """
    chosen = chosen_warnings(fields)
    if set(chosen) - set(house.settings.warnings):
        unknown = Problem("unknown", _("This site has no such content warning; please choose again."))
        raise InvalidDraft({"warning": unknown})
    return ", ".join(chosen)


async def send(
    request: Request,
    face: Face,
    secret: str,
    stamp: ActStamp,
    draft: Draft,
    *,
    seen: int | None,
    confirmed: bool = False,
    warning: str | None = None,
) -> None:
    """The last steps of changing a text, the same for forms and programs.

    Raises:
        TooMany: the network's limit is used up.
        CommentkitError: as for `service.editing.edit`.
    """
    visitor = guards.visitor_of(request, face.house.settings)
    await face.limits.post(visitor.address)
    thread = (await receipt.look(face.house, secret)).thread
    page = face.absolute(request, thread.url or thread_page(face.base(request), thread))
    origin = writer.Origin(visitor, page)
    await editing.edit(
        face.house, secret, stamp, draft, origin, seen=seen, confirmed=confirmed, warning=warning
    )


async def _edit(request: Request, face: Face, fields: Mapping[str, str]) -> Response:
    action = fields.get("action", "")
    if action == "show":  # from a form that was sent twice: its text, to be looked at once more
        return await _edit_page(request, face, typed=fields)
    await receipt.look(face.house, _receipt(request))
    given = fields.get("seen", "")
    seen = int(given) if given.isascii() and given.isdigit() and len(given) < 19 else 0
    try:
        stamp = _stamp(face, request, fields)
        warning = warning_of(face.house, fields) if face.house.settings.warnings else None
        if action == "warn":
            await editing.warn(face.house, _receipt(request), warning or "")
            return RedirectResponse(_here(request, face), 303)
        draft = text_of(face.house, fields)
        if action == "preview":
            return await _edit_page(
                request, face, act=fields["act"], typed=fields, preview=writer.render_body(draft)
            )
        await send(request, face, _receipt(request), stamp, draft, seen=seen, warning=warning)
    except BeforePosting as error:
        shown = _token(face, request, shown=True, once=stamp.once)
        return await _edit_page(request, face, act=shown, typed=fields, advice=error.advice, read=draft.body)
    except (DatabaseBusy, NotFound):
        raise
    except CommentkitError as error:
        status = status_of(error)[0]
        wrong = error.problems if isinstance(error, InvalidDraft) else None
        again = [_("Please send it again.")] if isinstance(error, TokenInvalid) else []
        kept = _(_KEPT_TEXT) if fields.get("body") else _("Something is missing or needs another look.")
        return await _edit_page(
            request,
            face,
            status=status,
            typed=fields,
            problem=kept if wrong else " ".join([str(error), kept, *again]),
            wrong=wrong,
            headers=headers_of(error),
        )
    return RedirectResponse(_here(request, face), 303)
