"""Posting through the JSON API: a token, a preview, a comment."""

from collections.abc import Mapping
from dataclasses import asdict, replace

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from commentkit.checks.traps import TRAP_FIELD
from commentkit.draft import Draft
from commentkit.errors import InvalidDraft, Problem
from commentkit.language import _
from commentkit.model import Visit
from commentkit.service import reader, writer
from commentkit.service.before import BeforePosting
from commentkit.text import restore
from commentkit.web import data, fields, guards
from commentkit.web.api.models import AdviceOut, FormOut, PreviewOut
from commentkit.web.api.reading import asked_thread
from commentkit.web.api.receipt import conflict, new_text, state_of, told_by_mail
from commentkit.web.face import Face, face_of
from commentkit.web.reader import described, parse_draft, read_stamp, send


async def form(request: Request) -> Response:
    """Get a token to post with."""
    face = face_of(request)
    found = await asked_thread(request, face)
    seconds = face.house.settings.form_hours * 3600
    body = FormOut(
        token=face.stamp(found, alone=True),
        expires_in=seconds,
        trap=TRAP_FIELD,
        required=[name for name in fields.required(face.house.limits()) if name != "token"],
        notice=data.notice(face.house),
        guidelines=data.guidelines(face.house.settings),
        warnings=list(face.house.settings.warnings),
        answers=face.house.limits().answers,
    )
    return JSONResponse(body.model_dump(), headers={"Cache-Control": "no-store"})


async def post(request: Request) -> Response:
    """Post a comment. The same token and text again give the same comment and 200.

    A 409 may hold advice for the writer; sent again with its token, or with `confirm`, the comment is posted.
    """
    face = face_of(request)
    guards.check_origin(request, face.house.settings)
    given = await guards.read_json(request)
    confirmed = given.pop(fields.CONFIRM, False)
    rules = fields.of_comment(face.house.limits())
    problems = fields.wrong_types(given, rules, confirmed)
    if "token" not in given:
        problems["token"] = Problem("required", _("Get a token first, from the form address."))
    if problems:
        raise InvalidDraft(problems)
    typed: dict[str, str] = given
    stamp = read_stamp(face, typed["token"])
    found = await reader.thread_of(face.house, described(stamp))
    guest = await face.guest(request, found)
    draft = _draft(face, typed, rules, guest)
    try:
        posted = await send(
            request,
            face,
            stamp,
            draft,
            guest,
            trap=typed.get(TRAP_FIELD, ""),
            device=face.writer(request, found, guest),
            confirmed=confirmed,
        )
    except BeforePosting as error:
        advice = [AdviceOut(**asdict(each)).model_dump() for each in error.advice]
        return conflict(error, draft, face.house.signer.stamp(replace(stamp, shown=True)), advice=advice)
    except writer.OnceUsed as error:
        known = face.has_sent(request, stamp, found, guest, error.comment)
        secret = face.house.signer.receipt(stamp.once) if known else None
        first = state_of(face, request, found, error.comment, secret).model_dump(mode="json")
        return conflict(error, draft, face.stamp(found, alone=True), first=first)
    known = not posted.again or face.has_sent(request, stamp, found, guest, posted.comment, again=True)
    state = state_of(face, request, posted.thread, posted.comment, posted.receipt if known else None)
    if known and draft.answers:
        state.why = f"{state.why} {told_by_mail(posted.comment)}".strip()
    return JSONResponse(
        state.model_dump(mode="json"), 200 if posted.again else 201, headers={"Cache-Control": "no-store"}
    )


async def preview(request: Request) -> Response:
    """See how a text would be shown. Nothing is stored."""
    face = face_of(request)
    guards.check_origin(request, face.house.settings)
    given = await guards.read_json(request)
    draft = new_text(face.house, given, given.pop(fields.CONFIRM, False))
    body = PreviewOut(html=restore(writer.render_body(draft)))
    return JSONResponse(body.model_dump(), headers={"Cache-Control": "no-store"})


def _draft(
    face: Face, typed: Mapping[str, str], rules: Mapping[str, fields.Text], guest: Visit | None
) -> Draft:
    """The draft, if every field also is as the schema says.

    Raises:
        InvalidDraft: with one problem for every wrong field.
    """
    draft, problems = None, {}
    try:
        draft = parse_draft(face, typed, guest)
    except InvalidDraft as error:
        problems.update(error.problems)
    for name in typed.keys() - problems.keys():
        if problem_ := rules[name].problem(typed[name]):
            problems[name] = problem_
    if draft is None or problems:
        raise InvalidDraft(problems)
    return draft
