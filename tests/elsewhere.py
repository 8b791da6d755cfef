"""A page of files on another site than its comments: `localhost`, while the comments are at `127.0.0.1`."""

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
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

WARNINGS = ("sexual violence", "self-harm")
STORY = "It was *years* before I could say it.\n\n> not really\n\n- one\n- two & <b>three</b>"
SHAMING = "I read it \U0001f331 twice. You're not really poly if you get jealous."


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

    def house(self) -> Site:
        """The comments' own pages."""
        return Site(self.settings, clock=self.clock)

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


@pytest.fixture(scope="module")
def both(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Elsewhere]:
    """Two sites, for the tests of one module: starting them for each would take most of its time."""
    path = tmp_path_factory.mktemp("elsewhere") / "comments.db"
    shutil.copyfile(sqlite_template, path)
    with elsewhere(f"sqlite:///{path}", warnings=WARNINGS) as made:
        yield made


@pytest.fixture
def there(both: Elsewhere, request: pytest.FixtureRequest) -> Elsewhere:
    """A page of files and its comments, on two sites; its thread is this test's alone."""
    both.begin(f"/{request.node.name.replace('[', '-').rstrip(']')}")
    return both


def write(thread: Locator, text: str, name: str = "") -> None:
    """Fill in the form and press the button."""
    box(thread).fill(text)
    if name:
        thread.get_by_label("Name").fill(name)
    thread.get_by_role("button", name="Post comment").click()


def box(thread: Locator) -> Locator:
    """The text in the form."""
    return thread.locator("textarea")


def state(thread: Locator) -> Locator:
    """What the reader is told about what they sent."""
    return thread.locator("[part=state]")


def below(address: str) -> "re.Pattern[str]":
    """Any address that begins like this."""
    return re.compile(f"^{re.escape(address)}")
