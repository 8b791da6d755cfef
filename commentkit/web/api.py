"""The JSON API below `api/v1`: reading and posting; what a receipt can do is in `mine`.

`OPERATIONS` is its one table: routes and the OpenAPI document are made from it.
"""

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from commentkit.checks.traps import TRAP_FIELD
from commentkit.draft import Draft
from commentkit.errors import InvalidDraft, Problem, TextRefused
from commentkit.model import Thread, Visit
from commentkit.service import reader, writer
from commentkit.service.before import BeforePosting
from commentkit.service.house import thread_page
from commentkit.text import clean_line, restore
from commentkit.tree import walk
from commentkit.web import data, fields, guards, mine
from commentkit.web.face import Face, face_of
from commentkit.web.mine import AdviceOut, EverythingOut, MineOut, StateOut, conflict, state_of
from commentkit.web.pages import anonymous
from commentkit.web.reader import described, parse_draft, read_stamp, send

KEY_MAX = 500
KEYS_MAX = 100
URL_MAX = 2000
TITLE_MAX = 300
URL_PATTERN = r"^$|^https?://[^\u0000]*$"


class CommentOut(BaseModel):
    """A published comment; `name` is None where a comment isn't shown any more but has answers."""

    id: str
    parent: str | None
    level: int
    name: str | None
    website: str
    html: str
    created_at: datetime | None
    by_guest: bool
    permalink: str


class ThreadOut(BaseModel):
    """A thread with its comments in page order."""

    key: str
    title: str
    url: str
    closed: str
    count: int
    comments: list[CommentOut]


class FormOut(BaseModel):
    """What a form needs. `trap` names a field that people must not see; send it along, empty.

    `required` are the fields that must be filled in; `notice` is to be shown with the form.
    """

    token: str
    expires_in: int
    trap: str
    required: list[str]
    notice: str


class CountsOut(BaseModel):
    """Published comments by key; 0 for unknown threads."""

    counts: dict[str, int]


class FieldProblem(BaseModel):
    """What is wrong with one field."""

    field: str
    code: str
    detail: str


class ProblemOut(BaseModel):
    """Problem details (RFC 9457) with a stable `code`.

    A 409 also has the text and a token to send it with: with code `before-posting` there is advice for its writer,
    otherwise the token was used before, for the comment in `first`.
    """

    type: str
    title: str
    status: int
    detail: str
    code: str
    errors: list[FieldProblem] = []
    first: StateOut | None = None
    advice: list[AdviceOut] = []
    body: str | None = None
    token: str | None = None


async def thread(request: Request) -> Response:
    """Read a thread."""
    face = face_of(request)
    found = await _thread(request, face)
    base = face.base(request)
    # A listed origin's page may say another title or address than is stored; only pages that say the same may share.
    key = ("json", found.id, found.version, found.title, found.url, base)
    tag = f'"{face.house.signer.fingerprint(*map(str, key))}"'
    headers = {"ETag": tag, "Cache-Control": "no-cache"}
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    body = face.lists.get(key) if found.id else None
    if body is None:
        body = (await _thread_out(face, found, base)).model_dump_json()
        if found.id:
            face.lists.put(key, body)
    return Response(body, headers=headers, media_type="application/json")


async def _thread_out(face: Face, found: Thread, base: str) -> ThreadOut:
    nodes = await reader.comments_of(face.house, found)
    comments = []
    for step in walk(nodes):
        if not step.opens:
            continue
        node, shown = step.node, step.node.comment
        comments.append(
            CommentOut(
                id=node.public_id,
                parent=node.parent or None,
                level=node.level,
                name=anonymous(shown.name) if shown else None,
                website=shown.website if shown else "",
                html=restore(shown.html) if shown else "",
                created_at=shown.created_at if shown else None,
                by_guest=shown.by_guest if shown else False,
                permalink=f"{base}/c/{node.public_id}",
            )
        )
    return ThreadOut(
        key=found.key,
        title=found.title,
        url=thread_page(base, found),
        closed=found.closed,
        count=sum(1 for each in comments if each.name is not None),
        comments=comments,
    )


