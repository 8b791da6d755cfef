"""Reading through the JSON API: a thread page by page, what is new, how many there are; and thanks."""

import re
from dataclasses import asdict, astuple

from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from commentkit import signing
from commentkit.errors import InvalidDraft, Problem, TextRefused
from commentkit.language import N_, _, direction, spoken
from commentkit.model import Order, Thanks, Thread
from commentkit.service import reader, reading, thanks
from commentkit.service.house import thread_page
from commentkit.service.reading import Wanted
from commentkit.text import clean_line, restore
from commentkit.tree import walk
from commentkit.web import guards, scripts
from commentkit.web.api.models import (
    AvatarOut,
    CommentOut,
    CountsOut,
    RecentCommentOut,
    RecentOut,
    ThanksIn,
    ThanksOut,
    ThreadOut,
    WordsOut,
)
from commentkit.web.face import Face, face_of
from commentkit.web.pages import anonymous, avatar, recent_view

KEYS_MAX = 100
URL_MAX = 2000
TITLE_MAX = 300
URL_PATTERN = r"^$|^https?://[^\u0000]*$"
AFTER_MAX = 30
AFTER_PATTERN = r"^$|^[0-9a-f]{30}$"
ORDER_PATTERN = r"^(|oldest|newest|thanked)$"
LIMIT_MAX = 500
LIMIT_PATTERN = r"^$|^([1-9][0-9]?|[1-4][0-9]{2}|500)$"
_RECENT = 10
_WRONG = {
    "missing": N_("This field is missing."),
    "extra_forbidden": N_("There is no such field."),
    "string_type": N_("This field takes a text."),
    "bool_type": N_("This field takes true or false."),
    "string_pattern_mismatch": N_("This field takes what an earlier answer gave."),
}
"""What pydantic finds -> how it is told."""


async def thread(request: Request) -> Response:
    """Read a thread."""
    face = face_of(request)
    found = await asked_thread(request, face)
    base = face.base(request)
    # A listed origin's page may say another title or address than is stored; only pages that say the same may share.
    wanted = _wanted(request, face)
    settings = face.house.settings
    shape = (settings.max_depth, settings.thanks, *astuple(wanted))
    key = ("json", found.id, found.version, found.title, found.url, base, spoken(), *shape)
    tag = f'"{face.house.signer.fingerprint(*map(str, key))}"'
    headers = {"ETag": tag, "Cache-Control": "no-cache"}
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    body = face.lists.get(key) if found.id else None
    if body is None:
        body = (await _thread_out(face, found, base, wanted)).model_dump_json()
        if found.id:
            face.lists.put(key, body)
    return Response(body, headers=headers, media_type="application/json")


async def _thread_out(face: Face, found: Thread, base: str, wanted: Wanted) -> ThreadOut:
    page = await reading.page(face.house, found, wanted)
    counted = face.house.settings.thanks is Thanks.COUNTED
    comments = []
    for step in walk(page.nodes):
        if not step.opens or step.node.before:
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
                thanks=shown.thanks if shown and counted else None,
                warning=shown.warning if shown else "",
                avatar=AvatarOut(**asdict(avatar(shown.seed))) if shown else None,
            )
        )
    return ThreadOut(
        key=found.key,
        title=found.title,
        url=thread_page(base, found),
        closed=found.closed,
        count=found.published,
        order=wanted.order,
        next=page.next or None,
        comments=comments,
    )


def _wanted(request: Request, face: Face) -> Wanted:
    settings = face.house.settings
    order = _query(request, "order", 10)
    if order and order not in list(Order):
        raise InvalidDraft(
            {"order": Problem("unknown", _("order is one of %(choices)s.", choices=", ".join(Order)))}
        )
    after = _query(request, "after", AFTER_MAX)
    if after and not re.fullmatch(AFTER_PATTERN, after):
        raise InvalidDraft({"after": Problem("invalid", _("after is what an earlier answer gave as next."))})
    limit = _limit(request, settings.page_comments)
    return Wanted(Order(order) if order else settings.order, limit, after)


def _limit(request: Request, usual: int) -> int:
    given = _query(request, "limit", 3)
    if given and not re.fullmatch(LIMIT_PATTERN, given):
        raise InvalidDraft(
            {"limit": Problem("invalid", _("limit is a number from 1 to %(most)s.", most=LIMIT_MAX))}
        )
    return int(given) if given else usual


