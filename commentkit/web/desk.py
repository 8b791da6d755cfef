"""The moderator's desk: the lists, the moves, undo, the history, guests and signed-in browsers."""

from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from commentkit.errors import CommentkitError, Malformed, NotFound, Refused, TokenInvalid
from commentkit.model import Move, Status, Thread, Visit
from commentkit.service import care, guest, moderator, reader, signin
from commentkit.service.decisions import DISMISS, WARN, TooLate
from commentkit.service.editing import PUBLISH_EDIT, REFUSE_EDIT
from commentkit.service.house import thread_page
from commentkit.signing import same
from commentkit.store.database import DatabaseBusy
from commentkit.text import clean_body, clean_line
from commentkit.web import cookies, guards
from commentkit.web.errors import status_of
from commentkit.web.face import Face, face_of
from commentkit.web.fields import chosen_warnings
from commentkit.web.pages import REASON_WORDS, REPORT_WORDS, marked, view
from commentkit.web.pages import who as who_did

PAGE = 30
NOTE_MAX = 2000
_NO_THREAD = "This is no thread's address. Write a part of its title, and choose it from the list that opens."
_ID_MAX = 2**63 - 1

LISTS = {
    "waiting": Status.PENDING,
    "published": Status.PUBLISHED,
    "hidden": Status.HIDDEN,
    "spam": Status.SPAM,
}

REPORTED = "reported"
"""The list of published comments that readers reported."""

MOVE_WORDS = {
    Move.PUBLISH: "Publish",
    Move.HIDE: "Hide",
    Move.SPAM: "Spam",
    Move.NOT_SPAM: "Not spam: publish",
}

DONE_WORDS = {
    "publish": "published it",
    "hide": "hid it",
    "spam": "marked it as spam",
    "not-spam": "said it is not spam and published it",
    "undo": "took a decision back",
    "erase": "erased it",
    "judge": "judged it",
    "edit": "changed the text",
    "hold-edit": "kept the changed text back",
    "publish-edit": "published the changed text",
    "refuse-edit": "kept the text as it was",
    "withdraw": "took it back",
    "put-back": "put it back",
    "ask": "asked for another look",
    "erase-text": "erased the text",
    DISMISS: "dismissed the reports",
    WARN: "changed the content warning",
    "erase-identity": "erased name, website and e-mail",
}

TEXT_MOVES = {PUBLISH_EDIT: True, REFUSE_EDIT: False}
"""Decisions about a changed text: whether it is published."""

Handler = Callable[[Request], Awaitable[Response]]
Signed = Callable[[Request, Face, Visit], Awaitable[Response]]


def signed_in(handler: Signed) -> Handler:
    """Only for signed-in moderators; others are sent to the sign-in page."""

    async def guarded(request: Request) -> Response:
        face = face_of(request)
        visit = await face.moderator(request)
        if visit is None:
            if request.method in {"GET", "HEAD"}:
                return RedirectResponse(f"{face.base(request)}/desk/sign-in", 303)
            raise Refused("Please sign in first.")
        return await handler(request, face, visit)

    return guarded


async def _form(request: Request, face: Face, visit: Visit) -> dict[str, str]:
    """The fields of a desk form, which must come from the desk itself."""
    guards.check_origin(request, face.house.settings, own_only=True)
    fields = await guards.read_form(request)
    if not same(fields.get("csrf", ""), face.house.signer.csrf(visit.token_hash)):
        raise TokenInvalid(
            "This page was open since before you signed in. Please go back, reload it and try again."
        )
    return fields


async def _common(face: Face, visit: Visit, here: str) -> dict[str, Any]:
    """What every desk page shows. `here` names the page in the navigation."""
    totals = await moderator.totals(face.house)
    return {
        "here": here,
        "moderator": visit.name,
        "several": len(await signin.moderators(face.house)) > 1,
        "csrf": face.house.signer.csrf(visit.token_hash),
        "totals": {name: totals[status] for name, status in LISTS.items()}
        | {REPORTED: await moderator.total_reported(face.house)},
        "move_words": MOVE_WORDS,
        "done_words": DONE_WORDS,
    }


def _page_number(request: Request) -> int:
    given = request.query_params.get("page", "1")
    return max(1, min(int(given), 10_000)) if given.isascii() and given.isdigit() and len(given) < 6 else 1


