"""The receipt's pages: how one's own comment stands, and all that its writer can do with it. GET shows, POST acts."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace

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
from commentkit.model import EditStatus, Erasure, Status
from commentkit.service import editing, receipt, writer
from commentkit.service.before import BeforePosting
from commentkit.service.house import House, comment_page, thread_page
from commentkit.service.receipt import Mine
from commentkit.signing import ActStamp
from commentkit.store.database import DatabaseBusy
from commentkit.text import SafeHtml, restore
from commentkit.web import guards
from commentkit.web.errors import headers_of, status_of
from commentkit.web.face import Face, face_of
from commentkit.web.pages import REASON_WORDS, STATE_WORDS, marked, trusted, view
from commentkit.web.reader import lost

_KEPT_TEXT = "Nothing is lost: your text is below."
_TOLD = frozenset({Status.PENDING, Status.HIDDEN, Status.SPAM})
_REFUSED = "A moderator has read it and kept the text as it was."

_ACTS = {"withdraw": receipt.withdraw, "put-back": receipt.put_back, "ask": receipt.ask}


def why(mine: Mine) -> str:
    """Why a comment stands where it does, for its writer."""
    return REASON_WORDS[mine.comment.reason] if mine.comment.status in _TOLD else ""


def why_proposed(mine: Mine) -> str:
    """Why readers don't see its changed text, for its writer."""
    if mine.proposed is None:
        return ""
    refused = mine.proposed.status is EditStatus.REFUSED
    return _REFUSED if refused else REASON_WORDS[mine.proposed.reason]


async def show(request: Request) -> Response:
    """The private page of one's own comment: its state, why, and what can be done."""
    return await _show(request, face_of(request))


