"""One table turns errors into HTTP; people get a page, programs get problem details (RFC 9457)."""

import logging
from collections.abc import Mapping

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Match, Mount
from starlette.types import Scope

from commentkit.errors import (
    CommentkitError,
    Conflict,
    InvalidDraft,
    Malformed,
    NotFound,
    Refused,
    TextRefused,
    ThreadClosed,
    TokenInvalid,
    TooLarge,
    TooMany,
    WrongType,
)
from commentkit.language import N_, _
from commentkit.service.before import BeforePosting
from commentkit.store.database import DatabaseBusy
from commentkit.web.face import face_of
from commentkit.web.mount import is_api, root_of

log = logging.getLogger("commentkit")

STATUS: Mapping[type[CommentkitError], tuple[int, str]] = {
    Malformed: (400, N_("That could not be read")),
    Refused: (403, N_("That is not allowed")),
    TokenInvalid: (403, N_("The form needs to be renewed")),
    ThreadClosed: (403, N_("This thread is closed")),
    NotFound: (404, N_("Not found")),
    Conflict: (409, N_("Somebody was quicker")),
    BeforePosting: (409, N_("Before you post")),
    TooLarge: (413, N_("That is too large")),
    WrongType: (415, N_("That is not what this address takes")),
    InvalidDraft: (422, N_("Something in the form needs another look")),
    TextRefused: (422, N_("The text can't be accepted as it is")),
    TooMany: (429, N_("A little slower, please")),
    DatabaseBusy: (503, N_("Please try again in a moment")),
}


def status_of(error: CommentkitError) -> tuple[int, str]:
    """HTTP status and title for an error, in the language spoken now; the nearest base in the table counts."""
    for kind in type(error).__mro__:
        if kind in STATUS:
            status, title = STATUS[kind]
            return status, _(title)
    return 500, _("Something went wrong here")


def headers_of(error: CommentkitError) -> dict[str, str]:
    """Headers that belong to an error."""
    if isinstance(error, TooMany):
        return {"Retry-After": str(error.retry_after)}
    if isinstance(error, DatabaseBusy):
        return {"Retry-After": "5"}
    return {}


def problem(error: CommentkitError) -> dict[str, object]:
    """Problem details for programs: `code` is stable, `errors` names the fields."""
    status, title = status_of(error)
    body: dict[str, object] = {
        "type": "about:blank",
        "title": title,
        "status": status,
        "detail": str(error),
        "code": error.code,
    }
    if isinstance(error, InvalidDraft):
        body["errors"] = [
            {"field": name, "code": each.code, "detail": each.message}
            for name, each in error.problems.items()
        ]
    return body


async def refused(request: Request, error: Exception) -> Response:
    """The answer to an error of ours."""
    assert isinstance(error, CommentkitError)  # noqa: S101  (that is what it is registered for)
    status, title = status_of(error)
    if status >= 500:
        log.warning("%s %s: %s", request.method, status, type(error).__name__)
    return _answer(request, status, title, problem(error), headers_of(error))


async def no_route(request: Request, error: Exception) -> Response:
    """The answer where nothing is, or nothing that takes this method."""
    assert isinstance(error, HTTPException)  # noqa: S101
    known = NotFound(_("There is nothing at this address."))
    if error.status_code == 404:
        return await refused(request, known)
    title = detail = error.detail
    if error.status_code == 405:
        title = _("That can't be done here")
        detail = _(
            "This address isn't used in this way. Please go back to where you came from and try again there."
        )
    body = {**problem(known), "status": error.status_code, "title": title, "detail": detail}
    body["code"] = error.detail.lower().replace(" ", "-")
    headers = dict(error.headers or {})
    if error.status_code == 405:
        headers["Allow"] = ", ".join(sorted(_methods(request)))
    return _answer(request, error.status_code, title, body, headers)


def _methods(request: Request) -> set[str]:
    """What this address takes, of all the routes that know it: Starlette tells the first one's methods only."""
    scope = {**request.scope, "root_path": root_of(request.scope)}
    found: set[str] = set()
    for route in request.app.routes:
        found |= _methods_of(route, scope)
    return found


def _methods_of(route: BaseRoute, scope: Scope) -> set[str]:
    match, child = route.matches(scope)
    if match is Match.NONE:
        return set()
    if isinstance(route, Mount):
        inner = [_methods_of(each, {**scope, **child}) for each in route.routes]
        return set().union(*inner) if inner else {"GET", "HEAD"}  # static files have no routes
    return set(getattr(route, "methods", None) or ())


def broken(request: Request, error: Exception) -> Response:
    """The answer to a mistake of ours."""
    # The traceback could hold a comment or an address in its message: only the kind and place are logged.
    place = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    where = f"{place.tb_frame.f_code.co_filename}:{place.tb_lineno}" if place else "?"
    log.error("%s failed: %s at %s", request.method, type(error).__name__, where)
    title = _("Something went wrong here")
    detail = _("It isn't your fault, and it was noted. Please try again.")
    body = {"type": "about:blank", "title": title, "status": 500, "detail": detail, "code": "broken"}
    return _answer(request, 500, title, body, {})


def _answer(
    request: Request, status: int, title: str, body: dict[str, object], headers: dict[str, str]
) -> Response:
    headers = {**headers, "Cache-Control": "no-store"}
    if is_api(request.scope):
        return JSONResponse(body, status, headers, media_type="application/problem+json")
    face = face_of(request)
    response = face.page(request, "error.html", status, title=title, message=str(body["detail"]))
    response.headers.update(headers)
    return response
