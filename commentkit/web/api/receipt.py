"""What a program can do with a receipt, sent as a bearer token: the same as its page lets a person do."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from commentkit import signing
from commentkit.draft import Draft
from commentkit.errors import CommentkitError, InvalidDraft, NotFound, Problem
from commentkit.language import _
from commentkit.model import Comment, Erasure, Status, Thread
from commentkit.service import receipt, takeout
from commentkit.service.before import BeforePosting
from commentkit.service.house import House
from commentkit.signing import ActStamp
from commentkit.web import fields, guards
from commentkit.web.api.models import AdviceOut, EverythingOut, MineOut, ProposedOut, StateOut
from commentkit.web.errors import problem, status_of
from commentkit.web.face import Face, face_of
from commentkit.web.pages import REASON_WORDS, STATE_WORDS
from commentkit.web.receipt import send, text_of, why, why_proposed


def conflict(error: CommentkitError, draft: Draft, token: str | None, **more: object) -> Response:
    """Why it wasn't posted, with the text and a token to send it with."""
    status = status_of(error)[0]
    body = {**problem(error), **more, "body": draft.body, "token": token}
    headers = {"Cache-Control": "no-store"}
    return JSONResponse(body, status, headers, media_type="application/problem+json")


def state_of(
    face: Face, request: Request, thread: Thread, comment: Comment, receipt: str | None = None
) -> StateOut:
    """A comment's state, for a program.

    Args:
        receipt: told where the program may know it.
    """
    base = face.base(request)
    return StateOut(
        id=comment.public_id,
        status=comment.status,
        message=_(STATE_WORDS[comment.status]) + ".",
        why=_(REASON_WORDS[comment.reason]),
        thread=thread.key,
        permalink=f"{base}/c/{comment.public_id}" if comment.status is Status.PUBLISHED else None,
        receipt=receipt,
        receipt_url=f"{base}/receipt/{receipt}" if receipt else None,
    )


def told_by_mail(comment: Comment) -> str:
    """What happens next to whoever asked for mails about answers; the private page says the same."""
    if comment.status is Status.PUBLISHED:
        first = _(
            "You get a mail to confirm your e-mail address by, unless you have done that before. "
            "Without that you get no other."
        )
    else:
        first = _(
            "Once your comment is published, you get a mail to confirm your e-mail address by, "
            "unless you have done that before."
        )
    then = _("Then you are told about answers; every such mail has a link to end that.")
    return f"{first} {then}"


def _needed(error: NotFound) -> Response:
    body = {**problem(error), "status": 401, "title": _("A receipt is needed"), "code": "receipt-needed"}
    headers = {"WWW-Authenticate": 'Bearer realm="receipt"', "Cache-Control": "no-store"}
    return JSONResponse(body, 401, headers=headers, media_type="application/problem+json")


Handler = Callable[[Request], Awaitable[Response]]
Held = Callable[[Request, Face, str], Awaitable[Response]]


def _held(handler: Held) -> Handler:
    """Only with a receipt that is known. It goes in a header, so that it is in no log."""

    async def guarded(request: Request) -> Response:
        scheme, _space, secret = request.headers.get("authorization", "").partition(" ")
        face = face_of(request)
        try:
            if scheme.lower() != "bearer" or not secret:
                raise NotFound(_("Send the receipt as a bearer token."))
            await receipt.look(face.house, secret.strip())
        except NotFound as error:
            return _needed(error)
        if request.method == "POST":
            guards.check_origin(request, face.house.settings)
        return await handler(request, face, secret.strip())

    guarded.__doc__ = handler.__doc__
    return guarded


async def _answer(request: Request, face: Face, secret: str) -> Response:
    mine = await receipt.look(face.house, secret)
    proposed = mine.proposed
    found = state_of(face, request, mine.thread, mine.comment).model_dump()
    body = MineOut(
        **{
            **found,
            "why": why(mine),
            "body": mine.comment.body,
            "editable_until": mine.editable_until,
            "may_withdraw": mine.may_withdraw,
            "may_ask": mine.may_ask,
            "warning": mine.comment.warning,
            "proposed": ProposedOut(status=proposed.status, why=why_proposed(mine), body=proposed.body)
            if proposed
            else None,
        }
    )
    return JSONResponse(body.model_dump(mode="json"), headers={"Cache-Control": "no-store"})


@_held
async def state(request: Request, face: Face, secret: str) -> Response:
    """Ask for the state of one's own comment."""
    return await _answer(request, face, secret)


def new_text(house: House, given: Mapping[str, Any], confirmed: object) -> Draft:
    """The text that a program sent, if every field is as the schema says.

    Raises:
        InvalidDraft: with one problem for every wrong field.
    """
    rules = fields.of_text(house.limits())
    if problems := fields.wrong_types(given, rules, confirmed):
        raise InvalidDraft(problems)
    draft = text_of(house, given)
    wrong = {name: rules[name].problem(value) for name, value in given.items()}
    if problems := {name: each for name, each in wrong.items() if each}:
        raise InvalidDraft(problems)
    return draft


@_held
async def change_text(request: Request, face: Face, secret: str) -> Response:
    """Change the text of one's own comment, and its content warning if given. A 409 may hold advice for the writer;
    with `confirm` it is sent."""
    given = await guards.read_json(request)
    confirmed = given.pop(fields.CONFIRM, False)
    draft = new_text(face.house, given, confirmed)
    stamp = ActStamp(signing.token_hash(secret), signing.random_id(), int(face.house.clock().timestamp()))
    try:
        warning = given.get("warning")
        await send(request, face, secret, stamp, draft, seen=None, confirmed=confirmed, warning=warning)
    except BeforePosting as error:
        advice = [AdviceOut(**asdict(each)).model_dump() for each in error.advice]
        return conflict(error, draft, None, advice=advice)
    return await _answer(request, face, secret)


def _act(do: Callable[[House, str], Awaitable[None]], said: str) -> Handler:
    async def act(request: Request, face: Face, secret: str) -> Response:
        await do(face.house, secret)
        return await _answer(request, face, secret)

    act.__doc__ = said
    return _held(act)


withdraw = _act(receipt.withdraw, "Take one's own comment back: readers don't see it any more.")
put_back = _act(receipt.put_back, "Put back what was taken back, to where it stood.")
ask = _act(receipt.ask, "Ask for another look, once.")


@_held
async def erase(request: Request, face: Face, secret: str) -> Response:
    """Erase one's own comment's text, identity (name, website, e-mail) or both, for good."""
    given = await guards.read_json(request)
    problems = {
        name: Problem("unknown-field", _("There is no such field.")) for name in given.keys() - {"what"}
    }
    if given.get("what") not in [each.value for each in Erasure]:
        problems["what"] = Problem("invalid", _("One of %(choices)s.", choices=", ".join(Erasure)))
    if problems:
        raise InvalidDraft(problems)
    await receipt.erase(face.house, secret, Erasure(given["what"]))
    return await _answer(request, face, secret)


@_held
async def everything(request: Request, face: Face, secret: str) -> Response:
    """Take along all that is kept about one's own comment."""
    found = EverythingOut(**await takeout.everything(face.house, secret))
    return JSONResponse(found.model_dump(mode="json"), headers={"Cache-Control": "no-store"})
