"""The JSON API below `api/v1`: reading and posting; what a receipt can do is in `mine`.

`OPERATIONS` is its one table: routes and the OpenAPI document are made from it.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace

from pydantic import BaseModel
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
from commentkit.web import data, fields, guards, mine
from commentkit.web.api_models import (
    CountsOut,
    FormOut,
    PreviewOut,
    ProblemOut,
    RecentOut,
    ThanksIn,
    ThanksOut,
    ThreadOut,
    WordsOut,
)
from commentkit.web.api_reading import (
    AFTER_MAX,
    AFTER_PATTERN,
    KEY_MAX,
    KEYS_MAX,
    LIMIT_PATTERN,
    ORDER_PATTERN,
    TITLE_MAX,
    URL_MAX,
    URL_PATTERN,
    asked_thread,
    counts,
    read_words,
    recent,
    thank,
    thread,
)
from commentkit.web.face import Face, face_of
from commentkit.web.mine import AdviceOut, EverythingOut, MineOut, StateOut, conflict, state_of, told_by_mail
from commentkit.web.reader import described, parse_draft, read_stamp, send


async def form(request: Request) -> Response:
    """Get a token to post with."""
    face = face_of(request)
    found = await asked_thread(request, face)
    seconds = face.house.settings.form_hours * 3600
    body = FormOut(
        token=face.stamp(found),
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
        known = face.has_sent(request, found, guest, error.comment)
        secret = face.house.signer.receipt(stamp.once) if known else None
        first = state_of(face, request, found, error.comment, secret).model_dump(mode="json")
        return conflict(error, draft, face.stamp(found), first=first)
    known = not posted.again or face.has_sent(request, found, guest, posted.comment)
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
    draft = mine.new_text(face.house, given, given.pop(fields.CONFIRM, False))
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


@dataclass(frozen=True)
class Parameter:
    """A query parameter."""

    name: str
    longest: int
    pattern: str = fields.NO_NUL
    required: bool = False
    many: int = 0


@dataclass(frozen=True)
class Operation:
    """One thing that the API does.

    Attributes:
        takes: what it is sent, where that isn't a comment.
    """

    id: str
    method: str
    path: str
    run: Callable[[Request], Awaitable[Response]]
    answers: Mapping[int, type[BaseModel] | None]
    parameters: Sequence[Parameter] = ()
    takes: str | type[BaseModel] = ""
    takes_receipt: bool = False


_KEY = Parameter("key", KEY_MAX, required=True)
_PAGE = (_KEY, Parameter("title", TITLE_MAX), Parameter("url", URL_MAX, URL_PATTERN))
_LIMIT = Parameter("limit", 3, LIMIT_PATTERN)
_P = ProblemOut
_MINE: dict[int, type[BaseModel] | None] = {200: MineOut, 401: _P, 503: _P}
_ACTS = _MINE | dict.fromkeys((403, 409), _P)
_READING: dict[int, type[BaseModel] | None] = {404: _P, 422: _P, 503: _P}

OPERATIONS = (
    Operation(
        "readThread",
        "GET",
        "/thread",
        thread,
        {200: ThreadOut, 304: None} | _READING,
        (
            *_PAGE,
            Parameter("order", 10, ORDER_PATTERN),
            Parameter("after", AFTER_MAX, AFTER_PATTERN),
            _LIMIT,
        ),
    ),
    Operation(
        "listRecent",
        "GET",
        "/recent",
        recent,
        {200: RecentOut, 422: _P, 503: _P},
        (Parameter("key", KEY_MAX), _LIMIT),
    ),
    Operation(
        "thank",
        "POST",
        "/thanks",
        thank,
        {200: ThanksOut} | dict.fromkeys((400, 403, 404, 413, 415, 422, 429, 503), _P),
        takes=ThanksIn,
    ),
    Operation("getForm", "GET", "/form", form, {200: FormOut} | _READING, _PAGE),
    Operation(
        "postComment",
        "POST",
        "/comments",
        post,
        {200: StateOut, 201: StateOut} | dict.fromkeys((400, 403, 409, 413, 415, 422, 429, 503), _P),
        takes="NewComment",
    ),
    Operation(
        "preview",
        "POST",
        "/preview",
        preview,
        {200: PreviewOut} | dict.fromkeys((400, 403, 413, 415, 422), _P),
        takes="NewText",
    ),
    Operation(
        "countComments",
        "GET",
        "/counts",
        counts,
        {200: CountsOut, 422: _P, 503: _P},
        (Parameter("key", KEY_MAX, required=True, many=KEYS_MAX),),
    ),
    Operation("readWords", "GET", "/words", read_words, {200: WordsOut, 304: None}),
    Operation("readState", "GET", "/state", mine.state, _MINE, takes_receipt=True),
    Operation(
        "changeText",
        "POST",
        "/state/text",
        mine.change_text,
        _MINE | dict.fromkeys((400, 403, 409, 413, 415, 422, 429), _P),
        takes="NewText",
        takes_receipt=True,
    ),
    Operation("withdraw", "POST", "/state/withdraw", mine.withdraw, _ACTS, takes_receipt=True),
    Operation("putBack", "POST", "/state/put-back", mine.put_back, _ACTS, takes_receipt=True),
    Operation("askAgain", "POST", "/state/ask", mine.ask, _ACTS, takes_receipt=True),
    Operation(
        "erase",
        "POST",
        "/state/erase",
        mine.erase,
        _ACTS | dict.fromkeys((400, 413, 415, 422), _P),
        takes="Erasure",
        takes_receipt=True,
    ),
    Operation(
        "takeAlong",
        "GET",
        "/state/everything",
        mine.everything,
        {200: EverythingOut, 401: _P, 503: _P},
        takes_receipt=True,
    ),
)
