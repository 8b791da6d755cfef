"""The URL map on one screen, and how errors and security headers leave the house."""

import logging
from collections.abc import Awaitable, Callable
from pathlib import Path

from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import HTTPConnection, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Match, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from commentkit.errors import CommentkitError, NotFound
from commentkit.language import LANGUAGES, _, speaking
from commentkit.web import api, desk, embed, entry, feeds, guards, live, mail, reader, receipt, report, thanks
from commentkit.web.errors import headers_of, problem, status_of
from commentkit.web.face import ROOT, TONGUE, Face, face_of, path_of, root_of
from commentkit.web.openapi import openapi

log = logging.getLogger("commentkit")

STATIC = Path(__file__).parent.parent / "static"
API = "/api/v1"
LIVE = "/live"

ROUTES: list[BaseRoute] = [
    Route("/", reader.index),
    Route("/thread", reader.thread),
    Route("/post", reader.post, methods=["POST"]),
    Route("/c/{id}", reader.permalink),
    Route("/c/{id}/reply", reader.reply),
    Route("/c/{id}/thanks", thanks.thank, methods=["POST"]),
    Route("/c/{id}/report", report.form),
    Route("/c/{id}/report", report.send, methods=["POST"]),
    Route("/feed", feeds.feed),
    Route(LIVE, live.stream),
    Route("/embed.js", embed.script),
    Route("/receipt/{receipt}", receipt.show),
    Route("/receipt/{receipt}/everything.json", receipt.everything),
    Route("/receipt/{receipt}/edit", receipt.edit_form),
    Route("/receipt/{receipt}/edit", receipt.edit, methods=["POST"]),
    Route("/receipt/{receipt}/{act}", receipt.act, methods=["POST"]),
    Route("/mail/confirm/{token}", mail.confirm_form),
    Route("/mail/confirm/{token}", mail.confirm, methods=["POST"]),
    Route("/mail/stop/{token}", mail.stop_form),
    Route("/mail/stop/{token}", mail.stop, methods=["POST"]),
    Route("/data", reader.data_page),
    Route("/guest/{token}", entry.guest_form),
    Route("/guest/{token}", entry.guest_enter, methods=["POST"]),
    Route("/desk", desk.listed),
    Route("/desk/sign-in", entry.sign_in_form),
    Route("/desk/sign-in", entry.sign_in, methods=["POST"]),
    Route("/desk/link/{token}", entry.link_form),
    Route("/desk/link/{token}", entry.link, methods=["POST"]),
    Route("/desk/sign-out", desk.sign_out, methods=["POST"]),
    Route("/desk/history", desk.history),
    Route("/desk/people", desk.people),
    Route("/desk/people/guest", desk.guest_link, methods=["POST"]),
    Route("/desk/people/end", desk.end_visit, methods=["POST"]),
    Route("/desk/comments/{id}", desk.one),
    Route("/desk/comments/{id}", desk.move, methods=["POST"]),
    Route("/desk/{list}", desk.listed),
    Mount(
        API,
        routes=[
            Route("/openapi.json", openapi),
            *(Route(each.path, each.run, methods=[each.method]) for each in api.OPERATIONS),
        ],
    ),
    Mount("/static", StaticFiles(directory=STATIC)),
]


def application(face: Face) -> Starlette:
    """All routes of one instance, as an ASGI application to be mounted."""
    app = Starlette(
        routes=ROUTES,
        middleware=[
            Middleware(Mounted),
            Middleware(Spoken, face=face),
            Middleware(Headers),
            Middleware(Cors, face=face),
            Middleware(LastResort),
        ],
        exception_handlers={CommentkitError: _refused, HTTPException: _http},
    )
    app.state.face = face
    return app


def _is_api(request: Request) -> bool:
    return path_of(request.scope).startswith(API)


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, CommentkitError)  # noqa: S101  (that is what it is registered for)
    status, title = status_of(error)
    if status >= 500:
        log.warning("%s %s: %s", request.method, status, type(error).__name__)
    return _answer(request, status, title, problem(error), headers_of(error))


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101
    known = NotFound(_("There is nothing at this address."))
    if error.status_code == 404:
        return await _refused(request, known)
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
    for route in ROUTES:
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


async def _broken(request: Request, error: Exception) -> Response:
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
    if _is_api(request):
        return JSONResponse(body, status, headers, media_type="application/problem+json")
    face = face_of(request)
    response = face.page(request, "error.html", status, title=title, message=str(body["detail"]))
    response.headers.update(headers)
    return response


