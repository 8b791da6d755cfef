"""The JSON API below `api/v1`. `OPERATIONS` is its one table: routes and the OpenAPI document are made from it."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from commentkit.checks.traps import TRAP_FIELD
from commentkit.draft import Draft
from commentkit.errors import CommentkitError, InvalidDraft, NotFound, Problem
from commentkit.model import Comment, Status, Thread, Visit
from commentkit.service import reader, writer
from commentkit.service.before import BeforePosting
from commentkit.web import fields, guards
from commentkit.web.api_models import (
    AdviceOut,
    CountsOut,
    FormOut,
    ProblemOut,
    RecentOut,
    StateOut,
    ThanksIn,
    ThanksOut,
    ThreadOut,
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
    recent,
    thank,
    thread,
)
from commentkit.web.errors import problem, status_of
from commentkit.web.face import Face, face_of
from commentkit.web.pages import REASON_WORDS, STATE_WORDS
from commentkit.web.reader import described, parse_draft, read_stamp, send


async def form(request: Request) -> Response:
    """Get a token to post with."""
    face = face_of(request)
    found = await asked_thread(request, face)
    seconds = face.house.settings.form_hours * 3600
    body = FormOut(token=face.stamp(found), expires_in=seconds, trap=TRAP_FIELD)
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
    problems = {
        name: Problem("unknown-field", "There is no such field.") for name in given.keys() - rules.keys()
    } | {
        name: Problem("wrong-type", "This field takes a text.")
        for name in given.keys() & rules.keys()
        if not isinstance(given[name], str)
    }
    if not isinstance(confirmed, bool):
        problems[fields.CONFIRM] = Problem("wrong-type", "This field takes true or false.")
    if "token" not in given:
        problems["token"] = Problem("required", "Get a token first, from the form address.")
    if problems:
        raise InvalidDraft(problems)
    typed: dict[str, str] = given
    stamp = read_stamp(face, typed["token"])
    found = await reader.thread_of(face.house, described(stamp))
    guest = await face.guest(request, found)
    draft = _draft(face, typed, rules, guest)
    try:
        posted = await send(
            request, face, stamp, draft, guest, trap=typed.get(TRAP_FIELD, ""), confirmed=confirmed
        )
    except BeforePosting as error:
        advice = [AdviceOut(**asdict(each)).model_dump() for each in error.advice]
        return _conflict(error, draft, face.house.signer.stamp(replace(stamp, shown=True)), advice=advice)
    except writer.OnceUsed as error:
        first = _state(face, request, found, error.comment).model_dump(mode="json")
        return _conflict(error, draft, face.stamp(found), first=first)
    state = _state(face, request, posted.thread, posted.comment, posted.receipt)
    return JSONResponse(
        state.model_dump(mode="json"), 200 if posted.again else 201, headers={"Cache-Control": "no-store"}
    )


def _conflict(error: CommentkitError, draft: Draft, token: str, **more: object) -> Response:
    """Why it wasn't posted, with the text and a token to send it with."""
    status, _ = status_of(error)
    body = {**problem(error), **more, "body": draft.body, "token": token}
    headers = {"Cache-Control": "no-store"}
    return JSONResponse(body, status, headers, media_type="application/problem+json")


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


def _state(
    face: Face, request: Request, thread: Thread, comment: Comment, receipt: str | None = None
) -> StateOut:
    base = face.base(request)
    return StateOut(
        id=comment.public_id,
        status=comment.status,
        message=STATE_WORDS[comment.status] + ".",
        why=REASON_WORDS[comment.reason],
        thread=thread.key,
        permalink=f"{base}/c/{comment.public_id}" if comment.status is Status.PUBLISHED else None,
        receipt=receipt,
        receipt_url=f"{base}/receipt/{receipt}" if receipt else None,
    )


async def state(request: Request) -> Response:
    """Ask for the state of one's own comment. The receipt goes in a header, so that it is in no log."""
    face = face_of(request)
    scheme, _, receipt = request.headers.get("authorization", "").partition(" ")
    try:
        if scheme.lower() != "bearer" or not receipt:
            raise NotFound("Send the receipt as a bearer token.")
        found, comment = await reader.by_receipt(face.house, receipt.strip())
    except NotFound as error:
        body = {**problem(error), "status": 401, "title": "A receipt is needed", "code": "receipt-needed"}
        headers = {"WWW-Authenticate": 'Bearer realm="receipt"', "Cache-Control": "no-store"}
        return JSONResponse(body, 401, headers=headers, media_type="application/problem+json")
    body = _state(face, request, found, comment).model_dump(mode="json")
    return JSONResponse(body, headers={"Cache-Control": "no-store"})


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
    takes: type[BaseModel] | None = None
    takes_comment: bool = False
    takes_receipt: bool = False


_KEY = Parameter("key", KEY_MAX, required=True)
_PAGE = (_KEY, Parameter("title", TITLE_MAX), Parameter("url", URL_MAX, URL_PATTERN))
_LIMIT = Parameter("limit", 3, LIMIT_PATTERN)
_P = ProblemOut
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
        takes_comment=True,
    ),
    Operation(
        "countComments",
        "GET",
        "/counts",
        counts,
        {200: CountsOut, 422: _P, 503: _P},
        (Parameter("key", KEY_MAX, required=True, many=KEYS_MAX),),
    ),
    Operation("readState", "GET", "/state", state, {200: StateOut, 401: _P, 503: _P}, takes_receipt=True),
)
