"""A page of files on another site than its comments: `localhost`, while the comments are at `127.0.0.1`."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from playwright.sync_api import Locator, Page
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from commentkit import Settings
from commentkit.testing import FakeClock, serving
from tests.site import Site, make_settings

KEY = "/a-page-of-files"
ELEMENT = (
    '<comment-thread key="{key}" title="A page of files">'
    '<a href="{talk}/comments/thread?key={key}">Read and write comments</a></comment-thread>'
)
BODY = f"<h1>A page of files</h1>{ELEMENT}"
SCRIPT = '<script src="{talk}/comments/embed.js" async></script>'
STRICT = (
    "default-src 'none'; img-src data:; script-src {talk}; connect-src {talk}; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)


@dataclass
class Elsewhere:
    """The two servers, and what the page is made of.

    `{talk}` stands for the address of the comments, `{key}` for the key of the page's thread.
    """

    page: str
    talk: str
    settings: Settings
    clock: FakeClock
    head: str = SCRIPT
    body: str = BODY
    policy: str = STRICT
    key: str = KEY
    cookies: list[str] = field(default_factory=list)

    def begin(self, key: str) -> None:
        """The page as it is first, with a thread of its own."""
        self.key, self.head, self.body, self.policy = key, SCRIPT, BODY, STRICT
        self.cookies.clear()

    def speak(self, language: str) -> None:
        """Load the script in a language."""
        self.head = self.head.replace("/comments/", f"/comments/~{language}/")

    def open(self, page: Page) -> Locator:
        """Open the page; its thread."""
        page.goto(self.page)
        return page.locator("comment-thread")


@contextmanager
def elsewhere(url: str, **changes: object) -> Iterator[Elsewhere]:
    """Serve both. The page itself is as the test has made it by then."""
    made: list[Elsewhere] = []

    async def show(request: Request) -> Response:
        now = made[0]
        html = f"<!doctype html><html lang=en><title>A page</title><link rel=icon href='data:,'>{now.head}{now.body}"
        headers = {"Content-Security-Policy": now.policy.replace("{talk}", now.talk)} if now.policy else {}
        return HTMLResponse(html.replace("{talk}", now.talk).replace("{key}", now.key), headers=headers)

    async def cookie(request: Request) -> Response:
        """What any third party would try: a cookie for other sites' pages."""
        made[0].cookies.append(request.headers.get("cookie", ""))
        origin = request.headers.get("origin", "*")
        allow = {"Access-Control-Allow-Origin": origin, "Access-Control-Allow-Credentials": "true"}
        answer = Response("", headers=allow)
        answer.set_cookie("third", "party", samesite="none", secure=True)
        return answer

    with serving(Starlette(routes=[Route("/", show)])) as served:
        page_url = served.replace("127.0.0.1", "localhost")
        settings = make_settings(url, origins=(page_url,), **changes)
        clock = FakeClock()
        site = Site(settings, clock=clock)
        site.app.router.routes.append(Route("/cookie", cookie))
        with serving(site.app) as talk:
            made.append(Elsewhere(page_url, talk, settings, clock))
            yield made[0]