def _query(request: Request, name: str, longest: int, *, required: bool = False) -> str:
    values = request.query_params.getlist(name)
    problem_ = None
    if len(values) > 1:
        problem_ = Problem("twice", _("%(name)s is there twice.", name=name))
    elif required and not (values and values[0]):
        problem_ = Problem("required", _("%(name)s is missing.", name=name))
    elif values and len(values[0]) > longest:
        problem_ = Problem("too-long", _("%(name)s may have %(most)s characters.", name=name, most=longest))
    elif values and "\0" in values[0]:
        problem_ = Problem("invalid-character", _("%(name)s has a character that can't be.", name=name))
    if problem_:
        raise InvalidDraft({name: problem_})
    return values[0] if values else ""


async def asked_thread(request: Request, face: Face) -> Thread:
    """The thread asked for. A key that nobody has used is one only on a page of a listed origin.

    Raises:
        NotFound: it is unknown, and it doesn't come from such a page.
    """
    settings = face.house.settings
    key = _query(request, "key", guards.KEY_MAX, required=True)
    title, url = _query(request, "title", TITLE_MAX), _query(request, "url", URL_MAX)
    if not re.fullmatch(URL_PATTERN, url):
        raise InvalidDraft({"url": Problem("wrong-pattern", _("url must begin with http:// or https://."))})
    if not guards.is_listed_origin(settings, request.headers.get("origin", "")):
        return await reader.known_thread(face.house, key)
    if url and guards.origin_of(url) not in settings.origins:
        raise InvalidDraft({"url": Problem("foreign", _("url must be a page of one of the site's origins."))})
    try:
        title = clean_line(title)[:TITLE_MAX]
    except TextRefused as error:
        raise InvalidDraft({"title": Problem(error.code, str(error))}) from None
    return await reader.thread_of(face.house, Thread(0, settings.site, key, title, url))


async def read_words(request: Request) -> Response:
    """Read what the script for any page says, in the language that is asked for."""
    said = WordsOut(lang=spoken(), dir=direction(), words=scripts.embed_rest(), count=scripts.embed_count())
    body = said.model_dump_json()
    tag = f'"{face_of(request).house.signer.fingerprint(body)}"'
    headers = {"ETag": tag, "Cache-Control": "no-cache"}
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(body, headers=headers, media_type="application/json")


async def counts(request: Request) -> Response:
    """Count the comments of many threads at once."""
    face = face_of(request)
    keys = request.query_params.getlist("key")
    if not 1 <= len(keys) <= KEYS_MAX or any(
        not key or len(key) > guards.KEY_MAX or "\0" in key for key in keys
    ):
        message = _(
            "Give 1 to %(keys)s keys of 1 to %(most)s characters.", keys=KEYS_MAX, most=guards.KEY_MAX
        )
        raise InvalidDraft({"key": Problem("invalid", message)})
    body = CountsOut(counts=await reader.counts(face.house, keys))
    return JSONResponse(body.model_dump(), headers={"Cache-Control": "no-cache"})


async def recent(request: Request) -> Response:
    """List the newest comments of a thread, or of the whole site without a key."""
    face = face_of(request)
    base, key = face.base(request), _query(request, "key", guards.KEY_MAX)
    found = await reader.recent(face.house, _limit(request, _RECENT), key)
    comments = []
    for comment, about in found:
        short = recent_view(comment, about, base)
        comments.append(
            RecentCommentOut(
                id=short.id,
                name=short.name,
                excerpt=short.excerpt,
                created_at=comment.created_at,
                permalink=short.permalink,
                thread=short.thread,
                thread_url=short.thread_url,
                warning=short.warning,
            )
        )
    body = RecentOut(comments=comments).model_dump(mode="json")
    return JSONResponse(body, headers={"Cache-Control": "no-cache"})


async def thank(request: Request) -> Response:
    """Say that a comment rings true, or take that back. The same again changes nothing."""
    face = face_of(request)
    settings = face.house.settings
    guards.check_origin(request, settings)
    try:
        given = ThanksIn.model_validate(await guards.read_json(request))
    except ValidationError as error:
        wrong = {
            str(each["loc"][0]) if each["loc"] else "": Problem(
                each["type"].replace("_", "-"), _(_WRONG.get(each["type"], each["msg"]))
            )
            for each in error.errors(include_input=False, include_url=False)
        }
        raise InvalidDraft(wrong) from None
    await face.limits.thanks(guards.address_of(request, settings))
    device = given.device or signing.random_token()
    comment = (await thanks.say(face.house, device, given.comment, back=given.back))[1]
    counted = settings.thanks is Thanks.COUNTED
    body = ThanksOut(
        comment=comment.public_id,
        said=not given.back,
        thanks=comment.thanks if counted else None,
        device=device,
    )
    return JSONResponse(body.model_dump(), headers={"Cache-Control": "no-store"})