def _query(request: Request, name: str, longest: int, *, required: bool = False) -> str:
    values = request.query_params.getlist(name)
    problem_ = None
    if len(values) > 1:
        problem_ = Problem("twice", f"{name} is there twice.")
    elif required and not (values and values[0]):
        problem_ = Problem("required", f"{name} is missing.")
    elif values and len(values[0]) > longest:
        problem_ = Problem("too-long", f"{name} may have {longest} characters.")
    elif values and "\0" in values[0]:
        problem_ = Problem("invalid-character", f"{name} has a character that can't be.")
    if problem_:
        raise InvalidDraft({name: problem_})
    return values[0] if values else ""


async def _thread(request: Request, face: Face) -> Thread:
    """The thread asked for. A key that nobody has used is one only on a page of a listed origin.

    Raises:
        NotFound: it is unknown, and it doesn't come from such a page.
    """
    settings = face.house.settings
    key = _query(request, "key", KEY_MAX, required=True)
    title, url = _query(request, "title", TITLE_MAX), _query(request, "url", URL_MAX)
    if not re.fullmatch(URL_PATTERN, url):
        raise InvalidDraft({"url": Problem("wrong-pattern", "url must begin with http:// or https://.")})
    if not guards.is_listed_origin(settings, request.headers.get("origin", "")):
        return await reader.known_thread(face.house, key)
    if url and guards.origin_of(url) not in settings.origins:
        raise InvalidDraft({"url": Problem("foreign", "url must be a page of one of the site's origins.")})
    try:
        title = clean_line(title)[:TITLE_MAX]
    except TextRefused as error:
        raise InvalidDraft({"title": Problem(error.code, str(error))}) from None
    return await reader.thread_of(face.house, Thread(0, settings.site, key, title, url))


async def form(request: Request) -> Response:
    """Get a token to post with."""
    face = face_of(request)
    found = await _thread(request, face)
    seconds = face.house.settings.form_hours * 3600
    body = FormOut(
        token=face.stamp(found),
        expires_in=seconds,
        trap=TRAP_FIELD,
        required=[name for name in fields.required(face.house.limits()) if name != "token"],
        notice=data.notice(face.house),
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
        return conflict(error, draft, face.house.signer.stamp(replace(stamp, shown=True)), advice=advice)
    except writer.OnceUsed as error:
        secret = face.house.signer.receipt(stamp.once)  # who has the form has its receipt too
        first = state_of(face, request, found, error.comment, secret).model_dump(mode="json")
        return conflict(error, draft, face.stamp(found), first=first)
    state = state_of(face, request, posted.thread, posted.comment, posted.receipt)
    return JSONResponse(
        state.model_dump(mode="json"), 200 if posted.again else 201, headers={"Cache-Control": "no-store"}
    )


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


async def counts(request: Request) -> Response:
    """Count the comments of many threads at once."""
    face = face_of(request)
    keys = request.query_params.getlist("key")
    if not 1 <= len(keys) <= KEYS_MAX or any(not key or len(key) > KEY_MAX or "\0" in key for key in keys):
        message = f"Give 1 to {KEYS_MAX} keys of 1 to {KEY_MAX} characters."
        raise InvalidDraft({"key": Problem("invalid", message)})
    body = CountsOut(counts=await reader.counts(face.house, keys))
    return JSONResponse(body.model_dump(), headers={"Cache-Control": "no-cache"})


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
    """One thing that the API does."""

    id: str
    method: str
    path: str
    run: Callable[[Request], Awaitable[Response]]
    answers: Mapping[int, type[BaseModel] | None]
    parameters: Sequence[Parameter] = ()
    takes: str = ""
    takes_receipt: bool = False


_KEY = Parameter("key", KEY_MAX, required=True)
_PAGE = (_KEY, Parameter("title", TITLE_MAX), Parameter("url", URL_MAX, URL_PATTERN))
_P = ProblemOut
_MINE: dict[int, type[BaseModel] | None] = {200: MineOut, 401: _P, 503: _P}
_ACTS = _MINE | dict.fromkeys((403, 409), _P)
_READING: dict[int, type[BaseModel] | None] = {404: _P, 422: _P, 503: _P}

OPERATIONS = (
    Operation("readThread", "GET", "/thread", thread, {200: ThreadOut, 304: None} | _READING, _PAGE),
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
        "countComments",
        "GET",
        "/counts",
        counts,
        {200: CountsOut, 422: _P, 503: _P},
        (Parameter("key", KEY_MAX, required=True, many=KEYS_MAX),),
    ),
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
