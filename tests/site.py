"""A small blog around commentkit, as tests drive it from outside: pages are fetched, forms are filled in and sent."""

from collections.abc import Awaitable, Callable, Mapping
from html.parser import HTMLParser
from types import TracebackType
from typing import Any, Self, TypeVar

from httpx2 import Response
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Mount, Route
from starlette.testclient import TestClient

from commentkit import Comments, Settings
from commentkit.service import guest, moderator, signin
from commentkit.service.house import House
from commentkit.worker import Worker

T = TypeVar("T")

POST = "/guest/first-light"
TITLE = "First light"
GUEST = "Robin Vale"
ORIGIN = "http://testserver"


def make_settings(database_url: str, **changes: Any) -> Settings:
    """Settings for a test: a limit that no test reaches unless it asks for it."""
    given: dict[str, Any] = {
        "secret_key": "a secret for the tests, forty letters....",
        "database_url": database_url,
        "site_url": "http://testserver",
        "post_limit": "1000/minute",
        "login_limit": "1000/minute",
        "hurried_seconds": 0,
        "check_patience": 20,  # a busy machine makes no comment wait
        **changes,
    }
    return Settings(**given)


class _Forms(HTMLParser):
    """Collects the fields of every form on a page, as a browser would send them, by the form's action."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[tuple[str, dict[str, str]]] = []
        self._area = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append((given.get("action", ""), {}))
        elif tag == "input" and self.forms and given.get("name"):
            if given.get("type") not in {"checkbox", "radio"} or "checked" in given:
                self.forms[-1][1][given["name"]] = given.get("value", "")
        elif tag == "textarea" and self.forms and given.get("name"):
            self._area = given["name"]
            self.forms[-1][1][self._area] = ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            if self._area:
                # a browser drops the newline after <textarea>
                self.forms[-1][1][self._area] = self.forms[-1][1][self._area].removeprefix("\n")
            self._area = ""

    def handle_data(self, data: str) -> None:
        if self._area:
            self.forms[-1][1][self._area] += data


def forms(page: str) -> list[tuple[str, dict[str, str]]]:
    """Action and fields of every form on a page."""
    parser = _Forms()
    parser.feed(page)
    return parser.forms


def comment_form(page: str) -> dict[str, str]:
    """The fields of the form for comments."""
    return next(fields for action, fields in forms(page) if action.endswith("/post"))


class Site:
    """The blog: `client` fetches its pages, the rest are things that people do on it."""

    def __init__(self, settings: Settings, **more: Any) -> None:
        self.comments = Comments(settings, work=False, **more)
        routes = [Mount("/comments", self.comments), Route("/guest/{slug}", self._post_page)]
        self.app = Starlette(routes=routes, lifespan=self.comments.lifespan)
        self.client = TestClient(self.app, raise_server_exceptions=False)

    async def _post_page(self, request: Request) -> HTMLResponse:
        thread = await self.comments.html(request, request.url.path, title=TITLE, guest=GUEST)
        head = f"<!doctype html><html lang=en><title>{TITLE}</title>"
        return HTMLResponse(f"{head}<main><h1>{TITLE}</h1>{thread}</main>")

    def __enter__(self) -> Self:
        self.client.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.client.__exit__(kind, error, trace)

    def run(self, work: Callable[[House], Awaitable[T]]) -> T:
        """Do something in the house, on the application's own event loop."""
        assert self.client.portal is not None

        async def call() -> T:
            return await work(self.comments.house)

        return self.client.portal.call(call)

    def work(self) -> int:
        """Do the jobs that are due now."""
        return self.run(lambda house: Worker(house).once())

    def read(self, path: str = POST) -> str:
        """A page's HTML; it must be there."""
        response = self.client.get(path)
        assert response.status_code == 200, response.text
        return response.text

    def form(self, path: str = POST) -> dict[str, str]:
        """The comment form's fields as the page gives them."""
        return comment_form(self.read(path))

    def send(self, fields: Mapping[str, str], **headers: str) -> Response:
        """Send a comment form as a browser does."""
        sent = {
            "Origin": ORIGIN,
            "Sec-Fetch-Site": "same-origin",
            **{k.replace("_", "-"): v for k, v in headers.items()},
        }
        return self.client.post("/comments/post", data=dict(fields), headers=sent, follow_redirects=False)

    def post(self, body: str, *, path: str = POST, **fields: str) -> Response:
        """Open the post, fill in the form, send it, once more if there is advice; answers the receipt page."""
        response = self.send({**self.form(path), "body": body, **fields})
        if response.status_code == 200 and "ck-before" in response.text:
            response = self.send(comment_form(response.text))
        assert response.status_code == 303, response.text
        return self.client.get(response.headers["location"])

    def reply(self, comment_id: str, body: str, **fields: str) -> Response:
        """Answer a comment; answers the receipt page."""
        return self.post(body, path=f"/comments/c/{comment_id}/reply", **fields)

    def ids(self, status: str = "published") -> list[str]:
        """The public ids of the comments of one list, the newest first (waiting: as the desk sorts them)."""
        from commentkit.web.desk import LISTS

        entries = self.run(lambda house: moderator.listed(house, LISTS[status], limit=200))
        return [entry.comment.public_id for entry in entries]

    def sign_in(self, name: str = "Mo") -> None:
        """Sign this client in at the desk, by a one-time link."""

        async def link(house: House) -> str:
            await signin.add_moderator(house, name)
            return await signin.one_time_link(house, name)

        path = f"/comments/desk/link/{self.run(link)}"
        assert self.client.get(path).status_code == 200
        response = self.client.post(path, headers={"Origin": ORIGIN}, follow_redirects=False)
        assert response.status_code == 303, response.text

    def enter_as_guest(self, name: str = GUEST, key: str = POST) -> None:
        """Follow a guest author's link."""
        from commentkit.model import Thread

        _, token = self.run(
            lambda house: guest.make_link(house, Thread(0, house.site, key, TITLE, key), name)
        )
        path = f"/comments/guest/{token}"
        assert self.client.get(path).status_code == 200
        response = self.client.post(path, headers={"Origin": ORIGIN}, follow_redirects=False)
        assert response.status_code == 303, response.text

    def move(self, comment_id: str, move: str, **fields: str) -> Response:
        """Press a button on a comment's page at the desk."""
        page = self.client.get(f"/comments/desk/comments/{comment_id}").text
        own = next(given for action, given in forms(page) if action.endswith(f"/desk/comments/{comment_id}"))
        return self.client.post(
            f"/comments/desk/comments/{comment_id}",
            data={**own, "move": move, **fields},
            headers={"Origin": ORIGIN},
            follow_redirects=False,
        )