@signed_in
async def listed(request: Request, face: Face, visit: Visit) -> Response:
    """One of the lists."""
    name = request.path_params.get("list", "waiting")
    page = _page_number(request)
    part = {"limit": PAGE + 1, "offset": (page - 1) * PAGE}
    if name == REPORTED:
        entries = await moderator.reported(face.house, **part)
    elif name in LISTS:
        entries = await moderator.listed(face.house, LISTS[name], **part)
    else:
        raise NotFound("There is no such list.")
    return await _list_page(request, face, visit, name, page, entries[:PAGE], more=len(entries) > PAGE)


async def _list_page(
    request: Request,
    face: Face,
    visit: Visit,
    name: str,
    page: int,
    entries: list[moderator.Entry],
    *,
    more: bool = False,
    status: int = 200,
    problem: str = "",
    note: str = "",
) -> Response:
    base = face.base(request)
    done = request.query_params.get("done", "")
    return face.page(
        request,
        "desk/list.html",
        status,
        page=page,
        more=more,
        problem=problem,
        typed_note=note,
        done=await _done(face, done) if done else None,
        entries=[_shown(entry, base) for entry in entries],
        **await _common(face, visit, name),
    )


async def _done(face: Face, public_id: str) -> moderator.Entry | None:
    """The comment that was just moved, so that the page can say so and offer to undo it."""
    try:
        return await moderator.entry(face.house, public_id)
    except NotFound:
        return None


def _shown(entry: moderator.Entry, base: str) -> dict[str, object]:
    comment = entry.comment
    words = [each for each in entry.findings if each.start is not None]
    text_words = [each for each in entry.text_findings if each.start is not None]
    return {
        "entry": entry,
        "comment": view(comment, base, open_thread=False),
        "parent": view(entry.parent, base, open_thread=False) if entry.parent else None,
        "parent_status": entry.parent.status if entry.parent else None,
        "thread_url": thread_page(base, entry.thread),
        "pieces": marked(comment.body, words),
        "words": words,
        "others": [each for each in entry.findings if each.start is None],
        "text_pieces": marked(entry.proposed.body, text_words) if entry.proposed else [],
        "text_words": text_words,
        "text_others": [each for each in entry.text_findings if each.start is None],
        "reason": REASON_WORDS[comment.reason],
        "rendered": view(comment, base).html,
        "people": [line for line in entry.history if line.actor],
        "reported": [(REPORT_WORDS[each.reason], each) for each in entry.reported],
        "upto": max((each.id for each in entry.reported), default=0),
        "warnings": care.parts(comment.warning),
    }


@signed_in
async def one(request: Request, face: Face, visit: Visit) -> Response:
    """One comment with its whole history."""
    entry = await moderator.entry(face.house, request.path_params["id"])
    return await _one(request, face, visit, entry)


async def _one(
    request: Request,
    face: Face,
    visit: Visit,
    entry: moderator.Entry,
    *,
    status: int = 200,
    problem: str = "",
    note: str = "",
) -> Response:
    return face.page(
        request,
        "desk/one.html",
        status,
        item=_shown(entry, face.base(request)),
        problem=problem,
        typed_note=note,
        **await _common(face, visit, ""),
    )


@signed_in
async def move(request: Request, face: Face, visit: Visit) -> Response:
    """Carry out a move or an undo. The form says which version of the comment was seen."""
    fields = await _form(request, face, visit)
    public_id = request.path_params["id"]
    note, action = fields.get("note", ""), fields.get("move", "")
    try:
        version = int(fields["version"])
        newest = min(int(fields.get("upto", "0")), _ID_MAX) or None
        chosen = None if action in {moderator.UNDO, DISMISS, WARN, *TEXT_MOVES} else Move(action)
    except (KeyError, ValueError):
        raise Malformed("The form can't be read.") from None
    try:
        note = clean_body(note)
        if len(note) > NOTE_MAX:
            raise Refused(f"A note has up to {NOTE_MAX:,} characters; this one has {len(note):,}.")
        if action in TEXT_MOVES:
            publish = TEXT_MOVES[action]
            await moderator.decide_text(
                face.house, visit.name, public_id, publish=publish, version=version, note=note
            )
        elif action == DISMISS:
            await care.dismiss(face.house, visit.name, public_id, version=version, upto=newest, note=note)
        elif action == WARN:
            chosen_now = chosen_warnings(fields)
            warning = ", ".join(each for each in face.house.settings.warnings if each in chosen_now)
            await care.warn(face.house, visit.name, public_id, warning, version=version, note=note)
        elif chosen is None:
            await moderator.undo(face.house, visit.name, public_id, version=version)
        else:
            await moderator.decide(face.house, visit.name, public_id, chosen, version=version, note=note)
    except (NotFound, DatabaseBusy):
        raise
    except TooLate as error:
        return await _too_late(request, face, visit, error, note)
    except CommentkitError as error:
        status, _ = status_of(error)
        entry = await moderator.entry(face.house, public_id)
        return await _one(request, face, visit, entry, status=status, problem=str(error), note=note)
    back = fields.get("list", "")
    if back not in {REPORTED, *LISTS}:
        return RedirectResponse(f"{face.base(request)}/desk/comments/{public_id}", 303)
    return RedirectResponse(f"{face.base(request)}/desk/{back}?{urlencode({'done': public_id})}", 303)