class Mounted:
    """Remembers where we are mounted: the API's own `Mount` writes another `root_path` over it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app({**scope, ROOT: scope.get("root_path", "")}, receive, send)


class Spoken:
    """Speaks the reader's language: the one in the address (`/~de/…`), else the site's, else the browser's choice.

    Below `/~de` everything is there once more, and every link made there leads on below it: it counts as the place
    where we are mounted. The desk is English.
    """

    def __init__(self, app: ASGIApp, face: Face) -> None:
        self._app = app
        self._face = face

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        path = path_of(scope)
        first = path.split("/", 2)[1] if "/" in path else ""
        tongue = first[1:] if first.startswith("~") and first[1:] in LANGUAGES else ""
        if tongue:
            root = f"{root_of(scope)}/{first}"
            scope = {**scope, "root_path": root, ROOT: root, TONGUE: f"/{first}"}
        if path_of(scope).startswith(("/desk", "/static")):
            await self._app(scope, receive, send)
            return
        by_browser = not tongue and not self._face.house.settings.language

        async def with_vary(message: Message) -> None:
            if message["type"] == "http.response.start" and by_browser:
                MutableHeaders(scope=message).add_vary_header("Accept-Language")
            await send(message)

        with speaking(tongue or self._face.language(HTTPConnection(scope))):
            await self._app(scope, receive, with_vary)


class LastResort:
    """Answers what nothing else has caught. Starlette's own way would raise it again, for a server to log whole."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        begun = False

        async def watching(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self._app(scope, receive, watching)
        except Exception as error:
            response = await _broken(Request(scope, receive), error)
            if not begun:
                await response(scope, receive, send)


def _referrer_policy(scope: Scope) -> bytes:
    """Our own pages may know where a reader comes from, but no log may learn a secret that stands in an address.

    The forms of one-time links keep "same-origin": without a referrer a browser sends `Origin: null`, and over plain
    HTTP nothing else would tell that it is ours. What such a form leads to learns nothing.
    """
    path = path_of(scope)
    led_on = scope.get("method") == "POST" and path.startswith(("/guest/", "/desk/link/"))
    return b"no-referrer" if led_on or path.startswith(("/receipt/", "/mail/")) else b"same-origin"


class Headers:
    """Security headers on everything: our own script runs where comments are written, and on their receipts, and
    nowhere else; nothing foreign is loaded."""

    _POLICY = (
        b"default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "
        b"frame-ancestors 'none'"
    )
    _SCRIPT = b"; script-src 'self'; require-trusted-types-for 'script'; trusted-types 'none'"
    _ASKS = b"; connect-src 'self'"
    _SET = (
        (b"x-content-type-options", b"nosniff"),
        (b"cross-origin-opener-policy", b"same-origin"),
        (b"x-robots-tag", b"noindex"),
    )
    _READ_BY_ALL = ("/thread", "/c/", "/data")  # pages that search engines may show
    _RUN_SCRIPT = ("/thread", "/c/", "/post")
    _COPY = ("/receipt/",)  # a script that can send nothing anywhere

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                path = path_of(scope)
                public = path.startswith(self._READ_BY_ALL)
                extra = [each for each in self._SET if not (public and each[0] == b"x-robots-tag")]
                policy = self._POLICY
                if path.startswith(self._RUN_SCRIPT + self._COPY):
                    policy += self._SCRIPT
                if path.startswith(self._RUN_SCRIPT):
                    policy += self._ASKS
                extra.append((b"content-security-policy", policy))
                extra.append((b"referrer-policy", _referrer_policy(scope)))
                message["headers"] = [*message.get("headers", []), *extra]
            await send(message)

        await self._app(scope, receive, with_headers)


class Cors:
    """Lets pages of the listed origins read the API and the stream of news. No cookies: they'd be third-party ones."""

    def __init__(self, app: ASGIApp, face: Face) -> None:
        self._app = app
        self._face = face

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope) if scope["type"] == "http" else None
        if request is None or not (_is_api(request) or path_of(scope) == LIVE):
            await self._app(scope, receive, send)
            return
        origin = request.headers.get("origin", "")
        allowed = guards.is_listed_origin(self._face.house.settings, origin)
        if request.method == "OPTIONS" and "access-control-request-method" in request.headers:
            headers = {
                "Access-Control-Allow-Methods": "GET, POST",
                "Access-Control-Allow-Headers": "content-type, authorization",
                "Access-Control-Max-Age": "600",
            }
            answer = Response(status_code=204, headers=headers if allowed else {})
            await answer(scope, receive, self._marked(send, origin if allowed else ""))
            return
        await self._app(scope, receive, self._marked(send, origin if allowed else ""))

    @staticmethod
    def _marked(send: Send, origin: str) -> Callable[[Message], Awaitable[None]]:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.add_vary_header("Origin")
                if origin:
                    headers["Access-Control-Allow-Origin"] = origin
            await send(message)

        return with_headers
