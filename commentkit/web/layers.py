"""The layers that every request passes, the outermost first: where we are, the language, headers, other origins, and
what nothing else has caught."""

from collections.abc import Awaitable, Callable

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from commentkit.language import LANGUAGES, speaking
from commentkit.web import guards
from commentkit.web.errors import broken
from commentkit.web.face import Face
from commentkit.web.mount import LIVE, ROOT, TONGUE, is_api, path_of, root_of


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
            response = broken(Request(scope, receive), error)
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
    _FILES = "/static/"  # asked for anew, or a page would meet the script of an older one
    _FORMS = ("/reply", "/report")  # and these that stand below them
    _RUN_SCRIPT = ("/thread", "/c/", "/post")
    _COPY = ("/receipt/",)  # a script that can send nothing anywhere

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                path = path_of(scope)
                public = path.startswith(self._READ_BY_ALL) and not path.endswith(self._FORMS)
                extra = [each for each in self._SET if not (public and each[0] == b"x-robots-tag")]
                policy = self._POLICY
                if path.startswith(self._RUN_SCRIPT + self._COPY):
                    policy += self._SCRIPT
                if path.startswith(self._RUN_SCRIPT):
                    policy += self._ASKS
                extra.append((b"content-security-policy", policy))
                extra.append((b"referrer-policy", _referrer_policy(scope)))
                message["headers"] = [*message.get("headers", []), *extra]
                if path.startswith(self._FILES):
                    MutableHeaders(scope=message).setdefault("Cache-Control", "no-cache")
            await send(message)

        await self._app(scope, receive, with_headers)


class Cors:
    """Lets pages of the listed origins read the API and the stream of news. No cookies: they'd be third-party ones."""

    def __init__(self, app: ASGIApp, face: Face) -> None:
        self._app = app
        self._face = face

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope) if scope["type"] == "http" else None
        if request is None or not (is_api(scope) or path_of(scope) == LIVE):
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