async def _too_late(request: Request, face: Face, visit: Visit, error: TooLate, note: str) -> Response:
    """Somebody was quicker: say who and what, and show the comment as it stands."""
    last = error.last
    who = who_did(last.actor) if last and last.actor else "The spam check"
    did = DONE_WORDS.get(last.move, last.move) if last else "judged it"
    problem = f"{who} was quicker and {did}. Your decision was not carried out; look again and decide anew."
    entry = await moderator.entry(face.house, error.comment.public_id)
    return await _one(request, face, visit, entry, status=409, problem=problem, note=note)


@signed_in
async def history(request: Request, face: Face, visit: Visit) -> Response:
    """Who decided what and when, newest first."""
    page = _page_number(request)
    lines = await moderator.history(face.house, limit=PAGE * 2 + 1, offset=(page - 1) * PAGE * 2)
    return face.page(
        request,
        "desk/history.html",
        lines=lines[: PAGE * 2],
        page=page,
        more=len(lines) > PAGE * 2,
        **await _common(face, visit, "history"),
    )


@signed_in
async def people(request: Request, face: Face, visit: Visit) -> Response:
    """Signed-in browsers, and links for guest authors."""
    return await _people(request, face, visit)


async def _people(
    request: Request,
    face: Face,
    visit: Visit,
    *,
    status: int = 200,
    problem: str = "",
    link: str = "",
    guest_name: str = "",
    key: str = "",
) -> Response:
    return face.page(
        request,
        "desk/people.html",
        status,
        visits=await signin.visits(face.house),
        threads=await guest.choices(face.house),
        mine=visit.id,
        problem=problem,
        link=link,
        guest_name=guest_name,
        key=key,
        **await _common(face, visit, "people"),
    )


@signed_in
async def guest_link(request: Request, face: Face, visit: Visit) -> Response:
    """Make a guest author's link; it is shown once."""
    fields = await _form(request, face, visit)
    name, key = fields.get("name", ""), fields.get("key", "")
    try:
        thread: Thread = await reader.known_thread(face.house, clean_line(key))
        _, token = await guest.make_link(face.house, thread, name)
    except DatabaseBusy:
        raise
    except CommentkitError as error:
        status, _ = status_of(error)
        problem = _NO_THREAD if isinstance(error, NotFound) else str(error)
        return await _people(request, face, visit, status=status, problem=problem, guest_name=name, key=key)
    link = face.absolute(request, f"{face.base(request)}/guest/{token}")
    return await _people(request, face, visit, link=link, guest_name=name, key=key)


@signed_in
async def end_visit(request: Request, face: Face, visit: Visit) -> Response:
    """Sign one browser out."""
    fields = await _form(request, face, visit)
    given = fields.get("visit", "")
    if not (given.isascii() and given.isdigit() and len(given) < 19):
        raise Malformed("The form can't be read.")
    await signin.sign_out(face.house, int(given))
    return RedirectResponse(f"{face.base(request)}/desk/people", 303)


@signed_in
async def sign_out(request: Request, face: Face, visit: Visit) -> Response:
    """Sign this browser out, on the server too."""
    await _form(request, face, visit)
    await signin.sign_out(face.house, visit.id)
    response = RedirectResponse(f"{face.base(request)}/desk/sign-in", 303)
    cookies.drop(request, response, face.house.settings, cookies.DESK)
    return response