async def _show(
    request: Request,
    face: Face,
    *,
    status: int = 200,
    problem: str = "",
    headers: Mapping[str, str] | None = None,
) -> Response:
    mine = await receipt.look(face.house, _receipt(request))
    base = face.base(request)
    here = _here(request, face)
    proposed = mine.proposed
    response = face.page(
        request,
        "receipt.html",
        status,
        mine=mine,
        here=here,
        link=face.absolute(request, here),
        act=_token(face, request),
        problem=problem,
        thread=mine.thread,
        thread_url=thread_page(base, mine.thread),
        place=comment_page(base, mine.thread, mine.comment.public_id),
        comment=view(mine.comment, base, open_thread=False),
        standing=mine.comment.status,
        state=STATE_WORDS[mine.comment.status],
        reason=why(mine),
        proposed=trusted(restore(proposed.html)) if proposed else None,
        proposed_reason=why_proposed(mine),
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
        raise NotFound("There is nothing at this address.")
    fields = await _form(request, face)
    await receipt.look(face.house, _receipt(request))  # one that isn't known has no page to say anything on
    try:
        _stamp(face, request, fields)
        if name == "erase":
            await _erase(face.house, _receipt(request), fields)
        else:
            await _ACTS[name](face.house, _receipt(request))
    except (DatabaseBusy, NotFound, Malformed):
        raise
    except CommentkitError as error:
        status, _ = status_of(error)
        again = " Please try again." if isinstance(error, TokenInvalid) else ""
        return await _show(request, face, status=status, problem=f"{error}{again}")
    return RedirectResponse(_here(request, face), 303)


async def _erase(house: House, secret: str, fields: Mapping[str, str]) -> None:
    try:
        what = Erasure(fields.get("what", ""))
    except ValueError:
        raise Malformed("The form can't be read.") from None
    if not fields.get("sure"):
        raise Refused("Nothing was erased: please tick the box first, because it can't be undone.")
    await receipt.erase(house, secret, what)


async def everything(request: Request) -> Response:
    """All that is kept about one's own comment, as a file."""
    face = face_of(request)
    found = await receipt.everything(face.house, _receipt(request))
    return Response(
        json.dumps(found, ensure_ascii=False, indent=2),
        media_type="application/json",
        headers={
            "Cache-Control": "private, no-store",
            "Content-Disposition": 'attachment; filename="my-comment.json"',
        },
    )


async def edit_form(request: Request) -> Response:
    """The form to change the text."""
    return await _edit_page(request, face_of(request))


async def _edit_page(
    request: Request,
    face: Face,
    *,
    status: int = 200,
    act: str = "",
    typed: Mapping[str, str] | None = None,
    problem: str = "",
    wrong: Problem | None = None,
    headers: Mapping[str, str] | None = None,
    preview: SafeHtml | None = None,
    advice: Sequence[Advice] = (),
    read: str = "",
) -> Response:
    mine = await receipt.look(face.house, _receipt(request))
    newest = mine.newest
    waiting = newest is not None and newest.status is EditStatus.WAITING
    current = newest.body if newest is not None and waiting else mine.comment.body
    response = face.page(
        request,
        "receipt_edit.html",
        status,
        mine=mine,
        here=_here(request, face),
        act=act or _token(face, request),
        seen=newest.id if newest else 0,
        body=typed.get("body", "") if typed is not None else current,
        current=current,
        problem=problem,
        wrong=wrong.message if wrong else "",
        standing=mine.comment.status,
        too_late=editing.too_late(face.house, mine.comment) if mine.editable_until is None else "",
        preview=trusted(preview) if preview is not None else None,
        advice=advice,
        read=read,
        pieces=marked(read, advice),
    )
    response.headers.update(headers or {})
    return response


async def edit(request: Request) -> Response:
    """Show, preview or send a new text. Whatever goes wrong, the answer has the text in it."""
    face = face_of(request)
    fields = await _form(request, face)
    try:
        return await _edit(request, face, fields)
    except DatabaseBusy as error:  # not even the comment can be read
        return lost(request, face, fields, error)


def text_of(house: House, fields: Mapping[str, str]) -> Draft:
    """The draft in a form that has a text alone.

    Raises:
        InvalidDraft: with what is wrong with the text.
    """
    limits = replace(house.limits(), require_name=False, require_email=False)
    return Draft.parse({"body": fields.get("body", "")}, limits)


async def send(
    request: Request,
    face: Face,
    secret: str,
    stamp: ActStamp,
    draft: Draft,
    *,
    seen: int | None,
    confirmed: bool = False,
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
    await editing.edit(face.house, secret, stamp, draft, origin, seen=seen, confirmed=confirmed)


async def _edit(request: Request, face: Face, fields: Mapping[str, str]) -> Response:
    action = fields.get("action", "")
    if action == "show":  # from a form that was sent twice: its text, to be looked at once more
        return await _edit_page(request, face, typed=fields)
    await receipt.look(face.house, _receipt(request))
    given = fields.get("seen", "")
    seen = int(given) if given.isascii() and given.isdigit() and len(given) < 19 else 0
    try:
        stamp = _stamp(face, request, fields)
        draft = text_of(face.house, fields)
        if action == "preview":
            return await _edit_page(
                request, face, act=fields["act"], typed=fields, preview=writer.render_body(draft)
            )
        await send(request, face, _receipt(request), stamp, draft, seen=seen)
    except BeforePosting as error:
        shown = _token(face, request, shown=True, once=stamp.once)
        return await _edit_page(request, face, act=shown, typed=fields, advice=error.advice, read=draft.body)
    except (DatabaseBusy, NotFound):
        raise
    except CommentkitError as error:
        status, _ = status_of(error)
        wrong = error.problems.get("body") if isinstance(error, InvalidDraft) else None
        again = " Please send it again." if isinstance(error, TokenInvalid) else ""
        kept = _KEPT_TEXT if fields.get("body") else "Something is missing or needs another look."
        return await _edit_page(
            request,
            face,
            status=status,
            typed=fields,
            problem=kept if wrong else f"{error} {kept}{again}",
            wrong=wrong,
            headers=headers_of(error),
        )
    return RedirectResponse(_here(request, face), 303)
